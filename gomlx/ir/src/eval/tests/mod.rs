// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The spec's examples, and the corner cases that the spec and IEEE 754 define.

mod complex;
mod contract;
mod elementwise;
mod errors;
mod index;
mod movement;
mod reduce;

use super::*;
use crate::{Builder, DType, Donation, Element, Op, RegionId, ValueId, verify::verify_static};

/// Evaluates one op on inputs. `regions` adds its regions.
fn results(op: Op, inputs: &[HostTensor], regions: impl FnOnce(&mut Builder<'_>) -> Vec<RegionId>) -> Vec<HostTensor> {
    let mut f = Function::new("f");
    let params: Vec<ValueId> = inputs.iter().map(|x| f.add_param(x.shape(), Donation::Keep)).collect();
    let mut b = Builder::new(&mut f, Function::BODY);
    let regions = regions(&mut b);
    let inst = b.emit_inst(op, &params, &regions).unwrap();
    let results = f.inst(inst).results.to_vec();
    f.set_results(results);
    let module = Module::new(f);
    verify_static(&module).unwrap();
    evaluate(&module, inputs).unwrap()
}

/// The first result of an op without regions.
fn result(op: Op, inputs: &[HostTensor]) -> HostTensor {
    results(op, inputs, |_| vec![]).swap_remove(0)
}

fn t<T: Element>(dims: &[usize], elements: &[T]) -> HostTensor {
    HostTensor::new(dims, elements).unwrap()
}

/// A tensor that counts from one.
fn ones_up(dtype: DType, dims: &[usize]) -> HostTensor {
    let n = dims.iter().product::<usize>();
    let elements: Vec<i64> = (1..=n as i64).collect();
    convert::convert(&t(dims, &elements), dtype)
}
