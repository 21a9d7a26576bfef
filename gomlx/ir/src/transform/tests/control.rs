// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Derivatives of branches and loops, also nested, and errors for loops without derivatives.

use super::super::counted::{self, read, write};
use super::super::trip_count;
use super::*;
use crate::{Direction, RegionId, Shape, UnaryOp, verify};

/// A region without parameters that `build` fills.
fn branch(b: &mut Builder<'_>, build: impl FnOnce(&mut Builder<'_>) -> Vec<ValueId>) -> RegionId {
    let region = b.function.add_region();
    let here = std::mem::replace(&mut b.region, region);
    let results = build(b);
    b.region = here;
    b.function.region_mut(region).results = results;
    region
}

/// Emits a `while` with the given condition and body.
fn while_loop(
    b: &mut Builder<'_>,
    state: &[ValueId],
    cond: impl FnOnce(&mut Builder<'_>, &[ValueId]) -> ValueId,
    body: impl FnOnce(&mut Builder<'_>, &[ValueId]) -> Vec<ValueId>,
) -> Vec<ValueId> {
    let regions = [0; 2].map(|_| b.function.add_region());
    let params = regions.map(|region| {
        let shapes: Vec<Shape> = state.iter().map(|&v| b.shape(v).clone()).collect();
        shapes.into_iter().map(|shape| b.function.add_region_param(region, shape)).collect::<Vec<_>>()
    });
    let here = b.region;
    b.region = regions[0];
    let goes_on = cond(b, &params[0]);
    b.region = regions[1];
    let next = body(b, &params[1]);
    b.region = here;
    b.function.region_mut(regions[0]).results = vec![goes_on];
    b.function.region_mut(regions[1]).results = next;
    let inst = b.emit_inst(Op::While, state, &regions).unwrap();
    b.function.inst(inst).results.to_vec()
}

fn norm(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    let square = b.mul(x, x);
    b.reduce_sum(square, &[0])
}

/// sin(h) * w + h / 2, where `w` is a value from outside the loop.
fn step(b: &mut Builder<'_>, h: ValueId, w: ValueId) -> ValueId {
    let sine = b.unary(UnaryOp::Sine, h);
    let product = b.mul(sine, w);
    let half = b.scale(h, 0.5);
    b.add(product, half)
}

fn if_positive(b: &mut Builder<'_>, of: ValueId, on_true: RegionId, on_false: RegionId) -> ValueId {
    let zero = b.full_like(of, 0.0);
    let positive = b.compare(Direction::Gt, of, zero);
    let inst = b.emit_inst(Op::If, &[positive], &[on_true, on_false]).unwrap();
    b.function.inst(inst).results[0]
}

#[test]
fn either_side_of_a_branch() {
    for sign in [1.0, -1.0] {
        check(&[tensor(&[], &[sign]), random(1, &[3]), random(2, &[3])], |b, p| {
            let sine = branch(b, |b| {
                let sine = b.unary(UnaryOp::Sine, p[1]);
                vec![b.mul(sine, p[2])]
            });
            let cube = branch(b, |b| {
                let square = b.mul(p[1], p[1]);
                vec![b.mul(square, p[1])]
            });
            let chosen = if_positive(b, p[0], sine, cube);
            b.mul(chosen, p[2])
        });
    }
}

#[test]
fn cases_by_index() {
    for index in [-1, 0, 1, 2, 7] {
        check(&[tensor(&[], &[index]), random(1, &[3])], |b, p| {
            let functions = [UnaryOp::Sine, UnaryOp::Exponential, UnaryOp::Tanh];
            let regions: Vec<RegionId> = functions.iter().map(|&f| branch(b, |b| vec![b.unary(f, p[1])])).collect();
            let inst = b.emit_inst(Op::Case, &[p[0]], &regions).unwrap();
            let y = b.function.inst(inst).results[0];
            b.mul(y, p[1])
        });
    }
}

#[test]
fn counted_loops() {
    for (first, limit, by, direction, trips) in [
        (0, 4, 1, Direction::Lt, 4),
        (2, 9, 3, Direction::Le, 3),
        (5, -1, -2, Direction::Gt, 3),
        (5, -1, -2, Direction::Ge, 4),
        (0, 6, 2, Direction::Ne, 3),
        (3, 3, 1, Direction::Lt, 0),
    ] {
        let inputs = [random(1, &[3]), random(2, &[3])];
        let build = |b: &mut Builder<'_>, p: &[ValueId]| {
            let start = b.scalar(DType::I64, f64::from(first));
            let results = while_loop(
                b,
                &[p[0], start],
                |b, s| {
                    let limit = b.scalar(DType::I64, f64::from(limit));
                    b.compare(direction, s[1], limit)
                },
                |b, s| {
                    let number = b.convert(s[1], DType::F64);
                    let number = b.full_like_scalar(number, s[0]);
                    let next = step(b, s[0], p[1]);
                    let next = b.add(next, number);
                    let by = b.scalar(DType::I64, f64::from(by));
                    vec![next, b.add(s[1], by)]
                },
            );
            results[0]
        };
        let f = function(&inputs, build);
        let inst = f.body().insts.iter().map(|&id| f.inst(id)).find(|inst| inst.op == Op::While).unwrap();
        assert_eq!(trip_count(&f, inst), Some(trips), "{first} to {limit} by {by}");
        check(&inputs, build);
    }
}

/// A scan over rows that writes a result for each row. Every step has a branch that depends on a value.
fn scan(b: &mut Builder<'_>, p: &[ValueId]) -> ValueId {
    let shape = b.shape(p[1]).clone();
    let written = b.full(&shape, 0.0);
    let results = counted::emit(b, shape.size(0), &[p[0], written], |b, i, s| {
        let row = read(b, p[1], i)?;
        let sum = b.add(s[0], row);
        let total = b.reduce_sum(sum, &[0]);
        let next = step(b, sum, p[2]);
        let on_true = branch(b, |b| vec![b.unary(UnaryOp::Tanh, next)]);
        let on_false = branch(b, |b| vec![b.mul(next, sum)]);
        let next = if_positive(b, total, on_true, on_false);
        Ok(vec![next, write(b, s[1], next, i)?])
    })
    .unwrap();
    let squares = b.mul(results[1], results[1]);
    let sum = b.reduce_sum(squares, &[0]);
    b.add(sum, results[0])
}

#[test]
fn scans_with_branches() {
    check(&[random(1, &[3]), random(2, &[4, 3]), random(3, &[3])], scan);
}

#[test]
fn nested_loops() {
    check(&[random(1, &[3]), random(2, &[3])], |b, p| {
        counted::emit(b, 3, &[p[0]], |b, _, s| {
            let scaled = b.unary(UnaryOp::Cosine, s[0]);
            let inner = counted::emit(b, 2, &[scaled], |b, i, t| {
                let number = b.convert(i, DType::F64);
                let number = b.full_like_scalar(number, t[0]);
                let next = step(b, t[0], p[1]);
                let next = b.mul(next, s[0]);
                Ok(vec![b.add(next, number)])
            })?;
            Ok(vec![b.add(inner[0], s[0])])
        })
        .unwrap()[0]
    });
}

/// Doubles until the norm exceeds a bound, at most eight times.
fn bounded(b: &mut Builder<'_>, p: &[ValueId]) -> ValueId {
    let start = b.scalar(DType::I32, 0.0);
    let results = while_loop(
        b,
        &[start, p[0]],
        |b, s| {
            let limit = b.scalar(DType::I32, 8.0);
            let below = b.compare(Direction::Lt, s[0], limit);
            let size = norm(b, s[1]);
            let bound = b.scalar(DType::F64, 20.0);
            let small = b.compare(Direction::Lt, size, bound);
            b.binary(BinaryOp::And, small, below)
        },
        |b, s| {
            let one = b.scalar(DType::I32, 1.0);
            let square = b.mul(s[1], s[1]);
            let grown = b.add(square, s[1]);
            let grown = b.add(grown, p[1]);
            vec![b.add(s[0], one), grown]
        },
    );
    results[1]
}

#[test]
fn loops_of_bounded_length() {
    check(&[between(1, &[3], 0.2, 0.6), between(2, &[3], 0.1, 0.3)], bounded);
}

#[test]
fn a_loop_of_unknown_length_has_forward_mode_only() {
    let inputs = [between(1, &[3], 0.5, 1.0)];
    let f = function(&inputs, |b, p| {
        b.location = Some(crate::Location { file: "model.rs".into(), line: 9, column: 1 });
        let grow = |b: &mut Builder<'_>, s: &[ValueId]| vec![b.scale(s[0], 1.5)];
        let small = |b: &mut Builder<'_>, s: &[ValueId]| {
            let size = norm(b, s[0]);
            let bound = b.scalar(DType::F64, 20.0);
            b.compare(Direction::Lt, size, bound)
        };
        while_loop(b, p, small, grow)[0]
    });
    let errors = vjp_function(&f).unwrap_err();
    assert!(errors.0[0].message.starts_with("while: reverse mode"), "{errors}");
    assert_eq!(errors.0[0].location.as_ref().map(|l| l.line), Some(9));
    let forward = jvp_function(&f).unwrap();
    let results = run(&forward, &[inputs[0].clone(), random(2, &[3])]);
    let ratio: Vec<f64> = results[0].to_f64_vec().iter().zip(inputs[0].to_f64_vec()).map(|(y, x)| y / x).collect();
    let slope: Vec<f64> = results[1].to_f64_vec().iter().zip(random(2, &[3]).to_f64_vec()).map(|(y, x)| y / x).collect();
    assert!(ratio.iter().zip(slope).all(|(r, s)| (r - s).abs() < 1e-12));
}

#[test]
fn a_loop_keeps_only_what_its_backward_needs() {
    let inputs = [random(1, &[3]), random(2, &[3])];
    let f = function(&inputs, |b, p| counted::emit(b, 4, &[p[0]], |b, _, s| Ok(vec![step(b, s[0], p[1])])).unwrap()[0]);
    let backward = vjp_function(&f).unwrap();
    let whiles: Vec<usize> =
        backward.body().insts.iter().map(|&id| backward.inst(id)).filter(|i| i.op == Op::While).map(|i| i.operands.len()).collect();
    // The forward loop has the counter and the state, and stores cos(h) w and sin(h) for each step. The backward loop
    // has the counter, the cotangent of the state, and the sum of the cotangents of w.
    assert_eq!(whiles, [4, 3], "{backward:?}");
}

/// Forward mode must compute a loop and its branch once, together with their tangents, also after another loop.
#[test]
fn forward_mode_extends_loops_and_branches() {
    let inputs = [random(1, &[3]), random(2, &[4, 3]), random(3, &[3])];
    let f = function(&inputs, |b, p| {
        let first = scan(b, p);
        scan(b, &[first, p[1], p[2]])
    });
    let forward = jvp_function(&f).unwrap();
    verify::verify_function(&forward).unwrap();
    let count = |f: &Function, op: Op| {
        let mut regions = vec![Function::BODY];
        let mut count = 0;
        while let Some(region) = regions.pop() {
            for inst in f.region(region).insts.iter().map(|&id| f.inst(id)) {
                count += usize::from(inst.op == op);
                regions.extend(&inst.regions);
            }
        }
        count
    };
    assert_eq!((count(&forward, Op::While), count(&forward, Op::If)), (2, 2), "{forward:?}");
}

#[test]
fn loops_by_batch() {
    let inputs = [between(1, &[4, 3], -1.0, 1.0), between(2, &[4, 3], 0.1, 0.3)];
    for (build, each) in [(bounded as fn(&mut Builder<'_>, &[ValueId]) -> ValueId, [true, true]), (bounded, [true, false])] {
        let rows = |x: &HostTensor, each: bool, row: usize| {
            let elements = x.to_f64_vec();
            tensor(&[3], &elements[if each { row } else { 0 } * 3..][..3])
        };
        let f = function(&[rows(&inputs[0], true, 0), rows(&inputs[1], true, 0)], build);
        let batched = super::super::vmap_function(&f, 4, &each).unwrap();
        verify::verify_function(&batched).unwrap();
        let second = if each[1] { inputs[1].clone() } else { rows(&inputs[1], true, 0) };
        let got = run(&batched, &[inputs[0].clone(), second])[0].to_f64_vec();
        let want: Vec<f64> =
            (0..4).flat_map(|row| run(&f, &[rows(&inputs[0], true, row), rows(&inputs[1], each[1], row)])[0].to_f64_vec()).collect();
        assert_eq!(got, want);
    }
}

impl Builder<'_> {
    /// Broadcasts a scalar to the dims of another value.
    fn full_like_scalar(&mut self, scalar: ValueId, like: ValueId) -> ValueId {
        let dims = self.shape(like).dims.clone();
        self.broadcast(scalar, &dims, &[])
    }
}
