// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What went wrong, as values: every check in the compiler makes these, and the
//! API renders them.

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
    /// E0013: a value that is not a number, where checks look for such.
    NotANumber,
    /// E0014: control flow on tensors that cannot be part of a graph.
    Control,
}

impl Code {
    /// The code as printed.
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
        }
    }
}

/// One mistake: what, where, and what to do about it.
///
/// The message is lower case without a final period and names the operation and
/// the shapes; notes say what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Kind.
    pub code: Code,
    /// The user's line, where there is one.
    pub location: Option<Location>,
    /// What is wrong.
    pub message: String,
    /// What to do, or what led here.
    pub notes: Vec<String>,
}

impl Diagnostic {
    /// A diagnostic without a place or notes.
    pub fn new(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic { code, location: None, message: message.into(), notes: vec![] }
    }

    /// The same at `location`, unless it has a place already.
    pub fn at(mut self, location: Option<&Location>) -> Diagnostic {
        if self.location.is_none() {
            self.location = location.cloned();
        }
        self
    }

    /// The same with one more note.
    pub fn note(mut self, note: impl Into<String>) -> Diagnostic {
        self.notes.push(note.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    /// As rustc lays out its own: message, arrow to the place, notes.
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

/// The mistakes of one trace or one check, in the order found; never empty when it is an `Err`.
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
