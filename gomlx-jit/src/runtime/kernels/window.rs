// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! StableHLO `reduce_window` with one operand and a simple reducer.
//!
//! The result is computed in rows along its contiguous dim: for each tap of the window, one strided row of the input is
//! combined into the row of results. With channels last, both rows are contiguous. Shared code finds the rows; only the
//! code that combines rows is compiled for each element kind. The sums of large windows are computed in f64, so their
//! rounding error does not grow with the window.

use std::marker::PhantomData;
use std::mem::MaybeUninit;

use crate::runtime::cast::{View, cast_fn};
use crate::runtime::elem::{Combine, CombineOp, Elem, Lane, Num, multiversion, with_combine, with_lane};
use crate::runtime::pool::parallel_for;
use crate::runtime::ptr::Shared;

/// One dim of a windowed operation. Strides are in elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WindowDim {
    /// Size in the input, before dilation.
    pub(crate) input: usize,
    /// Number of windows: the size in the result of `reduce_window`, in the source of `select_and_scatter`.
    pub(crate) windows: usize,
    /// Stride in the input.
    pub(crate) x: isize,
    /// Stride in the result (or the source).
    pub(crate) out: isize,
    /// `window_dimensions`.
    pub(crate) window: usize,
    /// `window_strides`.
    pub(crate) stride: usize,
    /// `window_dilations`.
    pub(crate) window_dilation: usize,
    /// `base_dilations`.
    pub(crate) base_dilation: usize,
    /// Low padding; may be negative. The number `windows` implies the high padding.
    pub(crate) pad_low: i64,
}

impl WindowDim {
    /// A dim with windows of one element.
    pub(crate) fn plain(size: usize, x: isize, out: isize) -> WindowDim {
        WindowDim { input: size, windows: size, x, out, window: 1, stride: 1, window_dilation: 1, base_dilation: 1, pad_low: 0 }
    }

    pub(super) fn is_plain(&self) -> bool {
        self.window == 1 && self.stride == 1 && self.base_dilation == 1 && self.pad_low == 0 && self.windows <= self.input
    }

    /// The element of the input under tap `tap` of window `at`; `None` in padding.
    #[inline(always)]
    pub(super) fn find(&self, at: usize, tap: usize) -> Option<isize> {
        let place = (at * self.stride + tap * self.window_dilation) as i64 - self.pad_low;
        let base = self.base_dilation as i64;
        if place < 0 || place > (self.input as i64 - 1) * base {
            return None;
        }
        if base == 1 {
            return Some(place as isize);
        }
        (place % base == 0).then(|| (place / base) as isize)
    }

    /// The range of windows within `begin..end` that have an element of the input under `tap`. The input must be
    /// undilated.
    #[inline(always)]
    pub(super) fn covered(&self, tap: usize, begin: usize, end: usize) -> (usize, usize) {
        let offset = (tap * self.window_dilation) as i64 - self.pad_low;
        let stride = self.stride as i64;
        let low = (stride - 1 - offset).div_euclid(stride).clamp(begin as i64, end as i64);
        let high = (self.input as i64 + stride - 1 - offset).div_euclid(stride).clamp(low, end as i64);
        (low as usize, high as usize)
    }
}

/// A planned `reduce_window`.
#[derive(Clone, Debug)]
pub(crate) struct ReduceWindow {
    /// The plain dims (windows of one element) and the windowed dims, both without the inner dim.
    plain: Vec<WindowDim>,
    windowed: Vec<WindowDim>,
    /// The dim along which rows run.
    inner: WindowDim,
    /// Number of taps of a window over the windowed dims.
    taps: usize,
    chunk: usize,
    elem_size: usize,
    lane: Lane,
    fold: FoldFn,
}

/// Number of results that are computed at a time; they stay in registers or the first-level cache.
const CHUNK: usize = 512;
const MAX_WINDOWED: usize = 8;
/// The most taps that one call combines.
const TAPS: usize = 32;
/// The most elements of a window whose sum is computed in f32.
const LONG: usize = 64;

impl ReduceWindow {
    /// Plans the reduction of windows over `dims` by `combine`.
    ///
    /// # Panics
    /// If no [`Lane`] combines elements of this kind.
    pub(crate) fn new(elem: Elem, combine: Combine, dims: &[WindowDim]) -> ReduceWindow {
        let mut outer = merge_plain(dims);
        // The row runs along the contiguous dim of the result, unless the input is dilated along it: a dilated dim is
        // read element by element.
        let inner = match outer.iter().rposition(|d| d.out == 1 && d.base_dilation == 1 && d.windows > 1) {
            Some(i) => outer.remove(i),
            None => WindowDim::plain(1, 1, 1),
        };
        let (plain, windowed): (Vec<WindowDim>, Vec<WindowDim>) = outer.into_iter().partition(WindowDim::is_plain);
        assert!(windowed.len() <= MAX_WINDOWED, "windows have at most {MAX_WINDOWED} dims");
        let taps: usize = windowed.iter().map(|d| d.window).product();
        let mut lane = Lane::new(elem, combine).unwrap_or_else(|| unreachable!("{elem:?} is left to bodies of any kind"));
        if taps * inner.window > LONG && combine == Combine::Add && lane.elem == Elem::F32 {
            lane = Lane { elem: Elem::F64, combine, casts: Some([cast_fn(elem, Elem::F64), cast_fn(Elem::F64, elem)]) };
        }
        let fold = with_lane!(lane.elem, T => with_combine!(lane.combine, O => fold::<Pair<T, O>>()));
        ReduceWindow { plain, windowed, inner, taps, chunk: CHUNK.min(inner.windows.max(1)), elem_size: elem.size(), lane, fold }
    }

    /// Runs the reduction. `init` is a scalar: the initial value of each result, and the value of padding.
    ///
    /// # Safety
    /// The buffers hold every element of the description and do not overlap.
    pub(crate) unsafe fn run(&self, x: *const u8, init: *const u8, out: *mut u8) {
        let positions: usize = self.plain.iter().chain(&self.windowed).map(|d| d.windows).product();
        let chunks = self.inner.windows.div_ceil(self.chunk);
        let ns = (self.taps * self.inner.window * self.chunk) as f64 * 0.1 + 10.0;
        let rows = positions * chunks;
        let per_tile = ((20e3 / ns) as usize).clamp(1, rows.max(1));
        // The initial value in the lane's kind; its bits are at the start of the integer.
        let mut start = 0u64;
        // SAFETY: `init` is one element.
        unsafe {
            match self.lane.casts {
                None => init.copy_to_nonoverlapping((&raw mut start).cast(), self.elem_size),
                Some([widen, _]) => widen(1, 1, View::new(init, 1, 1), View::new((&raw mut start).cast_const(), 1, 1)),
            }
        }
        let (x, out) = (Shared::from_const(x), Shared::new(out));
        parallel_for(rows.div_ceil(per_tile), ns * per_tile as f64, &|tile| {
            for at in tile * per_tile..((tile + 1) * per_tile).min(rows) {
                let begin = at % chunks * self.chunk;
                let end = (begin + self.chunk).min(self.inner.windows);
                // SAFETY: rows are disjoint parts of the result; the rest is as the caller promised.
                unsafe { self.row(x.get(), &start, out.get(), at / chunks, begin, end) }
            }
        });
    }

    /// Computes the results `begin..end` of the row at position `outer` of the outer dims.
    ///
    /// # Safety
    /// As [`ReduceWindow::run`].
    unsafe fn row(&self, x: *const u8, start: &u64, out: *mut u8, outer: usize, begin: usize, end: usize) {
        let (place, size) = (Place::new(&self.plain, &self.windowed, outer), self.elem_size as isize);
        let mut sums = [const { MaybeUninit::<u64>::uninit() }; CHUNK];
        let mut wide = [const { MaybeUninit::<u64>::uninit() }; CHUNK];
        let mut taps = [const { MaybeUninit::<Tap>::uninit() }; TAPS];
        let step = self.inner.stride as isize * self.inner.x;
        // Converted elements are contiguous in one buffer, which holds one tap.
        let (most, wide_step) = if self.lane.casts.is_some() { (1, 1) } else { (TAPS, step) };
        // SAFETY: the row is part of the result.
        let to = unsafe { out.offset((place.out + begin as isize) * size) };
        let sums = if self.lane.casts.is_some() { sums.as_mut_ptr().cast() } else { to };
        let mut fold = Fold { sums, n: end - begin, start, fresh: true, step: wide_step };
        let mut count = 0;
        for tap in 0..self.taps {
            let found = place.find(&self.windowed, tap);
            for t in 0..self.inner.window {
                if count == most {
                    // SAFETY: the taps are written, and name elements of the input or converted elements.
                    unsafe { (self.fold)(&fold, taps[..count].assume_init_ref()) };
                    (count, fold.fresh) = (0, false);
                }
                let (low, high) = match found {
                    Some(_) => self.inner.covered(t, begin, end),
                    None => (begin, begin),
                };
                let mut from = x;
                if let Some(offset) = found.filter(|_| low < high) {
                    let first = (low * self.inner.stride + t * self.inner.window_dilation) as isize - self.inner.pad_low as isize;
                    // SAFETY: `covered` names windows that have an element of the input under the tap.
                    unsafe {
                        from = x.offset((offset + first * self.inner.x) * size);
                        if let Some([widen, _]) = self.lane.casts {
                            widen(1, high - low, View::new(from, 0, step), View::new(wide.as_mut_ptr(), 0, 1));
                            from = wide.as_ptr().cast();
                        }
                    }
                }
                taps[count].write(Tap { from, low: low - begin, high: high - begin });
                count += 1;
            }
        }
        // SAFETY: as above.
        unsafe {
            (self.fold)(&fold, taps[..count].assume_init_ref());
            if let Some([_, narrow]) = self.lane.casts {
                narrow(1, fold.n, View::new(sums, 0, 1), View::new(to, 0, 1));
            }
        }
    }
}

/// Merges neighbouring plain dims whose elements are evenly spaced in both buffers.
pub(super) fn merge_plain(dims: &[WindowDim]) -> Vec<WindowDim> {
    let mut out: Vec<WindowDim> = Vec::with_capacity(dims.len());
    for &d in dims {
        let n = d.windows as isize;
        match out.last_mut() {
            Some(o) if o.is_plain() && d.is_plain() && d.windows == d.input && o.x == d.x * n && o.out == d.out * n => {
                *o = WindowDim::plain(o.windows * d.windows, d.x, d.out);
            }
            _ => out.push(d),
        }
    }
    out
}

/// One tap of the window. It contributes an element to each of the results `low..high`, and the initial value to the
/// other results.
#[derive(Clone, Copy)]
struct Tap {
    /// The element that belongs to result `low`.
    from: *const u8,
    low: usize,
    high: usize,
}

/// A row of results in the lane's kind.
struct Fold<'a> {
    sums: *mut u8,
    n: usize,
    start: &'a u64,
    /// Whether the results do not have the initial value yet.
    fresh: bool,
    /// Step between elements under one tap.
    step: isize,
}

/// Combines taps, in order, into a row.
///
/// # Safety
/// The row has room for its results, and the taps point to their elements, in the function's element kind.
type FoldFn = unsafe fn(&Fold<'_>, &[Tap]);

trait Reduction {
    type T: Num;
    type Op: CombineOp;
}

struct Pair<T, O>(PhantomData<(T, O)>);

impl<T: Num, O: CombineOp> Reduction for Pair<T, O> {
    type T = T;
    type Op = O;
}

multiversion! {
    fn fold<R: Reduction>() -> unsafe fn(row: &Fold<'_>, taps: &[Tap]) {
        // SAFETY: as the caller of a [`FoldFn`] promised; every bit pattern is a number of the lane's kind.
        unsafe {
            let start = std::ptr::from_ref(row.start).cast::<R::T>().read();
            let to = row.sums.cast::<R::T>();
            // If the first tap covers the row, as it mostly does, it sets the results.
            let sets = row.fresh && taps.first().is_some_and(|tap| tap.low == 0 && tap.high == row.n);
            if row.fresh && !sets {
                for i in 0..row.n {
                    to.add(i).write(start);
                }
            }
            let sums = std::slice::from_raw_parts_mut(to, row.n);
            let taps = if sets {
                tap_into(sums, taps[0].from.cast(), row.step, |s, x| *s = R::Op::combine(start, x));
                &taps[1..]
            } else {
                taps
            };
            for tap in taps {
                let (covered, after) = sums.split_at_mut(tap.high);
                let (before, covered) = covered.split_at_mut(tap.low);
                for s in before.iter_mut().chain(after) {
                    *s = R::Op::combine(*s, start);
                }
                tap_into(covered, tap.from.cast(), row.step, |s, x| *s = R::Op::combine(*s, x));
            }
        }
    }
}

/// # Safety
/// `from` has an element for each of the sums, `step` apart.
#[inline(always)]
unsafe fn tap_into<T: Copy>(sums: &mut [T], from: *const T, step: isize, f: impl Fn(&mut T, T)) {
    // SAFETY: as the caller promised.
    unsafe {
        if step == 1 {
            for (i, s) in sums.iter_mut().enumerate() {
                f(s, *from.add(i));
            }
        } else {
            for (i, s) in sums.iter_mut().enumerate() {
                f(s, *from.offset(i as isize * step));
            }
        }
    }
}

/// A position over the plain and the windowed dims.
struct Place {
    x: isize,
    /// Offset in the result or the source.
    out: isize,
    at: [usize; MAX_WINDOWED],
}

impl Place {
    #[inline(always)]
    fn new(plain: &[WindowDim], windowed: &[WindowDim], mut position: usize) -> Place {
        let mut place = Place { x: 0, out: 0, at: [0; MAX_WINDOWED] };
        for (d, at) in windowed.iter().zip(&mut place.at).rev() {
            *at = position % d.windows;
            position /= d.windows;
            place.out += *at as isize * d.out;
        }
        for d in plain.iter().rev() {
            let at = (position % d.windows) as isize;
            position /= d.windows;
            place.x += at * d.x;
            place.out += at * d.out;
        }
        place
    }

    /// The offset of the element under a tap of the windowed dims; `None` in padding.
    #[inline(always)]
    fn find(&self, windowed: &[WindowDim], mut tap: usize) -> Option<isize> {
        let mut offset = self.x;
        for (d, &at) in windowed.iter().zip(&self.at).rev() {
            offset += d.find(at, tap % d.window)? * d.x;
            tap /= d.window;
        }
        Some(offset)
    }
}

#[cfg(test)]
pub(super) mod tests;
