// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Types, symbols and strings in text.

use std::fmt::Write;

use crate::{Dim, Shape};

/// `tensor<2x3xf32>`. A symbolic dim is its name, in parentheses if it is an expression.
pub(super) fn shape(out: &mut String, shape: &Shape) {
    out.push_str("tensor<");
    for dim in &shape.dims {
        match dim {
            Dim::Lit(n) => write!(out, "{n}x"),
            Dim::Sym(_) => {
                let name = dim.to_string();
                let atom = name.chars().all(|c| c.is_alphanumeric() || c == '_');
                if atom { write!(out, "{name}x") } else { write!(out, "({name})x") }
            }
        }
        .expect("writing to a string cannot fail");
    }
    out.push_str(shape.dtype.mlir());
    out.push('>');
}

/// `@name`, quoted if the name needs it.
pub(super) fn symbol(out: &mut String, name: &str) {
    out.push('@');
    let bare = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_$.".contains(c));
    if bare {
        out.push_str(name);
    } else {
        string(out, name);
    }
}

/// A quoted string. Bytes that are not printable ASCII are two hex digits, as in MLIR.
pub(super) fn string(out: &mut String, text: &str) {
    out.push('"');
    for &byte in text.as_bytes() {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(byte)]),
            b' '..=b'~' => out.push(char::from(byte)),
            _ => write!(out, "\\{byte:02X}").expect("writing to a string cannot fail"),
        }
    }
    out.push('"');
}
