// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Source locations: the user's line that an instruction came from.

use std::borrow::Cow;
use std::fmt;

/// A place in a source file.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Location {
    /// Path as the compiler gave it.
    pub file: Cow<'static, str>,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

impl Location {
    /// The caller of the nearest `#[track_caller]` function.
    #[track_caller]
    pub fn caller() -> Location {
        std::panic::Location::caller().into()
    }
}

impl From<&'static std::panic::Location<'static>> for Location {
    fn from(at: &'static std::panic::Location<'static>) -> Location {
        Location { file: Cow::Borrowed(at.file()), line: at.line(), column: at.column() }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
