// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Ops on whole matrices and lines: `cholesky`, `triangular_solve`, `fft`. Their operands are made from values of the
//! graph in a way that gives them a solution that is not mostly rounding error.

use gomlx_ir::{
    Axes, BinaryOp, Builder, CompareKind, DType, Direction, DotDims, FftKind, Op, Result, Shape, TransposeA, TriangularSolve, UnaryOp,
    ValueId,
};

use super::super::Semantics;
use super::Grower;

/// The sides of matrices.
const SIDES: [usize; 7] = [0, 1, 2, 3, 5, 8, 17];

/// The longest transform: the evaluator's time grows with the square of a prime factor of the length.
const LONGEST: usize = 1100;

impl Grower<'_> {
    /// Transforms the last axes with a kind that the element type allows. Types without a transform convert to `f32`.
    pub(super) fn fft(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape) -> Result<ValueId> {
        if self.exact() || shape.rank() == 0 || shape.dtype == DType::Bool {
            gomlx_ir::bail!(Unsupported, "nothing to transform, or to round");
        }
        let mut x = match shape.dtype {
            DType::F32 | DType::F64 | DType::C64 | DType::C128 => x,
            _ => self.emit(b, Op::Convert(DType::F32), &[x])?,
        };
        // Depending on the order of the sums, one infinite number turns the results into NaN.
        x = self.finite(b, x)?;
        if b.shape(x).dtype.is_float() && self.below(2) == 0 {
            let imaginary = self.like(b, x)?;
            let imaginary = self.finite(b, imaginary)?;
            x = self.emit(b, Op::Binary(BinaryOp::Complex), &[x, imaginary])?;
        }
        let complex = [FftKind::Fft, FftKind::Ifft, FftKind::Irfft];
        let kind = if b.shape(x).dtype.is_complex() { self.one_of(&complex) } else { FftKind::Rfft };
        let axes = 1 + self.below(shape.rank().min(3));
        let mut lengths: Axes = shape.sizes()[shape.rank() - axes..].into();
        if kind == FftKind::Irfft {
            // A half spectrum of this size belongs to two lengths.
            let half = lengths[axes - 1];
            lengths[axes - 1] = if half < 2 { half } else { 2 * half - 2 + self.below(2) };
        }
        self.bounded(&[2 * shape.num_elements()])?;
        if lengths.iter().any(|&n| n > LONGEST) {
            gomlx_ir::bail!(Shape, "{lengths:?} takes the evaluator too long");
        }
        if self.semantics == Semantics::Xla && lengths.contains(&0) {
            gomlx_ir::bail!(Unsupported, "XLA has no transform of no numbers");
        }
        self.emit(b, Op::Fft(kind, lengths), &[x])
    }

    /// Limits the numbers of a value, or both parts of complex numbers, to a magnitude of 1.
    fn tame(&mut self, b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
        let shape = b.shape(x).clone();
        if shape.dtype.is_complex() {
            let [re, im] = [UnaryOp::Real, UnaryOp::Imag].map(|part| self.emit(b, Op::Unary(part), &[x]));
            let (re, im) = (self.tame(b, re?)?, self.tame(b, im?)?);
            return self.emit(b, Op::Binary(BinaryOp::Complex), &[re, im]);
        }
        self.within(b, x, 1.0)
    }

    /// Limits the numbers of a value to finite ones between `-limit` and `limit`.
    pub(super) fn within(&mut self, b: &mut Builder<'_>, x: ValueId, limit: f64) -> Result<ValueId> {
        let x = self.finite(b, x)?;
        let scalar = b.shape(x).with_dims([]);
        let [low, high] = [-limit, limit].map(|l| self.full(b, &scalar, l));
        self.emit(b, Op::Clamp, &[low?, x, high?])
    }

    /// Random batch dims, an element type that matrix ops accept, and the side of square matrices.
    fn matrices(&mut self, shape: &Shape) -> (Vec<usize>, DType, usize) {
        let batch: &[usize] = self.one_of(&[&[][..], &[], &[1], &[3], &[2, 2], &[0]]);
        let dtype = if shape.dtype.is_differentiable() { shape.dtype } else { DType::F32 };
        (batch.to_vec(), dtype, self.one_of(&SIDES))
    }

    /// Compares the row with the column of each matrix element. With `Eq`, the result is true on the diagonals.
    fn diagonal(&mut self, b: &mut Builder<'_>, dims: &[usize], direction: Direction) -> Result<ValueId> {
        let shape = Shape::new(DType::I32, dims);
        let [row, column] = [dims.len() - 2, dims.len() - 1].map(|axis| self.emit(b, Op::Iota { shape: shape.clone(), axis }, &[]));
        self.emit(b, Op::Compare(direction, CompareKind::of(DType::I32)), &[row?, column?])
    }

    /// Factors a positive definite matrix: the product of a matrix with its adjoint, plus a positive diagonal.
    pub(super) fn cholesky(&mut self, b: &mut Builder<'_>, shape: &Shape) -> Result<ValueId> {
        if self.exact() {
            gomlx_ir::bail!(Unsupported, "roots round");
        }
        let (batch, dtype, n) = self.matrices(shape);
        let rank = batch.len() + 2;
        let dims: Vec<usize> = batch.iter().copied().chain([n, n]).collect();
        let a = self.shaped(b, dtype, &dims)?;
        let a = self.tame(b, a)?;
        let adjoint = if dtype.is_complex() {
            let [re, im] = [UnaryOp::Real, UnaryOp::Imag].map(|part| self.emit(b, Op::Unary(part), &[a]));
            let im = self.emit(b, Op::Unary(UnaryOp::Negate), &[im?])?;
            self.emit(b, Op::Binary(BinaryOp::Complex), &[re?, im])?
        } else {
            a
        };
        let batches: Axes = (0..batch.len()).collect();
        let product = Op::DotGeneral(DotDims {
            lhs_batch: batches.clone(),
            rhs_batch: batches,
            lhs_contracting: [rank - 1][..].into(),
            rhs_contracting: [rank - 1][..].into(),
            out: dtype,
        });
        let product = self.emit(b, product, &[a, adjoint])?;
        let on = self.diagonal(b, &dims, Direction::Eq)?;
        let on = self.emit(b, Op::Convert(dtype), &[on])?;
        let much = self.full(b, &Shape::new(dtype, &dims), n.max(1) as f64)?;
        let more = self.emit(b, Op::Binary(BinaryOp::Multiply), &[on, much])?;
        let positive = self.emit(b, Op::Binary(BinaryOp::Add), &[product, more])?;
        let lower = self.below(2) == 0;
        self.emit(b, Op::Cholesky(lower), &[positive])
    }

    /// Solves a system whose diagonal outweighs the rest of the triangle that is read. The other triangle is arbitrary.
    pub(super) fn triangular_solve(&mut self, b: &mut Builder<'_>, shape: &Shape) -> Result<ValueId> {
        if self.exact() {
            gomlx_ir::bail!(Unsupported, "quotients round");
        }
        let (batch, dtype, n) = self.matrices(shape);
        let solve = TriangularSolve {
            left_side: self.below(2) == 0,
            lower: self.below(2) == 0,
            unit_diagonal: self.below(2) == 0,
            transpose_a: self.one_of(TransposeA::ALL),
        };
        let dims: Vec<usize> = batch.iter().copied().chain([n, n]).collect();
        let whole = Shape::new(dtype, &dims);
        let given = self.shaped(b, dtype, &dims)?;
        // Without the diagonal, a line sums to at most 1, or 2 for complex numbers.
        let small = self.tame(b, given)?;
        let share = self.full(b, &whole, 1.0 / n.max(1) as f64)?;
        let small = self.emit(b, Op::Binary(BinaryOp::Multiply), &[small, share])?;
        let (read, on) =
            (self.diagonal(b, &dims, if solve.lower { Direction::Ge } else { Direction::Le })?, self.diagonal(b, &dims, Direction::Eq)?);
        let far = self.one_of(&[2.5, -3.0]);
        let far = self.full(b, &whole, far)?;
        let heavy = self.emit(b, Op::Binary(BinaryOp::Add), &[small, far])?;
        let other = self.finite(b, given)?;
        let matrix = self.emit(b, Op::Select, &[read, small, other])?;
        let matrix = self.emit(b, Op::Select, &[on, heavy, matrix])?;
        let sides = self.one_of(&[0, 1, 2, 3, 7]);
        let tail = if solve.left_side { [n, sides] } else { [sides, n] };
        let dims: Vec<usize> = batch.iter().copied().chain(tail).collect();
        let rhs = self.shaped(b, dtype, &dims)?;
        let rhs = self.finite(b, rhs)?;
        self.emit(b, Op::TriangularSolve(solve), &[matrix, rhs])
    }
}
