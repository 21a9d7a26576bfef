// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The predicted time to compute an element. It decides whether a value is stored or computed again, and how loops are
//! split over threads.

use gomlx_ir::op::Cost;
use gomlx_ir::{BinaryOp, DType, Op, UnaryOp};

/// Rough time of one element of an op in a vector loop, in nanoseconds: measured, or from the op's declared cost.
pub(crate) fn ns(op: &Op, dtype: DType) -> f64 {
    let width = if dtype.size() > 4 { 2.0 } else { 1.0 };
    let base = match op {
        Op::Unary(UnaryOp::CountLeadingZeros | UnaryOp::Popcnt) => 0.5,
        Op::Unary(UnaryOp::Erf | UnaryOp::ExponentialMinusOne | UnaryOp::LogPlusOne) => 0.8,
        Op::Unary(UnaryOp::Cosine | UnaryOp::Sine) => 1.5,
        Op::Binary(BinaryOp::Divide) if dtype.is_float() => 0.3,
        Op::Binary(BinaryOp::Divide) => 3.0,
        Op::Binary(BinaryOp::Remainder) => {
            if dtype.is_float() {
                5.0
            } else {
                3.0
            }
        }
        Op::Binary(BinaryOp::Power | BinaryOp::Atan2) => 12.0,
        op => match op.facts().cost {
            // Loops have no ops of cost `Whole`.
            Cost::Address | Cost::One | Cost::Copy | Cost::Whole => 0.05,
            Cost::Few => 0.1,
            Cost::Function => 0.4,
            Cost::Long => 10.0,
        },
    };
    base * width
}

/// Whether it takes no longer to compute an element again than to load it.
pub(crate) fn is_cheap(op: &Op, dtype: DType) -> bool {
    ns(op, dtype) < 0.2
}
