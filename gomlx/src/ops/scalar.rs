// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What may stand beside a tensor in an expression: another tensor, or a number.

use std::fmt::Display;

use gomlx_ir::{Code, DType, Diagnostic, Element, HostTensor};

use crate::{AnyTensor, Tensor, trace};

use super::raw;

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

macro_rules! whole {
    ($($s:ty),*) => { $(
        impl<T: Element> Operand<T> for $s {
            fn operand(&self) -> AnyTensor {
                whole::<T>(*self as i128)
            }
        }
    )* };
}
whole!(i8, i16, i32, i64, u8, u16, u32, u64, usize, isize, bool);

macro_rules! real {
    ($($s:ty),*) => { $(
        impl<T: Element> Operand<T> for $s {
            fn operand(&self) -> AnyTensor {
                let value = f64::from(*self);
                if T::DTYPE.is_float() {
                    raw::scalar(T::DTYPE, value)
                } else if value.fract() == 0.0 {
                    whole::<T>(value as i128)
                } else {
                    no_element::<T>(&value)
                }
            }
        }
    )* };
}
real!(f32, f64);

/// A whole number, exact in an integer type: 64 bits do not go through `f64`.
#[track_caller]
fn whole<T: Element>(value: i128) -> AnyTensor {
    let exact = match T::DTYPE {
        DType::I64 => i64::try_from(value).ok().map(HostTensor::scalar),
        DType::U64 => u64::try_from(value).ok().map(HostTensor::scalar),
        dtype if dtype.is_float() || T::from_f64(value as f64).to_f64() as i128 == value => {
            Some(HostTensor::scalar(T::from_f64(value as f64)))
        }
        _ => None,
    };
    exact.map_or_else(|| no_element::<T>(&value), trace::constant)
}

#[track_caller]
fn no_element<T: Element>(value: &dyn Display) -> AnyTensor {
    let error = Diagnostic::new(Code::DType, format!("the number {value} is not one of {}", T::DTYPE));
    trace::mistake(&[], error.note("convert the tensor to a type that has it: `.cast::<f32>()`"))
}
