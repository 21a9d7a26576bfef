// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Steps through tokens: checks that the expected token comes next, and makes errors with a place.

use super::lexer::{Kind, Lexer, Token};
use crate::{Code, Diagnostic, Location, Result};

/// How deep regions, calls and attributes may nest: far deeper than in any program, and far less than fills the stack
/// of a thread.
const MAX_DEPTH: usize = 64;

/// The current token and what comes after it.
pub(super) struct Cursor<'a> {
    file: String,
    lexer: Lexer<'a>,
    pub(super) token: Token<'a>,
    depth: usize,
}

/// A place to go back to.
#[derive(Clone, Copy)]
pub(super) struct Mark<'a>(Lexer<'a>, Token<'a>);

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str, file: &str) -> Cursor<'a> {
        let mut lexer = Lexer::new(text);
        let token = lexer.next();
        Cursor { file: file.to_owned(), lexer, token, depth: 0 }
    }

    pub(super) fn mark(&self) -> Mark<'a> {
        Mark(self.lexer, self.token)
    }

    pub(super) fn go_to(&mut self, Mark(lexer, token): Mark<'a>) {
        (self.lexer, self.token) = (lexer, token);
    }

    /// Where the current token is.
    pub(super) fn place(&self) -> Location {
        Location { file: self.file.clone().into(), line: self.token.line, column: self.token.column }
    }

    /// The current token; moves on.
    pub(super) fn take(&mut self) -> Token<'a> {
        let next = self.lexer.next();
        std::mem::replace(&mut self.token, next)
    }

    /// The text from the current token on, to read text that is not made of tokens.
    pub(super) fn rest(&self) -> &'a str {
        self.lexer.rest_from(self.token)
    }

    /// The text of the tokens after the one at a mark, up to the current one.
    pub(super) fn since(&self, Mark(_, token): Mark<'a>) -> String {
        let whole = self.lexer.rest_from(token);
        let text = whole.get(token.text.len()..self.token.offset.saturating_sub(token.offset)).unwrap_or_default();
        text.trim().to_owned()
    }

    /// Moves on by bytes of the current line.
    pub(super) fn skip_bytes(&mut self, length: usize) {
        self.lexer.go_after(self.token, length);
        self.token = self.lexer.next();
    }

    pub(super) fn is(&self, kind: Kind) -> bool {
        self.token.kind == kind
    }

    /// Whether the current token is this punctuation or word.
    pub(super) fn at(&self, text: &str) -> bool {
        matches!(self.token.kind, Kind::Punct | Kind::Ident) && self.token.text == text
    }

    /// Moves on if the current token is this punctuation or word.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let found = self.at(text);
        if found {
            self.take();
        }
        found
    }

    /// Takes this punctuation or word; `context` says where it stands (`after operands`).
    pub(super) fn expect(&mut self, text: &str, context: &str) -> Result<()> {
        if self.eat(text) { Ok(()) } else { Err(self.expected(&format!("'{text}' {context}"))) }
    }

    /// Takes a token of a kind, which errors call `what`.
    pub(super) fn expect_kind(&mut self, kind: Kind, what: &str) -> Result<Token<'a>> {
        if self.is(kind) { Ok(self.take()) } else { Err(self.expected(what)) }
    }

    /// `key =`.
    pub(super) fn expect_key(&mut self, key: &str) -> Result<()> {
        self.expect(key, "here")?;
        self.expect("=", &format!("after '{key}'"))
    }

    /// Guards recursion: to be undone by [`Cursor::leave`].
    pub(super) fn enter(&mut self) -> Result<()> {
        if self.depth == MAX_DEPTH {
            return Err(self.error(format!("nesting is deeper than {MAX_DEPTH}")));
        }
        self.depth += 1;
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// An error at the current token.
    pub(super) fn error(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Code::Parse, message).at(Some(&self.place()))
    }

    /// An error for valid text at the current token that gomlx does not support.
    pub(super) fn unsupported(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Code::Unsupported, message).at(Some(&self.place()))
    }

    /// `expected .., found ..` at the current token.
    pub(super) fn expected(&self, what: &str) -> Diagnostic {
        const SHOWN: usize = 40;
        let found = match self.token.kind {
            Kind::End => "the end of the text".to_owned(),
            Kind::Bad if self.token.text.starts_with(['"', '@']) => "a string that does not end".to_owned(),
            _ if self.token.text.len() > SHOWN => {
                let shown: String = self.token.text.chars().take(SHOWN).collect();
                format!("'{shown}..'")
            }
            _ => format!("'{}'", self.token.text),
        };
        self.error(format!("expected {what}, found {found}"))
    }
}

/// The text of a string or quoted symbol: `\"`, `\\`, `\n`, `\t` and two hex digits are escapes.
pub(super) fn unquote(token: &str) -> String {
    let token = token.strip_prefix('@').unwrap_or(token);
    let inner = token.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(token);
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner.as_bytes();
    let digit = |c: u8| char::from(c).to_digit(16).map(|d| d as u8);
    while let [first, tail @ ..] = rest {
        let escape = match (first, tail) {
            (b'\\', [b'n', ..]) => Some((b'\n', 2)),
            (b'\\', [b't', ..]) => Some((b'\t', 2)),
            (b'\\', [high, low, ..]) if let (Some(high), Some(low)) = (digit(*high), digit(*low)) => Some((high * 16 + low, 3)),
            (b'\\', [escaped, ..]) => Some((*escaped, 2)),
            _ => None,
        };
        let (byte, taken) = escape.unwrap_or((*first, 1));
        bytes.push(byte);
        rest = &rest[taken..];
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
