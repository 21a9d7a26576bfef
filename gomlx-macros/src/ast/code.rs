// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The codes of mistakes that only the macros find, and the list of mistakes of one expansion.
//!
//! Invariant: the message of each mistake ends with its code, which `docs/errors.md` explains. Mistakes in shapes and
//! element types have the codes of the trace: E0001 and on.

use proc_macro2::TokenStream;
use quote::ToTokens;

/// The kind of a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// E0101: a malformed `Tensor![..]`.
    Dims,
    /// E0102: a symbol without a parameter that gives its size, or with the name of a constant or parameter.
    Symbol,
    /// E0103: a parameter that a graph function cannot have.
    Parameter,
    /// E0104: a result that a graph function cannot have.
    Result,
    /// E0105: a function that cannot be a graph function, or arguments of `#[graph]`.
    Function,
    /// E0106: a construct of a body that cannot be part of a graph.
    Construct,
    /// E0107: a malformed `model!`.
    Model,
    /// E0108: a wrong `#[derive(Tree)]`.
    Tree,
    /// A mistake that a trace finds too.
    Graph(gomlx_ir::Code),
}

impl Code {
    /// The code as printed.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Code::Dims => "E0101",
            Code::Symbol => "E0102",
            Code::Parameter => "E0103",
            Code::Result => "E0104",
            Code::Function => "E0105",
            Code::Construct => "E0106",
            Code::Model => "E0107",
            Code::Tree => "E0108",
            Code::Graph(code) => code.as_str(),
        }
    }

    /// A mistake that underlines all of `tokens`.
    pub(crate) fn error(self, tokens: impl ToTokens, message: impl std::fmt::Display) -> syn::Error {
        syn::Error::new_spanned(tokens, self.message(message))
    }

    /// A message with its code.
    pub(crate) fn message(self, message: impl std::fmt::Display) -> String {
        format!("{message} [{}]", self.as_str())
    }
}

/// Mistakes, collected so that one build shows them all.
#[derive(Clone, Default)]
pub(crate) struct Errors(pub(super) Option<syn::Error>);

impl Errors {
    /// Adds a mistake in a construct of a body, which underlines all of `tokens`.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl std::fmt::Display) {
        self.of(Code::Construct, tokens, message);
    }

    /// Adds a mistake of a kind, which underlines all of `tokens`.
    pub(crate) fn of(&mut self, code: Code, tokens: impl ToTokens, message: impl std::fmt::Display) {
        self.push(code.error(tokens, message));
    }

    /// Adds a mistake that a trace finds too, with its notes; it underlines all of `tokens`.
    pub(crate) fn mistake(&mut self, tokens: impl ToTokens, mistake: &gomlx_ir::Diagnostic) {
        let mut message = Code::Graph(mistake.code).message(&mistake.message);
        for note in &mistake.notes {
            message.push_str("\n= help: ");
            message.push_str(note);
        }
        self.push(syn::Error::new_spanned(tokens, message));
    }

    /// Adds a mistake with a message that has its code already.
    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(all) => all.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// Adds the mistakes of another list.
    pub(crate) fn append(&mut self, other: Errors) {
        if let Some(error) = other.0 {
            self.push(error);
        }
    }

    /// The value, or `None` after adding the mistake.
    pub(crate) fn take<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|e| self.push(e)).ok()
    }

    /// Whether there are no mistakes.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The mistakes as `compile_error!`s.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0.map(|e| e.into_compile_error()).unwrap_or_default()
    }
}
