// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! How gomlx writes files. Every crate of the project that writes a file for its user calls [`replace`] or
//! [`replace_with`].

#![forbid(unsafe_code)]

mod replace;

pub use replace::{replace, replace_with};
