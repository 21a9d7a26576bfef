// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The shapes of an instruction's results, from its op, operands and regions.

use smallvec::SmallVec;

use crate::{Function, Op, RegionId, Result, Shape, ValueId, bail};

/// Result shapes of an op.
pub type Shapes = SmallVec<[Shape; 1]>;

/// The shapes of the results.
///
/// # Errors
/// If the op cannot take these operands; the message cites the constraint of the StableHLO spec.
pub fn infer(function: &Function, op: &Op, operands: &[ValueId], _regions: &[RegionId]) -> Result<Shapes> {
    let _ = (function, operands);
    bail!(Unsupported, "{} is not inferred yet", op.name())
}
