// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A compiled machine-learning framework for Rust.
//!
//! `#[graph]` turns a function of tensors into a StableHLO graph, which is compiled once for each set of shapes and
//! then called like any function. `model!` declares layers with variables. Graphs run as loops that Cranelift compiles
//! in the process (`jit`), on any PJRT plugin (`pjrt`), or on the reference evaluator (`eval`); see [`backend`].
//!
//! - [`Tensor`](struct@Tensor), [`AnyTensor`]: elements, or handles while a graph is traced.
//! - [`tree::Tree`]: models, optimizer states and batches, which graph functions take and update.
//! - [`value_and_grad`], [`grad`], [`vjp`], [`jvp`], [`jacobian`], [`hessian`], [`vmap`],
//!   [`checkpoint`](fn@checkpoint): derivatives and batching.
//! - [`fft`], [`image`], [`linalg`], [`poly`], [`segment`], [`signal`], [`special`]: functions of one field.
//! - [`nn`], [`optim`], [`data`], [`checkpoint`](mod@checkpoint): training.
//! - [`import`]: functions exported by other frameworks.
//! - [`Lowered`], [`load`]: inspecting, saving and loading graphs.

#![forbid(unsafe_code)]

// Paths that the macros write, `::gomlx::..`, must resolve inside this crate too.
extern crate self as gomlx;

pub mod backend;
mod call;
mod check;
pub mod checkpoint;
mod compile;
mod control;
pub mod data;
mod debug;
mod eager;
mod emit;
mod error;
pub mod fft;
pub mod image;
pub mod import;
mod index;
mod inspect;
pub mod linalg;
mod log;
mod memo;
pub mod nn;
mod ops;
pub mod optim;
pub mod poly;
pub mod prelude;
mod program;
mod rng;
pub mod segment;
pub mod signal;
pub mod special;
mod tensor;
pub mod testing;
mod trace;
mod transform;
pub mod tree;

pub use backend::{set_backend, with_backend};
pub use call::Memo;
pub use check::set_nan_check;
pub use control::{Rolled, Rows, rolled};
pub use debug::set_debug_output;
pub use error::{Error, Result};
pub use gomlx_ir::{Code, Complex, DType, Diagnostic, Diagnostics, Element, HostTensor, Listing, Shape, bf16, c64, c128, f16};
#[cfg(feature = "jit")]
pub use gomlx_jit::set_keep_subnormals;
pub use gomlx_macros::{Tensor, Tree, graph, model};
pub use index::{Index, Ix, Part};
pub use inspect::{Lowered, MemoryUse};
pub use memo::MemoStats;
pub use ops::{
    Boundary, Conv, ConvolveMode, FftNorm, GridMode, GridPadding, IndexMode, Indexing, Interpolation, IntoAxes, Operand, PadMode, Padding,
    RankMethod, ResizeMethod, ScatterReduce, Trend, broadcast_arrays, choose, column_stack, complex, concat, dstack, einsum, hstack,
    lexsort, meshgrid, polar, ravel_multi_index, select, stack, vstack,
};
pub use program::{Named, Program, load};
pub use rng::Rng;
pub use tensor::{AnyTensor, Tensor};
pub use transform::{
    Linear, Loss, Pullback, checkpoint, custom_jvp, custom_vjp, grad, hessian, hvp, jacobian, jacobian_forward, jvp, linearize,
    stop_gradient, value_and_grad, vjp, vmap,
};
pub use tree::Tree;

#[doc(hidden)]
pub mod __rt;
