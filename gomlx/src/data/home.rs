// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The directories of data sets.

use std::path::{Path, PathBuf};

pub use gomlx_ir::{HomeError, home_dir};

/// The directory of the data set `name`: `data/NAME` in [`home_dir`].
///
/// # Errors
/// As [`home_dir`].
pub fn data_dir(name: impl AsRef<Path>) -> Result<PathBuf, HomeError> {
    Ok(home_dir()?.join("data").join(name))
}
