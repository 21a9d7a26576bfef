// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Transposes of the composites on a tape: checkpoints, and linear maps with a given transpose.

use rustc_hash::FxHashMap;

use super::{Transpose, not_linear};
use crate::{CustomDerivative, Derivative, Inst, Op, Result, ValueId, edit};

impl Transpose<'_> {
    pub(super) fn composite(&mut self, inst: &Inst) -> Result<()> {
        let cotangents: Vec<Option<ValueId>> = inst.results.iter().map(|&v| self.cotangent(v)).collect();
        if cotangents.iter().all(Option::is_none) {
            return Ok(());
        }
        let custom = match &inst.derivative {
            Derivative::Checkpoint => return self.checkpoint(inst, &cotangents),
            Derivative::Custom(custom) => &**custom,
            Derivative::Usual | Derivative::Stopped => return Err(not_linear(inst)),
        };
        let CustomDerivative::Transpose { backward, residuals, positions } = custom else { return Err(not_linear(inst)) };
        let mut args = inst.operands[..*residuals].to_vec();
        for (&result, ct) in inst.results.iter().zip(cotangents) {
            args.push(ct.unwrap_or_else(|| self.b.full_like(result, 0.0)));
        }
        let found = edit::inline(self.b.function, self.b.region, backward, &args);
        for (&tangent, &position) in inst.operands[*residuals..].iter().zip(positions) {
            self.add(tangent, found[position]);
        }
        Ok(())
    }

    /// Recomputes the values of a checkpoint behind a barrier that waits for the cotangents. Without the barrier the
    /// values would be shared with the forward pass, and kept.
    fn checkpoint(&mut self, inst: &Inst, cotangents: &[Option<ValueId>]) -> Result<()> {
        let region = inst.regions[0];
        let params = self.b.function.region(region).params.clone();
        let known: Vec<usize> = (0..params.len()).filter(|&i| !self.is_linear(inst.operands[i])).collect();
        let present: Vec<ValueId> = cotangents.iter().copied().flatten().collect();
        let behind: Vec<ValueId> = known.iter().map(|&i| inst.operands[i]).chain(present).collect();
        let barrier = self.b.emit_inst(Op::OptimizationBarrier, &behind, &[])?;
        let behind = self.b.function.inst(barrier).results.to_vec();
        let (values, mut present) = (&behind[..known.len()], behind[known.len()..].iter().copied());

        let mut map: edit::Map = known.iter().map(|&i| params[i]).zip(values.iter().copied()).collect();
        let aside = self.b.function.add_region();
        let mut tangents = vec![];
        for (i, &param) in params.iter().enumerate().filter(|(i, _)| !known.contains(i)) {
            let shape = self.b.shape(param).clone();
            let tangent = self.b.function.add_region_param(aside, shape);
            self.linear.insert(tangent);
            map.insert(param, tangent);
            tangents.push((i, tangent));
        }
        let here = self.b.region;
        let (insts, map) = self.unfold(region, here, map)?;
        let results = self.b.function.region(region).results.clone();
        let seeds: Vec<(ValueId, ValueId)> =
            results.iter().zip(cotangents).filter_map(|(&v, ct)| ct.and_then(|_| Some((edit::mapped(&map, v), present.next()?)))).collect();
        let wanted: Vec<ValueId> = tangents.iter().map(|&(_, t)| t).collect();
        let found = self.within(here, &insts, FxHashMap::default(), &seeds, &wanted)?;
        for (&(i, _), ct) in tangents.iter().zip(found) {
            self.add(inst.operands[i], ct);
        }
        Ok(())
    }
}
