// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Medians and quantiles, by sorting.

use super::along::take_along;
use super::reductions::reductions;
use super::{Composed, Interpolation, Var};
use crate::{Axes, BinaryOp, Code, DType, Dim, Direction};

impl<'c> Var<'c> {
    /// Axes as one last axis.
    fn joined_last(self, axes: &[usize]) -> Composed<Var<'c>> {
        let kept: Axes = (0..self.rank()?).filter(|axis| !axes.contains(axis)).collect();
        let dims = self.dims()?;
        let joined = axes.iter().fold(Dim::Lit(1), |size, &axis| &size * &dims[axis]);
        let to: Vec<Dim> = kept.iter().map(|&axis| dims[axis].clone()).chain([joined]).collect();
        Ok(self.transpose([kept.as_slice(), axes].concat()).with_dims(&to))
    }

    /// The sorted elements along axes, which become one last axis, and its size.
    fn sorted_last(self, q: f64, axes: &[usize]) -> Composed<(Var<'c>, usize)> {
        self.inexact()?;
        let c = self.composer();
        if !(0.0..=1.0).contains(&q) {
            return Err(c.wrong(Code::Attribute, format!("the quantile {q} is not between 0 and 1")));
        }
        let x = self.joined_last(axes)?;
        let last = x.rank()? - 1;
        let n = x.size(last)?;
        if n == 0 {
            return Err(c.wrong(Code::Shape, format!("the axes of {} are empty", self.shape()?)));
        }
        Ok((x.sorted(last, false)?, n))
    }

    fn quantile_over(self, axes: &[usize], q: f64, between: Interpolation) -> Composed<Var<'c>> {
        let (sorted, n) = self.sorted_last(q, axes)?;
        let last = sorted.rank()? - 1;
        let at = |place: f64| -> Composed<Var<'c>> {
            let place = place as usize;
            Ok(sorted.steps(last, place, place + 1, 1)?.squeeze(-1))
        };
        let place = q * (n - 1) as f64;
        let (low, high) = (place.floor(), place.ceil());
        let quantile = match between {
            Interpolation::Lower => at(low)?,
            Interpolation::Higher => at(high)?,
            Interpolation::Nearest => at(place.round_ties_even())?,
            Interpolation::Linear | Interpolation::Midpoint if low == high => at(low)?,
            Interpolation::Linear => at(low)? * (high - place) + at(high)? * (place - low),
            Interpolation::Midpoint => at(low)? * 0.5 + at(high)? * 0.5,
        };
        Ok(quantile.select(self.is_number().reduce(BinaryOp::And, axes), f64::NAN))
    }

    /// As [`Var::quantile_over`], of the elements that are not NaN: their number is not known before the graph runs.
    fn nanquantile_over(self, axes: &[usize], q: f64, between: Interpolation) -> Composed<Var<'c>> {
        let (sorted, _) = self.sorted_last(q, axes)?;
        let last = sorted.rank()? - 1;
        let wide = self.dtype()?.accumulator();
        let count = sorted.is_number().convert(wide).reduce(BinaryOp::Add, &[last]).expand_dims(-1);
        let place = (count - 1.0).maximum(0.0) * q;
        let at = |place: Var<'c>| take_along(sorted, place.convert(DType::I32), last);
        let (low, high) = (place.floor(), place.ceil());
        let quantile = match between {
            Interpolation::Lower => at(low)?,
            Interpolation::Higher => at(high)?,
            Interpolation::Nearest => at(place.round())?,
            Interpolation::Midpoint => at(low)? * 0.5 + at(high)? * 0.5,
            Interpolation::Linear => {
                let (part, low_element) = ((place - low).convert(self.dtype()?), at(low)?);
                let between = low_element * (1.0 - part) + at(high)? * part;
                // No part of an infinite element is NaN.
                between.select(low.compare(Direction::Ne, high), low_element)
            }
        };
        Ok(quantile.squeeze(-1))
    }
}

reductions! { quantile:
    "The median: the middle element, or the mean of the two," "NaN wins. Floating point only."
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::new(&[4], &[1.0f32, 7.0, 3.0, 2.0])?.median().item()?, 2.5);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    median median_axis median_keep () -> Tensor<T>, |x, axes| x.quantile_over(axes, 0.5, Interpolation::Midpoint)?;

    "The element at the part `q`, from 0 to 1, of the sorted elements," "NaN wins. Floating point only."
    ///
    /// ```
    /// use gomlx::{Interpolation, Tensor};
    /// let x = Tensor::new(&[5], &[1.0f32, 7.0, 3.0, 2.0, 5.0])?;
    /// assert_eq!(x.quantile(0.25, Interpolation::Linear).item()?, 2.0);
    /// assert_eq!(x.quantile(0.3, Interpolation::Lower).item()?, 2.0);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "percentile")]
    quantile quantile_axis quantile_keep (q: Real, between: Interpolation) -> Tensor<T>, |x, axes| x.quantile_over(axes, q, between)?;

    "The median of the elements that are not NaN (NaN of none)," "NaN has derivative 0. Floating point only."
    nanmedian nanmedian_axis nanmedian_keep () -> Tensor<T>, |x, axes| x.nanquantile_over(axes, 0.5, Interpolation::Midpoint)?;

    "The element at the part `q`, from 0 to 1, of the sorted elements that are not NaN (NaN of none),"
    "NaN has derivative 0. Floating point only."
    ///
    /// ```
    /// use gomlx::{Interpolation, Tensor};
    /// let x = Tensor::new(&[4], &[1.0f32, f32::NAN, 3.0, 2.0])?;
    /// assert_eq!(x.nanquantile(0.5, Interpolation::Linear).item()?, 2.0);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "nanpercentile")]
    nanquantile nanquantile_axis nanquantile_keep (q: Real, between: Interpolation) -> Tensor<T>, |x, axes| x.nanquantile_over(axes, q, between)?;
}
