// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Ops that move elements.

use super::*;
use crate::Dim;

fn dims(sizes: &[usize]) -> Vec<Dim> {
    sizes.iter().map(|&n| Dim::Lit(n)).collect()
}

/// The square of a value, whose second derivative is not zero.
fn squared(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    b.mul(x, x)
}

#[test]
fn broadcast_in_dim() {
    let cases: [(&[usize], &[usize], &[usize]); 6] = [
        (&[], &[2, 3], &[]),
        (&[3], &[2, 3], &[1]),
        (&[2, 4], &[2, 3, 4], &[0, 2]),
        (&[1, 4], &[3, 4], &[0, 1]),
        (&[4, 1, 2], &[2, 3, 4, 5], &[2, 1, 0]),
        (&[2], &[2, 0], &[0]),
    ];
    for (from, to, axes) in cases {
        check(&[random(1, from)], |b, p| {
            let spread = b.emit(Op::BroadcastInDim { dims: dims(to).into(), axes: axes.into() }, p).unwrap();
            squared(b, spread)
        });
    }
}

#[test]
fn reshape_transpose_reverse() {
    check(&[random(1, &[2, 3, 4])], |b, p| {
        let turned = b.transpose(p[0], &[2, 0, 1]);
        let flat = b.reshape(turned, &dims(&[8, 3]));
        let backward = b.emit(Op::Reverse([1].as_slice().into()), &[flat]).unwrap();
        b.mul(flat, backward)
    });
}

#[test]
fn slice() {
    let cases: [([usize; 2], [usize; 2], [usize; 2]); 4] =
        [([0, 0], [9, 5], [1, 1]), ([1, 0], [8, 5], [3, 2]), ([2, 1], [9, 4], [2, 1]), ([4, 0], [4, 5], [1, 3])];
    for (starts, limits, strides) in cases {
        check(&[random(1, &[9, 5])], |b, p| {
            let op = Op::Slice { starts: starts.as_slice().into(), limits: dims(&limits).into(), strides: strides.as_slice().into() };
            let part = b.emit(op, p).unwrap();
            squared(b, part)
        });
    }
}

#[test]
fn pad() {
    let cases: [([i64; 2], [i64; 2], [i64; 2]); 5] = [
        ([1, 0], [2, 1], [0, 2]),
        ([-1, 0], [2, -1], [1, 0]),
        ([-3, -2], [1, 4], [2, 3]),
        ([0, 2], [-2, 0], [0, 1]),
        ([-5, 0], [6, 0], [0, 0]),
    ];
    for (low, high, interior) in cases {
        check(&[random(1, &[4, 3]), random(2, &[])], |b, p| {
            let op = Op::Pad { low: low.as_slice().into(), high: high.as_slice().into(), interior: interior.as_slice().into() };
            let padded = b.emit(op, p).unwrap();
            squared(b, padded)
        });
    }
}

#[test]
fn concatenate() {
    check(&[random(1, &[2, 3]), random(2, &[2, 0]), random(3, &[2, 4])], |b, p| {
        let doubled = b.scale(p[2], 2.0);
        let joined = b.emit(Op::Concatenate(1), &[p[0], p[1], doubled, p[0]]).unwrap();
        squared(b, joined)
    });
}

#[test]
fn dynamic_slices() {
    for start in [1i32, 99, -7] {
        let index = tensor(&[], &[start]);
        check(&[random(1, &[4, 6]), index.clone()], |b, p| {
            let part = b.emit(Op::DynamicSlice([2, 3].as_slice().into()), &[p[0], p[1], p[1]]).unwrap();
            squared(b, part)
        });
        check(&[random(2, &[4, 6]), random(3, &[2, 3]), index], |b, p| {
            let updated = b.emit(Op::DynamicUpdateSlice, &[p[0], p[1], p[2], p[2]]).unwrap();
            squared(b, updated)
        });
    }
}

#[test]
fn optimization_barrier() {
    check(&[random(1, &[3]), random(2, &[3])], |b, p| {
        let inst = b.emit_inst(Op::OptimizationBarrier, p, &[]).unwrap();
        let results = b.function.inst(inst).results.clone();
        b.mul(results[0], results[1])
    });
}
