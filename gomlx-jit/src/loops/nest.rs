// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Loop nests: a fusion group as an iteration space and a graph of what each iteration computes.
//!
//! The axes are outer ones, which tiles of work cut, then inner ones, which reductions run over. One axis, the last of
//! all in [`Mode::Rows`] and the last outer one in [`Mode::Columns`], is that of the vector lanes.
//!
//! Invariant: operands of a node precede it. A node that is `outer` depends on no inner axis.

use gomlx_ir::{BinaryOp, DType, ValueId};
use smallvec::SmallVec;

use super::index::Affine;
use super::node::{Kind, Node, NodeId};
use super::scalar_function::Body;

/// How elements combine.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Combiner {
    /// A commutative op with an identity.
    Op(BinaryOp),
    /// Accumulated values, then new ones, to accumulated ones.
    Body(Body),
}

/// A reduction over all inner axes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Reduction {
    pub(crate) combiner: Combiner,
    pub(crate) operands: SmallVec<[NodeId; 2]>,
    pub(crate) initial: SmallVec<[NodeId; 2]>,
    /// The loop over the inner axes that computes it: one more than the last that it depends on.
    pub(crate) stage: usize,
}

/// A node's element written to a buffer of the nest.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Store {
    pub(crate) buffer: usize,
    pub(crate) at: Affine,
    pub(crate) node: NodeId,
}

/// Which axis the vector lanes run along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Mode {
    /// The last inner axis: outer nodes are scalars, reductions end across lanes.
    Rows,
    /// The last outer axis: each lane has its own reductions. Also without reductions.
    Columns,
}

/// A loop nest without the identity of its buffers, so that equal ones share code.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Nest {
    pub(crate) mode: Mode,
    /// Sizes of the outer axes, then of the inner axes. The size of the only axis of a flat nest is not part of its
    /// code and is kept in `flat` of [`Placed`].
    pub(crate) axes: SmallVec<[usize; 6]>,
    /// How many of them are outer.
    pub(crate) outer: usize,
    pub(crate) nodes: Vec<Node>,
    pub(crate) reductions: Vec<Reduction>,
    pub(crate) stores: Vec<Store>,
    /// Element type of each buffer.
    pub(crate) buffers: Vec<DType>,
    /// One axis and no reduction: the range of the loop function counts elements.
    pub(crate) flat: bool,
    /// 16-bit floats are rounded where they are stored only, not after each op.
    pub(crate) keep_f32: bool,
}

/// A loop nest and what it reads and writes.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    pub(crate) nest: Nest,
    /// The value in each buffer.
    pub(crate) values: Vec<ValueId>,
    /// Number of elements of the axis of a flat nest.
    pub(crate) elements: usize,
    /// Predicted time of one iteration, in nanoseconds.
    pub(crate) ns: f64,
}

impl Nest {
    /// Axis of the lanes.
    pub(crate) fn lane(&self) -> usize {
        match self.mode {
            Mode::Rows => self.axes.len() - 1,
            Mode::Columns => self.outer - 1,
        }
    }

    /// Number of passes over the inner axes.
    pub(crate) fn stages(&self) -> usize {
        let stages = self.node_stages();
        self.stores.iter().map(|s| stages[s.node]).chain(self.reductions.iter().map(|r| r.stage)).max().map_or(0, |s| s + 1)
    }

    /// The first stage at which each node can be computed.
    pub(crate) fn node_stages(&self) -> Vec<usize> {
        let mut stages = vec![0; self.nodes.len()];
        for (i, n) in self.nodes.iter().enumerate() {
            stages[i] = match n.kind {
                Kind::Reduced { reduction, .. } => self.reductions[reduction].stage + 1,
                _ => n.kind.operands().iter().map(|&o| stages[o]).max().unwrap_or(0),
            };
        }
        stages
    }

    /// Whether a store writes one element per outer iteration. One that writes a row of an outer node, such as a
    /// reduction that is broadcast back over the axes it ran over, takes a pass over the inner axes of its own.
    pub(crate) fn is_outer_store(&self, store: &Store) -> bool {
        self.nodes[store.node].outer && (self.outer..self.axes.len()).all(|axis| store.at.coef(axis) == 0)
    }

    /// Iterations of the inner axes.
    pub(crate) fn inner_len(&self) -> usize {
        self.axes[self.outer..].iter().product()
    }
}
