// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! 16-bit floats, by integer arithmetic on `f32`: Cranelift has no instructions that convert them in 128-bit vectors.

use cranelift_codegen::ir::{
    InstBuilder,
    condcodes::{FloatCC, IntCC},
};
use gomlx_ir::DType;

use super::value::{Emit, Val};

/// The bits of an `f16`, shifted to the place of an `f32`, need this much more in the exponent.
const F16_BIAS: i64 = (127 - 15) << 23;
/// Adding 0.5 to a small `f32` rounds it to a multiple of 2^-24, the least positive `f16`.
const F16_TINY: f64 = 0.5;
/// The least normal `f16`, 2^-14.
const F16_NORMAL: f64 = 6.103_515_625e-5;
/// The least number that rounds to infinity in `f16`.
const F16_LIMIT: f64 = 65520.0;

impl Emit<'_, '_> {
    fn ints(&mut self, x: &Val) -> Val {
        self.cast(x, DType::I32)
    }

    fn floats(&mut self, x: &Val) -> Val {
        self.cast(x, DType::F32)
    }

    fn and(&mut self, x: &Val, bits: u32) -> Val {
        let bits = self.constant(u64::from(bits), DType::I32);
        self.zip(x, &bits, |b, x, y| b.ins().band(x, y))
    }

    fn or(&mut self, x: &Val, y: &Val) -> Val {
        self.zip(x, y, |b, x, y| b.ins().bor(x, y))
    }

    fn plus(&mut self, x: &Val, n: i64) -> Val {
        let n = self.constant(n as u64, DType::I32);
        self.zip(x, &n, |b, x, y| b.ins().iadd(x, y))
    }

    fn up(&mut self, x: &Val, n: i64) -> Val {
        self.map(x, |b, x| b.ins().ishl_imm_u(x, n))
    }

    fn down(&mut self, x: &Val, n: i64) -> Val {
        self.map(x, |b, x| b.ins().ushr_imm_u(x, n))
    }

    fn add_float(&mut self, x: &Val, n: f64, sign: bool) -> Val {
        let n = self.number(n, DType::F32);
        self.zip(x, &n, |b, x, y| if sign { b.ins().fadd(x, y) } else { b.ins().fsub(x, y) })
    }

    fn float_mask(&mut self, cc: FloatCC, x: &Val, y: &Val) -> Val {
        self.zip(x, y, |b, x, y| b.ins().fcmp(cc, x, y))
    }

    /// `f32` from the bits of a 16-bit float in 32-bit integers.
    pub(super) fn widen_half(&mut self, bits: &Val, dtype: DType) -> Val {
        if dtype == DType::BF16 {
            let up = self.up(bits, 16);
            return self.floats(&up);
        }
        let magnitude = self.and(bits, 0x7fff);
        let sign = self.and(bits, 0x8000);
        let sign = self.up(&sign, 16);
        let moved = self.up(&magnitude, 13);
        let normal = self.plus(&moved, F16_BIAS);
        // A number without a leading one gets one, which is 2^-14, and loses it again. (The bits at their new place are
        // a subnormal `f32`, with which loops do not compute.)
        let with_one = self.plus(&moved, F16_BIAS + (1 << 23));
        let with_one = self.floats(&with_one);
        let tiny = self.add_float(&with_one, F16_NORMAL, false);
        let tiny = self.ints(&tiny);
        let least = self.constant(0x400, DType::I32);
        let small = self.zip(&magnitude, &least, |b, x, y| b.ins().icmp(IntCC::SignedLessThan, x, y));
        // Infinities and NaN have an exponent of all ones.
        let last = self.constant(0x7bff, DType::I32);
        let special = self.zip(&magnitude, &last, |b, x, y| b.ins().icmp(IntCC::SignedGreaterThan, x, y));
        let infinite = self.plus(&normal, F16_BIAS);
        let x = self.blend(&small, &tiny, &normal, DType::I32);
        let x = self.blend(&special, &infinite, &x, DType::I32);
        let x = self.or(&x, &sign);
        self.floats(&x)
    }

    /// Rounds the result of an op to a 16-bit float type, unless `keep_f32` delays the rounding until the value is
    /// stored.
    pub(super) fn rounded(&mut self, x: &Val, dtype: DType) -> Val {
        match dtype {
            DType::F16 | DType::BF16 if !self.keep_f32 => self.round_half(x, dtype),
            _ => x.clone(),
        }
    }

    /// Rounds a 16-bit float, unless the op that made it has rounded it.
    pub(super) fn in_memory(&mut self, x: &Val, dtype: DType) -> Val {
        if self.keep_f32 { self.round_half(x, dtype) } else { x.clone() }
    }

    /// Rounds `f32` to the nearest value of a 16-bit float type, ties to even.
    pub(super) fn round_half(&mut self, x: &Val, dtype: DType) -> Val {
        let bits = self.ints(x);
        let nan = self.float_mask(FloatCC::Unordered, x, x);
        let shift = if dtype == DType::BF16 { 16 } else { 13 };
        let keep = !0u32 << shift;
        let odd = self.down(&bits, shift);
        let odd = self.and(&odd, 1);
        let nudged = self.plus(&bits, (1 << (shift - 1)) - 1);
        let nudged = self.zip(&nudged, &odd, |b, x, y| b.ins().iadd(x, y));
        let rounded = self.and(&nudged, keep);
        let quiet = self.constant(0x0040_0000, DType::I32);
        let quiet = self.or(&bits, &quiet);
        let quiet = self.and(&quiet, keep);
        let mut out = self.blend(&nan, &quiet, &rounded, DType::I32);
        if dtype == DType::F16 {
            let magnitude = self.and(&bits, 0x7fff_ffff);
            let magnitude = self.floats(&magnitude);
            let sign = self.and(&bits, 0x8000_0000);
            let normal = self.number(F16_NORMAL, DType::F32);
            let limit = self.number(F16_LIMIT, DType::F32);
            let small = self.float_mask(FloatCC::LessThan, &magnitude, &normal);
            let tiny = self.add_float(&magnitude, F16_TINY, true);
            let tiny = self.add_float(&tiny, F16_TINY, false);
            let tiny = self.ints(&tiny);
            let tiny = self.or(&tiny, &sign);
            out = self.blend(&small, &tiny, &out, DType::I32);
            let large = self.float_mask(FloatCC::GreaterThanOrEqual, &magnitude, &limit);
            let infinity = self.constant(0x7f80_0000, DType::I32);
            let infinity = self.or(&infinity, &sign);
            out = self.blend(&large, &infinity, &out, DType::I32);
        }
        self.floats(&out)
    }

    /// The bits of 16-bit floats, in 32-bit integers, from the equal `f32`.
    pub(super) fn narrow_half(&mut self, x: &Val, dtype: DType) -> Val {
        let bits = self.ints(x);
        if dtype == DType::BF16 {
            return self.down(&bits, 16);
        }
        let sign = self.down(&bits, 16);
        let sign = self.and(&sign, 0x8000);
        let magnitude = self.and(&bits, 0x7fff_ffff);
        let normal = self.down(&magnitude, 13);
        let normal = self.plus(&normal, -(112 << 10));
        let magnitude = self.floats(&magnitude);
        let tiny = self.add_float(&magnitude, F16_TINY, true);
        let tiny = self.ints(&tiny);
        let tiny = self.plus(&tiny, -i64::from(0.5f32.to_bits()));
        let least = self.number(F16_NORMAL, DType::F32);
        let small = self.float_mask(FloatCC::LessThan, &magnitude, &least);
        let out = self.blend(&small, &tiny, &normal, DType::I32);
        let infinity = self.number(f64::INFINITY, DType::F32);
        let infinite = self.float_mask(FloatCC::Equal, &magnitude, &infinity);
        let infinity = self.constant(0x7c00, DType::I32);
        let out = self.blend(&infinite, &infinity, &out, DType::I32);
        let nan = self.float_mask(FloatCC::Unordered, x, x);
        let quiet = self.constant(0x7e00, DType::I32);
        let out = self.blend(&nan, &quiet, &out, DType::I32);
        self.or(&out, &sign)
    }
}
