// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Matrices that few numbers determine.

use super::declare::{functions, methods};
use super::{Composed, Composer, Var};
use crate::{BinaryOp, Code, DType, Dim, UnaryOp};

methods! { structured:
    /// The powers of the elements of a vector, `[len, columns]`: from power 0 on if `increasing`, down to power 0 if
    /// not.
    ///
    /// # Errors
    /// If the tensor is no vector.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2], &[2, 3])?;
    /// assert_eq!(x.vander(3, false).to_vec()?, [4, 2, 1, 9, 3, 1]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn vander(self, columns: Position, increasing: Flag) -> Tensor<T> {
        let c = self.composer();
        self.vector_size()?;
        if columns == 0 {
            return Ok(self.zeros_like().expand_dims(-1).slice_axis(-1, 0, 0));
        }
        // The columns so far, times the next power of each element, are as many columns again.
        let (mut powers, mut next, mut count) = (self.ones_like().expand_dims(-1), self.expand_dims(-1), 1);
        while count < columns {
            powers = c.concat([powers, powers * next], -1);
            count *= 2;
            next = next.square();
        }
        let powers = if count == columns { powers } else { powers.slice_axis(-1, 0, columns) };
        if increasing { powers } else { powers.reverse(-1) }
    }

    /// The matrix with constant diagonals. This vector is its first column, and `row` its first row; the first element
    /// of `row` is ignored.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let (c, r) = (Tensor::new(&[2], &[1, 2])?, Tensor::new(&[3], &[9, 4, 5])?);
    /// assert_eq!(c.toeplitz(&r).to_vec()?, [1, 4, 5, 2, 1, 4]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn toeplitz(self, row: Tensor) -> Tensor<T> {
        let (c, rows, columns) = (self.composer(), self.vector_size()?, row.vector_size()?);
        let diagonals = c.concat([self.reverse(0), row.slice_axis(0, 1.min(columns), columns)], 0);
        let [i, j] = c.positions(rows, columns);
        let last = c.scalar(DType::I32, rows as f64 - 1.0);
        diagonals.entries(j - i + last)?
    }

    /// The matrix with constant antidiagonals. This vector is its first column, and `row` its last row; the first
    /// element of `row` is ignored.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let (c, r) = (Tensor::new(&[2], &[1, 2])?, Tensor::new(&[3], &[9, 4, 5])?);
    /// assert_eq!(c.hankel(&r).to_vec()?, [1, 2, 4, 2, 4, 5]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn hankel(self, row: Tensor) -> Tensor<T> {
        let (c, rows, columns) = (self.composer(), self.vector_size()?, row.vector_size()?);
        let diagonals = c.concat([self, row.slice_axis(0, 1.min(columns), columns)], 0);
        let [i, j] = c.positions(rows, columns);
        diagonals.entries(i + j)?
    }

    /// The square matrix whose first column is this vector. Each further column is the column before it, rotated down
    /// by one element.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let c = Tensor::new(&[3], &[1, 2, 3])?;
    /// assert_eq!(c.circulant().to_vec()?, [1, 3, 2, 2, 1, 3, 3, 2, 1]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn circulant(self) -> Tensor<T> {
        let (c, n) = (self.composer(), self.vector_size()?);
        let [i, j] = c.positions(n, n);
        c.concat([self, self], 0).entries(i - j + c.scalar(DType::I32, n as f64))?
    }
}

functions! { named, Associated:
    /// Hilbert's matrix of `n` rows: 1 / (i + j + 1) in row i and column j.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::<f32>::hilbert(2).to_vec()?, [1.0, 0.5, 0.5, 1.0 / 3.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn hilbert<T>(self, n: Size) -> Tensor<T> {
        let n = n.into();
        let [i, j] = [0, 1].map(|axis| self.iota(DType::F64, [n.clone(), n.clone()], axis));
        (1.0 / (i + j + 1.0)).convert(T)
    }

    /// Hadamard's matrix of `n` rows by Sylvester's construction: 1 and -1 in orthogonal rows.
    ///
    /// # Errors
    /// If `n` is not a power of two.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::<i32>::hadamard(2).to_vec()?, [1, 1, 1, -1]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn hadamard<T>(self, n: Position) -> Tensor<T> {
        if !n.is_power_of_two() {
            return Err(self.wrong(Code::Attribute, format_args!("{n} is not a power of two")));
        }
        // The sign is the parity of the ones that the positions have in common.
        let [i, j] = self.positions(n, n);
        let odd = i.binary(BinaryOp::And, j).unary(UnaryOp::Popcnt).binary(BinaryOp::And, 1);
        (self.scalar(DType::I32, 1.0) - odd - odd).convert(T)
    }
}

impl<'c> Composer<'c> {
    /// The row and the column of each element of a matrix.
    fn positions(&'c self, rows: usize, columns: usize) -> [Var<'c>; 2] {
        [0, 1].map(|axis| self.iota(DType::I32, [Dim::Lit(rows), Dim::Lit(columns)], axis))
    }
}

impl<'c> Var<'c> {
    /// The elements of a vector at positions within it.
    fn entries(self, positions: Var<'c>) -> Composed<Var<'c>> {
        // Without positions, the vector may have no element to read.
        let dims = positions.dims()?;
        if dims.iter().any(|size| size.is(0)) {
            return Ok(self.composer().operand(self.dtype()?, 0.into()).broadcast(&dims));
        }
        Ok(self.take(positions, 0))
    }

    /// The size of a vector.
    ///
    /// # Errors
    /// If the tensor is none, or the size is a symbol.
    pub(super) fn vector_size(self) -> Composed<usize> {
        let shape = self.shape()?;
        if shape.rank() != 1 {
            return Err(self.composer().wrong(Code::Shape, format_args!("{shape} is no vector")));
        }
        self.size(0)
    }
}
