// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Passes over graphs, and [`optimize`], the pipeline that backends run. A pass takes a function and returns a new one,
//! which [`rebuild`](crate::edit::rebuild()) makes.
//!
//! Invariants:
//! - A pass keeps the parameters, donations and results of a function.
//! - Every result has the same bits as before, with two exceptions: the bits of a NaN, and the rounding of constants
//!   computed at compile time (once, from `f64`). So `x * 0` and `x - x` do not become zero, and `x + 0` does not
//!   become `x`: infinities, NaN and negative zero forbid it.
//! - No rule looks through an `optimization_barrier` or moves an instruction across it.

mod complex;
mod cse;
mod dce;
mod decompose;
mod factor;
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

/// The most rounds of simplification. Each round can use the results of the round before.
const MAX_ROUNDS: usize = 4;

/// Optimizes each function of a module: simplifies, shares common subexpressions and removes dead code.
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

/// In debug builds, verifies the function and panics with the name of the pass that broke it.
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
