// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Code that the examples share: their data, their command line, their training loop and their progress bar.

#![forbid(unsafe_code)]

pub mod digits;
pub mod made_up;
pub mod options;
pub mod picture;
pub mod progress;
pub mod training;
