// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The pipeline: verify, simplify, fuse, lower, plan memory.

use gomlx_ir::{Diagnostics, Function, Module, Op, Result, ValueId};
use rustc_hash::FxHashSet;

use crate::fuse::{Partition, Unit, partition};
use crate::loops::build;
use crate::lower::{Lowering, bytes_copy, library, refuse_complex};
use crate::plan::{Access, plan};
use crate::runtime::program::{Kernel, Place, Program, Step};

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
pub(crate) fn compile(module: &Module) -> Result<Compiled> {
    if cfg!(debug_assertions) {
        gomlx_ir::verify::verify_static(module).map_err(first)?;
    }
    refuse_complex(module.main())?;
    let function = gomlx_ir::rewrite::optimize(module).functions.swap_remove(0);
    let partition = partition(&function);
    let stored = stored(&function, &partition);
    let mut lowering = Lowering::new()?;
    let mut kernels: Vec<(Kernel, Vec<ValueId>)> = vec![];
    let mut schedule = vec![];
    let mut names = vec![];
    for unit in &partition.units {
        match unit {
            Unit::Loops(group) => {
                let placed = build(&function, &partition, &stored, group)?;
                let sizes: Vec<usize> = placed.values.iter().map(|&v| function.shape(v).num_elements()).collect();
                let (nest, facts) = lowering.nest(&placed, &sizes)?;
                let value = |buffer: usize| placed.values[buffer];
                let writes: Vec<ValueId> = placed.nest.stores.iter().map(|s| value(s.buffer)).collect();
                let reads = placed.values.iter().copied().filter(|v| !writes.contains(v)).collect();
                let in_place = facts.in_place.iter().map(|&(store, read)| (writes[store], value(read))).collect();
                names.push(format!("loop{} over {:?}, {} units: {}", nest.index, group.axes, nest.units, listed(&function, &writes)));
                schedule.push(Access { reads, writes, in_place });
                kernels.push((Kernel::Loop(nest), placed.values));
            }
            Unit::Library(id) => {
                let inst = function.inst(*id);
                let (kernel, reads) = library(&function, inst, &mut lowering).map_err(|e| e.at(inst.location.as_ref()))?;
                let reads: Vec<ValueId> = reads.into_iter().map(|v| partition.storage(v)).collect();
                let writes: Vec<ValueId> = inst.results.to_vec();
                let in_place = match inst.op {
                    // Both copy the operand only if the result is elsewhere.
                    Op::DynamicUpdateSlice | Op::Scatter(_) => {
                        let once = |r: &ValueId| reads.iter().filter(|v| *v == r).count() == 1;
                        writes.iter().copied().zip(reads.iter().copied()).filter(|(_, r)| once(r)).collect()
                    }
                    _ => vec![],
                };
                names.push(format!("{}: {}", inst.op.short_name(), listed(&function, &writes)));
                kernels.push((kernel, reads.iter().chain(&writes).copied().collect()));
                schedule.push(Access { reads, writes, in_place });
            }
        }
    }
    let plan = plan(&function, &schedule, |v| partition.storage(v));
    let mut steps: Vec<Step> =
        kernels.into_iter().map(|(kernel, values)| Step { kernel, buffers: values.iter().map(|v| plan.places[v]).collect() }).collect();
    for copy in &plan.copies {
        let bytes = function.shape(copy.from).num_bytes();
        names.push(format!("copy to result {}", copy.output));
        steps.push(Step {
            kernel: Kernel::Copy(vec![bytes_copy(bytes)]),
            buffers: [plan.places[&copy.from], Place::Output(copy.output)].into_iter().collect(),
        });
    }
    let (code, clif) = lowering.finish()?;
    let program =
        Program { code, steps, inputs: function.params().len(), constants: plan.constants, outputs: plan.outputs, arena: plan.arena };
    Ok(Compiled { program, optimized: function, kernels: names, clif })
}

/// The values that are in memory: those that units store, and what needs no computing.
fn stored(function: &Function, partition: &Partition) -> FxHashSet<ValueId> {
    let mut stored: FxHashSet<ValueId> = function.params().iter().copied().collect();
    for unit in &partition.units {
        match unit {
            Unit::Loops(group) => stored.extend(group.roots.iter().map(|r| r.value)),
            Unit::Library(id) => stored.extend(function.inst(*id).results.iter().copied()),
        }
    }
    stored
}

fn listed(function: &Function, values: &[ValueId]) -> String {
    let shown: Vec<String> = values.iter().map(|&v| format!("{v} {}", function.shape(v))).collect();
    shown.join(", ")
}

/// The first mistake, which the others often follow from.
fn first(found: Diagnostics) -> gomlx_ir::Diagnostic {
    found.0.into_iter().next().expect("an error holds a diagnostic")
}
