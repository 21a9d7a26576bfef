// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Triangles and diagonals of matrices. Diagonal 0 is the main one; positive ones lie above it.

use super::declare::methods;
use super::{Composed, Sizes, Var};
use crate::{Axes, Code, Dim, Direction, Op};

methods! { triangle:
    /// The elements at and below a diagonal of the last two axes; the rest is 0.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2, 2], &[1, 2, 3, 4])?;
    /// assert_eq!(x.tril(0).to_vec()?, [1, 0, 3, 4]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn tril(self, diagonal: Integer) -> Tensor<T> {
        self.select(self.mask_of_matrices(diagonal, Direction::Le)?, 0)
    }

    /// The elements at and above a diagonal of the last two axes; the rest is 0.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2, 2], &[1, 2, 3, 4])?;
    /// assert_eq!(x.triu(0).to_vec()?, [1, 2, 0, 4]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn triu(self, diagonal: Integer) -> Tensor<T> {
        self.select(self.mask_of_matrices(diagonal, Direction::Ge)?, 0)
    }

    /// With `value` on the main diagonal of the last two axes.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2, 2], &[1, 2, 3, 4])?;
    /// assert_eq!(x.fill_diagonal(0).to_vec()?, [0, 2, 3, 0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn fill_diagonal(self, value: Scalar) -> Tensor<T> {
        let value = self.composer().operand(self.dtype()?, value.into());
        value.select(self.mask_of_matrices(0, Direction::Eq)?, self)
    }
}

methods! { diagonal:
    /// Of a vector a square matrix with it on a diagonal and zeros elsewhere; of a matrix its diagonal.
    ///
    /// # Errors
    /// If the tensor is neither; a diagonal of a matrix, if a size of the matrix is not known.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2], &[1, 2])?;
    /// assert_eq!(x.diag(1).to_vec()?, [0, 1, 0, 0, 0, 2, 0, 0, 0]);
    /// assert_eq!(x.diag(1).diag(1).to_vec()?, [1, 2]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn diag(self, diagonal: Integer) -> Tensor<T> {
        match self.rank()? {
            1 => self.diag_embed(diagonal, 0, 1),
            2 => self.diagonal(diagonal, 0, 1),
            _ => {
                let message = format_args!("{} is neither a vector nor a matrix", self.shape()?);
                return Err(self.composer().wrong_note(Code::Shape, message, "`diagonal` and `diag_embed` take more axes"));
            }
        }
    }

    /// A square matrix with all elements, in row-major order, on a diagonal and zeros elsewhere.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[1, 2], &[1, 2])?;
    /// assert_eq!(x.diagflat(0).to_vec()?, [1, 0, 0, 2]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn diagflat(self, diagonal: Integer) -> Tensor<T> {
        self.flatten().diag(diagonal)
    }

    /// The sum of a diagonal of the matrices on two axes, which go away: the elements `[i, i + offset]`.
    ///
    /// # Errors
    /// If the axes are the same, or there is none.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2, 2], &[1, 2, 3, 4])?;
    /// assert_eq!(x.trace(0, 0, 1).item()?, 5);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn trace(self, offset: Integer, axis1: Axis, axis2: Axis) -> Tensor<T> {
        self.diagonal(offset, axis1, axis2).sum_axis(-1)
    }

    /// A diagonal of the matrices that `axis1` (rows) and `axis2` (columns) span. The two axes go away, and the
    /// diagonal is the last axis.
    ///
    /// # Errors
    /// If the axes are the same, or there is none.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2, 3], &[1, 2, 3, 4, 5, 6])?;
    /// assert_eq!(x.diagonal(0, 0, 1).to_vec()?, [1, 5]);
    /// assert_eq!(x.diagonal(-1, 0, 1).to_vec()?, [4]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn diagonal(self, offset: Integer, axis1: Axis, axis2: Axis) -> Tensor<T> {
        let (first, second) = (self.axis(axis1)?, self.axis(axis2)?);
        self.axes(&[axis1, axis2])?;
        let rank = self.rank()?;
        let order: Vec<usize> = (0..rank).filter(|&axis| axis != first && axis != second).chain([first, second]).collect();
        let matrices = self.transpose(order);
        let (rows, columns) = (matrices.size(rank - 2)?, matrices.size(rank - 1)?);
        let away = offset.unsigned_abs() as usize;
        let (from_row, from_column) = if offset < 0 { (away.min(rows), 0) } else { (0, away.min(columns)) };
        let length = (rows - from_row).min(columns - from_column);
        let square = matrices.slice_axis(-2, from_row, from_row + length).slice_axis(-1, from_column, from_column + length);
        // In row-major order the elements of the diagonal are one row and one column apart.
        let mut flat: Sizes = square.dims()?[..rank - 2].into();
        flat.push(Dim::Lit(length * length));
        let mut strides = Axes::from_elem(1, rank - 1);
        strides[rank - 2] = length + 1;
        self.composer().emit(Op::Slice { starts: Axes::from_elem(0, rank - 1), limits: flat.clone(), strides }, &[square.with_dims(&flat)])
    }

    /// Square matrices with the last axis on a diagonal and zeros elsewhere. Their rows are axis `axis1` of the result,
    /// their columns `axis2`; the other axes stay in order.
    ///
    /// # Errors
    /// If the tensor is a scalar, or the axes are the same.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2, 2], &[1, 2, 3, 4])?;
    /// assert_eq!(x.diag_embed(0, -2, -1).to_vec()?, [1, 0, 0, 2, 3, 0, 0, 4]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn diag_embed(self, offset: Integer, axis1: Axis, axis2: Axis) -> Tensor<T> {
        let (c, shape) = (self.composer(), self.shape()?);
        let Some(last) = shape.rank().checked_sub(1) else {
            return Err(c.wrong(Code::Shape, format_args!("{shape} has no axis")));
        };
        let away = i64::from(offset.unsigned_abs());
        let (low, high) = if offset < 0 { (away, 0) } else { (0, away) };
        let mut padding = vec![(0, 0); last + 1];
        padding[last] = (low, high);
        let padded = self.pad(padding, 0);
        let mut dims = padded.dims()?;
        let size = dims[last].clone();
        let mask = c.mask_by_diagonal(&[size.clone(), size.clone()], offset, Direction::Eq);
        dims.push(size);
        // Row `i` repeats element `i`.
        let rows = padded.broadcast_in_dim(&dims, (0..=last).collect());
        let matrices = rows.select(mask, 0);
        let (first, second) = (matrices.axis(axis1)?, matrices.axis(axis2)?);
        matrices.axes(&[axis1, axis2])?;
        let mut others = 0..last;
        let place = |axis: usize| match axis {
            _ if axis == first => last,
            _ if axis == second => last + 1,
            _ => others.next().unwrap_or_default(),
        };
        let order: Vec<usize> = (0..last + 2).map(place).collect();
        matrices.transpose(order)
    }
}

impl<'c> Var<'c> {
    /// A mask over the last two axes, as [`Composer::mask_by_diagonal`](super::Composer) makes it.
    fn mask_of_matrices(self, diagonal: i32, direction: Direction) -> Composed<Var<'c>> {
        let (c, shape) = (self.composer(), self.shape()?);
        if shape.rank() < 2 {
            return Err(c.wrong(Code::Shape, format_args!("{shape} has fewer than two axes")));
        }
        Ok(c.mask_by_diagonal(&shape.dims[shape.rank() - 2..], diagonal, direction))
    }
}
