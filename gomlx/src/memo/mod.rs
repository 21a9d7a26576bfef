// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! From a call of a graph function to its executable, memoised per shapes.
//!
//! One bounded memo per function. The key is everything that the graph depends on: the backend, the type parameters,
//! element type and dims of each leaf, host values, and the structure and configuration of each tree.

mod args;
mod bind;
mod by_value;
mod call;
mod contract;
mod describe;
mod key;
mod record;
mod signature;
mod structure;
mod table;

pub use args::{Arg, Args, Donated, Fixed, Float, In, State, donated, input, state};
pub use by_value::{ByValue, DonateTree, FixHost};
pub use call::{Mode, Outcome, invoke};
pub(crate) use describe::Description;
pub(crate) use key::KeyWriter;
pub(crate) use record::Graph;
pub use signature::Param;
pub(crate) use table::Entry;
pub use table::{Memo, MemoStats};
