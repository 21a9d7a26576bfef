// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What was written, parsed and classified, with every mistake found on the way.

mod dims;
mod graph;
mod model;
mod param;

pub(crate) use dims::{DimExpr, TensorType, text_of};
pub(crate) use graph::{Graph, GraphArguments, Scope};
pub(crate) use model::{Field, Model, ModelInput};
pub(crate) use param::{Param, Passing};
use proc_macro2::TokenStream;
use quote::ToTokens;

/// Mistakes, collected so that one build shows them all.
#[derive(Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    /// Adds a mistake that underlines all of `tokens`.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl std::fmt::Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    /// Adds a mistake.
    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(all) => all.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// Adds other mistakes.
    pub(crate) fn append(&mut self, other: Errors) {
        if let Some(error) = other.0 {
            self.push(error);
        }
    }

    /// The value, or nothing after adding its mistake.
    pub(crate) fn take<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|e| self.push(e)).ok()
    }

    /// Whether there is no mistake.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The mistakes as `compile_error!`s.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0.map(|e| e.into_compile_error()).unwrap_or_default()
    }
}
