// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What the examples share: their data, their command line and their progress bar.

#![forbid(unsafe_code)]

pub mod digits;
pub mod made_up;
pub mod options;
pub mod picture;
pub mod progress;
pub mod training;
