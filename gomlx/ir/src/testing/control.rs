// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Branches, loops, and the ops with arbitrary bodies: `sort`, `map`.

use super::elementwise::emit;
use super::{Case, case, from_f64, uniform};
use crate::{BinaryOp, Builder, CompareKind, DType, Direction, HostTensor, Op, RegionId, Shape, ValueId};

pub(super) fn cases(cases: &mut Vec<Case>) {
    branches(cases);
    loops(cases);
    sorts(cases);
    maps(cases);
}

/// A region with the given parameters and the results that `build` returns.
pub(super) fn region(b: &mut Builder<'_>, params: &[Shape], build: impl FnOnce(&mut Builder<'_>, &[ValueId]) -> Vec<ValueId>) -> RegionId {
    let region = b.function.add_region();
    let params: Vec<ValueId> = params.iter().map(|s| b.function.add_region_param(region, s.clone())).collect();
    let results = build(&mut Builder::new(b.function, region), &params);
    b.function.region_mut(region).results = results;
    region
}

/// Emits an instruction with regions and returns its results.
pub(super) fn with_regions(b: &mut Builder<'_>, op: Op, operands: &[ValueId], regions: &[RegionId]) -> Vec<ValueId> {
    let inst = b.emit_inst(op, operands, regions).expect("a case is well-typed");
    b.function.inst(inst).results.to_vec()
}

fn branches(cases: &mut Vec<Case>) {
    for taken in [true, false] {
        let inputs = vec![HostTensor::scalar(taken), uniform(DType::F32, &[3, 5], -1.0, 1.0, 1)];
        cases.push(case(format!("if_{taken}"), inputs, |b, p| {
            let yes = region(b, &[], |b, _| vec![b.add(p[1], p[1]), p[1]]);
            let no = region(b, &[], |b, _| vec![b.neg(p[1]), b.mul(p[1], p[1])]);
            with_regions(b, Op::If, &p[..1], &[yes, no])
        }));
    }
    // An index without a branch selects the last branch.
    for index in [0, 1, 2, 3, -1] {
        let inputs = vec![HostTensor::scalar(index), uniform(DType::F32, &[7], -1.0, 1.0, 1)];
        cases.push(case(format!("case_{index}"), inputs, |b, p| {
            let branches = [1.0, 2.0, 3.0].map(|factor| region(b, &[], |b, _| vec![b.scale(p[1], factor)]));
            with_regions(b, Op::Case, &p[..1], &branches)
        }));
    }
}

fn loops(cases: &mut Vec<Case>) {
    for (name, times) in [("often", 10), ("never", 0)] {
        let inputs = vec![HostTensor::scalar(0i32), HostTensor::scalar(times), uniform(DType::F32, &[4, 3], 0.1, 1.0, 1)];
        cases.push(case(format!("while_{name}"), inputs, |b, p| {
            let state = [b.shape(p[0]).clone(), b.shape(p[2]).clone()];
            // The bound is defined outside the loop.
            let condition = region(b, &state, |b, s| vec![b.compare(Direction::Lt, s[0], p[1])]);
            let body = region(b, &state, |b, s| {
                let one = b.scalar(DType::I32, 1.0);
                let square = b.mul(s[1], s[1]);
                vec![b.add(s[0], one), b.sub(s[1], square)]
            });
            with_regions(b, Op::While, &[p[0], p[2]], &[condition, body])
        }));
    }
    // A loop in a loop: sums of 0..i for i below five.
    cases.push(case("while_nested", vec![HostTensor::scalar(0i64)], |b, p| {
        let state = vec![Shape::scalar(DType::I64); 2];
        let below = |bound: Option<ValueId>| {
            move |b: &mut Builder<'_>, s: &[ValueId]| {
                let bound = bound.unwrap_or_else(|| b.scalar(DType::I64, 5.0));
                vec![b.compare(Direction::Lt, s[0], bound)]
            }
        };
        let outer = region(b, &state, below(None));
        let body = region(b, &state, |b, s| {
            let condition = region(b, &[Shape::scalar(DType::I64), Shape::scalar(DType::I64)], below(Some(s[0])));
            let step = region(b, &[Shape::scalar(DType::I64), Shape::scalar(DType::I64)], |b, t| {
                let one = b.scalar(DType::I64, 1.0);
                vec![b.add(t[0], one), b.add(t[1], t[0])]
            });
            let zero = b.scalar(DType::I64, 0.0);
            let inner = with_regions(b, Op::While, &[zero, s[1]], &[condition, step]);
            let one = b.scalar(DType::I64, 1.0);
            vec![b.add(s[0], one), inner[1]]
        });
        with_regions(b, Op::While, &[p[0], p[0]], &[outer, body])
    }));
}

/// A comparator of sort operands that compares the first one.
fn by_first(b: &mut Builder<'_>, dtypes: &[DType], direction: Direction, kind: CompareKind) -> RegionId {
    let params: Vec<Shape> = dtypes.iter().flat_map(|&d| [Shape::scalar(d), Shape::scalar(d)]).collect();
    region(b, &params, |b, p| vec![emit(b, Op::Compare(direction, kind), &p[..2])])
}

fn sorts(cases: &mut Vec<Case>) {
    for dtype in [DType::F32, DType::F64, DType::BF16, DType::I8, DType::U32, DType::I64, DType::Bool] {
        let x = uniform(dtype, &[3, 17], 0.0, 6.0, 1);
        cases.push(case(format!("sort_both_ways_{dtype}"), vec![x], |b, p| {
            let sort = |b: &mut Builder<'_>, axis: usize, direction| {
                let body = by_first(b, &[dtype], direction, CompareKind::of(dtype));
                with_regions(b, Op::Sort { axis, stable: true }, p, &[body])[0]
            };
            vec![sort(b, 1, Direction::Lt), sort(b, 0, Direction::Gt)]
        }));
    }
    // Equal keys show whether the sort is stable, by the positions that move with them.
    let keys = uniform(DType::I32, &[61], 0.0, 5.0, 2);
    cases.push(case("sort_pairs_stable", vec![keys], |b, p| {
        let positions = emit(b, Op::Iota { shape: Shape::new(DType::F32, &[61]), axis: 0 }, &[]);
        let body = by_first(b, &[DType::I32, DType::F32], Direction::Lt, CompareKind::Signed);
        with_regions(b, Op::Sort { axis: 0, stable: true }, &[p[0], positions], &[body])
    }));
    // Sorts by the remainder and then by the number, which takes a comparator of many ops.
    let x = uniform(DType::I32, &[40], 0.0, 99.0, 3);
    cases.push(case("sort_comparator", vec![x], |b, p| {
        let body = region(b, &[Shape::scalar(DType::I32), Shape::scalar(DType::I32)], |b, q| {
            let seven = b.scalar(DType::I32, 7.0);
            let (r, s) = (b.binary(BinaryOp::Remainder, q[0], seven), b.binary(BinaryOp::Remainder, q[1], seven));
            let (less, equal, rest) =
                (b.compare(Direction::Lt, r, s), b.compare(Direction::Eq, r, s), b.compare(Direction::Lt, q[0], q[1]));
            let tied = b.binary(BinaryOp::And, equal, rest);
            vec![b.binary(BinaryOp::Or, less, tied)]
        });
        with_regions(b, Op::Sort { axis: 0, stable: false }, p, &[body])
    }));
    let specials = [0.0, f64::NAN, -0.0, 1.0, f64::INFINITY, -1.0, f64::NEG_INFINITY, 0.0, -0.0];
    cases.push(case("sort_total_order", vec![from_f64(DType::F32, &[9], &specials)], |b, p| {
        let body = by_first(b, &[DType::F32], Direction::Lt, CompareKind::TotalOrder);
        let sorted = with_regions(b, Op::Sort { axis: 0, stable: true }, p, &[body])[0];
        // The bits show the signs of zeros.
        vec![emit(b, Op::BitcastConvert(DType::I32), &[sorted])]
    }));
    for (dtype, k) in [(DType::F32, 3), (DType::F32, 0), (DType::I32, 5), (DType::F64, 12), (DType::F16, 2)] {
        let x = uniform(dtype, &[4, 12], 0.0, 7.0, 4);
        cases.push(case(format!("top_k_{k}_{dtype}"), vec![x], |b, p| with_regions(b, Op::TopK(k), p, &[])));
    }
    cases.push(case("top_k_specials", vec![from_f64(DType::F32, &[9], &specials)], |b, p| with_regions(b, Op::TopK(9), p, &[])));
}

fn maps(cases: &mut Vec<Case>) {
    let inputs = vec![uniform(DType::F32, &[3, 7], -1.0, 1.0, 1), uniform(DType::F32, &[3, 7], -1.0, 1.0, 2)];
    cases.push(case("map", inputs, |b, p| {
        let scalars = [Shape::scalar(DType::F32), Shape::scalar(DType::F32)];
        let body = region(b, &scalars, |b, q| {
            let (product, half) = (b.mul(q[0], q[1]), b.scalar(DType::F32, 0.5));
            let less = b.compare(Direction::Lt, q[0], half);
            vec![b.select(less, product, half)]
        });
        let compare = region(b, &scalars, |b, q| vec![b.compare(Direction::Gt, q[0], q[1])]);
        let mut results = with_regions(b, Op::Map, p, &[body]);
        results.extend(with_regions(b, Op::Map, p, &[compare]));
        results
    }));
    cases.push(case("map_empty", vec![uniform(DType::F64, &[0, 2], -1.0, 1.0, 1)], |b, p| {
        let body = region(b, &[Shape::scalar(DType::F64)], |b, q| vec![b.neg(q[0])]);
        with_regions(b, Op::Map, p, &[body])
    }));
}
