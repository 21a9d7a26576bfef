// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Adds instructions to a function. All instructions are created here.

use smallvec::SmallVec;

use super::{Def, Derivative, Function, Inst, InstId, RegionId, Value, ValueId};
use crate::{Location, Op, Result, infer};

impl Function {
    /// Appends an instruction to a region and infers the shapes of its results.
    ///
    /// # Errors
    /// If the op cannot take these operands and regions; nothing is added then.
    pub fn push(
        &mut self,
        region: RegionId,
        op: Op,
        operands: &[ValueId],
        regions: &[RegionId],
        location: Option<&Location>,
    ) -> Result<InstId> {
        self.push_marked(region, op, operands, regions, Derivative::Usual, location)
    }

    /// Appends an instruction with the op, the derivative and the location of another one, which may belong to another
    /// function.
    ///
    /// # Errors
    /// If the op cannot take these operands and regions; nothing is added then.
    pub fn push_copy(&mut self, region: RegionId, inst: &Inst, operands: &[ValueId], regions: &[RegionId]) -> Result<InstId> {
        self.push_marked(region, inst.op.clone(), operands, regions, inst.derivative.clone(), inst.location.as_ref())
    }

    /// Appends an instruction that derivatives treat in a given way.
    ///
    /// # Errors
    /// If the op cannot take these operands and regions; nothing is added then.
    pub(crate) fn push_marked(
        &mut self,
        region: RegionId,
        op: Op,
        operands: &[ValueId],
        regions: &[RegionId],
        derivative: Derivative,
        location: Option<&Location>,
    ) -> Result<InstId> {
        let shapes = infer::infer(self, &op, operands, regions).map_err(|e| e.at(location))?;
        let inst = self.insts.push(Inst {
            op,
            operands: operands.into(),
            regions: regions.into(),
            results: SmallVec::new(),
            derivative,
            location: location.cloned(),
        });
        for (i, shape) in shapes.into_iter().enumerate() {
            let value = self.values.push(Value { shape, def: Def::Result(inst, i), name: None });
            self.insts[inst].results.push(value);
        }
        self.regions[region].insts.push(inst);
        Ok(inst)
    }
}
