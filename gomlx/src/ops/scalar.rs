// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What may stand beside a tensor in an expression: another tensor, or a number.

use gomlx_ir::Element;
use gomlx_ir::compose::Number;

use crate::{AnyTensor, Tensor, trace};

/// The right side of an operator on a `Tensor<T>`: a tensor of the same element type, or a number, which becomes the
/// nearest of that type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not combine with a tensor of `{T}` [E0002]",
    label = "not a tensor of `{T}` or a number",
    note = "tensors of different element types do not mix: convert one side with `.cast::<{T}>()`"
)]
pub trait Operand<T: Element> {
    /// The operand as a tensor.
    ///
    /// # Panics
    /// Outside a trace, if a number is not one of an integer type `T`: 0.5, or 300 of a `u8`.
    #[track_caller]
    fn operand(&self) -> AnyTensor;
}

impl<T: Element> Operand<T> for Tensor<T> {
    fn operand(&self) -> AnyTensor {
        self.any.clone()
    }
}

impl<T: Element, O: Operand<T> + ?Sized> Operand<T> for &O {
    fn operand(&self) -> AnyTensor {
        O::operand(self)
    }
}

impl<T: Element, O: Operand<T> + ?Sized> Operand<T> for &mut O {
    fn operand(&self) -> AnyTensor {
        O::operand(self)
    }
}

macro_rules! numbers {
    ($Variant:ident: $($s:ty),*) => { $(
        impl<T: Element> Operand<T> for $s {
            fn operand(&self) -> AnyTensor {
                number::<T>(Number::$Variant((*self).into()))
            }
        }
    )* };
}
numbers!(Whole: i8, i16, i32, i64, u8, u16, u32, u64, bool);
numbers!(Real: f32, f64);

macro_rules! sizes {
    ($($s:ty),*) => { $(
        impl<T: Element> Operand<T> for $s {
            fn operand(&self) -> AnyTensor {
                number::<T>(Number::Whole(*self as i128))
            }
        }
    )* };
}
sizes!(usize, isize);

/// A number as a scalar of the element type: a constant of the graph during a trace.
#[track_caller]
fn number<T: Element>(number: Number) -> AnyTensor {
    match number.to_scalar(T::DTYPE) {
        Ok(scalar) => trace::constant(scalar),
        Err(error) => trace::mistake(&[], error),
    }
}
