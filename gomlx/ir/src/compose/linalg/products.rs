// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Products of vectors, matrices and tensors.

use smallvec::SmallVec;

use super::super::declare::{functions, methods};
use super::super::{Composed, Var};
use crate::{Axes, Code, Dim, DotDims, Op};

methods! { products:
    /// Dot product by NumPy's rules: of vectors a scalar, of matrices the matrix product, of a scalar a multiple;
    /// otherwise the last axis with the second to last of `right`, all other axes one after the other.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[3], &[1.0f32, 2.0, 3.0])?;
    /// assert_eq!(x.dot(&x).item()?, 14.0);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn dot(self, right: Tensor) -> Tensor<T> {
        let (x, y) = (self.rank()?, right.rank()?);
        if x == 0 || y == 0 {
            return Ok(self * right);
        }
        self.contract(right, &[x - 1], &[y.saturating_sub(2)])?
    }

    /// The product of the last axes of both, all other axes one after the other; of a scalar a multiple.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2, 2], &[1.0f32, 2.0, 3.0, 4.0])?;
    /// assert_eq!(x.inner(&x).to_vec()?, [5.0, 11.0, 11.0, 25.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn inner(self, right: Tensor) -> Tensor<T> {
        let (x, y) = (self.rank()?, right.rank()?);
        if x == 0 || y == 0 {
            return Ok(self * right);
        }
        self.contract(right, &[x - 1], &[y - 1])?
    }

    /// The product of every element with every element of another: a matrix of both, flattened.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2], &[1, 2])?;
    /// assert_eq!(x.outer(&x).to_vec()?, [1, 2, 2, 4]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn outer(self, right: Tensor) -> Tensor<T> {
        self.flatten().expand_dims(1) * right.flatten().expand_dims(0)
    }

    /// The sum of the products along an axis, which goes away; of complex numbers the left side is conjugated. Both
    /// broadcast.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2, 2], &[1, 2, 3, 4])?;
    /// assert_eq!(x.vecdot(&x, -1).to_vec()?, [5, 25]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn vecdot(self, right: Tensor, axis: Axis) -> Tensor<T> {
        (self.conj() * right).sum_axis(axis)
    }

    /// The product of vectors in three dimensions along an axis. Both broadcast.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let (x, y) = (Tensor::new(&[3], &[1, 0, 0])?, Tensor::new(&[3], &[0, 1, 0])?);
    /// assert_eq!(x.cross(&y, -1).to_vec()?, [0, 0, 1]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn cross(self, right: Tensor, axis: Axis) -> Tensor<T> {
        let c = self.composer();
        let (x, y) = c.broadcast_pair(self, right)?;
        let position = x.axis(axis)?;
        let size = x.dims()?[position].clone();
        if !size.is(3) {
            let message = format!("axis {axis} of {} has not size 3", x.shape()?);
            return Err(c.wrong_if(size.provably_differs(&Dim::Lit(3)), Code::Shape, message));
        }
        let axis = position as i32;
        let part = |v: Var<'c>, i: usize| v.slice_axis(axis, i % 3, i % 3 + 1);
        let parts: Vec<Var<'_>> = (0..3).map(|i| part(x, i + 1) * part(y, i + 2) - part(x, i + 2) * part(y, i + 1)).collect();
        c.concat(parts, axis)
    }

    /// Kronecker's product: blocks of the right side, each times an element of the left.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let (x, y) = (Tensor::new(&[2], &[1, 10])?, Tensor::new(&[2], &[1, 2])?);
    /// assert_eq!(x.kron(&y).to_vec()?, [1, 2, 10, 20]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn kron(self, right: Tensor) -> Tensor<T> {
        let rank = self.rank()?.max(right.rank()?);
        let aligned = |v: Var<'c>| -> Composed<Vec<Dim>> {
            let dims = v.dims()?;
            Ok(std::iter::repeat_n(Dim::Lit(1), rank - dims.len()).chain(dims).collect())
        };
        let (x, y) = (aligned(self)?, aligned(right)?);
        let spread = |dims: &[Dim], first: bool| -> Vec<Dim> {
            dims.iter().flat_map(|n| if first { [n.clone(), Dim::Lit(1)] } else { [Dim::Lit(1), n.clone()] }).collect()
        };
        let both: Vec<Dim> = x.iter().zip(&y).map(|(m, n)| m * n).collect();
        (self.with_dims(&spread(&x, true)) * right.with_dims(&spread(&y, false))).with_dims(&both)
    }

    /// The sum of the products over pairs of axes; the other axes of both come one after the other.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2, 2], &[1, 2, 3, 4])?;
    /// assert_eq!(x.tensordot(&x, [0, 1], [0, 1]).item()?, 30);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    ///
    /// # Panics
    /// If the axes do not fit; in a graph this is an error of the trace.
    fn tensordot(self, right: Tensor, axes: Axes, right_axes: Axes) -> Tensor<T> {
        let (axes, right_axes) = (axes.axes(), right_axes.axes());
        if axes.len() != right_axes.len() {
            let message = format!("{} axes do not pair with {}", axes.len(), right_axes.len());
            return Err(self.composer().wrong(Code::Attribute, message));
        }
        let positions = |v: Var<'c>, axes: &[i32]| axes.iter().map(|&axis| v.axis(axis)).collect::<Composed<Vec<usize>>>();
        self.contract(right, &positions(self, axes)?, &positions(right, right_axes)?)?
    }
}

functions! { chains, Linalg:
    /// The product of two tensors, both flattened; of complex numbers the first is conjugated.
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// let x = Tensor::new(&[2, 2], &[1, 2, 3, 4])?;
    /// assert_eq!(linalg::vdot(&x, &x).item()?, 30);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn vdot(self, x: Tensor, y: Tensor) -> Tensor<T> {
        x.conj().flatten().dot(y.flatten())
    }

    /// The product of matrices in the order that costs least; the first and the last may be vectors.
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// let (x, y) = (Tensor::<f32>::ones(&[2, 3]), Tensor::<f32>::ones(&[3]));
    /// assert_eq!(linalg::multi_dot(&[&x, &y]).to_vec()?, [3.0, 3.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn multi_dot(self, matrices: Tensors) -> Tensor<T> {
        let matrices = matrices.as_ref();
        let mut subscripts = String::new();
        let letter = |i: usize| char::from_u32('a' as u32 + i as u32).filter(char::is_ascii_lowercase);
        let mut at = 0;
        let mut ends = (None, None);
        for (i, matrix) in matrices.iter().enumerate() {
            let rank = matrix.rank()?;
            let end = i == 0 || i + 1 == matrices.len();
            let letters = match (rank, end) {
                (2, _) => [letter(at), letter(at + 1)],
                (1, true) => [letter(at), None],
                _ => return Err(self.wrong(Code::Shape, format!("{} is not a matrix", matrix.shape()?))),
            };
            if i == 0 && rank == 2 {
                ends.0 = letters[0];
            }
            if i + 1 == matrices.len() && rank == 2 {
                ends.1 = letters[1];
            }
            let separator = if i == 0 { "" } else { "," };
            subscripts.push_str(separator);
            subscripts.extend(letters.into_iter().flatten());
            at += if i == 0 && rank == 1 { 0 } else { 1 };
        }
        if at > 25 {
            return Err(self.wrong(Code::Unsupported, format!("{} matrices are more than 24", matrices.len())));
        }
        subscripts.push_str("->");
        subscripts.extend([ends.0, ends.1].into_iter().flatten());
        self.einsum(&subscripts, matrices)
    }

    /// Matrices one after the other along the diagonal, zeros elsewhere; vectors and scalars count as rows.
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// let (x, y) = (Tensor::new(&[1, 2], &[1, 2])?, Tensor::new(&[1, 1], &[3])?);
    /// assert_eq!(linalg::block_diag(&[&x, &y]).to_vec()?, [1, 2, 0, 0, 0, 3]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn block_diag(self, matrices: Tensors) -> Tensor<T> {
        let mut blocks = vec![];
        for &matrix in matrices.as_ref() {
            let mut dims = matrix.dims()?;
            while dims.len() < 2 {
                dims.insert(0, Dim::Lit(1));
            }
            let (Some(rows), Some(columns), 2) = (dims[0].lit(), dims[1].lit(), dims.len()) else {
                let known = dims.len() > 2;
                return Err(self.wrong_if(known, Code::Shape, format!("{} is not a matrix", matrix.shape()?)));
            };
            blocks.push((matrix.with_dims(&dims), rows, columns));
        }
        let all: usize = blocks.iter().map(|(_, _, columns)| columns).sum();
        let mut before = 0;
        let mut rows = vec![];
        for (block, _, columns) in blocks {
            rows.push(block.pad([(0, 0), (before as i64, (all - before - columns) as i64)], 0));
            before += columns;
        }
        self.concat(rows, 0)
    }
}

impl<'c> Var<'c> {
    /// The sum of the products over pairs of axes.
    fn contract(self, right: Var<'c>, axes: &[usize], right_axes: &[usize]) -> Composed<Var<'c>> {
        let (c, x, y) = (self.composer(), self.shape()?, right.shape()?);
        for (&i, &j) in axes.iter().zip(right_axes) {
            let (m, n) = (&x.dims[i], &y.dims[j]);
            if m != n {
                return Err(c.wrong_if(
                    m.provably_differs(n),
                    Code::Shape,
                    format_args!("cannot contract {x} with {y}: {m} and {n} differ"),
                ));
            }
        }
        if axes.is_empty() {
            let dims: SmallVec<[Dim; 4]> = x.dims.iter().cloned().chain(std::iter::repeat_n(Dim::Lit(1), y.rank())).collect();
            return Ok(self.with_dims(&dims) * right);
        }
        let dims = DotDims {
            lhs_batch: Axes::new(),
            rhs_batch: Axes::new(),
            lhs_contracting: axes.into(),
            rhs_contracting: right_axes.into(),
            out: x.dtype,
        };
        Ok(c.emit(Op::DotGeneral(dims), &[self, right]))
    }
}
