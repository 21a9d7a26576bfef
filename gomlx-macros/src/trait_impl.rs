// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `#[graph]` on `impl Trait for Type`: every function of the block is a graph function.
//!
//! The siblings of a graph function do not belong to the trait, so they go into an `impl` block of the type's own.

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{GenericParam, Ident, ImplItem, ItemFn, ItemImpl, Type, Visibility};

use crate::ast::{Code, Errors, Graph, GraphArguments, Scope};
use crate::{check, expand, fallback};

/// The two blocks in place of one.
pub(crate) fn expand(mut item: ItemImpl) -> TokenStream {
    let mut errors = Errors::default();
    if item.trait_.is_none() {
        let message =
            "`#[graph]` stands on each function of an `impl` block that is to be a graph, and on the block only if it is that of a trait";
        errors.of(Code::Function, &item.self_ty, message);
        let errors = errors.into_tokens();
        return quote!(#errors #item);
    }
    // The type's own block does not have the trait's associated types.
    let types = item.items.iter().filter_map(|i| if let ImplItem::Type(t) = i { Some((t.ident.clone(), t.ty.clone())) } else { None });
    let mut types = OfTrait(types.collect());
    let constants = item.generics.params.iter().filter_map(|p| if let GenericParam::Const(p) = p { Some(p.ident.clone()) } else { None });
    let scope = Scope { constants: constants.collect(), ..Scope::default() };
    let (mut members, mut beside) = (TokenStream::new(), TokenStream::new());
    for member in std::mem::take(&mut item.items) {
        let ImplItem::Fn(function) = member else {
            let mut errors = Errors::default();
            let mut member = member;
            if let ImplItem::Type(alias) = &mut member {
                crate::ast::replace_tensor_macros(&mut alias.ty, &mut errors);
            }
            let errors = errors.into_tokens();
            members.extend(quote!(#member #errors));
            continue;
        };
        let syn::ImplItemFn { attrs, vis, modifiers, sig, block } = function;
        let mut function = ItemFn { attrs, vis, modifiers, sig, block: Box::new(block) };
        function.attrs.retain(|a| !a.path().is_ident("graph"));
        types.visit_item_fn_mut(&mut function);
        let (public, siblings) = graph(function, &scope);
        members.extend(public);
        beside.extend(siblings);
    }
    let ItemImpl { attrs, unsafety, generics, self_ty, .. } = &item;
    let (declared, _, where_clause) = generics.split_for_impl();
    let (path, cfg) = (item.trait_.as_ref().map(|t| &t.0), attrs.iter().filter(|a| a.path().is_ident("cfg")));
    quote! {
        #(#attrs)*
        #unsafety impl #declared #path for #self_ty #where_clause {
            #members
        }

        #(#cfg)*
        #[allow(dead_code)]
        impl #declared #self_ty #where_clause {
            #beside
        }
    }
}

/// A function of the block, and its siblings.
fn graph(function: ItemFn, scope: &Scope) -> (TokenStream, TokenStream) {
    let mut errors = Errors::default();
    let arguments = GraphArguments { method: true, ..GraphArguments::default() };
    let mut graph = Graph::new(function, arguments, scope, &mut errors);
    // A trait's function is as visible as the trait, and the macro does not know the trait's visibility.
    graph.vis = syn::parse_quote!(pub);
    let text = check::check(&graph, scope, &mut errors);
    let siblings = errors.is_empty().then(|| expand::beside(&graph, scope, &text, &mut errors)).filter(|_| errors.is_empty());
    let vis = std::mem::replace(&mut graph.vis, Visibility::Inherited);
    match siblings {
        Some(siblings) => (expand::public(&graph), siblings),
        None => {
            let public = fallback::public(&graph);
            graph.vis = vis;
            let (errors, siblings) = (errors.into_tokens(), fallback::beside(&graph));
            (public, quote!(#siblings #errors))
        }
    }
}

/// Replaces `Self::Output` by its type in the block.
struct OfTrait(Vec<(Ident, Type)>);

impl VisitMut for OfTrait {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::Path(path) = ty
            && path.qself.is_none()
            && path.path.segments.len() == 2
            && path.path.segments[0].ident == "Self"
            && let Some((_, written)) = self.0.iter().find(|(name, _)| *name == path.path.segments[1].ident)
        {
            *ty = written.clone();
        }
        visit_mut::visit_type_mut(self, ty);
    }
}
