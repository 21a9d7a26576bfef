// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `bitcast_convert` between elements of which one has fewer than eight bits, and the other another number of bits.
//!
//! Such elements are kept a byte each, so that the op itself, which keeps the bytes, is for types of the same width and
//! of whole bytes. All else is expressed by shifts here: the bits of an element are those of the elements along the
//! last axis of the other type, the least significant first, as in StableHLO's interpreter.

use crate::{BinaryOp, Builder, DType, Dim, Narrow, Op, Result, Shape, ValueId, bail};

/// Whether the bits of one type's elements are parts of the bytes of the other's.
pub(crate) fn is_packed(from: DType, to: DType) -> bool {
    from.bits() != to.bits() && from.bits().min(to.bits()) < 8 && !from.is_complex() && !to.is_complex()
}

/// Emits `bitcast_convert` as the StableHLO spec has it.
///
/// # Errors
/// If the widths do not divide each other, or the last dim is not the quotient; as the op.
pub(crate) fn bitcast(b: &mut Builder<'_>, x: ValueId, to: DType) -> Result<ValueId> {
    let shape = b.shape(x).clone();
    let (bits, to_bits) = (shape.dtype.bits(), to.bits());
    if !is_packed(shape.dtype, to) {
        return b.emit(Op::BitcastConvert(to), &[x]);
    }
    if bits.max(to_bits) % bits.min(to_bits) != 0 {
        bail!(
            DType,
            "bitcast_convert: {shape} to {to}: elements of {bits} bits do not consist of elements of {to_bits}, nor these of them (C1)"
        );
    }
    let part = bits.min(to_bits);
    let parts = bits.max(to_bits) / part;
    let word = unsigned(bits.max(to_bits));
    let read = to_word(b, x, word)?;
    // The positions of the parts in a word.
    let places = |b: &mut Builder<'_>, dims: Vec<Dim>| -> Result<ValueId> {
        let axis = dims.len() - 1;
        let count = b.emit(Op::Iota { shape: Shape::symbolic(word, dims), axis }, &[])?;
        Ok(b.scale(count, part as f64))
    };
    let moved = if bits > to_bits {
        let dims: Vec<Dim> = shape.dims.iter().cloned().chain([Dim::Lit(parts)]).collect();
        let axes: Vec<usize> = (0..shape.rank()).collect();
        let (copies, by) = (b.broadcast(read, &dims, &axes), places(b, dims)?);
        let shifted = b.binary(BinaryOp::ShiftRightLogical, copies, by);
        masked(b, shifted, part)
    } else {
        if !shape.dims.last().is_some_and(|last| last.is(parts)) {
            bail!(Shape, "bitcast_convert: {shape} to {to}: the last dim must be {parts} (C1)");
        }
        let by = places(b, shape.dims.to_vec())?;
        let shifted = b.binary(BinaryOp::ShiftLeft, read, by);
        b.reduce(BinaryOp::Or, shifted, &[shape.rank() - 1])
    };
    of_word(b, moved, to)
}

/// The unsigned integer type for a number of bits.
fn unsigned(bits: usize) -> DType {
    match bits {
        0..=8 => DType::U8,
        9..=16 => DType::U16,
        17..=32 => DType::U32,
        _ => DType::U64,
    }
}

/// Clears the bits above so many.
fn masked(b: &mut Builder<'_>, x: ValueId, bits: usize) -> ValueId {
    let mask = b.full_like(x, f64::from((1u32 << bits) - 1));
    b.binary(BinaryOp::And, x, mask)
}

/// The bits of elements, as words.
fn to_word(b: &mut Builder<'_>, x: ValueId, word: DType) -> Result<ValueId> {
    let dtype = b.shape(x).dtype;
    let read = match dtype {
        // Conversions of integers keep the low bits.
        DType::Bool => b.convert(x, DType::U8),
        DType::Narrow(narrow) if narrow.is_int() => {
            let wide = b.convert(x, DType::U8);
            masked(b, wide, dtype.bits())
        }
        DType::Narrow(Narrow::F4E2M1FN) => {
            let bits = b.emit(Op::BitcastConvert(DType::Narrow(Narrow::U4)), &[x])?;
            b.convert(bits, DType::U8)
        }
        _ => b.emit(Op::BitcastConvert(unsigned(dtype.bits())), &[x])?,
    };
    Ok(b.convert(read, word))
}

/// Elements with the bits of words.
fn of_word(b: &mut Builder<'_>, word: ValueId, to: DType) -> Result<ValueId> {
    match to {
        DType::Bool => Ok(b.convert(word, DType::Bool)),
        DType::Narrow(narrow) if narrow.is_int() => {
            let byte = b.convert(word, DType::U8);
            Ok(b.convert(byte, to))
        }
        DType::Narrow(Narrow::F4E2M1FN) => {
            let byte = b.convert(word, DType::U8);
            let bits = b.convert(byte, DType::Narrow(Narrow::U4));
            b.emit(Op::BitcastConvert(to), &[bits])
        }
        _ => {
            let bits = b.convert(word, unsigned(to.bits()));
            b.emit(Op::BitcastConvert(to), &[bits])
        }
    }
}
