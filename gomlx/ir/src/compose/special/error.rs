// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Relatives of the error function, and the normal distribution.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI, PI, SQRT_2};

use smallvec::smallvec;

use super::super::declare::{functions, methods};
use super::super::{Composed, Composer, Var};
use crate::{BinaryOp, Code, DType, UnaryOp};

methods! { inverse_error:
    /// The inverse of [`Tensor::erf`]: -inf at -1, inf at 1, NaN beyond. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[0.0f32, 0.5])?;
    /// assert_close!(x.erfinv(), Tensor::new(&[2], &[0.0f32, 0.47693628])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn erfinv(self) -> Tensor<T> {
        self.unary(UnaryOp::ErfInv)
    }
}

functions! { error, Special:
    /// The scaled complementary error function, exp(x^2) erfc(x), which does not underflow. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let x = Tensor::new(&[2], &[0.0f32, 10.0])?;
    /// assert_close!(special::erfcx(&x), Tensor::new(&[2], &[1.0f32, 0.056140992])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn erfcx(self, x: Tensor) -> Tensor<T> {
        let value = |x: Var<'c>| {
            x.with_slope(
                |x| {
                    let is_far = x.gt(10.0);
                    let near = x.zeros_like().select(is_far, x);
                    let far = x.select(is_far, 10.0);
                    let tail = (far_series(far, -1.0) + 1.0) / far * (FRAC_2_SQRT_PI / 2.0);
                    Ok(tail.select(is_far, near.square().exp() * near.erfc()))
                },
                |x| {
                    // 2x erfcx(x) - 2/sqrt(pi), whose terms cancel far from 0.
                    let is_far = x.gt(10.0);
                    let far = far_series(x.select(is_far, 10.0), -1.0) * FRAC_2_SQRT_PI;
                    Ok(far.select(is_far, x * 2.0 * self.erfcx(x) - FRAC_2_SQRT_PI))
                },
            )
        };
        self.precisely([x], |[x]| Ok([value(x)?]))?[0]
    }

    /// The inverse of [`Tensor::erfc`]: inf at 0, -inf at 2, NaN beyond. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let x = Tensor::new(&[2], &[1.0f32, 1e-10])?;
    /// assert_close!(special::erfcinv(&x), Tensor::new(&[2], &[0.0f32, 4.572825])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn erfcinv(self, x: Tensor) -> Tensor<T> {
        self.precisely([x], |[x]| Ok([self.ndtri(x * 0.5) * -FRAC_1_SQRT_2]))?[0]
    }

    /// The distribution function of the standard normal distribution. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let x = Tensor::new(&[2], &[0.0f32, -5.0])?;
    /// assert_close!(special::ndtr(&x), Tensor::new(&[2], &[0.5f32, 2.8665157e-7])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn ndtr(self, x: Tensor) -> Tensor<T> {
        self.precisely([x], |[x]| Ok([(x * -FRAC_1_SQRT_2).erfc() * 0.5]))?[0]
    }

    /// The logarithm of [`ndtr`], exact in both tails. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let x = Tensor::new(&[2], &[0.0f32, -30.0])?;
    /// assert_close!(special::log_ndtr(&x), Tensor::new(&[2], &[-0.6931472f32, -454.32125])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn log_ndtr(self, x: Tensor) -> Tensor<T> {
        let value = |x: Var<'c>| {
            x.with_slope(
                |x| {
                    let is_low = x.lt(-1.0);
                    let low = x.select(is_low, -1.0);
                    let high = x.constant_like(-1.0).select(is_low, x);
                    let low = (self.erfcx(low * -FRAC_1_SQRT_2) * 0.5).log() - low.square() * 0.5;
                    Ok(low.select(is_low, ((high * FRAC_1_SQRT_2).erfc() * -0.5).log1p()))
                },
                // The density over the distribution function; beyond 30 it is 0.
                |x| {
                    let inside = x.lt(30.0);
                    let density = (2.0 / PI).sqrt() / self.erfcx(x.select(inside, 30.0) * -FRAC_1_SQRT_2);
                    Ok(density.select(inside, x.zeros_like()))
                },
            )
        };
        self.precisely([x], |[x]| Ok([value(x)?]))?[0]
    }

    /// The inverse of [`ndtr`], the quantiles of the standard normal distribution: -inf at 0, inf at 1, NaN beyond.
    /// Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let p = Tensor::new(&[2], &[0.5f32, 0.975])?;
    /// assert_close!(special::ndtri(&p), Tensor::new(&[2], &[0.0f32, 1.959964])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn ndtri(self, p: Tensor) -> Tensor<T> {
        let value = |p: Var<'c>| {
            p.with_slope(quantile, |p| Ok((self.ndtri(p).square() * 0.5).exp() * (2.0 * PI).sqrt()))
        };
        self.precisely([p], |[p]| Ok([value(p)?]))?[0]
    }

    /// Dawson's integral: exp(-x^2) times the integral of exp(t^2) from 0 to x. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let x = Tensor::new(&[2], &[0.0f32, 1.0])?;
    /// assert_close!(special::dawsn(&x), Tensor::new(&[2], &[0.0f32, 0.5380795])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn dawsn(self, x: Tensor) -> Tensor<T> {
        let value = |x: Var<'c>| {
            x.with_slope(
                |x| self.dawson(x),
                |x| {
                    // 1 - 2x dawsn(x), whose terms cancel far from 0.
                    let is_far = x.abs().gt(8.0);
                    let far = -far_series(x.select(is_far, 8.0), 1.0);
                    Ok(far.select(is_far, 1.0 - x * 2.0 * self.dawsn(x)))
                },
            )
        };
        self.precisely([x], |[x]| Ok([value(x)?]))?[0]
    }

    /// Faddeeva's function exp(-z^2) erfc(-iz). Complex only.
    ///
    /// It is computed in double precision by Weideman's rational series of 40 terms (1994).
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, c64, special};
    /// let z = Tensor::new(&[1], &[c64::new(0.0, 1.0)])?;
    /// assert_close!(special::wofz(&z).real(), Tensor::new(&[1], &[0.42758358f32])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "faddeeva")]
    fn wofz(self, z: Tensor) -> Tensor<T> {
        let shape = z.shape()?;
        if !shape.dtype.is_complex() {
            return Err(self.wrong(Code::DType, format_args!("{shape} is not complex")));
        }
        let value = z.convert(DType::C128).with_slope(
            |z| self.faddeeva(z),
            |z| Ok(self.wofz(z) * z * -2.0 + self.complex_like(z, 0.0, FRAC_2_SQRT_PI)),
        );
        value?.convert(shape.dtype)
    }
}

/// The sum over n from 1 of (2n - 1)!! (sign / (2 x^2))^n: the asymptotic series of both functions, from 8 on.
fn far_series(x: Var<'_>, sign: f64) -> Var<'_> {
    let step = (sign * 0.5) / x.square();
    let mut sum = step.constant_like(1.0);
    for n in (2..=22).rev() {
        sum = sum * step * f64::from(2 * n - 1) + 1.0;
    }
    sum * step
}

/// Wichura's rational approximations (1988, algorithm AS 241, PPND16).
fn quantile(p: Var<'_>) -> Composed<Var<'_>> {
    let centred = p - 0.5;
    let is_central = centred.abs().le(0.425);
    let middle = 0.180_625 - centred.select(is_central, 0.0).square();
    let middle = centred * middle.horner(&MIDDLE.0) / middle.horner(&MIDDLE.1);
    let nearer = p.select(centred.lt(0.0), 1.0 - p);
    let tail = (-nearer.log()).sqrt();
    let is_near = tail.le(5.0);
    // An argument out of range, as of a probability of 0, would give inf / inf.
    let near = tail.select(is_near, 5.0) - 1.6;
    let far = tail.minimum(40.0) - 5.0;
    let near = near.horner(&NEAR.0) / near.horner(&NEAR.1);
    let far = far.horner(&FAR.0) / far.horner(&FAR.1);
    let size = near.select(is_near, far);
    let size = size.select(nearer.gt(0.0), f64::INFINITY).select(nearer.ge(0.0), f64::NAN);
    let size = (-size).select(centred.lt(0.0), size);
    Ok(middle.select(is_central, size))
}

impl<'c> Composer<'c> {
    fn dawson(&'c self, x: Var<'c>) -> Composed<Var<'c>> {
        let size = x.abs();
        let is_far = size.gt(8.0);
        // exp(-x^2) times the series of the integral, whose terms are all positive.
        let near = size.zeros_like().select(is_far, size);
        let square = near.square();
        let going = |vars: &[Var<'c>]| vars[0].gt(vars[1] * 1e-17);
        let step = |k: Var<'c>, vars: &[Var<'c>]| {
            let term = vars[0] * square / (k + 1.0);
            smallvec![term, vars[1] + term / (k * 2.0 + 3.0)]
        };
        let sum = self.repeat_at_most(400, &[near, near], going, step)?[1];
        let near = sum * (-square).exp();
        let far = size.select(is_far, 8.0);
        let far = (far_series(far, 1.0) + 1.0) * 0.5 / far;
        Ok(far.select(is_far, near) * x.sign())
    }

    /// A complex number, repeated to the shape of a tensor of `C128`.
    pub(in crate::compose) fn complex_like(&'c self, like: Var<'c>, re: f64, im: f64) -> Var<'c> {
        let number = self.scalar(DType::F64, re).binary(BinaryOp::Complex, self.scalar(DType::F64, im));
        self.flat(like.dims().map(|dims| number.broadcast(&dims)))
    }

    fn faddeeva(&'c self, z: Var<'c>) -> Composed<Var<'c>> {
        // The series holds in the upper half plane; w(z) = 2 exp(-z^2) - w(-z).
        let is_below = z.unary(UnaryOp::Imag).lt(0.0);
        let upper = (-z).select(is_below, z);
        let turned = upper * self.complex_like(z, 0.0, 1.0);
        let scale = (40.0 / SQRT_2).sqrt();
        let rest = scale - turned;
        let map = (turned + scale) / rest;
        let sum = map.horner(&WEIDEMAN) * 2.0 / (rest * rest) + (FRAC_2_SQRT_PI / 2.0) / rest;
        Ok(((-(z * z)).exp() * 2.0 - sum).select(is_below, sum))
    }
}

/// Numerator and denominator for probabilities from 0.075 to 0.925.
const MIDDLE: ([f64; 8], [f64; 8]) = (
    [
        2509.0809287301227,
        33430.57558358813,
        67265.7709270087,
        45921.95393154987,
        13731.69376550946,
        1971.5909503065513,
        133.14166789178438,
        3.3871328727963665,
    ],
    [
        5226.495278852854,
        28729.085735721943,
        39307.89580009271,
        21213.794301586597,
        5394.196021424751,
        687.1870074920579,
        42.31333070160091,
        1.0,
    ],
);

/// For tails down to exp(-25).
const NEAR: ([f64; 8], [f64; 8]) = (
    [
        0.0007745450142783414,
        0.022723844989269184,
        0.2417807251774506,
        1.2704582524523684,
        3.6478483247632045,
        5.769497221460691,
        4.630337846156546,
        1.4234371107496835,
    ],
    [
        1.0507500716444169e-09,
        0.0005475938084995345,
        0.015198666563616457,
        0.14810397642748008,
        0.6897673349851,
        1.6763848301838038,
        2.053191626637759,
        1.0,
    ],
);

/// For tails beyond.
const FAR: ([f64; 8], [f64; 8]) = (
    [
        2.0103343992922881e-07,
        2.7115555687434876e-05,
        0.0012426609473880784,
        0.026532189526576124,
        0.29656057182850487,
        1.7848265399172913,
        5.463784911164114,
        6.657904643501103,
    ],
    [
        2.0442631033899397e-15,
        1.421511758316446e-07,
        1.8463183175100548e-05,
        0.0007868691311456133,
        0.014875361290850615,
        0.1369298809227358,
        0.599832206555888,
        1.0,
    ],
);

/// Weideman's coefficients for 40 terms, highest power first (computed with mpmath).
const WEIDEMAN: [f64; 40] = [
    -1.899694947394927e-15,
    1.128073562364402e-15,
    1.1357687198999241e-14,
    -5.409310282882142e-15,
    -7.074086260286855e-14,
    1.37256205867155e-14,
    4.5329666782606727e-13,
    1.2031458219387989e-13,
    -2.907688342182867e-12,
    -2.7276023158200452e-12,
    1.7714495214011192e-11,
    3.47272670930455e-11,
    -9.055124450928292e-11,
    -3.5632339865976533e-10,
    2.1086006347066517e-10,
    3.0177805400090707e-09,
    3.2497465180436973e-09,
    -1.8315616783040462e-08,
    -6.35177348504429e-08,
    1.4198642399935674e-08,
    5.912136951899494e-07,
    1.483566113220078e-06,
    -1.0660138984947143e-06,
    -1.8007447144750956e-05,
    -5.591309264248318e-05,
    -3.939363145489569e-05,
    0.0004398070159869668,
    0.0027054056330737914,
    0.010048186242783424,
    0.029202916471241867,
    0.07182361779074337,
    0.15504263802479495,
    0.29989437996150065,
    0.5266528988277086,
    0.8472174576593818,
    1.2563815675765133,
    1.7253830848179779,
    2.201513794878312,
    2.61605415276186,
    2.8996245093897053,
];
