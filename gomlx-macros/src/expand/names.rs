// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Names that expansions introduce.

use proc_macro2::Span;
use syn::Ident;

/// A local of the expansion, which cannot clash with a name of the user's code.
pub(super) fn introduced(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}
