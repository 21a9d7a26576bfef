// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Writing parts.

use gomlx_ir::Element;
use gomlx_ir::compose::index::Assign;

use super::{Index, Written};
use crate::emit::compose_one;
use crate::ops::Operand;
use crate::{AnyTensor, Tensor};

impl<T: Element> Tensor<T> {
    /// Gives a part new elements, which broadcast to it; in a graph function also `x[index] = value`. Positions are those
    /// of [`Tensor::at`], but a write leaves out positions in tensors that are out of range. Where an index tensor names
    /// a position twice, which of the values stays is not defined.
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
        self.any = write("set", &self.any, &index, Assign::Set, &value.operand());
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
        self.any = write("add_at", &self.any, &index, Assign::Add, &value.operand());
    }
}

#[track_caller]
fn write(name: &'static str, x: &AnyTensor, index: &impl Index, assign: Assign, elements: &AnyTensor) -> AnyTensor {
    let index = Written::of(index);
    compose_one(name, (&index.parts, assign), &index.operands(x, Some(elements)), |_, values| {
        values[0].with_part(&index.on(values), assign, values[values.len() - 1].into())
    })
}
