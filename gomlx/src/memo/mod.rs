// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Compiled code by key: a key is all that the code depends on, as words, and a bounded table keeps what was compiled.

mod describe;
mod key;
mod table;

pub(crate) use describe::Description;
pub(crate) use key::KeyWriter;
pub use table::MemoStats;
pub(crate) use table::Table;
