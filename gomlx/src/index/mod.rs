// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Parts of tensors: which elements, as users write them, and reading and writing them.

mod brackets;
mod read;
mod select;
mod write;

use std::ops::{Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

use gomlx_ir::Element;
use smallvec::{SmallVec, smallvec};

use crate::{AnyTensor, Tensor};

/// What is taken of one axis.
#[derive(Clone)]
pub struct Ix(pub(crate) Taken);

#[derive(Clone)]
pub(crate) enum Taken {
    /// One position, whose axis goes away; negative counts from the end.
    At(i64),
    /// Positions from the first to before the last, by steps; negative ends count from the end.
    Range { start: Option<i64>, end: Option<i64>, step: usize },
    /// Positions that a tensor of integers holds: of a scalar the axis goes away.
    Tensor(AnyTensor),
    /// So many positions from one that a scalar tensor holds.
    Window(AnyTensor, usize),
}

impl Ix {
    /// `len` positions from one that is only known when the graph runs. Near the end it is moved so that all exist.
    pub fn window<I: Element>(start: &Tensor<I>, len: usize) -> Ix {
        Ix(Taken::Window(start.any.clone(), len))
    }

    /// Every `step`-th of a range.
    ///
    /// # Panics
    /// If the step is 0, or what is taken is not a range.
    #[must_use]
    pub fn step(self, by: usize) -> Ix {
        match self.0 {
            Taken::Range { start, end, step } if by > 0 => Ix(Taken::Range { start, end, step: step * by }),
            Taken::Range { .. } => panic!("the step of a range is at least 1"),
            Taken::At(_) | Taken::Tensor(_) | Taken::Window(..) => panic!("only a range has a step"),
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
        $t, self => Taken::At(integer(*self));
        Range<$t>, self => Taken::Range { start: Some(integer(self.start)), end: Some(integer(self.end)), step: 1 };
        RangeFrom<$t>, self => Taken::Range { start: Some(integer(self.start)), end: None, step: 1 };
        RangeTo<$t>, self => Taken::Range { start: None, end: Some(integer(self.end)), step: 1 };
        RangeInclusive<$t>, self => Taken::Range { start: Some(integer(*self.start())), end: after(integer(*self.end())), step: 1 };
        RangeToInclusive<$t>, self => Taken::Range { start: None, end: after(integer(self.end)), step: 1 };
    )* } };
}
integers!(i32, i64, isize, usize, u32, u64);

singles! {
    RangeFull, self => Taken::Range { start: None, end: None, step: 1 };
    Ix, self => self.0.clone();
}

impl<I: Element> Part for Tensor<I> {
    fn part(&self) -> Ix {
        Ix(Taken::Tensor(self.any.clone()))
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

/// The end after an inclusive one; after the last position, -1, it is the axis' own.
fn after(last: i64) -> Option<i64> {
    (last != -1).then(|| last.saturating_add(1))
}

impl<P: Part + ?Sized> Part for &P {
    fn part(&self) -> Ix {
        P::part(self)
    }
}

impl<X: Index + ?Sized> Index for &X {
    fn parts(&self) -> SmallVec<[Ix; 4]> {
        X::parts(self)
    }
}

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
