// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Reductions of segments: the rows of a tensor that have the same number in a vector of numbers, in any order.

pub use crate::ops::segment::*;
