// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Compiled code by key. A key holds, as words, everything that the code depends on. A bounded table keeps the
//! executables.

mod describe;
mod key;
mod table;

pub(crate) use describe::Description;
pub(crate) use key::KeyWriter;
pub use table::MemoStats;
pub(crate) use table::Table;
