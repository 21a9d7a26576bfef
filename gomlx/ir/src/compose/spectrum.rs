// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Spectra of signals, and of the windows of signals. Signals are along the last axis.

use super::declare::functions;
use super::{Composed, Composer, FftNorm, Var};
use crate::{BinaryOp, Code, DType, Dim};

functions! { spectrum, Signal:
    /// The short-time Fourier transform: of the windows of a signal `[.., n]` that begin each `step` elements,
    /// weighted by `window`, a vector, and divided by the sum of its elements: `[.., frequencies, windows]`. The signal
    /// has zeros for half a window before and after it, and at its end as many as complete the last window. A real
    /// signal has the frequencies of [`rfft`](crate::fft::rfft), and a complex signal has the frequencies of
    /// [`fft`](crate::fft::fft). SciPy gives the same results.
    ///
    /// A periodic window, which suits best, is a window of this module of one element more without its last.
    ///
    /// ```
    /// use gomlx::{Tensor, signal};
    /// let hann = signal::hanning::<f32>(9).slice_axis(0, 0, 8);
    /// let x = Tensor::<f32>::arange(24).sin();
    /// let z = signal::stft(&x, &hann, 4);
    /// assert_eq!(z.dims(), &[5, 7]);
    /// gomlx::assert_close!(signal::istft(&z, &hann, 4), x, 1e-5);
    /// ```
    ///
    /// # Panics
    /// If the step is not between 1 and the size of the window; in a graph this is an error of the trace.
    fn stft(self, x: Tensor, window: RealTensor, step: Position) -> Tensor<ComplexOf<T>> {
        let window = window.to_real()?;
        let size = self.window_size(window, step)?;
        let complex = x.dtype()?.is_complex();
        let x = if complex { x } else { x.to_real()? };
        let (rank, n) = (x.signal()?, x.last_size()?);
        let half = size / 2;
        let room = (n + 2 * half).saturating_sub(size);
        let missing = size.saturating_sub(n + 2 * half) + (step - room % step) % step;
        let mut padding = vec![(0, 0); rank];
        padding[rank - 1] = (half as i64, (half + missing) as i64);
        let windows = x.pad(padding, 0).windows(rank - 1, size, step, 1)?;
        let weights = window / window.sum();
        let spectrum = if complex {
            self.fft(windows * weights.to_complex()?, -1, FftNorm::Backward)
        } else {
            self.rfft(windows * weights, -1, FftNorm::Backward)
        };
        spectrum.t()
    }

    /// The real signal `[.., n]` of a short-time Fourier transform `[.., frequencies, windows]` as [`stft`] gives it:
    /// the sum of its windows, weighted again and divided by the sum of the squared weights, or by 1 where that is 0.
    /// It may have zeros at its end, which completed the last window.
    ///
    /// ```
    /// use gomlx::{Tensor, signal};
    /// let window = Tensor::<f32>::ones(&[4]);
    /// let x = Tensor::<f32>::arange(8);
    /// gomlx::assert_close!(signal::istft(&signal::stft(&x, &window, 2), &window, 2), x, 1e-5);
    /// ```
    ///
    /// # Panics
    /// If the transform is not complex, its frequencies do not fit the window, or the step is not between 1 and the
    /// size of the window; in a graph this is an error of the trace.
    fn istft(self, z: Tensor, window: RealTensor, step: Position) -> Tensor<RealOf<T>> {
        let (shape, window) = (z.shape()?, window.to_real()?);
        let size = self.window_size(window, step)?;
        let rank = shape.rank();
        if !shape.dtype.is_complex() || rank < 2 || shape.dims[rank - 2].provably_differs(&Dim::Lit(size / 2 + 1)) {
            let message = format!("{shape} has not the {} complex frequencies of a window of {size}", size / 2 + 1);
            return Err(self.wrong(Code::Shape, message));
        }
        let windows = z.t();
        let count = windows.size(rank - 2)?;
        if count == 0 {
            return Err(self.wrong(Code::Shape, format!("{shape} has no windows")));
        }
        let n = size + (count - 1) * step;
        let frames = self.irfft(windows, size, -1, FftNorm::Backward) * (window * window.sum());
        let squares = window.square().broadcast(&[Dim::Lit(count), Dim::Lit(size)]).added_windows(0, n, step, 1)?;
        let weight = squares.select(squares.gt(1e-10), 1.0);
        let signal = frames.added_windows(rank - 2, n, step, 1)? / weight;
        let half = size / 2;
        signal.steps(rank - 2, half, (n - half).max(half), 1)?
    }

    /// The power spectral density of a real signal `[.., n]` by Welch's method: the mean, over windows that begin each
    /// `step` elements, of the squared spectra of the window without its mean, weighted by `window`, a vector: `[..,
    /// frequencies]`, those of `rfft`, each with its negative. `rate` is the number of samples a unit of time. The
    /// results are those of SciPy.
    ///
    /// ```
    /// use gomlx::{Tensor, signal};
    /// let x = Tensor::new(&[4], &[1.0f32, -1.0, 1.0, -1.0])?;
    /// assert_eq!(signal::welch(&x, &Tensor::<f32>::ones(&[2]), 1, 1.0).to_vec()?, [0.0, 2.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    ///
    /// # Panics
    /// If the signal is shorter than the window, or the step is not between 1 and the size of the window; in a graph
    /// this is an error of the trace.
    fn welch(self, x: Tensor, window: Tensor, step: Position, rate: Real) -> Tensor<T> {
        let dtype = x.floating()?;
        let (spectrum, scale) = self.segments_of(x, window, step, rate)?;
        self.one_sided(spectrum.abs_squared().mean_axis(-2) / scale, window)?.convert(dtype)
    }

    /// The cross power spectral density of two real signals `[.., n]` by Welch's method: as [`welch`], of the products
    /// of the conjugated spectra of `x` with those of `y`. The signals broadcast.
    ///
    /// ```
    /// use gomlx::{Tensor, signal};
    /// let x = Tensor::new(&[4], &[1.0f32, -1.0, 1.0, -1.0])?;
    /// let density = signal::csd(&x, &(&x * 3.0), &Tensor::<f32>::ones(&[2]), 1, 1.0);
    /// assert_eq!(density.real().to_vec()?, [0.0, 6.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn csd(self, x: Tensor, y: Tensor, window: Tensor, step: Position, rate: Real) -> Tensor<ComplexOf<T>> {
        let ((x, scale), (y, _)) = (self.segments_of(x, window, step, rate)?, self.segments_of(y, window, step, rate)?);
        self.one_sided((x.conj() * y).mean_axis(-2) / scale.to_complex()?, window)?
    }

    /// The power spectral density of a real signal `[.., n]` without its mean: [`welch`] of one window, which does not
    /// taper.
    ///
    /// ```
    /// use gomlx::{Tensor, signal};
    /// let x = Tensor::new(&[4], &[1.0f32, -1.0, 1.0, -1.0])?;
    /// assert_eq!(signal::periodogram(&x, 1.0).to_vec()?, [0.0, 0.0, 4.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn periodogram(self, x: Tensor, rate: Real) -> Tensor<T> {
        x.signal()?;
        let n = x.last_size()?;
        self.welch(x, self.ones(x.dtype()?, [Dim::Lit(n)]), n, rate)
    }

    /// A real signal with `n` samples along an axis for the same time, by its Fourier transform: frequencies that `n`
    /// samples do not show are left out. The signal is taken for one period. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, signal};
    /// let x = Tensor::new(&[4], &[1.0f32, 0.0, -1.0, 0.0])?;
    /// let h = 0.5f32.sqrt();
    /// assert_close!(signal::resample(&x, 8, 0), Tensor::new(&[8], &[1.0f32, h, 0.0, -h, -1.0, -h, 0.0, h])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn resample(self, x: Tensor, n: Position, axis: Axis) -> Tensor<T> {
        let dtype = x.floating()?;
        let signal = x.to_real()?.move_axes(axis, -1);
        let own = signal.last_size()?;
        if own == 0 || n == 0 {
            return Err(self.wrong(Code::Shape, format!("axis {axis} of {} has no {n} samples", x.shape()?)));
        }
        let mut spectrum = self.rfft(signal, -1, FftNorm::Backward);
        let common = own.min(n);
        if own != n && common % 2 == 0 {
            // The greatest frequency is its own negative on the side with fewer samples, and not on the other.
            let places = self.iota(DType::I32, [Dim::Lit(own / 2 + 1)], 0);
            let factor = self.scalar(DType::F64, if n < own { 2.0 } else { 0.5 });
            let factor = factor.select(places.eq(i32::try_from(common / 2).unwrap_or(i32::MAX)), 1.0);
            spectrum = spectrum * factor.convert(spectrum.dtype()?.real()).to_complex()?;
        }
        let resampled = self.irfft(spectrum, n, -1, FftNorm::Backward) * (n as f64 / own as f64);
        resampled.move_axes(-1, axis).convert(dtype)
    }

    /// The analytic signal of a real one along an axis: its imaginary part is the Hilbert transform, its absolute value
    /// the envelope.
    ///
    /// ```
    /// use gomlx::{Tensor, signal};
    /// let x = Tensor::new(&[4], &[1.0f32, 0.0, -1.0, 0.0])?;
    /// gomlx::assert_close!(signal::analytic_signal(&x, 0).imag(), Tensor::new(&[4], &[0.0f32, 1.0, 0.0, -1.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "hilbert")]
    fn analytic_signal(self, x: Tensor, axis: Axis) -> Tensor<ComplexOf<T>> {
        let x = x.to_real()?.move_axes(axis, -1);
        let n = x.last_size()?;
        if n == 0 {
            return Err(self.wrong(Code::Shape, format!("axis {axis} of {} is empty", x.shape()?)));
        }
        let places = self.iota(DType::I32, [Dim::Lit(n)], 0);
        let size = i32::try_from(n).unwrap_or(i32::MAX);
        let single = places.eq(0) | (places * 2).eq(size);
        let factor = self.scalar(DType::F64, 2.0).select((places * 2).lt(size), 0.0);
        let factor = self.scalar(DType::F64, 1.0).select(single, factor).convert(x.dtype()?);
        let spectrum = self.fft(x, -1, FftNorm::Backward);
        let positive = (spectrum.real() * factor).binary(BinaryOp::Complex, spectrum.imag() * factor);
        self.ifft(positive, -1, FftNorm::Backward).move_axes(-1, axis)
    }
}

impl<'c> Composer<'c> {
    /// The spectra of the windows of a real signal, each without its mean, and by what a density divides their squares.
    fn segments_of(&'c self, x: Var<'c>, window: Var<'c>, step: usize, rate: f64) -> Composed<(Var<'c>, Var<'c>)> {
        let (x, window) = (x.to_real()?, window.to_real()?);
        let size = self.window_size(window, step)?;
        let windows = x.windows(x.signal()? - 1, size, step, 1)?;
        let spectrum = self.rfft((windows - windows.mean_keep(-1)) * window, -1, FftNorm::Backward);
        Ok((spectrum, window.square().sum() * rate))
    }

    /// A density by frequency, with that of the negative frequencies: each has one, but for 0 and the greatest of an
    /// even window.
    fn one_sided(&'c self, density: Var<'c>, window: Var<'c>) -> Composed<Var<'c>> {
        let size = window.vector_size()?;
        let places = self.iota(DType::I32, [Dim::Lit(size / 2 + 1)], 0);
        let single = places.eq(0) | (places * 2).eq(i32::try_from(size).unwrap_or(i32::MAX));
        Ok(density.select(single, density + density))
    }

    /// The size of a window that moves by steps.
    fn window_size(&'c self, window: Var<'c>, step: usize) -> Composed<usize> {
        let size = window.vector_size()?;
        if step == 0 || step > size {
            return Err(self.wrong(Code::Attribute, format!("the step {step} is not between 1 and the size of the window {size}")));
        }
        Ok(size)
    }
}

impl<'c> Var<'c> {
    /// The number of axes of a signal, which has a last axis.
    fn signal(self) -> Composed<usize> {
        match self.rank()? {
            0 => Err(self.composer().wrong(Code::Shape, format!("{} is no signal", self.shape()?))),
            rank => Ok(rank),
        }
    }
}
