// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `vmap`: code for one example, run on a batch of examples.

use gomlx_ir::{Builder, Code, Diagnostic, Location, Shape, transform};

use super::region::{rebuilt, traced, values};
use super::{or_fail_all, require_trace};
use crate::trace;
use crate::tree::Tree;

/// The results of `f` for a batch of examples. Every tensor of `args`, and of the result, has the examples along axis
/// 0.
///
/// The closure sees one example; captured tensors are the same for all. An op that can take all examples at once makes
/// no loop.
///
/// ```
/// use gomlx::prelude::*;
///
/// // The gradient of each example's loss.
/// #[graph]
/// fn per_example(w: &Tensor![f64; N], x: &Tensor![f64; B, N]) -> Tensor![f64; B, N] {
///     gomlx::vmap(x, |x| grad(w, |w| (w * x).sum().square()))
/// }
/// let (w, x) = (Tensor::new(&[2], &[1.0, 2.0])?, Tensor::new(&[2, 2], &[1.0, 0.0, 0.0, 1.0])?);
/// assert_eq!(per_example(&w, &x).to_vec()?, [2.0, 0.0, 0.0, 4.0]);
/// # Ok::<(), gomlx::Error>(())
/// ```
///
/// # Panics
/// Outside a graph function. In one, tensors with different numbers of examples are an error of the trace.
#[track_caller]
pub fn vmap<A: Tree, R: Tree>(args: &A, f: impl Fn(&A) -> R) -> R {
    let location = Location::caller();
    require_trace("vmap", &location);
    let leaves = crate::tree::leaves(args);
    let sizes: Vec<Option<usize>> =
        leaves.iter().filter(|l| !l.tensor.is_absent() && !l.tensor.is_poisoned()).map(|l| l.tensor.dims().first().copied()).collect();
    let size = match sizes.as_slice() {
        [] => None,
        [first, rest @ ..] if rest.iter().all(|size| size == first) => *first,
        _ => None,
    };
    let Some(size) = size else {
        let shapes: Vec<String> = leaves.iter().take(6).map(|l| l.tensor.to_string()).collect();
        let given = if shapes.is_empty() { "no tensors".to_owned() } else { shapes.join(", ") };
        let error = Diagnostic::new(Code::Shape, format!("vmap: {given} do not have as many examples as each other along axis 0"));
        trace::fail(error.at(Some(&location)).note("capture what is the same for all examples in the closure"))
    };
    let operands = values(args, &location);
    let one = traced(args, |leaf| Shape::new(leaf.dtype(), &leaf.dims()[1..]), f, |value| values(value, &location));
    let results = trace::with(|t| {
        let here = t.region();
        let params = t.function().region(one.region).params.clone();
        let inputs: Vec<_> = params.into_iter().zip(operands).collect();
        let results = transform::batch(t.function(), one.region, here, size, &inputs, &one.results)?;
        let mut b = Builder::new(t.function(), here);
        b.location = Some(location.clone());
        Ok(results.into_iter().map(|(value, each)| transform::repeated(&mut b, value, each, size)).collect::<Vec<_>>())
    });
    rebuilt(&one.value, &or_fail_all(results, &location))
}
