// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Training: normalisation with running statistics, dropout, clipping, schedules, averages of parameters.

use gomlx::nn::Dense;
use gomlx::prelude::*;
use gomlx::tree;

use super::{assert_close, error, list, number, on_all, scalar, vector};

model! {
    /// Batch normalisation.
    BatchNorm<D> {
        scale: Tensor![f32; D] = ones(),
        shift: Tensor![f32; D] = zeros(),
        #[state]
        mean: Tensor![f32; D] = zeros(),
        #[state]
        variance: Tensor![f32; D] = ones(),
        momentum: f32 = 0.9,
        epsilon: f32 = 1e-5,
    }

    fn forward(&mut self, x: &Tensor![f32; B, D], training: bool) -> Tensor![f32; B, D] {
        let (mean, variance) = if training {
            let mean = x.mean_axis(0);
            let variance = (x - &mean).square().mean_axis(0);
            self.mean = self.mean * self.momentum + &mean * (1.0 - self.momentum);
            self.variance = self.variance * self.momentum + &variance * (1.0 - self.momentum);
            (mean, variance)
        } else {
            (self.mean.clone(), self.variance.clone())
        };
        (x - mean) / (variance + self.epsilon).sqrt() * self.scale + self.shift
    }

    /// The same computation, where a tensor selects between training and inference.
    fn either(&mut self, x: &Tensor![f32; B, D], training: &Tensor![bool;]) -> Tensor![f32; B, D] {
        let (mean, variance);
        if training {
            mean = x.mean_axis(0);
            variance = (x - mean).square().mean_axis(0);
            self.mean *= self.momentum;
            self.mean += &mean * (1.0 - self.momentum);
            self.variance = self.momentum * self.variance + (1.0 - self.momentum) * variance;
        } else {
            mean = self.mean.clone();
            variance = self.variance.clone();
        }
        (x - mean) * (variance + self.epsilon).rsqrt() * self.scale + self.shift
    }
}

#[test]
fn statistics_run() {
    on_all(|| {
        let x = [1.0f32, 3.0, 8.0];
        let (mut host, mut graph) = (BatchNorm::<1>::init(&mut Rng::from_seed(0)), BatchNorm::<1>::init(&mut Rng::from_seed(0)));
        let (mut running, mut spread) = (0.0f32, 1.0f32);
        for training in [true, true, false] {
            let (mut mean, mut variance) = (running, spread);
            if training {
                mean = x.iter().sum::<f32>() / 3.0;
                variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / 3.0;
                running = running * 0.9 + mean * 0.1;
                spread = spread * 0.9 + variance * 0.1;
            }
            let expected = x.map(|x| (x - mean) / (variance + 1e-5).sqrt());
            let x = Tensor::new(&[3, 1], &x).unwrap();
            assert_close(&list(&host.forward(&x, training)), &expected);
            assert_close(&list(&graph.either(&x, &Tensor::scalar(training))), &expected);
            for norm in [&host, &graph] {
                assert_close(&[number(&norm.mean.sum()), number(&norm.variance.sum())], &[running, spread]);
            }
        }
    });
}

#[graph]
fn dropout(x: &Tensor![f32; N], rng: &mut Rng, rate: &Tensor![f32;], training: bool) -> Tensor![f32; N] {
    if !training {
        return x.clone();
    }
    let keep = rng.uniform::<f32>(x.dims()) >= rate;
    select(&keep, &(x / (1.0 - rate)), 0.0)
}

#[graph]
fn maybe_dropped(x: &Tensor![f32; N], rng: &mut Rng, rate: &Tensor![f32;]) -> Tensor![f32; N] {
    if rate > 0.0 { dropout(x, rng, rate, true) } else { x.clone() }
}

#[test]
fn dropout_draws_only_where_it_drops() {
    on_all(|| {
        let (mut rng, mut plain) = (Rng::from_seed(2), Rng::from_seed(2));
        let x = Tensor::ones(&[64]);
        assert_eq!(list(&maybe_dropped(&x, &mut rng, &scalar(0.0))), vec![1.0; 64]);
        assert_eq!(list(&dropout(&x, &mut rng, &scalar(0.5), false)), vec![1.0; 64]);
        let draws = list(&plain.uniform::<f32>(&[64]));
        let expected: Vec<f32> = draws.iter().map(|&u| if u >= 0.25 { 1.0 / 0.75 } else { 0.0 }).collect();
        assert_close(&list(&maybe_dropped(&x, &mut rng, &scalar(0.25))), &expected);
        let draws = list(&plain.uniform::<f32>(&[64]));
        let expected: Vec<f32> = draws.iter().map(|&u| if u >= 0.25 { 1.0 / 0.75 } else { 0.0 }).collect();
        assert_close(&list(&dropout(&x, &mut rng, &scalar(0.25), true)), &expected);
    });
}

#[derive(Clone, Debug, Tree)]
struct Trainer {
    step: Tensor<i32>,
    #[tree(state)]
    average: Dense<2, 1>,
    warmup: usize,
    clip: Option<f32>,
}

/// A plain helper that records its ops.
fn global_norm(gradients: &impl Tree) -> Tensor<f32> {
    let mut total = Tensor::scalar(0.0f32);
    for leaf in tree::leaves(gradients) {
        if let Ok(g) = Tensor::<f32>::try_from(leaf.tensor.clone()) {
            total += g.square().sum();
        }
    }
    total.sqrt()
}

#[graph]
fn train(model: &mut Dense<2, 1>, trainer: &mut Trainer, x: &Tensor![f32; B, 2], y: &Tensor![f32; B]) -> (Tensor![f32;], Tensor![f32;]) {
    let (loss, mut gradients) = value_and_grad(model, |m| (m.forward(x).squeeze(-1) - y).square().mean());
    let norm = global_norm(&gradients);
    if let Some(clip) = trainer.clip {
        if norm > clip {
            let scale = clip / norm;
            gradients = tree::map_each(&gradients, |g: &Tensor<f32>| g * scale);
        }
    }
    trainer.step += 1;
    let step = trainer.step.cast::<f32>();
    let warmup = trainer.warmup as f32;
    let rate = if step < warmup { 0.1 * step / warmup } else { 0.1 * (warmup / step).sqrt() };
    model.weight -= gradients.weight * rate;
    model.bias -= rate * gradients.bias;
    let average = &mut trainer.average;
    average.weight = average.weight * 0.5 + model.weight * 0.5;
    average.bias = 0.5 * (average.bias + model.bias);
    (loss, rate)
}

#[test]
fn clipping_schedules_and_averages() {
    on_all(|| {
        let mut model = Dense::<2, 1>::init(&mut Rng::from_seed(4));
        let w = list(&model.weight);
        let (mut w, mut b) = ([w[0], w[1]], 0.0f32);
        let (mut average, mut average_b) = (w, b);
        let mut trainer = Trainer { step: Tensor::scalar(0), average: model.clone(), warmup: 3, clip: Some(1.5) };
        let (x, y) = ([[1.0f32, 2.0], [-1.0, 0.5], [0.25, -3.0]], [1.0f32, -2.0, 0.5]);
        let xs = Tensor::new(&[3, 2], &x.concat()).unwrap();
        for step in 1..=6 {
            let (loss, rate) = train(&mut model, &mut trainer, &xs, &vector(&y));
            let errors: Vec<f32> = (0..3).map(|i| x[i][0] * w[0] + x[i][1] * w[1] + b - y[i]).collect();
            let slope = |f: &dyn Fn(usize) -> f32| (0..3).map(|i| 2.0 * errors[i] * f(i)).sum::<f32>() / 3.0;
            let mut g = [slope(&|i| x[i][0]), slope(&|i| x[i][1]), slope(&|_| 1.0)];
            let norm = g.iter().map(|g| g * g).sum::<f32>().sqrt();
            if norm > 1.5 {
                g = g.map(|g| g * 1.5 / norm);
            }
            let expected = if step < 3 { 0.1 * step as f32 / 3.0 } else { 0.1 * (3.0 / step as f32).sqrt() };
            assert_close(&[number(&loss), number(&rate)], &[errors.iter().map(|e| e * e).sum::<f32>() / 3.0, expected]);
            w = [w[0] - g[0] * expected, w[1] - g[1] * expected];
            b -= g[2] * expected;
            average = [average[0] * 0.5 + w[0] * 0.5, average[1] * 0.5 + w[1] * 0.5];
            average_b = 0.5 * (average_b + b);
            assert_close(&list(&model.weight), &w);
            assert_close(&list(&trainer.average.weight), &average);
            assert_close(&list(&trainer.average.bias), &[average_b]);
        }
    });
}

/// A step that is skipped if a gradient overflows, as in mixed-precision training.
#[graph]
fn scaled_step(w: &mut Tensor![f32; N], scale: &mut Tensor![f32;], good: &mut Tensor![i32;], g: &Tensor![f32; N]) -> Tensor![bool;] {
    let g = g / *scale;
    let finite = g.is_finite().all();
    if finite {
        *w -= g * 0.1;
        *good += 1;
        if *good == 2 {
            *scale *= 2.0;
            *good = Tensor::scalar(0);
        }
    } else {
        *scale = *scale / 2.0;
        *good = Tensor::scalar(0);
    }
    finite
}

#[test]
fn a_step_may_be_skipped() {
    on_all(|| {
        let (mut w, mut scale, mut good) = (vector(&[1.0]), scalar(4.0), Tensor::scalar(0i32));
        let (mut w_plain, mut scale_plain, mut good_plain) = (1.0f32, 4.0f32, 0);
        for g in [8.0f32, f32::INFINITY, 4.0, 2.0, 1.0] {
            let finite = scaled_step(&mut w, &mut scale, &mut good, &vector(&[g])).item().unwrap();
            let g = g / scale_plain;
            assert_eq!(finite, g.is_finite());
            if g.is_finite() {
                w_plain -= g * 0.1;
                good_plain += 1;
                if good_plain == 2 {
                    scale_plain *= 2.0;
                    good_plain = 0;
                }
            } else {
                scale_plain /= 2.0;
                good_plain = 0;
            }
            assert_close(&[number(&w.sum()), number(&scale)], &[w_plain, scale_plain]);
            assert_eq!(good.item().unwrap(), good_plain);
        }
    });
}

/// Gradients that are summed until the optimiser steps.
#[derive(Clone, Debug, Tree)]
struct Accumulated {
    sum: Option<Tensor<f32>>,
    calls: Tensor<i32>,
}

#[graph]
fn accumulate(w: &mut Tensor![f32; N], held: &mut Accumulated, opt: &mut Adam<Tensor<f32>>, g: &Tensor![f32; N]) {
    held.calls += 1;
    let total = held.sum.take().map_or_else(|| g.clone(), |sum| sum + g);
    if held.calls % 2 == 0 {
        opt.update(w, &total);
        held.sum = Some(total * 0.0);
    } else {
        held.sum = Some(total);
    }
}

#[test]
fn gradients_accumulate() {
    on_all(|| {
        let mut w = vector(&[1.0, 2.0]);
        let mut opt = Adam::new(&w, 0.1);
        let mut held = Accumulated { sum: Some(Tensor::zeros(&[2])), calls: Tensor::scalar(0) };
        for _ in 0..4 {
            accumulate(&mut w, &mut held, &mut opt, &vector(&[1.0, -1.0]));
        }
        assert_eq!(opt.steps().item().unwrap(), 2);
        assert_close(&list(&w), &[0.8, 2.2]);
        held.sum = None;
        let message = error(accumulate::try_call(&mut w, &mut held, &mut opt, &vector(&[1.0, -1.0])));
        assert!(message.contains("`held.sum`"), "{message}");
    });
}

/// Gradients inside branches and loops, of models in vectors.
#[graph]
fn inner_loop(layers: &mut Vec<Dense<2, 2>>, x: &Tensor![f32; B, 2], steps: &Tensor![i32;]) -> Tensor![f32;] {
    let mut loss = Tensor::scalar(f32::MAX);
    let mut best = layers.clone();
    for _ in rolled(0..steps) {
        let (now, grads) = value_and_grad(layers, |layers| {
            let y = layers.iter().fold(x.clone(), |y, layer| layer.forward(&y).tanh());
            (y - 1.0).square().mean()
        });
        if now < loss {
            loss = now;
            best = layers.clone();
        }
        *layers = tree::zip_each(layers, &grads, |w: &Tensor<f32>, g: &Tensor<f32>| w - g * 0.5).unwrap();
    }
    *layers = best;
    loss
}

#[test]
fn the_best_is_kept() {
    on_all(|| {
        let mut rng = Rng::from_seed(8);
        let mut layers = vec![Dense::<2, 2>::init(&mut rng), Dense::init(&mut rng)];
        let x = Tensor::new(&[2, 2], &[0.5, 1.0, -1.0, 0.25]).unwrap();
        let first = number(&inner_loop(&mut layers, &x, &Tensor::scalar(1)));
        let last = number(&inner_loop(&mut layers, &x, &Tensor::scalar(20)));
        assert!(last < 0.5 * first, "{first} {last}");
        assert_close(&[number(&inner_loop(&mut layers, &x, &Tensor::scalar(1)))], &[last]);
    });
}
