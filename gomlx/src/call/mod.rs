// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The life of a call of a graph function, from its arguments to its result.
//!
//! 1. [`invoke`] wraps the arguments (`args`) and the body, and asks for a call or for the graph.
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
mod memo;
mod record;
mod run;
mod signature;
mod signature_text;
mod structure;

pub use args::{Arg, Args, Donated, Fixed, Float, In, State, donated, input, state};
pub use by_value::{ByValue, DonateTree, FixHost};
pub use invoke::{Call, Lower, Request, invoke};
pub use memo::Memo;
pub use signature::Param;
