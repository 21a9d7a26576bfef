// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Rules of elementwise ops.

use smallvec::SmallVec;

use super::Site;
use crate::op::Twice;
use crate::{Axes, BinaryOp, DType, Dim, Op, UnaryOp, ValueId};

/// The operand `y`, if `x` is `op(y)`.
fn undo(site: &Site<'_>, op: UnaryOp, x: ValueId) -> Option<ValueId> {
    let inst = site.def(x)?;
    (inst.op == Op::Unary(op)).then(|| inst.operands[0])
}

pub(super) fn unary(site: &mut Site<'_>, op: UnaryOp, x: ValueId) -> Option<ValueId> {
    match op.function().twice {
        Twice::Other => {}
        Twice::Operand => return undo(site, op, x),
        Twice::Once if undo(site, op, x).is_some_and(|inner| site.shape(inner).dtype == site.shape(x).dtype) => return Some(x),
        Twice::Once => {}
    }
    if op == UnaryOp::Abs {
        let opposite = undo(site, UnaryOp::Negate, x)?;
        return Some(site.b.unary(UnaryOp::Abs, opposite));
    }
    let Op::Unary(inner) = site.def(x)?.op else { return None };
    (op.function().rounds && (inner.function().rounds || inner == UnaryOp::Sign)).then_some(x)
}

pub(super) fn binary(site: &mut Site<'_>, op: BinaryOp, x: ValueId, y: ValueId) -> Option<ValueId> {
    let dtype = site.shape(x).dtype;
    if let Some(value) = neutral(site, op, x, y, dtype) {
        return Some(value);
    }
    let (minus_x, minus_y) = (undo(site, UnaryOp::Negate, x), undo(site, UnaryOp::Negate, y));
    match (op, minus_x, minus_y) {
        // Negation is exact, so these sums and products are equal.
        (BinaryOp::Add, _, Some(y)) => Some(site.b.sub(x, y)),
        (BinaryOp::Add, Some(x), None) => Some(site.b.sub(y, x)),
        (BinaryOp::Subtract, _, Some(y)) => Some(site.b.add(x, y)),
        (BinaryOp::Multiply, Some(x), Some(y)) => Some(site.b.mul(x, y)),
        (BinaryOp::Multiply, _, _) if dtype.is_float() && site.is(y, -1.0) => Some(site.b.neg(x)),
        (BinaryOp::Multiply, _, _) if dtype.is_float() && site.is(x, -1.0) => Some(site.b.neg(y)),
        // A correctly rounded square equals the rounded product.
        (BinaryOp::Power, _, _) if dtype.is_float() && site.is(y, 2.0) => Some(site.b.mul(x, x)),
        (BinaryOp::Divide, _, _) if dtype.is_float() => {
            let reciprocal = exact_reciprocal(dtype, site.number(y)?)?;
            Some(site.b.scale(x, reciprocal))
        }
        _ => None,
    }
}

/// The operand that is the result because the other one is neutral.
fn neutral(site: &Site<'_>, op: BinaryOp, x: ValueId, y: ValueId, dtype: DType) -> Option<ValueId> {
    let float = dtype.is_float();
    let zeros = |v: ValueId| !float && site.is(v, 0.0);
    // `x + 0` is 0 if `x` is -0.
    let changes_no_sum = |v: ValueId| if float { site.is(v, -0.0) } else { site.is(v, 0.0) };
    let ones = |v: ValueId| match dtype {
        DType::Bool => site.is(v, 1.0),
        _ => site.splat(v).is_some_and(|t| t.bytes().iter().all(|&b| b == 0xff)),
    };
    let either = |test: &dyn Fn(ValueId) -> bool| if test(y) { Some(x) } else { test(x).then_some(y) };
    match op {
        BinaryOp::Add => either(&changes_no_sum),
        BinaryOp::Subtract => site.is(y, 0.0).then_some(x),
        BinaryOp::Multiply => either(&|v| site.is(v, 1.0)).or_else(|| either(&zeros).map(|kept| if kept == x { y } else { x })),
        BinaryOp::Divide | BinaryOp::Power => site.is(y, 1.0).then_some(x),
        BinaryOp::And if x == y => Some(x),
        BinaryOp::And => either(&ones).or_else(|| either(&zeros).map(|kept| if kept == x { y } else { x })),
        BinaryOp::Or if x == y => Some(x),
        BinaryOp::Or | BinaryOp::Xor => either(&zeros),
        BinaryOp::Maximum | BinaryOp::Minimum => (x == y).then_some(x),
        BinaryOp::ShiftLeft | BinaryOp::ShiftRightArithmetic | BinaryOp::ShiftRightLogical => zeros(y).then_some(x),
        BinaryOp::Atan2 | BinaryOp::Remainder | BinaryOp::Complex | BinaryOp::NextAfter | BinaryOp::Polygamma | BinaryOp::Zeta => None,
    }
}

/// The reciprocal of a power of two, if neither of them is subnormal.
fn exact_reciprocal(dtype: DType, number: f64) -> Option<f64> {
    let exponent_limit = match dtype {
        DType::F16 => 14,
        DType::F64 => 1022,
        _ => 126,
    };
    let bits = number.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i64 - 1023;
    let power_of_two = bits & ((1 << 52) - 1) == 0 && exponent.abs() <= exponent_limit;
    power_of_two.then(|| 1.0 / number)
}

pub(super) fn select(site: &mut Site<'_>, predicate: ValueId, on_true: ValueId, on_false: ValueId) -> Option<ValueId> {
    if on_true == on_false {
        return Some(on_true);
    }
    if let Some(p) = site.number(predicate) {
        return Some(if p != 0.0 { on_true } else { on_false });
    }
    if let Some(opposite) = undo(site, UnaryOp::Not, predicate) {
        return Some(site.b.select(opposite, on_false, on_true));
    }
    // Replace a broadcast predicate by its scalar.
    let inst = site.def(predicate)?;
    let scalar = inst.operands.first().copied()?;
    let broadcast = matches!(inst.op, Op::BroadcastInDim { .. }) && site.shape(scalar).rank() == 0;
    (broadcast && site.shape(predicate).rank() > 0).then(|| site.b.select(scalar, on_true, on_false))
}

pub(super) fn convert(site: &mut Site<'_>, to: DType, x: ValueId) -> Option<ValueId> {
    if site.shape(x).dtype == to {
        return Some(x);
    }
    let inst = site.def(x)?;
    let Op::Convert(through) = inst.op else { return None };
    let original = inst.operands[0];
    let from = site.shape(original).dtype;
    // The conversion from floating point saturates; the conversion between integers wraps.
    let saturates = from.is_int() && through.is_float() && to.is_int() && !holds_exactly(to, from);
    (holds_exactly(through, from) && !saturates).then(|| site.b.convert(original, to))
}

/// Whether every value of `narrow` is a value of `wide`.
fn holds_exactly(wide: DType, narrow: DType) -> bool {
    // The bits of the magnitude, and whether the dtype has negative numbers.
    let int = |d: DType| (d.size() as u32 * 8 - u32::from(d.is_signed_int()), d.is_signed_int());
    let mantissa = |d: DType| match d {
        DType::F16 => 11,
        DType::BF16 => 8,
        DType::F32 => 24,
        _ => 53,
    };
    if narrow == wide || narrow == DType::Bool {
        return !wide.is_complex() || narrow == wide;
    }
    if narrow.is_int() && wide.is_int() {
        let ((narrow_bits, narrow_signed), (wide_bits, wide_signed)) = (int(narrow), int(wide));
        return wide_bits >= narrow_bits && (wide_signed || !narrow_signed);
    }
    if narrow.is_int() && wide.is_float() {
        return mantissa(wide) >= int(narrow).0;
    }
    matches!((narrow, wide), (DType::F16 | DType::BF16, DType::F32 | DType::F64) | (DType::F32, DType::F64))
}

/// Moves an elementwise op before the broadcasts of its operands: `op(broadcast(x), broadcast(y))` becomes
/// `broadcast(op(x, y))`. All operands must be constants or have the same broadcast.
pub(super) fn before_broadcast(site: &mut Site<'_>, op: &Op, operands: &[ValueId]) -> Option<ValueId> {
    if !op.is_elementwise() {
        return None;
    }
    let mut common: Option<(Axes, SmallVec<[Dim; 4]>)> = None;
    for &operand in operands {
        if site.splat(operand).is_some() {
            continue;
        }
        // `select` and `clamp` take scalars beside tensors of any shape.
        if matches!(op, Op::Select | Op::Clamp) && site.shape(operand).rank() == 0 {
            continue;
        }
        let inst = site.def(operand)?;
        let Op::BroadcastInDim { axes, .. } = &inst.op else { return None };
        let dims = &site.shape(inst.operands[0]).dims;
        match &common {
            None => common = Some((axes.clone(), dims.clone())),
            Some((a, d)) if a == axes && d == dims => {}
            Some(_) => return None,
        }
    }
    let shape_operand = *operands.iter().max_by_key(|&&v| site.shape(v).rank())?;
    let dims = site.shape(shape_operand).dims.clone();
    let (axes, inner) = common.unwrap_or_default();
    if dims == inner {
        return None;
    }
    let narrowed: SmallVec<[ValueId; 4]> = operands
        .iter()
        .map(|&operand| match site.splat(operand) {
            Some(scalar) => {
                let scalar = Op::Constant(scalar.clone());
                let scalar = site.emit(scalar, &[]);
                site.b.broadcast(scalar, &inner, &[])
            }
            None if site.shape(operand).rank() == 0 => operand,
            None => site.def(operand).map_or(operand, |inst| inst.operands[0]),
        })
        .collect();
    let result = site.emit(op.clone(), &narrowed);
    Some(site.b.broadcast(result, &dims, &axes))
}
