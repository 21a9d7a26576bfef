// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Arguments of a graph function: what each way of passing means to a call, a trace and the caller.

use std::hash::{Hash, Hasher};

use gomlx_ir::{Donation, Shape};

use super::signature::Param;
use crate::tree::{Key, MapLeaves, Path, Role, Tree, Visit, VisitMut};
use crate::{AnyTensor, trace};

/// The functions of a tree, as values.
///
/// Arguments hold them so that what an argument is does not depend on its type being a tree: a type that is none is
/// refused where the argument is made, which names it, and not in what follows from that.
pub struct Functions<T> {
    visit: fn(&T, Role, &mut dyn Visit),
    visit_mut: fn(&mut T, Role, &mut dyn VisitMut),
    map: fn(&T, Role, &mut dyn MapLeaves) -> T,
}

impl<T> Clone for Functions<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Functions<T> {}

impl<T: Tree> Functions<T> {
    fn of() -> Functions<T> {
        Functions { visit: T::visit, visit_mut: T::visit_mut, map: T::map }
    }
}

/// `&T`: read.
pub struct In<'a, T>(&'a T, Functions<T>);
/// `T`: given away; its buffers may be reused.
pub struct Donated<T>(T, Functions<T>);
/// `&mut T`: state; given away, and written back after the call.
pub struct State<'a, T>(&'a mut T, Functions<T>);

/// An argument that is read.
pub fn input<T: Tree>(value: &T) -> In<'_, T> {
    In(value, Functions::of())
}

/// An argument that is given away.
pub fn donated<T: Tree>(value: T) -> Donated<T> {
    Donated(value, Functions::of())
}

/// An argument that is state.
pub fn state<T: Tree>(value: &mut T) -> State<'_, T> {
    State(value, Functions::of())
}

/// A host value that the graph depends on.
pub struct Fixed<T>(pub T);

/// A `#[fixed]` number, compared by its bits.
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
    /// What the body receives.
    type Ref<'x>;
    /// The argument in the graph: with handles for its leaves.
    type Traced;
    /// Whether it is written back after the call.
    const STATE: bool = false;

    /// Visits what the graph depends on: leaves, which are inputs, and the rest.
    fn visit(&self, visitor: &mut dyn Visit);
    /// Adds parameters for the leaves to this thread's trace.
    fn trace(&self, name: &str) -> Self::Traced;
    /// Lends the traced argument to the body.
    fn lend<'x>(traced: &'x mut Self::Traced) -> Self::Ref<'x>;
    /// Lends the argument itself to the body, inside another trace.
    fn lend_inline(&mut self) -> Self::Ref<'_>;
    /// Visits the leaves of traced state after the body.
    fn visit_state(_traced: &Self::Traced, _visitor: &mut dyn Visit) {}
    /// Visits the leaves of state to be replaced.
    fn replace_state(&mut self, _visitor: &mut dyn VisitMut) {}
    /// Visits the leaves of what was passed by value, to be given away.
    fn release(&mut self, _visitor: &mut dyn VisitMut) {}
}

/// Makes parameters for leaves, named by their paths.
struct Parameters {
    path: Path,
    donation: Donation,
}

impl Parameters {
    fn of<T>(tree: &T, functions: Functions<T>, name: &str, donation: Donation) -> T {
        let mut parameters = Parameters { path: Path::default(), donation };
        parameters.path.enter(Key::Field(name));
        (functions.map)(tree, Role::Trainable, &mut parameters)
    }
}

/// Gives the leaves themselves.
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
    type Traced = (T, Functions<T>);
    const STATE: bool = true;

    fn visit(&self, visitor: &mut dyn Visit) {
        (self.1.visit)(self.0, Role::Trainable, visitor);
    }

    fn trace(&self, name: &str) -> (T, Functions<T>) {
        (Parameters::of(self.0, self.1, name, Donation::Donate), self.1)
    }

    fn lend(traced: &mut (T, Functions<T>)) -> &mut T {
        &mut traced.0
    }

    fn lend_inline(&mut self) -> &mut T {
        self.0
    }

    fn visit_state(traced: &(T, Functions<T>), visitor: &mut dyn Visit) {
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
    /// What the body receives.
    type Refs<'x>;
    /// The arguments in the graph.
    type Traced;

    /// As [`Arg::visit`], over all.
    fn visit(&self, visitor: &mut dyn Visit);
    /// As [`Arg::visit`], over all, each below the name of its parameter.
    fn visit_named(&self, params: &[Param], visitor: &mut dyn Visit);
    /// As [`Args::visit_named`], over the state alone.
    fn visit_state_named(&self, params: &[Param], visitor: &mut dyn Visit);
    /// As [`Arg::trace`], over all.
    fn trace(&self, params: &[Param]) -> Self::Traced;
    /// As [`Arg::lend`], over all.
    fn lend<'x>(traced: &'x mut Self::Traced) -> Self::Refs<'x>;
    /// As [`Arg::lend_inline`], over all.
    fn lend_inline(&mut self) -> Self::Refs<'_>;
    /// As [`Arg::visit_state`], over all, each below the name of its parameter.
    fn visit_state(traced: &Self::Traced, params: &[Param], visitor: &mut dyn Visit);
    /// As [`Arg::replace_state`], over all.
    fn replace_state(&mut self, visitor: &mut dyn VisitMut);
    /// As [`Arg::release`], over all.
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
