// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The names of the functions and constants beside a graph function: `try_call`, `lower`, `memo`, `STABLEHLO`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

use super::Graph;

/// What the functions beside a graph function are called.
pub(crate) struct Siblings {
    /// The type that has them: `f` or `Self`.
    pub(crate) owner: TokenStream,
    pub(crate) try_call: Ident,
    pub(crate) lower: Ident,
    pub(crate) memo: Ident,
    pub(crate) stablehlo: Ident,
    pub(crate) body: Ident,
}

impl Siblings {
    pub(crate) fn of(graph: &Graph) -> Siblings {
        let name = &graph.signature.ident;
        let named = |text: String| Ident::new(&text, name.span());
        if graph.is_method {
            let name = name.to_string();
            let name = name.trim_start_matches("r#");
            Siblings {
                owner: quote!(Self),
                try_call: named(format!("try_{name}")),
                lower: named(format!("{name}_lower")),
                memo: named(format!("{name}_memo")),
                stablehlo: named(format!("{}_STABLEHLO", name.to_uppercase())),
                body: named(format!("__gomlx_{name}_body")),
            }
        } else {
            let owner = graph.handle.as_ref().unwrap_or(name);
            Siblings {
                owner: quote!(#owner),
                try_call: named("try_call".to_owned()),
                lower: named("lower".to_owned()),
                memo: named("memo".to_owned()),
                stablehlo: named("STABLEHLO".to_owned()),
                body: named("__gomlx_body".to_owned()),
            }
        }
    }
}
