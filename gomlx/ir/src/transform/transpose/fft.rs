// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Transposes of `fft` and `triangular_solve`.
//!
//! The matrix of a Fourier transform is symmetric, so it is its own transpose. A transform of real signals also leaves
//! out, or fills in, the half of the spectrum that follows from the other half.

use super::Transpose;
use crate::transform::forms;
use crate::transform::jvp::conjugate;
use crate::{Builder, Dim, FftKind, HostTensor, Inst, Op, Result, TransposeA, TriangularSolve, UnaryOp, ValueId};

/// The cotangent of the operand of a Fourier transform.
pub(super) fn transposed(b: &mut Builder<'_>, kind: FftKind, lengths: &[usize], x: ValueId, ct: ValueId) -> Result<ValueId> {
    let rank = b.shape(x).rank();
    let Some(&last) = lengths.last().filter(|_| b.shape(x).num_elements() > 0 && b.shape(ct).num_elements() > 0) else {
        return Ok(b.full_like(x, 0.0));
    };
    match kind {
        FftKind::Fft | FftKind::Ifft => b.emit(Op::Fft(kind, lengths.into()), &[ct]),
        FftKind::Rfft => {
            let mut edges = vec![(0, 0); rank];
            edges[rank - 1].1 = (last - (last / 2 + 1)) as i64;
            let dtype = b.shape(ct).dtype;
            let zero = b.scalar(dtype, 0.0);
            let whole = forms::pad(b, ct, zero, &edges, &vec![0; rank])?;
            let spectrum = b.emit(Op::Fft(FftKind::Fft, lengths.into()), &[whole])?;
            Ok(b.unary(UnaryOp::Real, spectrum))
        }
        FftKind::Irfft => {
            let spectrum = b.emit(Op::Fft(FftKind::Rfft, lengths.into()), &[ct])?;
            // What stands for itself and its mirror image counts twice.
            let count = crate::product(lengths);
            let half = last / 2 + 1;
            let alone = |i: usize| i == 0 || (last.is_multiple_of(2) && i == half - 1);
            let weights: Vec<f64> = (0..half).map(|i| if alone(i) { 1.0 } else { 2.0 } / count as f64).collect();
            let shape = b.shape(spectrum).clone();
            let weights = b.constant(HostTensor::new(&[half], &weights)?);
            let weights = b.convert(weights, shape.dtype);
            let weights = b.broadcast(weights, &shape.dims, &[rank - 1]);
            let weighted = b.mul(spectrum, weights);
            Ok(conjugate(b, weighted))
        }
    }
}

impl Transpose<'_> {
    /// The solution is linear in the right-hand sides: its transpose solves with the transposed matrix.
    pub(super) fn triangular_solve(&mut self, inst: &Inst, solve: &TriangularSolve, ct: ValueId) -> Result<()> {
        let (a, right) = (inst.operands[0], inst.operands[1]);
        if self.is_linear(a) {
            return Err(super::not_linear(inst));
        }
        let (a, transpose_a) = match solve.transpose_a {
            TransposeA::NoTranspose => (a, TransposeA::Transpose),
            TransposeA::Transpose => (a, TransposeA::NoTranspose),
            TransposeA::Adjoint => (conjugate(&mut self.b, a), TransposeA::NoTranspose),
        };
        debug_assert!(self.b.shape(a).dims.iter().all(|d| matches!(d, Dim::Lit(_))));
        let ct = self.b.emit(Op::TriangularSolve(TriangularSolve { transpose_a, ..*solve }), &[a, ct])?;
        self.add(right, ct);
        Ok(())
    }
}
