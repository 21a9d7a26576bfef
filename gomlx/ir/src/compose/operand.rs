// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The right side of an operator on a tensor: another tensor, or a number, which becomes the nearest of its element
//! type.

use super::{Composer, Var};
use crate::{Code, DType, Diagnostic, Element, HostTensor, ValueId};

/// A number beside a tensor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A whole number.
    Whole(i128),
    /// A number that may have a fraction.
    Real(f64),
}

impl Number {
    /// The number as a scalar of an element type: the nearest of a floating-point type, the same of any other.
    ///
    /// # Errors
    /// If the type is not floating point and does not have the number: 0.5, or 300 of `u8`.
    pub fn to_scalar(self, dtype: DType) -> Result<HostTensor, Diagnostic> {
        let nearest = |value: f64| HostTensor::full(dtype, &[], value).ok();
        let scalar = match self {
            Number::Real(value) if dtype.is_float() || dtype.is_complex() => nearest(value),
            Number::Real(value) if value.fract() != 0.0 || !value.is_finite() => None,
            Number::Real(value) => return Number::Whole(value as i128).to_scalar(dtype).map_err(|_| missing(&value, dtype)),
            // 64 bits do not go through `f64`.
            Number::Whole(value) => match dtype {
                DType::I64 => i64::try_from(value).ok().map(HostTensor::scalar),
                DType::U64 => u64::try_from(value).ok().map(HostTensor::scalar),
                DType::Bool => holds::<bool>(value),
                DType::I8 => holds::<i8>(value),
                DType::I16 => holds::<i16>(value),
                DType::I32 => holds::<i32>(value),
                DType::U8 => holds::<u8>(value),
                DType::U16 => holds::<u16>(value),
                DType::U32 => holds::<u32>(value),
                _ => nearest(value as f64),
            },
        };
        scalar.ok_or_else(|| match self {
            Number::Whole(value) => missing(&value, dtype),
            Number::Real(value) => missing(&value, dtype),
        })
    }
}

fn holds<T: Element>(value: i128) -> Option<HostTensor> {
    let element = T::from_f64(value as f64);
    (element.to_f64() as i128 == value).then(|| HostTensor::scalar(element))
}

fn missing(value: &dyn std::fmt::Display, dtype: DType) -> Diagnostic {
    Diagnostic::new(Code::DType, format!("the number {value} is not one of {dtype}"))
        .note("convert the tensor to a type that has it: `.cast::<f32>()`")
}

/// A tensor or a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Operand {
    /// A tensor; nothing if the composition has stopped.
    Tensor(Option<ValueId>),
    /// A number, which becomes a constant of the element type of the tensor beside it.
    Number(Number),
}

impl From<Var<'_>> for Operand {
    fn from(var: Var<'_>) -> Operand {
        Operand::Tensor(var.value().ok())
    }
}

impl From<Number> for Operand {
    fn from(number: Number) -> Operand {
        Operand::Number(number)
    }
}

impl From<f64> for Operand {
    fn from(number: f64) -> Operand {
        Operand::Number(Number::Real(number))
    }
}

impl From<i32> for Operand {
    fn from(number: i32) -> Operand {
        Operand::Number(Number::Whole(number.into()))
    }
}

impl<'c> Composer<'c> {
    /// An operand beside a tensor of an element type.
    pub fn operand(&'c self, dtype: DType, operand: Operand) -> Var<'c> {
        match operand {
            Operand::Tensor(value) => Var::new(self, value),
            Operand::Number(number) => match number.to_scalar(dtype) {
                Ok(scalar) => self.constant(scalar),
                Err(error) => {
                    self.wrong_with(error);
                    Var::new(self, None)
                }
            },
        }
    }
}
