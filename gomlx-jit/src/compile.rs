// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The pipeline: verify, simplify, fuse, lower, plan memory.

use gomlx_ir::{Diagnostics, Function, Module, Op, Result, ValueId};
use smallvec::SmallVec;

use crate::build::build;
use crate::fuse::{Stored, Unit, partition};
use crate::lower::{Lowering, bytes_copy, library};
use crate::plan::{Access, Plan, Schedule, plan};
use crate::prepare::prepare;
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
    let whole = Module { name: module.name.clone(), functions: vec![prepare(module.main())] };
    let function = gomlx_ir::rewrite::optimize(&whole).functions.swap_remove(0);
    let partition = partition(&function);
    let mut emitter = Emitter {
        function: &function,
        stored: &partition.stored,
        lowering: Lowering::new()?,
        schedule: Schedule::default(),
        names: vec![],
        depth: 0,
    };
    let planned = emitter.units(&partition.units)?;
    let Emitter { lowering, schedule, mut names, .. } = emitter;
    let plan = plan(&function, &schedule, |v| partition.stored.storage(v));
    let mut steps = placed(&function, planned, &schedule, &plan);
    for copy in &plan.copies {
        names.push(format!("copy to result {}", copy.output));
        steps.push(Step {
            kernel: Kernel::Move(Box::new(bytes_copy(function.shape(copy.from).num_bytes()))),
            buffers: [plan.places[&copy.from], Place::Output(copy.output)].into_iter().collect(),
        });
    }
    let (code, clif) = lowering.finish()?;
    let program =
        Program { code, steps, inputs: function.params().len(), constants: plan.constants, outputs: plan.outputs, arena: plan.arena };
    Ok(Compiled { program, optimized: function, kernels: names, clif })
}

/// A step on values, before they have places.
enum Planned {
    Step(Kernel, SmallVec<[ValueId; 4]>),
    /// A copy, unless both turn out to be in one place.
    Move(ValueId, ValueId),
    /// Copies all at once, each from a value to another.
    Exchange(Vec<(ValueId, ValueId)>),
    /// One of several lists of steps, by a boolean or a number.
    Case {
        on: ValueId,
        boolean: bool,
        branches: Vec<Vec<Planned>>,
    },
    /// Steps again and again, while others leave true in a value.
    While {
        condition: Vec<Planned>,
        on: ValueId,
        body: Vec<Planned>,
    },
}

struct Emitter<'a> {
    function: &'a Function,
    stored: &'a Stored,
    lowering: Lowering,
    schedule: Schedule,
    names: Vec<String>,
    depth: usize,
}

impl Emitter<'_> {
    fn name(&mut self, name: String) {
        self.names.push(format!("{}{name}", "  ".repeat(self.depth)));
    }

    fn units(&mut self, units: &[Unit]) -> Result<Vec<Planned>> {
        let mut planned = vec![];
        for unit in units {
            match unit {
                Unit::Loops(group) => {
                    let placed = build(self.function, self.stored, group);
                    let bytes = placed.values.iter().map(|&v| self.function.shape(v).num_bytes());
                    let sizes: Vec<usize> = bytes.zip(&placed.nest.buffers).map(|(bytes, dtype)| bytes / dtype.size()).collect();
                    let (nest, facts) = self.lowering.nest(&placed, &sizes)?;
                    let value = |buffer: usize| placed.values[buffer];
                    let writes: Vec<ValueId> = placed.nest.stores.iter().map(|s| value(s.buffer)).collect();
                    let reads = placed.values.iter().copied().filter(|v| !writes.contains(v)).collect();
                    // Storage that is read by elements of two sizes is two buffers, of which neither knows the other's reads.
                    let once = |&v: &ValueId| placed.values.iter().filter(|&&other| other == v).count() == 1;
                    let in_place = facts.in_place.iter().map(|&(store, read)| (writes[store], value(read)));
                    let in_place = in_place.filter(|(_, read)| once(read)).collect();
                    let results = listed(self.function, &writes);
                    self.name(format!("loop{} over {:?}, {} units: {results}", nest.index, group.axes, nest.units));
                    self.schedule.accesses.push(Access { reads, writes, in_place });
                    planned.push(Planned::Step(Kernel::Loop(nest), placed.values.into()));
                }
                Unit::Library(id) => {
                    let inst = self.function.inst(*id);
                    let (kernel, reads) = library(self.function, inst, &mut self.lowering).map_err(|e| e.at(inst.location.as_ref()))?;
                    let reads: Vec<ValueId> = reads.into_iter().map(|v| self.stored.storage(v)).collect();
                    let writes: Vec<ValueId> = inst.results.to_vec();
                    let in_place = match kernel {
                        // They copy the operand only if the result is elsewhere.
                        Kernel::DynamicUpdateSlice(..) | Kernel::Scatter(_) | Kernel::GenericScatter(_) => {
                            let once = |r: &ValueId| reads.iter().filter(|v| *v == r).count() == 1;
                            writes.iter().copied().zip(reads.iter().copied()).filter(|(_, r)| once(r)).collect()
                        }
                        _ => vec![],
                    };
                    let slow = if matches!(kernel, Kernel::Reference(_)) { "reference " } else { "" };
                    self.name(format!("{slow}{}: {}", inst.op.short_name(), listed(self.function, &writes)));
                    planned.push(Planned::Step(kernel, reads.iter().chain(&writes).copied().collect()));
                    self.schedule.accesses.push(Access { reads, writes, in_place });
                }
                Unit::Control(id, regions) => {
                    let inst = self.function.inst(*id);
                    self.name(format!("{}: {}", inst.op.short_name(), listed(self.function, &inst.results)));
                    self.depth += 1;
                    match inst.op {
                        Op::While => self.repeat(inst, regions, &mut planned)?,
                        _ => self.case(inst, regions, &mut planned)?,
                    }
                    self.depth -= 1;
                }
            }
        }
        Ok(planned)
    }

    /// Steps of an `if` or a `case`: what a branch computes for a result goes to the result's place at once.
    fn case(&mut self, inst: &gomlx_ir::Inst, regions: &[Vec<Unit>], planned: &mut Vec<Planned>) -> Result<()> {
        let on = self.stored.storage(inst.operands[0]);
        self.schedule.accesses.push(Access { reads: vec![on], ..Access::default() });
        let mut branches = vec![];
        for (i, (units, &region)) in regions.iter().zip(&inst.regions).enumerate() {
            if i > 0 {
                self.depth -= 1;
                self.name("or:".into());
                self.depth += 1;
            }
            let begin = self.schedule.accesses.len();
            let mut steps = self.units(units)?;
            for (&from, &to) in self.function.region(region).results.iter().zip(&inst.results) {
                let from = self.stored.storage(from);
                if !self.schedule.merged.contains_key(&from) && self.schedule.first_write(begin, from).is_some() {
                    self.schedule.merged.insert(from, to);
                } else {
                    self.schedule.accesses.push(Access { reads: vec![from], writes: vec![to], in_place: vec![] });
                    steps.push(Planned::Move(from, to));
                }
            }
            branches.push(steps);
        }
        planned.push(Planned::Case { on, boolean: inst.op == Op::If, branches });
        Ok(())
    }

    /// Steps of a `while`, whose state is where its results are.
    fn repeat(&mut self, inst: &gomlx_ir::Inst, regions: &[Vec<Unit>], planned: &mut Vec<Planned>) -> Result<()> {
        let (condition, body) = (self.function.region(inst.regions[0]), self.function.region(inst.regions[1]));
        // The others are handed on unchanged: they are the operands themselves.
        let changing: Vec<usize> = (0..inst.results.len()).filter(|&i| self.stored.storage(inst.results[i]) == inst.results[i]).collect();
        let start: Vec<(ValueId, ValueId)> = changing.iter().map(|&i| (self.stored.storage(inst.operands[i]), inst.results[i])).collect();
        let begin = self.schedule.accesses.len();
        self.schedule.accesses.push(Access {
            reads: start.iter().map(|s| s.0).collect(),
            writes: start.iter().map(|s| s.1).collect(),
            in_place: start.iter().map(|&(from, to)| (to, from)).collect(),
        });
        planned.extend(start.iter().map(|&(from, to)| Planned::Move(from, to)));
        let tests = self.units(&regions[0])?;
        let on = self.stored.storage(condition.results[0]);
        self.schedule.accesses.push(Access { reads: vec![on], ..Access::default() });
        self.depth -= 1;
        self.name("do:".into());
        self.depth += 1;
        let inside = self.schedule.accesses.len();
        let mut steps = self.units(&regions[1])?;
        let next: Vec<(ValueId, ValueId)> =
            changing.iter().map(|&i| (self.stored.storage(body.results[i]), inst.results[i])).filter(|(from, to)| from != to).collect();
        let mut moves = vec![];
        for &(from, to) in &next {
            let wanted_later = next.iter().any(|&(other, _)| other == to);
            if !wanted_later && !self.schedule.merged.contains_key(&from) && self.schedule.may_overwrite(inside, from, to) {
                self.schedule.merged.insert(from, to);
            } else {
                moves.push((from, to));
            }
        }
        self.moves(moves, &mut steps);
        // The end of the loop is an access of its own: storage that the last kernel reads for the last time in each turn
        // is read again in the next one, and must not be written in place.
        self.schedule.accesses.push(Access::default());
        self.schedule.loops.push((begin, self.schedule.accesses.len() - 1));
        planned.push(Planned::While { condition: tests, on, body: steps });
        Ok(())
    }

    /// Copies in an order in which none overwrites what another still reads.
    fn moves(&mut self, mut moves: Vec<(ValueId, ValueId)>, steps: &mut Vec<Planned>) {
        while !moves.is_empty() {
            let place = |v: ValueId| self.schedule.place(v);
            let free = (0..moves.len()).find(|&i| (0..moves.len()).all(|j| j == i || place(moves[j].0) != place(moves[i].1)));
            let now = match free {
                Some(i) => vec![moves.remove(i)],
                None => std::mem::take(&mut moves),
            };
            self.schedule.accesses.push(Access {
                reads: now.iter().map(|m| m.0).collect(),
                writes: now.iter().map(|m| m.1).collect(),
                in_place: vec![],
            });
            match now[..] {
                [(from, to)] => steps.push(Planned::Move(from, to)),
                _ => steps.push(Planned::Exchange(now)),
            }
        }
    }
}

/// The steps of planned ones.
fn placed(function: &Function, planned: Vec<Planned>, schedule: &Schedule, plan: &Plan) -> Vec<Step> {
    let at = |v: ValueId| plan.places[&schedule.place(v)];
    let inner = |planned: Vec<Planned>| placed(function, planned, schedule, plan);
    let bytes = |v: ValueId| function.shape(v).num_bytes();
    let steps = planned.into_iter().filter_map(|step| {
        Some(match step {
            Planned::Step(kernel, values) => Step { kernel, buffers: values.iter().map(|&v| at(v)).collect() },
            Planned::Move(from, to) if at(from) == at(to) => return None,
            Planned::Move(from, to) => {
                Step { kernel: Kernel::Move(Box::new(bytes_copy(bytes(to)))), buffers: [at(from), at(to)].into_iter().collect() }
            }
            Planned::Exchange(moves) => Step {
                kernel: Kernel::Exchange(moves.iter().map(|m| bytes(m.1)).collect()),
                buffers: moves.iter().map(|m| at(m.0)).chain(moves.iter().map(|m| at(m.1))).collect(),
            },
            Planned::Case { on, boolean, branches } => {
                let branches = branches.into_iter().map(inner).collect();
                Step { kernel: Kernel::Case { boolean, branches }, buffers: [at(on)].into_iter().collect() }
            }
            Planned::While { condition, on, body } => {
                Step { kernel: Kernel::While { condition: inner(condition), body: inner(body) }, buffers: [at(on)].into_iter().collect() }
            }
        })
    });
    steps.collect()
}

fn listed(function: &Function, values: &[ValueId]) -> String {
    let shown: Vec<String> = values.iter().map(|&v| format!("{v} {}", function.shape(v))).collect();
    shown.join(", ")
}

/// The first mistake, which the others often follow from.
fn first(found: Diagnostics) -> gomlx_ir::Diagnostic {
    found.0.into_iter().next().expect("an error holds a diagnostic")
}
