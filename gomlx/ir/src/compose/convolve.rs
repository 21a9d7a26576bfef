// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Convolutions and correlations of signals of any number of axes.

use super::choice::ConvolveMode;
use super::declare::functions;
use super::{Composed, Conv, Padding, Var};
use crate::{Code, Dim};

functions! { convolve, Signal:
    /// The convolution of two signals of equally many axes, at all positions (`Full`), as long as the first (`Same`),
    /// or where the second lies within the first (`Valid`). Vectors may be given in either order.
    ///
    /// ```
    /// use gomlx::{ConvolveMode, Tensor, signal};
    /// let (x, y) = (Tensor::new(&[3], &[1.0f32, 2.0, 3.0])?, Tensor::new(&[2], &[1.0f32, 10.0])?);
    /// assert_eq!(signal::convolve(&x, &y, ConvolveMode::Full).to_vec()?, [1.0, 12.0, 23.0, 30.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    ///
    /// # Panics
    /// If the numbers of axes differ; in a graph this is an error of the trace.
    #[doc(alias = "convolve2d")]
    #[doc(alias = "fftconvolve")]
    fn convolve(self, x: Tensor, y: Tensor, mode: ConvolveMode) -> Tensor<T> {
        let (x, y) = if x.is_shorter(y)? { (y, x) } else { (x, y) };
        x.slid_over(y.reversed()?, mode)?
    }

    /// The correlation of two signals of equally many axes: the sums of products with the second, conjugated, moved
    /// over the first. The positions are those of [`convolve`].
    ///
    /// ```
    /// use gomlx::{ConvolveMode, Tensor, signal};
    /// let (x, y) = (Tensor::new(&[3], &[1.0f32, 2.0, 3.0])?, Tensor::new(&[2], &[1.0f32, 10.0])?);
    /// assert_eq!(signal::correlate(&x, &y, ConvolveMode::Valid).to_vec()?, [21.0, 32.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    ///
    /// # Panics
    /// If the numbers of axes differ; in a graph this is an error of the trace.
    #[doc(alias = "correlate2d")]
    fn correlate(self, x: Tensor, y: Tensor, mode: ConvolveMode) -> Tensor<T> {
        if x.is_shorter(y)? {
            return Ok(y.slid_over(x.conj(), mode)?.reversed()?.conj());
        }
        x.slid_over(y.conj(), mode)?
    }
}

impl<'c> Var<'c> {
    /// Whether this and another are vectors, and this is the shorter.
    fn is_shorter(self, other: Var<'c>) -> Composed<bool> {
        Ok(match (&self.dims()?[..], &other.dims()?[..]) {
            ([m], [n]) => m.lit().zip(n.lit()).is_some_and(|(m, n)| m < n),
            _ => false,
        })
    }

    /// In reverse order along every axis.
    fn reversed(self) -> Composed<Var<'c>> {
        let axes: Vec<i32> = (0..self.rank()? as i32).collect();
        Ok(self.reverse(axes))
    }

    /// The sums of the products with a kernel at each position.
    fn slid_over(self, kernel: Var<'c>, mode: ConvolveMode) -> Composed<Var<'c>> {
        let (c, x, y) = (self.composer(), self.shape()?, kernel.shape()?);
        if x.rank() != y.rank() || x.rank() == 0 {
            return Err(c.wrong(Code::Shape, format_args!("{x} and {y} do not have equally many axes")));
        }
        let mut padding = vec![];
        for size in &y.dims {
            let size = size.lit().ok_or_else(|| c.unknown())? as i64;
            padding.push(match mode {
                ConvolveMode::Full => (size - 1, size - 1),
                ConvolveMode::Same => (size / 2, size - 1 - size / 2),
                ConvolveMode::Valid => (0, 0),
            });
        }
        let with_ends = |dims: &[Dim], before: usize, after: usize| -> Vec<Dim> {
            let ones = |count| std::iter::repeat_n(Dim::Lit(1), count);
            ones(before).chain(dims.iter().cloned()).chain(ones(after)).collect()
        };
        let conv = Conv { padding: Padding::Explicit(padding), ..Conv::default() };
        let slid = self.with_dims(&with_ends(&x.dims, 1, 1)).conv(kernel.with_dims(&with_ends(&y.dims, 0, 2)), &conv);
        let dims = slid.dims()?;
        Ok(slid.with_dims(&dims[1..dims.len() - 1]))
    }
}
