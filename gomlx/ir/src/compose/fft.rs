// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Fourier transforms over any axes. The op transforms the last axis; others are moved there and back. Half types are
//! transformed in `f32`.

use super::choice::FftNorm;
use super::declare::functions;
use super::{Composed, Composer, Var};
use crate::{Axes, BinaryOp, Code, DType, Dim, FftKind, Op};

functions! { transforms, Fft:
    /// The Fourier transform over axes, of real or complex numbers.
    ///
    /// ```
    /// use gomlx::{FftNorm, Tensor, fft};
    /// let x = Tensor::<f32>::ones(&[4]);
    /// let y = fft::ifft(&fft::fft(&x, 0, FftNorm::Backward), 0, FftNorm::Backward);
    /// gomlx::assert_close!(y.real(), x);
    /// ```
    #[doc(alias = "fft2")]
    #[doc(alias = "fftn")]
    fn fft(self, x: Tensor, axes: Axes, norm: FftNorm) -> Tensor<ComplexOf<T>> {
        over(x.to_complex()?, axes.axes(), FftKind::Fft, norm)?
    }

    /// The inverse of [`fft`].
    ///
    /// ```
    /// use gomlx::{FftNorm, Tensor, fft};
    /// let impulse = fft::ifft(&Tensor::<f32>::ones(&[4]), 0, FftNorm::Backward);
    /// gomlx::assert_close!(impulse.real(), Tensor::new(&[4], &[1.0f32, 0.0, 0.0, 0.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "ifft2")]
    #[doc(alias = "ifftn")]
    fn ifft(self, x: Tensor, axes: Axes, norm: FftNorm) -> Tensor<ComplexOf<T>> {
        over(x.to_complex()?, axes.axes(), FftKind::Ifft, norm)?
    }

    /// The Fourier transform over axes of real numbers. The last of the axes has the n / 2 + 1 results that determine
    /// the others.
    ///
    /// ```
    /// use gomlx::{FftNorm, Tensor, fft};
    /// let y = fft::rfft(&Tensor::<f32>::ones(&[5]), 0, FftNorm::Backward);
    /// assert_eq!(y.dims(), &[3]);
    /// ```
    #[doc(alias = "rfft2")]
    #[doc(alias = "rfftn")]
    fn rfft(self, x: Tensor, axes: Axes, norm: FftNorm) -> Tensor<ComplexOf<T>> {
        let (last, others) = last_of(self, axes.axes())?;
        over(along(x.to_real()?, last, None, FftKind::Rfft, norm)?, others, FftKind::Fft, norm)?
    }

    /// The inverse of [`rfft`]; `n` is the size of the last of the axes in the result.
    ///
    /// ```
    /// use gomlx::{FftNorm, Tensor, fft};
    /// let x = Tensor::new(&[5], &[1.0f32, 2.0, 3.0, 4.0, 5.0])?;
    /// let y = fft::irfft(&fft::rfft(&x, 0, FftNorm::Ortho), 5, 0, FftNorm::Ortho);
    /// gomlx::assert_close!(y, x);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "irfft2")]
    #[doc(alias = "irfftn")]
    fn irfft(self, x: Tensor, n: Position, axes: Axes, norm: FftNorm) -> Tensor<RealOf<T>> {
        let (last, others) = last_of(self, axes.axes())?;
        let x = over(x.to_complex()?, others, FftKind::Ifft, norm)?;
        along(x.resized(last, n / 2 + 1)?, last, Some(n), FftKind::Irfft, norm)?
    }

    /// The transform along an axis of a signal whose second half is the conjugate of the first, which is given: `n`
    /// real numbers.
    ///
    /// ```
    /// use gomlx::{FftNorm, Tensor, fft};
    /// let x = Tensor::new(&[5], &[1.0f32, 2.0, 3.0, 4.0, 5.0])?;
    /// let y = fft::hfft(&fft::ihfft(&x, 0, FftNorm::Backward), 5, 0, FftNorm::Backward);
    /// gomlx::assert_close!(y, x);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn hfft(self, x: Tensor, n: Position, axis: Axis, norm: FftNorm) -> Tensor<RealOf<T>> {
        self.irfft(x.to_complex()?.conj(), n, axis, opposite(norm))
    }

    /// The inverse of [`hfft`].
    ///
    /// ```
    /// use gomlx::{FftNorm, Tensor, fft};
    /// let y = fft::ihfft(&Tensor::<f32>::ones(&[5]), 0, FftNorm::Backward);
    /// assert_eq!(y.dims(), &[3]);
    /// ```
    fn ihfft(self, x: Tensor, axis: Axis, norm: FftNorm) -> Tensor<ComplexOf<T>> {
        self.rfft(x, axis, opposite(norm)).conj()
    }

    /// The cosine transform of type 2 along axes of real numbers: 2 sum of x_j cos(pi k (2 j + 1) / 2n), or, if
    /// `ortho`, scaled to an orthonormal transform (Makhoul, "A fast cosine transform in one and two dimensions",
    /// 1980).
    ///
    /// ```
    /// use gomlx::{Tensor, fft};
    /// let x = Tensor::new(&[3], &[1.0f32, 2.0, 4.0])?;
    /// gomlx::assert_close!(fft::idct(&fft::dct(&x, 0, true), 0, true), x);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "dctn")]
    fn dct(self, x: Tensor, axes: Axes, ortho: Flag) -> Tensor<T> {
        let dtype = x.dtype()?;
        axes.axes().iter().try_fold(x.to_real()?, |x, &axis| cosine(x, axis, ortho))?.convert(dtype)
    }

    /// The inverse of [`dct`].
    ///
    /// ```
    /// use gomlx::{Tensor, fft};
    /// let x = Tensor::new(&[3], &[1.0f32, 2.0, 4.0])?;
    /// gomlx::assert_close!(fft::idct(&fft::dct(&x, 0, false), 0, false), x);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "idctn")]
    fn idct(self, x: Tensor, axes: Axes, ortho: Flag) -> Tensor<T> {
        let dtype = x.dtype()?;
        axes.axes().iter().try_fold(x.to_real()?, |x, &axis| inverse_cosine(x, axis, ortho))?.convert(dtype)
    }

    /// Each axis rotated so that frequency 0 stands in its middle.
    ///
    /// ```
    /// use gomlx::{Tensor, fft};
    /// assert_eq!(fft::fftshift(&Tensor::<i32>::arange(5), 0).to_vec()?, [3, 4, 0, 1, 2]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn fftshift(self, x: Tensor, axes: Axes) -> Tensor<T> {
        axes.axes().iter().try_fold(x, |x, &axis| rotated(x, axis, |n| n.div_ceil(2)))?
    }

    /// The inverse of [`fftshift`].
    ///
    /// ```
    /// use gomlx::{Tensor, fft};
    /// assert_eq!(fft::ifftshift(&Tensor::<i32>::arange(5), 0).to_vec()?, [2, 3, 4, 0, 1]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn ifftshift(self, x: Tensor, axes: Axes) -> Tensor<T> {
        axes.axes().iter().try_fold(x, |x, &axis| rotated(x, axis, |n| n / 2))?
    }
}

functions! { frequencies, Associated:
    /// The frequencies of the results of a Fourier transform of `n` samples that are `spacing` apart.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::<f32>::fftfreq(4, 0.5).to_vec()?, [0.0, 0.5, -1.0, -0.5]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn fftfreq<T>(self, n: Position, spacing: Real) -> Tensor<T> {
        let positions = self.iota(DType::I32, [Dim::Lit(n)], 0);
        let (size, half) = (i32::try_from(n).unwrap_or(i32::MAX), i32::try_from(n.div_ceil(2)).unwrap_or(i32::MAX));
        let signed = positions.select(positions.lt(half), positions - size);
        signed.convert(T) / (n as f64 * spacing)
    }

    /// The frequencies of the results of a transform of `n` real samples that are `spacing` apart.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::<f32>::rfftfreq(4, 0.5).to_vec()?, [0.0, 0.5, 1.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn rfftfreq<T>(self, n: Position, spacing: Real) -> Tensor<T> {
        self.iota(DType::I32, [Dim::Lit(n / 2 + 1)], 0).convert(T) / (n as f64 * spacing)
    }
}

/// The scaling of the transform in the other direction.
fn opposite(norm: FftNorm) -> FftNorm {
    match norm {
        FftNorm::Backward => FftNorm::Forward,
        FftNorm::Ortho => FftNorm::Ortho,
        FftNorm::Forward => FftNorm::Backward,
    }
}

/// The last of axes, and the others.
fn last_of<'a>(c: &Composer<'_>, axes: &'a [i32]) -> Composed<(i32, &'a [i32])> {
    axes.split_last().map(|(&last, others)| (last, others)).ok_or_else(|| c.wrong(Code::Attribute, "no axes were given"))
}

/// A transform that changes no size, over each of some axes.
fn over<'c>(x: Var<'c>, axes: &[i32], kind: FftKind, norm: FftNorm) -> Composed<Var<'c>> {
    axes.iter().try_fold(x, |x, &axis| along(x, axis, None, kind, norm))
}

/// The transform along one axis; `n` is the size of the real side of an inverse transform to real numbers.
fn along<'c>(x: Var<'c>, axis: i32, n: Option<usize>, kind: FftKind, norm: FftNorm) -> Composed<Var<'c>> {
    let position = x.axis(axis)?;
    let n = match n {
        Some(n) => n,
        None => x.dims()?[position].lit().ok_or_else(|| x.composer().unknown())?,
    };
    let moved = x.exchanged_with_last(position)?;
    let transformed = x.composer().emit(Op::Fft(kind, Axes::from_slice(&[n])), &[moved]);
    let size = n as f64;
    // The op scales the inverse by 1 / n.
    let factor = match (kind, norm) {
        (FftKind::Fft | FftKind::Rfft, FftNorm::Backward) | (FftKind::Ifft | FftKind::Irfft, FftNorm::Backward) => 1.0,
        (FftKind::Fft | FftKind::Rfft, FftNorm::Ortho) => 1.0 / size.sqrt(),
        (FftKind::Fft | FftKind::Rfft, FftNorm::Forward) => 1.0 / size,
        (FftKind::Ifft | FftKind::Irfft, FftNorm::Ortho) => size.sqrt(),
        (FftKind::Ifft | FftKind::Irfft, FftNorm::Forward) => size,
    };
    let scaled = if factor == 1.0 { transformed } else { transformed * factor };
    scaled.exchanged_with_last(position)
}

/// The cosine of pi k / 2n and the sine for each k below n, along the last axis.
fn quarter_turns<'c>(c: &'c Composer<'c>, dtype: DType, n: usize) -> (Var<'c>, Var<'c>) {
    let angle = c.iota(dtype, [Dim::Lit(n)], 0) * (std::f64::consts::FRAC_PI_2 / n as f64);
    (angle.cos(), angle.sin())
}

/// The factors of an orthonormal cosine transform, along the last axis.
fn orthonormal<'c>(c: &'c Composer<'c>, dtype: DType, n: usize) -> Var<'c> {
    let first = c.iota(DType::I32, [Dim::Lit(n)], 0).eq(0);
    let (zero, other) = (c.scalar(dtype, (0.25 / n as f64).sqrt()), c.scalar(dtype, (0.5 / n as f64).sqrt()));
    zero.select(first, other)
}

fn cosine<'c>(x: Var<'c>, axis: i32, ortho: bool) -> Composed<Var<'c>> {
    let (c, position) = (x.composer(), x.axis(axis)?);
    let x = x.exchanged_with_last(position)?;
    let n = x.last_size()?;
    // The even positions, then the odd ones backwards.
    let ordered = c.concat([x.every_second(0, n)?, x.every_second(1, n)?.reverse(-1)], -1);
    let v = along(ordered.to_complex()?, -1, None, FftKind::Fft, FftNorm::Backward)?;
    let (cosines, sines) = quarter_turns(c, x.dtype()?, n);
    let y = (v.real() * cosines + v.imag() * sines) * 2.0;
    let y = if ortho { y * orthonormal(c, x.dtype()?, n) } else { y };
    y.exchanged_with_last(position)
}

fn inverse_cosine<'c>(y: Var<'c>, axis: i32, ortho: bool) -> Composed<Var<'c>> {
    let (c, position) = (y.composer(), y.axis(axis)?);
    let y = y.exchanged_with_last(position)?;
    let n = y.last_size()?;
    let y = if ortho { y / orthonormal(c, y.dtype()?, n) } else { y };
    // The result k of the transform and the result n - k, which at 0 is 0.
    let mut padding = vec![(0, 0); y.rank()? - 1];
    padding.push((1, 0));
    let mirrored = y.slice_axis(-1, 1, n).reverse(-1).pad(padding, 0.0);
    let (cosines, sines) = quarter_turns(c, y.dtype()?, n);
    let (re, im) = ((y * cosines + mirrored * sines) * 0.5, (y * sines - mirrored * cosines) * 0.5);
    let v = along(re.binary(BinaryOp::Complex, im), -1, None, FftKind::Ifft, FftNorm::Backward)?.real();
    let half = n.div_ceil(2);
    let (even, odd) = (v.slice_axis(-1, 0, half), v.slice_axis(-1, half, n).reverse(-1));
    even.interleaved(odd)?.exchanged_with_last(position)
}

/// An axis whose first elements, so many as `count` says of its size, come last.
fn rotated<'c>(x: Var<'c>, axis: i32, count: impl Fn(usize) -> usize) -> Composed<Var<'c>> {
    let position = x.axis(axis)?;
    let n = x.dims()?[position].lit().ok_or_else(|| x.composer().unknown())?;
    let first = count(n);
    Ok(x.composer().concat([x.slice_axis(axis, first, n), x.slice_axis(axis, 0, first)], axis))
}

impl<'c> Var<'c> {
    /// As complex numbers: of half types and `f32` of two `f32`.
    pub(super) fn to_complex(self) -> Composed<Var<'c>> {
        let dtype = self.dtype()?;
        if dtype.is_complex() {
            return Ok(self);
        }
        let real = self.to_real()?;
        Ok(real.binary(BinaryOp::Complex, real.composer().zero_of(real)?))
    }

    /// Real numbers in a type that is transformed: `f32` or `f64`.
    pub(super) fn to_real(self) -> Composed<Var<'c>> {
        match self.dtype()? {
            DType::F64 => Ok(self),
            dtype if dtype.is_float() => Ok(self.convert(DType::F32)),
            _ => {
                let note = "convert it first: `.cast::<f32>()`";
                Err(self.composer().wrong_note(Code::DType, format_args!("{} is not floating point", self.shape()?), note))
            }
        }
    }

    /// With an axis cut or filled with zeros at its end.
    fn resized(self, axis: i32, size: usize) -> Composed<Var<'c>> {
        let position = self.axis(axis)?;
        let dims = self.dims()?;
        let own = dims[position].lit().ok_or_else(|| self.composer().unknown())?;
        if own == size {
            return Ok(self);
        }
        let mut padding = vec![(0, 0); dims.len()];
        let Some(high) = i64::try_from(size).ok().and_then(|size| size.checked_sub_unsigned(own as u64)) else {
            return Err(self.composer().wrong(Code::Shape, format!("no axis has {size} elements")));
        };
        padding[position] = (0, high);
        Ok(self.pad(padding, 0.0))
    }

    fn exchanged_with_last(self, position: usize) -> Composed<Var<'c>> {
        let last = self.rank()? - 1;
        if position == last {
            return Ok(self);
        }
        let mut permutation: Vec<usize> = (0..=last).collect();
        permutation.swap(position, last);
        Ok(self.transpose(permutation))
    }

    pub(super) fn last_size(self) -> Composed<usize> {
        self.dims()?.last().and_then(Dim::lit).ok_or_else(|| self.composer().unknown())
    }

    /// Every second element of the last axis of size `n`, from a first one.
    fn every_second(self, first: usize, n: usize) -> Composed<Var<'c>> {
        self.steps(self.rank()? - 1, first.min(n), n, 2)
    }

    /// The elements of the last axis and of another tensor's, one after the other; the other may have one less.
    fn interleaved(self, odd: Var<'c>) -> Composed<Var<'c>> {
        let n = self.last_size()? + odd.last_size()?;
        let missing = self.last_size()? - odd.last_size()?;
        let rank = self.rank()?;
        let mut padding = vec![(0, 0); rank];
        padding[rank - 1] = (0, missing as i64);
        let pair = self.composer().stack([self, odd.pad(padding, 0.0)], -1);
        let mut dims = self.dims()?;
        dims[rank - 1] = Dim::Lit(n + missing);
        Ok(pair.with_dims(&dims).slice_axis(-1, 0, n))
    }
}
