// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tensors taken apart along an axis, and put together.

use super::declare::{functions, methods};
use super::{Composed, Var};
use crate::{Code, Dim};

impl<'c> Var<'c> {
    /// The parts of an axis that begin at 0 and at each of the positions, which are cut to the axis.
    fn parts(self, axis: usize, starts: &[usize]) -> Composed<Vec<Var<'c>>> {
        let n = self.size(axis)?;
        let starts = [0].iter().chain(starts).map(|&start| start.min(n));
        let ends = starts.clone().skip(1).chain([n]);
        starts.zip(ends).map(|(start, end)| self.steps(axis, start, end.max(start), 1)).collect()
    }
}

methods! { split:
    /// Equal parts along an axis.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let parts = Tensor::new(&[4], &[1, 2, 3, 4])?.split(2, 0);
    /// assert_eq!(parts[1].to_vec()?, [3, 4]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "hsplit")]
    #[doc(alias = "vsplit")]
    #[doc(alias = "dsplit")]
    fn split(self, count: Position, axis: Axis) -> Vec<Tensor<T>> {
        let position = self.axis(axis)?;
        if count == 0 || self.size(position)? % count != 0 {
            let message = format!("axis {axis} of {} has no {count} equal parts", self.shape()?);
            return Err(self.composer().wrong_note(Code::Shape, message, "`array_split` gives parts that differ by one"));
        }
        self.array_split(count, axis)
    }

    /// Parts along an axis; the first ones are longer by one if they cannot be equal.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let parts = Tensor::new(&[3], &[1, 2, 3])?.array_split(2, 0);
    /// assert_eq!(parts[0].to_vec()?, [1, 2]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn array_split(self, count: Position, axis: Axis) -> Vec<Tensor<T>> {
        let axis = self.axis(axis)?;
        if count == 0 {
            return Err(self.composer().wrong(Code::Attribute, "there are no parts"));
        }
        let n = self.size(axis)?;
        let starts: Vec<usize> = (1..count).map(|i| i * (n / count) + i.min(n % count)).collect();
        self.parts(axis, &starts)?
    }

    /// The parts of an axis before, between and after positions.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let parts = Tensor::new(&[4], &[1, 2, 3, 4])?.split_at([1], 0);
    /// assert_eq!(parts[1].to_vec()?, [2, 3, 4]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn split_at(self, positions: Positions, axis: Axis) -> Vec<Tensor<T>> {
        self.parts(self.axis(axis)?, positions.as_ref())?
    }

    /// At most `count` parts along an axis, equal but the last, which may be shorter.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::new(&[5], &[1, 2, 3, 4, 5])?.chunk(4, 0).len(), 3);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn chunk(self, count: Position, axis: Axis) -> Vec<Tensor<T>> {
        let axis = self.axis(axis)?;
        if count == 0 {
            return Err(self.composer().wrong(Code::Attribute, "there are no parts"));
        }
        let n = self.size(axis)?;
        let starts: Vec<usize> = (0..n).step_by(n.div_ceil(count).max(1)).skip(1).collect();
        self.parts(axis, &starts)?
    }

    /// The slices of an axis, without it.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let rows = Tensor::new(&[2, 2], &[1, 2, 3, 4])?.unstack(0);
    /// assert_eq!(rows[1].to_vec()?, [3, 4]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "unbind")]
    fn unstack(self, axis: Axis) -> Vec<Tensor<T>> {
        let position = self.axis(axis)?;
        (0..self.size(position)?).map(|i| Ok(self.steps(position, i, i + 1, 1)?.squeeze(axis))).collect::<Composed<_>>()?
    }
}

functions! { pieces, Free:
    /// Tensors one after the other along the second axis, or the first of vectors.
    ///
    /// ```
    /// use gomlx::{Tensor, hstack};
    /// let x = Tensor::<f32>::zeros(&[2, 3]);
    /// assert_eq!(hstack(&[&x, &x]).dims(), [2, 6]);
    /// ```
    fn hstack(self, tensors: Tensors) -> Tensor<T> {
        let tensors: Vec<Var<'_>> = tensors.as_ref().iter().map(|tensor| tensor.atleast_1d()).collect();
        let vectors = tensors.first().map_or(Ok(true), |first| Ok(first.rank()? == 1))?;
        self.concat(tensors, if vectors { 0 } else { 1 })
    }

    /// Tensors one after the other along the first axis; vectors are rows.
    ///
    /// ```
    /// use gomlx::{Tensor, vstack};
    /// let x = Tensor::<f32>::zeros(&[3]);
    /// assert_eq!(vstack(&[&x, &x]).dims(), [2, 3]);
    /// ```
    fn vstack(self, tensors: Tensors) -> Tensor<T> {
        self.concat(tensors.as_ref().iter().map(|tensor| tensor.atleast_2d()).collect::<Vec<_>>(), 0)
    }

    /// Tensors one after the other along the third axis, which vectors and matrices get.
    ///
    /// ```
    /// use gomlx::{Tensor, dstack};
    /// let x = Tensor::<f32>::zeros(&[2, 3]);
    /// assert_eq!(dstack(&[&x, &x]).dims(), [2, 3, 2]);
    /// ```
    fn dstack(self, tensors: Tensors) -> Tensor<T> {
        self.concat(tensors.as_ref().iter().map(|tensor| tensor.atleast_3d()).collect::<Vec<_>>(), 2)
    }

    /// Matrices side by side; vectors are columns.
    ///
    /// ```
    /// use gomlx::{Tensor, column_stack};
    /// let x = Tensor::<f32>::zeros(&[3]);
    /// assert_eq!(column_stack(&[&x, &x]).dims(), [3, 2]);
    /// ```
    fn column_stack(self, tensors: Tensors) -> Tensor<T> {
        let column = |tensor: &Var<'c>| -> Composed<Var<'c>> { Ok(if tensor.rank()? < 2 { tensor.atleast_2d().t() } else { *tensor }) };
        self.concat(tensors.as_ref().iter().map(column).collect::<Composed<Vec<_>>>()?, 1)
    }

    /// Tensors repeated to the shape that all have in common.
    ///
    /// ```
    /// use gomlx::{Tensor, broadcast_arrays};
    /// let (x, y) = (Tensor::<f32>::zeros(&[3]), Tensor::<f32>::zeros(&[2, 1]));
    /// assert_eq!(broadcast_arrays(&[&x, &y])[0].dims(), [2, 3]);
    /// ```
    #[doc(alias = "broadcast_tensors")]
    fn broadcast_arrays(self, tensors: Tensors) -> Vec<Tensor<T>> {
        let tensors = tensors.as_ref();
        let mut all: Option<crate::Shape> = None;
        for tensor in tensors {
            let shape = tensor.shape()?;
            all = Some(match all {
                Some(all) => shape.with_dims(self.common(&all, &shape, &all.dims, &shape.dims)?),
                None => shape,
            });
        }
        let dims: Vec<Dim> = all.map_or(vec![], |shape| shape.dims.to_vec());
        tensors.iter().map(|tensor| tensor.broadcast(&dims)).collect()
    }
}
