// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Elements and positions that a mask takes. How many there are is not known before the graph runs, so that each
//! function takes the size of its result: elements beyond it are cut off, and missing elements get a fill value.

use super::declare::methods;
use super::index::Assign;
use super::{Composed, Var};
use crate::{BinaryOp, Code, DType, Dim, Direction};

impl<'c> Var<'c> {
    /// The elements of a vector whose mask is true, in order. Beyond `size` they are cut off; missing elements come
    /// from `fill`.
    pub(super) fn packed(self, mask: Var<'c>, size: &Dim, fill: Var<'c>) -> Composed<Var<'c>> {
        let place = mask.convert(DType::I32).cumsum(0) - 1;
        // Elements whose mask is false go after the end, where the scatter drops them.
        let place = place.select(mask, i32::MAX);
        fill.broadcast(std::slice::from_ref(size)).scatter_along(place, self, 0, Assign::Set)
    }

    /// The positions in the flattened tensor that are not zero, and whether there is one.
    fn nonzero_positions(self, size: &Dim) -> Composed<(Var<'c>, Var<'c>)> {
        let c = self.composer();
        let flat = self.flatten();
        let mask = if flat.dtype()? == DType::Bool { flat } else { flat.ne(0) };
        let found = flat.places(0)?.packed(mask, size, c.scalar(DType::I32, -1.0))?;
        Ok((found, found.ge(0)))
    }

    fn mask_of(self, axis: usize, mask: Var<'c>) -> Composed<()> {
        let (shape, given) = (self.shape()?, mask.shape()?);
        if given.rank() == 1 && !given.dims[0].provably_differs(&shape.dims[axis]) {
            return Ok(());
        }
        Err(self.composer().wrong(Code::Shape, format!("the mask {given} does not fit axis {axis} of {shape}")))
    }
}

methods! { nonzero:
    /// The slices of an axis whose mask, a vector, is true: the first `size` of them, filled up with `fill`.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[3], &[1, 2, 3])?;
    /// let mask = Tensor::new(&[3], &[true, false, true])?;
    /// assert_eq!(x.compress(&mask, 0, 3, -1).to_vec()?, [1, 3, -1]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "extract")]
    #[doc(alias = "masked_select")]
    fn compress(self, mask: Mask, axis: Axis, size: Size, fill: Scalar) -> Tensor<T> {
        let (c, position) = (self.composer(), self.axis(axis)?);
        self.mask_of(position, mask)?;
        let (found, is_found) = mask.nonzero_positions(&size.into())?;
        let taken = self.take(found.maximum(0), axis);
        let is_found = is_found.broadcast_in_dim(&taken.dims()?, [position].into_iter().collect());
        taken.select(is_found, c.operand(self.dtype()?, fill.into()))
    }

    /// The positions in the flattened tensor of the elements that are not zero: the first `size` of them, filled up
    /// with `fill`. NaN is not zero.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::new(&[4], &[0, 5, 0, 7])?.flatnonzero(3, -1).to_vec()?, [1, 3, -1]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn flatnonzero(self, size: Size, fill: Integer) -> Tensor<i32> {
        let (found, is_found) = self.nonzero_positions(&size.into())?;
        found.select(is_found, fill)
    }

    /// The positions of the elements that are not zero, a vector of each axis, in row-major order: the first `size` of
    /// them, filled up with `fill`.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let places = Tensor::new(&[2, 2], &[0, 5, 6, 0])?.nonzero(2, -1);
    /// assert_eq!(places[0].to_vec()?, [0, 1]);
    /// assert_eq!(places[1].to_vec()?, [1, 0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn nonzero(self, size: Size, fill: Integer) -> Vec<Tensor<i32>> {
        let (found, is_found) = self.nonzero_positions(&size.into())?;
        let dims = (0..self.rank()?).map(|axis| self.size(axis)).collect::<Composed<Vec<usize>>>()?;
        found.maximum(0).unravel_index(dims).into_iter().map(|place| place.select(is_found, fill)).collect()
    }

    /// The positions of the elements that are not zero, a row of each, in row-major order: the first `size` of them,
    /// filled up with `fill`.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::new(&[2, 2], &[0, 5, 6, 0])?.argwhere(2, -1).to_vec()?, [0, 1, 1, 0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn argwhere(self, size: Size, fill: Integer) -> Tensor<i32> {
        let places = self.nonzero(size, fill);
        self.composer().stack(places, -1)
    }
}

impl<'c> Var<'c> {
    /// Whether each element is one of `values`; NaN is none.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub(super) fn is_one_of(self, values: Var<'c>) -> Composed<Var<'c>> {
        let rank = self.rank()?;
        let equal = self.expand_dims(-1).compare(Direction::Eq, values.flatten());
        Ok(equal.reduce(BinaryOp::Or, &[rank]))
    }
}
