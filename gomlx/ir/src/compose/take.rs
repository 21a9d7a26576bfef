// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Reading by tensors of positions.

use super::declare::methods;
use super::{Composed, Var};
use crate::{Axes, Code, DType, Dim, Direction, GatherDims, Op};

methods! { take:
    /// The slices of an axis at positions, which are clamped to it. In the result the axes of `indices` stand in the
    /// place of the axis: rows of an embedding table are `table.take(&tokens, 0)`.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let table = Tensor::new(&[3, 2], &[0.0f32, 1.0, 10.0, 11.0, 20.0, 21.0])?;
    /// let rows = table.take(&Tensor::new(&[2], &[2i32, 0])?, 0);
    /// assert_eq!(rows.to_vec()?, [20.0, 21.0, 0.0, 1.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn take(self, indices: Indices, axis: Axis) -> Tensor<T> {
        let (c, positions) = (self.composer(), indices.shape()?);
        if !positions.dtype.is_int() {
            return Err(c.wrong(Code::DType, format!("indices {positions} are not integers")));
        }
        let axis = self.axis(axis)?;
        let (dims, rank) = (self.dims()?, positions.rank());
        let size = |(i, n): (usize, &Dim)| if i == axis { Some(1) } else { n.lit() };
        let slice_sizes: Option<Axes> = dims.iter().enumerate().map(size).collect();
        let gather = GatherDims {
            offset_dims: (0..axis).chain(axis + rank..dims.len() - 1 + rank).collect(),
            collapsed_slice_dims: Axes::from_slice(&[axis]),
            operand_batching_dims: Axes::new(),
            start_indices_batching_dims: Axes::new(),
            start_index_map: Axes::from_slice(&[axis]),
            index_vector_dim: rank,
            slice_sizes: slice_sizes.ok_or_else(|| c.unknown())?,
            indices_are_sorted: false,
        };
        c.emit(Op::Gather(Box::new(gather)), &[self, indices])
    }

    /// One where the last axis of size `classes` equals the element, else zero.
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
    pub(super) fn is_class(self, classes: Dim) -> Composed<Var<'c>> {
        let shape = self.shape()?;
        let mut dims = shape.dims.clone();
        dims.push(classes);
        // Positions would wrap around in a type of one or two bytes.
        let dtype = if shape.dtype.size() < 4 { DType::I32 } else { shape.dtype };
        let positions = self.composer().iota(dtype, &dims, shape.rank());
        Ok(positions.compare(Direction::Eq, self.expand_dims(-1).convert(dtype)))
    }
}
