// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! StableHLO `select_and_scatter` of f32 and f64, where the selection is a comparison and the scatter is a sum: the
//! gradient of max- and min-pooling. (16-bit floats become f32 before.)
//!
//! Each window visits its elements in order. An element replaces the selected one if the comparison of the selected
//! element with it is false; with `Ge`, the first of equal elements wins. Padding is never selected.
//!
//! Invariant: a task owns every result element that its windows may select. If windows overlap along a dim, one task
//! walks the whole dim in order.

use std::marker::PhantomData;

use smallvec::SmallVec;

use super::copy::Fill;
use super::window::{WindowDim, merge_plain};
use crate::runtime::elem::{Elem, Num, multiversion};
use crate::runtime::pool::parallel_for;
use crate::runtime::ptr::Shared;

/// The comparison that keeps the selected element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Select {
    /// Greater or equal: the first maximum.
    Ge,
    /// Greater: the last maximum.
    Gt,
    /// Less or equal: the first minimum.
    Le,
    /// Less: the last minimum.
    Lt,
}

/// A planned `select_and_scatter`. The result has the layout of the input.
#[derive(Clone, Debug)]
pub(crate) struct SelectAndScatter {
    fill: Fill,
    /// The plain dims (windows of one element), without the inner dim.
    plain: Vec<WindowDim>,
    /// The other dims in order.
    dims: Vec<Dim>,
    /// Whether every element of the result is in exactly one window. Then the result is not filled first; each element
    /// is written once.
    exact: bool,
    /// The dim along which rows of windows run.
    inner: WindowDim,
    taps: usize,
    /// Number of windows of a row that one task handles.
    reach: usize,
    /// Number of positions over the parallel dims, and over the serial dims.
    parallel: usize,
    serial: usize,
    select: SelectFn,
    scatter: ScatterFn,
}

#[derive(Clone, Copy, Debug)]
struct Dim {
    window: WindowDim,
    role: Role,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// The windows do not overlap, so different tasks may handle them.
    Parallel,
    /// Each task walks the windows in order.
    Serial,
    /// Rows of windows run along this dim.
    Inner,
}

/// The buffers of a run.
#[derive(Clone, Copy)]
struct Buffers {
    x: Shared<u8>,
    source: Shared<u8>,
    /// The initial value of the result; its bits are at the start of the integer.
    init: u64,
    out: Shared<u8>,
}

const CHUNK: usize = 64;
const MAX_RANK: usize = 16;

impl SelectAndScatter {
    /// Plans the operation on a contiguous input of `elements` floats. The `out` strides of `dims` are those of the
    /// source.
    pub(crate) fn new(elem: Elem, select: Select, elements: usize, dims: &[WindowDim]) -> SelectAndScatter {
        let mut dims = merge_plain(dims);
        assert!(dims.len() <= MAX_RANK, "select_and_scatter takes at most {MAX_RANK} dims");
        let inner = dims.iter().rposition(|d| d.out == 1 && d.windows > 1).unwrap_or_else(|| {
            dims.push(WindowDim::plain(1, 1, 1));
            dims.len() - 1
        });
        let exact =
            dims.iter().all(|d| d.window == d.stride && d.window_dilation == 1 && d.pad_low == 0 && d.windows * d.stride == d.input);
        let apart = |d: &WindowDim| (d.window - 1) * d.window_dilation < d.stride;
        let role = |i: usize, d: &WindowDim| match apart(d) {
            _ if i == inner => Role::Inner,
            true => Role::Parallel,
            false => Role::Serial,
        };
        let inner_dim = dims[inner];
        let dims = dims.into_iter().enumerate().map(|(i, window)| Dim { window, role: role(i, &window) });
        let (plain, dims): (Vec<Dim>, Vec<Dim>) = dims.partition(|d| d.role == Role::Parallel && d.window.is_plain());
        let plain: Vec<WindowDim> = plain.into_iter().map(|d| d.window).collect();
        let count = |role| dims.iter().filter(|d| d.role == role).map(|d| d.window.windows).product::<usize>();
        let inner = inner_dim;
        let (select, scatter) = match elem {
            Elem::F64 => (select.function::<f64>(), scatter::<f64>()),
            Elem::F32 => (select.function::<f32>(), scatter::<f32>()),
            _ => unreachable!("{elem:?} is left to bodies of any kind"),
        };
        SelectAndScatter {
            fill: Fill { elem_size: elem.size(), elements },
            exact,
            inner,
            taps: dims.iter().map(|d| d.window.window).product(),
            reach: if apart(&inner) { CHUNK.min(inner.windows.max(1)) } else { inner.windows.max(1) },
            parallel: count(Role::Parallel) * plain.iter().map(|d| d.windows).product::<usize>(),
            serial: count(Role::Serial),
            plain,
            dims,
            select,
            scatter,
        }
    }

    /// Runs the operation. `init` is the initial value of the result, a scalar.
    ///
    /// # Safety
    /// The buffers hold every element of the description and do not overlap.
    pub(crate) unsafe fn run(&self, x: *const u8, source: *const u8, init: *const u8, out: *mut u8) {
        if !self.exact {
            // SAFETY: as the caller promised.
            unsafe { self.fill.run(init, out) };
        }
        let pieces = self.inner.windows.div_ceil(self.reach);
        let ns = (self.serial * (self.taps * (self.reach + 16) + 8)) as f64 * 0.3;
        let rows = self.parallel * pieces;
        let per_tile = ((20e3 / ns.max(1.0)) as usize).clamp(1, rows.max(1));
        let mut buffers = Buffers { x: Shared::from_const(x), source: Shared::from_const(source), init: 0, out: Shared::new(out) };
        let start = &raw mut buffers.init;
        // SAFETY: `init` is one element.
        unsafe { init.copy_to_nonoverlapping(start.cast(), self.fill.elem_size) };
        let buffers = buffers;
        parallel_for(rows.div_ceil(per_tile), ns * per_tile as f64, &|tile| {
            for at in tile * per_tile..((tile + 1) * per_tile).min(rows) {
                let begin = at % pieces * self.reach;
                let end = (begin + self.reach).min(self.inner.windows);
                // SAFETY: windows of different parallel positions or pieces select different elements.
                unsafe { self.windows(buffers, at / pieces, begin, end) }
            }
        });
    }

    /// Splits the linear index `at` over the dims of one role into positions, and adds them to `place`.
    fn decode(&self, role: Role, mut at: usize, place: &mut Place) {
        for (d, p) in self.dims.iter().zip(&mut place.at).rev().filter(|(d, _)| d.role == role) {
            *p = at % d.window.windows;
            at /= d.window.windows;
        }
        if role == Role::Parallel {
            for d in self.plain.iter().rev() {
                let i = (at % d.windows) as isize;
                at /= d.windows;
                place.x += i * d.x;
                place.source += i * d.out;
            }
        }
    }

    /// Handles all windows of one parallel position and one piece `begin..end` of the inner dim.
    ///
    /// # Safety
    /// As [`SelectAndScatter::run`].
    unsafe fn windows(&self, buffers: Buffers, parallel: usize, begin: usize, end: usize) {
        let mut place = Place { x: 0, source: 0, at: [0; MAX_RANK] };
        self.decode(Role::Parallel, parallel, &mut place);
        for serial in 0..self.serial {
            self.decode(Role::Serial, serial, &mut place);
            let row = place.source + self.dims.iter().zip(&place.at).map(|(d, &p)| p as isize * d.window.out).sum::<isize>();
            for begin in (begin..end).step_by(CHUNK) {
                let end = (begin + CHUNK).min(end);
                // SAFETY: as the caller promised.
                unsafe { self.chunk(&place, buffers, row, begin, end) };
            }
        }
    }

    /// Handles the windows `begin..end` of one row, at most `CHUNK`; `row` is where the row begins in the source.
    ///
    /// # Safety
    /// As [`SelectAndScatter::run`].
    unsafe fn chunk(&self, place: &Place, buffers: Buffers, row: isize, begin: usize, end: usize) {
        let mut taps: SmallVec<[Tap; 16]> = SmallVec::new();
        for tap in 0..self.taps {
            if let Some(found) = self.find(place, tap, begin, end) {
                taps.push(found);
            }
        }
        let step = self.inner.stride as isize * self.inner.x;
        let (size, at) = (self.fill.elem_size, row + begin as isize);
        let mut best = [0u64; CHUNK];
        let mut which = [NONE; CHUNK];
        let best = best.as_mut_ptr().cast();
        let (x, out) = (buffers.x.get(), buffers.out.get());
        let init = if self.exact { Some(&buffers.init) } else { None };
        // SAFETY: the source has the row. `find` names elements of the input, and the result has the input's layout.
        unsafe {
            let source = buffers.source.get().offset(at * size as isize);
            (self.select)(x, step, &taps, best, &mut which);
            (self.scatter)(out, step, &taps, source, &which, init);
        }
    }

    /// The windows within `begin..end` of a row that have an element of the input under `tap`, and the offset of the
    /// first element.
    #[inline(always)]
    fn find(&self, place: &Place, tap: usize, begin: usize, end: usize) -> Option<Tap> {
        let (mut found, mut rest) = (Tap { tap: tap as u32, low: begin, high: end, first: place.x }, tap);
        for (d, &at) in self.dims.iter().zip(&place.at).rev() {
            let (w, t) = (&d.window, rest % d.window.window);
            rest /= w.window;
            if d.role == Role::Inner {
                (found.low, found.high) = w.covered(t, begin, end);
                let first = (found.low * w.stride + t * w.window_dilation) as isize - w.pad_low as isize;
                found.first += first * w.x;
            } else {
                found.first += w.find(at, t)? * w.x;
            }
        }
        (found.low < found.high).then_some(Tap { low: found.low - begin, high: found.high - begin, ..found })
    }
}

/// A position: an index in each windowed dim, and the offsets of the plain dims.
struct Place {
    x: isize,
    source: isize,
    at: [usize; MAX_RANK],
}

/// The elements of the input under one tap: one for each of the windows `low..high` of a chunk.
#[derive(Clone, Copy)]
struct Tap {
    tap: u32,
    low: usize,
    high: usize,
    /// Offset of the first element.
    first: isize,
}

/// Visits the elements of `x` under taps in order. Elements under one tap are `step` apart. `best` holds the selected
/// element of each window, and `which` the tap of that element.
///
/// # Safety
/// `x` has the elements, and `best` has room for `CHUNK` elements, in the function's element kind.
type SelectFn = unsafe fn(x: *const u8, step: isize, taps: &[Tap], best: *mut u8, which: &mut [u32; CHUNK]);

/// Adds each window's element of `source` to the selected element of `out`. If `init` is given, every element of `out`
/// starts from it.
///
/// # Safety
/// As [`SelectFn`].
type ScatterFn = unsafe fn(out: *mut u8, step: isize, taps: &[Tap], source: *const u8, which: &[u32; CHUNK], init: Option<&u64>);

trait Comparison: 'static {
    fn keeps<T: PartialOrd>(selected: T, other: T) -> bool;
}

macro_rules! comparisons {
    ($($name:ident => $op:tt),*) => { $(
        struct $name;
        impl Comparison for $name {
            #[inline(always)]
            fn keeps<T: PartialOrd>(selected: T, other: T) -> bool { selected $op other }
        }
    )* };
}
comparisons!(Ge => >=, Gt => >, Le => <=, Lt => <);

trait Selection {
    type T: Num;
    type Select: Comparison;
}

struct Rule<T, S>(PhantomData<(T, S)>);

impl<T: Num, S: Comparison> Selection for Rule<T, S> {
    type T = T;
    type Select = S;
}

impl Select {
    fn function<T: Num>(self) -> SelectFn {
        match self {
            Select::Ge => select::<Rule<T, Ge>>(),
            Select::Gt => select::<Rule<T, Gt>>(),
            Select::Le => select::<Rule<T, Le>>(),
            Select::Lt => select::<Rule<T, Lt>>(),
        }
    }
}

/// The tap of a window that has selected no element yet.
const NONE: u32 = u32::MAX;

multiversion! {
    fn select<R: Selection>() -> unsafe fn(x: *const u8, step: isize, taps: &[Tap], best: *mut u8, which: &mut [u32; CHUNK]) {
        // SAFETY: as the caller of a [`SelectFn`] promised.
        unsafe { visit::<R>(x.cast(), step, taps, &mut *best.cast::<[R::T; CHUNK]>(), which) }
    }
}

/// # Safety
/// As [`SelectFn`].
#[inline(always)]
unsafe fn visit<R: Selection>(x: *const R::T, step: isize, taps: &[Tap], best: &mut [R::T; CHUNK], which: &mut [u32; CHUNK]) {
    for tap in taps {
        let range = tap.low..tap.high;
        let selected = best[range.clone()].iter_mut().zip(&mut which[range]).enumerate();
        let visit = |(best, which): (&mut R::T, &mut u32), v: R::T| {
            let keep = (*which != NONE) & R::Select::keeps(*best, v);
            *best = if keep { *best } else { v };
            *which = if keep { *which } else { tap.tap };
        };
        // SAFETY: the tap has an element for each window.
        unsafe {
            let from = x.offset(tap.first);
            if step == 1 {
                selected.for_each(|(i, s)| visit(s, *from.add(i)));
            } else {
                selected.for_each(|(i, s)| visit(s, *from.offset(i as isize * step)));
            }
        }
    }
}

multiversion! {
    fn scatter<T: Num>() -> unsafe fn(out: *mut u8, step: isize, taps: &[Tap], source: *const u8, which: &[u32; CHUNK], init: Option<&u64>) {
        let (out, source) = (out.cast::<T>(), source.cast::<T>());
        // SAFETY: as the caller of a [`ScatterFn`] promised.
        let init = init.map(|init| unsafe { std::ptr::from_ref(init).cast::<T>().read() });
        for tap in taps {
            // Under one tap, each window of a row has an element of its own.
            let add = |i: usize, to: *mut T| {
                // SAFETY: as above.
                unsafe {
                    let old = init.unwrap_or_else(|| *to);
                    let new = old.add(*source.add(i));
                    to.write(if which[i] == tap.tap { new } else { old });
                }
            };
            // SAFETY: as above.
            unsafe {
                let to = out.offset(tap.first);
                if step == 1 {
                    (tap.low..tap.high).enumerate().for_each(|(n, i)| add(i, to.add(n)));
                } else {
                    (tap.low..tap.high).enumerate().for_each(|(n, i)| add(i, to.offset(n as isize * step)));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
