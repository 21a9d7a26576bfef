// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Reverse mode: `grad`, `value_and_grad`, `vjp`, `stop_gradient`.

use gomlx_ir::{Code, Diagnostic, Element, Location, RegionId, ValueId};

use super::{InlineTrace, copied, differentiated, or_fail_all, tangent_tree, tangent_values};
use crate::trace;
use crate::tree::Tree;
use crate::{AnyTensor, Result, Tensor};

/// The result of a differentiated closure: a scalar loss, or a pair of a scalar loss and any other value.
#[diagnostic::on_unimplemented(
    message = "a differentiated closure returns a scalar `Tensor`, or a pair of it and auxiliary values, not `{Self}` [E0009]"
)]
pub trait Loss {
    /// The loss.
    fn loss(&self) -> &AnyTensor;
}

impl<T: Element> Loss for Tensor<T> {
    fn loss(&self) -> &AnyTensor {
        &self.any
    }
}

impl<T: Element, Aux> Loss for (Tensor<T>, Aux) {
    fn loss(&self) -> &AnyTensor {
        &self.0.any
    }
}

/// The result of `f` for `tree`, and the gradient of its loss with respect to the trainable floating-point leaves of
/// `tree`. The gradient is a tree of the same type. Its other leaves are absent.
///
/// ```
/// use gomlx::prelude::*;
///
/// #[graph]
/// fn slope(x: &Tensor![f32; N]) -> Tensor![f32; N] {
///     let (_, gradient) = value_and_grad(x, |x| x.powi(3).sum());
///     gradient
/// }
/// assert_eq!(slope(&Tensor::new(&[2], &[1.0, 2.0])?).to_vec()?, [3.0, 12.0]);
/// # Ok::<(), gomlx::Error>(())
/// ```
///
/// # Panics
/// Outside a graph function. In one, these are errors of the trace: a loss that is no floating-point scalar, an op
/// without a derivative between the leaves and the loss, a loss that uses none of the leaves, and a tree without leaves
/// to differentiate by.
#[track_caller]
pub fn value_and_grad<M: Tree, L: Loss>(tree: &M, f: impl FnOnce(&M) -> L) -> (L, M) {
    let location = Location::caller();
    let traced = InlineTrace::new("value_and_grad", tree, f, &location);
    let gradients = or_fail_all(gradients(&traced), &location);
    let gradient = tangent_tree(tree, &gradients, differentiated);
    (traced.value, gradient)
}

/// The gradient of the loss that `f` returns for `tree`; see [`value_and_grad`].
#[track_caller]
pub fn grad<M: Tree, L: Loss>(tree: &M, f: impl FnOnce(&M) -> L) -> M {
    value_and_grad(tree, f).1
}

/// The result of `f` for `tree`, and the linear map from a cotangent of the result to cotangents of the differentiated
/// leaves.
///
/// ```
/// use gomlx::prelude::*;
///
/// #[graph]
/// fn pulled(x: &Tensor![f64; N], ct: &Tensor![f64; N]) -> Tensor![f64; N] {
///     let (_, pullback) = gomlx::vjp(x, |x| x.sin() * x);
///     pullback.call(ct)
/// }
/// let x = Tensor::new(&[2], &[0.0, 1.0])?;
/// let by_hand = 1.0f64.sin() + 1.0f64.cos();
/// gomlx::assert_close!(pulled(&x, &Tensor::ones(&[2])), Tensor::new(&[2], &[0.0, by_hand])?, 1e-12);
/// # Ok::<(), gomlx::Error>(())
/// ```
///
/// # Panics
/// Outside a graph function. In one, a tree without leaves to differentiate by is an error of the trace.
#[track_caller]
pub fn vjp<M: Tree, R: Tree>(tree: &M, f: impl FnOnce(&M) -> R) -> (R, Pullback<M, R>) {
    let location = Location::caller();
    let traced = InlineTrace::new("vjp", tree, f, &location);
    (copied(&traced.value), Pullback { tree: copied(tree), traced })
}

/// The linear map that [`vjp`] returns, from cotangents of the result to cotangents of the arguments.
pub struct Pullback<M, R> {
    tree: M,
    traced: InlineTrace<R>,
}

impl<M: Tree, R: Tree> Pullback<M, R> {
    /// The cotangents of the arguments. Leaves of `cotangent` that are absent or not floating point count as zero.
    ///
    /// # Panics
    /// An op without a derivative, or a cotangent with another shape than its result, is an error of the trace.
    #[track_caller]
    pub fn call(&self, cotangent: &R) -> M {
        let location = Location::caller();
        let outputs = tangent_values(&self.traced.value, &location);
        let cotangents = tangent_values(cotangent, &location);
        let pairs: Vec<(ValueId, ValueId)> = outputs.into_iter().zip(cotangents).filter_map(|(y, ct)| y.zip(ct)).collect();
        let InlineTrace { region, start, wrt, .. } = &self.traced;
        let found = trace::with(|t| {
            let here: RegionId = t.region();
            gomlx_ir::transform::vjp_to(t.function(), *region, *start, here, &pairs, wrt)
        });
        tangent_tree(&self.tree, &or_fail_all(found, &location), differentiated)
    }
}

/// The same tensor, which derivatives treat as a constant.
#[track_caller]
pub fn stop_gradient<T: Element>(x: &Tensor<T>) -> Tensor<T> {
    if !trace::active() || !T::DTYPE.is_differentiable() || x.any.is_poisoned() {
        return x.clone();
    }
    let location = Location::caller();
    let stopped = trace::with(|t| -> Result<AnyTensor, Diagnostic> {
        let Some(value) = t.value(&x.any)? else { return Ok(x.any.clone()) };
        let stopped = t.builder(Some(location.clone())).stop_gradient(value);
        Ok(t.handle(stopped))
    });
    match stopped {
        Ok(any) => Tensor::wrap(any),
        Err(error) => trace::fail(error.at(Some(&location))),
    }
}

/// The gradients of a loss with respect to the copies of the differentiated leaves.
fn gradients<L: Loss>(traced: &InlineTrace<L>) -> Result<Vec<Option<ValueId>>, gomlx_ir::Diagnostics> {
    let loss = traced.value.loss();
    let wrt = &traced.wrt;
    if loss.is_poisoned() {
        return Ok(vec![None; wrt.len()]);
    }
    if loss.rank() != 0 || !loss.dtype().is_float() {
        return Err(Diagnostic::new(Code::Gradient, format!("the loss is {loss}, not a floating-point scalar"))
            .note("reduce it with `.mean()` or `.sum()`")
            .into());
    }
    trace::with(|t| {
        let Some(output) = t.value(loss)? else { return Ok(vec![None; wrt.len()]) };
        // A derivative may not depend on its argument: the second of x^2 is 2, and that is no mistake.
        let inner: Vec<ValueId> = t.differentiated().iter().copied().filter(|copy| !wrt.contains(copy)).collect();
        let function = t.function();
        let depends = |value| gomlx_ir::transform::depends(function, traced.region, traced.start, value, wrt);
        if !wrt.is_empty() && !depends(output) && !inner.into_iter().any(depends) {
            return Err(Diagnostic::new(Code::Gradient, "the loss does not use what it is differentiated by")
                .note("compute it from the closure's argument: what the closure captures counts as a constant")
                .into());
        }
        gomlx_ir::transform::gradient(function, traced.region, traced.start, output, wrt)
    })
}
