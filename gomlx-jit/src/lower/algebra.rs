// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Kernels of `cholesky`, `triangular_solve` and `fft`.

use gomlx_ir::{FftKind, Function, Inst, TransposeA};

use super::elem::elem;
use crate::loops::support::all_in_loops;
use crate::runtime::kernels::fft::{Fft, Transform};
use crate::runtime::kernels::linalg::{Cholesky, TriangularSolve};
use crate::runtime::program::Kernel;

pub(super) fn cholesky(function: &Function, inst: &Inst, lower: bool) -> Option<Kernel> {
    if !all_in_loops(function, inst) {
        return None;
    }
    let shape = function.shape(inst.operands[0]);
    let dims = shape.sizes();
    let [batch @ .., n, _] = &dims[..] else { return None };
    Some(Kernel::Cholesky(Cholesky::new(elem(shape.dtype), batch.iter().product(), *n, lower)))
}

pub(super) fn triangular_solve(function: &Function, inst: &Inst, solve: &gomlx_ir::TriangularSolve) -> Option<Kernel> {
    if !all_in_loops(function, inst) {
        return None;
    }
    let (a, b) = (function.shape(inst.operands[0]), function.shape(inst.operands[1]).sizes());
    let [batch @ .., rows, columns] = &b[..] else { return None };
    Some(Kernel::TriangularSolve(Box::new(TriangularSolve {
        elem: elem(a.dtype),
        batch: batch.iter().product(),
        n: a.size(a.rank() - 1),
        sides: if solve.left_side { *columns } else { *rows },
        left: solve.left_side,
        lower: solve.lower,
        unit: solve.unit_diagonal,
        transposed: solve.transpose_a != TransposeA::NoTranspose,
    })))
}

pub(super) fn fft(function: &Function, inst: &Inst, kind: FftKind, lengths: &[usize]) -> Option<Kernel> {
    // RustFFT cannot transform an empty axis.
    if lengths.is_empty() || lengths.contains(&0) {
        return None;
    }
    let shape = function.shape(inst.operands[0]);
    let dims = shape.sizes();
    let transform = match kind {
        FftKind::Fft => Transform::Forward,
        FftKind::Ifft => Transform::Inverse,
        FftKind::Rfft => Transform::FromReal,
        FftKind::Irfft => Transform::ToReal,
    };
    let batch = dims[..dims.len() - lengths.len()].iter().product();
    Some(Kernel::Fft(Box::new(Fft::new(transform, elem(shape.dtype.real()), batch, lengths))))
}
