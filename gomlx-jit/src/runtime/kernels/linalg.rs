// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! StableHLO `cholesky` and `triangular_solve`: plain loops over rows, one task per matrix. All kinds compute in `f64`.

use std::slice;

use crate::runtime::cast::{View, cast_fn};
use crate::runtime::elem::Elem;
use crate::runtime::memory::with_scratch;
use crate::runtime::pool::parallel_for;
use crate::runtime::ptr::Shared;

/// A planned `cholesky` of square matrices.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cholesky {
    elem: Elem,
    batch: usize,
    n: usize,
    lower: bool,
}

impl Cholesky {
    /// Plans decompositions of `batch` `n` x `n` matrices. `lower` tells which triangle is read and written.
    pub(crate) fn new(elem: Elem, batch: usize, n: usize, lower: bool) -> Cholesky {
        Cholesky { elem, batch, n, lower }
    }

    /// Bytes of scratch that each thread takes.
    pub(crate) fn scratch(&self) -> usize {
        size_of::<f64>() * self.n * self.n
    }

    /// Decomposes the matrices. The other triangle of each result is zero.
    ///
    /// # Safety
    /// The buffers are those of the plan.
    pub(crate) unsafe fn run(&self, a: *const u8, out: *mut u8) {
        let (n, size) = (self.n, self.n * self.n);
        let (a, out) = (Shared::from_const(a), Shared::new(out));
        parallel_for(self.batch, 0.3 * (size * n) as f64, &|i| {
            with_scratch(self.scratch(), |scratch| {
                let bytes = i * size * self.elem.size();
                // The upper factor of a matrix is the transpose of the lower factor of the transposed matrix.
                let view = |p: *mut u8| {
                    let view = View::new(p, n as isize, 1);
                    if self.lower { view } else { view.transposed() }
                };
                let matrix = View::new(scratch, n as isize, 1);
                // SAFETY: the scratch memory has room for one matrix and is written before it is read, and matrix `i`
                // lies in both buffers.
                unsafe {
                    cast_fn(self.elem, Elem::F64)(n, n, view(a.get().add(bytes)), matrix);
                    decompose(slice::from_raw_parts_mut(scratch.cast::<f64>(), size), n);
                    cast_fn(Elem::F64, self.elem)(n, n, matrix, view(out.get().add(bytes)));
                }
            });
        });
    }
}

/// Replaces a matrix by its lower factor, row by row (the Cholesky-Banachiewicz algorithm).
fn decompose(a: &mut [f64], n: usize) {
    for i in 0..n {
        let (above, rest) = a.split_at_mut(i * n);
        let row = &mut rest[..n];
        for j in 0..i {
            let other = &above[j * n..j * n + n];
            row[j] = (row[j] - dot(&row[..j], &other[..j])) / other[j];
        }
        row[i] = (row[i] - dot(&row[..i], &row[..i])).sqrt();
        row[i + 1..].fill(0.0);
    }
}

/// The dot product, summed in eight lanes.
fn dot(x: &[f64], y: &[f64]) -> f64 {
    let mut lanes = [0.0; 8];
    let (xs, ys) = (x.chunks_exact(8), y.chunks_exact(8));
    let rest: f64 = xs.remainder().iter().zip(ys.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in xs.zip(ys) {
        for lane in 0..8 {
            lanes[lane] += x[lane] * y[lane];
        }
    }
    lanes.iter().sum::<f64>() + rest
}

/// A planned `triangular_solve` of square matrices.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TriangularSolve {
    /// Element kind.
    pub(crate) elem: Elem,
    /// Number of systems.
    pub(crate) batch: usize,
    /// Number of rows and columns of each matrix.
    pub(crate) n: usize,
    /// Number of right-hand sides of each system.
    pub(crate) sides: usize,
    /// Whether the system is `op(a) x = b`, else `x op(a) = b`.
    pub(crate) left: bool,
    /// Whether the lower triangle of `a` is read, else the upper.
    pub(crate) lower: bool,
    /// Whether the diagonal is taken to be ones.
    pub(crate) unit: bool,
    /// Whether `op` transposes `a`.
    pub(crate) transposed: bool,
}

impl TriangularSolve {
    /// Bytes of scratch that each thread takes.
    pub(crate) fn scratch(&self) -> usize {
        size_of::<f64>() * self.n * (self.n + self.sides)
    }

    /// Solves the systems.
    ///
    /// # Safety
    /// The buffers are those of the plan.
    pub(crate) unsafe fn run(&self, a: *const u8, b: *const u8, out: *mut u8) {
        let (n, k, size) = (self.n, self.sides, self.elem.size());
        let (a, b, out) = (Shared::from_const(a), Shared::from_const(b), Shared::new(out));
        // `x op(a) = b` is the same system as `op(a)' x' = b'`.
        let flip = self.transposed == self.left;
        let lower = self.lower != flip;
        parallel_for(self.batch, 0.5 * (n * n * k) as f64, &|i| {
            with_scratch(self.scratch(), |scratch| {
                let matrix = View::new(scratch, n as isize, 1);
                let rows = View::new(scratch.wrapping_add(8 * n * n), k as isize, 1);
                let sides = |p: *mut u8| match self.left {
                    true => View::new(p, k as isize, 1),
                    false => View::new(p, n as isize, 1).transposed(),
                };
                // SAFETY: the scratch memory has room for the matrix and the right-hand sides, both are written before
                // they are read, and system `i` lies in all three buffers.
                unsafe {
                    let from = View::new(a.get().add(i * n * n * size), n as isize, 1);
                    cast_fn(self.elem, Elem::F64)(n, n, if flip { from.transposed() } else { from }, matrix);
                    cast_fn(self.elem, Elem::F64)(n, k, sides(b.get().add(i * n * k * size)), rows);
                    let matrix = slice::from_raw_parts(scratch.cast::<f64>(), n * n);
                    let x = slice::from_raw_parts_mut(scratch.cast::<f64>().add(n * n), n * k);
                    substitute(matrix, x, n, k, lower, self.unit);
                    cast_fn(Elem::F64, self.elem)(n, k, rows, sides(out.get().add(i * n * k * size)));
                }
            });
        });
    }
}

/// Replaces the right-hand sides `x` by the solution: forward substitution for a lower triangle, else backward.
fn substitute(a: &[f64], x: &mut [f64], n: usize, k: usize, lower: bool, unit: bool) {
    for step in 0..n {
        let i = if lower { step } else { n - 1 - step };
        let (before, after) = x.split_at_mut(i * k);
        let (row, after) = after.split_at_mut(k);
        let known = if lower { &*before } else { &*after };
        let first = if lower { 0 } else { i + 1 };
        for (j, solved) in known.chunks_exact(k.max(1)).enumerate() {
            let factor = a[i * n + first + j];
            row.iter_mut().zip(solved).for_each(|(x, y)| *x -= factor * y);
        }
        if !unit {
            row.iter_mut().for_each(|x| *x /= a[i * n + i]);
        }
    }
}
