// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Diagnostics: mistakes as values. Every check in the compiler returns them, and the API renders them.

use std::fmt;

use crate::Location;

/// The kind of mistake; `docs/errors.md` explains each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// E0001: shapes that an operation cannot combine.
    Shape,
    /// E0002: element types that an operation cannot take.
    DType,
    /// E0003: an attribute out of range (an axis, a slice, a window).
    Attribute,
    /// E0004: a graph that breaks an invariant of the intermediate representation.
    Graph,
    /// E0005: text that is not StableHLO.
    Parse,
    /// E0006: something valid that is not supported.
    Unsupported,
    /// E0007: an argument that does not match a function's signature.
    Signature,
    /// E0008: a tensor handle used where it has no meaning.
    Handle,
    /// E0009: a derivative that does not exist.
    Gradient,
    /// E0010: a failure while an executable ran.
    Execution,
    /// E0011: a backend that is missing or refuses.
    Backend,
    /// E0012: a file that cannot be read or written.
    File,
    /// E0013: a NaN that a check found.
    NotANumber,
    /// E0014: control flow on tensors that cannot be part of a graph.
    Control,
    /// E0015: memory that the machine does not have.
    Memory,
}

impl Code {
    /// The code as text, such as `E0001`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Code::Shape => "E0001",
            Code::DType => "E0002",
            Code::Attribute => "E0003",
            Code::Graph => "E0004",
            Code::Parse => "E0005",
            Code::Unsupported => "E0006",
            Code::Signature => "E0007",
            Code::Handle => "E0008",
            Code::Gradient => "E0009",
            Code::Execution => "E0010",
            Code::Backend => "E0011",
            Code::File => "E0012",
            Code::NotANumber => "E0013",
            Code::Control => "E0014",
            Code::Memory => "E0015",
        }
    }
}

/// One mistake, its location, and advice.
///
/// The message names the operation and the shapes. It is lower case and has no final period. Notes say what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The kind of mistake.
    pub code: Code,
    /// The user's line, if it is known.
    pub location: Option<Location>,
    /// A description of the mistake.
    pub message: String,
    /// Advice, or the cause of the mistake.
    pub notes: Vec<String>,
}

impl Diagnostic {
    /// A diagnostic without a location and notes.
    pub fn new(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic { code, location: None, message: message.into(), notes: vec![] }
    }

    /// Sets the location, unless the diagnostic has one already.
    pub fn at(mut self, location: Option<&Location>) -> Diagnostic {
        if self.location.is_none() {
            self.location = location.cloned();
        }
        self
    }

    /// Adds a note.
    pub fn note(mut self, note: impl Into<String>) -> Diagnostic {
        self.notes.push(note.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    /// Lays out the diagnostic as rustc does: the message, an arrow to the location, the notes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error[{}]: {}", self.code.as_str(), self.message)?;
        if let Some(at) = &self.location {
            write!(f, "\n  --> {at}")?;
        }
        for note in &self.notes {
            write!(f, "\n  = help: {note}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostic {}

/// The mistakes of one trace or one check, in the order in which they were found. As the value of an `Err` it is never
/// empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// The first mistake, which the others often follow from.
    pub fn first(self) -> Diagnostic {
        self.0.into_iter().next().unwrap_or_else(|| Diagnostic::new(Code::Graph, "a check failed without saying why"))
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(d: Diagnostic) -> Diagnostics {
        Diagnostics(vec![d])
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, d) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("\n\n")?;
            }
            fmt::Display::fmt(d, f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// A result whose error is one diagnostic.
pub type Result<T, E = Diagnostic> = std::result::Result<T, E>;

/// `Err(Diagnostic)` of a code with a formatted message.
#[macro_export]
macro_rules! bail {
    ($code:ident, $($message:tt)*) => {
        return Err($crate::Diagnostic::new($crate::Code::$code, format!($($message)*)))
    };
}
