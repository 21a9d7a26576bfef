// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Early `return`.

use gomlx::prelude::*;

use super::{assert_close, error, list, number, on_all, scalar, vector};

#[graph]
fn guards(x: &Tensor![f32;], count: &mut Tensor![f32;], settings: &(bool, usize)) -> Tensor![f32;] {
    *count += 1.0;
    if x < 0.0 {
        *count += 10.0;
        return -x;
    }
    let mut y = x * 2.0;
    for i in 0..3 {
        y += i;
        if y > 10.0 {
            return y;
        }
        *count += 1.0;
    }
    if settings.0 {
        return y * 100.0;
    }
    if y > 5.0 {
        y = y - 1.0;
        if y > 7.0 {
            *count += 100.0;
            return y * 3.0;
        }
        y = y * 10.0;
    }
    y + settings.1
}

fn guards_plain(x: f32, count: &mut f32, settings: (bool, usize)) -> f32 {
    *count += 1.0;
    if x < 0.0 {
        *count += 10.0;
        return -x;
    }
    let mut y = x * 2.0;
    for i in 0..3 {
        y += i as f32;
        if y > 10.0 {
            return y;
        }
        *count += 1.0;
    }
    if settings.0 {
        return y * 100.0;
    }
    if y > 5.0 {
        y -= 1.0;
        if y > 7.0 {
            *count += 100.0;
            return y * 3.0;
        }
        y *= 10.0;
    }
    y + settings.1 as f32
}

#[test]
fn guards_return() {
    on_all(|| {
        let (mut count, mut expected) = (scalar(0.0), 0.0);
        for x in [-2.0, 0.5, 1.5, 2.5, 3.5, 4.25, 5.0, 9.0] {
            for flag in [false, true] {
                let y = number(&guards(&scalar(x), &mut count, &(flag, 4)));
                assert_eq!(y, guards_plain(x, &mut expected, (flag, 4)), "{x} {flag}");
                assert_eq!(number(&count), expected, "{x} {flag}");
            }
        }
    });
}

#[graph]
fn otherwise(x: &Tensor![f32; N]) -> gomlx::Result<(Tensor![f32; N], Tensor![f32;])> {
    let sum = x.sum();
    let scale = if sum > 0.0 {
        x.max()
    } else {
        return Ok((x.clone(), sum));
    };
    let y = x / scale;
    if y.min() < -1.0 {
        Ok((y * 0.0, sum))
    } else {
        let sum = y.sum();
        return Ok((y, sum));
    }
}

#[test]
fn either_branch_returns() {
    on_all(|| {
        let call = |x: &[f32]| {
            let (y, sum) = otherwise(&vector(x)).expect("it is right");
            (list(&y), number(&sum))
        };
        assert_eq!(call(&[-3.0, 1.0]), (vec![-3.0, 1.0], -2.0));
        assert_eq!(call(&[2.0, 4.0]), (vec![0.5, 1.0], 1.5));
        let (y, sum) = call(&[-3.0, 2.0, 2.0]);
        assert_close(&y, &[0.0; 3]);
        assert_eq!(sum, 1.0);
    });
}

#[graph]
fn after_a_loop(x: &Tensor![f32;]) -> Tensor![f32;] {
    let mut y = x.clone();
    let mut found = Tensor::scalar(false);
    while y < 100.0 {
        y = y * 3.0;
        if y > 20.0 && y < 30.0 {
            found = Tensor::scalar(true);
            break;
        }
    }
    if found {
        return -y;
    }
    y + 1.0
}

#[test]
fn a_loop_is_left_by_break() {
    on_all(|| {
        assert_eq!(number(&after_a_loop(&scalar(1.0))), -27.0);
        assert_eq!(number(&after_a_loop(&scalar(2.0))), 163.0);
        assert_eq!(number(&after_a_loop(&scalar(200.0))), 201.0);
    });
}

/// The macro cannot see the shape that a plain function returns, so only the trace finds the mistake.
fn total(x: &Tensor<f32>) -> Tensor<f32> {
    x.sum()
}

#[graph]
fn shapes(x: &Tensor![f32; N]) -> Tensor<f32> {
    if x.sum() > 0.0 {
        return total(x);
    }
    x.clone()
}

#[test]
fn what_is_returned_has_one_shape() {
    on_all(|| {
        let message = error(shapes::try_call(&vector(&[1.0, 2.0])));
        assert!(message.contains("f32[] after one branch and f32[2] after another") && message.contains("exits.rs:"), "{message}");
    });
}

#[graph]
fn loops(x: &Tensor![f32;]) -> Tensor![f32;] {
    let mut y = x.clone();
    let mut n = Tensor::scalar(0i32);
    loop {
        let next = 0.5 * (y + x / y);
        if (next - y).abs() < 1e-6 {
            break;
        }
        n += 1;
        if n > 50 {
            break;
        }
        if n == 1 {
            continue;
        }
        y = next;
    }
    y + n.cast::<f32>()
}
#[test]
fn a_loop_is_ended_by_a_tensor() {
    on_all(|| {
        for x in [1.0f32, 2.0, 9.0, 100.0] {
            let mut y = x;
            let mut n = 0;
            loop {
                let next = 0.5 * (y + x / y);
                if (next - y).abs() < 1e-6 {
                    break;
                }
                n += 1;
                if n > 50 {
                    break;
                }
                if n == 1 {
                    continue;
                }
                y = next;
            }
            assert_close(&[number(&loops(&scalar(x)))], &[y + n as f32]);
        }
    });
}

/// Tensor loops, one of them with a label, inside a host loop. The function changes only state behind `&mut`.
#[graph]
fn drawn(rng: &mut Rng, sums: &mut Vec<Tensor![f32;]>, limit: &Tensor![f32;]) {
    for sum in sums.iter_mut() {
        'draws: loop {
            let draw: Tensor<f32> = rng.uniform(&[]);
            let mut small = draw.clone();
            loop {
                if small > 0.5 {
                    break;
                }
                small *= 2.0;
            }
            *sum += small;
            if *sum > limit {
                break 'draws;
            }
        }
    }
    let mut n = 0;
    loop {
        n += 1;
        if n == 3 {
            break;
        }
        sums[0] += 1.0;
    }
}

#[test]
fn loops_nest() {
    on_all(|| {
        let (mut rng, mut plain) = (Rng::from_seed(5), Rng::from_seed(5));
        let mut sums = vec![scalar(0.0), scalar(1.0)];
        drawn(&mut rng, &mut sums, &scalar(3.0));
        let mut expected = [0.0f32, 1.0];
        for sum in &mut expected {
            while *sum <= 3.0 {
                let mut small = number(&plain.uniform(&[]));
                while small <= 0.5 {
                    small *= 2.0;
                }
                *sum += small;
            }
        }
        expected[0] += 2.0;
        assert_close(&[number(&sums[0]), number(&sums[1])], &expected);
    });
}
