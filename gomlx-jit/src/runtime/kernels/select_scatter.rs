// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! StableHLO `select_and_scatter` whose selection is a comparison: the gradient of max- and min-pooling.
//!
//! In each window the elements are visited in order; one replaces the selected element when the comparison of the
//! selected with it is false, so that with `Ge` the first of equal elements wins. Padding is never selected.
//!
//! Invariant: a task owns every result element that its windows may select: dims whose windows overlap are walked
//! inside one task, in order.

use std::marker::PhantomData;

use smallvec::SmallVec;

use super::copy::Fill;
use super::window::{WindowDim, merge_plain};
use crate::runtime::elem::{Combine, CombineOp, Elem, Num, Widen, multiversion, with_combine, with_elem};
use crate::runtime::pool::parallel_for;
use crate::runtime::ptr::Shared;

/// The comparison that keeps the selected element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Select {
    /// Greater or equal: the first maximum.
    Ge,
    /// Greater: the last maximum.
    Gt,
    /// Less or equal: the first minimum.
    Le,
    /// Less: the last minimum.
    Lt,
}

/// A planned `select_and_scatter`. The result is laid out as the input is.
#[derive(Clone, Debug)]
pub struct SelectAndScatter {
    fill: Fill,
    /// Dims that windows do not touch, without the inner one.
    plain: Vec<WindowDim>,
    /// The other dims, in order.
    dims: Vec<Dim>,
    /// Whether every element of the result is in exactly one window: then it is written once, and not filled before.
    exact: bool,
    /// The dim that rows of windows run along.
    inner: WindowDim,
    taps: usize,
    /// Windows of a row that one task handles.
    reach: usize,
    /// Positions of the dims whose windows do not overlap, and of the others.
    parallel: usize,
    serial: usize,
    windows: WindowsFn,
}

#[derive(Clone, Copy, Debug)]
struct Dim {
    window: WindowDim,
    role: Role,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Its windows do not overlap: tasks may share them out.
    Parallel,
    /// Walked in order by each task.
    Serial,
    /// The dim of rows.
    Inner,
}

/// Handles all windows of one parallel position and one piece `begin..end` of the inner dim.
type WindowsFn = unsafe fn(&SelectAndScatter, Buffers, parallel: usize, begin: usize, end: usize);

/// The buffers of a run.
#[derive(Clone, Copy)]
struct Buffers {
    x: Shared<u8>,
    source: Shared<u8>,
    init: Shared<u8>,
    out: Shared<u8>,
}

const CHUNK: usize = 64;
const MAX_RANK: usize = 16;

impl SelectAndScatter {
    /// Plans the operation on a contiguous input of `elements` elements. `out` strides of `dims` are the source's.
    pub fn new(elem: Elem, select: Select, scatter: Combine, elements: usize, dims: &[WindowDim]) -> SelectAndScatter {
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
        let windows: WindowsFn = with_elem!(elem, T => with_combine!(scatter, O => match select {
            Select::Ge => windows::<Rule<T, O, Ge>>,
            Select::Gt => windows::<Rule<T, O, Gt>>,
            Select::Le => windows::<Rule<T, O, Le>>,
            Select::Lt => windows::<Rule<T, O, Lt>>,
        }));
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
            windows,
        }
    }

    /// Runs the operation. `init` is the scalar that the result starts from.
    ///
    /// # Safety
    /// The buffers hold every element that the description names and do not overlap.
    pub unsafe fn run(&self, x: *const u8, source: *const u8, init: *const u8, out: *mut u8) {
        if !self.exact {
            // SAFETY: as the caller promised.
            unsafe { self.fill.run(init, out) };
        }
        let pieces = self.inner.windows.div_ceil(self.reach);
        let ns = (self.serial * (self.taps * (self.reach + 16) + 8)) as f64 * 0.3;
        let rows = self.parallel * pieces;
        let per_tile = ((20e3 / ns.max(1.0)) as usize).clamp(1, rows.max(1));
        let (x, source, init) = (Shared::from_const(x), Shared::from_const(source), Shared::from_const(init));
        let buffers = Buffers { x, source, init, out: Shared::new(out) };
        parallel_for(rows.div_ceil(per_tile), ns * per_tile as f64, &|tile| {
            for at in tile * per_tile..((tile + 1) * per_tile).min(rows) {
                let begin = at % pieces * self.reach;
                let end = (begin + self.reach).min(self.inner.windows);
                // SAFETY: windows of different parallel positions or pieces select different elements.
                unsafe { (self.windows)(self, buffers, at / pieces, begin, end) }
            }
        });
    }

    /// Writes the positions that the linear index `at` over the dims of this role stands for.
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

    /// The windows within `begin..end` of a row whose element under `tap` is in the input, and where those elements are:
    /// the first one's offset, and the step.
    #[inline(always)]
    fn find(&self, place: &Place, mut tap: usize, begin: usize, end: usize) -> Option<Elements> {
        let mut elements = Elements { low: begin, high: end, first: place.x, step: 0 };
        for (d, &at) in self.dims.iter().zip(&place.at).rev() {
            let (w, t) = (&d.window, tap % d.window.window);
            tap /= w.window;
            if d.role == Role::Inner {
                (elements.low, elements.high) = w.covered(t, begin, end);
                let first = (elements.low * w.stride + t * w.window_dilation) as isize - w.pad_low as isize;
                elements.first += first * w.x;
                elements.step = w.stride as isize * w.x;
            } else {
                elements.first += w.find(at, t)? * w.x;
            }
        }
        (elements.low < elements.high).then_some(elements)
    }
}

/// A position: in the dims that windows touch by index, in the others as offsets.
struct Place {
    x: isize,
    source: isize,
    at: [usize; MAX_RANK],
}

/// Elements of the input under one tap of a row of windows.
#[derive(Clone, Copy)]
struct Elements {
    low: usize,
    high: usize,
    first: isize,
    step: isize,
}

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
    type T: Widen;
    type Op: CombineOp;
    type Select: Comparison;
}

struct Rule<T, O, S>(PhantomData<(T, O, S)>);

impl<T: Widen, O: CombineOp, S: Comparison> Selection for Rule<T, O, S> {
    type T = T;
    type Op = O;
    type Select = S;
}

/// No tap: nothing is selected yet.
const NONE: u32 = u32::MAX;

multiversion! {
    /// # Safety
    /// As [`SelectAndScatter::run`].
    unsafe fn windows<R: Selection>(plan: &SelectAndScatter, buffers: Buffers, parallel: usize, begin: usize, end: usize) {
        let mut place = Place { x: 0, source: 0, at: [0; MAX_RANK] };
        plan.decode(Role::Parallel, parallel, &mut place);
        for serial in 0..plan.serial {
            plan.decode(Role::Serial, serial, &mut place);
            let at = plan.dims.iter().zip(&place.at).map(|(d, &p)| p as isize * d.window.out).sum::<isize>();
            for begin in (begin..end).step_by(CHUNK) {
                let end = (begin + CHUNK).min(end);
                // SAFETY: as the caller promised.
                unsafe { chunk::<R>(plan, &place, buffers, place.source + at, begin, end) };
            }
        }
    }
}

/// Handles the windows `begin..end` of one row, at most `CHUNK`.
///
/// # Safety
/// As [`SelectAndScatter::run`]; `row` is where the row begins in the source.
#[inline(always)]
unsafe fn chunk<R: Selection>(plan: &SelectAndScatter, place: &Place, buffers: Buffers, row: isize, begin: usize, end: usize) {
    let (x, out) = (buffers.x.get().cast::<R::T>(), buffers.out.get().cast::<R::T>());
    // SAFETY: the row is part of the source, and `init` is one element.
    let (source, init) =
        unsafe { (buffers.source.get().cast::<R::T>().offset(row + begin as isize), buffers.init.get().cast::<R::T>().read_unaligned()) };
    let mut best = [<R::T as Widen>::Acc::ZERO; CHUNK];
    let mut which = [NONE; CHUNK];
    let mut found: SmallVec<[(u32, Elements); 16]> = SmallVec::new();
    for tap in 0..plan.taps {
        let Some(e) = plan.find(place, tap, begin, end) else { continue };
        found.push((tap as u32, e));
        let range = e.low - begin..e.high - begin;
        let selected = best[range.clone()].iter_mut().zip(&mut which[range]);
        let visit = |(best, which): (&mut <R::T as Widen>::Acc, &mut u32), v: R::T| {
            let v = v.widen();
            let keep = (*which != NONE) & R::Select::keeps(*best, v);
            *best = if keep { *best } else { v };
            *which = if keep { *which } else { tap as u32 };
        };
        // SAFETY: `find` names elements of the input.
        unsafe {
            let from = x.offset(e.first);
            if e.step == 1 {
                selected.enumerate().for_each(|(i, s)| visit(s, *from.add(i)));
            } else {
                selected.enumerate().for_each(|(i, s)| visit(s, *from.offset(i as isize * e.step)));
            }
        }
    }
    for (tap, e) in found {
        // Under one tap, windows of a row have elements of their own.
        let scatter = |i: usize, to: *mut R::T| {
            // SAFETY: `find` names elements of the input, which the result is laid out as.
            unsafe {
                let old = if plan.exact { init } else { *to };
                let new = R::T::narrow(R::Op::combine(old.widen(), (*source.add(i)).widen()));
                to.write(if which[i] == tap { new } else { old });
            }
        };
        // SAFETY: as above.
        unsafe {
            let to = out.offset(e.first);
            if e.step == 1 {
                (e.low - begin..e.high - begin).enumerate().for_each(|(n, i)| scatter(i, to.add(n)));
            } else {
                (e.low - begin..e.high - begin).enumerate().for_each(|(n, i)| scatter(i, to.offset(n as isize * e.step)));
            }
        }
    }
}

#[cfg(test)]
mod tests;
