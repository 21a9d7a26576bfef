// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `cholesky`, `triangular_solve` and `fft`.

use gomlx_ir::{FftKind, Function, Inst, TransposeA};

use super::library::elem;
use crate::runtime::kernels::fft::{Fft, Kind};
use crate::runtime::kernels::linalg::{Cholesky, TriangularSolve};

pub(super) fn cholesky(function: &Function, inst: &Inst, lower: bool) -> Cholesky {
    let shape = function.shape(inst.operands[0]);
    let dims = shape.sizes();
    let n = dims[dims.len() - 1];
    Cholesky::new(elem(shape.dtype), dims[..dims.len() - 2].iter().product(), n, lower)
}

pub(super) fn triangular_solve(function: &Function, inst: &Inst, solve: &gomlx_ir::TriangularSolve) -> TriangularSolve {
    let (a, b) = (function.shape(inst.operands[0]), function.shape(inst.operands[1]).sizes());
    let n = a.size(a.rank() - 1);
    let [.., rows, columns] = b[..] else { unreachable!("inference takes matrices only") };
    TriangularSolve {
        elem: elem(a.dtype),
        batch: b[..b.len() - 2].iter().product(),
        n,
        sides: if solve.left_side { columns } else { rows },
        left: solve.left_side,
        lower: solve.lower,
        unit: solve.unit_diagonal,
        transposed: solve.transpose_a != TransposeA::NoTranspose,
    }
}

/// Whether RustFFT transforms these: no axis is empty.
pub(super) fn has_fft(lengths: &[usize]) -> bool {
    !lengths.is_empty() && !lengths.contains(&0)
}

pub(super) fn fft(function: &Function, inst: &Inst, kind: FftKind, lengths: &[usize]) -> Fft {
    let shape = function.shape(inst.operands[0]);
    let dims = shape.sizes();
    let kind = match kind {
        FftKind::Fft => Kind::Forward,
        FftKind::Ifft => Kind::Inverse,
        FftKind::Rfft => Kind::FromReal,
        FftKind::Irfft => Kind::ToReal,
    };
    Fft::new(kind, elem(shape.dtype.real()), dims[..dims.len() - lengths.len()].iter().product(), lengths)
}
