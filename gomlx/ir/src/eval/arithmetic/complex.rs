// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Complex numbers, computed in two `f64`.

use std::cmp::Ordering;

use num_complex::{Complex32, Complex64};

use super::{Arithmetic, tensor};
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
            UnaryOp::Cbrt => Complex64::cbrt,
            UnaryOp::Cosine => Complex64::cos,
            UnaryOp::Exponential => Complex64::exp,
            UnaryOp::ExponentialMinusOne => exp_m1,
            UnaryOp::Log => Complex64::ln,
            UnaryOp::LogPlusOne => ln_1p,
            UnaryOp::Logistic => |z| (Complex64::ONE + (-z).exp()).inv(),
            UnaryOp::Negate => |z| -z,
            UnaryOp::Rsqrt => |z| z.sqrt().inv(),
            UnaryOp::Sign => |z| if z == Complex64::ZERO { z } else { z / z.norm() },
            UnaryOp::Sine => Complex64::sin,
            UnaryOp::Sqrt => Complex64::sqrt,
            UnaryOp::Tan => Complex64::tan,
            UnaryOp::Tanh => Complex64::tanh,
            // The absolute value is real: `elementwise` has it.
            UnaryOp::Abs
            | UnaryOp::Ceil
            | UnaryOp::CountLeadingZeros
            | UnaryOp::Erf
            | UnaryOp::Floor
            | UnaryOp::IsFinite
            | UnaryOp::Not
            | UnaryOp::Popcnt
            | UnaryOp::RoundNearestAfz
            | UnaryOp::RoundNearestEven
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
            | UnaryOp::Sinh => return None,
        })
    }

    fn binary(op: BinaryOp) -> Option<fn(Complex64, Complex64) -> Complex64> {
        Some(match op {
            BinaryOp::Add => |x, y| x + y,
            // The principal value, -i ln((y + ix) / sqrt(x^2 + y^2)) of the point (y, x).
            BinaryOp::Atan2 => |x, y| -Complex64::I * ((y + Complex64::I * x) / (x * x + y * y).sqrt()).ln(),
            BinaryOp::Divide => |x, y| x / y,
            BinaryOp::Maximum => |x, y| if lexicographic(x, y).is_some_and(Ordering::is_ge) { x } else { y },
            BinaryOp::Minimum => |x, y| if lexicographic(x, y).is_some_and(Ordering::is_le) { x } else { y },
            BinaryOp::Multiply => |x, y| x * y,
            BinaryOp::Power => Complex64::powc,
            BinaryOp::Subtract => |x, y| x - y,
            BinaryOp::And
            | BinaryOp::Or
            | BinaryOp::Remainder
            | BinaryOp::ShiftLeft
            | BinaryOp::ShiftRightArithmetic
            | BinaryOp::ShiftRightLogical
            | BinaryOp::Xor
            | BinaryOp::Complex
            | BinaryOp::NextAfter
            | BinaryOp::Polygamma
            | BinaryOp::Zeta => return None,
        })
    }

    fn order(self, other: Complex64, _kind: CompareKind) -> Option<Ordering> {
        lexicographic(self, other)
    }

    fn plus_product(self, x: Complex64, y: Complex64) -> Complex64 {
        self + x * y
    }
}

/// By real part, then by imaginary part.
fn lexicographic(x: Complex64, y: Complex64) -> Option<Ordering> {
    match x.re.partial_cmp(&y.re)? {
        Ordering::Equal => x.im.partial_cmp(&y.im),
        other => Some(other),
    }
}

/// exp(z) - 1 without cancellation near zero.
fn exp_m1(z: Complex64) -> Complex64 {
    let half = (z.im / 2.0).sin();
    Complex64::new(z.re.exp_m1() * z.im.cos() - 2.0 * half * half, z.re.exp() * z.im.sin())
}

/// ln(1 + z) without cancellation near zero.
fn ln_1p(z: Complex64) -> Complex64 {
    let re = 0.5 * (z.re * (2.0 + z.re) + z.im * z.im).ln_1p();
    Complex64::new(re, z.im.atan2(1.0 + z.re))
}
