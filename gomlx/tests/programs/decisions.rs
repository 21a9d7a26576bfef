// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Decisions by host values and by tensors: mixed, nested and shadowed.

use gomlx::prelude::*;

use super::{assert_close, list, number, on_all, scalar, vector};

/// An integer tensor chooses one of several experts.
#[graph]
fn mixture(which: &Tensor![i32;], x: &Tensor![f32; N], experts: &Vec<(Tensor![f32; N, N], Tensor![f32; N])>) -> Tensor![f32; N] {
    let expert = |i: usize| {
        let (w, b) = &experts[i];
        (x.matmul(w) + b).relu()
    };
    match which {
        0 => expert(0),
        1 => expert(1) * 2.0,
        2 if x.sum() > 0.0 => expert(0) + expert(1),
        _ => x.clone(),
    }
}

#[test]
fn an_expert_is_chosen() {
    on_all(|| {
        let w = [[1.0f32, 2.0, -1.0, 0.5], [0.0, 1.0, 1.0, 0.0]];
        let experts: Vec<(Tensor<f32>, Tensor<f32>)> = w.iter().map(|w| (Tensor::new(&[2, 2], w).unwrap(), Tensor::ones(&[2]))).collect();
        for x in [[1.0f32, -0.5], [-1.0, -2.0]] {
            let y = |i: usize| [0, 1].map(|c| (x[0] * w[i][c] + x[1] * w[i][2 + c] + 1.0).max(0.0));
            for k in 0..4 {
                let expected = match k {
                    0 => y(0),
                    1 => y(1).map(|y| y * 2.0),
                    2 if x[0] + x[1] > 0.0 => [y(0)[0] + y(1)[0], y(0)[1] + y(1)[1]],
                    _ => x,
                };
                assert_close(&list(&mixture(&Tensor::scalar(k), &vector(&x), &experts)), &expected);
            }
        }
    });
}

/// Host conditions and tensor conditions in one expression.
#[graph]
fn mixed(x: &Tensor![f32; N], limit: Option<Tensor![f32;]>, config: &(bool, usize)) -> Tensor![f32; N] {
    let mut y = x * 2.0;
    if config.0 && y.sum() > 3.0 {
        y -= 1.0;
    }
    if N > 2 || y.max() > 10.0 {
        y *= 3.0;
    }
    if let Some(limit) = &limit {
        if y.max() > limit && config.1 > 1 {
            y = y.minimum(limit);
        } else if config.1 == 1 {
            y = -y;
        }
    }
    let Some(limit) = limit else { return y };
    if !(y.min() < limit) {
        y += 100.0;
    }
    y
}

#[test]
fn host_and_tensor_conditions_mix() {
    on_all(|| {
        for x in [vec![1.0f32, 2.0], vec![0.5, -7.0, 3.0], vec![6.0, 6.0]] {
            for limit in [None, Some(4.0f32), Some(-50.0)] {
                for config in [(false, 0), (true, 1), (true, 2)] {
                    let mut y: Vec<f32> = x.iter().map(|x| x * 2.0).collect();
                    let max = |y: &[f32]| y.iter().copied().fold(f32::MIN, f32::max);
                    if config.0 && y.iter().sum::<f32>() > 3.0 {
                        y.iter_mut().for_each(|y| *y -= 1.0);
                    }
                    if y.len() > 2 || max(&y) > 10.0 {
                        y.iter_mut().for_each(|y| *y *= 3.0);
                    }
                    if let Some(limit) = limit {
                        if max(&y) > limit && config.1 > 1 {
                            y.iter_mut().for_each(|y| *y = y.min(limit));
                        } else if config.1 == 1 {
                            y.iter_mut().for_each(|y| *y = -*y);
                        }
                        if y.iter().all(|y| *y >= limit) {
                            y.iter_mut().for_each(|y| *y += 100.0);
                        }
                    }
                    assert_close(&list(&mixed(&vector(&x), limit.map(scalar), &config)), &y);
                }
            }
        }
    });
}

#[graph]
fn shadowed(x: &Tensor![f32;], flag: &Tensor![bool;]) -> Tensor![f32;] {
    let x = x + 1.0;
    let y = if flag {
        let x = x * 2.0;
        let mut y = x.clone();
        if y > 4.0 {
            let y2 = y * 10.0;
            y = y2;
        }
        y
    } else {
        let x = -x;
        x * 1.0
    };
    let x = y + x;
    {
        let x = &x;
        x * x
    }
}

#[test]
fn names_are_shadowed() {
    on_all(|| {
        for x in [0.0f32, 2.0] {
            for flag in [false, true] {
                let a = x + 1.0;
                let y = if flag { if a * 2.0 > 4.0 { a * 20.0 } else { a * 2.0 } } else { -a };
                assert_eq!(number(&shadowed(&scalar(x), &Tensor::scalar(flag))), (y + a) * (y + a));
            }
        }
    });
}

#[derive(Clone, Debug, Tree)]
struct Summary {
    mean: Tensor<f32>,
    largest: Option<Tensor<f32>>,
    parts: [Tensor<f32>; 2],
    name: &'static str,
}

/// Branches that return a struct, with early returns.
#[graph]
fn summarise(x: &Tensor![f32; N], detailed: bool) -> Summary {
    let mean = x.mean();
    let parts = [x.min(), x.max()];
    if !detailed {
        return Summary { mean, largest: None, parts, name: "short" };
    }
    if mean < 0.0 {
        return Summary { mean: -mean, largest: Some(parts[0].clone()), parts, name: "long" };
    }
    let largest = Some(parts[1].clone());
    Summary { mean, largest, parts, name: "long" }
}

#[test]
fn structs_are_results() {
    on_all(|| {
        let short = summarise(&vector(&[1.0, 3.0]), false);
        assert_eq!((number(&short.mean), short.largest.is_none(), short.name), (2.0, true, "short"));
        let long = summarise(&vector(&[-1.0, -3.0]), true);
        assert_eq!((number(&long.mean), number(&long.largest.unwrap()), long.name), (2.0, -3.0, "long"));
        let long = summarise(&vector(&[1.0, 3.0]), true);
        assert_eq!((number(&long.mean), number(&long.largest.unwrap()), number(&long.parts[0])), (2.0, 3.0, 1.0));
    });
}

/// Host closures and iterators over layers, with tensor conditions in them.
#[graph]
fn folded(x: &Tensor![f32; N], layers: &Vec<Tensor![f32; N]>, skip: usize) -> (Tensor![f32; N], Tensor![f32;]) {
    let gate = |y: &Tensor<f32>, w: &Tensor<f32>| if y.sum() > 1.0 { y * w } else { y + w };
    let y = layers.iter().enumerate().filter(|(i, _)| *i != skip).fold(x.clone(), |y, (_, w)| gate(&y, w));
    let total: Tensor<f32> = layers.iter().map(|w| w.sum()).reduce(|a, b| a + b).unwrap_or_else(|| Tensor::scalar(0.0));
    let largest = layers.iter().map(|w| (w * x).sum()).fold(total, |a, b| if a > b { a } else { b });
    (y, largest)
}

#[test]
fn closures_and_iterators() {
    on_all(|| {
        let layers = [[1.0f32, 2.0], [0.5, 0.5], [-1.0, 3.0]];
        let tensors = layers.iter().map(|w| vector(w)).collect();
        for x in [[1.0f32, 1.0], [-4.0, 0.5]] {
            for skip in [0, 1, 9] {
                let mut y = x;
                for (i, w) in layers.iter().enumerate() {
                    if i != skip {
                        y = if y[0] + y[1] > 1.0 { [y[0] * w[0], y[1] * w[1]] } else { [y[0] + w[0], y[1] + w[1]] };
                    }
                }
                let largest = layers.iter().map(|w| w[0] * x[0] + w[1] * x[1]).fold(6.0, f32::max);
                let (out, most) = folded(&vector(&x), &tensors, skip);
                assert_close(&list(&out), &y);
                assert_close(&[number(&most)], &[largest]);
            }
        }
    });
}

#[derive(Clone, Debug, Tree)]
struct Grid {
    cells: Tensor<f32>,
    cursor: (Tensor<i32>, Tensor<i32>),
    history: Vec<Tensor<f32>>,
}

/// Compound assignment to nested fields and to parts of tensors.
#[graph]
fn walk(grid: &mut Grid, moves: &Tensor![i32; M]) -> Tensor![f32;] {
    let mut reward = Tensor::scalar(0.0);
    for m in rolled(moves) {
        match m {
            0 => grid.cursor.0 += 1,
            1 => grid.cursor.1 += 1,
            2 => {
                grid.cursor.0 -= 1;
                reward -= 0.5;
            }
            _ => grid.history[0] *= 2.0,
        }
        let at = (grid.cursor.0.clone(), grid.cursor.1.clone());
        reward += grid.cells.at(&at);
        grid.cells.add_at(&at, 1.0);
    }
    grid.history[1] += &reward;
    reward
}

#[test]
fn fields_and_parts_are_assigned() {
    on_all(|| {
        let mut grid = Grid {
            cells: Tensor::new(&[3, 3], &(0..9).map(|i| i as f32).collect::<Vec<_>>()).unwrap(),
            cursor: (Tensor::scalar(0), Tensor::scalar(0)),
            history: vec![scalar(1.0), scalar(2.0)],
        };
        let moves = [0, 1, 2, 7, 0, 0];
        let (mut cells, mut row, mut column, mut reward, mut first) = ([0.0f32, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], 0, 0, 0.0, 1.0);
        for m in moves {
            match m {
                0 => row += 1,
                1 => column += 1,
                2 => {
                    row -= 1;
                    reward -= 0.5;
                }
                _ => first *= 2.0,
            }
            reward += cells[row * 3 + column];
            cells[row * 3 + column] += 1.0;
        }
        assert_eq!(number(&walk(&mut grid, &Tensor::new(&[6], &moves).unwrap())), reward);
        assert_eq!(list(&grid.cells), cells);
        assert_eq!((number(&grid.history[0]), number(&grid.history[1])), (first, 2.0 + reward));
    });
}

const START: i32 = 0;
const STOP: i32 = 9;

/// Bounds of two integer types, and patterns with names and constants.
#[graph]
fn bounds(n: &Tensor![i32;], x: &Tensor![f32; N]) -> Tensor![f32;] {
    let mut sum = Tensor::scalar(0.0f32);
    for i in rolled(0..n) {
        sum += i.cast::<f32>();
    }
    for i in rolled(1..=n) {
        sum += match i {
            START | 1 => Tensor::scalar(0.5f32),
            STOP => Tensor::scalar(-1.0),
            k if k > 20 => Tensor::scalar(0.0),
            k => k.cast::<f32>() * 10.0,
        };
    }
    for i in rolled(0..x.dim(0)) {
        sum += x[i];
    }
    let last = n - 1;
    for i in rolled(n - 2..=last) {
        sum += i.cast::<f32>() * 1000.0;
    }
    sum + last.cast::<f32>()
}

#[test]
fn bounds_mix() {
    on_all(|| {
        for n in [2, 5, 12] {
            let mut sum = 0.0f32;
            for i in 0..n {
                sum += i as f32;
            }
            for i in 1..=n {
                sum += match i {
                    START | 1 => 0.5,
                    STOP => -1.0,
                    k if k > 20 => 0.0,
                    k => k as f32 * 10.0,
                };
            }
            sum += 3.0;
            for i in n - 2..=n - 1 {
                sum += i as f32 * 1000.0;
            }
            assert_eq!(number(&bounds(&Tensor::scalar(n), &vector(&[1.0, 2.0]))), sum + (n - 1) as f32);
        }
    });
}
