// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Jacobians, Hessians, and Hessian-vector products.

use gomlx_ir::{Code, Diagnostic, Diagnostics, Element, Location, ValueId, transform};

use super::{InlineTrace, Loss, differentiated, grad, jvp, or_fail_all, tangent_tree};
use crate::trace::{self, Trace};
use crate::tree::{Tree, replace_leaves};
use crate::{AnyTensor, Tensor};

/// The derivative of each element of the result of `f` with respect to each element of the differentiated leaves, in
/// reverse mode. Each leaf has the dims of the result, then its own. Use it if the result has fewer elements than the
/// leaves.
///
/// ```
/// use gomlx::prelude::*;
///
/// #[graph]
/// fn slopes(x: &Tensor![f64; N]) -> Tensor<f64> {
///     gomlx::jacobian(x, |x| x.square())
/// }
/// let slopes = slopes(&Tensor::new(&[2], &[1.0, 2.0])?);
/// assert_eq!((slopes.dims(), slopes.to_vec()?), (&[2, 2][..], vec![2.0, 0.0, 0.0, 4.0]));
/// # Ok::<(), gomlx::Error>(())
/// ```
///
/// # Panics
/// Outside a graph function. In one, an op without a derivative between the leaves and the result is an error of the
/// trace.
#[track_caller]
pub fn jacobian<M: Tree, T: Element>(tree: &M, f: impl FnOnce(&M) -> Tensor<T>) -> M {
    let location = Location::caller();
    matrix(InlineTrace::new("jacobian", tree, f, &location), tree, transform::jacobian_reverse, &location)
}

/// [`jacobian`] in forward mode. Use it if the leaves have fewer elements than the result.
///
/// # Panics
/// As [`jacobian`].
#[track_caller]
pub fn jacobian_forward<M: Tree, T: Element>(tree: &M, f: impl FnOnce(&M) -> Tensor<T>) -> M {
    let location = Location::caller();
    matrix(InlineTrace::new("jacobian_forward", tree, f, &location), tree, transform::jacobian_forward, &location)
}

/// A Jacobian of `gomlx_ir::transform`: forward or reverse.
type Jacobian = fn(&mut gomlx_ir::Function, gomlx_ir::RegionId, usize, ValueId, &[ValueId]) -> Result<Vec<Option<ValueId>>, Diagnostics>;

/// The Jacobian of an inline trace, as a tree like `tree`.
fn matrix<M: Tree, T: Element>(traced: InlineTrace<Tensor<T>>, tree: &M, jacobian: Jacobian, location: &Location) -> M {
    let output = &traced.value.any;
    let found = trace::with(|t: &mut Trace| -> Result<Vec<Option<ValueId>>, Diagnostics> {
        let Some(value) = t.value(output)? else { return Ok(vec![None; traced.wrt.len()]) };
        if !output.dtype().is_differentiable() {
            let error = Diagnostic::new(Code::Gradient, format!("the result is {output}, which has no derivative"));
            return Err(error.note("return floating point from the closure").into());
        }
        jacobian(t.function(), traced.region, traced.start, value, &traced.wrt)
    });
    let found = or_fail_all(found, location);
    let wide = |leaf: &AnyTensor| [output.dims(), leaf.dims()].concat();
    let like = replace_leaves(tree, &mut |role, leaf| {
        if differentiated(role, leaf) { crate::ops::raw::zeros(leaf.dtype(), &wide(leaf)) } else { leaf.clone() }
    });
    tangent_tree(&like, &found, differentiated)
}

/// The second derivatives of the scalar that `f` returns: the dims of `x`, twice. Forward mode over reverse mode.
///
/// ```
/// use gomlx::prelude::*;
///
/// #[graph]
/// fn curvature(x: &Tensor![f64; N]) -> Tensor<f64> {
///     gomlx::hessian(x, |x| x.powi(3).sum())
/// }
/// assert_eq!(curvature(&Tensor::new(&[2], &[1.0, 2.0])?).to_vec()?, [6.0, 0.0, 0.0, 12.0]);
/// # Ok::<(), gomlx::Error>(())
/// ```
///
/// # Panics
/// As [`grad`].
#[track_caller]
pub fn hessian<T: Element, L: Loss>(x: &Tensor<T>, f: impl FnOnce(&Tensor<T>) -> L) -> Tensor<T> {
    jacobian_forward(x, |x| grad(x, f))
}

/// The product of the Hessian with a tangent, computed without the Hessian. Forward mode over reverse mode.
///
/// # Panics
/// As [`grad`] and [`jvp`].
#[track_caller]
pub fn hvp<M: Tree, L: Loss>(tree: &M, tangent: &M, f: impl FnOnce(&M) -> L) -> M {
    jvp(tree, tangent, |tree| grad(tree, f)).1
}
