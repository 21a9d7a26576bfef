// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Ownership: references that are state, values moved into branches, stored conditions, host state.

use gomlx::prelude::*;

use super::{error, list, number, on_all, scalar, vector};

#[derive(Clone, Debug, Tree)]
struct Cell {
    value: Tensor<f32>,
    hits: Tensor<i32>,
}

impl Cell {
    fn hit(&mut self, by: &Tensor<f32>) {
        self.value = &self.value + by;
        self.hits = &self.hits + 1;
    }
}

fn cells(n: usize) -> Vec<Cell> {
    (0..n).map(|i| Cell { value: scalar(i as f32), hits: Tensor::scalar(0) }).collect()
}

/// References from several sources. Branches change them by methods, by fields, and as a whole.
#[graph]
fn references(cells: &mut Vec<Cell>, extra: &mut Option<Cell>, pair: &mut (Cell, Cell), x: &Tensor![f32; N]) -> Tensor![f32;] {
    for (i, cell) in cells.iter_mut().enumerate() {
        if cell.value < x[i] {
            cell.hit(&x[i]);
        }
    }
    for (cell, x) in cells.iter_mut().zip([x.at(0), x.at(1)]) {
        if cell.value > 2.0 {
            cell.value -= x;
        } else {
            cell.hits -= 10;
        }
    }
    if let Some(cell) = extra {
        if cell.value > 0.0 {
            cell.hit(&x.sum());
        }
    }
    if let Some(cell) = extra.as_mut() {
        if cell.value > 0.0 {
            cell.value = cell.value * 2.0;
        }
    }
    let (a, b) = pair;
    if a.value > b.value {
        std::mem::swap(a, b);
    } else {
        a.hit(&b.value);
    }
    let last = cells.last_mut().unwrap();
    if last.value > 0.0 {
        last.hit(&x.sum());
    }
    let first = &mut cells[0];
    let mut n = Tensor::scalar(0i32);
    while n < 3 {
        first.hit(&x[0]);
        n += 1;
    }
    first.value.clone()
}

fn references_plain(cells: &mut [(f32, i32)], extra: &mut Option<(f32, i32)>, pair: &mut ((f32, i32), (f32, i32)), x: &[f32]) -> f32 {
    let hit = |c: &mut (f32, i32), by: f32| *c = (c.0 + by, c.1 + 1);
    let sum: f32 = x.iter().sum();
    for (i, cell) in cells.iter_mut().enumerate() {
        if cell.0 < x[i] {
            hit(cell, x[i]);
        }
    }
    for (cell, x) in cells.iter_mut().zip(x) {
        if cell.0 > 2.0 {
            cell.0 -= x;
        } else {
            cell.1 -= 10;
        }
    }
    if let Some(cell) = extra {
        if cell.0 > 0.0 {
            hit(cell, sum);
        }
        if cell.0 > 0.0 {
            cell.0 *= 2.0;
        }
    }
    if pair.0.0 > pair.1.0 {
        std::mem::swap(&mut pair.0, &mut pair.1);
    } else {
        let by = pair.1.0;
        hit(&mut pair.0, by);
    }
    let last = cells.last_mut().unwrap();
    if last.0 > 0.0 {
        hit(last, sum);
    }
    for _ in 0..3 {
        hit(&mut cells[0], x[0]);
    }
    cells[0].0
}

#[test]
fn references_are_state() {
    let plain = |c: &Cell| (number(&c.value), c.hits.item().unwrap());
    on_all(|| {
        for x in [[1.0f32, 3.0], [-4.0, 2.5], [0.0, 0.0]] {
            let (mut all, mut extra, mut pair) = (cells(2), Some(cells(2).remove(1)), (cells(3).remove(2), cells(1).remove(0)));
            let mut all_plain: Vec<_> = all.iter().map(plain).collect();
            let (mut extra_plain, mut pair_plain) = (extra.as_ref().map(plain), (plain(&pair.0), plain(&pair.1)));
            for _ in 0..3 {
                let y = number(&references(&mut all, &mut extra, &mut pair, &vector(&x)));
                assert_eq!(y, references_plain(&mut all_plain, &mut extra_plain, &mut pair_plain, &x));
                assert_eq!(all.iter().map(plain).collect::<Vec<_>>(), all_plain);
                assert_eq!(extra.as_ref().map(plain), extra_plain);
                assert_eq!((plain(&pair.0), plain(&pair.1)), pair_plain);
            }
        }
    });
}

model! {
    /// One of several accumulators.
    enum Kind {
        Sum { total: Tensor![f32;] },
        Max(Cell),
        Nothing,
    }

    fn add(&mut self, x: &Tensor![f32;]) -> Tensor![f32;] {
        match self {
            Kind::Sum { total } => {
                if x > 0.0 {
                    *total += x;
                }
                total.clone()
            }
            Kind::Max(cell) => {
                if x > cell.value {
                    cell.hit(&(x - cell.value));
                }
                cell.value.clone()
            }
            Kind::Nothing => x.clone(),
        }
    }
}

#[test]
fn variants_are_state() {
    on_all(|| {
        let mut all = [Kind::Sum { total: scalar(1.0) }, Kind::Max(cells(1).remove(0)), Kind::Nothing];
        let expected = [[3.0f32, 3.0, 4.0], [2.0, 2.0, 2.0], [2.0, -1.0, 1.0]];
        for (kind, expected) in all.iter_mut().zip(expected) {
            for (x, expected) in [2.0f32, -1.0, 1.0].iter().zip(expected) {
                assert_eq!(number(&kind.add(&scalar(*x))), expected);
            }
        }
        let Kind::Max(cell) = &all[1] else { panic!() };
        assert_eq!(cell.hits.item().unwrap(), 1);
    });
}

/// Values that are moved into one branch or both.
#[graph]
fn moves(x: Tensor![f32; N], y: Option<Tensor![f32; N]>, parts: Vec<Tensor![f32; N]>) -> Tensor![f32; N] {
    let positive = x.sum() > 0.0;
    let z = match y {
        Some(y) => {
            if positive {
                y
            } else {
                x
            }
        }
        None if parts.is_empty() => return x,
        None => {
            let [a, b]: [Tensor<f32>; 2] = parts.try_into().unwrap_or_else(|_| panic!("two"));
            if positive { a } else { b }
        }
    };
    let double = |t: Tensor<f32>| t * 2.0;
    if positive { double(z) } else { z }
}

#[test]
fn values_are_moved_into_branches() {
    on_all(|| {
        for x in [1.0f32, -1.0] {
            let y = |v: f32| vector(&[v]);
            let sign = |a: f32, b: f32| if x > 0.0 { a * 2.0 } else { b };
            assert_eq!(list(&moves(y(x), Some(y(5.0)), vec![])), [sign(5.0, x)]);
            assert_eq!(list(&moves(y(x), None, vec![])), [x]);
            assert_eq!(list(&moves(y(x), None, vec![y(7.0), y(8.0)])), [sign(7.0, 8.0)]);
        }
    });
}

/// Conditions with names: stored, in fields, in parameters, negated, in loops.
#[derive(Clone, Debug, Tree)]
struct Flags {
    going: Tensor<bool>,
    count: Tensor<i32>,
}

#[graph]
fn named(
    flag: &Tensor![bool;],
    other: Tensor![bool;],
    limit: &Tensor![i32;],
    host: &(bool, Tensor<bool>),
) -> (Tensor![i32;], Tensor![bool;]) {
    let mut state = Flags { going: flag.clone(), count: Tensor::scalar(0) };
    while state.going {
        state.count += 1;
        if state.count >= limit {
            state.going = Tensor::scalar(false);
        }
    }
    let mut going = flag.clone();
    while going {
        state.count += 1;
        going = state.count < limit * 2;
    }
    if other {
        state.count += 100;
    }
    if host.0 && !other {
        state.count += 1000;
    }
    if host.1 {
        state.count += 10000;
    }
    let kept = flag && other;
    if kept && !going {
        state.count = -state.count;
    }
    (state.count, kept)
}

#[test]
fn conditions_are_looked_at() {
    on_all(|| {
        for flag in [false, true] {
            for other in [false, true] {
                for host in [(false, true), (true, false)] {
                    let mut count = if flag { 6 } else { 0 };
                    count += if other { 100 } else { 0 };
                    count += if host.0 && !other { 1000 } else { 0 };
                    count += if host.1 { 10000 } else { 0 };
                    count *= if flag && other { -1 } else { 1 };
                    let bool = Tensor::<bool>::scalar;
                    let (n, kept) = named(&bool(flag), bool(other), &Tensor::scalar(3), &(host.0, bool(host.1)));
                    assert_eq!((n.item().unwrap(), kept.item().unwrap()), (count, flag && other));
                }
            }
        }
    });
}

/// A body must not change host state, because the change would take effect only in the first call.
#[derive(Clone, Debug, Tree)]
struct Counted {
    total: Tensor<f32>,
    calls: usize,
    seen: Vec<Tensor<f32>>,
}

#[graph]
fn host_state(c: &mut Counted, x: &Tensor![f32;], what: usize) -> Tensor![f32;] {
    match what {
        0 => c.calls += 1,
        1 => c.seen.push(x.clone()),
        2 => c.seen.clear(),
        _ => c.total += x,
    }
    c.total.clone()
}

#[test]
fn host_state_is_not_changed() {
    on_all(|| {
        let mut c = Counted { total: scalar(1.0), calls: 0, seen: vec![scalar(2.0)] };
        for (what, part) in [(0, "changes `c.calls`"), (1, "changes `c.seen`"), (2, "changes `c.seen`")] {
            let message = error(host_state::try_call(&mut c, &scalar(1.0), what));
            assert!(message.contains(part) && message.contains("E0007") && message.contains("count in a tensor"), "{message}");
        }
        assert_eq!((c.calls, c.seen.len()), (0, 1));
        assert_eq!(number(&host_state(&mut c, &scalar(1.0), 3)), 2.0);
    });
}
