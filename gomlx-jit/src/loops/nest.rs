// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Loop nests: an iteration space, the graph of one iteration, and the stores.
//!
//! Outer axes come first; work is cut into tiles along them. Inner axes follow; reductions run over them. Vector lanes
//! run along one axis: the last axis with [`Vectorization::Rows`], the last outer axis with [`Vectorization::Columns`].

use gomlx_ir::{DType, Function, Inst, Reducer, ValueId};
use smallvec::SmallVec;

use super::emission::{InlineBinary, inline_binary};
use super::index::Affine;
use super::node::{Node, NodeId, constant_bits};
use super::scalar_function::ScalarFunction;

/// How elements combine in a reduction.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Combiner {
    /// Instructions of a commutative op, and the bits of the op's identity in the type of the accumulator.
    Inline { op: InlineBinary, identity: u64 },
    /// A function of the accumulated values, then the new values. It gives the new accumulated values.
    Function(ScalarFunction),
}

impl Combiner {
    /// The combiner of a reduction; `None` if loops cannot compute it.
    pub(crate) fn of_reduction(function: &Function, inst: &Inst) -> Option<Combiner> {
        let region = inst.regions[0];
        let scalar = ScalarFunction::of_region(function, region)?;
        let accumulator = inline_accumulator(function.shape(inst.operands[0]).dtype);
        if let Some(Reducer::Binary(op)) = function.reducer_of(region)
            && let (Some(identity), Some(op)) = (op.identity(accumulator), inline_binary(op, accumulator))
        {
            return Some(Combiner::Inline { op, identity: constant_bits(&identity) });
        }
        Some(Combiner::Function(scalar))
    }

    /// The element type of the accumulators of elements of type `dtype`.
    pub(crate) fn accumulator(&self, dtype: DType) -> DType {
        match self {
            Combiner::Inline { .. } => inline_accumulator(dtype),
            Combiner::Function(_) => dtype,
        }
    }
}

/// The type in which instructions accumulate. It is `f32` for 16-bit floats, which are rounded once at the end.
fn inline_accumulator(dtype: DType) -> DType {
    match dtype {
        DType::F16 | DType::BF16 => DType::F32,
        _ => dtype,
    }
}

/// A reduction over all inner axes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Reduction {
    pub(crate) combiner: Combiner,
    pub(crate) operands: SmallVec<[NodeId; 2]>,
    pub(crate) initial: SmallVec<[NodeId; 2]>,
    /// The pass over the inner axes that computes the reduction: the first pass that can compute all its operands.
    pub(crate) stage: usize,
}

/// Writes a node's element to a buffer of the nest.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Store {
    pub(crate) buffer: usize,
    pub(crate) at: Affine,
    pub(crate) node: NodeId,
}

/// The axis of the vector lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Vectorization {
    /// The last inner axis: outer nodes are scalars, and a reduction ends by combining its lanes.
    Rows,
    /// The last outer axis: each lane has its own reductions. Nests without reductions use this too.
    Columns,
}

/// A loop nest without the identity of its buffers: equal nests share code.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Nest {
    pub(crate) vectorization: Vectorization,
    /// Sizes of the outer axes, then of the inner axes. The code of a flat nest does not depend on the size of its only
    /// axis: the size is zero here, and [`BoundNest::elements`] has it.
    pub(crate) axes: SmallVec<[usize; 6]>,
    /// Number of outer axes.
    pub(crate) outer: usize,
    pub(crate) nodes: Vec<Node>,
    pub(crate) reductions: Vec<Reduction>,
    pub(crate) stores: Vec<Store>,
    /// Element type of each buffer.
    pub(crate) buffers: Vec<DType>,
    /// Whether the nest has one axis and no reduction. Then the range of its function counts elements.
    pub(crate) flat: bool,
    /// Whether 16-bit floats are rounded only when they are stored, not after each op.
    pub(crate) keep_f32: bool,
}

/// A loop nest and the values that it reads and writes.
#[derive(Clone, Debug)]
pub(crate) struct BoundNest {
    pub(crate) nest: Nest,
    /// The value in each buffer.
    pub(crate) values: Vec<ValueId>,
    /// Number of elements of the axis of a flat nest.
    pub(crate) elements: usize,
    /// Predicted time of one iteration, in nanoseconds.
    pub(crate) ns: f64,
}

impl Nest {
    /// The axis that the vector lanes run along.
    pub(crate) fn lane(&self) -> usize {
        match self.vectorization {
            Vectorization::Rows => self.axes.len() - 1,
            Vectorization::Columns => self.outer - 1,
        }
    }

    /// Number of passes over the inner axes.
    pub(crate) fn stages(&self) -> usize {
        let stores = self.stores.iter().map(|s| self.nodes[s.node].stage);
        stores.chain(self.reductions.iter().map(|r| r.stage)).max().map_or(0, |s| s + 1)
    }

    /// Whether a store writes one element per outer iteration. A store may also write an outer node to a row of
    /// elements, such as a reduction that is broadcast back over its axes; that takes another pass over the inner axes.
    pub(crate) fn is_outer_store(&self, store: &Store) -> bool {
        self.nodes[store.node].outer && (self.outer..self.axes.len()).all(|axis| store.at.coef(axis) == 0)
    }

    /// Number of iterations of the inner axes.
    pub(crate) fn inner_len(&self) -> usize {
        self.axes[self.outer..].iter().product()
    }
}
