// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What the expressions of a body are, before anything runs.

pub(super) use gomlx_ir::compose::Stop;
use gomlx_ir::compose::{Conv, Padding};
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
    /// Padding of windows.
    Padding(Padding),
    /// Options of a convolution.
    Conv(Conv),
    /// `true` or `false`, as written.
    Flag(bool),
    /// A text, as written.
    Text(String),
    /// A variant of an enum of options.
    Choice(&'static str),
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
