// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Values that move into the branches of a tensor `if` or `match`, and values that branches give.

use super::slot::Leaves;
use crate::trace;
use crate::tree::{Tree, replace_leaves};

/// A value that may move into a branch.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` is moved into a branch of a tensor `if` or `match`, whose branches are all traced [E0106]",
    label = "moved here, and there is only one",
    note = "borrow it (`&mut *x` of a `&mut`), or move it before or after"
)]
pub trait Kept {
    /// A copy.
    fn kept(&self) -> Self;
}

impl<T: Clone> Kept for T {
    fn kept(&self) -> T {
        self.clone()
    }
}

/// A value that the branches of a tensor `if` or `match` may give.
#[diagnostic::on_unimplemented(
    message = "a branch of a tensor `if` or `match` cannot give a `{Self}` [E0106]",
    label = "not a tree of owned tensors",
    note = "which branch runs is only known when the graph runs, so its value is a new tensor: give an owned one, such as `x.clone()` for `x`"
)]
pub trait Branching: 'static {
    /// Whether the value is an error, which ends the trace.
    fn is_error(&self) -> bool {
        false
    }
    /// The tensors of the value.
    fn leaves(&self) -> Leaves;
    /// A copy.
    fn copy(&self) -> Self;
    /// The same value with other tensors.
    fn filled(&self, leaves: &Leaves) -> Self;
}

impl<T: Tree> Branching for T {
    fn leaves(&self) -> Leaves {
        Leaves::of(self)
    }

    fn copy(&self) -> Self {
        replace_leaves(self, &mut |_, leaf| leaf.clone())
    }

    fn filled(&self, leaves: &Leaves) -> Self {
        let mut values = leaves.values.iter();
        replace_leaves(self, &mut |_, leaf| match leaf.is_absent() {
            true => leaf.clone(),
            false => values.next().map_or_else(|| leaf.clone(), |&v| trace::with(|t| t.handle(v))),
        })
    }
}

impl<T: Tree, E: Clone + 'static> Branching for Result<T, E> {
    fn is_error(&self) -> bool {
        self.is_err()
    }

    fn leaves(&self) -> Leaves {
        self.as_ref().map_or_else(|_| Leaves::default(), Leaves::of)
    }

    fn copy(&self) -> Self {
        match self {
            Ok(value) => Ok(value.copy()),
            Err(error) => Err(error.clone()),
        }
    }

    fn filled(&self, leaves: &Leaves) -> Self {
        match self {
            Ok(value) => Ok(value.filled(leaves)),
            Err(error) => Err(error.clone()),
        }
    }
}
