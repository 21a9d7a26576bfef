// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Parts of tensors: which elements an index takes, and reading and writing them.

mod read;
mod select;
#[cfg(test)]
mod tests;
mod write;

pub(super) use self::select::from_start;
use crate::{BinaryOp, Reducer};

/// What an index takes of one axis, as written. `T` is a tensor of the front end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AxisIndex<T> {
    /// One position, whose axis goes away. A negative one counts from the end.
    At(i64),
    /// The positions from `start` to before `end`, by steps of at least 1. Negative ends count from the end.
    Range {
        /// The first position; that of the axis if there is none.
        start: Option<i64>,
        /// The position after the last; the end of the axis if there is none.
        end: Option<i64>,
        /// The distance between positions.
        step: usize,
    },
    /// The positions in a tensor of integers. A scalar takes the axis away.
    Tensor(T),
    /// So many positions from one in a scalar tensor.
    Window(T, usize),
}

impl<T> AxisIndex<T> {
    /// The whole axis.
    pub const ALL: AxisIndex<T> = AxisIndex::Range { start: None, end: None, step: 1 };

    /// The end of a range that includes its last position; after the last of the axis, -1, comes the end of the axis.
    pub fn end_after(last: i64) -> Option<i64> {
        (last != -1).then(|| last.saturating_add(1))
    }

    /// The part with other tensors.
    pub fn map<'a, U>(&'a self, tensor: impl FnOnce(&'a T) -> U) -> AxisIndex<U> {
        match self {
            AxisIndex::At(position) => AxisIndex::At(*position),
            AxisIndex::Range { start, end, step } => AxisIndex::Range { start: *start, end: *end, step: *step },
            AxisIndex::Tensor(positions) => AxisIndex::Tensor(tensor(positions)),
            AxisIndex::Window(start, len) => AxisIndex::Window(tensor(start), *len),
        }
    }
}

/// What happens to the elements that an index takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Assign {
    /// They become other elements.
    Set,
    /// Other elements are added to them.
    Add,
    /// They are multiplied by other elements.
    Multiply,
    /// They become the larger of them and other elements.
    Maximum,
    /// They become the smaller of them and other elements.
    Minimum,
}

impl Assign {
    /// Everything that can happen.
    pub const ALL: [Assign; 5] = [Assign::Set, Assign::Add, Assign::Multiply, Assign::Maximum, Assign::Minimum];

    /// The method of a tensor that does so.
    pub fn name(self) -> &'static str {
        match self {
            Assign::Set => "set",
            Assign::Add => "add_at",
            Assign::Multiply => "multiply_at",
            Assign::Maximum => "maximum_at",
            Assign::Minimum => "minimum_at",
        }
    }

    /// What the method of a name does.
    pub fn named(name: &str) -> Option<Assign> {
        Assign::ALL.into_iter().find(|assign| assign.name() == name)
    }

    /// The op that combines an element with another one, unless that replaces it.
    pub(in crate::compose) fn op(self) -> Option<BinaryOp> {
        match self {
            Assign::Set => None,
            Assign::Add => Some(BinaryOp::Add),
            Assign::Multiply => Some(BinaryOp::Multiply),
            Assign::Maximum => Some(BinaryOp::Maximum),
            Assign::Minimum => Some(BinaryOp::Minimum),
        }
    }

    /// The body of a scatter that does so.
    pub(in crate::compose) fn reducer(self) -> Reducer {
        self.op().map_or(Reducer::Replace, Reducer::Binary)
    }
}
