// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Every composed function, one line each: eager and traced calls agree on every backend, the result has the dims that
//! the line says, and `STABLEHLO` is the text of the trace, word for word.

#![allow(unused_qualifications, reason = "the macro knows a loss by its path")]

use std::collections::BTreeSet;

use gomlx::Tensor;
use gomlx::prelude::Element;
use gomlx_ir::compose::Method;

/// Elements for a test: numbers in (0, 1), or small whole numbers.
fn tensor<T: Element>(dims: &[usize]) -> Tensor<T> {
    let element = |i: usize| if T::DTYPE.is_float() { ((i as f64 * 0.37).sin() + 1.2) * 0.4 } else { (i * 7 % 3) as f64 };
    let elements: Vec<T> = (0..dims.iter().product()).map(|i| T::from_f64(element(i))).collect();
    Tensor::new(dims, &elements).expect("as many elements as the dims say")
}

/// Tests of lines.
macro_rules! table {
    ($($name:ident($($arg:ident: $T:ident[$($dim:literal),*]),*) -> $Out:ident[$($out:literal),*] $body:block)*) => {
        $(mod $name {
            use super::*;

            #[graph]
            pub(crate) fn traced($($arg: &Tensor![$T; $($dim),*]),*) -> Tensor![$Out; $($out),*] $body

            pub(crate) fn eager($($arg: &Tensor<$T>),*) -> Tensor<$Out> $body
        })*

        #[test]
        fn modes_agree() {
            on_each_backend("modes_agree", |backend| {
                $({
                    $(let $arg = tensor::<$T>(&[$($dim),*]);)*
                    let (eager, traced) = ($name::eager($(&$arg),*), $name::traced($(&$arg),*));
                    let dims: &[usize] = &[$($out),*];
                    assert_eq!(eager.dims(), dims, "{} on {backend}", stringify!($name));
                    assert_close!(eager, traced, 1e-5);
                })*
            });
        }

        #[test]
        fn previews_are_the_traces() {
            gomlx::with_backend("eval", || {
                $({
                    $(let $arg = tensor::<$T>(&[$($dim),*]);)*
                    let traced = $name::traced::lower($(&$arg),*).expect("it traces").stablehlo();
                    assert_eq!($name::traced::STABLEHLO, traced, "{}", stringify!($name));
                })*
            })
            .expect("the evaluator is always there");
        }

        /// The functions that have a line.
        pub(crate) const LINES: &[&str] = &[$(stringify!($name)),*];
    };
}

mod fields;
mod tensors;

#[test]
fn every_function_has_a_line() {
    let lines: BTreeSet<&str> = fields::LINES.iter().chain(tensors::LINES).copied().collect();
    let declared: BTreeSet<&str> = Method::all().map(|method| method.name).collect();
    let missing: Vec<_> = declared.difference(&lines).collect();
    assert!(missing.is_empty(), "functions without a line: {missing:?}");
}
