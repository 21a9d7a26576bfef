// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Batching of composites. An unmarked composite is inlined. A checkpoint or a composite with a custom derivative
//! stays; its region and the functions of its derivative are batched.

use std::sync::Arc;

use super::{Batch, Lifted, vmap_function};
use crate::composite::emit;
use crate::transform::jvp::first;
use crate::{Composite, CustomDerivative, Derivative, Diagnostics, Function, Inst, RegionId, Result, ValueId};

impl Batch<'_> {
    pub(super) fn composite(&mut self, composite: &Composite, inst: &Inst, x: &[Lifted]) -> Result<Vec<Lifted>> {
        let derivative = match &inst.derivative {
            // The name and the attributes describe the computation on one example.
            Derivative::Usual | Derivative::Stopped => return self.inlined(inst.regions[0], x),
            Derivative::Checkpoint => Derivative::Checkpoint,
            Derivative::Custom(custom) => Derivative::Custom(Arc::new(batched_derivative(custom, self.size).map_err(first)?)),
        };
        let operands: Vec<ValueId> = x.iter().map(|&l| self.whole(l)).collect();
        let body = self.batched(inst.regions[0])?;
        let results = emit(&mut self.b, &composite.name, derivative, &operands, body)?;
        Ok(results.into_iter().map(|value| Lifted { value, each: true }).collect())
    }

    /// Batches a region that captures nothing. All its parameters and results become batched.
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

/// The derivative of a composite on `size` examples.
fn batched_derivative(custom: &CustomDerivative, size: usize) -> Result<CustomDerivative, Diagnostics> {
    let batched = |f: &Function| Ok::<_, Diagnostics>(Arc::new(vmap_function(f, size, &vec![true; f.params().len()])?));
    Ok(match custom {
        CustomDerivative::Vjp { forward, backward, args } => {
            CustomDerivative::Vjp { forward: batched(forward)?, backward: batched(backward)?, args: *args }
        }
        CustomDerivative::Jvp { tangent, args } => CustomDerivative::Jvp { tangent: batched(tangent)?, args: *args },
        CustomDerivative::Transpose { backward, residuals, positions } => {
            CustomDerivative::Transpose { backward: batched(backward)?, residuals: *residuals, positions: positions.clone() }
        }
    })
}
