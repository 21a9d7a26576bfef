// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Polynomials. One is a vector of its coefficients, highest power first.

pub use crate::ops::poly::*;
