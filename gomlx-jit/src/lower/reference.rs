// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Instructions without a kernel: the reference evaluator runs each as a module of its own.

use gomlx_ir::edit::extract_inst;
use gomlx_ir::eval::EvalBackend;
use gomlx_ir::{Backend, Function, Inst, Module, Result, ValueId};

use crate::runtime::reference::Reference;

/// The evaluation of an instruction, and the values that the instruction reads.
///
/// # Errors
/// If the evaluator rejects the instruction.
pub(super) fn reference(function: &Function, inst: &Inst) -> Result<(Reference, Vec<ValueId>)> {
    let (single, reads) = extract_inst(function, inst)?;
    let executable = EvalBackend.compile(&Module::new(single))?;
    let operands = reads.iter().map(|&v| (function.shape(v).dtype, function.shape(v).sizes())).collect();
    let results = inst.results.iter().map(|&r| function.shape(r).num_bytes()).collect();
    Ok((Reference { executable, operands, results }, reads))
}
