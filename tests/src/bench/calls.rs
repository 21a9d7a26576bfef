// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The workloads as graph functions, called as a user calls them.

use gomlx::{Result, bf16, prelude::*};

use super::{inputs::Inputs, models, workload::Kind};

/// A workload with its inputs.
pub struct Call {
    /// Makes one call and waits for its result.
    pub run: Box<dyn FnMut() -> Result<()>>,
    /// How many calls are timed at once: more than one where a single call is too short to time.
    pub per_run: usize,
}

#[graph]
fn matmul(x: &Tensor![f32; M, K], y: &Tensor![f32; K, N]) -> Tensor![f32; M, N] {
    x.matmul(y)
}

#[graph]
fn matmul_bf16(x: &Tensor![bf16; M, K], y: &Tensor![bf16; K, N]) -> Tensor![bf16; M, N] {
    x.matmul(y)
}

#[graph]
fn batch_matmul(x: &Tensor![f32; B, M, K], y: &Tensor![f32; B, K, N]) -> Tensor![f32; B, M, N] {
    x.matmul(y)
}

#[graph]
fn gelu_chain(x: &Tensor![f32; N], a: &Tensor![f32;], b: &Tensor![f32;]) -> Tensor![f32; N] {
    (x * a + b).gelu_tanh() * x
}

#[graph]
fn exp(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    x.exp()
}

#[graph]
fn tanh(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    x.tanh()
}

#[graph]
fn add(x: &Tensor![f32; N], y: &Tensor![f32; N]) -> Tensor![f32; N] {
    x + y
}

#[graph]
fn add_scalars(x: &Tensor![f32;], y: &Tensor![f32;]) -> Tensor![f32;] {
    x + y
}

#[graph]
fn add_reuse(x: Tensor![f32; N], y: &Tensor![f32; N]) -> Tensor![f32; N] {
    x + y
}

#[graph]
fn softmax(x: &Tensor![f32; R, C]) -> Tensor![f32; R, C] {
    x.softmax(-1)
}

#[graph]
fn layer_norm(x: &Tensor![f32; R, C], scale: &Tensor![f32; C], offset: &Tensor![f32; C]) -> Tensor![f32; R, C] {
    let centred = x - x.mean_keep(-1);
    let variance = centred.square().mean_keep(-1);
    centred * (variance + 1e-5).rsqrt() * scale + offset
}

#[graph]
fn sum_axis(x: &Tensor![f32; N, N], axis: usize) -> Tensor![f32; N] {
    x.sum_axis(axis as i32)
}

#[graph]
fn sum_all(x: &Tensor![f32; N, N]) -> Tensor![f32;] {
    x.sum()
}

#[graph]
fn argmax(x: &Tensor![f32; R, C]) -> Tensor![i32; R] {
    x.argmax(1)
}

#[graph]
fn transpose(x: &Tensor![f32; N, N]) -> Tensor![f32; N, N] {
    x.t()
}

#[graph]
fn gather(table: &Tensor![f32; R, D], rows: &Tensor![i32; N]) -> Tensor![f32; N, D] {
    table.take(rows, 0)
}

#[graph]
fn conv(x: &Tensor![f32; N, H, W, I], kernel: &Tensor![f32; K, K, I, O]) -> Tensor![f32; N, H, W, O] {
    x.conv(kernel, &Conv::default())
}

#[graph]
fn max_pool(x: &Tensor![f32; N, H, W, C]) -> Tensor<f32> {
    x.max_pool(&[2, 2], &[2, 2], &Padding::Valid)
}

/// The call of a workload with random inputs; nothing where gomlx lacks an operation that it needs.
///
/// # Errors
/// If its inputs cannot be made.
pub fn prepare(kind: Kind) -> Result<Option<Call>> {
    let mut inputs = Inputs::new();
    let call = match kind {
        Kind::Matmul { m, k, n, bf16: false } => {
            let (x, y) = (inputs.normal(&[m, k])?, inputs.normal(&[k, n])?);
            one(move || matmul::try_call(&x, &y))
        }
        Kind::Matmul { m, k, n, bf16: true } => {
            let (x, y) = (inputs.normal(&[m, k])?.cast::<bf16>(), inputs.normal(&[k, n])?.cast::<bf16>());
            one(move || matmul_bf16::try_call(&x, &y))
        }
        Kind::BatchMatmul { b, m, k, n } => {
            let (x, y) = (inputs.normal(&[b, m, k])?, inputs.normal(&[b, k, n])?);
            one(move || batch_matmul::try_call(&x, &y))
        }
        Kind::GeluChain { n } => {
            let (x, a, b) = (inputs.normal(&[n])?, Tensor::scalar(1.1), Tensor::scalar(0.1));
            one(move || gelu_chain::try_call(&x, &a, &b))
        }
        Kind::Exp { n } => {
            let x = inputs.normal(&[n])?;
            one(move || exp::try_call(&x))
        }
        Kind::Tanh { n } => {
            let x = inputs.normal(&[n])?;
            one(move || tanh::try_call(&x))
        }
        Kind::Add { n } => {
            let (x, y) = (inputs.normal(&[n])?, inputs.normal(&[n])?);
            one(move || add::try_call(&x, &y))
        }
        Kind::AddReuse { n } => {
            let (mut x, y) = (inputs.normal(&[n])?, inputs.normal(&[n])?);
            one(move || {
                let donated = std::mem::replace(&mut x, Tensor::zeros(&[0]));
                x = add_reuse::try_call(donated, &y)?;
                Ok(())
            })
        }
        Kind::Softmax { r, c } => {
            let x = inputs.normal(&[r, c])?;
            one(move || softmax::try_call(&x))
        }
        Kind::LayerNorm { r, c } => {
            let (x, scale, offset) = (inputs.normal(&[r, c])?, inputs.normal(&[c])?, inputs.normal(&[c])?);
            one(move || layer_norm::try_call(&x, &scale, &offset))
        }
        Kind::Sum { n, axis: Some(axis) } => {
            let x = inputs.normal(&[n, n])?;
            one(move || sum_axis::try_call(&x, axis))
        }
        Kind::Sum { n, axis: None } => {
            let x = inputs.normal(&[n, n])?;
            one(move || sum_all::try_call(&x))
        }
        Kind::Argmax { r, c } => {
            let x = inputs.normal(&[r, c])?;
            one(move || argmax::try_call(&x))
        }
        Kind::Transpose { n } => {
            let x = inputs.normal(&[n, n])?;
            one(move || transpose::try_call(&x))
        }
        Kind::Gather { rows, d, n } => {
            let (table, indices) = (inputs.normal(&[rows, d])?, inputs.below(rows as u32, &[n])?);
            one(move || gather::try_call(&table, &indices))
        }
        Kind::Conv { n, h, w, ci, k, co } => {
            let (x, kernel) = (inputs.normal(&[n, h, w, ci])?, inputs.normal(&[k, k, ci, co])?);
            one(move || conv::try_call(&x, &kernel))
        }
        Kind::MaxPool { n, h, w, c } => {
            let x = inputs.normal(&[n, h, w, c])?;
            one(move || max_pool::try_call(&x))
        }
        Kind::Latency { n: 0 } => {
            let (x, y) = (Tensor::scalar(1.0), Tensor::scalar(2.0));
            Call { per_run: 200, ..one(move || add_scalars::try_call(&x, &y)) }
        }
        Kind::Latency { n } => {
            let (x, y) = (Tensor::ones(&[n]), Tensor::full(&[n], 2.0));
            Call { per_run: 200, ..one(move || add::try_call(&x, &y)) }
        }
        Kind::TrainMlp { batch } => models::train_mlp(&mut inputs, batch)?,
        Kind::TrainCnn { batch } => models::train_cnn(&mut inputs, batch)?,
        Kind::Cumsum { .. }
        | Kind::Sort { .. }
        | Kind::ScatterAdd { .. }
        | Kind::Scan { .. }
        | Kind::While { .. }
        | Kind::TrainGpt { .. }
        | Kind::MiniLm { .. }
        | Kind::Gpt2Decode { .. } => return Ok(None),
    };
    Ok(Some(call))
}

/// A call that is long enough to be timed alone.
pub(super) fn one<R>(mut call: impl FnMut() -> Result<R> + 'static) -> Call {
    // A result that is dropped gives its memory back within the time measured, as a user's would.
    Call { run: Box::new(move || call().map(drop)), per_run: 1 }
}
