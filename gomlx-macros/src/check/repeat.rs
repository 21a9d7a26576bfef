// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `while` on a tensor, and the step that every loop of a graph has, as `gomlx::control` records them.

use gomlx_ir::{Axes, Code, Op, RegionId, ValueId};
use quote::ToTokens;
use syn::ExprWhile;

use super::body::Body;
use super::build::{self, provably_differ};
use super::join::{leaves, map_leaves};
use super::value::{Built, Stop, Value};
use crate::expand::mentions_exit;

/// A loop while its step is walked.
pub(super) struct Step {
    construct: &'static str,
    outer: RegionId,
    body: RegionId,
    /// What the variables held before the loop, and what stands for that in a step.
    before: Vec<Value>,
    pub(super) params: Vec<Value>,
    notes: usize,
}

/// State of a loop that is no variable: before it, in a step, after the step.
pub(super) struct Extra {
    /// Zeros, if it is nothing else.
    pub(super) initial: Option<ValueId>,
    pub(super) in_body: ValueId,
    pub(super) yielded: ValueId,
    pub(super) name: &'static str,
}

impl Body<'_> {
    pub(super) fn while_expr(&mut self, repeat: &ExprWhile) -> Built {
        if mentions_exit(repeat.to_token_stream()) {
            return Err(Stop::Unknown);
        }
        // As the runtime does: what the condition adds before the loop is taken away again.
        let (before, notes, region) = (self.values(), self.notes.len(), self.site.region);
        let instructions = self.site.region(region).insts.len();
        self.condition("while", &repeat.cond)?;
        if self.notes.len() > notes || self.values() != before {
            self.restore(&before);
            return Err(Stop::Unknown);
        }
        self.site.region_mut(region).insts.truncate(instructions);
        let step = self.begin("while");
        let walked = self.block(&repeat.body);
        let after = self.end(&step, walked)?;
        self.finish(step, &after, &[], |body, _| body.condition("while", &repeat.cond))?;
        Ok(Value::Tuple(vec![]))
    }

    /// Begins a step: every variable that may change has a parameter for each of its tensors.
    pub(super) fn begin(&mut self, construct: &'static str) -> Step {
        let (before, notes, outer) = (self.values(), self.notes.len(), self.site.enter());
        self.parameters();
        Step { construct, outer, body: self.site.region, before, params: self.values(), notes }
    }

    /// Gives the variables parameters of the current region.
    fn parameters(&mut self) {
        for local in self.locals.iter_mut().filter(|l| l.mutable) {
            let (site, name) = (&mut self.site, &local.name);
            local.value = map_leaves(&local.value, &mut |x| {
                let shape = site.shape(x).clone();
                site.param(shape, name)
            });
        }
    }

    /// What the variables hold after a step; nothing is left of one that is not understood.
    pub(super) fn end(&mut self, step: &Step, walked: Built) -> Built<Vec<Value>> {
        let after = self.values();
        let known = walked.is_ok() && self.notes.len() == step.notes;
        let checked = if known { self.same_shapes(step, &after) } else { Err(Stop::Unknown) };
        if checked.is_err() {
            self.abandon(step);
        }
        checked.map(|()| after)
    }

    pub(super) fn abandon(&mut self, step: &Step) {
        self.notes.truncate(step.notes);
        self.site.leave(step.outer);
        self.restore(&step.before);
    }

    fn same_shapes(&self, step: &Step, after: &[Value]) -> Built<()> {
        for ((before, after), local) in step.params.iter().zip(after).zip(&self.locals) {
            if matches!((before, after), (Value::Rows(_), Value::Rows(_))) && step.construct == "rolled" {
                continue;
            }
            let (old, new) = (leaves(before), leaves(after));
            let mut next = new.iter().copied();
            if old.len() != new.len() || map_leaves(before, &mut |x| next.next().unwrap_or(x)) != *after {
                return Err(Stop::Unknown);
            }
            for (&a, &b) in old.iter().zip(&new) {
                let (a, b) = (self.site.shape(a), self.site.shape(b));
                if a == b {
                    continue;
                }
                return Err(if a.dtype == b.dtype && provably_differ(a, b) {
                    let (construct, name) = (step.construct, &local.name);
                    Stop::Mistake(
                        Code::Shape,
                        format!("{construct}: `{name}` is {a} before a step and {b} after it: the state of a loop keeps its shape"),
                    )
                } else {
                    Stop::Unknown
                });
            }
        }
        Ok(())
    }

    /// Ends the step and makes the loop. `going` is walked on parameters for the variables and the extras.
    pub(super) fn finish(
        &mut self,
        step: Step,
        after: &[Value],
        extras: &[Extra],
        going: impl FnOnce(&mut Self, &[ValueId]) -> Built<ValueId>,
    ) -> Built<Vec<ValueId>> {
        self.restore(&step.before);
        self.site.leave(step.outer);
        self.site.enter();
        self.parameters();
        let in_condition = self.values();
        let more: Vec<ValueId> = (extras.iter())
            .map(|e| {
                let shape = self.site.shape(e.in_body).clone();
                self.site.param(shape, e.name)
            })
            .collect();
        let going = going(self, &more);
        let condition = self.site.leave(step.outer);
        self.restore(&step.before);
        let going = going?;

        let (mut operands, mut results, mut order_body, mut order_condition) = (vec![], vec![], vec![], vec![]);
        for (extra, &in_condition) in extras.iter().zip(&more) {
            operands.push(match extra.initial {
                Some(initial) => initial,
                None => self.zeros_like(extra.in_body)?,
            });
            results.push(extra.yielded);
            order_body.push(extra.in_body);
            order_condition.push(in_condition);
        }
        let all = |values: &[Value]| values.iter().flat_map(leaves).collect::<Vec<_>>();
        let (initial, body, yielded, test) = (all(&step.before), all(&step.params), all(after), all(&in_condition));
        let (mut unchanged_body, mut unchanged_condition, mut changed) = (vec![], vec![], vec![]);
        for i in 0..initial.len() {
            if body[i] == yielded[i] {
                unchanged_body.push((body[i], initial[i]));
                unchanged_condition.push((test[i], initial[i]));
                continue;
            }
            changed.push(i);
            operands.push(initial[i]);
            results.push(yielded[i]);
            order_body.push(body[i]);
            order_condition.push(test[i]);
        }
        if operands.is_empty() {
            return Err(Stop::Unknown);
        }
        // What was no parameter stands for itself.
        unchanged_body.retain(|(a, b)| a != b);
        unchanged_condition.retain(|(a, b)| a != b);
        self.site.region_mut(condition).results = vec![going];
        self.site.region_mut(step.body).results = results;
        self.site.replace_region_params(step.body, &unchanged_body);
        self.site.replace_region_params(condition, &unchanged_condition);
        self.site.order_region_params(step.body, &order_body);
        self.site.order_region_params(condition, &order_condition);
        let inst = self.site.builder().emit_inst(Op::While, &operands, &[condition, step.body]).map_err(|_| Stop::Unknown)?;
        let made = self.site.inst(inst).results.to_vec();
        let mut next = initial;
        for (&i, &value) in changed.iter().zip(&made[extras.len()..]) {
            next[i] = value;
        }
        let mut next = next.into_iter();
        for local in &mut self.locals {
            local.value = map_leaves(&local.value, &mut |x| next.next().unwrap_or(x));
        }
        Ok(made)
    }

    fn zeros_like(&mut self, like: ValueId) -> Built<ValueId> {
        let shape = self.site.shape(like).clone();
        let zero = build::scalar(&mut self.site, shape.dtype, 0.0);
        build::emit(&mut self.site, Op::BroadcastInDim { dims: shape.dims, axes: Axes::new() }, &[zero])
    }
}
