// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The line that a `print` writes.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use crate::{Code, Diagnostic, HostTensor, Result};

/// The most digits after the point that a template asks for; more are not told apart.
const MAX_PRECISION: usize = 1000;

/// A line of text with operands in it.
///
/// It is written and read as Rust's format strings are: `{}` for an operand, `{:.3}` for one with three digits after
/// the point, `{{` and `}}` for braces.
///
/// ```
/// use gomlx_ir::{HostTensor, Template};
///
/// let line: Template = "loss {:.2} of {{a}}".parse()?;
/// assert_eq!(line.operands(), 1);
/// assert_eq!(line.fill(&[HostTensor::scalar(0.125f32)]), "loss 0.12 f32[] of {a}");
/// assert_eq!(line.to_string(), "loss {:.2} of {{a}}");
/// # Ok::<(), gomlx_ir::Diagnostic>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Piece {
    Text(String),
    Operand { precision: Option<usize> },
}

impl Template {
    /// Appends text.
    pub fn push_text(&mut self, text: &str) {
        match self.pieces.last_mut() {
            Some(Piece::Text(last)) => last.push_str(text),
            _ if text.is_empty() => {}
            _ => self.pieces.push(Piece::Text(text.to_owned())),
        }
    }

    /// Appends the next operand. `precision` is the number of digits after the point of floating-point elements, at
    /// most 1000.
    pub fn push_operand(&mut self, precision: Option<usize>) {
        self.pieces.push(Piece::Operand { precision: precision.map(|digits| digits.min(MAX_PRECISION)) });
    }

    /// How many operands it takes.
    pub fn operands(&self) -> usize {
        self.pieces.iter().filter(|p| matches!(p, Piece::Operand { .. })).count()
    }

    /// The line with the elements and the shape of each operand.
    pub fn fill<T: Borrow<HostTensor>>(&self, operands: &[T]) -> String {
        let mut operands = operands.iter();
        let mut line = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => line.push_str(text),
                Piece::Operand { precision } => {
                    let Some(operand) = operands.next().map(T::borrow) else { continue };
                    line += &match precision {
                        Some(digits) => format!("{operand:.digits$} {}", operand.shape()),
                        None => format!("{operand} {}", operand.shape()),
                    };
                }
            }
        }
        line
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => f.write_str(&text.replace('{', "{{").replace('}', "}}"))?,
                Piece::Operand { precision: None } => f.write_str("{}")?,
                Piece::Operand { precision: Some(digits) } => write!(f, "{{:.{digits}}}")?,
            }
        }
        Ok(())
    }
}

impl FromStr for Template {
    type Err = Diagnostic;

    fn from_str(written: &str) -> Result<Template> {
        let wrong = |what: &str| Diagnostic::new(Code::Parse, format!("{what} in the template {written:?}"));
        let mut template = Template::default();
        let mut rest = written;
        while let Some(at) = rest.find(['{', '}']) {
            template.push_text(&rest[..at]);
            rest = &rest[at..];
            if let Some(brace) = ["{{", "}}"].into_iter().find(|b| rest.starts_with(b)) {
                template.push_text(&brace[..1]);
                rest = &rest[2..];
                continue;
            }
            let Some((inside, after)) = rest.strip_prefix('{').and_then(|r| r.split_once('}')) else {
                return Err(wrong("a brace without its other"));
            };
            let precision = match inside.strip_prefix(":.") {
                Some(digits) => {
                    Some(digits.parse().ok().filter(|&d| d <= MAX_PRECISION).ok_or_else(|| wrong("a precision that is no number"))?)
                }
                None if inside.is_empty() => None,
                None => return Err(wrong("something other than {} or {:.N}")),
            };
            template.push_operand(precision);
            rest = after;
        }
        template.push_text(rest);
        Ok(template)
    }
}

#[cfg(test)]
mod tests {
    use super::Template;

    #[test]
    fn templates_are_read_as_they_are_written() {
        for written in ["", "x", "{}", "{{}}", "a {} b {:.3}{}", "}}{{{}"] {
            assert_eq!(written.parse::<Template>().expect("it is right").to_string(), written);
        }
    }

    #[test]
    fn wrong_templates_are_refused() {
        for (written, why) in [
            ("{", "a brace without its other"),
            ("}", "a brace without its other"),
            ("{x}", "something other than {} or {:.N}"),
            ("{:.x}", "a precision that is no number"),
            ("{:.99999999}", "a precision that is no number"),
        ] {
            let found = written.parse::<Template>().expect_err("it is wrong");
            assert_eq!(found.message, format!("{why} in the template {written:?}"));
        }
    }
}
