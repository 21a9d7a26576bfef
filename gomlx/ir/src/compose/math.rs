// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Elementwise functions beyond the op set, each composed so that it neither overflows nor cancels.

use std::f64::consts::{LN_2, LN_10, PI};

use super::Var;
use super::declare::methods;
use crate::{BinaryOp, DType, UnaryOp};

methods! { math:
    /// Inverse cosine. Floating point or complex.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-0.5f32, 0.0, 0.5])?;
    /// assert_close!(x.acos(), Tensor::new(&[3], &[2.0943952f32, 1.5707964, 1.0471976])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "arccos")]
    fn acos(self) -> Tensor<T> {
        self.unary(UnaryOp::Acos)
    }

    /// Inverse sine. Floating point or complex.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-0.5f32, 0.0, 0.5])?;
    /// assert_close!(x.asin(), Tensor::new(&[3], &[-0.5235988f32, 0.0, 0.5235988])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "arcsin")]
    fn asin(self) -> Tensor<T> {
        self.unary(UnaryOp::Asin)
    }

    /// Inverse tangent. Floating point or complex.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-0.5f32, 0.0, 0.5])?;
    /// assert_close!(x.atan(), Tensor::new(&[3], &[-0.4636476f32, 0.0, 0.4636476])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "arctan")]
    fn atan(self) -> Tensor<T> {
        self.unary(UnaryOp::Atan)
    }

    /// Inverse hyperbolic sine. Floating point or complex.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-0.5f32, 0.0, 0.5])?;
    /// assert_close!(x.asinh(), Tensor::new(&[3], &[-0.4812118f32, 0.0, 0.4812118])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "arcsinh")]
    fn asinh(self) -> Tensor<T> {
        self.unary(UnaryOp::Asinh)
    }

    /// Inverse hyperbolic tangent. Floating point or complex.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-0.5f32, 0.0, 0.5])?;
    /// assert_close!(x.atanh(), Tensor::new(&[3], &[-0.54930615f32, 0.0, 0.54930615])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "arctanh")]
    fn atanh(self) -> Tensor<T> {
        self.unary(UnaryOp::Atanh)
    }

    /// Hyperbolic cosine. Floating point or complex.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-0.5f32, 0.0, 0.5])?;
    /// assert_close!(x.cosh(), Tensor::new(&[3], &[1.127626f32, 1.0, 1.127626])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn cosh(self) -> Tensor<T> {
        self.unary(UnaryOp::Cosh)
    }

    /// Hyperbolic sine. Floating point or complex.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-0.5f32, 0.0, 0.5])?;
    /// assert_close!(x.sinh(), Tensor::new(&[3], &[-0.5210953f32, 0.0, 0.5210953])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn sinh(self) -> Tensor<T> {
        self.unary(UnaryOp::Sinh)
    }

    /// Inverse hyperbolic cosine; NaN below 1. Floating point or complex.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[1.0f32, 2.0, 8.0])?;
    /// assert_close!(x.acosh(), Tensor::new(&[3], &[0.0f32, 1.316958, 2.7686594])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "arccosh")]
    fn acosh(self) -> Tensor<T> {
        self.unary(UnaryOp::Acosh)
    }

    /// The angle of the point (x, self), in -pi to pi. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let y = Tensor::new(&[2], &[0.0f32, 1.0])?;
    /// let x = Tensor::new(&[2], &[1.0f32, 0.0])?;
    /// assert_close!(y.atan2(&x), Tensor::new(&[2], &[0.0f32, 1.5707964])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "arctan2")]
    fn atan2(self, x: Operand) -> Tensor<T> {
        self.binary(BinaryOp::Atan2, x)
    }

    /// Degrees as radians. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[180.0f32, -90.0])?;
    /// assert_close!(x.to_radians(), Tensor::new(&[2], &[3.1415927f32, -1.5707964])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "deg2rad")]
    fn to_radians(self) -> Tensor<T> {
        self * (PI / 180.0)
    }

    /// Radians as degrees. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[1], &[1.0f32])?;
    /// assert_close!(x.to_degrees(), Tensor::new(&[1], &[57.29578f32])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "rad2deg")]
    fn to_degrees(self) -> Tensor<T> {
        self * (180.0 / PI)
    }

    /// 2 to the power; exact for whole numbers. Floating point or complex.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-1.0f32, 0.5, 10.0])?;
    /// assert_close!(x.exp2(), Tensor::new(&[3], &[0.5f32, 1.4142135, 1024.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn exp2(self) -> Tensor<T> {
        let dtype = self.dtype()?;
        if !dtype.is_float() {
            return Ok((self * LN_2).exp());
        }
        // Of x = n + f only f goes through a logarithm, whose error grows with its argument.
        self.in_single(|x| {
            let whole = x.round();
            let (fraction, exponent) = (x - whole, whole.minimum(2048.0).maximum(-2048.0));
            let power = (fraction * LN_2).exp().ldexp(exponent.convert(DType::I32));
            // Where x is infinite, so is n, and f is not a number.
            x.exp().select(x.is_infinite(), power)
        })?
    }

    /// Logarithm to base 2. Floating point or complex.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[1.0f32, 2.0, 8.0])?;
    /// assert_close!(x.log2(), Tensor::new(&[3], &[0.0f32, 1.0, 3.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn log2(self) -> Tensor<T> {
        self.log() / LN_2
    }

    /// Logarithm to base 10. Floating point or complex.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[1.0f32, 2.0, 8.0])?;
    /// assert_close!(x.log10(), Tensor::new(&[3], &[0.0f32, 0.30103, 0.90309])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn log10(self) -> Tensor<T> {
        self.log() / LN_10
    }

    /// 1 / x. Floating point or complex.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[1.0f32, 2.0, 8.0])?;
    /// assert_close!(x.reciprocal(), Tensor::new(&[3], &[1.0f32, 0.5, 0.125])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn reciprocal(self) -> Tensor<T> {
        1.0 / self
    }

    /// sin(pi x) / (pi x), and 1 at 0. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[0.0f32, 0.5, 1.0])?;
    /// assert_close!(x.sinc(), Tensor::new(&[3], &[1.0f32, 0.63661975, 0.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn sinc(self) -> Tensor<T> {
        let sinc = |x: Var<'c>| {
            let angle = x * PI;
            let near = angle.abs().lt(0.05);
            // The quotient has no derivative at 0; the series has every one.
            let square = x.zeros_like().select(!near, angle.square());
            let series =
                1.0 - square * (1.0 / 6.0) * (1.0 - square * (1.0 / 20.0) * (1.0 - square * (1.0 / 42.0) * (1.0 - square * (1.0 / 72.0))));
            // The product with pi is inexact, so the period is taken off before it.
            let whole = x.round();
            let odd = whole - (whole * 0.5).floor() * 2.0;
            let sine = ((x - whole) * PI).sin() * (1.0 - odd * 2.0);
            series.select(near, sine / angle.ones_like().select(near, angle))
        };
        self.composer().precisely([self], |[x]| Ok([sinc(x)]))?[0]
    }

    /// sqrt(x^2 + y^2) without overflow. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[3.0f32, 1.0e+30])?;
    /// let y = Tensor::new(&[2], &[4.0f32, 0.0])?;
    /// assert_close!(x.hypot(&y), Tensor::new(&[2], &[5.0f32, 1.0e+30])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn hypot(self, other: Operand) -> Tensor<T> {
        let other = self.composer().operand(self.dtype()?, other.into());
        let (x, y) = (self.abs(), other.abs());
        let (large, small) = (x.maximum(y), x.minimum(y));
        let degenerate = large.eq(0.0) | large.is_infinite();
        let one = self.composer().scalar(self.dtype()?, 1.0);
        let ratio = small / one.select(degenerate, large);
        let root = large * (ratio.square() + 1.0).sqrt();
        large.select(degenerate, root)
    }

    /// Larger of two, elementwise, broadcast; the other where one is NaN.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[1.0f32, f32::NAN])?;
    /// let y = Tensor::new(&[2], &[2.0f32, 3.0])?;
    /// assert_close!(x.fmax(&y), Tensor::new(&[2], &[2.0f32, 3.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn fmax(self, other: Operand) -> Tensor<T> {
        let other = self.composer().operand(self.dtype()?, other.into());
        let larger = self.maximum(other);
        self.select(other.is_nan(), other.select(self.is_nan(), larger))
    }

    /// Smaller of two, elementwise, broadcast; the other where one is NaN.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[1.0f32, f32::NAN])?;
    /// let y = Tensor::new(&[2], &[2.0f32, 3.0])?;
    /// assert_close!(x.fmin(&y), Tensor::new(&[2], &[1.0f32, 3.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn fmin(self, other: Operand) -> Tensor<T> {
        let other = self.composer().operand(self.dtype()?, other.into());
        let smaller = self.minimum(other);
        self.select(other.is_nan(), other.select(self.is_nan(), smaller))
    }

    /// The magnitude of the element with the sign of another, of zeros too. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[1.0f32, -2.0])?;
    /// let y = Tensor::new(&[2], &[-3.0f32, 5.0])?;
    /// assert_close!(x.copysign(&y), Tensor::new(&[2], &[-1.0f32, 2.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn copysign(self, sign: Operand) -> Tensor<T> {
        let sign = self.composer().operand(self.dtype()?, sign.into());
        let differs = self.signbit().binary(BinaryOp::Xor, sign.signbit());
        (-self).select(differs, self)
    }

    /// 0 below 0, 1 above, `at_zero` at 0; NaN stays. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-1.0f32, 0.0, 2.0])?;
    /// assert_close!(x.heaviside(0.5), Tensor::new(&[3], &[0.0f32, 0.5, 1.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn heaviside(self, at_zero: Operand) -> Tensor<T> {
        let c = self.composer();
        let dtype = self.dtype()?;
        let at_zero = c.operand(dtype, at_zero.into());
        let step = c.scalar(dtype, 1.0).select(self.gt(0.0), c.scalar(dtype, 0.0));
        let step = self.stopped_gradient().select(self.is_nan(), step);
        at_zero.select(self.eq(0.0), step)
    }

    /// log(exp(x) + exp(y)); does not overflow. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[0.0f32, 1000.0])?;
    /// let y = Tensor::new(&[2], &[0.0f32, 999.0])?;
    /// assert_close!(x.logaddexp(&y), Tensor::new(&[2], &[0.6931472f32, 1000.31323])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn logaddexp(self, other: Operand) -> Tensor<T> {
        let c = self.composer();
        let (x, y) = c.broadcast_pair(self, c.operand(self.dtype()?, other.into()))?;
        let greater = x.gt(y) | x.is_nan();
        let (large, small) = (x.select(greater, y), y.select(greater, x));
        // The difference of equal infinities is not a number.
        let distance = c.zero_of(x)?.select(large.is_infinite(), small - large);
        large + distance.exp().log1p()
    }

    /// log2(2^x + 2^y); does not overflow. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[0.0f32, 3.0])?;
    /// let y = Tensor::new(&[2], &[0.0f32, 3.0])?;
    /// assert_close!(x.logaddexp2(&y), Tensor::new(&[2], &[1.0f32, 4.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn logaddexp2(self, other: Operand) -> Tensor<T> {
        let other = self.composer().operand(self.dtype()?, other.into());
        (self * LN_2).logaddexp(other * LN_2) / LN_2
    }

    /// x log(y), and 0 where x is 0, unless y is NaN. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[0.0f32, 2.0])?;
    /// let y = Tensor::new(&[2], &[0.0f32, 1.0])?;
    /// assert_close!(x.xlogy(&y), Tensor::new(&[2], &[0.0f32, 0.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn xlogy(self, y: Operand) -> Tensor<T> {
        let c = self.composer();
        let (x, y) = c.broadcast_pair(self, c.operand(self.dtype()?, y.into()))?;
        let zero = x.eq(0.0) & !y.is_nan();
        let one = c.scalar(x.dtype()?, 1.0);
        x * one.select(zero, y).log()
    }

    /// x log(1 + y), and 0 where x is 0, unless y is NaN. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[0.0f32, 2.0])?;
    /// let y = Tensor::new(&[2], &[-1.0f32, 0.0])?;
    /// assert_close!(x.xlog1py(&y), Tensor::new(&[2], &[0.0f32, 0.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn xlog1py(self, y: Operand) -> Tensor<T> {
        let c = self.composer();
        let (x, y) = c.broadcast_pair(self, c.operand(self.dtype()?, y.into()))?;
        let zero = x.eq(0.0) & !y.is_nan();
        x * c.zero_of(x)?.select(zero, y).log1p()
    }

    /// x + weight (end - x), the point between x and `end`. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[0.0f32, 10.0])?;
    /// let y = Tensor::new(&[2], &[4.0f32, 20.0])?;
    /// assert_close!(x.lerp(&y, 0.25), Tensor::new(&[2], &[1.0f32, 12.5])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn lerp(self, end: Operand, weight: Operand) -> Tensor<T> {
        let c = self.composer();
        let dtype = self.dtype()?;
        let (end, weight) = (c.operand(dtype, end.into()), c.operand(dtype, weight.into()));
        self + weight * (end - self)
    }

    /// `value` where the mask is true, else the element. All broadcast.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[1.0f32, 2.0])?;
    /// let mask = Tensor::new(&[2], &[true, false])?;
    /// assert_close!(x.masked_fill(&mask, -1.0), Tensor::new(&[2], &[-1.0f32, 2.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn masked_fill(self, mask: Mask, value: Operand) -> Tensor<T> {
        let value = self.composer().operand(self.dtype()?, value.into());
        value.select(mask, self)
    }
}
