// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What the expressions of a body are, before anything runs.

use gomlx_ir::{Dim, ValueId};

/// The value of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// A tensor of the graph.
    Tensor(ValueId),
    /// A number without a fraction, as written.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// A number written as `1.1f32`: the host's arithmetic on it is not followed.
    Single(f32),
    /// A size that depends on the signature.
    Size(Dim),
    /// A tuple.
    Tuple(Vec<Value>),
    /// An array.
    List(Vec<Value>),
    /// A model whose fields are tensors.
    Fields(Vec<(String, ValueId)>),
    /// Blocks of rows that a loop collects.
    Rows(Vec<ValueId>),
    /// Not understood; never a mistake.
    Unknown,
}

impl Value {
    /// The size that this is, if it is one.
    pub(super) fn size(&self) -> Option<Dim> {
        match self {
            Value::Integer(n) => usize::try_from(*n).ok().map(Dim::Lit),
            Value::Size(dim) => Some(dim.clone()),
            _ => None,
        }
    }

    /// The number that this is, if it is known.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Value::Integer(n) => Some(*n as f64),
            Value::Float(x) => Some(*x),
            Value::Single(x) => Some(f64::from(*x)),
            Value::Size(Dim::Lit(n)) => Some(*n as f64),
            _ => None,
        }
    }
}

/// Why an expression has no value.
#[derive(Debug)]
pub(super) enum Stop {
    /// It is not understood, and may be right.
    Unknown,
    /// It is wrong whatever the symbols are; its kind and the message.
    Mistake(gomlx_ir::Code, String),
}

impl From<gomlx_ir::compose::Stop> for Stop {
    fn from(stop: gomlx_ir::compose::Stop) -> Stop {
        match stop {
            gomlx_ir::compose::Stop::Wrong(error) => Stop::Mistake(error.code, error.message),
            gomlx_ir::compose::Stop::Unknown => Stop::Unknown,
        }
    }
}

/// The value of an expression, or why it has none.
pub(super) type Built<T = Value> = Result<T, Stop>;

/// A variable.
#[derive(Clone, Debug)]
pub(super) struct Local {
    pub(super) name: String,
    pub(super) value: Value,
    /// Whether code that is not understood may change it.
    pub(super) mutable: bool,
}

/// The value of a variable; the last of its name is the visible one.
pub(super) fn lookup(locals: &[Local], name: &str) -> Value {
    locals.iter().rev().find(|l| l.name == name).map_or(Value::Unknown, |l| l.value.clone())
}
