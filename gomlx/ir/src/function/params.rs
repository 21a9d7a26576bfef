// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Parameters of regions that turn out to be superfluous: loop state that never changes.

use super::{Def, Function, RegionId, ValueId};

impl Function {
    /// Takes parameters off a region that no instruction has yet, and puts other values in their places; those must
    /// be visible where the region is used.
    pub fn replace_region_params(&mut self, region: RegionId, replaced: &[(ValueId, ValueId)]) {
        self.replace_in_region(region, replaced);
        let kept: Vec<ValueId> = self.regions[region].params.iter().copied().filter(|p| !replaced.iter().any(|(r, _)| r == p)).collect();
        self.order_region_params(region, &kept);
    }

    /// Puts the parameters of a region that no instruction has yet into another order.
    pub fn order_region_params(&mut self, region: RegionId, params: &[ValueId]) {
        for (position, &param) in params.iter().enumerate() {
            self.values[param].def = Def::Param(region, position);
        }
        self.regions[region].params = params.to_vec();
    }

    fn replace_in_region(&mut self, region: RegionId, replaced: &[(ValueId, ValueId)]) {
        let new = |value: ValueId| replaced.iter().find(|(old, _)| *old == value).map_or(value, |&(_, new)| new);
        for result in &mut self.regions[region].results {
            *result = new(*result);
        }
        for inst in self.regions[region].insts.clone() {
            for operand in &mut self.insts[inst].operands {
                *operand = new(*operand);
            }
            for inner in self.insts[inst].regions.clone() {
                self.replace_in_region(inner, replaced);
            }
        }
    }
}
