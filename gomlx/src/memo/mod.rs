// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! From a call of a graph function to its executable, memoised per shapes.
//!
//! One bounded memo per function. The key is everything that the graph depends on: the backend, the type parameters,
//! element type and dims of each leaf, host values, and the structure and configuration of each tree.

mod args;
mod by_value;
mod call;
mod key;
mod lowered;
mod signature;
mod table;

pub use args::{Arg, Args, Donated, Fixed, Float, In, State};
pub use by_value::{ByValue, DonateTree, FixHost};
pub use call::{call, lower};
pub use lowered::Lowered;
pub use signature::{DimSig, Param, Signature};
pub use table::{Memo, MemoStats};
