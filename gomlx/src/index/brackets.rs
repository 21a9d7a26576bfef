// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `x[i]` where `#[graph]` does not rewrite it: an error that says what to write, in the place of rustc's that tensors
//! have no brackets.
//!
//! Invariant: [`Brackets`] has no implementation, so that nothing here is ever called.

use std::ops;

use crate::Tensor;

/// What Rust's own brackets would take.
#[diagnostic::on_unimplemented(
    message = "brackets index a tensor only in a graph function, where it surely is one: a parameter, a field of `self` or a `let` of that type, an expression of those [E0106]",
    label = "Rust's own brackets, which tensors do not have",
    note = "write `x.at(i)` to read, `x.set(i, value)` and `x.add_at(i, value)` to write; or name it first, `let x: &Tensor<_> = &model.x;`"
)]
pub trait Brackets {}

impl<T, I> ops::Index<I> for Tensor<T>
where
    Tensor<T>: Brackets,
{
    type Output = Tensor<T>;

    fn index(&self, _: I) -> &Tensor<T> {
        self
    }
}

impl<T, I> ops::IndexMut<I> for Tensor<T>
where
    Tensor<T>: Brackets,
{
    fn index_mut(&mut self, _: I) -> &mut Tensor<T> {
        self
    }
}
