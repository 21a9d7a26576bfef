// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Editing graphs: the operations with which transforms, passes and backends copy, move and rewire instructions.
//!
//! - [`copy_insts`], [`copy_region`]: copies within a function. [`extract_region`], [`extract_inst`]: a part of a
//!   function as a function of its own. [`inline`], [`inline_region`]: the instructions of a function or of a region,
//!   on arguments.
//! - [`rebuild`]: a new function, made instruction by instruction by a [`Rewrite`].
//! - [`captures`], [`used`]: the values from outside that a region or an instruction uses. [`close`] turns captures
//!   into parameters.
//! - [`replace_uses`], [`Function::replace_region_params`](crate::Function::replace_region_params): changes in place.
//!
//! Invariant: a copy of an instruction has its op, its derivative mark, its location and the names of its results. All
//! copies are made by [`Function::push_copy`](crate::Function::push_copy).

mod capture;
mod copy;
mod extract;
mod live;
mod params;
mod rebuild;
mod replace;

pub use capture::{captures, close, used};
pub(crate) use copy::copy_region_from;
pub use copy::{Effects, Map, copy_insts, copy_region, inline_region, mapped};
pub use extract::{extract_inst, extract_region};
pub(crate) use live::live;
pub(crate) use rebuild::Keep;
pub use rebuild::{Rebuild, Rewrite, Values, inline, rebuild};
pub use replace::replace_uses;
