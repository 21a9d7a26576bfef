// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Complex numbers, computed in two `f64`.

use std::cmp::Ordering;

use num_complex::{Complex32, Complex64};

use super::{Arithmetic, complex_math, tensor};
use crate::{BinaryOp, CompareKind, DType, HostTensor, UnaryOp};

impl Arithmetic for Complex64 {
    const ZERO: Complex64 = Complex64::ZERO;

    fn read(tensor: &HostTensor) -> Vec<Complex64> {
        if tensor.dtype() == DType::C64 {
            let elements = bytemuck::cast_slice::<u8, Complex32>(tensor.bytes());
            return elements.iter().map(|z| Complex64::new(z.re.into(), z.im.into())).collect();
        }
        bytemuck::cast_slice::<u8, Complex64>(tensor.bytes()).to_vec()
    }

    fn write(dtype: DType, dims: &[usize], elements: &[Complex64]) -> HostTensor {
        if dtype == DType::C64 {
            let narrow: Vec<_> = elements.iter().map(|z| Complex32::new(z.re as f32, z.im as f32)).collect();
            return tensor(dtype, dims, &narrow);
        }
        tensor(dtype, dims, elements)
    }

    fn unary(op: UnaryOp) -> Option<fn(Complex64) -> Complex64> {
        Some(match op {
            UnaryOp::Acos => complex_math::acos,
            UnaryOp::Acosh => complex_math::acosh,
            UnaryOp::Asin => complex_math::asin,
            UnaryOp::Asinh => complex_math::asinh,
            UnaryOp::Atan => complex_math::atan,
            UnaryOp::Atanh => complex_math::atanh,
            UnaryOp::Cbrt => complex_math::cbrt,
            UnaryOp::Cosh => complex_math::cosh,
            UnaryOp::Cosine => complex_math::cos,
            UnaryOp::Exponential => complex_math::exp,
            UnaryOp::ExponentialMinusOne => complex_math::exp_m1,
            UnaryOp::Log => complex_math::ln,
            UnaryOp::LogPlusOne => complex_math::ln_1p,
            UnaryOp::Logistic => complex_math::logistic,
            UnaryOp::Negate => |z| -z,
            UnaryOp::Rsqrt => complex_math::rsqrt,
            UnaryOp::Sign => complex_math::sign,
            UnaryOp::Sine => complex_math::sin,
            UnaryOp::Sinh => complex_math::sinh,
            UnaryOp::Sqrt => complex_math::sqrt,
            UnaryOp::Tan => complex_math::tan,
            UnaryOp::Tanh => complex_math::tanh,
            // The absolute value and the parts are real: `elementwise` has them. No other function takes complex
            // numbers: a test tries all that do.
            _ => return None,
        })
    }

    fn binary(op: BinaryOp) -> Option<fn(Complex64, Complex64) -> Complex64> {
        Some(match op {
            BinaryOp::Add => |x, y| x + y,
            BinaryOp::Atan2 => complex_math::atan2,
            BinaryOp::Divide => complex_math::divide,
            BinaryOp::Maximum => |x, y| if lexicographic(x, y).is_some_and(Ordering::is_ge) { x } else { y },
            BinaryOp::Minimum => |x, y| if lexicographic(x, y).is_some_and(Ordering::is_le) { x } else { y },
            BinaryOp::Multiply => |x, y| x * y,
            BinaryOp::Power => complex_math::power,
            BinaryOp::Subtract => |x, y| x - y,
            _ => return None,
        })
    }

    fn order(self, other: Complex64, _kind: CompareKind) -> Option<Ordering> {
        lexicographic(self, other)
    }

    fn plus_product(self, x: Complex64, y: Complex64) -> Complex64 {
        self + x * y
    }

    fn lost(self, x: Complex64, sum: Complex64) -> Complex64 {
        Complex64::new(self.re.lost(x.re, sum.re), self.im.lost(x.im, sum.im))
    }

    fn with_lost(self, lost: Complex64) -> Complex64 {
        Complex64::new(self.re.with_lost(lost.re), self.im.with_lost(lost.im))
    }
}

/// By real part, then by imaginary part.
fn lexicographic(x: Complex64, y: Complex64) -> Option<Ordering> {
    match x.re.partial_cmp(&y.re)? {
        Ordering::Equal => x.im.partial_cmp(&y.im),
        other => Some(other),
    }
}
