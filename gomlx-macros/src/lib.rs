// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The macros of gomlx: [`macro@graph`], [`model!`], [`Tensor!`] and [`macro@Tree`].
//!
//! Each is a pipeline of `ast` (what was written, with all its mistakes), `check` (shapes and StableHLO text, by the
//! builder and inference of `gomlx-ir`) and `expand` (the code), with `fallback` for what is emitted beside errors.
//! The code that they write refers to `::gomlx` and its hidden `::gomlx::__rt` only.

#![forbid(unsafe_code)]

mod ast;
mod check;
mod expand;
mod fallback;

use proc_macro::TokenStream;

/// The type of a tensor with its shape: `Tensor![f32; B, 784]`.
///
/// The type is `gomlx::Tensor<f32>`; the dims are documentation, except in the signature of a [`macro@graph`] function and the fields of a [`model!`],
/// where they are a contract that is checked. A dim is a number, a symbol (any name,
/// the same size wherever it appears in the signature), a constant expression in braces, or a sum, difference or
/// product of those: `Tensor![f32; 2 * B, {HIDDEN}, 3]`. `Tensor![f32;]` is a scalar.
#[allow(non_snake_case)]
#[proc_macro]
pub fn Tensor(input: TokenStream) -> TokenStream {
    expand::tensor(input.into()).into()
}

/// Makes a function of tensors a graph: compiled once for each combination of shapes, then reused.
///
/// The signature is the contract: `&Tensor![f32; B, 784]` is an input, a tensor by value is donated, `&mut` is state
/// that is written back, and `usize`, `bool`, integers and `#[fixed]` parameters are part of the graph.
///
/// Beside a function `f` there are `f::try_call` (`Result` instead of a panic), `f::lower` (the graph of these
/// arguments), `f::memo` (what was compiled) and `f::STABLEHLO` (the graph as far as the signature fixes it). Beside a
/// method `forward` there are `try_forward`, `forward_lower`, `forward_memo` and `FORWARD_STABLEHLO`.
///
/// `#[graph(handle = name)]` names what `f::..` hangs on, where `f` is also the name of a type or module. On an
/// `impl Trait for Type` block it makes every function of the block a graph function.
#[proc_macro_attribute]
pub fn graph(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand::graph(arguments.into(), item.into()).into()
}

/// Makes a hand-written struct or enum a tree of tensors: what graph functions take, update and give, what is trained
/// and saved.
///
/// Every field is a tree: tensors, models, collections of them, and host values, which are part of what a graph is
/// compiled for. `#[tree(state)]` marks a field, a variant or a type that is not trained. Which variant an enum is, is
/// a host value. A type parameter must be a tree where a field holds it, and not in `Tensor<T>` or `PhantomData<T>`.
#[proc_macro_derive(Tree, attributes(tree))]
pub fn derive_tree(input: TokenStream) -> TokenStream {
    expand::derive_tree(input.into()).into()
}

/// Declares a model: named variables with their initial values, and graph functions of them.
///
/// `Dense<IN, OUT> { weight: Tensor![f32; IN, OUT] = glorot_uniform(), .. }` becomes a plain struct with const
/// parameters, `Dense::init(rng)`, `Clone`, `Debug` and `Tree`. A tensor field has an initialiser of
/// `gomlx::nn::init`, which is in scope there; a field that is another model, or an array of one, needs none; any other
/// field has its value, in which `rng` and the fields before it may be used. `#[state]` marks what is not trained.
/// Every function is a [`macro@graph`] method.
///
/// `Dense<T: Element, IN, OUT>` is generic over the element type; `pub enum Layer<D> { Dense(Dense<D, D>), Identity }`
/// is a choice of layers, which has no `init`.
#[proc_macro]
pub fn model(input: TokenStream) -> TokenStream {
    expand::model(input.into()).into()
}
