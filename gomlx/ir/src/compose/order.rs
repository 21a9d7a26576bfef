// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Sorting and ranks. NaN is above every number; complex numbers are ordered by their real, then their imaginary part.

use smallvec::SmallVec;

use super::along::take_along;
use super::declare::{functions, methods};
use super::{Composed, RankMethod, Var, Vars};
use crate::{Code, CompareKind, DType, Direction, HostTensor, Op, Shape, UnaryOp};

/// Sorts tensors of one shape along an axis, by the first `keys` of them: the first counts most. Elements with equal
/// keys keep their order, in descending order too.
///
/// # Errors
/// If the composition has stopped.
pub(super) fn sort_by_keys<'c>(operands: &[Var<'c>], keys: usize, axis: usize, descending: bool) -> Composed<Vars<'c>> {
    let Some(first) = operands.first() else { return Ok(Vars::new()) };
    let c = first.composer();
    let mut params = vec![];
    for operand in operands {
        let scalar = Shape::scalar(operand.dtype()?);
        params.extend([scalar.clone(), scalar]);
    }
    let comparator = c.region(&params, |params| {
        let mut parts: SmallVec<[(Var<'c>, Var<'c>); 4]> = SmallVec::new();
        for pair in params.chunks_exact(2).take(keys) {
            let (x, y) = if descending { (pair[1], pair[0]) } else { (pair[0], pair[1]) };
            if x.dtype()?.is_complex() {
                parts.push((x.unary(UnaryOp::Real), y.unary(UnaryOp::Real)));
                parts.push((x.unary(UnaryOp::Imag), y.unary(UnaryOp::Imag)));
            } else {
                parts.push((x, y));
            }
        }
        let mut before: Option<Var<'c>> = None;
        for (x, y) in parts.into_iter().rev() {
            let (x, y) = (sort_key(x)?, sort_key(y)?);
            let less = order(x, y, Direction::Lt)?;
            before = Some(match before {
                Some(rest) => less | (order(x, y, Direction::Eq)? & rest),
                None => less,
            });
        }
        Ok(before.into_iter().collect())
    })?;
    c.emit_regions(Op::Sort { axis, stable: true }, operands, &[comparator])
}

/// What an element is compared by: zeros without their sign, and one NaN, above all numbers in the total order.
fn sort_key(x: Var<'_>) -> Composed<Var<'_>> {
    let (c, dtype) = (x.composer(), x.dtype()?);
    if !dtype.is_float() {
        return Ok(x);
    }
    let zero = c.scalar(dtype, 0.0);
    let unsigned = zero.select(x.compare(Direction::Eq, zero), x);
    Ok(c.scalar(dtype, f64::NAN).select(x.compare(Direction::Ne, x), unsigned))
}

fn order<'c>(x: Var<'c>, y: Var<'c>, direction: Direction) -> Composed<Var<'c>> {
    let dtype = x.dtype()?;
    let kind = if dtype.is_float() { CompareKind::TotalOrder } else { CompareKind::of(dtype) };
    Ok(x.composer().emit(Op::Compare(direction, kind), &[x, y]))
}

impl<'c> Var<'c> {
    /// Sorted along an axis.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub(super) fn sorted(self, axis: usize, descending: bool) -> Composed<Var<'c>> {
        Ok(sort_by_keys(&[self], 1, axis, descending)?[0])
    }

    /// Sorted along an axis, and the position that each element came from.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub(super) fn sorted_places(self, axis: usize, descending: bool) -> Composed<(Var<'c>, Var<'c>)> {
        let sorted = sort_by_keys(&[self, self.places(axis)?], 1, axis, descending)?;
        Ok((sorted[0], sorted[1]))
    }

    /// Of a sorted tensor: whether an element is the first of a run of equal ones. NaN equals NaN.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub(super) fn starts_run(self, axis: usize) -> Composed<Var<'c>> {
        let c = self.composer();
        let n = self.size(axis)?;
        let one = self.places(axis)?.eq(0);
        if n < 2 {
            return Ok(one);
        }
        let differs = self.steps(axis, 1, n, 1)?.differs(self.steps(axis, 0, n - 1, 1)?)?;
        let mut padding = vec![(0, 0); self.rank()?];
        padding[axis] = (1, 0);
        Ok(differs.pad(padding, c.constant(HostTensor::scalar(true))))
    }

    /// Whether elements differ; NaN equals NaN.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub(super) fn differs(self, other: Var<'c>) -> Composed<Var<'c>> {
        let differs = self.ne(other);
        if !self.dtype()?.is_float() {
            return Ok(differs);
        }
        Ok(differs & !(self.ne(self) & other.ne(other)))
    }
}

methods! { order:
    /// Sorted along an axis in ascending order. NaN comes last, and complex numbers are ordered by their real, then
    /// their imaginary part. The sort is stable, so that the derivative at ties goes to the elements in their order.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[4], &[2.0f32, f32::NAN, -1.0, 0.0])?;
    /// assert_eq!(x.sort(-1).to_vec()?[..3], [-1.0, 0.0, 2.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "partition")]
    #[doc(alias = "msort")]
    fn sort(self, axis: Axis) -> Tensor<T> {
        self.sorted(self.axis(axis)?, false)?
    }

    /// Sorted along an axis in descending order; NaN comes first.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::new(&[3], &[2, 5, 3])?.sort_descending(0).to_vec()?, [5, 3, 2]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn sort_descending(self, axis: Axis) -> Tensor<T> {
        self.sorted(self.axis(axis)?, true)?
    }

    /// The positions that [`Tensor::sort`] takes its elements from. Equal elements keep their order.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[4], &[2, 5, 3, 2])?;
    /// let order = x.argsort(0);
    /// assert_eq!(order.to_vec()?, [0, 3, 2, 1]);
    /// assert_eq!(x.take(&order, 0).to_vec()?, [2, 2, 3, 5]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "argpartition")]
    fn argsort(self, axis: Axis) -> Tensor<i32> {
        self.sorted_places(self.axis(axis)?, false)?.1
    }

    /// The positions that [`Tensor::sort_descending`] takes its elements from. Equal elements keep their order.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::new(&[4], &[2, 5, 3, 2])?.argsort_descending(0).to_vec()?, [1, 2, 0, 3]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn argsort_descending(self, axis: Axis) -> Tensor<i32> {
        self.sorted_places(self.axis(axis)?, true)?.1
    }

    /// The `k` largest elements of the last axis, the largest first, and their positions. Of equal elements the first
    /// counts as larger, and NaN is larger than every number.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let (values, positions) = Tensor::new(&[4], &[2.0f32, 5.0, 3.0, 5.0])?.top_k(3);
    /// assert_eq!(values.to_vec()?, [5.0, 5.0, 3.0]);
    /// assert_eq!(positions.to_vec()?, [1, 3, 2]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn top_k(self, k: Position) -> (Tensor<T>, Tensor<i32>) {
        let results = self.composer().emit_regions(Op::TopK(k), &[self], &[])?;
        (results[0], results[1])
    }

    /// The element at position `k` of the sorted axis, which goes away, and the position that it came from; `k` counts
    /// from 0.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let (value, position) = Tensor::new(&[4], &[2, 5, 3, 9])?.kth_value(1, 0);
    /// assert_eq!((value.item()?, position.item()?), (3, 2));
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "kthvalue")]
    fn kth_value(self, k: Position, axis: Axis) -> (Tensor<T>, Tensor<i32>) {
        let axis = self.axis(axis)?;
        let (sorted, places) = self.sorted_places(axis, false)?;
        if self.size(axis)? <= k {
            return Err(self.composer().wrong(Code::Attribute, format!("axis {axis} of {} has no position {k}", self.shape()?)));
        }
        let at = |x: Var<'c>| -> Composed<Var<'c>> { Ok(x.steps(axis, k, k + 1, 1)?.squeeze(axis as i32)) };
        (at(sorted)?, at(places)?)
    }

    /// The rank of each element along an axis, from 1; equal elements share it as `method` says.
    ///
    /// ```
    /// use gomlx::{RankMethod, Tensor};
    /// let x = Tensor::new(&[4], &[2, 5, 3, 5])?;
    /// assert_eq!(x.rank_data(0, RankMethod::Average).to_vec()?, [1.0, 3.5, 2.0, 3.5]);
    /// assert_eq!(x.rank_data(0, RankMethod::Dense).to_vec()?, [1.0, 3.0, 2.0, 3.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "rankdata")]
    fn rank_data(self, axis: Axis, method: RankMethod) -> Tensor<f32> {
        let axis = self.axis(axis)?;
        let (sorted, places) = self.sorted_places(axis, false)?;
        let at = sorted.places(axis)?;
        let starts = sorted.starts_run(axis)?;
        let first = || at.select(starts, 0).cummax(axis as i32);
        // The last of a run stands before the start of the next.
        let last = || -> Composed<Var<'c>> {
            let n = self.size(axis)?;
            let next = at.select(starts, n as i32).cummin_with(axis as i32, true, true);
            Ok(next.minimum(n as i32) - 1)
        };
        let rank = match method {
            RankMethod::Ordinal => at.convert(DType::F32),
            RankMethod::Dense => (starts.convert(DType::I32).cumsum(axis as i32) - 1).convert(DType::F32),
            RankMethod::Min => first().convert(DType::F32),
            RankMethod::Max => last()?.convert(DType::F32),
            RankMethod::Average => (first() + last()?).convert(DType::F32) * 0.5,
        };
        // The inverse of the permutation says where each element went.
        let inverse = places.sorted_places(axis, false)?.1;
        take_along(rank + 1.0, inverse, axis)?
    }

    /// The position of the largest element so far along an axis; the last of equal ones, or of NaN.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::new(&[4], &[2, 1, 3, 3])?.cummax_indices(0).to_vec()?, [0, 0, 2, 3]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn cummax_indices(self, axis: Axis) -> Tensor<i32> {
        self.cumulative_extreme_indices(self.cummax(axis), axis)?
    }

    /// The position of the least element so far along an axis; the last of equal ones, or of NaN.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::new(&[4], &[2, 3, 1, 1])?.cummin_indices(0).to_vec()?, [0, 0, 2, 3]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn cummin_indices(self, axis: Axis) -> Tensor<i32> {
        self.cumulative_extreme_indices(self.cummin(axis), axis)?
    }
}

impl<'c> Var<'c> {
    fn cumulative_extreme_indices(self, extreme: Var<'c>, axis: i32) -> Composed<Var<'c>> {
        let places = self.places(self.axis(axis)?)?;
        let is_extreme = !self.differs(extreme)?;
        Ok(places.select(is_extreme, 0).cummax(axis))
    }
}

functions! { order_of_keys, Free:
    /// The positions that put several keys of one shape in order along an axis: the last key counts most, and equal
    /// keys keep their order.
    ///
    /// ```
    /// use gomlx::{Tensor, lexsort};
    /// let (minor, major) = (Tensor::new(&[3], &[2, 1, 0])?, Tensor::new(&[3], &[1, 0, 1])?);
    /// assert_eq!(lexsort(&[&minor, &major], -1).to_vec()?, [1, 2, 0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn lexsort(self, keys: Tensors, axis: Axis) -> Tensor<i32> {
        let keys = keys.as_ref();
        let Some(last) = keys.last() else {
            return Err(self.wrong(Code::Shape, "no keys were given"));
        };
        let axis = last.axis(axis)?;
        let mut operands: Vars<'c> = keys.iter().rev().copied().collect();
        operands.push(last.places(axis)?);
        sort_by_keys(&operands, keys.len(), axis, false)?[keys.len()]
    }
}
