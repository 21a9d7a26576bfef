// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The pipeline: verify, simplify, fuse, schedule and lower, plan memory.

use gomlx_ir::memory::Need;
use gomlx_ir::{Diagnostics, Function, Module, Result};

use crate::fuse::partition;
use crate::lower::Lowering;
use crate::memory::{Planned, check, plan_memory};
use crate::prepare::prepare;
use crate::runtime::program::{Program, Source, scratch};
use crate::schedule::schedule;

/// A compiled module, with what its listings show.
pub(crate) struct Compiled {
    pub(crate) program: Program,
    pub(crate) optimized: Function,
    pub(crate) kernels: Vec<String>,
    pub(crate) clif: Vec<String>,
}

/// Compiles the entry of a module of static shapes.
///
/// # Errors
/// For what the backend does not support, naming the op and the user's line.
///
/// # Panics
/// In debug builds, if the memory plan is wrong, which is a mistake of this crate.
pub(crate) fn compile(module: &Module) -> Result<Compiled> {
    if cfg!(debug_assertions) {
        gomlx_ir::verify::verify_static(module).map_err(Diagnostics::first)?;
    }
    let whole = Module { name: module.name.clone(), functions: vec![prepare(module.main())] };
    let function = gomlx_ir::rewrite::optimize(&whole).functions.swap_remove(0);
    // The passes may have added shapes: no sum or product of sizes overflows in what follows.
    gomlx_ir::verify::verify_sizes(&function).map_err(Diagnostics::first)?;
    let partition = partition(&function);
    let mut lowering = Lowering::new()?;
    let mut scheduled = schedule(&function, &partition.stored, &partition.units, &mut lowering)?;
    let plan = plan_memory(&function, &partition.stored, &scheduled);
    let steps = plan.steps(&function, &scheduled.tasks, std::mem::take(&mut scheduled.kernels));
    if cfg!(debug_assertions) {
        let planned = Planned { steps: &steps, outputs: &plan.outputs, constants: &plan.constants, arena: plan.arena };
        if let Err(wrong) = check(&function, &partition.stored, &scheduled.tasks, planned) {
            panic!("the memory plan is wrong: {wrong}\n{}", gomlx_ir::print::function(&function));
        }
    }
    let mut names = scheduled.names;
    names.extend(plan.copies.iter().map(|(_, result)| format!("copy to result {result}")));
    let (code, clif) = lowering.finish()?;
    let (inputs, constants, outputs, arena) = (function.params().len(), plan.constants, plan.outputs, plan.arena);
    let fresh = outputs.iter().filter(|o| o.source == Source::Fresh).map(|o| o.bytes).fold(arena, usize::saturating_add);
    let fresh = fresh.saturating_add(scratch(&steps));
    let need = Need::new(fresh, &function, partition.stored.values.iter().copied());
    Ok(Compiled { program: Program { code, steps, inputs, constants, outputs, arena, need }, optimized: function, kernels: names, clif })
}
