// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The graph of what one iteration computes.
//!
//! Invariant: operands of a node precede it. A node that is `outer` depends on no inner axis.

use gomlx_ir::{BinaryOp, CompareKind, DType, Direction, HostTensor, Op, UnaryOp};
use smallvec::SmallVec;

use super::index::Affine;

/// Position of a node.
pub(crate) type NodeId = usize;

/// What a node computes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// The bits of one element.
    Const(u64),
    /// An element of a buffer of the nest.
    Load {
        buffer: usize,
        at: Affine,
    },
    /// A position.
    Iota(Affine),
    Unary(UnaryOp, NodeId),
    Binary(BinaryOp, NodeId, NodeId),
    Compare(Direction, CompareKind, NodeId, NodeId),
    /// Predicate, on true, on false.
    Select(NodeId, NodeId, NodeId),
    /// Least, operand, greatest.
    Clamp(NodeId, NodeId, NodeId),
    Convert(NodeId),
    Bitcast(NodeId),
    /// A result of a reduction of the nest.
    Reduced {
        reduction: usize,
        result: usize,
    },
    /// A parameter of a body.
    Param(usize),
}

impl Kind {
    pub(crate) fn operands(&self) -> SmallVec<[NodeId; 3]> {
        match *self {
            Kind::Const(_) | Kind::Load { .. } | Kind::Iota(_) | Kind::Reduced { .. } | Kind::Param(_) => SmallVec::new(),
            Kind::Unary(_, x) | Kind::Convert(x) | Kind::Bitcast(x) => SmallVec::from_slice(&[x]),
            Kind::Binary(_, x, y) | Kind::Compare(_, _, x, y) => SmallVec::from_slice(&[x, y]),
            Kind::Select(x, y, z) | Kind::Clamp(x, y, z) => SmallVec::from_slice(&[x, y, z]),
        }
    }
}

/// One value per iteration, or per outer iteration.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) dtype: DType,
    pub(crate) outer: bool,
}

/// What an elementwise op computes from its operands.
pub(crate) fn element_kind(op: &Op, operands: &[NodeId]) -> Option<Kind> {
    match (op, operands) {
        (Op::Unary(op), &[x]) => Some(Kind::Unary(*op, x)),
        (Op::Binary(op), &[x, y]) => Some(Kind::Binary(*op, x, y)),
        (Op::Compare(direction, kind), &[x, y]) => Some(Kind::Compare(*direction, *kind, x, y)),
        (Op::Select, &[p, x, y]) => Some(Kind::Select(p, x, y)),
        (Op::Clamp, &[low, x, high]) => Some(Kind::Clamp(low, x, high)),
        (Op::Convert(_), &[x]) => Some(Kind::Convert(x)),
        (Op::BitcastConvert(_), &[x]) => Some(Kind::Bitcast(x)),
        _ => None,
    }
}

/// The bits of the first element of a tensor.
pub(crate) fn constant_bits(tensor: &HostTensor) -> u64 {
    let mut bits = [0; 8];
    let size = tensor.dtype().size().min(8);
    bits[..size].copy_from_slice(&tensor.bytes()[..size]);
    u64::from_le_bytes(bits)
}
