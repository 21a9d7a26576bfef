// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The variables that a construct may change, seen as lists of their tensors.

use std::any::Any;
use std::cell::Cell;
use std::hash::Hasher;

use gomlx_ir::{Code, DType, Diagnostic, ValueId};

use crate::tree::{Role, Tree, Visit, replace_leaves};
use crate::{AnyTensor, Rows, trace};

/// A variable of the traced code.
pub struct Slot<'a> {
    pub(super) name: &'static str,
    pub(super) contents: Contents<'a>,
}

/// What a variable holds.
pub(super) enum Contents<'a> {
    /// A tree of tensors, or a host value that must not change.
    Tree(&'a mut dyn Hold),
    /// Rows that a `rolled` loop collects.
    Rows(&'a mut Rows),
    /// A borrowed tree, which must not change.
    Seen(&'a dyn See),
    /// Something that is no tree: an iterator, a closure.
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
    /// Becomes what a copy is.
    fn restore(&mut self, copy: &dyn Any);
    /// Replaces its leaves.
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

/// A slot of `Rows`, which loops do not treat as a tree. Resolution tries this first: it takes the most references.
pub trait HoldRows<'a> {
    /// The slot.
    fn slot(&self) -> Slot<'a>;
}

impl<'a> HoldRows<'a> for &&&Probe<'a, Rows> {
    fn slot(&self) -> Slot<'a> {
        Slot { name: self.0, contents: Contents::Rows(self.take()) }
    }
}

/// A slot of an owned tree, which can be set.
pub trait HoldTree<'a> {
    /// The slot.
    fn slot(&self) -> Slot<'a>;
}

impl<'a, T: Tree> HoldTree<'a> for &&Probe<'a, T> {
    fn slot(&self) -> Slot<'a> {
        Slot { name: self.0, contents: Contents::Tree(self.take()) }
    }
}

/// A slot of a tree behind a reference: it can be set behind a `&mut`, and only seen behind a `&`.
pub trait SeeTree<'a> {
    /// The slot.
    fn slot(&self) -> Slot<'a>;
}

impl<'a, 'b: 'a, T: Tree> SeeTree<'a> for &Probe<'a, &'b mut T> {
    fn slot(&self) -> Slot<'a> {
        Slot { name: self.0, contents: Contents::Tree(&mut **self.take()) }
    }
}

impl<'a, 'b: 'a, T: Tree> SeeTree<'a> for &Probe<'a, &'b T> {
    fn slot(&self) -> Slot<'a> {
        Slot { name: self.0, contents: Contents::Seen(*self.take()) }
    }
}

/// A slot of anything else, which a graph ignores.
pub trait HoldNothing<'a> {
    /// The slot.
    fn slot(&self) -> Slot<'a>;
}

impl<'a, T> HoldNothing<'a> for Probe<'a, T> {
    fn slot(&self) -> Slot<'a> {
        Slot { name: self.0, contents: Contents::Nothing }
    }
}

/// The tensors of a variable at one moment.
#[derive(Clone, Debug, Default)]
pub struct Leaves {
    pub(super) values: Vec<ValueId>,
    /// Everything else that the variable holds.
    pub(super) structure: Vec<u64>,
}

impl Leaves {
    /// The tensors of a tree as values of this thread's trace. A tensor that stands for a mistake ends the trace, which
    /// has the mistake already.
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

/// Copies of all variables at one moment, to go back to.
pub(super) type Copies = Vec<Option<Box<dyn Any>>>;

pub(super) fn copies(slots: &[Slot<'_>]) -> Copies {
    let copy = |slot: &Slot<'_>| match &slot.contents {
        Contents::Tree(tree) => Some(tree.copy()),
        Contents::Rows(rows) => Some((**rows).copy()),
        Contents::Seen(_) | Contents::Nothing => None,
    };
    slots.iter().map(copy).collect()
}

pub(super) fn restore(slots: &mut [Slot<'_>], copies: &Copies) {
    for (slot, copy) in slots.iter_mut().zip(copies) {
        match (&mut slot.contents, copy) {
            (Contents::Tree(tree), Some(copy)) => tree.restore(&**copy),
            (Contents::Rows(rows), Some(copy)) => rows.restore(&**copy),
            _ => {}
        }
    }
}

pub(super) fn leaves(slots: &[Slot<'_>]) -> Vec<Leaves> {
    let of = |slot: &Slot<'_>| match &slot.contents {
        Contents::Tree(tree) => Leaves::of(&**tree),
        Contents::Rows(rows) => Leaves::of(&**rows),
        Contents::Seen(tree) => Leaves::of(*tree),
        Contents::Nothing => Leaves::default(),
    };
    slots.iter().map(of).collect()
}

/// The values of several variables as one list.
pub(super) fn flat(variables: &[Leaves]) -> Vec<ValueId> {
    variables.iter().flat_map(|leaves| leaves.values.iter().copied()).collect()
}

/// The variables with the values of one list for their own.
pub(super) fn with_values(variables: &[Leaves], values: impl IntoIterator<Item = ValueId>) -> Vec<Leaves> {
    let mut values = values.into_iter();
    let filled = |leaves: &Leaves| Leaves {
        values: leaves.values.iter().map(|&value| values.next().unwrap_or(value)).collect(),
        structure: leaves.structure.clone(),
    };
    variables.iter().map(filled).collect()
}

/// Each value of the variables with the name of its variable.
pub(super) fn named(slots: &[Slot<'_>], variables: &[Leaves]) -> Vec<(&'static str, ValueId)> {
    slots.iter().zip(variables).flat_map(|(slot, leaves)| leaves.values.iter().map(|&value| (slot.name, value))).collect()
}

/// Makes values of the current region the tensors of the variables.
pub(super) fn fill(slots: &mut [Slot<'_>], leaves: &[Leaves]) {
    for (slot, leaves) in slots.iter_mut().zip(leaves) {
        let mut values = leaves.values.iter();
        let mut next = |leaf: &AnyTensor| match values.next() {
            Some(&value) => trace::with(|t| t.handle(value)),
            None => leaf.clone(),
        };
        match &mut slot.contents {
            Contents::Tree(tree) => tree.fill(&mut next),
            Contents::Rows(rows) => rows.fill(&mut next),
            Contents::Seen(_) | Contents::Nothing => {}
        }
    }
}

/// The mistake of a borrowed variable that points to another tensor now.
pub(super) fn seen_changed(name: &str, construct: &str) -> Diagnostic {
    Diagnostic::new(
        Code::Control,
        format!("{construct}: the reference `{name}` is changed, but which tensor it means is only known when the graph runs"),
    )
    .note(format!("let `{name}` own its tensor: `let mut {name} = ...clone();`"))
}
