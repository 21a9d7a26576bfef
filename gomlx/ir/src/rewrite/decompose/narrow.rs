// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Conversions and comparisons of narrow types, and arithmetic of small integers, as ops on bytes. A backend then only
//! moves narrow types.

use crate::edit::Values;
use crate::narrow::Layout;
use crate::rewrite::math::{Num, formula1, formula2};
use crate::{Axes, BinaryOp, Builder, ConvDims, DType, DotDims, Narrow, Op, Reducer, UnaryOp, ValueId};

/// Emits an op with a narrow operand or result on a dtype that has arithmetic. `None` if no rule applies.
pub(super) fn rewritten(b: &mut Builder<'_>, op: &Op, operands: &[ValueId]) -> Option<ValueId> {
    match op {
        Op::Convert(to) => match (b.shape(operands[0]).dtype, *to) {
            (from, to) if from == to => None,
            (DType::Narrow(from), to) => {
                let wide = decoded(b, from, operands[0]);
                Some(match to {
                    DType::Narrow(to) => encoded(b, to, wide),
                    to => b.convert(wide, to),
                })
            }
            (_, DType::Narrow(to)) => Some(encoded(b, to, operands[0])),
            _ => None,
        },
        Op::BitcastConvert(to) => {
            let (DType::Narrow(from), DType::Narrow(to)) = (b.shape(operands[0]).dtype, *to) else { return None };
            if from.byte() == to.byte() || from.bits() != to.bits() {
                return None;
            }
            // One of the bytes is sign-extended, and the other is not.
            Some(formula1(b, operands[0], |x| with_bits(x.bits(from.byte()).convert(DType::I32), to)))
        }
        Op::Unary(op) => small_unary(b, *op, operands[0]),
        Op::Binary(op) => small_binary(b, *op, operands[0], operands[1]),
        Op::DotGeneral(dims) if is_small_product(b, operands[0], dims.out) => {
            Some(small_product(b, |out| Op::DotGeneral(DotDims { out, ..dims.clone() }), operands, dims.out))
        }
        Op::Convolution(dims) if is_small_product(b, operands[0], dims.out) => {
            Some(small_product(b, |out| Op::Convolution(Box::new(ConvDims { out, ..(**dims).clone() })), operands, dims.out))
        }
        Op::Compare(direction, kind) => {
            let DType::Narrow(narrow) = b.shape(operands[0]).dtype else { return None };
            let wide = [operands[0], operands[1]].map(|x| decoded(b, narrow, x));
            Some(b.emit(Op::Compare(*direction, *kind), &wide).expect("both are of one wider type"))
        }
        Op::Iota { shape, axis } => {
            let DType::Narrow(to) = shape.dtype else { return None };
            let count = b.emit(Op::Iota { shape: shape.with_dtype(DType::I32), axis: *axis }, &[]).expect("an iota of integers");
            Some(encoded(b, to, count))
        }
        _ => None,
    }
}

/// A function of small integers, by the function of their bytes.
fn small_unary(b: &mut Builder<'_>, op: UnaryOp, x: ValueId) -> Option<ValueId> {
    let DType::Narrow(narrow) = b.shape(x).dtype else { return None };
    Some(formula1(b, x, |x| {
        let byte = x.bits(narrow.byte());
        let result = match op {
            // Bits above those of the type do not count.
            UnaryOp::Popcnt | UnaryOp::CountLeadingZeros => {
                let count = low_bits(byte, narrow).unary(op);
                if op == UnaryOp::Popcnt { count } else { count - f64::from(8 - narrow.bits()) }
            }
            _ => byte.unary(op),
        };
        with_bits(result.convert(DType::I32), narrow)
    }))
}

/// As [`small_unary`], for two operands.
fn small_binary(b: &mut Builder<'_>, op: BinaryOp, x: ValueId, y: ValueId) -> Option<ValueId> {
    let DType::Narrow(narrow) = b.shape(x).dtype else { return None };
    Some(formula2(b, x, y, |x, y| {
        let (x, y) = (x.bits(narrow.byte()), y.bits(narrow.byte()));
        let result = match op {
            BinaryOp::ShiftRightLogical => low_bits(x, narrow).binary(op, y.convert(DType::U8)),
            BinaryOp::ShiftRightArithmetic => {
                let signed = x.convert(DType::I32);
                let above = 32 - narrow.bits();
                let signed = signed.shift(BinaryOp::ShiftLeft, above).shift(BinaryOp::ShiftRightArithmetic, above);
                // An amount that is negative in its type is beyond any width.
                signed.binary(op, y.convert(DType::U8).convert(DType::I32))
            }
            _ => x.binary(op, y),
        };
        with_bits(result.convert(DType::I32), narrow)
    }))
}

/// The bits of small integers, as `u8`.
fn low_bits<'m, 'a>(byte: Num<'m, 'a>, narrow: Narrow) -> Num<'m, 'a> {
    let byte = byte.convert(DType::U8);
    byte.and(byte.like(f64::from(narrow.mask())))
}

/// The elements with the low bits of an `i32`.
fn with_bits<'m, 'a>(word: Num<'m, 'a>, to: Narrow) -> Num<'m, 'a> {
    let above = 32 - to.bits();
    let word = match to.is_signed_int() {
        true => word.shift(BinaryOp::ShiftLeft, above).shift(BinaryOp::ShiftRightArithmetic, above),
        false => word.and(word.like(f64::from(to.mask()))),
    };
    word.convert(to.byte()).bits(DType::Narrow(to))
}

/// A reduction of small integers, in the integers of their bytes: it wraps as often, or compares the same numbers.
pub(super) fn small_reduction(b: &mut Builder<'_>, reducer: BinaryOp, operands: [ValueId; 2], axes: &Axes) -> Option<Values> {
    let DType::Narrow(narrow) = b.shape(operands[0]).dtype else { return None };
    use BinaryOp::{Add, And, Maximum, Minimum, Multiply, Or, Xor};
    if !narrow.is_int() || !matches!(reducer, Add | And | Maximum | Minimum | Multiply | Or | Xor) {
        return None;
    }
    let operands = operands.map(|x| decoded(b, narrow, x));
    let region = b.reducer(Reducer::Binary(reducer), narrow.byte());
    let inst = b.emit_inst(Op::Reduce(axes.clone()), &operands, &[region]).expect("a reduction has a form for each integer type");
    let reduced = b.function.inst(inst).results[0];
    Some(Values::from_slice(&[encoded(b, narrow, reduced)]))
}

/// Whether an op on an operand sums products of small integers, or to small integers.
fn is_small_product(b: &Builder<'_>, operand: ValueId, out: DType) -> bool {
    out.is_small_int() || b.shape(operand).dtype.is_small_int()
}

/// Computes sums of products in a type of at least 32 bits. The low bits of a sum are the result.
fn small_product(b: &mut Builder<'_>, op: impl FnOnce(DType) -> Op, operands: &[ValueId], out: DType) -> ValueId {
    let wide = if out.size() < 4 { DType::I32 } else { out };
    let operands = [operands[0], operands[1]].map(|x| {
        let read = if let DType::Narrow(narrow) = b.shape(x).dtype { decoded(b, narrow, x) } else { x };
        b.convert(read, wide)
    });
    let sum = b.emit(op(wide), &operands).expect("a sum of products has a form for each integer type");
    if let DType::Narrow(to) = out { encoded(b, to, sum) } else { b.convert(sum, out) }
}

/// Decodes the bytes of a narrow type: to `i8` or `u8` for integers, to `f32` for floating point.
fn decoded(b: &mut Builder<'_>, from: Narrow, x: ValueId) -> ValueId {
    formula1(b, x, |x| {
        let byte = x.bits(from.byte());
        if from.is_int() {
            return byte;
        }
        let word = byte.convert(DType::I32);
        let Some(layout) = from.layout() else {
            // The byte is the exponent of a power of two. The least power is subnormal in `f32`.
            let power = word.shift(BinaryOp::ShiftLeft, 23).bits(DType::F32);
            let power = word.is(0.0).select(power.like(2f64.powi(-127)), power);
            return word.is(255.0).select(power.nan(), power);
        };
        let sign_bit = f64::from(1u32 << (from.bits() - 1));
        let magnitude = word.and(word.like(sign_bit - 1.0));
        // Shift the exponent to its place in `f32`, and correct its bias by a factor.
        let value = magnitude.shift(BinaryOp::ShiftLeft, 23 - layout.mantissa).bits(DType::F32) * 2f64.powi(127 - layout.bias);
        // Below the least normal number the spacing is constant.
        let subnormal = magnitude.convert(DType::F32) * 2f64.powi(1 - layout.bias - layout.mantissa as i32);
        let value = magnitude.below(f64::from(1u32 << layout.mantissa)).select(subnormal, value);
        let largest = f64::from(layout.largest);
        let value = magnitude.above(largest).select(value.nan(), value);
        let value = if layout.has_infinity() { magnitude.is(largest + 1.0).select(value.infinity(), value) } else { value };
        let value = word.above(sign_bit - 1.0).select(-value, value);
        if layout.nan_for_zero() { word.is(sign_bit).select(value.nan(), value) } else { value }
    })
}

/// Encodes numbers as bytes of a narrow type, rounded to the nearest element.
fn encoded(b: &mut Builder<'_>, to: Narrow, x: ValueId) -> ValueId {
    let dtype = b.shape(x).dtype;
    let int = to.is_int();
    // Integers wrap when converted to integers. All other values are converted to `f32` first.
    let x = match dtype {
        _ if int && (dtype.is_int() || dtype == DType::Bool) => b.convert(x, DType::I32),
        DType::F64 => formula1(b, x, odd_single),
        DType::I32 | DType::U32 => {
            let wide = b.convert(x, DType::F64);
            formula1(b, wide, odd_single)
        }
        DType::I64 | DType::U64 => {
            let few = formula1(b, x, odd_int);
            let wide = b.convert(few, DType::F64);
            formula1(b, wide, odd_single)
        }
        _ => b.convert(x, DType::F32),
    };
    formula1(b, x, |x| {
        let word = match to {
            _ if int && x.dtype() == DType::I32 => x,
            _ if int => x.max(x.like(to.to_f64(to.extreme(false)))).min(x.like(to.to_f64(to.extreme(true)))).convert(DType::I32),
            _ => float_bits(to, x),
        };
        match int {
            true => with_bits(word, to),
            false => word.convert(DType::U8).bits(DType::Narrow(to)),
        }
    })
}

/// The `f32` that is equal to an `f64`, or its odd neighbour. It rounds to the same narrow number: rounding to the
/// nearest `f32` first could make a tie.
fn odd_single<'m, 'a>(x: Num<'m, 'a>) -> Num<'m, 'a> {
    let nearest = x.convert(DType::F32);
    let back = nearest.convert(DType::F64);
    let bits = nearest.bits(DType::I32);
    // Bits of one less are the neighbour nearer to zero.
    let truncated = x.abs().lt(back.abs()).select(bits - 1.0, bits);
    let odd = truncated.or(bits.like(1.0));
    x.ne(back).and(x.is_nan().not()).select(odd, bits).bits(DType::F32)
}

/// A 64-bit integer that `f64` has: the integer itself, or its odd neighbour among the multiples of 2048.
fn odd_int<'m, 'a>(x: Num<'m, 'a>) -> Num<'m, 'a> {
    let low = x.and(x.like(2047.0));
    let odd = (x - low).or(low.is(0.0).select(x.like(0.0), x.like(2048.0)));
    let limit = 2f64.powi(53);
    let large = if x.dtype() == DType::U64 { x.above(limit) } else { x.above(limit).or(x.below(-limit)) };
    large.select(odd, x)
}

/// The bits, as `i32`, of the nearest floating-point number of a narrow type.
fn float_bits<'m, 'a>(to: Narrow, x: Num<'m, 'a>) -> Num<'m, 'a> {
    let bits = x.bits(DType::I32);
    let Some(layout) = to.layout() else {
        // The byte is the exponent, rounded to nearest with halves up. Subnormal numbers lie below 2^-126, whose byte
        // is 1.
        let exponent = (bits + 0x40_0000 as f64).shift(BinaryOp::ShiftRightLogical, 23);
        let subnormal = bits.above(0x5f_ffff as f64).select(bits.like(1.0), bits.like(0.0));
        let exponent = bits.below(0x80_0000 as f64).select(subnormal, exponent);
        let wrong = x.is_nan().or(x.below(0.0)).or(exponent.above(254.0));
        let exponent = x.abs().bits(DType::I32).is(0.0).select(bits.like(0.0), exponent);
        return wrong.select(bits.like(255.0), exponent);
    };
    let sign_bit = f64::from(1u32 << (to.bits() - 1));
    let magnitude = x.abs();
    let word = magnitude.bits(DType::I32);
    let lost = 23 - layout.mantissa;
    let odd = word.shift(BinaryOp::ShiftRightLogical, lost).and(word.like(1.0));
    let rounded = (word + f64::from((1u32 << (lost - 1)) - 1) + odd).shift(BinaryOp::ShiftRightLogical, lost);
    let normal = rounded - f64::from((127 - layout.bias) << layout.mantissa);
    // Below the least normal number the spacing is constant. Adding a number with this spacing rounds to it.
    let spacing = 1 - layout.bias - layout.mantissa as i32;
    let anchor = magnitude.like(2f64.powi(spacing + 23));
    let subnormal = (magnitude + anchor).bits(DType::I32) - anchor.bits(DType::I32);
    let code = magnitude.below(2f64.powi(1 - layout.bias)).select(subnormal, normal);
    let special = special(&layout, sign_bit, code, x);
    let signed = x.is_negative().select(special + sign_bit, special);
    if !layout.nan_for_zero() {
        return signed;
    }
    // The byte of negative zero stands for NaN of either sign.
    let nan = x.is_nan().or(code.above(f64::from(layout.largest)));
    let zero = code.is(0.0).and(nan.not());
    nan.select(code.like(sign_bit), zero.select(code, signed))
}

/// The bits of the magnitude, with the format's bits for NaN and for numbers that are too large.
fn special<'m, 'a>(layout: &Layout, sign_bit: f64, code: Num<'m, 'a>, x: Num<'m, 'a>) -> Num<'m, 'a> {
    let beyond = f64::from(layout.largest) + 1.0;
    if layout.has_nothing_above() {
        let kept = code.min(code.like(beyond - 1.0));
        // NaN has the bits of negative zero, whatever its sign.
        let nan = x.is_negative().select(code.like(0.0), code.like(sign_bit));
        return x.is_nan().select(nan, kept);
    }
    let kept = code.min(code.like(beyond));
    let quiet = if layout.has_infinity() { f64::from(1u32 << (layout.mantissa - 1)) } else { 0.0 };
    x.is_nan().select(code.like(beyond + quiet), kept)
}
