// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! NumPy's broadcasting: axes align at the end, and size 1 stretches.

use super::declare::IntoVars;
use super::{Composed, Composer, Sizes, Var};
use crate::{Axes, Code, Dim, Op, Shape};

impl<'c> Var<'c> {
    /// Repeats the tensor to larger dims.
    pub fn broadcast(self, to: &[Dim]) -> Var<'c> {
        self.composer().flat(self.try_broadcast(to))
    }

    fn try_broadcast(self, to: &[Dim]) -> Composed<Var<'c>> {
        let from = self.shape()?;
        if *from.dims == *to {
            return Ok(self);
        }
        let pairs = || from.dims.iter().rev().zip(to.iter().rev());
        if from.rank() > to.len() || !pairs().all(|(a, b)| a == b || a.is(1)) {
            let wrong = from.rank() > to.len() || pairs().any(|(a, b)| a.lit().is_some_and(|n| n != 1) && a.provably_differs(b));
            return Err(self.composer().wrong_if(wrong, Code::Shape, format_args!("{from} does not broadcast to {to:?}")));
        }
        let axes: Axes = (to.len() - from.rank()..to.len()).collect();
        Ok(self.broadcast_in_dim(to, axes))
    }

    /// Repeats the tensor: its axis `i` becomes axis `axes[i]` of the result.
    pub fn broadcast_in_dim(self, to: &[Dim], axes: Axes) -> Var<'c> {
        match self.shape() {
            Ok(shape) if *shape.dims == *to => self,
            _ => self.composer().emit(Op::BroadcastInDim { dims: to.into(), axes }, &[self]),
        }
    }
}

impl<'c> Composer<'c> {
    /// Two operands, each repeated to the shape that both have in common.
    pub fn broadcast_pair(&'c self, x: Var<'c>, y: Var<'c>) -> Composed<(Var<'c>, Var<'c>)> {
        let (a, b) = (x.shape()?, y.shape()?);
        if a.dims == b.dims {
            return Ok((x, y));
        }
        let both = self.common(&a, &b, &a.dims, &b.dims)?;
        Ok((x.try_broadcast(&both)?, y.try_broadcast(&both)?))
    }

    /// The sizes that two lists of sizes broadcast to; `x` and `y` are the shapes that a message names.
    pub fn common(&self, x: &Shape, y: &Shape, a: &[Dim], b: &[Dim]) -> Composed<Sizes> {
        let rank = a.len().max(b.len());
        let size = |dims: &[Dim], axis: usize| (axis + dims.len()).checked_sub(rank).map_or(Dim::Lit(1), |i| dims[i].clone());
        let mut both = Sizes::new();
        for axis in 0..rank {
            let (m, n) = (size(a, axis), size(b, axis));
            both.push(match (&m, &n) {
                _ if m == n || n.is(1) => m,
                _ if m.is(1) => n,
                (Dim::Lit(_), Dim::Lit(_)) => {
                    return Err(self.wrong_note(
                        Code::Shape,
                        format_args!("shapes {x} and {y} do not broadcast: {m} and {n} differ"),
                        "axes align at the end; sizes must be equal, or one of them 1",
                    ));
                }
                // The sizes may be equal, or one of them 1.
                _ => return Err(self.unknown()),
            });
        }
        Ok(both)
    }

    /// The variables of a result, stopped if that is.
    pub(super) fn flat<V: IntoVars<'c>>(&'c self, result: Composed<V>) -> V {
        result.unwrap_or_else(|_| V::stopped(self))
    }
}
