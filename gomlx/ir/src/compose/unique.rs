// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Different elements and sets, in ascending order. NaN equals NaN, and comes last. How many different elements there
//! are is not known before the graph runs: the results have a given size, cut or filled.

use super::along::take_along;
use super::declare::methods;
use super::order::sort_by_keys;
use super::{Composed, Var};
use crate::{Code, DType, Dim, HostTensor};

impl<'c> Var<'c> {
    /// The different elements of a vector whose mask is true, filled up with `fill`.
    fn unique_masked(self, mask: Var<'c>, size: &Dim, fill: Var<'c>) -> Composed<Var<'c>> {
        let sorted = sort_by_keys(&[!mask, self], 2, 0, false)?;
        // Elements whose mask is false stand after the others.
        sorted[1].packed(sorted[1].starts_run(0)? & !sorted[0], size, fill)
    }
}

methods! { unique:
    /// The different elements of the flattened tensor in ascending order, cut to `size` or filled up with the least;
    /// the position of the first of each (of the least, where it fills up); the number of its different element for
    /// each element of the tensor; and how often each different element is there (0 where it fills up).
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let (values, first, inverse, counts) = Tensor::new(&[4], &[7, 5, 7, 6])?.unique(4);
    /// assert_eq!(values.to_vec()?, [5, 6, 7, 5]);
    /// assert_eq!(first.to_vec()?, [1, 3, 0, 1]);
    /// assert_eq!(inverse.to_vec()?, [2, 0, 2, 1]);
    /// assert_eq!(counts.to_vec()?, [1, 1, 2, 0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn unique(self, size: Size) -> (Tensor<T>, Tensor<i32>, Tensor<i32>, Tensor<i32>) {
        let (c, size, flat) = (self.composer(), size.into(), self.flatten());
        if flat.size(0)? == 0 {
            return Err(c.wrong(Code::Shape, format!("{} is empty: nothing fills the result up", self.shape()?)));
        }
        let (sorted, places) = flat.sorted_places(0, false)?;
        let starts = sorted.starts_run(0)?;
        let first = |x: Var<'c>| -> Composed<Var<'c>> { x.packed(starts, &size, x.steps(0, 0, 1, 1)?.squeeze(0)) };
        let group = starts.convert(DType::I32).cumsum(0) - 1;
        let inverse = take_along(group, places.sorted_places(0, false)?.1, 0)?.with_dims(&self.dims()?);
        (first(sorted)?, first(places)?, inverse, group.bincount(size.clone()))
    }

    /// The different rows (slices of the first axis) in ascending order, where the first element counts most, cut to
    /// `size` or filled up with the least.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[3, 2], &[2, 1, 1, 9, 2, 1])?;
    /// assert_eq!(x.unique_rows(2).to_vec()?, [1, 9, 2, 1]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn unique_rows(self, size: Size) -> Tensor<T> {
        let (c, size, dims) = (self.composer(), size.into(), self.dims()?);
        if dims.is_empty() || dims.iter().any(|size| size.is(0)) {
            return Err(c.wrong(Code::Shape, format!("{} has no rows with elements", self.shape()?)));
        }
        let columns = self.atleast_2d_rows()?.unstack(1);
        let mut operands = columns.clone();
        operands.push(columns[0].places(0)?);
        let sorted = sort_by_keys(&operands, columns.len(), 0, false)?;
        let mut starts: Option<Var<'c>> = None;
        for &column in &sorted[..columns.len()] {
            let own = column.starts_run(0)?;
            starts = Some(starts.map_or(own, |starts| starts | own));
        }
        let starts = starts.unwrap_or_else(|| c.constant(HostTensor::scalar(true)));
        let places = sorted[columns.len()];
        let rows = places.packed(starts, &size, places.steps(0, 0, 1, 1)?.squeeze(0))?;
        self.take(rows, 0)
    }

    /// Whether each element is one of `values`; NaN is none.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[3], &[1, 2, 3])?;
    /// assert_eq!(x.isin(&Tensor::new(&[2], &[3, 1])?).to_vec()?, [true, false, true]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn isin(self, values: Tensor) -> Tensor<bool> {
        self.is_one_of(values)?
    }

    /// The different elements of both tensors in ascending order, cut to `size` or filled up with `fill`.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let (x, y) = (Tensor::new(&[2], &[3, 1])?, Tensor::new(&[2], &[3, 2])?);
    /// assert_eq!(x.union1d(&y, 4, 0).to_vec()?, [1, 2, 3, 0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn union1d(self, other: Tensor, size: Size, fill: Scalar) -> Tensor<T> {
        let c = self.composer();
        let both = c.concat([self.flatten(), other.flatten()], 0);
        let all = c.constant(HostTensor::scalar(true)).broadcast(&both.dims()?);
        both.unique_masked(all, &size.into(), c.operand(self.dtype()?, fill.into()))?
    }

    /// The different elements that are in both tensors, in ascending order, cut to `size` or filled up with `fill`.
    fn intersect1d(self, other: Tensor, size: Size, fill: Scalar) -> Tensor<T> {
        let (c, x) = (self.composer(), self.flatten());
        x.unique_masked(x.is_one_of(other)?, &size.into(), c.operand(self.dtype()?, fill.into()))?
    }

    /// The different elements that are not in `other`, in ascending order, cut to `size` or filled up with `fill`.
    fn setdiff1d(self, other: Tensor, size: Size, fill: Scalar) -> Tensor<T> {
        let (c, x) = (self.composer(), self.flatten());
        x.unique_masked(!x.is_one_of(other)?, &size.into(), c.operand(self.dtype()?, fill.into()))?
    }

    /// The different elements that are in one of the tensors and not in the other, in ascending order, cut to `size` or
    /// filled up with `fill`.
    fn setxor1d(self, other: Tensor, size: Size, fill: Scalar) -> Tensor<T> {
        let (c, x, y) = (self.composer(), self.flatten(), other.flatten());
        let both = c.concat([x, y], 0);
        let shared = c.concat([x.is_one_of(y)?, y.is_one_of(x)?], 0);
        both.unique_masked(!shared, &size.into(), c.operand(self.dtype()?, fill.into()))?
    }
}

impl<'c> Var<'c> {
    /// Rows of a tensor as vectors.
    fn atleast_2d_rows(self) -> Composed<Var<'c>> {
        let dims = self.dims()?;
        let width = dims[1..].iter().fold(Dim::Lit(1), |width, size| &width * size);
        Ok(self.with_dims(&[dims[0].clone(), width]))
    }
}
