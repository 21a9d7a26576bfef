// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Batching of the reductions whose bodies capture no batched value. The bodies stay as they are.

use smallvec::SmallVec;

use super::{Batch, Lifted, lead, shifted};
use crate::edit;
use crate::{BinaryOp, Inst, Op, Reducer, RegionId, Result, ValueId, Window};

impl Batch<'_> {
    pub(super) fn reduce(&mut self, inst: &Inst, axes: &[usize], x: &[Lifted]) -> Result<Option<Vec<ValueId>>> {
        self.reduction(inst, &Op::Reduce(shifted(axes)), x)
    }

    pub(super) fn reduce_window(&mut self, inst: &Inst, window: &Window, x: &[Lifted]) -> Result<Option<Vec<ValueId>>> {
        let (xs, initial) = x.split_at(x.len() / 2);
        let padded = window.padding.iter().any(|&p| p != (0, 0)) || window.base_dilations.iter().any(|&d| d != 1);
        if initial.iter().all(|i| !i.each) || !padded {
            return self.reduction(inst, &Op::ReduceWindow(led(window)), x);
        }
        // The initial values also fill the padding of windows.
        let mut padded = x.to_vec();
        for (i, &operand) in xs.iter().enumerate() {
            let low: Vec<i64> = window.padding.iter().map(|p| p.0).collect();
            let high: Vec<i64> = window.padding.iter().map(|p| p.1).collect();
            let interior: Vec<i64> = window.base_dilations.iter().map(|&d| d as i64 - 1).collect();
            let value = self.pad(&low, &high, &interior, &[operand, initial[i]])?;
            padded[i] = Lifted { value, each: true };
        }
        let rank = window.dims.len();
        let rest = Window { padding: SmallVec::from_elem((0, 0), rank), base_dilations: SmallVec::from_elem(1, rank), ..window.clone() };
        self.reduction(inst, &Op::ReduceWindow(led(&rest)), &padded)
    }

    pub(super) fn select_and_scatter(&mut self, inst: &Inst, window: &Window, x: &[Lifted]) -> Result<Option<Vec<ValueId>>> {
        let (operand, source) = (self.whole(x[0]), self.whole(x[1]));
        let Some(op) = self.combining(inst.regions[1], x[2].each, inst) else { return Ok(None) };
        let initial = match op {
            None => x[2].value,
            Some(op) => {
                let dtype = self.b.shape(operand).dtype;
                self.b.identity(op, dtype)
            }
        };
        let regions = [self.copied(inst.regions[0])?, self.copied(inst.regions[1])?];
        let copy = self.b.emit_inst(Op::SelectAndScatter(led(window)), &[operand, source, initial], &regions)?;
        let result = self.b.function.inst(copy).results[0];
        Ok(Some(vec![self.combined(op, x[2], result)]))
    }

    /// Emits a reduction of batched operands. The op takes scalar initial values, so a batched initial value is
    /// combined with the result afterwards.
    fn reduction(&mut self, inst: &Inst, op: &Op, x: &[Lifted]) -> Result<Option<Vec<ValueId>>> {
        let (xs, initial) = x.split_at(x.len() / 2);
        let later = initial.iter().any(|i| i.each);
        let Some(reducer) = self.combining(inst.regions[0], later, inst) else { return Ok(None) };
        let mut operands: Vec<ValueId> = xs.iter().map(|&l| self.whole(l)).collect();
        match reducer {
            None => operands.extend(initial.iter().map(|i| i.value)),
            Some(reducer) => {
                let dtype = self.b.shape(operands[0]).dtype;
                operands.push(self.b.identity(reducer, dtype));
            }
        }
        let body = self.copied(inst.regions[0])?;
        let copy = self.b.emit_inst(op.clone(), &operands, &[body])?;
        let results = self.b.function.inst(copy).results.to_vec();
        Ok(Some(match reducer {
            None => results,
            Some(_) => vec![self.combined(reducer, initial[0], results[0])],
        }))
    }

    /// The op that combines a batched initial value with the result: `Some(None)` if no initial value is batched,
    /// `None` if there is no such op.
    fn combining(&self, body: RegionId, later: bool, inst: &Inst) -> Option<Option<BinaryOp>> {
        if !later {
            return Some(None);
        }
        let dtype = self.b.shape(inst.operands[0]).dtype;
        match self.b.function.reducer_of(body) {
            Some(Reducer::Binary(op)) if op.identity(dtype).is_some() && inst.results.len() == 1 => Some(Some(op)),
            _ => None,
        }
    }

    fn combined(&mut self, op: Option<BinaryOp>, initial: Lifted, result: ValueId) -> ValueId {
        let Some(op) = op else { return result };
        let dims = self.b.shape(result).dims.clone();
        let initial = self.b.broadcast(initial.value, &dims, &[0]);
        self.b.binary(op, initial, result)
    }

    /// Copies a region that captures only shared values.
    pub(super) fn copied(&mut self, region: RegionId) -> Result<RegionId> {
        let mut map = self.values(&edit::captures(self.b.function, &[region]));
        edit::copy_region(self.b.function, region, &mut map, edit::Effects::Keep)
    }
}

/// The window with size one along the axis of the examples.
fn led(window: &Window) -> Window {
    Window {
        dims: lead(1, &window.dims).collect(),
        strides: lead(1, &window.strides).collect(),
        base_dilations: lead(1, &window.base_dilations).collect(),
        window_dilations: lead(1, &window.window_dilations).collect(),
        padding: lead((0, 0), &window.padding).collect(),
    }
}
