// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Loop nests as data: affine indices, the graph of what an iteration computes, and which instructions are nodes of it.
//!
//! The ground of the compiler: fusion decides by it, `build` makes nests, `lower` turns them into code. Nothing here
//! imports any of those.

pub(crate) mod emission;
pub(crate) mod index;
mod nest;
mod node;
mod scalar_function;
pub(crate) mod support;

pub(crate) use nest::{BoundNest, Combiner, Nest, Reduction, Store, Vectorization};
pub(crate) use node::{Node, NodeId, NodeKind, constant_bits};
pub(crate) use scalar_function::{ScalarFunction, ScalarKind};
