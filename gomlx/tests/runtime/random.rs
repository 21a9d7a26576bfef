// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Random numbers must be the same on every backend, and have the right distribution.

use gomlx::prelude::*;
use gomlx::testing::on_each_backend;
use gomlx::{Element, bf16, f16, with_backend};

type Drawn = (Tensor<f32>, Tensor<f64>, Tensor<f16>, Tensor<bool>, Tensor<f32>);

#[graph]
fn draw(rng: &mut Rng) -> Drawn {
    let mut other = rng.split();
    (rng.uniform(&[5, 3]), rng.uniform(&[4]), rng.uniform(&[7]), rng.bernoulli(0.5, &[6]), other.uniform(&[2]))
}

#[test]
fn every_backend_draws_the_same_bits() {
    let mut first = None;
    on_each_backend("every_backend_draws_the_same_bits", |name| {
        let mut rng = Rng::from_seed(42);
        let mut drawn = vec![];
        for _ in 0..2 {
            let (a, b, c, d, e) = draw(&mut rng);
            drawn.push((a.to_vec().unwrap(), b.to_vec().unwrap(), c.to_vec().unwrap(), d.to_vec().unwrap(), e.to_vec().unwrap()));
        }
        assert_ne!(drawn[0], drawn[1], "the generator advances");
        let (eager, mut rng) = (drawn[0].0.clone(), Rng::from_seed(42));
        rng.split();
        assert_eq!(rng.uniform::<f32>(&[5, 3]).to_vec().unwrap(), eager, "ops outside a graph on {name}");
        assert_eq!(first.get_or_insert_with(|| drawn.clone()), &drawn, "{name}");
    });
}

fn moments(x: &[f64]) -> [f64; 4] {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    let central = |p: i32| x.iter().map(|x| (x - mean).powi(p)).sum::<f64>() / n;
    let variance = central(2);
    [mean, variance, central(3) / variance.powf(1.5), central(4) / variance.powi(2)]
}

fn assert_moments(x: &[f64], expected: [f64; 4]) {
    // About five standard errors of each moment for 20,000 draws.
    for (i, ((got, expected), tolerance)) in moments(x).iter().zip(expected).zip([0.04, 0.06, 0.1, 0.2]).enumerate() {
        assert!((got - expected).abs() < tolerance, "moment {}: {got} instead of {expected}", i + 1);
    }
}

#[test]
fn draws_have_the_moments_of_their_distributions() {
    const N: usize = 20_000;
    with_backend("eval", || {
        let mut rng = Rng::from_seed(7);
        let uniform = rng.uniform::<f64>(&[N]).to_vec().unwrap();
        assert!(uniform.iter().all(|x| (0.0..1.0).contains(x)));
        assert_moments(&uniform, [0.5, 1.0 / 12.0, 0.0, 1.8]);
        let single: Vec<f64> = rng.uniform::<f32>(&[N]).to_vec().unwrap().iter().map(|&x| f64::from(x)).collect();
        assert_moments(&single, [0.5, 1.0 / 12.0, 0.0, 1.8]);
        let normal = rng.normal::<f64>(&[N]).to_vec().unwrap();
        assert!(normal.iter().all(|x| x.is_finite()));
        assert_moments(&normal, [0.0, 1.0, 0.0, 3.0]);
        let heads = rng.bernoulli(0.3, &[N]).to_vec().unwrap().iter().filter(|&&b| b).count();
        assert!((heads as f64 / N as f64 - 0.3).abs() < 0.02, "{heads}");
    })
    .unwrap();
}

#[test]
fn one_is_never_drawn_in_a_short_type() {
    fn below_one<T: Element>(rng: &mut Rng) {
        let values: Vec<f64> = rng.uniform::<T>(&[20_000]).to_vec().unwrap().iter().map(|x| x.to_f64()).collect();
        assert!(values.iter().all(|x| (0.0..1.0).contains(x)), "{}", T::DTYPE);
        assert_moments(&values, [0.5, 1.0 / 12.0, 0.0, 1.8]);
    }
    with_backend("eval", || {
        let mut rng = Rng::from_seed(3);
        below_one::<bf16>(&mut rng);
        below_one::<f16>(&mut rng);
    })
    .unwrap();
}

#[test]
fn streams_that_were_split_are_independent() {
    const N: usize = 4000;
    with_backend("eval", || {
        let mut parent = Rng::from_seed(1);
        let (mut a, mut b) = (parent.split(), parent.split());
        let draws: Vec<Vec<f64>> =
            [&mut parent, &mut a, &mut b, &mut Rng::from_seed(2)].map(|r| r.normal::<f64>(&[N]).to_vec().unwrap()).to_vec();
        for i in 0..draws.len() {
            for j in 0..i {
                let correlation = draws[i].iter().zip(&draws[j]).map(|(x, y)| x * y).sum::<f64>() / N as f64;
                assert!(correlation.abs() < 0.08, "streams {i} and {j} correlate by {correlation}");
            }
        }
        // A stream does not depend on draws from other streams.
        let mut again = Rng::from_seed(1);
        let mut first = again.split();
        assert_eq!(first.normal::<f64>(&[N]).to_vec().unwrap(), draws[1]);
    })
    .unwrap();
}
