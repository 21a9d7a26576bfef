// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Moving elements: reshape, transpose, broadcast, slice, pad, concatenate.

use gomlx_ir::{Axes, Code, Diagnostic, Dim, Element, Op};
use smallvec::SmallVec;

use super::raw;
use super::reduce::resolve_one;
use crate::emit::emit_one;
use crate::trace;
use crate::{AnyTensor, Tensor};

impl<T: Element> Tensor<T> {
    /// The same elements in row-major order with other dims.
    #[track_caller]
    #[doc(alias = "view")]
    pub fn reshape(&self, dims: impl AsRef<[usize]>) -> Tensor<T> {
        Tensor::wrap(raw::reshape(&self.any, dims.as_ref()))
    }

    /// Axes in another order: axis `i` of the result is axis `permutation[i]`.
    #[track_caller]
    #[doc(alias = "permute")]
    pub fn transpose(&self, permutation: impl AsRef<[usize]>) -> Tensor<T> {
        Tensor::wrap(raw::transpose(&self.any, permutation.as_ref()))
    }

    /// The last two axes exchanged.
    #[track_caller]
    pub fn t(&self) -> Tensor<T> {
        let rank = self.rank();
        if rank < 2 {
            trace::fail_on(&[&self.any], Diagnostic::new(Code::Shape, format!("t: {} has fewer than two axes", self.any)));
        }
        let mut permutation: Axes = (0..rank).collect();
        permutation.swap(rank - 2, rank - 1);
        Tensor::wrap(raw::transpose(&self.any, &permutation))
    }

    /// Repeated to larger dims by NumPy's rules: axes align at the end, and size 1 stretches.
    #[track_caller]
    pub fn broadcast_to(&self, dims: impl AsRef<[usize]>) -> Tensor<T> {
        Tensor::wrap(raw::broadcast_to(&self.any, dims.as_ref()))
    }

    /// With a new axis of size 1 at a position; -1 puts it last.
    #[track_caller]
    #[doc(alias = "unsqueeze")]
    pub fn expand_dims(&self, axis: i32) -> Tensor<T> {
        let rank = self.rank() as i32;
        if !(-rank - 1..=rank).contains(&axis) {
            trace::fail_on(
                &[&self.any],
                Diagnostic::new(Code::Attribute, format!("expand_dims: {} takes axes {} to {rank}, not {axis}", self.any, -rank - 1)),
            );
        }
        let position = if axis < 0 { axis + rank + 1 } else { axis };
        let mut dims = self.dims().to_vec();
        dims.insert(position as usize, 1);
        self.reshape(dims)
    }

    /// Without an axis of size 1.
    #[track_caller]
    pub fn squeeze(&self, axis: i32) -> Tensor<T> {
        let position = resolve_one("squeeze", &self.any, axis);
        let mut dims = self.dims().to_vec();
        if dims.remove(position) != 1 {
            trace::fail_on(&[&self.any], Diagnostic::new(Code::Shape, format!("squeeze: axis {axis} of {} has not size 1", self.any)));
        }
        self.reshape(dims)
    }

    /// All axes as one.
    #[track_caller]
    #[doc(alias = "ravel")]
    pub fn flatten(&self) -> Tensor<T> {
        self.reshape([self.len()])
    }

    /// A part of one axis, from `start` (inclusive) to `end` (exclusive).
    #[track_caller]
    pub fn slice_axis(&self, axis: i32, start: usize, end: usize) -> Tensor<T> {
        let position = resolve_one("slice_axis", &self.any, axis);
        let rank = self.rank();
        let (mut starts, mut limits) = (Axes::from_elem(0, rank), self.dims().iter().map(|&n| Dim::Lit(n)).collect::<SmallVec<[Dim; 4]>>());
        starts[position] = start;
        limits[position] = Dim::Lit(end);
        Tensor::wrap(emit_one(Op::Slice { starts, limits, strides: Axes::from_elem(1, rank) }, &[&self.any]))
    }

    /// With `value` before and after the elements, per axis (low, high); negative cuts.
    #[track_caller]
    pub fn pad(&self, padding: impl AsRef<[(i64, i64)]>, value: T) -> Tensor<T> {
        let (low, high): (SmallVec<[i64; 4]>, SmallVec<[i64; 4]>) = padding.as_ref().iter().copied().unzip();
        let interior = SmallVec::from_elem(0, low.len());
        Tensor::wrap(emit_one(Op::Pad { low, high, interior }, &[&self.any, &Tensor::scalar(value).any]))
    }

    /// In reverse order along an axis.
    #[track_caller]
    pub fn reverse(&self, axis: i32) -> Tensor<T> {
        let axis = resolve_one("reverse", &self.any, axis);
        Tensor::wrap(emit_one(Op::Reverse(Axes::from_slice(&[axis])), &[&self.any]))
    }

    /// Positions along an axis of given dims: 0, 1, 2, ..
    #[track_caller]
    pub fn iota(dims: &[usize], axis: usize) -> Tensor<T> {
        Tensor::wrap(raw::iota(T::DTYPE, dims, axis))
    }

    /// 0, 1, .. `n` - 1.
    #[track_caller]
    pub fn arange(n: usize) -> Tensor<T> {
        Tensor::iota(&[n], 0)
    }
}

/// Tensors one after the other along an axis.
///
/// ```
/// use gomlx::{Tensor, concat};
/// let x = Tensor::new(&[1, 2], &[1, 2])?;
/// assert_eq!(concat(&[&x, &x], 0).dims(), &[2, 2]);
/// assert_eq!(concat(&[&x, &x], -1).dims(), &[1, 4]);
/// # Ok::<(), gomlx::Error>(())
/// ```
#[track_caller]
pub fn concat<T: Element>(tensors: &[&Tensor<T>], axis: i32) -> Tensor<T> {
    let Some(first) = tensors.first() else {
        trace::fail(Diagnostic::new(Code::Shape, "concat: no tensors were given"));
    };
    let axis = resolve_one("concat", &first.any, axis);
    let operands: Vec<&AnyTensor> = tensors.iter().map(|t| &t.any).collect();
    Tensor::wrap(emit_one(Op::Concatenate(axis), &operands))
}

/// Tensors of one shape along a new axis.
#[track_caller]
pub fn stack<T: Element>(tensors: &[&Tensor<T>], axis: i32) -> Tensor<T> {
    // A closure would not know the caller's line.
    let mut expanded = vec![];
    for tensor in tensors {
        expanded.push(tensor.expand_dims(axis));
    }
    let axis = if axis < 0 { expanded.first().map_or(axis, |t| axis + t.rank() as i32) } else { axis };
    concat(&expanded.iter().collect::<Vec<_>>(), axis)
}
