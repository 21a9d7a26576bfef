// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Convolution and pooling over images and sequences, channels last.

use smallvec::SmallVec;

use super::declare::methods;
use super::{Composed, Composer, Number, Sizes, Var};
use crate::{Axes, BinaryOp, Code, ConvDims, Dim, Op, Reducer, Window};

/// Elements around the input.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Padding {
    /// None: the output shrinks.
    Valid,
    /// As much as keeps the output at the input's size divided by the stride, rounded up.
    Same,
    /// Low and high, per spatial axis; negative cuts.
    Explicit(Vec<(i64, i64)>),
}

/// How a kernel moves over its input. Empty lists stand for ones.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Conv {
    /// Elements around the input.
    pub padding: Padding,
    /// Step, per spatial axis.
    pub strides: Vec<usize>,
    /// Dilation of the kernel, per spatial axis.
    pub dilation: Vec<usize>,
    /// Groups that split the features: `features` for a depthwise convolution.
    pub groups: usize,
}

impl Default for Conv {
    fn default() -> Conv {
        Conv { padding: Padding::Same, strides: vec![], dilation: vec![], groups: 1 }
    }
}

methods! { conv:
    /// Convolution (cross-correlation, as in every framework): input `[batch, spatial.., features]`, kernel
    /// `[spatial.., features / groups, outputs]`, result `[batch, spatial.., outputs]`.
    ///
    /// ```
    /// use gomlx::{Conv, Tensor};
    /// let images = Tensor::<f32>::ones(&[2, 8, 8, 3]);
    /// let kernel = Tensor::<f32>::ones(&[3, 3, 3, 16]);
    /// let y = images.conv(&kernel, &Conv { strides: vec![2, 2], ..Conv::default() });
    /// assert_eq!(y.dims(), &[2, 4, 4, 16]);
    /// ```
    fn conv(self, kernel: Tensor, how: Conv) -> Tensor<T> {
        let (c, x, k) = (self.composer(), self.shape()?, kernel.shape()?);
        if x.rank() < 2 || x.rank() != k.rank() {
            return Err(c.wrong_note(
                Code::Shape,
                format!("input {x} and kernel {k} do not fit"),
                "input is [batch, spatial.., features], kernel [spatial.., features / groups, outputs]",
            ));
        }
        let spatial = x.rank() - 2;
        let (strides, dilation) = (per_axis(c, &how.strides, spatial, "strides")?, per_axis(c, &how.dilation, spatial, "dilations")?);
        if strides.contains(&0) || dilation.contains(&0) {
            return Err(c.wrong(Code::Attribute, format!("strides {strides:?} and dilations {dilation:?} must be at least 1")));
        }
        let padding = resolve(c, &how.padding, &x.dims[1..=spatial], &k.dims[..spatial], &strides, &dilation)?;
        let dims = ConvDims {
            input_batch: 0,
            input_feature: spatial + 1,
            input_spatial: (1..=spatial).collect(),
            kernel_input_feature: spatial,
            kernel_output_feature: spatial + 1,
            kernel_spatial: (0..spatial).collect(),
            output_batch: 0,
            output_feature: spatial + 1,
            output_spatial: (1..=spatial).collect(),
            strides,
            padding,
            lhs_dilation: Axes::from_elem(1, spatial),
            rhs_dilation: dilation,
            reversal: SmallVec::from_elem(false, spatial),
            feature_groups: how.groups,
            batch_groups: 1,
            out: x.dtype,
        };
        c.emit(Op::Convolution(Box::new(dims)), &[self, kernel])
    }

    /// The maximum of each window over the spatial axes of `[batch, spatial.., features]`; padding never wins.
    fn max_pool(self, window: Positions, strides: Positions, padding: Padding) -> Tensor<T> {
        self.pool(BinaryOp::Maximum, window.as_ref(), strides.as_ref(), padding)?
    }

    /// The minimum of each window over the spatial axes of `[batch, spatial.., features]`; padding never wins.
    ///
    /// ```
    /// use gomlx::{Padding, Tensor};
    /// let x = Tensor::new(&[1, 4, 1], &[3.0f32, 1.0, 2.0, 5.0])?;
    /// assert_eq!(x.min_pool([2], [2], &Padding::Valid).to_vec()?, [1.0, 2.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn min_pool(self, window: Positions, strides: Positions, padding: Padding) -> Tensor<T> {
        self.pool(BinaryOp::Minimum, window.as_ref(), strides.as_ref(), padding)?
    }

    /// The sum of each window over the spatial axes of `[batch, spatial.., features]`.
    ///
    /// ```
    /// use gomlx::{Padding, Tensor};
    /// let x = Tensor::new(&[1, 4, 1], &[3.0f32, 1.0, 2.0, 5.0])?;
    /// assert_eq!(x.sum_pool([2], [2], &Padding::Valid).to_vec()?, [4.0, 7.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn sum_pool(self, window: Positions, strides: Positions, padding: Padding) -> Tensor<T> {
        self.pool(BinaryOp::Add, window.as_ref(), strides.as_ref(), padding)?
    }

    /// The mean of each window over the spatial axes of `[batch, spatial.., features]`; padding does not count.
    fn avg_pool(self, window: Positions, strides: Positions, padding: Padding) -> Tensor<T> {
        let (window, strides) = (window.as_ref(), strides.as_ref());
        let dtype = self.dtype()?;
        // The sum of a half type may be beyond it where the mean is not.
        let wide = dtype.accumulator();
        let sum = self.convert(wide).pool(BinaryOp::Add, window, strides, padding)?;
        if *padding == Padding::Valid {
            let count = crate::product(window);
            return Ok((sum / Number::Whole(count as i128)).convert(dtype));
        }
        let ones = self.composer().ones(wide, self.dims()?);
        (sum / ones.pool(BinaryOp::Add, window, strides, padding)?).convert(dtype)
    }
}

impl<'c> Var<'c> {
    /// Reduces each window over the spatial axes.
    fn pool(self, reducer: BinaryOp, window: &[usize], strides: &[usize], how: &Padding) -> Composed<Var<'c>> {
        let (c, shape, spatial) = (self.composer(), self.shape()?, window.len());
        if shape.rank() != spatial + 2 || strides.len() != spatial || strides.contains(&0) || window.contains(&0) {
            return Err(c.wrong_note(
                Code::Shape,
                format!("window {window:?} with strides {strides:?} does not fit {shape}"),
                "the input is [batch, spatial.., features], and each spatial axis has a window size and a stride of at least 1",
            ));
        }
        let whole = |inner: &[usize]| -> Vec<usize> { [&[1], inner, &[1]].concat() };
        let mut dims = Window::new(&whole(window), &whole(strides));
        let sizes: Sizes = window.iter().map(|&n| Dim::Lit(n)).collect();
        let padded = resolve(c, how, &shape.dims[1..=spatial], &sizes, strides, &Axes::from_elem(1, spatial))?;
        dims.padding[1..=spatial].copy_from_slice(&padded);
        let identity = c.identity(reducer, shape.dtype)?;
        Ok(c.emit_with(Op::ReduceWindow(dims), &[self, identity], Reducer::Binary(reducer), shape.dtype))
    }
}

/// Low and high padding per spatial axis.
fn resolve(
    c: &Composer<'_>,
    how: &Padding,
    input: &[Dim],
    window: &[Dim],
    strides: &[usize],
    dilation: &[usize],
) -> Composed<SmallVec<[(i64, i64); 4]>> {
    let spatial = input.len();
    match how {
        Padding::Valid => Ok(SmallVec::from_elem((0, 0), spatial)),
        Padding::Same => (0..spatial)
            .map(|i| {
                let (Some(input), Some(window)) = (input[i].lit(), window[i].lit()) else { return Err(c.unknown()) };
                let reach = ((window.max(1) - 1) * dilation[i] + 1) as i64;
                let outputs = input.div_ceil(strides[i]) as i64;
                let total = ((outputs - 1) * strides[i] as i64 + reach - input as i64).max(0);
                Ok((total / 2, total - total / 2))
            })
            .collect(),
        Padding::Explicit(padding) if padding.len() != spatial => {
            Err(c.wrong(Code::Attribute, format!("padding for {} axes was given, there are {spatial}", padding.len())))
        }
        Padding::Explicit(padding) => Ok(padding.iter().copied().collect()),
    }
}

fn per_axis(c: &Composer<'_>, given: &[usize], spatial: usize, what: &str) -> Composed<Axes> {
    match given.len() {
        0 => Ok(Axes::from_elem(1, spatial)),
        n if n == spatial => Ok(given.into()),
        n => Err(c.wrong(Code::Attribute, format!("{what} for {n} axes were given, there are {spatial}"))),
    }
}
