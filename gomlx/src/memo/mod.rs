// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! From a key to its executable: everything that a graph depends on, as words, and a bounded table of what was
//! compiled for each.

mod describe;
mod key;
mod table;

pub(crate) use describe::Description;
pub(crate) use key::KeyWriter;
pub(crate) use table::Entry;
pub use table::{Memo, MemoStats};
