// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! StableHLO `gather`: copies slices of the operand from computed positions, which are clamped to keep each slice
//! inside.

use super::address::{AHEAD, AddressSpec, Addressing, WindowAxis, prefetch, rows, unravel};
use crate::runtime::pool::parallel_for;
use crate::runtime::ptr::Shared;

/// A planned gather.
#[derive(Clone, Debug)]
pub(crate) struct Gather {
    addressing: Addressing,
    elem_size: usize,
    /// The largest start on each axis of the operand.
    last: Vec<i64>,
    outer: Vec<WindowAxis>,
    row: WindowAxis,
    rows: usize,
}

impl Gather {
    /// Plans a gather of elements of `elem_size` bytes (1, 2, 4, 8 or 16). `slice_sizes` has one size per axis of the
    /// operand.
    pub(crate) fn new(elem_size: usize, spec: &AddressSpec, slice_sizes: &[usize]) -> Gather {
        let addressing = Addressing::new(spec);
        let last = spec.operand.iter().zip(slice_sizes).map(|(&d, &s)| d as i64 - s as i64).collect();
        let (outer, row) = rows(&addressing.window);
        let rows = outer.iter().map(|a| a.size).product();
        Gather { addressing, elem_size, last, outer: outer.to_vec(), row, rows }
    }

    /// Runs the gather.
    ///
    /// # Safety
    /// The buffers are those of the plan, and `out` overlaps neither input.
    pub(crate) unsafe fn run(&self, operand: *const u8, indices: *const u8, out: *mut u8) {
        let all = self.addressing.positions() * self.rows;
        let bytes = self.row.size * self.elem_size;
        if bytes == 0 {
            return;
        }
        let ns = bytes as f64 / 8.0 + 8.0;
        let per_tile = ((20e3 / ns) as usize).clamp(1, all.max(1));
        let (operand, indices, out) = (Shared::from_const(operand), Shared::from_const(indices), Shared::new(out));
        parallel_for(all.div_ceil(per_tile), ns * per_tile as f64, &|tile| {
            let range = tile * per_tile..((tile + 1) * per_tile).min(all);
            // SAFETY: rows are disjoint parts of the result; clamped starts keep slices inside the operand.
            unsafe {
                match (self.row.size, self.elem_size) {
                    (1, 4) => self.copy::<4>(range, operand.get(), indices.get(), out.get()),
                    (1, 8) => self.copy::<8>(range, operand.get(), indices.get(), out.get()),
                    _ => self.copy::<0>(range, operand.get(), indices.get(), out.get()),
                }
            }
        });
    }

    /// The offsets of a batch position's window in the operand and in the result.
    ///
    /// # Safety
    /// The position is one of the description.
    #[inline(always)]
    unsafe fn window(&self, indices: *const u8, position: usize) -> (isize, isize) {
        let place = self.addressing.place(position);
        let mut from = place.operand;
        let add = |axis: usize, stride: isize, i: i64| from += i.clamp(0, self.last[axis]) as isize * stride;
        // SAFETY: as the caller promised.
        unsafe { self.addressing.start(indices, &place, add) };
        (from, place.windowed)
    }

    /// Copies rows. `SINGLE` is the size in bytes of a row of one element; 0 for longer rows and other sizes.
    unsafe fn copy<const SINGLE: usize>(&self, range: std::ops::Range<usize>, operand: *const u8, indices: *const u8, out: *mut u8) {
        let size = self.elem_size as isize;
        let mut known = usize::MAX;
        let (mut from, mut to) = (0, 0);
        let positions = self.addressing.positions();
        for at in range {
            let (position, row) = if self.rows == 1 { (at, 0) } else { (at / self.rows, at % self.rows) };
            if position != known {
                known = position;
                // SAFETY: the position is one of the description.
                (from, to) = unsafe { self.window(indices, position) };
                if SINGLE == 0 && position + AHEAD < positions {
                    // SAFETY: the later position is one of the description too.
                    let (next, _) = unsafe { self.window(indices, position + AHEAD) };
                    prefetch(operand.wrapping_offset(next * size), self.row.size * self.elem_size);
                }
            }
            let (row_from, row_to) = unravel(&self.outer, row);
            // SAFETY: the row lies inside both buffers.
            unsafe {
                let (src, dst) = (operand.offset((from + row_from) * size), out.offset((to + row_to) * size));
                if SINGLE > 0 {
                    std::ptr::copy_nonoverlapping(src, dst, SINGLE);
                } else if self.row.operand == 1 && self.row.windowed == 1 {
                    std::ptr::copy_nonoverlapping(src, dst, self.row.size * self.elem_size);
                } else {
                    for i in 0..self.row.size as isize {
                        let (s, d) = (src.offset(i * self.row.operand * size), dst.offset(i * self.row.windowed * size));
                        std::ptr::copy_nonoverlapping(s, d, self.elem_size);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
