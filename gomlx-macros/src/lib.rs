// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The macros of gomlx: [`macro@graph`], [`model!`], [`Tensor!`] and [`macro@Tree`].
//!
//! `pipeline` runs each macro: `ast` parses and classifies the input and collects all its mistakes, `check` finds
//! mistakes in shapes and the StableHLO text by the builder and inference of `gomlx-ir`, and `expand` emits the code,
//! or `fallback` the signatures if there are mistakes. The emitted code refers only to `::gomlx` and its hidden module
//! `::gomlx::__rt`. Imports go one way: `pipeline -> {fallback, trait_impl} -> {expand, check} -> ast`.

#![forbid(unsafe_code)]

mod ast;
mod check;
mod expand;
mod fallback;
mod pipeline;
#[cfg(test)]
mod tests;
mod trait_impl;

use proc_macro::TokenStream;

/// The type of a tensor with its shape: `Tensor![f32; B, 784]`.
///
/// The type is `gomlx::Tensor<f32>`. In the signature of a [`macro@graph`] function and in the fields of a [`model!`]
/// the dims are checked; elsewhere they are documentation. A dim is a number, a symbol (any name, with the same size
/// wherever it appears in the signature), a constant expression in braces, or a sum, difference or product of these:
/// `Tensor![f32; 2 * B, {HIDDEN}, 3]`. `Tensor![f32;]` is a scalar.
#[allow(non_snake_case)]
#[proc_macro]
pub fn Tensor(input: TokenStream) -> TokenStream {
    pipeline::tensor(input.into()).into()
}

/// Compiles a function of tensors as a graph, once for each combination of shapes.
///
/// In the signature, `&Tensor![f32; B, 784]` is an input, a tensor by value is donated, `&mut` is state that is written
/// back, and integers, `bool` and `#[fixed]` parameters are part of the graph.
///
/// A function `f` gets the siblings `f::try_call` (a `Result` instead of a panic), `f::lower` (the graph for given
/// arguments), `f::memo` (the compiled graphs) and `f::STABLEHLO` (the graph as far as the signature determines it). A
/// method `forward` gets `try_forward`, `forward_lower`, `forward_memo` and `FORWARD_STABLEHLO`.
///
/// `#[graph(handle = name)]` renames the type with the siblings, for an `f` that is also the name of a type or module.
/// On an `impl Trait for Type` block the attribute makes every function of the block a graph function.
#[proc_macro_attribute]
pub fn graph(arguments: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::graph(arguments.into(), item.into()).into()
}

/// Makes a struct or enum a tree of tensors, which graph functions take, update and return, and which can be trained
/// and saved.
///
/// Every field is a tree: a tensor, a model, a collection of trees, or a host value, which is part of the memo's key.
/// `#[tree(state)]` marks a field, a variant or a type that is not trained. The variant of an enum is a host value. A
/// type parameter must be a tree if a field holds a value of it; in `Tensor<T>` or `PhantomData<T>` it need not be.
#[proc_macro_derive(Tree, attributes(tree))]
pub fn derive_tree(input: TokenStream) -> TokenStream {
    expand::derive_tree(input.into()).into()
}

/// Declares a model: named variables with their initial values, and graph functions on them.
///
/// `Dense<IN, OUT> { weight: Tensor![f32; IN, OUT] = glorot_uniform(), .. }` becomes a plain struct with const
/// parameters, `Dense::init(rng)`, `Clone`, `Debug` and `Tree`. A tensor field has an initialiser of
/// `gomlx::nn::init`, which is in scope there. A field that is another model, or an array of models, needs none. Any
/// other field has a value, which may use `rng` and the fields before it. `#[state]` marks fields that are not trained.
/// Every function is a [`macro@graph`] method.
///
/// `Dense<T: Element, IN, OUT>` is generic over the element type; `pub enum Layer<D> { Dense(Dense<D, D>), Identity }`
/// is a choice of layers, which has no `init`.
#[proc_macro]
pub fn model(input: TokenStream) -> TokenStream {
    pipeline::model(input.into()).into()
}
