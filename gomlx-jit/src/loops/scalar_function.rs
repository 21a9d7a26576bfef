// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Functions of scalars: the regions of reductions, windows, scatters and sorts.

use gomlx_ir::{DType, Function, Op, RegionId, ValueId};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::emission::{Emission, emission, in_loops};
use super::index::is_view;
use super::node::{NodeId, constant_bits};

/// A function of scalars. `results` are positions of nodes.
///
/// Invariant: the operands of a node precede it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ScalarFunction {
    pub(crate) params: Vec<DType>,
    pub(crate) nodes: Vec<ScalarNode>,
    pub(crate) results: SmallVec<[NodeId; 2]>,
}

/// One scalar of a function.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ScalarNode {
    pub(crate) kind: ScalarKind,
    pub(crate) dtype: DType,
}

/// How a scalar is computed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ScalarKind {
    Param(usize),
    /// The bits of one element.
    Const(u64),
    /// An elementwise op.
    Compute(Emission, SmallVec<[NodeId; 3]>),
}

impl ScalarFunction {
    /// The function that a region computes. `None` if the region uses an op or a type that loops do not have, or
    /// captures a value.
    pub(crate) fn of_region(function: &Function, region: RegionId) -> Option<ScalarFunction> {
        let region = function.region(region);
        let dtype = |value: ValueId| function.shape(value).dtype;
        let params: Vec<DType> = region.params.iter().map(|&p| dtype(p)).collect();
        let mut nodes = vec![];
        let mut ids: FxHashMap<ValueId, NodeId> = FxHashMap::default();
        for (i, &param) in region.params.iter().enumerate() {
            nodes.push(ScalarNode { kind: ScalarKind::Param(i), dtype: dtype(param) });
            ids.insert(param, i);
        }
        for &id in &region.insts {
            let inst = function.inst(id);
            let &[result] = inst.results.as_slice() else { return None };
            let kind = match &inst.op {
                Op::Constant(tensor) => ScalarKind::Const(constant_bits(tensor)),
                Op::Iota { .. } => ScalarKind::Const(0),
                op => {
                    let operands = inst.operands.iter().map(|o| ids.get(o).copied()).collect::<Option<SmallVec<[NodeId; 3]>>>()?;
                    // Broadcasting, reshaping or transposing a scalar to a scalar changes nothing.
                    if is_view(op) && function.shape(result).rank() == 0 {
                        ids.insert(result, operands[0]);
                        continue;
                    }
                    ScalarKind::Compute(emission(op, dtype(*inst.operands.first()?))?, operands)
                }
            };
            ids.insert(result, nodes.len());
            nodes.push(ScalarNode { kind, dtype: dtype(result) });
        }
        let results = region.results.iter().map(|r| ids.get(r).copied()).collect::<Option<SmallVec<[NodeId; 2]>>>()?;
        nodes.iter().all(|n| in_loops(n.dtype)).then_some(ScalarFunction { params, nodes, results })
    }
}
