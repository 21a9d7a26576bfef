// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! From tasks on values to steps on slots.

use gomlx_ir::Function;
use smallvec::SmallVec;

use super::MemoryPlan;
use crate::lower::bytes_copy;
use crate::runtime::program::{Kernel, Slot, Step};
use crate::schedule::{Access, Move, Task};

/// The steps of a schedule, then the copies to results.
pub(super) fn steps(plan: &MemoryPlan, function: &Function, tasks: &[Task], kernels: Vec<Kernel>) -> Vec<Step> {
    let mut emitter = Emitter { plan, function, kernels: kernels.into_iter() };
    let mut steps = emitter.tasks(tasks);
    for &(value, j) in &plan.copies {
        steps.push(copy(plan.slot(value), Slot::Output(j), function.shape(value).num_bytes()));
    }
    steps
}

struct Emitter<'a> {
    plan: &'a MemoryPlan,
    function: &'a Function,
    kernels: std::vec::IntoIter<Kernel>,
}

impl Emitter<'_> {
    fn tasks(&mut self, tasks: &[Task]) -> Vec<Step> {
        let mut steps = vec![];
        for task in tasks {
            let (kernel, buffers) = match task {
                Task::Kernel(Access { reads, writes, .. }) => {
                    let kernel = self.kernels.next().expect("a schedule has a kernel for each of its kernel tasks");
                    (kernel, reads.iter().chain(writes).map(|&v| self.plan.slot(v)).collect())
                }
                Task::Case { on, boolean, branches } => {
                    let branch = |branch: &crate::schedule::Branch| {
                        let mut steps = self.tasks(&branch.tasks);
                        steps.extend(self.moves(&branch.results));
                        steps
                    };
                    let branches = branches.iter().map(branch).collect();
                    (Kernel::Case { boolean: *boolean, branches }, one(self.plan.slot(*on)))
                }
                Task::While { entry, condition, on, body, next } => {
                    steps.extend(self.moves(entry));
                    let condition = self.tasks(condition);
                    let mut body = self.tasks(body);
                    body.extend(self.moves(next));
                    (Kernel::While { condition, body }, one(self.plan.slot(*on)))
                }
            };
            steps.push(Step { kernel, buffers });
        }
        steps
    }

    fn moves(&self, moves: &[Move]) -> Vec<Step> {
        let slots = |m: &Move| (self.plan.slot(m.from), self.plan.slot(m.to), self.function.shape(m.to).num_bytes());
        in_order(moves.iter().map(slots).collect())
    }
}

/// Copies that have the effect of all moves at once: in an order in which none overwrites what another still reads, and
/// an exchange of the rest, which go around in circles.
fn in_order(mut moves: Vec<(Slot, Slot, usize)>) -> Vec<Step> {
    moves.retain(|&(from, to, bytes)| from != to && bytes > 0);
    let mut steps = vec![];
    while let Some(i) = (0..moves.len()).find(|&i| moves.iter().all(|&(from, ..)| from != moves[i].1)) {
        let (from, to, bytes) = moves.remove(i);
        steps.push(copy(from, to, bytes));
    }
    if !moves.is_empty() {
        let buffers = moves.iter().map(|m| m.0).chain(moves.iter().map(|m| m.1)).collect();
        steps.push(Step { kernel: Kernel::Exchange(moves.iter().map(|m| m.2).collect()), buffers });
    }
    steps
}

fn copy(from: Slot, to: Slot, bytes: usize) -> Step {
    Step { kernel: Kernel::Move { bytes, copy: Box::new(bytes_copy(bytes)) }, buffers: [from, to].into_iter().collect() }
}

fn one(slot: Slot) -> SmallVec<[Slot; 4]> {
    std::iter::once(slot).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The copies as pairs of offsets, an exchange as all its pairs at once.
    fn ordered(moves: &[(usize, usize)]) -> Vec<Vec<(usize, usize)>> {
        let offset = |slot: &Slot| match *slot {
            Slot::Arena(offset) => offset,
            _ => panic!("{slot:?} is not in the arena"),
        };
        let steps = in_order(moves.iter().map(|&(from, to)| (Slot::Arena(from), Slot::Arena(to), 4)).collect());
        let pairs = |step: &Step| {
            let (from, to) = step.buffers.split_at(step.buffers.len() / 2);
            from.iter().map(offset).zip(to.iter().map(offset)).collect()
        };
        steps.iter().map(pairs).collect()
    }

    #[test]
    fn moves_happen_as_if_at_once() {
        assert_eq!(ordered(&[(0, 0)]), Vec::<Vec<_>>::new());
        assert_eq!(ordered(&[(0, 64), (64, 128)]), [[(64, 128)], [(0, 64)]]);
        assert_eq!(ordered(&[(0, 64), (64, 0)]), [[(0, 64), (64, 0)]]);
        assert_eq!(ordered(&[(0, 64), (64, 0), (64, 128)]), [vec![(64, 128)], vec![(0, 64), (64, 0)]]);
    }
}
