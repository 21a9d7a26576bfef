// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Loops in loops: beams, grids, rows of rows.

use gomlx::prelude::*;

use super::{assert_close, list, on_all, scalar, vector};

#[graph]
fn beam(logits: &Tensor![f32; T, V], beams: usize) -> (Tensor![i32; beams, T], Tensor![f32; beams]) {
    let mut scores = Tensor::full(&[beams], f32::NEG_INFINITY);
    scores[0] = Tensor::scalar(0.0);
    let mut tokens = Tensor::<i32>::zeros(&[beams, T]);
    for t in rolled(0..T) {
        let row = logits[t].log_softmax(-1);
        let mut all = (scores.expand_dims(1) + row).flatten();
        let mut next_scores = Rows::new();
        let mut next_tokens = Rows::new();
        for _ in 0..beams {
            let best = all.argmax(0);
            let (beam, token) = (best / V as i32, best % V as i32);
            next_scores.push(&all[best]);
            let mut line = tokens[beam].clone();
            line[t] = token;
            next_tokens.push(&line);
            all[best] = f32::NEG_INFINITY;
        }
        scores = next_scores.stack();
        tokens = next_tokens.stack();
    }
    (tokens, scores)
}

#[test]
fn beams_are_kept() {
    on_all(|| {
        let l = [[0.5f32, 1.0, -1.0], [2.0, 0.1, 1.9], [0.0, 0.3, 0.2]];
        let logits = Tensor::new(&[3, 3], &l.concat()).unwrap();
        let (tokens, scores) = beam(&logits, 2);
        let lp: Vec<Vec<f32>> = l
            .iter()
            .map(|r| {
                let z: f32 = r.iter().map(|x| x.exp()).sum::<f32>().ln();
                r.iter().map(|x| x - z).collect()
            })
            .collect();
        let mut beams: Vec<(Vec<i32>, f32)> = vec![(vec![], 0.0)];
        for line in &lp {
            let mut all: Vec<(Vec<i32>, f32)> = vec![];
            for (s, p) in &beams {
                for (v, gain) in line.iter().enumerate() {
                    let mut s = s.clone();
                    s.push(v as i32);
                    all.push((s, p + gain));
                }
            }
            all.sort_by(|a, b| b.1.total_cmp(&a.1));
            all.truncate(2);
            beams = all;
        }
        assert_eq!(tokens.to_vec().unwrap(), beams.iter().flat_map(|b| b.0.clone()).collect::<Vec<_>>());
        assert_close(&list(&scores), &beams.iter().map(|b| b.1).collect::<Vec<_>>());
    });
}

#[derive(Clone, Debug, Tree)]
struct Search {
    low: Tensor<f32>,
    high: Tensor<f32>,
    steps: Tensor<i32>,
    log: [Tensor<f32>; 2],
}
#[graph]
fn grid(x: &Tensor![f32; N], y: &Tensor![f32; M], tolerance: &Tensor![f32;]) -> (Tensor![f32; N, M], Tensor![f32; N], Tensor![i32;]) {
    let mut roots = Rows::new();
    let mut sums = Rows::new();
    let mut s = Search {
        low: Tensor::scalar(0.0),
        high: Tensor::scalar(0.0),
        steps: Tensor::scalar(0),
        log: [Tensor::scalar(0.0), Tensor::scalar(1.0)],
    };
    for (i, a) in rolled((0..N, x)) {
        let mut row = Rows::new();
        let mut sum = Tensor::scalar(0.0f32);
        for b in rolled(y) {
            s.low = Tensor::scalar(0.0);
            s.high = (a * b).maximum(1.0);
            while s.high - s.low > tolerance {
                let mid = (s.low + s.high) / 2.0;
                if mid * mid > a * b {
                    s.high = mid;
                } else {
                    s.low = mid;
                }
                s.steps += 1;
                if s.steps % 1000 == 999 {
                    break;
                }
            }
            if b > 2.5 && i == 0 {
                s.log[0] += &s.low;
                lower(&mut sum);
            }
            sum += &s.low;
            row.push(&s.low);
        }
        roots.push(&row.stack::<f32>());
        sums.push(&sum);
    }
    (roots.stack(), sums.stack(), s.steps)
}
fn lower(sum: &mut Tensor<f32>) {
    *sum -= 1.0;
}
#[test]
fn rows_of_rows() {
    on_all(|| {
        let (x, y) = ([1.0f32, 4.0], [1.0f32, 2.25, 3.0]);
        let (r, sums, steps) = grid(&vector(&x), &vector(&y), &scalar(1e-3));
        let (mut rp, mut sp, mut n) = (vec![], vec![], 0);
        for (i, a) in x.iter().enumerate() {
            let mut sum = 0.0f32;
            for b in &y {
                let (mut low, mut high) = (0.0f32, (a * b).max(1.0));
                while high - low > 1e-3 {
                    let mid = (low + high) / 2.0;
                    if mid * mid > a * b {
                        high = mid;
                    } else {
                        low = mid;
                    }
                    n += 1;
                }
                if *b > 2.5 && i == 0 {
                    sum -= 1.0;
                }
                sum += low;
                rp.push(low);
            }
            sp.push(sum);
        }
        assert_close(&list(&r), &rp);
        assert_close(&list(&sums), &sp);
        assert_eq!(steps.item().unwrap(), n);
    });
}
