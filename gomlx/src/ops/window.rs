// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Pooling, channels last.

use gomlx_ir::{BinaryOp, Code, Diagnostic, Element, Op, Reducer, Window};
use smallvec::{SmallVec, smallvec};

use super::conv::Padding;
use super::raw;
use crate::emit::{Node, emit_one};
use crate::trace;
use crate::{AnyTensor, Tensor};

impl<T: Element> Tensor<T> {
    /// The maximum of each window over the spatial axes of `[batch, spatial.., features]`; padding never wins.
    #[track_caller]
    pub fn max_pool(&self, window: &[usize], strides: &[usize], padding: &Padding) -> Tensor<T> {
        Tensor::wrap(pool("max_pool", BinaryOp::Maximum, &self.any, window, strides, padding))
    }

    /// The mean of each window over the spatial axes of `[batch, spatial.., features]`; padding does not count.
    #[track_caller]
    pub fn avg_pool(&self, window: &[usize], strides: &[usize], padding: &Padding) -> Tensor<T> {
        let sum: Tensor<T> = Tensor::wrap(pool("avg_pool", BinaryOp::Add, &self.any, window, strides, padding));
        if *padding == Padding::Valid {
            return sum / window.iter().product::<usize>();
        }
        let ones = Tensor::<T>::ones(self.dims());
        sum / Tensor::wrap(pool("avg_pool", BinaryOp::Add, &ones.any, window, strides, padding))
    }
}

#[track_caller]
fn pool(op: &str, reducer: BinaryOp, x: &AnyTensor, window: &[usize], strides: &[usize], padding: &Padding) -> AnyTensor {
    let spatial = window.len();
    if x.rank() != spatial + 2 || strides.len() != spatial || strides.contains(&0) || window.contains(&0) {
        trace::fail_on(
            &[x],
            Diagnostic::new(Code::Shape, format!("{op}: window {window:?} with strides {strides:?} does not fit {x}"))
                .note("the input is [batch, spatial.., features], and each spatial axis has a window size and a stride of at least 1"),
        );
    }
    let whole = |inner: &[usize]| -> Vec<usize> { [&[1], inner, &[1]].concat() };
    let ones: SmallVec<[usize; 4]> = SmallVec::from_elem(1, spatial);
    let mut window_attr = Window::new(&whole(window), &whole(strides));
    let resolved = padding.resolve(op, &x.dims()[1..=spatial], window, strides, &ones);
    window_attr.padding[1..=spatial].copy_from_slice(&resolved);
    let initial = raw::identity(reducer, x.dtype());
    let node = Node { op: Op::ReduceWindow(window_attr), bodies: smallvec![(Reducer::Binary(reducer), x.dtype())] };
    emit_one(node, &[x, &initial])
}
