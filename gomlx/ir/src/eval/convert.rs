// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `convert`: from any element type to any other.

use num_complex::Complex64;

use super::arithmetic::Arithmetic;
use crate::{DType, HostTensor};

/// An element of any type, exactly.
#[derive(Clone, Copy)]
enum Number {
    Int(i128),
    Float(f64),
}

impl Number {
    /// The nearest `f64`.
    fn float(self) -> f64 {
        match self {
            Number::Int(x) => x as f64,
            Number::Float(x) => x,
        }
    }

    /// A neighbouring `f64` that rounds like the number to every type of fewer bits: itself, or else the odd one.
    fn odd_float(self) -> f64 {
        let Number::Int(x) = self else { return self.float() };
        let magnitude = x.unsigned_abs();
        let dropped = 64u32.saturating_sub((magnitude as u64).leading_zeros()).saturating_sub(53);
        let sticky = u128::from(magnitude & ((1 << dropped) - 1) != 0) << dropped;
        let odd = (magnitude >> dropped << dropped | sticky) as f64;
        if x < 0 { -odd } else { odd }
    }

    fn is_zero(self) -> bool {
        match self {
            Number::Int(x) => x == 0,
            Number::Float(x) => x == 0.0,
        }
    }
}

/// Converts each element. Integers wrap; floating point to integers truncates and saturates, NaN to zero; all but zero
/// is true; imaginary parts are dropped.
pub(super) fn convert(x: &HostTensor, dtype: DType) -> HostTensor {
    if x.dtype() == dtype {
        return x.clone();
    }
    if x.dtype().is_complex() && dtype.is_complex() {
        return Complex64::write(dtype, x.dims(), &Complex64::read(x));
    }
    write(&read(x), x.dims(), dtype)
}

fn read(x: &HostTensor) -> Vec<Number> {
    let int = |i: i128| Number::Int(i);
    match x.dtype() {
        DType::Bool => bool::read(x).into_iter().map(|b| int(b.into())).collect(),
        DType::Narrow(narrow) if narrow.is_int() => f64::read(x).into_iter().map(|i| int(i as i128)).collect(),
        DType::Narrow(_) | DType::F16 | DType::BF16 | DType::F32 | DType::F64 => f64::read(x).into_iter().map(Number::Float).collect(),
        DType::C64 | DType::C128 => Complex64::read(x).into_iter().map(|z| Number::Float(z.re)).collect(),
        DType::I8 => i8::read(x).into_iter().map(|i| int(i.into())).collect(),
        DType::I16 => i16::read(x).into_iter().map(|i| int(i.into())).collect(),
        DType::I32 => i32::read(x).into_iter().map(|i| int(i.into())).collect(),
        DType::I64 => i64::read(x).into_iter().map(|i| int(i.into())).collect(),
        DType::U8 => u8::read(x).into_iter().map(|i| int(i.into())).collect(),
        DType::U16 => u16::read(x).into_iter().map(|i| int(i.into())).collect(),
        DType::U32 => u32::read(x).into_iter().map(|i| int(i.into())).collect(),
        DType::U64 => u64::read(x).into_iter().map(|i| int(i.into())).collect(),
    }
}

fn write(numbers: &[Number], dims: &[usize], dtype: DType) -> HostTensor {
    fn each<A: Arithmetic>(numbers: &[Number], dims: &[usize], dtype: DType, f: impl Fn(Number) -> A) -> HostTensor {
        A::write(dtype, dims, &numbers.iter().map(|&n| f(n)).collect::<Vec<A>>())
    }
    macro_rules! ints {
        ($($D:ident => $t:ident),*) => {
            match dtype {
                $(DType::$D => each::<$t>(numbers, dims, dtype, |n| match n {
                    Number::Int(x) => x as $t,
                    Number::Float(x) => x as $t,
                }),)*
                DType::Bool => each(numbers, dims, dtype, |n| !n.is_zero()),
                // Integers wrap also at four bits.
                DType::Narrow(narrow) if narrow.is_int() => each(numbers, dims, dtype, |n| match n {
                    Number::Int(x) => narrow.to_f64(narrow.from_bits(x as u8)),
                    Number::Float(x) => x,
                }),
                // From an integer in one rounding: through f64 a large one would round twice.
                DType::F32 => each(numbers, dims, dtype, |n| match n {
                    Number::Int(x) => f64::from(x as f32),
                    Number::Float(x) => x,
                }),
                DType::F64 => each(numbers, dims, dtype, Number::float),
                DType::Narrow(_) | DType::F16 | DType::BF16 => each(numbers, dims, dtype, Number::odd_float),
                DType::C64 | DType::C128 => each(numbers, dims, dtype, |n| Complex64::new(n.float(), 0.0)),
            }
        };
    }
    ints!(I8 => i8, I16 => i16, I32 => i32, I64 => i64, U8 => u8, U16 => u16, U32 => u32, U64 => u64)
}

/// Integer elements of any width as `i64`; `u64` above its range saturates.
pub(super) fn indices(x: &HostTensor) -> Vec<i64> {
    read(x)
        .into_iter()
        .map(|n| match n {
            Number::Int(i) => i64::try_from(i).unwrap_or(i64::MAX),
            Number::Float(f) => f as i64,
        })
        .collect()
}

/// Numbers counting from zero, in an element type.
pub(super) fn count(n: usize, dtype: DType) -> HostTensor {
    let numbers: Vec<Number> = (0..n).map(|i| Number::Int(i as i128)).collect();
    write(&numbers, &[n], dtype)
}
