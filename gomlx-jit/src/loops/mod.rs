// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Loop nests as data: affine indices, the graph of what an iteration computes, and which instructions are nodes of it.
//!
//! The ground of the compiler: fusion decides by it, `build` makes nests, `lower` turns them into code. Nothing here
//! imports any of those.

pub(crate) mod index;
mod nest;
mod node;
mod scalar_function;
pub(crate) mod support;

pub(crate) use nest::{Combiner, Mode, Nest, Placed, Reduction, Store};
pub(crate) use node::{Kind, Node, NodeId, constant_bits, element_kind};
pub(crate) use scalar_function::Body;
