// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Turns a row of the performance table into a call that can be measured on the current backend.

use gomlx::optim::Adam;
use gomlx::{Code, Diagnostic, Memo, Result, Rng, Tensor, bf16};

use super::inputs::{Inputs, resident};
use super::workload::Kind;
use super::{models, ops};

const LEARNING_RATE: f32 = 1e-3;
/// How many calls one run makes when a single call is too short to be timed.
const LATENCY_CALLS: usize = 200;

/// A workload with its inputs. Every run does the same work and has finished when it returns.
pub struct Run {
    /// Runs once.
    pub once: Box<dyn FnMut() -> Result<()>>,
    /// How many equal gomlx calls one run makes.
    pub calls: usize,
    /// The memo that holds the compiled graph of the workload.
    pub memo: &'static Memo,
}

/// Makes the inputs of a workload. This does not compile the workload itself.
///
/// # Errors
/// If gomlx cannot express the workload yet (the error names what it needs), or if the backend cannot hold the inputs.
pub fn prepare(kind: Kind) -> Result<Run> {
    let mut inputs = Inputs::new();
    match kind {
        Kind::Matmul { m, k, n, bf16: false } => {
            let (x, y) = (inputs.normal::<f32>(&[m, k])?, inputs.normal(&[k, n])?);
            call(ops::matmul::memo(), move || ops::matmul::try_call(&x, &y))
        }
        Kind::Matmul { m, k, n, bf16: true } => {
            let (x, y) = (inputs.normal::<bf16>(&[m, k])?, inputs.normal(&[k, n])?);
            call(ops::matmul::memo(), move || ops::matmul::try_call(&x, &y))
        }
        Kind::BatchMatmul { b, m, k, n } => {
            let (x, y) = (inputs.normal(&[b, m, k])?, inputs.normal(&[b, k, n])?);
            call(ops::batch_matmul::memo(), move || ops::batch_matmul::try_call(&x, &y))
        }
        Kind::GeluChain { n } => {
            let (x, scale, offset) = (inputs.normal(&[n])?, resident(&[], &[1.1])?, resident(&[], &[0.1])?);
            call(ops::gelu_chain::memo(), move || ops::gelu_chain::try_call(&x, &scale, &offset))
        }
        Kind::Exp { n } => {
            let x = inputs.normal(&[n])?;
            call(ops::exp::memo(), move || ops::exp::try_call(&x))
        }
        Kind::Tanh { n } => {
            let x = inputs.normal(&[n])?;
            call(ops::tanh::memo(), move || ops::tanh::try_call(&x))
        }
        Kind::Add { n } => {
            let (x, y) = (inputs.normal(&[n])?, inputs.normal(&[n])?);
            call(ops::add::memo(), move || ops::add::try_call(&x, &y))
        }
        Kind::AddReuse { n } => {
            let (mut x, y) = (inputs.normal(&[n])?, inputs.normal(&[n])?);
            call(ops::add_to::memo(), move || ops::add_to::try_call(&mut x, &y))
        }
        Kind::Softmax { r, c } => {
            let x = inputs.normal(&[r, c])?;
            call(ops::softmax::memo(), move || ops::softmax::try_call(&x))
        }
        Kind::LayerNorm { r, c } => {
            let (x, scale, offset) = (inputs.normal(&[r, c])?, inputs.normal(&[c])?, inputs.normal(&[c])?);
            call(ops::layer_norm::memo(), move || ops::layer_norm::try_call(&x, &scale, &offset))
        }
        Kind::Sum { n, axis: Some(axis) } => {
            let (x, axis) = (inputs.normal(&[n, n])?, axis as i32);
            call(ops::sum_axis::memo(), move || ops::sum_axis::try_call(&x, axis))
        }
        Kind::Sum { n, axis: None } => {
            let x = inputs.normal(&[n, n])?;
            call(ops::sum::memo(), move || ops::sum::try_call(&x))
        }
        Kind::Argmax { r, c } => {
            let x = inputs.normal(&[r, c])?;
            call(ops::argmax::memo(), move || ops::argmax::try_call(&x))
        }
        Kind::Transpose { n } => {
            let x = inputs.normal(&[n, n])?;
            call(ops::transpose::memo(), move || ops::transpose::try_call(&x))
        }
        Kind::Gather { rows, d, n } => {
            let (table, positions) = (inputs.normal(&[rows, d])?, inputs.positions(&[n], rows)?);
            call(ops::gather::memo(), move || ops::gather::try_call(&table, &positions))
        }
        Kind::ScatterAdd { rows, d, n } => {
            let (updates, positions) = (inputs.normal(&[n, d])?, inputs.positions(&[n], rows)?);
            call(ops::scatter_add::memo(), move || ops::scatter_add::try_call(&updates, &positions, rows))
        }
        Kind::Scan { n, steps } => {
            let (h, w) = (inputs.normal(&[n, n])?, inputs.scaled(&[n, n], 0.1)?);
            call(ops::scan::memo(), move || ops::scan::try_call(&h, &w, steps))
        }
        Kind::While { n, steps } => {
            let (h, w, steps) = (inputs.normal(&[n, n])?, inputs.scaled(&[n, n], 0.1)?, resident(&[], &[steps as i32])?);
            call(ops::repeat::memo(), move || ops::repeat::try_call(&h, &w, &steps))
        }
        Kind::Conv { n, h, w, ci, k, co } => {
            let (x, kernel) = (inputs.normal(&[n, h, w, ci])?, inputs.normal(&[k, k, ci, co])?);
            call(ops::conv::memo(), move || ops::conv::try_call(&x, &kernel))
        }
        Kind::MaxPool { n, h, w, c } => {
            let x = inputs.normal(&[n, h, w, c])?;
            call(ops::max_pool::memo(), move || ops::max_pool::try_call(&x))
        }
        Kind::Latency { n: 0 } => {
            let (x, y) = (resident(&[], &[1.0])?, resident(&[], &[2.0])?);
            calls(ops::add_scalar::memo(), move || ops::add_scalar::try_call(&x, &y))
        }
        Kind::Latency { n } => {
            let (x, y) = (inputs.normal(&[n])?, inputs.normal(&[n])?);
            calls(ops::add::memo(), move || ops::add::try_call(&x, &y))
        }
        Kind::TrainMlp { batch } => train_mlp::<784, 512, 10>(batch, inputs),
        Kind::TrainCnn { batch } => {
            let mut model = models::Cnn::init(&mut Rng::from_seed(0));
            let mut optimizer = Adam::new(&model, LEARNING_RATE);
            let (x, labels) = (inputs.normal(&[batch, 28, 28, 1])?, inputs.positions(&[batch], 10)?);
            call(models::cnn_step::memo(), move || models::cnn_step::try_call(&mut model, &mut optimizer, &x, &labels))
        }
        Kind::Cumsum { .. } => missing("cumulative sums"),
        Kind::Sort { .. } => missing("sorting"),
        Kind::TrainGpt { .. } | Kind::MiniLm { .. } | Kind::Gpt2Decode { .. } => missing("transformer layers"),
    }
}

fn train_mlp<const IN: usize, const HIDDEN: usize, const CLASSES: usize>(batch: usize, mut inputs: Inputs) -> Result<Run> {
    let mut model = models::Mlp::<IN, HIDDEN, CLASSES>::init(&mut Rng::from_seed(0));
    let mut optimizer = Adam::new(&model, LEARNING_RATE);
    let (x, labels) = (inputs.normal(&[batch, IN])?, inputs.positions(&[batch], CLASSES)?);
    call(models::mlp_step::memo(), move || models::mlp_step::try_call(&mut model, &mut optimizer, &x, &labels))
}

/// Makes each run one call and drops its result.
fn call<R>(memo: &'static Memo, mut f: impl FnMut() -> Result<R> + 'static) -> Result<Run> {
    Ok(Run { once: Box::new(move || f().map(drop)), calls: 1, memo })
}

/// Makes each run [`LATENCY_CALLS`] calls.
fn calls(memo: &'static Memo, mut f: impl FnMut() -> Result<Tensor<f32>> + 'static) -> Result<Run> {
    Ok(Run { once: Box::new(move || (0..LATENCY_CALLS).try_for_each(|_| f().map(drop))), calls: LATENCY_CALLS, memo })
}

fn missing(what: &str) -> Result<Run> {
    Err(Diagnostic::new(Code::Unsupported, format!("this workload is not written for gomlx yet: it needs {what}")).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: [Kind; 24] = [
        Kind::Matmul { m: 2, k: 3, n: 4, bf16: false },
        Kind::Matmul { m: 2, k: 3, n: 4, bf16: true },
        Kind::BatchMatmul { b: 2, m: 3, k: 4, n: 5 },
        Kind::GeluChain { n: 5 },
        Kind::Exp { n: 5 },
        Kind::Tanh { n: 5 },
        Kind::Add { n: 5 },
        Kind::AddReuse { n: 5 },
        Kind::Softmax { r: 2, c: 3 },
        Kind::LayerNorm { r: 2, c: 3 },
        Kind::Sum { n: 3, axis: Some(0) },
        Kind::Sum { n: 3, axis: Some(1) },
        Kind::Sum { n: 3, axis: None },
        Kind::Argmax { r: 2, c: 3 },
        Kind::Transpose { n: 3 },
        Kind::Gather { rows: 5, d: 2, n: 7 },
        Kind::ScatterAdd { rows: 5, d: 2, n: 7 },
        Kind::Scan { n: 3, steps: 4 },
        Kind::While { n: 3, steps: 4 },
        Kind::Conv { n: 1, h: 4, w: 4, ci: 2, k: 3, co: 3 },
        Kind::Conv { n: 1, h: 4, w: 4, ci: 2, k: 1, co: 3 },
        Kind::MaxPool { n: 1, h: 4, w: 4, c: 2 },
        Kind::Latency { n: 0 },
        Kind::Latency { n: 8 },
    ];

    #[test]
    fn small_workloads_run() -> Result<()> {
        gomlx::with_backend("eval", || {
            for kind in SMALL {
                let mut run = prepare(kind)?;
                (run.once)().and_then(|()| (run.once)()).unwrap_or_else(|e| panic!("{kind:?}: {e}"));
            }
            Ok(())
        })?
    }

    #[test]
    fn a_small_model_trains() -> Result<()> {
        gomlx::with_backend("eval", || {
            let mut inputs = Inputs::new();
            let mut model = models::Mlp::<4, 8, 3>::init(&mut Rng::from_seed(0));
            let mut optimizer = Adam::new(&model, 0.03);
            let (x, labels) = (inputs.normal(&[6, 4])?, inputs.positions(&[6], 3)?);
            let losses = (0..20).map(|_| models::mlp_step(&mut model, &mut optimizer, &x, &labels).item()).collect::<Result<Vec<f32>>>()?;
            assert!(losses[19] < 0.5 * losses[0], "{losses:?}");
            Ok(())
        })?
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = prepare(Kind::Sort { n: 3 }).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains("sorting"), "{error}");
    }
}
