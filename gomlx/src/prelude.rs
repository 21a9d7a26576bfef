// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The names that most programs use: `use gomlx::prelude::*;`.

pub use crate::nn::{accuracy, sparse_cross_entropy};
pub use crate::optim::{Adam, Sgd};
pub use crate::{
    AnyTensor, Conv, Element, Ix, Padding, Rng, Rows, Tensor, Tree, concat, grad, graph, model, rolled, s, select, stack, stop_gradient,
    value_and_grad,
};
