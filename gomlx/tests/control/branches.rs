// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `if`, `else if`, `else`, `&&`, `||`, `!`.

use gomlx::prelude::*;

use super::{assert_close, error, list, number, on_all, scalar, vector};

#[graph]
fn clip(x: &Tensor![f32;], low: &Tensor![f32;]) -> Tensor![f32;] {
    if x > 1.0 {
        x / 2.0
    } else if x < low && !(x > -8.0) || x == 0.0 {
        low - x
    } else {
        x.clone()
    }
}

#[test]
fn an_if_has_a_value() {
    let plain = |x: f32, low: f32| {
        if x > 1.0 {
            x / 2.0
        } else if x < low && x <= -8.0 || x == 0.0 {
            low - x
        } else {
            x
        }
    };
    on_all(|| {
        for x in [3.0, 0.5, 0.0, -1.0, -9.0] {
            assert_eq!(number(&clip(&scalar(x), &scalar(-2.0))), plain(x, -2.0));
        }
        let text = clip::lower(&scalar(0.0), &scalar(0.0)).expect("it traces").stablehlo();
        assert_eq!(text.matches("stablehlo.if").count(), 2, "{text}");
    });
}

#[graph]
fn state(x: &Tensor![f32; N], count: &mut Tensor![i32;], rng: &mut Rng) -> (Tensor![f32; N], Tensor![f32;]) {
    let mut y = x.clone();
    let mut noise = Tensor::scalar(0.0f32);
    let z;
    if x.sum() > 0.0 {
        y += 1.0;
        noise = rng.uniform(&[]);
        *count += 1;
        z = &y * 2.0;
    } else {
        z = y.clone();
    }
    if count.gt(1) {
        y = y * 10.0;
    }
    (y + z, noise)
}

#[test]
fn assigned_variables_are_state() {
    on_all(|| {
        let mut count = Tensor::scalar(0i32);
        let mut rng = Rng::from_seed(7);
        let first = state(&vector(&[1.0, 2.0]), &mut count, &mut rng);
        assert_close(&list(&first.0), &[6.0, 9.0]);
        let expected = number(&Rng::from_seed(7).uniform(&[]));
        assert_eq!(number(&first.1), expected);
        let same = state(&vector(&[-1.0, -2.0]), &mut count, &mut rng);
        assert_close(&list(&same.0), &[-2.0, -4.0]);
        assert_eq!((number(&same.1), count.item().unwrap()), (0.0, 1));
        let second = state(&vector(&[1.0, 2.0]), &mut count, &mut rng);
        assert_close(&list(&second.0), &[24.0, 36.0]);
        assert_ne!(number(&second.1), expected, "the generator advanced");
    });
}

struct Pair {
    a: Tensor<f32>,
    b: (Tensor<f32>, usize),
}

#[graph]
fn parts(x: &Tensor![f32;], flag: &Tensor![bool;]) -> Tensor![f32;] {
    let mut pair = Pair { a: x.clone(), b: (x + 1.0, 3) };
    let mut list = vec![x.clone(), x * 2.0];
    let t = x * 3.0;
    let moved = if flag { t } else { -t };
    if flag && x > 0.0 {
        pair.a = pair.a * 2.0;
        list[1] += 5.0;
    } else {
        pair.b.0 -= 1.0;
    }
    if flag {
        list.push(moved);
    } else {
        list.push(pair.a.clone());
    }
    pair.a + pair.b.0 * pair.b.1 + list[0] + list[1] + list[2]
}

impl Tree for Pair {
    fn visit(&self, role: gomlx::tree::Role, visitor: &mut dyn gomlx::tree::Visit) {
        self.a.visit(role, visitor);
        self.b.visit(role, visitor);
    }
    fn visit_mut(&mut self, role: gomlx::tree::Role, visitor: &mut dyn gomlx::tree::VisitMut) {
        self.a.visit_mut(role, visitor);
        self.b.visit_mut(role, visitor);
    }
    fn map(&self, role: gomlx::tree::Role, mapper: &mut dyn gomlx::tree::MapLeaves) -> Self {
        Pair { a: self.a.map(role, mapper), b: self.b.map(role, mapper) }
    }
}

#[test]
fn state_is_any_tree() {
    let plain = |x: f32, flag: bool| {
        let (mut a, mut b, mut l1) = (x, x + 1.0, x * 2.0);
        if flag && x > 0.0 {
            a *= 2.0;
            l1 += 5.0;
        } else {
            b -= 1.0;
        }
        let last = if flag { x * 3.0 } else { a };
        a + b * 3.0 + x + l1 + last
    };
    on_all(|| {
        for x in [2.0, -2.0] {
            for flag in [true, false] {
                assert_eq!(number(&parts(&scalar(x), &Tensor::scalar(flag))), plain(x, flag), "{x} {flag}");
            }
        }
    });
}

#[graph]
fn nested(x: &Tensor![f32;], y: &Tensor![f32;], host: bool) -> Tensor![f32;] {
    let mut out = Tensor::scalar(0.0f32);
    if x > 0.0 {
        if y > 0.0 {
            if x > y {
                out += 1.0;
            } else if host {
                out += 2.0;
            }
            out += 10.0;
        } else {
            out = out - if x > 1.0 { x.clone() } else { y.clone() };
        }
    } else {
        for i in 0..3 {
            if y > i {
                out += i + 1;
            }
        }
    }
    out
}

#[test]
fn ifs_nest() {
    let plain = |x: f32, y: f32, host: bool| {
        let mut out = 0.0;
        if x > 0.0 {
            if y > 0.0 {
                if x > y {
                    out += 1.0;
                } else if host {
                    out += 2.0;
                }
                out += 10.0;
            } else {
                out -= if x > 1.0 { x } else { y };
            }
        } else {
            for i in 0..3 {
                if y > i as f32 {
                    out += (i + 1) as f32;
                }
            }
        }
        out
    };
    on_all(|| {
        for x in [-1.0, 0.5, 2.0] {
            for y in [-1.0, 0.75, 1.5, 3.0] {
                for host in [false, true] {
                    assert_eq!(number(&nested(&scalar(x), &scalar(y), host)), plain(x, y, host), "{x} {y} {host}");
                }
            }
        }
    });
}

/// Host values that the macro cannot tell from tensors. rustc can.
#[graph]
fn host_values(x: &Tensor![f32; N], layers: Vec<Tensor<f32>>, names: &(usize, bool)) -> gomlx::Result<Tensor![f32; N]> {
    let mut y = x.clone();
    let text = String::from("moved");
    let first = &layers;
    let kept = if names.1 { text } else { text + "!" };
    let scale: &Tensor<f32> = if names.0 > 1 { &layers[0] } else { &layers[1] };
    for layer in first {
        if names.0 == 3 {
            continue;
        }
        if names.0 == 4 {
            break;
        }
        y += layer;
    }
    if names.0 == 5 {
        return Ok(y);
    }
    if names.0 == 6 {
        host_error()?;
    }
    let length = kept.len();
    Ok(y * scale * length)
}

fn host_error() -> gomlx::Result<()> {
    Tensor::<f32>::new(&[2], &[]).map(|_| ())
}

#[test]
fn host_conditions_stay_rust() {
    on_all(|| {
        let call = |n: usize, flag: bool| {
            host_values::try_call(&vector(&[1.0]), vec![vector(&[2.0]), vector(&[3.0])], &(n, flag)).map(|y| list(&y)[0])
        };
        assert_eq!(call(1, true).unwrap(), 6.0 * 3.0 * 5.0);
        assert_eq!(call(2, false).unwrap(), 6.0 * 2.0 * 6.0);
        assert_eq!(call(3, true).unwrap(), 2.0 * 5.0);
        assert_eq!(call(4, true).unwrap(), 2.0 * 5.0);
        assert_eq!(call(5, true).unwrap(), 6.0);
        assert!(call(6, true).is_err());
    });
}

model! {
    Gate {
        scale: Tensor![f32;] = ones(),
        #[state]
        calls: Tensor![i32;] = zeros(),
        layers: Vec<Tensor<f32>> = vec![Tensor::scalar(2.0), Tensor::scalar(3.0)],
    }

    fn forward(&mut self, x: &Tensor![f32; N]) -> Tensor![f32; N] {
        self.calls += 1;
        let mut y = x * self.scale;
        for layer in &mut self.layers {
            if y.sum() > 10.0 {
                *layer += 1.0;
                y = y - *layer;
            }
            y = y * *layer;
        }
        if self.calls > 1 {
            self.scale = self.scale * 0.5;
        }
        y
    }
}

#[test]
fn methods_of_models_branch() {
    on_all(|| {
        let mut gate = Gate::init(&mut Rng::from_seed(0));
        let (mut scale, mut calls, mut layers) = (1.0f32, 0, [2.0f32, 3.0]);
        for _ in 0..3 {
            let mut expected = [4.0, 7.0].map(|x| x * scale);
            calls += 1;
            for layer in &mut layers {
                if expected.iter().sum::<f32>() > 10.0 {
                    *layer += 1.0;
                    expected = expected.map(|y| y - *layer);
                }
                expected = expected.map(|y| y * *layer);
            }
            if calls > 1 {
                scale *= 0.5;
            }
            assert_close(&list(&gate.forward(&vector(&[4.0, 7.0]))), &expected);
            assert_eq!(number(&gate.scale), scale);
            assert_close(&[number(&gate.layers[0]), number(&gate.layers[1])], &layers);
        }
    });
}

// With shapes in `Tensor![..]`, some of these mistakes would be compile errors, so these graphs use plain `Tensor`.
#[graph]
fn shapes(x: &Tensor<f32>) -> Tensor<f32> {
    if x.sum() > 0.0 { x.clone() } else { x.sum() }
}

#[graph]
fn vectors(x: &Tensor<f32>) -> Tensor<f32> {
    if x > 0.0 { x.clone() } else { -x }
}

#[graph]
fn counts(x: &Tensor![f32; N]) -> Tensor<f32> {
    let mut n = 0usize;
    if x.sum() > 0.0 {
        n += 1;
    }
    x * n
}

#[graph]
fn lengths(x: &Tensor![f32; N]) -> Tensor<f32> {
    let mut all = vec![x.clone()];
    if x.sum() > 0.0 {
        all.push(x * 2.0);
    }
    all[0].clone()
}

#[test]
fn mistakes_name_what_differs() {
    on_all(|| {
        let x = vector(&[1.0, 2.0]);
        let message = error(shapes::try_call(&x));
        assert!(
            message.contains("if: the value is f32[2] after one branch and f32[] after another") && message.contains("branches.rs:"),
            "{message}"
        );
        let message = error(vectors::try_call(&x));
        assert!(message.contains("if: the condition is bool[2], not a scalar") && message.contains("`.all()`"), "{message}");
        let message = error(counts::try_call(&x));
        assert!(message.contains("`n`") && message.contains("host values"), "{message}");
        let message = error(lengths::try_call(&x));
        assert!(message.contains("`all`"), "{message}");
    });
}
