// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A graph with every floating-point value that it computes moved by about one unit in the last place.

use gomlx_ir::{DType, Function, Op, Shape, ValueId};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use rustc_hash::FxHashMap;

use super::compare::unit;
use super::shrink::copy;

/// The function with parameters and results of its body's instructions multiplied by 1 plus or minus about a unit.
pub(super) fn perturbed(function: &Function, seed: u64) -> Function {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut target = Function::new(function.name.clone());
    let mut map: FxHashMap<ValueId, ValueId> = FxHashMap::default();
    for (&param, &donation) in function.params().iter().zip(&function.donations) {
        let value = target.add_param(function.shape(param).clone(), donation);
        let value = moved(&mut target, value, &mut rng, 1.0);
        map.insert(param, value);
    }
    for &id in &function.body().insts {
        copy(function, &mut target, Function::BODY, id, &mut map);
        let inst = function.inst(id);
        let units = match inst.op {
            // What only moves elements rounds nothing.
            Op::Constant(_)
            | Op::Iota { .. }
            | Op::BroadcastInDim { .. }
            | Op::Reshape(_)
            | Op::Transpose(_)
            | Op::Slice { .. }
            | Op::Pad { .. }
            | Op::Concatenate(_)
            | Op::Reverse(_)
            | Op::DynamicSlice(_)
            | Op::DynamicUpdateSlice
            | Op::Gather(_)
            | Op::Select
            | Op::Sort { .. }
            | Op::OptimizationBarrier
            | Op::Print(_)
            | Op::BitcastConvert(_) => continue,
            // Backends approximate functions to a few units.
            Op::Unary(_) | Op::Binary(_) => 4.0,
            _ => 2.0,
        };
        for &result in &inst.results {
            let value = moved(&mut target, map[&result], &mut rng, units);
            map.insert(result, value);
        }
    }
    target.set_results(function.results().iter().map(|r| map[r]).collect());
    target
}

/// The value times numbers near 1, if it is of real floating point.
fn moved(target: &mut Function, value: ValueId, rng: &mut Xoshiro256PlusPlus, units: f64) -> ValueId {
    let shape: Shape = target.shape(value).clone();
    if !matches!(shape.dtype, DType::F16 | DType::BF16 | DType::F32 | DType::F64) {
        return value;
    }
    let unit = unit(shape.dtype).0 * units;
    let factors: Vec<f64> = (0..shape.num_elements()).map(|_| 1.0 + unit * f64::from((rng.next_u32() % 3) as i32 - 1)).collect();
    let tensor = gomlx_ir::testing::from_f64(shape.dtype, &shape.sizes(), &factors);
    let factors = push(target, Op::Constant(std::sync::Arc::new(tensor)), &[]);
    push(target, Op::Binary(gomlx_ir::BinaryOp::Multiply), &[value, factors])
}

fn push(target: &mut Function, op: Op, operands: &[ValueId]) -> ValueId {
    let inst = target.push(Function::BODY, op, operands, &[], None).expect("a product of values of one shape");
    target.inst(inst).results[0]
}
