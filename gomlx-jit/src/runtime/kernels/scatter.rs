// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! StableHLO `scatter` with one operand and a simple combiner.
//!
//! Updates that fall outside the operand are dropped, element by element. Windows are applied in row-major order of
//! their batch positions, so the last of several replacements of one element stays.
//!
//! Invariant: a task owns a range of the windows' rows' columns and applies all windows to it in order, so that the
//! result does not depend on the number of threads.

use std::marker::PhantomData;

use super::address::{AddressSpec, Addressing, Place, WindowAxis, rows, unravel};
use super::copy::row_major;
use crate::runtime::elem::{Combine, CombineOp, Elem, Widen, multiversion, with_combine, with_elem};
use crate::runtime::pool::parallel_for;
use crate::runtime::ptr::Shared;

/// What an update does to the element it meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Update {
    /// Takes its place.
    Replace,
    /// Combines with it.
    Combine(Combine),
}

/// A planned scatter.
#[derive(Clone, Debug)]
pub struct Scatter {
    addressing: Addressing,
    operand: Vec<usize>,
    strides: Vec<isize>,
    /// The largest start on each axis of the operand at which a window lies inside.
    last: Vec<i64>,
    elem_size: usize,
    outer: Vec<WindowAxis>,
    row: WindowAxis,
    rows: usize,
    /// Columns of a row that one task owns.
    columns: usize,
    apply: ApplyFn,
}

type ApplyFn = unsafe fn(&Scatter, indices: *const u8, updates: *const u8, out: *mut u8, begin: usize, end: usize);

const MAX_RANK: usize = 16;

impl Scatter {
    /// Plans a scatter of `elem` elements.
    pub fn new(elem: Elem, update: Update, spec: &AddressSpec) -> Scatter {
        assert!(spec.operand.len() <= MAX_RANK, "scatter takes at most {MAX_RANK} dims");
        let addressing = Addressing::new(spec);
        let (outer, row) = rows(&addressing.window);
        let apply: ApplyFn = with_elem!(elem, T => match update {
            Update::Replace => apply::<Rule<T, Replacing>>,
            Update::Combine(combine) => with_combine!(combine, O => apply::<Rule<T, O>>),
        });
        // Tasks may share rows only if all windows have a column at the same place: if no start moves along the row.
        let mut covered = 1;
        let along_row = addressing.window.iter().rev().take_while(|w| {
            covered *= w.size;
            covered <= row.size
        });
        let moved = along_row.into_iter().any(|w| w.size > 1 && spec.start_index_map.contains(&w.axis));
        let split = row.size >= 128 && !moved;
        let window = |axis: usize| addressing.window.iter().find(|w| w.axis == axis).map_or(1, |w| w.size);
        Scatter {
            operand: spec.operand.clone(),
            strides: row_major(&spec.operand),
            last: spec.operand.iter().enumerate().map(|(axis, &d)| d as i64 - window(axis) as i64).collect(),
            addressing,
            elem_size: elem.size(),
            rows: outer.iter().map(|a| a.size).product(),
            outer: outer.to_vec(),
            row,
            columns: if split { row.size.div_ceil(16).next_multiple_of(128) } else { row.size.max(1) },
            apply,
        }
    }

    /// Runs the scatter. `out` may be `operand` itself, which is then updated in place.
    ///
    /// # Safety
    /// The buffers hold what the plan was made for. `out` overlaps neither indices nor updates, and the operand only if
    /// it is the operand.
    pub unsafe fn run(&self, operand: *const u8, indices: *const u8, updates: *const u8, out: *mut u8) {
        if !std::ptr::eq(operand, out) {
            let bytes = self.operand.iter().product::<usize>() * self.elem_size;
            let per_tile = 256 << 10;
            let (from, to) = (Shared::from_const(operand), Shared::new(out));
            parallel_for(bytes.div_ceil(per_tile), per_tile as f64 / 10.0, &|tile| {
                let at = tile * per_tile;
                // SAFETY: tiles are disjoint parts of both buffers.
                unsafe { std::ptr::copy_nonoverlapping(from.get().add(at), to.get().add(at), per_tile.min(bytes - at)) }
            });
        }
        let work = self.addressing.positions() * self.rows;
        let ns = work as f64 * (self.columns as f64 * 0.3 + 10.0);
        let (indices, updates, out) = (Shared::from_const(indices), Shared::from_const(updates), Shared::new(out));
        parallel_for(self.row.size.div_ceil(self.columns), ns, &|tile| {
            let (begin, end) = (tile * self.columns, ((tile + 1) * self.columns).min(self.row.size));
            // SAFETY: tasks own disjoint columns of every window, which are disjoint elements, for all windows start at
            // the same column.
            unsafe { (self.apply)(self, indices.get(), updates.get(), out.get(), begin, end) }
        });
    }
}

trait Applying: 'static {
    type T: Widen;
    fn apply(old: Self::T, update: Self::T) -> Self::T;
}

struct Replacing;

struct Rule<T, O>(PhantomData<(T, O)>);

impl<T: Widen> Applying for Rule<T, Replacing> {
    type T = T;
    #[inline(always)]
    fn apply(_: T, update: T) -> T {
        update
    }
}

impl<T: Widen, O: CombineOp> Applying for Rule<T, O> {
    type T = T;
    #[inline(always)]
    fn apply(old: T, update: T) -> T {
        T::narrow(O::combine(old.widen(), update.widen()))
    }
}

multiversion! {
    /// Applies columns `begin..end` of the rows of all windows.
    ///
    /// # Safety
    /// As [`Scatter::run`].
    unsafe fn apply<R: Applying>(
        plan: &Scatter, indices: *const u8, updates: *const u8, out: *mut u8, begin: usize, end: usize,
    ) {
        let (updates, out) = (updates.cast::<R::T>(), out.cast::<R::T>());
        for position in 0..plan.addressing.positions() {
            let place = plan.addressing.place(position);
            let mut start = [0i64; MAX_RANK];
            let mut to = place.operand;
            // SAFETY: the position is one of the description.
            unsafe {
                plan.addressing.start(indices, &place, |axis, stride, i| {
                    start[axis] = i;
                    to = to.wrapping_add((i as isize).wrapping_mul(stride));
                });
            }
            let inside = start.iter().zip(&plan.last).all(|(&s, &last)| s >= 0 && s <= last);
            if !inside {
                // SAFETY: elements outside the operand are skipped one by one.
                unsafe { clipped::<R>(plan, &start, &place, updates, out, begin, end) };
                continue;
            }
            for row in 0..plan.rows {
                let (o, u) = unravel(&plan.outer, row);
                // SAFETY: the window lies inside the operand.
                unsafe {
                    let (to, from) = (out.offset(to + o), updates.offset(place.windowed + u));
                    if plan.row.operand == 1 && plan.row.windowed == 1 {
                        for i in begin..end {
                            to.add(i).write(R::apply(*to.add(i), *from.add(i)));
                        }
                    } else {
                        for i in begin as isize..end as isize {
                            let to = to.offset(i * plan.row.operand);
                            to.write(R::apply(*to, *from.offset(i * plan.row.windowed)));
                        }
                    }
                }
            }
        }
    }
}

/// Applies the elements of a window that lie inside the operand.
///
/// # Safety
/// As [`Scatter::run`].
#[inline(always)]
unsafe fn clipped<R: Applying>(
    plan: &Scatter,
    start: &[i64; MAX_RANK],
    place: &Place,
    updates: *const R::T,
    out: *mut R::T,
    begin: usize,
    end: usize,
) {
    let window = &plan.addressing.window;
    let windowed = |axis: usize| window.iter().any(|w| w.axis == axis);
    let outside = |axis: usize, i: i64| i < 0 || i >= plan.operand[axis] as i64;
    if (0..plan.operand.len()).any(|axis| !windowed(axis) && outside(axis, start[axis])) {
        return;
    }
    let base: isize =
        place.operand + (0..plan.operand.len()).filter(|&a| !windowed(a)).map(|a| start[a] as isize * plan.strides[a]).sum::<isize>();
    let total: usize = window.iter().map(|w| w.size).product();
    'elements: for at in 0..total {
        // The column of the element in its row tells which task owns it.
        let column = at % plan.row.size;
        if column < begin || column >= end {
            continue;
        }
        let (mut rest, mut to, mut from) = (at, base, place.windowed);
        for w in window.iter().rev() {
            let i = rest % w.size;
            rest /= w.size;
            let target = start[w.axis].saturating_add(i as i64);
            if outside(w.axis, target) {
                continue 'elements;
            }
            to += target as isize * w.operand;
            from += i as isize * w.windowed;
        }
        // SAFETY: every coordinate was checked against the operand.
        unsafe {
            let to = out.offset(to);
            to.write(R::apply(*to, *updates.offset(from)));
        }
    }
}

#[cfg(test)]
mod tests;
