// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What may stand beside a tensor in an expression: another tensor, or a number.

use gomlx_ir::Element;

use crate::{AnyTensor, Tensor};

use super::raw;

/// The right side of an operator on a `Tensor<T>`: a tensor of the same element type, or a number, which becomes the
/// nearest of that type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not combine with a tensor of `{T}`",
    label = "not a tensor of `{T}` or a number",
    note = "tensors of different element types do not mix: convert one side with `.cast::<{T}>()`"
)]
pub trait Operand<T: Element> {
    /// The operand as a tensor.
    fn operand(&self) -> AnyTensor;
}

impl<T: Element> Operand<T> for Tensor<T> {
    fn operand(&self) -> AnyTensor {
        self.any.clone()
    }
}

impl<T: Element, O: Operand<T>> Operand<T> for &O {
    fn operand(&self) -> AnyTensor {
        O::operand(self)
    }
}

impl<T: Element, O: Operand<T>> Operand<T> for &mut O {
    fn operand(&self) -> AnyTensor {
        O::operand(self)
    }
}

macro_rules! scalars {
    ($($s:ty),*) => { $(
        impl<T: Element> Operand<T> for $s {
            fn operand(&self) -> AnyTensor {
                raw::scalar(T::DTYPE, *self as f64)
            }
        }
    )* };
}
scalars!(f32, f64, i8, i16, i32, i64, u8, u16, u32, u64, usize, isize);

impl<T: Element> Operand<T> for bool {
    fn operand(&self) -> AnyTensor {
        raw::scalar(T::DTYPE, f64::from(u8::from(*self)))
    }
}
