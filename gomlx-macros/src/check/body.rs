// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Walks a body as written, and builds what it understands.
//!
//! Invariant: a variable has a known value only while nothing that is not understood can have changed it.

use gomlx_ir::compose::{Form, Method};
use gomlx_ir::{BinaryOp, DType, Direction, Function, Op, Shape, ValueId};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Block, Expr, Local as Let, Member, Pat, Stmt, UnOp};

use super::host::{arithmetic, comparison, compound, host_arithmetic, literal, logic};
use super::methods;
use super::preview::Preview;
use super::value::{self, Built, Local, Stop, Value};
use crate::ast::{Code, DimPattern, Errors, TensorType};

/// The state of the walk.
pub(super) struct Body<'e> {
    pub(super) preview: Preview,
    pub(super) locals: Vec<Local>,
    /// What was not understood, in order.
    pub(super) notes: Vec<String>,
    /// Whether an early return may still be understood.
    pub(super) guards: bool,
    pub(super) errors: &'e mut Errors,
}

impl<'e> Body<'e> {
    pub(super) fn new(function: Function, locals: Vec<Local>, errors: &'e mut Errors) -> Body<'e> {
        Body { preview: Preview::new(function), locals, notes: vec![], guards: true, errors }
    }

    /// Compares a result, or the parts of one, with the dims that the signature promises.
    pub(super) fn check_dims(&mut self, written: &Expr, value: &Value, dims: &DimPattern) {
        match (dims, value, written) {
            (DimPattern::Dims(tensor), value, _) => self.check_result(written, value, tensor),
            (DimPattern::Parts(dims), Value::Tuple(values), Expr::Tuple(written)) if dims.len() == values.len() => {
                for ((dims, value), written) in dims.iter().zip(values).zip(&written.elems) {
                    self.check_dims(written, value, dims);
                }
            }
            (DimPattern::Each(dims), Value::List(values), Expr::Array(written)) => {
                for (value, written) in values.iter().zip(&written.elems) {
                    self.check_dims(written, value, dims);
                }
            }
            (DimPattern::Any | DimPattern::Each(_) | DimPattern::Parts(_), ..) => {}
        }
    }

    /// Compares a result with the dims that the signature promises.
    fn check_result(&mut self, written: &Expr, value: &Value, tensor: &TensorType) {
        let (Value::Tensor(x), Some(promised)) = (value, tensor.shape()) else { return };
        let actual = self.preview.shape(*x);
        if actual.dtype != promised.dtype {
            // rustc says so.
            return;
        }
        if provably_differ(actual, &promised) {
            let message = format!("the result is {actual}, but the signature says {}", tensor.text());
            self.errors.of(Code::Graph(gomlx_ir::Code::Signature), written, message);
        }
    }

    pub(super) fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Local(local) => self.bind_let(local),
            Stmt::Expr(expr, _) => {
                self.value(expr);
            }
            Stmt::Macro(_) | Stmt::Item(_) => {}
        }
    }

    fn bind_let(&mut self, local: &Let) {
        let value = match &local.init {
            Some(init) if init.diverge.is_none() => self.value(&init.expr),
            Some(init) => self.unknown(&init.expr),
            None => Value::Unknown,
        };
        self.bind(&local.pat, value);
    }

    pub(super) fn bind(&mut self, pat: &Pat, value: Value) {
        match (pat, value) {
            (Pat::Ident(ident), value) if ident.subpat.is_none() => {
                let mutable = ident.mutability.is_some() || ident.by_ref.is_some();
                self.locals.push(Local { name: ident.ident.to_string(), value, mutable });
            }
            (Pat::Type(typed), value) => self.bind(&typed.pat, value),
            (Pat::Tuple(pats), Value::Tuple(parts))
                if pats.elems.len() == parts.len() && !pats.elems.iter().any(|p| matches!(p, Pat::Rest(_))) =>
            {
                for (pat, part) in pats.elems.iter().zip(parts) {
                    self.bind(pat, part);
                }
            }
            (Pat::Tuple(pats), Value::Unknown) => pats.elems.iter().for_each(|pat| self.bind(pat, Value::Unknown)),
            (other, _) => {
                // Whatever it binds is not known; names of constants and variants among these do no harm.
                for name in names(other.to_token_stream()) {
                    self.locals.push(Local { name, value: Value::Unknown, mutable: false });
                }
            }
        }
    }

    pub(super) fn assign(&mut self, place: &Expr, value: Value) {
        let name = match place {
            Expr::Path(path) => path.path.get_ident(),
            Expr::Unary(deref) if matches!(deref.op, UnOp::Deref(_)) => match &*deref.expr {
                Expr::Path(path) => path.path.get_ident(),
                _ => None,
            },
            _ => None,
        };
        match name.and_then(|name| self.locals.iter_mut().rev().find(|l| name == l.name.as_str())) {
            Some(local) => local.value = value,
            None => {
                self.unknown(place);
            }
        }
    }

    /// The value of an expression; what is wrong with it becomes a mistake, what is not understood a note.
    pub(super) fn value(&mut self, expr: &Expr) -> Value {
        let built = self.expr(expr);
        self.settle(expr, built)
    }

    pub(super) fn settle(&mut self, expr: impl ToTokens + Spanned, built: Built) -> Value {
        match built {
            Ok(value) => value,
            Err(Stop::Wrong(mistake)) => {
                self.errors.mistake(expr, &mistake);
                Value::Unknown
            }
            Err(Stop::Unknown) => self.unknown(expr),
        }
    }

    /// Notes what is not understood; what it may change is not known any more.
    fn unknown(&mut self, expr: impl ToTokens + Spanned) -> Value {
        let tokens = expr.to_token_stream();
        let mentioned = names(tokens.clone());
        // What depends on something that is already noted says nothing new.
        let mut known = mentioned.iter().filter_map(|name| self.locals.iter().rev().find(|l| l.name == *name));
        let is_new = !known.any(|l| matches!(l.value, Value::Unknown)) || has_call(&tokens);
        for local in self.locals.iter_mut().filter(|l| l.mutable && mentioned.contains(&l.name)) {
            local.value = Value::Unknown;
        }
        if is_new {
            self.notes.push(super::text::note(&tokens, expr.span()));
        }
        Value::Unknown
    }

    pub(super) fn expr(&mut self, expr: &Expr) -> Built {
        if let Some(written) = self.write(expr) {
            return written;
        }
        match expr {
            Expr::Lit(lit) => literal(&lit.lit),
            Expr::Paren(inner) => self.expr(&inner.expr),
            Expr::Group(inner) => self.expr(&inner.expr),
            Expr::Reference(inner) if inner.mutability.is_none() => self.expr(&inner.expr),
            Expr::Path(path) => match path.path.get_ident() {
                Some(name) => known(value::lookup(&self.locals, &name.to_string())),
                None => Body::option_constant(&path.path),
            },
            Expr::Struct(written) => self.option_struct(written),
            Expr::Macro(written) => self.macro_call(&written.mac),
            Expr::Unary(unary) => {
                let value = self.expr(&unary.expr)?;
                match (&unary.op, value) {
                    (UnOp::Deref(_), value) => Ok(value),
                    (UnOp::Neg(_), Value::Integer(n)) => Ok(Value::Integer(-n)),
                    (UnOp::Neg(_), Value::Float(x)) => Ok(Value::Float(-x)),
                    (UnOp::Neg(_), Value::Tensor(x)) => self.preview.compose("negate", |c| Ok(-c.var(x))).map(Value::Tensor),
                    (UnOp::Not(_), Value::Tensor(x)) => self.preview.compose("not", |c| Ok(!c.var(x))).map(Value::Tensor),
                    _ => Err(Stop::Unknown),
                }
            }
            Expr::Assign(assign) => {
                let value = self.value(&assign.right);
                self.assign(&assign.left, value);
                Ok(Value::Tuple(vec![]))
            }
            Expr::Binary(binary) if compound(&binary.op).is_some() => {
                let built = self.expr(&binary.left).and_then(|left| {
                    let right = self.expr(&binary.right)?;
                    self.arithmetic(compound(&binary.op).ok_or(Stop::Unknown)?, left, right)
                });
                let value = self.settle(binary, built);
                self.assign(&binary.left, value);
                Ok(Value::Tuple(vec![]))
            }
            Expr::Binary(binary) => {
                let left = self.operand(&binary.left)?;
                let right = self.operand(&binary.right)?;
                if let Some(op) = logic(&binary.op) {
                    return self.logic(op, left, right);
                }
                if let Some(direction) = comparison(&binary.op) {
                    return self.compare(direction, left, right, crate::ast::is_bare_number(&binary.left));
                }
                self.arithmetic(arithmetic(&binary.op).ok_or(Stop::Unknown)?, left, right)
            }
            Expr::MethodCall(call) => {
                let receiver = self.operand(&call.receiver)?;
                match (&receiver, call.method.to_string().as_str()) {
                    (&Value::Tensor(x), "at" | "slice") if call.args.len() == 1 => {
                        return self.part_of(&call.method.to_string(), x, &call.args[0]);
                    }
                    (Value::Rows(rows), _) => return self.rows_method(rows.clone(), call),
                    _ => {}
                }
                let args = call.args.iter().map(|a| self.operand(a)).collect::<Built<Vec<_>>>()?;
                match receiver {
                    Value::Tensor(x) => {
                        let element = call.turbofish.as_ref().and_then(|t| DType::from_name(&t.args.to_token_stream().to_string()));
                        methods::method(&mut self.preview, &call.method.to_string(), x, &args, element)
                    }
                    host @ (Value::Integer(_) | Value::Float(_) | Value::Size(_)) if call.method == "clone" => Ok(host),
                    _ => Err(Stop::Unknown),
                }
            }
            Expr::Call(call) => {
                let Expr::Path(path) = &*call.func else { return Err(Stop::Unknown) };
                let segments = &path.path.segments;
                let name = segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
                let owner = segments.iter().rev().nth(1);
                let form = match owner {
                    Some(ty) if ty.ident == "Tensor" || ty.ident == "Rows" => Form::Associated,
                    Some(ty) if ty.ident == "Padding" || ty.ident == "Conv" => Form::Associated,
                    Some(module) => Form::of_module(&module.ident.to_string()).ok_or(Stop::Unknown)?,
                    None => Form::Free,
                };
                if form != Form::Associated && Method::find(form, &name).is_none() {
                    return Err(Stop::Unknown);
                }
                let args = call.args.iter().map(|a| self.operand(a)).collect::<Built<Vec<_>>>()?;
                match owner {
                    Some(ty) if ty.ident == "Rows" && name == "new" => Ok(Value::Rows(vec![])),
                    Some(ty) if ty.ident == "Tensor" => methods::associated(&mut self.preview, ty, &name, &call.args, &args),
                    _ if form == Form::Associated => Body::option_call(&path.path, &args).unwrap_or(Err(Stop::Unknown)),
                    _ => methods::function(&mut self.preview, form, &name, segments.last().and_then(methods::element_of), &args),
                }
            }
            Expr::Field(field) => match (self.expr(&field.base)?, &field.member) {
                (Value::Fields(fields), Member::Named(name)) => {
                    let found = fields.iter().find(|(n, _)| name == n);
                    found.map(|(_, value)| Value::Tensor(*value)).ok_or(Stop::Unknown)
                }
                (Value::Tuple(parts), Member::Unnamed(index)) => parts.get(index.index as usize).cloned().ok_or(Stop::Unknown),
                _ => Err(Stop::Unknown),
            },
            Expr::Index(index) => match self.expr(&index.expr)? {
                Value::Tensor(x) => self.part_of("at", x, &index.index),
                Value::List(items) => match self.expr(&index.index)? {
                    Value::Integer(i) => usize::try_from(i).ok().and_then(|i| items.get(i).cloned()).ok_or(Stop::Unknown),
                    _ => Err(Stop::Unknown),
                },
                _ => Err(Stop::Unknown),
            },
            Expr::Tuple(tuple) => Ok(Value::Tuple(tuple.elems.iter().map(|e| self.value(e)).collect())),
            Expr::Array(array) => array.elems.iter().map(|e| self.operand(e)).collect::<Built<Vec<_>>>().map(Value::List),
            Expr::Block(block) if block.label.is_none() => self.block(&block.block),
            Expr::If(branch) => self.if_expr(branch),
            Expr::Match(choice) => self.match_expr(choice),
            Expr::While(repeat) => self.while_expr(repeat),
            Expr::ForLoop(repeat) => self.for_expr(repeat),
            _ => Err(Stop::Unknown),
        }
    }

    /// The value of a part of an expression; a mistake in it is reported there.
    pub(super) fn operand(&mut self, expr: &Expr) -> Built {
        match self.expr(expr) {
            Err(Stop::Wrong(mistake)) => {
                self.errors.mistake(expr, &mistake);
                Err(Stop::Unknown)
            }
            other => other,
        }
    }

    pub(super) fn block(&mut self, block: &Block) -> Built {
        if block.stmts.iter().any(|s| names(quote!(#s)).contains("return")) {
            return Err(Stop::Unknown);
        }
        let visible = self.locals.len();
        let (tail, statements) = match block.stmts.split_last() {
            Some((Stmt::Expr(tail, None), rest)) => (Some(tail), rest),
            _ => (None, block.stmts.as_slice()),
        };
        for statement in statements {
            self.statement(statement);
        }
        let value = tail.map_or(Value::Tuple(vec![]), |t| self.value(t));
        self.locals.truncate(visible);
        Ok(value)
    }

    /// What the variables hold.
    pub(super) fn values(&self) -> Vec<Value> {
        self.locals.iter().map(|l| l.value.clone()).collect()
    }

    /// Gives the variables what they held.
    pub(super) fn restore(&mut self, values: &[Value]) {
        for (local, value) in self.locals.iter_mut().zip(values) {
            local.value.clone_from(value);
        }
    }

    fn logic(&mut self, op: BinaryOp, left: Value, right: Value) -> Built {
        match (left, right) {
            (Value::Tensor(x), Value::Tensor(y)) => self.binary(op, x, y),
            _ => Err(Stop::Unknown),
        }
    }

    fn compare(&mut self, direction: Direction, left: Value, right: Value, turned: bool) -> Built {
        let (direction, left, right) = if turned { (direction.swapped(), right, left) } else { (direction, left, right) };
        let (x, y) = self.tensors(&left, &right)?;
        self.preview.compose("compare", |c| Ok(c.var(x).compare(direction, c.var(y)))).map(Value::Tensor)
    }

    pub(super) fn arithmetic(&mut self, op: BinaryOp, left: Value, right: Value) -> Built {
        if !matches!((&left, &right), (Value::Tensor(_), _) | (_, Value::Tensor(_))) {
            return host_arithmetic(op, &left, &right);
        }
        let (x, y) = self.tensors(&left, &right)?;
        if self.preview.shape(x).dtype != self.preview.shape(y).dtype {
            // rustc reports it.
            return Err(Stop::Unknown);
        }
        self.binary(op, x, y)
    }

    fn binary(&mut self, op: BinaryOp, x: ValueId, y: ValueId) -> Built {
        self.preview.compose(Op::Binary(op).short_name(), |c| Ok(c.var(x).binary(op, c.var(y)))).map(Value::Tensor)
    }

    /// The sides of an operator, one of which is a tensor, as tensors.
    fn tensors(&mut self, left: &Value, right: &Value) -> Built<(ValueId, ValueId)> {
        match (left, right) {
            (Value::Tensor(x), right) => Ok((*x, methods::operand_beside(&mut self.preview, *x, right)?)),
            (left, Value::Tensor(y)) => Ok((methods::operand_beside(&mut self.preview, *y, left)?, *y)),
            _ => Err(Stop::Unknown),
        }
    }
}

/// Whether two shapes differ in their dims for every value of the symbols.
fn provably_differ(a: &Shape, b: &Shape) -> bool {
    a.rank() != b.rank() || a.dims.iter().zip(&b.dims).any(|(a, b)| a.provably_differs(b))
}

fn known(value: Value) -> Built {
    if matches!(value, Value::Unknown) { Err(Stop::Unknown) } else { Ok(value) }
}

/// Every name in tokens.
fn names(tokens: TokenStream) -> std::collections::HashSet<String> {
    let mut found = std::collections::HashSet::new();
    collect_names(tokens, &mut found);
    found
}

fn collect_names(tokens: TokenStream, found: &mut std::collections::HashSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(name) => {
                found.insert(name.to_string());
            }
            TokenTree::Group(group) => collect_names(group.stream(), found),
            TokenTree::Literal(_) | TokenTree::Punct(_) => {}
        }
    }
}

fn has_call(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|t| matches!(t, TokenTree::Group(g) if g.delimiter() == proc_macro2::Delimiter::Parenthesis))
}
