// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Activity analysis: the instructions on which both the inputs act and the outputs depend, along operands that carry a
//! tangent.

use rustc_hash::FxHashSet;

use crate::{Code, Derivative, Diagnostic, Diagnostics, Function, Inst, InstId, Op, Result, ValueId};

/// The instructions and values that a derivative goes through.
pub(super) struct Path {
    /// The instructions, in order, on which the tangents of the outputs may depend.
    pub(super) insts: Vec<InstId>,
    /// The values with such tangents, also within the regions of instructions.
    pub(super) active: FxHashSet<ValueId>,
}

/// The path from `inputs` to `outputs`. The search does not go past the inputs.
pub(super) fn between(f: &Function, insts: &[InstId], inputs: &FxHashSet<ValueId>, outputs: &[ValueId]) -> Result<Path, Diagnostics> {
    let mut activity = Activity { f, inputs, reached: inputs.clone(), needed: FxHashSet::default() };
    activity.forward(insts);
    activity.need(outputs.iter().copied());
    let mut found = activity.backward(insts);
    found.reverse();
    let errors: Vec<Diagnostic> = found.iter().filter_map(|&id| check_static(f, f.inst(id)).err()).collect();
    if !errors.is_empty() {
        return Err(Diagnostics(errors));
    }
    let Activity { mut reached, needed, .. } = activity;
    reached.retain(|v| needed.contains(v));
    Ok(Path { insts: found, active: reached })
}

struct Activity<'f> {
    f: &'f Function,
    inputs: &'f FxHashSet<ValueId>,
    /// Values that depend differentiably on the inputs.
    reached: FxHashSet<ValueId>,
    /// Values that the outputs depend on differentiably.
    needed: FxHashSet<ValueId>,
}

impl Activity<'_> {
    fn forward(&mut self, insts: &[InstId]) {
        for &id in insts {
            let inst = self.f.inst(id);
            if matches!(inst.derivative, Derivative::Stopped) {
                continue;
            }
            match &inst.op {
                Op::If | Op::Case => {
                    for &branch in &inst.regions {
                        let branch = self.f.region(branch);
                        self.forward(&branch.insts);
                        self.follow(&branch.results, &inst.results);
                    }
                }
                Op::While => self.forward_loop(inst),
                _ => {
                    if inst.operands.iter().enumerate().any(|(i, v)| self.reached.contains(v) && carries_tangent(self.f, inst, i)) {
                        self.reach(&inst.results);
                    }
                }
            }
        }
    }

    /// Follows a loop until the reached part of its state no longer grows.
    fn forward_loop(&mut self, inst: &Inst) {
        let body = self.f.region(inst.regions[1]);
        self.follow(&inst.operands, &body.params);
        loop {
            let before = self.reached.len();
            self.forward(&body.insts);
            self.follow(&body.results, &body.params);
            if self.reached.len() == before {
                break;
            }
        }
        self.follow(&body.params, &inst.results);
    }

    fn reach(&mut self, values: &[ValueId]) {
        self.reached.extend(values.iter().filter(|v| self.f.shape(**v).dtype.is_differentiable()));
    }

    /// Marks each value as reached if its source is reached.
    fn follow(&mut self, sources: &[ValueId], values: &[ValueId]) {
        for (source, &value) in sources.iter().zip(values) {
            if self.reached.contains(source) {
                self.reach(&[value]);
            }
        }
    }

    fn need(&mut self, values: impl IntoIterator<Item = ValueId>) {
        let f = self.f;
        self.needed.extend(values.into_iter().filter(|&v| f.shape(v).dtype.is_differentiable()));
    }

    /// The instructions on the path, from the last to the first.
    fn backward(&mut self, insts: &[InstId]) -> Vec<InstId> {
        let mut found = vec![];
        for &id in insts.iter().rev() {
            let inst = self.f.inst(id);
            let leads = |v: &ValueId| self.needed.contains(v) && !self.inputs.contains(v) && self.reached.contains(v);
            if !inst.results.iter().any(leads) {
                continue;
            }
            found.push(id);
            match &inst.op {
                Op::If | Op::Case => {
                    for &branch in &inst.regions {
                        let branch = self.f.region(branch);
                        self.pull(&inst.results, &branch.results);
                        self.backward(&branch.insts);
                    }
                }
                Op::While => {
                    let body = self.f.region(inst.regions[1]);
                    self.pull(&inst.results, &body.params);
                    loop {
                        let before = self.needed.len();
                        self.pull(&body.params, &body.results);
                        self.backward(&body.insts);
                        if self.needed.len() == before {
                            break;
                        }
                    }
                    self.pull(&body.params, &inst.operands);
                    self.pull(&body.params, &inst.results);
                }
                _ => {
                    let f = self.f;
                    let carrying = inst.operands.iter().enumerate().filter(|&(i, _)| carries_tangent(f, inst, i));
                    self.need(carrying.map(|(_, &v)| v));
                }
            }
        }
        found
    }

    /// Marks the source of each needed value as needed.
    fn pull(&mut self, values: &[ValueId], sources: &[ValueId]) {
        for (value, &source) in values.iter().zip(sources) {
            if self.needed.contains(value) {
                self.need([source]);
            }
        }
    }
}

/// Whether the derivative of the results with respect to an operand can be nonzero.
fn carries_tangent(f: &Function, inst: &Inst, operand: usize) -> bool {
    match inst.op {
        Op::Unary(op) => !op.is_flat(f.shape(inst.operands[0]).dtype),
        ref op => op.facts().tangents.goes_through(operand, inst.operands.len()),
    }
}

/// Checks that the sizes on the path are known: the rules compute with them.
fn check_static(f: &Function, inst: &Inst) -> Result<()> {
    for &value in inst.operands.iter().chain(&inst.results) {
        let shape = f.shape(value);
        if shape.known().is_none() {
            let message = format!("the derivative of {} needs known sizes, but an operand or result is {shape}", inst.op.short_name());
            return Err(Diagnostic::new(Code::Unsupported, message)
                .note("differentiate where all sizes are known: in the trace of a call")
                .at(inst.location.as_ref()));
        }
    }
    Ok(())
}
