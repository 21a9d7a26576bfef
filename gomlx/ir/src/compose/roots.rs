// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The roots of polynomials, all at once by the method of Ehrlich and Aberth (1967, 1973).

use smallvec::smallvec;

use super::declare::functions;
use super::region::Vars;
use super::{Composed, Composer, Var};
use crate::{Axes, BinaryOp, DType, Direction, UnaryOp};

functions! { roots, Poly:
    /// The roots of a polynomial, `[degree]`, by real, then by imaginary part. `f32`, `f64` and complex only.
    ///
    /// They are computed in double precision. Of real coefficients, roots that are not real come in conjugate pairs. A
    /// root of multiplicity m has about an mth of the digits. A leading coefficient of 0 gives NaN.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, poly};
    /// let roots = poly::roots(&Tensor::new(&[3], &[1.0f32, -3.0, 2.0])?);
    /// assert_close!(roots.real(), Tensor::new(&[2], &[1.0f32, 2.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn roots(self, p: Tensor) -> Tensor<ComplexOf<T>> {
        let (count, dtype) = (p.vector_size()?, p.dtype()?);
        let is_real = !dtype.is_complex();
        let wide = if is_real { self.complex(p.convert(DType::F64), p.zeros_like().convert(DType::F64)) } else { p.convert(DType::C128) };
        if is_real {
            p.floating()?;
        }
        if count < 2 {
            return Ok(wide.slice_axis(0, 0, 0).convert(dtype.complex()));
        }
        let roots = self.with_tangent(
            &[wide],
            |args| Ok(smallvec![self.sorted_roots(args[0], count - 1, is_real)?]),
            // A root moves against the change of the polynomial there, divided by its slope.
            |args, tangents| {
                let roots = self.sorted_roots(args[0], count - 1, is_real)?.stopped_gradient();
                Ok(smallvec![-(self.polyval(tangents[0], roots) / self.polyval(self.polyder(args[0], 1), roots))])
            },
        );
        roots?[0].convert(dtype.complex())
    }
}

/// So many steps are taken at most.
const STEPS: usize = 300;

impl<'c> Composer<'c> {
    fn sorted_roots(&'c self, p: Var<'c>, degree: usize, is_real: bool) -> Composed<Var<'c>> {
        let monic = p / p.slice_axis(0, 0, 1);
        // No root is farther from 0 than twice the greatest root of a coefficient's size (Fujiwara, 1916).
        let sizes = monic.slice_axis(0, 1, degree + 1).unary(UnaryOp::Abs);
        let orders = self.iota(DType::F64, [degree.into()], 0) + 1.0;
        let radius = sizes.powf(1.0 / orders).reduce(BinaryOp::Maximum, &[0]);
        let angle = (orders - 0.6) * (2.0 * std::f64::consts::PI / degree as f64);
        let first = self.complex(radius * angle.cos(), radius * angle.sin());
        let (unit, none) = (self.eye(DType::C128, degree, degree, 0), first.zeros_like());
        let slope = self.polyder(monic, 1);
        let going = |vars: &[Var<'c>]| vars[1].gt(1e-16);
        let step = |_, vars: &[Var<'c>]| -> Vars<'c> {
            let roots = vars[0];
            let (value, slope) = (self.polyval(monic, roots), self.polyval(slope, roots));
            let found = value.compare(Direction::Eq, none);
            let newton = value / slope;
            // The sum of the inverse distances from the other roots, the one from itself aside.
            let inverse = unit.convert(DType::C128).ones_like() / (roots.expand_dims(1) - roots.expand_dims(0) + unit);
            let others = inverse.sum_axis(1) - roots.ones_like();
            let move_by = none.select(found, newton / (roots.ones_like() - newton * others));
            let after = roots - move_by;
            let relative = move_by.unary(UnaryOp::Abs) / after.unary(UnaryOp::Abs).maximum(f64::MIN_POSITIVE);
            smallvec![after, relative]
        };
        let mut roots = self.repeat_at_most(STEPS, &[first, sizes.ones_like()], going, step)?[0];
        if is_real {
            roots = self.conjugate_pairs(roots)?;
        }
        self.by_parts(roots, degree)
    }

    /// Makes roots that are conjugate but for rounding exactly so, and roots that are their own partner real.
    fn conjugate_pairs(&'c self, roots: Var<'c>) -> Composed<Var<'c>> {
        let conjugates = roots.conj();
        let distances = (roots.expand_dims(1) - conjugates.expand_dims(0)).unary(UnaryOp::Abs);
        let partners = distances.argmin(1);
        let partner = self.complex(conjugates.real().take(partners, 0), conjugates.imag().take(partners, 0));
        Ok((roots + partner) * self.complex_like(roots, 0.5, 0.0))
    }

    /// Complex numbers in the order of their real parts, then of their imaginary parts, then as they stand.
    fn by_parts(&'c self, numbers: Var<'c>, count: usize) -> Composed<Var<'c>> {
        let (re, im) = (numbers.real(), numbers.imag());
        let places = self.iota(DType::I32, [count.into()], 0);
        let pair = |x: Var<'c>, direction| x.expand_dims(0).compare(direction, x.expand_dims(1));
        let same_re = pair(re, Direction::Eq);
        let tied = same_re & (pair(im, Direction::Lt) | (pair(im, Direction::Eq) & pair(places, Direction::Lt)));
        // How many come before each is its place.
        let before = (pair(re, Direction::Lt) | tied).convert(DType::I32).reduce(BinaryOp::Add, &Axes::from_slice(&[1]));
        let here = before.expand_dims(0).compare(Direction::Eq, places.expand_dims(1));
        Ok(numbers.expand_dims(0).select(here, 0).sum_axis(1))
    }
}
