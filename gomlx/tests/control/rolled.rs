// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `for .. in rolled(..)`.

use gomlx::prelude::*;

use super::{assert_close, error, list, number, on_all, scalar, vector};

#[graph]
fn powers(x: &Tensor![f32; N], #[fixed] n: usize) -> Tensor![f32; N] {
    let mut sum = Tensor::zeros(&[N]);
    let mut power = Tensor::ones(&[N]);
    for i in rolled(0..n) {
        if i % 2 == 1 {
            continue;
        }
        power = power * x;
        sum += power * (i + 1).cast::<f32>();
    }
    sum
}

#[test]
fn the_counter_is_a_tensor() {
    on_all(|| {
        for n in [0, 1, 5] {
            let plain = |x: f32| {
                let (mut sum, mut power) = (0.0, 1.0);
                for i in 0..n {
                    if i % 2 == 1 {
                        continue;
                    }
                    power *= x;
                    sum += power * (i + 1) as f32;
                }
                sum
            };
            assert_close(&list(&powers(&vector(&[2.0, -0.5]), n)), &[plain(2.0), plain(-0.5)]);
        }
        let text = powers::lower(&vector(&[1.0]), 100).expect("it traces").stablehlo();
        assert_eq!(text.matches("stablehlo.while").count(), 1, "{text}");
    });
}

#[graph]
fn between(first: &Tensor![i32;], last: &Tensor![i32;]) -> Tensor![i32;] {
    let mut sum = Tensor::scalar(0i32);
    for i in rolled(first..last) {
        sum += i * i;
    }
    sum
}

#[test]
fn bounds_may_be_tensors() {
    on_all(|| {
        for (a, b) in [(2, 6), (3, 3), (5, 1)] {
            let sum = between(&Tensor::scalar(a), &Tensor::scalar(b));
            assert_eq!(sum.item().unwrap(), (a..b).map(|i| i * i).sum::<i32>());
        }
    });
}

#[graph]
fn scan(x: &Tensor![f32; N, D], w: &Tensor![f32; N]) -> (Tensor![f32; N, D], Tensor![f32; 2 * N, D], Tensor![f32; D]) {
    let mut h = Tensor::zeros(&[D]);
    let (mut states, mut pairs) = (Rows::new(), Rows::new());
    for (row, weight) in rolled((x, w)) {
        pairs.push(&row);
        h = (h + row * weight).tanh();
        states.push(&h);
        pairs.push(&h);
    }
    (states.stack(), pairs.stack(), h)
}

#[test]
fn rows_are_scanned_and_collected() {
    on_all(|| {
        let x = Tensor::new(&[3, 2], &[1.0f32, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();
        let (states, pairs, last) = scan(&x, &vector(&[1.0, -0.5, 0.1]));
        let (mut h, mut all, mut both) = ([0.0f32; 2], vec![], vec![]);
        for (row, w) in [[1.0f32, 2.0], [3.0, 4.0], [5.0, 6.0]].iter().zip([1.0, -0.5, 0.1]) {
            both.extend(row);
            h = [(h[0] + row[0] * w).tanh(), (h[1] + row[1] * w).tanh()];
            all.extend(h);
            both.extend(h);
        }
        assert_close(&list(&states), &all);
        assert_close(&list(&pairs), &both);
        assert_close(&list(&last), &h);
    });
}

#[graph]
fn table(x: &Tensor![f32; N], y: &Tensor![f32; M]) -> (Tensor![f32; N, M], Tensor<f32>) {
    let mut products = Rows::new();
    let mut flat = Rows::new();
    flat.push(&Tensor::scalar(-1.0f32));
    for a in rolled(x) {
        let mut line = Rows::new();
        for b in rolled(y) {
            line.push(&(a * b));
            flat.push(&(a + b));
        }
        products.push(&line.stack::<f32>());
    }
    (products.stack(), flat.stack())
}

#[test]
fn scans_nest() {
    on_all(|| {
        let (products, flat) = table(&vector(&[1.0, 2.0, 3.0]), &vector(&[5.0, 7.0]));
        assert_close(&list(&products), &[5.0, 7.0, 10.0, 14.0, 15.0, 21.0]);
        assert_close(&list(&flat), &[-1.0, 6.0, 8.0, 7.0, 9.0, 8.0, 10.0]);
    });
}

#[graph]
fn mixed(x: &Tensor![f32; N, N], rng: &mut Rng) -> Tensor![f32;] {
    let mut total = Tensor::scalar(0.0f32);
    for (i, row) in rolled((0..N, x)) {
        let mut part = row.sum();
        while part > 1.0 {
            part = part / 2.0;
            if i == 1 {
                total += rng.uniform::<f32>(&[]);
            }
        }
        match i {
            0 => total += part,
            1 => total = total - part,
            _ => {}
        }
    }
    total
}

#[test]
fn all_constructs_nest() {
    on_all(|| {
        let x = Tensor::new(&[3, 3], &[1.0f32, 2.0, 3.0, 4.0, 5.0, 6.0, -1.0, 0.0, 0.0]).unwrap();
        let (mut rng, mut plain) = (Rng::from_seed(1), Rng::from_seed(1));
        let mut total = 0.0f32;
        for (i, mut part) in [6.0f32, 15.0, -1.0].into_iter().enumerate() {
            while part > 1.0 {
                part /= 2.0;
                if i == 1 {
                    total += number(&plain.uniform(&[]));
                }
            }
            match i {
                0 => total += part,
                1 => total -= part,
                _ => {}
            }
        }
        assert_close(&[number(&mixed(&x, &mut rng))], &[total]);
    });
}

#[graph]
fn train(w: &mut Tensor![f32; D], opt: &mut Adam<Tensor<f32>>, x: &Tensor![f32; N, D], y: &Tensor![f32; N]) -> Tensor![f32; N] {
    let mut losses = Rows::new();
    for (row, target) in rolled((x, y)) {
        let (loss, gradient) = value_and_grad(w, |w| ((row * w).sum() - target).square());
        opt.update(w, &gradient);
        losses.push(&loss);
    }
    losses.stack()
}

#[graph]
fn step(w: &mut Tensor![f32; D], opt: &mut Adam<Tensor<f32>>, row: &Tensor![f32; D], target: &Tensor![f32;]) -> Tensor![f32;] {
    let (loss, gradient) = value_and_grad(w, |w| ((row * w).sum() - target).square());
    opt.update(w, &gradient);
    loss
}

#[test]
fn training_steps_roll() {
    on_all(|| {
        let x = Tensor::new(&[4, 2], &[1.0f32, 2.0, -1.0, 0.5, 3.0, 0.0, 1.0, 1.0]).unwrap();
        let y = vector(&[1.0, -2.0, 0.5, 3.0]);
        let mut w = vector(&[0.5, -0.5]);
        let mut opt = Adam::new(&w, 0.1);
        let (mut w_plain, mut opt_plain) = (w.clone(), opt.clone());
        let losses = train(&mut w, &mut opt, &x, &y);
        let plain: Vec<f32> = (0..4).map(|i| number(&step(&mut w_plain, &mut opt_plain, &x.at(i), &y.at(i)))).collect();
        assert_close(&list(&losses), &plain);
        assert_close(&list(&w), &list(&w_plain));
        assert_eq!(opt.steps().item().unwrap(), 4);
    });
}

/// A helper without the attribute `#[graph]`.
fn unrolled(x: &Tensor<f32>) -> Tensor<f32> {
    let mut y = x.clone();
    for i in rolled(1..4) {
        y *= i.cast::<f32>();
    }
    y
}

#[test]
fn without_a_graph_it_unrolls() {
    on_all(|| assert_eq!(number(&unrolled(&scalar(2.0))), 12.0));
}

#[graph]
fn differ(x: &Tensor![f32; N], y: &Tensor![f32; M]) -> Tensor![f32;] {
    let mut sum = Tensor::scalar(0.0f32);
    for (a, b) in rolled((x, y)) {
        sum += a * b;
    }
    sum
}

#[graph]
fn unknown(n: &Tensor![i32;]) -> Tensor<i32> {
    let mut rows = Rows::new();
    for i in rolled(Tensor::scalar(0)..n.clone()) {
        rows.push(&i);
    }
    rows.stack()
}

#[test]
fn mistakes_say_what_to_do() {
    on_all(|| {
        let message = error(differ::try_call(&vector(&[1.0]), &vector(&[1.0, 2.0])));
        assert!(message.contains("rolled: the parts have 1 and 2 steps"), "{message}");
        let message = error(unknown::try_call(&Tensor::scalar(3)));
        assert!(message.contains("`rows`") && message.contains("only known when the graph runs"), "{message}");
    });
}

#[graph]
fn scan_any(x: &Tensor![f32; N, D], first: &Tensor![f32; D]) -> (Tensor![f32; N, D], Tensor![f32; N], Tensor![f32; D]) {
    let mut h = first.clone();
    let (mut states, mut sums) = (Rows::new(), Rows::new());
    for (i, row) in rolled((0..N, x)) {
        h = h * 0.5 + row;
        states.push(&h);
        let mut sum = h.sum();
        for y in rolled(&h) {
            sum += y * i.cast::<f32>();
        }
        sums.push(&sum);
    }
    (states.stack(), sums.stack(), h)
}

#[test]
fn no_rows_are_no_steps() {
    on_all(|| {
        let (states, sums, last) = scan_any(&Tensor::zeros(&[0, 2]), &vector(&[1.0, 2.0]));
        assert_eq!((states.dims(), sums.dims()), (&[0, 2][..], &[0][..]));
        assert_close(&list(&last), &[1.0, 2.0]);
        let (states, sums, last) = scan_any(&Tensor::zeros(&[3, 0]), &vector(&[]));
        assert_eq!((states.dims(), last.dims()), (&[3, 0][..], &[0][..]));
        assert_close(&list(&sums), &[0.0; 3]);
        let (states, _, _) = scan_any(&Tensor::ones(&[2, 1]), &vector(&[4.0]));
        assert_close(&list(&states), &[3.0, 2.5]);
        assert_eq!(rolled(&Tensor::<f32>::zeros(&[0, 2])).count(), 0);
    });
}
