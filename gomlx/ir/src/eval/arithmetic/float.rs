// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Real floating point, computed in `f64`.

use std::cmp::Ordering;

use half::{bf16, f16};

use super::{Arithmetic, tensor};
use crate::eval::special;
use crate::{BinaryOp, CompareKind, DType, HostTensor, UnaryOp};

impl Arithmetic for f64 {
    const ZERO: f64 = 0.0;

    fn read(tensor: &HostTensor) -> Vec<f64> {
        fn each<T: bytemuck::AnyBitPattern>(tensor: &HostTensor, f: impl Fn(T) -> f64) -> Vec<f64> {
            bytemuck::cast_slice::<u8, T>(tensor.bytes()).iter().map(|&x| f(x)).collect()
        }
        match tensor.dtype() {
            DType::F16 => each(tensor, f16::to_f64),
            DType::BF16 => each(tensor, bf16::to_f64),
            DType::F32 => each::<f32>(tensor, f64::from),
            DType::Narrow(narrow) => tensor.bytes().iter().map(|&byte| narrow.to_f64(byte)).collect(),
            _ => each::<f64>(tensor, |x| x),
        }
    }

    fn write(dtype: DType, dims: &[usize], elements: &[f64]) -> HostTensor {
        match dtype {
            DType::F16 => tensor(dtype, dims, &elements.iter().map(|&x| f16::from_f32(odd(x))).collect::<Vec<_>>()),
            DType::BF16 => tensor(dtype, dims, &elements.iter().map(|&x| bf16::from_f32(odd(x))).collect::<Vec<_>>()),
            DType::Narrow(narrow) => tensor(dtype, dims, &elements.iter().map(|&x| narrow.from_f64(x)).collect::<Vec<_>>()),
            DType::F32 => tensor(dtype, dims, &elements.iter().map(|&x| x as f32).collect::<Vec<_>>()),
            _ => tensor(dtype, dims, elements),
        }
    }

    fn unary(op: UnaryOp) -> Option<fn(f64) -> f64> {
        Some(match op {
            UnaryOp::Abs => f64::abs,
            UnaryOp::Acos => f64::acos,
            // `libm` gives numbers where there is none.
            UnaryOp::Acosh => |x| if x < 1.0 { f64::NAN } else { libm::acosh(x) },
            UnaryOp::Asin => f64::asin,
            UnaryOp::Asinh => libm::asinh,
            UnaryOp::Atan => f64::atan,
            UnaryOp::Atanh => libm::atanh,
            UnaryOp::BesselI1e => special::bessel_i1e,
            UnaryOp::Cbrt => f64::cbrt,
            UnaryOp::Ceil => f64::ceil,
            UnaryOp::Cosh => f64::cosh,
            UnaryOp::Cosine => f64::cos,
            UnaryOp::Digamma => special::digamma,
            UnaryOp::Erf => libm::erf,
            UnaryOp::ErfInv => special::erf_inv,
            UnaryOp::Erfc => libm::erfc,
            UnaryOp::Exponential => f64::exp,
            UnaryOp::ExponentialMinusOne => f64::exp_m1,
            UnaryOp::Floor => f64::floor,
            UnaryOp::Lgamma => libm::lgamma,
            UnaryOp::Log => f64::ln,
            UnaryOp::LogPlusOne => f64::ln_1p,
            UnaryOp::Logistic => |x| 1.0 / (1.0 + (-x).exp()),
            UnaryOp::Negate => |x| -x,
            UnaryOp::RoundNearestAfz => f64::round,
            UnaryOp::RoundNearestEven => f64::round_ties_even,
            UnaryOp::Rsqrt => |x| 1.0 / x.sqrt(),
            UnaryOp::Sign => |x| if x.is_nan() || x == 0.0 { x } else { x.signum() },
            UnaryOp::Sine => f64::sin,
            UnaryOp::Sinh => f64::sinh,
            UnaryOp::Sqrt => f64::sqrt,
            UnaryOp::Tan => f64::tan,
            UnaryOp::Tanh => f64::tanh,
            UnaryOp::Real => |x| x,
            UnaryOp::Imag => |_| 0.0,
            UnaryOp::CountLeadingZeros | UnaryOp::IsFinite | UnaryOp::IsInf | UnaryOp::Not | UnaryOp::Popcnt => return None,
        })
    }

    fn binary(op: BinaryOp) -> Option<fn(f64, f64) -> f64> {
        Some(match op {
            BinaryOp::Add => |x, y| x + y,
            BinaryOp::Atan2 => f64::atan2,
            BinaryOp::Divide => |x, y| x / y,
            BinaryOp::Maximum => |x, y| larger(x, y),
            BinaryOp::Minimum => |x, y| -larger(-x, -y),
            BinaryOp::Multiply => |x, y| x * y,
            BinaryOp::Power => f64::powf,
            BinaryOp::Remainder => |x, y| x % y,
            BinaryOp::Polygamma => special::polygamma,
            BinaryOp::Subtract => |x, y| x - y,
            BinaryOp::Zeta => special::zeta,
            BinaryOp::And
            | BinaryOp::Or
            | BinaryOp::ShiftLeft
            | BinaryOp::ShiftRightArithmetic
            | BinaryOp::ShiftRightLogical
            | BinaryOp::Xor
            // These depend on the element type: `elementwise` has them.
            | BinaryOp::Complex
            | BinaryOp::NextAfter => return None,
        })
    }

    fn order(self, other: f64, kind: CompareKind) -> Option<Ordering> {
        match kind {
            CompareKind::TotalOrder => Some(self.total_cmp(&other)),
            CompareKind::Float | CompareKind::Signed | CompareKind::Unsigned => self.partial_cmp(&other),
        }
    }

    fn plus_product(self, x: f64, y: f64) -> f64 {
        self + x * y
    }

    fn lost(self, x: f64, sum: f64) -> f64 {
        if self.abs() >= x.abs() { (self - sum) + x } else { (x - sum) + self }
    }

    fn with_lost(self, lost: f64) -> f64 {
        // The error of an infinite sum is NaN, and a zero keeps its sign.
        if self.is_finite() && lost != 0.0 { self + lost } else { self }
    }
}

/// The predicate that a function of one number is, if it is one.
pub(in crate::eval) fn predicate(op: UnaryOp) -> Option<fn(f64) -> bool> {
    match op {
        UnaryOp::IsFinite => Some(f64::is_finite),
        UnaryOp::IsInf => Some(f64::is_infinite),
        _ => None,
    }
}

/// IEEE-754's maximum: NaN wins, and +0 is above -0.
fn larger(x: f64, y: f64) -> f64 {
    if x.is_nan() || (x == y && x.is_sign_positive()) || x > y { x } else { y }
}

/// Rounds to odd: an inexact value becomes the neighbour whose last bit is one. Rounding that to a narrower type gives
/// the same as rounding the value itself.
fn odd(x: f64) -> f32 {
    let nearest = x as f32;
    let back = f64::from(nearest);
    if back == x || x.is_nan() || nearest.to_bits() & 1 == 1 {
        return nearest;
    }
    let outward = back.abs() < x.abs();
    f32::from_bits(if outward { nearest.to_bits() + 1 } else { nearest.to_bits() - 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_types_round_once() {
        // 1 + 2^-11 is halfway between two f16; a little more rounds up, though to f32 it is the tie.
        let round = |dtype, x| f64::read(&f64::write(dtype, &[], &[x]))[0];
        let tie = 1.0 + 2f64.powi(-11);
        assert_eq!(round(DType::F16, tie), 1.0);
        assert_eq!(round(DType::F16, tie + 2f64.powi(-40)), 1.0 + 2f64.powi(-10));
        assert_eq!(round(DType::F16, -tie - 2f64.powi(-40)), -1.0 - 2f64.powi(-10));
        assert_eq!(round(DType::BF16, 1.0 + 2f64.powi(-8) + 2f64.powi(-50)), 1.0 + 2f64.powi(-7));
        assert_eq!(round(DType::F16, 1e300), f64::INFINITY);
        assert_eq!(round(DType::F16, 1e-300), 0.0);
        assert!(round(DType::BF16, f64::NAN).is_nan());
    }

    #[test]
    fn extremes_follow_ieee() {
        let (max, min) = (f64::binary(BinaryOp::Maximum).unwrap(), f64::binary(BinaryOp::Minimum).unwrap());
        assert!(max(f64::NAN, 1.0).is_nan() && max(1.0, f64::NAN).is_nan() && min(f64::NAN, 1.0).is_nan() && min(1.0, f64::NAN).is_nan());
        for (x, y) in [(0.0, -0.0), (-0.0, 0.0)] {
            assert!(max(x, y).is_sign_positive());
            assert!(min(x, y).is_sign_negative());
        }
        assert_eq!((max(1.0, 2.0), min(1.0, 2.0)), (2.0, 1.0));
    }
}
