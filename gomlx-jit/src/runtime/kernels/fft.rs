// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! StableHLO `fft` of any lengths, by RustFFT. The real and imaginary part of a complex number lie next to each other.
//!
//! All transforms compute in `f64` and round results once, so one instance of the library serves both precisions.

use std::fmt;
use std::slice;
use std::sync::Arc;

use rustfft::num_complex::Complex64;
use rustfft::{Fft as Plan, FftPlannerScalar};

use crate::runtime::cast::{View, cast_fn};
use crate::runtime::elem::Elem;
use crate::runtime::memory::with_scratch;
use crate::runtime::pool::parallel_for;
use crate::runtime::ptr::Shared;

/// The kinds of transform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transform {
    /// Complex to complex.
    Forward,
    /// Complex to complex, the inverse: scaled by one over the number of elements.
    Inverse,
    /// Real to complex: the first half of the spectrum.
    FromReal,
    /// Complex to real: from the first half of the spectrum.
    ToReal,
}

/// A planned transform of the last axes.
#[derive(Clone)]
pub(crate) struct Fft {
    transform: Transform,
    /// Element kind of the real and imaginary parts.
    elem: Elem,
    batch: usize,
    lengths: Vec<usize>,
    plans: Vec<Arc<dyn Plan<f64>>>,
}

impl fmt::Debug for Fft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fft").field("transform", &self.transform).field("batch", &self.batch).field("lengths", &self.lengths).finish()
    }
}

impl Fft {
    /// Plans `batch` transforms over axes of these lengths, each at least 1. `elem` is a float kind.
    pub(crate) fn new(transform: Transform, elem: Elem, batch: usize, lengths: &[usize]) -> Fft {
        let mut planner = FftPlannerScalar::new();
        let inverse = matches!(transform, Transform::Inverse | Transform::ToReal);
        let plan = |&n: &usize| if inverse { planner.plan_fft_inverse(n) } else { planner.plan_fft_forward(n) };
        Fft { transform, elem, batch, plans: lengths.iter().map(plan).collect(), lengths: lengths.to_vec() }
    }

    /// Size of the last axis of the spectrum.
    fn columns(&self) -> usize {
        let n = self.lengths[self.lengths.len() - 1];
        if matches!(self.transform, Transform::FromReal | Transform::ToReal) { n / 2 + 1 } else { n }
    }

    /// Bytes of scratch that each thread takes.
    pub(crate) fn scratch(&self) -> usize {
        let longest = self.lengths.iter().copied().max().unwrap_or(1);
        let helper = self.plans.iter().map(|p| p.get_inplace_scratch_len()).max().unwrap_or(0);
        size_of::<Complex64>() * (2 * self.elements() + longest + helper)
    }

    /// The complex numbers of one transform, before or after.
    fn elements(&self) -> usize {
        let last = self.lengths.len() - 1;
        self.lengths[..last].iter().product::<usize>() * self.lengths[last].max(self.columns())
    }

    /// Runs the transforms.
    ///
    /// # Safety
    /// The buffers are those of the plan.
    pub(crate) unsafe fn run(&self, x: *const u8, out: *mut u8) {
        let last = self.lengths.len() - 1;
        let (n, columns) = (self.lengths[last], self.columns());
        let rows: usize = self.lengths[..last].iter().product();
        let longest = self.lengths.iter().copied().max().unwrap_or(1);
        let helper = self.plans.iter().map(|p| p.get_inplace_scratch_len()).max().unwrap_or(0);
        let (from, to) = match self.transform {
            Transform::Forward | Transform::Inverse => (2 * rows * n, 2 * rows * n),
            Transform::FromReal => (rows * n, 2 * rows * columns),
            Transform::ToReal => (2 * rows * columns, rows * n),
        };
        let elements = self.elements();
        let (x, out) = (Shared::from_const(x), Shared::new(out));
        let cost = 2.0 * (rows * n) as f64 * ((rows * n + 1) as f64).log2();
        parallel_for(self.batch, cost, &|i| {
            with_scratch(self.scratch(), |scratch| {
                // SAFETY: the scratch memory has room for all four lists of complex numbers. It is zeroed before a
                // slice of it is made, and any bits are valid numbers. Transform `i` lies in both buffers.
                unsafe {
                    scratch.write_bytes(0, 16 * (2 * elements + longest + helper));
                    let all = slice::from_raw_parts_mut(scratch.cast::<Complex64>(), 2 * elements + longest + helper);
                    let (given, rest) = all.split_at_mut(elements);
                    let (work, rest) = rest.split_at_mut(elements);
                    let (line, helper) = rest.split_at_mut(longest);
                    let view = |p: *mut u8| View::new(p, 0, 1);
                    let source = x.get().add(i * from * self.elem.size());
                    cast_fn(self.elem, Elem::F64)(1, from, view(source), view(given.as_mut_ptr().cast()));
                    self.transform(given, work, line, helper);
                    let target = out.get().add(i * to * self.elem.size());
                    cast_fn(Elem::F64, self.elem)(1, to, view(given.as_mut_ptr().cast()), view(target));
                }
            });
        });
    }

    /// Computes one transform of `given`, and leaves the result there. An element of `given` holds two real numbers or
    /// one complex number.
    fn transform(&self, given: &mut [Complex64], work: &mut [Complex64], line: &mut [Complex64], helper: &mut [Complex64]) {
        let last = self.lengths.len() - 1;
        let (n, columns, plan) = (self.lengths[last], self.columns(), &self.plans[last]);
        let rows: usize = self.lengths[..last].iter().product();
        let scale = 1.0 / self.lengths.iter().map(|&n| n as f64).product::<f64>();
        match self.transform {
            Transform::Forward | Transform::Inverse => {
                let whole = &mut given[..rows * n];
                plan.process_with_scratch(whole, helper);
                self.outer(whole, columns, line, helper);
                if self.transform == Transform::Inverse {
                    whole.iter_mut().for_each(|z| *z *= scale);
                }
            }
            Transform::FromReal => {
                for row in 0..rows {
                    for (j, z) in line[..n].iter_mut().enumerate() {
                        let at = row * n + j;
                        let pair = given[at / 2];
                        *z = Complex64::new(if at.is_multiple_of(2) { pair.re } else { pair.im }, 0.0);
                    }
                    plan.process_with_scratch(&mut line[..n], helper);
                    work[row * columns..][..columns].copy_from_slice(&line[..columns]);
                }
                self.outer(&mut work[..rows * columns], columns, line, helper);
                given[..rows * columns].copy_from_slice(&work[..rows * columns]);
            }
            Transform::ToReal => {
                work[..rows * columns].copy_from_slice(&given[..rows * columns]);
                self.outer(&mut work[..rows * columns], columns, line, helper);
                for row in 0..rows {
                    let half = &work[row * columns..][..columns];
                    for j in 0..n {
                        // The first and the middle element of a real result's spectrum are real: ignores their
                        // imaginary parts.
                        line[j] = match j {
                            _ if j == 0 || 2 * j == n => Complex64::new(half[j].re, 0.0),
                            _ if j < columns => half[j],
                            _ => half[n - j].conj(),
                        };
                    }
                    plan.process_with_scratch(&mut line[..n], helper);
                    for (j, z) in line[..n].iter().enumerate() {
                        let at = row * n + j;
                        let pair = &mut given[at / 2];
                        *(if at.is_multiple_of(2) { &mut pair.re } else { &mut pair.im }) = z.re * scale;
                    }
                }
            }
        }
    }

    /// Transforms along all axes except the last.
    fn outer(&self, work: &mut [Complex64], columns: usize, line: &mut [Complex64], helper: &mut [Complex64]) {
        let mut step = columns;
        for axis in (0..self.lengths.len() - 1).rev() {
            let n = self.lengths[axis];
            for block in work.chunks_exact_mut(n * step) {
                for first in 0..step {
                    (0..n).for_each(|i| line[i] = block[first + i * step]);
                    self.plans[axis].process_with_scratch(&mut line[..n], helper);
                    (0..n).for_each(|i| block[first + i * step] = line[i]);
                }
            }
            step *= n;
        }
    }
}
