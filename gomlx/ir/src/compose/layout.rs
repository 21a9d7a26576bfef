// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Axes in another order, merged, split and repeated; elements rolled, windowed and moved between axes.

use super::declare::methods;
use super::index::{Assign, AxisIndex};
use super::{Composed, Composer, Var};
use crate::{Axes, Code, DType, Dim, HostTensor};

impl<'c> Var<'c> {
    /// The axes as written, in the order in which they are written.
    pub(super) fn axes_in_order(self, axes: &[i32]) -> Composed<Axes> {
        self.axes(axes)?;
        axes.iter().map(|&axis| self.axis(axis)).collect()
    }

    /// The elements of an axis at positions that are known.
    pub(super) fn take_known(self, axis: usize, positions: &[i32]) -> Composed<Var<'c>> {
        let c = self.composer();
        let positions = HostTensor::new(&[positions.len()], positions).map_err(|error| c.wrong_with(error))?;
        Ok(self.take(c.constant(positions), axis as i32))
    }

    /// Sizes in the place of those of the axes from `start` to before `end`.
    fn with_axes(self, start: usize, end: usize, sizes: &[Dim]) -> Composed<Var<'c>> {
        let dims = self.dims()?;
        let to: Vec<Dim> = dims[..start].iter().chain(sizes).chain(&dims[end..]).cloned().collect();
        Ok(self.with_dims(&to))
    }

    /// The parts of an axis, each of which is one of `factor`: the quotient, then the factor.
    fn divided(self, axis: usize, factor: usize) -> Composed<Var<'c>> {
        let dims = self.dims()?;
        match dims[axis].div_exact(&Dim::Lit(factor)) {
            Some(quotient) => self.with_axes(axis, axis + 1, &[quotient, Dim::Lit(factor)]),
            None => {
                let message = format!("{factor} does not divide axis {axis} of {}", self.shape()?);
                Err(self.composer().wrong_if(dims[axis].lit().is_some(), Code::Shape, message))
            }
        }
    }

    /// Two axes that follow each other as one.
    fn merged(self, axis: usize) -> Composed<Var<'c>> {
        let dims = self.dims()?;
        self.with_axes(axis, axis + 2, &[&dims[axis] * &dims[axis + 1]])
    }

    /// The windows of `size` elements, `dilation` apart, that begin each `step` elements of an axis: their number and
    /// their elements are two axes in its place.
    pub(super) fn windows(self, axis: usize, size: usize, step: usize, dilation: usize) -> Composed<Var<'c>> {
        let positions = self.composer().window_positions(self.size(axis)?, size, step, dilation)?;
        Ok(self.take(positions, axis as i32))
    }

    /// The transpose of [`Var::windows`]: the sums of the elements of windows by their places in an axis of size `n`.
    pub(super) fn added_windows(self, axis: usize, n: usize, step: usize, dilation: usize) -> Composed<Var<'c>> {
        let (c, dims) = (self.composer(), self.dims()?);
        let positions = c.window_positions(n, self.size(axis + 1)?, step, dilation)?;
        let to: Vec<Dim> = dims[..axis].iter().chain(&[Dim::Lit(n)]).chain(&dims[axis + 2..]).cloned().collect();
        let mut parts = vec![AxisIndex::ALL; axis];
        parts.push(AxisIndex::Tensor(positions));
        c.zeros(self.dtype()?, to).with_part(&parts, Assign::Add, self.into())
    }

    fn of_rank(self, rank: usize, axes: &str) -> Composed<()> {
        if self.rank()? == rank {
            return Ok(());
        }
        Err(self.composer().wrong(Code::Shape, format!("{} is not {axes}", self.shape()?)))
    }
}

impl<'c> Composer<'c> {
    /// The positions of the windows of an axis of size `n`: an axis of windows, then one of elements.
    fn window_positions(&'c self, n: usize, size: usize, step: usize, dilation: usize) -> Composed<Var<'c>> {
        let reach = size.saturating_sub(1).saturating_mul(dilation).saturating_add(1);
        let Some(room) = n.checked_sub(reach).filter(|&room| i32::try_from(room).is_ok()) else {
            return Err(self.wrong(Code::Attribute, format!("an axis of {n} elements has no window that reaches over {reach}")));
        };
        // A step farther than the room leaves one window.
        let step = step.clamp(1, room + 1);
        let dims = [Dim::Lit(room / step + 1), Dim::Lit(size)];
        let (starts, places) = (self.iota(DType::I32, &dims, 0), self.iota(DType::I32, &dims, 1));
        // A dilation is within the reach, which is within the axis.
        let places = if dilation == 1 { places } else { places * i32::try_from(dilation).unwrap_or(i32::MAX) };
        Ok(starts * i32::try_from(step).unwrap_or(i32::MAX) + places)
    }
}

methods! { layout:
    /// Two axes exchanged.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::<f32>::zeros(&[2, 3, 4]).swap_axes(0, -1).dims(), [4, 3, 2]);
    /// ```
    #[doc(alias = "swapaxes")]
    fn swap_axes(self, first: Axis, second: Axis) -> Tensor<T> {
        let mut order: Axes = self.every_axis()?;
        order.swap(self.axis(first)?, self.axis(second)?);
        self.transpose(order)
    }

    /// Axes moved to other places; the rest keep their order.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::<f32>::zeros(&[2, 3, 4]).move_axes(0, -1).dims(), [3, 4, 2]);
    /// assert_eq!(Tensor::<f32>::zeros(&[2, 3, 4]).move_axes([0, 1], [-1, -2]).dims(), [4, 3, 2]);
    /// ```
    #[doc(alias = "moveaxis")]
    #[doc(alias = "rollaxis")]
    fn move_axes(self, from: Axes, to: Axes) -> Tensor<T> {
        let (from, to) = (self.axes_in_order(from.axes())?, self.axes_in_order(to.axes())?);
        if from.len() != to.len() {
            let message = format!("{} axes do not move to {} places", from.len(), to.len());
            return Err(self.composer().wrong(Code::Attribute, message));
        }
        let rank = self.rank()?;
        let mut rest = (0..rank).filter(|axis| !from.contains(axis));
        let moved = |place: &usize| to.iter().position(|at| at == place).map(|i| from[i]);
        let order: Axes = (0..rank).filter_map(|place| moved(&place).or_else(|| rest.next())).collect();
        self.transpose(order)
    }

    /// The axes from `first` to `last`, both included, as one.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::<f32>::zeros(&[2, 3, 4]).flatten_axes(1, -1).dims(), [2, 12]);
    /// ```
    fn flatten_axes(self, first: Axis, last: Axis) -> Tensor<T> {
        let (start, end) = (self.axis(first)?, self.axis(last)? + 1);
        if start >= end {
            return Err(self.composer().wrong(Code::Attribute, format!("axis {first} is after axis {last}")));
        }
        let size = self.dims()?[start..end].iter().fold(Dim::Lit(1), |size, dim| &size * dim);
        self.with_axes(start, end, &[size])?
    }

    /// An axis as several, whose product is its size.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::<f32>::zeros(&[2, 12]).unflatten(1, [3, 4]).dims(), [2, 3, 4]);
    /// ```
    fn unflatten(self, axis: Axis, sizes: Dims) -> Tensor<T> {
        let axis = self.axis(axis)?;
        self.with_axes(axis, axis + 1, sizes.as_ref())?
    }

    /// Without the axes of size 1.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::<f32>::zeros(&[1, 2, 1]).squeeze_all().dims(), [2]);
    /// ```
    fn squeeze_all(self) -> Tensor<T> {
        let dims = self.dims()?;
        if dims.iter().any(|size| size.lit().is_none()) {
            return Err(self.composer().unknown());
        }
        self.with_dims(&dims.into_iter().filter(|size| !size.is(1)).collect::<Vec<_>>())
    }

    /// With at least one axis: a scalar becomes a vector.
    fn atleast_1d(self) -> Tensor<T> {
        if self.rank()? == 0 { self.with_dims(&[Dim::Lit(1)]) } else { self }
    }

    /// With at least two axes: a vector becomes a row.
    fn atleast_2d(self) -> Tensor<T> {
        if self.rank()? < 2 { self.atleast_1d().expand_dims(0) } else { self }
    }

    /// With at least three axes: a matrix gets a last axis, as in NumPy.
    fn atleast_3d(self) -> Tensor<T> {
        if self.rank()? < 3 { self.atleast_2d().expand_dims(-1) } else { self }
    }

    /// Repeated as a whole, so many times along each axis; with fewer numbers than axes, along the last ones.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::new(&[2], &[1, 2])?.tile([2]).to_vec()?, [1, 2, 1, 2]);
    /// assert_eq!(Tensor::new(&[2], &[1, 2])?.tile([3, 1]).dims(), [3, 2]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn tile(self, repeats: Positions) -> Tensor<T> {
        let (given, dims) = (repeats.as_ref(), self.dims()?);
        let rank = given.len().max(dims.len());
        let (mut apart, mut wide, mut to): (Vec<Dim>, Vec<Dim>, Vec<Dim>) = (vec![], vec![], vec![]);
        for axis in 0..rank {
            let times = (axis + given.len()).checked_sub(rank).map_or(1, |i| given[i]);
            let size = (axis + dims.len()).checked_sub(rank).map_or(Dim::Lit(1), |i| dims[i].clone());
            to.push(&Dim::Lit(times) * &size);
            apart.extend([Dim::Lit(1), size.clone()]);
            wide.extend([Dim::Lit(times), size]);
        }
        self.with_dims(&apart).broadcast(&wide).with_dims(&to)
    }

    /// Each element of an axis `times` times.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::new(&[2], &[1, 2])?.repeat(2, 0).to_vec()?, [1, 1, 2, 2]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "repeat_interleave")]
    fn repeat(self, times: Position, axis: Axis) -> Tensor<T> {
        let axis = self.axis(axis)?;
        let apart = self.expand_dims(axis as i32 + 1);
        let mut wide = apart.dims()?;
        wide[axis + 1] = Dim::Lit(times);
        apart.broadcast(&wide).merged(axis)?
    }

    /// Each element of an axis as often as `times` says for it.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::new(&[3], &[1, 2, 3])?.repeat_each([2, 0, 1], 0).to_vec()?, [1, 1, 3]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn repeat_each(self, times: Positions, axis: Axis) -> Tensor<T> {
        let (axis, times) = (self.axis(axis)?, times.as_ref());
        if self.size(axis)? != times.len() {
            let message = format!("{} numbers do not fit axis {axis} of {}", times.len(), self.shape()?);
            return Err(self.composer().wrong(Code::Shape, message));
        }
        let positions: Vec<i32> = times.iter().enumerate().flat_map(|(i, &n)| std::iter::repeat_n(i as i32, n)).collect();
        self.take_known(axis, &positions)?
    }

    /// Each element of an axis as often as the vector `times` says for it, cut to `total` elements, or filled up with
    /// the last one.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[3], &[1, 2, 3])?;
    /// assert_eq!(x.repeat_by(&Tensor::new(&[3], &[2, 0, 1])?, 0, 4).to_vec()?, [1, 1, 3, 3]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn repeat_by(self, times: Indices, axis: Axis, total: Size) -> Tensor<T> {
        let c = self.composer();
        let ends = times.convert(DType::I32).cumsum(0);
        let positions = ends.searchsorted(c.iota(DType::I32, [total.into()], 0), true);
        self.take(positions, axis)
    }

    /// Turned by 90 degrees `times` times, in the plane of two axes, from the first toward the second.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2, 2], &[1, 2, 3, 4])?;
    /// assert_eq!(x.rot90(1, [0, 1]).to_vec()?, [2, 4, 1, 3]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn rot90(self, times: Integer, axes: Axes) -> Tensor<T> {
        let &[first, second] = axes.axes() else {
            return Err(self.composer().wrong(Code::Attribute, "a plane has two axes"));
        };
        self.axes(&[first, second])?;
        match times.rem_euclid(4) {
            1 => self.reverse(second).swap_axes(first, second),
            2 => self.reverse([first, second]),
            3 => self.swap_axes(first, second).reverse(second),
            _ => self,
        }
    }

    /// The elements moved by `shift` positions along an axis; what leaves it comes in at the other end.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::new(&[4], &[1, 2, 3, 4])?.roll(1, 0).to_vec()?, [4, 1, 2, 3]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn roll(self, shift: Integer, axis: Axis) -> Tensor<T> {
        let position = self.axis(axis)?;
        let n = self.size(position)?;
        let first = (-i64::from(shift)).checked_rem_euclid(n as i64).unwrap_or(0) as usize;
        if first == 0 {
            return Ok(self);
        }
        self.composer().concat([self.steps(position, first, n, 1)?, self.steps(position, 0, first, 1)?], axis)
    }

    /// The windows of `size` elements, `step` apart, of an axis, whose size becomes their number; the elements of a
    /// window are on a new last axis.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::new(&[5], &[1, 2, 3, 4, 5])?.unfold(0, 3, 2).to_vec()?, [1, 2, 3, 3, 4, 5]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "sliding_window_view")]
    fn unfold(self, axis: Axis, size: Position, step: Position) -> Tensor<T> {
        let (c, axis) = (self.composer(), self.axis(axis)?);
        let n = self.size(axis)?;
        if size > n || step == 0 {
            let message = format!("axis {axis} of {} has no windows of {size} elements, {step} apart", self.shape()?);
            return Err(c.wrong(Code::Attribute, message));
        }
        self.windows(axis, size, step, 1)?.move_axes(axis as i32 + 1, -1)
    }

    /// From `[batch, channels * r * r, height, width]` to `[batch, channels, height * r, width * r]` (Shi et al.,
    /// 2016).
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::<f32>::zeros(&[1, 4, 2, 3]).pixel_shuffle(2).dims(), [1, 1, 4, 6]);
    /// ```
    fn pixel_shuffle(self, factor: Position) -> Tensor<T> {
        self.of_rank(4, "[batch, channels, height, width]")?;
        let parts = self.divided(1, factor * factor)?.divided(2, factor)?;
        parts.transpose([0, 1, 4, 2, 5, 3]).merged(4)?.merged(2)?
    }

    /// The inverse of [`Tensor::pixel_shuffle`].
    fn pixel_unshuffle(self, factor: Position) -> Tensor<T> {
        self.of_rank(4, "[batch, channels, height, width]")?;
        let parts = self.divided(3, factor)?.divided(2, factor)?;
        parts.transpose([0, 1, 3, 5, 2, 4]).merged(2)?.merged(1)?
    }

    /// From `[batch, height, width, channels]` to `[batch, height / block, width / block, block * block * channels]`.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::<f32>::zeros(&[1, 4, 6, 3]).space_to_depth(2).dims(), [1, 2, 3, 12]);
    /// ```
    fn space_to_depth(self, block: Position) -> Tensor<T> {
        self.of_rank(4, "[batch, height, width, channels]")?;
        let parts = self.divided(2, block)?.divided(1, block)?;
        parts.transpose([0, 1, 3, 2, 4, 5]).merged(4)?.merged(3)?
    }

    /// The inverse of [`Tensor::space_to_depth`].
    fn depth_to_space(self, block: Position) -> Tensor<T> {
        self.of_rank(4, "[batch, height, width, channels]")?;
        let blocks = [Dim::Lit(block), Dim::Lit(block)];
        let dims = self.dims()?;
        let channels = self.divided(3, block * block)?.dims()?[3].clone();
        let parts = self.with_dims(&[&dims[..3], &blocks, &[channels]].concat());
        parts.transpose([0, 1, 3, 2, 4, 5]).merged(3)?.merged(1)?
    }
}
