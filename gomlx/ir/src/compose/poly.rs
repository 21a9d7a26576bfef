// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Polynomials as vectors of coefficients, highest power first.

use super::declare::functions;
use super::{Composed, Composer, Sizes, Var};
use crate::{Axes, Code, DType, Dim, Op, TransposeA, TriangularSolve};

functions! { poly, Poly:
    /// The value of a polynomial at each element of `x`, of any shape.
    ///
    /// ```
    /// use gomlx::{Tensor, poly};
    /// let p = Tensor::new(&[3], &[1.0f32, 0.0, 2.0])?;
    /// let x = Tensor::new(&[2], &[1.0f32, 3.0])?;
    /// assert_eq!(poly::polyval(&p, &x).to_vec()?, [3.0, 11.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn polyval(self, p: Tensor, x: Tensor) -> Tensor<T> {
        let mut count = p.vector_size()?;
        if count == 0 {
            return Ok(x.zeros_like());
        }
        let dims = x.dims()?;
        // Estrin's scheme: neighbours become one coefficient of a polynomial in the square.
        let mut all = Sizes::from_elem(Dim::Lit(count), 1);
        all.extend(dims.iter().cloned());
        let (mut coefficients, mut power) = (p.broadcast_in_dim(&all, Axes::from_slice(&[0])), x);
        while count > 1 {
            let odd = count % 2;
            let every_second = |from: usize| coefficients.steps(0, from, count, 2);
            let pairs = every_second(odd)? * power.expand_dims(0) + every_second(odd + 1)?;
            coefficients = if odd == 1 { self.concat([coefficients.slice_axis(0, 0, 1), pairs], 0) } else { pairs };
            count = count.div_ceil(2);
            if count > 1 {
                power = power.square();
            }
        }
        coefficients.with_dims(&dims)
    }

    /// The sum of two polynomials.
    ///
    /// ```
    /// use gomlx::{Tensor, poly};
    /// let (p, q) = (Tensor::new(&[3], &[1, 2, 3])?, Tensor::new(&[1], &[4])?);
    /// assert_eq!(poly::polyadd(&p, &q).to_vec()?, [1, 2, 7]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn polyadd(self, p: Tensor, q: Tensor) -> Tensor<T> {
        let size = p.vector_size()?.max(q.vector_size()?);
        p.led_by_zeros(size)? + q.led_by_zeros(size)?
    }

    /// The difference of two polynomials.
    ///
    /// ```
    /// use gomlx::{Tensor, poly};
    /// let (p, q) = (Tensor::new(&[3], &[1, 2, 3])?, Tensor::new(&[1], &[4])?);
    /// assert_eq!(poly::polysub(&p, &q).to_vec()?, [1, 2, -1]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn polysub(self, p: Tensor, q: Tensor) -> Tensor<T> {
        let size = p.vector_size()?.max(q.vector_size()?);
        p.led_by_zeros(size)? - q.led_by_zeros(size)?
    }

    /// The product of two polynomials.
    ///
    /// ```
    /// use gomlx::{Tensor, poly};
    /// let (p, q) = (Tensor::new(&[2], &[1, 2])?, Tensor::new(&[2], &[1, -2])?);
    /// assert_eq!(poly::polymul(&p, &q).to_vec()?, [1, 0, -4]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn polymul(self, p: Tensor, q: Tensor) -> Tensor<T> {
        let (m, n) = (p.vector_size()?, q.vector_size()?);
        if m == 0 || n == 0 {
            return Err(self.wrong(Code::Shape, "a polynomial without coefficients"));
        }
        // Rows that are one element shorter than the padded products move each row by one more.
        let products = (p.expand_dims(1) * q.expand_dims(0)).pad([(0, 0), (0, m as i64)], 0).flatten();
        let skewed = products.slice_axis(0, 0, m * (m + n) - m).with_dims(&[Dim::Lit(m), Dim::Lit(m + n - 1)]);
        skewed.sum_axis(0)
    }

    /// Quotient and remainder of two polynomials. The remainder is as long as `p`, with leading zeros.
    ///
    /// A leading coefficient of `q` that is 0 gives inf or NaN.
    ///
    /// ```
    /// use gomlx::{Tensor, poly};
    /// let (p, q) = (Tensor::new(&[3], &[1.0f32, 0.0, 3.0])?, Tensor::new(&[2], &[1.0f32, 1.0])?);
    /// let (quotient, remainder) = poly::polydiv(&p, &q);
    /// assert_eq!(quotient.to_vec()?, [1.0, -1.0]);
    /// assert_eq!(remainder.to_vec()?, [0.0, 0.0, 4.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn polydiv(self, p: Tensor, q: Tensor) -> (Tensor<T>, Tensor<T>) {
        let (m, n) = (p.vector_size()?, q.vector_size()?);
        if n == 0 {
            return Err(self.wrong(Code::Shape, "a polynomial without coefficients"));
        }
        if m < n {
            return Ok((p.zeros_like().slice_axis(0, 0, m.min(1)), p));
        }
        let lead = q.slice_axis(0, 0, 1);
        let (mut rest, mut quotient) = (p, vec![]);
        for step in 0..=m - n {
            let factor = rest.slice_axis(0, step, step + 1) / lead;
            let taken = (q.slice_axis(0, 1, n) * factor).pad([(step as i64 + 1, (m - n - step) as i64)], 0);
            rest = rest - taken;
            quotient.push(factor);
        }
        let zeros = rest.zeros_like().slice_axis(0, 0, m - n + 1);
        let rest = self.concat([zeros, rest.slice_axis(0, m - n + 1, m)], 0);
        (self.concat(quotient, 0), rest)
    }

    /// The derivative of order `m` of a polynomial; of a constant no coefficients.
    ///
    /// ```
    /// use gomlx::{Tensor, poly};
    /// let p = Tensor::new(&[3], &[1, 2, 3])?;
    /// assert_eq!(poly::polyder(&p, 1).to_vec()?, [2, 2]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn polyder(self, p: Tensor, m: Position) -> Tensor<T> {
        let kept = p.vector_size()?.saturating_sub(m);
        // The product of the powers that come down.
        let powers = self.descending(kept, m.min(p.vector_size()?) as f64);
        let factor = (0..m.min(p.vector_size()?)).fold(powers.ones_like(), |factor, step| factor * (powers - step as f64));
        p.slice_axis(0, 0, kept) * factor.convert(p.dtype()?)
    }

    /// The antiderivative of order `m` of a polynomial. Each integration has the constant `k`. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, poly};
    /// let p = Tensor::new(&[2], &[2.0f32, 2.0])?;
    /// assert_eq!(poly::polyint(&p, 1, 3.0).to_vec()?, [1.0, 2.0, 3.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn polyint(self, p: Tensor, m: Position, k: Real) -> Tensor<T> {
        let dtype = p.floating()?;
        let mut integral = p;
        for size in (p.vector_size()?..).take(m) {
            let quotients = integral / self.descending(size, 1.0).convert(dtype);
            integral = self.concat([quotients, self.scalar(dtype, k).expand_dims(0)], 0);
        }
        integral
    }

    /// The polynomial of degree `degree` whose values at `x`, a vector, have the least squared distance from `y`:
    /// `[degree + 1]`, or a polynomial for each column of a matrix, `[degree + 1, columns]`. Floating point only.
    ///
    /// It is computed in `f64` by two rounds of Cholesky's QR (Yamamoto et al., 2015), which is as accurate as
    /// Householder's where the powers of `x` are independent to half of the digits. Fewer distinct positions than
    /// coefficients give NaN.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, poly};
    /// let x = Tensor::new(&[3], &[0.0f32, 1.0, 2.0])?;
    /// let y = Tensor::new(&[3], &[1.0f32, 3.0, 5.0])?;
    /// assert_close!(poly::polyfit(&x, &y, 1), Tensor::new(&[2], &[2.0f32, 1.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn polyfit(self, x: Tensor, y: Tensor, degree: Position) -> Tensor<T> {
        let (dtype, rank) = (x.floating()?, y.rank()?);
        if !(1..=2).contains(&rank) || y.size(0)? != x.vector_size()? {
            return Err(self.wrong(Code::Shape, format_args!("{} has not a value or a row for each element of {}", y.shape()?, x.shape()?)));
        }
        let values = y.convert(DType::F64);
        let values = if rank == 1 { values.expand_dims(1) } else { values };
        let powers = x.convert(DType::F64).vander(degree + 1, false);
        let scale = powers.square().sum_axis(0).sqrt();
        let (first, r1) = (powers / scale).orthonormal()?;
        let (q, r2) = first.orthonormal()?;
        let solution = r1.solve_upper(r2.solve_upper(q.t().matmul(values))) / scale.expand_dims(1);
        let solution = if rank == 1 { solution.squeeze(1) } else { solution };
        solution.convert(dtype)
    }

    /// The polynomial that has given roots, a vector, and a leading 1.
    ///
    /// ```
    /// use gomlx::{Tensor, poly};
    /// let p = poly::polyfromroots(&Tensor::new(&[2], &[1, 2])?);
    /// assert_eq!(p.to_vec()?, [1, -3, 2]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "poly")]
    fn polyfromroots(self, roots: Tensor) -> Tensor<T> {
        let n = roots.vector_size()?;
        let mut product = self.operand(roots.dtype()?, 1.into()).expand_dims(0);
        for i in 0..n {
            let root = roots.slice_axis(0, i, i + 1);
            product = product.pad([(0, 1)], 0) - (product * root).pad([(1, 0)], 0);
        }
        product
    }

    /// The value of a sum of Chebyshev polynomials of the first kind at each element of `x`, of any shape. `c` holds
    /// the factors, lowest degree first.
    ///
    /// ```
    /// use gomlx::{Tensor, poly};
    /// let c = Tensor::new(&[3], &[1.0f32, 2.0, 3.0])?;
    /// let x = Tensor::new(&[1], &[0.5f32])?;
    /// assert_eq!(poly::chebval(&x, &c).to_vec()?, [0.5]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn chebval(self, x: Tensor, c: Tensor) -> Tensor<T> {
        // Clenshaw's recurrence.
        let (zero, twice) = (x.zeros_like(), x + x);
        let (mut next, mut after) = (zero, zero);
        for i in (1..c.vector_size()?).rev() {
            let factor = c.slice_axis(0, i, i + 1).squeeze(0);
            (next, after) = (twice * next - after + factor, next);
        }
        match c.vector_size()? {
            0 => zero,
            _ => x * next - after + c.slice_axis(0, 0, 1).squeeze(0),
        }
    }
}

impl<'c> Composer<'c> {
    /// The powers of a polynomial of `n` coefficients, from `n - 1 + lowest` down, `f64`.
    fn descending(&'c self, n: usize, lowest: f64) -> Var<'c> {
        (n as f64 - 1.0 + lowest) - self.iota(DType::F64, [Dim::Lit(n)], 0)
    }
}

impl<'c> Var<'c> {
    /// A polynomial with zeros as higher coefficients.
    fn led_by_zeros(self, size: usize) -> Composed<Var<'c>> {
        let before = size as i64 - self.vector_size()? as i64;
        Ok(if before == 0 { self } else { self.pad([(before, 0)], 0) })
    }

    /// Orthonormal columns q and an upper triangle r with q r the matrix, by Cholesky's factor of the products of the
    /// columns.
    fn orthonormal(self) -> Composed<(Var<'c>, Var<'c>)> {
        let c = self.composer();
        let r = c.emit(Op::Cholesky(false), &[self.t().matmul(self)]).triu(0);
        let solve = TriangularSolve { left_side: false, lower: false, unit_diagonal: false, transpose_a: TransposeA::NoTranspose };
        Ok((c.emit(Op::TriangularSolve(solve), &[r, self]), r))
    }

    /// The solution of an upper triangle of equations.
    fn solve_upper(self, right: Var<'c>) -> Var<'c> {
        let solve = TriangularSolve { left_side: true, lower: false, unit_diagonal: false, transpose_a: TransposeA::NoTranspose };
        self.composer().emit(Op::TriangularSolve(solve), &[self, right])
    }
}
