// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Inference of the ops on whole matrices and signals: `cholesky`, `triangular_solve`, factorizations, `fft`.

use super::Shapes;
use super::site::Site;
use smallvec::smallvec;

use crate::{DType, Dim, Factorization, FftKind, Result, Shape, TriangularSolve, bail};

pub(super) fn cholesky(site: &Site<'_>) -> Result<Shape> {
    let a = site.shape(0);
    matrices(site, a, "(I1)", "(C2)")?;
    square(site, a, "(C3)")?;
    Ok(a.clone())
}

pub(super) fn triangular_solve(site: &Site<'_>, solve: &TriangularSolve) -> Result<Shape> {
    let (a, b) = (site.shape(0), site.shape(1));
    site.same_dtype_by(a, b, "(C1)")?;
    matrices(site, a, "(I1)", "(C2)")?;
    square(site, a, "(C3)")?;
    if a.rank() != b.rank() {
        bail!(Shape, "triangular_solve: ranks of {a} and {b} differ (C2)");
    }
    let (rank, n) = (a.rank(), &a.dims[a.rank() - 1]);
    let solved = if solve.left_side { rank - 2 } else { rank - 1 };
    if a.dims[..rank - 2] != b.dims[..rank - 2] || b.dims[solved] != *n {
        bail!(Shape, "triangular_solve: {a} does not multiply {b} from the {} (C3)", if solve.left_side { "left" } else { "right" });
    }
    Ok(b.clone())
}

pub(super) fn factor(site: &Site<'_>, factorization: Factorization) -> Result<Shapes> {
    let name = factorization.target();
    site.takes(if factorization == Factorization::Reflectors { 2 } else { 1 })?;
    let a = site.shape(0);
    matrices(site, a, "", "")?;
    if !matches!(a.dtype, DType::F32 | DType::F64 | DType::C64 | DType::C128) {
        bail!(DType, "{name}: takes numbers of 32 or 64 bits, not {a}");
    }
    let rank = a.rank() - 2;
    let (m, n) = (a.dims[rank].clone(), a.dims[rank + 1].clone());
    let k = match (&m, &n) {
        (Dim::Lit(m), Dim::Lit(n)) => Dim::Lit(*m.min(n)),
        _ if m == n => n.clone(),
        _ => bail!(Shape, "{name}: the smaller of the sizes {m} and {n} is not known"),
    };
    let of = |dtype: DType, sizes: &[&Dim]| Shape::symbolic(dtype, a.dims[..rank].iter().chain(sizes.iter().copied()).cloned());
    let (real, index) = (a.dtype.real(), DType::I32);
    Ok(match factorization {
        Factorization::Qr => smallvec![a.clone(), of(a.dtype, &[&k])],
        Factorization::Reflectors => {
            let taus = site.shape(1);
            site.same_dtype(a, taus)?;
            if k != n || taus.rank() != rank + 1 || taus.dims[..rank] != a.dims[..rank] {
                bail!(Shape, "{name}: {taus} are not factors of the reflections in {a}, or it has more columns than rows");
            }
            site.at_most("factors", &taus.dims[rank], &n, "")?;
            smallvec![a.clone()]
        }
        Factorization::Lu => smallvec![a.clone(), of(index, &[&k]), of(index, &[&m])],
        Factorization::Eigh { .. } => {
            square(site, a, "")?;
            smallvec![a.clone(), of(real, &[&n])]
        }
        Factorization::Schur => {
            square(site, a, "")?;
            smallvec![a.clone(), a.clone()]
        }
        Factorization::Svd { full: true } => smallvec![of(a.dtype, &[&m, &m]), of(real, &[&k]), of(a.dtype, &[&n, &n])],
        Factorization::Svd { full: false } => smallvec![of(a.dtype, &[&m, &k]), of(real, &[&k]), of(a.dtype, &[&k, &n])],
    })
}

/// Checks that an operand holds matrices of floating point or complex numbers.
fn matrices(site: &Site<'_>, a: &Shape, dtype: &str, rank: &str) -> Result<()> {
    if !a.dtype.is_differentiable() {
        bail!(DType, "{}: takes floating point or complex numbers, not {a} {dtype}", site.name);
    }
    if a.rank() < 2 {
        bail!(Shape, "{}: {a} is no matrix {rank}", site.name);
    }
    Ok(())
}

fn square(site: &Site<'_>, a: &Shape, constraint: &str) -> Result<()> {
    let [.., rows, columns] = a.dims.as_slice() else { return Ok(()) };
    if rows != columns {
        bail!(Shape, "{}: the matrices of {a} are not square {constraint}", site.name);
    }
    Ok(())
}

pub(super) fn fft(site: &Site<'_>, kind: FftKind, lengths: &[usize]) -> Result<Shape> {
    let x = site.shape(0);
    if lengths.is_empty() || lengths.len() > 3 {
        bail!(Attribute, "fft: fft_length {lengths:?} has neither 1, 2 nor 3 entries (C3)");
    }
    if lengths.len() > x.rank() {
        bail!(Shape, "fft: fft_length {lengths:?} has more entries than {x} has axes (C1)");
    }
    let (wanted, result) = match (kind, x.dtype) {
        (FftKind::Rfft, DType::F64) => (x.dtype, DType::C128),
        (FftKind::Rfft, _) => (DType::F32, DType::C64),
        (FftKind::Irfft, DType::C128) => (x.dtype, DType::F64),
        (FftKind::Irfft, _) => (DType::C64, DType::F32),
        (_, DType::C128) => (x.dtype, x.dtype),
        _ => (DType::C64, DType::C64),
    };
    if x.dtype != wanted {
        bail!(DType, "fft: {} does not take {x} (C2)", kind.name());
    }
    let first = x.rank() - lengths.len();
    let last = lengths[lengths.len() - 1];
    let halved = if last == 0 { 0 } else { last / 2 + 1 };
    let mut dims = x.dims.clone();
    for (i, &length) in lengths.iter().enumerate() {
        let is_last = i + 1 == lengths.len();
        // The transform of a real signal has half of the last axis; the other half follows from it.
        let expected = if kind == FftKind::Irfft && is_last { halved } else { length };
        if x.dims[first + i] != Dim::Lit(expected) {
            bail!(Shape, "fft: axis {} of {x} is not {expected}, which fft_length {lengths:?} asks for (C4, C5)", first + i);
        }
        dims[first + i] = Dim::Lit(if kind == FftKind::Rfft && is_last { halved } else { length });
    }
    Ok(Shape::symbolic(result, dims))
}
