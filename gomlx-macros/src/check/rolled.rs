// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `for .. in rolled(..)` and the rows that it collects. A `for` over known items unrolls.

use gomlx_ir::compose::control::{self, Bound, Pushed, RolledBuilder};
use gomlx_ir::{DType, Dim, Shape, ValueId};
use quote::ToTokens;
use syn::{Expr, ExprForLoop, ExprMethodCall, RangeLimits};

use super::body::Body;
use super::repeat::{WalkedStep, unless_unchanged};
use super::value::{Built, Stop, Value};
use crate::ast::mentions_exit;

/// The preview does not unroll a loop over more items.
const LONGEST: i64 = 64;

/// The preview does not unroll a loop in a function of more instructions: nobody reads so many, and every build would
/// wait for them.
const MOST: usize = 1000;

type Bounds = [Bound<ValueId>; 2];

/// The argument of `rolled`.
enum Over {
    Range(Bounds),
    Rows(ValueId),
    Together(Vec<Over>),
}

impl Body<'_> {
    pub(super) fn for_expr(&mut self, repeat: &ExprForLoop) -> Built {
        if mentions_exit(repeat.body.to_token_stream()) {
            return Err(Stop::Unknown);
        }
        match &*repeat.expr {
            Expr::Call(call) if matches!(&*call.func, Expr::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "rolled")) => {
                let over = self.over(call.args.first().ok_or(Stop::Unknown)?)?;
                self.rolled(repeat, &over)?;
            }
            over => {
                let items = self.items(over)?;
                self.unroll(repeat, items)?;
            }
        }
        Ok(Value::Tuple(vec![]))
    }

    /// The items of a short loop of the host.
    fn items(&mut self, over: &Expr) -> Built<Vec<Value>> {
        if let Some([Bound::Host(first), Bound::Host(end)]) = self.range(over)? {
            let short = end.checked_sub(first).is_some_and(|n| n <= LONGEST);
            return if short { Ok((first..end).map(Value::Integer).collect()) } else { Err(Stop::Unknown) };
        }
        match self.expr(over)? {
            Value::List(items) => Ok(items),
            _ => Err(Stop::Unknown),
        }
    }

    fn unroll(&mut self, repeat: &ExprForLoop, items: Vec<Value>) -> Built<()> {
        let (before, notes, visible) = (self.values(), self.notes.len(), self.locals.len());
        let (region, instructions) = (self.preview.region, self.preview.region(self.preview.region).insts.len());
        for item in items {
            self.bind(&repeat.pat, item);
            let walked = self.block(&repeat.body);
            self.locals.truncate(visible);
            if walked.is_err() || self.notes.len() > notes || self.preview.num_insts() > MOST {
                self.restore(&before);
                self.notes.truncate(notes);
                self.preview.region_mut(region).insts.truncate(instructions);
                return Err(Stop::Unknown);
            }
        }
        Ok(())
    }

    /// The bounds of a range, if an expression is one.
    fn range(&mut self, expr: &Expr) -> Built<Option<Bounds>> {
        let range = match expr {
            Expr::Paren(inner) => return self.range(&inner.expr),
            Expr::Range(range) => range,
            _ => return Ok(None),
        };
        let (Some(start), Some(end)) = (&range.start, &range.end) else { return Err(Stop::Unknown) };
        let mut bound = |expr: &Expr| match self.operand(expr)? {
            Value::Tensor(x) if *self.preview.shape(x) == Shape::scalar(DType::I32) => Ok(Bound::Graph(x)),
            Value::Integer(n) => Ok(Bound::Host(n)),
            Value::Size(Dim::Lit(n)) => i64::try_from(n).map(Bound::Host).map_err(|_| Stop::Unknown),
            _ => Err(Stop::Unknown),
        };
        let (start, end) = (bound(start)?, bound(end)?);
        let end = match (&range.limits, end) {
            (RangeLimits::HalfOpen(_), end) => end,
            (RangeLimits::Closed(_), Bound::Host(last)) => Bound::Host(last.saturating_add(1)),
            (RangeLimits::Closed(_), Bound::Graph(last)) => Bound::Graph(self.preview.compose("add", |c| Ok(c.var(last) + 1))?),
        };
        Ok(Some([start, end]))
    }

    fn over(&mut self, expr: &Expr) -> Built<Over> {
        if let Expr::Tuple(parts) = expr {
            return parts.elems.iter().map(|part| self.over(part)).collect::<Built<_>>().map(Over::Together);
        }
        if let Some(bounds) = self.range(expr)? {
            return Ok(Over::Range(bounds));
        }
        match self.operand(expr)? {
            Value::Tensor(x) => Ok(Over::Rows(x)),
            _ => Err(Stop::Unknown),
        }
    }

    fn bounds(&self, over: &Over) -> Built<Bounds> {
        match over {
            Over::Range(bounds) => Ok(*bounds),
            Over::Rows(x) => {
                let rows = self.preview.shape(*x).dims.first().and_then(Dim::lit).and_then(|n| i64::try_from(n).ok());
                Ok([Bound::Host(0), Bound::Host(rows.ok_or(Stop::Unknown)?)])
            }
            Over::Together(parts) => {
                let all = parts.iter().map(|part| self.bounds(part)).collect::<Built<Vec<_>>>()?;
                control::together(&all).map_err(|_| Stop::Unknown)
            }
        }
    }

    fn item(&mut self, over: &Over, counter: ValueId) -> Built {
        match over {
            Over::Range(_) => Ok(Value::Tensor(counter)),
            Over::Rows(x) => self.preview.compose("rolled", |c| control::row(c.var(*x), c.var(counter))).map(Value::Tensor),
            Over::Together(parts) => parts.iter().map(|part| self.item(part, counter)).collect::<Built<_>>().map(Value::Tuple),
        }
    }

    fn rolled(&mut self, repeat: &ExprForLoop, over: &Over) -> Built<()> {
        let bounds = self.bounds(over)?;
        let instructions = self.preview.region(self.preview.region).insts.len();
        let variables = self.variables();
        let names = variables.iter().map(|(name, value)| (name.as_str(), *value));
        let builder = RolledBuilder::begin(&mut self.preview.builder(), &bounds, names).map_err(|_| Stop::Unknown)?;
        let step = self.begin(builder.step(), instructions);
        let visible = self.locals.len();
        let item = self.item(over, builder.counter());
        let walked = item.and_then(|item| {
            self.bind(&repeat.pat, item);
            self.block(&repeat.body)
        });
        self.locals.truncate(visible);
        let mut after = self.values();
        let closed = pushed(&step, &mut after, Bound::steps(&bounds)).and_then(|(pushed_to, pushed)| {
            let yielded = self.end(&step, walked, &after)?;
            self.preview.region = step.outer;
            let closed = builder.close(&mut self.preview.builder(), &yielded, None, &pushed).map_err(unless_unchanged)?;
            Ok((pushed_to, closed))
        });
        let (pushed_to, (variables, collected)) = self.finish(&step, closed)?;
        self.set_variables(variables.into_iter());
        for (local, block) in pushed_to.into_iter().zip(collected) {
            if let Value::Rows(blocks) = &mut self.locals[local].value {
                blocks.push(block);
            }
        }
        Ok(())
    }

    /// `rows.push(&x)` and `rows.stack()`.
    pub(super) fn rows_method(&mut self, mut rows: Vec<ValueId>, call: &ExprMethodCall) -> Built {
        if call.method == "stack" && call.args.is_empty() {
            return self.stacked(&rows).map(Value::Tensor);
        }
        let row = call.args.first().filter(|_| call.method == "push").ok_or(Stop::Unknown)?;
        let Value::Tensor(row) = self.operand(row)? else { return Err(Stop::Unknown) };
        rows.push(self.preview.compose("push", |c| Ok(c.var(row).expand_dims(0)))?);
        self.assign(&call.receiver, Value::Rows(rows));
        Ok(Value::Tuple(vec![]))
    }

    fn stacked(&mut self, blocks: &[ValueId]) -> Built<ValueId> {
        self.preview.compose("stack", |c| control::stack(c, &blocks.iter().map(|&block| c.var(block)).collect::<Vec<_>>()))
    }
}

/// The rows that a step pushed, taken off its variables: the positions of the variables, and the rows of each.
fn pushed(step: &WalkedStep, after: &mut [Value], steps: Option<usize>) -> Built<(Vec<usize>, Vec<Pushed>)> {
    let (mut locals, mut pushed) = (vec![], vec![]);
    for (i, value) in after.iter_mut().enumerate() {
        let (Value::Rows(before), Value::Rows(blocks)) = (&step.params[i], &mut *value) else { continue };
        if before.len() > blocks.len() || *before != blocks[..before.len()] {
            return Err(Stop::Unknown);
        }
        let blocks = blocks.split_off(before.len());
        if !blocks.is_empty() {
            locals.push(i);
            pushed.push(Pushed { blocks, steps: steps.ok_or(Stop::Unknown)? });
        }
    }
    Ok((locals, pushed))
}
