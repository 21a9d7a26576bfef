// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Random orders, and choices without replacement.

use smallvec::smallvec;

use super::super::{Composed, Number, Var};
use super::Stream;
use crate::{Code, CompareKind, DType, Dim, Direction, Op, Shape};

impl<'c> Stream<'c> {
    /// The positions 0 to before `count` in a random order, as `i32`: they are sorted by 64 random bits each.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn permutation(&mut self, count: usize) -> Composed<Var<'c>> {
        let c = self.composer();
        let keys = self.bits(DType::U64, &[Dim::Lit(count)])?;
        let positions = c.iota(DType::I32, [Dim::Lit(count)], 0);
        let scalars = [DType::U64, DType::U64, DType::I32, DType::I32].map(Shape::scalar);
        let before =
            c.region(&scalars, |vars| Ok(smallvec![c.emit(Op::Compare(Direction::Lt, CompareKind::Unsigned), &[vars[0], vars[1]])]))?;
        let sorted = c.emit_regions(Op::Sort { axis: 0, stable: true }, &[keys, positions], &[before])?;
        Ok(sorted[1])
    }

    /// The slices of an axis in a random order.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn shuffle(&mut self, x: Var<'c>, axis: i32) -> Composed<Var<'c>> {
        let position = x.axis(axis)?;
        let size = x.dims()?[position].lit().ok_or_else(|| x.composer().unknown())?;
        Ok(x.take(self.permutation(size)?, axis))
    }

    /// Slices of the first axis, each with the same probability; without replacement no slice comes twice.
    ///
    /// # Errors
    /// If there are fewer slices than are chosen without replacement, or none; if the composition has stopped.
    pub fn choice(&mut self, x: Var<'c>, count: usize, replace: bool) -> Composed<Var<'c>> {
        let c = x.composer();
        let position = x.axis(0)?;
        let size = x.dims()?[position].lit().ok_or_else(|| c.unknown())?;
        if count > 0 && (size == 0 || (!replace && count > size)) {
            let shape = x.shape()?;
            return Err(c.wrong(Code::Attribute, format_args!("{count} of {size} slices of {shape} cannot be chosen without replacement")));
        }
        let positions = if replace && count > 0 {
            self.randint(0, size as i64, DType::I32, &[Dim::Lit(count)])?
        } else {
            self.permutation(size)?.slice_axis(0, 0, count)
        };
        Ok(x.take(positions, 0))
    }

    /// A sample of the normal distribution of a mean `[.., n]` and a covariance `[.., n, n]`, which is symmetric and
    /// positive definite: NaN if it is not.
    ///
    /// # Errors
    /// If the shapes do not fit; if the composition has stopped.
    pub fn multivariate_normal(&mut self, mean: Var<'c>, covariance: Var<'c>, dims: &[Dim]) -> Composed<Var<'c>> {
        let c = self.composer();
        let sizes = mean.dims()?;
        let Some(size) = sizes.last().cloned() else {
            return Err(c.wrong(Code::Shape, format_args!("the mean {} is no vector", mean.shape()?)));
        };
        let dims: Vec<Dim> = dims.iter().cloned().chain([size]).collect();
        let column: Vec<Dim> = dims.iter().cloned().chain([Dim::Lit(1)]).collect();
        let normal = self.normal(mean.dtype()?, &dims)?.with_dims(&column);
        let factor = c.emit(Op::Cholesky(true), &[covariance]);
        let (rows, columns) = (factor.rank()? - 2, factor.rank()? - 1);
        let shape = factor.dims()?;
        let lower = c.iota(DType::I32, shape.clone(), rows).ge(c.iota(DType::I32, shape, columns));
        let factor = factor.select(lower, Number::Whole(0));
        Ok(mean + factor.matmul(normal).with_dims(&dims))
    }
}
