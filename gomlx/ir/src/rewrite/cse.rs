// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Common subexpression elimination: replaces an instruction by an equal one before it.
//!
//! A region shares no instruction with the regions around it. So the bodies of reductions still capture nothing, as the
//! backends' recognition of reducers requires.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHasher};
use smallvec::SmallVec;

use super::same::same_regions;
use crate::edit::{Rebuild, Rewrite, Values, rebuild};
use crate::{BinaryOp, Def, Function, InstId, Op, RegionId, ValueId};

/// Returns the function with equal instructions of a region computed once.
pub fn cse(function: &Function) -> Function {
    rebuild(function, &mut Numbering { seen: vec![] })
}

struct Numbering {
    /// For each region being copied, the instructions of the target by their hash.
    seen: Vec<FxHashMap<u64, SmallVec<[InstId; 1]>>>,
}

impl Rewrite for Numbering {
    fn inst(&mut self, rebuild: &mut Rebuild<'_>, region: RegionId, inst: InstId, operands: &[ValueId]) -> Values {
        if rebuild.source.has_effect(inst) {
            return rebuild.copy(self, region, inst, operands);
        }
        let source = rebuild.source.inst(inst);
        let operands = ordered(&source.op, operands);
        let hash = hash(&source.op, &operands);
        let candidates = self.seen.last().and_then(|seen| seen.get(&hash)).cloned().unwrap_or_default();
        for candidate in candidates {
            let target = rebuild.target.inst(candidate);
            let same = target.op == source.op
                && ordered(&target.op, &target.operands) == operands
                && source.regions.len() == target.regions.len()
                && source
                    .regions
                    .iter()
                    .zip(&target.regions)
                    .all(|(&r, &s)| same_regions(rebuild.source, r, &rebuild.target, s, &|v| rebuild.mapped(v)));
            if same {
                return target.results.clone();
            }
        }
        let original: SmallVec<[ValueId; 4]> =
            source.operands.iter().map(|&v| rebuild.mapped(v).expect("operands come before their uses")).collect();
        let results = rebuild.copy(self, region, inst, &original);
        if let (Some(seen), Some(&first)) = (self.seen.last_mut(), results.first())
            && let Def::Result(copy, _) = rebuild.target.value(first).def
        {
            seen.entry(hash).or_default().push(copy);
        }
        results
    }

    fn enter(&mut self) {
        self.seen.push(FxHashMap::default());
    }

    fn leave(&mut self) {
        self.seen.pop();
    }
}

/// Sorts the operands of an op if swapping them changes no bit of the result. Maximum and minimum are not among these
/// ops: they may give either of two zeros or NaNs.
fn ordered(op: &Op, operands: &[ValueId]) -> SmallVec<[ValueId; 4]> {
    let mut operands = SmallVec::from_slice(operands);
    if let Op::Binary(BinaryOp::Add | BinaryOp::Multiply | BinaryOp::And | BinaryOp::Or | BinaryOp::Xor) = op {
        operands.sort_unstable();
    }
    operands
}

/// A hash that is equal for equal instructions. It covers only the first bytes of a constant, which may be large.
fn hash(op: &Op, operands: &[ValueId]) -> u64 {
    const BYTES: usize = 64;
    let mut hasher = FxHasher::default();
    match op {
        Op::Constant(tensor) => {
            tensor.dtype().hash(&mut hasher);
            tensor.dims().hash(&mut hasher);
            tensor.bytes()[..tensor.bytes().len().min(BYTES)].hash(&mut hasher);
        }
        other => other.hash(&mut hasher),
    }
    operands.hash(&mut hasher);
    hasher.finish()
}
