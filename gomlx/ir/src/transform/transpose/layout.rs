// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Transposes of the ops that move elements, and of sums over axes.

use super::Transpose;
use crate::transform::forms;
use crate::{Axes, DType, Dim, Inst, Op, Result, ValueId};

impl Transpose<'_> {
    /// Sums the cotangent over the axes along which the broadcast repeats elements.
    pub(super) fn broadcast(&mut self, x: ValueId, axes: &[usize], ct: ValueId) {
        let (from, to) = (self.b.shape(x).clone(), self.b.shape(ct).clone());
        let source = |axis: usize| axes.iter().position(|&a| a == axis);
        let stays = |axis: &usize| source(*axis).is_some_and(|i| from.dims[i] == to.dims[*axis]);
        let (kept, summed): (Axes, Axes) = (0..to.rank()).partition(stays);
        let sum = self.b.reduce_sum(ct, &summed);
        // The kept axes, in the order of the operand's axes.
        let mut order: Axes = (0..kept.len()).collect();
        order.sort_by_key(|&i| source(kept[i]));
        let ordered = self.b.transpose(sum, &order);
        let ct = self.b.reshape(ordered, &from.dims);
        self.add(x, ct);
    }

    pub(super) fn reduce_sum(&mut self, x: ValueId, axes: &[usize], ct: ValueId) {
        let shape = self.b.shape(x).clone();
        let kept: Axes = (0..shape.rank()).filter(|a| !axes.contains(a)).collect();
        let ct = self.b.broadcast(ct, &shape.dims, &kept);
        self.add(x, ct);
    }

    pub(super) fn slice(&mut self, x: ValueId, starts: &[usize], strides: &[usize], ct: ValueId) -> Result<()> {
        let (from, to) = (self.b.shape(x).sizes(), self.b.shape(ct).sizes());
        if strides.iter().all(|&s| s == 1)
            && let Some(sum) = self.cotangents.remove(&x)
        {
            return self.add_to_slice(x, starts, sum, ct);
        }
        let spread = |a: usize| forms::dilated(to[a], strides[a]);
        let edges: Vec<(i64, i64)> = (0..from.len()).map(|a| (starts[a] as i64, from[a] as i64 - starts[a] as i64 - spread(a))).collect();
        let interior: Vec<i64> = strides.iter().map(|&s| s as i64 - 1).collect();
        let dtype = self.b.shape(ct).dtype;
        let zero = self.b.scalar(dtype, 0.0);
        let ct = forms::pad(&mut self.b, ct, zero, &edges, &interior)?;
        self.add(x, ct);
        Ok(())
    }

    /// Adds `ct` to the slice of the cotangent `sum` that begins at `starts`.
    fn add_to_slice(&mut self, x: ValueId, starts: &[usize], sum: ValueId, ct: ValueId) -> Result<()> {
        let limits = starts.iter().zip(self.b.shape(ct).sizes()).map(|(&start, size)| Dim::Lit(start + size)).collect();
        let op = Op::Slice { starts: starts.into(), limits, strides: Axes::from_elem(1, starts.len()) };
        let part = self.b.emit(op, &[sum])?;
        let part = self.b.add(part, ct);
        let places: Vec<ValueId> = starts.iter().map(|&start| self.b.scalar(DType::I32, start as f64)).collect();
        let sum = self.b.emit(Op::DynamicUpdateSlice, &[&[sum, part], &places[..]].concat())?;
        self.add(x, sum);
        Ok(())
    }

    pub(super) fn pad(&mut self, inst: &Inst, low: &[i64], high: &[i64], interior: &[i64], ct: ValueId) -> Result<()> {
        let (x, value) = (inst.operands[0], inst.operands[1]);
        let (shape, dtype) = (self.b.shape(x).clone(), self.b.shape(ct).dtype);
        if self.is_linear(x) {
            let edges: Vec<(i64, i64)> = low.iter().zip(high).map(|(&l, &h)| (-l, -h)).collect();
            let zero = self.b.scalar(dtype, 0.0);
            let mut ct = forms::pad(&mut self.b, ct, zero, &edges, &vec![0; edges.len()])?;
            if interior.iter().any(|&n| n != 0) {
                let starts: Axes = edges.iter().map(|_| 0).collect();
                let limits = self.b.shape(ct).dims.clone();
                let strides = interior.iter().map(|&n| n as usize + 1).collect();
                ct = self.b.emit(Op::Slice { starts, limits, strides }, &[ct])?;
            }
            self.add(x, ct);
        }
        if self.is_linear(value) {
            let edges: Vec<(i64, i64)> = low.iter().copied().zip(high.iter().copied()).collect();
            let (element, padding) = (self.b.full(&shape.with_dtype(DType::Bool), 0.0), self.b.scalar(DType::Bool, 1.0));
            let is_padding = forms::pad(&mut self.b, element, padding, &edges, interior)?;
            let zeros = self.b.full_like(ct, 0.0);
            let part = self.b.select(is_padding, ct, zeros);
            let all: Axes = (0..shape.rank()).collect();
            let sum = self.b.reduce_sum(part, &all);
            self.add(value, sum);
        }
        Ok(())
    }

    pub(super) fn concatenate(&mut self, inst: &Inst, axis: usize, ct: ValueId) -> Result<()> {
        let mut start = 0;
        for &operand in &inst.operands {
            let mut limits = self.b.shape(operand).dims.clone();
            let end = start + self.b.shape(operand).size(axis);
            if self.is_linear(operand) {
                limits[axis] = Dim::Lit(end);
                let mut starts = Axes::from_elem(0, limits.len());
                starts[axis] = start;
                let strides = Axes::from_elem(1, limits.len());
                let part = self.b.emit(Op::Slice { starts, limits, strides }, &[ct])?;
                self.add(operand, part);
            }
            start = end;
        }
        Ok(())
    }
}
