// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The parameters of a region that belongs to no instruction yet: in another order, or fewer of them.

use super::replace_uses;
use crate::{Function, RegionId, ValueId};

impl Function {
    /// Makes a region use other values in place of some of its parameters, and removes those parameters. The other values
    /// must be visible where the region is used.
    pub fn replace_region_params(&mut self, region: RegionId, replaced: &[(ValueId, ValueId)]) {
        replace_uses(self, region, replaced);
        let is_kept = |param: &ValueId| !replaced.iter().any(|(old, _)| old == param);
        let kept: Vec<ValueId> = self.region(region).params.iter().copied().filter(is_kept).collect();
        self.order_region_params(region, &kept);
    }
}
