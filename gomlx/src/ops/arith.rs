// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The operators: `+ - * / %` and their assigning forms, negation, `& | ^ !`. Operands broadcast by NumPy's rules.

use std::iter::{Product, Sum};
use std::ops::{
    Add, AddAssign, BitAnd, BitAndAssign, BitOr, BitOrAssign, BitXor, BitXorAssign, Div, DivAssign, Mul, MulAssign, Neg, Not, Rem,
    RemAssign, Sub, SubAssign,
};

use gomlx_ir::{BinaryOp, Element, UnaryOp};

use super::{Operand, raw};
use crate::Tensor;

macro_rules! binary {
    ($($Trait:ident $method:ident $Op:ident;)*) => { $(
        binary!(@left $Trait $method $Op; Tensor<T>, &Tensor<T>, &&Tensor<T>, &mut Tensor<T>, &&mut Tensor<T>);
        binary!(@scalar $Trait $method $Op; f32, f64, i32, i64, u8, u32, u64, usize);
    )* };
    (@left $Trait:ident $method:ident $Op:ident; $($Left:ty),*) => { $(
        impl<T: Element, R: Operand<T>> $Trait<R> for $Left {
            type Output = Tensor<T>;
            #[track_caller]
            fn $method(self, right: R) -> Tensor<T> {
                Tensor::wrap(raw::binary(BinaryOp::$Op, &self.any, &right.operand()))
            }
        }
    )* };
    (@scalar $Trait:ident $method:ident $Op:ident; $($Left:ty),*) => { $(
        binary!(@one $Trait $method $Op $Left; Tensor<T>, &Tensor<T>, &&Tensor<T>, &mut Tensor<T>, &&mut Tensor<T>);
        binary!(@one $Trait $method $Op &$Left; Tensor<T>, &Tensor<T>, &&Tensor<T>, &mut Tensor<T>, &&mut Tensor<T>);
    )* };
    (@one $Trait:ident $method:ident $Op:ident $Left:ty; $($Right:ty),*) => { $(
        impl<T: Element> $Trait<$Right> for $Left {
            type Output = Tensor<T>;
            #[track_caller]
            fn $method(self, right: $Right) -> Tensor<T> {
                let left = <$Left as Operand<T>>::operand(&self);
                Tensor::wrap(raw::binary(BinaryOp::$Op, &left, &right.any))
            }
        }
    )* };
}

binary! {
    Add add Add;
    Sub sub Subtract;
    Mul mul Multiply;
    Div div Divide;
    Rem rem Remainder;
}

macro_rules! assign {
    ($($Trait:ident $method:ident $Op:ident;)*) => { $(
        impl<T: Element, R: Operand<T>> $Trait<R> for Tensor<T> {
            #[track_caller]
            fn $method(&mut self, right: R) {
                self.any = raw::binary(BinaryOp::$Op, &self.any, &right.operand());
            }
        }
    )* };
}

assign! {
    AddAssign add_assign Add;
    SubAssign sub_assign Subtract;
    MulAssign mul_assign Multiply;
    DivAssign div_assign Divide;
    RemAssign rem_assign Remainder;
    BitAndAssign bitand_assign And;
    BitOrAssign bitor_assign Or;
    BitXorAssign bitxor_assign Xor;
}

macro_rules! bitwise {
    ($($Trait:ident $method:ident $Op:ident;)*) => { $(
        bitwise!(@left $Trait $method $Op; Tensor<T>, &Tensor<T>, &&Tensor<T>, &mut Tensor<T>, &&mut Tensor<T>);
    )* };
    (@left $Trait:ident $method:ident $Op:ident; $($Left:ty),*) => { $(
        impl<T: Element, R: Operand<T>> $Trait<R> for $Left {
            type Output = Tensor<T>;
            #[track_caller]
            fn $method(self, right: R) -> Tensor<T> {
                Tensor::wrap(raw::binary(BinaryOp::$Op, &self.any, &right.operand()))
            }
        }
    )* };
}

bitwise! {
    BitAnd bitand And;
    BitOr bitor Or;
    BitXor bitxor Xor;
}

macro_rules! unary {
    ($Trait:ident $method:ident $Op:ident; $($Left:ty),*) => { $(
        impl<T: Element> $Trait for $Left {
            type Output = Tensor<T>;
            #[track_caller]
            fn $method(self) -> Tensor<T> {
                Tensor::wrap(raw::unary(UnaryOp::$Op, &self.any))
            }
        }
    )* };
}

unary!(Neg neg Negate; Tensor<T>, &Tensor<T>, &&Tensor<T>, &mut Tensor<T>);
unary!(Not not Not; Tensor<T>, &Tensor<T>, &&Tensor<T>, &mut Tensor<T>);

macro_rules! fold {
    ($($Trait:ident $method:ident $empty:ident, $op:tt;)*) => { $(
        /// Of none, a scalar.
        impl<T: Element> $Trait for Tensor<T> {
            fn $method<I: Iterator<Item = Tensor<T>>>(tensors: I) -> Tensor<T> {
                tensors.reduce(|a, b| a $op b).unwrap_or_else(|| Tensor::$empty(&[]))
            }
        }

        /// Of none, a scalar.
        impl<'t, T: Element> $Trait<&'t Tensor<T>> for Tensor<T> {
            fn $method<I: Iterator<Item = &'t Tensor<T>>>(tensors: I) -> Tensor<T> {
                tensors.cloned().$method()
            }
        }
    )* };
}

fold! {
    Sum sum zeros, +;
    Product product ones, *;
}
