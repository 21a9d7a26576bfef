// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Turns the operands of `print` into results, for backends that cannot write while they run.

use crate::edit::{Rebuild, Rewrite, Values, rebuild};
use crate::{Code, Diagnostic, Entity, Function, InstId, Op, RegionId, Result, Template, ValueId};

/// Replaces each `print` by further results: its operands, in order. Returns the function and the templates of the
/// lines.
///
/// # Errors
/// If a `print` is inside a branch, a loop or another region: the number of times that it runs is not known.
pub fn prints_to_results(function: &Function) -> Result<(Function, Vec<Template>)> {
    if !(0..function.num_insts()).any(|i| function.inst(Entity::new(i)).op.has_effect()) {
        return Ok((function.clone(), vec![]));
    }
    let mut rule = Collect { lines: vec![], operands: vec![], error: None };
    let mut target = rebuild(function, &mut rule);
    if let Some(error) = rule.error {
        return Err(error);
    }
    if !rule.lines.is_empty() {
        let results = [target.results(), &rule.operands].concat();
        target.set_results(results);
    }
    Ok((target, rule.lines))
}

struct Collect {
    lines: Vec<Template>,
    operands: Vec<ValueId>,
    error: Option<Diagnostic>,
}

impl Rewrite for Collect {
    fn inst(&mut self, rebuild: &mut Rebuild<'_>, region: RegionId, inst: InstId, operands: &[ValueId]) -> Values {
        let source = rebuild.source.inst(inst);
        let Op::Print(line) = &source.op else { return rebuild.copy(self, region, inst, operands) };
        if region == Function::BODY {
            self.lines.push((**line).clone());
            self.operands.extend(operands);
        } else if self.error.is_none() {
            let message = format!("print {:?} is inside a branch or a loop, where this backend cannot write", line.to_string());
            self.error = Some(
                Diagnostic::new(Code::Unsupported, message)
                    .note("run it on jit or eval, or print after the loop")
                    .at(source.location.as_ref()),
            );
        }
        Values::new()
    }
}
