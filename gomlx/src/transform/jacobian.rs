// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Matrices of derivatives, and products with the second ones.

use gomlx_ir::{Code, Diagnostic, Diagnostics, Element, Location, ValueId, transform};

use super::{Loss, Traced, differentiated, grad, jvp, or_fail_all, tangent_tree};
use crate::trace::{self, Trace};
use crate::tree::{Tree, replace_leaves};
use crate::{AnyTensor, Tensor};

/// The derivative of each element of what `f` returns by each element of the differentiated leaves, in reverse mode: each leaf
/// has the dims of the result, then its own. For results of fewer elements than the leaves.
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
/// Outside a graph function. In one, an op without a derivative between the leaves and the result is an error of the trace.
#[track_caller]
pub fn jacobian<M: Tree, T: Element>(tree: &M, f: impl FnOnce(&M) -> Tensor<T>) -> M {
    let location = Location::caller();
    matrix(Traced::new("jacobian", tree, f, &location), tree, transform::jacobian_reverse, &location)
}

/// The same in forward mode: for leaves of fewer elements than the result.
///
/// # Panics
/// As [`jacobian`].
#[track_caller]
pub fn jacobian_forward<M: Tree, T: Element>(tree: &M, f: impl FnOnce(&M) -> Tensor<T>) -> M {
    let location = Location::caller();
    matrix(Traced::new("jacobian_forward", tree, f, &location), tree, transform::jacobian_forward, &location)
}

type Mode = fn(&mut gomlx_ir::Function, gomlx_ir::RegionId, usize, ValueId, &[ValueId]) -> Result<Vec<Option<ValueId>>, Diagnostics>;

fn matrix<M: Tree, T: Element>(traced: Traced<Tensor<T>>, tree: &M, mode: Mode, location: &Location) -> M {
    let output = &traced.value.any;
    let found = trace::with(|t: &mut Trace| -> Result<Vec<Option<ValueId>>, Diagnostics> {
        let Some(value) = t.value(output)? else { return Ok(vec![None; traced.wrt.len()]) };
        if !output.dtype().is_differentiable() {
            let error = Diagnostic::new(Code::Gradient, format!("the result is {output}, which has no derivative"));
            return Err(error.note("return floating point from the closure").into());
        }
        mode(t.function(), traced.region, traced.start, value, &traced.wrt)
    });
    let found = or_fail_all(found, location);
    let wide = |leaf: &AnyTensor| [output.dims(), leaf.dims()].concat();
    let like = replace_leaves(tree, &mut |role, leaf| {
        if differentiated(role, leaf) {
            crate::ops::raw::broadcast_to(&crate::ops::raw::scalar(leaf.dtype(), 0.0), &wide(leaf))
        } else {
            leaf.clone()
        }
    });
    tangent_tree(&like, &found, differentiated)
}

/// The matrix of second derivatives of the scalar that `f` returns: of the dims of `x`, twice. Forward mode over reverse mode.
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

/// The product of the matrix of second derivatives with a tangent, without the matrix. Forward mode over reverse mode.
///
/// # Panics
/// As [`grad`] and [`jvp`].
#[track_caller]
pub fn hvp<M: Tree, L: Loss>(tree: &M, tangent: &M, f: impl FnOnce(&M) -> L) -> M {
    jvp(tree, tangent, |tree| grad(tree, f)).1
}
