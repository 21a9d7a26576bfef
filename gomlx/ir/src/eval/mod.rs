// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The reference evaluator: slow and plain. Every backend is compared with it.
//!
//! Each op is computed as the StableHLO spec defines it. Floating point of every width is computed in `f64` and rounded
//! once per op to its element type. Sums (`reduce`, `dot_general`, `convolution`, `scatter`) are accumulated in `f64`
//! and rounded once at the end, so that a result is at least as accurate as that of any backend. Integers wrap;
//! out-of-range conversions saturate and NaN converts to zero, as in XLA; `x / 0` is all ones and `x % 0` is `x`, as in
//! XLA.
//!
//! Invariant: a module is verified before it is evaluated, so that kernels rely on the checks of inference.

mod address;
mod arithmetic;
mod backend;
mod contract;
mod convert;
mod elementwise;
mod factor;
mod fft;
mod frame;
mod index;
mod linalg;
mod movement;
mod nan;
mod normalize;
mod precision;
mod reduce;
mod reflection;
mod rng;
mod schur;
mod sort;
mod special;
mod window;

use std::sync::Arc;

pub use backend::EvalBackend;
use frame::Frame;
pub use nan::{first_nan, has_nan};

use crate::{Diagnostics, Function, HostTensor, Module, Result, bail, verify};

/// Evaluates the entry of a module.
///
/// # Errors
/// If the module does not verify or has symbolic dims, if the inputs do not match the parameters, or for an op that the
/// evaluator does not have on an element type.
///
/// ```
/// use gomlx_ir::{BinaryOp, Builder, DType, Donation, Function, HostTensor, Module, Shape, eval::evaluate};
///
/// let mut f = Function::new("double");
/// let x = f.add_param(Shape::new(DType::F32, &[3]), Donation::Keep);
/// let y = Builder::new(&mut f, Function::BODY).add(x, x);
/// f.set_results(vec![y]);
/// let results = evaluate(&Module::new(f), &[HostTensor::new(&[3], &[1f32, 2.0, 3.0])?])?;
/// assert_eq!(results[0].as_slice::<f32>()?, [2.0, 4.0, 6.0]);
/// # Ok::<(), gomlx_ir::Diagnostic>(())
/// ```
pub fn evaluate(module: &Module, inputs: &[HostTensor]) -> Result<Vec<HostTensor>> {
    verify::verify_static(module).map_err(Diagnostics::first)?;
    let inputs = inputs.iter().map(|x| Arc::new(x.clone()));
    let results = run(module.main(), inputs.collect())?;
    Ok(results.into_iter().map(|r| Arc::try_unwrap(r).unwrap_or_else(|shared| HostTensor::clone(&shared))).collect())
}

/// Evaluates the body of a verified function.
fn run(function: &Function, inputs: Vec<Arc<HostTensor>>) -> Result<Vec<Arc<HostTensor>>> {
    let params = function.params();
    if inputs.len() != params.len() {
        bail!(Signature, "{}: takes {} inputs, {} were given", function.name, params.len(), inputs.len());
    }
    for (i, (input, &param)) in inputs.iter().zip(params).enumerate() {
        let wanted = function.shape(param);
        if input.shape() != *wanted {
            bail!(Signature, "{}: input {i} is {}, not {wanted}", function.name, input.shape());
        }
    }
    let results = Frame::new(function).run(Function::BODY, inputs)?;
    Ok(results.into_vec())
}

#[cfg(test)]
mod tests;
