// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Writing parts of tensors: `x.set(i, v)`, `x.add_at(i, v)`, `x[i] = v`, `x[i] *= v`.

use gomlx_ir::compose::Operand;
use gomlx_ir::compose::index::Assign;
use gomlx_ir::{BinaryOp, ValueId};
use syn::{Expr, ExprIndex};

use super::body::Body;
use super::host::compound;
use super::methods;
use super::value::{Built, Stop, Value};

/// A part of a tensor, and the value that is written to it.
struct PartWrite<'a> {
    tensor: &'a Expr,
    index: &'a Expr,
    value: &'a Expr,
    assign: Assign,
    /// The op of the part's elements and the value, if it is not the value itself that is written.
    combine: Option<BinaryOp>,
}

impl<'a> PartWrite<'a> {
    /// The write that an expression is, if it is one.
    fn of(expr: &'a Expr) -> Option<PartWrite<'a>> {
        let part = |place: &'a Expr, value: &'a Expr, assign: Assign, combine: Option<BinaryOp>| {
            let ExprIndex { expr: tensor, index, .. } = part(place)?;
            Some(PartWrite { tensor, index, value, assign, combine })
        };
        match expr {
            Expr::Assign(assign) => part(&assign.left, &assign.right, Assign::Set, None),
            Expr::Binary(binary) => match compound(&binary.op)? {
                BinaryOp::Add => part(&binary.left, &binary.right, Assign::Add, None),
                op => part(&binary.left, &binary.right, Assign::Set, Some(op)),
            },
            Expr::MethodCall(call) if call.args.len() == 2 => {
                let assign = Assign::named(&call.method.to_string())?;
                Some(PartWrite { tensor: &call.receiver, index: &call.args[0], value: &call.args[1], assign, combine: None })
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
    /// Writes a part, if that is what an expression does: the variable becomes the tensor with the written elements.
    pub(super) fn write(&mut self, expr: &Expr) -> Option<Built> {
        let write = PartWrite::of(expr)?;
        Some(self.write_part(&write))
    }

    fn write_part(&mut self, write: &PartWrite<'_>) -> Built {
        let Value::Tensor(x) = self.operand(write.tensor)? else { return Err(Stop::Unknown) };
        let written = self.written(x, write)?;
        self.assign(write.tensor, Value::Tensor(written));
        Ok(Value::Tuple(vec![]))
    }

    fn written(&mut self, x: ValueId, write: &PartWrite<'_>) -> Built<ValueId> {
        let parts = self.parts(write.index)?;
        let value = match write.combine {
            None => self.operand(write.value)?,
            Some(op) => {
                let elements = self.read("at", x, &parts)?;
                let value = self.operand(write.value)?;
                self.arithmetic(op, Value::Tensor(elements), value)?
            }
        };
        let value = methods::operand_beside(&mut self.preview, x, &value)?;
        if self.preview.shape(value).dtype != self.preview.shape(x).dtype {
            // rustc reports it.
            return Err(Stop::Unknown);
        }
        self.preview.compose(write.assign.name(), |c| {
            let parts: Vec<_> = parts.iter().map(|part| part.map(|&value| c.var(value))).collect();
            c.var(x).with_part(&parts, write.assign, Operand::Tensor(Some(value)))
        })
    }
}
