// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! StableHLO `convolution`, as matrix products over gathered patches.
//!
//! A convolution is C = G W. Row m of the patch matrix G is an output position (batch and output spatial dims), column
//! k is a kernel position with an input feature. G exists one tile at a time, in scratch that fits the second-level
//! cache. If rows or columns of G are contiguous in the input, the layout of the tile lets them be copied in contiguous
//! runs. The gradients of a convolution are convolutions with other strides, so the same code runs them.
//!
//! Invariant: work is cut into output tiles. If the output is too small to be cut, as in weight gradients, the
//! contraction is cut into a number of parts that depends on shapes only, and the sums of the parts are added in order.

use super::copy::{CopyDim, StridedCopy};
use super::gemm::{Matmul, MatmulDim, MatmulSpec};
use super::gemm_tile::{Tile, TileKernel, add_into};
use super::patches::Patches;
use crate::runtime::cast::{View, cast_fn};
use crate::runtime::elem::Elem;
use crate::runtime::memory::with_scratch;
use crate::runtime::pool::parallel_for;
use crate::runtime::ptr::Shared;

/// One spatial dim. Strides are in elements.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SpatialDim {
    /// Size in the input, before dilation.
    pub(crate) input: usize,
    /// Size of the kernel, before dilation.
    pub(crate) kernel: usize,
    /// Size in the result.
    pub(crate) output: usize,
    /// Stride in the input buffer.
    pub(crate) x: isize,
    /// Stride in the kernel buffer.
    pub(crate) w: isize,
    /// Stride in the result buffer.
    pub(crate) out: isize,
    /// `window_strides`.
    pub(crate) window_stride: usize,
    /// Low padding; may be negative. The size `output` implies the high padding.
    pub(crate) pad_low: i64,
    /// `lhs_dilation`.
    pub(crate) lhs_dilation: usize,
    /// `rhs_dilation`.
    pub(crate) rhs_dilation: usize,
    /// `window_reversal`.
    pub(crate) reversed: bool,
}

/// The description of a convolution (StableHLO `convolution`). Strides are in elements.
#[derive(Clone, Debug)]
pub(crate) struct ConvSpec {
    /// Element kind of input and kernel.
    pub(crate) input: Elem,
    /// Element kind of the result.
    pub(crate) output: Elem,
    /// Batch size of the input.
    pub(crate) batch: usize,
    /// Input features of one group: the kernel's input feature size.
    pub(crate) in_features: usize,
    /// Output features of all groups: the kernel's output feature size.
    pub(crate) out_features: usize,
    /// `feature_group_count`.
    pub(crate) feature_groups: usize,
    /// `batch_group_count`.
    pub(crate) batch_groups: usize,
    /// Strides of batch and feature in the input.
    pub(crate) x: [isize; 2],
    /// Strides of input feature and output feature in the kernel.
    pub(crate) w: [isize; 2],
    /// Strides of batch and feature in the result.
    pub(crate) out: [isize; 2],
    /// The spatial dims.
    pub(crate) spatial: Vec<SpatialDim>,
}

/// A planned convolution.
#[derive(Clone, Debug)]
pub(crate) struct Conv(Form);

#[derive(Clone, Debug)]
enum Form {
    /// One matrix product: every patch is a strided part of the input.
    Direct {
        matmul: Box<Matmul>,
        x_offset: isize,
    },
    Gathered(Box<Gathered>),
    /// A convolution of a dilated input, split by output positions modulo the dilation. Each phase uses a part of the
    /// kernel's taps.
    Phases(Vec<Phase>),
}

#[derive(Clone, Debug)]
struct Phase {
    conv: Conv,
    /// The offsets of the phase's kernel and result, in bytes.
    w: isize,
    out: isize,
}

#[derive(Clone, Debug)]
struct Gathered {
    input: Elem,
    output: Elem,
    patches: Patches,
    /// The copy of the kernel in the order of the patches' columns, and its size in bytes; `None` if the kernel's own
    /// order fits.
    pack: Option<(StridedCopy, usize)>,
    /// Strides from one group to the next in the input, the (copied) kernel and the result.
    group: [isize; 3],
    groups: usize,
    /// Sizes and strides of the output dims that do not share one stride with the rows of a product, outermost first.
    loops: Vec<(usize, isize)>,
    m: usize,
    n: usize,
    k: usize,
    w: [isize; 2],
    c: [isize; 2],
    cut: Cut,
}

/// Sizes of the tiles of a convolution.
#[derive(Clone, Copy, Debug)]
struct Cut {
    m: usize,
    n: usize,
    k: usize,
    /// Number of parts of the contraction, and the number of `k` tiles of each part.
    parts: usize,
    tiles_per_part: usize,
}

/// The most elements of a tile of the patch matrix.
const TILE: usize = 96 << 10;
const TILE_K: usize = 768;

impl Conv {
    /// Plans a convolution.
    pub(crate) fn new(spec: &ConvSpec) -> Conv {
        if let Some(phases) = phases(spec) {
            return Conv(Form::Phases(phases));
        }
        match direct(spec) {
            Some((matmul, x_offset)) => Conv(Form::Direct { matmul: Box::new(matmul), x_offset }),
            None => Conv(Form::Gathered(Box::new(Gathered::new(spec)))),
        }
    }

    /// Bytes of scratch for a copy of the kernel or of an operand.
    pub(crate) fn scratch(&self) -> usize {
        match &self.0 {
            Form::Direct { matmul, .. } => matmul.scratch(),
            Form::Gathered(gathered) => gathered.pack.as_ref().map_or(0, |pack| pack.1),
            Form::Phases(phases) => phases.iter().map(|phase| phase.conv.scratch()).max().unwrap_or(0),
        }
    }

    /// Runs the convolution of `x` with the kernel `w` into `out`.
    ///
    /// # Safety
    /// The buffers hold every element of the description, and `out` overlaps neither operand.
    pub(crate) unsafe fn run(&self, x: *const u8, w: *const u8, out: *mut u8) {
        // SAFETY: as the caller promised; the offset is inside the input.
        unsafe {
            match &self.0 {
                Form::Direct { matmul, x_offset } => matmul.run(x.offset(*x_offset), w, out),
                Form::Gathered(g) => g.run(x, w, out),
                Form::Phases(phases) => {
                    for phase in phases {
                        phase.conv.run(x, w.offset(phase.w), out.offset(phase.out));
                    }
                }
            }
        }
    }
}

/// Splits a convolution along a dim whose input is dilated by `d` into `d` convolutions of the undilated input. For
/// output positions `r`, `r + d`, ... only the kernel positions of one residue modulo `d` meet input elements.
fn phases(spec: &ConvSpec) -> Option<Vec<Phase>> {
    let plain = |d: &SpatialDim| d.lhs_dilation > 1 && d.window_stride == 1 && d.rhs_dilation == 1;
    let axis = spec.spatial.iter().position(plain)?;
    let d = spec.spatial[axis];
    let step = d.lhs_dilation;
    let phases = (0..step.min(d.output)).map(|r| {
        let first = (d.pad_low - r as i64).rem_euclid(step as i64) as usize;
        let taps = d.kernel.saturating_sub(first).div_ceil(step);
        let lowest = if d.reversed { (d.kernel - 1).saturating_sub(first + step * taps.saturating_sub(1)) } else { first };
        let mut spec = spec.clone();
        spec.spatial[axis] = SpatialDim {
            kernel: taps,
            output: (d.output - r).div_ceil(step),
            w: d.w * step as isize,
            out: d.out * step as isize,
            pad_low: -((r + first) as i64 - d.pad_low) / step as i64,
            lhs_dilation: 1,
            ..d
        };
        Phase {
            w: lowest as isize * d.w * spec.input.size() as isize,
            out: r as isize * d.out * spec.output.size() as isize,
            conv: Conv::new(&spec),
        }
    });
    Some(phases.collect())
}

/// The convolution as one product, and the offset of the first patch in the input, in bytes. `None` unless each spatial
/// dim has a kernel or an output of size one and reads no padding.
fn direct(spec: &ConvSpec) -> Option<(Matmul, isize)> {
    let groups = spec.feature_groups * spec.batch_groups;
    let (group_n, group_batch) = (spec.out_features / groups, spec.batch / spec.batch_groups);
    let dim = |size, a, b, c| MatmulDim { size, a, b, c };
    let mut m = vec![dim(group_batch, spec.x[0], 0, spec.out[0])];
    let mut k = vec![dim(spec.in_features, spec.x[1], spec.w[0], 0)];
    let mut offset = 0;
    for d in &spec.spatial {
        let last_k = d.kernel as i64 - 1;
        let reach = (d.output as i64 - 1) * d.window_stride as i64 + last_k * d.rhs_dilation as i64 - d.pad_low;
        if d.lhs_dilation != 1 || d.pad_low > 0 || d.kernel == 0 || reach >= d.input as i64 || (d.kernel != 1 && d.output != 1) {
            return None;
        }
        let step = d.rhs_dilation as isize * d.x;
        offset += -d.pad_low as isize * d.x + if d.reversed { last_k as isize * step } else { 0 };
        m.push(dim(d.output, d.window_stride as isize * d.x, 0, d.out));
        k.push(dim(d.kernel, if d.reversed { -step } else { step }, d.w, 0));
    }
    m.sort_by_key(|d| std::cmp::Reverse(d.c.unsigned_abs()));
    let group = group_strides(spec);
    let product = MatmulSpec {
        input: spec.input,
        output: spec.output,
        batch: vec![dim(groups, group[0], group[1], group[2])],
        m,
        n: vec![dim(group_n, 0, spec.w[1], spec.out[1])],
        k,
    };
    Some((Matmul::new(&product), offset * spec.input.size() as isize))
}

/// Strides from one group to the next in the input, the kernel and the result.
fn group_strides(spec: &ConvSpec) -> [isize; 3] {
    let n = (spec.out_features / (spec.feature_groups * spec.batch_groups)) as isize;
    let x =
        if spec.batch_groups > 1 { (spec.batch / spec.batch_groups) as isize * spec.x[0] } else { spec.in_features as isize * spec.x[1] };
    [x, n * spec.w[1], n * spec.out[1]]
}

/// Sorts dims (number of the spatial dim, size, stride) from the largest stride to the smallest. Drops dims of size
/// one.
fn in_order(mut dims: Vec<(Option<usize>, usize, isize)>) -> Vec<(Option<usize>, usize, isize)> {
    dims.retain(|d| d.1 != 1);
    dims.sort_by_key(|d| std::cmp::Reverse(d.2.unsigned_abs()));
    dims
}

impl Gathered {
    fn new(spec: &ConvSpec) -> Gathered {
        let groups = spec.feature_groups * spec.batch_groups;
        let batch = spec.batch / spec.batch_groups;
        let n = spec.out_features / groups;
        let mut group = group_strides(spec);
        // Rows follow the order of the result, as far as they share one stride.
        let mut rows: Vec<(Option<usize>, usize, isize)> = vec![(None, batch, spec.out[0])];
        rows.extend(spec.spatial.iter().enumerate().map(|(i, d)| (Some(i), d.output, d.out)));
        let rows = in_order(rows);
        let mut inner = rows.len().saturating_sub(1);
        while inner > 0 && rows[inner - 1].2 == rows[inner].2 * rows[inner].1 as isize {
            inner -= 1;
        }
        let c_row = rows.last().map_or(1, |r| r.2);
        let loops: Vec<(usize, isize)> = rows[..inner].iter().map(|&(_, size, stride)| (size, stride)).collect();
        let m = rows[inner..].iter().map(|r| r.1).product();
        // Columns follow the order of the kernel. If input features are contiguous in the input, they come last
        // instead.
        let mut cols: Vec<(Option<usize>, usize, isize)> = vec![(None, spec.in_features, spec.w[0])];
        cols.extend(spec.spatial.iter().enumerate().map(|(i, d)| (Some(i), d.kernel, d.w)));
        let mut cols = in_order(cols);
        if spec.x[1] == 1 && spec.in_features > 1 {
            cols.sort_by_key(|c| c.0.is_none());
        }
        let k = cols.iter().map(|c| c.1).product();
        let runs_on = cols.windows(2).all(|c| c[0].2 == c[1].2 * c[1].1 as isize);
        let (mut w, mut pack) = ([cols.last().map_or(1, |c| c.2), spec.w[1]], None);
        if !runs_on || (spec.w[1] != 1 && m * loops.iter().map(|l| l.0).product::<usize>() >= 256) {
            let mut dims =
                vec![CopyDim { size: n, src: spec.w[1], dst: 1 }, CopyDim { size: groups, src: group[1], dst: (k * n) as isize }];
            let mut next = n as isize;
            for &(_, size, src) in cols.iter().rev() {
                dims.push(CopyDim { size, src, dst: next });
                next *= size as isize;
            }
            group[1] = (k * n) as isize;
            w = [n as isize, 1];
            pack = Some((StridedCopy::new(spec.input.size(), &dims, 0, 0), groups * k * n * spec.input.size()));
        }
        let row_dims: Vec<Option<usize>> = rows.iter().map(|r| r.0).collect();
        let col_dims: Vec<Option<usize>> = cols.iter().map(|c| c.0).collect();
        let patches = Patches::new(spec, batch, &row_dims, &col_dims);
        let outer = groups * loops.iter().map(|l| l.0).product::<usize>();
        let cut = Cut::new(outer, m, n, k, patches.run());
        Gathered { input: spec.input, output: spec.output, patches, pack, group, groups, loops, m, n, k, w, c: [c_row, spec.out[1]], cut }
    }

    unsafe fn run(&self, x: *const u8, w: *const u8, out: *mut u8) {
        if self.m * self.n == 0 {
            return;
        }
        let bytes = self.pack.as_ref().map_or(0, |p| p.1);
        // SAFETY: the scratch holds the copy of the kernel; the rest is as the caller promised.
        with_scratch(bytes, |scratch| unsafe {
            let mut w = w;
            if let Some((copy, _)) = &self.pack {
                copy.run(w, scratch);
                w = scratch;
            }
            if self.cut.parts == 1 {
                self.whole(x, w, out);
            } else {
                self.in_parts(x, w, out);
            }
        });
    }

    fn positions(&self) -> usize {
        self.loops.iter().map(|l| l.0).product()
    }

    fn task_ns(&self) -> f64 {
        let depth = (self.cut.k * self.cut.tiles_per_part).min(self.k);
        2.0 * (self.cut.m.min(self.m) * self.cut.n.min(self.n) * depth) as f64 / 60.0
    }

    /// Computes the result in tiles, one per task, each over the whole contraction.
    unsafe fn whole(&self, x: *const u8, w: *const u8, out: *mut u8) {
        let (rows, cols) = (self.m.div_ceil(self.cut.m), self.n.div_ceil(self.cut.n));
        let (x, w, out) = (Shared::from_const(x), Shared::from_const(w), Shared::new(out));
        parallel_for(self.groups * self.positions() * rows * cols, self.task_ns(), &|task| {
            let (col, row, outer) = (task % cols, task / cols % rows, task / cols / rows);
            // SAFETY: tasks cover disjoint tiles of the result.
            unsafe { self.task(x.get(), w.get(), outer, [row * self.cut.m, col * self.cut.n], 0, Target::Result(out.get())) }
        });
    }

    /// Computes tiles over parts of the contraction, one per task, and then adds the parts.
    unsafe fn in_parts(&self, x: *const u8, w: *const u8, out: *mut u8) {
        let acc = TileKernel::new(self.input, self.output).accumulator();
        let (rows, cols, parts) = (self.m.div_ceil(self.cut.m), self.n.div_ceil(self.cut.n), self.cut.parts);
        let part_bytes = (self.m * self.n * acc.size()).next_multiple_of(64);
        with_scratch(part_bytes * parts, |sums| {
            let (x, w, sums) = (Shared::from_const(x), Shared::from_const(w), Shared::new(sums));
            for outer in 0..self.groups * self.positions() {
                parallel_for(rows * cols * parts, self.task_ns(), &|task| {
                    let (row, col, part) = (task % rows, task / rows % cols, task / rows / cols);
                    // SAFETY: tasks cover disjoint tiles of the parts' buffers.
                    unsafe {
                        let sum = sums.get().add(part * part_bytes);
                        let first = part * self.cut.tiles_per_part * self.cut.k;
                        let at = [row * self.cut.m, col * self.cut.n];
                        self.task(x.get(), w.get(), outer, at, first, Target::Part(sum));
                    }
                });
                // SAFETY: all parts are complete; each strip adds and stores rows of its own.
                unsafe {
                    let c = View::new(out.offset(self.c_offset(outer)), self.c[0], self.c[1]);
                    let out = Shared::new(c.ptr);
                    let strip = ((16 << 10) / self.n.max(1)).clamp(1, self.m);
                    parallel_for(self.m.div_ceil(strip), (strip * self.n * parts) as f64 * 0.3, &|s| {
                        let (first, size) = (s * strip, strip.min(self.m - s * strip));
                        let sum = sums.get().add(first * self.n * acc.size());
                        for part in 1..parts {
                            add_into(acc, size * self.n, sum.add(part * part_bytes), sum);
                        }
                        let to = View { ptr: out.get(), ..c }.at(self.output.size(), first, 0);
                        cast_fn(acc, self.output)(size, self.n, View::new(sum, self.n as isize, 1), to);
                    });
                }
            }
        });
    }

    /// The offset of the result of an outer position (group and loops), in bytes.
    fn c_offset(&self, outer: usize) -> isize {
        let mut rest = outer % self.positions();
        let mut at = (outer / self.positions()) as isize * self.group[2];
        for &(size, stride) in self.loops.iter().rev() {
            at += (rest % size) as isize * stride;
            rest /= size;
        }
        at * self.output.size() as isize
    }

    /// Computes the tile at rows and columns `at`, from position `first` of the contraction on.
    unsafe fn task(&self, x: *const u8, w: *const u8, outer: usize, at: [usize; 2], first: usize, target: Target) {
        let (group, position) = (outer / self.positions(), outer % self.positions());
        let [i, j] = at;
        let (m, n) = (self.cut.m.min(self.m - i), self.cut.n.min(self.n - j));
        let (input, output) = (self.input.size(), self.output.size());
        let acc = TileKernel::new(self.input, self.output).accumulator();
        let kernel = TileKernel::new(self.input, acc);
        let native = acc == self.output;
        let tile_bytes = (m * self.cut.k * input).next_multiple_of(64);
        let own_bytes = if native { 0 } else { m * n * acc.size() };
        // SAFETY: the tile lies inside the described dims; the scratch holds a tile of patches and a tile of sums.
        with_scratch(tile_bytes + own_bytes, |scratch| unsafe {
            let x = x.offset(group as isize * self.group[0] * input as isize);
            let w = View::new(w.offset(group as isize * self.group[1] * input as isize), self.w[0], self.w[1]);
            let out = match target {
                Target::Result(out) => View::new(out.offset(self.c_offset(outer)), self.c[0], self.c[1]).at(output, i, j),
                Target::Part(sum) => View::new(sum, self.n as isize, 1).at(acc.size(), i, j),
            };
            let direct = native || matches!(target, Target::Part(_));
            let c = if direct { out } else { View::new(scratch.add(tile_bytes), n as isize, 1) };
            let end = (first + self.cut.tiles_per_part * self.cut.k).min(self.k);
            let mut accumulate = false;
            let mut p = first;
            while p < end || !accumulate {
                let k = self.cut.k.min(end.saturating_sub(p));
                let row = position * self.m + i;
                let a = self.patches.gather(x, row..row + m, p..p + k, scratch);
                kernel.run(&Tile { m, n, k, a, b: w.at(input, p, j), c, accumulate });
                accumulate = true;
                p += k.max(1);
            }
            if !direct {
                cast_fn(acc, self.output)(m, n, c, out);
            }
        });
    }
}

/// The destination of a task's sums.
#[derive(Clone, Copy)]
enum Target {
    Result(*mut u8),
    Part(*mut u8),
}

impl Cut {
    fn new(outer: usize, m: usize, n: usize, k: usize, run: usize) -> Cut {
        let k_tile = k.div_ceil(k.div_ceil(TILE_K).max(1)).max(1);
        let mut m_tile = (TILE / k_tile).clamp(24, 1024);
        m_tile = if run <= m_tile && m > m_tile { m_tile / run * run } else { m_tile };
        m_tile = m_tile.min(m).max(1);
        let mut n_tile = n.max(1);
        let tiles = |m_tile: usize, n_tile: usize| outer * m.div_ceil(m_tile) * n.div_ceil(n_tile);
        let k_tiles = k.div_ceil(k_tile);
        if tiles(m_tile, n_tile) < 8 && k_tiles >= 16 && m * n <= 1 << 20 {
            let tiles_per_part = k_tiles.div_ceil(16);
            let parts = k_tiles.div_ceil(tiles_per_part);
            return Cut { m: m_tile, n: n_tile, k: k_tile, parts, tiles_per_part };
        }
        // With few positions and many features, as in the last layers of a network, smaller tiles give more tasks.
        while tiles(m_tile, n_tile) < 16 && m_tile >= 96 && m_tile * n_tile * k > 1 << 20 {
            m_tile = m_tile.div_ceil(2);
        }
        while tiles(m_tile, n_tile) < 16 && n_tile >= 256 {
            n_tile = (n_tile / 2).next_multiple_of(64);
        }
        Cut { m: m_tile, n: n_tile, k: k_tile, parts: 1, tiles_per_part: k_tiles }
    }
}

#[cfg(test)]
mod tests;
