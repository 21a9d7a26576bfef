// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Transforms of traced code: derivatives, batching, checkpoints.
//!
//! Derivatives trace the closure inline into the current region, on fresh copies of the differentiated leaves, and
//! append their own instructions there. The closure may capture by `&mut` (random state, running statistics). `vmap`,
//! `checkpoint` and custom derivatives trace the closure into a region of its own, which reads captured tensors from
//! outside. They take `Fn`, so the compiler refuses a closure that captures by `&mut`.
//!
//! All of them work in graph functions only, nest in any way, and take any [`Tree`]; several arguments are a tuple.
//! Derivatives are with respect to the trainable floating-point leaves. In trees of tangents and gradients the other
//! leaves are absent.

mod batch;
mod custom;
mod forward;
mod jacobian;
mod region;
mod reverse;

pub use batch::vmap;
pub use custom::{checkpoint, custom_jvp, custom_vjp};
pub use forward::{Linear, jvp, linearize};
use gomlx_ir::{Code, Diagnostic, Diagnostics, Location, Op, RegionId, ValueId};
pub use jacobian::{hessian, hvp, jacobian, jacobian_forward};
pub use reverse::{Loss, Pullback, grad, stop_gradient, value_and_grad, vjp};

use crate::ops::raw;
use crate::trace::{self, Trace};
use crate::tree::{Role, Tree, replace_leaves};
use crate::{AnyTensor, Result};

/// A closure that was traced inline, on fresh copies of the differentiated leaves of a tree.
struct InlineTrace<R> {
    /// The result of the closure.
    value: R,
    region: RegionId,
    /// The position in the region of the first instruction of the closure.
    start: usize,
    /// The copies, one for each differentiated leaf. No instruction before `start` uses them.
    wrt: Vec<ValueId>,
}

impl<R> InlineTrace<R> {
    /// Traces a closure for the transform `what`.
    fn new<M: Tree>(what: &str, tree: &M, f: impl FnOnce(&M) -> R, location: &Location) -> InlineTrace<R> {
        require_trace(what, location);
        let mut wrt = vec![];
        let inner = replace_leaves(tree, &mut |role, leaf| {
            if differentiated(role, leaf) { fresh_copy(leaf, &mut wrt, location) } else { leaf.clone() }
        });
        if wrt.is_empty() && !any_poisoned(tree) {
            trace::fail(nothing_to_differentiate(what, tree).at(Some(location)));
        }
        let (region, start) = trace::with(|t| (t.region(), len(t)));
        InlineTrace { value: f(&inner), region, start, wrt }
    }
}

/// The number of instructions in the current region.
fn len(t: &mut Trace) -> usize {
    let region = t.region();
    t.function().region(region).insts.len()
}

/// Panics with an error outside a trace.
fn require_trace(what: &str, location: &Location) {
    if !trace::active() {
        let error = Diagnostic::new(Code::Gradient, format!("{what} outside a graph function"))
            .note("put the call into a function marked `#[graph]`, which is compiled once and called like any other");
        trace::fail(error.at(Some(location)));
    }
}

/// The error of a tree without differentiated leaves.
fn nothing_to_differentiate<M: Tree>(what: &str, tree: &M) -> Diagnostic {
    let leaves: Vec<String> = crate::tree::leaves(tree).iter().take(4).map(|leaf| leaf.tensor.to_string()).collect();
    let given = if leaves.is_empty() { "no tensor".to_owned() } else { leaves.join(", ") };
    Diagnostic::new(
        Code::Gradient,
        format!("{what}: nothing to differentiate by: the argument holds {given}, and no trainable tensor of floating point"),
    )
    .note("convert integers with `.cast()` before the call, or pass what is to be differentiated by")
}

fn any_poisoned<M: Tree>(tree: &M) -> bool {
    crate::tree::leaves(tree).iter().any(|leaf| leaf.tensor.is_poisoned())
}

/// Whether derivatives are taken with respect to a leaf.
fn differentiated(role: Role, leaf: &AnyTensor) -> bool {
    role == Role::Trainable && leaf.dtype().is_differentiable() && !leaf.is_absent()
}

/// A copy of a leaf, which no earlier instruction uses.
fn fresh_copy(leaf: &AnyTensor, copies: &mut Vec<ValueId>, location: &Location) -> AnyTensor {
    let copy = trace::with(|t| -> Result<Option<AnyTensor>, Diagnostic> {
        let Some(value) = t.value(leaf)? else { return Ok(None) };
        let copy = identity(t, value, location)?;
        copies.push(copy);
        t.note_differentiated(copy);
        Ok(Some(t.handle(copy)))
    });
    or_fail(copy, location).unwrap_or_else(|| leaf.clone())
}

/// A new value equal to another: a reshape to the same dims, which simplification removes.
fn identity(t: &mut Trace, value: ValueId, location: &Location) -> Result<ValueId, Diagnostic> {
    let dims = t.function().shape(value).dims.clone();
    t.builder(Some(location.clone())).emit(Op::Reshape(dims), &[value])
}

/// The value; an error ends the trace.
fn or_fail<T>(outcome: Result<T, Diagnostic>, location: &Location) -> T {
    match outcome {
        Ok(value) => value,
        Err(error) => trace::fail(error.at(Some(location))),
    }
}

/// The value; several errors are all noted, and end the trace.
fn or_fail_all<T>(outcome: Result<T, Diagnostics>, location: &Location) -> T {
    match outcome {
        Ok(value) => value,
        Err(mut errors) => {
            let first = errors.0.remove(0);
            trace::with(|t| errors.0.into_iter().for_each(|error| t.error(error.at(Some(location)))));
            trace::fail(first.at(Some(location)))
        }
    }
}

/// The values of the differentiable leaves of a tree; `None` for an absent or poisoned leaf.
fn tangent_values<M: Tree>(tree: &M, location: &Location) -> Vec<Option<ValueId>> {
    let mut values = vec![];
    for leaf in crate::tree::leaves(tree) {
        if leaf.tensor.dtype().is_differentiable() {
            let value = if leaf.tensor.is_absent() { Ok(None) } else { trace::with(|t| t.value(&leaf.tensor)) };
            values.push(or_fail(value, location));
        }
    }
    values
}

/// A tree of tangents or cotangents with the structure of `tree`. A leaf for which `kept` holds takes the next value,
/// or zeros for `None`. The other leaves are absent.
fn tangent_tree<M: Tree>(tree: &M, values: &[Option<ValueId>], kept: impl Fn(Role, &AnyTensor) -> bool) -> M {
    let mut next = values.iter().copied();
    replace_leaves(tree, &mut |role, leaf| {
        if !kept(role, leaf) {
            return AnyTensor::absent(leaf.dtype(), leaf.dims());
        }
        match next.next().flatten() {
            Some(value) => trace::with(|t| t.handle(value)),
            None => raw::zeros(leaf.dtype(), leaf.dims()),
        }
    })
}

/// A copy of a tree of handles, which are cheap to clone.
fn copied<M: Tree>(tree: &M) -> M {
    replace_leaves(tree, &mut |_, leaf| leaf.clone())
}
