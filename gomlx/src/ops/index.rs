// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Reading by tensors of positions.

use gomlx_ir::{Axes, Code, DType, Diagnostic, Direction, Element, GatherDims, Op};

use super::raw;
use super::reduce::resolve_one;
use crate::Tensor;
use crate::emit::emit_one;
use crate::trace;

impl<T: Element> Tensor<T> {
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
    #[track_caller]
    pub fn take<I: Element>(&self, indices: &Tensor<I>, axis: i32) -> Tensor<T> {
        if !I::DTYPE.is_int() {
            trace::fail(Diagnostic::new(Code::DType, format!("take: indices {} are not integers", indices.any)));
        }
        let axis = resolve_one("take", &self.any, axis);
        let rank = indices.rank();
        let offset_dims = (0..axis).chain(axis + rank..self.rank() - 1 + rank).collect();
        let mut slice_sizes: Axes = self.dims().into();
        slice_sizes[axis] = 1;
        let dims = GatherDims {
            offset_dims,
            collapsed_slice_dims: Axes::from_slice(&[axis]),
            operand_batching_dims: Axes::new(),
            start_indices_batching_dims: Axes::new(),
            start_index_map: Axes::from_slice(&[axis]),
            index_vector_dim: rank,
            slice_sizes,
            indices_are_sorted: false,
        };
        Tensor::wrap(emit_one(Op::Gather(Box::new(dims)), &[&self.any, &indices.any]))
    }

    /// One where the last axis of size `classes` equals the element, else zero.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let hot = Tensor::new(&[2], &[1i32, 0])?.one_hot::<f32>(3);
    /// assert_eq!(hot.to_vec()?, [0.0, 1.0, 0.0, 1.0, 0.0, 0.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[track_caller]
    pub fn one_hot<U: Element>(&self, classes: usize) -> Tensor<U> {
        self.is_class(classes).cast::<U>()
    }

    /// Whether the last axis, of size `classes`, equals the element.
    #[track_caller]
    pub(crate) fn is_class(&self, classes: usize) -> Tensor<bool> {
        let dims: Vec<usize> = self.dims().iter().copied().chain([classes]).collect();
        // Positions would wrap around in a type of one or two bytes.
        let dtype = if T::DTYPE.size() < 4 { DType::I32 } else { T::DTYPE };
        let positions = raw::iota(dtype, &dims, self.rank());
        let labels = raw::convert(&self.expand_dims(-1).any, dtype);
        Tensor::wrap(raw::compare(Direction::Eq, &positions, &labels))
    }
}
