// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Hypergeometric functions, by their series (DLMF 13.2 and 15.2), with derivatives by every argument.

use super::super::declare::functions;
use super::super::{Composed, Composer, Var};
use super::dual::Dual;
use crate::Direction;

functions! { hypergeometric, Special:
    /// Kummer's confluent hypergeometric function 1F1(a; b; x). Floating point only.
    ///
    /// The series takes about as many terms as |x| and 40 more. Where its terms have both signs, the result loses the
    /// digits by which they cancel.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let (a, b) = (Tensor::new(&[1], &[1.0f32])?, Tensor::new(&[1], &[2.0f32])?);
    /// let x = Tensor::new(&[1], &[1.0f32])?;
    /// assert_close!(special::hyp1f1(&a, &b, &x), Tensor::new(&[1], &[1.7182818f32])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn hyp1f1(self, a: Tensor, b: Tensor, x: Tensor) -> Tensor<T> {
        let value = |args: [Var<'c>; 3]| {
            self.with_partials(
                args,
                |args| Ok(self.confluent(args.map(Dual::constant), false)?.value),
                |[a, b, x]| {
                    let by_a = self.confluent(Dual::by(0, [a, b, x]), true)?.derivative();
                    let by_b = self.confluent(Dual::by(1, [a, b, x]), true)?.derivative();
                    Ok([by_a, by_b, a / b * self.hyp1f1(a + 1.0, b + 1.0, x)])
                },
            )
        };
        self.precisely([a, b, x], |args| Ok([value(args)?]))?[0]
    }

    /// Gauss's hypergeometric function 2F1(a, b; c; x) for x up to 1; NaN beyond. Floating point only.
    ///
    /// The series takes about 40 / -log(|x|) terms, at most 20 000: very near to 1 it is not exact. At 1 it is Gauss's
    /// quotient of gamma functions.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let one = Tensor::new(&[1], &[1.0f32])?;
    /// let (c, x) = (Tensor::new(&[1], &[2.0f32])?, Tensor::new(&[1], &[0.5f32])?);
    /// assert_close!(special::hyp2f1(&one, &one, &c, &x), Tensor::new(&[1], &[1.3862944f32])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn hyp2f1(self, a: Tensor, b: Tensor, c: Tensor, x: Tensor) -> Tensor<T> {
        let value = |args: [Var<'c>; 4]| {
            self.with_partials(
                args,
                |args| Ok(self.gauss(args.map(Dual::constant), false)?.value),
                |args| {
                    let by = |i| self.gauss(Dual::by(i, args), true).map(Dual::derivative);
                    let [a, b, c, x] = args;
                    Ok([by(0)?, by(1)?, by(2)?, a * b / c * self.hyp2f1(a + 1.0, b + 1.0, c + 1.0, x)])
                },
            )
        };
        self.precisely([a, b, c, x], |args| Ok([value(args)?]))?[0]
    }
}

/// So many terms a series has at most.
const TERMS: usize = 20_000;

impl<'c> Composer<'c> {
    fn confluent(&'c self, [a, b, x]: [Dual<'c>; 3], by_variable: bool) -> Composed<Dual<'c>> {
        // Kummer's transformation gives terms of one sign: F(a; b; x) = exp(x) F(b - a; b; -x).
        let is_negative = x.value.lt(0.0);
        let (upper, argument) = ((b - a).select(is_negative, a), (0.0 - x).select(is_negative, x));
        let one = a.like(1.0);
        let step = |k: Var<'c>, [term, sum]: [Dual<'c>; 2]| {
            let k = Dual::constant(k);
            let term = term * (upper + k) / (b + k) * argument / (k + 1.0);
            [term, sum + term]
        };
        let sum = self.repeat_dual(TERMS, [one, one], by_variable, matters, step)?[1];
        Ok(sum * x.exp().select(is_negative, one))
    }

    fn gauss(&'c self, [a, b, c, x]: [Dual<'c>; 4], by_variable: bool) -> Composed<Dual<'c>> {
        let inside = x.value.lt(1.0);
        let y = x.select(inside, x.like(0.5));
        // Pfaff's transformation: F(a, b; c; x) = (1 - x)^-a F(a, c - b; c; x / (x - 1)).
        let is_negative = y.value.lt(0.0);
        let (second, argument) = ((c - b).select(is_negative, b), (y / (y - 1.0)).select(is_negative, y));
        let one = a.like(1.0);
        let step = |k: Var<'c>, [term, sum]: [Dual<'c>; 2]| {
            let k = Dual::constant(k);
            let term = term * (a + k) / (c + k) * (second + k) / (k + 1.0) * argument;
            [term, sum + term]
        };
        let sum = self.repeat_dual(TERMS, [one, one], by_variable, matters, step)?[1];
        let power = (0.0 - a) * (0.0 - y).log1p();
        let result = sum * power.exp().select(is_negative, one);
        let at_one = (c.lgamma() + (c - a - b).lgamma() - (c - a).lgamma() - (c - b).lgamma()).exp();
        let sign = [c, c - a - b, c - a, c - b].map(|x| self.gammasgn(x.value)).into_iter().reduce(|x, y| x * y);
        let at_one = at_one * Dual::constant(sign.unwrap_or(one.value));
        let is_one = x.value.compare(Direction::Eq, 1.0) & (c.value - a.value - b.value).gt(0.0);
        Ok(result.select(inside, at_one.select(is_one, one.like(f64::NAN))))
    }
}

/// Whether the last term, or its derivative, still counts in the sum.
fn matters<'c>([term, sum]: [Dual<'c>; 2]) -> Var<'c> {
    let counts = term.value.abs().gt(sum.value.abs() * 1e-17);
    match (term.slope, sum.slope) {
        (Some(term), Some(sum)) => counts | term.abs().gt(sum.abs() * 1e-17),
        _ => counts,
    }
}
