// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! StableHLO `reduce_window` with one operand and a simple reducer.
//!
//! The result is computed in rows along its contiguous dim: for each position of the window, one strided row of the
//! input is combined into the row of results. With channels last, both rows are contiguous.

use std::marker::PhantomData;
use std::mem::MaybeUninit;

use crate::runtime::elem::{Combine, CombineOp, Elem, Widen, multiversion, with_combine, with_elem};
use crate::runtime::pool::parallel_for;
use crate::runtime::ptr::Shared;

/// One dim of a windowed operation. Strides are in elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowDim {
    /// Size in the input, before dilation.
    pub input: usize,
    /// Number of windows: the size in the result of `reduce_window`, in the source of `select_and_scatter`.
    pub windows: usize,
    /// Stride in the input.
    pub x: isize,
    /// Stride in the result (or the source).
    pub out: isize,
    /// `window_dimensions`.
    pub window: usize,
    /// `window_strides`.
    pub stride: usize,
    /// `window_dilations`.
    pub window_dilation: usize,
    /// `base_dilations`.
    pub base_dilation: usize,
    /// Low padding; may be negative. The high padding shows in `windows`.
    pub pad_low: i64,
}

impl WindowDim {
    /// A dim that windows do not touch.
    pub fn plain(size: usize, x: isize, out: isize) -> WindowDim {
        WindowDim { input: size, windows: size, x, out, window: 1, stride: 1, window_dilation: 1, base_dilation: 1, pad_low: 0 }
    }

    pub(super) fn is_plain(&self) -> bool {
        self.window == 1 && self.stride == 1 && self.base_dilation == 1 && self.pad_low == 0 && self.windows <= self.input
    }

    /// The element of the input under tap `tap` of window `at`, unless that is padding.
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

    /// The windows, within `begin..end`, whose tap `tap` is an element of the input; for an undilated input.
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
pub struct ReduceWindow {
    /// Dims that windows do not touch, and those that they do, without the inner one.
    plain: Vec<WindowDim>,
    windowed: Vec<WindowDim>,
    /// The dim that rows run along.
    inner: WindowDim,
    /// Positions of the window in the windowed dims.
    taps: usize,
    chunk: usize,
    row: RowFn,
}

type RowFn = unsafe fn(&ReduceWindow, x: *const u8, init: *const u8, out: *mut u8, outer: usize, begin: usize, end: usize);

/// Results that are combined at a time; they stay in registers or the first-level cache.
const CHUNK: usize = 512;
const MAX_WINDOWED: usize = 8;

impl ReduceWindow {
    /// Plans the reduction of windows over `dims` by `combine`.
    pub fn new(elem: Elem, combine: Combine, dims: &[WindowDim]) -> ReduceWindow {
        let mut outer = merge_plain(dims);
        // The row runs along the contiguous dim of the result; a dilated input can only be looked at element by element.
        let inner = match outer.iter().rposition(|d| d.out == 1 && d.base_dilation == 1 && d.windows > 1) {
            Some(i) => outer.remove(i),
            None => WindowDim::plain(1, 1, 1),
        };
        let (plain, windowed): (Vec<WindowDim>, Vec<WindowDim>) = outer.into_iter().partition(WindowDim::is_plain);
        assert!(windowed.len() <= MAX_WINDOWED, "windows have at most {MAX_WINDOWED} dims");
        let taps = windowed.iter().map(|d| d.window).product();
        let row: RowFn = with_elem!(elem, T => with_combine!(combine, O => row::<Pair<T, O>>));
        ReduceWindow { plain, windowed, inner, taps, chunk: CHUNK.min(inner.windows.max(1)), row }
    }

    /// Runs the reduction. `init` is the scalar that padding holds and results start from.
    ///
    /// # Safety
    /// The buffers hold every element that the description names and do not overlap.
    pub unsafe fn run(&self, x: *const u8, init: *const u8, out: *mut u8) {
        let positions: usize = self.plain.iter().chain(&self.windowed).map(|d| d.windows).product();
        let chunks = self.inner.windows.div_ceil(self.chunk);
        let ns = (self.taps * self.inner.window * self.chunk) as f64 * 0.1 + 10.0;
        let rows = positions * chunks;
        let per_tile = ((20e3 / ns) as usize).clamp(1, rows.max(1));
        let (x, init, out) = (Shared::from_const(x), Shared::from_const(init), Shared::new(out));
        parallel_for(rows.div_ceil(per_tile), ns * per_tile as f64, &|tile| {
            for at in tile * per_tile..((tile + 1) * per_tile).min(rows) {
                let begin = at % chunks * self.chunk;
                let end = (begin + self.chunk).min(self.inner.windows);
                // SAFETY: rows are disjoint parts of the result; the rest is as the caller promised.
                unsafe { (self.row)(self, x.get(), init.get(), out.get(), at / chunks, begin, end) }
            }
        });
    }
}

/// Merges neighbouring dims that windows do not touch and that run on in both buffers.
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

trait Reduction {
    type T: Widen;
    type Op: CombineOp;
}

struct Pair<T, O>(PhantomData<(T, O)>);

impl<T: Widen, O: CombineOp> Reduction for Pair<T, O> {
    type T = T;
    type Op = O;
}

multiversion! {
    /// Computes results `begin..end` of the row at position `outer` of the outer dims.
    ///
    /// # Safety
    /// As [`ReduceWindow::run`].
    unsafe fn row<R: Reduction>(
        plan: &ReduceWindow, x: *const u8, init: *const u8, out: *mut u8, outer: usize, begin: usize, end: usize,
    ) {
        let place = Place::new(&plan.plain, &plan.windowed, outer);
        // SAFETY: `init` is one element.
        let init = unsafe { init.cast::<R::T>().read_unaligned() }.widen();
        let mut sums = [const { MaybeUninit::uninit() }; CHUNK];
        for s in &mut sums[..end - begin] {
            s.write(init);
        }
        // SAFETY: these elements were just written.
        let sums = unsafe { std::slice::from_raw_parts_mut(sums.as_mut_ptr().cast::<<R::T as Widen>::Acc>(), end - begin) };
        for tap in 0..plan.taps {
            let found = place.find(&plan.windowed, tap);
            for t in 0..plan.inner.window {
                let (low, high) = match found {
                    Some(_) => plan.inner.covered(t, begin, end),
                    None => (begin, begin),
                };
                let (covered, after) = sums.split_at_mut(high - begin);
                let (before, covered) = covered.split_at_mut(low - begin);
                for s in before.iter_mut().chain(after) {
                    *s = R::Op::combine(*s, init);
                }
                let Some(offset) = found.filter(|_| low < high) else { continue };
                let first = (low * plan.inner.stride + t * plan.inner.window_dilation) as isize - plan.inner.pad_low as isize;
                let step = plan.inner.stride as isize * plan.inner.x;
                // SAFETY: `covered` names windows whose tap is an element of the input.
                unsafe {
                    let from = x.cast::<R::T>().offset(offset + first * plan.inner.x);
                    if step == 1 {
                        for (i, s) in covered.iter_mut().enumerate() {
                            *s = R::Op::combine(*s, (*from.add(i)).widen());
                        }
                    } else {
                        for (i, s) in covered.iter_mut().enumerate() {
                            *s = R::Op::combine(*s, (*from.offset(i as isize * step)).widen());
                        }
                    }
                }
            }
        }
        // SAFETY: the row is part of the result.
        unsafe {
            let to = out.cast::<R::T>().offset(place.out + begin as isize);
            for (i, &s) in sums.iter().enumerate() {
                to.add(i).write(R::T::narrow(s));
            }
        }
    }
}

/// A position over dims that windows do not touch and dims that they do.
struct Place {
    x: isize,
    /// Offset in the result, or the source.
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

    /// The offset of the element under a tap of the windowed dims, unless that is padding.
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
