// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The graph that one iteration of a nest computes.
//!
//! Invariant: the operands of a node precede it. A node that is `outer` depends on no inner axis.

use gomlx_ir::{DType, HostTensor};
use smallvec::SmallVec;

use super::emission::Emission;
use super::index::Affine;
use crate::runtime::math::BlockFunction;

/// Position of a node in its graph.
pub(crate) type NodeId = usize;

/// What a node computes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum NodeKind {
    /// The bits of one element.
    Const(u64),
    /// An element of a buffer of the nest.
    Load { buffer: usize, at: Affine },
    /// The value of an index map as a number.
    Iota(Affine),
    /// A result of a reduction of the nest.
    Reduced { reduction: usize, result: usize },
    /// An elementwise op.
    Compute(Emission, SmallVec<[NodeId; 3]>),
}

impl NodeKind {
    pub(crate) fn operands(&self) -> &[NodeId] {
        match self {
            NodeKind::Const(_) | NodeKind::Load { .. } | NodeKind::Iota(_) | NodeKind::Reduced { .. } => &[],
            NodeKind::Compute(_, operands) => operands,
        }
    }

    /// The block function that the node calls, if it is a call.
    pub(crate) fn call(&self) -> Option<BlockFunction> {
        match self {
            NodeKind::Compute(Emission::Call(function), _) => Some(*function),
            NodeKind::Compute(Emission::Inline(_), _)
            | NodeKind::Const(_)
            | NodeKind::Load { .. }
            | NodeKind::Iota(_)
            | NodeKind::Reduced { .. } => None,
        }
    }

    /// The bits of the node, if it is a constant.
    pub(crate) fn constant(&self) -> Option<u64> {
        match self {
            NodeKind::Const(bits) => Some(*bits),
            NodeKind::Load { .. } | NodeKind::Iota(_) | NodeKind::Reduced { .. } | NodeKind::Compute(..) => None,
        }
    }

    /// The index map of the node, if it is a load or an iota.
    pub(crate) fn map(&self) -> Option<&Affine> {
        match self {
            NodeKind::Load { at, .. } | NodeKind::Iota(at) => Some(at),
            NodeKind::Const(_) | NodeKind::Reduced { .. } | NodeKind::Compute(..) => None,
        }
    }
}

/// A node of the graph. It has one value per iteration, or one per outer iteration if it is `outer`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Node {
    pub(crate) kind: NodeKind,
    pub(crate) dtype: DType,
    pub(crate) outer: bool,
    /// The first pass over the inner axes that can compute the node: it comes after the passes of all reductions that
    /// the node uses.
    pub(crate) stage: usize,
}

/// The bits of the first element of a tensor.
pub(crate) fn constant_bits(tensor: &HostTensor) -> u64 {
    let mut bits = [0; 8];
    let size = tensor.dtype().size().min(8);
    bits[..size].copy_from_slice(&tensor.bytes()[..size]);
    u64::from_le_bytes(bits)
}
