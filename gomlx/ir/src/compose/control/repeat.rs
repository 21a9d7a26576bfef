// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A `while` over variables: the variables that its step changes are its state, and the rest is seen from around it.

use std::sync::Arc;

use super::super::Stop;
use super::same_shape;
use crate::{BinaryOp, Builder, Code, DType, Diagnostic, Function, Op, RegionId, Shape, UnaryOp, ValueId};

/// The body of a loop while it is written, on parameters in the place of the variables.
pub struct StepBuilder {
    construct: &'static str,
    body: RegionId,
    variables: Vec<LoopVariable>,
}

struct LoopVariable {
    name: Arc<str>,
    before: ValueId,
    param: ValueId,
}

/// A loop whose body is complete, while its condition is written.
pub struct LoopBuilder {
    construct: &'static str,
    body: RegionId,
    condition: RegionId,
    variables: Vec<Carried>,
    /// Carried that is no variable of the user's: a counter, collected rows, whether the loop was left.
    extras: Vec<Carried>,
    /// Whether a step was left by `break`, if it may be.
    broken: Option<ValueId>,
}

/// One tensor of a loop's state.
struct Carried {
    /// Before the loop; zeros if it is nothing else.
    before: Option<ValueId>,
    in_body: ValueId,
    in_condition: ValueId,
    /// At the end of a step.
    yielded: ValueId,
}

/// What a loop leaves behind.
pub struct After {
    /// The value of each variable.
    pub variables: Vec<ValueId>,
    /// The value of the state that was carried beside them.
    pub extras: Vec<ValueId>,
}

fn param(function: &mut Function, region: RegionId, shape: Shape, name: &str) -> ValueId {
    let param = function.add_region_param(region, shape);
    function.set_name(param, name);
    param
}

fn param_like(function: &mut Function, region: RegionId, like: ValueId, name: &str) -> ValueId {
    let shape = function.shape(like).clone();
    param(function, region, shape, name)
}

impl StepBuilder {
    /// Begins the body of a loop over variables, each with its name and its value before the loop.
    pub fn begin<'n>(
        function: &mut Function,
        construct: &'static str,
        variables: impl IntoIterator<Item = (&'n str, ValueId)>,
    ) -> StepBuilder {
        let body = function.add_region();
        let variable =
            |(name, before): (&str, ValueId)| LoopVariable { name: name.into(), before, param: param_like(function, body, before, name) };
        let variables = variables.into_iter().map(variable).collect();
        StepBuilder { construct, body, variables }
    }

    /// The region of the body.
    pub fn body(&self) -> RegionId {
        self.body
    }

    /// The values of the variables at the beginning of a step.
    pub fn params(&self) -> impl Iterator<Item = ValueId> {
        self.variables.iter().map(|variable| variable.param)
    }

    /// The values of the variables before the loop.
    pub fn before(&self) -> impl Iterator<Item = ValueId> {
        self.variables.iter().map(|variable| variable.before)
    }

    /// Ends the body: the values of the variables there, and whether the step was left by `break`, if it may be.
    ///
    /// # Errors
    /// If a variable has another shape than before the step.
    pub fn end(self, function: &mut Function, yielded: &[ValueId], broken: Option<ValueId>) -> Result<LoopBuilder, Stop> {
        let condition = function.add_region();
        let mut variables = vec![];
        for (LoopVariable { name, before, param }, &yielded) in self.variables.into_iter().zip(yielded) {
            same_shape(function, param, yielded, |before, after| {
                let construct = self.construct;
                let message =
                    format!("{construct}: `{name}` is {before} before a step and {after} after it: the state of a loop keeps its shape");
                Diagnostic::new(Code::Shape, message)
            })?;
            let in_condition = param_like(function, condition, before, &name);
            variables.push(Carried { before: Some(before), in_body: param, in_condition, yielded });
        }
        Ok(LoopBuilder { construct: self.construct, body: self.body, condition, variables, extras: vec![], broken })
    }
}

impl LoopBuilder {
    /// The region of the body.
    pub fn body(&self) -> RegionId {
        self.body
    }

    /// The region of the condition.
    pub fn condition(&self) -> RegionId {
        self.condition
    }

    /// The values of the variables in the condition.
    pub fn params(&self) -> impl Iterator<Item = ValueId> {
        self.variables.iter().map(|state| state.in_condition)
    }

    /// A further parameter of the body, for state that is no variable.
    pub fn param(&self, function: &mut Function, shape: Shape, name: &str) -> ValueId {
        param(function, self.body, shape, name)
    }

    /// Adds state that is no variable: its value before the loop (zeros if there is none), its parameter of the body
    /// and its value at the end of a step. Gives its parameter of the condition.
    pub fn carry(&mut self, function: &mut Function, before: Option<ValueId>, in_body: ValueId, yielded: ValueId) -> ValueId {
        let name = function.value(in_body).name.clone().unwrap_or_default();
        let in_condition = param_like(function, self.condition, in_body, &name);
        self.extras.push(Carried { before, in_body, in_condition, yielded });
        in_condition
    }

    /// Appends the `while`, which runs while `going` of the condition's region is true and no `break` was taken.
    ///
    /// # Errors
    /// If no step changes anything.
    pub fn close(mut self, builder: &mut Builder<'_>, going: ValueId) -> Result<After, Stop> {
        let going = self.unless_broken(builder.function, going);
        let changes = |state: &&Carried| state.in_body != state.yielded;
        let changing: Vec<&Carried> = self.extras.iter().chain(&self.variables).filter(changes).collect();
        if changing.is_empty() {
            let message = format!("{}: no step changes a tensor, so that it runs never or forever", self.construct);
            return Err(Stop::Wrong(Diagnostic::new(Code::Control, message).note("assign what the condition depends on: `y = ..;`")));
        }
        let before = |builder: &mut Builder<'_>, state: &Carried| match state.before {
            Some(before) => before,
            None => {
                let shape = builder.shape(state.in_body).clone();
                builder.full(&shape, 0.0)
            }
        };
        let operands: Vec<ValueId> = changing.iter().map(|state| before(builder, state)).collect();
        // Carried that stays the same needs no parameters: both regions see it from around the loop.
        let constant = || self.extras.iter().chain(&self.variables).filter(|state| state.in_body == state.yielded);
        let seen = |param: fn(&Carried) -> ValueId| constant().filter_map(move |s| Some((param(s), s.before?))).collect::<Vec<_>>();
        let function = &mut *builder.function;
        function.region_mut(self.condition).results = vec![going];
        function.region_mut(self.body).results = changing.iter().map(|state| state.yielded).collect();
        function.replace_region_params(self.condition, &seen(|state| state.in_condition));
        function.replace_region_params(self.body, &seen(|state| state.in_body));
        function.order_region_params(self.condition, &changing.iter().map(|state| state.in_condition).collect::<Vec<_>>());
        function.order_region_params(self.body, &changing.iter().map(|state| state.in_body).collect::<Vec<_>>());
        let inst = builder.emit_inst(Op::While, &operands, &[self.condition, self.body]).map_err(Stop::Wrong)?;
        let mut results = builder.function.inst(inst).results.iter().copied();
        let mut after = |states: &[Carried]| -> Vec<ValueId> {
            states.iter().filter_map(|state| if changes(&state) { results.next() } else { state.before }).collect()
        };
        Ok(After { extras: after(&self.extras), variables: after(&self.variables) })
    }

    /// Makes a `break` end the loop: it is state of its own, which the condition asks for.
    fn unless_broken(&mut self, function: &mut Function, going: ValueId) -> ValueId {
        let Some(yielded) = self.broken else { return going };
        let in_body = self.param(function, Shape::scalar(DType::Bool), "broken");
        let in_condition = self.carry(function, None, in_body, yielded);
        let mut builder = Builder::new(function, self.condition);
        let whole = builder.unary(UnaryOp::Not, in_condition);
        builder.binary(BinaryOp::And, going, whole)
    }
}
