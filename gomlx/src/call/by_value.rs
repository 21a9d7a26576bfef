// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What a parameter of an unknown type by value is: a tree, which is donated, or a host value.
//!
//! `#[graph]` sees the name of the type only, so method resolution decides: [`DonateTree`] is found for `&ByValue<T>`
//! first, and [`FixHost`] one reference later, where `T` is no tree.

use std::hash::Hash;
use std::marker::PhantomData;

use super::args::{Donated, Fixed, donated};
use crate::Tree;

/// Stands for a parameter of a type.
pub struct ByValue<T>(PhantomData<T>);

impl<T> ByValue<T> {
    /// The stand-in for the type.
    pub const fn of() -> ByValue<T> {
        ByValue(PhantomData)
    }
}

/// Trees are donated.
pub trait DonateTree<T> {
    /// The argument.
    fn argument(&self, value: T) -> Donated<T>;
}

impl<T: Tree> DonateTree<T> for ByValue<T> {
    fn argument(&self, value: T) -> Donated<T> {
        donated(value)
    }
}

/// Other values, enums above all, are part of the graph.
pub trait FixHost<T> {
    /// The argument.
    fn argument(&self, value: T) -> Fixed<T>;
}

impl<T: Hash + Clone + 'static> FixHost<T> for &ByValue<T> {
    fn argument(&self, value: T) -> Fixed<T> {
        Fixed(value)
    }
}
