// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Host values in graphs: comparisons of any type, control flow, macros.

use gomlx::prelude::*;
use gomlx::{Error as GraphError, Result};

use super::{assert_close, list, number, on_all, scalar, vector};

#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Hash, Tree)]
enum Kind {
    A,
    B,
}

#[derive(Clone, Debug, PartialEq, Tree)]
struct Config {
    kind: Kind,
    width: usize,
    name: String,
    dims: Vec<usize>,
}

#[derive(Clone, Debug, Tree)]
struct Part {
    config: Config,
    w: Tensor<f32>,
}

#[graph]
fn host_compare(a: &Part, b: &Part, kind: Kind) -> Tensor![f32;] {
    let mut y = a.w.sum();
    if a.config.kind == b.config.kind {
        y += 1.0;
    }
    if a.config == b.config {
        y += 10.0;
    }
    if a.config.name == "first" {
        y += 100.0;
    }
    if a.config.name != b.config.name {
        y += 1000.0;
    }
    if a.config.dims == [1, 2] {
        y += 5.0;
    }
    if a.config.dims == vec![1, 2] {
        y += 5.0;
    }
    if a.config.kind < b.config.kind || kind == a.config.kind {
        y += 7.0;
    }
    let same = a.config.kind == kind;
    if same && y > 0.0 {
        y *= 2.0;
    }
    let (m, n) = (a.config.width, b.config.width);
    if (m, n) == (1, 2) {
        y += 3.0;
    }
    if Some(m) == Some(1) {
        y += 0.5;
    }
    for d in &a.config.dims {
        if *d > 1 {
            y += 0.25;
        }
    }
    for &d in &a.config.dims {
        if d == 1 {
            y += 0.25;
        }
    }
    for d in a.config.dims.iter().rev() {
        if d == &1 {
            y += 0.25;
        }
    }
    y
}

fn part(w: f32, kind: Kind, name: &str, width: usize) -> Part {
    Part { config: Config { kind, width, name: name.into(), dims: vec![1, 2] }, w: scalar(w) }
}

#[test]
fn host_values_compare() {
    on_all(|| {
        let (a, b) = (part(1.0, Kind::A, "first", 1), part(2.0, Kind::B, "second", 2));
        assert_eq!(number(&host_compare(&a, &b, Kind::A)), (1.0 + 100.0 + 1000.0 + 5.0 + 5.0 + 7.0) * 2.0 + 3.0 + 0.5 + 0.75);
        assert_eq!(number(&host_compare(&b, &b, Kind::A)), (2.0 + 1.0 + 10.0 + 5.0 + 5.0) + 0.75);
    });
}

#[graph]
fn host_soup(x: &Tensor![f32; N], sizes: &Vec<usize>, text: &Option<String>) -> Result<Tensor![f32; N]> {
    const K: usize = 2;
    fn square(x: &Tensor<f32>) -> Tensor<f32> {
        x * x
    }
    #[derive(Clone)]
    struct Local {
        w: Tensor<f32>,
        n: usize,
    }
    let mut acc = x.clone();
    let mut found = None;
    'outer: for (i, a) in sizes.iter().enumerate() {
        for b in &sizes[i + 1..] {
            if a == b {
                found = Some((i, *a));
                break 'outer;
            }
            if a > b {
                continue 'outer;
            }
            acc += *b;
        }
        acc = acc * (*a as f32);
    }
    let Some((i, a)) = found else { return Ok(square(&acc)) };
    let n: i32 = text.as_deref().unwrap_or("3").parse().map_err(|_| gomlx_error())?;
    let local = Local { w: acc * 2.0, n: K };
    let Local { w, n: k } = &local;
    let w = w + i as f32 + a as f32 + n;
    let w = (0..*k).fold(w, |w, _| w + 1.0);
    let total: f32 = sizes.iter().map(|&s| s as f32).sum();
    let best = sizes.iter().copied().max().unwrap_or(0);
    let w = if best > K { w * total } else { w };
    let mut count = 0;
    while count < 3 {
        count += 1;
        if count == best {
            break;
        }
    }
    let value = loop {
        count += 1;
        if count > 5 {
            break count;
        }
    };
    Ok(w + value)
}

fn gomlx_error() -> gomlx::Error {
    Tensor::<f32>::new(&[2], &[]).unwrap_err()
}

#[test]
fn control_flow_is_rusts() {
    let plain = |x: f32, sizes: &[usize], text: Option<&str>| -> Option<f32> {
        let mut acc = x;
        let mut found = None;
        'outer: for (i, a) in sizes.iter().enumerate() {
            for b in &sizes[i + 1..] {
                if a == b {
                    found = Some((i, *a));
                    break 'outer;
                }
                if a > b {
                    continue 'outer;
                }
                acc += *b as f32;
            }
            acc *= *a as f32;
        }
        let Some((i, a)) = found else { return Some(acc * acc) };
        let n: i32 = text.unwrap_or("3").parse().ok()?;
        let mut w = acc * 2.0 + i as f32 + a as f32 + n as f32 + 2.0;
        let total: f32 = sizes.iter().map(|&s| s as f32).sum();
        let best = sizes.iter().copied().max().unwrap_or(0);
        if best > 2 {
            w *= total;
        }
        let mut count = 0;
        while count < 3 {
            count += 1;
            if count == best {
                break;
            }
        }
        let value = loop {
            count += 1;
            if count > 5 {
                break count;
            }
        };
        Some(w + value as f32)
    };
    on_all(|| {
        for (sizes, text) in [
            (vec![1usize, 2, 3], None),
            (vec![1, 2, 2], Some("4")),
            (vec![3, 3], None),
            (vec![2, 1, 5, 5], Some("x")),
            (vec![], None),
            (vec![1, 1], None),
        ] {
            let y = host_soup(&vector(&[1.5]), &sizes, &text.map(String::from));
            match plain(1.5, &sizes, text) {
                Some(e) => assert_close(&list(&y.unwrap()), &[e]),
                None => assert!(y.is_err()),
            }
        }
    });
}

#[graph]
#[allow(clippy::useless_vec)]
fn macros_in(x: &Tensor![f32; N, M], k: usize) -> Tensor![f32; N] {
    assert!(k < M, "k is {k}, M is {M}");
    assert_eq!(x.rank(), 2);
    assert_ne!(N, 0, "no rows");
    debug_assert!(x.dim(1) == M && M > k);
    let name = format!("{N}x{M}");
    let _line = format!("{} {:?} {name}", x.dims().len(), x.dims());
    if name.is_empty() {
        println!("{name}");
        unreachable!("a name");
    }
    let parts = vec![x.at((.., k)), x.at((.., 0))];
    let zeros = vec![0.0f32; 3];
    matches!(k, 0 | 1).then(|| parts[0] + zeros[0]).unwrap_or_else(|| parts[1].clone())
}

#[test]
fn macros_see_host_values() {
    on_all(|| {
        let x = Tensor::new(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();
        assert_close(&list(&macros_in(&x, 1)), &[2.0, 5.0]);
        assert_close(&list(&macros_in(&x, 2)), &[1.0, 4.0]);
    });
}

/// Code that looks as if it reads, changes or prints a tensor, but does not.
#[derive(Clone, Debug, Tree)]
struct Holder {
    x: Tensor<f32>,
}
impl Holder {
    fn set(&self, n: usize) -> Tensor<f32> {
        &self.x * n
    }
}
fn select(n: usize) -> usize {
    n + 1
}
#[graph]
fn look_alikes(x: &Tensor![f32; N], k: &Tensor![i32;], h: &Holder) -> std::result::Result<Tensor![f32; N], GraphError> {
    let n: usize = select(3);
    let bits = k ^ 1;
    let text = format!("{x} {}", 3, x = 4);
    let shape = format!("{:?} {N}", x.dims());
    let y = h.set(n);
    let flag = h.x.rank() == 0;
    let z = match flag {
        true => y,
        false => x * 0.0,
    };
    Ok(z + x * bits.cast::<f32>() + text.len() + shape.len())
}
#[test]
fn names_that_look_like_tensors_are_free() {
    on_all(|| {
        assert_close(
            &list(&look_alikes(&vector(&[1.0, 2.0]), &Tensor::scalar(2), &Holder { x: scalar(0.5) }).unwrap()),
            &[2.0 + 3.0 + 3.0 + 5.0, 2.0 + 6.0 + 3.0 + 5.0],
        );
    });
}
