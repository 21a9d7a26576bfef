// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Reading parts.

use gomlx_ir::Element;

use super::{Index, Written};
use crate::emit::compose_one;
use crate::{AnyTensor, Tensor};

impl<T: Element> Tensor<T> {
    /// A part of the tensor; in a graph function also `x[index]`. An integer takes one position and its axis away. A
    /// scalar tensor does so when the graph runs; other tensors of integers gather, and their axes stand in the place
    /// of the first of them. Negative positions count from the end. Integers out of range are an error; positions in
    /// tensors are clamped to the axis.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::<i32>::arange(6).reshape([3, 2]);
    /// assert_eq!(x.at(-1).to_vec()?, [4, 5]);
    /// assert_eq!(x.at((1, 0)).item()?, 2);
    /// assert_eq!(x.at((.., 1)).to_vec()?, [1, 3, 5]);
    /// assert_eq!(x.at(&Tensor::new(&[2], &[2i32, 0])?).to_vec()?, [4, 5, 0, 1]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[track_caller]
    pub fn at(&self, index: impl Index) -> Tensor<T> {
        Tensor::wrap(read("at", &self.any, &index))
    }

    /// A part of the tensor, axis by axis: `x.slice(s![1..3, .., -1])`. As [`Tensor::at`].
    #[track_caller]
    pub fn slice(&self, index: impl Index) -> Tensor<T> {
        Tensor::wrap(read("slice", &self.any, &index))
    }
}

#[track_caller]
fn read(name: &'static str, x: &AnyTensor, index: &impl Index) -> AnyTensor {
    let index = Written::of(index);
    compose_one(name, &index.parts, &index.operands(x, None), |_, values| values[0].part(&index.on(values)))
}
