// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `top_k` by `sort`, and `next_after` by arithmetic on the bits.

use smallvec::SmallVec;

use crate::edit::Values;
use crate::rewrite::math::{Num, formula2};
use crate::{Axes, BinaryOp, Builder, CompareKind, DType, Dim, Direction, Op, Shape, ValueId};

/// Sorts the values and their positions by value (stable, descending, in total order) and slices the first `k` of each
/// row.
pub(super) fn top_k(b: &mut Builder<'_>, x: ValueId, k: usize) -> Values {
    let shape = b.shape(x).clone();
    let axis = shape.rank() - 1;
    let positions = Shape::symbolic(DType::I32, shape.dims.clone());
    let positions = b.emit(Op::Iota { shape: positions, axis }, &[]).expect("a row has positions");
    let kind = if shape.dtype.is_float() { CompareKind::TotalOrder } else { CompareKind::of(shape.dtype) };
    let comparator = b.function.add_region();
    let params = [shape.dtype, shape.dtype, DType::I32, DType::I32].map(|d| b.function.add_region_param(comparator, Shape::scalar(d)));
    let first = Builder::new(b.function, comparator).emit(Op::Compare(Direction::Gt, kind), &params[..2]);
    b.function.region_mut(comparator).results = vec![first.expect("values compare")];
    let sort = b.emit_inst(Op::Sort { axis, stable: true }, &[x, positions], &[comparator]).expect("two operands of one shape");
    let sorted = b.function.inst(sort).results.clone();
    let mut limits = shape.dims.clone();
    limits[axis] = Dim::Lit(k);
    let slice = Op::Slice {
        starts: Axes::from_elem(0, shape.rank()),
        limits: limits.iter().cloned().collect::<SmallVec<_>>(),
        strides: Axes::from_elem(1, shape.rank()),
    };
    sorted.iter().map(|&s| b.emit(slice.clone(), &[s]).expect("k is no more than a row has")).collect()
}

/// The neighbour of `x` in the direction of `y`. Apart from the sign, the order of the bits is the order of the
/// numbers.
pub(super) fn next_after(b: &mut Builder<'_>, x: ValueId, y: ValueId) -> ValueId {
    let dtype = b.shape(x).dtype;
    let (ints, width) = match dtype.size() {
        2 => (DType::I16, 16),
        4 => (DType::I32, 32),
        _ => (DType::I64, 64),
    };
    formula2(b, x, y, |x, y| {
        let word = x.bits(ints);
        let one = word.like(1.0);
        // The sign bit alone: the least integer.
        let sign = one.binary(BinaryOp::ShiftLeft, word.like(f64::from(width - 1)));
        let up = y.gt(x);
        let away = up.binary(BinaryOp::Xor, word.below(0.0));
        let moved = away.select(word + one, word - one);
        let from_zero = up.select(one, sign.or(one));
        let next: Num<'_, '_> = x.is(0.0).select(from_zero, moved).bits(dtype);
        let result = x.eq(y).select(y, next);
        x.is_nan().select(x, y.is_nan().select(y, result))
    })
}
