// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The schedule: the units of a partition as tasks on values, in the order in which they run.
//!
//! A schedule knows no memory. Where control flow merges, it says which value becomes which: the results of a branch
//! become the results of the `case`, and the results of a loop's body become the loop's state. Memory planning decides
//! which of these moves are copies and which cost nothing, because both values share a slot.
//!
//! Invariant: every value here is one that has storage of its own; views are replaced by the value that they view.

use gomlx_ir::{Function, Inst, Op, Result, ValueId};
use smallvec::SmallVec;

use crate::build::build;
use crate::fuse::{Stored, Unit};
use crate::lower::{Lowering, library};
use crate::runtime::program::Kernel;

/// What a kernel does to memory. Its buffers are the values that it reads, then the values that it writes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Access {
    pub(crate) reads: SmallVec<[ValueId; 4]>,
    pub(crate) writes: SmallVec<[ValueId; 2]>,
    /// Pairs of a written and a read value that may share storage: the kernel reads each element before it writes it.
    pub(crate) in_place: SmallVec<[(ValueId, ValueId); 2]>,
}

/// `to` takes the elements of `from`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Move {
    pub(crate) from: ValueId,
    pub(crate) to: ValueId,
}

/// One element of a schedule.
///
/// The moves of one list happen at once: all values are read before any is written.
#[derive(Debug)]
pub(crate) enum Task {
    /// Runs the schedule's next kernel.
    Kernel(Access),
    /// Runs one of several branches, by a boolean or by a number.
    Case { on: ValueId, boolean: bool, branches: Vec<Branch> },
    /// Runs `condition` and then `body` again and again, while `condition` leaves true in `on`. The state is written by
    /// `entry` before the first turn and by `next` at the end of each turn.
    While { entry: Vec<Move>, condition: Vec<Task>, on: ValueId, body: Vec<Task>, next: Vec<Move> },
}

/// A branch of a `case`, and the moves that make its results those of the `case`.
#[derive(Debug)]
pub(crate) struct Branch {
    pub(crate) tasks: Vec<Task>,
    pub(crate) results: Vec<Move>,
}

/// The tasks of a function, with what they run.
#[derive(Debug)]
pub(crate) struct Schedule {
    pub(crate) tasks: Vec<Task>,
    /// The kernels of all [`Task::Kernel`], in the order of the text: branch after branch, each body once.
    pub(crate) kernels: Vec<Kernel>,
    /// A line for each task, indented by the control flow around it.
    pub(crate) names: Vec<String>,
}

/// Schedules units and lowers their kernels.
///
/// # Errors
/// For what the backend does not support, naming the op and the user's line.
pub(crate) fn schedule(function: &Function, stored: &Stored, units: &[Unit], lowering: &mut Lowering) -> Result<Schedule> {
    let mut scheduler = Scheduler { function, stored, lowering, kernels: vec![], names: vec![], depth: 0 };
    let tasks = scheduler.units(units)?;
    Ok(Schedule { tasks, kernels: scheduler.kernels, names: scheduler.names })
}

struct Scheduler<'a> {
    function: &'a Function,
    stored: &'a Stored,
    lowering: &'a mut Lowering,
    kernels: Vec<Kernel>,
    names: Vec<String>,
    /// Control flow around the current unit.
    depth: usize,
}

impl Scheduler<'_> {
    fn name(&mut self, name: String) {
        // Deeper lines are not indented further, or the text of deep control flow would take much memory.
        const MOST: usize = 40;
        self.names.push(format!("{}{name}", "  ".repeat(self.depth.min(MOST))));
    }

    /// A line between two parts of a control op, indented as the op itself.
    fn divider(&mut self, word: &str) {
        self.depth -= 1;
        self.name(word.to_owned());
        self.depth += 1;
    }

    fn units(&mut self, units: &[Unit]) -> Result<Vec<Task>> {
        units.iter().map(|unit| self.unit(unit)).collect()
    }

    fn unit(&mut self, unit: &Unit) -> Result<Task> {
        let (kernel, access) = match unit {
            Unit::Loops(group) => {
                let placed = build(self.function, self.stored, group);
                let bytes = placed.values.iter().map(|&v| self.function.shape(v).num_bytes());
                let sizes: Vec<usize> = bytes.zip(&placed.nest.buffers).map(|(bytes, dtype)| bytes / dtype.size()).collect();
                let (nest, facts) = self.lowering.nest(&placed, &sizes)?;
                let (reads, writes) = placed.values.split_at(placed.values.len() - placed.nest.stores.len());
                // Storage that is read by elements of two sizes is two buffers, and neither knows the reads of the
                // other.
                let once = |read: &ValueId| reads.iter().filter(|&other| other == read).count() == 1;
                let in_place = facts.in_place.iter().map(|&(store, read)| (writes[store], placed.values[read]));
                let access = Access { reads: reads.into(), writes: writes.into(), in_place: in_place.filter(|(_, r)| once(r)).collect() };
                let results = listed(self.function, writes);
                self.name(format!("loop{} over {:?}, {} units: {results}", nest.index, group.axes, nest.units));
                (Kernel::Loop(nest), access)
            }
            Unit::Library(id) => {
                let inst = self.function.inst(*id);
                let (kernel, reads) = library(self.function, inst, self.lowering).map_err(|e| e.at(inst.location.as_ref()))?;
                let reads: SmallVec<[ValueId; 4]> = reads.into_iter().map(|v| self.stored.storage(v)).collect();
                let writes: SmallVec<[ValueId; 2]> = inst.results.iter().copied().collect();
                let in_place = match kernel {
                    // They copy the operand only if the result is elsewhere.
                    Kernel::DynamicUpdateSlice(..) | Kernel::Scatter(_) | Kernel::GenericScatter(_) => {
                        let once = |r: &ValueId| reads.iter().filter(|v| *v == r).count() == 1;
                        writes.iter().copied().zip(reads.iter().copied()).filter(|(_, r)| once(r)).collect()
                    }
                    _ => SmallVec::new(),
                };
                let slow = if matches!(kernel, Kernel::Reference(_)) { "reference " } else { "" };
                self.name(format!("{slow}{}: {}", inst.op.short_name(), listed(self.function, &writes)));
                (kernel, Access { reads, writes, in_place })
            }
            Unit::Control(id, regions) => {
                let inst = self.function.inst(*id);
                self.name(format!("{}: {}", inst.op.short_name(), listed(self.function, &inst.results)));
                self.depth += 1;
                let task = match inst.op {
                    Op::While => self.repeat(inst, regions),
                    _ => self.case(inst, regions),
                };
                self.depth -= 1;
                return task;
            }
        };
        self.kernels.push(kernel);
        Ok(Task::Kernel(access))
    }

    fn case(&mut self, inst: &Inst, regions: &[Vec<Unit>]) -> Result<Task> {
        let mut branches = vec![];
        for (i, (units, &region)) in regions.iter().zip(&inst.regions).enumerate() {
            if i > 0 {
                self.divider("or:");
            }
            let tasks = self.units(units)?;
            let results = self.function.region(region).results.iter().zip(&inst.results);
            let results = results.map(|(&from, &to)| Move { from: self.stored.storage(from), to }).collect();
            branches.push(Branch { tasks, results });
        }
        Ok(Task::Case { on: self.stored.storage(inst.operands[0]), boolean: inst.op == Op::If, branches })
    }

    /// The state of a loop is stored in its results, but for state that the body hands on unchanged: the operand itself
    /// holds that.
    fn repeat(&mut self, inst: &Inst, regions: &[Vec<Unit>]) -> Result<Task> {
        let (condition, body) = (self.function.region(inst.regions[0]), self.function.region(inst.regions[1]));
        let state = |values: &[ValueId]| -> Vec<Move> {
            let pairs = values.iter().zip(&inst.results).filter(|&(_, &result)| self.stored.storage(result) == result);
            pairs.map(|(&from, &to)| Move { from: self.stored.storage(from), to }).collect()
        };
        let (entry, next) = (state(&inst.operands), state(&body.results));
        let on = self.stored.storage(condition.results[0]);
        let condition = self.units(&regions[0])?;
        self.divider("do:");
        let body = self.units(&regions[1])?;
        Ok(Task::While { entry, condition, on, body, next })
    }
}

fn listed(function: &Function, values: &[ValueId]) -> String {
    let shown: Vec<String> = values.iter().map(|&v| format!("{v} {}", function.shape(v))).collect();
    shown.join(", ")
}
