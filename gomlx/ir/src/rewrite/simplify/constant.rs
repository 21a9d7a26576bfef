// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Constants: the canonical form of constants with equal elements, and constant folding.

use std::sync::Arc;

use super::Site;
use crate::{HostTensor, Inst, Op, ValueId};

/// The most elements of a folded constant. Folding should save instructions, not make programs larger.
#[cfg(feature = "eval")]
const MAX_FOLDED: usize = 1024;

/// Replaces a constant with equal elements by a broadcast scalar.
pub(super) fn splat(site: &mut Site<'_>, tensor: &HostTensor) -> Option<ValueId> {
    if tensor.dims().is_empty() {
        return None;
    }
    let scalar = tensor.splat()?;
    let dims = tensor.shape().dims;
    let scalar = site.emit(Op::Constant(Arc::new(scalar)), &[]);
    Some(site.b.broadcast(scalar, &dims, &[]))
}

/// Folds an op on constants: the evaluator computes the result.
#[cfg(feature = "eval")]
pub(super) fn fold(site: &mut Site<'_>, inst: &Inst, operands: &[ValueId]) -> Option<ValueId> {
    use crate::{Donation, Function, Module, eval};

    // A broadcast stays because it keeps constants small, a barrier because it keeps them apart.
    let left = matches!(inst.op, Op::BroadcastInDim { .. } | Op::OptimizationBarrier | Op::RngBitGenerator { .. });
    if left || operands.is_empty() || !inst.regions.is_empty() || inst.results.len() != 1 {
        return None;
    }
    let inputs: Vec<Arc<HostTensor>> = operands.iter().map(|&v| site.b.function.constant(v).cloned()).collect::<Option<_>>()?;
    if inputs.iter().any(|t| t.len() > MAX_FOLDED) {
        return None;
    }
    let mut function = Function::new("fold");
    let params: Vec<ValueId> = inputs.iter().map(|t| function.add_param(t.shape(), Donation::Keep)).collect();
    let folded = function.push(Function::BODY, inst.op.clone(), &params, &[], None).ok()?;
    let result = function.inst(folded).results[0];
    let known = function.shape(result).known()?;
    if known.iter().try_fold(1usize, |n, &d| n.checked_mul(d)).is_none_or(|n| n > MAX_FOLDED) {
        return None;
    }
    function.set_results(vec![result]);
    let inputs: Vec<HostTensor> = inputs.iter().map(|t| HostTensor::clone(t)).collect();
    // An op that the evaluator does not support is left for run time.
    let value = eval::evaluate(&Module::new(function), &inputs).ok()?.pop()?;
    Some(splat(site, &value).unwrap_or_else(|| site.b.constant(value)))
}

/// Without the evaluator nothing is folded.
#[cfg(not(feature = "eval"))]
pub(super) fn fold(_: &mut Site<'_>, _: &Inst, _: &[ValueId]) -> Option<ValueId> {
    None
}
