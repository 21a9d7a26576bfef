// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Windows that taper a signal toward its ends: symmetric, of `n` elements, the largest of which is 1. They are
//! computed in `f64` and rounded once.

use std::f64::consts::PI;

use super::declare::functions;
use super::{Composer, Var};
use crate::{DType, Dim};

functions! { window, Signal:
    /// Bartlett's window: a triangle that begins and ends with 0.
    ///
    /// ```
    /// use gomlx::signal;
    /// assert_eq!(signal::bartlett::<f32>(5).to_vec()?, [0.0, 0.5, 1.0, 0.5, 0.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "triangular")]
    fn bartlett<T>(self, n: Position) -> Tensor<T> {
        (1.0 - self.offsets(n).abs()).convert(T)
    }

    /// Blackman's window, 0.42 - 0.5 cos(2πt) + 0.08 cos(4πt) for t from 0 to 1.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, signal};
    /// assert_close!(signal::blackman::<f32>(3), Tensor::new(&[3], &[0.0f32, 1.0, 0.0])?, 1e-6);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn blackman<T>(self, n: Position) -> Tensor<T> {
        // By the distance from the middle the signs of the odd cosines are turned.
        let angle = self.offsets(n) * PI;
        (angle.cos() * 0.5 + (angle * 2.0).cos() * 0.08 + 0.42).convert(T)
    }

    /// A sum of cosines: c0 - c1 cos(2πt) + c2 cos(4πt) - .. for t from 0 to 1, by its coefficients. Blackman-Harris's
    /// window has 0.35875, 0.48829, 0.14128, 0.01168, Nuttall's 0.3635819, 0.4891775, 0.1365995, 0.0106411, a flat top
    /// 0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368.
    ///
    /// ```
    /// use gomlx::{assert_close, signal};
    /// assert_close!(signal::general_cosine::<f32>(5, [0.54, 0.46]), signal::hamming::<f32>(5), 1e-6);
    /// ```
    #[doc(alias = "blackmanharris")]
    #[doc(alias = "nuttall")]
    #[doc(alias = "flattop")]
    #[doc(alias = "general_hamming")]
    fn general_cosine<T>(self, n: Position, coefficients: Reals) -> Tensor<T> {
        // By the distance from the middle the signs of the odd cosines are turned.
        let angle = self.offsets(n) * PI;
        let waves = coefficients.as_ref().iter().enumerate().map(|(k, &c)| (angle * k as f64).cos() * c);
        waves.reduce(|sum, wave| sum + wave).unwrap_or(angle * 0.0).convert(T)
    }

    /// Half a period of a sine: sin(π (i + 1/2) / n).
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, signal};
    /// assert_close!(signal::cosine::<f32>(2), Tensor::new(&[2], &[0.5f32.sqrt(); 2])?, 1e-6);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn cosine<T>(self, n: Position) -> Tensor<T> {
        ((self.iota(DType::F64, [Dim::Lit(n)], 0) + 0.5) * (PI / n as f64)).sin().convert(T)
    }

    /// A bell curve around the middle, with a standard deviation of so many elements.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, signal};
    /// let e = (-0.5f32).exp();
    /// assert_close!(signal::gaussian::<f32>(3, 1.0), Tensor::new(&[3], &[e, 1.0, e])?, 1e-6);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn gaussian<T>(self, n: Position, deviation: Real) -> Tensor<T> {
        let middle = (n.max(1) - 1) as f64 / 2.0;
        let distance = (self.iota(DType::F64, [Dim::Lit(n)], 0) - middle) / deviation;
        (distance.square() * -0.5).exp().convert(T)
    }

    /// Tukey's window: ones, with half a period of a cosine at both ends, which together are the part `alpha` of the
    /// window; a rectangle for 0, Hann's window for 1.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, signal};
    /// let window = Tensor::new(&[5], &[0.0f32, 1.0, 1.0, 1.0, 0.0])?;
    /// assert_close!(signal::tukey::<f32>(5, 0.5), window, 1e-6);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn tukey<T>(self, n: Position, alpha: Real) -> Tensor<T> {
        let alpha = alpha.clamp(0.0, 1.0);
        if alpha == 0.0 {
            return Ok(self.ones(T, [Dim::Lit(n)]));
        }
        // How far into an end each element is, from 0 in the middle to 1.
        let part = ((self.offsets(n).abs() - (1.0 - alpha)) / alpha).maximum(0.0);
        ((part * PI).cos() * 0.5 + 0.5).convert(T)
    }

    /// Hamming's window, 0.54 - 0.46 cos(2πt) for t from 0 to 1.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, signal};
    /// assert_close!(signal::hamming::<f32>(3), Tensor::new(&[3], &[0.08f32, 1.0, 0.08])?, 1e-6);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn hamming<T>(self, n: Position) -> Tensor<T> {
        ((self.offsets(n) * PI).cos() * 0.46 + 0.54).convert(T)
    }

    /// Hann's window, 0.5 - 0.5 cos(2πt) for t from 0 to 1.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, signal};
    /// assert_close!(signal::hanning::<f32>(3), Tensor::new(&[3], &[0.0f32, 1.0, 0.0])?, 1e-6);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "hann")]
    fn hanning<T>(self, n: Position) -> Tensor<T> {
        ((self.offsets(n) * PI).cos() * 0.5 + 0.5).convert(T)
    }

    /// Kaiser's window, I0(beta sqrt(1 - t^2)) / I0(beta) for t from -1 to 1.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, signal};
    /// assert_close!(signal::kaiser::<f32>(3, 1.0), Tensor::new(&[3], &[0.7898483f32, 1.0, 0.7898483])?, 1e-6);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn kaiser<T>(self, n: Position, beta: Real) -> Tensor<T> {
        let offsets = self.offsets(n);
        let argument = ((1.0 - offsets) * (offsets + 1.0)).sqrt() * beta;
        (self.i0(argument) / self.i0(self.scalar(DType::F64, beta))).convert(T)
    }
}

impl<'c> Composer<'c> {
    /// How far each of `n` elements is from the middle, -1 at the first and 1 at the last, `f64`.
    fn offsets(&'c self, n: usize) -> Var<'c> {
        let last = n.saturating_sub(1) as f64;
        let positions = self.iota(DType::F64, [Dim::Lit(n)], 0);
        (positions * 2.0 - last) / last.max(1.0)
    }
}
