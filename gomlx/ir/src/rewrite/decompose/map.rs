// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Inlines `map`: applies its body to whole tensors.

use rustc_hash::FxHashMap;

use crate::edit::{Rebuild, Rewrite, Values, rebuild};
use crate::{Builder, DType, Function, Inst, InstId, Op, RegionId, ValueId};

/// Returns the function with every `map` of elementwise ops replaced by its body.
pub(in crate::rewrite) fn decompose_maps(function: &Function) -> Function {
    struct Maps;
    impl Rewrite for Maps {
        fn inst(&mut self, rebuild: &mut Rebuild<'_>, region: RegionId, inst: InstId, operands: &[ValueId]) -> Values {
            let source = rebuild.source.inst(inst);
            inlined(rebuild, region, source, operands).unwrap_or_else(|| rebuild.copy(self, region, inst, operands))
        }
    }
    rebuild(function, &mut Maps)
}

/// Emits the body of a `map` on its operands. `None` if the instruction is no `map`, or the body is not elementwise.
pub(super) fn inlined(rebuild: &mut Rebuild<'_>, region: RegionId, inst: &Inst, operands: &[ValueId]) -> Option<Values> {
    if inst.op != Op::Map {
        return None;
    }
    let source = rebuild.source;
    let body = source.region(inst.regions[0]);
    // A bit cast between dtypes of the same width keeps the shape.
    let fits = |inst: &Inst| match &inst.op {
        Op::BitcastConvert(to) => source.shape(inst.operands[0]).dtype.size() == to.size() && *to != DType::Bool,
        op => matches!(op, Op::Constant(_)) || op.is_elementwise(),
    };
    if !body.insts.iter().all(|&id| fits(source.inst(id))) {
        return None;
    }
    let dims = rebuild.target.shape(*operands.first()?).dims.clone();
    let mut inside: FxHashMap<ValueId, ValueId> = body.params.iter().copied().zip(operands.iter().copied()).collect();
    for &id in &body.insts {
        let step = source.inst(id);
        let mut of: Vec<ValueId> = vec![];
        for operand in &step.operands {
            of.push(whole(rebuild, region, &inside, *operand, &dims)?);
        }
        let mut b = Builder::new(&mut rebuild.target, region);
        b.location.clone_from(&step.location);
        let value = b.emit(step.op.clone(), &of).ok()?;
        let value = if matches!(step.op, Op::Constant(_)) { b.broadcast(value, &dims, &[]) } else { value };
        inside.insert(step.results[0], value);
    }
    let result = whole(rebuild, region, &inside, body.results[0], &dims)?;
    Some(Values::from_slice(&[result]))
}

/// The tensor that stands for a value of the body. A captured value is broadcast: it is the same for all elements.
fn whole(
    rebuild: &mut Rebuild<'_>,
    region: RegionId,
    inside: &FxHashMap<ValueId, ValueId>,
    value: ValueId,
    dims: &[crate::Dim],
) -> Option<ValueId> {
    if let Some(&value) = inside.get(&value) {
        return Some(value);
    }
    let outer = rebuild.mapped(value)?;
    Some(Builder::new(&mut rebuild.target, region).broadcast(outer, dims, &[]))
}
