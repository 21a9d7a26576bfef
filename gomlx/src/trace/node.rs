// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Recording one op.

use gomlx_ir::{Builder, DType, Diagnostic, Function, Location, Op, Reducer, RegionId};
use smallvec::SmallVec;

use super::{Trace, poison};
use crate::tensor::AnyTensor;

/// An op with the reducers that its regions hold, as a value that can be compared: the key of an eager op.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Node {
    pub(crate) op: Op,
    pub(crate) bodies: SmallVec<[(Reducer, DType); 1]>,
}

impl Node {
    /// Adds the regions of the op to a function.
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

impl Trace {
    /// Appends an op to the current region. A mistake is noted, and gives one poisoned result.
    pub(crate) fn record(&mut self, node: &Node, operands: &[&AnyTensor], location: &Location) -> Vec<AnyTensor> {
        match self.try_record(node, operands, location) {
            Ok(Some(results)) => results,
            Ok(None) => poison(operands).into_iter().collect(),
            Err(error) => {
                self.error(error.at(Some(location)));
                vec![self.poisoned(operands.first().copied())]
            }
        }
    }

    /// As [`Trace::record`], giving the mistake; `None` if an operand is poisoned.
    fn try_record(&mut self, node: &Node, operands: &[&AnyTensor], location: &Location) -> Result<Option<Vec<AnyTensor>>, Diagnostic> {
        let mut values: SmallVec<[_; 4]> = SmallVec::new();
        for operand in operands {
            match self.value(operand)? {
                Some(value) => values.push(value),
                None => return Ok(None),
            }
        }
        let regions = node.regions(self.function());
        self.push(node.op.clone(), &values, &regions, location).map(Some)
    }
}
