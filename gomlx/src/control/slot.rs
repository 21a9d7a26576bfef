// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The variables that a construct may change, seen as lists of leaves.

use std::any::Any;
use std::cell::Cell;
use std::hash::Hasher;

use gomlx_ir::{Code, DType, Diagnostic, ValueId};

use crate::tree::{Role, Tree, Visit, replace_leaves};
use crate::{AnyTensor, Rows, trace};

/// A variable of the traced code.
pub struct Slot<'a> {
    pub(super) name: &'static str,
    pub(super) held: Held<'a>,
}

/// What a variable holds.
pub(super) enum Held<'a> {
    /// A tree of tensors, or a host value that must not change.
    Tree(&'a mut dyn Hold),
    /// Rows that a `rolled` loop collects.
    Rows(&'a mut Rows),
    /// Something borrowed, which must not change.
    Seen(&'a dyn See),
    /// What is no tree: an iterator, a closure.
    Nothing,
}

/// A tree that can be looked at.
pub(super) trait See {
    /// Its leaves and structure.
    fn see(&self, visitor: &mut dyn Visit);
}

impl<T: Tree> See for T {
    fn see(&self, visitor: &mut dyn Visit) {
        self.visit(Role::Trainable, visitor);
    }
}

/// A tree that can be set.
pub(super) trait Hold: See {
    /// A copy.
    fn copy(&self) -> Box<dyn Any>;
    /// Becomes a copy.
    fn restore(&mut self, copy: &dyn Any);
    /// Gets new leaves.
    fn fill(&mut self, next: &mut dyn FnMut(&AnyTensor) -> AnyTensor);
}

impl<T: Tree> Hold for T {
    fn copy(&self) -> Box<dyn Any> {
        Box::new(replace_leaves(self, &mut |_, leaf| leaf.clone()))
    }

    fn restore(&mut self, copy: &dyn Any) {
        let copy: &T = copy.downcast_ref().expect("a slot is always given the same variable");
        *self = replace_leaves(copy, &mut |_, leaf| leaf.clone());
    }

    fn fill(&mut self, next: &mut dyn FnMut(&AnyTensor) -> AnyTensor) {
        *self = replace_leaves(self, &mut |_, leaf| if leaf.is_absent() { leaf.clone() } else { next(leaf) });
    }
}

/// A variable whose type decides what it holds: method resolution tries the traits below in turn.
pub struct Probe<'a, T>(&'static str, Cell<Option<&'a mut T>>);

impl<'a, T> Probe<'a, T> {
    /// Looks at a variable.
    pub fn new(name: &'static str, variable: &'a mut T) -> Probe<'a, T> {
        Probe(name.trim_start_matches(['*', ' ']), Cell::new(Some(variable)))
    }

    fn take(&self) -> &'a mut T {
        self.1.take().expect("a probe is asked once")
    }
}

/// Rows are no tree to loops. This is tried first: it takes the most references.
pub trait HoldRows<'a> {
    /// The slot.
    fn slot(&self) -> Slot<'a>;
}

impl<'a> HoldRows<'a> for &&&Probe<'a, Rows> {
    fn slot(&self) -> Slot<'a> {
        Slot { name: self.0, held: Held::Rows(self.take()) }
    }
}

/// Trees are set.
pub trait HoldTree<'a> {
    /// The slot.
    fn slot(&self) -> Slot<'a>;
}

impl<'a, T: Tree> HoldTree<'a> for &&Probe<'a, T> {
    fn slot(&self) -> Slot<'a> {
        Slot { name: self.0, held: Held::Tree(self.take()) }
    }
}

/// Trees behind references are set where those allow it, and else seen.
pub trait SeeTree<'a> {
    /// The slot.
    fn slot(&self) -> Slot<'a>;
}

impl<'a, 'b: 'a, T: Tree> SeeTree<'a> for &Probe<'a, &'b mut T> {
    fn slot(&self) -> Slot<'a> {
        Slot { name: self.0, held: Held::Tree(&mut **self.take()) }
    }
}

impl<'a, 'b: 'a, T: Tree> SeeTree<'a> for &Probe<'a, &'b T> {
    fn slot(&self) -> Slot<'a> {
        Slot { name: self.0, held: Held::Seen(*self.take()) }
    }
}

/// The rest is nothing to a graph.
pub trait HoldNothing<'a> {
    /// The slot.
    fn slot(&self) -> Slot<'a>;
}

impl<'a, T> HoldNothing<'a> for Probe<'a, T> {
    fn slot(&self) -> Slot<'a> {
        Slot { name: self.0, held: Held::Nothing }
    }
}

/// The leaves of a variable at one moment.
#[derive(Clone, Debug, Default)]
pub struct Leaves {
    pub(super) values: Vec<ValueId>,
    /// Everything else that it holds.
    pub(super) structure: Vec<u64>,
}

impl Leaves {
    /// Those of a tree, as values of this thread's trace. A leaf that stands for a mistake ends the trace, which has
    /// it already.
    pub(super) fn of(tree: &(impl See + ?Sized)) -> Leaves {
        let mut collect = Collect::default();
        tree.see(&mut collect);
        let values = trace::with(|t| collect.tensors.iter().map(|tensor| t.value(tensor)).collect::<Result<Option<Vec<_>>, _>>());
        match values {
            Ok(Some(values)) => Leaves { values, structure: collect.structure },
            Ok(None) => trace::abort(),
            Err(error) => trace::fail(error),
        }
    }
}

#[derive(Default)]
struct Collect {
    tensors: Vec<AnyTensor>,
    structure: Vec<u64>,
}

impl Visit for Collect {
    fn leaf(&mut self, role: Role, tensor: &AnyTensor) {
        let dtype = DType::ALL.iter().position(|&d| d == tensor.dtype()).unwrap_or_default();
        self.structure.push((dtype << 2 | usize::from(tensor.is_absent()) << 1 | usize::from(role == Role::State)) as u64);
        if !tensor.is_absent() {
            self.tensors.push(tensor.clone());
        }
    }

    fn config(&mut self) -> Option<&mut dyn Hasher> {
        Some(self)
    }
}

impl Hasher for Collect {
    fn finish(&self) -> u64 {
        0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.structure.extend(bytes.iter().map(|&b| u64::from(b)));
    }
}

/// All variables at one moment, to come back to.
pub(super) type Copies = Vec<Option<Box<dyn Any>>>;

pub(super) fn copies(slots: &[Slot<'_>]) -> Copies {
    let copy = |slot: &Slot<'_>| match &slot.held {
        Held::Tree(tree) => Some(tree.copy()),
        Held::Rows(rows) => Some((**rows).copy()),
        Held::Seen(_) | Held::Nothing => None,
    };
    slots.iter().map(copy).collect()
}

pub(super) fn restore(slots: &mut [Slot<'_>], copies: &Copies) {
    for (slot, copy) in slots.iter_mut().zip(copies) {
        match (&mut slot.held, copy) {
            (Held::Tree(tree), Some(copy)) => tree.restore(&**copy),
            (Held::Rows(rows), Some(copy)) => rows.restore(&**copy),
            _ => {}
        }
    }
}

pub(super) fn leaves(slots: &[Slot<'_>]) -> Vec<Leaves> {
    let of = |slot: &Slot<'_>| match &slot.held {
        Held::Tree(tree) => Leaves::of(&**tree),
        Held::Rows(rows) => Leaves::of(&**rows),
        Held::Seen(tree) => Leaves::of(*tree),
        Held::Nothing => Leaves::default(),
    };
    slots.iter().map(of).collect()
}

/// Gives the variables values of the current region as leaves.
pub(super) fn fill(slots: &mut [Slot<'_>], leaves: &[Leaves]) {
    for (slot, leaves) in slots.iter_mut().zip(leaves) {
        let mut values = leaves.values.iter();
        let mut next = |leaf: &AnyTensor| match values.next() {
            Some(&value) => trace::with(|t| t.handle(value)),
            None => leaf.clone(),
        };
        match &mut slot.held {
            Held::Tree(tree) => tree.fill(&mut next),
            Held::Rows(rows) => rows.fill(&mut next),
            Held::Seen(_) | Held::Nothing => {}
        }
    }
}

/// The mistake that something borrowed was pointed elsewhere.
pub(super) fn seen_changed(name: &str, construct: &str) -> Diagnostic {
    Diagnostic::new(
        Code::Control,
        format!("{construct}: the reference `{name}` is changed, but which tensor it means is only known when the graph runs"),
    )
    .note(format!("let `{name}` own its tensor: `let mut {name} = ...clone();`"))
}
