// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Instructions that no kernel runs: the reference evaluator does, on a module of just the one.

use gomlx_ir::eval::EvalBackend;
use gomlx_ir::{Backend, Donation, Function, Inst, Module, Result, ValueId};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::fuse::support::captures;
use crate::inline::copy;
use crate::runtime::reference::Reference;

/// The evaluation of an instruction, and the values that it reads: operands, then what its regions use from around it.
///
/// # Errors
/// If the evaluator refuses it.
pub(super) fn reference(function: &Function, inst: &Inst) -> Result<(Reference, SmallVec<[ValueId; 4]>)> {
    let mut reads: SmallVec<[ValueId; 4]> = SmallVec::new();
    for value in inst.operands.iter().copied().chain(captures(function, inst)) {
        if !reads.contains(&value) {
            reads.push(value);
        }
    }
    let mut alone = Function::new(inst.op.short_name());
    let mut map: FxHashMap<ValueId, ValueId> =
        reads.iter().map(|&read| (read, alone.add_param(function.shape(read).clone(), Donation::Keep))).collect();
    let copy = copy(function, inst, &mut alone, Function::BODY, &mut map)?;
    alone.set_results(alone.inst(copy).results.to_vec());
    let shape = |value: &ValueId| {
        let shape = function.shape(*value);
        (shape.dtype, shape.sizes())
    };
    let executable = EvalBackend.compile(&Module::new(alone))?;
    let results = inst.results.iter().map(|&r| function.shape(r).num_bytes()).collect();
    Ok((Reference { executable, operands: reads.iter().map(shape).collect(), results }, reads))
}
