// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! One elementwise op on values of one width.
//!
//! Functions that no few instructions compute (`exp`, `power`, integer division) are [`Math`] calls over blocks of
//! elements; they are refused here.

use cranelift_codegen::ir::{
    InstBuilder,
    condcodes::{FloatCC, IntCC},
};
use gomlx_ir::{BinaryOp, CompareKind, DType, Direction, UnaryOp};
use smallvec::SmallVec;

use super::convert;
use super::value::{Emit, Val, Width, element_type};
use crate::loops::{Kind, Node, NodeId};
use crate::runtime::math::Math;

/// The library function that a node is, with the element type that it computes in.
pub(super) fn call(node: &Node, operand: DType) -> Option<Math> {
    let compute = match operand {
        DType::F16 | DType::BF16 => DType::F32,
        other => other,
    };
    match node.kind {
        Kind::Unary(op, _) => Math::unary(op, compute),
        Kind::Binary(op, ..) => Math::binary(op, compute),
        _ => None,
    }
}

/// Whether a node that is no call has a vector form; `dtypes` are those of its operands.
pub(super) fn has_lanes(nodes: &[Node], node: &Node) -> bool {
    let narrow = |d: DType| matches!(d, DType::I8 | DType::I16 | DType::U8 | DType::U16 | DType::Narrow(_));
    let wide_int = |d: DType| matches!(d, DType::I64 | DType::U64);
    let dtype = |n: NodeId| nodes[n].dtype;
    match &node.kind {
        Kind::Const(_) | Kind::Load { .. } | Kind::Reduced { .. } => true,
        Kind::Iota(_) => !narrow(node.dtype) && node.dtype != DType::Bool,
        Kind::Param(_) => false,
        Kind::Unary(op, x) => match op {
            UnaryOp::CountLeadingZeros | UnaryOp::Popcnt => false,
            UnaryOp::IsFinite => true,
            UnaryOp::Not => !narrow(dtype(*x)),
            _ => dtype(*x).is_float() || matches!(dtype(*x), DType::I32),
        },
        Kind::Binary(op, x, y) => {
            let d = dtype(*x);
            match op {
                BinaryOp::ShiftLeft | BinaryOp::ShiftRightArithmetic | BinaryOp::ShiftRightLogical => {
                    let bits = 8 * d.size() as u64;
                    matches!(d, DType::I32 | DType::U32) && matches!(nodes[*y].kind, Kind::Const(by) if by < bits)
                }
                BinaryOp::Maximum | BinaryOp::Minimum => !narrow(d) && !wide_int(d),
                BinaryOp::Multiply => !narrow(d) && !wide_int(d),
                _ => !narrow(d),
            }
        }
        Kind::Compare(_, _, x, _) => !narrow(dtype(*x)) && dtype(*x) != DType::U64,
        Kind::Select(..) => true,
        Kind::Clamp(_, x, _) => dtype(*x).is_float() || matches!(dtype(*x), DType::I32 | DType::U32),
        Kind::Convert(x) => convert::has_lanes(dtype(*x), node.dtype),
        Kind::Bitcast(x) => node.dtype.size() == 4 && dtype(*x).size() == 4 || node.dtype.size() == 8 && dtype(*x).size() == 8,
    }
}

impl Emit<'_, '_> {
    /// The value of a node that is neither a leaf nor a call.
    pub(super) fn node(&mut self, nodes: &[Node], node: &Node, operands: &[Val]) -> Val {
        let dtype = |n: NodeId| nodes[n].dtype;
        match &node.kind {
            Kind::Const(bits) => self.constant(*bits, node.dtype),
            Kind::Unary(op, x) => self.unary(*op, dtype(*x), &operands[0]),
            Kind::Binary(op, x, y) => match (&nodes[*y].kind, op, self.width) {
                (&Kind::Const(by), BinaryOp::ShiftLeft | BinaryOp::ShiftRightArithmetic | BinaryOp::ShiftRightLogical, Width::Lanes(_)) => {
                    let by = by as i64;
                    self.map(&operands[0], |b, x| match op {
                        BinaryOp::ShiftLeft => b.ins().ishl_imm_u(x, by),
                        BinaryOp::ShiftRightArithmetic => b.ins().sshr_imm_u(x, by),
                        _ => b.ins().ushr_imm_u(x, by),
                    })
                }
                _ => self.binary(*op, dtype(*x), &operands[0], &operands[1]),
            },
            Kind::Compare(direction, kind, x, _) => self.compare(*direction, *kind, dtype(*x), &operands[0], &operands[1]),
            Kind::Select(..) => self.select(&operands[0], &operands[1], &operands[2], node.dtype),
            Kind::Clamp(..) => {
                let x = self.binary(BinaryOp::Maximum, node.dtype, &operands[1], &operands[0]);
                self.binary(BinaryOp::Minimum, node.dtype, &x, &operands[2])
            }
            Kind::Convert(x) => self.convert(&operands[0], dtype(*x), node.dtype),
            Kind::Bitcast(x) => self.bitcast(&operands[0], dtype(*x), node.dtype),
            Kind::Load { .. } | Kind::Iota(_) | Kind::Reduced { .. } | Kind::Param(_) => {
                unreachable!("leaves are read where the loop is known")
            }
        }
    }

    fn bitcast(&mut self, x: &Val, from: DType, to: DType) -> Val {
        let half = |d: DType| matches!(d, DType::F16 | DType::BF16);
        if self.width == Width::Scalar && (half(from) || half(to)) {
            let bits = if half(from) {
                let x = self.in_memory(x, from);
                self.narrow_half(&x, from)
            } else {
                self.map(x, |b, x| b.ins().uextend(cranelift_codegen::ir::types::I32, x))
            };
            return match half(to) {
                true => self.widen_half(&bits, to),
                false => self.map(&bits, |b, x| b.ins().ireduce(cranelift_codegen::ir::types::I16, x)),
            };
        }
        self.cast(x, to)
    }

    pub(super) fn unary(&mut self, op: UnaryOp, dtype: DType, x: &Val) -> Val {
        let out = match op {
            _ if dtype.is_float() => self.float_unary(op, dtype, x),
            UnaryOp::Not if dtype == DType::Bool && self.width == Width::Scalar => self.map(x, |b, x| b.ins().bxor_imm_u(x, 1)),
            UnaryOp::Not => self.map(x, |b, x| b.ins().bnot(x)),
            UnaryOp::Negate => self.map(x, |b, x| b.ins().ineg(x)),
            UnaryOp::CountLeadingZeros => self.map(x, |b, x| b.ins().clz(x)),
            UnaryOp::Popcnt => self.map(x, |b, x| b.ins().popcnt(x)),
            UnaryOp::Abs if dtype.is_signed_int() => self.map(x, |b, x| b.ins().iabs(x)),
            UnaryOp::Sign => {
                let one = self.constant(1, dtype);
                if dtype.is_signed_int() {
                    let minus = self.constant(u64::MAX, dtype);
                    let x = self.zip(x, &one, |b, x, y| b.ins().smin(x, y));
                    self.zip(&x, &minus, |b, x, y| b.ins().smax(x, y))
                } else {
                    self.zip(x, &one, |b, x, y| b.ins().umin(x, y))
                }
            }
            // Absolute values of unsigned integers are themselves; the rest is refused by inference.
            _ => x.clone(),
        };
        match dtype {
            DType::F16 | DType::BF16 if !matches!(op, UnaryOp::Abs | UnaryOp::Negate | UnaryOp::IsFinite) => self.rounded(&out, dtype),
            _ => out,
        }
    }

    fn float_unary(&mut self, op: UnaryOp, dtype: DType, x: &Val) -> Val {
        match op {
            UnaryOp::Abs => self.map(x, |b, x| b.ins().fabs(x)),
            UnaryOp::Negate => self.map(x, |b, x| b.ins().fneg(x)),
            UnaryOp::Ceil => self.map(x, |b, x| b.ins().ceil(x)),
            UnaryOp::Floor => self.map(x, |b, x| b.ins().floor(x)),
            UnaryOp::RoundNearestEven => self.map(x, |b, x| b.ins().nearest(x)),
            UnaryOp::Sqrt => self.map(x, |b, x| b.ins().sqrt(x)),
            UnaryOp::Rsqrt => {
                let one = self.number(1.0, dtype);
                let root = self.map(x, |b, x| b.ins().sqrt(x));
                self.zip(&one, &root, |b, x, y| b.ins().fdiv(x, y))
            }
            UnaryOp::RoundNearestAfz => {
                let (half, one, zero) = (self.number(0.5, dtype), self.number(1.0, dtype), self.number(0.0, dtype));
                let whole = self.map(x, |b, x| b.ins().trunc(x));
                let rest = self.zip(x, &whole, |b, x, y| b.ins().fsub(x, y));
                let rest = self.map(&rest, |b, x| b.ins().fabs(x));
                let up = self.zip(&rest, &half, |b, x, y| b.ins().fcmp(FloatCC::GreaterThanOrEqual, x, y));
                let step = self.blend(&up, &one, &zero, dtype);
                let step = self.copy_sign(&step, x, dtype);
                self.zip(&whole, &step, |b, x, y| b.ins().fadd(x, y))
            }
            UnaryOp::Sign => {
                let (one, minus, zero) = (self.number(1.0, dtype), self.number(-1.0, dtype), self.number(0.0, dtype));
                let above = self.zip(x, &zero, |b, x, y| b.ins().fcmp(FloatCC::GreaterThan, x, y));
                let below = self.zip(x, &zero, |b, x, y| b.ins().fcmp(FloatCC::LessThan, x, y));
                let out = self.blend(&above, &one, x, dtype);
                self.blend(&below, &minus, &out, dtype)
            }
            UnaryOp::IsFinite => {
                let infinity = self.number(f64::INFINITY, dtype);
                let magnitude = self.map(x, |b, x| b.ins().fabs(x));
                let finite = self.zip(&magnitude, &infinity, |b, x, y| b.ins().fcmp(FloatCC::LessThan, x, y));
                self.mask(finite)
            }
            other => unreachable!("{} is a call", other.name()),
        }
    }

    /// `x`, which is not negative, with the sign of `y`.
    fn copy_sign(&mut self, x: &Val, y: &Val, dtype: DType) -> Val {
        let int = self.int_type(dtype);
        let sign = if element_type(dtype, self.width).bytes() == 8 { i64::MIN } else { i64::from(i32::MIN) };
        let sign = self.int_like(sign, dtype);
        let (x, y) = (self.cast(x, int), self.cast(y, int));
        let y = self.zip(&y, &sign, |b, x, y| b.ins().band(x, y));
        let out = self.zip(&x, &y, |b, x, y| b.ins().bor(x, y));
        self.cast(&out, dtype)
    }

    pub(super) fn binary(&mut self, op: BinaryOp, dtype: DType, x: &Val, y: &Val) -> Val {
        if dtype.is_float() {
            let out = match op {
                BinaryOp::Add => self.zip(x, y, |b, x, y| b.ins().fadd(x, y)),
                BinaryOp::Subtract => self.zip(x, y, |b, x, y| b.ins().fsub(x, y)),
                BinaryOp::Multiply => self.zip(x, y, |b, x, y| b.ins().fmul(x, y)),
                BinaryOp::Divide => self.zip(x, y, |b, x, y| b.ins().fdiv(x, y)),
                BinaryOp::Maximum => return self.extreme(true, x, y),
                BinaryOp::Minimum => return self.extreme(false, x, y),
                other => unreachable!("{} is a call", other.name()),
            };
            return match dtype {
                DType::F16 | DType::BF16 => self.rounded(&out, dtype),
                _ => out,
            };
        }
        let (bool, signed) = (dtype == DType::Bool, dtype.is_signed_int());
        match op {
            BinaryOp::Add | BinaryOp::Maximum if bool => self.zip(x, y, |b, x, y| b.ins().bor(x, y)),
            BinaryOp::Multiply | BinaryOp::Minimum if bool => self.zip(x, y, |b, x, y| b.ins().band(x, y)),
            BinaryOp::Add => self.zip(x, y, |b, x, y| b.ins().iadd(x, y)),
            BinaryOp::Subtract => self.zip(x, y, |b, x, y| b.ins().isub(x, y)),
            BinaryOp::Multiply => self.zip(x, y, |b, x, y| b.ins().imul(x, y)),
            BinaryOp::And => self.zip(x, y, |b, x, y| b.ins().band(x, y)),
            BinaryOp::Or => self.zip(x, y, |b, x, y| b.ins().bor(x, y)),
            BinaryOp::Xor => self.zip(x, y, |b, x, y| b.ins().bxor(x, y)),
            BinaryOp::Maximum if signed => self.zip(x, y, |b, x, y| b.ins().smax(x, y)),
            BinaryOp::Maximum => self.zip(x, y, |b, x, y| b.ins().umax(x, y)),
            BinaryOp::Minimum if signed => self.zip(x, y, |b, x, y| b.ins().smin(x, y)),
            BinaryOp::Minimum => self.zip(x, y, |b, x, y| b.ins().umin(x, y)),
            BinaryOp::ShiftLeft | BinaryOp::ShiftRightLogical | BinaryOp::ShiftRightArithmetic => self.shift(op, dtype, x, y),
            other => unreachable!("{} of integers is a call", other.name()),
        }
    }

    /// Shifts past the width give zero, or the sign.
    fn shift(&mut self, op: BinaryOp, dtype: DType, x: &Val, y: &Val) -> Val {
        let bits = 8 * dtype.size() as i64;
        let (x, by) = (x[0], y[0]);
        let ins = self.b.ins();
        let fits = ins.icmp_imm_u(IntCC::UnsignedLessThan, by, bits);
        let zero = self.b.ins().iconst(element_type(dtype, Width::Scalar), 0);
        let shifted = match op {
            BinaryOp::ShiftLeft => self.b.ins().ishl(x, by),
            BinaryOp::ShiftRightLogical => self.b.ins().ushr(x, by),
            _ => {
                let most = self.b.ins().iconst(element_type(dtype, Width::Scalar), bits - 1);
                let by = self.b.ins().select(fits, by, most);
                let shifted = self.b.ins().sshr(x, by);
                return SmallVec::from_slice(&[shifted]);
            }
        };
        SmallVec::from_slice(&[self.b.ins().select(fits, shifted, zero)])
    }

    /// IEEE maximum or minimum: NaN wins, and +0 is above -0.
    fn extreme(&mut self, greatest: bool, x: &Val, y: &Val) -> Val {
        self.zip(x, y, |b, x, y| if greatest { b.ins().fmax(x, y) } else { b.ins().fmin(x, y) })
    }

    pub(super) fn compare(&mut self, direction: Direction, kind: CompareKind, dtype: DType, x: &Val, y: &Val) -> Val {
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

    /// Signed integers in the total order of floats.
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
