// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tokens of MLIR text, with their lines and columns.
//!
//! A lexer is a small value: a copy of it remembers a place in the text, to which a parser may go back. Lexing never
//! fails: text that is no token becomes [`Kind::Bad`].

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `stablehlo.add`, `tensor`, `x`.
    Ident,
    /// `%x`, `%0#1`.
    Value,
    /// `@main`, `@"a name"`.
    Symbol,
    /// `^bb0`.
    Block,
    /// `#loc1`, `#stablehlo.gather`.
    Hash,
    /// `!stablehlo.token`.
    Bang,
    /// `"text"`, with its quotes.
    Str,
    /// `12`, `-3`.
    Int,
    /// `1.0`, `-2.5e-3`.
    Float,
    /// `0xFF`.
    Hex,
    /// `->`, `{-#`, `#-}` or one character.
    Punct,
    /// The end of the text.
    End,
    /// No token: an unfinished string, or a character that MLIR does not use.
    Bad,
}

/// A piece of the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    /// As written.
    pub(super) text: &'a str,
    /// Byte position.
    pub(super) offset: usize,
    /// Line, from 1.
    pub(super) line: u32,
    /// Column in bytes, from 1.
    pub(super) column: u32,
}

/// A place in the text.
#[derive(Clone, Copy)]
pub(super) struct Lexer<'a> {
    text: &'a str,
    position: usize,
    line: u32,
    line_start: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Lexer<'a> {
        Lexer { text, position: 0, line: 1, line_start: 0 }
    }

    /// The text from the first byte of a token on. MLIR lexes some of it by other rules (`2x3xf32`).
    pub(super) fn rest_from(&self, token: Token<'a>) -> &'a str {
        &self.text[token.offset..]
    }

    /// Goes to `length` bytes after the start of a token, on its line.
    pub(super) fn go_after(&mut self, token: Token<'a>, length: usize) {
        self.position = token.offset + length;
        self.line = token.line;
        self.line_start = token.offset + 1 - token.column as usize;
    }

    /// The next token.
    pub(super) fn next(&mut self) -> Token<'a> {
        self.skip_blank();
        let start = self.position;
        let bytes = &self.text.as_bytes()[start..];
        let (kind, length) = match *bytes {
            [] => (Kind::End, 0),
            [b'-', b'>', ..] => (Kind::Punct, 2),
            [b'{', b'-', b'#', ..] | [b'#', b'-', b'}', ..] => (Kind::Punct, 3),
            [b'0', b'x', c, ..] if c.is_ascii_hexdigit() => (Kind::Hex, 2 + run(&bytes[2..], |c| c.is_ascii_hexdigit())),
            [b'0'..=b'9', ..] | [b'-', b'0'..=b'9', ..] => number(bytes),
            [b'"', ..] => string(bytes),
            [b'@', b'"', ..] => match string(&bytes[1..]) {
                (Kind::Str, length) => (Kind::Symbol, length + 1),
                (_, length) => (Kind::Bad, length + 1),
            },
            [sigil @ (b'%' | b'@' | b'^' | b'#' | b'!'), ..] => sigil_token(sigil, bytes),
            [c, ..] if c.is_ascii_alphabetic() || c == b'_' => (Kind::Ident, run(bytes, in_ident)),
            [c, ..] if c.is_ascii_punctuation() => (Kind::Punct, 1),
            _ => (Kind::Bad, self.text[start..].chars().next().map_or(1, char::len_utf8)),
        };
        self.position += length;
        let column = u32::try_from(start - self.line_start + 1).unwrap_or(u32::MAX);
        Token { kind, text: &self.text[start..start + length], offset: start, line: self.line, column }
    }

    fn skip_blank(&mut self) {
        let bytes = self.text.as_bytes();
        loop {
            match bytes[self.position..] {
                [b'\n', ..] => {
                    self.position += 1;
                    self.line = self.line.saturating_add(1);
                    self.line_start = self.position;
                }
                [b' ' | b'\t' | b'\r', ..] => self.position += 1,
                [b'/', b'/', ..] => self.position += run(&bytes[self.position..], |c| c != b'\n'),
                _ => return,
            }
        }
    }
}

fn in_ident(c: u8) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, b'_' | b'$' | b'.')
}

/// How many bytes at the front are of a class.
fn run(bytes: &[u8], class: impl Fn(u8) -> bool) -> usize {
    bytes.iter().take_while(|&&c| class(c)).count()
}

fn number(bytes: &[u8]) -> (Kind, usize) {
    let digits = |from: usize| from + run(&bytes[from..], |c| c.is_ascii_digit());
    let integer = digits(usize::from(bytes[0] == b'-'));
    if bytes.get(integer) != Some(&b'.') {
        return (Kind::Int, integer);
    }
    let fraction = digits(integer + 1);
    let mut exponent = fraction;
    if matches!(bytes.get(fraction), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(fraction + 1), Some(b'+' | b'-')));
        let end = digits(fraction + 1 + sign);
        if end > fraction + 1 + sign {
            exponent = end;
        }
    }
    (Kind::Float, exponent)
}

/// A string from its opening quote; it may not span lines.
fn string(bytes: &[u8]) -> (Kind, usize) {
    let mut at = 1;
    loop {
        match bytes.get(at) {
            None | Some(b'\n') => return (Kind::Bad, at),
            Some(b'"') => return (Kind::Str, at + 1),
            Some(b'\\') if bytes.get(at + 1).is_some_and(u8::is_ascii) && bytes[at + 1] != b'\n' => at += 2,
            Some(_) => at += 1,
        }
    }
}

fn sigil_token(sigil: u8, bytes: &[u8]) -> (Kind, usize) {
    let mut length = 1 + run(&bytes[1..], |c| in_ident(c) || (c == b'-' && sigil == b'%'));
    let kind = match sigil {
        b'%' => Kind::Value,
        b'@' => Kind::Symbol,
        b'^' => Kind::Block,
        b'#' => Kind::Hash,
        _ => Kind::Bang,
    };
    if length == 1 {
        return (Kind::Bad, 1);
    }
    if sigil == b'%' && bytes.get(length) == Some(&b'#') {
        length += 1 + run(&bytes[length + 1..], |c| c.is_ascii_digit());
    }
    (kind, length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_kinds_and_places() {
        let mut lexer = Lexer::new("%0#1 = \"a.b\"(%x) // c\n  -> -1.5e-3 0xFF @f #loc é \"open");
        let tokens: Vec<_> = std::iter::from_fn(|| Some(lexer.next()).filter(|t| t.kind != Kind::End)).collect();
        let shown: Vec<_> = tokens.iter().map(|t| (t.kind, t.text, t.line, t.column)).collect();
        assert_eq!(
            shown,
            [
                (Kind::Value, "%0#1", 1, 1),
                (Kind::Punct, "=", 1, 6),
                (Kind::Str, "\"a.b\"", 1, 8),
                (Kind::Punct, "(", 1, 13),
                (Kind::Value, "%x", 1, 14),
                (Kind::Punct, ")", 1, 16),
                (Kind::Punct, "->", 2, 3),
                (Kind::Float, "-1.5e-3", 2, 6),
                (Kind::Hex, "0xFF", 2, 14),
                (Kind::Symbol, "@f", 2, 19),
                (Kind::Hash, "#loc", 2, 22),
                (Kind::Bad, "é", 2, 27),
                (Kind::Bad, "\"open", 2, 30),
            ]
        );
    }
}
