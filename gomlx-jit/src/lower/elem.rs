// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The kernels' element kinds and reducers for the graph's element types and regions.

use gomlx_ir::{BinaryOp, DType, Function, Inst, Reducer, RegionId};

use crate::loops::ScalarFunction;
use crate::loops::support::all_in_loops;
use crate::runtime::elem::{Combine, Elem, Lane};

/// The element kind of an element type.
///
/// # Panics
/// For complex numbers. Callers rule them out with [`all_in_loops`], or use only the size of elements.
pub(super) fn elem(dtype: DType) -> Elem {
    match dtype {
        DType::Bool => Elem::Bool,
        DType::I8 => Elem::I8,
        DType::I16 => Elem::I16,
        DType::I32 => Elem::I32,
        DType::I64 => Elem::I64,
        DType::U8 => Elem::U8,
        DType::U16 => Elem::U16,
        DType::U32 => Elem::U32,
        DType::U64 => Elem::U64,
        DType::F16 => Elem::F16,
        DType::BF16 => Elem::Bf16,
        DType::F32 => Elem::F32,
        DType::F64 => Elem::F64,
        // Kernels only move narrow elements.
        DType::Narrow(_) => Elem::U8,
        DType::C64 | DType::C128 => unreachable!("no kernel takes complex numbers by their kind"),
    }
}

/// The kernels' operation that combines elements as a region does; `None` if there is none.
pub(super) fn combine(function: &Function, region: RegionId, dtype: DType) -> Option<Combine> {
    let Some(Reducer::Binary(op)) = function.reducer_of(region) else { return None };
    let combine = match op {
        BinaryOp::Add => Combine::Add,
        BinaryOp::Multiply => Combine::Mul,
        BinaryOp::Minimum => Combine::Min,
        BinaryOp::Maximum => Combine::Max,
        BinaryOp::Or if dtype == DType::Bool => Combine::Max,
        BinaryOp::And if dtype == DType::Bool => Combine::Min,
        _ => return None,
    };
    Lane::new(elem(dtype), combine).is_some().then_some(combine)
}

/// The functions of an instruction's regions. `None` if loops lack one of them or one of the instruction's types.
pub(super) fn scalar_functions(function: &Function, inst: &Inst) -> Option<Vec<ScalarFunction>> {
    if !all_in_loops(function, inst) {
        return None;
    }
    inst.regions.iter().map(|&region| ScalarFunction::of_region(function, region)).collect()
}
