// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0
//! Rust syntax around tensors: patterns, items in bodies, macros, moves through loops, collections.

use std::collections::{BTreeMap, HashMap};

use gomlx::prelude::*;

use super::{assert_close, list, number, on_all, scalar, vector};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Mode {
    Plain,
    Scaled(u8),
    Named { wide: bool },
}

#[graph]
fn syntax(x: &Tensor![f32; N], y: Tensor![f32; N], mode: Mode, layers: &Vec<(String, Tensor![f32; N])>) -> Tensor![f32; N] {
    use std::collections::HashSet;
    type T32 = Tensor<f32>;
    macro_rules! relu {
        ($e:expr) => {
            $e.maximum(0.0)
        };
    }
    #[derive(Clone)]
    struct Pair {
        a: T32,
        b: T32,
    }

    impl Pair {
        fn sum(&self) -> T32 {
            &self.a + &self.b
        }
    }
    fn inner<T: Element>(x: &Tensor<T>, n: usize) -> Tensor<T> {
        if n > 1 { x * n } else { x.clone() }
    }

    let (x, y) = (y, x.clone());
    let mut h: Tensor<f32> = relu!(x) + relu!(&y);
    #[allow(unused_variables)]
    let unused = 3;
    let names: HashSet<&str> = layers.iter().map(|(n, _)| n.as_str()).collect();
    let scaled = layers.iter().enumerate().map(|(i, (_, w))| if i == 0 { w.clone() } else { w * 2.0 }).collect::<Vec<_>>();
    match (mode, x.rank()) {
        (Mode::Plain, 1) => h += 1.0,
        (Mode::Scaled(n @ 2..=5), _) if n > 2 => h *= n,
        (Mode::Scaled(n), r) => h *= (n as usize * r) as f32,
        (Mode::Named { wide: true }, _) => h = h - 1.0,
        (Mode::Named { .. }, _) | (_, _) => {}
    }
    match x.dim(0) {
        0 => return x,
        1..=2 => h = h * 1.5,
        _ => {}
    }
    if let [first, rest @ ..] = &scaled[..] {
        h += first;
        for r in rest.iter().rev() {
            h -= r;
        }
    }
    if names.contains("a") && layers.len() > 1 {
        h = inner(&h, layers.len());
    }
    let pair = {
        let (a, b) = (h.clone(), y.clone());
        Pair { a, b }
    };
    let Pair { a, ref b } = pair.clone();
    let mut map = HashMap::new();
    map.insert("sum", pair.sum());
    map.entry("prod").or_insert_with(|| &a * b);
    let mut it = scaled.iter();
    while let Some(w) = it.next_back() {
        if w.sum() > 0.0 {
            h += w * 0.5;
        }
    }
    let zeros = vec![Tensor::zeros(&[N]); 2];
    let t = if h.sum() > 0.0 {
        Pair2 { a: zeros[0].clone(), b: h }
    } else {
        let a = zeros[1].clone();
        let b = -h;
        Pair2 { a, b }
    };
    let Pair2 { a: za, b: hb } = t;
    map["sum"] + map["prod"] + hb + za + (x.len() as f32).sqrt()
}
#[derive(Clone, Tree)]
struct Pair2 {
    a: Tensor<f32>,
    b: Tensor<f32>,
}

#[test]
fn syntax_is_rusts() {
    on_all(|| {
        for mode in
            [Mode::Plain, Mode::Scaled(2), Mode::Scaled(3), Mode::Scaled(7), Mode::Named { wide: true }, Mode::Named { wide: false }]
        {
            for n in [0usize, 1, 3] {
                let (x, y) = ([1.0f32, -2.0], [-3.0f32, 4.0]);
                let layers: Vec<(String, Tensor<f32>)> =
                    (0..n).map(|i| (["a", "b", "c"][i].to_owned(), vector(&[i as f32, -1.0 - i as f32 * 0.25]))).collect();
                let w: Vec<[f32; 2]> = (0..n)
                    .map(|i| {
                        let s = if i == 0 { 1.0 } else { 2.0 };
                        [i as f32 * s, (-1.0 - i as f32 * 0.25) * s]
                    })
                    .collect();
                let got = list(&syntax(&vector(&x), vector(&y), mode, &layers));
                let (x, y) = (y, x);
                let mut h: Vec<f32> = (0..2).map(|i| x[i].max(0.0) + y[i].max(0.0)).collect();
                for h in &mut h {
                    match mode {
                        Mode::Plain => *h += 1.0,
                        Mode::Scaled(n @ 2..=5) if n > 2 => *h *= n as f32,
                        Mode::Scaled(n) => *h *= n as f32,
                        Mode::Named { wide: true } => *h -= 1.0,
                        _ => {}
                    }
                    *h *= 1.5;
                }
                for c in 0..2 {
                    for (i, w) in w.iter().enumerate() {
                        if i == 0 { h[c] += w[c] } else { h[c] -= w[c] }
                    }
                }
                if n > 1 {
                    for h in &mut h {
                        *h *= n as f32;
                    }
                }
                let sum = [h[0] + y[0], h[1] + y[1]];
                let prod = [h[0] * y[0], h[1] * y[1]];
                for w in &w {
                    if w[0] + w[1] > 0.0 {
                        for c in 0..2 {
                            h[c] += w[c] * 0.5;
                        }
                    }
                }
                let s = if h[0] + h[1] > 0.0 { 1.0 } else { -1.0 };
                let e: Vec<f32> = (0..2).map(|c| sum[c] + prod[c] + s * h[c] + 2f32.sqrt()).collect();
                assert_close(&got, &e);
            }
        }
    });
}

fn step(h: Tensor<f32>, w: &Tensor<f32>) -> Tensor<f32> {
    h * w + 1.0
}
#[derive(Clone, Debug, Tree)]
struct Mem {
    h: Tensor<f32>,
    n: Tensor<i32>,
}
fn advance(m: Mem, by: Tensor<f32>) -> Mem {
    Mem { h: m.h + by, n: m.n + 1 }
}
#[graph]
fn moving(x: Tensor![f32; N], ws: Vec<Tensor![f32;]>, mut mem: Mem) -> (Tensor![f32; N], Mem) {
    let mut h = x;
    for w in ws {
        if w > 0.0 {
            h = step(h, &w);
        } else {
            h = step(step(h, &w), &w);
        }
        while h.sum() > 10.0 {
            h = step(h, &Tensor::scalar(0.25));
            mem = advance(mem, w.clone());
        }
        if mem.n > 1 {
            mem = Mem { n: mem.n - 1, ..mem };
        }
    }
    let swap = mem.h > 1.0;
    let (a, b) = if swap { (h, mem.h.clone()) } else { (h.clone(), Tensor::scalar(0.0)) };
    mem.h = b;
    (a, mem)
}
#[test]
fn values_move_through_loops() {
    on_all(|| {
        let (y, m) =
            moving(vector(&[3.0, 4.0]), vec![scalar(2.0), scalar(-1.0), scalar(3.0)], Mem { h: scalar(0.5), n: Tensor::scalar(0) });
        let mut h = [3.0f32, 4.0];
        let (mut mh, mut mn) = (0.5f32, 0);
        let st = |h: [f32; 2], w: f32| h.map(|h| h * w + 1.0);
        for w in [2.0f32, -1.0, 3.0] {
            h = if w > 0.0 { st(h, w) } else { st(st(h, w), w) };
            while h[0] + h[1] > 10.0 {
                h = st(h, 0.25);
                mh += w;
                mn += 1;
            }
            if mn > 1 {
                mn -= 1;
            }
        }
        assert_close(&list(&y), &h);
        assert_close(&[number(&m.h)], &[if mh > 1.0 { mh } else { 0.0 }]);
        assert_eq!(m.n.item().unwrap(), mn);
    });
}

#[graph]
fn dict(p: &mut BTreeMap<String, Tensor<f32>>, x: &Tensor![f32;]) -> Tensor![f32;] {
    if x > 0.0 {
        *p.get_mut("b").unwrap() += x;
        p.insert("a".into(), x * 2.0);
    }
    for (name, w) in p.iter_mut() {
        if name != "a" {
            if *w > 5.0 {
                *w = w.clone() - 5.0;
            }
        }
    }
    if let Some(c) = p.get_mut("c") {
        if x < 0.0 {
            *c -= 1.0;
        }
    }
    p.values().map(|w| w.sum()).sum()
}
#[test]
fn maps_are_state() {
    on_all(|| {
        let mut p: BTreeMap<String, Tensor<f32>> =
            [("a", 1.0f32), ("b", 4.0), ("c", 2.0)].into_iter().map(|(n, x)| (n.to_owned(), scalar(x))).collect();
        let (mut a, mut b, mut c) = (1.0f32, 4.0f32, 2.0f32);
        for x in [3.0f32, -1.0, 6.0] {
            let y = number(&dict(&mut p, &scalar(x)));
            if x > 0.0 {
                b += x;
                a = x * 2.0;
            }
            if b > 5.0 {
                b -= 5.0;
            }
            if c > 5.0 {
                c -= 5.0;
            }
            if x < 0.0 {
                c -= 1.0;
            }
            assert_eq!(y, a + b + c);
        }
    });
}
