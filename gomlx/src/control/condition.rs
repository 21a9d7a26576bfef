// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Conditions of `if` and `while`: their type decides whether Rust or the graph branches.

use gomlx_ir::compose::Stop;
use gomlx_ir::compose::control::check_condition;
use gomlx_ir::{Location, Op, ValueId};

use super::branch::{GraphBranch, HostBranch};
use super::{Never, settle, value_of};
use crate::{AnyTensor, Tensor, trace};

/// A condition of an `if` or `while`: a `bool`, or a scalar `Tensor<bool>`.
#[diagnostic::on_unimplemented(
    message = "a condition is a `bool` or a scalar `Tensor<bool>`, not `{Self}` [E0106]",
    label = "neither `bool` nor `Tensor<bool>`",
    note = "reduce a mask with `.all()` or `.any()`; compare a number with 0"
)]
pub trait Condition: Sized {
    /// The type that drives an `if`.
    type Branch;
    /// A type that has no values for a `bool`.
    type Graph;
    /// Whether the condition is only known when the graph runs.
    const GRAPH: bool;
    /// Drives an `if`.
    #[track_caller]
    fn branch(self) -> Self::Branch;
    /// The value on the host, or the tensor.
    fn parts(self) -> Result<bool, AnyTensor>;
    /// The mark of code that belongs to a trace. Nothing asks for it on the host.
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
    let value = value_of(condition, location);
    settle(trace::with(|t| check_condition(construct, t.function(), value)).map_err(Stop::Wrong), location);
    value
}

/// Drives an `if`.
#[track_caller]
pub fn branch<C: Condition>(condition: C) -> C::Branch {
    condition.branch()
}
