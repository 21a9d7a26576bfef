// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Losses, and the accuracy of predictions.

use gomlx_ir::{Code, Diagnostic, Element};

use crate::{Tensor, select, trace};

/// The cross entropy of logits `[.., classes]` with integer labels `[..]` in `0..classes`: one loss per label.
///
/// The loss of a label out of range is the log-sum-exp of its logits. The losses are differentiable in the logits.
///
/// ```
/// use gomlx::Tensor;
/// use gomlx::nn::sparse_cross_entropy;
/// let logits = Tensor::new(&[1, 2], &[0.0f32, 0.0])?;
/// let loss = sparse_cross_entropy(&logits, &Tensor::new(&[1], &[1i32])?);
/// assert!((loss.to_vec()?[0] - 2f32.ln()).abs() < 1e-6);
/// # Ok::<(), gomlx::Error>(())
/// ```
///
/// # Panics
/// If the dims do not fit, or the batch is empty; in a graph this is an error of the trace.
#[track_caller]
pub fn sparse_cross_entropy<T: Element, I: Element>(logits: &Tensor<T>, labels: &Tensor<I>) -> Tensor<T> {
    let Some((&classes, batch)) = logits.dims().split_last().filter(|(_, batch)| *batch == labels.dims()) else {
        trace::fail_on(
            &[&logits.any, &labels.any],
            Diagnostic::new(Code::Shape, format!("sparse_cross_entropy: logits {} and labels {} do not fit", logits.any, labels.any))
                .note("logits are [.., classes] and labels [..], one for each row of logits"),
        );
    };
    if batch.contains(&0) {
        trace::fail(Diagnostic::new(Code::Shape, format!("sparse_cross_entropy: the batch is empty: labels are {}", labels.any)));
    }
    let chosen = select(&labels.is_class(classes), logits, 0.0).sum_axis(-1);
    logits.logsumexp(-1) - chosen
}

/// The cross entropy of independent logits with targets in [0, 1] of the same dims: one loss per element.
///
/// # Panics
/// If the dims do not broadcast; in a graph this is an error of the trace.
#[track_caller]
pub fn sigmoid_cross_entropy<T: Element>(logits: &Tensor<T>, targets: &Tensor<T>) -> Tensor<T> {
    // max(x, 0) - x z + log(1 + exp(-|x|)) never overflows.
    logits.relu() - logits * targets + (-logits.abs()).exp().log1p()
}

/// The mean of the squared differences: a scalar.
#[track_caller]
pub fn mean_squared_error<T: Element>(predictions: &Tensor<T>, targets: &Tensor<T>) -> Tensor<T> {
    (predictions - targets).square().mean()
}

/// The fraction of rows of logits `[.., classes]` whose largest element is at the label: a scalar in [0, 1].
#[track_caller]
pub fn accuracy<T: Element>(logits: &Tensor<T>, labels: &Tensor<i32>) -> Tensor<f32> {
    logits.argmax(-1).eq(labels).cast::<f32>().mean()
}
