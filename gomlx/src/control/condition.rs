// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What `if` and `while` go by, whose type decides whether Rust or the graph branches.

use gomlx_ir::{Code, Diagnostic, Location, Op, ValueId};

use super::Never;
use super::branch::{GraphBranch, HostBranch};
use crate::{AnyTensor, Tensor, trace};

/// What an `if` or `while` goes by: `bool`, or a `Tensor<bool>` scalar.
#[diagnostic::on_unimplemented(
    message = "a condition is a `bool` or a scalar `Tensor<bool>`, not `{Self}` [E0106]",
    label = "neither `bool` nor `Tensor<bool>`",
    note = "reduce a mask with `.all()` or `.any()`; compare a number with 0"
)]
pub trait Condition: Sized {
    /// What drives an `if`.
    type Branch;
    /// Empty for a `bool`.
    type Graph;
    /// Whether it is only known when the graph runs.
    const GRAPH: bool;
    /// Drives an `if`.
    #[track_caller]
    fn branch(self) -> Self::Branch;
    /// The host's value or the tensor.
    fn parts(self) -> Result<bool, AnyTensor>;
    /// The empty value, which nothing asks for on the host.
    fn graph() -> Self::Graph;
}

macro_rules! hosts {
    ($($t:ty: ($($deref:tt)*)),*) => { $(
        #[diagnostic::do_not_recommend]
        impl Condition for $t {
            type Branch = HostBranch;
            type Graph = Never;
            const GRAPH: bool = false;

            fn branch(self) -> HostBranch {
                HostBranch { arm: usize::from(!$($deref)* self) }
            }

            fn parts(self) -> Result<bool, AnyTensor> {
                Ok($($deref)* self)
            }

            fn graph() -> Never {
                unreachable!("a host condition has no graph")
            }
        }
    )* };
}
// A condition that names a place is borrowed.
hosts!(bool: (), &bool: (*), &&bool: (**), &&mut bool: (**));

macro_rules! tensors {
    ($($t:ty),*) => { $(
        #[diagnostic::do_not_recommend]
        impl Condition for $t {
            type Branch = GraphBranch;
            type Graph = ();
            const GRAPH: bool = true;

            fn branch(self) -> GraphBranch {
                let location = Location::caller();
                let chooser = scalar("if", &self.any, &location);
                GraphBranch::new(Op::If, chooser, 2, location)
            }

            fn parts(self) -> Result<bool, AnyTensor> {
                Err(self.any.clone())
            }

            fn graph() {}
        }
    )* };
}
tensors!(Tensor<bool>, &Tensor<bool>, &mut Tensor<bool>, &&Tensor<bool>, &&mut Tensor<bool>);

/// The value of a condition in the current region.
#[track_caller]
pub(super) fn scalar(construct: &str, condition: &AnyTensor, location: &Location) -> ValueId {
    if condition.is_poisoned() {
        trace::abort();
    }
    if condition.rank() != 0 {
        trace::fail(
            Diagnostic::new(Code::Shape, format!("{construct}: the condition is {condition}, not a scalar"))
                .note("whether all or any element is true is `.all()` or `.any()`; an elementwise choice is `select(&mask, &a, b)`")
                .at(Some(location)),
        );
    }
    match trace::with(|t| t.value(condition)) {
        Ok(Some(value)) => value,
        Ok(None) => trace::abort(),
        Err(error) => trace::fail(error.at(Some(location))),
    }
}

/// Drives an `if`.
#[track_caller]
pub fn branch<C: Condition>(condition: C) -> C::Branch {
    condition.branch()
}
