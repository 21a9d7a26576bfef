// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The elementwise ops.

use num_complex::Complex64;

use super::arithmetic::{Arithmetic, predicate, with_arithmetic};
use super::precision;
use crate::op::{Facts, Gives};
use crate::{BinaryOp, Code, CompareKind, DType, Diagnostic, Direction, HostTensor, Result, UnaryOp};

pub(super) fn unary(op: UnaryOp, x: &HostTensor) -> Result<HostTensor> {
    let dtype = x.dtype();
    if op.function().gives == Gives::Bool {
        let holds = predicate(op).ok_or_else(|| not_evaluated(op.facts(), dtype))?;
        return Ok(bool::write(DType::Bool, x.dims(), &f64::read(x).into_iter().map(holds).collect::<Vec<_>>()));
    }
    if let DType::Narrow(narrow) = dtype
        && matches!(op, UnaryOp::CountLeadingZeros | UnaryOp::Popcnt)
    {
        // Bits above those of the type do not count.
        let bits: Vec<u8> = x.bytes().iter().map(|&byte| byte & narrow.mask()).collect();
        let counts = unary(op, &HostTensor::from_bytes(DType::U8, x.dims(), &bits)?)?;
        let above = if op == UnaryOp::Popcnt { 0 } else { 8 - narrow.bits() as u8 };
        return HostTensor::from_bytes(dtype, x.dims(), &counts.bytes().iter().map(|count| count - above).collect::<Vec<u8>>());
    }
    match op {
        UnaryOp::Abs if dtype.is_complex() => Ok(real(x, Complex64::norm)),
        UnaryOp::Real if dtype.is_complex() => Ok(real(x, |z| z.re)),
        UnaryOp::Imag if dtype.is_complex() => Ok(real(x, |z| z.im)),
        _ => with_arithmetic!(dtype, A => {
            let f = A::unary(op).ok_or_else(|| not_evaluated(op.facts(), dtype))?;
            Ok(A::write(dtype, x.dims(), &A::read(x).into_iter().map(f).collect::<Vec<_>>()))
        }),
    }
}

/// Maps each complex number to a real one.
fn real(x: &HostTensor, f: fn(Complex64) -> f64) -> HostTensor {
    f64::write(x.dtype().real(), x.dims(), &Complex64::read(x).into_iter().map(f).collect::<Vec<_>>())
}

/// The error of a function on a type for which the evaluator has no code.
pub(super) fn not_evaluated(op: Facts, dtype: DType) -> Diagnostic {
    Diagnostic::new(Code::Unsupported, format!("{}: not evaluated on {dtype}", op.short_name))
}

pub(super) fn binary(op: BinaryOp, x: &HostTensor, y: &HostTensor) -> Result<HostTensor> {
    match op {
        BinaryOp::Complex => {
            let pairs = f64::read(x).into_iter().zip(f64::read(y));
            let pairs: Vec<Complex64> = pairs.map(|(re, im)| Complex64::new(re, im)).collect();
            return Ok(Complex64::write(x.dtype().complex(), x.dims(), &pairs));
        }
        BinaryOp::NextAfter => return precision::next_after(x, y),
        BinaryOp::ShiftRightArithmetic | BinaryOp::ShiftRightLogical if x.dtype().is_small_int() => return shift_right(op, x, y),
        _ => {}
    }
    with_arithmetic!(x.dtype(), A => {
        let f = A::binary(op).ok_or_else(|| not_evaluated(op.facts(), x.dtype()))?;
        Ok(A::write(x.dtype(), x.dims(), &A::read(x).into_iter().zip(A::read(y)).map(|(x, y)| f(x, y)).collect::<Vec<_>>()))
    })
}

/// A shift of small integers: in eight bits, with the sign or zeros above the bits of the type.
fn shift_right(op: BinaryOp, x: &HostTensor, by: &HostTensor) -> Result<HostTensor> {
    let dtype = x.dtype();
    let above = 8 - dtype.bits();
    let (wide, extended): (DType, fn(u8, usize) -> u8) = match op {
        BinaryOp::ShiftRightArithmetic => (DType::I8, |byte, above| ((byte << above) as i8 >> above) as u8),
        _ => (DType::U8, |byte, above| byte << above >> above),
    };
    let bytes: Vec<u8> = x.bytes().iter().map(|&byte| extended(byte, above)).collect();
    // An amount that is negative in its type is beyond any width.
    let (x, by) = (HostTensor::from_bytes(wide, x.dims(), &bytes)?, HostTensor::from_bytes(wide, by.dims(), by.bytes())?);
    HostTensor::from_bytes(dtype, x.dims(), binary(op, &x, &by)?.bytes())
}

pub(super) fn compare(direction: Direction, kind: CompareKind, x: &HostTensor, y: &HostTensor) -> HostTensor {
    with_arithmetic!(x.dtype(), A => {
        let holds = |(x, y): (A, A)| holds(direction, x.order(y, kind));
        bool::write(DType::Bool, x.dims(), &A::read(x).into_iter().zip(A::read(y)).map(holds).collect::<Vec<_>>())
    })
}

/// Whether a comparison holds for two elements in this order. Of unordered elements only `NE` holds.
pub(super) fn holds(direction: Direction, order: Option<std::cmp::Ordering>) -> bool {
    match direction {
        Direction::Eq => order.is_some_and(|o| o.is_eq()),
        Direction::Ne => !order.is_some_and(|o| o.is_eq()),
        Direction::Ge => order.is_some_and(|o| o.is_ge()),
        Direction::Gt => order.is_some_and(|o| o.is_gt()),
        Direction::Le => order.is_some_and(|o| o.is_le()),
        Direction::Lt => order.is_some_and(|o| o.is_lt()),
    }
}

/// Copies each element's bytes from one of two tensors.
pub(super) fn select(predicate: &HostTensor, on_true: &HostTensor, on_false: &HostTensor) -> Result<HostTensor> {
    let size = on_true.dtype().size();
    let predicate = bool::read(predicate);
    let choices = on_true.bytes().chunks_exact(size).zip(on_false.bytes().chunks_exact(size)).enumerate();
    let bytes = choices.flat_map(|(i, (t, f))| if scalar_or(&predicate, i) { t } else { f });
    HostTensor::from_bytes(on_true.dtype(), on_true.dims(), &bytes.copied().collect::<Vec<u8>>())
}

/// The element at a position, or the only one of a scalar.
fn scalar_or<T: Copy>(elements: &[T], position: usize) -> T {
    if elements.len() == 1 { elements[0] } else { elements[position] }
}

/// `minimum(maximum(x, low), high)`.
pub(super) fn clamp(low: &HostTensor, x: &HostTensor, high: &HostTensor) -> Result<HostTensor> {
    with_arithmetic!(x.dtype(), A => {
        let max = A::binary(BinaryOp::Maximum).ok_or_else(|| not_evaluated(BinaryOp::Maximum.facts(), x.dtype()))?;
        let min = A::binary(BinaryOp::Minimum).ok_or_else(|| not_evaluated(BinaryOp::Minimum.facts(), x.dtype()))?;
        let (low, high) = (A::read(low), A::read(high));
        let clamped = A::read(x).into_iter().enumerate().map(|(i, x)| min(max(x, scalar_or(&low, i)), scalar_or(&high, i)));
        Ok(A::write(x.dtype(), x.dims(), &clamped.collect::<Vec<_>>()))
    })
}
