// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! StableHLO `select_and_scatter` whose selection is a comparison: the gradient of max- and min-pooling.
//!
//! In each window the elements are visited in order; one replaces the selected element when the comparison of the
//! selected with it is false, so that with `Ge` the first of equal elements wins. Padding is never selected.
//!
//! Invariant: a task owns every result element that its windows may select: dims whose windows overlap are walked
//! inside one task, in order.

use std::marker::PhantomData;

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
    dims: Vec<Dim>,
    inner: WindowDim,
    taps: usize,
    chunk: usize,
    /// Positions of the dims whose windows do not overlap, and of the others.
    parallel: usize,
    serial: usize,
    windows: WindowsFn,
}

#[derive(Clone, Copy, Debug)]
struct Dim {
    window: WindowDim,
    apart: bool,
}

/// Handles all windows of one parallel position and one piece `begin..end` of the inner dim.
type WindowsFn = unsafe fn(&SelectAndScatter, x: *const u8, source: *const u8, out: *mut u8, parallel: usize, begin: usize, end: usize);

const CHUNK: usize = 64;
const MAX_RANK: usize = 16;

impl SelectAndScatter {
    /// Plans the operation on a contiguous input of `elements` elements. `out` strides of `dims` are the source's.
    pub fn new(elem: Elem, select: Select, scatter: Combine, elements: usize, dims: &[WindowDim]) -> SelectAndScatter {
        let mut dims = merge_plain(dims);
        assert!(dims.len() <= MAX_RANK, "select_and_scatter takes at most {MAX_RANK} dims");
        let inner = match dims.iter().rposition(|d| d.is_plain() && d.x == 1 && d.out == 1 && d.windows > 1) {
            Some(i) => dims.remove(i),
            None => WindowDim::plain(1, 1, 1),
        };
        let apart = |d: &WindowDim| (d.window - 1) * d.window_dilation < d.stride;
        let dims: Vec<Dim> = dims.into_iter().map(|window| Dim { window, apart: apart(&window) }).collect();
        let count = |apart: bool| dims.iter().filter(|d| d.apart == apart).map(|d| d.window.windows).product();
        let windows: WindowsFn = with_elem!(elem, T => with_combine!(scatter, O => match select {
            Select::Ge => windows::<Rule<T, O, Ge>>,
            Select::Gt => windows::<Rule<T, O, Gt>>,
            Select::Le => windows::<Rule<T, O, Le>>,
            Select::Lt => windows::<Rule<T, O, Lt>>,
        }));
        SelectAndScatter {
            fill: Fill { elem_size: elem.size(), elements },
            inner,
            taps: dims.iter().map(|d| d.window.window).product(),
            chunk: CHUNK.min(inner.windows.max(1)),
            parallel: count(true),
            serial: count(false),
            dims,
            windows,
        }
    }

    /// Runs the operation. `init` is the scalar that the result starts from.
    ///
    /// # Safety
    /// The buffers hold every element that the description names and do not overlap.
    pub unsafe fn run(&self, x: *const u8, source: *const u8, init: *const u8, out: *mut u8) {
        // SAFETY: as the caller promised.
        unsafe { self.fill.run(init, out) };
        let chunks = self.inner.windows.div_ceil(self.chunk);
        let ns = (self.serial * (self.taps * (self.chunk + 8) + 8)) as f64 * 0.3;
        let rows = self.parallel * chunks;
        let per_tile = ((20e3 / ns.max(1.0)) as usize).clamp(1, rows.max(1));
        let (x, source, out) = (Shared::from_const(x), Shared::from_const(source), Shared::new(out));
        parallel_for(rows.div_ceil(per_tile), ns * per_tile as f64, &|tile| {
            for at in tile * per_tile..((tile + 1) * per_tile).min(rows) {
                let begin = at % chunks * self.chunk;
                let end = (begin + self.chunk).min(self.inner.windows);
                // SAFETY: windows of different parallel positions or pieces select different elements.
                unsafe { (self.windows)(self, x.get(), source.get(), out.get(), at / chunks, begin, end) }
            }
        });
    }

    /// Writes the positions that the linear index `at` over the dims with this `apart` stands for.
    fn decode(&self, apart: bool, mut at: usize, positions: &mut [usize; MAX_RANK]) {
        for (d, p) in self.dims.iter().zip(positions).rev().filter(|(d, _)| d.apart == apart) {
            *p = at % d.window.windows;
            at /= d.window.windows;
        }
    }

    /// The input element under a tap, unless that is padding.
    #[inline(always)]
    fn find(&self, positions: &[usize; MAX_RANK], mut tap: usize) -> Option<isize> {
        let mut offset = 0;
        for (d, &at) in self.dims.iter().zip(positions).rev() {
            offset += d.window.find(at, tap % d.window.window)? * d.window.x;
            tap /= d.window.window;
        }
        Some(offset)
    }
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

multiversion! {
    /// # Safety
    /// As [`SelectAndScatter::run`].
    unsafe fn windows<R: Selection>(
        plan: &SelectAndScatter, x: *const u8, source: *const u8, out: *mut u8, parallel: usize, begin: usize, end: usize,
    ) {
        let n = end - begin;
        let mut positions = [0; MAX_RANK];
        plan.decode(true, parallel, &mut positions);
        for serial in 0..plan.serial {
            plan.decode(false, serial, &mut positions);
            // SAFETY: `find` names elements of the input; the piece is part of the inner dim.
            unsafe {
                let x = x.cast::<R::T>().add(begin);
                let mut best: Option<[<R::T as Widen>::Acc; CHUNK]> = None;
                let mut which = [0u32; CHUNK];
                for tap in 0..plan.taps {
                    let Some(offset) = plan.find(&positions, tap) else { continue };
                    let from = x.offset(offset);
                    match &mut best {
                        None => {
                            let mut first = [<R::T as Widen>::Acc::ZERO; CHUNK];
                            for (i, b) in first[..n].iter_mut().enumerate() {
                                *b = (*from.add(i)).widen();
                                which[i] = tap as u32;
                            }
                            best = Some(first);
                        }
                        Some(best) => {
                            for i in 0..n {
                                let v = (*from.add(i)).widen();
                                let keep = R::Select::keeps(best[i], v);
                                best[i] = if keep { best[i] } else { v };
                                which[i] = if keep { which[i] } else { tap as u32 };
                            }
                        }
                    }
                }
                if best.is_none() {
                    continue;
                }
                let at: isize = plan.dims.iter().zip(&positions).map(|(d, &p)| p as isize * d.window.out).sum();
                let s = source.cast::<R::T>().offset(at).add(begin);
                for tap in 0..plan.taps {
                    let Some(offset) = plan.find(&positions, tap) else { continue };
                    let to = out.cast::<R::T>().offset(offset).add(begin);
                    for (i, &selected) in which[..n].iter().enumerate() {
                        let (old, added) = (*to.add(i), *s.add(i));
                        let new = R::T::narrow(R::Op::combine(old.widen(), added.widen()));
                        to.add(i).write(if selected == tap as u32 { new } else { old });
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
