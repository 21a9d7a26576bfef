// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tangents of `sort` and `top_k`: the tangent at each position of a result is the tangent of the element that moved
//! there.

use super::Jvp;
use crate::transform::indexing::take_along;
use crate::{DType, Inst, InstId, Op, Result, Shape, ValueId};

impl Jvp<'_> {
    pub(super) fn top_k(&mut self, inst: &Inst, t: &[Option<ValueId>]) -> Result<Vec<Option<ValueId>>> {
        let (positions, axis) = (inst.results[1], self.b.shape(inst.operands[0]).rank() - 1);
        let taken = t[0].map(|t| take_along(&mut self.b, t, positions, axis)).transpose()?;
        Ok(vec![taken, None])
    }

    /// Extends the sort: it also gives the position that each element came from. The tangents are gathered from there.
    pub(super) fn sort(&mut self, id: InstId, inst: &Inst, axis: usize, t: &[Option<ValueId>]) -> Result<Vec<Option<ValueId>>> {
        let places = match self.places(inst, axis) {
            Some(places) => places,
            None => self.add_places(id, inst, axis)?,
        };
        let mut tangents = vec![None; self.b.function.inst(id).results.len()];
        for (tangent, t) in tangents.iter_mut().zip(t) {
            *tangent = t.map(|t| take_along(&mut self.b, t, places, axis)).transpose()?;
        }
        Ok(tangents)
    }

    /// The positions that the elements came from, if the sort gives them already.
    fn places(&self, inst: &Inst, axis: usize) -> Option<ValueId> {
        let f = &self.b.function;
        let (_, last) = f.def_inst(*inst.operands.last()?)?;
        let counts = matches!(&last.op, Op::Iota { shape, axis: along } if *along == axis && shape.dtype == DType::I32);
        let region = f.region(inst.regions[0]);
        let params = &region.params[region.params.len() - 2..];
        let unused = !params.iter().any(|&p| region.insts.iter().any(|&i| f.inst(i).operands.contains(&p)));
        (counts && unused && inst.operands.len() > 1).then(|| *inst.results.last().expect("a sort gives what it takes"))
    }

    fn add_places(&mut self, id: InstId, inst: &Inst, axis: usize) -> Result<ValueId> {
        let shape = Shape::symbolic(DType::I32, self.b.shape(inst.operands[0]).dims.iter().cloned());
        let iota = self.before(id, |b| b.emit(Op::Iota { shape: shape.clone(), axis }, &[]))?;
        for _ in 0..2 {
            self.b.function.add_region_param(inst.regions[0], Shape::scalar(DType::I32));
        }
        self.b.function.inst_mut(id).operands.push(iota);
        Ok(self.b.function.add_result(id, shape))
    }
}
