// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Block functions that compute one element at a time.

use super::{BlockFn, Float, FloatBinary, FloatUnary, Int, IntBinary};

/// A block function that applies `$f` to each element of type `$t`.
macro_rules! each {
    ($t:ty, |$x:ident| $f:expr) => {{
        unsafe extern "C" fn block(n: usize, out: *mut u8, x: *const u8, _: *const u8) {
            let (out, x) = (out.cast::<$t>(), x.cast::<$t>());
            for i in 0..n {
                // SAFETY: the caller gives blocks of `n` elements; each element is read before it is written.
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
                // SAFETY: the caller gives blocks of `n` elements; each element is read before it is written.
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
pub(super) fn unary(function: FloatUnary) -> BlockFn {
    match function {
        FloatUnary::Cbrt => each!(f64, |x| x.cbrt()),
        FloatUnary::Cos => each!(f64, |x| x.cos()),
        FloatUnary::Erf => each!(f64, |x| libm::erf(x)),
        FloatUnary::Exp => each!(f64, |x| x.exp()),
        FloatUnary::ExpM1 => each!(f64, |x| x.exp_m1()),
        FloatUnary::Ln => each!(f64, |x| x.ln()),
        FloatUnary::Ln1p => each!(f64, |x| x.ln_1p()),
        FloatUnary::Logistic => each!(f64, |x| 1.0 / (1.0 + (-x).exp())),
        FloatUnary::Sin => each!(f64, |x| x.sin()),
        FloatUnary::Tan => each!(f64, |x| x.tan()),
        FloatUnary::Tanh => each!(f64, |x| x.tanh()),
    }
}

/// Functions of two floats.
pub(super) fn float_binary(function: FloatBinary, float: Float) -> BlockFn {
    match (function, float) {
        // `atan2` and `powf` compute in f64 and round once to f32.
        (FloatBinary::Atan2, Float::F32) => each!(f32, |x, y| f64::from(x).atan2(f64::from(y)) as f32),
        (FloatBinary::Power, Float::F32) => each!(f32, |x, y| f64::from(x).powf(f64::from(y)) as f32),
        (FloatBinary::Remainder, Float::F32) => each!(f32, |x, y| x % y),
        (FloatBinary::Atan2, Float::F64) => each!(f64, |x, y| x.atan2(y)),
        (FloatBinary::Power, Float::F64) => each!(f64, |x, y| x.powf(y)),
        (FloatBinary::Remainder, Float::F64) => each!(f64, |x, y| x % y),
    }
}

macro_rules! integer {
    ($function:expr, $t:ty) => {
        match $function {
            IntBinary::Divide => each!($t, |x, y| if y == 0 { !0 } else { x.wrapping_div(y) }),
            IntBinary::Remainder => each!($t, |x, y| if y == 0 { x } else { x.wrapping_rem(y) }),
            IntBinary::Power => each!($t, |x, y| power(x as i128, y as i128) as $t),
        }
    };
}

/// Functions of two integers.
pub(super) fn int_binary(function: IntBinary, int: Int) -> BlockFn {
    match int {
        Int::I8 => integer!(function, i8),
        Int::I16 => integer!(function, i16),
        Int::I32 => integer!(function, i32),
        Int::I64 => integer!(function, i64),
        Int::U8 => integer!(function, u8),
        Int::U16 => integer!(function, u16),
        Int::U32 => integer!(function, u32),
        Int::U64 => integer!(function, u64),
    }
}

/// `base` to the power of `exponent`, modulo 2^128. With a negative exponent it is the reciprocal, rounded to zero; it
/// is zero for a zero base.
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
