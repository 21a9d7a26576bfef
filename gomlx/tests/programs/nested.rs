// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Nested control flow: beams, grids, rows of rows, and host conditions inside tensor conditions.

use gomlx::prelude::*;

use super::{assert_close, error, list, number, on_all, scalar, vector};

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

#[graph]
fn odd_forms(x: &Tensor![f32; N], mask: &Option<Tensor![f32; N]>, c: &Tensor![bool;]) -> Tensor![f32; N] {
    let mut i = Tensor::scalar(0i32);
    let mut y = x.clone();
    while {
        i += 1;
        i < 4
    } {
        y += i.cast::<f32>();
    }
    if c {
        let Some(m) = mask else { return y * 100.0 };
        y = y * m;
    } else if let Some(m) = mask {
        y -= m;
    } else {
        y = y.abs();
    }
    let kept = if c { mask.as_ref().map_or(0.0, |_| 2.0) } else { mask.as_ref().map_or(0.0, |_| 2.0) };
    y * (1.0 + kept)
}
#[test]
fn conditions_of_the_host_inside() {
    on_all(|| {
        for c in [false, true] {
            for mask in [None, Some(vector(&[2.0, -1.0]))] {
                let y = [-10.0f32 + 6.0, 1.0 + 6.0];
                let e = match (&mask, c) {
                    (None, true) => y.map(|y| y * 100.0),
                    (None, false) => y.map(|y| y.abs()),
                    (Some(_), true) => [y[0] * 2.0 * 3.0, -y[1] * 3.0],
                    (Some(_), false) => [(y[0] - 2.0) * 3.0, (y[1] + 1.0) * 3.0],
                };
                assert_close(&list(&odd_forms(&vector(&[-10.0, 1.0]), &mask, &Tensor::scalar(c))), &e);
            }
        }
    });
}

#[graph]
fn arrays(x: &Tensor![f32; 3], w: &[Tensor![f32;]; 3]) -> (Tensor![f32; 3], [Tensor![f32;]; 3]) {
    const C: [f32; 3] = [1.0, 2.0, 3.0];
    let c = Tensor::new(&[3], &C).unwrap();
    let doubled = w.each_ref().map(|w| w * 2.0);
    let parts: [Tensor<f32>; 3] = std::array::from_fn(|i| x[i] * doubled[i]);
    let sum = parts.iter().fold(Tensor::scalar(0.0), |a, b| a + b);
    let [a, _, b] = &parts;
    (x * c + sum, [a + b, doubled[0].clone(), if a > b { a.clone() } else { b.clone() }])
}
#[test]
fn arrays_hold_tensors() {
    on_all(|| {
        let (y, [p, q, r]) = arrays(&vector(&[1.0, 2.0, 3.0]), &[scalar(1.0), scalar(0.5), scalar(2.0)]);
        assert_close(&list(&y), &[1.0 + 16.0, 4.0 + 16.0, 9.0 + 16.0]);
        assert_close(&[number(&p), number(&q), number(&r)], &[14.0, 2.0, 12.0]);
    });
}

#[graph]
fn rolled_forms(x: &Tensor![f32; N], k: &Tensor![i32;], #[fixed] n: usize) -> (Tensor![f32;], Tensor![f32; N]) {
    let mut sum = Tensor::scalar(0.0f32);
    let mut out = Rows::new();
    for (i, v) in rolled((0..N, x)) {
        let mut v = v;
        out.push(&v);
        match i % 3 {
            0 if v > 2.0 => continue,
            1 => {
                if k == i {
                    continue;
                }
                v *= 2.0;
            }
            _ => v -= 1.0,
        }
        for j in rolled(0..n) {
            if j == k {
                continue;
            }
            sum += v * (j + 1).cast::<f32>();
        }
    }
    (sum, out.stack())
}
#[test]
fn rows_are_pushed_before_a_continue() {
    on_all(|| {
        for n in [0, 2] {
            for k in [0, 1, 4] {
                let x = [1.0f32, 2.0, 3.0, 4.0, 5.0];
                let mut sum = 0.0f32;
                for (i, mut v) in x.into_iter().enumerate() {
                    match i % 3 {
                        0 if v > 2.0 => continue,
                        1 => {
                            if k == i as i32 {
                                continue;
                            }
                            v *= 2.0;
                        }
                        _ => v -= 1.0,
                    }
                    for j in 0..n {
                        if j as i32 == k {
                            continue;
                        }
                        sum += v * (j + 1) as f32;
                    }
                }
                let (s, o) = rolled_forms(&vector(&x), &Tensor::scalar(k), n);
                assert_close(&[number(&s)], &[sum]);
                assert_close(&list(&o), &x);
            }
        }
    });
}

#[graph]
fn rows_in_vec(x: &Tensor![f32; N]) -> Tensor<f32> {
    let mut outs = vec![Rows::new(), Rows::new()];
    for row in rolled(x) {
        outs[0].push(&row);
        outs[1].push(&(row * 2.0));
    }
    outs.remove(0).stack()
}

#[test]
fn rows_stand_alone() {
    on_all(|| {
        let message = error(rows_in_vec::try_call(&vector(&[1.0, 2.0])));
        assert!(message.contains("`outs`") && message.contains("each in a `let` of its own"), "{message}");
    });
}
