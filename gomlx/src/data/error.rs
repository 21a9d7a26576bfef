// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The error of data files and data sets.

use std::{io, path::PathBuf};

use thiserror::Error;

/// A data file or data set that cannot be used. Every message names the file or the argument.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DataError {
    /// The file could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The file is not in the expected format.
    #[error("{}: {message}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// The file does not have the known checksum.
    #[error("{} is not the expected file: its sha256 is {got}, not {expected}; delete it and fetch it again", path.display())]
    Checksum {
        /// The file.
        path: PathBuf,
        /// The known sha256, in hexadecimal.
        expected: String,
        /// The sha256 of the file.
        got: String,
    },
    /// Features, labels, dimensions or a fraction do not fit together.
    #[error("{0}")]
    Invalid(String),
}
