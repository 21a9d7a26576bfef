// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `match` on numbers.

use gomlx::prelude::*;

use super::{number, on_all, scalar};

#[graph]
fn pick(k: &Tensor![i32;], x: &Tensor![f32;]) -> Tensor![f32;] {
    let mut y = x.clone();
    let z = match k {
        0 => x * 2.0,
        1 | 5 => {
            y += 1.0;
            -x
        }
        -3..=-1 => {
            y = match k % 2 {
                0 => y * 10.0,
                _ => y * 20.0,
            };
            x.clone()
        }
        6.. => x + k.cast::<f32>(),
        _ => x * 0.0,
    };
    y + z
}

#[test]
fn tensors_are_matched() {
    let plain = |k: i32, x: f32| {
        let mut y = x;
        let z = match k {
            0 => x * 2.0,
            1 | 5 => {
                y += 1.0;
                -x
            }
            -3..=-1 => {
                y *= if k % 2 == 0 { 10.0 } else { 20.0 };
                x
            }
            6.. => x + k as f32,
            _ => x * 0.0,
        };
        y + z
    };
    on_all(|| {
        for k in -5..9 {
            assert_eq!(number(&pick(&Tensor::scalar(k), &scalar(1.5))), plain(k, 1.5), "{k}");
        }
        let text = pick::lower(&Tensor::scalar(0), &scalar(0.0)).expect("it traces").stablehlo();
        assert_eq!(text.matches("stablehlo.case").count(), 2, "{text}");
    });
}

#[graph]
fn guarded(k: &Tensor![i32;], x: &Tensor![f32;], total: &mut Tensor![f32;]) -> Tensor![f32;] {
    let mut y = x.clone();
    while y < 100.0 {
        match k {
            0 if y > 10.0 => y = y * 3.0,
            1..=3 => {
                *total += 1.0;
                if y > 20.0 {
                    break;
                }
                y += 7.0;
                continue;
            }
            7 => break,
            _ => y += 1.0,
        }
        y = y * 2.0;
    }
    match k {
        2 => return -y,
        8 => return y * 2.0,
        _ => {}
    }
    y
}

#[test]
fn guards_and_exits() {
    let plain = |k: i32, x: f32, total: &mut f32| {
        let mut y = x;
        while y < 100.0 {
            match k {
                0 if y > 10.0 => y *= 3.0,
                1..=3 => {
                    *total += 1.0;
                    if y > 20.0 {
                        break;
                    }
                    y += 7.0;
                    continue;
                }
                7 => break,
                _ => y += 1.0,
            }
            y *= 2.0;
        }
        match k {
            2 => return -y,
            8 => return y * 2.0,
            _ => {}
        }
        y
    };
    on_all(|| {
        let (mut total, mut expected) = (scalar(0.0), 0.0);
        for k in -1..9 {
            let y = number(&guarded(&Tensor::scalar(k), &scalar(1.5), &mut total));
            assert_eq!(y, plain(k, 1.5, &mut expected), "{k}");
            assert_eq!(number(&total), expected, "{k}");
        }
    });
}

/// By their syntax, the names may hold tensors, but they hold numbers.
#[graph]
fn host(settings: &(usize, String), x: &Tensor![f32;]) -> Tensor![f32;] {
    let text = settings.1.clone();
    let n = settings.0;
    let kept = match n {
        0 => text,
        1..=2 => text + "!",
        _ => return x.clone(),
    };
    match kept.as_str() {
        "a!" => -x,
        _ => x * kept.len(),
    }
}

#[test]
fn numbers_are_matched() {
    on_all(|| {
        let call = |n: usize, text: &str| number(&host(&(n, text.to_owned()), &scalar(2.0)));
        assert_eq!(call(0, "a"), 2.0);
        assert_eq!(call(1, "a"), -2.0);
        assert_eq!(call(2, "bc"), 6.0);
        assert_eq!(call(3, "bc"), 2.0);
    });
}

#[graph]
fn mask(c: &Tensor![bool;], x: &Tensor![f32;], host: bool) -> Tensor![f32;] {
    let y = match c {
        true => x * 2.0,
        false => -x,
    };
    match x > y {
        false if host => return y,
        true => y * 3.0,
        _ => y + 1.0,
    }
}

#[test]
fn masks_are_matched() {
    on_all(|| {
        for c in [false, true] {
            for host in [false, true] {
                for x in [1.5f32, -1.5] {
                    let y = if c { x * 2.0 } else { -x };
                    let expected = match x > y {
                        false if host => y,
                        true => y * 3.0,
                        false => y + 1.0,
                    };
                    assert_eq!(number(&mask(&Tensor::scalar(c), &scalar(x), host)), expected);
                }
            }
        }
    });
}
