// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The timeline: the accesses of a schedule in the order of its text, and the values that share storage.
//!
//! Branches follow each other and each body stands once, so an interval of time covers more than can happen in one run:
//! a value that is alive in one branch only is taken to be alive in the branches after it too.
//!
//! Invariant: the last event of a loop is that of its `next` moves, never a kernel. Storage that a turn still has to
//! read in the next turn is therefore alive beyond the last kernel of the body.

use std::ops::Range;

use gomlx_ir::ValueId;
use rustc_hash::FxHashMap;

use crate::schedule::{Access, Move, Task};

/// One access to memory.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) access: Access,
    /// The moves that this event is. They read all values before they write any.
    pub(super) moves: Vec<Move>,
}

/// A move at the end of a branch or of a loop's body, which costs nothing if both values share storage.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) moved: Move,
    /// The events of the branch or of the body.
    pub(super) span: Range<usize>,
}

/// The events of a schedule.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    pub(super) events: Vec<Event>,
    /// First and last event of each loop, inner loops before the loops around them. The first event writes the state.
    pub(super) loops: Vec<(usize, usize)>,
    /// Candidates of inner control flow come before those around it. A move happens at the end of its span.
    pub(super) candidates: Vec<Candidate>,
}

impl Timeline {
    pub(super) fn new(tasks: &[Task]) -> Timeline {
        let mut timeline = Timeline::default();
        timeline.tasks(tasks);
        timeline
    }

    fn tasks(&mut self, tasks: &[Task]) {
        for task in tasks {
            match task {
                Task::Kernel(access) => self.events.push(Event { access: access.clone(), moves: vec![] }),
                Task::Case { on, branches, .. } => {
                    self.read(*on);
                    for branch in branches {
                        let begin = self.events.len();
                        self.tasks(&branch.tasks);
                        self.candidates(begin, &branch.results);
                    }
                }
                Task::While { entry, condition, on, body, next } => {
                    let begin = self.events.len();
                    self.moves(entry);
                    self.tasks(condition);
                    self.read(*on);
                    let inside = self.events.len();
                    self.tasks(body);
                    self.candidates(inside, next);
                    self.loops.push((begin, self.events.len() - 1));
                }
            }
        }
    }

    fn read(&mut self, value: ValueId) {
        let access = Access { reads: std::iter::once(value).collect(), ..Access::default() };
        self.events.push(Event { access, moves: vec![] });
    }

    fn moves(&mut self, moves: &[Move]) {
        let access = Access {
            reads: moves.iter().map(|m| m.from).collect(),
            writes: moves.iter().map(|m| m.to).collect(),
            in_place: moves.iter().map(|m| (m.to, m.from)).collect(),
        };
        self.events.push(Event { access, moves: moves.to_vec() });
    }

    fn candidates(&mut self, begin: usize, moves: &[Move]) {
        let span = begin..self.events.len();
        self.candidates.extend(moves.iter().map(|&moved| Candidate { moved, span: span.clone() }));
        self.moves(moves);
    }

    /// The loops that begin at or after `since` and repeat what happens at `time`.
    fn around(&self, since: usize, time: usize) -> impl Iterator<Item = usize> {
        self.loops.iter().filter(move |&&(begin, end)| since <= begin && begin < time && time <= end).map(|&(_, end)| end)
    }

    /// The time until which storage is needed that was written at `since` and is accessed at `time`: the end of the
    /// outermost loop that begins in between, for each turn accesses it again.
    pub(super) fn until(&self, since: usize, time: usize) -> usize {
        self.around(since, time).fold(time, usize::max)
    }
}

/// A read of a value.
#[derive(Clone, Copy, Debug)]
struct Read {
    time: usize,
    /// The value that takes the elements, if a move reads them.
    moved_to: Option<ValueId>,
}

/// Values that share storage: one of each class stands for all of it.
#[derive(Debug, Default)]
pub(super) struct Classes {
    parents: FxHashMap<ValueId, ValueId>,
    reads: FxHashMap<ValueId, Vec<Read>>,
    writes: FxHashMap<ValueId, Vec<usize>>,
}

impl Classes {
    /// Lets the values of each candidate share storage where no read can tell.
    pub(super) fn new(timeline: &Timeline) -> Classes {
        let mut classes = Classes::default();
        for (time, event) in timeline.events.iter().enumerate() {
            for (i, &value) in event.access.reads.iter().enumerate() {
                let moved_to = event.moves.get(i).map(|m| m.to);
                classes.reads.entry(value).or_default().push(Read { time, moved_to });
            }
            for &value in &event.access.writes {
                classes.writes.entry(value).or_default().push(time);
            }
        }
        for candidate in &timeline.candidates {
            let Move { from, to } = candidate.moved;
            let (from, to) = (classes.of(from), classes.of(to));
            if from != to && classes.may_share(timeline, &candidate.span, from, to) {
                classes.share(from, to);
            }
        }
        classes
    }

    /// The value that stands for the class of a value.
    pub(super) fn of(&self, mut value: ValueId) -> ValueId {
        while let Some(&parent) = self.parents.get(&value) {
            value = parent;
        }
        value
    }

    /// When a class is first written.
    pub(super) fn first_write(&self, class: ValueId) -> Option<usize> {
        self.writes.get(&class)?.iter().copied().min()
    }

    /// Every time at which a class is read or written.
    pub(super) fn accesses(&self, class: ValueId) -> impl Iterator<Item = usize> {
        let reads = self.reads.get(&class).into_iter().flatten().map(|read| read.time);
        reads.chain(self.writes.get(&class).into_iter().flatten().copied())
    }

    /// When a class is last read.
    pub(super) fn last_read(&self, timeline: &Timeline, class: ValueId) -> Option<usize> {
        let since = self.first_write(class).unwrap_or(0);
        self.reads.get(&class)?.iter().map(|read| timeline.until(since, read.time)).max()
    }

    /// Whether an event may write one class where another one is that it reads.
    pub(super) fn is_in_place(&self, event: &Event, written: ValueId, read: ValueId) -> bool {
        event.access.in_place.iter().any(|&(w, r)| self.of(w) == written && self.of(r) == read)
    }

    /// Whether the class `from`, which a branch or a body makes, may be computed where the class `to` is: the span
    /// writes all of `from` and none of `to`, and reads nothing of `to` after the first write of `from`.
    fn may_share(&self, timeline: &Timeline, span: &Range<usize>, from: ValueId, to: ValueId) -> bool {
        let Some(writes) = self.writes.get(&from) else { return false };
        let Some(first) = writes.iter().copied().min() else { return false };
        let made_here = writes.iter().all(|time| span.contains(time));
        let kept = self.writes.get(&to).is_none_or(|writes| writes.iter().all(|time| !span.contains(time)));
        let reads = self.reads.get(&to).into_iter().flatten().filter(|read| span.contains(&read.time) || read.time == span.end);
        let event = &timeline.events[first];
        let harmless = |read: &Read| {
            if timeline.around(span.start, read.time).next().is_some() {
                return timeline.until(span.start, read.time) < first;
            }
            // A move between the two classes becomes nothing: the elements are where they should be.
            let vanishes = read.moved_to.is_some_and(|moved_to| self.of(moved_to) == from);
            let at_once = read.time == first && (!event.moves.is_empty() || self.is_in_place(event, from, to));
            vanishes || read.time < first || at_once
        };
        made_here && kept && reads.into_iter().all(harmless)
    }

    fn share(&mut self, from: ValueId, to: ValueId) {
        self.parents.insert(from, to);
        let (reads, writes) = (self.reads.remove(&from), self.writes.remove(&from));
        self.reads.entry(to).or_default().extend(reads.into_iter().flatten());
        self.writes.entry(to).or_default().extend(writes.into_iter().flatten());
    }
}
