// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Fusion: cuts a function's body, and each region of control flow, into units of work. A unit is a loop nest, a
//! library call or a control flow instruction.
//!
//! Instructions are visited from last to first: every use of a value is known when its instruction is visited.
//! A value is either computed where it is used (in one loop nest, or in each of several if that is cheap), or it
//! becomes a *root* of a loop nest, which stores it. Data movement is not computed: index maps express it. A region of
//! control flow loads the values that it captures, which are stored before the region runs.
//!
//! Invariant: the order of the units is a valid schedule, and each stored value has exactly one unit that stores it.

pub(crate) mod cost;
mod demand;
mod group;
mod host;
mod partition;
mod storage_view;
mod stored;
mod unit;

pub(crate) use group::Group;
pub(crate) use partition::partition;
pub(crate) use storage_view::{is_product, reads, storage_view};
pub(crate) use stored::Stored;
pub(crate) use unit::Unit;
