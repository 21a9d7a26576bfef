// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The checker of memory plans, in the manner of regalloc2's checker: it runs the finished steps on names instead of
//! elements. It knows for each range of memory which values the range holds, through branches and loops to a fixed
//! point, and fails where a step reads a value from a range that does not hold it.
//!
//! It trusts the tasks of the schedule (which values a kernel reads and writes, and in place of which) and nothing of
//! the planner: neither lifetimes, nor slots of values, nor which values share storage. All of that follows from the
//! buffers of the steps.
//!
//! Invariant: names follow the elements. A copy gives its target the names of its source, a write leaves only the name
//! of the written value, and where control flow merges a range keeps the names that it has on every way there. A loop's
//! first turn begins without the values of its body, so no turn takes elements of an earlier turn for its own.

mod held;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use gomlx_ir::{Def, Function, HostTensor, Op, ValueId};

use self::held::{Held, Names, Range, Region};
use crate::fuse::Stored;
use crate::runtime::program::{Kernel, Output, Slot, Source, Step};
use crate::schedule::{Access, Task};

/// Steps with all that says what their slots are.
#[derive(Clone, Copy)]
pub(crate) struct Planned<'a> {
    pub(crate) steps: &'a [Step],
    pub(crate) outputs: &'a [Output],
    pub(crate) constants: &'a [Arc<HostTensor>],
    /// Bytes of the arena.
    pub(crate) arena: usize,
}

/// Checks that every step reads what its task names, and that every result is where it should be at the end: both if
/// all donated inputs are taken over by results and if none is, because someone else holds them.
///
/// # Errors
/// With the first step that reads or writes wrongly.
pub(crate) fn check(function: &Function, stored: &Stored, tasks: &[Task], planned: Planned<'_>) -> Result<(), String> {
    for taken in [false, true] {
        let checker = Checker { function, planned, taken };
        let mut held = checker.start();
        let when = if taken { "with donated inputs taken over" } else { "with donated inputs left alone" };
        let checked = checker.steps(planned.steps, tasks, &mut held).and_then(|()| checker.results(stored, &held));
        checked.map_err(|wrong| format!("{wrong}, {when}"))?;
    }
    Ok(())
}

struct Checker<'a> {
    function: &'a Function,
    planned: Planned<'a>,
    /// Whether results are in the storage of the inputs that are donated to them.
    taken: bool,
}

impl Checker<'_> {
    /// What memory holds before the first step.
    fn start(&self) -> Held {
        let mut held = Held::default();
        for (i, &param) in self.function.params().iter().enumerate() {
            held.write(self.range(Slot::Input(i), self.bytes(param)), Names::from_slice(&[param]));
        }
        for (i, tensor) in self.planned.constants.iter().enumerate() {
            let is_it = |&value: &ValueId| match self.function.value(value).def {
                Def::Result(inst, _) => matches!(&self.function.inst(inst).op, Op::Constant(held) if Arc::ptr_eq(held, tensor)),
                Def::Param(..) => false,
            };
            let names: Names = (0..self.function.num_values()).map(gomlx_ir::Entity::new).filter(is_it).collect();
            held.write(self.range(Slot::Constant(i), tensor.bytes().len()), names);
        }
        held
    }

    /// Runs steps, of which each but the copies belongs to one task.
    fn steps(&self, steps: &[Step], tasks: &[Task], held: &mut Held) -> Result<(), String> {
        let mut tasks = tasks.iter();
        for step in steps {
            match &step.kernel {
                Kernel::Move { bytes, .. } => self.copies(&step.buffers, &[*bytes], held)?,
                Kernel::Exchange(bytes) => self.copies(&step.buffers, bytes, held)?,
                kernel => {
                    let task = tasks.next().ok_or("there is a step without a task")?;
                    self.step(kernel, &step.buffers, task, held)?;
                }
            }
        }
        match tasks.next() {
            None => Ok(()),
            Some(_) => Err("there is a task without a step".to_owned()),
        }
    }

    fn step(&self, kernel: &Kernel, buffers: &[Slot], task: &Task, held: &mut Held) -> Result<(), String> {
        match (kernel, task) {
            (Kernel::Case { branches: steps, .. }, Task::Case { on, branches, .. }) if steps.len() == branches.len() => {
                self.read(*on, buffers[0], held)?;
                let mut merged: Option<Held> = None;
                for (steps, branch) in steps.iter().zip(branches) {
                    let mut after = held.clone();
                    self.steps(steps, &branch.tasks, &mut after)?;
                    after.rename(&branch.results);
                    match &mut merged {
                        Some(merged) => merged.meet(&after),
                        None => merged = Some(after),
                    }
                }
                *held = merged.ok_or("there is a case without branches")?;
                Ok(())
            }
            (Kernel::While { condition: test, body: turn }, Task::While { entry, condition, on, body, next }) => {
                held.rename(entry);
                loop {
                    let head = held.clone();
                    self.steps(test, condition, held)?;
                    self.read(*on, buffers[0], held)?;
                    let mut after = held.clone();
                    self.steps(turn, body, &mut after)?;
                    after.rename(next);
                    let mut met = head.clone();
                    met.meet(&after);
                    if met == head {
                        return Ok(());
                    }
                    *held = met;
                }
            }
            (Kernel::Case { .. } | Kernel::While { .. }, _) | (_, Task::Case { .. } | Task::While { .. }) => {
                Err("a step is of another kind than its task".to_owned())
            }
            (_, Task::Kernel(access)) => self.kernel(buffers, access, held),
        }
    }

    fn kernel(&self, buffers: &[Slot], access: &Access, held: &mut Held) -> Result<(), String> {
        let (read, written) = (&access.reads, &access.writes);
        if buffers.len() != read.len() + written.len() {
            return Err(format!("a kernel has {} buffers instead of {}", buffers.len(), read.len() + written.len()));
        }
        let (inputs, outputs) = buffers.split_at(read.len());
        for (&value, &slot) in read.iter().zip(inputs) {
            self.read(value, slot, held)?;
        }
        let target = |i: usize| self.range(outputs[i], self.bytes(written[i]));
        for (i, &value) in written.iter().enumerate() {
            self.writable(outputs[i], self.bytes(value))?;
            for (&other, &slot) in read.iter().zip(inputs) {
                let source = self.range(slot, self.bytes(other));
                let in_place = source.starts_with(target(i)) && access.in_place.contains(&(value, other));
                if source.overlaps(target(i)) && !in_place {
                    return Err(format!("{value} is written to {}, from where the kernel reads {other}", target(i)));
                }
            }
            if let Some(j) = (0..i).find(|&j| target(j).overlaps(target(i))) {
                return Err(format!("{value} is written to {}, where the kernel writes {}", target(i), written[j]));
            }
        }
        for (i, &value) in written.iter().enumerate() {
            held.write(target(i), Names::from_slice(&[value]));
        }
        Ok(())
    }

    /// Copies between the first and the second half of some buffers, all at once.
    fn copies(&self, buffers: &[Slot], bytes: &[usize], held: &mut Held) -> Result<(), String> {
        let (from, to) = buffers.split_at(bytes.len());
        let range = |slots: &[Slot], i: usize| self.range(slots[i], bytes[i]);
        let names: Vec<Names> = (0..bytes.len()).map(|i| held.names(range(from, i))).collect();
        for i in 0..bytes.len() {
            self.writable(to[i], bytes[i])?;
            let (source, target) = (range(from, i), range(to, i));
            if source != target && source.overlaps(target) || (0..i).any(|j| range(to, j).overlaps(target)) {
                return Err(format!("a copy from {source} to {target} overlaps with itself or with another one"));
            }
        }
        for (i, names) in names.into_iter().enumerate() {
            held.write(range(to, i), names);
        }
        Ok(())
    }

    fn read(&self, value: ValueId, slot: Slot, held: &Held) -> Result<(), String> {
        let range = self.range(slot, self.bytes(value));
        let names = held.names(range);
        if names.contains(&value) || range.is_empty() {
            return Ok(());
        }
        let names: Vec<String> = names.iter().map(ValueId::to_string).collect();
        Err(format!("{value} is read from {range}, which holds [{}]", names.join(", ")))
    }

    /// Steps write the arena and results that have storage, as far as that reaches.
    fn writable(&self, slot: Slot, bytes: usize) -> Result<(), String> {
        let room = match slot {
            Slot::Arena(offset) => offset.checked_add(bytes).is_some_and(|end| end <= self.planned.arena),
            Slot::Output(j) => {
                let output = self.planned.outputs.get(j);
                output.is_some_and(|o| matches!(o.source, Source::Fresh | Source::Donated(_)) && bytes <= o.bytes)
            }
            Slot::Input(_) | Slot::Constant(_) => false,
        };
        if room || bytes == 0 { Ok(()) } else { Err(format!("{bytes} bytes are written to {slot:?}, which has no room for them")) }
    }

    /// Every result is where its source says; inputs and constants that are results hold what they held.
    fn results(&self, stored: &Stored, held: &Held) -> Result<(), String> {
        for (j, (&result, output)) in self.function.results().iter().zip(self.planned.outputs).enumerate() {
            let slot = match output.source {
                Source::Fresh | Source::Donated(_) => Slot::Output(j),
                Source::Input(i) => Slot::Input(i),
                Source::Constant(i) => Slot::Constant(i),
            };
            let takers = |i: usize| self.planned.outputs.iter().filter(|o| matches!(o.source, Source::Donated(k) if k == i)).count();
            match output.source {
                Source::Donated(i) if self.bytes(self.function.params()[i]) != output.bytes => {
                    return Err(format!("input {i} is donated to result {j}, which has another size"));
                }
                Source::Input(i) if takers(i) > 0 => return Err(format!("result {j} is input {i}, which is donated to another result")),
                Source::Donated(i) if takers(i) > 1 => return Err(format!("input {i} is donated to two results")),
                _ => {}
            }
            self.read(stored.storage(result), slot, held).map_err(|wrong| format!("result {j}: {wrong}"))?;
        }
        Ok(())
    }

    fn bytes(&self, value: ValueId) -> usize {
        self.function.shape(value).num_bytes()
    }

    /// The memory that a slot is.
    fn range(&self, slot: Slot, bytes: usize) -> Range {
        let donated_to = |i: usize| self.planned.outputs.iter().position(|o| self.taken && o.source == Source::Donated(i));
        let (region, start) = match slot {
            Slot::Input(i) => (donated_to(i).map_or(Region::Input(i), Region::Output), 0),
            Slot::Constant(i) => (Region::Constant(i), 0),
            Slot::Output(j) => (Region::Output(j), 0),
            Slot::Arena(offset) => (Region::Arena, offset),
        };
        Range { region, start, end: start + bytes }
    }
}
