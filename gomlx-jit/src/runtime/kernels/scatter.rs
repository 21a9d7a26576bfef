// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! StableHLO `scatter` with one operand and a simple combiner.
//!
//! Each element of an update that falls outside the operand is dropped. Windows are applied in row-major order of their
//! batch positions: of several replacements of one element, the last one stays.
//!
//! Invariant: the result does not depend on the number of threads. A task owns a range of columns of the windows' rows,
//! and applies all windows to it in order.

use std::marker::PhantomData;
use std::mem::MaybeUninit;

use super::address::{AHEAD, AddressSpec, Addressing, Place, WindowAxis, prefetch, rows, unravel};
use super::copy::row_major;
use crate::runtime::cast::{CastFn, View};
use crate::runtime::elem::{Combine, CombineOp, Elem, Lane, Num, multiversion, with_combine, with_lane};
use crate::runtime::pool::parallel_for;
use crate::runtime::ptr::Shared;

/// How an update changes an element of the operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Update {
    /// The update replaces the element.
    Replace,
    /// The update is combined with the element.
    Combine(Combine),
}

/// A planned scatter.
#[derive(Clone, Debug)]
pub(crate) struct Scatter {
    addressing: Addressing,
    operand: Vec<usize>,
    strides: Vec<isize>,
    /// For each axis of the operand, the largest start that keeps a window inside.
    last: Vec<i64>,
    elem_size: usize,
    outer: Vec<WindowAxis>,
    row: WindowAxis,
    rows: usize,
    /// Number of columns of a row that one task owns.
    columns: usize,
    casts: Option<[CastFn; 2]>,
    apply: ApplyFn,
}

/// The location of a window: the offsets of its first element in the operand and in the updates.
#[derive(Clone, Copy, Default)]
struct Window {
    to: isize,
    from: isize,
    /// Whether the whole window lies inside the operand.
    inside: bool,
}

const MAX_RANK: usize = 16;
/// Number of elements that are converted at a time.
const CHUNK: usize = 256;

impl Scatter {
    /// Plans a scatter of `elem` elements.
    ///
    /// # Panics
    /// If no [`Lane`] combines elements of this kind.
    pub(crate) fn new(elem: Elem, update: Update, spec: &AddressSpec) -> Scatter {
        assert!(spec.operand.len() <= MAX_RANK, "scatter takes at most {MAX_RANK} dims");
        let addressing = Addressing::new(spec);
        let (outer, row) = rows(&addressing.window);
        let (apply, casts): (ApplyFn, _) = match update {
            Update::Replace => (replacing(elem.size()), None),
            Update::Combine(combine) => {
                let lane = Lane::new(elem, combine).unwrap_or_else(|| unreachable!("{elem:?} is left to bodies of any kind"));
                (with_lane!(lane.elem, T => with_combine!(lane.combine, O => apply::<Combining<T, O>>())), lane.casts)
            }
        };
        // Tasks may share a row only if every window has its columns at the same positions: if no start moves windows
        // along the row.
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
            casts,
            apply,
        }
    }

    /// Runs the scatter. `out` may be `operand` itself, which is then updated in place.
    ///
    /// # Safety
    /// The buffers are those of the plan. `out` overlaps neither indices nor updates, and either is the operand or does
    /// not overlap it.
    pub(crate) unsafe fn run(&self, operand: *const u8, indices: *const u8, updates: *const u8, out: *mut u8) {
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
            // SAFETY: tasks own disjoint columns of every window. These are disjoint elements: if there are several
            // tasks, all windows start at the same column.
            unsafe { self.columns(indices.get(), updates.get(), out.get(), begin, end) }
        });
    }

    /// Applies columns `begin..end` of the rows of all windows.
    ///
    /// # Safety
    /// As [`Scatter::run`].
    unsafe fn columns(&self, indices: *const u8, updates: *const u8, out: *mut u8, begin: usize, end: usize) {
        let size = self.elem_size as isize;
        let positions = self.addressing.positions();
        let first = |to: isize| out.wrapping_offset((to + begin as isize * self.row.operand) * size);
        let fetched = |position: usize| {
            // SAFETY: the position is one of the description.
            let window = unsafe { self.window(indices, position) };
            if window.inside {
                prefetch(first(window.to), (end - begin) * self.elem_size);
            }
            window
        };
        let mut next: [Window; AHEAD] = std::array::from_fn(|i| if i < positions { fetched(i) } else { Window::default() });
        for position in 0..positions {
            let window = next[position % AHEAD];
            if position + AHEAD < positions {
                next[position % AHEAD] = fetched(position + AHEAD);
            }
            let Window { to, from, inside } = window;
            if !inside {
                // SAFETY: `clipped` skips each element outside the operand.
                unsafe { self.clipped(indices, position, updates, out, begin, end) };
                continue;
            }
            for row in 0..self.rows {
                let (o, u) = unravel(&self.outer, row);
                let (o, u) = (to + o + begin as isize * self.row.operand, from + u + begin as isize * self.row.windowed);
                // SAFETY: the window lies inside the operand.
                unsafe { self.elements(out.offset(o * size), self.row.operand, updates.offset(u * size), self.row.windowed, end - begin) }
            }
        }
    }

    /// The location of the window of a batch position.
    ///
    /// # Safety
    /// The position is one of the description.
    #[inline(always)]
    unsafe fn window(&self, indices: *const u8, position: usize) -> Window {
        let place = self.addressing.place(position);
        let mut to = place.operand;
        // SAFETY: as the caller promised.
        let start = unsafe { self.start(indices, &place, |stride, i| to = to.wrapping_add((i as isize).wrapping_mul(stride))) };
        let inside = start.iter().zip(&self.last).all(|(&s, &last)| s >= 0 && s <= last);
        Window { to, from: place.windowed, inside }
    }

    /// The start of a window on each axis of the operand. Calls `each` with the stride and the start for each axis that
    /// the index vector addresses.
    ///
    /// # Safety
    /// The place belongs to a batch position of the description.
    #[inline(always)]
    unsafe fn start(&self, indices: *const u8, place: &Place, mut each: impl FnMut(isize, i64)) -> [i64; MAX_RANK] {
        let mut start = [0i64; MAX_RANK];
        // SAFETY: as the caller promised.
        unsafe {
            self.addressing.start(indices, place, |axis, stride, i| {
                start[axis] = i;
                each(stride, i);
            });
        }
        start
    }

    /// Applies the elements of a window that lie inside the operand.
    ///
    /// # Safety
    /// As [`Scatter::run`].
    unsafe fn clipped(&self, indices: *const u8, position: usize, updates: *const u8, out: *mut u8, begin: usize, end: usize) {
        let place = self.addressing.place(position);
        // SAFETY: the position is one of the description.
        let start = unsafe { self.start(indices, &place, |_, _| {}) };
        let (window, size) = (&self.addressing.window, self.elem_size as isize);
        let windowed = |axis: usize| window.iter().any(|w| w.axis == axis);
        let outside = |axis: usize, i: i64| i < 0 || i >= self.operand[axis] as i64;
        if (0..self.operand.len()).any(|axis| !windowed(axis) && outside(axis, start[axis])) {
            return;
        }
        let base: isize =
            place.operand + (0..self.operand.len()).filter(|&a| !windowed(a)).map(|a| start[a] as isize * self.strides[a]).sum::<isize>();
        let total: usize = window.iter().map(|w| w.size).product();
        'elements: for at in 0..total {
            // The column of the element in its row decides which task owns it.
            let column = at % self.row.size;
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
            unsafe { self.elements(out.offset(to * size), 1, updates.offset(from * size), 1, 1) }
        }
    }

    /// Applies `n` updates to `n` elements. Steps are in elements.
    ///
    /// # Safety
    /// As [`ApplyFn`], for elements of the plan's kind.
    #[inline(always)]
    unsafe fn elements(&self, to: *mut u8, to_step: isize, from: *const u8, from_step: isize, n: usize) {
        // SAFETY: as the caller promised.
        unsafe {
            match self.casts {
                None => (self.apply)(to, to_step, from, from_step, n),
                Some(casts) => self.converted(casts, View::new(to, 0, to_step), View::new(from, 0, from_step), n),
            }
        }
    }

    /// # Safety
    /// As [`Scatter::elements`].
    unsafe fn converted(&self, [widen, narrow]: [CastFn; 2], to: View, from: View, n: usize) {
        let mut wide = [[const { MaybeUninit::<u64>::uninit() }; CHUNK]; 2];
        let [old, new] = wide.each_mut().map(|w| View::new(w.as_mut_ptr(), 0, 1));
        for at in (0..n).step_by(CHUNK) {
            let n = CHUNK.min(n - at);
            // SAFETY: the caller vouches for the `n` elements from `at` on, which fit into the chunks.
            unsafe {
                let to = to.at(self.elem_size, 0, at);
                widen(1, n, to, old);
                widen(1, n, from.at(self.elem_size, 0, at), new);
                (self.apply)(old.ptr, 1, new.ptr, 1, n);
                narrow(1, n, old, to);
            }
        }
    }
}

/// Applies `n` updates, `from_step` apart, to `n` elements, `to_step` apart.
///
/// # Safety
/// Both pointers are valid for these elements, in the function's element kind.
type ApplyFn = unsafe fn(to: *mut u8, to_step: isize, from: *const u8, from_step: isize, n: usize);

trait Applying {
    type T: Num;
    type Op: CombineOp;
}

struct Combining<T, O>(PhantomData<(T, O)>);

impl<T: Num, O: CombineOp> Applying for Combining<T, O> {
    type T = T;
    type Op = O;
}

multiversion! {
    fn apply<R: Applying>() -> unsafe fn(to: *mut u8, to_step: isize, from: *const u8, from_step: isize, n: usize) {
        let (to, from) = (to.cast::<R::T>(), from.cast::<R::T>());
        // SAFETY: as the caller of an [`ApplyFn`] promised.
        unsafe {
            if to_step == 1 && from_step == 1 {
                for i in 0..n {
                    to.add(i).write(R::Op::combine(*to.add(i), *from.add(i)));
                }
            } else {
                for i in 0..n as isize {
                    let to = to.offset(i * to_step);
                    to.write(R::Op::combine(*to, *from.offset(i * from_step)));
                }
            }
        }
    }
}

/// The function that replaces elements of `elem_size` bytes by updates.
fn replacing(elem_size: usize) -> ApplyFn {
    unsafe fn replace<T: Copy>(to: *mut u8, to_step: isize, from: *const u8, from_step: isize, n: usize) {
        let (to, from) = (to.cast::<T>(), from.cast::<T>());
        // SAFETY: as the caller of an [`ApplyFn`] promised.
        unsafe {
            if to_step == 1 && from_step == 1 {
                std::ptr::copy_nonoverlapping(from, to, n);
            } else {
                for i in 0..n as isize {
                    to.offset(i * to_step).write(*from.offset(i * from_step));
                }
            }
        }
    }
    match elem_size {
        1 => replace::<u8>,
        2 => replace::<u16>,
        4 => replace::<u32>,
        8 => replace::<u64>,
        16 => replace::<[u64; 2]>,
        other => unreachable!("no element has {other} bytes"),
    }
}

#[cfg(test)]
mod tests;
