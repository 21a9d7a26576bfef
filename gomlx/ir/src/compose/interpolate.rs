// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Linear interpolation between points of a function of one number.

use super::declare::methods;
use super::{Composed, Var};
use crate::Code;

methods! { interpolate:
    /// The function at each element, linear between its values `fp` at the ascending points `xp`, vectors of one size;
    /// before the first point it has the first value, after the last the last. NaN gives NaN. Floating point only.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let (xp, fp) = (Tensor::new(&[3], &[0.0f32, 1.0, 3.0])?, Tensor::new(&[3], &[0.0f32, 10.0, 30.0])?);
    /// assert_eq!(Tensor::new(&[3], &[0.5f32, 2.0, 9.0])?.interp(&xp, &fp).to_vec()?, [5.0, 20.0, 30.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    ///
    /// # Panics
    /// If `xp` and `fp` are not vectors of one size; in a graph this is an error of the trace.
    fn interp(self, xp: Tensor, fp: Tensor) -> Tensor<T> {
        let n = points(xp, fp)?;
        let (first, last) = (fp.steps(0, 0, 1, 1)?.squeeze(0), fp.steps(0, n - 1, n, 1)?.squeeze(0));
        self.interp_or(xp, fp, first, last)
    }

    /// As [`Tensor::interp`], with the value `left` before the first point and `right` after the last.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let (xp, fp) = (Tensor::new(&[2], &[0.0f32, 1.0])?, Tensor::new(&[2], &[0.0f32, 10.0])?);
    /// assert_eq!(Tensor::new(&[3], &[-1.0f32, 0.5, 9.0])?.interp_or(&xp, &fp, -7.0, 7.0).to_vec()?, [-7.0, 5.0, 7.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn interp_or(self, xp: Tensor, fp: Tensor, left: Operand, right: Operand) -> Tensor<T> {
        let n = points(xp, fp)?;
        let (c, dtype) = (self.composer(), self.floating()?);
        let (left, right) = (c.operand(dtype, left.into()), c.operand(dtype, right.into()));
        let between = self.between_points(xp, fp, n)?;
        let (first, last) = (xp.steps(0, 0, 1, 1)?.squeeze(0), xp.steps(0, n - 1, n, 1)?.squeeze(0));
        right.select(self.gt(last), left.select(self.lt(first), between))
    }

    /// As [`Tensor::interp`] of a function that repeats itself each `period`: the points need not ascend.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let (xp, fp) = (Tensor::new(&[2], &[0.0f32, 2.0])?, Tensor::new(&[2], &[0.0f32, 10.0])?);
    /// assert_eq!(Tensor::new(&[2], &[1.0f32, 7.0])?.interp_periodic(&xp, &fp, 4.0).to_vec()?, [5.0, 5.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn interp_periodic(self, xp: Tensor, fp: Tensor, period: Real) -> Tensor<T> {
        let (c, n, period) = (self.composer(), points(xp, fp)?, period.abs());
        if period == 0.0 || !period.is_finite() {
            return Err(c.wrong(Code::Attribute, format!("the period {period} is not a number above 0")));
        }
        let xp = xp.modulo(period);
        let order = xp.argsort(0);
        let (xp, fp) = (xp.take(order, 0), fp.take(order, 0));
        let (last, first) = (|x: Var<'c>| x.steps(0, n - 1, n, 1), |x: Var<'c>| x.steps(0, 0, 1, 1));
        let xp = c.concat([last(xp)? - period, xp, first(xp)? + period], 0);
        let fp = c.concat([last(fp)?, fp, first(fp)?], 0);
        self.modulo(period).between_points(xp, fp, n + 2)?
    }
}

/// The number of points of a function.
fn points(xp: Var<'_>, fp: Var<'_>) -> Composed<usize> {
    let (c, n) = (xp.composer(), xp.vector_size()?);
    if fp.vector_size()? != n || n == 0 {
        return Err(c.wrong(Code::Shape, format!("{} and {} are no points and their values", xp.shape()?, fp.shape()?)));
    }
    Ok(n)
}

impl<'c> Var<'c> {
    /// The line through the two points around each element, or through the outer two.
    fn between_points(self, xp: Var<'c>, fp: Var<'c>, n: usize) -> Composed<Var<'c>> {
        let dtype = self.floating()?;
        let wide = dtype.accumulator();
        let (x, xp, fp) = (self.convert(wide), xp.convert(wide), fp.convert(wide));
        if n == 1 {
            // NaN stays NaN.
            return Ok((x * 0.0).select(!x.is_number(), fp.squeeze(0)).convert(dtype));
        }
        let upper = xp.searchsorted(x, true).clamp(1, i32::try_from(n - 1).unwrap_or(i32::MAX));
        let lower = upper - 1;
        let (x0, f0) = (xp.take(lower, 0), fp.take(lower, 0));
        let (dx, df) = (xp.take(upper, 0) - x0, fp.take(upper, 0) - f0);
        // Points may be equal.
        let same = dx.eq(0.0);
        let part = (x - x0) / self.composer().scalar(wide, 1.0).select(same, dx);
        Ok(f0.select(same, f0 + part * df).convert(dtype))
    }
}
