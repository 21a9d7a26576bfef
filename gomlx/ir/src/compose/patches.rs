// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The windows of images and sequences as features, and images from such windows. Channels are last.

use smallvec::SmallVec;

use super::conv::{per_axis, reach, resolve, within};
use super::declare::methods;
use super::{Composed, Conv, Sizes, Var};
use crate::{Axes, Code, Dim};

methods! { patches:
    /// The windows over the spatial axes of `[batch, spatial.., features]` as features: `[batch, spatial.., features *
    /// elements of a window]`, the features first. Padding has zeros; `how` has no groups, dilates no input, and is not
    /// reversed.
    ///
    /// ```
    /// use gomlx::{Conv, Padding, Tensor};
    /// let x = Tensor::new(&[1, 4, 1], &[1, 2, 3, 4])?;
    /// let how = Conv { padding: Padding::Valid, ..Conv::default() };
    /// assert_eq!(x.conv_patches([2], &how).to_vec()?, [1, 2, 2, 3, 3, 4]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "im2col")]
    #[doc(alias = "conv_general_dilated_patches")]
    fn conv_patches(self, window: Positions, how: Conv) -> Tensor<T> {
        let window = window.as_ref();
        self.patches(window, how, self.composer().zero_of(self)?)?.flatten_axes(window.len() as i32 + 1, -1)
    }

    /// The sums of windows by their places in `[batch, sizes.., features]`, of windows as [`Tensor::conv_patches`]
    /// gives them: its transpose. Without overlap it is its inverse.
    ///
    /// ```
    /// use gomlx::{Conv, Padding, Tensor};
    /// let patches = Tensor::new(&[1, 3, 2], &[1, 2, 2, 3, 3, 4])?;
    /// let how = Conv { padding: Padding::Valid, ..Conv::default() };
    /// assert_eq!(patches.fold_patches([4], [2], &how).to_vec()?, [1, 4, 6, 4]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "col2im")]
    #[doc(alias = "fold")]
    fn fold_patches(self, sizes: Positions, window: Positions, how: Conv) -> Tensor<T> {
        let (c, shape, window, sizes) = (self.composer(), self.shape()?, window.as_ref(), sizes.as_ref());
        let spatial = window.len();
        if shape.rank() != spatial + 2 || sizes.len() != spatial {
            let note = "the input is [batch, spatial.., features * window], and each spatial axis has a size and a window";
            return Err(c.wrong_note(Code::Shape, format!("sizes {sizes:?} and window {window:?} do not fit {shape}"), note));
        }
        let to: Sizes = sizes.iter().map(|&n| Dim::Lit(n)).collect();
        let moves = Moves::new(self, &to, window, how)?;
        let last = &shape.dims[spatial + 1];
        let Some(features) = last.div_exact(&Dim::Lit(crate::product(window))) else {
            let message = format!("a window {window:?} does not divide the features of {shape}");
            return Err(c.wrong_if(last.lit().is_some(), Code::Shape, message));
        };
        let whole: Vec<Dim> = window.iter().map(|&n| Dim::Lit(n)).collect();
        // Sums of half types would lose digits in the type itself.
        let wide = self.convert(shape.dtype.accumulator());
        let mut folded = wide.with_dims(&[&shape.dims[..=spatial], &[features], &whole].concat());
        for i in (0..spatial).rev() {
            let (low, high) = moves.padding[i];
            let n = i64::try_from(sizes[i]).ok().and_then(|size| usize::try_from(size.checked_add(low + high)?).ok());
            let n = n.ok_or_else(|| c.wrong(Code::Shape, format!("no axis of size {} has the padding ({low}, {high})", sizes[i])))?;
            let room = n as i64 - reach(window[i], moves.dilation[i]);
            let count = usize::try_from(room).map_or(0, |room| room / moves.strides[i] + 1);
            if !shape.dims[i + 1].is(count) {
                let message = format!("{shape} has not the {count} windows of a spatial axis {i} of size {}", sizes[i]);
                return Err(c.wrong_if(shape.dims[i + 1].lit().is_some(), Code::Shape, message));
            }
            folded = folded.move_axes(-1, i as i32 + 2).added_windows(i + 1, n, moves.strides[i], moves.dilation[i])?;
        }
        let cut: Vec<(i64, i64)> = moves.padding.iter().map(|(low, high)| (-low, -high)).collect();
        folded.around(&cut, c.zero_of(folded)?).convert(shape.dtype)
    }
}

impl<'c> Var<'c> {
    /// The windows over the spatial axes of `[batch, spatial.., features]`: `[batch, spatial.., features, window..]`.
    /// What is outside has the value `around`.
    pub(super) fn patches(self, window: &[usize], how: &Conv, around: Var<'c>) -> Composed<Var<'c>> {
        let (c, shape, spatial) = (self.composer(), self.shape()?, window.len());
        if shape.rank() != spatial + 2 {
            let note = "the input is [batch, spatial.., features], and each spatial axis has a window size";
            return Err(c.wrong_note(Code::Shape, format!("window {window:?} does not fit {shape}"), note));
        }
        let moves = Moves::new(self, &shape.dims[1..=spatial], window, how)?;
        let mut patches = self.around(&moves.padding, around);
        for (i, &size) in window.iter().enumerate() {
            patches = patches.windows(i + 1, size, moves.strides[i], moves.dilation[i])?.move_axes(i as i32 + 2, -1);
        }
        Ok(patches)
    }

    /// With elements around the spatial axes of `[batch, spatial.., features]`; negative padding cuts.
    fn around(self, padding: &[(i64, i64)], value: Var<'c>) -> Var<'c> {
        if padding.iter().all(|pair| *pair == (0, 0)) {
            return self;
        }
        let every: Vec<(i64, i64)> = [(0, 0)].into_iter().chain(padding.iter().copied()).chain([(0, 0)]).collect();
        self.pad(every, value)
    }
}

/// How windows move over the spatial axes.
struct Moves {
    strides: Axes,
    dilation: Axes,
    padding: SmallVec<[(i64, i64); 4]>,
}

impl Moves {
    fn new(x: Var<'_>, input: &[Dim], window: &[usize], how: &Conv) -> Composed<Moves> {
        let (c, spatial) = (x.composer(), window.len());
        if how.groups != 1 || how.batch_groups != 1 || !how.input_dilation.is_empty() || how.reversed {
            return Err(c.wrong(Code::Attribute, "windows have no groups and no dilation of the input, and are not reversed"));
        }
        let (strides, dilation) = (per_axis(c, &how.strides, spatial, "strides")?, per_axis(c, &how.dilation, spatial, "dilations")?);
        within(c, "strides", &strides)?;
        within(c, "dilations", &dilation)?;
        within(c, "sizes of the window", window)?;
        let sizes: Sizes = window.iter().map(|&n| Dim::Lit(n)).collect();
        let padding = resolve(c, &how.padding, input, &sizes, &strides, &dilation)?;
        Ok(Moves { strides, dilation, padding })
    }
}
