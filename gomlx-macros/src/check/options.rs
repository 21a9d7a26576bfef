// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Options of functions as users write them: `Padding::Same`, `Conv { strides: vec![2, 2], ..Conv::default() }`.

use gomlx_ir::compose::{Conv, Form, Padding, choice_named};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprStruct, Macro, Member, Path, Token};

use super::body::Body;
use super::methods;
use super::value::{Built, Stop, Value};

impl Body<'_> {
    /// A constant of a type of options, or a number that is not finite: `Padding::Same`, `f32::NAN`.
    pub(super) fn option_constant(path: &Path) -> Built {
        match names(path) {
            Some((ty, name)) if ty == "Padding" && name == "Valid" => Ok(Value::Padding(Padding::Valid)),
            Some((ty, name)) if ty == "Padding" && name == "Same" => Ok(Value::Padding(Padding::Same)),
            Some((ty, name)) if ty == "f64" => float(&name).map(Value::Float).ok_or(Stop::Unknown),
            Some((ty, name)) if ty == "f32" => float(&name).map(|x| Value::Single(x as f32)).ok_or(Stop::Unknown),
            Some((ty, name)) => choice_named(&ty.to_string(), &name.to_string()).map(Value::Choice).ok_or(Stop::Unknown),
            None => Err(Stop::Unknown),
        }
    }

    /// A call that makes options: `Padding::Explicit(vec![(1, 0)])`, `Conv::default()`. Nothing if the path is another.
    pub(super) fn option_call(path: &Path, args: &[Value]) -> Option<Built> {
        match (names(path)?, args) {
            ((ty, name), [pairs]) if ty == "Padding" && name == "Explicit" => {
                Some(list(pairs, pair).map(|pairs| Value::Padding(Padding::Explicit(pairs))))
            }
            ((ty, name), []) if ty == "Conv" && name == "default" => Some(Ok(Value::Conv(Conv::default()))),
            _ => None,
        }
    }

    /// `Conv { .. }`.
    pub(super) fn option_struct(&mut self, written: &ExprStruct) -> Built {
        if written.path.segments.last().is_none_or(|s| s.ident != "Conv") {
            return Err(Stop::Unknown);
        }
        let mut conv = match &written.rest {
            Some(rest) => match self.operand(rest)? {
                Value::Conv(conv) => conv,
                _ => return Err(Stop::Unknown),
            },
            // Without a rest every field is written.
            None => Conv::default(),
        };
        for field in &written.fields {
            let Member::Named(name) = &field.member else { return Err(Stop::Unknown) };
            let value = self.operand(&field.expr)?;
            match (name.to_string().as_str(), value) {
                ("padding", Value::Padding(padding)) => conv.padding = padding,
                ("strides", value) => conv.strides = list(&value, whole)?,
                ("dilation", value) => conv.dilation = list(&value, whole)?,
                ("input_dilation", value) => conv.input_dilation = list(&value, whole)?,
                ("batch_groups", value) => conv.batch_groups = whole(&value).ok_or(Stop::Unknown)?,
                ("reversed", Value::Flag(reversed)) => conv.reversed = reversed,
                ("groups", value) => conv.groups = whole(&value).ok_or(Stop::Unknown)?,
                _ => return Err(Stop::Unknown),
            }
        }
        Ok(Value::Conv(conv))
    }

    /// `vec![a, b]` or `einsum!("ij,jk->ik", a, b)`.
    pub(super) fn macro_call(&mut self, written: &Macro) -> Built {
        let name = written.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        if name != "vec" && name != "einsum" {
            return Err(Stop::Unknown);
        }
        let items = written.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated).map_err(|_| Stop::Unknown)?;
        let mut items = items.iter().map(|item| self.operand(item)).collect::<Built<Vec<_>>>()?;
        if name == "vec" || items.is_empty() {
            return Ok(Value::List(items));
        }
        let subscripts = items.remove(0);
        methods::function(&mut self.preview, Form::Free, "einsum", None, &[subscripts, Value::List(items)])
    }
}

/// The last two names of a path.
fn names(path: &Path) -> Option<(String, String)> {
    let mut names = path.segments.iter().rev().map(|s| s.ident.to_string());
    let (name, ty) = (names.next()?, names.next()?);
    Some((ty, name))
}

/// A constant of the same name in `f32` and `f64`.
fn float(name: &str) -> Option<f64> {
    match name {
        "INFINITY" => Some(f64::INFINITY),
        "NEG_INFINITY" => Some(f64::NEG_INFINITY),
        "NAN" => Some(f64::NAN),
        _ => None,
    }
}

fn list<R>(value: &Value, item: impl Fn(&Value) -> Option<R>) -> Built<Vec<R>> {
    match value {
        Value::List(items) => items.iter().map(item).collect::<Option<_>>().ok_or(Stop::Unknown),
        _ => Err(Stop::Unknown),
    }
}

fn whole(value: &Value) -> Option<usize> {
    value.size()?.lit()
}

fn pair(value: &Value) -> Option<(i64, i64)> {
    match value {
        Value::Tuple(pair) => match pair.as_slice() {
            [Value::Integer(low), Value::Integer(high)] => Some((*low, *high)),
            _ => None,
        },
        _ => None,
    }
}
