// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tangents of `reduce`. A sum is linear. A maximum or minimum averages the tangents of the elements that equal it. Any
//! other reduction is differentiated in its elementwise form.

use super::super::forms;
use super::{Jvp, body};
use crate::{Axes, BinaryOp, Direction, Inst, Reducer, Result, ValueId};

impl Jvp<'_> {
    pub(super) fn reduce(&mut self, inst: &Inst, axes: &[usize], t: &[Option<ValueId>]) -> Result<Vec<Option<ValueId>>> {
        let (xs, initial) = inst.operands.split_at(inst.operands.len() / 2);
        let dims = self.b.shape(inst.results[0]).dims.clone();
        let single = self.single_reducer(inst);
        let from_initial =
            t[xs.len()..].iter().any(Option::is_some) || !single.is_some_and(|op| forms::is_identity(self.b.function, op, initial[0]));
        match single {
            Some(BinaryOp::Add) => {
                let by_x = t[0].map(|t| self.b.reduce_sum(t, axes));
                let by_initial = t[1].map(|t| self.b.broadcast(t, &dims, &[]));
                Ok(vec![self.sum(by_x, by_initial)])
            }
            Some(op) if forms::choice(op).is_some() => {
                if !from_initial {
                    return Ok(vec![t[0].map(|t| self.of_extremes(xs[0], inst.results[0], axes, t))]);
                }
                self.through(|b| {
                    let extreme = b.reduce(op, xs[0], axes);
                    let initial = b.broadcast(initial[0], &dims, &[]);
                    Ok(vec![b.binary(op, initial, extreme)])
                })
            }
            _ if axes.iter().any(|&a| self.b.shape(xs[0]).dims[a].is(0)) => {
                Ok(t[xs.len()..].iter().map(|t| t.map(|t| self.b.broadcast(t, &dims, &[]))).collect())
            }
            _ => self.through(|b| body::reduce(b, inst.regions[0], xs, from_initial.then_some(initial), axes)),
        }
    }

    /// The tangent of a maximum or minimum: the average tangent of the elements that equal it.
    fn of_extremes(&mut self, x: ValueId, result: ValueId, axes: &[usize], t: ValueId) -> ValueId {
        let shape = self.b.shape(x).clone();
        let kept: Axes = (0..shape.rank()).filter(|a| !axes.contains(a)).collect();
        let extreme = self.b.broadcast(result, &shape.dims, &kept);
        let chosen = self.b.compare(Direction::Eq, x, extreme);
        let zeros = self.b.full_like(x, 0.0);
        let part = self.b.select(chosen, t, zeros);
        let sum = self.b.reduce_sum(part, axes);
        let ones = self.b.convert(chosen, shape.dtype);
        let count = self.b.reduce_sum(ones, axes);
        self.b.div(sum, count)
    }

    /// The reducer of a reduction of one operand, if its body is one op.
    pub(super) fn single_reducer(&self, inst: &Inst) -> Option<BinaryOp> {
        match self.b.function.reducer_of(inst.regions[0]) {
            Some(Reducer::Binary(op)) if inst.operands.len() == 2 => Some(op),
            _ => None,
        }
    }
}
