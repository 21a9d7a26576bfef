// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Bodies of reductions, windows and scatters: scalar functions.

use gomlx_ir::{Function, Op, RegionId, Result, ValueId, bail};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::index::is_view;
use super::node::{Kind, Node, NodeId, constant_bits, element_kind};
use super::support::{in_loops, is_elementwise};

/// A function of scalars.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Body {
    pub(crate) params: Vec<gomlx_ir::DType>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) results: SmallVec<[NodeId; 2]>,
}

impl Body {
    /// The body that a region is.
    ///
    /// # Errors
    /// If it holds an op that is not elementwise, or that loops have no code for, or uses a value from around it.
    pub(crate) fn new(function: &Function, region: RegionId) -> Result<Body> {
        let region = function.region(region);
        if let Some(&param) = region.params.iter().find(|&&p| !in_loops(function.shape(p).dtype)) {
            bail!(Unsupported, "the body of a reduction takes {}, which loops do not compute with", function.shape(param));
        }
        let mut nodes = vec![];
        let mut ids: FxHashMap<ValueId, NodeId> = FxHashMap::default();
        let mut add = |kind: Kind, value: ValueId, ids: &mut FxHashMap<ValueId, NodeId>| {
            nodes.push(Node { kind, dtype: function.shape(value).dtype, outer: false });
            ids.insert(value, nodes.len() - 1);
        };
        for (i, &param) in region.params.iter().enumerate() {
            add(Kind::Param(i), param, &mut ids);
        }
        for &id in &region.insts {
            let inst = function.inst(id);
            let operands: Option<SmallVec<[NodeId; 3]>> = inst.operands.iter().map(|o| ids.get(o).copied()).collect();
            let kind = match (&inst.op, operands) {
                (Op::Constant(tensor), _) => Some(Kind::Const(constant_bits(tensor))),
                (Op::Iota { .. }, _) => Some(Kind::Const(0)),
                (op, Some(_)) if !is_view(op) && !is_elementwise(function, inst) => None,
                (op, Some(operands)) => {
                    // A scalar is its own broadcast, reshape and transpose.
                    if is_view(op) && function.shape(inst.results[0]).rank() == 0 {
                        ids.insert(inst.results[0], operands[0]);
                        continue;
                    }
                    element_kind(op, &operands)
                }
                (_, None) => None,
            };
            let Some(kind) = kind else {
                let error = gomlx_ir::Diagnostic::new(
                    gomlx_ir::Code::Unsupported,
                    format!("{} in the body of a reduction is not supported by the jit backend", inst.op.short_name()),
                );
                return Err(error.at(inst.location.as_ref()));
            };
            add(kind, inst.results[0], &mut ids);
        }
        let results: Option<_> = region.results.iter().map(|r| ids.get(r).copied()).collect();
        let Some(results) = results else { bail!(Unsupported, "the body of a reduction yields a value from outside of it") };
        Ok(Body { params: region.params.iter().map(|&p| function.shape(p).dtype).collect(), nodes, results })
    }
}
