// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! One op on tensors: recorded during a trace, run at once outside.

use gomlx_ir::{Builder, DType, Diagnostic, Function, Location, Op, Reducer, RegionId};
use smallvec::SmallVec;

use crate::tensor::{AnyTensor, Repr};
use crate::trace::{self, Trace};
use crate::{Result, eager};

/// An op with the bodies of its regions, as a value that can be compared: the key of an eager op.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Node {
    pub(crate) op: Op,
    pub(crate) bodies: SmallVec<[(Reducer, DType); 1]>,
}

impl Node {
    /// Adds the regions of the bodies to a function.
    pub(crate) fn regions(&self, function: &mut Function) -> SmallVec<[RegionId; 2]> {
        let mut builder = Builder::new(function, Function::BODY);
        self.bodies.iter().map(|&(reducer, dtype)| builder.reducer(reducer, dtype)).collect()
    }
}

impl From<Op> for Node {
    fn from(op: Op) -> Node {
        Node { op, bodies: SmallVec::new() }
    }
}

/// Applies an op that has one result.
///
/// # Panics
/// Outside a trace, if the op cannot take the operands or fails.
#[track_caller]
pub(crate) fn emit_one(node: impl Into<Node>, operands: &[&AnyTensor]) -> AnyTensor {
    emit(node.into(), operands).swap_remove(0)
}

/// Applies an op.
///
/// # Panics
/// Outside a trace, if the op cannot take the operands or fails.
#[track_caller]
pub(crate) fn emit(node: Node, operands: &[&AnyTensor]) -> Vec<AnyTensor> {
    let location = Location::caller();
    if trace::active() {
        return trace::with(|trace| record(trace, &node, operands, &location));
    }
    match eager::run(&node, operands, &location) {
        Ok(results) => results,
        Err(error) => panic!("{error}"),
    }
}

fn record(trace: &mut Trace, node: &Node, operands: &[&AnyTensor], location: &Location) -> Vec<AnyTensor> {
    match try_record(trace, node, operands, location) {
        Ok(Some(results)) => results,
        Ok(None) => trace::poison(operands).into_iter().collect(),
        Err(error) => {
            trace.error(error.at(Some(location)));
            vec![trace.poisoned(operands.first().copied())]
        }
    }
}

/// `None` if an operand is the result of a mistake that was reported.
fn try_record(trace: &mut Trace, node: &Node, operands: &[&AnyTensor], location: &Location) -> Result<Option<Vec<AnyTensor>>, Diagnostic> {
    let mut values: SmallVec<[_; 4]> = SmallVec::new();
    for operand in operands {
        match trace.value(operand)? {
            Some(value) => values.push(value),
            None => return Ok(None),
        }
    }
    let regions = node.regions(trace.function());
    trace.push(node.op.clone(), &values, &regions, location).map(Some)
}

impl AnyTensor {
    /// Whether this stands for the result of a mistake that was reported.
    pub(crate) fn is_poisoned(&self) -> bool {
        matches!(self.repr, Repr::Traced(h) if h.value.is_none())
    }
}
