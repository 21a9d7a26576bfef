// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Derivatives of traced code: `value_and_grad`, `grad`, `stop_gradient`.
//!
//! The closure is traced inline into the current region, on fresh copies of the differentiated leaves, and the
//! backward is appended there: what it captures by `&mut` (random state, running statistics) works.

use gomlx_ir::{Code, Diagnostic, Element, Location, Op, RegionId, ValueId};

use crate::ops::raw;
use crate::trace::{self, Trace};
use crate::tree::{Role, Tree, replace_leaves};
use crate::{AnyTensor, Result, Tensor};

/// What a differentiated closure returns: a scalar loss, or a pair of it and anything else.
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

/// What `f` returns for `tree`, and the gradient of its loss with respect to the trainable floating-point leaves of `tree`:
/// a tree of the same type, whose other leaves are empty.
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
/// Outside a graph function. In one, a loss that is no floating-point scalar, or an op without a derivative between
/// the leaves and the loss, is an error of the trace.
#[track_caller]
pub fn value_and_grad<M: Tree, L: Loss>(tree: &M, f: impl FnOnce(&M) -> L) -> (L, M) {
    let location = Location::caller();
    if !trace::active() {
        trace::fail(
            Diagnostic::new(Code::Gradient, "value_and_grad outside a graph function")
                .note("put the call into a function marked `#[graph]`, which is compiled once and called like any other"),
        );
    }
    let mut wrt = vec![];
    let inner = replace_leaves(tree, &mut |role, leaf| {
        if differentiated(role, leaf) { fresh_copy(leaf, &mut wrt, &location) } else { leaf.clone() }
    });
    let start = trace::with(|t| {
        let region = t.region();
        t.function().region(region).insts.len()
    });
    let value = f(&inner);
    let gradients = match gradients(value.loss(), start, &wrt) {
        Ok(gradients) => gradients,
        Err(error) => trace::fail(error.at(Some(&location))),
    };
    let mut next = gradients.into_iter();
    let gradient = replace_leaves(tree, &mut |role, leaf| {
        if !differentiated(role, leaf) {
            return AnyTensor::absent(leaf.dtype(), leaf.dims());
        }
        match next.next().flatten() {
            Some(value) => trace::with(|t| t.handle(value)),
            None => raw::broadcast_to(&raw::scalar(leaf.dtype(), 0.0), leaf.dims()),
        }
    });
    (value, gradient)
}

/// The gradient of what `f` returns for `tree`; see [`value_and_grad`].
#[track_caller]
pub fn grad<M: Tree, L: Loss>(tree: &M, f: impl FnOnce(&M) -> L) -> M {
    value_and_grad(tree, f).1
}

/// The same tensor, which derivatives take for a constant.
#[track_caller]
pub fn stop_gradient<T: Element>(x: &Tensor<T>) -> Tensor<T> {
    if !trace::active() || !T::DTYPE.is_differentiable() || x.any.is_poisoned() {
        return x.clone();
    }
    let location = Location::caller();
    let stopped = trace::with(|t| -> Result<AnyTensor, Diagnostic> {
        let Some(value) = t.value(&x.any)? else { return Ok(x.any.clone()) };
        let copy = identity(t, value, &location)?;
        t.function().stop_gradient(copy);
        Ok(t.handle(copy))
    });
    match stopped {
        Ok(any) => Tensor::wrap(any),
        Err(error) => trace::fail(error),
    }
}

fn differentiated(role: Role, leaf: &AnyTensor) -> bool {
    role == Role::Trainable && leaf.dtype().is_differentiable() && !leaf.is_absent()
}

/// A copy of a leaf that nothing before it depends on.
fn fresh_copy(leaf: &AnyTensor, copies: &mut Vec<ValueId>, location: &Location) -> AnyTensor {
    let copy = trace::with(|t| -> Result<Option<AnyTensor>, Diagnostic> {
        let Some(value) = t.value(leaf)? else { return Ok(None) };
        let copy = identity(t, value, location)?;
        copies.push(copy);
        Ok(Some(t.handle(copy)))
    });
    match copy {
        Ok(copy) => copy.unwrap_or_else(|| leaf.clone()),
        Err(error) => trace::fail(error),
    }
}

/// A reshape to the same dims: a value of its own, which simplification removes.
fn identity(t: &mut Trace, value: ValueId, location: &Location) -> Result<ValueId, Diagnostic> {
    let dims = t.function().shape(value).dims.clone();
    t.builder(Some(location.clone())).emit(Op::Reshape(dims), &[value])
}

fn gradients(loss: &AnyTensor, start: usize, wrt: &[ValueId]) -> Result<Vec<Option<ValueId>>, Diagnostic> {
    if loss.is_poisoned() {
        return Ok(vec![None; wrt.len()]);
    }
    if loss.rank() != 0 || !loss.dtype().is_float() {
        return Err(Diagnostic::new(Code::Gradient, format!("the loss is {loss}, not a floating-point scalar"))
            .note("reduce it with `.mean()` or `.sum()`"));
    }
    trace::with(|t| {
        let Some(output) = t.value(loss)? else { return Ok(vec![None; wrt.len()]) };
        let region: RegionId = t.region();
        gomlx_ir::transform::gradient(t.function(), region, start, output, wrt).map_err(|mut errors| {
            let first = errors.0.remove(0);
            for error in errors.0 {
                t.error(error);
            }
            first
        })
    })
}
