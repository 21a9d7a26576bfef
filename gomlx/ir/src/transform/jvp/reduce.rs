// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tangents of `reduce` by sum, product, maximum and minimum.

use super::super::forms;
use super::{Jvp, no_derivative};
use crate::{BinaryOp, Builder, Dim, Direction, Inst, Op, Reducer, Result, ValueId};

impl Jvp<'_> {
    pub(super) fn reduce(&mut self, inst: &Inst, axes: &[usize], t: &[Option<ValueId>]) -> Result<Option<ValueId>> {
        let (op, x, initial) = self.one_reduced(inst)?;
        let dims = self.b.shape(inst.results[0]).dims.clone();
        if op == BinaryOp::Add {
            let by_x = t[0].map(|t| self.b.reduce_sum(t, axes));
            let by_initial = t[1].map(|t| self.b.broadcast(t, &dims, &[]));
            return Ok(self.sum(by_x, by_initial));
        }
        if t[1].is_some() || !forms::is_identity(self.b.function, op, initial) {
            return self.through(|b| {
                let reduced = b.reduce(op, x, axes);
                let initial = b.broadcast(initial, &dims, &[]);
                Ok(b.binary(op, initial, reduced))
            });
        }
        if op == BinaryOp::Multiply {
            return self.through(|b| product(b, x, axes));
        }
        // The elements that equal the result share its tangent evenly.
        let Some(t) = t[0] else { return Ok(None) };
        let shape = self.b.shape(x).clone();
        let kept: Vec<usize> = (0..shape.rank()).filter(|a| !axes.contains(a)).collect();
        let extreme = self.b.broadcast(inst.results[0], &shape.dims, &kept);
        let chosen = self.b.compare(Direction::Eq, x, extreme);
        let zeros = self.b.full_like(x, 0.0);
        let part = self.b.select(chosen, t, zeros);
        let sum = self.b.reduce_sum(part, axes);
        let ones = self.b.convert(chosen, shape.dtype);
        let count = self.b.reduce_sum(ones, axes);
        Ok(Some(self.b.div(sum, count)))
    }

    /// The reducer, operand and initial value of a reduction of one operand by an op that has a derivative.
    pub(super) fn one_reduced(&self, inst: &Inst) -> Result<(BinaryOp, ValueId, ValueId)> {
        let reducer = self.b.function.reducer_of(inst.regions[0]);
        match (&inst.operands[..], reducer) {
            (&[x, initial], Some(Reducer::Binary(op @ (BinaryOp::Add | BinaryOp::Multiply | BinaryOp::Maximum | BinaryOp::Minimum)))) => {
                Ok((op, x, initial))
            }
            _ => Err(no_derivative(self.b.function, inst, "only a reduction of one operand by add, multiply, maximum or minimum has")),
        }
    }
}

/// The product over axes, as a tree of products: its derivative is right where elements are zero.
fn product(b: &mut Builder<'_>, x: ValueId, axes: &[usize]) -> Result<ValueId> {
    let shape = b.shape(x).clone();
    let kept: Vec<usize> = (0..shape.rank()).filter(|a| !axes.contains(a)).collect();
    let order = [&kept, axes].concat();
    let x = b.transpose(x, &order);
    let outer: Vec<Dim> = kept.iter().map(|&a| shape.dims[a].clone()).collect();
    let mut n: usize = axes.iter().map(|&a| shape.size(a)).product();
    let last = kept.len();
    let mut x = b.reshape(x, &[&outer[..], &[Dim::Lit(n)]].concat());
    let one = b.scalar(shape.dtype, 1.0);
    while n != 1 {
        if n % 2 == 1 || n == 0 {
            let mut edges = vec![(0, 0); last + 1];
            edges[last].1 = 1;
            x = forms::pad(b, x, one, &edges, &vec![0; last + 1])?;
            n += 1;
            continue;
        }
        let (front, back) = (along(b, x, last, 0, n / 2)?, along(b, x, last, n / 2, n / 2)?);
        x = b.mul(front, back);
        n /= 2;
    }
    Ok(b.reshape(x, &outer))
}

/// The `size` elements of an axis from `start`.
pub(super) fn along(b: &mut Builder<'_>, x: ValueId, axis: usize, start: usize, size: usize) -> Result<ValueId> {
    let mut limits = b.shape(x).dims.clone();
    if start == 0 && limits[axis].is(size) {
        return Ok(x);
    }
    let mut starts: crate::Axes = limits.iter().map(|_| 0).collect();
    let strides = limits.iter().map(|_| 1).collect();
    starts[axis] = start;
    limits[axis] = Dim::Lit(start + size);
    b.emit(Op::Slice { starts, limits, strides }, &[x])
}
