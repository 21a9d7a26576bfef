// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Values as lists of tensors, and one value of the values that several arms leave.

use gomlx_ir::ValueId;

use super::value::Value;

/// The tensors of a value, in order, but for rows that are being collected.
pub(super) fn leaves(value: &Value) -> Vec<ValueId> {
    let mut found = vec![];
    let _ = map_leaves(value, &mut |x| {
        found.push(x);
        x
    });
    found
}

/// The value with other tensors in the place of its own.
pub(super) fn map_leaves(value: &Value, leaf: &mut dyn FnMut(ValueId) -> ValueId) -> Value {
    match value {
        Value::Tensor(x) => Value::Tensor(leaf(*x)),
        Value::Tuple(parts) => Value::Tuple(parts.iter().map(|p| map_leaves(p, leaf)).collect()),
        Value::List(items) => Value::List(items.iter().map(|p| map_leaves(p, leaf)).collect()),
        other => other.clone(),
    }
}

/// One value of the values that arms leave. Where their tensors differ, `leaf` gives the tensor. Where anything else
/// differs, the value is not known.
pub(super) fn join(values: &[&Value], leaf: &mut dyn FnMut(&[ValueId]) -> ValueId) -> Value {
    let first = values[0];
    if values.iter().all(|v| *v == first) {
        return first.clone();
    }
    match first {
        Value::Tensor(_) => {
            let all: Option<Vec<ValueId>> = values.iter().map(|v| if let Value::Tensor(x) = v { Some(*x) } else { None }).collect();
            all.map_or(Value::Unknown, |all| Value::Tensor(leaf(&all)))
        }
        Value::Tuple(_) => join_parts(values, |v| if let Value::Tuple(parts) = v { Some(parts) } else { None }, leaf, Value::Tuple),
        Value::List(_) => join_parts(values, |v| if let Value::List(items) = v { Some(items) } else { None }, leaf, Value::List),
        _ => Value::Unknown,
    }
}

fn join_parts(
    values: &[&Value],
    parts: impl Fn(&Value) -> Option<&Vec<Value>>,
    leaf: &mut dyn FnMut(&[ValueId]) -> ValueId,
    whole: impl Fn(Vec<Value>) -> Value,
) -> Value {
    let all: Option<Vec<&Vec<Value>>> = values.iter().map(|v| parts(v)).collect();
    match all {
        Some(all) if all.iter().all(|p| p.len() == all[0].len()) => {
            let part = |i: usize| join(&all.iter().map(|p| &p[i]).collect::<Vec<_>>(), leaf);
            whole((0..all[0].len()).map(part).collect())
        }
        _ => Value::Unknown,
    }
}
