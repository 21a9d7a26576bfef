// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The value that a `match` on numbers matches: a number of the host, or a scalar tensor.

use gomlx_ir::compose::control::{Interval, is_in, match_arm};
use gomlx_ir::compose::{Composed, Var, compose_one};
use gomlx_ir::{Element, Location, Op, ValueId};

use super::branch::{GraphBranch, HostBranch};
use super::condition::Condition;
use super::{settle, value_of};
use crate::{Tensor, trace};

/// The value that a `match` on numbers matches: a host integer or `bool`, or a scalar tensor of integers or booleans.
#[diagnostic::on_unimplemented(message = "a `match` on numbers goes by an integer or a scalar tensor of integers, not `{Self}` [E0106]")]
pub trait Choose {
    /// The type that drives the `match`.
    type Branch;
    /// The type that drives the `if` of one arm.
    type Condition: Condition;
    /// The type of the matched number on the host.
    type Host;
    /// Drives a `match` whose arms have these patterns. The last arm takes the rest.
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
        let chooser = compose(self, &location, |matched| match_arm(matched, arms));
        GraphBranch::new(Op::Case, chooser, arms.len(), location)
    }

    fn is(&self, patterns: &[Interval]) -> Tensor<bool> {
        let value = compose(self, &Location::caller(), |matched| Ok(is_in(matched, patterns)));
        Tensor::wrap(trace::with(|t| t.handle(value)))
    }
}

#[track_caller]
fn compose<T: Element>(matched: &Tensor<T>, location: &Location, body: impl for<'c> Fn(Var<'c>) -> Composed<Var<'c>>) -> ValueId {
    let value = value_of(&matched.any, location);
    let composed = trace::with(|t| {
        let region = t.region();
        compose_one("match", t.function(), region, Some(location), |c| body(c.var(value)))
    });
    settle(composed, location)
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

/// Drives a `match` on numbers.
#[track_caller]
pub fn choice<S: Choose>(scrutinee: &S, arms: &[&[Interval]], host: impl Fn(S::Host) -> usize) -> S::Branch {
    scrutinee.choose(arms, host)
}
