// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Writing parts of tensors, as `gomlx::index` records it: `x.set(i, v)`, `x.add_at(i, v)`, `x[i] = v`, `x[i] *= v`.

use gomlx_ir::{BinaryOp, Code, DType, Dim, Op, ValueId};
use syn::{Expr, ExprIndex};

use super::body::Body;
use super::build;
use super::host::compound;
use super::index::Axis;
use super::value::{Built, Stop, Value};

/// A part that is given something, and what.
pub(super) struct Write<'a> {
    tensor: &'a Expr,
    index: &'a Expr,
    value: &'a Expr,
    how: How,
}

#[derive(Clone, Copy)]
enum How {
    Set,
    Add,
    /// What is there is read, combined, and set.
    Combine(BinaryOp),
}

impl<'a> Write<'a> {
    /// What an expression writes, if it writes a part.
    pub(super) fn of(expr: &'a Expr) -> Option<Write<'a>> {
        let part = |place: &'a Expr, value: &'a Expr, how: How| {
            let ExprIndex { expr: tensor, index, .. } = part(place)?;
            Some(Write { tensor, index, value, how })
        };
        match expr {
            Expr::Assign(assign) => part(&assign.left, &assign.right, How::Set),
            Expr::Binary(binary) => match compound(&binary.op)? {
                BinaryOp::Add => part(&binary.left, &binary.right, How::Add),
                op => part(&binary.left, &binary.right, How::Combine(op)),
            },
            Expr::MethodCall(call) if call.args.len() == 2 => {
                let how = match call.method.to_string().as_str() {
                    "set" => How::Set,
                    "add_at" => How::Add,
                    _ => return None,
                };
                Some(Write { tensor: &call.receiver, index: &call.args[0], value: &call.args[1], how })
            }
            _ => None,
        }
    }
}

fn part(place: &Expr) -> Option<&ExprIndex> {
    match place {
        Expr::Index(part) => Some(part),
        Expr::Paren(inner) => part(&inner.expr),
        _ => None,
    }
}

impl Body<'_> {
    /// Gives the variable what it holds once the part is written.
    pub(super) fn write(&mut self, write: &Write<'_>) -> Built {
        let Value::Tensor(x) = self.operand(write.tensor)? else { return Err(Stop::Unknown) };
        let written = self.written(x, write)?;
        self.assign(write.tensor, Value::Tensor(written));
        Ok(Value::Tuple(vec![]))
    }

    fn written(&mut self, x: ValueId, write: &Write<'_>) -> Built<ValueId> {
        let parts = self.parts(write.index)?;
        let dtype = build::dtype(&self.site, x);
        let (op, value) = match write.how {
            How::Set => ("set", self.operand(write.value)?),
            How::Add => ("add_at", self.operand(write.value)?),
            How::Combine(op) => {
                let axes = self.axes("at", x, &parts)?;
                let there = self.read(x, &axes)?;
                let value = self.operand(write.value)?;
                ("set", self.arithmetic(op, Value::Tensor(there), value)?)
            }
        };
        let axes = self.axes(op, x, &parts)?;
        let value = build::operand(&mut self.site, dtype, &value)?;
        if build::dtype(&self.site, value) != dtype {
            // rustc says so.
            return Err(Stop::Unknown);
        }
        // Of the rest, steps and tensors of positions, the trace makes other ops.
        let all = build::dims(&self.site, x);
        let (mut kept, mut sizes): (Vec<Dim>, Vec<Dim>) = (vec![], vec![]);
        for (axis, size) in axes.iter().zip(all.iter()) {
            let (len, stays) = match axis {
                Axis::Whole => (size.clone(), true),
                Axis::Window { len, step: 1, stays, .. } => (Dim::Lit(*len), *stays),
                Axis::Dynamic(_) => (Dim::Lit(1), false),
                Axis::Window { .. } | Axis::Take(_) => return Err(Stop::Unknown),
            };
            kept.extend(stays.then(|| len.clone()));
            sizes.push(len);
        }
        let shape = self.site.shape(value);
        let pairs = || shape.dims.iter().rev().zip(kept.iter().rev());
        if shape.rank() > kept.len() || pairs().any(|(a, b)| !a.is(1) && a.provably_differs(b)) {
            let dims: Vec<String> = kept.iter().map(ToString::to_string).collect();
            let message = format!("{op}: {shape} does not broadcast to the part [{}] of {}", dims.join(", "), self.site.shape(x));
            return Err(Stop::Mistake(Code::Shape, message));
        }
        let mut value = build::broadcast_to(&mut self.site, value, &kept)?;
        if matches!(write.how, How::Add) {
            let there = self.read(x, &axes)?;
            value = build::binary(&mut self.site, BinaryOp::Add, there, value)?;
        }
        let block = build::reshape(&mut self.site, value, &sizes)?;
        let wide = axes.iter().any(|a| matches!(a, Axis::Dynamic(start) if build::dtype(&self.site, *start) == DType::I64));
        let dtype = if wide { DType::I64 } else { DType::I32 };
        let mut operands = vec![x, block];
        for axis in &axes {
            operands.push(match axis {
                Axis::Dynamic(start) => build::convert(&mut self.site, *start, dtype)?,
                Axis::Window { start, .. } => build::scalar(&mut self.site, dtype, *start as f64),
                Axis::Whole | Axis::Take(_) => build::scalar(&mut self.site, dtype, 0.0),
            });
        }
        build::emit(&mut self.site, Op::DynamicUpdateSlice, &operands)
    }
}
