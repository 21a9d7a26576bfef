// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Functions whose derivative calls functions of the same kind, and bounded loops.

use super::region::Vars;
use super::{Composed, Composer, Var};
use crate::{BinaryOp, DType, Direction};

/// The order up to which a function with a derivative of its own has its own derivatives.
const ORDERS: usize = 2;

impl<'c> Composer<'c> {
    /// As [`Composer::custom_jvp`], for a `tangent` that may call the function itself: a derivative of a third or
    /// higher order is that of `body`.
    pub(super) fn with_tangent(
        &'c self,
        args: &[Var<'c>],
        body: impl FnOnce(&[Var<'c>]) -> Composed<Vars<'c>>,
        tangent: impl FnOnce(&[Var<'c>], &[Var<'c>]) -> Composed<Vars<'c>>,
    ) -> Composed<Vars<'c>> {
        let order = self.order.get();
        if order == ORDERS {
            return body(args);
        }
        self.custom_jvp(args, body, |args, tangents| {
            self.order.set(order + 1);
            let result = tangent(args, tangents);
            self.order.set(order);
            result
        })
    }

    /// Repeats `step` on a number that counts from 0, of type `f64`, and a state: at most `limit` times, and only while
    /// `going` holds of some element of the state.
    pub(super) fn repeat_at_most(
        &'c self,
        limit: usize,
        state: &[Var<'c>],
        going: impl FnOnce(&[Var<'c>]) -> Var<'c>,
        step: impl FnOnce(Var<'c>, &[Var<'c>]) -> Vars<'c>,
    ) -> Composed<Vars<'c>> {
        let counted: Vars<'c> = [self.scalar(DType::F64, 0.0)].into_iter().chain(state.iter().copied()).collect();
        let going = |vars: &[Var<'c>]| {
            let going = going(&vars[1..]);
            let some = going.reduce(BinaryOp::Or, &going.every_axis()?);
            Ok(vars[0].compare(Direction::Lt, limit as f64) & some)
        };
        let step = |vars: &[Var<'c>]| {
            let after = step(vars[0], &vars[1..]);
            Ok([vars[0] + 1.0].into_iter().chain(after).collect())
        };
        Ok(self.repeat_while(&counted, going, step)?.into_iter().skip(1).collect())
    }
}

impl<'c> Var<'c> {
    /// An elementwise function with a derivative of its own: `slope` of the operand.
    pub(super) fn with_slope(
        self,
        function: impl FnOnce(Var<'c>) -> Composed<Var<'c>>,
        slope: impl FnOnce(Var<'c>) -> Composed<Var<'c>>,
    ) -> Composed<Var<'c>> {
        let results = self.composer().with_tangent(
            &[self],
            |args| Ok(Vars::from_iter([function(args[0])?])),
            |args, tangents| Ok(Vars::from_iter([tangents[0] * slope(args[0])?])),
        )?;
        Ok(results[0])
    }
}
