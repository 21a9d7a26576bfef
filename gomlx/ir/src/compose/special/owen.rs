// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Owen's T function.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use super::super::declare::functions;
use super::super::{Composed, Composer, Var};
use crate::{Axes, BinaryOp, DType, Direction, HostTensor};

functions! { owen, Special:
    /// Owen's T function: the integral of exp(-h^2 (1 + t^2) / 2) / (1 + t^2) from 0 to a, over 2 pi. Floating point
    /// only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let (h, a) = (Tensor::new(&[1], &[0.0f32])?, Tensor::new(&[1], &[1.0f32])?);
    /// assert_close!(special::owens_t(&h, &a), Tensor::new(&[1], &[0.125f32])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn owens_t(self, h: Tensor, a: Tensor) -> Tensor<T> {
        let value = |args: [Var<'c>; 2]| {
            self.with_partials(
                args,
                |[h, a]| self.owen(h.abs(), a),
                |[h, a]| {
                    let bell = (h.square() * -0.5).exp();
                    let by_h = bell * (a * h * FRAC_1_SQRT_2).erf() * (-0.5 / (2.0 * PI).sqrt());
                    let slope = a.square() + 1.0;
                    let by_a = (h.square() * slope * -0.5).exp() / (slope * (2.0 * PI));
                    Ok([by_h, by_a])
                },
            )
        };
        self.precisely([h, a], |args| Ok([value(args)?]))?[0]
    }
}

impl<'c> Composer<'c> {
    fn owen(&'c self, h: Var<'c>, a: Var<'c>) -> Composed<Var<'c>> {
        let size = a.abs();
        let is_large = size.gt(1.0);
        // T(h, a) = (Q(h) + Q(ah)) / 2 - Q(h) Q(ah) - T(ah, 1/a), where Q is the upper tail of the normal distribution.
        let product = h.zeros_like().select(h.compare(Direction::Eq, 0.0), size * h);
        let tail = |x: Var<'c>| (x * FRAC_1_SQRT_2).erfc() * 0.5;
        let (q, r) = (tail(h), tail(product));
        let part = self.owen_integral(product.select(is_large, h), (1.0 / size).select(is_large, size))?;
        let result = ((q + r) * 0.5 - q * r - part).select(is_large, part);
        Ok(result * a.sign())
    }

    /// The integral for an upper bound of at most 1, by the 24 points of Gauss and Legendre.
    fn owen_integral(&'c self, h: Var<'c>, a: Var<'c>) -> Composed<Var<'c>> {
        let (points, weights) = gauss_legendre();
        let vector = |numbers: &[f64]| HostTensor::new(&[numbers.len()], numbers).map(|tensor| self.constant(tensor));
        let vector = |numbers: &[f64]| vector(numbers).map_err(|error| self.wrong_with(error));
        let (points, weights) = (vector(&points)?, vector(&weights)?);
        // Beyond nine deviations nothing is left.
        let bound = a.minimum(9.0 / h);
        let squares = (bound.expand_dims(-1) * points).square() + 1.0;
        let terms = (h.square().expand_dims(-1) * squares * -0.5).exp() / squares * weights;
        let last = terms.rank()? - 1;
        let sum = terms.convert(DType::F64).reduce(BinaryOp::Add, &Axes::from_slice(&[last]));
        Ok(bound * sum / (2.0 * PI))
    }
}

/// The points and weights of 24 on [0, 1], by Newton's method on Legendre's polynomial.
fn gauss_legendre() -> ([f64; 24], [f64; 24]) {
    const COUNT: usize = 24;
    let (mut points, mut weights) = ([0.0; COUNT], [0.0; COUNT]);
    for i in 0..COUNT {
        let mut x = (PI * (i as f64 + 0.75) / (COUNT as f64 + 0.5)).cos();
        let mut slope = 1.0;
        for _ in 0..10 {
            let (mut value, mut before) = (x, 1.0);
            for k in 2..=COUNT {
                let k = k as f64;
                (value, before) = (((2.0 * k - 1.0) * x * value - (k - 1.0) * before) / k, value);
            }
            slope = COUNT as f64 * (x * value - before) / (x * x - 1.0);
            x -= value / slope;
        }
        points[i] = (x + 1.0) / 2.0;
        weights[i] = 1.0 / ((1.0 - x * x) * slope * slope);
    }
    (points, weights)
}
