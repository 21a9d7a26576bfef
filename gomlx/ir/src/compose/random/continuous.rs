// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Distributions of real numbers.

use std::f64::consts::{FRAC_1_SQRT_2, PI, SQRT_2, TAU};

use smallvec::smallvec;

use super::super::{Composed, Var};
use super::Stream;
use crate::{DType, Dim};

impl<'c> Stream<'c> {
    /// The normal distribution of mean 0 and variance 1 (Box and Muller, 1958).
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn normal(&mut self, dtype: DType, dims: &[Dim]) -> Composed<Var<'c>> {
        let pair: Vec<Dim> = [Dim::Lit(2)].into_iter().chain(dims.iter().cloned()).collect();
        let uniform = self.uniform(dtype, &pair)?;
        let part = |i: usize| uniform.slice_axis(0, i, i + 1).with_dims(dims);
        let radius = ((-part(0)).log1p() * -2.0).sqrt();
        Ok(radius * (part(1) * TAU).cos())
    }

    /// The normal distribution of mean 0 and variance 1 between two bounds, by the inverse of its distribution
    /// function.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn truncated_normal(&mut self, low: Var<'c>, high: Var<'c>, dtype: DType, dims: &[Dim]) -> Composed<Var<'c>> {
        let c = self.composer();
        let (from, to) = ((low * FRAC_1_SQRT_2).erf(), (high * FRAC_1_SQRT_2).erf());
        let quantile = from + self.uniform_open(dtype, dims)? * (to - from);
        let sample = c.emit(crate::Op::Unary(crate::UnaryOp::ErfInv), &[quantile.broadcast(dims)]) * SQRT_2;
        Ok(sample.clamp(low, high))
    }

    /// The exponential distribution of rate 1.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn exponential(&mut self, dtype: DType, dims: &[Dim]) -> Composed<Var<'c>> {
        Ok(-(-self.uniform(dtype, dims)?).log1p())
    }

    /// Gumbel's distribution: minus the logarithm of an exponential sample.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn gumbel(&mut self, dtype: DType, dims: &[Dim]) -> Composed<Var<'c>> {
        Ok(-(-self.uniform_open(dtype, dims)?.log()).log())
    }

    /// Laplace's distribution of mean 0 and scale 1.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn laplace(&mut self, dtype: DType, dims: &[Dim]) -> Composed<Var<'c>> {
        let signed = self.uniform_open(dtype, dims)? * 2.0 - 1.0;
        Ok(-(signed.sign() * (-signed.abs()).log1p()))
    }

    /// The logistic distribution of mean 0 and scale 1.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn logistic(&mut self, dtype: DType, dims: &[Dim]) -> Composed<Var<'c>> {
        let uniform = self.uniform_open(dtype, dims)?;
        Ok(uniform.log() - (-uniform).log1p())
    }

    /// Cauchy's distribution of location 0 and scale 1.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn cauchy(&mut self, dtype: DType, dims: &[Dim]) -> Composed<Var<'c>> {
        Ok(((self.uniform_open(dtype, dims)? - 0.5) * PI).tan())
    }

    /// The gamma distribution of a shape parameter, which broadcasts, and scale 1 (Marsaglia and Tsang, "A simple
    /// method for generating gamma variables", 2000). It is a constant for derivatives.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn gamma(&mut self, shape: Var<'c>, dtype: DType, dims: &[Dim]) -> Composed<Var<'c>> {
        let c = self.composer();
        let shape = shape.broadcast(dims).stopped_gradient();
        // Below 1 the sample of shape + 1 is scaled by a power of a uniform number.
        let small = shape.lt(1.0);
        let boosted = (shape + 1.0).select(small, shape);
        let d = boosted - 1.0 / 3.0;
        let factor = 1.0 / (d * 9.0).sqrt();
        let (sample, pending) = (c.ones(dtype, dims), c.ones(DType::Bool, dims));
        let after = c.repeat_while(
            &[self.state, sample, pending],
            |vars| Ok(vars[2].any()),
            |vars| {
                let mut stream = Stream::new(vars[0]);
                let (normal, uniform) = (stream.normal(dtype, dims)?, stream.uniform_open(dtype, dims)?);
                let cubed = normal * factor + 1.0;
                let cube = cubed * cubed * cubed;
                let safe = cube.maximum(f64::from(f32::MIN_POSITIVE));
                let accepted = cube.gt(0.0) & uniform.log().lt(normal.square() * 0.5 + d - d * cube + d * safe.log());
                Ok(smallvec![stream.state, (d * cube).select(vars[2] & accepted, vars[1]), vars[2] & !accepted])
            },
        )?;
        self.state = after[0];
        let power = self.uniform_open(dtype, dims)?.log() / shape.select(small, 1.0);
        Ok((after[1] * power.exp()).select(small, after[1]).stopped_gradient())
    }

    /// The beta distribution of two parameters, which broadcast. It is a constant for derivatives.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn beta(&mut self, a: Var<'c>, b: Var<'c>, dtype: DType, dims: &[Dim]) -> Composed<Var<'c>> {
        let (x, y) = (self.gamma(a, dtype, dims)?, self.gamma(b, dtype, dims)?);
        Ok(x / (x + y))
    }

    /// Student's distribution of so many degrees of freedom, which broadcast.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn student_t(&mut self, freedom: Var<'c>, dtype: DType, dims: &[Dim]) -> Composed<Var<'c>> {
        let normal = self.normal(dtype, dims)?;
        let half = freedom * 0.5;
        Ok(normal * (half / self.gamma(half, dtype, dims)?).sqrt())
    }
}
