// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Whole parts, fractions, remainders, and the parts of floating-point numbers.

use super::declare::methods;
use super::{Number, Var};
use crate::{BinaryOp, Code, DType};

methods! { rounding:
    /// The element without its fraction; the derivative is 0. Integers stay.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[-1.5f32, 1.5])?;
    /// assert_close!(x.trunc(), Tensor::new(&[2], &[-1.0f32, 1.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn trunc(self) -> Tensor<T> {
        if !self.dtype()?.is_float() {
            return Ok(self);
        }
        self.ceil().select(self.lt(0.0), self.floor())
    }

    /// x - trunc(x), with the sign of x. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[-1.5f32, 1.25])?;
    /// assert_close!(x.fract(), Tensor::new(&[2], &[-0.5f32, 0.25])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "frac")]
    fn fract(self) -> Tensor<T> {
        self - self.trunc()
    }

    /// Rounded to so many decimals, halves to even; of negative decimals to tens, hundreds, .. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[1.25f32, -2.75])?;
    /// assert_close!(x.round_to(1), Tensor::new(&[2], &[1.2f32, -2.8])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn round_to(self, decimals: Integer) -> Tensor<T> {
        let factor = 10f64.powi(decimals.abs());
        if decimals < 0 { (self / factor).round() * factor } else { (self * factor).round() / factor }
    }

    /// The fraction and the whole part, both with the sign of x. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[-1.5f32, 2.25])?;
    /// assert_close!(x.modf().0, Tensor::new(&[2], &[-0.5f32, 0.25])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn modf(self) -> (Tensor<T>, Tensor<T>) {
        let whole = self.trunc();
        let zero = self.composer().zero_of(self)?.copysign(self);
        (zero.select(self.is_infinite(), self - whole), whole)
    }

    /// A mantissa of magnitude 0.5 to 1 and an exponent with x = mantissa 2^exponent; 0, infinities and NaN have
    /// exponent 0. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[8.0f32, -0.75])?;
    /// assert_close!(x.frexp().0, Tensor::new(&[2], &[0.5f32, -0.75])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn frexp(self) -> (Tensor<T>, Tensor<i32>) {
        let (c, dtype) = (self.composer(), self.dtype()?);
        let Some(layout) = FloatLayout::of(dtype) else {
            return Err(c.wrong(Code::DType, format_args!("{} is not floating point", self.shape()?)));
        };
        // Subnormal numbers become normal ones of an exponent that is less by a fixed number.
        let scale = 2f64.powi(layout.mantissa as i32 + 1);
        let tiny = self.abs().lt(layout.least_normal());
        let normal = (self * scale).select(tiny, self);
        let bits = normal.bitcast(layout.bits);
        let mask = ((1i128 << layout.exponent) - 1) << layout.mantissa;
        let exponent = layout.exponent_field(bits) - (layout.bias() - 1);
        let exponent = (exponent - (layout.mantissa as i32 + 1)).select(tiny, exponent);
        let half = Number::Whole((layout.bias() as i128 - 1) << layout.mantissa);
        let kept = bits & Number::Whole(!mask);
        let mantissa = (kept | half).bitcast(dtype);
        let special = self.eq(0.0) | !self.is_finite();
        let none = c.scalar(DType::I32, 0.0);
        (self.select(special, mantissa), none.select(special, exponent))
    }

    /// x 2^exponent, for whole exponents; exact unless the result is subnormal. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[0.5f32, 3.0])?;
    /// let e = Tensor::new(&[2], &[4i32, -1])?;
    /// assert_close!(x.ldexp(&e), Tensor::new(&[2], &[8.0f32, 1.5])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn ldexp(self, exponent: Indices) -> Tensor<T> {
        let c = self.composer();
        let dtype = self.dtype()?;
        let Some(layout) = FloatLayout::of(dtype) else {
            return Err(c.wrong(Code::DType, format_args!("{} is not floating point", self.shape()?)));
        };
        if !exponent.dtype()?.is_int() {
            return Err(c.wrong(Code::DType, format_args!("the exponent {} is not of integers", exponent.shape()?)));
        }
        // Three powers, each a normal number, reach from the least to the greatest number and beyond.
        let reach = 3 * (layout.bias() - 1);
        let exponent = exponent.convert(DType::I32).minimum(reach).maximum(-reach);
        let third = exponent / 3;
        let rest = exponent - third - third;
        let power = |n: Var<'c>| (n + layout.bias()).convert(layout.bits).shift_left(layout.mantissa as i32).bitcast(dtype);
        self * power(third) * power(third) * power(rest)
    }

    /// The remainder with the sign of the divisor, as `%` of Python. The operator `%` gives that with the sign of x, as
    /// `%` of Rust.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[-7.0f32, 7.0])?;
    /// let y = Tensor::new(&[2], &[3.0f32, -3.0])?;
    /// assert_close!(x.modulo(&y), Tensor::new(&[2], &[2.0f32, -2.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "remainder")]
    #[doc(alias = "mod")]
    fn modulo(self, divisor: Operand) -> Tensor<T> {
        self.divmod(divisor).1
    }

    /// The quotient rounded down, as `//` of Python. The derivative is 0.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[-7.0f32, 7.0])?;
    /// let y = Tensor::new(&[2], &[2.0f32, 2.0])?;
    /// assert_close!(x.floor_divide(&y), Tensor::new(&[2], &[-4.0f32, 3.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "div_floor")]
    fn floor_divide(self, divisor: Operand) -> Tensor<T> {
        self.divmod(divisor).0
    }

    /// [`Tensor::floor_divide`] and [`Tensor::modulo`].
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[-7.0f32, 7.0])?;
    /// let y = Tensor::new(&[2], &[2.0f32, 2.0])?;
    /// assert_close!(x.divmod(&y).1, Tensor::new(&[2], &[1.0f32, 1.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn divmod(self, divisor: Operand) -> (Tensor<T>, Tensor<T>) {
        let c = self.composer();
        let (x, y) = c.broadcast_pair(self, c.operand(self.dtype()?, divisor.into()))?;
        let dtype = x.dtype()?;
        let rest = x % y;
        if dtype.is_unsigned_int() {
            return Ok((x / y, rest));
        }
        let (zero, one) = (c.scalar(dtype, 0.0), c.scalar(dtype, 1.0));
        let against = rest.ne(zero) & y.lt(zero).binary(BinaryOp::Xor, rest.lt(zero));
        let quotient = if dtype.is_float() { ((x - rest) / y).round() } else { x / y };
        ((quotient - one).select(against, quotient), (rest + y).select(against, rest))
    }

    /// Numbers in the place of NaN and the infinities; infinite replacements stand for the greatest number of the type,
    /// as NumPy has it by default. Integers stay.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[f32::NAN, 1.0])?;
    /// assert_close!(x.nan_to_num(0.0, f64::INFINITY, f64::NEG_INFINITY), Tensor::new(&[2], &[0.0f32, 1.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn nan_to_num(self, nan: Real, positive: Real, negative: Real) -> Tensor<T> {
        let (c, dtype) = (self.composer(), self.dtype()?);
        let Some(layout) = FloatLayout::of(dtype) else { return Ok(self) };
        let within = |number: f64| c.scalar(dtype, number.clamp(-layout.greatest(), layout.greatest()));
        let infinite = self.is_infinite();
        let positive = within(positive).select(infinite & self.gt(0.0), self);
        let finite = within(negative).select(infinite & self.lt(0.0), positive);
        within(nan).select(self.is_nan(), finite)
    }

    /// The neighbour of x among the numbers of its type, towards another; the derivative is 0. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[1], &[0.0f32])?;
    /// assert_close!(x.next_after(1.0), Tensor::new(&[1], &[0.0f32])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "nextafter")]
    fn next_after(self, other: Operand) -> Tensor<T> {
        self.binary(BinaryOp::NextAfter, other)
    }
}

/// The bits of a floating-point type (IEEE 754).
struct FloatLayout {
    /// The integers of its width.
    bits: DType,
    exponent: u32,
    mantissa: u32,
}

impl FloatLayout {
    fn of(dtype: DType) -> Option<FloatLayout> {
        let (bits, exponent, mantissa) = match dtype {
            DType::F16 => (DType::I16, 5, 10),
            DType::BF16 => (DType::I16, 8, 7),
            DType::F32 => (DType::I32, 8, 23),
            DType::F64 => (DType::I64, 11, 52),
            _ => return None,
        };
        Some(FloatLayout { bits, exponent, mantissa })
    }

    fn bias(&self) -> i32 {
        (1 << (self.exponent - 1)) - 1
    }

    fn least_normal(&self) -> f64 {
        2f64.powi(1 - self.bias())
    }

    fn greatest(&self) -> f64 {
        (2.0 - 2f64.powi(-(self.mantissa as i32))) * 2f64.powi(self.bias())
    }

    /// The exponent of numbers, with its bias, of their bits.
    fn exponent_field<'c>(&self, bits: Var<'c>) -> Var<'c> {
        let field = bits.shift_right(self.mantissa as i32) & Number::Whole((1 << self.exponent) - 1);
        field.convert(DType::I32)
    }
}
