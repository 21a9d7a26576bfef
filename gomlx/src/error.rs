// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The error of the API.

use std::fmt;

use gomlx_ir::{Code, Diagnostic, Diagnostics, Location};

/// An error. The variant says which part has to change.
///
/// Each renders with the source line of the user and advice; `docs/errors.md` explains the codes.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The graph of a function is wrong: shapes, element types, attributes. It holds all mistakes of one trace.
    #[error("{0}")]
    Graph(Diagnostics),
    /// An argument does not match the function's signature; nothing was run or donated.
    #[error("{0}")]
    Signature(Diagnostic),
    /// A backend is missing, refuses a graph, or cannot compile it.
    #[error("{0}")]
    Backend(Diagnostic),
    /// An executable failed while it ran; donated state is lost, unless there was no memory to run (E0015).
    #[error("{0}")]
    Execution(Diagnostic),
    /// A file cannot be read or written; nothing was overwritten.
    #[error("{0}")]
    File(Diagnostic),
}

/// A result of the API.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// The same error with a location, unless it has one.
    pub(crate) fn at(self, location: &Location) -> Error {
        let at = |d: Diagnostic| d.at(Some(location));
        match self {
            Error::Graph(all) => Error::Graph(Diagnostics(all.0.into_iter().map(at).collect())),
            Error::Signature(d) => Error::Signature(at(d)),
            Error::Backend(d) => Error::Backend(at(d)),
            Error::Execution(d) => Error::Execution(at(d)),
            Error::File(d) => Error::File(at(d)),
        }
    }
}

impl From<Diagnostic> for Error {
    fn from(d: Diagnostic) -> Error {
        match d.code {
            Code::Shape
            | Code::DType
            | Code::Attribute
            | Code::Graph
            | Code::Parse
            | Code::Unsupported
            | Code::Handle
            | Code::Gradient
            | Code::Control => Error::Graph(d.into()),
            Code::Signature => Error::Signature(d),
            Code::Execution | Code::NotANumber | Code::Memory => Error::Execution(d),
            Code::Backend => Error::Backend(d),
            Code::File => Error::File(d),
        }
    }
}

impl From<Diagnostics> for Error {
    fn from(d: Diagnostics) -> Error {
        Error::Graph(d)
    }
}

/// As `Display`: `unwrap` and `main` print errors with `Debug`, and their output should read like that of rustc.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
