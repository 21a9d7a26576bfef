// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What the macro knows of a graph before it is traced: mistakes in shapes that the signature fixes, and its StableHLO.
//!
//! The body as written is lowered by the builder and inference of `gomlx-ir`, which tracing uses too. What is not
//! understood has an unknown value, and what is unknown is never a mistake. Sizes are polynomials in the symbols of
//! the signature; two of them conflict only if no values of the symbols make them equal.

mod body;
mod control;
mod exit;
mod host;
mod index;
mod join;
mod methods;
mod options;
mod preview;
mod repeat;
mod rolled;
mod text;
mod value;
mod write;

use gomlx_ir::{Donation, Function, Shape, ValueId, compose};
use syn::Ident;

use self::body::Body;
use self::preview::Preview;
use self::value::{Local, Value};
use crate::ast::{DimPattern, Errors, Graph, Passing, Scope, TensorType};

/// Checks a graph function and gives its StableHLO text, as far as both can be before any call.
pub(crate) fn check(graph: &Graph, scope: &Scope, errors: &mut Errors) -> String {
    let mut function = Function::new(graph.signature.ident.to_string());
    let mut unknown = vec![];
    let mut locals = vec![];
    for symbol in graph.symbols.iter().chain(&graph.constants) {
        locals.push(Local { name: symbol.to_string(), value: Value::Size(gomlx_ir::Dim::symbol(&symbol.to_string())), mutable: false });
    }
    let mut states = vec![];
    for param in &graph.params {
        let donation = if param.passing == Passing::In { Donation::Keep } else { Donation::Donate };
        let name = param.name.to_string();
        let value = if param.is_receiver() {
            receiver(&mut function, scope, donation)
        } else if let Some(shape) = param.dims.tensor().and_then(TensorType::shape).filter(|_| param.is_bare_tensor()) {
            let value = named(&mut function, shape, &name, donation);
            if param.passing == Passing::State {
                states.push((name.clone(), value));
            }
            Value::Tensor(value)
        } else if let Some(value) = parts(&mut function, &param.dims, &name, donation).filter(|_| param.passing != Passing::State) {
            value
        } else if param.passing.is_tensor() {
            Value::Unknown
        } else {
            // A host value; an integer is a size already.
            continue;
        };
        if matches!(value, Value::Unknown) {
            unknown.push(format!("`{name}` is not described by the signature"));
        }
        locals.push(Local { name, value, mutable: param.passing != Passing::In });
    }
    let mut body = Body::new(function, locals, errors);
    let result = body.run(graph);
    let Body { preview: Preview { mut function, .. }, notes, locals, .. } = body;
    let after = states.iter().map(|(name, before)| (*before, value::lookup(&locals, name))).collect::<Vec<_>>();
    let complete = set_results(&mut function, &after, result.as_ref());
    unknown.extend(notes);
    text::write(graph, function, &unknown, complete)
}

/// `self`: the fields of a model of tensors; unknown otherwise.
fn receiver(function: &mut Function, scope: &Scope, donation: Donation) -> Value {
    let shapes: Option<Vec<(&Ident, Shape)>> = (scope.fields.iter())
        .filter(|f| crate::ast::may_hold_tensors(&f.ty))
        .map(|f| Some((&f.name, f.tensor.as_ref()?.shape()?)))
        .collect();
    let Some(shapes) = shapes.filter(|_| scope.model && donation == Donation::Keep) else { return Value::Unknown };
    let field = |(name, shape): (&Ident, Shape)| (name.to_string(), named(function, shape, &format!("self.{name}"), donation));
    Value::Fields(shapes.into_iter().map(field).collect())
}

/// A tuple of tensors whose shapes are all written; nothing, and no parameter, if one is not.
fn parts(function: &mut Function, dims: &DimPattern, name: &str, donation: Donation) -> Option<Value> {
    fn known(dims: &DimPattern) -> bool {
        match dims {
            DimPattern::Dims(tensor) => tensor.shape().is_some(),
            DimPattern::Parts(parts) => parts.iter().all(known),
            DimPattern::Any | DimPattern::Each(_) => false,
        }
    }
    let DimPattern::Parts(parts) = dims else { return None };
    if !known(dims) {
        return None;
    }
    let part = |(i, dims): (usize, &DimPattern)| {
        let name = format!("{name}.{i}");
        match dims {
            DimPattern::Dims(tensor) => Some(Value::Tensor(named(function, tensor.shape()?, &name, donation))),
            other => self::parts(function, other, &name, donation),
        }
    };
    parts.iter().enumerate().map(part).collect::<Option<Vec<_>>>().map(Value::Tuple)
}

fn named(function: &mut Function, shape: Shape, name: &str, donation: Donation) -> ValueId {
    let value = function.add_param(shape, donation);
    function.set_name(value, name);
    value
}

/// Sets the results of a function, as far as they are known. Gives whether all of them are.
fn set_results(function: &mut Function, states: &[(ValueId, Value)], result: Option<&Value>) -> bool {
    let state: Vec<(ValueId, ValueId)> =
        states.iter().filter_map(|(before, after)| if let Value::Tensor(after) = after { Some((*before, *after)) } else { None }).collect();
    let parts = match result {
        None => &[],
        Some(Value::Tuple(parts)) => parts.as_slice(),
        Some(one) => std::slice::from_ref(one),
    };
    let results: Vec<ValueId> = parts.iter().filter_map(|part| if let Value::Tensor(x) = part { Some(*x) } else { None }).collect();
    let complete = state.len() == states.len() && results.len() == parts.len();
    compose::set_results(function, &state, &results);
    complete
}
