// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Batching of control flow, and the loop over examples.

use super::{Batch, Lifted};
use crate::transform::copy;
use crate::{Axes, DType, Dim, Inst, Op, Result, ValueId};

impl Batch<'_> {
    /// Each example by itself.
    pub(super) fn one_by_one(&mut self, inst: &Inst) -> Result<Vec<Lifted>> {
        let mut parts: Vec<Vec<ValueId>> = vec![vec![]; inst.results.len()];
        let used: Vec<ValueId> = inst.operands.iter().copied().chain(copy::free(self.b.function, &inst.regions)).collect();
        for i in 0..self.size {
            let mut map = copy::Map::default();
            for &v in &used {
                let lifted = self.lifted(v);
                let value = if lifted.each { self.example(lifted.value, i)? } else { lifted.value };
                map.insert(v, value);
            }
            let operands: Vec<ValueId> = inst.operands.iter().map(|v| map[v]).collect();
            let regions = inst.regions.iter().map(|&r| copy::region(self.b.function, r, &mut map)).collect::<Result<Vec<_>>>()?;
            let copy = self.b.emit_inst(inst.op.clone(), &operands, &regions)?;
            for (part, value) in parts.iter_mut().zip(self.b.function.inst(copy).results.to_vec()) {
                let dims: Vec<Dim> = super::lead(Dim::Lit(1), &self.b.shape(value).dims.clone()).collect();
                part.push(self.b.reshape(value, &dims));
            }
        }
        parts.into_iter().map(|p| Ok(Lifted { value: self.b.emit(Op::Concatenate(0), &p)?, each: true })).collect()
    }

    fn example(&mut self, x: ValueId, i: usize) -> Result<ValueId> {
        let dims = self.b.shape(x).dims.clone();
        let mut limits = dims.clone();
        limits[0] = Dim::Lit(i + 1);
        let mut starts = Axes::from_elem(0, dims.len());
        starts[0] = i;
        let x = self.b.emit(Op::Slice { starts, strides: Axes::from_elem(1, dims.len()), limits }, &[x])?;
        debug_assert!(self.b.shape(x).dtype != DType::Bool || !dims.is_empty());
        Ok(self.b.reshape(x, &dims[1..]))
    }
}
