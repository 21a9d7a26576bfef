// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Batching of composites: what they compute is batched; a checkpoint stays one, and a derivative of its own is batched along.

use super::{Batch, Lifted};
use crate::transform::composite::{Rule, is_checkpoint};
use crate::{Inst, RegionId, Result, ValueId};

impl Batch<'_> {
    pub(super) fn composite(&mut self, inst: &Inst, x: &[Lifted]) -> Result<Vec<Lifted>> {
        let rule = match inst.results.first().and_then(|&v| self.b.function.rule(v)).cloned() {
            None if is_checkpoint(&inst.op) => None,
            // The name and the attributes are of the computation on one example.
            None => return self.inlined(inst.regions[0], x),
            Some(Rule::Vjp { forward, backward, args }) => {
                Some(Rule::Vjp { forward: self.batched(forward)?, backward: self.batched(backward)?, args })
            }
            Some(Rule::Jvp { tangent, args }) => Some(Rule::Jvp { tangent: self.batched(tangent)?, args }),
            Some(Rule::Linear { backward, residuals, places }) => {
                Some(Rule::Linear { backward: self.batched(backward)?, residuals, places })
            }
        };
        let operands: Vec<ValueId> = x.iter().map(|&l| self.whole(l)).collect();
        let body = self.batched(inst.regions[0])?;
        let copy = self.b.emit_inst(inst.op.clone(), &operands, &[body])?;
        let results = self.b.function.inst(copy).results.clone();
        if let (Some(rule), Some(&first)) = (rule, results.first()) {
            self.b.function.set_rule(first, rule);
        }
        Ok(results.iter().map(|&value| Lifted { value, each: true }).collect())
    }

    /// A region that uses nothing around it, with all its parameters and results per example.
    fn batched(&mut self, source: RegionId) -> Result<RegionId> {
        let region = self.b.function.add_region();
        let mut params = vec![];
        for param in self.b.function.region(source).params.clone() {
            let mut shape = self.b.shape(param).clone();
            shape.dims.insert(0, crate::Dim::Lit(self.size));
            params.push(Lifted { value: self.b.function.add_region_param(region, shape), each: true });
        }
        self.bind(source, &params);
        let each = vec![true; self.b.function.region(source).results.len()];
        self.within(region, source, &each)
    }
}
