// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The arguments of a graph function, by how they are passed: read, given away, state, or fixed when it is compiled.

use std::hash::{Hash, Hasher};

use gomlx_ir::{Donation, Shape};

use super::signature::Param;
use crate::tree::{Key, MapLeaves, Path, Role, Tree, Visit, VisitMut};
use crate::{AnyTensor, trace};

/// The functions of a tree, as values.
///
/// An argument holds them, so that only its constructor requires its type to be a tree. A type that is none is then
/// one error, at the argument, and no more errors follow from it.
pub struct TreeFunctions<T> {
    visit: fn(&T, Role, &mut dyn Visit),
    visit_mut: fn(&mut T, Role, &mut dyn VisitMut),
    map: fn(&T, Role, &mut dyn MapLeaves) -> T,
}

impl<T> Clone for TreeFunctions<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for TreeFunctions<T> {}

impl<T: Tree> TreeFunctions<T> {
    fn of() -> TreeFunctions<T> {
        TreeFunctions { visit: T::visit, visit_mut: T::visit_mut, map: T::map }
    }
}

/// `&T`: an argument that is read.
pub struct In<'a, T>(&'a T, TreeFunctions<T>);
/// `T`: an argument that is given away. The outputs may reuse its buffers.
pub struct Donated<T>(T, TreeFunctions<T>);
/// `&mut T`: state, which is given away and written back after the call.
pub struct State<'a, T>(&'a mut T, TreeFunctions<T>);

/// An argument that is read.
pub fn input<T: Tree>(value: &T) -> In<'_, T> {
    In(value, TreeFunctions::of())
}

/// An argument that is given away.
pub fn donated<T: Tree>(value: T) -> Donated<T> {
    Donated(value, TreeFunctions::of())
}

/// An argument that is state.
pub fn state<T: Tree>(value: &mut T) -> State<'_, T> {
    State(value, TreeFunctions::of())
}

/// A host value, which is part of the key.
pub struct Fixed<T>(pub T);

/// A floating-point number in a key, compared by its bits.
#[derive(Clone, Copy, Debug)]
pub struct Float<T>(pub T);

impl Hash for Float<f32> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

impl Hash for Float<f64> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

/// One argument.
pub trait Arg {
    /// The argument as the body receives it.
    type Ref<'x>;
    /// The argument with handles of a trace for its leaves.
    type Traced;
    /// Whether the argument is state.
    const STATE: bool = false;

    /// Visits all that the graph depends on: the leaves, which are inputs, and host values.
    fn visit(&self, visitor: &mut dyn Visit);
    /// Makes a parameter of this thread's trace for each leaf.
    fn trace(&self, name: &str) -> Self::Traced;
    /// Lends the traced argument to the body.
    fn lend<'x>(traced: &'x mut Self::Traced) -> Self::Ref<'x>;
    /// Lends the argument itself to the body, inside another trace.
    fn lend_inline(&mut self) -> Self::Ref<'_>;
    /// Visits the leaves of traced state.
    fn visit_state(_traced: &Self::Traced, _visitor: &mut dyn Visit) {}
    /// Visits the leaves of state, to be replaced.
    fn replace_state(&mut self, _visitor: &mut dyn VisitMut) {}
    /// Visits the leaves of an argument passed by value, to be given away.
    fn release(&mut self, _visitor: &mut dyn VisitMut) {}
}

/// Makes a parameter for each leaf, named by its path.
struct Parameters {
    path: Path,
    donation: Donation,
}

impl Parameters {
    fn of<T>(tree: &T, functions: TreeFunctions<T>, name: &str, donation: Donation) -> T {
        let mut parameters = Parameters { path: Path::default(), donation };
        parameters.path.enter(Key::Field(name));
        (functions.map)(tree, Role::Trainable, &mut parameters)
    }
}

/// Keeps every leaf.
struct Same;

impl MapLeaves for Same {
    fn leaf(&mut self, _: Role, tensor: &AnyTensor) -> AnyTensor {
        tensor.clone()
    }
}

impl MapLeaves for Parameters {
    fn enter(&mut self, key: Key<'_>) {
        self.path.enter(key);
    }

    fn leave(&mut self) {
        self.path.leave();
    }

    fn leaf(&mut self, _: Role, tensor: &AnyTensor) -> AnyTensor {
        if tensor.is_absent() {
            return tensor.clone();
        }
        let shape = Shape::new(tensor.dtype(), tensor.dims());
        trace::with(|t| t.param(shape, &self.path.text, self.donation))
    }
}

impl<'a, T: 'static> Arg for In<'a, T> {
    type Ref<'x> = &'x T;
    type Traced = T;

    fn visit(&self, visitor: &mut dyn Visit) {
        (self.1.visit)(self.0, Role::Trainable, visitor);
    }

    fn trace(&self, name: &str) -> T {
        Parameters::of(self.0, self.1, name, Donation::Keep)
    }

    fn lend(traced: &mut T) -> &T {
        traced
    }

    fn lend_inline(&mut self) -> &T {
        self.0
    }
}

impl<T: 'static> Arg for Donated<T> {
    type Ref<'x> = T;
    type Traced = Donated<T>;

    fn visit(&self, visitor: &mut dyn Visit) {
        (self.1.visit)(&self.0, Role::Trainable, visitor);
    }

    fn trace(&self, name: &str) -> Donated<T> {
        Donated(Parameters::of(&self.0, self.1, name, Donation::Donate), self.1)
    }

    fn lend(traced: &mut Donated<T>) -> T {
        (traced.1.map)(&traced.0, Role::Trainable, &mut Same)
    }

    fn lend_inline(&mut self) -> T {
        Self::lend(self)
    }

    fn release(&mut self, visitor: &mut dyn VisitMut) {
        (self.1.visit_mut)(&mut self.0, Role::Trainable, visitor);
    }
}

impl<'a, T: 'static> Arg for State<'a, T> {
    type Ref<'x> = &'x mut T;
    type Traced = (T, TreeFunctions<T>);
    const STATE: bool = true;

    fn visit(&self, visitor: &mut dyn Visit) {
        (self.1.visit)(self.0, Role::Trainable, visitor);
    }

    fn trace(&self, name: &str) -> (T, TreeFunctions<T>) {
        (Parameters::of(self.0, self.1, name, Donation::Donate), self.1)
    }

    fn lend(traced: &mut (T, TreeFunctions<T>)) -> &mut T {
        &mut traced.0
    }

    fn lend_inline(&mut self) -> &mut T {
        self.0
    }

    fn visit_state(traced: &(T, TreeFunctions<T>), visitor: &mut dyn Visit) {
        (traced.1.visit)(&traced.0, Role::Trainable, visitor);
    }

    fn replace_state(&mut self, visitor: &mut dyn VisitMut) {
        (self.1.visit_mut)(self.0, Role::Trainable, visitor);
    }
}

impl<T: Hash + Clone> Arg for Fixed<T> {
    type Ref<'x> = T;
    type Traced = T;

    fn visit(&self, visitor: &mut dyn Visit) {
        if let Some(mut key) = visitor.config() {
            self.0.hash(&mut key);
        }
    }

    fn trace(&self, _: &str) -> T {
        self.0.clone()
    }

    fn lend(traced: &mut T) -> T {
        traced.clone()
    }

    fn lend_inline(&mut self) -> T {
        self.0.clone()
    }
}

/// The arguments of a call: a tuple of [`Arg`]s, in the order of the signature's parameters.
pub trait Args {
    /// The arguments as the body receives them.
    type Refs<'x>;
    /// The arguments with handles of a trace for their leaves.
    type Traced;

    /// [`Arg::visit`] of each.
    fn visit(&self, visitor: &mut dyn Visit);
    /// [`Arg::visit`] of each, below the name of its parameter.
    fn visit_named(&self, params: &[Param], visitor: &mut dyn Visit);
    /// As [`Args::visit_named`], of the state only.
    fn visit_state_named(&self, params: &[Param], visitor: &mut dyn Visit);
    /// [`Arg::trace`] of each.
    fn trace(&self, params: &[Param]) -> Self::Traced;
    /// [`Arg::lend`] of each.
    fn lend<'x>(traced: &'x mut Self::Traced) -> Self::Refs<'x>;
    /// [`Arg::lend_inline`] of each.
    fn lend_inline(&mut self) -> Self::Refs<'_>;
    /// [`Arg::visit_state`] of each, below the name of its parameter.
    fn visit_state(traced: &Self::Traced, params: &[Param], visitor: &mut dyn Visit);
    /// [`Arg::replace_state`] of each.
    fn replace_state(&mut self, visitor: &mut dyn VisitMut);
    /// [`Arg::release`] of each.
    fn release(&mut self, visitor: &mut dyn VisitMut);
}

macro_rules! args {
    ($($A:ident $i:tt),*) => {
        #[allow(unused_variables, clippy::unused_unit)]
        impl<$($A: Arg),*> Args for ($($A,)*) {
            type Refs<'x> = ($($A::Ref<'x>,)*);
            type Traced = ($($A::Traced,)*);

            fn visit(&self, visitor: &mut dyn Visit) {
                $(self.$i.visit(visitor);)*
            }
            fn visit_named(&self, params: &[Param], visitor: &mut dyn Visit) {
                $(
                    visitor.enter(Key::Field(params[$i].name));
                    self.$i.visit(visitor);
                    visitor.leave();
                )*
            }
            fn visit_state_named(&self, params: &[Param], visitor: &mut dyn Visit) {
                $(if $A::STATE {
                    visitor.enter(Key::Field(params[$i].name));
                    self.$i.visit(visitor);
                    visitor.leave();
                })*
            }
            fn trace(&self, params: &[Param]) -> Self::Traced {
                ($(self.$i.trace(params[$i].name),)*)
            }
            fn lend<'x>(traced: &'x mut Self::Traced) -> Self::Refs<'x> {
                ($($A::lend(&mut traced.$i),)*)
            }
            fn lend_inline(&mut self) -> Self::Refs<'_> {
                ($(self.$i.lend_inline(),)*)
            }
            fn visit_state(traced: &Self::Traced, params: &[Param], visitor: &mut dyn Visit) {
                $(if $A::STATE {
                    visitor.enter(Key::Field(params[$i].name));
                    $A::visit_state(&traced.$i, visitor);
                    visitor.leave();
                })*
            }
            fn replace_state(&mut self, visitor: &mut dyn VisitMut) {
                $(self.$i.replace_state(visitor);)*
            }
            fn release(&mut self, visitor: &mut dyn VisitMut) {
                $(self.$i.release(visitor);)*
            }
        }
    };
}
args!();
args!(A 0);
args!(A 0, B 1);
args!(A 0, B 1, C 2);
args!(A 0, B 1, C 2, D 3);
args!(A 0, B 1, C 2, D 3, E 4);
args!(A 0, B 1, C 2, D 3, E 4, F 5);
args!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
args!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
args!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
args!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
args!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
args!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);
