// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Loop nests as data: affine indices, the graph of one iteration, and the instructions that can be nodes of the graph.
//!
//! The other folders of the compiler build on this one: fusion decides by it, `build` makes nests, and `lower` turns
//! nests into code. Nothing here imports them.

pub(crate) mod emission;
pub(crate) mod index;
mod nest;
mod node;
mod scalar_function;
pub(crate) mod support;

pub(crate) use nest::{BoundNest, Combiner, Nest, Reduction, Store, Vectorization};
pub(crate) use node::{Node, NodeId, NodeKind, constant_bits};
pub(crate) use scalar_function::{ScalarFunction, ScalarKind};
