// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Numbers with their derivative by one variable: a formula on them gives its own derivative, through loops too.

use std::ops::{Add, Div, Mul, Sub};

use super::super::region::Vars;
use super::super::{Composed, Composer, Var};
use crate::UnaryOp;

/// A tensor of `f64`, and its derivative by the variable if that is asked for.
#[derive(Clone, Copy)]
pub(super) struct Dual<'c> {
    pub(super) value: Var<'c>,
    pub(super) slope: Option<Var<'c>>,
}

impl<'c> Dual<'c> {
    /// A constant.
    pub(super) fn constant(value: Var<'c>) -> Dual<'c> {
        Dual { value, slope: None }
    }

    /// The variable itself.
    pub(super) fn variable(value: Var<'c>) -> Dual<'c> {
        Dual { value, slope: Some(value.constant_like(1.0)) }
    }

    /// Constants, of which the one at a position is the variable.
    pub(super) fn by<const N: usize>(position: usize, values: [Var<'c>; N]) -> [Dual<'c>; N] {
        std::array::from_fn(|i| if i == position { Dual::variable(values[i]) } else { Dual::constant(values[i]) })
    }

    /// A number, repeated to the shape of this one.
    pub(super) fn like(self, number: f64) -> Dual<'c> {
        Dual::constant(self.value.constant_like(number))
    }

    pub(super) fn derivative(self) -> Var<'c> {
        self.slope.unwrap_or_else(|| self.value.zeros_like())
    }

    fn through(self, value: Var<'c>, slope: impl FnOnce(Var<'c>) -> Var<'c>) -> Dual<'c> {
        Dual { value, slope: self.slope.map(slope) }
    }

    pub(super) fn exp(self) -> Dual<'c> {
        let value = self.value.exp();
        self.through(value, |t| t * value)
    }

    pub(super) fn log(self) -> Dual<'c> {
        self.through(self.value.log(), |t| t / self.value)
    }

    pub(super) fn log1p(self) -> Dual<'c> {
        self.through(self.value.log1p(), |t| t / (self.value + 1.0))
    }

    pub(super) fn lgamma(self) -> Dual<'c> {
        self.through(self.value.unary(UnaryOp::Lgamma), |t| t * self.value.unary(UnaryOp::Digamma))
    }

    /// This where the mask is true, `other` elsewhere.
    pub(super) fn select(self, mask: Var<'c>, other: Dual<'c>) -> Dual<'c> {
        let slope = match (self.slope, other.slope) {
            (None, None) => None,
            _ => Some(self.derivative().select(mask, other.derivative())),
        };
        Dual { value: self.value.select(mask, other.value), slope }
    }

    pub(super) fn horner(self, coefficients: &[f64]) -> Dual<'c> {
        let (first, rest) = coefficients.split_first().unwrap_or((&0.0, &[]));
        rest.iter().fold(self.like(*first), |value, &coefficient| value * self + coefficient)
    }
}

impl<'c> Composer<'c> {
    /// [`Composer::repeat_at_most`] on numbers with derivatives.
    pub(super) fn repeat_dual<const N: usize>(
        &'c self,
        limit: usize,
        state: [Dual<'c>; N],
        by_variable: bool,
        going: impl FnOnce([Dual<'c>; N]) -> Var<'c>,
        step: impl FnOnce(Var<'c>, [Dual<'c>; N]) -> [Dual<'c>; N],
    ) -> Composed<[Dual<'c>; N]> {
        let parts = |state: [Dual<'c>; N]| {
            let mut parts: Vars<'c> = state.iter().map(|dual| dual.value).collect();
            if by_variable {
                parts.extend(state.iter().map(|dual| dual.derivative()));
            }
            parts
        };
        let duals = |parts: &[Var<'c>]| std::array::from_fn(|i| Dual { value: parts[i], slope: by_variable.then(|| parts[N + i]) });
        let after = self.repeat_at_most(limit, &parts(state), |vars| going(duals(vars)), |k, vars| parts(step(k, duals(vars))))?;
        Ok(duals(&after))
    }
}

macro_rules! operators {
    ($($Trait:ident $method:ident $rule:ident;)*) => { $(
        impl<'c> $Trait for Dual<'c> {
            type Output = Dual<'c>;
            fn $method(self, right: Dual<'c>) -> Dual<'c> {
                let value = self.value.$method(right.value);
                let slope = match (self.slope, right.slope) {
                    (None, None) => None,
                    (s, t) => Some($rule(self.value, right.value, value, s, t)),
                };
                Dual { value, slope }
            }
        }

        impl<'c> $Trait<f64> for Dual<'c> {
            type Output = Dual<'c>;
            fn $method(self, right: f64) -> Dual<'c> {
                self.$method(self.like(right))
            }
        }

        impl<'c> $Trait<Dual<'c>> for f64 {
            type Output = Dual<'c>;
            fn $method(self, right: Dual<'c>) -> Dual<'c> {
                right.like(self).$method(right)
            }
        }
    )* };
}

operators! {
    Add add sum;
    Sub sub difference;
    Mul mul product;
    Div div quotient;
}

type Slope<'c> = Option<Var<'c>>;

fn sum<'c>(x: Var<'c>, _: Var<'c>, _: Var<'c>, s: Slope<'c>, t: Slope<'c>) -> Var<'c> {
    match (s, t) {
        (Some(s), Some(t)) => s + t,
        (s, t) => s.or(t).unwrap_or_else(|| x.zeros_like()),
    }
}

fn difference<'c>(x: Var<'c>, y: Var<'c>, z: Var<'c>, s: Slope<'c>, t: Slope<'c>) -> Var<'c> {
    sum(x, y, z, s, t.map(|t| -t))
}

fn product<'c>(x: Var<'c>, y: Var<'c>, z: Var<'c>, s: Slope<'c>, t: Slope<'c>) -> Var<'c> {
    sum(x, y, z, s.map(|s| s * y), t.map(|t| t * x))
}

fn quotient<'c>(x: Var<'c>, y: Var<'c>, z: Var<'c>, s: Slope<'c>, t: Slope<'c>) -> Var<'c> {
    sum(x, y, z, s.map(|s| s / y), t.map(|t| -(t * z / y)))
}
