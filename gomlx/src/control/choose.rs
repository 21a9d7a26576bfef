// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What a `match` on numbers goes by.

use gomlx_ir::{Code, Diagnostic, Element, Location, Op};

use super::branch::{GraphBranch, HostBranch};
use super::condition::{Condition, scalar};
use crate::ops::raw;
use crate::{AnyTensor, Tensor, trace};

/// A pattern of a `match`, as an interval that includes both ends; the least and greatest numbers stand for no end.
pub(super) type Interval = (i128, i128);

/// What a `match` on numbers goes by: a host integer, `bool`, or a scalar tensor of those.
#[diagnostic::on_unimplemented(message = "a `match` on numbers goes by an integer or a scalar tensor of integers, not `{Self}` [E0106]")]
pub trait Choose {
    /// What drives the `match`.
    type Branch;
    /// What drives the `if` of one arm.
    type Condition: Condition;
    /// The host's type of what is matched.
    type Host;
    /// Drives a `match` whose arms have these patterns; the last arm takes the rest.
    #[track_caller]
    fn choose(&self, arms: &[&[Interval]], host: impl Fn(Self::Host) -> usize) -> Self::Branch;
    /// Whether one of the patterns matches.
    #[track_caller]
    fn is(&self, patterns: &[Interval]) -> Self::Condition;
}

macro_rules! host {
    ($($t:ty),*) => { $(
        impl Choose for $t {
            type Branch = HostBranch;
            type Condition = bool;
            type Host = $t;
            fn choose(&self, _: &[&[Interval]], host: impl Fn($t) -> usize) -> HostBranch {
                HostBranch { arm: host(*self) }
            }
            fn is(&self, patterns: &[Interval]) -> bool {
                patterns.iter().any(|p| (p.0..=p.1).contains(&(*self as i128)))
            }
        }
    )* };
}
host!(bool, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

impl<T: Element> Choose for Tensor<T> {
    type Branch = GraphBranch;
    type Condition = Tensor<bool>;
    type Host = T;

    fn choose(&self, arms: &[&[Interval]], _: impl Fn(T) -> usize) -> GraphBranch {
        let location = Location::caller();
        integer(&self.any, &location);
        let number = |n: usize| raw::scalar(gomlx_ir::DType::I32, n as f64);
        let mut index = number(arms.len() - 1);
        for (i, patterns) in arms.iter().enumerate().rev().filter(|(_, p)| !p.is_empty()) {
            index = raw::select(&self.is(patterns).any, &number(i), &index);
        }
        let chooser = scalar("match", &index, &location);
        GraphBranch::new(Op::Case, chooser, arms.len(), location)
    }

    fn is(&self, patterns: &[Interval]) -> Tensor<bool> {
        integer(&self.any, &Location::caller());
        let mut any: Option<Tensor<bool>> = None;
        for &(low, high) in patterns {
            let at_least = || self.ge(low as i64);
            let at_most = || self.le(high as i64);
            let one = match (low == i128::MIN, high == i128::MAX) {
                _ if low == high => self.eq(low as i64),
                (true, true) => Tensor::scalar(true),
                (false, true) => at_least(),
                (true, false) => at_most(),
                (false, false) => at_least() & at_most(),
            };
            any = Some(any.map_or_else(|| one.clone(), |a| a | &one));
        }
        any.unwrap_or_else(|| Tensor::scalar(true))
    }
}

impl<C: Choose> Choose for &C {
    type Branch = C::Branch;
    type Condition = C::Condition;
    type Host = C::Host;

    fn choose(&self, arms: &[&[Interval]], host: impl Fn(C::Host) -> usize) -> C::Branch {
        C::choose(self, arms, host)
    }

    fn is(&self, patterns: &[Interval]) -> C::Condition {
        C::is(self, patterns)
    }
}

fn integer(tensor: &AnyTensor, location: &Location) {
    if !tensor.dtype().is_int() && tensor.dtype() != gomlx_ir::DType::Bool {
        let error = Diagnostic::new(Code::DType, format!("match: {tensor} is not an integer"));
        trace::fail(error.note("match on `.cast::<i32>()`, or compare with `if`").at(Some(location)));
    }
    if tensor.rank() != 0 && !tensor.is_poisoned() {
        let error = Diagnostic::new(Code::Shape, format!("match: {tensor} is not a scalar"));
        trace::fail(error.note("match on one element: `.at(i)`").at(Some(location)));
    }
}

/// Drives a `match` on numbers.
#[track_caller]
pub fn choice<S: Choose>(scrutinee: &S, arms: &[&[Interval]], host: impl Fn(S::Host) -> usize) -> S::Branch {
    scrutinee.choose(arms, host)
}
