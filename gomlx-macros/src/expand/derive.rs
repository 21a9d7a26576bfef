// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `#[derive(Tree)]`, and the bounds that it adds for type parameters.
//!
//! A parameter that is the type of a field must be a tree. A parameter that is only the element type of tensors, as in
//! `Tensor<T>`, need not be one. Any other type that mentions a parameter must itself be a tree. The rule of serde, to
//! bound every parameter, would add bounds that no field needs.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::{Attribute, Data, DeriveInput, Fields, GenericArgument, GenericParam, Ident, PathArguments, Type};

use super::tree::{Part, Shape, of_enum, of_struct};
use crate::ast::{Code, Errors};

/// `#[derive(Tree)]`.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let input = match syn::parse2::<DeriveInput>(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = Errors::default();
    let name = &input.ident;
    for param in &input.generics.params {
        if let GenericParam::Lifetime(lifetime) = param {
            let message = format!("`{name}` borrows, and a tree owns its tensors, which graphs replace: hold them by value");
            errors.of(Code::Tree, lifetime, message);
        }
    }
    let state = is_state(&input.attrs, &mut errors);
    let mut fields: Vec<&Fields> = vec![];
    let functions = match &input.data {
        Data::Struct(data) => {
            fields.push(&data.fields);
            of_struct(&shape(&data.fields, state, &mut errors))
        }
        Data::Enum(data) => {
            let mut variants = vec![];
            for variant in &data.variants {
                fields.push(&variant.fields);
                let state = is_state(&variant.attrs, &mut errors) || state;
                variants.push((variant.ident.clone(), shape(&variant.fields, state, &mut errors)));
            }
            of_enum(&variants)
        }
        Data::Union(data) => {
            errors.of(Code::Tree, data.union_token, format!("`{name}` is a union, of which nobody knows what it holds: use an enum"));
            TokenStream::new()
        }
    };
    if !errors.is_empty() {
        return errors.into_tokens();
    }
    let mut generics = input.generics.clone();
    let params: Vec<Ident> = generics.type_params().map(|p| p.ident.clone()).collect();
    let mut bounds = Bounds { name, params: &params, held: vec![], types: vec![] };
    fields.into_iter().flatten().for_each(|field| bounds.add(&field.ty));
    let Bounds { held, types, .. } = bounds;
    for param in generics.type_params_mut() {
        param.bounds.push(match held.contains(&param.ident) {
            true => syn::parse_quote!(::gomlx::Tree),
            false => syn::parse_quote!(::core::marker::Send),
        });
        if !held.contains(&param.ident) {
            param.bounds.push(syn::parse_quote!(::core::marker::Sync));
            param.bounds.push(syn::parse_quote!('static));
        }
    }
    if !types.is_empty() {
        let predicates = &mut generics.make_where_clause().predicates;
        predicates.extend(types.iter().map(|ty| -> syn::WherePredicate { syn::parse_quote!(#ty: ::gomlx::Tree) }));
    }
    let (generics, _, where_clause) = generics.split_for_impl();
    let (_, arguments, _) = input.generics.split_for_impl();
    quote! {
        impl #generics ::gomlx::Tree for #name #arguments #where_clause {
            #functions
        }
    }
}

fn shape(fields: &Fields, state: bool, errors: &mut Errors) -> Shape {
    let named = matches!(fields, Fields::Named(_));
    let part = |(i, field): (usize, &syn::Field)| Part {
        name: field.ident.clone().unwrap_or_else(|| format_ident!("part{i}")),
        ty: field.ty.clone(),
        state: is_state(&field.attrs, errors) || state,
    };
    Shape { parts: fields.iter().enumerate().map(part).collect(), named }
}

/// Whether `#[tree(state)]` is among the attributes.
fn is_state(attrs: &[Attribute], errors: &mut Errors) -> bool {
    let mut state = false;
    for attr in attrs.iter().filter(|a| a.path().is_ident("tree")) {
        const ONLY: &str = "the only attribute is `#[tree(state)]`, for what is not trained";
        if !matches!(attr.meta, syn::Meta::List(_)) {
            errors.of(Code::Tree, attr, ONLY);
            continue;
        }
        let parsed = attr.parse_nested_meta(|meta| {
            if meta.path.is_ident("state") {
                state = true;
                return Ok(());
            }
            Err(Code::Tree.error(&meta.path, ONLY))
        });
        errors.take(parsed);
    }
    state
}

/// The bounds that fields need.
struct Bounds<'a> {
    /// The type that is derived for. A field of this type adds no bound, which would make a cycle.
    name: &'a Ident,
    params: &'a [Ident],
    /// The parameters that must be trees.
    held: Vec<Ident>,
    /// The other types that must be trees.
    types: Vec<Type>,
}

impl Bounds<'_> {
    /// Adds the bounds that a field of this type needs.
    fn add(&mut self, ty: &Type) {
        match ty {
            Type::Array(array) => return self.add(&array.elem),
            Type::Tuple(tuple) => return tuple.elems.iter().for_each(|ty| self.add(ty)),
            Type::Paren(inner) => return self.add(&inner.elem),
            Type::Group(inner) => return self.add(&inner.elem),
            _ => {}
        }
        if !self.mentions_param(ty.to_token_stream()) {
            return;
        }
        if matches!(ty, Type::Macro(written) if written.mac.path.is_ident("Tensor")) {
            return;
        }
        if let Type::Path(path) = ty
            && let (None, Some(last)) = (&path.qself, path.path.segments.last())
        {
            if let Some(param) = path.path.get_ident().filter(|name| self.params.contains(name)) {
                if !self.held.contains(param) {
                    self.held.push(param.clone());
                }
                return;
            }
            match (last.ident.to_string().as_str(), &last.arguments) {
                ("Tensor" | "PhantomData", _) => return,
                ("Vec" | "Option" | "Box", PathArguments::AngleBracketed(arguments)) => {
                    for argument in &arguments.args {
                        if let GenericArgument::Type(ty) = argument {
                            self.add(ty);
                        }
                    }
                    return;
                }
                _ if last.ident == *self.name => return,
                _ => {}
            }
        }
        self.types.push(ty.clone());
    }

    fn mentions_param(&self, tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(name) => self.params.contains(&name),
            TokenTree::Group(group) => self.mentions_param(group.stream()),
            TokenTree::Literal(_) | TokenTree::Punct(_) => false,
        })
    }
}
