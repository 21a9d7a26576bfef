// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Elementwise functions.

use super::declare::methods;
use super::{Composed, Var};
use crate::{BinaryOp, DType, UnaryOp};

methods! { elementwise:
    /// Absolute value, of complex numbers the magnitude; the derivative at 0 is 0.
    #[doc(alias = "absolute")]
    fn abs(self) -> Tensor<T> {
        // The op takes no unsigned integers.
        if self.dtype()?.is_unsigned_int() { self } else { self.unary(UnaryOp::Abs) }
    }

    /// Cube root. Floating point only.
    fn cbrt(self) -> Tensor<T> {
        self.unary(UnaryOp::Cbrt)
    }

    /// Smallest integer not below; the derivative is 0.
    fn ceil(self) -> Tensor<T> {
        self.unary(UnaryOp::Ceil)
    }

    /// Cosine. Floating point only.
    fn cos(self) -> Tensor<T> {
        self.unary(UnaryOp::Cosine)
    }

    /// The error function. Floating point only.
    fn erf(self) -> Tensor<T> {
        self.unary(UnaryOp::Erf)
    }

    /// One minus the error function, exact where that is near 0. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[0.0f32, 4.0])?;
    /// assert_close!(x.erfc(), Tensor::new(&[2], &[1.0f32, 1.541726e-8])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn erfc(self) -> Tensor<T> {
        self.unary(UnaryOp::Erfc)
    }

    /// e to the power. Floating point only.
    fn exp(self) -> Tensor<T> {
        self.unary(UnaryOp::Exponential)
    }

    /// e to the power, minus one, exact near 0. Floating point only.
    fn expm1(self) -> Tensor<T> {
        self.unary(UnaryOp::ExponentialMinusOne)
    }

    /// Largest integer not above; the derivative is 0.
    fn floor(self) -> Tensor<T> {
        self.unary(UnaryOp::Floor)
    }

    /// Natural logarithm. Floating point only.
    fn log(self) -> Tensor<T> {
        self.unary(UnaryOp::Log)
    }

    /// Natural logarithm of one plus the operand, exact near 0. Floating point only.
    fn log1p(self) -> Tensor<T> {
        self.unary(UnaryOp::LogPlusOne)
    }

    /// Nearest integer, halves to even; the derivative is 0.
    fn round(self) -> Tensor<T> {
        self.unary(UnaryOp::RoundNearestEven)
    }

    /// Reciprocal of the square root. Floating point only.
    fn rsqrt(self) -> Tensor<T> {
        self.unary(UnaryOp::Rsqrt)
    }

    /// The logistic function 1 / (1 + exp(-x)). Floating point only.
    #[doc(alias = "expit")]
    fn sigmoid(self) -> Tensor<T> {
        self.unary(UnaryOp::Logistic)
    }

    /// -1, 0 or 1, and NaN of NaN; of complex numbers x / |x|. The derivative is 0.
    fn sign(self) -> Tensor<T> {
        let dtype = self.dtype()?;
        if dtype.is_unsigned_int() { self.ne(0).convert(dtype) } else { self.unary(UnaryOp::Sign) }
    }

    /// Sine. Floating point only.
    fn sin(self) -> Tensor<T> {
        self.unary(UnaryOp::Sine)
    }

    /// Square root. Floating point only.
    fn sqrt(self) -> Tensor<T> {
        self.unary(UnaryOp::Sqrt)
    }

    /// Tangent. Floating point only.
    fn tan(self) -> Tensor<T> {
        self.unary(UnaryOp::Tan)
    }

    /// Hyperbolic tangent. Floating point only.
    fn tanh(self) -> Tensor<T> {
        self.unary(UnaryOp::Tanh)
    }

    /// Larger of two, elementwise, broadcast; NaN wins. The derivative at a tie is split evenly.
    fn maximum(self, right: Operand) -> Tensor<T> {
        self.binary(BinaryOp::Maximum, right)
    }

    /// Smaller of two, elementwise, broadcast; NaN wins. The derivative at a tie is split evenly.
    fn minimum(self, right: Operand) -> Tensor<T> {
        self.binary(BinaryOp::Minimum, right)
    }

    /// Limited to an interval.
    #[doc(alias = "clip")]
    fn clamp(self, low: Operand, high: Operand) -> Tensor<T> {
        self.maximum(low).minimum(high)
    }

    /// To the power of a tensor or number.
    #[doc(alias = "power")]
    #[doc(alias = "float_power")]
    fn powf(self, exponent: Operand) -> Tensor<T> {
        self.binary(BinaryOp::Power, exponent)
    }

    /// To a whole power, by products.
    fn powi(self, exponent: Integer) -> Tensor<T> {
        let mut product: Option<Var<'_>> = None;
        let (mut square, mut rest) = (self, exponent.unsigned_abs());
        while rest > 0 {
            if rest & 1 == 1 {
                product = Some(product.map_or(square, |product| product * square));
            }
            rest >>= 1;
            if rest > 0 {
                square = square.square();
            }
        }
        let power = match product {
            Some(product) => product,
            None => self.composer().ones(self.dtype()?, self.dims()?),
        };
        if exponent < 0 { 1.0 / power } else { power }
    }

    /// Product with itself.
    fn square(self) -> Tensor<T> {
        self * self
    }

    /// Elements as another type: floats round to nearest even, floats to integers truncate and saturate, non-zero is
    /// true.
    #[doc(alias = "astype")]
    fn cast<U>(self) -> Tensor<U> {
        self.convert(U)
    }

    /// The same bits as another type: of the same width, or with the bits of an element along a new last axis, or with
    /// the bits of a last axis put together. The least significant bits come first. A boolean has one bit. The widths
    /// must divide each other.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let bits = Tensor::scalar(1.0f32).bitcast::<u32>();
    /// assert_eq!(bits.item()?, 0x3f80_0000);
    /// let halves = bits.bitcast::<u16>();
    /// assert_eq!(halves.to_vec()?, [0, 0x3f80]);
    /// assert_eq!(halves.bitcast::<bool>().dims(), [2, 16]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn bitcast<U>(self) -> Tensor<U> {
        self.composer().bitcast(self, U)?
    }

    /// Whether each element is neither infinite nor NaN; every integer is.
    #[doc(alias = "isfinite")]
    fn is_finite(self) -> Tensor<bool> {
        if self.dtype()?.is_float() { self.unary(UnaryOp::IsFinite) } else { self.eq(self) }
    }
}

impl<'c> Var<'c> {
    /// Composes a function in `f32` if the element type is a half type, whose steps would lose digits or overflow.
    pub(super) fn in_single(self, body: impl FnOnce(Var<'c>) -> Var<'c>) -> Composed<Var<'c>> {
        let dtype = self.dtype()?;
        let wide = if dtype.is_float() && dtype.size() < 4 { DType::F32 } else { dtype };
        Ok(body(self.convert(wide)).convert(dtype))
    }
}
