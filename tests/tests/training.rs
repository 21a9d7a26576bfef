// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Whole training steps, as in the examples. All backends must give the same losses, and repeat them.

use gomlx::nn::{Conv2d, Dense};
use gomlx::prelude::*;
use gomlx::testing::on_each_backend;
use gomlx::{data, with_backend};

const STEPS: usize = 20;
const BATCH: usize = 16;

model! {
    /// The network of the digits example, but narrower.
    pub Mlp {
        hidden: Dense<64, 24>,
        output: Dense<24, 10>,
    }

    /// The logits of each class.
    pub fn forward(&self, images: &Tensor![f32; B, 8, 8]) -> Tensor![f32; B, 10] {
        let h = self.hidden.forward(&images.reshape([B, 64])).relu();
        self.output.forward(&h)
    }
}

model! {
    /// The convolutional network of the mnist example, but smaller.
    pub Cnn {
        first: Conv2d<3, 1, 4>,
        second: Conv2d<3, 4, 6>,
        output: Dense<24, 10>,
    }

    /// The logits of each class.
    pub fn forward(&self, images: &Tensor![f32; B, 8, 8]) -> Tensor![f32; B, 10] {
        let x = images.reshape([B, 8, 8, 1]);
        let x = self.first.forward(&x).relu().max_pool([2, 2], [2, 2], &Padding::Valid);
        let x = self.second.forward(&x).relu().max_pool([2, 2], [2, 2], &Padding::Valid);
        self.output.forward(&x.reshape([B, 24]))
    }
}

#[graph]
fn train_mlp(model: &mut Mlp, opt: &mut Adam<Mlp>, images: &Tensor![f32; B, 8, 8], labels: &Tensor![i32; B]) -> Tensor![f32;] {
    let (loss, grads) = value_and_grad(model, |m| sparse_cross_entropy(&m.forward(images), labels).mean());
    opt.update(model, &grads);
    loss
}

#[graph]
fn train_cnn(model: &mut Cnn, opt: &mut Adam<Cnn>, images: &Tensor![f32; B, 8, 8], labels: &Tensor![i32; B]) -> Tensor![f32;] {
    let (loss, grads) = value_and_grad(model, |m| sparse_cross_entropy(&m.forward(images), labels).mean());
    opt.update(model, &grads);
    loss
}

/// Shuffled images of noise with a bright square. The position of the square is the class.
fn batches() -> Vec<(Tensor<f32>, Tensor<i32>)> {
    let order = data::shuffled(STEPS * BATCH, 7);
    (order.chunks(BATCH))
        .map(|chunk| {
            let labels: Vec<i32> = chunk.iter().map(|&i| (i % 10) as i32).collect();
            let pixels: Vec<f32> = chunk
                .iter()
                .flat_map(|&i| {
                    let (row, column) = (i % 10 / 4 * 3, i % 10 % 4 * 2);
                    (0..64).map(move |p| {
                        let bright = (row..row + 2).contains(&(p / 8)) && (column..column + 2).contains(&(p % 8));
                        let noise = ((i * 64 + p) as f32 * 0.7).sin() * 0.2;
                        if bright { 1.0 + noise } else { noise }
                    })
                })
                .collect();
            (Tensor::new(&[BATCH, 8, 8], &pixels).unwrap(), Tensor::new(&[BATCH], &labels).unwrap())
        })
        .collect()
}

/// Trains on this thread's backend from a seed. Returns the losses, and the bits of the trained variables.
fn train<M: Tree>(seed: u64, init: fn(&mut Rng) -> M, step: Step<M>) -> (Vec<f32>, Vec<Vec<u8>>) {
    let mut model = init(&mut Rng::from_seed(seed));
    let mut opt = Adam::new(&model, 1e-2);
    let losses = batches().iter().map(|(images, labels)| step(&mut model, &mut opt, images, labels).item().unwrap()).collect();
    let variables = gomlx::tree::leaves(&model).iter().map(|leaf| leaf.tensor.to_host().unwrap().bytes().to_vec()).collect();
    (losses, variables)
}

type Step<M> = fn(&mut M, &mut Adam<M>, &Tensor<f32>, &Tensor<i32>) -> Tensor<f32>;

/// Trains on each backend. The losses must agree with the first backend's. On all but PJRT, a second run must give
/// equal bits.
fn check<M: Tree>(test: &str, init: fn(&mut Rng) -> M, step: Step<M>) {
    let mut reference: Option<Vec<f32>> = None;
    on_each_backend(test, |backend| {
        let (losses, variables) = train(1, init, step);
        assert!(losses[STEPS - 1] < 0.8 * losses[0], "the loss on {backend} does not fall: {losses:?}");
        if backend != "pjrt:cpu" {
            let again = train(1, init, step);
            assert_eq!((&losses, &variables), (&again.0, &again.1), "a second run on {backend}");
        }
        assert_ne!(losses, train(2, init, step).0, "another seed gives other losses");
        let expected = reference.get_or_insert_with(|| losses.clone());
        for (i, (got, expected)) in losses.iter().zip(expected.iter()).enumerate() {
            assert!((got - expected).abs() < 1e-4, "loss {i} on {backend} is {got}, not {expected}");
        }
    });
}

#[test]
fn backends_train_a_dense_network_alike() {
    check("backends_train_a_dense_network_alike", Mlp::init, train_mlp);
}

#[test]
fn backends_train_a_convolutional_network_alike() {
    check("backends_train_a_convolutional_network_alike", Cnn::init, train_cnn);
}

#[graph]
fn wide_step(w: &mut (Tensor<f32>, Tensor<f32>), x: &Tensor![f32; B, 128], labels: &Tensor![i32; B]) -> Tensor![f32;] {
    let (loss, grads) = value_and_grad(w, |w| sparse_cross_entropy(&x.matmul(&w.0).gelu().matmul(&w.1), labels).mean());
    w.0 = &w.0 - &grads.0 * 0.1;
    w.1 = &w.1 - &grads.1 * 0.1;
    loss
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let train = |threads: usize| {
        gomlx_jit::with_threads(threads, || {
            let mut rng = Rng::from_seed(9);
            // Large enough for the work to be split among threads.
            let mut w = (rng.normal::<f32>(&[128, 512]) * 0.1, rng.normal::<f32>(&[512, 10]) * 0.1);
            let x = rng.normal::<f32>(&[768, 128]);
            let labels = (rng.uniform::<f32>(&[768]) * 10.0).cast::<i32>();
            let losses: Vec<u32> = (0..3).map(|_| wide_step(&mut w, &x, &labels).item().unwrap().to_bits()).collect();
            let bits = |t: &Tensor<f32>| t.to_vec().unwrap().into_iter().map(f32::to_bits).collect::<Vec<u32>>();
            (losses, bits(&w.0), bits(&w.1))
        })
    };
    with_backend("jit", || {
        let alone = train(1);
        assert!(alone == train(2) && alone == train(3), "the result depends on the number of threads");
    })
    .unwrap();
}

/// The convolutional network in double precision. `p` holds its variables in field order.
fn logits(p: &[Tensor<f64>], images: &Tensor<f64>) -> Tensor<f64> {
    let pool = |x: Tensor<f64>| x.relu().max_pool([2, 2], [2, 2], &Padding::Valid);
    let x = pool(images.conv(&p[0], &Conv::default()) + &p[1]);
    let x = pool(x.conv(&p[2], &Conv::default()) + &p[3]);
    x.reshape([images.dim(0), 24]).matmul(&p[4]) + &p[5]
}

#[graph]
fn loss_f64(p: &Vec<Tensor<f64>>, images: &Tensor![f64; B, 8, 8, 1], labels: &Tensor![i32; B]) -> Tensor![f64;] {
    sparse_cross_entropy(&logits(p, images), labels).mean()
}

#[graph]
fn gradient_f64(p: &Vec<Tensor<f64>>, images: &Tensor![f64; B, 8, 8, 1], labels: &Tensor![i32; B]) -> Vec<Tensor<f64>> {
    grad(p, |p| sparse_cross_entropy(&logits(p, images), labels).mean())
}

#[test]
fn the_gradient_of_a_convolutional_network_is_the_limit_of_differences() {
    const STEP: f64 = 1e-6;
    with_backend("eval", || {
        let model = Cnn::init(&mut Rng::from_seed(3));
        let widen = |leaf: gomlx::tree::Leaf| Tensor::<f32>::try_from(leaf.tensor).unwrap().cast::<f64>();
        // With zero biases, every dark pixel would be at the kink of relu.
        let parameters: Vec<Tensor<f64>> = gomlx::tree::leaves(&model).into_iter().map(|leaf| widen(leaf) + 0.05).collect();
        let (images, labels) = batches().swap_remove(0);
        let images = images.slice_axis(0, 0, 4).cast::<f64>().reshape([4, 8, 8, 1]);
        let labels = labels.slice_axis(0, 0, 4);
        let gradients = gradient_f64(&parameters, &images, &labels);
        for (leaf, gradient) in gradients.iter().enumerate() {
            let elements = parameters[leaf].to_vec().unwrap();
            let slopes = gradient.to_vec().unwrap();
            // Tests a few elements of each leaf, spread over it.
            for i in (0..elements.len()).step_by(elements.len().div_ceil(6)) {
                let at = |step: f64| {
                    let (mut moved, mut elements) = (parameters.clone(), elements.clone());
                    elements[i] += step;
                    moved[leaf] = Tensor::new(parameters[leaf].dims(), &elements).unwrap();
                    loss_f64(&moved, &images, &labels).item().unwrap()
                };
                let difference = (at(STEP) - at(-STEP)) / (2.0 * STEP);
                assert!(
                    (slopes[i] - difference).abs() < 1e-7,
                    "leaf {leaf}, element {i}: {}, but differences give {difference}",
                    slopes[i]
                );
            }
        }
    })
    .unwrap();
}
