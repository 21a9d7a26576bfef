// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Sorts with comparators of every kind, and `top_k`.

use super::{Case, DTYPES, case, from_f64, uniform};
use crate::{BinaryOp, Builder, CompareKind, DType, Direction, HostTensor, Op, RegionId, ValueId};

pub(super) fn cases(cases: &mut Vec<Case>) {
    for dtype in DTYPES {
        let x = uniform(dtype, &[5, 7, 3], -9.0, 9.0, 4);
        cases.push(case(format!("order_{}", dtype.name()), vec![x.clone()], |b, p| sorted(b, p, 1, Direction::Lt)));
        let position = uniform(DType::I32, &[5, 7, 3], 0.0, 1000.0, 5);
        cases.push(case(format!("order_down_with_{}", dtype.name()), vec![x, position], |b, p| sorted(b, p, 0, Direction::Gt)));
    }
    for (dims, axis) in [(&[1000][..], 0), (&[0], 0), (&[1], 0), (&[3, 0], 0), (&[2, 129], 1), (&[129, 2], 0)] {
        let x = uniform(DType::F32, dims, -100.0, 100.0, 6);
        cases.push(case(format!("order_{dims:?}_along_{axis}"), vec![x], |b, p| sorted(b, p, axis, Direction::Lt)));
    }
    let special = [0.0, -0.0, f64::NAN, 1.0, f64::NEG_INFINITY, -0.0, f64::INFINITY, -1.0, 0.0, f64::NAN, 1e-40];
    for dtype in [DType::F16, DType::BF16, DType::F32, DType::F64] {
        let x = from_f64(dtype, &[11], &special);
        cases.push(case(format!("order_total_order_{}", dtype.name()), vec![x.clone(), count(11)], |b, p| {
            by(b, p, 0, |b, r, q| compare(b, r, q[0], q[1], Direction::Lt, CompareKind::TotalOrder))
        }));
        cases.push(case(format!("order_as_jax_{}", dtype.name()), vec![x.clone(), count(11)], |b, p| {
            by(b, p, 0, |b, r, q| {
                let (x, y) = (plain(b, r, q[0]), plain(b, r, q[1]));
                compare(b, r, x, y, Direction::Lt, CompareKind::TotalOrder)
            })
        }));
    }
    let keys = || vec![uniform(DType::I32, &[40], 0.0, 4.0, 7), uniform(DType::F32, &[40], -1.0, 1.0, 8)];
    cases.push(case("order_by_two_keys", keys(), |b, p| {
        by(b, p, 0, |b, r, q| {
            let before = compare(b, r, q[0], q[1], Direction::Lt, CompareKind::Signed);
            let same = compare(b, r, q[0], q[1], Direction::Eq, CompareKind::Signed);
            let then = compare(b, r, q[2], q[3], Direction::Gt, CompareKind::Float);
            let inst = &mut Builder::new(b.function, r);
            let second = inst.binary(BinaryOp::And, same, then);
            inst.binary(BinaryOp::Or, before, second)
        })
    }));
    for (dims, k) in [(&[50][..], 1), (&[6, 33], 5), (&[6, 33], 33), (&[2, 3], 0), (&[0, 4], 2)] {
        for dtype in [DType::F32, DType::I32, DType::U8, DType::BF16, DType::F64] {
            let x = uniform(dtype, dims, 0.0, 20.0, 9);
            cases.push(case(format!("order_top_{k}_of_{dims:?}_{}", dtype.name()), vec![x], |b, p| {
                let inst = b.emit_inst(Op::TopK(k), &[p[0]], &[]).expect("k is at most the last axis");
                b.function.inst(inst).results.to_vec()
            }));
        }
    }
}

fn count(n: usize) -> HostTensor {
    HostTensor::new(&[n], &(0..n as i32).collect::<Vec<_>>()).expect("one element for each position")
}

/// A stable sort of all operands by the first one.
fn sorted(b: &mut Builder<'_>, operands: &[ValueId], axis: usize, direction: Direction) -> Vec<ValueId> {
    by(b, operands, axis, |b, r, q| {
        let kind = CompareKind::of(b.shape(q[0]).dtype);
        compare(b, r, q[0], q[1], direction, kind)
    })
}

/// A stable sort with a comparator, which is built from its region and parameters.
fn by(
    b: &mut Builder<'_>,
    operands: &[ValueId],
    axis: usize,
    comparator: impl FnOnce(&mut Builder<'_>, RegionId, &[ValueId]) -> ValueId,
) -> Vec<ValueId> {
    let region = b.function.add_region();
    let mut params = vec![];
    for &operand in operands {
        let scalar = crate::Shape::new(b.shape(operand).dtype, &[]);
        params.push(b.function.add_region_param(region, scalar.clone()));
        params.push(b.function.add_region_param(region, scalar));
    }
    let result = comparator(b, region, &params);
    b.function.region_mut(region).results = vec![result];
    let inst = b.emit_inst(Op::Sort { axis, stable: true }, operands, &[region]).expect("the comparator takes pairs of scalars");
    b.function.inst(inst).results.to_vec()
}

fn compare(b: &mut Builder<'_>, region: RegionId, x: ValueId, y: ValueId, direction: Direction, kind: CompareKind) -> ValueId {
    Builder::new(b.function, region).emit(Op::Compare(direction, kind), &[x, y]).expect("scalars of one type compare")
}

/// The value without the sign of zeros and with a single NaN, as JAX's comparators use it.
fn plain(b: &mut Builder<'_>, region: RegionId, x: ValueId) -> ValueId {
    let b = &mut Builder::new(b.function, region);
    let dtype = b.shape(x).dtype;
    let (zero, nan) = (b.scalar(dtype, 0.0), b.scalar(dtype, f64::NAN));
    let is_zero = b.compare(Direction::Eq, x, zero);
    let unsigned = b.select(is_zero, zero, x);
    let is_nan = b.compare(Direction::Ne, x, x);
    b.select(is_nan, nan, unsigned)
}
