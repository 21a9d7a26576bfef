// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Medians and quantiles, by sorting.

use super::along::take_along;
use super::declare::methods;
use super::reductions::reductions;
use super::{Composed, Interpolation, Var};
use crate::{Axes, BinaryOp, Code, DType, Dim, Direction, HostTensor};

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
    fn sorted_last(self, levels: &[f64], axes: &[usize]) -> Composed<(Var<'c>, usize)> {
        self.inexact()?;
        let c = self.composer();
        if let Some(q) = levels.iter().find(|q| !(0.0..=1.0).contains(*q)) {
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

    /// The elements at parts of the sorted elements along axes, which become one last axis of these levels.
    fn levels_over(self, axes: &[usize], levels: &[f64], between: Interpolation) -> Composed<Var<'c>> {
        let (c, dtype) = (self.composer(), self.dtype()?);
        let (sorted, n) = self.sorted_last(levels, axes)?;
        let last = sorted.rank()? - 1;
        // The lower and the higher place of each level, and the part of the higher.
        let places: Vec<(f64, f64, f64)> = levels
            .iter()
            .map(|q| {
                let place = q * (n - 1) as f64;
                let (low, high, nearest) = (place.floor(), place.ceil(), place.round_ties_even());
                match between {
                    Interpolation::Lower => (low, low, 0.0),
                    Interpolation::Higher => (high, high, 0.0),
                    Interpolation::Nearest => (nearest, nearest, 0.0),
                    Interpolation::Linear => (low, high, place - low),
                    Interpolation::Midpoint => (low, high, 0.5),
                }
            })
            .collect();
        let at = |end: fn(&(f64, f64, f64)) -> f64| match places.as_slice() {
            [one] => sorted.steps(last, end(one) as usize, end(one) as usize + 1, 1),
            several => sorted.take_known(last, &several.iter().map(|places| end(places) as i32).collect::<Vec<i32>>()),
        };
        let low = at(|&(low, _, _)| low)?;
        let quantile = if places.iter().all(|(low, high, _)| low == high) {
            low
        } else {
            let vector = |elements: &[f64]| -> Composed<Var<'c>> {
                let vector = HostTensor::new(&[elements.len()], elements).map_err(|error| c.wrong_with(error))?;
                Ok(c.constant(vector).convert(dtype))
            };
            let parts: Vec<f64> = places.iter().map(|&(low, high, part)| if low == high { 0.0 } else { part }).collect();
            let rest: Vec<f64> = parts.iter().map(|part| 1.0 - part).collect();
            let (part, rest) = (vector(&parts)?, vector(&rest)?);
            let mixed = low * rest + at(|&(_, high, _)| high)? * part;
            // No part of an infinite element is NaN.
            if parts.contains(&0.0) { mixed.select(part.ne(0.0), low) } else { mixed }
        };
        let valid = self.is_number().reduce(BinaryOp::And, axes).expand_dims(-1);
        Ok(quantile.select(valid, f64::NAN))
    }

    /// As [`Var::levels_over`], of the elements that are not NaN: their number is not known before the graph runs.
    fn nanlevels_over(self, axes: &[usize], levels: &[f64], between: Interpolation) -> Composed<Var<'c>> {
        let (c, dtype) = (self.composer(), self.dtype()?);
        let (sorted, _) = self.sorted_last(levels, axes)?;
        let last = sorted.rank()? - 1;
        let wide = dtype.accumulator();
        let count = sorted.is_number().convert(wide).reduce(BinaryOp::Add, &[last]).expand_dims(-1);
        let levels = HostTensor::new(&[levels.len()], levels).map_err(|error| c.wrong_with(error))?;
        let place = (count - 1.0).maximum(0.0) * c.constant(levels).convert(wide);
        let at = |place: Var<'c>| take_along(sorted, place.convert(DType::I32), last);
        let (low, high) = (place.floor(), place.ceil());
        Ok(match between {
            Interpolation::Lower => at(low)?,
            Interpolation::Higher => at(high)?,
            Interpolation::Nearest => at(place.round())?,
            Interpolation::Midpoint => at(low)? * 0.5 + at(high)? * 0.5,
            Interpolation::Linear => {
                let (part, low_element) = ((place - low).convert(dtype), at(low)?);
                let between = low_element * (1.0 - part) + at(high)? * part;
                // No part of an infinite element is NaN.
                between.select(low.compare(Direction::Ne, high), low_element)
            }
        })
    }

    fn quantile_over(self, axes: &[usize], q: f64, between: Interpolation) -> Composed<Var<'c>> {
        Ok(self.levels_over(axes, &[q], between)?.squeeze(-1))
    }

    fn nanquantile_over(self, axes: &[usize], q: f64, between: Interpolation) -> Composed<Var<'c>> {
        Ok(self.nanlevels_over(axes, &[q], between)?.squeeze(-1))
    }

    /// Levels, on a last axis, as the first axis; the reduced axes stay with size 1 if `keep`.
    fn levels_first(self, levels: Var<'c>, axes: &[usize], keep: bool) -> Composed<Var<'c>> {
        let count = levels.dims()?.last().cloned().ok_or(super::Stopped)?;
        let first = levels.move_axes(-1, 0);
        if !keep {
            return Ok(first);
        }
        let mut dims = self.dims()?;
        for &axis in axes {
            dims[axis] = Dim::Lit(1);
        }
        dims.insert(0, count);
        Ok(first.with_dims(&dims))
    }
}

methods! { quantiles:
    /// As [`Tensor::quantile`], for several levels, which become a first axis.
    ///
    /// ```
    /// use gomlx::{Interpolation, Tensor};
    /// let x = Tensor::new(&[5], &[1.0f32, 7.0, 3.0, 2.0, 5.0])?;
    /// assert_eq!(x.quantiles([0.0, 0.25, 1.0], Interpolation::Linear).to_vec()?, [1.0, 2.0, 7.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "percentile")]
    fn quantiles(self, levels: Reals, between: Interpolation) -> Tensor<T> {
        let axes = self.every_axis()?;
        self.levels_first(self.levels_over(&axes, levels.as_ref(), between)?, &axes, false)?
    }

    /// As [`Tensor::quantile_axis`], for several levels, which become a first axis.
    fn quantiles_axis(self, axes: Axes, levels: Reals, between: Interpolation) -> Tensor<T> {
        let axes = self.axes(axes.axes())?;
        self.levels_first(self.levels_over(&axes, levels.as_ref(), between)?, &axes, false)?
    }

    /// As [`Tensor::quantile_keep`], for several levels, which become a first axis.
    fn quantiles_keep(self, axes: Axes, levels: Reals, between: Interpolation) -> Tensor<T> {
        let axes = self.axes(axes.axes())?;
        self.levels_first(self.levels_over(&axes, levels.as_ref(), between)?, &axes, true)?
    }

    /// As [`Tensor::nanquantile`], for several levels, which become a first axis.
    ///
    /// ```
    /// use gomlx::{Interpolation, Tensor};
    /// let x = Tensor::new(&[4], &[1.0f32, f32::NAN, 3.0, 2.0])?;
    /// assert_eq!(x.nanquantiles([0.5, 1.0], Interpolation::Linear).to_vec()?, [2.0, 3.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "nanpercentile")]
    fn nanquantiles(self, levels: Reals, between: Interpolation) -> Tensor<T> {
        let axes = self.every_axis()?;
        self.levels_first(self.nanlevels_over(&axes, levels.as_ref(), between)?, &axes, false)?
    }

    /// As [`Tensor::nanquantile_axis`], for several levels, which become a first axis.
    fn nanquantiles_axis(self, axes: Axes, levels: Reals, between: Interpolation) -> Tensor<T> {
        let axes = self.axes(axes.axes())?;
        self.levels_first(self.nanlevels_over(&axes, levels.as_ref(), between)?, &axes, false)?
    }

    /// As [`Tensor::nanquantile_keep`], for several levels, which become a first axis.
    fn nanquantiles_keep(self, axes: Axes, levels: Reals, between: Interpolation) -> Tensor<T> {
        let axes = self.axes(axes.axes())?;
        self.levels_first(self.nanlevels_over(&axes, levels.as_ref(), between)?, &axes, true)?
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
