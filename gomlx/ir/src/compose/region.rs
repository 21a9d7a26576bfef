// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Instructions with regions: loops, comparators of sorts, computations with a derivative of their own.

use smallvec::SmallVec;

use super::{Composed, Composer, Var};
use crate::composite::custom_jvp;
use crate::{DType, Op, RegionId, Shape, ValueId};

/// The tensors that a region takes or gives.
pub type Vars<'c> = SmallVec<[Var<'c>; 4]>;

impl<'c> Composer<'c> {
    /// A region of parameters of these shapes, whose results `body` gives. The body may use values from around it.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn region(&'c self, params: &[Shape], body: impl FnOnce(&[Var<'c>]) -> Composed<Vars<'c>>) -> Composed<RegionId> {
        let (region, vars) = {
            let function = &mut **self.function.borrow_mut();
            let region = function.add_region();
            let params: Vec<ValueId> = params.iter().map(|shape| function.add_region_param(region, shape.clone())).collect();
            (region, params.into_iter().map(|param| self.var(param)).collect::<Vars<'c>>())
        };
        let around = self.region.replace(region);
        let results = body(&vars);
        self.region.set(around);
        let results = results?.into_iter().map(Var::value).collect::<Composed<Vec<ValueId>>>()?;
        self.function.borrow_mut().region_mut(region).results = results;
        Ok(region)
    }

    /// Appends an instruction with regions and any number of results.
    ///
    /// # Errors
    /// If the composition has stopped, or the op cannot take the operands.
    pub fn emit_regions(&'c self, op: Op, operands: &[Var<'c>], regions: &[RegionId]) -> Composed<Vars<'c>> {
        let values = self.emit_all(op, operands, regions)?;
        Ok(values.into_iter().map(|value| self.var(value)).collect())
    }

    /// Repeats `step` on a state while `condition` gives true. A bound on the number of steps that does not depend on
    /// values makes the loop differentiable in reverse; see [`Composer::repeat`].
    ///
    /// # Errors
    /// If the composition has stopped, or a step changes the shape of the state.
    pub fn repeat_while(
        &'c self,
        state: &[Var<'c>],
        condition: impl FnOnce(&[Var<'c>]) -> Composed<Var<'c>>,
        step: impl FnOnce(&[Var<'c>]) -> Composed<Vars<'c>>,
    ) -> Composed<Vars<'c>> {
        let shapes = state.iter().map(|var| var.shape()).collect::<Composed<Vec<Shape>>>()?;
        let condition = self.region(&shapes, |vars| Ok(SmallVec::from_iter([condition(vars)?])))?;
        let step = self.region(&shapes, step)?;
        self.emit_regions(Op::While, state, &[condition, step])
    }

    /// Repeats `step` on a state `count` times; the step sees its number, `i32`, from 0.
    ///
    /// # Errors
    /// As [`Composer::repeat_while`].
    pub fn repeat(
        &'c self,
        count: usize,
        state: &[Var<'c>],
        step: impl FnOnce(Var<'c>, &[Var<'c>]) -> Composed<Vars<'c>>,
    ) -> Composed<Vars<'c>> {
        let counter = self.scalar(DType::I32, 0.0);
        let counted: Vars<'c> = [counter].into_iter().chain(state.iter().copied()).collect();
        let below = |vars: &[Var<'c>]| Ok(vars[0].lt(i32::try_from(count).unwrap_or(i32::MAX)));
        let after = self.repeat_while(&counted, below, |vars| {
            let mut next: Vars<'c> = SmallVec::from_iter([vars[0] + 1]);
            next.extend(step(vars[0], &vars[1..])?);
            Ok(next)
        })?;
        Ok(after.into_iter().skip(1).collect())
    }

    /// A computation of floating-point or complex tensors with a forward derivative of its own, from which the reverse
    /// one follows: `tangent` takes the arguments, then a tangent of each, and gives a tangent of each result. It must
    /// be linear in the tangents.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn custom_jvp(
        &'c self,
        args: &[Var<'c>],
        body: impl FnOnce(&[Var<'c>]) -> Composed<Vars<'c>>,
        tangent: impl FnOnce(&[Var<'c>], &[Var<'c>]) -> Composed<Vars<'c>>,
    ) -> Composed<Vars<'c>> {
        let mut shapes = args.iter().map(|var| var.shape()).collect::<Composed<Vec<Shape>>>()?;
        let body = self.region(&shapes, body)?;
        shapes.extend_from_within(..);
        let tangent = self.region(&shapes, |vars| {
            let (args, tangents) = vars.split_at(vars.len() / 2);
            tangent(args, tangents)
        })?;
        let args = args.iter().map(|var| var.value()).collect::<Composed<Vec<ValueId>>>()?;
        let results = custom_jvp(&mut self.function.borrow_mut(), self.region.get(), [body, tangent], &args, self.location);
        match results {
            Ok(results) => Ok(results.into_iter().map(|result| self.var(result)).collect()),
            Err(errors) => Err(errors.0.into_iter().next().map_or_else(|| self.unknown(), |error| self.wrong_with(error))),
        }
    }
}
