// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Kernels of `sort` and `top_k`. Finds the comparators that order elements by keys.

use gomlx_ir::{CompareKind, DType, Def, Direction, Function, Inst, Op, RegionId, Result, ValueId};

use super::elem::scalar_functions;
use super::lowering::Lowering;
use crate::loops::emission::in_loops;
use crate::runtime::kernels::sort::{By, Keys, Order, Sort, TopK};
use crate::runtime::program::Kernel;

pub(super) fn sort(function: &Function, inst: &Inst, axis: usize, lowering: &mut Lowering) -> Result<Option<Kernel>> {
    let by = match (keys_of(function, inst), scalar_functions(function, inst)) {
        (Some((operand, keys)), _) => By::Keys(operand, keys),
        (None, Some(functions)) => By::Comparator(lowering.scalar_function(&functions[0])?),
        (None, None) => return Ok(None),
    };
    let sizes: Vec<usize> = inst.operands.iter().map(|&o| function.shape(o).dtype.size()).collect();
    Ok(Some(Kernel::Sort(Box::new(Sort::new(&function.shape(inst.operands[0]).sizes(), axis, &sizes, by)))))
}

pub(super) fn top_k(function: &Function, inst: &Inst, k: usize) -> Option<Kernel> {
    let shape = function.shape(inst.operands[0]);
    in_loops(shape.dtype).then(|| Kernel::TopK(Box::new(TopK::new(&shape.sizes(), keys(shape.dtype, Order::Total, true), k))))
}

/// The keys of elements of a type. `float` is the order of floats.
fn keys(dtype: DType, float: Order, descending: bool) -> Keys {
    let order = if dtype.is_float() {
        float
    } else if dtype.is_signed_int() {
        Order::Signed
    } else {
        Order::Unsigned
    };
    let exponent = match dtype {
        DType::F16 => 5,
        DType::BF16 | DType::F32 => 8,
        DType::F64 => 11,
        _ => 0,
    };
    Keys { order, size: dtype.size(), exponent, descending }
}

/// The operand that a comparator sorts by, and the keys of its elements. `None` unless the comparator compares elements
/// of one operand. It may canonicalise them first as JAX does: zeros lose their sign, and all NaN become one.
fn keys_of(function: &Function, inst: &Inst) -> Option<(usize, Keys)> {
    let region = function.region(inst.regions[0]);
    let &[result] = region.results.as_slice() else { return None };
    let (_, compare) = function.def_inst(result)?;
    let Op::Compare(direction, kind) = compare.op else { return None };
    let (x, y) = (key(function, inst.regions[0], compare.operands[0])?, key(function, inst.regions[0], compare.operands[1])?);
    if (x.zeros, x.nans) != (y.zeros, y.nans) {
        return None;
    }
    let direction = match (x.param, y.param) {
        (x, y) if x % 2 == 0 && y == x + 1 => direction,
        (x, y) if y % 2 == 0 && x == y + 1 => direction.swapped(),
        _ => return None,
    };
    let descending = match direction {
        Direction::Lt => false,
        Direction::Gt => true,
        Direction::Le | Direction::Ge | Direction::Eq | Direction::Ne => return None,
    };
    let operand = x.param / 2;
    let dtype = function.shape(inst.operands[operand]).dtype;
    let float = match (kind, x.zeros, x.nans) {
        (CompareKind::TotalOrder, false, false) => Order::Total,
        (CompareKind::TotalOrder, true, true) => Order::Float,
        // This comparison does not order NaN, so NaN may come anywhere.
        (CompareKind::Float, _, _) => Order::Float,
        (CompareKind::TotalOrder, _, _) => return None,
        (CompareKind::Signed | CompareKind::Unsigned, _, _) => Order::Unsigned,
    };
    in_loops(dtype).then(|| (operand, keys(dtype, float, descending)))
}

/// A parameter of a comparator, and how the comparator canonicalises it.
struct Key {
    param: usize,
    /// Whether zeros have lost their sign.
    zeros: bool,
    /// Whether all NaN have become one.
    nans: bool,
}

fn key(function: &Function, region: RegionId, value: ValueId) -> Option<Key> {
    let inst = match function.value(value).def {
        Def::Param(of, param) => return (of == region).then_some(Key { param, zeros: false, nans: false }),
        Def::Result(inst, _) => function.inst(inst),
    };
    let (Op::Select, &[predicate, constant, rest]) = (&inst.op, &inst.operands[..]) else { return None };
    let inner = key(function, region, rest)?;
    let constant = function.constant(constant)?.to_f64_vec()[0];
    let (_, test) = function.def_inst(predicate)?;
    let of_param = |v: ValueId| matches!(function.value(v).def, Def::Param(of, param) if of == region && param == inner.param);
    let zero = |v: ValueId| function.constant(v).is_some_and(|c| c.to_f64_vec()[0] == 0.0);
    match test.op {
        Op::Compare(Direction::Eq, CompareKind::Float)
            if of_param(test.operands[0]) && zero(test.operands[1]) && constant == 0.0 && constant.is_sign_positive() =>
        {
            Some(Key { zeros: true, ..inner })
        }
        Op::Compare(Direction::Ne, CompareKind::Float)
            if of_param(test.operands[0]) && of_param(test.operands[1]) && constant.is_nan() && constant.is_sign_positive() =>
        {
            Some(Key { nans: true, ..inner })
        }
        _ => None,
    }
}
