// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The files of gomlx: where they are ([`home_dir`]), what they must hold ([`Checksum`], [`pinned`], [`xxh64()`]), and
//! how they are written. Every crate of the project that writes a file for its user calls [`replace`] or
//! [`replace_with`]. And the variables of gomlx in the process's [`environment`].
//!
//! The crate knows nothing of graphs, so that `cargo xtask plugin` builds in seconds.

#![forbid(unsafe_code)]

mod checksum;
pub mod environment;
mod home;
pub mod pinned;
mod replace;
pub mod skip;
mod xxh64;

pub use checksum::{Checksum, FileError};
pub use home::{HomeError, data_dir, home_dir, plugin_file};
pub use replace::{replace, replace_with};
pub use xxh64::xxh64;
