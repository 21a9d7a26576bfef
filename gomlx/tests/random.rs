// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Distributions against their theory at a fixed seed, on each backend: mean and variance within five standard errors,
//! and the greatest distance of the distribution functions (Kolmogorov and Smirnov) or Pearson's chi-square.

use std::f64::consts::FRAC_PI_2;

use gomlx::prelude::*;
use gomlx::testing::on_each_backend;
use gomlx::{Rng, f16};

const N: usize = 20_000;

/// Tests samples of a continuous distribution against its density, which need not be normalised, on an interval that
/// holds all but a millionth of it.
fn continuous(name: &str, samples: &[f64], [from, to]: [f64; 2], density: impl Fn(f64) -> f64) {
    const STEPS: usize = 200_000;
    let width = (to - from) / STEPS as f64;
    let middle = |i: usize| from + (i as f64 + 0.5) * width;
    let mass: Vec<f64> = (0..STEPS).map(|i| density(middle(i)) * width).collect();
    let total: f64 = mass.iter().sum();
    let moment = |power: i32, around: f64| (0..STEPS).map(|i| mass[i] * (middle(i) - around).powi(power)).sum::<f64>() / total;
    let mean = moment(1, 0.0);
    let (variance, fourth) = (moment(2, mean), moment(4, mean));
    moments(name, samples, mean, variance, fourth);
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let mut below = vec![0.0];
    for m in &mass {
        below.push(below[below.len() - 1] + m / total);
    }
    let function = |x: f64| below[(((x - from) / width).max(0.0) as usize).min(STEPS)];
    let n = sorted.len() as f64;
    let distance = sorted.iter().enumerate().map(|(i, &x)| (function(x) - (i as f64 + 0.5) / n).abs()).fold(0.0, f64::max);
    // A greater distance comes by chance once in a thousand.
    assert!(distance < 1.95 / n.sqrt() + 1e-4, "{name}: the distribution functions differ by {distance}");
}

fn moments(name: &str, samples: &[f64], mean: f64, variance: f64, fourth: f64) {
    let n = samples.len() as f64;
    let sample_mean = samples.iter().sum::<f64>() / n;
    let sample_variance = samples.iter().map(|x| (x - sample_mean).powi(2)).sum::<f64>() / n;
    let error = (variance / n).sqrt();
    assert!((sample_mean - mean).abs() < 5.0 * error, "{name}: mean {sample_mean}, not {mean}");
    let error = ((fourth - variance * variance) / n).sqrt();
    assert!((sample_variance - variance).abs() < 5.0 * error, "{name}: variance {sample_variance}, not {variance}");
}

/// Tests samples of whole numbers from 0 against their probabilities; what is rarer than five in all counts as one.
fn discrete(name: &str, samples: &[f64], probabilities: &[f64]) {
    let n = samples.len() as f64;
    let (mut square, mut cells, mut rare) = (0.0, 0.0, (0.0, 0.0));
    for (value, &p) in probabilities.iter().enumerate() {
        let count = samples.iter().filter(|&&x| x == value as f64).count() as f64;
        if p * n < 5.0 {
            rare = (rare.0 + count, rare.1 + p * n);
        } else {
            square += (count - p * n).powi(2) / (p * n);
            cells += 1.0;
        }
    }
    let counted: f64 = samples.iter().filter(|&&x| x >= 0.0 && x < probabilities.len() as f64 && x.fract() == 0.0).count() as f64;
    assert_eq!(counted, n, "{name}: a sample is none of the numbers");
    if rare.1 > 1.0 {
        square += (rare.0 - rare.1).powi(2) / rare.1;
        cells += 1.0;
    }
    // Wilson and Hilferty's approximation of the value that is exceeded once in a thousand.
    let k: f64 = cells - 1.0;
    if k == 0.0 {
        return;
    }
    let limit = k * (1.0 - 2.0 / (9.0 * k) + 3.1 * (2.0 / (9.0 * k)).sqrt()).powi(3);
    assert!(square < limit, "{name}: chi-square {square} of {cells} cells, more than {limit}");
}

fn numbers<T: Element>(x: Tensor<T>) -> Vec<f64> {
    x.to_vec().unwrap().into_iter().map(Element::to_f64).collect()
}

#[test]
fn continuous_distributions_fit() {
    on_each_backend("continuous_distributions_fit", |_| {
        let mut rng = Rng::from_seed(7);
        continuous("uniform", &numbers(rng.uniform::<f32>(&[N])), [0.0, 1.0], |_| 1.0);
        continuous("uniform f64", &numbers(rng.uniform::<f64>(&[N])), [0.0, 1.0], |_| 1.0);
        continuous("uniform_between", &numbers(rng.uniform_between::<f32>(-3.0, 5.0, &[N])), [-3.0, 5.0], |_| 1.0);
        let bell = |x: f64| (-x * x / 2.0).exp();
        continuous("normal", &numbers(rng.normal::<f32>(&[N])), [-6.0, 6.0], bell);
        continuous("normal f64", &numbers(rng.normal::<f64>(&[N])), [-6.0, 6.0], bell);
        continuous("truncated_normal", &numbers(rng.truncated_normal::<f32>(-1.0, 2.0, &[N])), [-1.0, 2.0], bell);
        continuous("exponential", &numbers(rng.exponential::<f32>(&[N])), [0.0, 20.0], |x| (-x).exp());
        continuous("gumbel", &numbers(rng.gumbel::<f32>(&[N])), [-4.0, 25.0], |x| (-x - (-x).exp()).exp());
        continuous("laplace", &numbers(rng.laplace::<f32>(&[N])), [-20.0, 20.0], |x| (-x.abs()).exp());
        continuous("logistic", &numbers(rng.logistic::<f32>(&[N])), [-20.0, 20.0], |x| (-x).exp() / (1.0 + (-x).exp()).powi(2));
        let angles: Vec<f64> = numbers(rng.cauchy::<f32>(&[N])).into_iter().map(f64::atan).collect();
        continuous("angles of cauchy", &angles, [-FRAC_PI_2, FRAC_PI_2], |_| 1.0);
        continuous("gamma 0.5", &numbers(rng.gamma::<f32>(0.5, &[N]).sqrt()), [0.0, 4.5], |x| (-x * x).exp());
        continuous("gamma 2.5", &numbers(rng.gamma::<f32>(2.5, &[N])), [0.0, 25.0], |x| x.powf(1.5) * (-x).exp());
        continuous("beta", &numbers(rng.beta::<f32>(2.0, 3.0, &[N])), [0.0, 1.0], |x| x * (1.0 - x).powi(2));
        let student = |x: f64| (1.0 + x * x / 12.0).powf(-6.5);
        continuous("student_t", &numbers(rng.student_t::<f32>(12.0, &[N])), [-12.0, 12.0], student);
        let simplex = rng.dirichlet(&Tensor::new(&[3], &[1.0f32, 1.0, 2.0]).unwrap(), &[N]);
        continuous("dirichlet", &numbers(simplex.slice_axis(1, 2, 3)), [0.0, 1.0], |x| x * (1.0 - x));
        let covariance = Tensor::new(&[2, 2], &[4.0f32, 1.0, 1.0, 2.0]).unwrap();
        let pair = rng.multivariate_normal(&Tensor::new(&[2], &[1.0f32, -1.0]).unwrap(), &covariance, &[N]);
        let sum = numbers(pair.sum_axis(1));
        continuous("multivariate_normal", &sum, [-18.0, 18.0], |x| (-x * x / 16.0).exp());
    });
}

#[test]
fn discrete_distributions_fit() {
    on_each_backend("discrete_distributions_fit", |_| {
        let mut rng = Rng::from_seed(7);
        let poisson = |mean: f64, count: usize| -> Vec<f64> {
            let mut p = (-mean).exp();
            let mut all = vec![];
            for i in 0..count {
                all.push(p);
                p *= mean / (i + 1) as f64;
            }
            all
        };
        let binomial = |n: usize, q: f64| -> Vec<f64> {
            let mut p = (1.0 - q).powi(n as i32);
            let mut all = vec![];
            for i in 0..=n {
                all.push(p);
                p *= (n - i) as f64 / (i + 1) as f64 * q / (1.0 - q);
            }
            all
        };
        discrete("randint", &numbers(rng.randint::<i32>(0, 7, &[N])), &[1.0 / 7.0; 7]);
        discrete("randint u8", &numbers(rng.randint::<u8>(0, 256, &[N])), &[1.0 / 256.0; 256]);
        discrete("bernoulli", &numbers(rng.bernoulli(0.3, &[N]).cast::<f32>()), &[0.7, 0.3]);
        let logits = Tensor::new(&[3], &[0.5f32.ln(), 0.2f32.ln(), 0.3f32.ln()]).unwrap().broadcast_to([N, 3]);
        discrete("categorical", &numbers(rng.categorical(&logits, -1)), &[0.5, 0.2, 0.3]);
        discrete("poisson 0.7", &numbers(rng.poisson::<f32>(0.7, &[N])), &poisson(0.7, 20));
        discrete("poisson 30", &numbers(rng.poisson::<f32>(30.0, &[N])), &poisson(30.0, 100));
        discrete("binomial 0.3", &numbers(rng.binomial::<f32>(10.0, 0.3, &[N])), &binomial(10, 0.3));
        discrete("binomial 0.9", &numbers(rng.binomial::<f32>(20.0, 0.9, &[N])), &binomial(20, 0.9));
        discrete("binomial 0", &numbers(rng.binomial::<f32>(5.0, 0.0, &[100])), &[1.0]);
        let x = Tensor::<i32>::arange(6);
        discrete("choice", &numbers(rng.choice(&x, N, true)), &[1.0 / 6.0; 6]);
        let firsts: Vec<f64> = (0..600).map(|_| f64::from(rng.permutation(6).to_vec().unwrap()[0])).collect();
        discrete("first of a permutation", &firsts, &[1.0 / 6.0; 6]);
        let mut all = rng.shuffle(&Tensor::<i32>::arange(1000), 0).to_vec().unwrap();
        all.sort_unstable();
        assert_eq!(all, (0..1000).collect::<Vec<i32>>());
    });
}

#[test]
fn uniform_numbers_are_the_same_on_each_backend() {
    let draw = || {
        let mut rng = Rng::from_seed(3);
        (rng.uniform::<f64>(&[100]).to_vec().unwrap(), rng.randint::<i64>(-5, 1 << 40, &[100]).to_vec().unwrap())
    };
    let expected = gomlx::with_backend("eval", draw).unwrap();
    on_each_backend("uniform_numbers_are_the_same_on_each_backend", |_| assert_eq!(draw(), expected));
}

#[test]
fn samples_have_the_digits_of_their_type() {
    on_each_backend("samples_have_the_digits_of_their_type", |_| {
        let mut rng = Rng::from_seed(1);
        let x = rng.normal::<f64>(&[100]).to_vec().unwrap();
        assert!(x.iter().filter(|&&x| f64::from(x as f32) == x).count() < 5, "samples are single precision: {x:?}");
        assert!(rng.uniform::<f16>(&[20_000]).to_vec().unwrap().iter().all(|x| x.to_f64() < 1.0));
    });
}

#[test]
fn samples_are_differentiable_by_their_bounds() {
    #[graph]
    fn gradient(high: &Tensor![f32;], rng: &mut Rng) -> Tensor![f32;] {
        grad(high, |high| rng.uniform_between::<f32>(0.0, high, &[100_000]).mean())
    }
    on_each_backend("samples_are_differentiable_by_their_bounds", |_| {
        let slope = gradient(&Tensor::scalar(3.0), &mut Rng::from_seed(1)).item().unwrap();
        assert!((slope - 0.5).abs() < 0.01, "{slope}");
    });
}

#[test]
#[should_panic(expected = "draw whole numbers with `randint`")]
fn uniform_whole_numbers_are_an_error() {
    Rng::from_seed(1).uniform::<i32>(&[3]);
}

#[test]
#[should_panic(expected = "300 is not one of u8")]
fn bounds_must_fit_the_type() {
    Rng::from_seed(1).randint::<u8>(0, 301, &[3]);
}
