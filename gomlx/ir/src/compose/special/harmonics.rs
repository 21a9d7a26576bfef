// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Spherical harmonics.

use std::f64::consts::PI;

use super::super::declare::functions;
use super::super::{Composed, Composer, Var};
use crate::{BinaryOp, DType};

functions! { harmonics, Special:
    /// Spherical harmonics of degree `n` and order `m`, integers in tensors, at the polar angle `theta` and the azimuth
    /// `phi`, with the phase of Condon and Shortley. All four broadcast. 0 where |m| > n, NaN where n is negative or
    /// greater than `n_max`. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let (n, m) = (Tensor::new(&[1], &[1i32])?, Tensor::new(&[1], &[0i32])?);
    /// let (theta, phi) = (Tensor::new(&[1], &[0.0f32])?, Tensor::new(&[1], &[0.0f32])?);
    /// let y = special::sph_harm_y(&n, &m, &theta, &phi, 1);
    /// assert_close!(y.real(), Tensor::new(&[1], &[0.48860252f32])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn sph_harm_y(self, n: Indices, m: Indices, theta: Tensor, phi: Tensor, n_max: Position) -> Tensor<ComplexOf<T>> {
        let [re, im] = self.precisely([theta, phi], |[theta, phi]| {
            let (n, _) = self.broadcast_pair(n.convert(DType::F64), theta)?;
            let (m, _) = self.broadcast_pair(m.convert(DType::F64), n)?;
            let size = self.legendre(n, m.abs(), theta, n_max)?;
            // Of negative orders the conjugate, with the sign of (-1)^m.
            let is_odd = (m * 0.5).floor().ne(m * 0.5);
            let size = (-size).select(m.lt(0.0) & is_odd, size);
            Ok([size * (phi * m).cos(), size * (phi * m).sin()])
        })?;
        re.binary(BinaryOp::Complex, im)
    }
}

impl<'c> Composer<'c> {
    /// The associated Legendre function of cos(theta), normalised over the sphere, by the recurrence in the degree
    /// (Press et al., Numerical Recipes, 6.7).
    fn legendre(&'c self, n: Var<'c>, m: Var<'c>, theta: Var<'c>, n_max: usize) -> Composed<Var<'c>> {
        let (x, sine) = (theta.cos(), theta.sin());
        let (common, _) = self.broadcast_pair(theta, m)?;
        let mut value = common.constant_like((0.25 / PI).sqrt());
        for order in (1..=n_max).map(|order| order as f64) {
            value = (value * sine * -((2.0 * order + 1.0) / (2.0 * order)).sqrt()).select(m.ge(order), value);
        }
        let (mut before, square) = (common.zeros_like(), m.square());
        for degree in (1..=n_max).map(|degree| degree as f64) {
            let is_step = m.lt(degree) & n.ge(degree);
            // Where the degree is not above the order, no step is taken.
            let room = (degree * degree - square).maximum(1.0);
            let scale = ((4.0 * degree * degree - 1.0) / room).sqrt();
            let below = (degree - 1.0) * (degree - 1.0);
            let rest = ((below - square).maximum(0.0) / (4.0 * below - 1.0).abs()).sqrt();
            let next = scale * (x * value - rest * before);
            (value, before) = (next.select(is_step, value), value.select(is_step, before));
        }
        let zero = value.zeros_like().select(m.gt(n), value);
        Ok(zero.select(n.ge(0.0) & n.le(n_max as f64), f64::NAN))
    }
}
