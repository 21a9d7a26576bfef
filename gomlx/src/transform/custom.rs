// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Closures with derivatives of their own: checkpoints, custom forward and reverse mode.

use gomlx_ir::{Location, transform};

use super::region::{rebuilt, same, tangents, tangents_like, tensors, traced, values};
use super::{copied, or_fail_all, require_trace};
use crate::trace;
use crate::tree::Tree;

/// The result of `f` for `args`. Reverse mode keeps only `args` and the captured tensors. It recomputes the values
/// between them and the result when it needs them, which trades time for memory.
///
/// ```
/// use gomlx::prelude::*;
///
/// #[graph]
/// fn slope(x: &Tensor![f64; N]) -> Tensor![f64; N] {
///     grad(x, |x| gomlx::checkpoint(x, |x| x.sin().exp()).sum())
/// }
/// let x = 0.5f64;
/// gomlx::assert_close!(slope(&Tensor::new(&[1], &[x])?), Tensor::new(&[1], &[x.sin().exp() * x.cos()])?, 1e-12);
/// # Ok::<(), gomlx::Error>(())
/// ```
///
/// # Panics
/// Outside a graph function.
#[track_caller]
pub fn checkpoint<A: Tree, R: Tree>(args: &A, f: impl Fn(&A) -> R) -> R {
    let location = Location::caller();
    require_trace("checkpoint", &location);
    let operands = values(args, &location);
    let part = traced(args, same, f, |value| values(value, &location));
    let results = trace::with(|t| {
        let here = t.region();
        transform::checkpoint(t.function(), here, part.region, &operands, Some(&location))
    });
    rebuilt(&part.value, &or_fail_all(results, &location))
}

/// The first result of `forward` for `args`, with a custom reverse mode. `backward` takes the second result of
/// `forward`, the residuals, and the cotangent of the first, and returns the cotangent of `args`.
///
/// Leaves without cotangents, such as integers, are absent in trees of cotangents. There is no derivative with respect
/// to captured tensors, and no forward mode: asking for either is an error.
///
/// ```
/// use gomlx::prelude::*;
///
/// // The identity with a clipped gradient.
/// #[graph]
/// fn clipped(x: &Tensor![f64; N]) -> Tensor![f64; N] {
///     grad(x, |x| {
///         let x = gomlx::custom_vjp(x, |x| (x.clone(), ()), |_, ct: &Tensor<f64>| ct.clamp(-1.0, 1.0));
///         x.powi(2).sum()
///     })
/// }
/// assert_eq!(clipped(&Tensor::new(&[3], &[-3.0, 0.25, 2.0])?).to_vec()?, [-1.0, 0.5, 1.0]);
/// # Ok::<(), gomlx::Error>(())
/// ```
///
/// # Panics
/// Outside a graph function. In one, a `backward` whose result does not have the shapes of `args` is an error of the
/// trace.
#[track_caller]
pub fn custom_vjp<A: Tree, R: Tree, S: Tree>(args: &A, forward: impl Fn(&A) -> (R, S), backward: impl Fn(&S, &R) -> A) -> R {
    let location = Location::caller();
    require_trace("custom_vjp", &location);
    let operands = values(args, &location);
    let part = traced(args, same, forward, |value| values(value, &location));
    let (result, residuals) = &part.value;
    let seeds = (copied(residuals), tangents_like(result));
    let like = tensors(args);
    let collect = |ct: &A| tangents("the backward of custom_vjp", ct, &like, &location);
    let back = traced(&seeds, same, |seeds| backward(&seeds.0, &seeds.1), collect);
    let count = present(result);
    let results = trace::with(|t| {
        let here = t.region();
        transform::custom_vjp(t.function(), here, [part.region, back.region], count, &operands, Some(&location))
    });
    rebuilt(result, &or_fail_all(results, &location))
}

/// The result of `f` for `args`, with a custom forward mode, from which reverse mode follows. `tangent` takes `args`
/// and their tangent, in which it must be linear, and returns the tangent of the result.
///
/// Leaves without tangents, such as integers, are absent in trees of tangents. There is no derivative with respect to
/// captured tensors.
///
/// ```
/// use gomlx::prelude::*;
///
/// // log(1 + exp x), with a derivative that does not overflow.
/// #[graph]
/// fn slope(x: &Tensor![f64; N]) -> Tensor![f64; N] {
///     grad(x, |x| gomlx::custom_jvp(x, |x| (x.exp() + 1.0).log(), |x, t: &Tensor<f64>| t * x.sigmoid()).sum())
/// }
/// assert_eq!(slope(&Tensor::new(&[2], &[0.0, 1000.0])?).to_vec()?, [0.5, 1.0]);
/// # Ok::<(), gomlx::Error>(())
/// ```
///
/// # Panics
/// Outside a graph function. In one, a tangent with other shapes than the result is an error of the trace.
#[track_caller]
pub fn custom_jvp<A: Tree, R: Tree>(args: &A, f: impl Fn(&A) -> R, tangent: impl Fn(&A, &A) -> R) -> R {
    let location = Location::caller();
    require_trace("custom_jvp", &location);
    let operands = values(args, &location);
    let part = traced(args, same, f, |value| values(value, &location));
    let seeds = (copied(args), tangents_like(args));
    let like = tensors(&part.value);
    let collect = |t: &R| tangents("the tangent of custom_jvp", t, &like, &location);
    let rule = traced(&seeds, same, |seeds| tangent(&seeds.0, &seeds.1), collect);
    let results = trace::with(|t| {
        let here = t.region();
        transform::custom_jvp(t.function(), here, [part.region, rule.region], &operands, Some(&location))
    });
    rebuilt(&part.value, &or_fail_all(results, &location))
}

/// The number of leaves of a tree that are neither absent nor poisoned.
fn present<R: Tree>(tree: &R) -> usize {
    tensors(tree).iter().filter(|tensor| !tensor.is_absent() && !tensor.is_poisoned()).count()
}
