// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Recording a composed function.
//!
//! Invariant: a call on a poisoned operand gives a poisoned handle and notes no second mistake. Callers need not look
//! for poisoned operands.

use std::hash::Hasher;

use gomlx_ir::compose::{Stop, Values};
use gomlx_ir::{Code, Diagnostic, Function, Location, RegionId, ValueId};
use smallvec::{SmallVec, smallvec};

use super::{Trace, poison};
use crate::tensor::AnyTensor;

/// Appends a function of operands to a region.
type Append<'a> = &'a dyn Fn(&mut Function, RegionId, &Location, &[ValueId]) -> Result<Values, Stop>;

/// A call of a composed function on tensors.
pub(crate) struct Composition<'a> {
    /// The name of the function that the user called.
    pub(crate) name: &'static str,
    /// Writes all that the graph depends on besides the name and the shapes of the operands.
    pub(crate) key: &'a dyn Fn(&mut dyn Hasher),
    /// The tensors among the arguments.
    pub(crate) operands: &'a [&'a AnyTensor],
    /// Appends the function of the operands to a region.
    pub(crate) compose: Append<'a>,
}

/// The results of a call.
pub(crate) type Tensors = SmallVec<[AnyTensor; 2]>;

impl Composition<'_> {
    /// Appends the function to a region where every size is known.
    ///
    /// # Errors
    /// If the call is wrong.
    pub(crate) fn append(
        &self,
        function: &mut Function,
        region: RegionId,
        location: &Location,
        values: &[ValueId],
    ) -> Result<Values, Diagnostic> {
        (self.compose)(function, region, location, values).map_err(|stop| match stop {
            Stop::Wrong(error) => error,
            Stop::Unknown => Diagnostic::new(Code::Graph, format!("{}: the graph depends on a size that is not known", self.name)),
        })
    }
}

impl Trace {
    /// Appends a composed function to the current region. A mistake is noted, and gives one poisoned result.
    pub(crate) fn record(&mut self, composition: &Composition<'_>, location: &Location) -> Tensors {
        match self.try_record(composition, location) {
            Ok(Some(results)) => results,
            Ok(None) => poison(composition.operands).into_iter().collect(),
            Err(error) => {
                self.error(error.at(Some(location)));
                smallvec![self.poisoned(composition.operands.first().copied())]
            }
        }
    }

    /// As [`Trace::record`], giving the mistake; `None` if an operand is poisoned.
    fn try_record(&mut self, composition: &Composition<'_>, location: &Location) -> Result<Option<Tensors>, Diagnostic> {
        let mut values: SmallVec<[_; 4]> = SmallVec::new();
        for operand in composition.operands {
            match self.value(operand)? {
                Some(value) => values.push(value),
                None => return Ok(None),
            }
        }
        let region = self.region();
        let results = composition.append(self.function(), region, location, &values)?;
        // A function may return an operand. Its handle stays the same, because it may belong to an outer region.
        let operand = |result| values.iter().position(|&value| value == result).map(|i| composition.operands[i].clone());
        Ok(Some(results.iter().map(|&result| operand(result).unwrap_or_else(|| self.handle(result))).collect()))
    }
}
