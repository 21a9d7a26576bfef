// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Special functions.
//!
//! Most are computed in `f64` and rounded once: their formulas lose digits that `f32` does not have to spare. Where the
//! derivative of the formula would be slow or inexact, the function has a derivative of its own
//! ([`Composer::with_tangent`]).

pub(super) mod bessel;
pub(super) mod combinatorics;
mod dual;
pub(super) mod entropy;
pub(super) mod error;
pub(super) mod gamma;
pub(super) mod harmonics;
pub(super) mod hypergeometric;
pub(super) mod incomplete;
pub(super) mod integrals;
pub(super) mod logarithm;
pub(super) mod owen;

use super::region::Vars;
use super::{Composed, Composer, Var};
use crate::DType;

/// Euler's constant.
const EULER: f64 = 0.577_215_664_901_532_9;

impl<'c> Composer<'c> {
    /// A function of tensors of one floating-point type, which broadcast, computed in `f64` and rounded once.
    pub(in crate::compose) fn precisely<const N: usize, const M: usize>(
        &'c self,
        args: [Var<'c>; N],
        function: impl FnOnce([Var<'c>; N]) -> Composed<[Var<'c>; M]>,
    ) -> Composed<[Var<'c>; M]> {
        let dtype = args[0].floating()?;
        let mut common = args[0];
        for &arg in &args[1..] {
            (common, _) = self.broadcast_pair(common, arg)?;
        }
        let mut wide = args;
        for arg in &mut wide {
            *arg = self.broadcast_pair(*arg, common)?.0.convert(DType::F64);
        }
        Ok(function(wide)?.map(|result| result.convert(dtype)))
    }

    /// An elementwise function of tensors of one shape, with its derivative by each.
    fn with_partials<const N: usize>(
        &'c self,
        args: [Var<'c>; N],
        function: impl FnOnce([Var<'c>; N]) -> Composed<Var<'c>>,
        partials: impl FnOnce([Var<'c>; N]) -> Composed<[Var<'c>; N]>,
    ) -> Composed<Var<'c>> {
        let array = |vars: &[Var<'c>]| std::array::from_fn(|i| vars[i]);
        let results = self.with_tangent(
            &args,
            |args| Ok(Vars::from_iter([function(array(args))?])),
            |args, tangents| {
                let partials = partials(array(args))?;
                let mut sum = tangents[0] * partials[0];
                for (&tangent, &partial) in tangents.iter().zip(&partials).skip(1) {
                    sum = sum + tangent * partial;
                }
                Ok(Vars::from_iter([sum]))
            },
        )?;
        Ok(results[0])
    }
}

impl<'c> Var<'c> {
    /// A polynomial by Horner's scheme, highest power first.
    fn horner(self, coefficients: &[f64]) -> Var<'c> {
        let Some((&first, rest)) = coefficients.split_first() else { return self.zeros_like() };
        let mut value = self.constant_like(first);
        for &coefficient in rest {
            value = value * self + coefficient;
        }
        value
    }

    /// A number, repeated to the shape of this tensor.
    fn constant_like(self, number: f64) -> Var<'c> {
        let c = self.composer();
        c.flat(self.shape().map(|shape| c.scalar(shape.dtype, number).broadcast(&shape.dims)))
    }

    /// This where the mask is true, 1 elsewhere: an operand that a branch not taken can have.
    fn or_one(self, mask: Var<'c>) -> Var<'c> {
        self.select(mask, 1.0)
    }
}
