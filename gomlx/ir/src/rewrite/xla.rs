// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Rewrites ops that the spec allows, but XLA's compilers do not support, to ops that they support.

use super::complex::unary as complex_unary;
use super::factor;
use crate::edit::{Rebuild, Rewrite, Values, rebuild};
use crate::{BinaryOp, Builder, DType, Entity, Function, Inst, InstId, Op, RegionId, Shape, UnaryOp, ValueId};

/// Returns the function with three changes: random bits of signed integers are drawn as unsigned integers (XLA always
/// gives these), the cube root of a complex number is computed from its parts (XLA refuses it), and factorizations that
/// XLA does not expand on every device become loops.
pub fn for_xla(function: Function) -> Function {
    let lacking = |inst: &Inst| unsigned(&inst.op).is_some() || is_complex_root(&function, inst) || matches!(inst.op, Op::Factor(_));
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

struct Replace;

impl Rewrite for Replace {
    fn inst(&mut self, rebuild: &mut Rebuild<'_>, region: RegionId, id: InstId, operands: &[ValueId]) -> Values {
        let inst = rebuild.source.inst(id);
        let root = is_complex_root(rebuild.source, inst);
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
        if root {
            let parts = (b.unary(UnaryOp::Real, operands[0]), b.unary(UnaryOp::Imag, operands[0]));
            if let Some((re, im)) = complex_unary(&mut b, UnaryOp::Cbrt, parts) {
                return Values::from_slice(&[b.binary(BinaryOp::Complex, re, im)]);
            }
        }
        rebuild.copy(self, region, id, operands)
    }
}
