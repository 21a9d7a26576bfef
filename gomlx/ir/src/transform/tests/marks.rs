// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A derivative mark must stay with its instruction: through every pass, through batching, in regions, and in
//! derivatives of derivatives.

use super::super::{checkpoint, custom_jvp, custom_vjp, vmap_function};
use super::*;
use crate::edit::inline;
use crate::{Derivative, RegionId, Shape, UnaryOp, rewrite, verify};

type Body = fn(&mut Builder<'_>, ValueId) -> ValueId;
type Slope = fn(f64) -> f64;
type Pass = fn(&Function) -> Function;

/// Functions of a vector, with their derivatives at a point. Marks make these differ from the derivatives of the ops.
fn cases() -> Vec<(&'static str, Body, Slope)> {
    vec![
        ("stopped", stopped_square_times, |x| x * x),
        (
            "stopped_beside_unstopped",
            |b, x| {
                let (same, stopped) = (identity(b, x), b.stop_gradient(x));
                b.mul(same, stopped)
            },
            |x| x,
        ),
        (
            "stopped_then_moved",
            |b, x| {
                let dims = b.shape(x).dims.clone();
                let stopped = b.stop_gradient(x);
                let tall = b.reshape(stopped, &[dims[0].clone(), crate::Dim::Lit(1)]);
                let flat = b.reshape(tall, &dims);
                b.mul(flat, x)
            },
            |x| x,
        ),
        ("stopped_in_branch", branch, |x| x * x),
        ("stopped_in_loop", loop_of_two, |x| x * x),
        ("stopped_in_map", map, |x| x * x),
        (
            "stopped_in_composite",
            |b, x| {
                let body = region(b, 1, |b, p| vec![stopped_square_times(b, p[0])]);
                let op = crate::Composite { name: "some.composite".into(), attributes: String::new(), version: 0 };
                let inst = b.emit_inst(Op::Composite(Box::new(op)), &[x], &[body]).unwrap();
                b.function.inst(inst).results[0]
            },
            |x| x * x,
        ),
        (
            "stopped_complex",
            |b, x| {
                let z = b.binary(BinaryOp::Complex, x, x);
                let stopped = b.stop_gradient(z);
                let (re, stopped) = (b.unary(UnaryOp::Real, z), b.unary(UnaryOp::Imag, stopped));
                b.mul(re, stopped)
            },
            |x| x,
        ),
        ("vjp", ten_x, |x| 10.0 * x),
        ("jvp", just_x, |x| x),
        (
            "vjp_in_checkpoint",
            |b, x| {
                let body = region(b, 1, |b, p| {
                    let custom = ten_x(b, p[0]);
                    vec![b.mul(custom, p[0])]
                });
                checkpoint(b.function, b.region, body, &[x], None).unwrap()[0]
            },
            |x| 10.0 * x * x + x.sin(),
        ),
        (
            "jvp_in_checkpoint",
            |b, x| {
                let body = region(b, 1, |b, p| vec![just_x(b, p[0])]);
                checkpoint(b.function, b.region, body, &[x], None).unwrap()[0]
            },
            |x| x,
        ),
        (
            "jvp_of_complex",
            |b, x| {
                let z = b.binary(BinaryOp::Complex, x, x);
                let value = region_of(b, &[z], |b, p| vec![b.mul(p[0], p[0])]);
                let tangent = region_of(b, &[z, z], |b, p| vec![b.scale(p[1], 3.0)]);
                let custom = custom_jvp(b.function, b.region, [value, tangent], &[z], None).unwrap()[0];
                b.unary(UnaryOp::Imag, custom)
            },
            |_| 3.0,
        ),
    ]
}

/// Every pass that can run on a function before it is differentiated.
fn passes() -> Vec<(&'static str, Pass)> {
    vec![
        ("nothing", |f| f.clone()),
        ("dce", rewrite::dce),
        ("cse", rewrite::cse),
        ("simplify", rewrite::simplify),
        ("optimize", |f| rewrite::optimize(&Module::new(f.clone())).main().clone()),
        ("decompose_chlo", rewrite::decompose_chlo),
        ("split_complex", rewrite::split_complex),
        ("for_xla", |f| rewrite::for_xla(f.clone())),
        ("prints_to_results", |f| rewrite::prints_to_results(f).unwrap().0),
        ("inline", |f| {
            let mut target = Function::new("around");
            let args: Vec<ValueId> = f.params().iter().map(|&p| target.add_param(f.shape(p).clone(), Donation::Keep)).collect();
            let results = inline(&mut target, Function::BODY, f, &args);
            target.set_results(results);
            target
        }),
        ("all", |f| {
            let f = rewrite::split_complex(&rewrite::decompose_chlo(f));
            rewrite::optimize(&Module::new(f)).main().clone()
        }),
    ]
}

const POINT: [f64; 2] = [0.75, -1.5];

#[test]
fn every_pass_keeps_them() {
    for (name, body, slope) in cases() {
        let f = function(&[tensor(&[2], &POINT)], |b, p| body(b, p[0]));
        for (pass, run_pass) in passes() {
            let passed = run_pass(&f);
            verify::verify_function(&passed).unwrap_or_else(|e| panic!("{name} after {pass}: {e}\n{passed:?}"));
            assert_slopes(&passed, &POINT, &POINT.map(slope), &format!("{name} after {pass}"));
        }
    }
}

#[test]
fn batching_keeps_them() {
    let points = [POINT[0], POINT[1], 2.0, 0.25, -0.5, 1.0];
    for (name, body, slope) in cases() {
        let f = function(&[tensor(&[2], &POINT)], |b, p| body(b, p[0]));
        let batched = vmap_function(&f, 3, &[true]).unwrap_or_else(|e| panic!("{name}: {e}"));
        verify::verify_function(&batched).unwrap_or_else(|e| panic!("{name}: {e}\n{batched:?}"));
        assert_slopes(&batched, &points, &points.map(slope), &format!("{name} under vmap"));
        let batched = rewrite::optimize(&Module::new(batched)).main().clone();
        assert_slopes(&batched, &points, &points.map(slope), &format!("{name} under vmap, optimized"));
    }
}

#[test]
fn derivatives_of_derivatives_are_the_same_after_every_pass() {
    for (name, body, _) in cases() {
        let f = function(&[tensor(&[2], &POINT)], |b, p| body(b, p[0]));
        let inputs = [tensor(&[2], &POINT), tensor(&[2], &[1.0, 1.0]), tensor(&[2], &[0.0, 0.0]), tensor(&[2], &[1.0, 1.0])];
        let first = vjp_function(&f).unwrap();
        let want = run(&vjp_function(&first).unwrap(), &inputs);
        for (pass, run_pass) in passes() {
            let second = vjp_function(&run_pass(&vjp_function(&run_pass(&f)).unwrap())).unwrap();
            for (got, want) in run(&second, &inputs).iter().zip(&want) {
                let error = norm(got.to_f64_vec().iter().zip(want.to_f64_vec()).map(|(g, w)| g - w));
                assert!(error < 1e-12, "{name} after {pass}: {got:?} instead of {want:?}\n{second:?}");
            }
        }
    }
    // With x^2 stopped, the derivative of x^2 is zero. The derivative of 10 x is ten.
    let second = |body: Body| {
        let f = function(&[tensor(&[2], &POINT)], |b, p| body(b, p[0]));
        let f = vjp_function(&vjp_function(&f).unwrap()).unwrap();
        let [one, zero] = [1.0, 0.0].map(|n| tensor(&[2], &[n, n]));
        run(&f, &[tensor(&[2], &POINT), one.clone(), zero, one])[2].to_f64_vec()
    };
    assert_eq!(second(stopped_square_times), [0.0, 0.0]);
    assert_eq!(second(ten_x), [10.0, 10.0]);
    assert_eq!(second(just_x), [1.0, 1.0]);
}

#[test]
fn without_marks_derivatives_are_those_of_the_ops() {
    let mut f = function(&[tensor(&[2], &POINT)], |b, p| stopped_square_times(b, p[0]));
    f.drop_marks();
    assert_slopes(&f, &POINT, &POINT.map(|x| 3.0 * x * x), "unmarked");
    let is_reshape = |f: &Function| f.body().insts.iter().any(|&id| matches!(f.inst(id).op, Op::Reshape(_)));
    assert!(is_reshape(&f) && !is_reshape(&rewrite::simplify(&f)), "only a marked reshape to the same shape stays");
}

#[test]
fn text_keeps_checkpoints() {
    let f = function(&[tensor(&[2], &POINT)], |b, p| {
        let body = region(b, 1, |b, p| vec![b.unary(UnaryOp::Sine, p[0])]);
        checkpoint(b.function, b.region, body, p, None).unwrap()[0]
    });
    let module = crate::parse::module(&crate::print::module(&Module::new(f)), "checkpoint.mlir").unwrap();
    let main = module.main();
    assert!(main.body().insts.iter().any(|&id| matches!(main.inst(id).derivative, Derivative::Checkpoint)));
}

/// Checks the derivative of each element of the result by the same element of the argument. Checks reverse mode, and
/// forward mode if the function has it.
fn assert_slopes(f: &Function, at: &[f64], want: &[f64], what: &str) {
    let shape = f.shape(f.params()[0]).sizes();
    let [x, ones] = [at, &vec![1.0; at.len()]].map(|elements| tensor(&shape, elements));
    let backward = vjp_function(f).unwrap_or_else(|e| panic!("{what}: {e}"));
    let mut found = vec![run(&backward, &[x.clone(), ones.clone()]).pop().unwrap()];
    if let Ok(forward) = jvp_function(f) {
        found.extend(run(&forward, &[x, ones]).pop());
    }
    for got in found {
        let got = got.to_f64_vec();
        assert!(norm(got.iter().zip(want).map(|(g, w)| g - w)) < 1e-12, "{what}: {got:?} instead of {want:?}\n{f:?}");
    }
}

/// x * x with a derivative of zero, times x.
fn stopped_square_times(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    let square = b.mul(x, x);
    let square = b.stop_gradient(square);
    b.mul(square, x)
}

/// The sine of x, with the derivative 10 x.
fn ten_x(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    let forward = region_of(b, &[x], |b, p| vec![b.unary(UnaryOp::Sine, p[0]), p[0]]);
    let backward = region_of(b, &[x, x], |b, p| {
        let slope = b.scale(p[0], 10.0);
        vec![b.mul(slope, p[1])]
    });
    custom_vjp(b.function, b.region, [forward, backward], 1, &[x], None).unwrap()[0]
}

/// The sine of x, with the derivative x.
fn just_x(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    let value = region_of(b, &[x], |b, p| vec![b.unary(UnaryOp::Sine, p[0])]);
    let tangent = region_of(b, &[x, x], |b, p| vec![b.mul(p[0], p[1])]);
    custom_jvp(b.function, b.region, [value, tangent], &[x], None).unwrap()[0]
}

fn identity(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    let dims = b.shape(x).dims.clone();
    b.emit(Op::Reshape(dims), &[x]).unwrap()
}

/// A region with one parameter for each value, of the same shape.
fn region_of(b: &mut Builder<'_>, like: &[ValueId], body: impl FnOnce(&mut Builder<'_>, &[ValueId]) -> Vec<ValueId>) -> RegionId {
    let shapes: Vec<Shape> = like.iter().map(|&v| b.shape(v).clone()).collect();
    region_with(b, &shapes, body)
}

/// A region whose parameters are vectors.
fn region(b: &mut Builder<'_>, params: usize, body: impl FnOnce(&mut Builder<'_>, &[ValueId]) -> Vec<ValueId>) -> RegionId {
    region_with(b, &vec![Shape::new(DType::F64, &[2]); params], body)
}

fn region_with(b: &mut Builder<'_>, params: &[Shape], body: impl FnOnce(&mut Builder<'_>, &[ValueId]) -> Vec<ValueId>) -> RegionId {
    let region = b.function.add_region();
    let params: Vec<ValueId> = params.iter().map(|shape| b.function.add_region_param(region, shape.clone())).collect();
    let results = body(&mut Builder::new(b.function, region), &params);
    b.function.region_mut(region).results = results;
    region
}

/// x * x * x with x * x stopped, in both branches.
fn branch(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    let sum = b.reduce_sum(x, &[0]);
    let zero = b.full_like(sum, 0.0);
    let condition = b.compare(crate::Direction::Ge, sum, zero);
    let branches = [(); 2].map(|()| region(b, 0, |b, _| vec![stopped_square_times(b, x)]));
    let inst = b.emit_inst(Op::If, &[condition], &branches).unwrap();
    b.function.inst(inst).results[0]
}

/// Multiplies the state by x twice. The state before each product is stopped.
fn loop_of_two(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    let counter = Shape::new(DType::I32, &[]);
    let state = [counter, Shape::new(DType::F64, &[2])];
    let condition = region_with(b, &state, |b, p| {
        let two = b.scalar(DType::I32, 2.0);
        vec![b.compare(crate::Direction::Lt, p[0], two)]
    });
    let body = region_with(b, &state, |b, p| {
        let one = b.scalar(DType::I32, 1.0);
        let next = b.add(p[0], one);
        let stopped = b.stop_gradient(p[1]);
        vec![next, b.mul(stopped, x)]
    });
    let zero = b.scalar(DType::I32, 0.0);
    let inst = b.emit_inst(Op::While, &[zero, x], &[condition, body]).unwrap();
    b.function.inst(inst).results[1]
}

/// x * x * x with x * x stopped, for each element.
fn map(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    let body = region_with(b, &[Shape::new(DType::F64, &[])], |b, p| vec![stopped_square_times(b, p[0])]);
    let inst = b.emit_inst(Op::Map, &[x], &[body]).unwrap();
    b.function.inst(inst).results[0]
}
