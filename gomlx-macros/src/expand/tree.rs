// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `Tree` of a struct or an enum, of a `model!` or derived; see `derive`.
//!
//! A field's key is its name, or its position in a tuple. A struct or variant of one unnamed field adds no key, as
//! `Box` does not. An enum adds no key either, but its variant is part of the structure that a graph is compiled for.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Ident, Index};

/// The fields of a struct or a variant.
pub(super) struct Shape {
    pub(super) parts: Vec<Part>,
    /// Whether they have names.
    pub(super) named: bool,
}

/// A field.
pub(super) struct Part {
    /// Its name; any name for a field of a tuple.
    pub(super) name: Ident,
    /// The type.
    pub(super) ty: syn::Type,
    /// Whether it is state, which is not trained.
    pub(super) state: bool,
}

/// A function of `Tree`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Function {
    Visit,
    VisitMut,
    Map,
}

impl Function {
    const ALL: [Function; 3] = [Function::Visit, Function::VisitMut, Function::Map];

    fn name(self) -> &'static str {
        match self {
            Function::Visit => "visit",
            Function::VisitMut => "visit_mut",
            Function::Map => "map",
        }
    }

    /// The function itself, given its body, and whether the body has parts and parts with the role of the tree.
    fn define(self, body: &TokenStream, uses_visitor: bool, uses_role: bool) -> TokenStream {
        let name = Ident::new(self.name(), Span::call_site());
        let role = if uses_role { quote!(role) } else { quote!(_) };
        let visitor = if uses_visitor { self.visitor() } else { quote!(_) };
        match self {
            Function::Visit => quote! {
                fn #name(&self, #role: ::gomlx::tree::Role, #visitor: &mut dyn ::gomlx::tree::Visit) { #body }
            },
            Function::VisitMut => quote! {
                fn #name(&mut self, #role: ::gomlx::tree::Role, #visitor: &mut dyn ::gomlx::tree::VisitMut) { #body }
            },
            Function::Map => quote! {
                fn #name(&self, #role: ::gomlx::tree::Role, #visitor: &mut dyn ::gomlx::tree::MapLeaves) -> Self { #body }
            },
        }
    }

    fn visitor(self) -> TokenStream {
        if self == Function::Map { quote!(mapper) } else { quote!(visitor) }
    }
}

impl Part {
    fn role(&self) -> TokenStream {
        if self.state { quote!(::gomlx::tree::Role::State) } else { quote!(role) }
    }
}

impl Shape {
    /// For each part, the call of a function of `Tree` on a reference to it.
    ///
    /// The type is named by the user's tokens, so that one that is no tree is one error, where the field is written.
    fn calls(&self, function: Function, reference: impl Fn(usize, &Part) -> TokenStream) -> Vec<TokenStream> {
        let keyed = self.named || self.parts.len() > 1;
        let visitor = function.visitor();
        let call = |(i, part): (usize, &Part)| {
            let (role, reference, ty) = (part.role(), reference(i, part), &part.ty);
            if !keyed {
                let name = Ident::new(function.name(), Span::mixed_site());
                return quote!(<#ty as ::gomlx::Tree>::#name(#reference, #role, #visitor));
            }
            let name = format_ident!("{}_part", function.name(), span = Span::mixed_site());
            let key = if self.named {
                let key = part.name.to_string();
                let key = key.trim_start_matches("r#");
                quote!(Field(#key))
            } else {
                quote!(Index(#i))
            };
            quote!(<#ty as ::gomlx::Tree>::#name(#reference, ::gomlx::tree::Key::#key, #role, #visitor))
        };
        self.parts.iter().enumerate().map(call).collect()
    }

    /// Whether a part has the role of the tree.
    fn uses_role(&self) -> bool {
        self.parts.iter().any(|part| !part.state)
    }

    /// `{ a: .., b: .. }` or `(.., ..)`: the fields with values, or a pattern that binds them.
    fn fields<T: quote::ToTokens>(&self, values: &[T]) -> TokenStream {
        let names = self.parts.iter().map(|p| &p.name);
        match (self.named, values.is_empty()) {
            (true, _) => quote!({ #(#names: #values,)* }),
            (false, true) => TokenStream::new(),
            (false, false) => quote!((#(#values),*)),
        }
    }
}

/// The functions of `Tree` for a struct.
pub(super) fn of_struct(shape: &Shape) -> TokenStream {
    let functions = Function::ALL.map(|function| {
        let calls = shape.calls(function, |i, part| {
            let mutable = (function == Function::VisitMut).then(|| quote!(mut));
            if shape.named {
                let name = &part.name;
                quote!(&#mutable self.#name)
            } else {
                let i = Index::from(i);
                quote!(&#mutable self.#i)
            }
        });
        let body = if function == Function::Map {
            let fields = shape.fields(&calls);
            quote!(Self #fields)
        } else {
            quote!(#(#calls;)*)
        };
        function.define(&body, !calls.is_empty(), shape.uses_role())
    });
    quote!(#(#functions)*)
}

/// The functions of `Tree` for an enum.
pub(super) fn of_enum(variants: &[(Ident, Shape)]) -> TokenStream {
    let uses_role = variants.iter().any(|(_, shape)| shape.uses_role());
    let has_parts = variants.iter().any(|(_, shape)| !shape.parts.is_empty());
    let functions = Function::ALL.map(|function| {
        if variants.is_empty() {
            return function.define(&quote!(match *self {}), false, false);
        }
        let arms = variants.iter().enumerate().map(|(number, (name, shape))| {
            let bound: Vec<Ident> = (0..shape.parts.len()).map(|i| format_ident!("part{i}", span = Span::mixed_site())).collect();
            let pattern = shape.fields(&bound);
            let calls = shape.calls(function, |i, _| {
                let bound = &bound[i];
                quote!(#bound)
            });
            match function {
                Function::Visit => quote!(Self::#name #pattern => { visitor.structure(#number); #(#calls;)* }),
                Function::VisitMut => quote!(Self::#name #pattern => { #(#calls;)* }),
                Function::Map => {
                    let fields = shape.fields(&calls);
                    quote!(Self::#name #pattern => Self::#name #fields,)
                }
            }
        });
        function.define(&quote!(match self { #(#arms)* }), has_parts || function == Function::Visit, uses_role)
    });
    quote!(#(#functions)*)
}

/// The functions of a type with mistakes, which never run.
pub(super) fn none() -> TokenStream {
    let functions = Function::ALL.map(|function| function.define(&quote!(::core::unimplemented!()), false, false));
    quote!(#(#functions)*)
}
