// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `Tree` of a struct or an enum: of a `model!`, or derived; see `derive`.
//!
//! A field's key is its name, or its position in a tuple. A struct or variant of one unnamed field adds no key, as
//! `Box` does not; an enum adds none either, but which variant it is, is part of what a graph is compiled for.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::Ident;

/// The fields of a struct or a variant.
pub(super) struct Shape {
    pub(super) parts: Vec<Part>,
    /// Whether they have names.
    pub(super) named: bool,
}

/// A field.
pub(super) struct Part {
    /// Its name; that of a tuple's is any.
    pub(super) name: Ident,
    /// Its type.
    pub(super) ty: syn::Type,
    /// Whether it is not trained.
    pub(super) state: bool,
}

impl Part {
    fn role(&self) -> TokenStream {
        if self.state { quote!(::gomlx::tree::Role::State) } else { quote!(role) }
    }
}

impl Shape {
    /// For each part, the call of `Tree::visit` or the like, between its key's `enter` and `leave`. The type is the
    /// user's tokens, so that one that is no tree is told once, where it is written.
    fn calls(&self, function: &str, value: impl Fn(usize, &Part) -> TokenStream) -> Vec<TokenStream> {
        let function = Ident::new(function, Span::mixed_site());
        let keyed = self.named || self.parts.len() > 1;
        let call = |(i, part): (usize, &Part)| {
            let (role, value, ty) = (part.role(), value(i, part), &part.ty);
            let call = quote!(<#ty as ::gomlx::Tree>::#function(#value, #role, visitor));
            if !keyed {
                return if function == "map" { call } else { quote!(#call;) };
            }
            let key = if self.named {
                let key = part.name.to_string();
                let key = key.trim_start_matches("r#");
                quote!(Field(#key))
            } else {
                quote!(Index(#i))
            };
            let enter = quote!(visitor.enter(::gomlx::tree::Key::#key););
            if function == "map" {
                let mapped = Ident::new("mapped", Span::mixed_site());
                return quote!({ #enter let #mapped = #call; visitor.leave(); #mapped });
            }
            quote!(#enter #call; visitor.leave();)
        };
        self.parts.iter().enumerate().map(call).collect()
    }

    /// `{ a: .., b: .. }` or `( .., .. )`.
    fn make(&self, values: &[TokenStream]) -> TokenStream {
        let names = self.parts.iter().map(|p| &p.name);
        match (self.named, values.is_empty()) {
            (true, _) => quote!({ #(#names: #values,)* }),
            (false, true) => TokenStream::new(),
            (false, false) => quote!((#(#values),*)),
        }
    }

    /// The pattern that binds each part to a name of ours.
    fn bind(&self, bound: &[Ident]) -> TokenStream {
        let names = self.parts.iter().map(|p| &p.name);
        match (self.named, bound.is_empty()) {
            (true, _) => quote!({ #(#names: #bound,)* }),
            (false, true) => TokenStream::new(),
            (false, false) => quote!((#(#bound),*)),
        }
    }
}

/// The functions of `Tree` for a struct.
pub(super) fn of_struct(shape: &Shape) -> TokenStream {
    let place = |i: usize, part: &Part| {
        if shape.named {
            let name = &part.name;
            quote!(self.#name)
        } else {
            let i = syn::Index::from(i);
            quote!(self.#i)
        }
    };
    let borrowed = |i: usize, part: &Part| {
        let place = place(i, part);
        quote!(&#place)
    };
    let visit = shape.calls("visit", borrowed);
    let visit_mut = shape.calls("visit_mut", |i, part| {
        let place = place(i, part);
        quote!(&mut #place)
    });
    let map = shape.make(&shape.calls("map", borrowed));
    functions(&quote!(#(#visit)*), &quote!(#(#visit_mut)*), &quote!(Self #map))
}

/// The functions of `Tree` for an enum.
pub(super) fn of_enum(variants: &[(Ident, Shape)]) -> TokenStream {
    if variants.is_empty() {
        return functions(&quote!(match *self {}), &quote!(match *self {}), &quote!(match *self {}));
    }
    let arm = |function: &str, number: Option<usize>, (name, shape): &(Ident, Shape)| {
        let bound: Vec<Ident> = (0..shape.parts.len()).map(|i| format_ident!("part{i}", span = Span::mixed_site())).collect();
        let pattern = shape.bind(&bound);
        let calls = shape.calls(function, |i, _| {
            let bound = &bound[i];
            quote!(#bound)
        });
        let number = number.map(|n| quote!(::gomlx::__rt::tree::variant(visitor, #n);));
        if function == "map" {
            let made = shape.make(&calls);
            return quote!(Self::#name #pattern => Self::#name #made,);
        }
        quote!(Self::#name #pattern => { #number #(#calls)* })
    };
    let visit = variants.iter().enumerate().map(|(i, v)| arm("visit", Some(i), v));
    let visit_mut = variants.iter().map(|v| arm("visit_mut", None, v));
    let map = variants.iter().map(|v| arm("map", None, v));
    functions(&quote!(match self { #(#visit)* }), &quote!(match self { #(#visit_mut)* }), &quote!(match self { #(#map)* }))
}

/// The functions where there are mistakes.
pub(super) fn none() -> TokenStream {
    let never = quote!(::core::unimplemented!());
    functions(&never, &never, &never)
}

fn functions(visit: &TokenStream, visit_mut: &TokenStream, map: &TokenStream) -> TokenStream {
    quote! {
        #[allow(unused_variables)]
        fn visit(&self, role: ::gomlx::tree::Role, visitor: &mut dyn ::gomlx::tree::Visit) {
            #visit
        }

        #[allow(unused_variables)]
        fn visit_mut(&mut self, role: ::gomlx::tree::Role, visitor: &mut dyn ::gomlx::tree::VisitMut) {
            #visit_mut
        }

        #[allow(unused_variables)]
        fn map(&self, role: ::gomlx::tree::Role, visitor: &mut dyn ::gomlx::tree::MapLeaves) -> Self {
            #map
        }
    }
}
