// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Parts of networks: layers ([`Dense`], [`Conv2d`]), the initialisers of their variables ([`init`]), and losses.

pub mod init;
mod layers;

pub use layers::{Conv2d, Dense};

pub use crate::ops::loss::*;
