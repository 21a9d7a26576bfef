// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Images of any number of axes: other sizes, and the image at places between its pixels. They are differentiable.

pub use crate::ops::image::*;
