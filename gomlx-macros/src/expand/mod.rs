// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The code that the macros emit for input without mistakes.

mod access;
mod body;
mod changes;
mod choice;
mod control;
mod derive;
mod exit;
mod function;
mod index;
mod model;
mod names;
mod operand;
mod reads;
mod rewrite;
mod scope;
mod signature;
mod taint;
mod tree;

pub(crate) use derive::derive as derive_tree;
pub(crate) use function::{beside, expand as graph, public};
pub(crate) use model::{broken as broken_model, expand as model};
