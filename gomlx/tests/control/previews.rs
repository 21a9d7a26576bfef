// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `f::STABLEHLO` of control flow and indexing. If all sizes are numbers, it must equal the text of the trace.

use gomlx::prelude::*;

#[graph]
fn branch(x: &Tensor![f32; 4], y: Tensor![f32; 4]) -> (Tensor![f32; 4], Tensor![f32;]) {
    let mut sum = x.sum();
    let mut twice = x * 2.0;
    let kept = y.exp();
    let value = if sum.gt(1.0) && !x.lt(0.0).any() {
        sum += 1.0;
        kept.clone()
    } else if x.gt(3.0).all() || sum.lt(-5.0) {
        twice = &twice * x;
        x + 1.0
    } else {
        sum *= sum.clone();
        x.clone()
    };
    if sum.gt(9.0) {
        sum = sum - 9.0;
    }
    (value + twice, sum)
}

#[graph]
fn late(x: &Tensor![f32; 4]) -> Tensor![f32; 4] {
    let (a, b);
    if x.sum().gt(0.0) {
        a = x.exp();
        b = 2.0 * x;
    } else {
        a = x.sin();
        b = x.clone();
    }
    a + b
}

#[graph]
fn newton(x: &Tensor![f32;]) -> Tensor![f32;] {
    let mut y = x.clone();
    let mut steps = Tensor::scalar(0i32);
    let half = y.maximum(1.0) * 0.5;
    while (&y * &y - x).abs().gt(1e-6) && steps.lt(30) {
        y = &half * 0.0 + 0.5 * (&y + x / &y);
        steps += 1;
        if y.gt(1e10) {
            y = Tensor::scalar(1.0f32);
        }
    }
    y
}

#[graph]
fn power(w: &mut Tensor![f32; 3, 3], n: Tensor![i32;]) -> (Tensor![f32; 3, 3], Tensor![i32;]) {
    let mut all = (Tensor::<f32>::zeros(&[3, 3]), Tensor::scalar(1i32));
    for i in rolled(1..=n) {
        all = (&all.0 + &*w, i * 2);
        *w = w.matmul(&all.0);
    }
    all
}

#[graph]
fn scan(x: &Tensor![f32; 5, 3], scale: &Tensor![f32; 5]) -> (Tensor![f32; 11, 3], Tensor![f32; 3]) {
    let mut sum = Tensor::<f32>::full(&[3], 0.5);
    let mut rows = Rows::new();
    rows.push(&sum);
    for (i, row, factor) in rolled((0..5, x, scale)) {
        sum = sum + row * factor + i.cast::<f32>();
        rows.push(&sum);
        rows.push(&(2.0 * &sum));
    }
    (rows.stack(), sum)
}

#[graph]
fn nested(x: &Tensor![f32; 2, 3]) -> Tensor![f32;] {
    let mut total = Tensor::<f32>::zeros(&[]);
    for row in rolled(x) {
        for element in rolled(&row) {
            match (element * 10.0).cast::<i32>() {
                0 | 5..=7 => total += 1.0,
                ..-3 => total = total - element,
                _ => {
                    let mut left = element.clone();
                    while left.gt(1.0) {
                        left = left * 0.5;
                        total += &left;
                    }
                }
            }
        }
    }
    total
}

#[graph]
fn choose(k: Tensor![i32;], x: &Tensor![f32; 4]) -> Tensor![f32; 4] {
    let mut y = x.clone();
    let scale = match k {
        0 => Tensor::scalar(1.5f32),
        1..4 | 9 => {
            y = -y;
            x.sum()
        }
        _ => x.max(),
    };
    y * scale
}

#[graph]
fn unrolled(x: &Tensor![f32; 6, 4]) -> Tensor![f32; 4] {
    let mut y = x[0].clone();
    for i in 1..x.dim(0) - 2 {
        y = y.maximum(&x[i]);
    }
    for scale in [0.5, 2.0] {
        y = y * scale;
    }
    y
}

#[graph]
fn parts(
    x: &Tensor![f32; 6, 4],
    i: Tensor![i32;],
    ids: &Tensor![i32; 2, 3],
) -> (Tensor![f32; 2, 2], Tensor![f32; 4], Tensor![f32; 2, 3, 4], Tensor![f32;]) {
    let table = x[1..4];
    (x.slice(s![1..5;2, -3..-1]), table.at(-1) + x[&i], x[ids], x.at((i, 2)))
}

#[graph]
fn writes(x: &mut Tensor![f32; 6, 4], i: Tensor![i32;], row: &Tensor![f32; 4]) -> Tensor![f32; 2, 2] {
    let mut y = Tensor::<f32>::zeros(&[2, 2]);
    x[0] = 1.0;
    x[(1..3, -1)] = 2.0 * row.sum();
    x[&i] += row;
    x[3..5] *= 0.5;
    y.set((1, &i), x.at((-1, 0)));
    x.add_at(.., row);
    for j in rolled(0..2) {
        y[&j] = y[&j] + 1.0;
        if row.sum().gt(0.0) {
            x[(0, 1)] -= row[2];
        }
    }
    y
}

#[graph]
fn guards(x: &Tensor![f32; 4], w: &mut Tensor![f32; 4]) -> gomlx::Result<(Tensor![f32; 4], Tensor![f32;])> {
    let sum = x.sum();
    if sum.gt(100.0) {
        *w = x * 0.5;
        return Ok((x.clone(), sum));
    }
    let scaled = x * &*w;
    if sum.lt(-100.0) || scaled.gt(3.0).any() {
        return Ok((scaled.exp(), sum));
    }
    let mut y = scaled.tanh();
    if y.sum().gt(0.0) {
        y = y + 1.0;
    }
    *w = &*w + 1.0;
    Ok((y, sum * 2.0))
}

#[graph]
fn updates(x: &mut Tensor![f32; 4]) {
    if x.sum().gt(0.0) {
        return;
    }
    *x = x.exp();
}

#[graph]
fn long(x: &Tensor![f32; 4]) -> Tensor![f32; 4] {
    let mut y = x.sqrt();
    for _ in 0..60 {
        for _ in 0..60 {
            y = y.sin();
        }
    }
    y
}

#[test]
fn what_unrolls_to_too_much_is_left_out() {
    let text = long::STABLEHLO;
    assert!(text.contains("not seen here") && text.contains("sqrt") && !text.contains("sine"), "{text}");
}

/// Compares the preview with the traced text. The backend makes no difference.
macro_rules! same {
    ($f:ident($($argument:expr),*)) => {{
        let lowered = $f::lower($($argument),*).expect("it traces");
        assert_eq!($f::STABLEHLO, lowered.stablehlo());
        gomlx::import::stablehlo($f::STABLEHLO).expect("it parses");
    }};
}

#[test]
fn the_macros_text_is_the_traces() {
    let zeros = |dims: &[usize]| Tensor::<f32>::zeros(dims);
    let number = || Tensor::scalar(2i32);
    gomlx::with_backend("eval", || {
        same!(branch(&zeros(&[4]), zeros(&[4])));
        same!(late(&zeros(&[4])));
        same!(newton(&zeros(&[])));
        same!(power(&mut zeros(&[3, 3]), number()));
        same!(scan(&zeros(&[5, 3]), &zeros(&[5])));
        same!(nested(&zeros(&[2, 3])));
        same!(choose(number(), &zeros(&[4])));
        same!(masked(&Tensor::scalar(true), &zeros(&[4])));
        same!(unrolled(&zeros(&[6, 4])));
        same!(writes(&mut zeros(&[6, 4]), number(), &zeros(&[4])));
        same!(guards(&zeros(&[4]), &mut zeros(&[4])));
        same!(updates(&mut zeros(&[4])));
        same!(parts(&zeros(&[6, 4]), number(), &Tensor::zeros(&[2, 3])));
    })
    .expect("eval is always there");
}

#[graph]
fn partly(x: &Tensor![f32; 4], rng: &mut Rng) -> Tensor![f32; 4] {
    let mut y = x * 2.0;
    let mut z = x.exp();
    if x.sum().gt(0.0) {
        y = y + rng.uniform(&[4]);
    }
    for _ in rolled(0..3) {
        z = z.sqrt();
    }
    y + z
}

#[graph]
fn guarded(x: &Tensor![f32; 4], rng: &mut Rng) -> Tensor![f32; 4] {
    if x.sum().gt(0.0) {
        return x.clone();
    }
    let y = x.tanh();
    if x.sum().lt(-9.0) {
        return y;
    }
    y + rng.uniform(&[4])
}

#[test]
fn a_guard_before_what_is_not_understood_is_left_out() {
    let text = guarded::STABLEHLO;
    assert_eq!(text.matches("`if x.sum").count(), 2, "{text}");
    assert!(text.contains("rng.uniform") && text.contains("stablehlo.tanh") && !text.contains("stablehlo.if"), "{text}");
    gomlx::import::stablehlo(text).expect("comments and all, it parses");
}

#[test]
fn what_is_not_understood_leaves_nothing_behind() {
    let text = partly::STABLEHLO;
    assert!(text.starts_with("// for reading"), "{text}");
    assert!(text.contains("`if x.sum") && !text.contains("stablehlo.if"), "{text}");
    assert!(text.contains("stablehlo.while") && text.contains("stablehlo.sqrt"), "{text}");
    gomlx::import::stablehlo(text).expect("comments and all, it parses");
}

#[graph]
fn masked(c: &Tensor![bool;], x: &Tensor![f32; 4]) -> Tensor![f32; 4] {
    let y = match c {
        true => x * 2.0,
        false => -x,
    };
    y + 1.0
}

#[graph]
fn endless(x: &Tensor![f32;]) -> Tensor![f32;] {
    let mut y = x.exp();
    loop {
        y = y * 0.5;
        if y.lt(1.0) {
            break;
        }
    }
    y.sqrt()
}

#[test]
fn an_endless_loop_is_left_out() {
    let text = endless::STABLEHLO;
    assert!(text.starts_with("// for reading") && text.contains("`loop {"), "{text}");
    assert!(text.contains("exponential") && !text.contains("stablehlo.sqrt"), "{text}");
}
