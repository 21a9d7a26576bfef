// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Passes over graphs: each a free function from a function to a new one, made by
//! [`rebuild`](crate::edit::rebuild()), and [`optimize`], the pipeline that backends run.
//!
//! Invariants: the parameters, donations and results of a function stay what they
//! are; every result has the same value as before, bit for bit, but for the bits of a
//! NaN and for the rounding of what is computed at compile time (once, from `f64`).
//! `x * 0`, `x + 0` and `x - x` are no zeros and no `x` here: infinities, NaN and
//! negative zero forbid it. Nothing is looked through or moved across an
//! `optimization_barrier`.

mod complex;
mod cse;
mod dce;
mod decompose;
mod math;
mod prints;
mod same;
mod simplify;
mod xla;

pub use complex::split_complex;
pub use cse::cse;
pub use dce::dce;
pub use decompose::decompose_chlo;
pub use prints::prints_to_results;
pub use same::same;
pub use simplify::simplify;
pub use xla::for_xla;

use crate::{Function, Module};

/// Rounds of simplification: each makes visible what the one before made possible.
const MAX_ROUNDS: usize = 4;

/// A module that computes the same with less: simplified, common subexpressions shared, dead code gone.
pub fn optimize(module: &Module) -> Module {
    Module { name: module.name.clone(), functions: module.functions.iter().map(optimize_function).collect() }
}

fn optimize_function(function: &Function) -> Function {
    let mut current = checked(cse(function), "cse");
    for _ in 0..MAX_ROUNDS {
        let (simplified, changes) = simplify::simplify_counted(&current);
        if changes == 0 {
            break;
        }
        current = checked(cse(&checked(simplified, "simplify")), "cse");
    }
    checked(dce(&current), "dce")
}

/// In debug builds, stops at the pass that broke a function.
fn checked(function: Function, pass: &str) -> Function {
    if cfg!(debug_assertions)
        && let Err(found) = crate::verify::verify_function(&function)
    {
        panic!("{pass} broke {}: {found}\n{function:?}", function.name);
    }
    function
}

#[cfg(test)]
mod tests;
