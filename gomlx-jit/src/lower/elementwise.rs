// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Elementwise ops of a few instructions, on values of one width.

use cranelift_codegen::ir::{
    InstBuilder, Value,
    condcodes::{FloatCC, IntCC},
    types,
};
use gomlx_ir::{CompareKind, DType, Direction};
use smallvec::smallvec;

use super::convert;
use super::value::{Emit, Val, Width, element_type};
use crate::loops::emission::{Emission, FloatBinary, FloatUnary, Inline, InlineBinary, InlineUnary, IntBinary, IntUnary, Shift};
use crate::loops::{Node, NodeId, NodeKind};

/// An operand of an op.
pub(super) struct Operand {
    pub(super) value: Val,
    pub(super) dtype: DType,
    /// The bits of the operand's element, if it is a constant of a lane loop: lanes only shift by constants.
    pub(super) constant: Option<u64>,
}

impl Operand {
    pub(super) fn scalar(value: Value, dtype: DType) -> Operand {
        Operand { value: smallvec![value], dtype, constant: None }
    }
}

/// Whether a node has a vector form.
pub(super) fn has_lanes(nodes: &[Node], node: &Node) -> bool {
    match &node.kind {
        NodeKind::Const(_) | NodeKind::Load { .. } | NodeKind::Reduced { .. } => true,
        NodeKind::Iota(_) => !is_narrow(node.dtype) && node.dtype != DType::Bool,
        // A call takes a block at any width.
        NodeKind::Compute(Emission::Call(_), _) => true,
        NodeKind::Compute(Emission::Inline(inline), operands) => inline_has_lanes(*inline, operands, nodes, node.dtype),
    }
}

fn inline_has_lanes(inline: Inline, operands: &[NodeId], nodes: &[Node], to: DType) -> bool {
    let from = nodes[operands[0]].dtype;
    let is_wide_int = matches!(from, DType::I64 | DType::U64);
    match inline {
        Inline::Unary(InlineUnary::Float(_)) => true,
        Inline::Unary(InlineUnary::Int(op)) => match op {
            IntUnary::LeadingZeros | IntUnary::Popcount => false,
            IntUnary::Not => !is_narrow(from),
            IntUnary::Abs | IntUnary::Negate | IntUnary::Sign => from == DType::I32,
        },
        Inline::Binary(InlineBinary::Float(_)) => true,
        Inline::Binary(InlineBinary::Int(op)) => match op {
            IntBinary::Shift(_) => {
                let bits = 8 * from.size() as u64;
                matches!(from, DType::I32 | DType::U32) && matches!(nodes[operands[1]].kind, NodeKind::Const(by) if by < bits)
            }
            IntBinary::Maximum | IntBinary::Minimum | IntBinary::Multiply => !is_narrow(from) && !is_wide_int,
            IntBinary::Add | IntBinary::And | IntBinary::Or | IntBinary::Subtract | IntBinary::Xor => !is_narrow(from),
        },
        Inline::Compare(..) => !is_narrow(from) && from != DType::U64,
        Inline::Select => true,
        Inline::Clamp => from.is_float() || matches!(from, DType::I32 | DType::U32),
        Inline::Convert => convert::has_lanes(from, to),
        Inline::Bitcast => matches!(to.size(), 4 | 8),
    }
}

/// Whether integers of a type are narrower than the lanes that hold them.
fn is_narrow(dtype: DType) -> bool {
    matches!(dtype, DType::I8 | DType::I16 | DType::U8 | DType::U16 | DType::Narrow(_))
}

impl Emit<'_, '_> {
    /// Emits an op and returns its result, of type `to`.
    pub(super) fn inline(&mut self, op: Inline, operands: &[Operand], to: DType) -> Val {
        let (x, from) = (&operands[0].value, operands[0].dtype);
        match op {
            Inline::Unary(InlineUnary::Float(op)) => self.float_unary(op, from, x),
            Inline::Unary(InlineUnary::Int(op)) => self.int_unary(op, from, x),
            Inline::Binary(InlineBinary::Int(IntBinary::Shift(shift))) => match (operands[1].constant, self.width) {
                (Some(by), Width::Lanes(_)) => self.shift_lanes(shift, x, by),
                _ => self.shift(shift, from, x, &operands[1].value),
            },
            Inline::Binary(op) => self.binary(op, from, x, &operands[1].value),
            Inline::Compare(direction, kind) => self.compare(direction, kind, from, x, &operands[1].value),
            Inline::Select => self.select(x, &operands[1].value, &operands[2].value, to),
            Inline::Clamp => {
                let raised = self.extreme(true, to, &operands[1].value, x);
                self.extreme(false, to, &raised, &operands[2].value)
            }
            Inline::Convert => self.convert(x, from, to),
            Inline::Bitcast => self.bitcast(x, from, to),
        }
    }

    fn bitcast(&mut self, x: &Val, from: DType, to: DType) -> Val {
        let half = |d: DType| matches!(d, DType::F16 | DType::BF16);
        if self.width == Width::Scalar && (half(from) || half(to)) {
            let bits = if half(from) {
                let x = self.in_memory(x, from);
                self.narrow_half(&x, from)
            } else {
                self.map(x, |b, x| b.ins().uextend(types::I32, x))
            };
            return match half(to) {
                true => self.widen_half(&bits, to),
                false => self.map(&bits, |b, x| b.ins().ireduce(types::I16, x)),
            };
        }
        self.cast(x, to)
    }

    fn int_unary(&mut self, op: IntUnary, dtype: DType, x: &Val) -> Val {
        match op {
            IntUnary::Not if dtype == DType::Bool && self.width == Width::Scalar => self.map(x, |b, x| b.ins().bxor_imm_u(x, 1)),
            IntUnary::Not => self.map(x, |b, x| b.ins().bnot(x)),
            IntUnary::Negate => self.map(x, |b, x| b.ins().ineg(x)),
            IntUnary::LeadingZeros => self.map(x, |b, x| b.ins().clz(x)),
            IntUnary::Popcount => self.map(x, |b, x| b.ins().popcnt(x)),
            IntUnary::Abs => self.map(x, |b, x| b.ins().iabs(x)),
            IntUnary::Sign => {
                let (one, minus) = (self.constant(1, dtype), self.constant(u64::MAX, dtype));
                let x = self.zip(x, &one, |b, x, y| b.ins().smin(x, y));
                self.zip(&x, &minus, |b, x, y| b.ins().smax(x, y))
            }
        }
    }

    fn float_unary(&mut self, op: FloatUnary, dtype: DType, x: &Val) -> Val {
        let out = match op {
            FloatUnary::Abs => return self.map(x, |b, x| b.ins().fabs(x)),
            FloatUnary::Negate => return self.map(x, |b, x| b.ins().fneg(x)),
            FloatUnary::Ceil => self.map(x, |b, x| b.ins().ceil(x)),
            FloatUnary::Floor => self.map(x, |b, x| b.ins().floor(x)),
            FloatUnary::RoundEven => self.map(x, |b, x| b.ins().nearest(x)),
            FloatUnary::Sqrt => self.map(x, |b, x| b.ins().sqrt(x)),
            FloatUnary::Rsqrt => {
                let one = self.number(1.0, dtype);
                let root = self.map(x, |b, x| b.ins().sqrt(x));
                self.zip(&one, &root, |b, x, y| b.ins().fdiv(x, y))
            }
            FloatUnary::RoundAway => {
                let (half, one, zero) = (self.number(0.5, dtype), self.number(1.0, dtype), self.number(0.0, dtype));
                let whole = self.map(x, |b, x| b.ins().trunc(x));
                let rest = self.zip(x, &whole, |b, x, y| b.ins().fsub(x, y));
                let rest = self.map(&rest, |b, x| b.ins().fabs(x));
                let up = self.zip(&rest, &half, |b, x, y| b.ins().fcmp(FloatCC::GreaterThanOrEqual, x, y));
                let step = self.blend(&up, &one, &zero, dtype);
                let step = self.copy_sign(&step, x, dtype);
                self.zip(&whole, &step, |b, x, y| b.ins().fadd(x, y))
            }
            FloatUnary::Sign => {
                let (one, minus, zero) = (self.number(1.0, dtype), self.number(-1.0, dtype), self.number(0.0, dtype));
                let above = self.zip(x, &zero, |b, x, y| b.ins().fcmp(FloatCC::GreaterThan, x, y));
                let below = self.zip(x, &zero, |b, x, y| b.ins().fcmp(FloatCC::LessThan, x, y));
                let out = self.blend(&above, &one, x, dtype);
                self.blend(&below, &minus, &out, dtype)
            }
            FloatUnary::IsFinite => {
                let infinity = self.number(f64::INFINITY, dtype);
                let magnitude = self.map(x, |b, x| b.ins().fabs(x));
                let finite = self.zip(&magnitude, &infinity, |b, x, y| b.ins().fcmp(FloatCC::LessThan, x, y));
                return self.mask(finite);
            }
        };
        self.rounded(&out, dtype)
    }

    /// `x` with the sign of `y`; `x` must not be negative.
    fn copy_sign(&mut self, x: &Val, y: &Val, dtype: DType) -> Val {
        let int = self.int_type(dtype);
        let sign = if element_type(dtype, self.width).bytes() == 8 { i64::MIN } else { i64::from(i32::MIN) };
        let sign = self.int_like(sign, dtype);
        let (x, y) = (self.cast(x, int), self.cast(y, int));
        let y = self.zip(&y, &sign, |b, x, y| b.ins().band(x, y));
        let out = self.zip(&x, &y, |b, x, y| b.ins().bor(x, y));
        self.cast(&out, dtype)
    }

    /// Emits a binary op on elements of type `dtype`.
    pub(super) fn binary(&mut self, op: InlineBinary, dtype: DType, x: &Val, y: &Val) -> Val {
        match op {
            InlineBinary::Float(op) => self.float_binary(op, dtype, x, y),
            InlineBinary::Int(op) => self.int_binary(op, dtype, x, y),
        }
    }

    fn float_binary(&mut self, op: FloatBinary, dtype: DType, x: &Val, y: &Val) -> Val {
        let out = match op {
            FloatBinary::Add => self.zip(x, y, |b, x, y| b.ins().fadd(x, y)),
            FloatBinary::Subtract => self.zip(x, y, |b, x, y| b.ins().fsub(x, y)),
            FloatBinary::Multiply => self.zip(x, y, |b, x, y| b.ins().fmul(x, y)),
            FloatBinary::Divide => self.zip(x, y, |b, x, y| b.ins().fdiv(x, y)),
            FloatBinary::Maximum => return self.extreme(true, dtype, x, y),
            FloatBinary::Minimum => return self.extreme(false, dtype, x, y),
        };
        self.rounded(&out, dtype)
    }

    fn int_binary(&mut self, op: IntBinary, dtype: DType, x: &Val, y: &Val) -> Val {
        match op {
            IntBinary::Add => self.zip(x, y, |b, x, y| b.ins().iadd(x, y)),
            IntBinary::Subtract => self.zip(x, y, |b, x, y| b.ins().isub(x, y)),
            IntBinary::Multiply => self.zip(x, y, |b, x, y| b.ins().imul(x, y)),
            IntBinary::And => self.zip(x, y, |b, x, y| b.ins().band(x, y)),
            IntBinary::Or => self.zip(x, y, |b, x, y| b.ins().bor(x, y)),
            IntBinary::Xor => self.zip(x, y, |b, x, y| b.ins().bxor(x, y)),
            IntBinary::Maximum => self.extreme(true, dtype, x, y),
            IntBinary::Minimum => self.extreme(false, dtype, x, y),
            IntBinary::Shift(shift) => self.shift(shift, dtype, x, y),
        }
    }

    /// The maximum or the minimum. For floats as in IEEE 754: NaN if either is NaN, and +0 is above -0.
    fn extreme(&mut self, greatest: bool, dtype: DType, x: &Val, y: &Val) -> Val {
        if dtype.is_float() {
            return self.zip(x, y, |b, x, y| if greatest { b.ins().fmax(x, y) } else { b.ins().fmin(x, y) });
        }
        match (greatest, dtype == DType::Bool, dtype.is_signed_int()) {
            (true, true, _) => self.zip(x, y, |b, x, y| b.ins().bor(x, y)),
            (false, true, _) => self.zip(x, y, |b, x, y| b.ins().band(x, y)),
            (true, _, true) => self.zip(x, y, |b, x, y| b.ins().smax(x, y)),
            (true, _, false) => self.zip(x, y, |b, x, y| b.ins().umax(x, y)),
            (false, _, true) => self.zip(x, y, |b, x, y| b.ins().smin(x, y)),
            (false, _, false) => self.zip(x, y, |b, x, y| b.ins().umin(x, y)),
        }
    }

    /// Shifts lanes by a constant that is less than their width.
    fn shift_lanes(&mut self, shift: Shift, x: &Val, by: u64) -> Val {
        let by = by as i64;
        self.map(x, |b, x| match shift {
            Shift::Left => b.ins().ishl_imm_u(x, by),
            Shift::RightArithmetic => b.ins().sshr_imm_u(x, by),
            Shift::RightLogical => b.ins().ushr_imm_u(x, by),
        })
    }

    /// Shifts a scalar. A shift by the width or more gives zero, or the sign.
    fn shift(&mut self, shift: Shift, dtype: DType, x: &Val, by: &Val) -> Val {
        let bits = 8 * dtype.size() as i64;
        let (x, by) = (x[0], by[0]);
        let fits = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, by, bits);
        let zero = self.b.ins().iconst(element_type(dtype, Width::Scalar), 0);
        let shifted = match shift {
            Shift::Left => self.b.ins().ishl(x, by),
            Shift::RightLogical => self.b.ins().ushr(x, by),
            Shift::RightArithmetic => {
                let most = self.b.ins().iconst(element_type(dtype, Width::Scalar), bits - 1);
                let by = self.b.ins().select(fits, by, most);
                return smallvec![self.b.ins().sshr(x, by)];
            }
        };
        smallvec![self.b.ins().select(fits, shifted, zero)]
    }

    fn compare(&mut self, direction: Direction, kind: CompareKind, dtype: DType, x: &Val, y: &Val) -> Val {
        if dtype.is_float() && kind != CompareKind::TotalOrder {
            let cc = match direction {
                Direction::Eq => FloatCC::Equal,
                Direction::Ne => FloatCC::NotEqual,
                Direction::Ge => FloatCC::GreaterThanOrEqual,
                Direction::Gt => FloatCC::GreaterThan,
                Direction::Le => FloatCC::LessThanOrEqual,
                Direction::Lt => FloatCC::LessThan,
            };
            let out = self.zip(x, y, |b, x, y| b.ins().fcmp(cc, x, y));
            return self.mask(out);
        }
        let signed = dtype.is_signed_int() || dtype.is_float();
        let cc = match (direction, signed) {
            (Direction::Eq, _) => IntCC::Equal,
            (Direction::Ne, _) => IntCC::NotEqual,
            (Direction::Ge, true) => IntCC::SignedGreaterThanOrEqual,
            (Direction::Gt, true) => IntCC::SignedGreaterThan,
            (Direction::Le, true) => IntCC::SignedLessThanOrEqual,
            (Direction::Lt, true) => IntCC::SignedLessThan,
            (Direction::Ge, false) => IntCC::UnsignedGreaterThanOrEqual,
            (Direction::Gt, false) => IntCC::UnsignedGreaterThan,
            (Direction::Le, false) => IntCC::UnsignedLessThanOrEqual,
            (Direction::Lt, false) => IntCC::UnsignedLessThan,
        };
        let (x, y) = match dtype.is_float() {
            true => (self.ordered_bits(x, dtype), self.ordered_bits(y, dtype)),
            false => (x.clone(), y.clone()),
        };
        let out = self.zip(&x, &y, |b, x, y| b.ins().icmp(cc, x, y));
        self.mask(out)
    }

    /// Maps floats to signed integers in the same order as the floats' total order.
    fn ordered_bits(&mut self, x: &Val, dtype: DType) -> Val {
        let wide = element_type(dtype, self.width).bytes() == 8;
        let int = self.int_type(dtype);
        let x = self.cast(x, int);
        let rest = self.int_like(if wide { i64::MAX } else { i64::from(i32::MAX) }, dtype);
        let sign = self.map(&x, |b, x| b.ins().sshr_imm_u(x, if wide { 63 } else { 31 }));
        let flip = self.zip(&sign, &rest, |b, x, y| b.ins().band(x, y));
        self.zip(&x, &flip, |b, x, y| b.ins().bxor(x, y))
    }
}
