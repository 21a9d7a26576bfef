// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What can be wrong with data from outside.

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
        /// What the system says.
        source: io::Error,
    },
    /// The file was read, but is not in the format it should be in.
    #[error("{}: {message}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// The file is not the one whose checksum is known.
    #[error("{} is not the expected file: its sha256 is {got}, not {expected}; delete it and fetch it again", path.display())]
    Checksum {
        /// The file.
        path: PathBuf,
        /// The known sha256, in hexadecimal.
        expected: String,
        /// The sha256 of the file.
        got: String,
    },
    /// Features, labels, dimensions or a fraction that do not fit together.
    #[error("{0}")]
    Invalid(String),
}
