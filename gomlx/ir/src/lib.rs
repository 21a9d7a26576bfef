// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The graphs of gomlx: StableHLO ops on shaped values, in functions that consist of regions.
//!
//! - [`DType`], [`Dim`], [`Shape`], [`HostTensor`]: the types and contents of values.
//! - [`Op`]: the op set. [`Function`] and [`Module`]: graphs. [`Builder`]: constructs graphs.
//! - [`infer`]: the shapes of results. [`verify`]: the checks of graphs. [`mod@print`], [`parse`]: StableHLO text.
//! - [`edit`]: copies and changes graphs. [`rewrite`]: passes that simplify graphs or replace ops.
//! - [`composite`]: computations with a derivative of their own. [`transform`]: derivatives and batching of graphs.
//!   [`cost`]: the cost of running them.
//! - [`Backend`]: compiles and runs graphs.

#![forbid(unsafe_code)]

mod backend;
mod bessel;
mod bitcast;
mod builder;
pub mod compose;
pub mod composite;
pub mod cost;
pub mod deep;
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
pub mod memory;
pub mod narrow;
pub mod op;
pub mod parse;
pub mod print;
pub mod rewrite;
mod shape;
pub mod sink;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(feature = "transform")]
pub mod transform;
pub mod verify;

pub use backend::{Backend, Buffer, DeviceBuffer, Executable, Listing, thread_ends};
pub use builder::{Builder, Reducer};
pub use diagnostic::{Code, Diagnostic, Diagnostics, Result};
pub use dim::Dim;
pub use dtype::{DType, Element, c64, c128};
pub use entity::{Arena, Entity, InstId, RegionId, ValueId};
pub use function::{CustomDerivative, Def, Derivative, Donation, Function, Inst, Module, Region, Value};
pub use half::{bf16, f16};
pub use host::{AlignedBytes, HostTensor, Recycle};
pub use location::Location;
pub use narrow::Narrow;
pub use num_complex::Complex;
pub use op::{
    Axes, BatchNorm, BinaryOp, CompareKind, Composite, ConvDims, Direction, DotDims, Factorization, FftKind, GatherDims, Op, OpKind,
    RngAlgorithm, RngDistribution, ScatterDims, Template, TransposeA, TriangularSolve, UnaryOp, Window,
};
pub use shape::{Dims, MAX_ELEMENTS, Shape, product};
