// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Comparisons, logic and choice. The free functions dispatch by type: on host values they are Rust's operators,
//! on tensors they make a `Tensor<bool>`. `#[graph]` writes them for `<`, `==`, `&&` and the rest.

use gomlx_ir::{BinaryOp, Direction, Element};

use super::{Operand, raw};
use crate::Tensor;

/// What has an order with `R`: host values to `bool`, tensors to `Tensor<bool>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not compare with `{R}` [E0002]",
    note = "a tensor compares with a tensor of the same element type or with a number; convert with `.cast()`"
)]
pub trait Relate<R: ?Sized> {
    /// `bool` or `Tensor<bool>`.
    type Output;
    /// Compares.
    #[track_caller]
    fn relate(&self, direction: Direction, right: &R) -> Self::Output;
}

/// What is equal to `R` or not: host values to `bool`, tensors to `Tensor<bool>`. Of its own, for host values that have
/// no order.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not compare with `{R}` [E0002]",
    note = "a tensor compares with a tensor of the same element type or with a number; convert with `.cast()`"
)]
pub trait Equal<R: ?Sized> {
    /// `bool` or `Tensor<bool>`.
    type Output;
    /// Compares; `direction` is `Eq` or `Ne`.
    #[track_caller]
    fn equal(&self, direction: Direction, right: &R) -> Self::Output;
}

fn relate_host<L: PartialOrd<R> + ?Sized, R: ?Sized>(left: &L, direction: Direction, right: &R) -> bool {
    match direction {
        Direction::Eq => left == right,
        Direction::Ne => left != right,
        Direction::Ge => left >= right,
        Direction::Gt => left > right,
        Direction::Le => left <= right,
        Direction::Lt => left < right,
    }
}

fn equal_host<L: PartialEq<R> + ?Sized, R: ?Sized>(left: &L, direction: Direction, right: &R) -> bool {
    (left == right) == (direction == Direction::Eq)
}

// A tensor has no order of Rust's, so that these are of host values alone.
impl<T: PartialOrd + ?Sized> Relate<T> for T {
    type Output = bool;
    fn relate(&self, direction: Direction, right: &T) -> bool {
        relate_host(self, direction, right)
    }
}

impl<T: PartialEq + ?Sized> Equal<T> for T {
    type Output = bool;
    fn equal(&self, direction: Direction, right: &T) -> bool {
        equal_host(self, direction, right)
    }
}

/// Values of the host of two types.
macro_rules! host {
    ($([$($generics:tt)*] $Left:ty, $Right:ty;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Equal<$Right> for $Left {
            type Output = bool;
            fn equal(&self, direction: Direction, right: &$Right) -> bool {
                equal_host(self, direction, right)
            }
        }
    )* };
}
host! {
    [] String, str;
    [] str, String;
    ['r] String, &'r str;
    ['r] &'r str, String;
    ['l, 'r] &'l String, &'r str;
    ['l, 'r] &'l str, &'r String;
    [A: PartialEq<B>, B, const N: usize] Vec<A>, [B; N];
    [A: PartialEq<B>, B] Vec<A>, [B];
    ['r, A: PartialEq<B>, B] Vec<A>, &'r [B];
    ['r, A: PartialEq<B>, B, const N: usize] Vec<A>, &'r [B; N];
    [A: PartialEq<B>, B, const N: usize] [A], [B; N];
    [A: PartialEq<B>, B] [A], Vec<B>;
    ['l, A: PartialEq<B>, B, const N: usize] &'l [A], [B; N];
    ['l, 'r, A: PartialEq<B>, B, const N: usize] &'l [A], &'r [B; N];
    ['l, A: PartialEq<B>, B] &'l [A], Vec<B>;
    [A: PartialEq<B>, B, const N: usize] [A; N], [B];
}

macro_rules! tensor_left {
    ($($Left:ty),*) => { $(
        impl<T: Element, R: Operand<T>> Relate<R> for $Left {
            type Output = Tensor<bool>;
            fn relate(&self, direction: Direction, right: &R) -> Tensor<bool> {
                Tensor::wrap(raw::compare(direction, &self.any, &right.operand()))
            }
        }

        impl<T: Element, R: Operand<T>> Equal<R> for $Left {
            type Output = Tensor<bool>;
            fn equal(&self, direction: Direction, right: &R) -> Tensor<bool> {
                self.relate(direction, right)
            }
        }
    )* };
}
tensor_left!(Tensor<T>, &Tensor<T>);

macro_rules! scalar_left {
    ($($s:ty),*) => { $(
        impl<T: Element> Relate<Tensor<T>> for $s {
            type Output = Tensor<bool>;
            fn relate(&self, direction: Direction, right: &Tensor<T>) -> Tensor<bool> {
                Tensor::wrap(raw::compare(direction, &<$s as Operand<T>>::operand(self), &right.any))
            }
        }

        impl<T: Element> Relate<&Tensor<T>> for $s {
            type Output = Tensor<bool>;
            fn relate(&self, direction: Direction, right: &&Tensor<T>) -> Tensor<bool> {
                self.relate(direction, *right)
            }
        }

        impl<T: Element> Equal<Tensor<T>> for $s {
            type Output = Tensor<bool>;
            fn equal(&self, direction: Direction, right: &Tensor<T>) -> Tensor<bool> {
                self.relate(direction, right)
            }
        }

        impl<T: Element> Equal<&Tensor<T>> for $s {
            type Output = Tensor<bool>;
            fn equal(&self, direction: Direction, right: &&Tensor<T>) -> Tensor<bool> {
                self.relate(direction, *right)
            }
        }
    )* };
}
scalar_left!(f32, f64, i32, i64, u32, usize);

// What comes out is a parameter, or rustc tells of values that do not compare twice: once of the bound, once of the
// result.
macro_rules! relations {
    ($($(#[doc = $doc:literal])* $name:ident $Direction:ident, $Trait:ident $function:ident;)*) => { $(
        $(#[doc = $doc])*
        #[track_caller]
        pub fn $name<L: $Trait<R, Output = O> + ?Sized, R: ?Sized, O>(left: &L, right: &R) -> O {
            left.$function(Direction::$Direction, right)
        }
    )*
    };
}

relations! {
    /// `==`; of tensors elementwise, broadcast.
    eq Eq, Equal equal;
    /// `!=`; of tensors elementwise, broadcast.
    ne Ne, Equal equal;
    /// `>=`; of tensors elementwise, broadcast.
    ge Ge, Relate relate;
    /// `>`; of tensors elementwise, broadcast.
    gt Gt, Relate relate;
    /// `<=`; of tensors elementwise, broadcast.
    le Le, Relate relate;
    /// `<`; of tensors elementwise, broadcast.
    lt Lt, Relate relate;
}

/// What `&&`, `||` and `!` take in a graph function: `bool`, or a `Tensor<bool>` elementwise.
#[diagnostic::on_unimplemented(message = "`{Self}` is neither `bool` nor `Tensor<bool>` [E0002]")]
pub trait Logic<R = Self> {
    /// `bool` or `Tensor<bool>`.
    type Output;
    /// `&&`; the right side is not evaluated if a host left side is false.
    #[track_caller]
    fn and(&self, right: impl FnOnce() -> R) -> Self::Output;
    /// `||`; the right side is not evaluated if a host left side is true.
    #[track_caller]
    fn or(&self, right: impl FnOnce() -> R) -> Self::Output;
}

impl Logic for bool {
    type Output = bool;
    fn and(&self, right: impl FnOnce() -> bool) -> bool {
        *self && right()
    }
    fn or(&self, right: impl FnOnce() -> bool) -> bool {
        *self || right()
    }
}

impl<'r> Logic<&'r bool> for bool {
    type Output = bool;
    fn and(&self, right: impl FnOnce() -> &'r bool) -> bool {
        *self && *right()
    }
    fn or(&self, right: impl FnOnce() -> &'r bool) -> bool {
        *self || *right()
    }
}

#[track_caller]
fn mask(op: BinaryOp, left: &impl Operand<bool>, right: &impl Operand<bool>) -> Tensor<bool> {
    Tensor::wrap(raw::binary(op, &left.operand(), &right.operand()))
}

macro_rules! masks {
    ($($Left:ty, $Right:ty $(, $R:ident)?;)*) => { $(
        impl<'a $(, $R: Operand<bool>)?> Logic<$Right> for $Left {
            type Output = Tensor<bool>;
            fn and(&self, right: impl FnOnce() -> $Right) -> Tensor<bool> {
                mask(BinaryOp::And, self, &right())
            }
            fn or(&self, right: impl FnOnce() -> $Right) -> Tensor<bool> {
                mask(BinaryOp::Or, self, &right())
            }
        }
    )* };
}
masks! {
    Tensor<bool>, R, R;
    &'a Tensor<bool>, R, R;
    bool, Tensor<bool>;
    bool, &'a Tensor<bool>;
}

/// `&&`.
#[track_caller]
pub fn and<L: Logic<R> + ?Sized, R>(left: &L, right: impl FnOnce() -> R) -> L::Output {
    left.and(right)
}

/// `||`.
#[track_caller]
pub fn or<L: Logic<R> + ?Sized, R>(left: &L, right: impl FnOnce() -> R) -> L::Output {
    left.or(right)
}

/// `!`: of `bool`, integers or tensors.
#[track_caller]
pub fn not<L: std::ops::Not>(value: L) -> L::Output {
    !value
}
