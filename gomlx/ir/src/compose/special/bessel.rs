// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Bessel functions.

use std::f64::consts::PI;

use smallvec::smallvec;

use super::super::declare::functions;
use super::super::{Composed, Composer, Var};
use crate::{Direction, UnaryOp};

functions! { bessel, Special:
    /// The modified Bessel function of the first kind of order 0; NaN of infinity, as in NumPy and JAX. Floating point
    /// only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let x = Tensor::new(&[2], &[0.0f32, 1.0])?;
    /// assert_close!(special::i0(&x), Tensor::new(&[2], &[1.0f32, 1.2660658])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn i0(self, x: Tensor) -> Tensor<T> {
        let value = |x: Var<'c>| x.with_slope(|x| Ok(unscaled(x, self.i0e(x))), |x| Ok(self.i1(x)));
        self.precisely([x], |[x]| Ok([value(x)?]))?[0]
    }

    /// exp(-|x|) times [`i0`], which does not overflow. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let x = Tensor::new(&[2], &[0.0f32, 1000.0])?;
    /// assert_close!(special::i0e(&x), Tensor::new(&[2], &[1.0f32, 0.012617241])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn i0e(self, x: Tensor) -> Tensor<T> {
        let value = |x: Var<'c>| {
            x.with_slope(
                |x| {
                    let value = x.value()?;
                    let i0e = self.builder(|b| crate::bessel::i0e(b, value));
                    Ok(self.var(i0e))
                },
                |x| Ok(self.i1e(x) - x.sign() * self.i0e(x)),
            )
        };
        self.precisely([x], |[x]| Ok([value(x)?]))?[0]
    }

    /// The modified Bessel function of the first kind of order 1; NaN of infinity, as in JAX. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let x = Tensor::new(&[2], &[0.0f32, 1.0])?;
    /// assert_close!(special::i1(&x), Tensor::new(&[2], &[0.0f32, 0.5651591])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn i1(self, x: Tensor) -> Tensor<T> {
        let value = |x: Var<'c>| {
            x.with_slope(
                |x| Ok(unscaled(x, self.i1e(x))),
                // I0(x) - I1(x) / x, and 1/2 at 0.
                |x| {
                    let not_zero = x.compare(Direction::Ne, 0.0);
                    let quotient = self.i1(x) / x.or_one(not_zero);
                    Ok(self.i0(x) - quotient.select(not_zero, 0.5))
                },
            )
        };
        self.precisely([x], |[x]| Ok([value(x)?]))?[0]
    }

    /// exp(-|x|) times [`i1`], which does not overflow. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let x = Tensor::new(&[2], &[0.0f32, 1000.0])?;
    /// assert_close!(special::i1e(&x), Tensor::new(&[2], &[0.0f32, 0.01261093])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn i1e(self, x: Tensor) -> Tensor<T> {
        self.precisely([x], |[x]| Ok([x.unary(UnaryOp::BesselI1e)]))?[0]
    }

    /// The Bessel functions of the first kind of the orders 0 to `v`, on a new first axis. Floating point only.
    ///
    /// They come from the ratios of neighbouring orders (Gautschi, 1967), and for large arguments from the orders 0
    /// and 1, whose asymptotic series is Hankel's (DLMF 10.17.3).
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let x = Tensor::new(&[1], &[1.0f32])?;
    /// assert_close!(special::bessel_jn(&x, 1), Tensor::new(&[2, 1], &[0.7651977f32, 0.44005059])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn bessel_jn(self, x: Tensor, v: Position) -> Tensor<T> {
        self.precisely([x], |[x]| Ok([self.bessel_orders(x, v)?]))?[0]
    }
}

/// A scaled function times exp(|x|), which alone may overflow before the product does.
fn unscaled<'c>(x: Var<'c>, scaled: Var<'c>) -> Var<'c> {
    let root = (x.abs() * 0.5).exp();
    scaled * root * root
}

impl<'c> Composer<'c> {
    fn bessel_orders(&'c self, x: Var<'c>, v: usize) -> Composed<Var<'c>> {
        // Up to this argument by ratios, which converge from an order twice as high.
        let bound = v.max(50);
        let (top, is_far) = (2 * bound + 20, x.abs().gt(bound as f64));
        let near = x.zeros_like().select(is_far, x);
        // The ratio J(n + 1) / J(n), and 2 (J(n) + J(n + 2) + ..) / J(n), of even orders n from the top down. In the
        // end J(0) is known from 1 = J(0) + 2 (J(2) + J(4) + ..).
        let (mut ratio, mut sum) = (near.zeros_like(), near.constant_like(2.0));
        let unrolled = v + v % 2;
        let scalar = |order: usize| self.scalar(crate::DType::F64, order as f64);
        let mut ratios = vec![];
        let looped = |k: Var<'c>, vars: &[Var<'c>]| {
            let even = top as f64 - k * 2.0;
            let r2 = near / (even * 2.0 - near * vars[0]);
            let r1 = near / ((even - 1.0) * 2.0 - near * r2);
            smallvec![r1, vars[1] * r1 * r2 + 2.0]
        };
        let steps = (top - unrolled) / 2;
        let always = |vars: &[Var<'c>]| vars[0].compare(Direction::Eq, vars[0]);
        let after = self.repeat_at_most(steps, &[ratio, sum], always, looped)?;
        (ratio, sum) = (after[0], after[1]);
        for even in (2..=unrolled).rev().step_by(2) {
            let r2 = near / (scalar(even) * 2.0 - near * ratio);
            let r1 = near / (scalar(even - 1) * 2.0 - near * r2);
            ratios.push(r2);
            ratios.push(r1);
            (ratio, sum) = (r1, sum * r1 * r2 + 2.0);
        }
        ratios.reverse();
        let mut orders = vec![1.0 / (sum - 1.0)];
        for order in 1..=v {
            orders.push(orders[order - 1] * ratios[order - 1]);
        }
        // Upward from the orders 0 and 1, which is stable while the order is below the argument.
        let far = x.select(is_far, bound as f64);
        let mut upward = vec![hankel(far, 0), hankel(far, 1)];
        for order in 2..=v {
            upward.push(upward[order - 1] * (2.0 * (order as f64 - 1.0)) / far - upward[order - 2]);
        }
        let both = orders.into_iter().zip(upward).map(|(near, far)| far.select(is_far, near));
        Ok(self.stack(both.collect::<Vec<_>>(), 0))
    }
}

/// J of order 0 or 1 of a large argument.
fn hankel(x: Var<'_>, order: u32) -> Var<'_> {
    let size = x.abs();
    let mu = f64::from(4 * order * order);
    let (mut terms, mut term) = (vec![], 1.0);
    for k in 0..14 {
        terms.push(term);
        let odd = f64::from(2 * k + 1);
        term *= (mu - odd * odd) / (f64::from(k + 1) * 8.0);
    }
    let alternate = |from: usize| {
        let mut part: Vec<f64> = terms.iter().skip(from).step_by(2).enumerate().map(|(i, t)| if i % 2 == 0 { *t } else { -t }).collect();
        part.reverse();
        part
    };
    let inverse = 1.0 / size;
    let square = inverse.square();
    let (p, q) = (square.horner(&alternate(0)), square.horner(&alternate(1)) * inverse);
    let angle = size - (f64::from(order) * 0.5 + 0.25) * PI;
    let value = (angle.cos() * p - angle.sin() * q) * (inverse * (2.0 / PI)).sqrt();
    if order == 0 { value } else { value * x.sign() }
}
