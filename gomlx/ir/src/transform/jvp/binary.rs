// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Derivatives of the elementwise functions of two operands, and of `select` and `clamp`.

use super::super::forms;
use super::{Jvp, no_derivative};
use crate::{BinaryOp, Builder, Direction, Inst, Result, UnaryOp, ValueId};

impl Jvp<'_> {
    pub(super) fn binary(&mut self, op: BinaryOp, inst: &Inst, tx: Option<ValueId>, ty: Option<ValueId>) -> Result<Option<ValueId>> {
        let (x, y, result) = (inst.operands[0], inst.operands[1], inst.results[0]);
        Ok(match op {
            BinaryOp::Add => self.sum(tx, ty),
            BinaryOp::Subtract => match (tx, ty) {
                (Some(tx), Some(ty)) => Some(self.b.sub(tx, ty)),
                (tx, ty) => tx.or_else(|| ty.map(|ty| self.b.neg(ty))),
            },
            BinaryOp::Multiply => {
                let by_x = self.times(tx, |_| y);
                let by_y = self.times(ty, |_| x);
                self.sum(by_x, by_y)
            }
            BinaryOp::Divide => {
                let by_x = tx.map(|tx| self.b.div(tx, y));
                let by_y = self.times(ty, |b| {
                    let quotient = b.div(result, y);
                    b.neg(quotient)
                });
                self.sum(by_x, by_y)
            }
            BinaryOp::Maximum | BinaryOp::Minimum => {
                let wins = if op == BinaryOp::Maximum { Direction::Gt } else { Direction::Lt };
                let by_x = self.times(tx, |b| share(b, wins, x, y));
                let by_y = self.times(ty, |b| share(b, wins, y, x));
                self.sum(by_x, by_y)
            }
            BinaryOp::Power => {
                let by_x = self.times(tx, |b| power_by_base(b, x, y));
                let by_y = self.times(ty, |b| {
                    let base = or_one_at_zero(b, x);
                    let log = b.unary(UnaryOp::Log, base);
                    b.mul(log, result)
                });
                self.sum(by_x, by_y)
            }
            // x - y trunc(x / y).
            BinaryOp::Remainder => {
                let by_y = self.times(ty, |b| {
                    let quotient = b.div(x, y);
                    let (sign, size) = (b.unary(UnaryOp::Sign, quotient), b.unary(UnaryOp::Abs, quotient));
                    let whole = b.unary(UnaryOp::Floor, size);
                    let truncated = b.mul(sign, whole);
                    b.neg(truncated)
                });
                self.sum(tx, by_y)
            }
            // The angle of (y, x): (y dx - x dy) / (x^2 + y^2), where x is the first operand.
            BinaryOp::Atan2 => {
                let by_x = self.times(tx, |b| {
                    let square = square_norm(b, x, y);
                    b.div(y, square)
                });
                let by_y = self.times(ty, |b| {
                    let square = square_norm(b, x, y);
                    let quotient = b.div(x, square);
                    b.neg(quotient)
                });
                self.sum(by_x, by_y)
            }
            BinaryOp::Complex => {
                let (re, im) = (self.or_zeros(tx, x), self.or_zeros(ty, y));
                Some(self.b.binary(BinaryOp::Complex, re, im))
            }
            // The step to the next number is constant within a binade.
            BinaryOp::NextAfter => tx,
            BinaryOp::Polygamma | BinaryOp::Zeta if tx.is_some() => {
                return Err(no_derivative(self.b.function, inst, "none by its order is known in closed form"));
            }
            BinaryOp::Polygamma => self.times(ty, |b| {
                let one = b.full_like(x, 1.0);
                let order = b.add(x, one);
                b.binary(BinaryOp::Polygamma, order, y)
            }),
            // -x zeta(x + 1, y).
            BinaryOp::Zeta => self.times(ty, |b| {
                let one = b.full_like(x, 1.0);
                let next = b.add(x, one);
                let zeta = b.binary(BinaryOp::Zeta, next, y);
                let product = b.mul(x, zeta);
                b.neg(product)
            }),
            BinaryOp::And
            | BinaryOp::Or
            | BinaryOp::Xor
            | BinaryOp::ShiftLeft
            | BinaryOp::ShiftRightArithmetic
            | BinaryOp::ShiftRightLogical => return Err(no_derivative(self.b.function, inst, "it is an op on bits")),
        })
    }

    pub(super) fn select(&mut self, inst: &Inst, t: &[Option<ValueId>]) -> Result<Option<ValueId>> {
        let on_true = self.or_zeros(t[1], inst.operands[1]);
        let on_false = self.or_zeros(t[2], inst.operands[2]);
        Ok(Some(self.b.select(inst.operands[0], on_true, on_false)))
    }

    /// The tangent of the operand or bound that is the result; zero at a tie of the operand with a bound, as in JAX.
    pub(super) fn clamp(&mut self, inst: &Inst, t: &[Option<ValueId>]) -> Result<Option<ValueId>> {
        let x = inst.operands[1];
        let dims = self.b.shape(x).dims.clone();
        let (low, high) = (self.b.broadcast(inst.operands[0], &dims, &[]), self.b.broadcast(inst.operands[2], &dims, &[]));
        let conditions = [
            vec![(low, Direction::Gt, x), (low, Direction::Lt, high)],
            vec![(x, Direction::Gt, low), (x, Direction::Lt, high)],
            vec![(x, Direction::Gt, high)],
        ];
        let mut sum = None;
        for (&tangent, conditions) in t.iter().zip(conditions) {
            let Some(tangent) = tangent else { continue };
            let holds: Vec<ValueId> = conditions.into_iter().map(|(a, direction, b)| self.b.compare(direction, a, b)).collect();
            let all = holds.into_iter().reduce(|a, b| self.b.binary(BinaryOp::And, a, b)).expect("each has a condition");
            let (tangent, zeros) = (self.b.broadcast(tangent, &dims, &[]), self.b.full_like(x, 0.0));
            let part = self.b.select(all, tangent, zeros);
            sum = self.sum(sum, Some(part));
        }
        Ok(sum)
    }
}

/// The weight of an operand's tangent: one where the operand wins, one half at a tie.
fn share(b: &mut Builder<'_>, wins: Direction, x: ValueId, y: ValueId) -> ValueId {
    let [none, half, all] = [0.0, 0.5, 1.0].map(|part| b.full_like(x, part));
    let tie = b.compare(Direction::Eq, x, y);
    let other = b.select(tie, half, none);
    let won = b.compare(wins, x, y);
    b.select(won, all, other)
}

/// y x^(y - 1), and 0 where y is 0, for every x.
fn power_by_base(b: &mut Builder<'_>, x: ValueId, y: ValueId) -> ValueId {
    if let Some(exponent) = forms::splat(b.function, y).filter(|_| b.shape(y).dtype.is_float()) {
        let exponent = exponent.to_f64_vec()[0];
        if exponent == 2.0 {
            return b.scale(x, 2.0);
        }
        if exponent != 0.0 {
            let less = b.full_like(y, exponent - 1.0);
            let power = b.binary(BinaryOp::Power, x, less);
            return b.mul(y, power);
        }
    }
    let safe = or_one_at_zero(b, y);
    let one = b.full_like(y, 1.0);
    let less = b.sub(safe, one);
    let power = b.binary(BinaryOp::Power, x, less);
    b.mul(y, power)
}

/// The value, with zeros replaced by ones.
fn or_one_at_zero(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    let (zero, one) = (b.full_like(x, 0.0), b.full_like(x, 1.0));
    let is_zero = b.compare(Direction::Eq, x, zero);
    b.select(is_zero, one, x)
}

fn square_norm(b: &mut Builder<'_>, x: ValueId, y: ValueId) -> ValueId {
    let (xx, yy) = (b.mul(x, x), b.mul(y, y));
    b.add(xx, yy)
}
