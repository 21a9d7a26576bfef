// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Numbers of combinatorics.

use std::f64::consts::PI;

use super::super::Var;
use super::super::declare::functions;
use crate::HostTensor;

functions! { combinatorics, Special:
    /// The number of ways to choose `k` of `n`, of real numbers by the gamma function, broadcast; 0 unless
    /// 0 <= k <= n. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let (n, k) = (Tensor::new(&[1], &[5.0f32])?, Tensor::new(&[1], &[2.0f32])?);
    /// assert_close!(special::comb(&n, &k), Tensor::new(&[1], &[10.0f32])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "binom")]
    fn comb(self, n: Tensor, k: Tensor) -> Tensor<T> {
        let value = |n: Var<'c>, k: Var<'c>| {
            let inside = k.ge(0.0) & k.le(n);
            let (n, k) = (n.or_one(inside), k.or_one(inside));
            let count = (-self.betaln(n - k + 1.0, k + 1.0)).exp() / (n + 1.0);
            count.select(inside, 0.0)
        };
        self.precisely([n, k], |[n, k]| Ok([value(n, k)]))?[0]
    }

    /// Bernoulli's numbers of the indices 0 to `n`, with -1/2 at 1.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let numbers = special::bernoulli::<f32>(2);
    /// assert_close!(numbers, Tensor::new(&[3], &[1.0f32, -0.5, 1.0 / 6.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn bernoulli<T>(self, n: Position) -> Tensor<T> {
        let numbers: Vec<f64> = (0..=n).map(bernoulli_number).collect();
        let tensor = HostTensor::new(&[numbers.len()], &numbers).map_err(|error| self.wrong_with(error))?;
        self.constant(tensor).convert(T)
    }
}

/// From Riemann's zeta function: 2 (-1)^(k + 1) (2k)! zeta(2k) / (2 pi)^2k of the even index 2k.
fn bernoulli_number(index: usize) -> f64 {
    match index {
        0 => 1.0,
        1 => -0.5,
        2 => 1.0 / 6.0,
        4 => -1.0 / 30.0,
        _ if index % 2 == 1 => 0.0,
        _ => {
            let factors: f64 = (1..=index).map(|k| k as f64 / (2.0 * PI)).product();
            // The terms from 6th powers on fall below the last digit before the 2000th.
            let zeta: f64 = (1..2000).rev().map(|k| f64::from(k).powi(-(index as i32))).sum();
            let sign = if index.is_multiple_of(4) { -1.0 } else { 1.0 };
            2.0 * sign * factors * zeta
        }
    }
}
