// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Strided copies: transpose, slice, reverse, broadcast, concatenate and pad. Only the size of an element matters.
//!
//! A copy is a list of dims, each with a stride in the source and one in the destination. The plan merges neighbouring
//! dims whose elements are evenly spaced in both buffers. The copy then moves contiguous rows, transposed blocks or
//! single elements.

use crate::runtime::elem::multiversion;
#[cfg(target_arch = "x86_64")]
use crate::runtime::elem::{Isa, isa};
use crate::runtime::pool::parallel_for;
use crate::runtime::ptr::Shared;

/// One dim of a copy; strides are in elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CopyDim {
    /// Number of elements.
    pub(crate) size: usize,
    /// Step in the source. A step of 0 repeats an element, a negative one runs backwards.
    pub(crate) src: isize,
    /// Step in the destination.
    pub(crate) dst: isize,
}

/// A planned copy from one strided buffer to another.
#[derive(Clone, Debug)]
pub(crate) struct StridedCopy {
    elem_size: usize,
    src_offset: isize,
    dst_offset: isize,
    /// Outer dims, largest destination stride first.
    outer: Vec<CopyDim>,
    /// The dim that is contiguous, or nearly so, in the destination.
    inner: CopyDim,
    /// The dim that is contiguous in the source, if it is another one than `inner`.
    cross: Option<CopyDim>,
    /// How many cells one task copies. A cell is a chunk of the cross and inner dims at one outer index.
    cells_per_tile: usize,
    cells: usize,
    chunk: Chunk,
}

/// The sizes of a cell along the cross and inner dims, and the number of cells along each.
#[derive(Clone, Copy, Debug)]
struct Chunk {
    cross: usize,
    inner: usize,
    crosses: usize,
    inners: usize,
}

const TILE_BYTES: usize = 64 << 10;
/// Bytes of a row of a transpose's block: four cache lines.
const BLOCK_BYTES: usize = 256;

impl StridedCopy {
    /// Plans a copy of elements of `elem_size` bytes (1, 2, 4, 8 or 16).
    ///
    /// Offsets, in elements, are added to the base pointers. Destination elements must be distinct.
    pub(crate) fn new(elem_size: usize, dims: &[CopyDim], src_offset: isize, dst_offset: isize) -> StridedCopy {
        let mut dims = collapse(dims);
        let mut inner = dims.pop().unwrap_or(CopyDim { size: 1, src: 1, dst: 1 });
        let mut cross = None;
        if inner.src != 1 && !dims.is_empty() && inner.size > 1 {
            cross = dims.iter().position(|d| d.src == 1).map(|i| dims.remove(i));
        }
        // If the row is short, a long neighbour makes a faster inner dim.
        if cross.is_none()
            && inner.src != 1
            && inner.size < 8
            && let Some(i) = dims.iter().position(|d| d.size >= 8 * inner.size)
        {
            std::mem::swap(&mut dims[i], &mut inner);
        }
        let block = (BLOCK_BYTES / elem_size).max(8);
        let chunk = match cross {
            Some(c) => Chunk { cross: block, inner: block, crosses: c.size.div_ceil(block), inners: inner.size.div_ceil(block) },
            None => {
                let reach = (TILE_BYTES / elem_size).max(1);
                Chunk { cross: 1, inner: reach, crosses: 1, inners: inner.size.div_ceil(reach) }
            }
        };
        let cells = dims.iter().map(|d| d.size).product::<usize>() * chunk.crosses * chunk.inners;
        let cell_bytes = match cross {
            Some(_) => block * block * elem_size,
            None => inner.size.min(chunk.inner) * elem_size,
        };
        let cells_per_tile = (TILE_BYTES / cell_bytes.max(1)).max(1);
        StridedCopy { elem_size, src_offset, dst_offset, outer: dims, inner, cross, cells_per_tile, cells, chunk }
    }

    /// Runs the copy.
    ///
    /// # Safety
    /// Every source and destination element of the plan lies in the buffers, and the buffers do not overlap.
    pub(crate) unsafe fn run(&self, src: *const u8, dst: *mut u8) {
        let size = self.elem_size as isize;
        // SAFETY: the offsets are part of the plan.
        let (src, dst) = unsafe { (src.offset(self.src_offset * size), dst.offset(self.dst_offset * size)) };
        let (src, dst) = (Shared::from_const(src), Shared::new(dst));
        let tiles = self.cells.div_ceil(self.cells_per_tile);
        let bytes = self.cells_per_tile * self.chunk.cross * self.chunk.inner.min(self.inner.size) * self.elem_size;
        parallel_for(tiles, bytes as f64 / 8.0, &|tile| {
            let cells = tile * self.cells_per_tile..((tile + 1) * self.cells_per_tile).min(self.cells);
            // SAFETY: tiles cover disjoint cells, and cells cover disjoint elements.
            unsafe { self.cells(cells, src.get(), dst.get()) }
        });
    }

    unsafe fn cells(&self, cells: std::ops::Range<usize>, src: *const u8, dst: *mut u8) {
        for cell in cells {
            let mut rest = cell;
            let inner_at = rest % self.chunk.inners * self.chunk.inner;
            rest /= self.chunk.inners;
            let cross_at = rest % self.chunk.crosses * self.chunk.cross;
            rest /= self.chunk.crosses;
            let cross = self.cross.unwrap_or(CopyDim { size: 1, src: 0, dst: 0 });
            let mut from = inner_at as isize * self.inner.src + cross_at as isize * cross.src;
            let mut to = inner_at as isize * self.inner.dst + cross_at as isize * cross.dst;
            for d in self.outer.iter().rev() {
                let i = (rest % d.size) as isize;
                rest /= d.size;
                from += i * d.src;
                to += i * d.dst;
            }
            let n = self.chunk.inner.min(self.inner.size - inner_at);
            let m = self.chunk.cross.min(cross.size - cross_at);
            // SAFETY: the block lies inside the dims of the plan.
            unsafe {
                let (src, dst) = (src.offset(from * self.elem_size as isize), dst.offset(to * self.elem_size as isize));
                if m == 1 && self.inner.src == 1 && self.inner.dst == 1 {
                    std::ptr::copy_nonoverlapping(src, dst, n * self.elem_size);
                    continue;
                }
                match self.elem_size {
                    1 => block::<u8>(src.cast(), dst.cast(), m, cross, n, self.inner),
                    2 => block::<u16>(src.cast(), dst.cast(), m, cross, n, self.inner),
                    4 => block::<u32>(src.cast(), dst.cast(), m, cross, n, self.inner),
                    8 => block::<u64>(src.cast(), dst.cast(), m, cross, n, self.inner),
                    16 => block::<[u64; 2]>(src.cast(), dst.cast(), m, cross, n, self.inner),
                    other => unreachable!("no element has {other} bytes"),
                }
            }
        }
    }
}

/// Drops dims of size one, sorts the others by destination stride, and merges neighbours whose elements are evenly
/// spaced in both buffers.
fn collapse(dims: &[CopyDim]) -> Vec<CopyDim> {
    if dims.iter().any(|d| d.size == 0) {
        return vec![CopyDim { size: 0, src: 1, dst: 1 }];
    }
    let mut dims: Vec<CopyDim> = dims.iter().copied().filter(|d| d.size > 1).collect();
    dims.sort_by_key(|d| std::cmp::Reverse(d.dst.unsigned_abs()));
    let mut out: Vec<CopyDim> = Vec::with_capacity(dims.len());
    for d in dims {
        match out.last_mut() {
            Some(o) if o.src == d.src * d.size as isize && o.dst == d.dst * d.size as isize => {
                *o = CopyDim { size: o.size * d.size, ..d };
            }
            _ => out.push(d),
        }
    }
    out
}

multiversion! {
    /// Copies `m` by `n` elements along the two dims.
    ///
    /// # Safety
    /// All elements lie in the buffers.
    unsafe fn block<T: Copy>(src: *const T, dst: *mut T, m: usize, cross: CopyDim, n: usize, inner: CopyDim) {
        // Squares read and write whole cache lines at once. Rows a power of two apart evict each other's partial lines.
        const SIDE: usize = 16;
        // SAFETY: `i < m` and `j < n` throughout.
        unsafe {
            let (full_m, full_n) = if cross.src == 1 && inner.dst == 1 { (m / SIDE * SIDE, n / SIDE * SIDE) } else { (0, 0) };
            for j in (0..full_n).step_by(SIDE) {
                for i in (0..full_m).step_by(SIDE) {
                    let from = src.add(i).offset(j as isize * inner.src);
                    let to = dst.add(j).offset(i as isize * cross.dst);
                    square::<T, SIDE>(from, inner.src, to, cross.dst);
                }
            }
            plain(src, dst, 0..full_m, cross, full_n..n, inner);
            plain(src, dst, full_m..m, cross, 0..n, inner);
        }
    }
}

/// Transposes a square through a buffer in the first-level cache. Its rows are contiguous in both buffers.
///
/// # Safety
/// All elements lie in the buffers.
#[inline(always)]
unsafe fn square<T: Copy, const SIDE: usize>(src: *const T, src_row: isize, dst: *mut T, dst_row: isize) {
    #[cfg(target_arch = "x86_64")]
    if size_of::<T>() == 4 && isa() != Isa::Portable {
        for i in (0..SIDE).step_by(8) {
            for j in (0..SIDE).step_by(8) {
                // SAFETY: the machine has AVX, and the 8 by 8 part lies inside the square.
                unsafe {
                    let from = src.add(j).offset(i as isize * src_row);
                    let to = dst.add(i).offset(j as isize * dst_row);
                    eight_by_eight(from.cast(), src_row, to.cast(), dst_row);
                }
            }
        }
        return;
    }
    let mut buffer = [[std::mem::MaybeUninit::<T>::uninit(); SIDE]; SIDE];
    // SAFETY: the buffer is filled before it is read, and indices stay below `SIDE`.
    unsafe {
        for (i, row) in buffer.iter_mut().enumerate() {
            std::ptr::copy_nonoverlapping(src.offset(i as isize * src_row), row.as_mut_ptr().cast(), SIDE);
        }
        for j in 0..SIDE {
            let to = dst.offset(j as isize * dst_row);
            for (i, row) in buffer.iter().enumerate() {
                to.add(i).write(row[j].assume_init());
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx")]
unsafe fn eight_by_eight(src: *const f32, src_row: isize, dst: *mut f32, dst_row: isize) {
    use std::arch::x86_64::*;
    // SAFETY: the caller vouches for eight rows of eight elements on both sides.
    let r: [__m256; 8] = std::array::from_fn(|i| unsafe { _mm256_loadu_ps(src.offset(i as isize * src_row)) });
    let pairs: [__m256; 8] = std::array::from_fn(|i| {
        let (a, b) = (r[i / 2 * 2], r[i / 2 * 2 + 1]);
        if i % 2 == 0 { _mm256_unpacklo_ps(a, b) } else { _mm256_unpackhi_ps(a, b) }
    });
    let quads: [__m256; 8] = std::array::from_fn(|i| {
        let (a, b) = (pairs[i / 4 * 4 + i % 4 / 2], pairs[i / 4 * 4 + i % 4 / 2 + 2]);
        if i % 2 == 0 { _mm256_shuffle_ps::<0x44>(a, b) } else { _mm256_shuffle_ps::<0xee>(a, b) }
    });
    for i in 0..8 {
        let (a, b) = (quads[i % 4], quads[i % 4 + 4]);
        let row = if i < 4 { _mm256_permute2f128_ps::<0x20>(a, b) } else { _mm256_permute2f128_ps::<0x31>(a, b) };
        // SAFETY: as above.
        unsafe { _mm256_storeu_ps(dst.offset(i as isize * dst_row), row) };
    }
}

/// # Safety
/// All elements of the two ranges lie in the buffers.
#[inline(always)]
unsafe fn plain<T: Copy>(
    src: *const T,
    dst: *mut T,
    rows: std::ops::Range<usize>,
    cross: CopyDim,
    cols: std::ops::Range<usize>,
    inner: CopyDim,
) {
    for i in rows {
        // SAFETY: as the caller promised.
        unsafe {
            let (s, d) = (src.offset(i as isize * cross.src), dst.offset(i as isize * cross.dst));
            if inner.dst == 1 {
                for j in cols.clone() {
                    d.add(j).write(*s.offset(j as isize * inner.src));
                }
            } else {
                for j in cols.clone() {
                    d.offset(j as isize * inner.dst).write(*s.offset(j as isize * inner.src));
                }
            }
        }
    }
}

/// Row-major strides of `dims`, in elements.
pub(crate) fn row_major(dims: &[usize]) -> Vec<isize> {
    let mut strides = vec![1isize; dims.len()];
    for i in (1..dims.len()).rev() {
        strides[i - 1] = strides[i] * dims[i] as isize;
    }
    strides
}

/// Plans StableHLO `transpose` of a row-major operand into a row-major result.
pub(crate) fn transpose(elem_size: usize, dims: &[usize], permutation: &[usize]) -> StridedCopy {
    let src = row_major(dims);
    let out: Vec<usize> = permutation.iter().map(|&p| dims[p]).collect();
    let dst = row_major(&out);
    let dims: Vec<CopyDim> = permutation.iter().zip(&out).zip(&dst).map(|((&p, &size), &dst)| CopyDim { size, src: src[p], dst }).collect();
    StridedCopy::new(elem_size, &dims, 0, 0)
}

/// Plans StableHLO `concatenate` of row-major operands: one copy per operand, to its place in the result.
pub(crate) fn concatenate(elem_size: usize, operands: &[&[usize]], axis: usize) -> Vec<StridedCopy> {
    let Some(first) = operands.first() else { return Vec::new() };
    let mut out = first.to_vec();
    out[axis] = operands.iter().map(|o| o[axis]).sum();
    let dst = row_major(&out);
    let mut at = 0;
    operands
        .iter()
        .map(|dims| {
            let src = row_major(dims);
            let list: Vec<CopyDim> = (0..dims.len()).map(|i| CopyDim { size: dims[i], src: src[i], dst: dst[i] }).collect();
            let copy = StridedCopy::new(elem_size, &list, 0, at * dst[axis]);
            at += dims[axis] as isize;
            copy
        })
        .collect()
}

/// StableHLO `pad`: fills the result with the padding value, then copies the operand except for elements that negative
/// padding cuts off.
#[derive(Clone, Debug)]
pub(crate) struct Pad {
    fill: Fill,
    copy: StridedCopy,
}

impl Pad {
    /// Plans a pad of a row-major operand into a row-major result. `low` and `high` may be negative.
    pub(crate) fn new(elem_size: usize, dims: &[usize], low: &[i64], high: &[i64], interior: &[usize]) -> Pad {
        let src = row_major(dims);
        let out: Vec<usize> = (0..dims.len())
            .map(|i| {
                let spread = dims[i] as i64 + dims[i].saturating_sub(1) as i64 * interior[i] as i64;
                (spread + low[i] + high[i]).max(0) as usize
            })
            .collect();
        let dst = row_major(&out);
        let (mut src_offset, mut dst_offset) = (0, 0);
        let mut list = Vec::with_capacity(dims.len());
        for i in 0..dims.len() {
            let step = interior[i] as i64 + 1;
            // Element e of the operand moves to low + e * step. Keep the elements that stay within 0..out.
            let first = if low[i] < 0 { (-low[i] + step - 1) / step } else { 0 };
            let end = (out[i] as i64 - low[i] + step - 1).div_euclid(step).clamp(first, (dims[i] as i64).max(first));
            src_offset += first as isize * src[i];
            dst_offset += (low[i] + first * step) as isize * dst[i];
            list.push(CopyDim { size: (end - first) as usize, src: src[i], dst: dst[i] * step as isize });
        }
        let fill = Fill { elem_size, elements: out.iter().product() };
        Pad { fill, copy: StridedCopy::new(elem_size, &list, src_offset, dst_offset) }
    }

    /// Runs the pad; `value` is the scalar to fill with.
    ///
    /// # Safety
    /// The buffers are those of the plan, and do not overlap.
    pub(crate) unsafe fn run(&self, src: *const u8, value: *const u8, dst: *mut u8) {
        // SAFETY: as the caller promised. An empty copy may have an invalid offset; it is not run.
        unsafe {
            self.fill.run(value, dst);
            if self.copy.cells > 0 {
                self.copy.run(src, dst);
            }
        }
    }
}

/// Fills a contiguous buffer with one element.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fill {
    /// Bytes of an element: 1, 2, 4, 8 or 16.
    pub(crate) elem_size: usize,
    /// Number of elements.
    pub(crate) elements: usize,
}

impl Fill {
    /// Runs the fill.
    ///
    /// # Safety
    /// `value` is one element, and `dst` has room for all elements.
    pub(crate) unsafe fn run(&self, value: *const u8, dst: *mut u8) {
        let per_tile = (TILE_BYTES * 4 / self.elem_size).max(1);
        let (value, dst) = (Shared::from_const(value), Shared::new(dst));
        let tiles = self.elements.div_ceil(per_tile);
        parallel_for(tiles, (per_tile * self.elem_size) as f64 / 16.0, &|tile| {
            let n = per_tile.min(self.elements - tile * per_tile);
            let at = tile * per_tile * self.elem_size;
            // SAFETY: tiles are disjoint parts of the buffer.
            unsafe {
                let dst = dst.get().add(at);
                match self.elem_size {
                    1 => dst.write_bytes(*value.get(), n),
                    2 => fill::<u16>(value.get().cast(), dst.cast(), n),
                    4 => fill::<u32>(value.get().cast(), dst.cast(), n),
                    8 => fill::<u64>(value.get().cast(), dst.cast(), n),
                    16 => fill::<[u64; 2]>(value.get().cast(), dst.cast(), n),
                    other => unreachable!("no element has {other} bytes"),
                }
            }
        });
    }
}

multiversion! {
    /// # Safety
    /// `dst` has room for `n` elements.
    unsafe fn fill<T: Copy>(value: *const T, dst: *mut T, n: usize) {
        // SAFETY: as the caller promised.
        unsafe {
            let v = value.read_unaligned();
            for i in 0..n {
                dst.add(i).write(v);
            }
        }
    }
}

#[cfg(test)]
mod tests;
