// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `while` on a tensor, and the variables of a loop while its body is walked.

use gomlx_ir::compose::Stop as Stopped;
use gomlx_ir::compose::control::StepBuilder;
use gomlx_ir::{Code, RegionId, ValueId};
use quote::ToTokens;
use syn::ExprWhile;

use super::body::Body;
use super::join::{leaves, map_leaves};
use super::value::{Built, Stop, Value};
use crate::ast::mentions_exit;

/// The walk as it was before a loop, and the variables at the beginning of the loop's body.
pub(super) struct WalkedStep {
    pub(super) outer: RegionId,
    /// Number of instructions of the outer region.
    instructions: usize,
    before: Vec<Value>,
    pub(super) params: Vec<Value>,
    notes: usize,
}

impl Body<'_> {
    pub(super) fn while_expr(&mut self, repeat: &ExprWhile) -> Built {
        if mentions_exit(repeat.to_token_stream()) {
            return Err(Stop::Unknown);
        }
        // As in a trace, the instructions that the condition appends before the loop are removed again.
        let (before, notes, region) = (self.values(), self.notes.len(), self.preview.region);
        let instructions = self.preview.region(region).insts.len();
        self.condition("while", &repeat.cond)?;
        if self.notes.len() > notes || self.values() != before {
            self.restore(&before);
            return Err(Stop::Unknown);
        }
        self.preview.region_mut(region).insts.truncate(instructions);
        let variables = self.variables();
        let names = variables.iter().map(|(name, value)| (name.as_str(), *value));
        let builder = StepBuilder::begin(&mut self.preview.function, "while", names);
        let step = self.begin(&builder, instructions);
        let walked = self.block(&repeat.body);
        let after = self.values();
        let closed = self.end(&step, walked, &after).and_then(|yielded| {
            let builder = builder.end(&mut self.preview.function, &yielded, None)?;
            self.preview.region = builder.condition();
            self.restore(&step.before);
            self.set_variables(builder.params());
            let going = self.condition("while", &repeat.cond)?;
            self.preview.region = step.outer;
            self.restore(&step.before);
            builder.close(&mut self.preview.builder(), going).map_err(unless_unchanged)
        });
        let after = self.finish(&step, closed)?;
        self.set_variables(after.variables.into_iter());
        Ok(Value::Tuple(vec![]))
    }

    /// The tensors of the variables that a loop may change, with their names.
    pub(super) fn variables(&self) -> Vec<(String, ValueId)> {
        let mutable = self.locals.iter().filter(|local| local.mutable);
        mutable.flat_map(|local| leaves(&local.value).into_iter().map(|value| (local.name.clone(), value))).collect()
    }

    /// Replaces the tensors of the variables that a loop may change.
    pub(super) fn set_variables(&mut self, values: impl Iterator<Item = ValueId>) {
        let mut values = values;
        for local in self.locals.iter_mut().filter(|local| local.mutable) {
            local.value = map_leaves(&local.value, &mut |value| values.next().unwrap_or(value));
        }
    }

    /// Begins to walk a body: its parameters become the variables. `instructions` is the number of instructions in the
    /// region around the loop, to go back to.
    pub(super) fn begin(&mut self, builder: &StepBuilder, instructions: usize) -> WalkedStep {
        let before = self.values();
        let outer = std::mem::replace(&mut self.preview.region, builder.body());
        self.set_variables(builder.params());
        WalkedStep { outer, instructions, before, params: self.values(), notes: self.notes.len() }
    }

    /// The tensors of the variables at the end of a body, if the whole body is understood and each variable keeps its
    /// structure.
    pub(super) fn end(&self, step: &WalkedStep, walked: Built, after: &[Value]) -> Built<Vec<ValueId>> {
        walked?;
        if self.notes.len() != step.notes {
            return Err(Stop::Unknown);
        }
        let mut yielded = vec![];
        for ((before, after), local) in step.params.iter().zip(after).zip(&self.locals) {
            let values = leaves(after);
            let mut next = values.iter().copied();
            if map_leaves(before, &mut |value| next.next().unwrap_or(value)) != *after || next.next().is_some() {
                return Err(Stop::Unknown);
            }
            let dtype = |&value: &ValueId| self.preview.shape(value).dtype;
            if !leaves(before).iter().map(dtype).eq(values.iter().map(dtype)) {
                // rustc reports it.
                return Err(Stop::Unknown);
            }
            if local.mutable {
                yielded.extend(values);
            }
        }
        Ok(yielded)
    }

    /// Ends the walk of a loop: the variables are as before it. A loop that is not understood leaves no instruction.
    pub(super) fn finish<T>(&mut self, step: &WalkedStep, closed: Built<T>) -> Built<T> {
        self.preview.region = step.outer;
        self.restore(&step.before);
        if closed.is_err() {
            self.notes.truncate(step.notes);
            self.preview.region_mut(step.outer).insts.truncate(step.instructions);
        }
        closed
    }
}

/// A loop may well change a variable that the walk does not know.
pub(super) fn unless_unchanged(stop: Stopped) -> Stop {
    match stop {
        Stopped::Wrong(error) if error.code == Code::Control => Stop::Unknown,
        other => other,
    }
}
