// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What computing an element costs: decides between storing a value and computing it again, and how loops are split
//! over threads.

use gomlx_ir::{BinaryOp, DType, Op, UnaryOp};

/// Rough time of one element of an op in a vector loop, in nanoseconds.
pub(crate) fn ns(op: &Op, dtype: DType) -> f64 {
    let width = if dtype.size() > 4 { 2.0 } else { 1.0 };
    let base = match op {
        Op::Unary(op) => match op {
            UnaryOp::Abs | UnaryOp::Negate | UnaryOp::Not | UnaryOp::IsFinite | UnaryOp::Ceil | UnaryOp::Floor => 0.05,
            UnaryOp::RoundNearestAfz | UnaryOp::RoundNearestEven | UnaryOp::Sign => 0.1,
            UnaryOp::Sqrt | UnaryOp::Rsqrt => 0.4,
            UnaryOp::CountLeadingZeros | UnaryOp::Popcnt => 0.5,
            UnaryOp::Exponential | UnaryOp::Log | UnaryOp::Tanh | UnaryOp::Logistic => 0.4,
            UnaryOp::Erf | UnaryOp::ExponentialMinusOne | UnaryOp::LogPlusOne => 0.8,
            UnaryOp::Cosine | UnaryOp::Sine => 1.5,
            UnaryOp::Cbrt
            | UnaryOp::Tan
            | UnaryOp::Acos
            | UnaryOp::Acosh
            | UnaryOp::Asin
            | UnaryOp::Asinh
            | UnaryOp::Atan
            | UnaryOp::Atanh
            | UnaryOp::BesselI1e
            | UnaryOp::Cosh
            | UnaryOp::Digamma
            | UnaryOp::ErfInv
            | UnaryOp::Erfc
            | UnaryOp::Imag
            | UnaryOp::Lgamma
            | UnaryOp::Real
            | UnaryOp::Sinh => 10.0,
        },
        Op::Binary(op) => match op {
            BinaryOp::Divide | BinaryOp::Remainder if !dtype.is_float() => 3.0,
            BinaryOp::Divide => 0.3,
            BinaryOp::Remainder => 5.0,
            BinaryOp::Power | BinaryOp::Atan2 | BinaryOp::Complex | BinaryOp::NextAfter | BinaryOp::Polygamma | BinaryOp::Zeta => 12.0,
            BinaryOp::Maximum | BinaryOp::Minimum => 0.1,
            BinaryOp::Add
            | BinaryOp::Subtract
            | BinaryOp::Multiply
            | BinaryOp::And
            | BinaryOp::Or
            | BinaryOp::Xor
            | BinaryOp::ShiftLeft
            | BinaryOp::ShiftRightArithmetic
            | BinaryOp::ShiftRightLogical => 0.05,
        },
        _ => 0.06,
    };
    base * width
}

/// Whether computing an element again is no worse than loading it.
pub(crate) fn is_cheap(op: &Op, dtype: DType) -> bool {
    ns(op, dtype) < 0.2
}
