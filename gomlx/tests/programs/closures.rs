// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Control flow in closures: closures of derivatives, of batches, and the user's own.

use gomlx::prelude::*;
use gomlx::vmap;

use super::{assert_close, list, number, on_all, scalar, vector};

#[graph]
fn through(x: &Tensor![f32; N], k: &Tensor![i32;]) -> (Tensor![f32; N], Tensor![f32;]) {
    let mut calls = Tensor::scalar(0.0f32);
    let g = grad(x, |x| {
        let mut y = x * 2.0;
        if x.sum() > 0.0 {
            y = y * x;
            calls += 1.0;
        } else {
            y = y.exp();
        }
        let z = match k {
            0 => y.sum(),
            1 => (y * y).sum(),
            _ => y.max(),
        };
        let mut s = z.clone();
        for i in rolled(0..3) {
            if i == 1 {
                continue;
            }
            s = s * 1.5 + x[0];
        }
        let mut t = s.clone();
        for _ in 0..2 {
            if t > 10.0 {
                t = t * 0.5;
            }
        }
        t
    });
    (g, calls)
}
#[test]
fn derivatives_go_through_constructs() {
    on_all(|| {
        let f = |x: [f64; 2], k: i32| -> f64 {
            let y: Vec<f64> =
                if x[0] + x[1] > 0.0 { x.iter().map(|v| 2.0 * v * v).collect() } else { x.iter().map(|v| (2.0 * v).exp()).collect() };
            let z = match k {
                0 => y[0] + y[1],
                1 => y[0] * y[0] + y[1] * y[1],
                _ => y[0].max(y[1]),
            };
            let mut s = z;
            for i in 0..3 {
                if i == 1 {
                    continue;
                }
                s = s * 1.5 + x[0];
            }
            let mut t = s;
            for _ in 0..2 {
                if t > 10.0 {
                    t *= 0.5;
                }
            }
            t
        };
        for x in [[1.0f64, 2.0], [-1.0, 0.3]] {
            for k in 0..3 {
                let (g, calls) = through(&vector(&[x[0] as f32, x[1] as f32]), &Tensor::scalar(k));
                let h = 1e-5;
                let e: Vec<f32> = (0..2)
                    .map(|i| {
                        let (mut a, mut b) = (x, x);
                        a[i] += h;
                        b[i] -= h;
                        ((f(a, k) - f(b, k)) / (2.0 * h)) as f32
                    })
                    .collect();
                let g = list(&g);
                for (g, e) in g.iter().zip(&e) {
                    assert!((g - e).abs() < 1e-3 * e.abs().max(1.0), "{g} {e} {x:?} {k}");
                }
                assert_eq!(number(&calls), if x[0] + x[1] > 0.0 { 1.0 } else { 0.0 });
            }
        }
    });
}

#[graph]
fn mapped(x: &Tensor![f32; B, N], limit: &Tensor![f32;]) -> Tensor![f32; B] {
    vmap(x, |row: &Tensor<f32>| {
        let mut s = row.sum();
        if s > limit {
            s = s * 10.0;
        }
        let mut n = Tensor::scalar(0i32);
        while s > 1.0 && n < 20 {
            s = s / 2.0;
            n += 1;
        }
        match n {
            0 => -s,
            3 => s + 100.0,
            _ => s,
        }
    })
}
#[test]
fn batches_go_through_constructs() {
    on_all(|| {
        let rows = [[0.1f32, 0.2], [3.0, 2.0], [4.0, 1.5], [9.0, 30.0]];
        let e = rows.map(|r| {
            let mut s = r[0] + r[1];
            if s > 5.25 {
                s *= 10.0;
            }
            let mut n = 0;
            while s > 1.0 && n < 20 {
                s /= 2.0;
                n += 1;
            }
            match n {
                0 => -s,
                3 => s + 100.0,
                _ => s,
            }
        });
        assert_close(&list(&mapped(&Tensor::new(&[4, 2], &rows.concat()).unwrap(), &scalar(5.25))), &e);
    });
}

#[graph]
fn closures(x: &Tensor![f32; N]) -> (Tensor![f32;], Tensor![i32;]) {
    let mut count = Tensor::scalar(0i32);
    let mut log = vec![Tensor::scalar(0.0f32); 2];
    let mut visit = |v: &Tensor<f32>, i: usize| {
        if v > 1.0 {
            count += 1;
            log[i] += v;
        } else {
            log[1 - i] -= v;
        }
        let mut w = v.clone();
        while w > 1.0 {
            w = w * 0.5;
            count += 10;
        }
        (w, v + 1.0)
    };
    let mut total = Tensor::scalar(0.0f32);
    for i in 0..N {
        let (a, b) = visit(&x[i], i % 2);
        total += a * b;
    }
    let scale = move |t: Tensor<f32>| -> Tensor<f32> { if log[0] > log[1] { t * 2.0 } else { t - 1.0 } };
    (scale(total), count)
}
#[test]
fn closures_change_what_they_capture() {
    on_all(|| {
        for x in [[0.5f32, 3.0, 2.0], [1.5, -1.0, 0.0]] {
            let (mut count, mut log, mut total) = (0, [0.0f32; 2], 0.0f32);
            for (i, v) in x.iter().copied().enumerate() {
                let i = i % 2;
                if v > 1.0 {
                    count += 1;
                    log[i] += v;
                } else {
                    log[1 - i] -= v;
                }
                let mut w = v;
                while w > 1.0 {
                    w *= 0.5;
                    count += 10;
                }
                total += w * (v + 1.0);
            }
            let e = if log[0] > log[1] { total * 2.0 } else { total - 1.0 };
            let (t, n) = closures(&vector(&x));
            assert_close(&[number(&t)], &[e]);
            assert_eq!(n.item().unwrap(), count);
        }
    });
}
