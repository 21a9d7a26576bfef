// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Losses, and the accuracy of predictions.

use super::declare::functions;
use crate::{Code, DType};

functions! { loss, Nn:
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
    fn sparse_cross_entropy(self, logits: Tensor, labels: Indices) -> Tensor<T> {
        let (x, y) = (logits.shape()?, labels.shape()?);
        let fits = x.dims.split_last().filter(|(_, batch)| batch.len() == y.rank());
        let Some((classes, batch)) = fits.filter(|(_, batch)| !batch.iter().zip(&y.dims).any(|(a, b)| a.provably_differs(b))) else {
            return Err(self.wrong_note(
                Code::Shape,
                format!("logits {x} and labels {y} do not fit"),
                "logits are [.., classes] and labels [..], one for each row of logits",
            ));
        };
        if batch.iter().any(|size| size.is(0)) {
            return Err(self.wrong(Code::Shape, format!("the batch is empty: labels are {y}")));
        }
        let chosen = logits.select(labels.is_class(classes.clone())?, 0).sum_axis(-1);
        logits.logsumexp(-1) - chosen
    }

    /// The cross entropy of independent logits with targets in [0, 1] of the same dims: one loss per element.
    ///
    /// # Panics
    /// If the dims do not broadcast; in a graph this is an error of the trace.
    fn sigmoid_cross_entropy(self, logits: Tensor, targets: Tensor) -> Tensor<T> {
        logits.softplus() - logits * targets
    }

    /// The mean of the squared differences: a scalar.
    fn mean_squared_error(self, predictions: Tensor, targets: Tensor) -> Tensor<T> {
        (predictions - targets).square().mean()
    }

    /// The fraction of rows of logits `[.., classes]` whose largest element is at the label: a scalar in [0, 1].
    fn accuracy(self, logits: Tensor, labels: Indices) -> Tensor<f32> {
        logits.argmax(-1).eq(labels.convert(DType::I32)).convert(DType::F32).mean()
    }
}
