// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tangents of `reduce_window` and `select_and_scatter`.
//!
//! A sum is linear. A maximum or minimum takes the tangent at the position of the first extreme; `select_and_scatter`
//! is the transpose of this. Any other reduction is differentiated in its elementwise form, and so is an extreme over
//! dilated windows, which `select_and_scatter` does not have.

use super::super::forms;
use super::{Jvp, body, no_derivative};
use crate::{BinaryOp, Direction, Inst, Result, ValueId, Window};

impl Jvp<'_> {
    pub(super) fn reduce_window(&mut self, inst: &Inst, window: &Window, t: &[Option<ValueId>]) -> Result<Vec<Option<ValueId>>> {
        if let Some(direction) = forms::chooser_direction(self.b.function, inst.regions[0]) {
            return self.gather_selected(inst, direction, window, t);
        }
        let shape = self.b.shape(inst.results[0]).clone();
        if shape.num_elements() == 0 {
            return Ok(vec![None; inst.results.len()]);
        }
        let (xs, initial) = inst.operands.split_at(inst.operands.len() / 2);
        let single = self.single_reducer(inst);
        let from_initial =
            t[xs.len()..].iter().any(Option::is_some) || single.is_some_and(|op| !forms::is_identity(self.b.function, op, initial[0]));
        let dilated = window.base_dilations.iter().chain(&window.window_dilations).any(|&d| d != 1);
        match (single, single.and_then(forms::choice)) {
            (Some(BinaryOp::Add), _) => Ok(vec![self.window_sum(inst, window, t)?]),
            (_, Some(direction)) if !dilated && !from_initial => {
                let gather = |t: ValueId| forms::gather_selected(&mut self.b, direction, window, xs[0], t);
                Ok(vec![t[0].map(gather).transpose()?])
            }
            // The padding consists of initial values, which change no extreme.
            (Some(op), Some(_)) if !dilated => self.through(|b| {
                let identity = b.identity(op, shape.dtype);
                let extreme = forms::reduce_window(b, op, window, xs[0], identity)?;
                let initial = b.broadcast(initial[0], &shape.dims, &[]);
                Ok(vec![b.binary(op, initial, extreme)])
            }),
            _ => self.through(|b| body::reduce_window(b, inst.regions[0], window, xs, initial, from_initial)),
        }
    }

    /// The windowed sum of the tangents. The tangent of the initial value counts once, and once more for each padded
    /// element.
    fn window_sum(&mut self, inst: &Inst, window: &Window, t: &[Option<ValueId>]) -> Result<Option<ValueId>> {
        let dtype = self.b.shape(inst.operands[0]).dtype;
        let by_x = match t[0] {
            None => None,
            Some(t) => {
                let zero = self.b.scalar(dtype, 0.0);
                Some(forms::reduce_window(&mut self.b, BinaryOp::Add, window, t, zero)?)
            }
        };
        let by_initial = match t[1] {
            None => None,
            Some(t) => {
                let zeros = self.b.full_like(inst.operands[0], 0.0);
                let one = self.b.scalar(dtype, 1.0);
                let count = forms::reduce_window(&mut self.b, BinaryOp::Add, window, zeros, one)?;
                let dims = self.b.shape(count).dims.clone();
                let spread = self.b.broadcast(t, &dims, &[]);
                Some(self.b.mul(spread, count))
            }
        };
        Ok(self.sum(by_x, by_initial))
    }

    /// The same op on the tangents: the choice of the element has derivative zero.
    fn gather_selected(
        &mut self,
        inst: &Inst,
        direction: Direction,
        window: &Window,
        t: &[Option<ValueId>],
    ) -> Result<Vec<Option<ValueId>>> {
        let reducer = if direction == Direction::Ge { BinaryOp::Maximum } else { BinaryOp::Minimum };
        if t[2].is_some() || t[3].is_some() || !forms::is_identity(self.b.function, reducer, inst.operands[2]) {
            return Err(no_derivative(self.b.function, inst, "its initial values are not constants that never win"));
        }
        let keys = inst.operands[0];
        let gather = |t: &Option<ValueId>| t.map(|t| forms::gather_selected(&mut self.b, direction, window, keys, t)).transpose();
        t[..2].iter().map(gather).collect()
    }

    /// The tangent of `select_and_scatter`, which is linear in the source and the initial value: the choice of the
    /// element has derivative zero.
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
