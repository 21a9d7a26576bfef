// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Convolution over images and sequences, channels last.

use gomlx_ir::{Axes, Code, ConvDims, Diagnostic, Element, Op};
use smallvec::SmallVec;

use crate::Tensor;
use crate::emit::emit_one;
use crate::trace;

/// Elements around the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Padding {
    /// None: the output shrinks.
    Valid,
    /// As much as keeps the output at the input's size divided by the stride, rounded up.
    Same,
    /// Low and high, per spatial axis; negative cuts.
    Explicit(Vec<(i64, i64)>),
}

impl Padding {
    /// Low and high padding per axis.
    #[track_caller]
    pub(crate) fn resolve(
        &self,
        op: &str,
        input: &[usize],
        window: &[usize],
        strides: &[usize],
        dilation: &[usize],
    ) -> SmallVec<[(i64, i64); 4]> {
        match self {
            Padding::Valid => SmallVec::from_elem((0, 0), input.len()),
            Padding::Same => (0..input.len())
                .map(|i| {
                    let reach = ((window[i].max(1) - 1) * dilation[i] + 1) as i64;
                    let outputs = input[i].div_ceil(strides[i]) as i64;
                    let total = ((outputs - 1) * strides[i] as i64 + reach - input[i] as i64).max(0);
                    (total / 2, total - total / 2)
                })
                .collect(),
            Padding::Explicit(padding) => {
                if padding.len() != input.len() {
                    trace::fail(Diagnostic::new(
                        Code::Attribute,
                        format!("{op}: padding for {} axes was given, there are {}", padding.len(), input.len()),
                    ));
                }
                padding.iter().copied().collect()
            }
        }
    }
}

/// How a kernel moves over its input. Empty lists stand for ones.
#[derive(Clone, Debug)]
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

impl<T: Element> Tensor<T> {
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
    #[track_caller]
    pub fn conv(&self, kernel: &Tensor<T>, how: &Conv) -> Tensor<T> {
        let (x, k) = (&self.any, &kernel.any);
        if x.rank() < 2 || x.rank() != k.rank() {
            trace::fail_on(
                &[x, k],
                Diagnostic::new(Code::Shape, format!("conv: input {x} and kernel {k} do not fit"))
                    .note("input is [batch, spatial.., features], kernel [spatial.., features / groups, outputs]"),
            );
        }
        let spatial = x.rank() - 2;
        let (strides, dilation) = (per_axis(&how.strides, spatial, "strides"), per_axis(&how.dilation, spatial, "dilations"));
        if strides.contains(&0) || dilation.contains(&0) {
            trace::fail(Diagnostic::new(
                Code::Attribute,
                format!("conv: strides {strides:?} and dilations {dilation:?} must be at least 1"),
            ));
        }
        let padding = how.padding.resolve("conv", &x.dims()[1..=spatial], &k.dims()[..spatial], &strides, &dilation);
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
            out: T::DTYPE,
        };
        Tensor::wrap(emit_one(Op::Convolution(Box::new(dims)), &[x, k]))
    }
}

#[track_caller]
fn per_axis(given: &[usize], spatial: usize, what: &str) -> Axes {
    match given.len() {
        0 => Axes::from_elem(1, spatial),
        n if n == spatial => given.into(),
        n => trace::fail(Diagnostic::new(Code::Attribute, format!("conv: {what} for {n} axes were given, there are {spatial}"))),
    }
}
