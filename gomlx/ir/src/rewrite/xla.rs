// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Rewrites ops that the spec allows, but XLA's compilers do not support, to ops that they support.

use super::complex::unary as complex_unary;
use super::factor;
use crate::edit::{Rebuild, Rewrite, Values, rebuild};
use crate::{BinaryOp, Builder, DType, Entity, Function, Inst, InstId, Narrow, Op, RegionId, Shape, UnaryOp, ValueId};

/// Returns the function with these changes: random bits of signed integers are drawn as unsigned integers (XLA always
/// gives these), the cube root of a complex number is computed from its parts (XLA refuses it), products of integers of
/// fewer than eight bits are summed in wider ones (XLA fails), the bits of such signed integers are counted without
/// copies of the sign (XLA counts them too), their greatest elements are searched and integers of two bits are
/// concatenated in eight bits (XLA fails, or ends the process), and factorizations that XLA does not expand on every
/// device become loops.
pub fn for_xla(function: Function) -> Function {
    let lacking = |inst: &Inst| {
        let is_replaced = unsigned(&inst.op).is_some() || is_complex_root(&function, inst) || matches!(inst.op, Op::Factor(_));
        is_replaced || sums_small_products(&function, inst) || small_count(&function, inst).is_some() || in_bytes(&function, inst).is_some()
    };
    let any = (0..function.num_insts()).any(|i| lacking(function.inst(Entity::new(i))));
    if any { rebuild(&function, &mut Replace) } else { function }
}

/// For an op that draws signed integers, the shape with unsigned integers of the same size.
fn unsigned(op: &Op) -> Option<Shape> {
    let Op::RngBitGenerator { shape, .. } = op else { return None };
    let dtype = match shape.dtype {
        DType::I8 => DType::U8,
        DType::I16 => DType::U16,
        DType::I32 => DType::U32,
        DType::I64 => DType::U64,
        _ => return None,
    };
    Some(shape.with_dtype(dtype))
}

fn is_complex_root(function: &Function, inst: &Inst) -> bool {
    inst.op == Op::Unary(UnaryOp::Cbrt) && function.shape(inst.operands[0]).dtype.is_complex()
}

/// Whether an op sums products of integers of fewer than eight bits, or gives such sums.
fn sums_small_products(function: &Function, inst: &Inst) -> bool {
    let mut values = inst.operands.iter().chain(&inst.results);
    matches!(inst.op, Op::DotGeneral(_) | Op::Convolution(_)) && values.any(|&v| function.shape(v).dtype.is_small_int())
}

/// The type of the signed integers of fewer than eight bits whose bits an op counts.
fn small_count(function: &Function, inst: &Inst) -> Option<Narrow> {
    match (&inst.op, inst.operands.first().map(|&x| function.shape(x).dtype)) {
        (Op::Unary(UnaryOp::Popcnt), Some(DType::Narrow(narrow))) if narrow.is_signed_int() => Some(narrow),
        _ => None,
    }
}

/// The type of the operands of an op that XLA has only for their bytes.
fn in_bytes(function: &Function, inst: &Inst) -> Option<Narrow> {
    let Some(DType::Narrow(narrow)) = inst.operands.first().map(|&x| function.shape(x).dtype) else { return None };
    let lacks = match inst.op {
        Op::Concatenate(_) => narrow.bits() == 2,
        Op::TopK(_) => narrow.is_int(),
        _ => false,
    };
    lacks.then_some(narrow)
}

/// Computes sums of products in a type of at least 32 bits. The low bits of a sum are the result.
fn wide_product(b: &mut Builder<'_>, op: &Op, operands: &[ValueId], out: DType) -> ValueId {
    let wide = if out.size() < 4 { DType::I32 } else { out };
    let operands: Vec<ValueId> = operands.iter().map(|&x| b.convert(x, wide)).collect();
    let mut op = op.clone();
    match &mut op {
        Op::DotGeneral(dims) => dims.out = wide,
        Op::Convolution(dims) => dims.out = wide,
        _ => {}
    }
    let sum = b.emit(op, &operands).expect("a sum of products has a form for each integer type");
    b.convert(sum, out)
}

struct Replace;

impl Rewrite for Replace {
    fn inst(&mut self, rebuild: &mut Rebuild<'_>, region: RegionId, id: InstId, operands: &[ValueId]) -> Values {
        let inst = rebuild.source.inst(id);
        let root = is_complex_root(rebuild.source, inst);
        let (product, count) = (sums_small_products(rebuild.source, inst), small_count(rebuild.source, inst));
        let bytes = in_bytes(rebuild.source, inst);
        let dtype = inst.results.first().map(|&result| rebuild.source.shape(result).dtype);
        let mut b = Builder::new(&mut rebuild.target, region);
        b.location.clone_from(&inst.location);
        if let (Op::RngBitGenerator { algorithm, shape: signed }, Some(shape)) = (&inst.op, unsigned(&inst.op)) {
            let drawn = b.emit_inst(Op::RngBitGenerator { algorithm: *algorithm, shape }, operands, &[]).expect("bits are of any integers");
            let [state, bits] = [0, 1].map(|i| b.function.inst(drawn).results[i]);
            let bits = b.emit(Op::BitcastConvert(signed.dtype), &[bits]).expect("one size");
            return Values::from_slice(&[state, bits]);
        }
        if let Op::Factor(factorization) = inst.op
            && let Some(results) = factor::emit(&mut b, factorization, operands)
        {
            return results;
        }
        if let Some(narrow) = bytes {
            let operands: Vec<ValueId> = operands.iter().map(|&x| b.convert(x, narrow.byte())).collect();
            let inst = b.emit_inst(inst.op.clone(), &operands, &[]).expect("the op has a form for each integer type");
            let mut results = Values::from_slice(&b.function.inst(inst).results);
            results[0] = b.convert(results[0], DType::Narrow(narrow));
            return results;
        }
        if let (true, Some(out)) = (product, dtype) {
            return Values::from_slice(&[wide_product(&mut b, &inst.op, operands, out)]);
        }
        if let Some(narrow) = count {
            let bits = b.convert(operands[0], DType::U8);
            let mask = b.full_like(bits, f64::from(narrow.mask()));
            let low = b.binary(BinaryOp::And, bits, mask);
            let counted = b.unary(UnaryOp::Popcnt, low);
            return Values::from_slice(&[b.convert(counted, DType::Narrow(narrow))]);
        }
        if root {
            let parts = (b.unary(UnaryOp::Real, operands[0]), b.unary(UnaryOp::Imag, operands[0]));
            if let Some((re, im)) = complex_unary(&mut b, UnaryOp::Cbrt, parts) {
                return Values::from_slice(&[b.binary(BinaryOp::Complex, re, im)]);
            }
        }
        rebuild.copy(self, region, id, operands)
    }
}
