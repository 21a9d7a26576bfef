// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Indices as written, and reading the parts of tensors that they name: `x.at(i)`, `x.slice(s![1.., -1])`, `x[i]`.

use gomlx_ir::compose::index::AxisIndex;
use gomlx_ir::{Dim, ValueId};
use syn::parse::{ParseStream, Parser};
use syn::{Expr, RangeLimits};

use super::body::Body;
use super::value::{Built, Stop, Value};

impl Body<'_> {
    /// The part of a tensor that an index names.
    pub(super) fn part_of(&mut self, op: &str, x: ValueId, index: &Expr) -> Built {
        let parts = self.parts(index)?;
        self.read(op, x, &parts).map(Value::Tensor)
    }

    /// Reads a part of a tensor.
    pub(super) fn read(&mut self, op: &str, x: ValueId, parts: &[AxisIndex<ValueId>]) -> Built<ValueId> {
        self.preview.compose(op, |c| c.var(x).part(&parts.iter().map(|part| part.map(|&value| c.var(value))).collect::<Vec<_>>()))
    }

    pub(super) fn parts(&mut self, index: &Expr) -> Built<Vec<AxisIndex<ValueId>>> {
        match index {
            Expr::Paren(inner) => self.parts(&inner.expr),
            Expr::Reference(inner) => self.parts(&inner.expr),
            Expr::Tuple(parts) => parts.elems.iter().map(|part| self.part(part)).collect(),
            Expr::Macro(index) if index.mac.path.segments.last().is_some_and(|s| s.ident == "s") => {
                let written = stepped.parse2(index.mac.tokens.clone()).map_err(|_| Stop::Unknown)?;
                let mut parts = vec![];
                for (part, by) in &written {
                    parts.push(match (self.part(part)?, by) {
                        (part, None) => part,
                        (AxisIndex::Range { start, end, .. }, Some(by)) => {
                            let by = self.operand(by)?.size().and_then(|n| n.lit()).filter(|&n| n > 0);
                            AxisIndex::Range { start, end, step: by.ok_or(Stop::Unknown)? }
                        }
                        (AxisIndex::At(_) | AxisIndex::Tensor(_) | AxisIndex::Window(..), Some(_)) => return Err(Stop::Unknown),
                    });
                }
                Ok(parts)
            }
            one => Ok(vec![self.part(one)?]),
        }
    }

    fn part(&mut self, part: &Expr) -> Built<AxisIndex<ValueId>> {
        let range = match part {
            Expr::Paren(inner) => return self.part(&inner.expr),
            Expr::Range(range) => range,
            other => {
                return match self.operand(other)? {
                    Value::Tensor(x) => Ok(AxisIndex::Tensor(x)),
                    value => position(&value).map(AxisIndex::At),
                };
            }
        };
        let mut end = |end: &Option<Box<Expr>>| end.as_ref().map(|e| position(&self.operand(e)?)).transpose();
        let (start, last) = (end(&range.start)?, end(&range.end)?);
        let end = match (&range.limits, last) {
            (RangeLimits::Closed(_), Some(last)) => AxisIndex::<ValueId>::end_after(last),
            (_, end) => end,
        };
        Ok(AxisIndex::Range { start, end, step: 1 })
    }
}

fn position(value: &Value) -> Built<i64> {
    match value {
        Value::Integer(n) => Ok(*n),
        Value::Size(Dim::Lit(n)) => i64::try_from(*n).map_err(|_| Stop::Unknown),
        _ => Err(Stop::Unknown),
    }
}

/// Parts and their steps: `1..3, ..;2, -1`.
fn stepped(input: ParseStream<'_>) -> syn::Result<Vec<(Expr, Option<Expr>)>> {
    let mut parts = vec![];
    while !input.is_empty() {
        let part = input.parse()?;
        let by = input.parse::<Option<syn::Token![;]>>()?.map(|_| input.parse()).transpose()?;
        parts.push((part, by));
        if input.parse::<Option<syn::Token![,]>>()?.is_none() {
            break;
        }
    }
    if input.is_empty() { Ok(parts) } else { Err(input.error("expected `,`")) }
}
