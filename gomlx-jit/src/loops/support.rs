// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What loops can compute: which ops on which element types become nodes of a nest.
//!
//! Everything else is a unit of its own, run by a library kernel or by the reference evaluator.

use gomlx_ir::{BinaryOp, DType, Function, Inst, Op, UnaryOp};

use super::index::is_view;
use super::scalar_function::Body;
use crate::runtime::math::Math;

/// Whether loops have values of an element type.
pub(crate) fn in_loops(dtype: DType) -> bool {
    match dtype {
        DType::Bool | DType::I8 | DType::I16 | DType::I32 | DType::I64 => true,
        DType::U8 | DType::U16 | DType::U32 | DType::U64 => true,
        DType::F16 | DType::BF16 | DType::F32 | DType::F64 => true,
        DType::Narrow(_) | DType::C64 | DType::C128 => false,
    }
}

/// Whether loops have values of the types of all operands and results.
pub(crate) fn all_in_loops(function: &Function, inst: &Inst) -> bool {
    inst.operands.iter().chain(&inst.results).all(|&v| in_loops(function.shape(v).dtype))
}

/// Whether kernels have the products of an instruction: both operands of one type that loops have.
pub(crate) fn is_product(function: &Function, inst: &Inst) -> bool {
    all_in_loops(function, inst) && function.shape(inst.operands[0]).dtype == function.shape(inst.operands[1]).dtype
}

/// Whether a loop computes each element of the one result from the same element of the operands.
pub(crate) fn is_elementwise(function: &Function, inst: &Inst) -> bool {
    let elementwise = match &inst.op {
        Op::Unary(op) => has_unary(*op),
        Op::Binary(op) => has_binary(*op),
        Op::Iota { .. } => true,
        Op::BitcastConvert(to) => to.size() == function.shape(inst.operands[0]).dtype.size(),
        // Its code is integer arithmetic: `prepare` puts that in its place.
        Op::ReducePrecision { .. } => false,
        op => op.is_elementwise(),
    };
    elementwise && all_in_loops(function, inst)
}

/// Whether an op only moves elements that loops can load.
pub(crate) fn is_loop_view(function: &Function, inst: &Inst) -> bool {
    is_view(&inst.op) && all_in_loops(function, inst)
}

/// Whether loops have accumulators for a reduction.
pub(crate) fn is_loop_reduction(function: &Function, inst: &Inst) -> bool {
    all_in_loops(function, inst) && Body::new(function, inst.regions[0]).is_ok()
}

/// Whether loops have a function of one operand: as a few instructions, or as a block function of each type.
pub(crate) fn has_unary(op: UnaryOp) -> bool {
    is_inline_unary(op) || [DType::F32, DType::F64].into_iter().all(|dtype| Math::unary(op, dtype).is_some())
}

/// Whether loops have a function of two operands: as a few instructions, or as a block function of each type.
pub(crate) fn has_binary(op: BinaryOp) -> bool {
    is_inline_binary(op) || [DType::F32, DType::F64].into_iter().all(|dtype| Math::binary(op, dtype).is_some())
}

/// The functions of one operand for which `lower::ops` emits instructions.
fn is_inline_unary(op: UnaryOp) -> bool {
    matches!(
        op,
        UnaryOp::Abs
            | UnaryOp::Ceil
            | UnaryOp::CountLeadingZeros
            | UnaryOp::Floor
            | UnaryOp::IsFinite
            | UnaryOp::Negate
            | UnaryOp::Not
            | UnaryOp::Popcnt
            | UnaryOp::RoundNearestAfz
            | UnaryOp::RoundNearestEven
            | UnaryOp::Rsqrt
            | UnaryOp::Sign
            | UnaryOp::Sqrt
    )
}

/// The functions of two operands for which `lower::ops` emits instructions; integer division is a block function.
fn is_inline_binary(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Add
            | BinaryOp::And
            | BinaryOp::Divide
            | BinaryOp::Maximum
            | BinaryOp::Minimum
            | BinaryOp::Multiply
            | BinaryOp::Or
            | BinaryOp::ShiftLeft
            | BinaryOp::ShiftRightArithmetic
            | BinaryOp::ShiftRightLogical
            | BinaryOp::Subtract
            | BinaryOp::Xor
    )
}
