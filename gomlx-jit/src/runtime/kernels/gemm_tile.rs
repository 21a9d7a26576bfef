// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Single-threaded matrix products of strided operands, for every pair of input and output element kinds.
//!
//! The `gemm` crates compute f32 and f64. Other kinds are converted, block by block, to the type of their sums, and the
//! sums are rounded once at the end: f16 and bf16 to f32, integers to i32 or i64 (whose low bits are the wrapped
//! result). A long contraction is cut into parts, whose sums in f32 are added in f64: so the rounding error does not
//! grow with its length.

use gemm_common::Parallelism;

use crate::runtime::cast::{CastFn, View, cast_fn};
use crate::runtime::elem::{Bool, Elem, Num, multiversion, with_lane};
use crate::runtime::memory::with_scratch;

/// C = A B, or C += A B, where A is `m` x `k` and B is `k` x `n`. Strides are in elements of each buffer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tile {
    pub(crate) m: usize,
    pub(crate) n: usize,
    pub(crate) k: usize,
    pub(crate) a: View,
    pub(crate) b: View,
    pub(crate) c: View,
    pub(crate) accumulate: bool,
}

/// The type of sums of products of `input` elements for a result of `output` elements.
pub(crate) fn accumulator(input: Elem, output: Elem) -> Elem {
    use Elem::{Bf16, Bool, F16, F32, F64, I32, I64};
    match (input, output) {
        (F64, _) | (_, F64) => F64,
        (F32 | F16 | Bf16, _) | (_, F32 | F16 | Bf16) => F32,
        (Bool, Bool) => Bool,
        (_, out) if out.size() == 8 => I64,
        _ => I32,
    }
}

/// Computes tiles of one pair of element kinds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TileKernel {
    multiply: unsafe fn(&Tile),
    input: Elem,
    acc: Elem,
    output: Elem,
    /// Conversions from input to accumulator, from accumulator to output, and from output to accumulator. `None` if the
    /// three kinds are the same.
    casts: Option<[CastFn; 3]>,
}

/// The greatest depth and breadth of a converted block: f32 copies of the blocks fit in a second-level cache.
const DEPTH: usize = 1024;
const BREADTH: usize = 192;
/// The greatest depth that is summed in f32 alone, and the depth of the parts of a greater one. For products with a
/// vector, the library adds one product after the other; for others it sums blocks of a few hundred products.
const LONG: [usize; 2] = [8192, 2048];
const LONG_VECTOR: [usize; 2] = [1024, 256];

impl TileKernel {
    pub(crate) fn new(input: Elem, output: Elem) -> TileKernel {
        let acc = accumulator(input, output);
        let multiply = match acc {
            Elem::F64 => f64::multiply,
            Elem::F32 => f32::multiply,
            Elem::I64 => i64::multiply,
            Elem::Bool => Bool::multiply,
            _ => i32::multiply,
        };
        let native = input == acc && output == acc;
        let casts = (!native).then(|| [cast_fn(input, acc), cast_fn(acc, output), cast_fn(output, acc)]);
        TileKernel { multiply, input, acc, output, casts }
    }

    /// The type of the sums.
    pub(crate) fn accumulator(&self) -> Elem {
        self.acc
    }

    /// Computes a tile.
    ///
    /// # Safety
    /// The views are valid for the tile in the kernel's element kinds; C overlaps neither operand.
    pub(crate) unsafe fn run(&self, t: &Tile) {
        let [longest, depth] = if t.m <= 1 || t.n <= 1 { LONG_VECTOR } else { LONG };
        // SAFETY: as the caller promised.
        unsafe {
            match self.casts {
                _ if self.acc == Elem::F32 && t.k > longest => self.long(t, depth),
                None => (self.multiply)(t),
                Some([load, store, reload]) => self.converting(t, load, store, reload),
            }
        }
    }

    /// Computes a tile in parts of the contraction.
    ///
    /// # Safety
    /// As [`TileKernel::run`].
    unsafe fn long(&self, t: &Tile, depth: usize) {
        let elements = t.m * t.n;
        let part = TileKernel::new(self.input, Elem::F32);
        // SAFETY: the scratch holds the totals and the sums of one part, and positions stay inside the tile.
        with_scratch(elements * (8 + 4), |scratch| unsafe {
            let totals = View::new(scratch, t.n as isize, 1);
            let sums = View::new(scratch.add(elements * 8), t.n as isize, 1);
            if t.accumulate {
                cast_fn(self.output, Elem::F64)(t.m, t.n, t.c, totals);
            } else {
                scratch.cast::<f64>().write_bytes(0, elements);
            }
            for p in (0..t.k).step_by(depth) {
                let size = self.input.size();
                let k = depth.min(t.k - p);
                part.run(&Tile { k, a: t.a.at(size, 0, p), b: t.b.at(size, p, 0), c: sums, accumulate: false, ..*t });
                for i in 0..elements {
                    *scratch.cast::<f64>().add(i) += f64::from(*sums.ptr.cast::<f32>().add(i));
                }
            }
            cast_fn(Elem::F64, self.output)(t.m, t.n, totals, t.c);
        });
    }

    unsafe fn converting(&self, t: &Tile, load: CastFn, store: CastFn, reload: CastFn) {
        let size = self.acc.size();
        let (rows, cols, depth) = (t.m.min(BREADTH), t.n.min(BREADTH), t.k.min(DEPTH));
        let elements = rows * depth + depth * cols + rows * cols;
        // SAFETY: the scratch holds the three blocks one after another, and block indices stay inside the tile.
        with_scratch(elements * size, |scratch| unsafe {
            let a = View::new(scratch, depth as isize, 1);
            let b = View::new(scratch.add(rows * depth * size), cols as isize, 1);
            let c = View::new(scratch.add((rows + cols) * depth * size), cols as isize, 1);
            for j in (0..t.n).step_by(BREADTH) {
                for i in (0..t.m).step_by(BREADTH) {
                    let (m, n) = (rows.min(t.m - i), cols.min(t.n - j));
                    let out = t.c.at(self.output.size(), i, j);
                    if t.accumulate {
                        reload(m, n, out, c);
                    }
                    let mut accumulate = t.accumulate;
                    for p in (0..t.k.max(1)).step_by(DEPTH) {
                        let k = depth.min(t.k - p);
                        load(m, k, t.a.at(self.input.size(), i, p), a);
                        load(k, n, t.b.at(self.input.size(), p, j), b);
                        (self.multiply)(&Tile { m, n, k, a, b, c, accumulate });
                        accumulate = true;
                    }
                    store(m, n, c, out);
                }
            }
        });
    }
}

/// A type in which matrix products are computed.
trait Accumulator: Num {
    /// # Safety
    /// As [`TileKernel::run`], with all three buffers of this type.
    unsafe fn multiply(t: &Tile);
}

macro_rules! library {
    ($t:ty, $get:path) => {
        impl Accumulator for $t {
            unsafe fn multiply(t: &Tile) {
                // The library's kernels write columns of C. If C's rows are contiguous, it computes the transposed
                // product.
                let mut t = if t.c.col.unsigned_abs() < t.c.row.unsigned_abs() { transposed(t) } else { *t };
                // SAFETY: the views are valid for the tile, as the caller promised.
                unsafe {
                    // For these sizes the library starts a sum with its first product, which may be -0; a sum must
                    // start at 0. Its kernels for other sizes start at 0.
                    if (t.k <= 2 || t.m <= 1 || t.n <= 1) && !t.accumulate {
                        fill_zero::<$t>(&t);
                        t.accumulate = true;
                    }
                    $get()(
                        t.m,
                        t.n,
                        t.k,
                        t.c.ptr.cast(),
                        t.c.col,
                        t.c.row,
                        t.accumulate,
                        t.a.ptr.cast(),
                        t.a.col,
                        t.a.row,
                        t.b.ptr.cast(),
                        t.b.col,
                        t.b.row,
                        1.0,
                        1.0,
                        false,
                        false,
                        false,
                        Parallelism::None,
                    );
                }
            }
        }
    };
}
library!(f32, gemm_f32::gemm::f32::get_gemm_fn);
library!(f64, gemm_f64::gemm::f64::get_gemm_fn);

macro_rules! simple {
    ($($t:ty),*) => { $(impl Accumulator for $t {
        unsafe fn multiply(t: &Tile) {
            let t = if t.c.col.unsigned_abs() > t.c.row.unsigned_abs() { transposed(t) } else { *t };
            // SAFETY: as the caller promised.
            unsafe { simple_multiply::<$t>(t) }
        }
    })* };
}
simple!(i32, i64, Bool);

/// Writes zeros to C, column by column.
///
/// # Safety
/// C's view is valid for the tile in this type.
unsafe fn fill_zero<T: Num>(t: &Tile) {
    for j in 0..t.n as isize {
        for i in 0..t.m as isize {
            // SAFETY: indices stay below m and n.
            unsafe { t.c.ptr.cast::<T>().offset(i * t.c.row + j * t.c.col).write(T::ZERO) }
        }
    }
}

fn transposed(t: &Tile) -> Tile {
    Tile { m: t.n, n: t.m, a: t.b.transposed(), b: t.a.transposed(), c: t.c.transposed(), ..*t }
}

multiversion! {
    /// # Safety
    /// As [`TileKernel::run`], with all three buffers of this type.
    unsafe fn simple_multiply<T: Num>(t: Tile) {
        // SAFETY: indices stay below m, n and k.
        unsafe {
            for i in 0..t.m as isize {
                let c = t.c.ptr.cast::<T>().offset(i * t.c.row);
                if !t.accumulate {
                    for j in 0..t.n as isize {
                        c.offset(j * t.c.col).write(T::ZERO);
                    }
                }
                for p in 0..t.k as isize {
                    let a = *t.a.ptr.cast::<T>().offset(i * t.a.row + p * t.a.col);
                    let b = t.b.ptr.cast::<T>().offset(p * t.b.row);
                    if t.b.col == 1 && t.c.col == 1 {
                        for j in 0..t.n {
                            c.add(j).write((*c.add(j)).add(a.mul(*b.add(j))));
                        }
                    } else {
                        for j in 0..t.n as isize {
                            let c = c.offset(j * t.c.col);
                            c.write((*c).add(a.mul(*b.offset(j * t.b.col))));
                        }
                    }
                }
            }
        }
    }
}

/// Adds `n` contiguous elements of `from` to `n` elements of `into`.
///
/// # Safety
/// Both hold `n` elements of the type of the sums, `acc`.
pub(crate) unsafe fn add_into(acc: Elem, n: usize, from: *const u8, into: *mut u8) {
    // SAFETY: as the caller promised.
    unsafe {
        match acc {
            Elem::Bool => add_elements::<Bool>(n, from.cast(), into.cast()),
            _ => with_lane!(acc, T => add_elements::<T>(n, from.cast(), into.cast())),
        }
    }
}

multiversion! {
    /// # Safety
    /// As [`add_into`].
    unsafe fn add_elements<T: Num>(n: usize, from: *const T, into: *mut T) {
        for i in 0..n {
            // SAFETY: `i < n`.
            unsafe { into.add(i).write((*into.add(i)).add(*from.add(i))) }
        }
    }
}
