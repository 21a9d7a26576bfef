// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Reading by tensors of positions.

use super::declare::methods;
use super::index::AxisIndex;
use super::{Composed, Var};
use crate::{DType, Dim, Direction};

methods! { take:
    /// The slices of an axis at positions, as [`Tensor::at`] reads them: negative ones count from the end, and those
    /// out of range are clamped to the axis. In the result the axes of `indices` stand in the place of the axis: rows
    /// of an embedding table are `table.take(&tokens, 0)`.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let table = Tensor::new(&[3, 2], &[0.0f32, 1.0, 10.0, 11.0, 20.0, 21.0])?;
    /// let rows = table.take(&Tensor::new(&[2], &[-1i32, 0])?, 0);
    /// assert_eq!(rows.to_vec()?, [20.0, 21.0, 0.0, 1.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn take(self, indices: Indices, axis: Axis) -> Tensor<T> {
        let mut parts = vec![AxisIndex::ALL; self.axis(axis)?];
        parts.push(AxisIndex::Tensor(indices));
        self.part(&parts)?
    }

    /// One where the last axis of size `classes` equals the element, else zero: nowhere if there is no such class.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let hot = Tensor::new(&[2], &[1i32, 0])?.one_hot::<f32>(3);
    /// assert_eq!(hot.to_vec()?, [0.0, 1.0, 0.0, 1.0, 0.0, 0.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn one_hot<U>(self, classes: Size) -> Tensor<U> {
        self.is_class(classes.into())?.convert(U)
    }
}

impl<'c> Var<'c> {
    /// Whether the last axis, of size `classes`, equals the element.
    pub(crate) fn is_class(self, classes: Dim) -> Composed<Var<'c>> {
        let shape = self.shape()?;
        let mut dims = shape.dims.clone();
        dims.push(classes);
        // Positions would wrap around in a type of one or two bytes.
        let dtype = if shape.dtype.size() < 4 { DType::I32 } else { shape.dtype };
        let positions = self.composer().iota(dtype, &dims, shape.rank());
        Ok(positions.compare(Direction::Eq, self.expand_dims(-1).convert(dtype)))
    }
}
