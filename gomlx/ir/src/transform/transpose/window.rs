// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Transposes of windowed sums and of the two ops of max-pooling, which are each other's transposes.

use super::{Transpose, not_linear};
use crate::transform::forms;
use crate::{Axes, BinaryOp, Inst, Op, Result, ValueId, Window};

impl Transpose<'_> {
    /// The transpose of a windowed sum: a windowed sum of the cotangent, dilated by the strides. Each element of the
    /// operand gets the cotangents of all windows that contain it.
    pub(super) fn window_sum(&mut self, x: ValueId, window: &Window, ct: ValueId) -> Result<()> {
        let (input, output) = (self.b.shape(x).sizes(), self.b.shape(ct).clone());
        if output.num_elements() == 0 {
            return Ok(());
        }
        let edges: Vec<(i64, i64)> = (0..input.len())
            .map(|a| {
                let sizes = [input[a], window.dims[a], output.size(a)];
                let steps = [window.strides[a], window.base_dilations[a], window.window_dilations[a]];
                forms::transposed_padding(sizes, steps, window.padding[a].0)
            })
            .collect();
        let interior: Vec<i64> = window.strides.iter().map(|&s| s as i64 - 1).collect();
        let zero = self.b.scalar(output.dtype, 0.0);
        let spread = forms::pad(&mut self.b, ct, zero, &edges, &interior)?;
        let backward = Window {
            strides: window.base_dilations.clone(),
            window_dilations: window.window_dilations.clone(),
            ..Window::new(&window.dims, &Axes::from_elem(1, input.len()))
        };
        let sum = forms::reduce_window(&mut self.b, BinaryOp::Add, &backward, spread, zero)?;
        self.add(x, sum);
        Ok(())
    }

    /// Transposes [`forms::gather_selected`] to [`forms::scatter_selected`].
    pub(super) fn gather_selected(&mut self, inst: &Inst) -> Result<()> {
        let Op::ReduceWindow(window) = &inst.op else { return Err(not_linear(inst)) };
        let Some(direction) = forms::chooser_direction(self.b.function, inst.regions[0]) else { return Err(not_linear(inst)) };
        let (keys, values) = (inst.operands[0], inst.operands[1]);
        if let Some(ct) = self.cotangent(inst.results[1]) {
            if self.is_linear(keys) {
                return Err(not_linear(inst));
            }
            let ct = forms::scatter_selected(&mut self.b, direction, window, keys, ct)?;
            self.add(values, ct);
        }
        Ok(())
    }

    pub(super) fn scatter_selected(&mut self, inst: &Inst, window: &Window, ct: ValueId) -> Result<()> {
        let (keys, source) = (inst.operands[0], inst.operands[1]);
        let direction = forms::select_direction(self.b.function, &inst.regions);
        let Some(direction) = direction.filter(|_| !self.is_linear(keys)) else { return Err(not_linear(inst)) };
        let ct = forms::gather_selected(&mut self.b, direction, window, keys, ct)?;
        self.add(source, ct);
        Ok(())
    }
}
