// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! StableHLO `dot_general`: matrix products with any number of batch, row, column and contracted dims.
//!
//! Invariant: shapes and element kinds alone decide how batch, rows and columns are cut into tiles, and one thread
//! computes the product of a tile. If the result is too small to be cut, the contracted dim is cut into a number of
//! parts that depends on shapes only, and the sums of the parts are added in order.

use std::ops::Range;

use super::copy::{CopyDim, StridedCopy};
use super::gemm_tile::{Tile, TileKernel, add_into};
use crate::runtime::cast::{View, cast_fn};
use crate::runtime::elem::Elem;
use crate::runtime::memory::with_scratch;
use crate::runtime::pool::parallel_for;
use crate::runtime::ptr::Shared;

/// One dim of a product, with its stride in each buffer, in elements. The stride is 0 if the buffer lacks the dim.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct MatmulDim {
    /// Number of elements.
    pub(crate) size: usize,
    /// Stride in the left operand.
    pub(crate) a: isize,
    /// Stride in the right operand.
    pub(crate) b: isize,
    /// Stride in the result.
    pub(crate) c: isize,
}

/// The description of a product: C[batch, m, n] = sum over k of A[batch, m, k] B[batch, k, n].
#[derive(Clone, Debug)]
pub(crate) struct MatmulSpec {
    /// Element kind of both operands.
    pub(crate) input: Elem,
    /// Element kind of the result.
    pub(crate) output: Elem,
    /// Dims of all three buffers.
    pub(crate) batch: Vec<MatmulDim>,
    /// Dims of A and C.
    pub(crate) m: Vec<MatmulDim>,
    /// Dims of B and C.
    pub(crate) n: Vec<MatmulDim>,
    /// Dims of A and B.
    pub(crate) k: Vec<MatmulDim>,
}

/// A planned product.
#[derive(Clone, Debug)]
pub(crate) struct Matmul {
    kernel: TileKernel,
    input: Elem,
    output: Elem,
    pack_a: Option<Pack>,
    pack_b: Option<Pack>,
    /// Batch dims, and the dims of m and n that do not merge into one dim.
    outer: Vec<MatmulDim>,
    m: MatmulDim,
    n: MatmulDim,
    k: MatmulDim,
    grid: Grid,
}

/// A copy of an operand in an order where the dims of m, n and k merge.
#[derive(Clone, Debug)]
struct Pack {
    copy: StridedCopy,
    bytes: usize,
}

/// Sizes of the tiles of a product.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Grid {
    outer: usize,
    outer_per_tile: usize,
    tile_m: usize,
    tile_n: usize,
    k_parts: usize,
    ns_per_tile: f64,
}

impl Matmul {
    /// Plans a product.
    pub(crate) fn new(spec: &MatmulSpec) -> Matmul {
        let mut d = spec.clone();
        if d.k.iter().any(|d| d.size == 0) {
            // The operands are empty, so no stride leads to an element.
            d.batch.iter_mut().chain(&mut d.m).chain(&mut d.n).chain(&mut d.k).for_each(|d| (d.a, d.b) = (0, 0));
        }
        let elements = |x: &[MatmulDim], y: &[MatmulDim]| x.iter().chain(y).map(|d| d.size).product::<usize>();
        // The contraction follows the order of the larger operand. The other operand is copied if its order differs.
        if elements(&d.m, &[]) > elements(&d.n, &[]) {
            d.k.sort_by_key(|d| std::cmp::Reverse(d.a.unsigned_abs()));
        } else {
            d.k.sort_by_key(|d| std::cmp::Reverse(d.b.unsigned_abs()));
        }
        let a_only = |d: &MatmulDim| MatmulDim { b: 0, c: 0, ..*d };
        let b_only = |d: &MatmulDim| MatmulDim { a: 0, c: 0, ..*d };
        let c_only = |d: &MatmulDim| MatmulDim { a: 0, b: 0, ..*d };
        // Rows or columns may need several strides in an operand but only one in C. The operand is copied if these dims
        // are short; long dims become a loop of smaller products instead.
        let broken = |dims: &[MatmulDim]| {
            merge(dims, |d| *d).len() > 1 && merge(dims, c_only).len() <= 1 && dims.iter().map(|d| d.size).max().unwrap_or(0) < 64
        };
        // The library reads rows of B along with rows of C. If B is transposed, each of many tiles would gather it
        // again.
        let gathered = d.n.iter().any(|d| d.c == 1 && d.b != 1) && elements(&d.m, &[]) >= 512 && elements(&d.n, &[]) >= 64;
        let (copy_a, copy_b) = (merge(&d.k, a_only).len() > 1, merge(&d.k, b_only).len() > 1 || gathered);
        let pack_a = (copy_a || broken(&d.m)).then(|| Pack::new(spec.input, [&mut d.batch, &mut d.m, &mut d.k], |d| &mut d.a));
        let pack_b = (copy_b || broken(&d.n)).then(|| Pack::new(spec.input, [&mut d.batch, &mut d.k, &mut d.n], |d| &mut d.b));
        let (mut m, mut n) = (merge(&d.m, |d| *d), merge(&d.n, |d| *d));
        let mut outer = merge(&d.batch, |d| *d);
        let mut longest = |dims: &mut Vec<MatmulDim>| {
            let kept = (0..dims.len()).max_by_key(|&i| dims[i].size).map(|i| dims.remove(i));
            outer.append(dims);
            kept.unwrap_or(MatmulDim { size: 1, a: 1, b: 1, c: 1 })
        };
        let (m, n) = (longest(&mut m), longest(&mut n));
        let k = match merge(&d.k, |d| *d).as_slice() {
            [] => MatmulDim { size: 1, a: 1, b: 1, c: 0 },
            [one] => *one,
            _ => unreachable!("operands whose contraction takes several strides were copied"),
        };
        let kernel = TileKernel::new(spec.input, spec.output);
        let grid = Grid::new(outer.iter().map(|d| d.size).product(), m.size, n.size, k.size, spec.input, kernel.accumulator());
        Matmul { kernel, input: spec.input, output: spec.output, pack_a, pack_b, outer, m, n, k, grid }
    }

    /// Bytes of scratch for the copy of each operand.
    fn copies(&self) -> [usize; 2] {
        [&self.pack_a, &self.pack_b].map(|pack| pack.as_ref().map_or(0, |p| p.bytes.next_multiple_of(64)))
    }

    /// Bytes of scratch for copies of the operands.
    pub(crate) fn scratch(&self) -> usize {
        self.copies().iter().sum()
    }

    /// Runs the product.
    ///
    /// # Safety
    /// The buffers hold every element of the description, and C overlaps neither operand.
    pub(crate) unsafe fn run(&self, a: *const u8, b: *const u8, c: *mut u8) {
        let [for_a, for_b] = self.copies();
        if for_a + for_b == 0 {
            // SAFETY: as the caller promised.
            return unsafe { self.product(a, b, c) };
        }
        // SAFETY: the scratch holds both copies, and the plan's strides are those of the copies.
        with_scratch(for_a + for_b, |scratch| unsafe {
            let (mut a, mut b) = (a, b);
            if let Some(pack) = &self.pack_a {
                pack.copy.run(a, scratch);
                a = scratch;
            }
            if let Some(pack) = &self.pack_b {
                pack.copy.run(b, scratch.add(for_a));
                b = scratch.add(for_a);
            }
            self.product(a, b, c);
        });
    }

    unsafe fn product(&self, a: *const u8, b: *const u8, c: *mut u8) {
        let g = self.grid;
        if g.outer * self.m.size * self.n.size == 0 {
            return;
        }
        if g.k_parts > 1 {
            // SAFETY: as the caller promised.
            return unsafe { self.split_contraction(a, b, c) };
        }
        let (a, b, c) = (Shared::from_const(a), Shared::from_const(b), Shared::new(c));
        let (rows, cols) = (self.m.size.div_ceil(g.tile_m), self.n.size.div_ceil(g.tile_n));
        let tiles = g.outer.div_ceil(g.outer_per_tile) * rows * cols;
        parallel_for(tiles, g.ns_per_tile, &|tile| {
            let (col, row, first) = (tile % cols, tile / cols % rows, tile / cols / rows * g.outer_per_tile);
            let (i, j) = (row * g.tile_m, col * g.tile_n);
            let (m, n) = (g.tile_m.min(self.m.size - i), g.tile_n.min(self.n.size - j));
            let batch = first..(first + g.outer_per_tile).min(g.outer);
            for at in batch {
                // SAFETY: the tile lies inside the described dims, and tiles write disjoint parts of C.
                unsafe { self.kernel.run(&self.tile(a.get(), b.get(), c.get(), at, i..i + m, j..j + n)) }
            }
        });
    }

    /// Sums each part of the contraction into a buffer of its own, then adds the buffers in order.
    unsafe fn split_contraction(&self, a: *const u8, b: *const u8, c: *mut u8) {
        let g = self.grid;
        let acc = self.kernel.accumulator();
        let part_kernel = TileKernel::new(self.input, acc);
        let (m, n) = (self.m.size, self.n.size);
        let part_bytes = (m * n * acc.size()).next_multiple_of(64);
        let depth = self.k.size.div_ceil(g.k_parts);
        with_scratch(part_bytes * g.k_parts, |scratch| {
            for at in 0..g.outer {
                let (a, b, parts) = (Shared::from_const(a), Shared::from_const(b), Shared::new(scratch));
                parallel_for(g.k_parts, g.ns_per_tile, &|part| {
                    let from = (part * depth).min(self.k.size);
                    let k = depth.min(self.k.size - from);
                    // SAFETY: the operands' views lie inside the described dims; each part writes its own buffer.
                    unsafe {
                        let mut t = self.tile(a.get(), b.get(), parts.get(), at, 0..m, 0..n);
                        t.a = t.a.at(self.input.size(), 0, from);
                        t.b = t.b.at(self.input.size(), from, 0);
                        t.k = k;
                        t.c = View::new(parts.get().add(part * part_bytes), n as isize, 1);
                        part_kernel.run(&t);
                    }
                });
                // SAFETY: the parts are complete; C's view lies inside the described dims.
                unsafe {
                    for part in 1..g.k_parts {
                        add_into(acc, m * n, scratch.add(part * part_bytes), scratch);
                    }
                    let out = self.tile(a.get(), b.get(), c, at, 0..m, 0..n).c;
                    cast_fn(acc, self.output)(m, n, View::new(scratch, n as isize, 1), out);
                }
            }
        });
    }

    unsafe fn tile(&self, a: *mut u8, b: *mut u8, c: *mut u8, outer: usize, rows: Range<usize>, cols: Range<usize>) -> Tile {
        let mut at = [0isize; 3];
        let mut rest = outer;
        for d in self.outer.iter().rev() {
            let i = (rest % d.size) as isize;
            rest /= d.size;
            at[0] += i * d.a;
            at[1] += i * d.b;
            at[2] += i * d.c;
        }
        let (input, output) = (self.input.size(), self.output.size());
        // SAFETY: the offsets stay inside the described dims.
        unsafe {
            Tile {
                m: rows.len(),
                n: cols.len(),
                k: self.k.size,
                a: View::new(a.offset(at[0] * input as isize), self.m.a, self.k.a).at(input, rows.start, 0),
                b: View::new(b.offset(at[1] * input as isize), self.k.b, self.n.b).at(input, 0, cols.start),
                c: View::new(c.offset(at[2] * output as isize), self.m.c, self.n.c).at(output, rows.start, cols.start),
                accumulate: false,
            }
        }
    }
}

impl Pack {
    /// Plans a row-major copy of an operand, and sets the strides of its dims to those of the copy. `groups` lists the
    /// dims, outermost first.
    fn new(input: Elem, groups: [&mut [MatmulDim]; 3], stride: fn(&mut MatmulDim) -> &mut isize) -> Pack {
        let mut next = 1isize;
        let mut dims = Vec::new();
        for d in groups.into_iter().rev().flat_map(|g| g.iter_mut().rev()) {
            let size = d.size;
            let src = std::mem::replace(stride(d), next);
            dims.push(CopyDim { size, src, dst: next });
            next *= size as isize;
        }
        Pack { copy: StridedCopy::new(input.size(), &dims, 0, 0), bytes: next as usize * input.size() }
    }
}

impl Grid {
    fn new(outer: usize, m: usize, n: usize, k: usize, input: Elem, acc: Elem) -> Grid {
        // Rates of one core, in operations per nanosecond. They need not be exact: tiles should take some tens of
        // microseconds, long enough to make scheduling cheap and short enough to occupy many threads.
        let rate = match (input, acc) {
            (Elem::F32, _) => 100.0,
            (_, Elem::F32) => 60.0,
            (_, Elem::F64) => 50.0,
            _ => 5.0,
        };
        let cost = |m: usize, n: usize, k: usize| {
            let flops = 2.0 * m as f64 * n as f64 * k as f64;
            let bytes = (m * k + k * n + m * n) as f64 * input.size() as f64;
            (flops / rate).max(bytes / 10.0) + 50.0
        };
        let mut grid = Grid { outer, outer_per_tile: 1, tile_m: m.max(1), tile_n: n.max(1), k_parts: 1, ns_per_tile: 0.0 };
        if m * n <= 128 * 128 && k >= 1 << 13 && outer < 8 && acc != Elem::Bool {
            grid.k_parts = (k >> 11).min(16);
            grid.ns_per_tile = cost(m, n, k / grid.k_parts);
            return grid;
        }
        // A vector times a matrix reads the matrix once; long pieces of its rows keep the prefetcher running.
        let (least_m, least_n) = (if n < 8 { 512 } else { 64 }, if m < 8 { 512 } else { 64 });
        loop {
            let now = cost(grid.tile_m, grid.tile_n, k);
            let tiles = outer * m.div_ceil(grid.tile_m) * n.div_ceil(grid.tile_n);
            if now <= 20e3 || (tiles >= 32 && now <= 2e6) {
                break;
            }
            let half_m = (grid.tile_m / 2).max(1).next_multiple_of(least_m);
            let half_n = (grid.tile_n / 2).max(1).next_multiple_of(least_n);
            if half_n < grid.tile_n && (grid.tile_n >= grid.tile_m || half_m >= grid.tile_m) {
                grid.tile_n = half_n;
            } else if half_m < grid.tile_m {
                grid.tile_m = half_m;
            } else {
                break;
            }
        }
        let one = cost(grid.tile_m, grid.tile_n, k);
        if grid.tile_m >= m && grid.tile_n >= n {
            grid.outer_per_tile = ((20e3 / one) as usize).clamp(1, outer.max(1));
        }
        grid.ns_per_tile = one * grid.outer_per_tile as f64;
        grid
    }
}

/// Drops dims of size one, and merges neighbours whose elements are evenly spaced in every buffer. `keep` zeroes the
/// strides of buffers to ignore.
fn merge(dims: &[MatmulDim], keep: impl Fn(&MatmulDim) -> MatmulDim) -> Vec<MatmulDim> {
    let mut out: Vec<MatmulDim> = Vec::with_capacity(dims.len());
    for d in dims.iter().filter(|d| d.size != 1).map(keep) {
        let n = d.size as isize;
        match out.last_mut() {
            Some(o) if (o.a, o.b, o.c) == (d.a * n, d.b * n, d.c * n) => *o = MatmulDim { size: o.size * d.size, ..d },
            _ => out.push(d),
        }
    }
    out
}

#[cfg(test)]
mod tests;
