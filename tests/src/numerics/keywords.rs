// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The keyword arguments of a case.

use gomlx_ir::DType;
use serde_json::{Map, Value};

/// Keyword arguments by name.
///
/// # Panics
/// Every method, if the argument is not of its kind: the case then fails.
#[derive(Clone, Copy)]
pub(super) struct Keywords<'a> {
    pub(super) values: &'a Map<String, Value>,
    /// Whether the case runs in single precision.
    pub(super) single: bool,
    /// The size of the first axis of the expected result. A read by a mask needs it, for its size must be given.
    pub(super) rows: usize,
}

#[allow(dead_code, reason = "a kind of argument stands ready before a function takes it")]
impl<'a> Keywords<'a> {
    /// The argument, unless it is absent or null.
    pub(super) fn get(self, name: &str) -> Option<&'a Value> {
        self.values.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn real_of(value: &Value) -> f64 {
        match value {
            Value::String(text) => text.parse().expect("a number"),
            value => value.as_f64().expect("a number"),
        }
    }

    pub(super) fn ints_of(value: &Value) -> Vec<i64> {
        match value {
            Value::Array(items) => items.iter().map(|item| item.as_i64().expect("a whole number")).collect(),
            value => vec![value.as_i64().expect("a whole number")],
        }
    }

    pub(super) fn int(self, name: &str) -> Option<i64> {
        self.get(name).map(|value| value.as_i64().expect("a whole number"))
    }

    pub(super) fn axis(self, name: &str) -> Option<i32> {
        self.int(name).map(|n| n as i32)
    }

    pub(super) fn size(self, name: &str) -> Option<usize> {
        self.int(name).map(|n| n as usize)
    }

    /// A size that every call gives.
    pub(super) fn number(self, name: &str) -> usize {
        self.size(name).expect("a size")
    }

    /// A number or a list of numbers.
    pub(super) fn ints(self, name: &str) -> Option<Vec<i64>> {
        self.get(name).map(Self::ints_of)
    }

    pub(super) fn axes(self, name: &str) -> Option<Vec<i32>> {
        self.ints(name).map(|axes| axes.into_iter().map(|axis| axis as i32).collect())
    }

    pub(super) fn sizes(self, name: &str) -> Option<Vec<usize>> {
        self.ints(name).map(|sizes| sizes.into_iter().map(|size| size as usize).collect())
    }

    pub(super) fn real(self, name: &str) -> Option<f64> {
        self.get(name).map(Self::real_of)
    }

    /// A number or a list of numbers.
    pub(super) fn reals(self, name: &str) -> Option<Vec<f64>> {
        self.get(name).map(|value| match value {
            Value::Array(items) => items.iter().map(Self::real_of).collect(),
            value => vec![Self::real_of(value)],
        })
    }

    /// A flag, false if it is absent.
    pub(super) fn flag(self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.as_bool().expect("a boolean"))
    }

    pub(super) fn text(self, name: &str) -> Option<&'a str> {
        self.get(name).map(|value| value.as_str().expect("a text"))
    }

    /// The floating-point type that integers convert to.
    pub(super) fn real_type(self) -> DType {
        if self.single { DType::F32 } else { DType::F64 }
    }

    /// An element type, in the precision of the case.
    pub(super) fn dtype(self, name: &str) -> DType {
        let dtype = self.text(name).and_then(DType::from_name).expect("an element type");
        match dtype {
            DType::F64 if self.single => DType::F32,
            DType::C128 if self.single => DType::C64,
            dtype => dtype,
        }
    }
}
