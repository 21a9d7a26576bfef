// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Positions of several axes as one and back, positions of triangles, elements left out and put between, choice among
//! tensors.

use super::declare::{functions, methods};
use super::{Composed, Var};
use crate::{Code, Dim, HostTensor};

methods! { places:
    /// The position on each axis of dims, from a position among all elements in row-major order.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let places = Tensor::new(&[2], &[5, 1])?.unravel_index([2, 3]);
    /// assert_eq!(places[0].to_vec()?, [1, 0]);
    /// assert_eq!(places[1].to_vec()?, [2, 1]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn unravel_index(self, dims: Positions) -> Vec<Tensor<T>> {
        let (dims, dtype) = (dims.as_ref(), self.dtype()?);
        if !dtype.is_int() {
            return Err(self.composer().wrong(Code::DType, format!("positions {} are not integers", self.shape()?)));
        }
        let (mut rest, mut places) = (self, vec![]);
        for &size in dims.iter().rev() {
            let size = self.composer().scalar(dtype, size.max(1) as f64);
            places.push(rest % size);
            rest = rest / size;
        }
        places.reverse();
        places
    }

    /// Without the slices of an axis at positions.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::new(&[4], &[1, 2, 3, 4])?.delete([0, 2], 0).to_vec()?, [2, 4]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn delete(self, positions: Positions, axis: Axis) -> Tensor<T> {
        let (position, gone) = (self.axis(axis)?, positions.as_ref());
        let n = self.size(position)?;
        self.positions_before(position, gone, n)?;
        let left: Vec<i32> = (0..n).filter(|i| !gone.contains(i)).map(|i| i as i32).collect();
        self.take_known(position, &left)?
    }

    /// With `values` before the slices of an axis at positions, which are those of the tensor as it was; the size of
    /// the axis puts one at the end. The values broadcast to one slice for each position.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let values = Tensor::new(&[2], &[8, 9])?;
    /// assert_eq!(Tensor::new(&[2], &[1, 2])?.insert([0, 2], &values, 0).to_vec()?, [8, 1, 2, 9]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn insert(self, positions: Positions, values: Operand, axis: Axis) -> Tensor<T> {
        let (c, position, given) = (self.composer(), self.axis(axis)?, positions.as_ref());
        let n = self.size(position)?;
        self.positions_before(position, given, n + 1)?;
        let mut dims = self.dims()?;
        dims[position] = Dim::Lit(given.len());
        let values = c.operand(self.dtype()?, values.into()).broadcast(&dims);
        let mut order: Vec<i32> = vec![];
        for i in 0..=n {
            order.extend(given.iter().enumerate().filter(|&(_, &at)| at == i).map(|(k, _)| (n + k) as i32));
            order.extend((i < n).then_some(i as i32));
        }
        c.concat([self, values], axis).take_known(position, &order)?
    }
}

impl<'c> Var<'c> {
    fn positions_before(self, axis: usize, positions: &[usize], end: usize) -> Composed<()> {
        match positions.iter().find(|&&position| position >= end) {
            None => Ok(()),
            Some(position) => {
                let message = format!("axis {axis} of {} has no position {position}", self.shape()?);
                Err(self.composer().wrong(Code::Attribute, message))
            }
        }
    }
}

functions! { choices, Free:
    /// The element of the tensor that `positions` numbers among `choices`, elementwise. All broadcast; `mode` says what
    /// a number outside means, and does not fill.
    ///
    /// ```
    /// use gomlx::{IndexMode, Tensor, choose};
    /// let (x, y) = (Tensor::new(&[2], &[1, 2])?, Tensor::new(&[2], &[10, 20])?);
    /// assert_eq!(choose(&Tensor::new(&[2], &[1, 0])?, &[&x, &y], IndexMode::Clip).to_vec()?, [10, 2]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn choose(self, positions: Indices, choices: Tensors, mode: IndexMode) -> Tensor<T> {
        let choices = choices.as_ref();
        let Some(place) = positions.in_mode(&Dim::Lit(choices.len()), mode)?.filter(|_| !choices.is_empty()) else {
            return Err(self.wrong(Code::Attribute, "there are no tensors to choose from, or the mode fills"));
        };
        let same = self.broadcast_arrays(choices);
        let chosen = self.stack(same, 0);
        let dims = chosen.dims()?;
        let place = place.expand_dims(0);
        let wide = self.common(&chosen.shape()?, &place.shape()?, &dims[1..], &place.dims()?[1..])?;
        let of_all: Vec<Dim> = dims[..1].iter().chain(&wide).cloned().collect();
        let of_one: Vec<Dim> = [Dim::Lit(1)].iter().chain(&wide).cloned().collect();
        super::along::take_along(chosen.broadcast(&of_all), place.broadcast(&of_one), 0)?.squeeze(0)
    }

    /// The position among all elements of dims in row-major order, from the position on each axis; `mode` says what a
    /// position outside means, and does not fill.
    ///
    /// ```
    /// use gomlx::{IndexMode, Tensor, ravel_multi_index};
    /// let (i, j) = (Tensor::new(&[2], &[1, 0])?, Tensor::new(&[2], &[2, 1])?);
    /// assert_eq!(ravel_multi_index(&[&i, &j], [2, 3], IndexMode::Clip).to_vec()?, [5, 1]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn ravel_multi_index(self, positions: Tensors, dims: Positions, mode: IndexMode) -> Tensor<T> {
        let (positions, dims) = (positions.as_ref(), dims.as_ref());
        if positions.len() != dims.len() || positions.is_empty() {
            let message = format!("{} tensors of positions do not fit dims {dims:?}", positions.len());
            return Err(self.wrong(Code::Attribute, message));
        }
        let mut all: Option<Var<'c>> = None;
        for (place, &size) in positions.iter().zip(dims) {
            let dtype = place.dtype()?;
            let Some(within) = place.in_mode(&Dim::Lit(size), mode)? else {
                return Err(self.wrong(Code::Attribute, "the mode fills"));
            };
            let own = within.convert(dtype);
            all = Some(all.map_or(own, |all| all * self.scalar(dtype, size as f64) + own));
        }
        all.ok_or_else(|| self.unknown())?
    }
}

functions! { triangles, Associated:
    /// The rows and the columns of the elements of a `[rows, columns]` matrix that are on or below its diagonal `k`, in
    /// row-major order: 0 is the main one, and a positive one is above it.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let (rows, columns) = Tensor::<i32>::tril_indices(2, 2, 0);
    /// assert_eq!(rows.to_vec()?, [0, 1, 1]);
    /// assert_eq!(columns.to_vec()?, [0, 0, 1]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn tril_indices<T>(self, rows: Position, columns: Position, k: Integer) -> (Tensor<T>, Tensor<T>) {
        self.known_places(T, rows, columns, |i, j| j - i <= i64::from(k))?
    }

    /// The rows and the columns of the elements of a `[rows, columns]` matrix that are on or above its diagonal `k`, in
    /// row-major order: 0 is the main one, and a positive one is above it.
    fn triu_indices<T>(self, rows: Position, columns: Position, k: Integer) -> (Tensor<T>, Tensor<T>) {
        self.known_places(T, rows, columns, |i, j| j - i >= i64::from(k))?
    }
}

impl<'c> super::Composer<'c> {
    /// The rows and columns of the elements of a matrix that `chosen` chooses, as constants.
    fn known_places(
        &'c self,
        dtype: crate::DType,
        rows: usize,
        columns: usize,
        chosen: impl Fn(i64, i64) -> bool,
    ) -> Composed<(Var<'c>, Var<'c>)> {
        let all = (0..rows as i64).flat_map(|i| (0..columns as i64).map(move |j| (i, j))).filter(|&(i, j)| chosen(i, j));
        let (i, j): (Vec<i64>, Vec<i64>) = all.unzip();
        let constant = |places: &[i64]| -> Composed<Var<'c>> {
            let places = HostTensor::new(&[places.len()], places).map_err(|error| self.wrong_with(error))?;
            Ok(self.constant(places).convert(dtype))
        };
        Ok((constant(&i)?, constant(&j)?))
    }
}
