// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tensors: [`Tensor`] with its element type in its Rust type, [`AnyTensor`] with an element type at run time.
//!
//! Neither has `PartialEq` or `PartialOrd`, since comparing tensors gives a tensor. Tests use
//! [`assert_close!`](crate::assert_close) or `to_vec`.

mod any;
mod display;
#[cfg(feature = "ndarray")]
mod ndarray;
mod typed;

pub use any::AnyTensor;
pub(crate) use any::{Handle, Repr};
pub use typed::Tensor;
