// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Parts of tensors: which elements, as users write them, and the methods that read and write them.
//!
//! Invariant: a read or write is one composition of `gomlx_ir::compose::index`, which says what positions out of range
//! mean.

mod brackets;
mod read;
mod write;

use std::ops::{Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

use gomlx_ir::Element;
use gomlx_ir::compose::Var;
use gomlx_ir::compose::index::AxisIndex;
use smallvec::{SmallVec, smallvec};

use crate::{AnyTensor, Tensor};

/// What is taken of one axis.
#[derive(Clone)]
pub struct Ix(AxisIndex<AnyTensor>);

impl Ix {
    /// `len` positions from one that is only known when the graph runs; a negative one counts from the end. A read
    /// moves a window that is not within the axis, so that all positions exist. A write leaves out those that do not
    /// exist.
    pub fn window<I: Element>(start: &Tensor<I>, len: usize) -> Ix {
        Ix(AxisIndex::Window(start.any.clone(), len))
    }

    /// Every `step`-th of a range.
    ///
    /// # Panics
    /// If the step is 0, or what is taken is not a range.
    #[must_use]
    #[track_caller]
    pub fn step(self, by: usize) -> Ix {
        match self.0 {
            AxisIndex::Range { start, end, step } if by > 0 => Ix(AxisIndex::Range { start, end, step: step.saturating_mul(by) }),
            AxisIndex::Range { .. } => panic!("the step of a range is at least 1"),
            AxisIndex::At(_) | AxisIndex::Tensor(_) | AxisIndex::Window(..) => panic!("only a range has a step"),
        }
    }
}

/// What may be written for one axis: an integer, a range, a tensor of integers, an [`Ix`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which elements of an axis [E0106]",
    note = "an axis takes an integer, a range of integers, `..`, or a tensor of integers"
)]
pub trait Part {
    /// What it takes.
    fn part(&self) -> Ix;
}

/// What may be written for a tensor: one part, a tuple of parts, or `s![..]`. Axes that are not named are taken whole.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not index a tensor [E0106]",
    note = "write an integer, a range of integers, a tensor of integers, a tuple of those, or `s![1..3, .., -1]`"
)]
pub trait Index {
    /// What it takes of each axis.
    fn parts(&self) -> SmallVec<[Ix; 4]>;
}

macro_rules! singles {
    ($($t:ty, $self:ident => $part:expr;)*) => { $(
        impl Part for $t {
            fn part(&$self) -> Ix {
                Ix($part)
            }
        }

        impl Index for $t {
            fn parts(&self) -> SmallVec<[Ix; 4]> {
                smallvec![self.part()]
            }
        }
    )* };
}

macro_rules! integers {
    ($($t:ty),*) => { singles! { $(
        $t, self => AxisIndex::At(integer(*self));
        Range<$t>, self => range(Some(integer(self.start)), Some(integer(self.end)));
        RangeFrom<$t>, self => range(Some(integer(self.start)), None);
        RangeTo<$t>, self => range(None, Some(integer(self.end)));
        RangeInclusive<$t>, self => range(Some(integer(*self.start())), AxisIndex::<AnyTensor>::end_after(integer(*self.end())));
        RangeToInclusive<$t>, self => range(None, AxisIndex::<AnyTensor>::end_after(integer(self.end)));
    )* } };
}
integers!(i32, i64, isize, usize, u32, u64);

singles! {
    RangeFull, self => AxisIndex::ALL;
    Ix, self => self.0.clone();
}

impl<I: Element> Part for Tensor<I> {
    fn part(&self) -> Ix {
        Ix(AxisIndex::Tensor(self.any.clone()))
    }
}

impl<I: Element> Index for Tensor<I> {
    fn parts(&self) -> SmallVec<[Ix; 4]> {
        smallvec![self.part()]
    }
}

/// Positions beyond what is counted with are beyond every axis too.
fn integer<N: TryInto<i64>>(n: N) -> i64 {
    n.try_into().unwrap_or(i64::MAX)
}

fn range(start: Option<i64>, end: Option<i64>) -> AxisIndex<AnyTensor> {
    AxisIndex::Range { start, end, step: 1 }
}

/// References to what indexes.
macro_rules! references {
    ($($Reference:ty),*) => { $(
        impl<T: Part + ?Sized> Part for $Reference {
            fn part(&self) -> Ix {
                T::part(self)
            }
        }

        impl<T: Index + ?Sized> Index for $Reference {
            fn parts(&self) -> SmallVec<[Ix; 4]> {
                T::parts(self)
            }
        }
    )* };
}
references!(&T, &mut T);

impl<const N: usize> Index for [Ix; N] {
    fn parts(&self) -> SmallVec<[Ix; 4]> {
        self.iter().cloned().collect()
    }
}

impl Index for [Ix] {
    fn parts(&self) -> SmallVec<[Ix; 4]> {
        self.iter().cloned().collect()
    }
}

macro_rules! tuples {
    ($($P:ident $i:tt),*) => {
        impl<$($P: Part),*> Index for ($($P,)*) {
            fn parts(&self) -> SmallVec<[Ix; 4]> {
                smallvec![$(self.$i.part()),*]
            }
        }
    };
}
tuples!(A 0, B 1);
tuples!(A 0, B 1, C 2);
tuples!(A 0, B 1, C 2, D 3);
tuples!(A 0, B 1, C 2, D 3, E 4);

/// An index as data: its tensors, and what it takes of each axis, with the places of its tensors among them.
struct Written {
    tensors: SmallVec<[AnyTensor; 2]>,
    parts: SmallVec<[AxisIndex<usize>; 4]>,
}

impl Written {
    fn of(index: &impl Index) -> Written {
        let mut tensors = SmallVec::new();
        let mut place = |tensor: &AnyTensor| {
            tensors.push(tensor.clone());
            tensors.len() - 1
        };
        let parts = index.parts().iter().map(|Ix(part)| part.map(&mut place)).collect();
        Written { tensors, parts }
    }

    /// The operands of a composition: a tensor, those of the index, and the elements of a write.
    fn operands<'t>(&'t self, x: &'t AnyTensor, elements: Option<&'t AnyTensor>) -> SmallVec<[&'t AnyTensor; 4]> {
        [x].into_iter().chain(&self.tensors).chain(elements).collect()
    }

    /// The parts on the values of [`Written::operands`].
    fn on<'c>(&self, values: &[Var<'c>]) -> SmallVec<[AxisIndex<Var<'c>>; 4]> {
        self.parts.iter().map(|part| part.map(|&place| values[1 + place])).collect()
    }
}

/// Which elements of a tensor, axis by axis: an integer (negative from the end), a range, `..`, a range with a step as
/// `0..8;2`, or a tensor of integers. For [`Tensor::slice`](crate::Tensor::slice) and the other methods.
///
/// ```
/// use gomlx::{Tensor, s};
/// let x = Tensor::<i32>::iota(&[3, 4], 1);
/// assert_eq!(x.slice(s![1.., ..;2]).to_vec()?, [0, 2, 0, 2]);
/// assert_eq!(x.slice(s![.., -1]).to_vec()?, [3, 3, 3]);
/// # Ok::<(), gomlx::Error>(())
/// ```
#[macro_export]
macro_rules! s {
    ($($part:expr $(; $step:expr)?),* $(,)?) => {
        [$($crate::Part::part(&$part) $(.step($step))?),*]
    };
}
