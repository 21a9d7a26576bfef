// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Images of other sizes. Each axis is a product with a matrix of weights, whose column for an element of the result
//! has a kernel around the place of the element in the image. Pixel i has its centre at i + 0.5.

use super::declare::functions;
use super::{Composed, Composer, ResizeMethod, Var};
use crate::{Axes, Code, DType, Dim, DotDims, Op, UnaryOp};

functions! { resize, Image:
    /// The image with other sizes, one for each axis; axes that keep their size are left alone. The centres of pixels
    /// are at halves, so that the edges of the image stay its edges. With `antialias` the kernel is as wide as a pixel
    /// of the result where an axis shrinks, so that each pixel of the image counts.
    ///
    /// Floating point or complex, but for `Nearest`, which takes pixels of any type and does not antialias. The
    /// weights of pixels outside the image go to the pixels inside. `jax.image.resize` gives the same results.
    /// PyTorch's `interpolate` without aligned corners has the same `Linear`, calls `Nearest` `nearest-exact`, and has
    /// another cubic.
    ///
    /// ```
    /// use gomlx::{ResizeMethod, Tensor, assert_close, image};
    /// let x = Tensor::new(&[2], &[0.0f32, 4.0])?;
    /// assert_close!(image::resize(&x, [4], ResizeMethod::Linear, true), Tensor::new(&[4], &[0.0f32, 1.0, 3.0, 4.0])?);
    /// assert_eq!(image::resize(&x, [3], ResizeMethod::Nearest, true).to_vec()?, [0.0, 4.0, 4.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    ///
    /// # Panics
    /// If there is not a size for each axis, or an axis without pixels grows; in a graph this is an error of the trace.
    #[doc(alias = "interpolate")]
    #[doc(alias = "upsample")]
    fn resize(self, x: Tensor, dims: Dims, method: ResizeMethod, antialias: Flag) -> Tensor<T> {
        self.resized(x, dims.as_ref(), method, antialias, false)?
    }

    /// As [`resize`] without antialiasing, but the centres of the outer pixels stay where they are: PyTorch's
    /// `align_corners`. Axes of one pixel show the first.
    ///
    /// ```
    /// use gomlx::{ResizeMethod, Tensor, assert_close, image};
    /// let x = Tensor::new(&[2], &[0.0f32, 4.0])?;
    /// let wide = image::resize_align_corners(&x, [5], ResizeMethod::Linear);
    /// assert_close!(wide, Tensor::new(&[5], &[0.0f32, 1.0, 2.0, 3.0, 4.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    ///
    /// # Panics
    /// As [`resize`].
    fn resize_align_corners(self, x: Tensor, dims: Dims, method: ResizeMethod) -> Tensor<T> {
        self.resized(x, dims.as_ref(), method, false, true)?
    }

    /// The image scaled, then moved by a translation, along some axes, whose sizes in the result `dims` says. Pixel i
    /// of the result shows the image at (i + 0.5 - translation) / scale - 0.5; places outside of the image give 0.
    /// `scale` and `translation` are vectors with an element for each of the axes, and are differentiated too. Method
    /// and `antialias` are those of [`resize`], without `Nearest`. Floating point only.
    ///
    /// ```
    /// use gomlx::{ResizeMethod, Tensor, assert_close, image};
    /// let x = Tensor::new(&[3], &[1.0f32, 2.0, 3.0])?;
    /// let (scale, translation) = (Tensor::new(&[1], &[1.0f32])?, Tensor::new(&[1], &[1.0f32])?);
    /// let moved = image::scale_and_translate(&x, &scale, &translation, [3], 0, ResizeMethod::Linear, true);
    /// assert_close!(moved, Tensor::new(&[3], &[0.0f32, 1.0, 2.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    ///
    /// # Panics
    /// If the sizes do not fit; in a graph this is an error of the trace.
    fn scale_and_translate(
        self, x: Tensor, scale: Tensor, translation: Tensor, dims: Dims, axes: Axes, method: ResizeMethod, antialias: Flag
    ) -> Tensor<T> {
        let (shape, to) = (x.shape()?, dims.as_ref());
        let axes = x.axes_in_order(axes.axes())?;
        if to.len() != shape.rank() || (0..to.len()).any(|axis| !axes.contains(&axis) && to[axis].provably_differs(&shape.dims[axis])) {
            let message = format!("sizes {to:?} do not fit {shape}: there is one for each axis, and only scaled axes change");
            return Err(self.wrong(Code::Shape, message));
        }
        for vector in [scale, translation] {
            if vector.vector_size()? != axes.len() {
                return Err(self.wrong(Code::Shape, format!("{} has not an element for each of {} axes", vector.shape()?, axes.len())));
            }
        }
        if method == ResizeMethod::Nearest {
            return Err(self.wrong(Code::Attribute, "the nearest pixel has no weights: choose another method"));
        }
        let wide = x.floating()?.accumulator();
        let mut image = x.convert(wide);
        for (i, &axis) in axes.iter().enumerate() {
            let element = |vector: Var<'c>| -> Composed<Var<'c>> { Ok(vector.convert(wide).steps(0, i, i + 1, 1)?.squeeze(0)) };
            let (inverse, translation) = (1.0 / element(scale)?, element(translation)?);
            let m = to[axis].lit().ok_or_else(|| self.unknown())?;
            let places = (self.iota(wide, [Dim::Lit(m)], 0) + 0.5 - translation) * inverse - 0.5;
            image = image.weighted(axis, self.weights(x.size(axis)?, places, inverse, method, antialias)?)?;
        }
        image.convert(shape.dtype)
    }
}

impl<'c> Composer<'c> {
    /// The image with other sizes.
    fn resized(&'c self, x: Var<'c>, to: &[Dim], method: ResizeMethod, antialias: bool, corners: bool) -> Composed<Var<'c>> {
        let shape = x.shape()?;
        if to.len() != shape.rank() {
            let message = format!("{} sizes do not fit {shape}, which has {} axes", to.len(), shape.rank());
            return Err(self.wrong(Code::Shape, message));
        }
        if method != ResizeMethod::Nearest {
            x.inexact()?;
        }
        let mut image = x.convert(shape.dtype.accumulator());
        for (axis, size) in to.iter().enumerate().filter(|&(axis, size)| shape.dims[axis] != *size) {
            let (n, m) = (x.size(axis)?, size.lit().ok_or_else(|| self.unknown())?);
            if m == 0 {
                return Ok(self.zeros(shape.dtype, to));
            }
            if n == 0 {
                return Err(self.wrong(Code::Shape, format!("axis {axis} of {shape} has no pixels")));
            }
            let (inverse, first) = match corners {
                // From the centre of the first pixel to that of the last.
                true => ((n - 1) as f64 / (m.max(2) - 1) as f64, 0.0),
                false => (n as f64 / m as f64, n as f64 / m as f64 * 0.5 - 0.5),
            };
            image = match method {
                ResizeMethod::Nearest if !corners => {
                    // The pixel that holds the centre of that of the result.
                    let centres = self.iota(DType::I64, [Dim::Lit(m)], 0) * 2 + 1;
                    let ratio = (self.scalar(DType::I64, n as f64), self.scalar(DType::I64, 2.0 * m as f64));
                    image.take((centres * ratio.0) / ratio.1, axis as i32)
                }
                ResizeMethod::Nearest => {
                    let places = (self.iota(DType::F64, [Dim::Lit(m)], 0) * inverse).unary(UnaryOp::RoundNearestAfz);
                    image.take(places.convert(DType::I64), axis as i32)
                }
                _ => {
                    let places = self.iota(DType::F64, [Dim::Lit(m)], 0) * inverse + first;
                    let inverse = self.scalar(DType::F64, inverse);
                    image.weighted(axis, self.weights(n, places, inverse, method, antialias)?)?
                }
            };
        }
        Ok(image.convert(shape.dtype))
    }

    /// The weights of `n` pixels, an axis each, for places between them. `inverse` is how many pixels are as wide as
    /// one of the result.
    fn weights(&'c self, n: usize, places: Var<'c>, inverse: Var<'c>, method: ResizeMethod, antialias: bool) -> Composed<Var<'c>> {
        let pixels = self.iota(places.dtype()?, [Dim::Lit(n)], 0).expand_dims(-1);
        let distance = (places - pixels).abs();
        let weights = kernel(method, if antialias { distance / inverse.maximum(1.0) } else { distance });
        let total = weights.sum_keep(0);
        // The threshold is JAX's.
        let some = total.abs().gt(1000.0 * f64::from(f32::EPSILON));
        let share = weights / self.scalar(places.dtype()?, 1.0).select(!some, total);
        let inside = places.ge(-0.5) & places.le(n as f64 - 0.5);
        Ok(share.select(some & inside, 0.0))
    }
}

/// The weight of a pixel by its distance, which is not negative.
fn kernel(method: ResizeMethod, distance: Var<'_>) -> Var<'_> {
    let lanczos = |radius: f64| (distance.sinc() * (distance / radius).sinc()).select(distance.le(radius), 0.0);
    match method {
        ResizeMethod::Nearest | ResizeMethod::Linear => (1.0 - distance).maximum(0.0),
        ResizeMethod::Cubic => cubic(distance, -0.5),
        ResizeMethod::Lanczos3 => lanczos(3.0),
        ResizeMethod::Lanczos5 => lanczos(5.0),
    }
}

/// The cubic of Keys, "Cubic convolution interpolation for digital image processing", 1981, which has the slope `a` at
/// 1, by a distance that is not negative.
pub(super) fn cubic(x: Var<'_>, a: f64) -> Var<'_> {
    let near = (x * (a + 2.0) - (a + 3.0)) * x * x + 1.0;
    let far = ((x * a - 5.0 * a) * x + 8.0 * a) * x - 4.0 * a;
    near.select(x.lt(1.0), far.select(x.lt(2.0), 0.0))
}

impl<'c> Var<'c> {
    /// The product of an axis with the first axis of a matrix, whose second one takes its place.
    fn weighted(self, axis: usize, weights: Var<'c>) -> Composed<Var<'c>> {
        let dtype = self.dtype()?;
        let dims = DotDims {
            lhs_batch: Axes::new(),
            rhs_batch: Axes::new(),
            lhs_contracting: Axes::from_slice(&[axis]),
            rhs_contracting: Axes::from_slice(&[0]),
            out: dtype,
        };
        let product = self.composer().emit(Op::DotGeneral(dims), &[self, weights.convert(dtype)]);
        Ok(product.move_axes(-1, axis as i32))
    }
}
