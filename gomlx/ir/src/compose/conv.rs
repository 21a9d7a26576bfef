// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Convolution and transposed convolution over images and sequences, channels last.

use smallvec::SmallVec;

use super::declare::methods;
use super::{Composed, Composer, Var};
use crate::{Axes, Code, ConvDims, Dim, Op};

/// Elements around the input.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Padding {
    /// None: the output shrinks.
    Valid,
    /// As much as keeps the output at the size of the (dilated) input divided by the stride, rounded up.
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
    /// Dilation of the input, per spatial axis: so many steps from one element to the next, with zeros between.
    pub input_dilation: Vec<usize>,
    /// Groups that split the features: `features` for a depthwise convolution.
    pub groups: usize,
    /// Groups that split the batch, each of which has its own part of the kernel's outputs.
    pub batch_groups: usize,
    /// Whether the kernel is reversed along its spatial axes, as in the convolutions of mathematics.
    pub reversed: bool,
}

impl Default for Conv {
    fn default() -> Conv {
        Conv {
            padding: Padding::Same,
            strides: vec![],
            dilation: vec![],
            input_dilation: vec![],
            groups: 1,
            batch_groups: 1,
            reversed: false,
        }
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
    #[doc(alias = "conv1d")]
    #[doc(alias = "conv2d")]
    #[doc(alias = "conv3d")]
    #[doc(alias = "conv_general_dilated")]
    fn conv(self, kernel: Tensor, how: Conv) -> Tensor<T> {
        let (c, x, k) = (self.composer(), self.shape()?, kernel.shape()?);
        let spatial = spatial_axes(self, kernel)?;
        let (strides, dilation) = (per_axis(c, &how.strides, spatial, "strides")?, per_axis(c, &how.dilation, spatial, "dilations")?);
        let input_dilation = per_axis(c, &how.input_dilation, spatial, "dilations of the input")?;
        within(c, "strides", &strides)?;
        within(c, "dilations", &dilation)?;
        within(c, "dilations of the input", &input_dilation)?;
        within(c, "groups", &[how.groups, how.batch_groups])?;
        let input: Vec<Dim> = x.dims[1..=spatial].iter().zip(&input_dilation).map(|(size, &by)| dilated(size, by)).collect();
        let padding = resolve(c, &how.padding, &input, &k.dims[..spatial], &strides, &dilation)?;
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
            lhs_dilation: input_dilation,
            rhs_dilation: dilation,
            reversal: SmallVec::from_elem(how.reversed, spatial),
            feature_groups: how.groups,
            batch_groups: how.batch_groups,
            out: x.dtype,
        };
        c.emit(Op::Convolution(Box::new(dims)), &[self, kernel])
    }

    /// Transposed (fractionally strided) convolution: the convolution, by steps of 1, of the input with `strides - 1`
    /// zeros between its elements. Input `[batch, spatial.., features]`, kernel `[spatial.., features / groups,
    /// outputs]`, result `[batch, spatial.., outputs]`.
    ///
    /// With `transpose_kernel` it is the derivative of a convolution by its input, PyTorch's `conv_transpose`: the
    /// kernel is `[spatial.., outputs / groups, features]`, that of the convolution, and is reversed.
    ///
    /// Of a kernel that reaches over k elements the padding is that of JAX: `Valid` gives (n - 1) s + k elements (k not
    /// less than the stride s), `Same` n s, and explicit padding is that of the input with its zeros. `how` has no
    /// other dilation of the input, no groups of the batch, and is not reversed.
    ///
    /// ```
    /// use gomlx::{Conv, Padding, Tensor};
    /// let x = Tensor::new(&[1, 2, 1], &[1.0f32, 2.0])?;
    /// let kernel = Tensor::new(&[2, 1, 1], &[1.0f32, 10.0])?;
    /// let how = Conv { padding: Padding::Valid, strides: vec![2], ..Conv::default() };
    /// assert_eq!(x.conv_transpose(&kernel, &how, true).to_vec()?, [1.0, 10.0, 2.0, 20.0]);
    /// assert_eq!(x.conv_transpose(&kernel, &how, false).to_vec()?, [10.0, 1.0, 20.0, 2.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "conv_transpose1d")]
    #[doc(alias = "conv_transpose2d")]
    #[doc(alias = "conv_transpose3d")]
    #[doc(alias = "deconvolution")]
    fn conv_transpose(self, kernel: Tensor, how: Conv, transpose_kernel: Flag) -> Tensor<T> {
        let c = self.composer();
        let spatial = spatial_axes(self, kernel)?;
        if !how.input_dilation.is_empty() || how.batch_groups != 1 || how.reversed {
            let message = "the strides are the dilation of the input; there are no groups of the batch, and no reversed kernel";
            return Err(c.wrong(Code::Attribute, message));
        }
        let (strides, dilation) = (per_axis(c, &how.strides, spatial, "strides")?, per_axis(c, &how.dilation, spatial, "dilations")?);
        within(c, "strides", &strides)?;
        within(c, "dilations", &dilation)?;
        let padding = match &how.padding {
            Padding::Explicit(padding) => padding.clone(),
            named => {
                let pair = |i: usize| -> Composed<(i64, i64)> {
                    let reach = reach(kernel.size(i)?, dilation[i]);
                    Ok(transposed_padding(reach, strides[i] as i64, *named == Padding::Same))
                };
                (0..spatial).map(pair).collect::<Composed<_>>()?
            }
        };
        let kernel = if transpose_kernel { kernel.of_transpose(spatial, how.groups)? } else { kernel };
        let how = Conv {
            padding: Padding::Explicit(padding),
            dilation: dilation.to_vec(),
            input_dilation: strides.to_vec(),
            groups: how.groups,
            ..Conv::default()
        };
        self.conv(kernel, &how)
    }
}

impl<'c> Var<'c> {
    /// The kernel by which the transpose of a convolution convolves.
    fn of_transpose(self, spatial: usize, groups: usize) -> Composed<Var<'c>> {
        let kernel = self.reverse((0..spatial as i32).collect::<Vec<i32>>());
        if groups <= 1 {
            return Ok(kernel.t());
        }
        // Each group of inputs becomes one of outputs.
        let (c, dims) = (self.composer(), self.dims()?);
        let (outputs, inputs) = (&dims[spatial], &dims[spatial + 1]);
        let Some(part) = inputs.div_exact(&Dim::Lit(groups)) else {
            let message = format!("{groups} groups do not divide the {inputs} features of the kernel {}", self.shape()?);
            return Err(c.wrong_if(inputs.lit().is_some(), Code::Shape, message));
        };
        let window = &dims[..spatial];
        let apart = kernel.with_dims(&[window, &[outputs.clone(), Dim::Lit(groups), part.clone()]].concat());
        let exchanged = apart.swap_axes(-3, -1);
        Ok(exchanged.with_dims(&[window, &[part, outputs * &Dim::Lit(groups)]].concat()))
    }
}

/// The number of spatial axes of an input and a kernel.
fn spatial_axes(input: Var<'_>, kernel: Var<'_>) -> Composed<usize> {
    let (x, k) = (input.shape()?, kernel.shape()?);
    if x.rank() >= 2 && x.rank() == k.rank() {
        return Ok(x.rank() - 2);
    }
    Err(input.composer().wrong_note(
        Code::Shape,
        format!("input {x} and kernel {k} do not fit"),
        "input is [batch, spatial.., features], kernel [spatial.., features / groups, outputs]",
    ))
}

/// The size of an axis with zeros between its elements.
fn dilated(size: &Dim, by: usize) -> Dim {
    match size.lit() {
        Some(n) if n > 0 => Dim::Lit((n - 1).saturating_mul(by).saturating_add(1)),
        // Only the padding `Same` asks for the size, and then no symbol will do.
        _ => size.clone(),
    }
}

/// The greatest stride, dilation, window and padding, which no input needs: what follows from two is a number of `i64`.
pub(super) const MOST: usize = 1 << 30;

/// Farther than any input.
const FAR: i64 = 1 << 61;

/// Refuses numbers of steps that are 0, or are beyond all inputs.
pub(super) fn within(c: &Composer<'_>, what: &str, numbers: &[usize]) -> Composed<()> {
    if numbers.iter().all(|number| (1..=MOST).contains(number)) {
        return Ok(());
    }
    Err(c.wrong(Code::Attribute, format!("{what} {numbers:?} must be at least 1, and at most 2^30")))
}

/// How many elements a window reaches over.
pub(super) fn reach(window: usize, dilation: usize) -> i64 {
    let reach = window.saturating_sub(1).saturating_mul(dilation).saturating_add(1);
    i64::try_from(reach).unwrap_or(FAR).min(FAR)
}

/// The padding of the dilated input of a transposed convolution, by the reach of the kernel.
fn transposed_padding(reach: i64, stride: i64, same: bool) -> (i64, i64) {
    let total = reach + stride - 2 + if same { 0 } else { (reach - stride).max(0) };
    let low = if !same || stride > reach - 1 { reach - 1 } else { total - total / 2 };
    (low, total - low)
}
/// Low and high padding per spatial axis.
pub(super) fn resolve(
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
                let (input, stride) = (i64::try_from(input).unwrap_or(FAR).min(FAR), strides[i] as i64);
                let last = ((input + stride - 1) / stride - 1) * stride;
                let total = (last + reach(window, dilation[i]) - input).max(0);
                Ok((total / 2, total - total / 2))
            })
            .collect(),
        Padding::Explicit(padding) if padding.len() != spatial => {
            Err(c.wrong(Code::Attribute, format!("padding for {} axes was given, there are {spatial}", padding.len())))
        }
        Padding::Explicit(padding) => match padding.iter().find(|(low, high)| low.unsigned_abs().max(high.unsigned_abs()) > MOST as u64) {
            Some(pair) => Err(c.wrong(Code::Attribute, format!("the padding {pair:?} is not between -2^30 and 2^30"))),
            None => Ok(padding.iter().copied().collect()),
        },
    }
}

pub(super) fn per_axis(c: &Composer<'_>, given: &[usize], spatial: usize, what: &str) -> Composed<Axes> {
    match given.len() {
        0 => Ok(Axes::from_elem(1, spatial)),
        n if n == spatial => Ok(given.into()),
        n => Err(c.wrong(Code::Attribute, format!("{what} for {n} axes were given, there are {spatial}"))),
    }
}
