// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Integers: two's complement, wrapping; division by zero and shifts past the width as in XLA.

use std::cmp::Ordering;

use super::{Arithmetic, tensor};
use crate::{BinaryOp, CompareKind, DType, HostTensor, UnaryOp};

macro_rules! int {
    ($($t:ident: $unsigned:ident, $abs:expr, $signum:expr;)*) => { $(
        impl Arithmetic for $t {
            const ZERO: $t = 0;

            fn read(tensor: &HostTensor) -> Vec<$t> {
                bytemuck::cast_slice::<u8, $t>(tensor.bytes()).to_vec()
            }

            fn write(dtype: DType, dims: &[usize], elements: &[$t]) -> HostTensor {
                tensor(dtype, dims, elements)
            }

            fn unary(op: UnaryOp) -> Option<fn($t) -> $t> {
                Some(match op {
                    UnaryOp::Abs => $abs,
                    UnaryOp::CountLeadingZeros => |x| x.leading_zeros() as $t,
                    UnaryOp::Negate => |x| x.wrapping_neg(),
                    UnaryOp::Not => |x| !x,
                    UnaryOp::Popcnt => |x| x.count_ones() as $t,
                    UnaryOp::Sign => $signum,
                    // No other function takes integers: a test tries all that do.
                    _ => return None,
                })
            }

            fn binary(op: BinaryOp) -> Option<fn($t, $t) -> $t> {
                /// The shift amount, where it is below the width.
                fn amount(by: $t) -> Option<u32> {
                    u32::try_from(by as $unsigned).ok().filter(|&by| by < $t::BITS)
                }
                Some(match op {
                    BinaryOp::Add => |x, y| x.wrapping_add(y),
                    BinaryOp::And => |x, y| x & y,
                    BinaryOp::Divide => |x, y| if y == 0 { !0 } else { x.wrapping_div(y) },
                    BinaryOp::Maximum => |x, y| x.max(y),
                    BinaryOp::Minimum => |x, y| x.min(y),
                    BinaryOp::Multiply => |x, y| x.wrapping_mul(y),
                    BinaryOp::Or => |x, y| x | y,
                    BinaryOp::Power => |x, y| power(x as i128, y as i128) as $t,
                    BinaryOp::Remainder => |x, y| if y == 0 { x } else { x.wrapping_rem(y) },
                    BinaryOp::ShiftLeft => |x, by| amount(by).map_or(0, |by| x << by),
                    BinaryOp::ShiftRightArithmetic => |x, by| {
                        // The sign is that of the bits, whether or not the type has one.
                        let sign = x.leading_zeros() == 0;
                        let low = amount(by).map_or(0, |by| ((x as $unsigned) >> by) as $t);
                        let high = amount(by).map_or(!0, |by| if by == 0 { 0 } else { !0 << ($t::BITS - by) });
                        if sign { low | high } else { low }
                    },
                    BinaryOp::ShiftRightLogical => |x, by| amount(by).map_or(0, |by| ((x as $unsigned) >> by) as $t),
                    BinaryOp::Subtract => |x, y| x.wrapping_sub(y),
                    BinaryOp::Xor => |x, y| x ^ y,
                    _ => return None,
                })
            }

            fn order(self, other: $t, _kind: CompareKind) -> Option<Ordering> {
                Some(self.cmp(&other))
            }

            fn plus_product(self, x: $t, y: $t) -> $t {
                self.wrapping_add(x.wrapping_mul(y))
            }
        }
    )* };
}

int! {
    i8: u8, |x| x.wrapping_abs(), |x| x.signum();
    i16: u16, |x| x.wrapping_abs(), |x| x.signum();
    i32: u32, |x| x.wrapping_abs(), |x| x.signum();
    i64: u64, |x| x.wrapping_abs(), |x| x.signum();
    u8: u8, |x| x, |x| x.min(1);
    u16: u16, |x| x, |x| x.min(1);
    u32: u32, |x| x, |x| x.min(1);
    u64: u64, |x| x, |x| x.min(1);
}

/// A power modulo 2^128, to be truncated to the width. A negative exponent gives the reciprocal rounded to zero, and
/// zero for a zero base.
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
