// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Searches and solvers: loops that tensors end, with their state in structs.

use gomlx::prelude::*;

use super::{assert_close, list, number, on_all, scalar, vector};

#[derive(Clone, Debug, Tree)]
struct Bracket {
    low: Tensor<f32>,
    high: Tensor<f32>,
    steps: Tensor<i32>,
}

impl Bracket {
    fn middle(&self) -> Tensor<f32> {
        (&self.low + &self.high) * 0.5
    }

    fn narrow(&mut self, below: bool) {
        if below {
            self.low = self.middle();
        } else {
            self.high = self.middle();
        }
        self.steps += 1;
    }
}

#[graph]
fn bisect(target: &Tensor![f32;]) -> Bracket {
    let mut b = Bracket { low: Tensor::scalar(0.0), high: target.maximum(1.0), steps: Tensor::scalar(0) };
    while b.high - b.low > 1e-3 && b.steps < 50 {
        let middle = b.middle();
        if middle * middle < target {
            b.narrow(true);
        } else {
            b.narrow(false);
        }
    }
    b
}

#[test]
fn state_that_methods_change() {
    on_all(|| {
        for target in [0.25f32, 2.0, 10.0] {
            let (mut low, mut high, mut steps) = (0.0f32, target.max(1.0), 0);
            while high - low > 1e-3 && steps < 50 {
                let middle = (low + high) * 0.5;
                if middle * middle < target {
                    low = middle;
                } else {
                    high = middle;
                }
                steps += 1;
            }
            let b = bisect(&scalar(target));
            assert_eq!((number(&b.low), number(&b.high), b.steps.item().unwrap()), (low, high, steps));
        }
    });
}

/// The conjugate gradient method, as in textbooks.
#[graph]
fn solve(a: &Tensor![f32; N, N], b: &Tensor![f32; N], tolerance: &Tensor![f32;]) -> (Tensor![f32; N], Tensor![i32;]) {
    let mut x = Tensor::zeros(&[N]);
    let mut r = b - a.matmul(&x);
    let mut p = r.clone();
    let mut rr = r.matmul(&r);
    let mut steps = Tensor::scalar(0i32);
    while rr > tolerance {
        let ap = a.matmul(&p);
        let alpha = rr / p.matmul(&ap);
        x += alpha * p;
        r -= alpha * ap;
        let next = r.matmul(&r);
        p = &r + (next / rr) * p;
        rr = next;
        steps += 1;
        if steps >= 2 * N {
            break;
        }
    }
    (x, steps)
}

#[test]
fn conjugate_gradients() {
    on_all(|| {
        let a = Tensor::new(&[3, 3], &[4.0, 1.0, 0.0, 1.0, 3.0, 1.0, 0.0, 1.0, 2.0]).unwrap();
        let (x, steps) = solve(&a, &vector(&[1.0, 2.0, 3.0]), &scalar(1e-10));
        assert_close(&list(&a.matmul(&x)), &[1.0, 2.0, 3.0]);
        assert!(steps.item().unwrap() <= 6);
    });
}

/// A beam of the best sums.
#[derive(Clone, Debug, Tree)]
struct Beam {
    scores: Tensor<f32>,
    tokens: Tensor<i32>,
    done: Tensor<bool>,
}

#[graph]
fn greedy(logits: &Tensor![f32; V, V], start: &Tensor![i32;], end: &Tensor![i32;]) -> (Tensor![i32; 6], Tensor![f32;]) {
    let mut beam = Beam { scores: Tensor::scalar(0.0), tokens: Tensor::full(&[6], -1), done: Tensor::scalar(false) };
    let log = logits.log_softmax(-1);
    let mut token = start.clone();
    let mut i = Tensor::scalar(0i32);
    while i < 6 && !beam.done {
        let row = log[token];
        token = row.argmax(0);
        beam.scores += row.max();
        beam.tokens.set(&i, &token);
        if token == end {
            beam.done = Tensor::scalar(true);
        }
        i += 1;
    }
    (beam.tokens, beam.scores)
}

#[test]
fn decoding_stops_at_the_end() {
    on_all(|| {
        let logits = [[0.0f32, 3.0, 1.0], [1.0, 0.0, 2.0], [4.0, 0.0, 0.5]];
        let run = |end: i32| {
            let (tokens, score) = greedy(&Tensor::new(&[3, 3], &logits.concat()).unwrap(), &Tensor::scalar(0), &Tensor::scalar(end));
            (tokens.to_vec().unwrap(), number(&score))
        };
        let plain = |end: i32| {
            let (mut tokens, mut score, mut token) = (vec![-1; 6], 0.0f32, 0usize);
            for slot in &mut tokens {
                let row = logits[token];
                token = (0..3).max_by(|&a, &b| row[a].total_cmp(&row[b])).unwrap();
                score += row[token] - row.iter().map(|x| x.exp()).sum::<f32>().ln();
                *slot = token as i32;
                if *slot == end {
                    break;
                }
            }
            (tokens, score)
        };
        for end in [2, 7] {
            let ((tokens, score), (expected, sum)) = (run(end), plain(end));
            assert_eq!(tokens, expected);
            assert_close(&[score], &[sum]);
        }
    });
}

#[graph]
fn gcd(a: &Tensor![i32;], b: &Tensor![i32;]) -> Tensor![i32;] {
    let (mut a, mut b) = (a.clone(), b.clone());
    while b != 0 {
        (a, b) = (b.clone(), a % b);
    }
    a
}

/// A by-value parameter that is changed in place.
#[graph]
fn count_bits(mut n: Tensor![i32;], mut total: Tensor![i32;]) -> Tensor![i32;] {
    while n > 0 {
        if n % 2 == 1 {
            total += 1;
        }
        n /= 2;
    }
    total
}

#[graph]
fn primes(limit: usize) -> Tensor<bool> {
    let mut prime = Tensor::full(&[limit], true);
    prime[..2] = false;
    for i in rolled(2..limit) {
        if prime[i] {
            let mut j = &i * 2;
            while j < limit as i32 {
                prime[j] = false;
                j += &i;
            }
        }
    }
    prime
}

#[graph]
fn sorted(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    let mut x = x.clone();
    for i in rolled(1..N) {
        let mut j = i.clone();
        while j > 0 {
            if x[j - 1] <= x[j] {
                break;
            }
            let (a, b) = (x[j - 1], x[j]);
            x[j - 1] = b;
            x[j] = a;
            j -= 1;
        }
    }
    x
}

#[test]
fn textbook_loops() {
    on_all(|| {
        assert_eq!(gcd(&Tensor::scalar(84), &Tensor::scalar(36)).item().unwrap(), 12);
        assert_eq!(count_bits(Tensor::scalar(1234), Tensor::scalar(10)).item().unwrap(), 10 + 1234i32.count_ones() as i32);
        let found: Vec<usize> = primes(30).to_vec().unwrap().iter().enumerate().filter(|(_, p)| **p).map(|(i, _)| i).collect();
        assert_eq!(found, [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]);
        assert_eq!(list(&sorted(&vector(&[3.0, -1.0, 2.0, 2.0, 0.5]))), [-1.0, 0.5, 2.0, 2.0, 3.0]);
    });
}

/// Gives up after some trials if none succeeds.
#[graph]
fn rejection(rng: &mut Rng, limit: &Tensor![f32;]) -> (Tensor![f32; 2], Tensor![i32;]) {
    let mut point = rng.uniform::<f32>(&[2]);
    let mut trials = Tensor::scalar(1i32);
    while point.square().sum() > limit {
        if trials == 100 {
            point = Tensor::zeros(&[2]);
            break;
        }
        point = rng.uniform(&[2]);
        trials += 1;
    }
    (point, trials)
}

#[test]
fn draws_are_rejected() {
    on_all(|| {
        let (mut rng, mut plain) = (Rng::from_seed(11), Rng::from_seed(11));
        for limit in [0.1f32, 0.5, -1.0] {
            let (point, trials) = rejection(&mut rng, &scalar(limit));
            let (mut expected, mut count) = (list(&plain.uniform::<f32>(&[2])), 1);
            while expected[0] * expected[0] + expected[1] * expected[1] > limit {
                if count == 100 {
                    expected = vec![0.0; 2];
                    break;
                }
                expected = list(&plain.uniform::<f32>(&[2]));
                count += 1;
            }
            assert_eq!((list(&point), trials.item().unwrap()), (expected, count));
        }
    });
}
