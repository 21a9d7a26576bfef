// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Forward mode: `jvp`, `linearize`.

use gomlx_ir::{Code, Diagnostic, Location, RegionId, ValueId};

use super::{InlineTrace, copied, or_fail_all, tangent_tree, tangent_values};
use crate::trace;
use crate::tree::Tree;

/// The result of `f` for `tree`, and its derivative along `tangent`, in one forward pass.
///
/// ```
/// use gomlx::prelude::*;
///
/// #[graph]
/// fn slope(x: &Tensor![f64; N], along: &Tensor![f64; N]) -> (Tensor![f64; N], Tensor![f64; N]) {
///     gomlx::jvp(x, along, |x| x.square())
/// }
/// let (square, slope) = slope(&Tensor::new(&[2], &[1.0, 3.0])?, &Tensor::new(&[2], &[1.0, 10.0])?);
/// assert_eq!((square.to_vec()?, slope.to_vec()?), (vec![1.0, 9.0], vec![2.0, 60.0]));
/// # Ok::<(), gomlx::Error>(())
/// ```
///
/// Leaves of `tangent` that are absent count as zero. Results that are not floating point have absent tangents.
///
/// # Panics
/// Outside a graph function. In one, an op without a derivative between the leaves and the result, or a tangent with
/// another shape than its leaf, is an error of the trace.
#[track_caller]
pub fn jvp<M: Tree, R: Tree>(tree: &M, tangent: &M, f: impl FnOnce(&M) -> R) -> (R, R) {
    let location = Location::caller();
    let linear = Linear { tree: copied(tree), traced: InlineTrace::new("jvp", tree, f, &location) };
    let tangent = linear.along(tangent, &location);
    (linear.traced.value, tangent)
}

/// The result of `f` for `tree`, and its derivative there as a linear map, which can be called with many tangents.
///
/// ```
/// use gomlx::prelude::*;
///
/// #[graph]
/// fn slopes(x: &Tensor![f64;]) -> (Tensor![f64;], Tensor![f64;]) {
///     let (_, linear) = gomlx::linearize(x, |x| x.powi(3));
///     (linear.call(&Tensor::scalar(1.0)), linear.call(&Tensor::scalar(-2.0)))
/// }
/// let (one, two) = slopes(&Tensor::scalar(2.0));
/// assert_eq!((one.item()?, two.item()?), (12.0, -24.0));
/// # Ok::<(), gomlx::Error>(())
/// ```
///
/// # Panics
/// As [`jvp`].
#[track_caller]
pub fn linearize<M: Tree, R: Tree>(tree: &M, f: impl FnOnce(&M) -> R) -> (R, Linear<M, R>) {
    let location = Location::caller();
    let traced = InlineTrace::new("linearize", tree, f, &location);
    (copied(&traced.value), Linear { tree: copied(tree), traced })
}

/// The derivative that [`linearize`] returns, as a linear map.
pub struct Linear<M, R> {
    tree: M,
    traced: InlineTrace<R>,
}

impl<M: Tree, R: Tree> Linear<M, R> {
    /// The derivative of the result along a tangent of the arguments. All calls share the values that `f` computed.
    ///
    /// # Panics
    /// As [`jvp`].
    #[track_caller]
    pub fn call(&self, tangent: &M) -> R {
        self.along(tangent, &Location::caller())
    }

    fn along(&self, tangent: &M, location: &Location) -> R {
        let InlineTrace { value, region, start, wrt } = &self.traced;
        let given = differentiated_values(&self.tree, tangent, location);
        let pairs: Vec<(ValueId, ValueId)> = wrt.iter().zip(given).filter_map(|(&v, t)| Some((v, t?))).collect();
        let outputs = tangent_values(value, location);
        let present: Vec<ValueId> = outputs.iter().copied().flatten().collect();
        let found = trace::with(|t| {
            let here: RegionId = t.region();
            gomlx_ir::transform::jvp_to(t.function(), *region, *start, here, &pairs, &present)
        });
        let mut found = or_fail_all(found, location).into_iter();
        let tangents: Vec<Option<ValueId>> = outputs.iter().map(|y| y.and_then(|_| found.next().flatten())).collect();
        tangent_tree(value, &tangents, |_, leaf| leaf.dtype().is_differentiable())
    }
}

/// The tangents of the differentiated leaves of a tree.
fn differentiated_values<M: Tree>(tree: &M, tangent: &M, location: &Location) -> Vec<Option<ValueId>> {
    let (leaves, tangents) = (crate::tree::leaves(tree), crate::tree::leaves(tangent));
    if leaves.len() != tangents.len() {
        let error =
            Diagnostic::new(Code::Gradient, format!("the tangent has {} tensors, the argument has {}", tangents.len(), leaves.len()));
        trace::fail(error.at(Some(location)).note("give a tangent of the structure of the argument"));
    }
    let mut values = vec![];
    for (leaf, tangent) in leaves.iter().zip(&tangents) {
        if super::differentiated(leaf.role, &leaf.tensor) {
            let value = if tangent.tensor.is_absent() { Ok(None) } else { trace::with(|t| t.value(&tangent.tensor)) };
            values.push(super::or_fail(value, location));
        }
    }
    values
}
