// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A call of a graph function, from its arguments to its result.

mod args;
mod bind;
mod by_value;
mod invoke;
mod record;
mod signature;
mod signature_text;
mod structure;

pub use args::{Arg, Args, Donated, Fixed, Float, In, State, donated, input, state};
pub use by_value::{ByValue, DonateTree, FixHost};
pub use invoke::{Mode, Outcome, invoke};
pub(crate) use record::Graph;
pub use signature::Param;
pub(crate) use signature::{Contract, Signature};
pub(crate) use signature_text::read;
