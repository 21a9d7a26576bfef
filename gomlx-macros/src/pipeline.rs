// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! From the tokens of a macro to its output: parse, check, and expand. If there are mistakes, the output is the
//! mistakes and the fallback.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use crate::ast::{Code, Errors, Graph, GraphArguments, Model, ModelInput, Scope, TensorType};
use crate::{check, expand, fallback, trait_impl};

/// `Tensor![f32; B, 784]` as a type.
pub(crate) fn tensor(input: TokenStream) -> TokenStream {
    match syn::parse2::<TensorType>(input) {
        Ok(tensor) => tensor.rust_type().into_token_stream(),
        Err(error) => error.into_compile_error(),
    }
}

/// `#[graph]` on a function or method.
pub(crate) fn graph(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let arguments = errors.take(syn::parse2::<GraphArguments>(arguments)).unwrap_or_default();
    let function = match syn::parse2::<syn::ItemFn>(item.clone()) {
        Ok(function) => function,
        Err(error) => {
            if let Ok(block) = syn::parse2::<syn::ItemImpl>(item.clone()) {
                return trait_impl::expand(block);
            }
            let message = format!("`#[graph]` goes on a function or method with a body: {error}");
            errors.push(syn::Error::new(error.span(), Code::Function.message(message)));
            let errors = errors.into_tokens();
            return quote!(#errors #item);
        }
    };
    let graph = Graph::new(function, arguments, &Scope::default(), &mut errors);
    let text = check::check(&graph, &Scope::default(), &mut errors);
    // Only what has no mistakes so far can be expanded; rewriting the body may find some more.
    let expansion = errors.is_empty().then(|| expand::graph(&graph, &Scope::default(), &text, &mut errors));
    expansion.filter(|_| errors.is_empty()).unwrap_or_else(|| fallback::graph(&graph, errors))
}

/// The mistake of a `model!` that syn found.
fn coded(error: syn::Error) -> syn::Error {
    let has_code = error.to_string().ends_with(']');
    if has_code { error } else { syn::Error::new(error.span(), Code::Model.message(error)) }
}

/// `model!`.
pub(crate) fn model(input: TokenStream) -> TokenStream {
    let input = match syn::parse2::<ModelInput>(input) {
        Ok(input) => input,
        Err(error) => return coded(error).into_compile_error(),
    };
    let mut errors = Errors::default();
    let model = Model::new(input, &mut errors);
    let texts: Vec<String> = model.graphs.iter().map(|g| check::check(g, &model.scope, &mut errors)).collect();
    let expansion = errors.is_empty().then(|| expand::model(&model, &texts, &mut errors));
    expansion.filter(|_| errors.is_empty()).unwrap_or_else(|| fallback::model(&model, errors))
}
