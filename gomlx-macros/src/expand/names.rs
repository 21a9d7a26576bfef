// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Names: those that expansions introduce, and lists of the user's.

use proc_macro2::Span;
use syn::Ident;

/// A local of the expansion, which cannot clash with a name of the user's code.
pub(super) fn introduced(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// Whether a name is in a list. The name becomes text once, because asking the compiler for the text is slow.
pub(super) fn is_one(name: &Ident, names: &[&str]) -> bool {
    let name = name.to_string();
    names.iter().any(|n| *n == name)
}
