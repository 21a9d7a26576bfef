// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A composed function on tensors: recorded during a trace, run at once outside.

use std::hash::Hash;

use gomlx_ir::compose::{Arg, Composed, Composer, Method, Var};
use gomlx_ir::{Element, Location};
use smallvec::SmallVec;

use crate::eager;
use crate::tensor::{AnyTensor, Tensor};
use crate::trace::{self, Composition, Tensors};

/// The results of a composition as typed tensors.
pub(crate) trait Results {
    fn of(tensors: Tensors) -> Self;
}

impl<T: Element> Results for Tensor<T> {
    fn of(mut tensors: Tensors) -> Tensor<T> {
        Tensor::wrap(tensors.swap_remove(0))
    }
}

impl<T: Element> Results for Vec<Tensor<T>> {
    fn of(tensors: Tensors) -> Vec<Tensor<T>> {
        tensors.into_iter().map(Tensor::wrap).collect()
    }
}

macro_rules! tuples {
    ($(($($T:ident),*))*) => { $(
        impl<$($T: Element),*> Results for ($(Tensor<$T>,)*) {
            fn of(tensors: Tensors) -> Self {
                // After a mistake in a trace one poisoned tensor stands for all.
                let first = tensors[0].clone();
                let mut tensors = tensors.into_iter();
                ($(Tensor::<$T>::wrap(tensors.next().unwrap_or_else(|| first.clone())),)*)
            }
        }
    )* };
}

tuples! { (A, B) (A, B, C) (A, B, C, D) }

impl Results for AnyTensor {
    fn of(mut tensors: Tensors) -> AnyTensor {
        tensors.swap_remove(0)
    }
}

/// Calls a composed function.
///
/// # Panics
/// Outside a trace, if the call is wrong or fails.
#[track_caller]
pub(crate) fn call<R: Results>(method: &'static Method, args: &[Arg<&AnyTensor>]) -> R {
    R::of(call_any(method, args))
}

#[track_caller]
fn call_any(method: &'static Method, args: &[Arg<&AnyTensor>]) -> Tensors {
    let mut operands: SmallVec<[&AnyTensor; 4]> = SmallVec::new();
    for arg in args {
        arg.each_tensor(&mut |&tensor| operands.push(tensor));
    }
    run(&Composition {
        name: method.name,
        key: &|hasher| {
            hasher.write_u8(0);
            args.iter().for_each(|arg| arg.hash_host(hasher));
        },
        operands: &operands,
        compose: &|function, region, location, values| {
            let mut values = values.iter();
            let mut value = |_: &&AnyTensor| *values.next().expect("there is a value for each tensor of the arguments");
            let args: SmallVec<[Arg; 4]> = args.iter().map(|arg| arg.map(&mut value)).collect();
            method.compose(function, region, Some(location), &args)
        },
    })
}

/// Composes a function of operands; `key` is all that it depends on besides its name and the shapes of the operands.
/// After a mistake in a trace there is one poisoned result.
///
/// # Panics
/// Outside a trace, if the composition is wrong or fails.
#[track_caller]
pub(crate) fn compose(
    name: &'static str,
    key: impl Hash,
    operands: &[&AnyTensor],
    body: impl for<'c> Fn(&'c Composer<'c>, &[Var<'c>]) -> Composed<SmallVec<[Var<'c>; 2]>>,
) -> Tensors {
    run(&Composition {
        name,
        key: &|mut hasher| {
            hasher.write_u8(1);
            key.hash(&mut hasher);
        },
        operands,
        compose: &|function, region, location, values| {
            gomlx_ir::compose::compose(name, function, region, Some(location), &|c| {
                let vars: SmallVec<[Var<'_>; 4]> = values.iter().map(|&value| c.var(value)).collect();
                body(c, &vars)
            })
        },
    })
}

/// As [`compose`], for a function that gives one tensor.
///
/// # Panics
/// As [`compose`].
#[track_caller]
pub(crate) fn compose_one(
    name: &'static str,
    key: impl Hash,
    operands: &[&AnyTensor],
    body: impl for<'c> Fn(&'c Composer<'c>, &[Var<'c>]) -> Composed<Var<'c>>,
) -> AnyTensor {
    compose(name, key, operands, |c, vars| Ok(SmallVec::from_iter([body(c, vars)?]))).swap_remove(0)
}

#[track_caller]
fn run(composition: &Composition<'_>) -> Tensors {
    let location = Location::caller();
    if trace::active() {
        return trace::with(|trace| trace.record(composition, &location));
    }
    match eager::run(composition, &location) {
        Ok(results) => results,
        Err(error) => panic!("{error}"),
    }
}
