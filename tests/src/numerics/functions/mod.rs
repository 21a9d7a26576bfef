// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Which composition of gomlx each function of the reference vectors is. A file has the functions of one family.

mod activations;
mod complex;
mod creation;
mod elementwise;
mod fft;
mod indexing;
mod linalg;
mod order;
mod polynomials;
mod reductions;
mod segments;
mod shape;
mod signal;
mod special;

use gomlx_ir::compose::{Composed, Composer, Var};
use smallvec::SmallVec;

use super::keywords::Keywords;

/// Composes a function of tensors and keyword arguments.
pub(super) type Compose = for<'c> fn(&'c Composer<'c>, &[Var<'c>], Keywords<'_>) -> Composed<SmallVec<[Var<'c>; 2]>>;

/// The function of a name.
pub(super) fn find(name: &str) -> Option<Compose> {
    let families = [
        activations::find,
        complex::find,
        creation::find,
        elementwise::find,
        indexing::find,
        fft::find,
        linalg::find,
        order::find,
        polynomials::find,
        reductions::find,
        segments::find,
        shape::find,
        signal::find,
        special::find,
    ];
    families.into_iter().find_map(|find| find(name))
}

/// Declares the functions of a family: a name each, and a composition of the composer, the tensors and the keywords.
macro_rules! functions {
    ($($name:literal => |$c:ident, $x:ident, $k:ident| $body:expr;)*) => {
        /// The function of a name.
        pub(super) fn find(name: &str) -> Option<super::Compose> {
            match name {
                $($name => Some(|$c, $x, $k| {
                    let (_, _, _) = ($c, $x, $k);
                    Ok(gomlx_ir::compose::IntoVars::into_vars($body))
                }),)*
                _ => None,
            }
        }
    };
}

use functions;
