// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Elementwise functions as methods.

use gomlx_ir::{BinaryOp, Direction, Element, Op, UnaryOp};

use super::{Operand, raw};
use crate::Tensor;
use crate::emit::emit_one;

macro_rules! unary {
    ($($(#[doc = $doc:literal])* $name:ident $Op:ident;)*) => {
        impl<T: Element> Tensor<T> { $(
            $(#[doc = $doc])*
            #[track_caller]
            pub fn $name(&self) -> Tensor<T> {
                Tensor::wrap(raw::unary(UnaryOp::$Op, &self.any))
            }
        )* }
    };
}

unary! {
    /// Absolute value; the derivative at 0 is 0.
    abs Abs;
    /// Cube root. Floating point only.
    cbrt Cbrt;
    /// Smallest integer not below; the derivative is 0.
    ceil Ceil;
    /// Cosine. Floating point only.
    cos Cosine;
    /// The error function. Floating point only.
    erf Erf;
    /// e to the power. Floating point only.
    exp Exponential;
    /// e to the power, minus one, exact near 0. Floating point only.
    expm1 ExponentialMinusOne;
    /// Largest integer not above; the derivative is 0.
    floor Floor;
    /// Natural logarithm. Floating point only.
    log Log;
    /// Natural logarithm of one plus the operand, exact near 0. Floating point only.
    log1p LogPlusOne;
    /// Nearest integer, halves to even; the derivative is 0.
    round RoundNearestEven;
    /// Reciprocal of the square root. Floating point only.
    rsqrt Rsqrt;
    /// The logistic function 1 / (1 + exp(-x)). Floating point only.
    sigmoid Logistic;
    /// -1, 0 or 1; the derivative is 0.
    sign Sign;
    /// Sine. Floating point only.
    sin Sine;
    /// Square root. Floating point only.
    sqrt Sqrt;
    /// Tangent. Floating point only.
    tan Tan;
    /// Hyperbolic tangent. Floating point only.
    tanh Tanh;
}

impl<T: Element> Tensor<T> {
    /// Larger of two, elementwise, broadcast; NaN wins. The derivative at a tie is split evenly.
    #[track_caller]
    pub fn maximum(&self, right: impl Operand<T>) -> Tensor<T> {
        Tensor::wrap(raw::binary(BinaryOp::Maximum, &self.any, &right.operand()))
    }

    /// Smaller of two, elementwise, broadcast; NaN wins. The derivative at a tie is split evenly.
    #[track_caller]
    pub fn minimum(&self, right: impl Operand<T>) -> Tensor<T> {
        Tensor::wrap(raw::binary(BinaryOp::Minimum, &self.any, &right.operand()))
    }

    /// Limited to an interval.
    #[track_caller]
    pub fn clamp(&self, low: impl Operand<T>, high: impl Operand<T>) -> Tensor<T> {
        self.maximum(low).minimum(high)
    }

    /// To the power of a tensor or number.
    #[track_caller]
    pub fn powf(&self, exponent: impl Operand<T>) -> Tensor<T> {
        Tensor::wrap(raw::binary(BinaryOp::Power, &self.any, &exponent.operand()))
    }

    /// To a whole power, by products.
    #[track_caller]
    pub fn powi(&self, exponent: i32) -> Tensor<T> {
        let mut result: Option<Tensor<T>> = None;
        let (mut square, mut rest) = (self.clone(), exponent.unsigned_abs());
        while rest > 0 {
            if rest & 1 == 1 {
                result = Some(result.map_or_else(|| square.clone(), |r| r * &square));
            }
            rest >>= 1;
            if rest > 0 {
                square = square.square();
            }
        }
        let power = result.unwrap_or_else(|| Tensor::ones(self.dims()));
        if exponent < 0 { 1.0 / power } else { power }
    }

    /// Product with itself.
    #[track_caller]
    pub fn square(&self) -> Tensor<T> {
        self * self
    }

    /// The positive part; NaN stays. The derivative at 0 is 0.
    #[track_caller]
    pub fn relu(&self) -> Tensor<T> {
        let zero = raw::scalar(T::DTYPE, 0.0);
        Tensor::wrap(raw::select(&raw::compare(Direction::Le, &self.any, &zero), &zero, &self.any))
    }

    /// x * sigmoid(x). Floating point only.
    #[track_caller]
    pub fn silu(&self) -> Tensor<T> {
        self * self.sigmoid()
    }

    /// Gaussian error linear unit, x * (1 + erf(x / sqrt 2)) / 2 (Hendrycks and Gimpel, 2016). Floating point only.
    #[track_caller]
    pub fn gelu(&self) -> Tensor<T> {
        self * ((self * std::f64::consts::FRAC_1_SQRT_2).erf() + 1.0) * 0.5
    }

    /// The usual approximation of [`Tensor::gelu`] by a hyperbolic tangent. Floating point only.
    #[track_caller]
    pub fn gelu_tanh(&self) -> Tensor<T> {
        let inner = (self + self * self * self * 0.044715) * (std::f64::consts::FRAC_2_SQRT_PI * std::f64::consts::FRAC_1_SQRT_2);
        self * (inner.tanh() + 1.0) * 0.5
    }

    /// Elements as another type: floats round to nearest even, floats to integers truncate and saturate, non-zero is true.
    #[track_caller]
    pub fn cast<U: Element>(&self) -> Tensor<U> {
        Tensor::wrap(raw::convert(&self.any, U::DTYPE))
    }

    /// The same bits as another type of the same width.
    #[track_caller]
    pub fn bitcast<U: Element>(&self) -> Tensor<U> {
        Tensor::wrap(emit_one(Op::BitcastConvert(U::DTYPE), &[&self.any]))
    }
}
