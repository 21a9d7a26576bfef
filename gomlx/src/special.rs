// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Special functions, as SciPy and JAX name them. [`Tensor`](struct@crate::Tensor) has `erf`, `erfc`, `erfinv` and
//! `sigmoid` as methods.
//!
//! Most are computed in `f64` and rounded once, whatever floating-point type they are given.

pub use crate::ops::special::*;
