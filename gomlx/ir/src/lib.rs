// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The graph that everything in gomlx is built from: StableHLO ops on shaped
//! values, in functions of regions.
//!
//! - [`DType`], [`Dim`], [`Shape`], [`HostTensor`]: what values are.
//! - [`Op`]: the op set; [`Function`] and [`Module`]: graphs; [`Builder`]: making them.
//! - [`infer`], [`verify`], [`mod@print`], [`parse`]: what is true of every op.
//! - [`edit`]: what changes graphs; [`rewrite`]: passes that make them cheaper or put them in other terms.
//! - [`transform`]: derivatives of graphs; [`cost`]: what running them takes.
//! - [`Backend`]: what runs graphs.

#![forbid(unsafe_code)]

mod backend;
mod builder;
pub mod compose;
pub mod cost;
mod diagnostic;
mod dim;
mod display;
mod dtype;
pub mod edit;
mod entity;
#[cfg(feature = "eval")]
pub mod eval;
mod function;
mod host;
pub mod infer;
mod location;
pub mod narrow;
pub mod op;
pub mod parse;
pub mod print;
pub mod rewrite;
mod shape;
pub mod sink;
pub mod skip;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(feature = "transform")]
pub mod transform;
pub mod verify;

pub use backend::{Backend, Buffer, DeviceBuffer, Executable, Listing};
pub use builder::{Builder, Reducer};
pub use diagnostic::{Code, Diagnostic, Diagnostics, Result};
pub use dim::Dim;
pub use dtype::{DType, Element};
pub use entity::{Arena, Entity, InstId, RegionId, ValueId};
pub use function::{CustomDerivative, Def, Derivative, Donation, Function, Inst, Module, Region, Value};
pub use half::{bf16, f16};
pub use host::{AlignedBytes, HostTensor, Recycle};
pub use location::Location;
pub use narrow::Narrow;
pub use op::{
    Axes, BatchNorm, BinaryOp, CompareKind, Composite, ConvDims, Direction, DotDims, FftKind, GatherDims, Op, OpKind, RngAlgorithm,
    RngDistribution, ScatterDims, Template, TransposeA, TriangularSolve, UnaryOp, Window,
};
pub use shape::{Dims, MAX_ELEMENTS, Shape, product};

/// The code of the book's chapter on transforms, run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/transforms.md")]
struct Documents;
