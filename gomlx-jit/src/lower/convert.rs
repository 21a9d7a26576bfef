// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Conversions between element types. Integers wrap. Floats are truncated and saturated to integers, and NaN becomes
//! zero. Every number except zero is true.

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
        let out = match self.width {
            Width::Scalar => self.convert_scalar(x, from, to),
            Width::Lanes(_) => self.convert_lanes(x, from, to),
        };
        match to {
            DType::F16 | DType::BF16 => self.round_half(&out, to),
            _ => out,
        }
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
