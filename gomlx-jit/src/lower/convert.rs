// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Conversions between element types. Integers wrap. Floats are truncated and saturated to integers, and NaN becomes
//! zero. Every number except zero is true.
//!
//! A conversion to a 16-bit float rounds once. A wider number first becomes an `f32` that rounds to the same 16 bits:
//! the number itself, or the odd neighbour of a number that `f32` does not have (Boldo and Melquiond, "Emulation of FMA
//! and correctly rounded sums: proved algorithms using rounding to odd").

use cranelift_codegen::ir::{
    InstBuilder,
    condcodes::{FloatCC, IntCC},
    types,
};
use gomlx_ir::DType;
use smallvec::smallvec;

use super::value::{Emit, Val, Width, bits_of_lanes, element_type};

impl Emit<'_, '_> {
    pub(super) fn convert(&mut self, x: &Val, from: DType, to: DType) -> Val {
        if from == to {
            return x.clone();
        }
        let half = matches!(to, DType::F16 | DType::BF16);
        let (x, from) = if half { self.odd(x, from) } else { (x.clone(), from) };
        let out = match self.width {
            Width::Scalar => self.convert_scalar(&x, from, to),
            Width::Lanes(_) => self.convert_lanes(&x, from, to),
        };
        if half { self.round_half(&out, to) } else { out }
    }

    /// A number with the value of `x`, or an odd neighbour, that `f32` has exactly; and its type.
    fn odd(&mut self, x: &Val, from: DType) -> (Val, DType) {
        match from {
            DType::F64 => (self.odd_single(x), DType::F32),
            DType::I32 | DType::U32 => (self.odd_int(x, from, 24), from),
            DType::I64 | DType::U64 => {
                let few = self.odd_int(x, from, 53);
                let wide = self.convert(&few, from, DType::F64);
                (self.odd_single(&wide), DType::F32)
            }
            _ => (x.clone(), from),
        }
    }

    /// `f32` from `f64`, rounded to odd.
    fn odd_single(&mut self, x: &Val) -> Val {
        let nearest = self.convert(x, DType::F64, DType::F32);
        let back = self.convert(&nearest, DType::F32, DType::F64);
        let magnitudes = [x, &back].map(|x| self.map(x, |b, x| b.ins().fabs(x)));
        // Infinity and NaN are equal to themselves or unordered: they stay.
        let [above, below] = [FloatCC::LessThan, FloatCC::GreaterThan].map(|order| {
            let masks = self.zip(&magnitudes[0], &magnitudes[1], |b, x, y| b.ins().fcmp(order, x, y));
            self.mask(masks)
        });
        let inexact = self.zip(&above, &below, |b, x, y| b.ins().bor(x, y));
        let bits = self.cast(&nearest, DType::I32);
        let one = self.constant(1, DType::I32);
        // Bits of one less are the neighbour nearer to zero.
        let nearer = self.zip(&bits, &one, |b, x, y| b.ins().isub(x, y));
        let truncated = self.blend(&above, &nearer, &bits, DType::I32);
        let odd = self.zip(&truncated, &one, |b, x, y| b.ins().bor(x, y));
        let odd = self.blend(&inexact, &odd, &bits, DType::I32);
        self.cast(&odd, DType::F32)
    }

    /// An integer of at most `mantissa` significant bits: `x` itself, or its odd neighbour among the multiples of a
    /// power of two.
    fn odd_int(&mut self, x: &Val, dtype: DType, mantissa: u32) -> Val {
        let signed = dtype.is_signed_int();
        let low = 8 * dtype.size() as u32 - mantissa;
        let limit = self.constant(1 << mantissa, dtype);
        let is_small = if signed {
            let shifted = self.zip(x, &limit, |b, x, y| b.ins().iadd(x, y));
            let twice = self.constant(2 << mantissa, dtype);
            self.zip(&shifted, &twice, |b, x, y| b.ins().icmp(IntCC::UnsignedLessThan, x, y))
        } else {
            self.zip(x, &limit, |b, x, y| b.ins().icmp(IntCC::UnsignedLessThan, x, y))
        };
        // Adding the mask to the low bits carries into the bit above if one of them is set.
        let mask = self.constant((1 << low) - 1, dtype);
        let dropped = self.zip(x, &mask, |b, x, y| b.ins().band(x, y));
        let carried = self.zip(&dropped, &mask, |b, x, y| b.ins().iadd(x, y));
        let odd = self.zip(x, &carried, |b, x, y| b.ins().bor(x, y));
        let odd = self.zip(&odd, &mask, |b, x, y| b.ins().band_not(x, y));
        self.blend(&is_small, x, &odd, dtype)
    }

    fn is_nonzero(&mut self, x: &Val, from: DType) -> Val {
        let zero = self.constant(0, from);
        let out = match from.is_float() {
            true => self.zip(x, &zero, |b, x, z| b.ins().fcmp(FloatCC::NotEqual, x, z)),
            false => self.zip(x, &zero, |b, x, z| b.ins().icmp(IntCC::NotEqual, x, z)),
        };
        self.mask(out)
    }

    fn convert_scalar(&mut self, x: &Val, from: DType, to: DType) -> Val {
        let (have, want) = (element_type(from, Width::Scalar), element_type(to, Width::Scalar));
        let unsigned = from == DType::Bool || from.is_unsigned_int();
        let v = x[0];
        let ins = self.b.ins();
        smallvec![match (from.is_float(), to.is_float()) {
            _ if to == DType::Bool => return self.is_nonzero(x, from),
            (true, true) if have == want => v,
            (true, true) if want == types::F64 => ins.fpromote(want, v),
            (true, true) => ins.fdemote(want, v),
            (true, false) => {
                // Types below 32 bits saturate at their own bounds.
                let bits = want.bits();
                let wide = if bits < 32 { types::I32 } else { want };
                let signed = to.is_signed_int();
                let whole = if signed { ins.fcvt_to_sint_sat(wide, v) } else { ins.fcvt_to_uint_sat(wide, v) };
                if bits >= 32 {
                    whole
                } else if signed {
                    let low = self.b.ins().iconst(types::I32, -(1i64 << (bits - 1)));
                    let high = self.b.ins().iconst(types::I32, (1i64 << (bits - 1)) - 1);
                    let whole = self.b.ins().smax(whole, low);
                    let whole = self.b.ins().smin(whole, high);
                    self.b.ins().ireduce(want, whole)
                } else {
                    let high = self.b.ins().iconst(types::I32, (1i64 << bits) - 1);
                    let whole = self.b.ins().umin(whole, high);
                    self.b.ins().ireduce(want, whole)
                }
            }
            (false, true) => {
                let wide =
                    if have.bits() < 32 { if unsigned { ins.uextend(types::I32, v) } else { ins.sextend(types::I32, v) } } else { v };
                if unsigned && have.bits() >= 32 {
                    self.b.ins().fcvt_from_uint(want, wide)
                } else {
                    self.b.ins().fcvt_from_sint(want, wide)
                }
            }
            (false, false) if have == want => v,
            (false, false) if have.bits() > want.bits() => ins.ireduce(want, v),
            (false, false) if unsigned => ins.uextend(want, v),
            (false, false) => ins.sextend(want, v),
        }]
    }

    fn convert_lanes(&mut self, x: &Val, from: DType, to: DType) -> Val {
        let unsigned = from == DType::Bool || from.is_unsigned_int();
        if to == DType::Bool {
            return self.is_nonzero(x, from);
        }
        // Converted booleans are the numbers 0 and 1, not masks.
        let x = match from {
            DType::Bool => {
                let one = self.constant(1, DType::I32);
                self.zip(x, &one, |b, x, y| b.ins().band(x, y))
            }
            _ => x.clone(),
        };
        let wide = |d: DType| element_type(d, Width::Lanes(8)).bytes() == 8;
        match (from.is_float(), to.is_float()) {
            (true, true) => match (wide(from), wide(to)) {
                (false, true) => {
                    let order =
                        self.b.func.dfg.immediates.push([8u8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15].as_slice().into());
                    x.iter()
                        .flat_map(|&x| {
                            let bytes = self.cast(&smallvec![x], DType::I32);
                            let bytes = self.b.ins().bitcast(types::I8X16, bits_of_lanes(), bytes[0]);
                            let high = self.b.ins().shuffle(bytes, bytes, order);
                            let high = self.b.ins().bitcast(types::F32X4, bits_of_lanes(), high);
                            [self.b.ins().fvpromote_low(x), self.b.ins().fvpromote_low(high)]
                        })
                        .collect()
                }
                (true, false) => x
                    .chunks(2)
                    .map(|pair| {
                        let (low, high) = (self.b.ins().fvdemote(pair[0]), self.b.ins().fvdemote(pair[1]));
                        let order =
                            self.b.func.dfg.immediates.push([0u8, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23].as_slice().into());
                        let low = self.b.ins().bitcast(types::I8X16, bits_of_lanes(), low);
                        let high = self.b.ins().bitcast(types::I8X16, bits_of_lanes(), high);
                        let both = self.b.ins().shuffle(low, high, order);
                        self.b.ins().bitcast(types::F32X4, bits_of_lanes(), both)
                    })
                    .collect(),
                _ => x,
            },
            (true, false) => self.map(&x, |b, x| b.ins().fcvt_to_sint_sat(types::I32X4, x)),
            (false, true) => {
                let single = self.map(&x, |b, x| match from {
                    DType::U32 => b.ins().fcvt_from_uint(types::F32X4, x),
                    _ => b.ins().fcvt_from_sint(types::F32X4, x),
                });
                if wide(to) { self.convert_lanes(&single, DType::F32, DType::F64) } else { single }
            }
            (false, false) => match (wide(from), wide(to)) {
                (false, true) => self.widen_lanes(&x, !unsigned),
                (true, false) => self.narrow_lanes(&x),
                _ => x,
            },
        }
    }
}

/// Whether a conversion has a vector form.
pub(super) fn has_lanes(from: DType, to: DType) -> bool {
    let wide_int = |d: DType| matches!(d, DType::I64 | DType::U64);
    match (from.is_float(), to.is_float()) {
        _ if to == DType::Bool => true,
        (true, true) => true,
        (true, false) => to == DType::I32 && from != DType::F64,
        // Lanes convert integers to `f64` through `f32`, which cannot hold all 32-bit integers.
        (false, true) => !(wide_int(from) || to == DType::F64 && matches!(from, DType::I32 | DType::U32)),
        // The lanes have 32 bits and would not wrap to a type of fewer bits.
        (false, false) => to.size() >= 4,
    }
}
