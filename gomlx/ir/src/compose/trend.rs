// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Signals without their trend, and without what is rare.

use super::Trend;
use super::declare::functions;
use crate::{Code, Dim};

functions! { trend, Signal:
    /// The signal without its trend along an axis: without the line of least squares, or without its mean. Floating
    /// point only.
    ///
    /// ```
    /// use gomlx::{Tensor, Trend, assert_close, signal};
    /// let x = Tensor::new(&[3], &[1.0f32, 3.0, 5.0])?;
    /// assert_close!(signal::detrend(&x, 0, Trend::Linear), Tensor::<f32>::zeros(&[3]));
    /// assert_close!(signal::detrend(&x, 0, Trend::Constant), Tensor::new(&[3], &[-2.0f32, 0.0, 2.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn detrend(self, x: Tensor, axis: Axis, trend: Trend) -> Tensor<T> {
        let (shape, position) = (x.shape()?, x.axis(axis)?);
        let wide = x.floating()?.accumulator();
        let x = x.convert(wide);
        let centred = x - x.mean_keep(axis);
        if trend == Trend::Constant {
            return Ok(centred.convert(shape.dtype));
        }
        let n = x.size(position)? as f64;
        // Times from the middle, the sum of whose squares is n (n^2 - 1) / 12; a single element has no slope.
        let times = self.iota(wide, &shape.dims, position) - (n - 1.0) / 2.0;
        let squares = n * (n * n - 1.0) / 12.0;
        let slope = (centred * times).sum_keep(axis) / if squares > 0.0 { squares } else { 1.0 };
        (centred - slope * times).convert(shape.dtype)
    }

    /// The median of the window of `sizes` elements, odd numbers, around each element; the tensor has zeros around it.
    /// NaN wins. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, signal};
    /// let x = Tensor::new(&[5], &[1.0f32, 2.0, 90.0, 3.0, 4.0])?;
    /// assert_eq!(signal::medfilt(&x, [3]).to_vec()?, [1.0, 2.0, 3.0, 4.0, 3.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "median_filter")]
    fn medfilt(self, x: Tensor, sizes: Positions) -> Tensor<T> {
        let (shape, sizes) = (x.shape()?, sizes.as_ref());
        if sizes.len() != shape.rank() || sizes.iter().any(|size| size % 2 == 0) {
            return Err(self.wrong(Code::Attribute, format!("{sizes:?} are not odd numbers, one for each axis of {shape}")));
        }
        if shape.dims.contains(&Dim::Lit(0)) || sizes.is_empty() {
            return Ok(x);
        }
        let padding: Vec<(i64, i64)> = sizes.iter().map(|&size| ((size / 2) as i64, (size / 2) as i64)).collect();
        let mut windows = x.pad(padding, self.zero_of(x)?);
        for (axis, &size) in sizes.iter().enumerate() {
            windows = windows.windows(axis, size, 1, 1)?.move_axes(axis as i32 + 1, -1);
        }
        let axes: Vec<i32> = (shape.rank()..2 * shape.rank()).map(|axis| axis as i32).collect();
        windows.median_axis(axes)
    }
}
