// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A loop over the examples, for instructions that cannot take all examples at once.

use super::{Batch, Lifted, lead};
use crate::edit;
use crate::transform::counted::{self, read, write};
use crate::{Dim, Inst, Result, ValueId};

impl Batch<'_> {
    /// Emits a counted loop over the examples. Each iteration reads one example's values and writes its results.
    pub(super) fn one_by_one(&mut self, inst: &Inst) -> Result<Vec<Lifted>> {
        let uses = self.uses(inst);
        let mut buffers = vec![];
        for &result in &inst.results {
            let shape = self.b.shape(result).clone();
            let whole = shape.with_dims(lead(Dim::Lit(self.size), &shape.dims));
            buffers.push(self.b.full(&whole, 0.0));
        }
        let results = counted::emit(&mut self.b, self.size, &buffers, |b, i, buffers| {
            let mut map = edit::Map::default();
            for &(v, lifted) in &uses {
                let value = if lifted.each { read(b, lifted.value, i)? } else { lifted.value };
                map.insert(v, value);
            }
            let operands: Vec<ValueId> = inst.operands.iter().map(|v| map[v]).collect();
            let regions = inst
                .regions
                .iter()
                .map(|&r| edit::copy_region(b.function, r, &mut map, edit::Effects::Keep))
                .collect::<Result<Vec<_>>>()?;
            let copy = b.function.push_copy(b.region, inst, &operands, &regions)?;
            let results = b.function.inst(copy).results.clone();
            buffers.iter().zip(results).map(|(&buffer, result)| write(b, buffer, result, i)).collect()
        })?;
        Ok(results.into_iter().map(|value| Lifted { value, each: true }).collect())
    }
}
