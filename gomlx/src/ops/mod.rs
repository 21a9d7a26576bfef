// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What users call on tensors, built from the op set. Every function here records during a trace and runs at once
//! outside; mistakes are reported at the caller's line.

mod arith;
mod compare;
mod contract;
mod conv;
mod elementwise;
mod index;
mod left;
pub(crate) mod raw;
mod reduce;
mod scalar;
mod shape;
mod softmax;
mod window;

pub use compare::{and, eq, ge, gt, le, lt, ne, not, or, select};
pub use conv::{Conv, Padding};
pub use left::{add, div, mul, rem, sub};
pub use reduce::IntoAxes;
pub use scalar::Operand;
pub use shape::{concat, stack};
