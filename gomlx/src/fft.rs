// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Fourier and cosine transforms over any axes, of real and complex tensors. They are differentiable.
//!
//! A transform takes its axes and an [`FftNorm`](crate::FftNorm), which says how both directions are scaled. To cut a
//! signal or to fill it with zeros, pad it before.

pub use crate::ops::fft::*;
