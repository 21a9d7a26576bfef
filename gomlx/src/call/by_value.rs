// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Parameters by value: a tree is donated, and any other value is a host value that the graph depends on.
//!
//! `#[graph]` sees only the name of the type, so method resolution decides. For `&ByValue<T>` it finds [`DonateTree`]
//! first if `T` is a tree, and else [`FixHost`], one reference later.

use std::hash::Hash;
use std::marker::PhantomData;

use super::args::{Donated, Fixed, donated};
use crate::Tree;

/// A parameter of type `T`, passed by value.
pub struct ByValue<T>(PhantomData<T>);

impl<T> ByValue<T> {
    /// The parameter.
    pub const fn of() -> ByValue<T> {
        ByValue(PhantomData)
    }
}

/// A tree, which is donated.
pub trait DonateTree<T> {
    /// The argument.
    fn argument(&self, value: T) -> Donated<T>;
}

impl<T: Tree> DonateTree<T> for ByValue<T> {
    fn argument(&self, value: T) -> Donated<T> {
        donated(value)
    }
}

/// Any other value, such as an enum: it becomes part of the key.
pub trait FixHost<T> {
    /// The argument.
    fn argument(&self, value: T) -> Fixed<T>;
}

impl<T: Hash + Clone + 'static> FixHost<T> for &ByValue<T> {
    fn argument(&self, value: T) -> Fixed<T> {
        Fixed(value)
    }
}
