// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Writing parts.

use gomlx_ir::Element;
use gomlx_ir::compose::index::Assign;

use super::{Index, Written};
use crate::emit::compose_one;
use crate::ops::Operand;
use crate::{AnyTensor, Tensor};

impl<T: Element> Tensor<T> {
    /// Gives a part new elements, which broadcast to it; in a graph function also `x[index] = value`. Positions are
    /// those of [`Tensor::at`], but a write leaves out positions in tensors that are out of range. Where an index
    /// tensor names a position twice, which of the values stays is not defined.
    ///
    /// ```
    /// use gomlx::{Tensor, s};
    /// let mut x = Tensor::<i32>::zeros(&[2, 3]);
    /// x.set((0, 1..), 5);
    /// x.set(s![.., ..;2], 7);
    /// assert_eq!(x.to_vec()?, [7, 5, 7, 7, 0, 7]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[track_caller]
    pub fn set(&mut self, index: impl Index, value: impl Operand<T>) {
        self.any = write(Assign::Set, &self.any, &index, &value.operand());
    }

    /// Adds to a part, broadcast; in a graph function also `x[index] += value`. Where an index tensor names a position
    /// twice, both are added.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let mut counts = Tensor::<i32>::zeros(&[3]);
    /// counts.add_at(&Tensor::new(&[4], &[2, 0, 2, 2])?, 1);
    /// assert_eq!(counts.to_vec()?, [1, 0, 3]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[track_caller]
    pub fn add_at(&mut self, index: impl Index, value: impl Operand<T>) {
        self.any = write(Assign::Add, &self.any, &index, &value.operand());
    }

    /// Multiplies a part, broadcast. Where an index tensor names a position twice, it is multiplied by both.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let mut x = Tensor::new(&[3], &[1, 2, 3])?;
    /// x.multiply_at(1.., 2);
    /// assert_eq!(x.to_vec()?, [1, 4, 6]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[track_caller]
    pub fn multiply_at(&mut self, index: impl Index, value: impl Operand<T>) {
        self.any = write(Assign::Multiply, &self.any, &index, &value.operand());
    }

    /// Makes each element of a part the larger of it and a value, which broadcasts.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let mut x = Tensor::new(&[3], &[1, 2, 3])?;
    /// x.maximum_at(..2, 2);
    /// assert_eq!(x.to_vec()?, [2, 2, 3]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[track_caller]
    pub fn maximum_at(&mut self, index: impl Index, value: impl Operand<T>) {
        self.any = write(Assign::Maximum, &self.any, &index, &value.operand());
    }

    /// Makes each element of a part the smaller of it and a value, which broadcasts.
    #[track_caller]
    pub fn minimum_at(&mut self, index: impl Index, value: impl Operand<T>) {
        self.any = write(Assign::Minimum, &self.any, &index, &value.operand());
    }
}

#[track_caller]
fn write(assign: Assign, x: &AnyTensor, index: &impl Index, elements: &AnyTensor) -> AnyTensor {
    let index = Written::of(index);
    compose_one(assign.name(), (&index.parts, assign), &index.operands(x, Some(elements)), |_, values| {
        values[0].with_part(&index.on(values), assign, values[values.len() - 1].into())
    })
}
