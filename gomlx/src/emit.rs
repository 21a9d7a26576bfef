// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A composed function on tensors: recorded during a trace, run at once outside.

use std::hash::Hash;

use gomlx_ir::compose::{Arg, Composed, Composer, Method, Stop, Var, compose_one};
use gomlx_ir::{Builder, DType, Element, Location, Op, Reducer, RegionId};
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
                let mut tensors = tensors.into_iter();
                ($(Tensor::<$T>::wrap(tensors.next().expect("a declaration says how many tensors there are")),)*)
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

/// Composes a function of operands that gives one tensor; `key` is all that it depends on besides its name and the
/// shapes of the operands.
///
/// # Panics
/// Outside a trace, if the composition is wrong or fails.
#[track_caller]
pub(crate) fn compose(
    name: &'static str,
    key: impl Hash,
    operands: &[&AnyTensor],
    body: impl for<'c> Fn(&'c Composer<'c>, &[Var<'c>]) -> Composed<Var<'c>>,
) -> AnyTensor {
    let mut results = run(&Composition {
        name,
        key: &|mut hasher| {
            hasher.write_u8(1);
            key.hash(&mut hasher);
        },
        operands,
        compose: &|function, region, location, values| {
            let one = compose_one(name, function, region, Some(location), |c| {
                let vars: SmallVec<[Var<'_>; 4]> = values.iter().map(|&value| c.var(value)).collect();
                body(c, &vars)
            })?;
            Ok(SmallVec::from_iter([one]))
        },
    });
    results.swap_remove(0)
}

/// An op with the bodies of its regions, as a value that can be compared: the key of an eager op.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Node {
    pub(crate) op: Op,
    pub(crate) bodies: SmallVec<[(Reducer, DType); 1]>,
}

impl From<Op> for Node {
    fn from(op: Op) -> Node {
        Node { op, bodies: SmallVec::new() }
    }
}

/// Applies an op that has one result.
///
/// # Panics
/// Outside a trace, if the op cannot take the operands or fails.
#[track_caller]
pub(crate) fn emit_one(node: impl Into<Node>, operands: &[&AnyTensor]) -> AnyTensor {
    emit(node.into(), operands).swap_remove(0)
}

/// Applies an op.
///
/// # Panics
/// Outside a trace, if the op cannot take the operands or fails.
#[track_caller]
pub(crate) fn emit(node: Node, operands: &[&AnyTensor]) -> Tensors {
    run(&Composition {
        name: node.op.short_name(),
        key: &|mut hasher| {
            hasher.write_u8(2);
            node.hash(&mut hasher);
        },
        operands,
        compose: &|function, region, location, values| {
            let mut builder = Builder { function, region, location: Some(location.clone()) };
            let regions: SmallVec<[RegionId; 2]> = node.bodies.iter().map(|&(reducer, dtype)| builder.reducer(reducer, dtype)).collect();
            let inst = builder.emit_inst(node.op.clone(), values, &regions).map_err(Stop::Wrong)?;
            Ok(builder.function.inst(inst).results.iter().copied().collect())
        },
    })
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
