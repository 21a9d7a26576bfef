// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The constructs around an expression, which `break`, `continue` and `return` leave.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::{Ident, Lifetime};

use super::changes::Changes;
use super::taint::{Access, Name};

/// A construct that exits may leave.
pub(super) enum Scope {
    /// A branch of an `if` or `match` with a condition that may be a tensor.
    Branch(Branch),
    /// A loop.
    Loop(Loop),
    /// A block, with its label.
    Block(Option<Lifetime>),
    /// A closure.
    Closure,
}

pub(super) struct Branch {
    /// The local that drives the construct.
    pub(super) driver: Ident,
    /// The label of the loop that runs the branches.
    pub(super) label: Lifetime,
    /// Number of declarations around it.
    pub(super) declared: usize,
    /// The variables that its branches may change.
    pub(super) variables: Vec<Variable>,
    /// Whether its condition certainly is a tensor.
    pub(super) sure: bool,
    /// The reason that its condition must be a host `bool`.
    pub(super) only_host: Option<OnlyHost>,
    /// The variables whose values the exits of its branches carry.
    pub(super) exits: Vec<Variable>,
}

impl Branch {
    /// A stand-in for the places of all variables, which are known only after all exits are.
    pub(super) fn places(&self) -> TokenStream {
        let name = format_ident!("__gomlx_places_of_{}", self.driver);
        quote!([#name])
    }

    /// Replaces the stand-in by the places.
    pub(super) fn with_places(&self, tokens: TokenStream) -> TokenStream {
        let stand_in = self.places().to_string();
        let all = union(self.variables.clone(), &self.exits);
        replace(tokens, &stand_in, &places(&all), &mut false)
    }
}

/// Replaces groups of tokens that equal `stand_in`. Groups without one keep their tokens and spans.
fn replace(tokens: TokenStream, stand_in: &str, with: &TokenStream, found: &mut bool) -> TokenStream {
    let mut replaced = TokenStream::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket && group.to_string() == stand_in => {
                *found = true;
                replaced.extend(with.clone());
            }
            TokenTree::Group(group) => {
                let mut inside = false;
                let mut inner = Group::new(group.delimiter(), replace(group.stream(), stand_in, with, &mut inside));
                inner.set_span(group.span());
                *found |= inside;
                replaced.extend([TokenTree::Group(if inside { inner } else { group })]);
            }
            other => replaced.extend([other]),
        }
    }
    replaced
}

pub(super) struct Loop {
    pub(super) label: Option<Lifetime>,
    /// The number of the `loop` in the body, if it is one.
    pub(super) endless: Option<usize>,
    pub(super) kind: LoopKind,
    /// The variables of its state.
    pub(super) variables: Vec<Variable>,
    /// Number of declarations around it.
    pub(super) declared: usize,
    /// What makes its condition one of the host.
    pub(super) only_host: Option<OnlyHost>,
}

#[derive(Clone, Copy)]
pub(super) enum LoopKind {
    /// Rust runs it.
    Host,
    /// Its condition may be a tensor.
    While,
    /// `for .. in rolled(..)`, with the place of `rolled`.
    Rolled(Span),
}

/// The reason that a condition must be a host `bool`.
#[derive(Clone, Copy)]
pub(super) struct OnlyHost {
    /// The function of the runtime that reports it.
    pub(super) function: &'static str,
    /// The exit.
    pub(super) span: Span,
}

/// A variable that a construct may change.
#[derive(Clone)]
pub(super) struct Variable {
    pub(super) name: Ident,
    through: bool,
}

impl Variable {
    pub(super) fn of(name: &Name, changes: &Changes) -> Variable {
        Variable {
            name: name.name.clone(),
            through: name.access == Access::Through || name.access != Access::Own && changes.goes_through(name),
        }
    }

    /// A variable behind a `&mut`.
    pub(super) fn behind(name: &Ident) -> Variable {
        Variable { name: name.clone(), through: true }
    }

    /// The place: `y`, or `*y` of a reference.
    pub(super) fn place(&self) -> TokenStream {
        let name = &self.name;
        if self.through { quote!(*#name) } else { quote!(#name) }
    }
}

/// The places of variables, in the form that the runtime's macros take.
pub(super) fn places(variables: &[Variable]) -> TokenStream {
    let places = variables.iter().map(Variable::place);
    quote!([#(#places),*])
}

/// The variables of both lists.
pub(super) fn union(mut variables: Vec<Variable>, more: &[Variable]) -> Vec<Variable> {
    for variable in more {
        if !variables.iter().any(|v| v.name == variable.name) {
            variables.push(variable.clone());
        }
    }
    variables
}
