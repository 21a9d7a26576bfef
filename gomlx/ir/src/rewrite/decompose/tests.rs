// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Measures the error of decomposed functions against the evaluator, in units in the last place.

use super::decompose_chlo;
use crate::rewrite::split_complex;
use crate::testing::{case, complex, from_f64};
use crate::{BinaryOp, DType, Function, HostTensor, Module, Op, UnaryOp, eval::evaluate};

/// Evenly spaced points from `low` to `high`.
fn between(dtype: DType, low: f64, high: f64) -> HostTensor {
    let points: Vec<f64> = (0..301).map(|i| low + (high - low) * f64::from(i) / 300.0).collect();
    from_f64(dtype, &[301], &points)
}

/// The largest error of a decomposed op on inputs, in epsilons of the type. It is relative to the result in `f64`. If
/// `absolute` is set, results below one come from terms of magnitude one, and their error is relative to one.
fn error(op: &Op, inputs: &[HostTensor], absolute: bool) -> f64 {
    let run = |inputs: &[HostTensor], pass: fn(&Function) -> Function| {
        let made = case("f", inputs.to_vec(), |b, p| vec![b.emit(op.clone(), p).expect("the op takes these")]);
        evaluate(&Module::new(pass(made.module.main())), inputs).expect("it runs").remove(0)
    };
    let dtype = inputs[0].dtype();
    let wide: Vec<HostTensor> = inputs.iter().map(|x| from_f64(DType::F64, x.dims(), &x.to_f64_vec())).collect();
    let exact = run(&wide, Function::clone).to_f64_vec();
    let got = run(inputs, decompose_chlo).to_f64_vec();
    let epsilon = if dtype == DType::F64 { f64::EPSILON } else { f64::from(f32::EPSILON) };
    let errors = got.iter().zip(&exact).map(|(g, e)| {
        let size = if absolute { e.abs().max(1.0) } else { e.abs().max(1e-30) };
        if g == e || (g.is_nan() && e.is_nan()) { 0.0 } else { (g - e).abs() / size / epsilon }
    });
    errors.fold(0.0, |worst: f64, e| if e.is_nan() { f64::INFINITY } else { worst.max(e) })
}

#[test]
fn functions_are_within_a_few_units_in_the_last_place() {
    // Each function with a range, and whether its results there come from larger terms that cancel.
    let ranges = [
        (UnaryOp::Acos, -1.0, 0.99, false),
        (UnaryOp::Acosh, 1.0, 20.0, false),
        (UnaryOp::Asin, -1.0, 1.0, false),
        (UnaryOp::Asinh, -20.0, 20.0, false),
        (UnaryOp::Atan, -20.0, 20.0, false),
        (UnaryOp::Atanh, -0.999, 0.999, false),
        (UnaryOp::BesselI1e, -40.0, 40.0, false),
        (UnaryOp::Cosh, -80.0, 80.0, false),
        (UnaryOp::Digamma, 0.01, 30.0, true),
        (UnaryOp::Digamma, -5.95, -0.05, true),
        (UnaryOp::Erf, -4.0, 4.0, false),
        (UnaryOp::ErfInv, -0.9999, 0.9999, false),
        (UnaryOp::Erfc, -4.0, 8.0, false),
        (UnaryOp::Lgamma, 0.01, 30.0, false),
        (UnaryOp::Lgamma, -5.95, -0.05, true),
        (UnaryOp::Sinh, -80.0, 80.0, false),
    ];
    for dtype in [DType::F32, DType::F64] {
        for (op, low, high, absolute) in ranges {
            let found = error(&Op::Unary(op), &[between(dtype, low, high)], absolute);
            assert!(found < 12.0, "{} of {dtype} on [{low}, {high}]: {found} epsilons", op.name());
        }
        let inputs = [between(dtype, 1.1, 12.0), between(dtype, 8.0, 0.2)];
        let found = error(&Op::Binary(BinaryOp::Zeta), &inputs, false);
        // The error of a power grows with the logarithm of its exponent.
        assert!(found < 40.0, "zeta of {dtype}: {found} epsilons");
    }
}

/// Points on branch cuts, on both sides of them, at poles, and far out.
#[test]
fn complex_functions_agree_at_branch_cuts() {
    let values = [0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 2.0, -2.0, 1e-30, -1e-30, 1e30, -1e30, f64::INFINITY, f64::NEG_INFINITY];
    let parts: Vec<f64> = values.iter().flat_map(|&x| values.iter().flat_map(move |&y| [x, y])).collect();
    let n = values.len() * values.len();
    let points = from_f64(DType::F64, &[n, 2], &parts);
    let points = HostTensor::from_bytes(DType::C128, &[n], points.bytes()).expect("two parts for each complex number");
    let functions = [
        UnaryOp::Acos,
        UnaryOp::Acosh,
        UnaryOp::Asin,
        UnaryOp::Asinh,
        UnaryOp::Atan,
        UnaryOp::Atanh,
        UnaryOp::Log,
        UnaryOp::LogPlusOne,
        UnaryOp::Sqrt,
    ];
    for op in functions {
        let made = case("f", vec![points.clone()], |b, p| {
            let y = b.unary(op, p[0]);
            vec![b.unary(UnaryOp::Real, y), b.unary(UnaryOp::Imag, y)]
        });
        let expected = evaluate(&made.module, &made.inputs).expect("it runs");
        let split = Module::new(split_complex(made.module.main()));
        let got = evaluate(&split, &made.inputs).expect("it runs");
        for (g, e) in got.iter().zip(&expected) {
            for (i, (g, e)) in g.to_f64_vec().into_iter().zip(e.to_f64_vec()).enumerate() {
                let close = g == e || (g.is_nan() && e.is_nan()) || (g - e).abs() < 1e-13 * e.abs().max(1.0);
                let (x, y) = (parts[2 * i], parts[2 * i + 1]);
                assert!(
                    close && (e.is_nan() || e == 0.0 || g.signum() == e.signum()),
                    "{} of ({x:e}, {y:e}): {g:e} instead of {e:e}",
                    op.name()
                );
            }
        }
    }
}

#[test]
fn parts_take_the_place_of_complex_values() {
    let inputs = vec![complex(DType::C64, &[3], -1.0, 1.0, 1)];
    let made = case("f", inputs, |b, p| vec![b.mul(p[0], p[0])]);
    let split = split_complex(made.module.main());
    let complex_ops = (0..split.num_insts()).map(|i| split.inst(crate::Entity::new(i))).filter(|inst| {
        let complex = |&v: &crate::ValueId| split.shape(v).dtype.is_complex();
        !matches!(inst.op, Op::BitcastConvert(_)) && inst.operands.iter().chain(&inst.results).any(complex)
    });
    assert_eq!(complex_ops.count(), 0);
}
