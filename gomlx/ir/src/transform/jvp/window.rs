// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tangents of `reduce_window` and `select_and_scatter`.
//!
//! A sum is linear. A maximum or minimum takes the tangent at the place of the
//! first extreme, which is what `select_and_scatter` transposes. Products, and
//! extremes over dilated windows, which `select_and_scatter` doesn't have, go through a
//! composition of elementwise ops of shifted slices; ties are then split as elementwise ops split them.

use super::super::forms;
use super::reduce::along;
use super::{Jvp, no_derivative};
use crate::{Axes, BinaryOp, Builder, Dim, Inst, Op, Reducer, Result, ValueId, Window};

impl Jvp<'_> {
    pub(super) fn reduce_window(&mut self, inst: &Inst, window: &Window, t: &[Option<ValueId>]) -> Result<Vec<Option<ValueId>>> {
        if let Some(direction) = forms::chooser_direction(self.b.function, inst.regions[0]) {
            return self.gather_selected(inst, direction, window, t);
        }
        let (op, x, initial) = self.one_reduced(inst)?;
        if self.b.shape(inst.results[0]).num_elements() == 0 {
            return Ok(vec![None]);
        }
        let tangent = if op == BinaryOp::Add {
            self.window_sum(inst, window, t)?
        } else if t[1].is_some() || !forms::is_identity(self.b.function, op, initial) {
            let dims = self.b.shape(inst.results[0]).dims.clone();
            self.through(|b| {
                let dtype = b.shape(x).dtype;
                let (identity, body) = (b.identity(op, dtype), b.reducer(Reducer::Binary(op), dtype));
                let reduced = b.emit_inst(Op::ReduceWindow(window.clone()), &[x, identity], &[body])?;
                let reduced = b.function.inst(reduced).results[0];
                let initial = b.broadcast(initial, &dims, &[]);
                Ok(b.binary(op, initial, reduced))
            })?
        } else {
            let dilated = window.base_dilations.iter().chain(&window.window_dilations).any(|&d| d != 1);
            match (forms::choice(op), t[0]) {
                (Some(direction), Some(t)) if !dilated => Some(forms::gather_selected(&mut self.b, direction, window, x, t)?),
                _ => self.through(|b| shifted(b, op, window, x, initial))?,
            }
        };
        Ok(vec![tangent])
    }

    /// The sum of tangents; the initial value enters once, and once for each padded element.
    fn window_sum(&mut self, inst: &Inst, window: &Window, t: &[Option<ValueId>]) -> Result<Option<ValueId>> {
        let dtype = self.b.shape(inst.operands[0]).dtype;
        let sum_from = |jvp: &mut Self, x: ValueId, initial: f64| {
            let (initial, body) = (jvp.b.scalar(dtype, initial), jvp.b.reducer(Reducer::Binary(BinaryOp::Add), dtype));
            let sum = jvp.b.emit_inst(Op::ReduceWindow(window.clone()), &[x, initial], &[body])?;
            Ok(jvp.b.function.inst(sum).results[0])
        };
        let by_x = t[0].map(|t| sum_from(self, t, 0.0)).transpose()?;
        let by_initial = match t[1] {
            None => None,
            Some(t) => {
                let zeros = self.b.full_like(inst.operands[0], 0.0);
                let count = sum_from(self, zeros, 1.0)?;
                let dims = self.b.shape(count).dims.clone();
                let spread = self.b.broadcast(t, &dims, &[]);
                Some(self.b.mul(spread, count))
            }
        };
        Ok(self.sum(by_x, by_initial))
    }

    /// The same op of the tangents: which element is chosen has derivative zero.
    fn gather_selected(
        &mut self,
        inst: &Inst,
        direction: crate::Direction,
        window: &Window,
        t: &[Option<ValueId>],
    ) -> Result<Vec<Option<ValueId>>> {
        let reducer = if direction == crate::Direction::Ge { BinaryOp::Maximum } else { BinaryOp::Minimum };
        if t[2].is_some() || t[3].is_some() || !forms::is_identity(self.b.function, reducer, inst.operands[2]) {
            return Err(no_derivative(self.b.function, inst, "its initial values are not constants that never win"));
        }
        let keys = inst.operands[0];
        let gather = |t: &Option<ValueId>| t.map(|t| forms::gather_selected(&mut self.b, direction, window, keys, t)).transpose();
        t[..2].iter().map(gather).collect()
    }

    /// Linear in the source and the initial value; which element is chosen has derivative zero.
    pub(super) fn select_and_scatter(&mut self, inst: &Inst, window: &Window, t: &[Option<ValueId>]) -> Result<Option<ValueId>> {
        let Some(direction) = forms::select_direction(self.b.function, &inst.regions) else {
            return Err(no_derivative(self.b.function, inst, "only one that selects by GE or LE and adds has"));
        };
        let keys = inst.operands[0];
        let by_source = t[1].map(|t| forms::scatter_selected(&mut self.b, direction, window, keys, t)).transpose()?;
        let dims = self.b.shape(keys).dims.clone();
        let by_initial = t[2].map(|t| self.b.broadcast(t, &dims, &[]));
        Ok(self.sum(by_source, by_initial))
    }
}

/// A windowed reduction by elementwise ops on shifted slices, axis by axis. A window of
/// size w takes log2(w) steps, each doubling what an element covers.
fn shifted(b: &mut Builder<'_>, op: BinaryOp, window: &Window, x: ValueId, initial: ValueId) -> Result<ValueId> {
    let interior: Vec<i64> = window.base_dilations.iter().map(|&d| d as i64 - 1).collect();
    let mut x = forms::pad(b, x, initial, &window.padding, &interior)?;
    for axis in 0..window.dims.len() {
        x = shifted_along(b, op, x, axis, window.dims[axis], window.window_dilations[axis])?;
    }
    if window.strides.iter().all(|&s| s == 1) {
        return Ok(x);
    }
    let sizes = b.shape(x).sizes();
    let starts: Axes = sizes.iter().map(|_| 0).collect();
    let limits = sizes.iter().map(|&n| Dim::Lit(n)).collect();
    b.emit(Op::Slice { starts, limits, strides: window.strides.clone() }, &[x])
}

fn shifted_along(b: &mut Builder<'_>, op: BinaryOp, x: ValueId, axis: usize, size: usize, dilation: usize) -> Result<ValueId> {
    let n = b.shape(x).size(axis);
    // Elements that windows of `covered` elements can start at.
    let windows = |covered: usize| n - (covered - 1) * dilation;
    let (mut doubled, mut width) = (x, 1);
    let mut result: Option<(ValueId, usize)> = None;
    loop {
        if size & width != 0 {
            result = Some(match result {
                None => (doubled, width),
                Some((head, covered)) => {
                    let count = windows(covered + width);
                    let (head, tail) = (along(b, head, axis, 0, count)?, along(b, doubled, axis, covered * dilation, count)?);
                    (b.binary(op, head, tail), covered + width)
                }
            });
        }
        width *= 2;
        if width > size {
            return Ok(result.expect("a window has a positive size").0);
        }
        let count = windows(width);
        let (head, tail) = (along(b, doubled, axis, 0, count)?, along(b, doubled, axis, width / 2 * dilation, count)?);
        doubled = b.binary(op, head, tail);
    }
}
