// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Calls of composed functions by their names, with arguments that are known before any call.

use gomlx_ir::compose::{Arg, Form, Method, Number, Stop};
use gomlx_ir::{DType, Dim, ValueId};
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Expr, Lit, PathArguments, PathSegment, Token};

use super::preview::Preview;
use super::value::{Built, Value};

/// `x.name(args)`; `element` is the type in `x.name::<f32>()`.
pub(super) fn method(preview: &mut Preview, name: &str, x: ValueId, args: &[Value], element: Option<DType>) -> Built {
    if let Some(value) = host_method(preview, name, x, args) {
        return Ok(value);
    }
    let first = [Arg::Tensor(x)].into_iter().chain(element.map(Arg::Element));
    call(preview, Form::Method, name, first, args)
}

/// `name(args)`, `nn::name(args)` or `signal::name::<f32>(args)`.
pub(super) fn function(preview: &mut Preview, form: Form, name: &str, element: Option<DType>, args: &[Value]) -> Built {
    call(preview, form, name, element.map(Arg::Element), args)
}

/// `Tensor::<f32>::zeros(&[..])` and the like, and `Tensor::scalar(1.0f32)`.
pub(super) fn associated(
    preview: &mut Preview,
    ty: &PathSegment,
    name: &str,
    written: &Punctuated<Expr, Token![,]>,
    args: &[Value],
) -> Built {
    let dtype = match (&ty.arguments, written.first()) {
        (PathArguments::AngleBracketed(_), _) => element_of(ty),
        (_, Some(Expr::Lit(lit))) if name == "scalar" => suffix(&lit.lit),
        _ => None,
    };
    let dtype = dtype.ok_or(Stop::Unknown)?;
    match (name, args) {
        ("scalar", [value]) => operand(preview, dtype, value).map(Value::Tensor),
        _ => call(preview, Form::Associated, name, [Arg::Element(dtype)], args),
    }
}

/// The element type of `Tensor::<f32>` or `hanning::<f32>`.
pub(super) fn element_of(segment: &PathSegment) -> Option<DType> {
    let PathArguments::AngleBracketed(element) = &segment.arguments else { return None };
    DType::from_name(&element.args.to_token_stream().to_string())
}

/// The element type of `1.0f32`.
fn suffix(lit: &Lit) -> Option<DType> {
    match lit {
        Lit::Int(n) => DType::from_name(n.suffix()),
        Lit::Float(x) => DType::from_name(x.suffix()),
        _ => None,
    }
}

/// An operand of an operator on tensors of an element type: a tensor or a number.
pub(super) fn operand(preview: &mut Preview, dtype: DType, value: &Value) -> Built<ValueId> {
    match arg(value)? {
        Arg::Tensor(x) => Ok(x),
        Arg::Number(number) => number.to_scalar(dtype).map(|scalar| preview.builder().constant(scalar)).map_err(Stop::Wrong),
        _ => Err(Stop::Unknown),
    }
}

/// An operand of an operator beside a tensor.
pub(super) fn operand_beside(preview: &mut Preview, tensor: ValueId, value: &Value) -> Built<ValueId> {
    operand(preview, preview.shape(tensor).dtype, value)
}

fn call(preview: &mut Preview, form: Form, name: &str, first: impl IntoIterator<Item = Arg>, args: &[Value]) -> Built {
    let method = Method::find(form, name).ok_or(Stop::Unknown)?;
    let args: Vec<Arg> = first.into_iter().map(Ok).chain(args.iter().map(arg)).collect::<Built<_>>()?;
    let mut results: Vec<Value> = preview.call(method, &args)?.into_iter().map(Value::Tensor).collect();
    Ok(match results.len() {
        _ if method.gives_list => Value::List(results),
        1 => results.swap_remove(0),
        _ => Value::Tuple(results),
    })
}

fn arg(value: &Value) -> Built<Arg> {
    Ok(match value {
        Value::Tensor(x) => Arg::Tensor(*x),
        Value::Integer(n) => Arg::whole(*n),
        Value::Size(Dim::Lit(n)) => Arg::whole(*n),
        Value::Float(x) => Arg::Number(Number::Real(*x)),
        Value::Single(x) => Arg::Number(Number::Real(f64::from(*x))),
        Value::Size(dim) => Arg::Size(dim.clone()),
        Value::Tuple(items) | Value::List(items) => Arg::List(items.iter().map(arg).collect::<Built<_>>()?),
        Value::Padding(padding) => Arg::Padding(padding.clone()),
        Value::Conv(conv) => Arg::Conv(conv.clone()),
        Value::Flag(flag) => Arg::Flag(*flag),
        Value::Text(text) => Arg::Text(text.clone()),
        Value::Choice(name) => Arg::Choice(name),
        Value::Fields(_) | Value::Rows(_) | Value::Unknown => return Err(Stop::Unknown),
    })
}

/// Methods that give host values, and `clone`.
fn host_method(preview: &Preview, name: &str, x: ValueId, args: &[Value]) -> Option<Value> {
    let dims = &preview.shape(x).dims;
    match (name, args) {
        ("clone", []) => Some(Value::Tensor(x)),
        ("rank", []) => Some(Value::Integer(i64::try_from(dims.len()).ok()?)),
        ("len", []) => Some(Value::Size(dims.iter().fold(Dim::Lit(1), |n, d| &n * d))),
        ("dims", []) => Some(Value::List(dims.iter().cloned().map(Value::Size).collect())),
        ("dim", [Value::Integer(axis)]) => Some(Value::Size(dims.get(usize::try_from(*axis).ok()?)?.clone())),
        _ => None,
    }
}
