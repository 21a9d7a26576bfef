// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Transposition: from the cotangents of a linear instruction's results to the cotangents of its linear operands.
//!
//! Invariant: the tape only holds instructions that the rules of [`jvp`](super::jvp) emit on tangents.

mod composite;
mod contract;
mod control;
mod convolution;
mod fft;
mod index;
mod layout;
mod window;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{BinaryOp, Builder, Code, Diagnostic, Inst, InstId, Op, Result, UnaryOp, ValueId};

/// The state of transposition: the cotangents known so far, and the place of new instructions.
pub(super) struct Transpose<'f> {
    b: Builder<'f>,
    linear: FxHashSet<ValueId>,
    cotangents: FxHashMap<ValueId, ValueId>,
}

impl<'f> Transpose<'f> {
    /// Starts without cotangents. `linear` holds the values that depend on a tangent.
    pub(super) fn new(b: Builder<'f>, linear: FxHashSet<ValueId>) -> Transpose<'f> {
        Transpose { b, linear, cotangents: FxHashMap::default() }
    }

    /// Adds to the cotangent of a linear value.
    pub(super) fn add(&mut self, value: ValueId, cotangent: ValueId) {
        let sum = match self.cotangents.get(&value) {
            Some(&other) => self.b.add(other, cotangent),
            None => cotangent,
        };
        self.cotangents.insert(value, sum);
    }

    /// The cotangent, if any reached the value.
    pub(super) fn cotangent(&self, value: ValueId) -> Option<ValueId> {
        self.cotangents.get(&value).copied()
    }

    fn is_linear(&self, value: ValueId) -> bool {
        self.linear.contains(&value)
    }

    /// Emits the cotangents of an instruction's linear operands.
    pub(super) fn inst(&mut self, id: InstId) -> Result<()> {
        let inst = self.b.function.inst(id).clone();
        self.b.location = inst.location.clone();
        let rule = match &inst.results[..] {
            _ if matches!(inst.op, Op::If | Op::Case) => self.branch(&inst),
            _ if inst.op == Op::While => self.r#while(&inst),
            _ if matches!(inst.op, Op::Composite(_)) => self.composite(&inst),
            [] => Ok(()),
            [result] => match self.cotangent(*result) {
                Some(ct) => self.rule(&inst, ct),
                None => Ok(()),
            },
            _ => self.gather_selected(&inst),
        };
        rule.map_err(|e| e.at(inst.location.as_ref()))
    }

    fn rule(&mut self, inst: &Inst, ct: ValueId) -> Result<()> {
        let x = inst.operands[0];
        match &inst.op {
            Op::Unary(UnaryOp::Negate) => {
                let ct = self.b.neg(ct);
                self.add(x, ct);
            }
            // The cotangent `ct` of a complex number stands for the real function w -> Re(ct w), as in JAX.
            Op::Unary(UnaryOp::Real) if self.b.shape(x).dtype.is_complex() => {
                let none = self.b.full_like(ct, 0.0);
                let ct = self.b.binary(BinaryOp::Complex, ct, none);
                self.add(x, ct);
            }
            Op::Unary(UnaryOp::Imag) if self.b.shape(x).dtype.is_complex() => {
                let none = self.b.full_like(ct, 0.0);
                let negated = self.b.neg(ct);
                let ct = self.b.binary(BinaryOp::Complex, none, negated);
                self.add(x, ct);
            }
            Op::Binary(BinaryOp::Complex) => {
                let (re, im) = (self.b.unary(UnaryOp::Real, ct), self.b.unary(UnaryOp::Imag, ct));
                if self.is_linear(x) {
                    self.add(x, re);
                }
                if self.is_linear(inst.operands[1]) {
                    let im = self.b.neg(im);
                    self.add(inst.operands[1], im);
                }
            }
            Op::Binary(op) => return self.binary(*op, inst, ct),
            Op::ReducePrecision { .. } => {
                let ct = self.b.emit(inst.op.clone(), &[ct])?;
                self.add(x, ct);
            }
            Op::Fft(kind, lengths) => {
                let ct = fft::transposed(&mut self.b, *kind, lengths, x, ct)?;
                self.add(x, ct);
            }
            Op::TriangularSolve(solve) => return self.triangular_solve(inst, solve, ct),
            Op::Select => self.select(inst, ct),
            Op::Convert(_) => {
                let dtype = self.b.shape(x).dtype;
                let ct = self.b.convert(ct, dtype);
                self.add(x, ct);
            }
            Op::BroadcastInDim { axes, .. } => self.broadcast(x, axes, ct),
            Op::Reshape(_) => {
                let dims = self.b.shape(x).dims.clone();
                let ct = self.b.reshape(ct, &dims);
                self.add(x, ct);
            }
            Op::Transpose(permutation) => {
                let mut inverse = permutation.clone();
                for (i, &p) in permutation.iter().enumerate() {
                    inverse[p] = i;
                }
                let ct = self.b.transpose(ct, &inverse);
                self.add(x, ct);
            }
            Op::Reverse(_) => {
                let ct = self.b.emit(inst.op.clone(), &[ct])?;
                self.add(x, ct);
            }
            Op::Slice { starts, strides, .. } => return self.slice(x, starts, strides, ct),
            Op::Pad { low, high, interior } => return self.pad(inst, low, high, interior, ct),
            Op::Concatenate(axis) => return self.concatenate(inst, *axis, ct),
            Op::DynamicSlice(_) => return self.dynamic_slice(inst, ct),
            Op::DynamicUpdateSlice => return self.dynamic_update_slice(inst, ct),
            Op::Reduce(axes) => self.reduce_sum(x, axes, ct),
            Op::ReduceWindow(window) => return self.window_sum(x, window, ct),
            Op::SelectAndScatter(window) => return self.scatter_selected(inst, window, ct),
            Op::DotGeneral(dims) => return self.dot_general(inst, dims, ct),
            Op::Convolution(dims) => return self.convolution(inst, dims, ct),
            Op::Gather(dims) => return self.gather(inst, dims, ct),
            Op::Scatter(dims) => return self.scatter(inst, dims, ct),
            Op::Constant(_)
            | Op::Iota { .. }
            | Op::Unary(_)
            | Op::Compare(..)
            | Op::Clamp
            | Op::BitcastConvert(_)
            | Op::RngBitGenerator { .. }
            | Op::If
            | Op::Case
            | Op::While
            | Op::Sort { .. }
            | Op::Map
            | Op::TopK(_)
            | Op::Cholesky(_)
            | Op::Factor(_)
            | Op::BatchNormTraining(_)
            | Op::BatchNormInference(_)
            | Op::BatchNormGrad(_)
            | Op::Rng { .. }
            | Op::Composite(_)
            | Op::OptimizationBarrier
            | Op::Print(_) => return Err(not_linear(inst)),
        }
        Ok(())
    }

    fn binary(&mut self, op: BinaryOp, inst: &Inst, ct: ValueId) -> Result<()> {
        let (x, y) = (inst.operands[0], inst.operands[1]);
        match (op, self.is_linear(x), self.is_linear(y)) {
            (BinaryOp::Add, by_x, by_y) => {
                for (operand, linear) in [(x, by_x), (y, by_y)] {
                    if linear {
                        self.add(operand, ct);
                    }
                }
            }
            (BinaryOp::Subtract, by_x, by_y) => {
                if by_x {
                    self.add(x, ct);
                }
                if by_y {
                    let ct = self.b.neg(ct);
                    self.add(y, ct);
                }
            }
            (BinaryOp::Multiply, true, false) => {
                let ct = self.b.mul(ct, y);
                self.add(x, ct);
            }
            (BinaryOp::Multiply, false, true) => {
                let ct = self.b.mul(ct, x);
                self.add(y, ct);
            }
            (BinaryOp::Divide, true, false) => {
                let ct = self.b.div(ct, y);
                self.add(x, ct);
            }
            _ => return Err(not_linear(inst)),
        }
        Ok(())
    }

    fn select(&mut self, inst: &Inst, ct: ValueId) {
        let predicate = inst.operands[0];
        let zeros = self.b.full_like(ct, 0.0);
        if self.is_linear(inst.operands[1]) {
            let part = self.b.select(predicate, ct, zeros);
            self.add(inst.operands[1], part);
        }
        if self.is_linear(inst.operands[2]) {
            let part = self.b.select(predicate, zeros, ct);
            self.add(inst.operands[2], part);
        }
    }
}

/// The error for an instruction on the tape that no rule of forward mode emits.
fn not_linear(inst: &Inst) -> Diagnostic {
    Diagnostic::new(Code::Graph, format!("{} was to be transposed, but it is not linear in its tangent", inst.op.short_name()))
        .note("this is a mistake in gomlx: please report it")
}
