// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Functions that are computed one element at a time.

use gomlx_ir::{BinaryOp, DType, UnaryOp};

use super::BlockFn;

/// A block function that applies `$f` to each element of type `$t`.
macro_rules! each {
    ($t:ty, |$x:ident| $f:expr) => {{
        unsafe extern "C" fn block(n: usize, out: *mut u8, x: *const u8, _: *const u8) {
            let (out, x) = (out.cast::<$t>(), x.cast::<$t>());
            for i in 0..n {
                // SAFETY: the caller gives blocks of `n` elements, of which each is read before it is written.
                unsafe {
                    let $x = x.add(i).read_unaligned();
                    out.add(i).write_unaligned($f);
                }
            }
        }
        block as BlockFn
    }};
    ($t:ty, |$x:ident, $y:ident| $f:expr) => {{
        unsafe extern "C" fn block(n: usize, out: *mut u8, x: *const u8, y: *const u8) {
            let (out, x, y) = (out.cast::<$t>(), x.cast::<$t>(), y.cast::<$t>());
            for i in 0..n {
                // SAFETY: the caller gives blocks of `n` elements, of which each is read before it is written.
                unsafe {
                    let ($x, $y) = (x.add(i).read_unaligned(), y.add(i).read_unaligned());
                    out.add(i).write_unaligned($f);
                }
            }
        }
        block as BlockFn
    }};
}
pub(super) use each;

/// Functions of one `f64`.
pub(super) fn unary(op: UnaryOp) -> Option<BlockFn> {
    Some(match op {
        UnaryOp::Cbrt => each!(f64, |x| x.cbrt()),
        UnaryOp::Cosine => each!(f64, |x| x.cos()),
        UnaryOp::Erf => each!(f64, |x| libm::erf(x)),
        UnaryOp::Exponential => each!(f64, |x| x.exp()),
        UnaryOp::ExponentialMinusOne => each!(f64, |x| x.exp_m1()),
        UnaryOp::Log => each!(f64, |x| x.ln()),
        UnaryOp::LogPlusOne => each!(f64, |x| x.ln_1p()),
        UnaryOp::Logistic => each!(f64, |x| 1.0 / (1.0 + (-x).exp())),
        UnaryOp::Sine => each!(f64, |x| x.sin()),
        UnaryOp::Tan => each!(f64, |x| x.tan()),
        UnaryOp::Tanh => each!(f64, |x| x.tanh()),
        // Loops have no block function of any other: `loops::support` asks here.
        _ => return None,
    })
}

macro_rules! integer {
    ($op:expr, $t:ty) => {
        match $op {
            // As in XLA: a quotient by zero has all bits set, a remainder by zero is the dividend.
            BinaryOp::Divide => Some(each!($t, |x, y| if y == 0 { !0 } else { x.wrapping_div(y) })),
            BinaryOp::Remainder => Some(each!($t, |x, y| if y == 0 { x } else { x.wrapping_rem(y) })),
            BinaryOp::Power => Some(each!($t, |x, y| power(x as i128, y as i128) as $t)),
            _ => None,
        }
    };
}

/// Functions of two elements.
pub(super) fn binary(op: BinaryOp, dtype: DType) -> Option<BlockFn> {
    match dtype {
        DType::F32 => match op {
            // One rounding, from the nearest f64.
            BinaryOp::Atan2 => Some(each!(f32, |x, y| f64::from(x).atan2(f64::from(y)) as f32)),
            BinaryOp::Power => Some(each!(f32, |x, y| f64::from(x).powf(f64::from(y)) as f32)),
            BinaryOp::Remainder => Some(each!(f32, |x, y| x % y)),
            _ => None,
        },
        DType::F64 => match op {
            BinaryOp::Atan2 => Some(each!(f64, |x, y| x.atan2(y))),
            BinaryOp::Power => Some(each!(f64, |x, y| x.powf(y))),
            BinaryOp::Remainder => Some(each!(f64, |x, y| x % y)),
            _ => None,
        },
        DType::I8 => integer!(op, i8),
        DType::I16 => integer!(op, i16),
        DType::I32 => integer!(op, i32),
        DType::I64 => integer!(op, i64),
        DType::U8 => integer!(op, u8),
        DType::U16 => integer!(op, u16),
        DType::U32 => integer!(op, u32),
        DType::U64 => integer!(op, u64),
        DType::Bool | DType::Narrow(_) | DType::F16 | DType::BF16 | DType::C64 | DType::C128 => None,
    }
}

/// A power modulo 2^128; of a negative exponent the reciprocal rounded to zero, and zero for a zero base.
fn power(base: i128, exponent: i128) -> i128 {
    if exponent < 0 {
        return match base {
            1 => 1,
            -1 => 1 - 2 * (exponent & 1),
            _ => 0,
        };
    }
    let (mut result, mut square, mut rest) = (1i128, base, exponent);
    while rest > 0 {
        if rest & 1 == 1 {
            result = result.wrapping_mul(square);
        }
        square = square.wrapping_mul(square);
        rest >>= 1;
    }
    result
}
