// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The life of a call of a graph function, from its arguments to its result.
//!
//! 1. [`invoke`] takes the arguments, wrapped by how they are passed (`args`), and the body. If the caller is `lower`
//!    ([`lowering`]), it traces the body and stops.
//! 2. A call inside a trace inlines the body. Any other looks up its key in the function's [`Memo`].
//! 3. On a miss, `bind` gives values to the symbols of the `signature`, `record` traces the body, and
//!    [`compile`](crate::compile) compiles the graph.
//! 4. `run` runs the executable, writes the state back and makes the result.
//!
//! Invariant: everything is validated before anything is donated.

mod args;
mod bind;
mod by_value;
mod erased;
mod invoke;
mod lowering;
mod memo;
mod record;
mod run;
mod signature;
mod signature_text;
mod structure;

pub use args::{Arg, Args, Donated, Fixed, Float, In, State, donated, input, state};
pub use by_value::{ByValue, DonateTree, FixHost};
pub use invoke::invoke;
pub use lowering::{Lowering, lowered, lowering};
pub use memo::{Memo, MemoCell};
pub use signature::Param;
