// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The types that the evaluator computes with, and their arithmetic.
//!
//! Floating point of every width is computed in `f64`, complex numbers in `Complex<f64>`, integers and booleans in
//! their own type, or in eight bits if they have fewer: writing a tensor keeps the bits of its type.

mod boolean;
mod complex;
mod complex_math;
mod float;
mod int;

use std::cmp::Ordering;

pub(super) use float::predicate;

use crate::{BinaryOp, CompareKind, DType, HostTensor, UnaryOp};

/// A type that the evaluator computes with.
pub(super) trait Arithmetic: Copy + 'static {
    /// The sum of nothing.
    const ZERO: Self;

    /// The elements of a tensor, exactly.
    fn read(tensor: &HostTensor) -> Vec<Self>;

    /// A tensor of elements, each rounded once to the element type.
    fn write(dtype: DType, dims: &[usize], elements: &[Self]) -> HostTensor;

    /// The function of one operand that gives the operand's type, if the type has it.
    fn unary(op: UnaryOp) -> Option<fn(Self) -> Self>;

    /// The function of two operands, if the type has it.
    fn binary(op: BinaryOp) -> Option<fn(Self, Self) -> Self>;

    /// How two elements compare; `None` if they are unordered.
    fn order(self, other: Self, kind: CompareKind) -> Option<Ordering>;

    /// `self + x * y`.
    fn plus_product(self, x: Self, y: Self) -> Self;

    /// The rounding error of `sum`, which is `self + x`; zero in types that do not round.
    fn lost(self, _x: Self, _sum: Self) -> Self {
        Self::ZERO
    }

    /// A sum with the rounding errors of its steps added.
    fn with_lost(self, _lost: Self) -> Self {
        self
    }
}

/// Adds an element to a sum, and the rounding error to `lost` (Neumaier, 1974). Without it, a sum of many `f64` would
/// be no more accurate than that of the backend that it judges.
pub(super) fn add_compensated<A: Arithmetic>(add: fn(A, A) -> A, sum: &mut A, lost: &mut A, x: A) {
    let next = add(*sum, x);
    *lost = add(*lost, sum.lost(x, next));
    *sum = next;
}

/// Runs an expression with `A` standing for the type that an element type is computed in.
macro_rules! with_arithmetic {
    ($dtype:expr, $A:ident => $body:expr) => {
        with_arithmetic!(@ $dtype, $A, $body,
            Bool => bool, I8 => i8, I16 => i16, I32 => i32, I64 => i64, U8 => u8, U16 => u16, U32 => u32, U64 => u64,
            F16 => f64, BF16 => f64, F32 => f64, F64 => f64,
            C64 => num_complex::Complex64, C128 => num_complex::Complex64)
    };
    (@ $dtype:expr, $A:ident, $body:expr, $($D:ident => $t:ty),*) => {
        match $dtype {
            $($crate::DType::$D => {
                type $A = $t;
                $body
            })*
            $crate::DType::Narrow(narrow) if narrow.is_signed_int() => {
                type $A = i8;
                $body
            }
            $crate::DType::Narrow(narrow) if narrow.is_int() => {
                type $A = u8;
                $body
            }
            $crate::DType::Narrow(_) => {
                type $A = f64;
                $body
            }
        }
    };
}
pub(super) use with_arithmetic;

/// A tensor of elements that are of its type already.
fn tensor<T: bytemuck::NoUninit>(dtype: DType, dims: &[usize], elements: &[T]) -> HostTensor {
    HostTensor::from_bytes(dtype, dims, bytemuck::cast_slice(elements)).expect("a kernel gives as many elements as the shape has")
}
