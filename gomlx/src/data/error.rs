// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The error of data files and data sets.

use std::path::PathBuf;

use gomlx_files::FileError;
use thiserror::Error;

/// A data file or data set that cannot be used. Every message names the file or the argument.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DataError {
    /// The file could not be read, or does not have the known checksum.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file is not in the expected format.
    #[error("{}: {message}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// Features, labels, dimensions or a fraction do not fit together.
    #[error("{0}")]
    Invalid(String),
}
