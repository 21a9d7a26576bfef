// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0
//! Unusual forms of code: names that expansions also use, `if`s inside expressions, moves behind `&mut`, and changes
//! that the text does not show.

use gomlx::prelude::*;

use super::{assert_close, error, list, number, on_all, scalar, vector};

#[graph]
fn names(x: &Tensor![f32;], result: &mut Tensor![f32;], returns: &mut Tensor![f32;]) -> Tensor![f32;] {
    let mut condition = x > 1.0;
    let mut branch = x.clone();
    let mut repeat = Tensor::scalar(0i32);
    while condition {
        branch = branch / 2.0;
        repeat += 1;
        condition = branch > 1.0;
    }
    let value;
    if branch > 0.75 {
        value = branch * 10.0;
    } else {
        value = branch * 20.0;
    }
    let index = 3.0f32;
    let number = 2.0f32;
    let mut steps = Tensor::<f32>::ones(&[3]);
    steps[0] *= index;
    steps[1] -= number;
    let whole = if value > 8.0 {
        let value = value + 1.0;
        value * 1.0
    } else {
        value.clone()
    };
    *result += 1.0;
    if whole > 9.0 {
        *result += 10.0;
        *returns += 1.0;
        return whole + steps[0];
    }
    for driver in rolled(0..2) {
        *result += driver.cast::<f32>();
        if condition {
            *returns += 5.0;
        }
    }
    let matched = repeat.clone();
    let taken = match matched {
        0 => x * 100.0,
        1 => {
            let matched = x * 3.0;
            matched * 1.0
        }
        _ => whole.clone(),
    };
    taken + steps[1]
}

#[test]
fn names_of_expansions_are_free() {
    on_all(|| {
        let (mut r, mut q) = (scalar(0.0), scalar(0.0));
        let (mut rp, mut qp) = (0.0f32, 0.0f32);
        for x in [0.2f32, 0.8, 1.0, 1.2, 1.7, 3.0, 8.0] {
            let y = number(&names(&scalar(x), &mut r, &mut q));
            let plain = {
                let mut cond = x > 1.0;
                let mut b = x;
                let mut n = 0;
                while cond {
                    b /= 2.0;
                    n += 1;
                    cond = b > 1.0;
                }
                let v = if b > 0.75 { b * 10.0 } else { b * 20.0 };
                let w = if v > 8.0 { v + 1.0 } else { v };
                rp += 1.0;
                if w > 9.0 {
                    rp += 10.0;
                    qp += 1.0;
                    w + 3.0
                } else {
                    rp += 1.0;
                    if cond {
                        qp += 10.0;
                    }
                    (match n {
                        0 => x * 100.0,
                        1 => x * 3.0,
                        _ => w,
                    }) + (1.0 - 2.0)
                }
            };
            assert_close(&[y, number(&r), number(&q)], &[plain, rp, qp]);
        }
    });
}

#[graph]
fn inline_ifs(x: &Tensor![f32; N], c: &Tensor![bool;]) -> Tensor![f32; N] {
    let y = (if c { x * 2.0 } else { x.clone() }) + (if x.sum() > 1.0 { Tensor::scalar(1.0) } else { Tensor::scalar(-1.0) });
    let z = double(&if c { y.clone() } else { -y });
    let mut parts = vec![if c { x.clone() } else { x * 3.0 }, z];
    parts.push(match x.argmax(0) {
        0 => parts[0].clone(),
        _ => parts[1].clone(),
    });
    let t = (if c { x.sum() } else { x.max() }, 2.0);
    parts.iter().fold(Tensor::zeros(&[N]), |a, p| a + p) * t.0 * t.1
}
fn double(x: &Tensor<f32>) -> Tensor<f32> {
    x * 2.0
}
#[test]
fn ifs_are_operands() {
    on_all(|| {
        for c in [false, true] {
            for x in [[2.0f32, 1.0], [-1.0, 0.5]] {
                let sum: f32 = x.iter().sum();
                let max = x[0].max(x[1]);
                let e = x.map(|v| {
                    let y = (if c { v * 2.0 } else { v }) + if sum > 1.0 { 1.0 } else { -1.0 };
                    let z = 2.0 * if c { y } else { -y };
                    let p0 = if c { v } else { v * 3.0 };
                    let p2 = if x[0] >= x[1] { p0 } else { z };
                    (p0 + z + p2) * (if c { sum } else { max }) * 2.0
                });
                assert_close(&list(&inline_ifs(&vector(&x), &Tensor::scalar(c))), &e);
            }
        }
    });
}

/// The text does not show what the closure changes.
#[graph]
fn hidden_closure(x: &Tensor![f32;]) -> Tensor![f32;] {
    let mut total = Tensor::scalar(0.0f32);
    let mut add = |v: &Tensor<f32>| {
        total += v;
    };
    if x > 0.0 {
        add(x);
    }
    total
}
#[graph]
fn hidden_cell(x: &Tensor![f32;]) -> Tensor![f32;] {
    let total = std::cell::RefCell::new(Tensor::scalar(0.0f32));
    if x > 0.0 {
        total.replace(x * 2.0);
    }
    total.into_inner()
}
#[graph]
fn host_counter(x: &Tensor![f32;]) -> Tensor![f32;] {
    let mut i = 0;
    let mut y = x.clone();
    while i < 10 && y > 1.0 {
        i += 1;
        y = y / 2.0;
    }
    y * i as f32
}
#[graph]
fn option_taken(x: &Tensor![f32;]) -> Tensor![f32;] {
    let mut cache = Some(x * 2.0);
    let mut y = x.clone();
    if x > 0.0 {
        y += cache.take().unwrap();
    }
    match cache {
        Some(c) => y + c,
        None => y,
    }
}
#[graph]
fn error_in_branch(x: &Tensor![f32;]) -> gomlx::Result<Tensor![f32;]> {
    if x > 0.0 {
        Tensor::<f32>::new(&[2], &[])?;
    }
    Ok(x.clone())
}
#[graph]
fn late_push(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    let mut xs = vec![];
    for row in rolled(x) {
        xs.push(row);
    }
    stack(&xs.iter().collect::<Vec<_>>(), 0)
}
#[test]
fn what_no_text_shows_is_a_mistake() {
    on_all(|| {
        let message = error(hidden_closure::try_call(&scalar(1.0)));
        let line = 1 + include_str!("forms.rs").lines().position(|l| l.contains("total += v;")).expect("the line above");
        let parts = ["E0008", "inside a branch or loop that has ended", &format!("forms.rs:{line}:"), "a closure or cell"];
        assert!(parts.iter().all(|p| message.contains(p)), "{message}");
        let message = error(hidden_cell::try_call(&scalar(1.0)));
        assert!(message.contains("E0008") && message.contains("forms.rs:"), "{message}");
        let message = error(host_counter::try_call(&scalar(4.0)));
        assert!(message.contains("E0014") && message.contains("`i`") && message.contains("Tensor::scalar"), "{message}");
        let message = error(option_taken::try_call(&scalar(4.0)));
        assert!(message.contains("E0014") && message.contains("`cache`"), "{message}");
        let message = error(error_in_branch::try_call(&scalar(4.0)));
        assert!(message.contains("dims [2] have 2 elements"), "{message}");
        let message = error(late_push::try_call(&vector(&[1.0, 2.0])));
        let line = 1 + include_str!("forms.rs").lines().position(|l| l.contains("for row in rolled(x)")).expect("the line above");
        assert!(message.contains("`xs`") && message.contains("`Rows`") && message.contains(&format!("forms.rs:{line}:")), "{message}");
    });
}

#[graph]
fn factorial(n: &Tensor![i32;]) -> Tensor![i32;] {
    if n <= 1 { Tensor::scalar(1) } else { n * factorial(&(n - 1)) }
}
#[graph]
fn deep(x: &Tensor![f32;], n: usize) -> Tensor![f32;] {
    if n == 0 {
        return x.clone();
    }
    let y = deep(&(x * 1.5), n - 1);
    if y > 3.0 { y - 1.0 } else { y.clone() }
}
#[graph]
fn bounded(x: &Tensor![f32;], n: usize) -> Tensor![f32;] {
    if n == 0 {
        return x.clone();
    }
    if x > 3.0 { bounded(&(x - 1.0), n - 1) } else { x * 2.0 }
}

#[test]
fn recursion_by_tensors_has_no_end() {
    on_all(|| {
        let message = error(factorial::try_call(&Tensor::scalar(3)));
        let line = 1 + include_str!("forms.rs").lines().position(|l| l.contains("n * factorial(&(n - 1))")).expect("the line above");
        let parts = ["E0014", "`factorial` calls itself under a tensor condition", &format!("forms.rs:{line}:")];
        assert!(parts.iter().all(|p| message.contains(p)), "{message}");
        // In these functions, a host value ends the recursion.
        deep(&scalar(1.0), 50);
        assert_eq!(number(&bounded(&scalar(5.0), 20)), 6.0);
    });
}

#[graph]
fn rec_host(x: &Tensor![f32;], n: usize) -> Tensor![f32;] {
    if n == 0 { x.clone() } else { rec_host(&(x * 2.0), n - 1) + 1.0 }
}
#[test]
fn recursion_goes_by_host_values() {
    on_all(|| assert_eq!(number(&rec_host(&scalar(1.0), 3)), 11.0));
}

#[graph]
fn mems(a: &mut Tensor![f32;], b: &mut Tensor![f32;], pair: &mut (Tensor![f32;], Vec<Tensor![f32;]>), c: &Tensor![bool;]) -> Tensor![f32;] {
    if c {
        std::mem::swap(a, b);
        let old = std::mem::replace(&mut pair.0, a.clone());
        pair.1[0] = old;
    } else {
        pair.1.swap(0, 1);
        let (x, y) = (&mut pair.0, &mut pair.1[1]);
        *x += &*y;
        *y *= 2.0;
        a.clone_from(b);
    }
    let [p, q] = [a.clone(), b.clone()];
    let (mut m, n) = (p * 2.0, 3);
    m += q;
    m * n
}
#[test]
fn references_are_swapped() {
    on_all(|| {
        for c in [false, true] {
            let (mut a, mut b, mut pair) = (scalar(1.0), scalar(2.0), (scalar(3.0), vec![scalar(4.0), scalar(5.0)]));
            let y = number(&mems(&mut a, &mut b, &mut pair, &Tensor::scalar(c)));
            let (mut ap, mut bp, mut p0, mut p1) = (1.0f32, 2.0f32, 3.0f32, [4.0f32, 5.0]);
            if c {
                std::mem::swap(&mut ap, &mut bp);
                p1[0] = std::mem::replace(&mut p0, ap);
            } else {
                p1.swap(0, 1);
                p0 += p1[1];
                p1[1] *= 2.0;
                ap = bp;
            }
            assert_eq!((number(&a), number(&b), number(&pair.0), number(&pair.1[0]), number(&pair.1[1])), (ap, bp, p0, p1[0], p1[1]));
            assert_eq!(y, (ap * 2.0 + bp) * 3.0);
        }
    });
}

#[graph]
fn host_stack(x: &Tensor![f32; N], depth: usize) -> Tensor![f32;] {
    let mut todo = vec![(x.clone(), depth)];
    let mut total = Tensor::scalar(0.0f32);
    while let Some((y, d)) = todo.pop() {
        if d == 0 {
            total += y.sum();
            continue;
        }
        if y.max() > 2.0 {
            total += 1.0;
        }
        todo.push((&y * 0.5, d - 1));
        todo.push((y + 1.0, d - 1));
    }
    let s: Tensor<f32> = (0..3).map(|i| x.sum() * i as f32).sum();
    let t: Tensor<f32> = [&total, &s].into_iter().sum();
    total + s + t
}
#[test]
fn the_hosts_stack_holds_tensors() {
    on_all(|| {
        let x = [1.0f32, 3.0];
        let mut todo = vec![(x.to_vec(), 3)];
        let mut total = 0.0f32;
        while let Some((y, d)) = todo.pop() {
            if d == 0 {
                total += y.iter().sum::<f32>();
                continue;
            }
            if y.iter().copied().fold(f32::MIN, f32::max) > 2.0 {
                total += 1.0;
            }
            todo.push((y.iter().map(|v| v * 0.5).collect(), d - 1));
            todo.push((y.iter().map(|v| v + 1.0).collect(), d - 1));
        }
        let s = 4.0 * 3.0;
        assert_close(&[number(&host_stack(&vector(&x), 3))], &[2.0 * (total + s)]);
    });
}
