// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tensors of numbers in a row, tensors like another one, and grids of positions.

use super::choice::Indexing;
use super::declare::{functions, methods};
use super::{Composer, Sizes, Var};
use crate::{Axes, Code, DType, Dim, Direction};

functions! { creation, Associated:
    /// The numbers `start`, `start + step`, .. before `stop`. They are computed in `f64` (integers exactly) and rounded
    /// once.
    ///
    /// # Errors
    /// If `step` is 0 or not finite, or the element type has not the numbers.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::<i32>::range(-3.0, 11.0, 4.0).to_vec()?, [-3, 1, 5, 9]);
    /// assert_eq!(Tensor::<f32>::range(1.0, 0.0, -0.25).to_vec()?, [1.0, 0.75, 0.5, 0.25]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "arange")]
    fn range<T>(self, start: Real, stop: Real, step: Real) -> Tensor<T> {
        let count = ((stop - start) / step).ceil().max(0.0);
        if step == 0.0 || !count.is_finite() {
            return Err(self.wrong(Code::Attribute, format_args!("from {start} to {stop} by {step} never ends")));
        }
        let [_, _] = [start, step].map(|number| self.operand(T, number.into()));
        let wide = if T.is_int() { DType::I64 } else { DType::F64 };
        let positions = self.iota(wide, [Dim::Lit(count as usize)], 0);
        (positions * self.scalar(wide, step) + self.scalar(wide, start)).convert(T)
    }

    /// `n` numbers from `start` to `stop`, evenly spaced. The last is `stop` if `endpoint`; otherwise `stop` would come
    /// next. They are computed in `f64` and rounded once (cut, of integers).
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::<f32>::linspace(0.0, 1.0, 5, true).to_vec()?, [0.0, 0.25, 0.5, 0.75, 1.0]);
    /// assert_eq!(Tensor::<f32>::linspace(0.0, 1.0, 4, false).to_vec()?, [0.0, 0.25, 0.5, 0.75]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn linspace<T>(self, start: Real, stop: Real, n: Position, endpoint: Flag) -> Tensor<T> {
        self.spaced(start, stop, n, endpoint).convert(T)
    }

    /// `n` powers of `base`, whose exponents are [`Tensor::linspace`]'s numbers.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::<f32>::logspace(0.0, 3.0, 4, true, 10.0);
    /// assert_close!(x, Tensor::new(&[4], &[1.0f32, 10.0, 100.0, 1000.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn logspace<T>(self, start: Real, stop: Real, n: Position, endpoint: Flag, base: Real) -> Tensor<T> {
        let exponents = self.spaced(start, stop, n, endpoint);
        self.scalar(DType::F64, base).powf(exponents).convert(T)
    }

    /// `n` numbers from `start` to `stop`, each the same multiple of the one before it. The last is `stop` if
    /// `endpoint`; otherwise `stop` would come next.
    ///
    /// # Errors
    /// If a bound is 0, or the bounds have different signs.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::<f32>::geomspace(1.0, 8.0, 4, true);
    /// assert_close!(x, Tensor::new(&[4], &[1.0f32, 2.0, 4.0, 8.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn geomspace<T>(self, start: Real, stop: Real, n: Position, endpoint: Flag) -> Tensor<T> {
        let ratio = stop / start;
        if !(ratio > 0.0 && ratio.is_finite()) {
            let message = format_args!("there is no geometric sequence of real numbers from {start} to {stop}");
            return Err(self.wrong(Code::Attribute, message));
        }
        // The bounds are the result's to the last bit.
        let exponents = self.spaced(0.0, 1.0, n, endpoint);
        let numbers = self.scalar(DType::F64, ratio).powf(exponents) * start;
        let last = exponents.compare(Direction::Eq, 1.0);
        self.scalar(DType::F64, stop).select(last, numbers).convert(T)
    }

    /// A matrix with ones on a diagonal and zeros elsewhere: `diagonal` 0 is the main one, positive ones lie above it.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::<i32>::eye(2, 3, 1).to_vec()?, [0, 1, 0, 0, 0, 1]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "identity")]
    fn eye<T>(self, rows: Size, columns: Size, diagonal: Integer) -> Tensor<T> {
        self.mask_by_diagonal(&[rows.into(), columns.into()], diagonal, Direction::Eq).convert(T)
    }

    /// A matrix with ones at and below a diagonal and zeros above it.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::<i32>::tri(2, 3, 0).to_vec()?, [1, 0, 0, 1, 1, 0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn tri<T>(self, rows: Size, columns: Size, diagonal: Integer) -> Tensor<T> {
        self.mask_by_diagonal(&[rows.into(), columns.into()], diagonal, Direction::Le).convert(T)
    }

    /// The positions in a tensor of given dims, `[rank, dims..]`: row `i` holds the positions along axis `i`.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::<i32>::indices([2, 2]).to_vec()?, [0, 0, 1, 1, 0, 1, 0, 1]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "mgrid")]
    fn indices<T>(self, dims: Dims) -> Tensor<T> {
        let dims = dims.as_ref();
        if dims.is_empty() {
            return Ok(self.zeros(T, [Dim::Lit(0)]));
        }
        let axes: Vec<Var<'_>> = (0..dims.len()).map(|axis| self.iota(T, dims, axis)).collect();
        self.stack(axes, 0)
    }

    /// The positions along each axis of given dims: a tensor an axis, of size 1 along the others, so that they
    /// broadcast to [`Tensor::indices`].
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let axes = Tensor::<i32>::open_indices([2, 3]);
    /// assert_eq!((axes[0].dims(), axes[1].dims()), (&[2, 1][..], &[1, 3][..]));
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "ogrid")]
    fn open_indices<T>(self, dims: Dims) -> Vec<Tensor<T>> {
        let dims = dims.as_ref();
        let open = |axis: usize| {
            let mut open = Sizes::from_elem(Dim::Lit(1), dims.len());
            open[axis] = dims[axis].clone();
            self.iota(T, open, axis)
        };
        (0..dims.len()).map(open).collect()
    }
}

impl<'c> Composer<'c> {
    /// Evenly spaced numbers, `f64`.
    fn spaced(&'c self, start: f64, stop: f64, n: usize, endpoint: bool) -> Var<'c> {
        let steps = if endpoint { n.saturating_sub(1) } else { n }.max(1) as f64;
        let positions = self.iota(DType::F64, [Dim::Lit(n)], 0);
        // From the nearer end, so that both bounds are met to the last bit.
        let (from_start, from_stop) = (positions / steps, (steps - positions) / steps);
        let near_stop = positions.compare(Direction::Gt, steps / 2.0);
        (stop - from_stop * (stop - start)).select(near_stop, from_start * (stop - start) + start)
    }

    /// A mask over matrices: how the diagonal of each element compares with one. The main diagonal is 0.
    pub(super) fn mask_by_diagonal(&'c self, dims: &[Dim], diagonal: i32, direction: Direction) -> Var<'c> {
        let (row, column) = (self.iota(DType::I64, dims, 0), self.iota(DType::I64, dims, 1));
        column.compare(direction, row + self.scalar(DType::I64, f64::from(diagonal)))
    }
}

methods! { like:
    /// A tensor of the same dims with every element equal to `value`.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2], &[1.0f32, 2.0])?;
    /// assert_eq!(x.full_like(0.5).to_vec()?, [0.5, 0.5]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn full_like(self, value: Scalar) -> Tensor<T> {
        self.composer().operand(self.dtype()?, value.into()).broadcast(&self.dims()?)
    }

    /// Zeros (false) of the same dims.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2], &[1.0f32, 2.0])?;
    /// assert_eq!(x.zeros_like().to_vec()?, [0.0, 0.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn zeros_like(self) -> Tensor<T> {
        self.full_like(0)
    }

    /// Ones (true) of the same dims.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2], &[1.0f32, 2.0])?;
    /// assert_eq!(x.ones_like().to_vec()?, [1.0, 1.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn ones_like(self) -> Tensor<T> {
        self.full_like(1)
    }
}

functions! { grids, Free:
    /// The coordinates of a grid: a tensor for each vector, which holds its elements along one axis and repeats them
    /// along the others. With `indexing` [`Indexing::Ij`](crate::Indexing) the vectors go along the axes in order; with
    /// [`Indexing::Xy`](crate::Indexing) the first goes along axis 1 and the second along axis 0.
    ///
    /// # Errors
    /// If a tensor is no vector.
    ///
    /// ```
    /// use gomlx::{Indexing, Tensor, meshgrid};
    /// let (x, y) = (Tensor::new(&[2], &[1, 2])?, Tensor::new(&[3], &[3, 4, 5])?);
    /// let grid = meshgrid(&[&x, &y], Indexing::Ij);
    /// assert_eq!(grid[0].to_vec()?, [1, 1, 1, 2, 2, 2]);
    /// assert_eq!(grid[1].to_vec()?, [3, 4, 5, 3, 4, 5]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn meshgrid(self, vectors: Tensors, indexing: Indexing) -> Vec<Tensor<T>> {
        let vectors = vectors.as_ref();
        let mut order: Axes = (0..vectors.len()).collect();
        if indexing == Indexing::Xy && vectors.len() > 1 {
            order.swap(0, 1);
        }
        let mut dims = Sizes::from_elem(Dim::Lit(1), vectors.len());
        for (vector, &axis) in vectors.iter().zip(&order) {
            let shape = vector.shape()?;
            let [size] = &shape.dims[..] else {
                return Err(self.wrong(Code::Shape, format_args!("{shape} is no vector")));
            };
            dims[axis] = size.clone();
        }
        vectors.iter().zip(&order).map(|(vector, &axis)| vector.broadcast_in_dim(&dims, Axes::from_slice(&[axis]))).collect()
    }
}
