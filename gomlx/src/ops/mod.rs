// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What users call on tensors: thin callers of the functions that `gomlx_ir::compose` declares. Each records during a
//! trace and runs at once outside; mistakes are reported at the caller's line.

mod arith;
mod compare;
mod einsum;
mod left;
mod methods;
pub(crate) mod raw;
mod scalar;

pub use compare::{and, eq, ge, gt, le, lt, ne, not, or};
pub use gomlx_ir::compose::{
    Boundary, Conv, ConvolveMode, FftNorm, GridMode, GridPadding, IndexMode, Indexing, Interpolation, IntoAxes, PadMode, Padding,
    RankMethod, ResizeMethod, ScatterReduce, Trend,
};
pub use left::{add, div, mul, rem, sub};
pub use methods::{
    broadcast_arrays, choose, column_stack, complex, concat, dstack, einsum, hstack, lexsort, meshgrid, polar, ravel_multi_index, select,
    stack, vstack,
};
pub(crate) use methods::{fft, image, linalg, loss, poly, segment, signal, special};
pub use scalar::Operand;
