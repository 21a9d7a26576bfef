// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The code of the README and of the book, run as tests. They are tests of this crate, which is not published, because
//! a package has no files of other directories.

#[doc = include_str!("../../README.md")]
#[doc = include_str!("../../docs/language.md")]
#[doc = include_str!("../../docs/transforms.md")]
struct Documents;
