// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Kernels of `reduce_window` and `select_and_scatter`.

use gomlx_ir::{DType, Direction, Function, Inst, RegionId, Result, ValueId, Window};

use super::elem::{combine, elem, scalar_functions};
use super::lowering::Lowering;
use crate::loops::support::comparison;
use crate::runtime::elem::Combine;
use crate::runtime::kernels::copy::row_major;
use crate::runtime::kernels::generic::{GenericReduceWindow, GenericSelectAndScatter, Windows};
use crate::runtime::kernels::select_scatter::{Select, SelectAndScatter};
use crate::runtime::kernels::window::{ReduceWindow, WindowDim};
use crate::runtime::program::Kernel;

pub(super) fn reduce_window(function: &Function, inst: &Inst, window: &Window, lowering: &mut Lowering) -> Result<Option<Kernel>> {
    let Some(functions) = scalar_functions(function, inst) else { return Ok(None) };
    let operands = &inst.operands[..inst.operands.len() / 2];
    let dtype = function.shape(operands[0]).dtype;
    let dims = window_dims(function, window, operands[0], inst.results[0]);
    Ok(Some(match combine(function, inst.regions[0], dtype) {
        Some(combine) if operands.len() == 1 => Kernel::ReduceWindow(Box::new(ReduceWindow::new(elem(dtype), combine, &dims))),
        _ => Kernel::GenericReduceWindow(Box::new(GenericReduceWindow {
            windows: Windows::new(dims),
            reducer: lowering.scalar_function(&functions[0])?,
            sizes: operands.iter().map(|&o| function.shape(o).dtype.size()).collect(),
        })),
    }))
}

pub(super) fn select_and_scatter(function: &Function, inst: &Inst, window: &Window, lowering: &mut Lowering) -> Result<Option<Kernel>> {
    let Some(functions) = scalar_functions(function, inst) else { return Ok(None) };
    let input = function.shape(inst.operands[0]);
    let dims = window_dims(function, window, inst.operands[0], inst.operands[1]);
    let scatter = combine(function, inst.regions[1], input.dtype);
    Ok(Some(match (select(function, inst.regions[0]), scatter) {
        (Some(select), Some(Combine::Add)) if matches!(input.dtype, DType::F32 | DType::F64) => {
            let kernel = SelectAndScatter::new(elem(input.dtype), select, input.num_elements(), &dims);
            Kernel::SelectAndScatter(Box::new(kernel))
        }
        _ => Kernel::GenericSelectAndScatter(Box::new(GenericSelectAndScatter {
            windows: Windows::new(dims),
            select: lowering.scalar_function(&functions[0])?,
            scatter: lowering.scalar_function(&functions[1])?,
            size: input.dtype.size(),
        })),
    }))
}

/// The selection that a region makes; `None` if it is not a comparison in order.
fn select(function: &Function, region: RegionId) -> Option<Select> {
    match comparison(function, region)? {
        Direction::Ge => Some(Select::Ge),
        Direction::Gt => Some(Select::Gt),
        Direction::Le => Some(Select::Le),
        Direction::Lt => Some(Select::Lt),
        Direction::Eq | Direction::Ne => None,
    }
}

/// The window dims of every axis of `input`. `windows` has one element per window.
fn window_dims(function: &Function, window: &Window, input: ValueId, windows: ValueId) -> Vec<WindowDim> {
    let (input, windows) = (function.shape(input).sizes(), function.shape(windows).sizes());
    let (x, out) = (row_major(&input), row_major(&windows));
    (0..input.len())
        .map(|a| WindowDim {
            input: input[a],
            windows: windows[a],
            x: x[a],
            out: out[a],
            window: window.dims[a],
            stride: window.strides[a],
            window_dilation: window.window_dilations[a],
            base_dilation: window.base_dilations[a],
            pad_low: window.padding[a].0,
        })
        .collect()
}
