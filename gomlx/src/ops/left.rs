// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Arithmetic with a bare number on the left, `1.0 - x`, as `#[graph]` writes it.
//!
//! Rust chooses the impl of an operator by the type of its left side, which a bare number does not have yet: after
//! `(1.0 - x)` no method could follow. These functions go by the right side.

use std::borrow::Borrow;

use gomlx_ir::{BinaryOp, Element};

use super::{Operand, raw};
use crate::Tensor;

/// What may stand to the right of a bare number: a tensor, or a number of the host.
#[diagnostic::on_unimplemented(message = "a number does not combine with `{Self}` [E0002]")]
pub trait RightOf<L> {
    /// A tensor of the element type, or the host's number.
    type Output;
    /// `left + self`.
    #[track_caller]
    fn add_to(self, left: L) -> Self::Output;
    /// `left - self`.
    #[track_caller]
    fn sub_from(self, left: L) -> Self::Output;
    /// `left * self`.
    #[track_caller]
    fn mul_with(self, left: L) -> Self::Output;
    /// `left / self`.
    #[track_caller]
    fn div_into(self, left: L) -> Self::Output;
    /// `left % self`.
    #[track_caller]
    fn rem_of(self, left: L) -> Self::Output;
}

macro_rules! tensors {
    ($($t:ty),*) => { $(
        impl<T: Element, L: Operand<T>> RightOf<L> for $t {
            type Output = Tensor<T>;
            fn add_to(self, left: L) -> Tensor<T> {
                Tensor::wrap(raw::binary(BinaryOp::Add, &left.operand(), &self.any))
            }
            fn sub_from(self, left: L) -> Tensor<T> {
                Tensor::wrap(raw::binary(BinaryOp::Subtract, &left.operand(), &self.any))
            }
            fn mul_with(self, left: L) -> Tensor<T> {
                Tensor::wrap(raw::binary(BinaryOp::Multiply, &left.operand(), &self.any))
            }
            fn div_into(self, left: L) -> Tensor<T> {
                Tensor::wrap(raw::binary(BinaryOp::Divide, &left.operand(), &self.any))
            }
            fn rem_of(self, left: L) -> Tensor<T> {
                Tensor::wrap(raw::binary(BinaryOp::Remainder, &left.operand(), &self.any))
            }
        }
    )* };
}
tensors!(Tensor<T>, &Tensor<T>, &&Tensor<T>, &mut Tensor<T>, &&mut Tensor<T>);

macro_rules! host {
    ($($t:ty),*) => { $(
        host!(@one $t, $t);
        host!(@one &$t, $t);
    )* };
    (@one $Right:ty, $t:ty) => {
        impl RightOf<$t> for $Right {
            type Output = $t;
            fn add_to(self, left: $t) -> $t {
                left + *Borrow::<$t>::borrow(&self)
            }
            fn sub_from(self, left: $t) -> $t {
                left - *Borrow::<$t>::borrow(&self)
            }
            fn mul_with(self, left: $t) -> $t {
                left * *Borrow::<$t>::borrow(&self)
            }
            fn div_into(self, left: $t) -> $t {
                left / *Borrow::<$t>::borrow(&self)
            }
            fn rem_of(self, left: $t) -> $t {
                left % *Borrow::<$t>::borrow(&self)
            }
        }
    };
}
host!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, f32, f64);

/// `left + right`.
#[track_caller]
pub fn add<L, R: RightOf<L>>(left: L, right: R) -> R::Output {
    right.add_to(left)
}

/// `left - right`.
#[track_caller]
pub fn sub<L, R: RightOf<L>>(left: L, right: R) -> R::Output {
    right.sub_from(left)
}

/// `left * right`.
#[track_caller]
pub fn mul<L, R: RightOf<L>>(left: L, right: R) -> R::Output {
    right.mul_with(left)
}

/// `left / right`.
#[track_caller]
pub fn div<L, R: RightOf<L>>(left: L, right: R) -> R::Output {
    right.div_into(left)
}

/// `left % right`.
#[track_caller]
pub fn rem<L, R: RightOf<L>>(left: L, right: R) -> R::Output {
    right.rem_of(left)
}
