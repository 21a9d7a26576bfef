// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Decides which instructions loops compute.
//!
//! Every other instruction is a unit of its own, which a library kernel or the reference evaluator runs.

use gomlx_ir::{Def, Direction, Function, Inst, Op, RegionId};

use super::emission::{emission, in_loops};
use super::index::is_view;
use super::nest::Combiner;

/// Whether loops have values of the types of all operands and results.
pub(crate) fn all_in_loops(function: &Function, inst: &Inst) -> bool {
    inst.operands.iter().chain(&inst.results).all(|&v| in_loops(function.shape(v).dtype))
}

/// Whether a loop computes each element of the one result from the same element of the operands.
pub(crate) fn is_elementwise(function: &Function, inst: &Inst) -> bool {
    let has_code = match inst.operands.first() {
        Some(&operand) => emission(&inst.op, function.shape(operand).dtype).is_some(),
        None => matches!(inst.op, Op::Iota { .. }),
    };
    has_code && all_in_loops(function, inst)
}

/// Whether an instruction only moves elements that loops can load.
pub(crate) fn is_loop_view(function: &Function, inst: &Inst) -> bool {
    is_view(&inst.op) && all_in_loops(function, inst)
}

/// Whether loops can compute a reduction.
pub(crate) fn is_loop_reduction(function: &Function, inst: &Inst) -> bool {
    all_in_loops(function, inst) && Combiner::of_reduction(function, inst).is_some()
}

/// The comparison that a region is; `None` if the region is not one comparison of its two parameters.
pub(crate) fn comparison(function: &Function, region: RegionId) -> Option<Direction> {
    let region = function.region(region);
    let (&[x, y], &[result]) = (region.params.as_slice(), region.results.as_slice()) else { return None };
    let Def::Result(inst, 0) = function.value(result).def else { return None };
    let inst = function.inst(inst);
    let Op::Compare(direction, _) = inst.op else { return None };
    match inst.operands[..] {
        [a, b] if (a, b) == (x, y) => Some(direction),
        [a, b] if (a, b) == (y, x) => Some(direction.swapped()),
        _ => None,
    }
}
