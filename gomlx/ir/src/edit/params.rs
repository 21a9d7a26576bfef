// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Removes parameters of a region that belongs to no instruction yet.

use super::replace_uses;
use crate::{Function, RegionId, ValueId};

impl Function {
    /// Replaces uses of some parameters of a region by other values, and removes these parameters. The other values
    /// must be visible where the region is used.
    pub fn replace_region_params(&mut self, region: RegionId, replaced: &[(ValueId, ValueId)]) {
        replace_uses(self, region, replaced);
        let is_kept = |param: &ValueId| !replaced.iter().any(|(old, _)| old == param);
        let kept: Vec<ValueId> = self.region(region).params.iter().copied().filter(is_kept).collect();
        self.order_region_params(region, &kept);
    }
}
