// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Reductions as methods: over everything, over axes, over axes that stay with size 1.

use gomlx_ir::{Axes, BinaryOp, Code, DType, Diagnostic, Direction, Element};

use super::raw;
use crate::{AnyTensor, Tensor, trace};

/// Axes as users write them: one or several, negative from the end.
pub trait IntoAxes {
    /// The axes as written.
    fn axes(&self) -> &[i32];
}

impl IntoAxes for i32 {
    fn axes(&self) -> &[i32] {
        std::slice::from_ref(self)
    }
}

impl<const N: usize> IntoAxes for [i32; N] {
    fn axes(&self) -> &[i32] {
        self
    }
}

impl IntoAxes for &[i32] {
    fn axes(&self) -> &[i32] {
        self
    }
}

impl IntoAxes for Vec<i32> {
    fn axes(&self) -> &[i32] {
        self
    }
}

/// Positions of axes, sorted.
#[track_caller]
pub(crate) fn resolve(op: &str, x: &AnyTensor, axes: &[i32]) -> Axes {
    // A closure would not know the caller's line.
    let mut resolved = Axes::new();
    for &axis in axes {
        resolved.push(resolve_one(op, x, axis));
    }
    resolved.sort_unstable();
    if resolved.windows(2).any(|pair| pair[0] == pair[1]) {
        trace::fail_on(&[x], Diagnostic::new(Code::Attribute, format!("{op}: axes {axes:?} of {x} name one axis twice")));
    }
    resolved
}

/// Position of one axis.
#[track_caller]
pub(crate) fn resolve_one(op: &str, x: &AnyTensor, axis: i32) -> usize {
    let rank = x.rank() as i64;
    let position = if axis < 0 { i64::from(axis) + rank } else { i64::from(axis) };
    if !(0..rank).contains(&position) {
        let axes = match rank {
            0 => "a scalar has no axes".to_owned(),
            _ => format!("its axes are 0 to {}, or -{rank} to -1 from the end", rank - 1),
        };
        trace::fail_on(&[x], Diagnostic::new(Code::Attribute, format!("{op}: {x} has no axis {axis}")).note(axes));
    }
    position as usize
}

impl AnyTensor {
    #[track_caller]
    fn reduced(&self, op: &str, reducer: BinaryOp, axes: &[i32], keep: bool) -> AnyTensor {
        let axes = resolve(op, self, axes);
        // Sums and products of half types would overflow and lose digits in the type itself.
        let half = matches!(self.dtype(), DType::F16 | DType::BF16) && matches!(reducer, BinaryOp::Add | BinaryOp::Multiply);
        let reduced = match half {
            true => raw::convert(&raw::reduce(reducer, &raw::convert(self, DType::F32), &axes), self.dtype()),
            false => raw::reduce(reducer, self, &axes),
        };
        if keep { self.keep(&reduced, &axes) } else { reduced }
    }

    #[track_caller]
    fn mean(&self, op: &str, axes: &[i32], keep: bool) -> AnyTensor {
        if !self.dtype().is_float() {
            let error = Diagnostic::new(Code::DType, format!("{op}: {self} is not floating point"));
            return trace::mistake(&[self], error.note("convert it first: `.cast::<f32>()`"));
        }
        // The sum of a half type may be beyond it where the mean is not.
        let wide = if self.dtype().size() < 4 { raw::convert(self, DType::F32) } else { self.clone() };
        let sum = wide.reduced(op, BinaryOp::Add, axes, keep);
        let count: usize = resolve(op, self, axes).iter().map(|&a| self.dims()[a]).product();
        raw::convert(&raw::binary(BinaryOp::Divide, &sum, &raw::scalar(wide.dtype(), count as f64)), self.dtype())
    }

    /// Puts reduced axes back with size 1.
    #[track_caller]
    pub(crate) fn keep(&self, reduced: &AnyTensor, axes: &[usize]) -> AnyTensor {
        let dims: Vec<usize> = self.dims().iter().enumerate().map(|(a, &n)| if axes.contains(&a) { 1 } else { n }).collect();
        raw::reshape(reduced, &dims)
    }

    fn all_axes(&self) -> Vec<i32> {
        (0..self.rank() as i32).collect()
    }
}

macro_rules! reductions {
    ($($what:literal $all:ident $axis:ident $keep:ident $Op:ident;)*) => {
        impl<T: Element> Tensor<T> { $(
            #[doc = concat!("The ", $what, " of all elements: a scalar.")]
            #[track_caller]
            pub fn $all(&self) -> Tensor<T> {
                Tensor::wrap(self.any.reduced(stringify!($all), BinaryOp::$Op, &self.any.all_axes(), false))
            }

            #[doc = concat!("The ", $what, " over axes, which go away. Negative axes count from the end.")]
            #[track_caller]
            pub fn $axis(&self, axes: impl IntoAxes) -> Tensor<T> {
                Tensor::wrap(self.any.reduced(stringify!($axis), BinaryOp::$Op, axes.axes(), false))
            }

            #[doc = concat!("The ", $what, " over axes, which stay with size 1. Negative axes count from the end.")]
            #[track_caller]
            pub fn $keep(&self, axes: impl IntoAxes) -> Tensor<T> {
                Tensor::wrap(self.any.reduced(stringify!($keep), BinaryOp::$Op, axes.axes(), true))
            }
        )* }
    };
}

reductions! {
    "sum (0 of none)" sum sum_axis sum_keep Add;
    "product (1 of none)" prod prod_axis prod_keep Multiply;
    "maximum (the least value of the type of none; NaN wins)" max max_axis max_keep Maximum;
    "minimum (the greatest value of the type of none; NaN wins)" min min_axis min_keep Minimum;
}

impl<T: Element> Tensor<T> {
    /// The mean of all elements: a scalar; NaN of none. Floating point only.
    #[track_caller]
    pub fn mean(&self) -> Tensor<T> {
        Tensor::wrap(self.any.mean("mean", &self.any.all_axes(), false))
    }

    /// The mean over axes, which go away; NaN of none. Floating point only.
    #[track_caller]
    pub fn mean_axis(&self, axes: impl IntoAxes) -> Tensor<T> {
        Tensor::wrap(self.any.mean("mean_axis", axes.axes(), false))
    }

    /// The mean over axes, which stay with size 1; NaN of none. Floating point only.
    #[track_caller]
    pub fn mean_keep(&self, axes: impl IntoAxes) -> Tensor<T> {
        Tensor::wrap(self.any.mean("mean_keep", axes.axes(), true))
    }

    /// The variance over axes, which stay with size 1: the mean of squared differences from the mean. Floating point only.
    #[track_caller]
    pub fn variance_keep(&self, axes: impl IntoAxes) -> Tensor<T> {
        let centred = self - self.mean_keep(axes.axes());
        centred.square().mean_keep(axes.axes())
    }

    /// The position of the maximum along an axis, which goes away; the first of several, or of NaN.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2, 3], &[1.0f32, 5.0, 5.0, 9.0, 0.0, 1.0])?;
    /// assert_eq!(x.argmax(-1).to_vec()?, [1, 0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[track_caller]
    pub fn argmax(&self, axis: i32) -> Tensor<i32> {
        self.arg_extreme("argmax", BinaryOp::Maximum, axis)
    }

    /// The position of the minimum along an axis, which goes away; the first of several, or of NaN.
    #[track_caller]
    pub fn argmin(&self, axis: i32) -> Tensor<i32> {
        self.arg_extreme("argmin", BinaryOp::Minimum, axis)
    }

    #[track_caller]
    fn arg_extreme(&self, op: &str, reducer: BinaryOp, axis: i32) -> Tensor<i32> {
        let x = &self.any;
        let axis = resolve_one(op, x, axis);
        if x.dims()[axis] == 0 {
            let error =
                Diagnostic::new(Code::Shape, format!("{op}: axis {axis} of {x} is empty, so that no element is the greatest or least"));
            trace::fail_on(&[x], error);
        }
        let extreme = x.keep(&raw::reduce(reducer, x, &[axis]), &[axis]);
        let mut found = raw::compare(Direction::Eq, x, &extreme);
        if T::DTYPE.is_float() {
            found = raw::binary(BinaryOp::Or, &found, &raw::compare(Direction::Ne, x, x));
        }
        let positions = raw::iota(DType::I32, x.dims(), axis);
        let beyond = raw::scalar(DType::I32, f64::from(i32::MAX));
        Tensor::wrap(raw::reduce(BinaryOp::Minimum, &raw::select(&found, &positions, &beyond), &[axis]))
    }
}
