// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `for .. in rolled(..)` and the rows that it collects, as `gomlx::control` records them; a `for` over what is known
//! unrolls.

use gomlx_ir::{Axes, BinaryOp, DType, Dim, Direction, Op, Shape, ValueId};
use quote::ToTokens;
use syn::{Expr, ExprForLoop, ExprMethodCall, RangeLimits};

use super::body::Body;
use super::build;
use super::repeat::{Extra, Step};
use super::value::{Built, Stop, Value};
use crate::expand::mentions_exit;

/// A loop over more is not unrolled here.
const LONGEST: i64 = 64;

/// A function of more instructions gets none by unrolling: nobody reads so many, and every build would wait for them.
const MOST: usize = 1000;

/// What `rolled` repeats over.
enum Over {
    Range([Bound; 2]),
    Rows(ValueId),
    Together(Vec<Over>),
}

#[derive(Clone, Copy, PartialEq)]
enum Bound {
    Host(i64),
    Graph(ValueId),
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
        let (region, instructions) = (self.site.region, self.site.region(self.site.region).insts.len());
        for item in items {
            self.bind(&repeat.pat, item);
            let walked = self.block(&repeat.body);
            self.locals.truncate(visible);
            if walked.is_err() || self.notes.len() > notes || self.site.num_insts() > MOST {
                self.restore(&before);
                self.notes.truncate(notes);
                self.site.region_mut(region).insts.truncate(instructions);
                return Err(Stop::Unknown);
            }
        }
        Ok(())
    }

    /// The bounds of a range; nothing if an expression is none.
    fn range(&mut self, expr: &Expr) -> Built<Option<[Bound; 2]>> {
        let range = match expr {
            Expr::Paren(inner) => return self.range(&inner.expr),
            Expr::Range(range) => range,
            _ => return Ok(None),
        };
        let (Some(start), Some(end)) = (&range.start, &range.end) else { return Err(Stop::Unknown) };
        let mut bound = |expr: &Expr| match self.operand(expr)? {
            Value::Tensor(x) if *self.site.shape(x) == Shape::scalar(DType::I32) => Ok(Bound::Graph(x)),
            Value::Integer(n) => Ok(Bound::Host(n)),
            Value::Size(Dim::Lit(n)) => i64::try_from(n).map(Bound::Host).map_err(|_| Stop::Unknown),
            _ => Err(Stop::Unknown),
        };
        let (start, end) = (bound(start)?, bound(end)?);
        let end = match (&range.limits, end) {
            (RangeLimits::HalfOpen(_), end) => end,
            (RangeLimits::Closed(_), Bound::Host(last)) => Bound::Host(last.saturating_add(1)),
            (RangeLimits::Closed(_), Bound::Graph(last)) => Bound::Graph(build::binary_number(&mut self.site, BinaryOp::Add, last, 1.0)?),
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

    fn bounds(&self, over: &Over) -> Built<[Bound; 2]> {
        match over {
            Over::Range(bounds) => Ok(*bounds),
            Over::Rows(x) => {
                let rows = self.site.shape(*x).dims.first().and_then(Dim::lit).and_then(|n| i64::try_from(n).ok());
                Ok([Bound::Host(0), Bound::Host(rows.ok_or(Stop::Unknown)?)])
            }
            Over::Together(parts) => {
                let all = parts.iter().map(|p| self.bounds(p)).collect::<Built<Vec<_>>>()?;
                let first = *all.first().ok_or(Stop::Unknown)?;
                let same = |b: &[Bound; 2]| matches!((b, first), ([Bound::Host(a), Bound::Host(b)], [Bound::Host(c), Bound::Host(d)]) if b - a == d - c);
                if all.iter().all(same) { Ok(first) } else { Err(Stop::Unknown) }
            }
        }
    }

    fn item(&mut self, over: &Over, counter: ValueId) -> Built {
        match over {
            Over::Range(_) => Ok(Value::Tensor(counter)),
            Over::Rows(x) => {
                let dims = build::dims(&self.site, *x);
                let zero = build::scalar(&mut self.site, DType::I32, 0.0);
                let mut operands = vec![*x, counter];
                operands.resize(1 + dims.len(), zero);
                let sizes: Option<Axes> = [Some(1)].into_iter().chain(dims[1..].iter().map(Dim::lit)).collect();
                let row = build::emit(&mut self.site, Op::DynamicSlice(sizes.ok_or(Stop::Unknown)?), &operands)?;
                build::reshape(&mut self.site, row, &dims[1..]).map(Value::Tensor)
            }
            Over::Together(parts) => parts.iter().map(|p| self.item(p, counter)).collect::<Built<_>>().map(Value::Tuple),
        }
    }

    fn rolled(&mut self, repeat: &ExprForLoop, over: &Over) -> Built<()> {
        let bounds = self.bounds(over)?;
        let i32_scalar = Shape::scalar(DType::I32);
        let mut limit = |bound| match bound {
            Bound::Host(n) => build::scalar(&mut self.site, DType::I32, n as f64),
            Bound::Graph(x) => x,
        };
        let (first, end) = (limit(bounds[0]), limit(bounds[1]));
        let step = self.begin("rolled");
        let counter = self.site.param(i32_scalar, "i");
        let visible = self.locals.len();
        let item = self.item(over, counter);
        let walked = item.and_then(|item| {
            self.bind(&repeat.pat, item);
            self.block(&repeat.body)
        });
        self.locals.truncate(visible);
        let mut after = self.end(&step, walked)?;
        let steps = match bounds {
            [Bound::Host(first), Bound::Host(end)] => usize::try_from(end - first).ok(),
            _ => None,
        };
        let closed = self.close(&step, &mut after, counter, first, steps);
        if closed.is_err() {
            self.abandon(&step);
        }
        let (pushed, extras) = closed?;
        let made = self.finish(step, &after, &extras, |body, extras| build::compare(&mut body.site, Direction::Lt, extras[0], end))?;
        for (&local, &rows) in pushed.iter().zip(&made[1..]) {
            if let Value::Rows(blocks) = &mut self.locals[local].value {
                blocks.push(rows);
            }
        }
        Ok(())
    }

    /// What a step ends with: the counter goes on, and what was pushed goes to its place among the rows of all steps.
    fn close(
        &mut self,
        step: &Step,
        after: &mut [Value],
        counter: ValueId,
        first: ValueId,
        steps: Option<usize>,
    ) -> Built<(Vec<usize>, Vec<Extra>)> {
        let pushed = self.pushed(step, after)?;
        let one = build::scalar(&mut self.site, DType::I32, 1.0);
        let next = build::binary(&mut self.site, BinaryOp::Add, counter, one)?;
        let mut extras = vec![Extra { initial: Some(first), in_body: counter, yielded: next, name: "i" }];
        for &(_, block) in &pushed {
            let mut shape = self.site.shape(block).clone();
            let rows = shape.dims[0].lit().ok_or(Stop::Unknown)?;
            shape.dims[0] = Dim::Lit(rows * steps.ok_or(Stop::Unknown)?);
            let rank = shape.rank();
            let buffer = self.site.param(shape, "rows");
            let offset = build::binary(&mut self.site, BinaryOp::Subtract, counter, first)?;
            let rows = build::scalar(&mut self.site, DType::I32, rows as f64);
            let at = build::binary(&mut self.site, BinaryOp::Multiply, offset, rows)?;
            let zero = build::scalar(&mut self.site, DType::I32, 0.0);
            let mut operands = vec![buffer, block, at];
            operands.resize(2 + rank, zero);
            let yielded = build::emit(&mut self.site, Op::DynamicUpdateSlice, &operands)?;
            extras.push(Extra { initial: None, in_body: buffer, yielded, name: "rows" });
        }
        Ok((pushed.into_iter().map(|(local, _)| local).collect(), extras))
    }

    /// What a step pushed, taken off its variables: which variable, and the rows as one block.
    fn pushed(&mut self, step: &Step, after: &mut [Value]) -> Built<Vec<(usize, ValueId)>> {
        let mut pushed = vec![];
        for (i, value) in after.iter_mut().enumerate() {
            let (Value::Rows(before), Value::Rows(blocks)) = (&step.params[i], &mut *value) else { continue };
            if before.len() > blocks.len() || *before != blocks[..before.len()] {
                return Err(Stop::Unknown);
            }
            let new = blocks.split_off(before.len());
            if !new.is_empty() {
                pushed.push((i, self.stacked(&new)?));
            }
        }
        Ok(pushed)
    }

    /// `rows.push(&x)` and `rows.stack()`.
    pub(super) fn rows_method(&mut self, mut rows: Vec<ValueId>, call: &ExprMethodCall) -> Built {
        if call.method == "stack" && call.args.is_empty() {
            return self.stacked(&rows).map(Value::Tensor);
        }
        let row = call.args.first().filter(|_| call.method == "push").ok_or(Stop::Unknown)?;
        let Value::Tensor(row) = self.operand(row)? else { return Err(Stop::Unknown) };
        let mut dims = build::dims(&self.site, row);
        dims.insert(0, Dim::Lit(1));
        rows.push(build::reshape(&mut self.site, row, &dims)?);
        self.assign(&call.receiver, Value::Rows(rows));
        Ok(Value::Tuple(vec![]))
    }

    fn stacked(&mut self, blocks: &[ValueId]) -> Built<ValueId> {
        match blocks {
            [] => Err(Stop::Unknown),
            [one] => Ok(*one),
            several => build::emit(&mut self.site, Op::Concatenate(0), several),
        }
    }
}
