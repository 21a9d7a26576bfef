// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Fusion: cuts a function's body, and each region of control flow, into units of work, each one loop nest or one library call.
//!
//! Instructions are visited from last to first, so that every use of a value is known when it is met. A value is
//! either computed where it is used (inside one loop nest, or again in each of several when that is cheap), or it
//! becomes a *root* of a loop nest, which stores it. Data movement is never computed: it composes into index maps.
//! What a region of control flow uses from around it is stored there, and loaded inside.
//!
//! Invariant: the units in order form a valid schedule; each materialised value has exactly one unit that stores it.

pub(crate) mod cost;
mod demand;
mod group;
mod partition;
mod storage_view;
mod stored;
mod unit;

pub(crate) use group::Group;
pub(crate) use partition::partition;
pub(crate) use storage_view::storage_view;
pub(crate) use stored::Stored;
pub(crate) use unit::Unit;
