// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The syntax of graph functions and models, parsed and classified, with every mistake found on the way.

mod code;
mod dims;
mod graph;
mod model;
mod param;
mod pattern;
mod query;
mod siblings;

pub(crate) use code::{Code, Errors};
pub(crate) use dims::{Arithmetic, DimExpr, TensorType, replace_tensor_macros, text_of};
pub(crate) use graph::{Graph, GraphArguments, Scope};
pub(crate) use model::{Field, Model, ModelInput, ModelParam, Variant};
pub(crate) use param::{Param, Passing};
pub(crate) use pattern::DimPattern;
pub(crate) use query::{Intervals, holds_tensor, intervals, is_bare_number, is_either, is_tensor, may_hold_tensors, mentions_exit};
pub(crate) use siblings::Siblings;
