// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Attention: masks, heads, and a cache to which decoding appends.

use gomlx::prelude::*;

use super::{assert_close, error, list, on_all};

#[graph]
fn causal(q: &Tensor![f32; T, D], k: &Tensor![f32; T, D], v: &Tensor![f32; T, D]) -> Tensor![f32; T, D] {
    let scores = q.matmul(&k.t()) / (D as f32).sqrt();
    let i = Tensor::<i32>::iota([T, T], 0);
    let j = Tensor::<i32>::iota([T, T], 1);
    let mask = j <= i;
    let scores = select(&mask, &scores, f32::NEG_INFINITY);
    scores.softmax(-1).matmul(v)
}

#[graph]
fn padded(q: &Tensor![f32; B, T, D], lengths: &Tensor![i32; B], causal: bool) -> Tensor![f32; B, T, D] {
    let scores = q.matmul(&q.transpose([0, 2, 1])) * (1.0 / (D as f32).sqrt());
    let column = Tensor::<i32>::iota([B, T, T], 2);
    let mut keep = column < lengths.reshape([B, 1, 1]);
    if causal {
        keep = keep && column <= Tensor::<i32>::iota([B, T, T], 1);
    }
    select(&keep, &scores, -1e9).softmax(-1).matmul(q)
}

fn attend(q: &[Vec<f32>], k: &[Vec<f32>], v: &[Vec<f32>], keep: impl Fn(usize, usize) -> bool) -> Vec<f32> {
    let d = q[0].len();
    let mut out = vec![];
    for (i, q) in q.iter().enumerate() {
        let scores: Vec<f32> = (k.iter().enumerate())
            .map(|(j, k)| if keep(i, j) { q.iter().zip(k).map(|(a, b)| a * b).sum::<f32>() / (d as f32).sqrt() } else { f32::NEG_INFINITY })
            .collect();
        let max = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let weights: Vec<f32> = scores.iter().map(|s| (s - max).exp()).collect();
        let total: f32 = weights.iter().sum();
        for c in 0..v[0].len() {
            out.push(weights.iter().zip(v).map(|(w, v)| w / total * v[c]).sum());
        }
    }
    out
}

fn rows(n: usize, d: usize, phase: f32) -> Vec<Vec<f32>> {
    (0..n).map(|i| (0..d).map(|j| ((i * d + j) as f32 * 1.7 + phase).sin()).collect()).collect()
}

fn tensor(rows: &[Vec<f32>]) -> Tensor<f32> {
    Tensor::new(&[rows.len(), rows[0].len()], &rows.concat()).expect("a matrix")
}

#[test]
fn masks_are_comparisons() {
    on_all(|| {
        let (q, k, v) = (rows(4, 3, 0.0), rows(4, 3, 1.0), rows(4, 3, 2.0));
        assert_close(&list(&causal(&tensor(&q), &tensor(&k), &tensor(&v))), &attend(&q, &k, &v, |i, j| j <= i));
        let both = concat(&[&tensor(&q).expand_dims(0), &tensor(&k).expand_dims(0)], 0);
        let lengths = Tensor::new(&[2], &[4, 2]).unwrap();
        for causal in [false, true] {
            let y = list(&padded(&both, &lengths, causal));
            let first = attend(&q, &q, &q, |i, j| !causal || j <= i);
            let second = attend(&k, &k, &k, |i, j| j < 2 && (!causal || j <= i));
            assert_close(&y, &[first, second].concat());
        }
    });
}

model! {
    /// Attention with several heads.
    pub Heads<D> {
        heads: usize = 2,
        qkv: Tensor![f32; D, 3 * D] = glorot_uniform(),
        out: Tensor![f32; D, D] = glorot_uniform(),
        bias: Option<Tensor![f32; D]> = Some(zeros()),
    }

    pub fn forward(&self, x: &Tensor![f32; T, D], mask: &Option<Tensor![bool; T, T]>) -> Tensor![f32; T, D] {
        let (heads, size) = (self.heads, D / self.heads);
        let qkv = x.matmul(&self.qkv);
        let split = |i: usize| qkv.slice_axis(1, i * D, (i + 1) * D).reshape([T, heads, size]).transpose([1, 0, 2]);
        let [q, k, v] = [split(0), split(1), split(2)];
        let mut scores = q.matmul(&k.transpose([0, 2, 1])) / (size as f32).sqrt();
        if let Some(mask) = mask {
            scores = select(mask, &scores, -1e9);
        }
        let y = scores.softmax(-1).matmul(&v).transpose([1, 0, 2]).reshape([T, D]);
        let y = y.matmul(&self.out);
        match &self.bias {
            Some(bias) => y + bias,
            None => y,
        }
    }
}

#[test]
fn heads_are_independent() {
    on_all(|| {
        let mut model = Heads::<4>::init(&mut Rng::from_seed(3));
        let x = tensor(&rows(3, 4, 0.5));
        let mask = Tensor::<i32>::iota([3, 3], 1).le(Tensor::<i32>::iota([3, 3], 0));
        let y = model.forward(&x, &Some(mask));
        let qkv: Vec<f32> = list(&x.matmul(&model.qkv));
        let part = |which: usize, head: usize| -> Vec<Vec<f32>> {
            (0..3).map(|t| (0..2).map(|c| qkv[t * 12 + which * 4 + head * 2 + c]).collect()).collect()
        };
        let mut joined = vec![0.0; 12];
        for head in 0..2 {
            let y = attend(&part(0, head), &part(1, head), &part(2, head), |i, j| j <= i);
            for t in 0..3 {
                joined[t * 4 + head * 2..][..2].copy_from_slice(&y[t * 2..][..2]);
            }
        }
        let expected = Tensor::new(&[3, 4], &joined).unwrap().matmul(&model.out);
        assert_close(&list(&y), &list(&expected));
        model.bias = Some(Tensor::ones(&[4]));
        assert_eq!(model.forward(&x, &None).dims(), [3, 4]);
        model.bias = None;
        model.forward(&x, &None);
        let message = error(model.try_forward(&x, &Some(Tensor::ones(&[3, 4]))));
        assert!(message.contains("mask"), "{message}");
    });
}

/// The keys and values seen so far, with room for `MAX`.
#[derive(Clone, Debug, Tree)]
struct Cache {
    keys: Tensor<f32>,
    values: Tensor<f32>,
    length: Tensor<i32>,
}

impl Cache {
    fn new(max: usize, d: usize) -> Cache {
        Cache { keys: Tensor::zeros(&[max, d]), values: Tensor::zeros(&[max, d]), length: Tensor::scalar(0) }
    }

    /// This is not a graph function. It records its ops into the graph that calls it.
    fn push(&mut self, key: &Tensor<f32>, value: &Tensor<f32>) {
        self.keys.set(&self.length, key);
        self.values.set(&self.length, value);
        self.length += 1;
    }

    fn attend(&self, q: &Tensor<f32>) -> Tensor<f32> {
        let max = self.keys.dim(0);
        let scores = self.keys.matmul(q) / (q.dim(0) as f32).sqrt();
        let seen = Tensor::<i32>::arange(max).lt(&self.length);
        select(&seen, &scores, f32::NEG_INFINITY).softmax(0).matmul(&self.values)
    }
}

#[graph]
fn decode(cache: &mut Cache, x: &Tensor![f32; D]) -> Tensor![f32; D] {
    cache.push(&(x * 0.5), x);
    cache.attend(x)
}

/// In a branch of a loop, only method calls change the cache.
#[graph]
fn prefill(cache: &mut Cache, x: &Tensor![f32; T, D], limit: &Tensor![i32;]) -> Tensor![f32; T, D] {
    let mut out = Rows::new();
    for row in rolled(x) {
        if cache.length < limit {
            cache.push(&(row * 0.5), &row);
        }
        out.push(&cache.attend(&row));
    }
    out.stack()
}

#[test]
fn a_cache_grows_by_its_methods() {
    on_all(|| {
        let x = rows(5, 2, 0.25);
        let keys: Vec<Vec<f32>> = x.iter().map(|r| r.iter().map(|e| e * 0.5).collect()).collect();
        let mut cache = Cache::new(8, 2);
        let expected = attend(&x, &keys, &x, |i, j| j <= i);
        for (i, row) in x.iter().enumerate() {
            let y = decode(&mut cache, &super::vector(row));
            assert_close(&list(&y), &expected[2 * i..][..2]);
        }
        assert_eq!(cache.length.item().unwrap(), 5);
        let mut cache = Cache::new(8, 2);
        let y = prefill(&mut cache, &tensor(&x), &Tensor::scalar(3));
        assert_close(&list(&y), &attend(&x, &keys, &x, |i, j| j <= i && j < 3));
        assert_eq!(cache.length.item().unwrap(), 3);
    });
}

#[graph]
fn rotary(x: &Tensor![f32; T, D], start: &Tensor![i32;]) -> Tensor![f32; T, D] {
    let half = D / 2;
    let frequency = (Tensor::<f32>::arange(half) * (-(10000f32).ln() / half as f32)).exp();
    let position = (Tensor::<i32>::arange(T) + start).cast::<f32>();
    let angle = position.expand_dims(1) * frequency;
    let (sin, cos) = (angle.sin(), angle.cos());
    let (a, b) = (&x[(.., ..half)], &x[(.., half..)]);
    concat(&[&(a * cos - b * sin), &(a * sin + b * cos)], -1)
}

#[test]
fn positions_are_turned() {
    on_all(|| {
        let x = rows(3, 4, 0.1);
        let y = list(&rotary(&tensor(&x), &Tensor::scalar(2)));
        for t in 0..3 {
            for c in 0..2 {
                let angle = (t + 2) as f32 * 10000f32.powf(-(c as f32) / 2.0);
                let (a, b) = (x[t][c], x[t][c + 2]);
                assert_close(&[y[t * 4 + c]], &[a * angle.cos() - b * angle.sin()]);
                assert_close(&[y[t * 4 + c + 2]], &[a * angle.sin() + b * angle.cos()]);
            }
        }
    });
}
