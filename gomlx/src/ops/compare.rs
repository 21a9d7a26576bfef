// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Comparisons, logic and choice. The free functions dispatch by type: on host values they are Rust's operators,
//! on tensors they make a `Tensor<bool>`. `#[graph]` writes them for `<`, `==`, `&&` and the rest.

use gomlx_ir::{BinaryOp, Direction, Element, UnaryOp};

use super::{Operand, raw};
use crate::Tensor;

/// What compares with `R`: host values to `bool`, tensors to `Tensor<bool>`.
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

macro_rules! host {
    ($($t:ty),*) => { $(
        impl Relate<$t> for $t {
            type Output = bool;
            fn relate(&self, direction: Direction, right: &$t) -> bool {
                match direction {
                    Direction::Eq => self == right,
                    Direction::Ne => self != right,
                    Direction::Ge => self >= right,
                    Direction::Gt => self > right,
                    Direction::Le => self <= right,
                    Direction::Lt => self < right,
                }
            }
        }
    )* };
}
host!(bool, char, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, f32, f64, str, String);

impl<T: Element, R: Operand<T>> Relate<R> for Tensor<T> {
    type Output = Tensor<bool>;
    fn relate(&self, direction: Direction, right: &R) -> Tensor<bool> {
        Tensor::wrap(raw::compare(direction, &self.any, &right.operand()))
    }
}

impl<T: Element, R: Operand<T>> Relate<R> for &Tensor<T> {
    type Output = Tensor<bool>;
    fn relate(&self, direction: Direction, right: &R) -> Tensor<bool> {
        Tensor::wrap(raw::compare(direction, &self.any, &right.operand()))
    }
}

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
    )* };
}
scalar_left!(f32, f64, i32, i64, u32, usize);

macro_rules! relations {
    ($($(#[doc = $doc:literal])* $name:ident $Direction:ident;)*) => { $(
        $(#[doc = $doc])*
        #[track_caller]
        pub fn $name<L: Relate<R> + ?Sized, R: ?Sized>(left: &L, right: &R) -> L::Output {
            left.relate(Direction::$Direction, right)
        }
    )*

        impl<T: Element> Tensor<T> { $(
            $(#[doc = $doc])*
            #[track_caller]
            pub fn $name(&self, right: impl Operand<T>) -> Tensor<bool> {
                Tensor::wrap(raw::compare(Direction::$Direction, &self.any, &right.operand()))
            }
        )* }
    };
}

relations! {
    /// `==`; of tensors elementwise, broadcast.
    eq Eq;
    /// `!=`; of tensors elementwise, broadcast.
    ne Ne;
    /// `>=`; of tensors elementwise, broadcast.
    ge Ge;
    /// `>`; of tensors elementwise, broadcast.
    gt Gt;
    /// `<=`; of tensors elementwise, broadcast.
    le Le;
    /// `<`; of tensors elementwise, broadcast.
    lt Lt;
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

/// Elementwise choice: `on_true` where the mask is true, else `on_false`. All three broadcast.
///
/// ```
/// use gomlx::{Tensor, select};
/// let x = Tensor::new(&[3], &[-1.0f32, 0.5, 2.0])?;
/// assert_eq!(select(&x.gt(0.0), &x, 0.0).to_vec()?, [0.0, 0.5, 2.0]);
/// # Ok::<(), gomlx::Error>(())
/// ```
#[track_caller]
pub fn select<T: Element>(mask: &Tensor<bool>, on_true: &Tensor<T>, on_false: impl Operand<T>) -> Tensor<T> {
    Tensor::wrap(raw::select(&mask.any, &on_true.any, &on_false.operand()))
}

impl Tensor<bool> {
    /// Whether every element is true.
    #[track_caller]
    pub fn all(&self) -> Tensor<bool> {
        let axes: Vec<usize> = (0..self.rank()).collect();
        Tensor::wrap(raw::reduce(BinaryOp::And, &self.any, &axes))
    }

    /// Whether some element is true.
    #[track_caller]
    pub fn any(&self) -> Tensor<bool> {
        let axes: Vec<usize> = (0..self.rank()).collect();
        Tensor::wrap(raw::reduce(BinaryOp::Or, &self.any, &axes))
    }
}

impl<T: Element> Tensor<T> {
    /// Whether each element is neither infinite nor NaN. Floating point only.
    #[track_caller]
    pub fn is_finite(&self) -> Tensor<bool> {
        Tensor::wrap(raw::unary(UnaryOp::IsFinite, &self.any))
    }
}
