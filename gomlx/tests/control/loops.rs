// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `while`.

use gomlx::prelude::*;

use super::{error, number, on_all, scalar, vector};

#[graph]
fn newton(x: &Tensor![f32;]) -> Tensor![f32;] {
    let mut y = x.clone();
    while (y * y - x).abs() > 1e-6 {
        y = 0.5 * (y + x / y);
    }
    y
}

#[test]
fn newton_finds_roots() {
    on_all(|| {
        for x in [4.0f32, 9.0] {
            let mut y = x;
            while (y * y - x).abs() > 1e-6 {
                y = 0.5 * (y + x / y);
            }
            assert_eq!(number(&newton(&scalar(x))), y);
        }
        let text = newton::lower(&scalar(1.0)).expect("it traces").stablehlo();
        assert_eq!(text.matches("stablehlo.while").count(), 1);
        assert!(text.contains("stablehlo.while(%y = %x)") || text.contains("stablehlo.while("), "{text}");
    });
}

#[graph]
fn collatz(n: &Tensor![i32;], longest: &mut Tensor![i32;]) -> Tensor![i32;] {
    let mut state = (n.clone(), Tensor::scalar(0i32));
    let unchanged = n * 7;
    while state.0 != 1 {
        if state.0 % 2 == 0 {
            state.0 = state.0 / 2;
        } else {
            state.0 = 3 * state.0 + 1;
        }
        state.1 += 1;
        if state.1 > *longest {
            *longest = state.1.clone();
        }
    }
    state.1 + unchanged - n * 7
}

#[test]
fn the_state_is_any_tree_and_arguments() {
    on_all(|| {
        let mut longest = Tensor::scalar(10i32);
        for n in [1, 6, 7, 27] {
            let (mut m, mut steps) = (n, 0);
            while m != 1 {
                m = if m % 2 == 0 { m / 2 } else { 3 * m + 1 };
                steps += 1;
            }
            assert_eq!(collatz(&Tensor::scalar(n), &mut longest).item().unwrap(), steps);
        }
        assert_eq!(longest.item().unwrap(), 111);
    });
}

#[graph]
fn draws(rng: &mut Rng, limit: &Tensor![f32;]) -> (Tensor![i32;], Tensor![f32;]) {
    let mut count = Tensor::scalar(0i32);
    let mut sum = Tensor::scalar(0.0f32);
    while sum < limit {
        sum += rng.uniform::<f32>(&[]);
        count += 1;
    }
    (count, sum)
}

#[graph]
fn condition_draws(rng: &mut Rng) -> Tensor![i32;] {
    let mut count = Tensor::scalar(0i32);
    while rng.uniform::<f32>(&[]) < 0.8 {
        count += 1;
    }
    count
}

#[test]
fn what_only_methods_change_is_state() {
    on_all(|| {
        let (mut rng, mut plain) = (Rng::from_seed(3), Rng::from_seed(3));
        for _ in 0..2 {
            let (count, sum) = draws(&mut rng, &scalar(2.5));
            let (mut expected, mut steps) = (0.0f32, 0);
            while expected < 2.5 {
                expected += number(&plain.uniform(&[]));
                steps += 1;
            }
            assert_eq!((count.item().unwrap(), number(&sum)), (steps, expected));
            let mut steps = 0;
            while number(&plain.uniform(&[])) < 0.8 {
                steps += 1;
            }
            assert_eq!(condition_draws(&mut rng).item().unwrap(), steps);
        }
    });
}

#[graph]
fn nested(n: &Tensor![i32;]) -> Tensor![i32;] {
    let mut total = Tensor::scalar(0i32);
    let mut i = Tensor::scalar(0i32);
    while i < n {
        let mut j = Tensor::scalar(0i32);
        while j < i {
            if (i + j) % 2 == 0 {
                total += j;
            }
            j += 1;
        }
        i += 1;
    }
    total
}

#[test]
fn loops_nest() {
    on_all(|| {
        let mut expected = 0;
        for i in 0..6 {
            for j in 0..i {
                if (i + j) % 2 == 0 {
                    expected += j;
                }
            }
        }
        assert_eq!(nested(&Tensor::scalar(6)).item().unwrap(), expected);
    });
}

#[graph]
fn leaves(x: &Tensor![f32;], limit: &Tensor![f32;]) -> (Tensor![f32;], Tensor![i32;], Tensor![f32;]) {
    let mut y = x.clone();
    let mut steps = Tensor::scalar(0i32);
    let mut skipped = Tensor::scalar(0.0f32);
    while steps < 20 {
        steps += 1;
        if steps % 3 == 0 {
            skipped += &y;
            continue;
        }
        y = y * 1.5;
        if y > limit {
            y = -y;
            break;
        }
        y += 1.0;
    }
    (y, steps, skipped)
}

fn leaves_plain(x: f32, limit: f32) -> (f32, i32, f32) {
    let (mut y, mut steps, mut skipped) = (x, 0, 0.0);
    while steps < 20 {
        steps += 1;
        if steps % 3 == 0 {
            skipped += y;
            continue;
        }
        y *= 1.5;
        if y > limit {
            y = -y;
            break;
        }
        y += 1.0;
    }
    (y, steps, skipped)
}

#[test]
fn break_and_continue() {
    on_all(|| {
        for limit in [0.0, 10.0, 100.0, 1e9] {
            let (y, steps, skipped) = leaves(&scalar(1.0), &scalar(limit));
            assert_eq!((number(&y), steps.item().unwrap(), number(&skipped)), leaves_plain(1.0, limit), "{limit}");
        }
    });
}

/// The condition draws a random number. It must not draw after the loop is left.
#[graph]
fn draws_unless_left(rng: &mut Rng, limit: &Tensor![f32;]) -> (Tensor![i32;], Tensor![f32;]) {
    let mut steps = Tensor::scalar(0i32);
    let mut sum = Tensor::scalar(0.0f32);
    while rng.uniform::<f32>(&[]) < 0.9 {
        steps += 1;
        let x = rng.uniform::<f32>(&[]);
        if x < 0.3 {
            continue;
        }
        sum += x;
        if sum > limit {
            break;
        }
        if sum > 0.5 * limit {
            sum += 0.125;
            if rng.uniform::<f32>(&[]) < 0.2 {
                sum += 10.0;
                break;
            }
        }
    }
    (steps, sum)
}

fn draws_unless_left_plain(rng: &mut Rng, limit: f32) -> (i32, f32) {
    let mut draw = || number(&rng.uniform(&[]));
    let (mut steps, mut sum) = (0, 0.0);
    while draw() < 0.9 {
        steps += 1;
        let x = draw();
        if x < 0.3 {
            continue;
        }
        sum += x;
        if sum > limit {
            break;
        }
        if sum > 0.5 * limit {
            sum += 0.125;
            if draw() < 0.2 {
                sum += 10.0;
                break;
            }
        }
    }
    (steps, sum)
}

#[test]
fn a_loop_that_is_left_asks_its_condition_no_more() {
    on_all(|| {
        for seed in 0..12 {
            let (mut rng, mut plain) = (Rng::from_seed(seed), Rng::from_seed(seed));
            for limit in [0.1, 2.0, 6.0] {
                let (steps, sum) = draws_unless_left(&mut rng, &scalar(limit));
                let expected = draws_unless_left_plain(&mut plain, limit);
                assert_eq!((steps.item().unwrap(), number(&sum)), expected, "{seed}, {limit}");
            }
            assert_eq!(number(&rng.uniform(&[])), number(&plain.uniform(&[])), "{seed}");
        }
    });
}

#[graph]
fn nested_exits(n: &Tensor![i32;], a: &Tensor![i32;]) -> (Tensor![i32;], Tensor![i32;]) {
    let mut i = Tensor::scalar(0i32);
    let mut sum = Tensor::scalar(0i32);
    while i < n {
        i += 1;
        if i > a {
            sum += 1;
            if i % 2 == 0 {
                sum += 10;
                if sum > 60 {
                    break;
                }
                continue;
            }
            sum += 100;
        } else {
            sum -= 1;
        }
        sum *= 2;
    }
    (i, sum)
}

#[test]
fn exits_nest_in_branches() {
    let plain = |n: i32, a: i32| {
        let (mut i, mut sum) = (0, 0i32);
        while i < n {
            i += 1;
            if i > a {
                sum += 1;
                if i % 2 == 0 {
                    sum += 10;
                    if sum > 60 {
                        break;
                    }
                    continue;
                }
                sum += 100;
            } else {
                sum -= 1;
            }
            sum *= 2;
        }
        (i, sum)
    };
    on_all(|| {
        for n in [0, 3, 8] {
            for a in [0, 2, 9] {
                let (i, sum) = nested_exits(&Tensor::scalar(n), &Tensor::scalar(a));
                assert_eq!((i.item().unwrap(), sum.item().unwrap()), plain(n, a), "{n} {a}");
            }
        }
    });
}

/// With host values, the same loops unroll.
#[graph]
fn host(x: &Tensor![f32; N], settings: &(usize, Vec<usize>)) -> Tensor![f32; N] {
    let mut y = x.clone();
    let mut i = 0;
    let mut rest = settings.1.clone();
    'outer: while i < settings.0 {
        i += 1;
        while let Some(n) = rest.pop() {
            if n == 0 {
                continue 'outer;
            }
            if n > 5 {
                break 'outer;
            }
            y += n;
        }
        y = y * 2.0;
    }
    y
}

#[test]
fn host_loops_stay_rust() {
    on_all(|| {
        let y = |n: usize, rest: &[usize]| number(&host(&vector(&[1.0]), &(n, rest.to_vec())).sum());
        assert_eq!(y(3, &[2, 0, 1]), ((1.0 + 1.0 + 2.0) * 2.0) * 2.0);
        assert_eq!(y(3, &[7, 4]), 5.0);
        assert_eq!(y(0, &[7, 4]), 1.0);
    });
}

#[graph]
fn grows(x: &Tensor![f32; N]) -> Tensor<f32> {
    let mut y = x.clone();
    while y.sum() < 10.0 {
        y = concat(&[&y, x], 0);
    }
    y
}

#[graph]
fn stands(x: &Tensor![f32; N]) -> Tensor<f32> {
    while x.sum() < 10.0 {
        let _ = x * 2.0;
    }
    x.clone()
}

#[graph]
fn host_count(x: &Tensor![f32;]) -> Tensor<f32> {
    let mut y = x.clone();
    let mut n = 0i32;
    while y < 10.0 {
        y += 1.0;
        n += 1;
    }
    y * n
}

#[graph]
fn pushes(x: &Tensor![f32;]) -> Tensor<f32> {
    let mut y = x.clone();
    let mut rows = Rows::new();
    while y < 10.0 {
        y += 1.0;
        rows.push(&y);
    }
    rows.stack()
}

#[test]
fn mistakes_say_what_to_do() {
    on_all(|| {
        let message = error(grows::try_call(&vector(&[1.0])));
        assert!(message.contains("while: `y` is f32[1] before a step and f32[2] after it"), "{message}");
        let message = error(stands::try_call(&vector(&[1.0])));
        assert!(message.contains("no step changes a tensor"), "{message}");
        let message = error(host_count::try_call(&scalar(1.0)));
        assert!(message.contains("`n`") && message.contains("Tensor::scalar"), "{message}");
        let message = error(pushes::try_call(&scalar(1.0)));
        assert!(message.contains("`rows`") && message.contains("rolled"), "{message}");
    });
}
