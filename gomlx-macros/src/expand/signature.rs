// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The signature of a graph function as text, which the runtime parses.

use proc_macro2::TokenStream;
use quote::quote;
use syn::GenericParam;

use crate::ast::{Arithmetic, DimExpr, DimPattern, Graph};

/// The signature as text, which the runtime parses, and the values of its constants in order.
pub(super) struct SignatureText {
    pub(super) text: String,
    pub(super) constants: Vec<TokenStream>,
}

impl SignatureText {
    /// The signature of a graph function.
    pub(super) fn of(graph: &Graph) -> SignatureText {
        let mut signature = SignatureText { text: graph.name(), constants: vec![] };
        if !graph.symbols.is_empty() {
            signature.list("<", &graph.symbols, ">", |s, symbol| s.text += &symbol.to_string());
        }
        signature.list("(", &graph.params, ")", |s, param| {
            s.text += param.name.to_string().trim_start_matches("r#");
            if !matches!(param.dims, DimPattern::Any) {
                s.text += ": ";
                s.pattern(graph, &param.dims);
            }
        });
        signature.text += " -> ";
        signature.pattern(graph, &graph.output.dims);
        signature
    }

    fn list<T>(&mut self, start: &str, items: &[T], end: &str, mut item: impl FnMut(&mut SignatureText, &T)) {
        self.text += start;
        for (i, one) in items.iter().enumerate() {
            if i > 0 {
                self.text += ", ";
            }
            item(self, one);
        }
        self.text += end;
    }

    fn pattern(&mut self, graph: &Graph, dims: &DimPattern) {
        match dims {
            DimPattern::Any => self.text += "_",
            DimPattern::Dims(tensor) => self.list("[", &tensor.dims, "]", |s, dim| s.dim(graph, dim)),
            DimPattern::Each(inner) => {
                self.text += "*";
                self.pattern(graph, inner);
            }
            DimPattern::Parts(parts) => self.list("(", parts, ")", |s, part| s.pattern(graph, part)),
        }
    }

    /// A dim. One without symbols is a number or a constant in braces.
    fn dim(&mut self, graph: &Graph, dim: &DimExpr) {
        let mut symbolic = false;
        dim.names(&mut |name| symbolic |= graph.symbols.contains(name));
        match dim {
            DimExpr::Number(n) => self.text += &n.to_string(),
            DimExpr::Name(name) if symbolic => self.text += &name.to_string(),
            DimExpr::Arithmetic(a, op, b) if symbolic => {
                self.side(graph, a, *op == Arithmetic::Multiply);
                self.text += match op {
                    Arithmetic::Add => " + ",
                    Arithmetic::Subtract => " - ",
                    Arithmetic::Multiply => " * ",
                };
                self.side(graph, b, *op != Arithmetic::Add);
            }
            _ => {
                // A brace inside would end the constant.
                self.text += &format!("{{{}}}", dim.text().replace(['{', '}'], "|"));
                self.constants.push(dim.value(&|name| quote!(#name)));
            }
        }
    }

    fn side(&mut self, graph: &Graph, dim: &DimExpr, group: bool) {
        if group && matches!(dim, DimExpr::Arithmetic(_, Arithmetic::Add | Arithmetic::Subtract, _)) {
            self.list("(", std::slice::from_ref(dim), ")", |s, dim| s.dim(graph, dim));
        } else {
            self.dim(graph, dim);
        }
    }
}

/// The type that identifies the instance of a generic function: all instances share one memo.
pub(super) fn instance(graph: &Graph) -> TokenStream {
    let mut parts = vec![];
    if graph.is_method {
        parts.push(quote!(Self));
    }
    parts.extend(graph.generics().params.iter().filter_map(|p| match p {
        GenericParam::Type(p) => {
            let name = &p.ident;
            Some(quote!(#name))
        }
        GenericParam::Const(p) => {
            let name = &p.ident;
            Some(quote!([(); #name]))
        }
        GenericParam::Lifetime(_) => None,
    }));
    quote!(::core::any::TypeId::of::<(#(#parts,)*)>())
}
