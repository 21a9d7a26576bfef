// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Elementwise functions.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

use super::Var;
use super::declare::methods;
use crate::{BinaryOp, Op, UnaryOp};

methods! { elementwise:
    /// Absolute value; the derivative at 0 is 0.
    fn abs(self) -> Tensor<T> {
        self.unary(UnaryOp::Abs)
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
    fn sigmoid(self) -> Tensor<T> {
        self.unary(UnaryOp::Logistic)
    }

    /// -1, 0 or 1; the derivative is 0.
    fn sign(self) -> Tensor<T> {
        self.unary(UnaryOp::Sign)
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
    fn clamp(self, low: Operand, high: Operand) -> Tensor<T> {
        self.maximum(low).minimum(high)
    }

    /// To the power of a tensor or number.
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

    /// The positive part; NaN stays. The derivative at 0 is 0.
    fn relu(self) -> Tensor<T> {
        let zero = self.composer().scalar(self.dtype()?, 0.0);
        zero.select(self.le(zero), self)
    }

    /// log(1 + exp(x)), a smooth [`Tensor::relu`]; does not overflow. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-1000.0f32, 0.0, 1000.0])?;
    /// assert_close!(x.softplus(), Tensor::new(&[3], &[0.0f32, 2f32.ln(), 1000.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn softplus(self) -> Tensor<T> {
        // The maximum has the right derivative at 0, one half.
        self.maximum(0.0) + (-self.abs()).exp().log1p()
    }

    /// The logarithm of [`Tensor::sigmoid`]; does not overflow. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-1000.0f32, 0.0, 1000.0])?;
    /// assert_close!(x.log_sigmoid(), Tensor::new(&[3], &[-1000.0f32, -2f32.ln(), 0.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn log_sigmoid(self) -> Tensor<T> {
        -(-self).softplus()
    }

    /// x * sigmoid(x). Floating point only.
    fn silu(self) -> Tensor<T> {
        self * self.sigmoid()
    }

    /// Gaussian error linear unit, x * (1 + erf(x / sqrt 2)) / 2 (Hendrycks and Gimpel, 2016). Floating point only.
    fn gelu(self) -> Tensor<T> {
        self * ((self * FRAC_1_SQRT_2).erf() + 1.0) * 0.5
    }

    /// The usual approximation of [`Tensor::gelu`] by a hyperbolic tangent. Floating point only.
    fn gelu_tanh(self) -> Tensor<T> {
        let inner = (self + self * self * self * 0.044715) * (FRAC_2_SQRT_PI * FRAC_1_SQRT_2);
        self * (inner.tanh() + 1.0) * 0.5
    }

    /// Elements as another type: floats round to nearest even, floats to integers truncate and saturate, non-zero is
    /// true.
    fn cast<U>(self) -> Tensor<U> {
        self.convert(U)
    }

    /// The same bits as another type of the same width.
    fn bitcast<U>(self) -> Tensor<U> {
        self.composer().emit(Op::BitcastConvert(U), &[self])
    }

    /// Whether each element is neither infinite nor NaN. Floating point only.
    fn is_finite(self) -> Tensor<bool> {
        self.unary(UnaryOp::IsFinite)
    }
}
