// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The error of `f32` functions of one number over all of `f32`, in units in the last place of the result. The right
//! value is that of the same function in `f64`, which reference vectors hold to more digits than `f32` has (see
//! `numerics.rs`).
//!
//! A test takes a few numbers of each exponent. `cargo test --release -p gomlx-tests --test accuracy -- --ignored`
//! takes a thousand times as many.

use std::sync::Arc;

use gomlx_ir::compose::{Arg, Form, Method};
use gomlx_ir::eval::EvalBackend;
use gomlx_ir::{Backend, Buffer, Donation, Function, HostTensor, Module};
use gomlx_jit::JitBackend;

/// Elementary functions, right to two units.
const ELEMENTARY: &[(Form, &[&str])] = &[
    (
        Form::Method,
        &[
            "acos",
            "acosh",
            "asin",
            "asinh",
            "atan",
            "atanh",
            "cbrt",
            "cos",
            "cosh",
            "erf",
            "exp",
            "exp2",
            "expm1",
            "log",
            "log10",
            "log1p",
            "log2",
            "log_sigmoid",
            "reciprocal",
            "rsqrt",
            "selu",
            "sigmoid",
            "sin",
            "sinc",
            "sinh",
            "soft_sign",
            "softplus",
            "sqrt",
            "square",
            "tan",
            "tanh",
            "tanh_shrink",
            "to_degrees",
            "to_radians",
        ],
    ),
    (Form::Special, &["entr", "erfcx", "log1mexp", "log_ndtr", "logit", "ndtr"]),
];

/// Cheap functions whose relative error grows where they are tiny, and which may be flushed below 1e-35, as a factor of
/// theirs is.
const CHEAP: &[(Form, &[&str])] = &[(Form::Method, &["gelu", "gelu_tanh", "mish", "silu"])];

/// Gamma and Bessel functions, incomplete gamma functions (`erfc` is one) and integrals, right to four units.
const SPECIAL: &[(Form, &[&str])] = &[
    (Form::Method, &["erfc"]),
    (Form::Special, &["dawsn", "digamma", "exp1", "expi", "gamma", "gammaln", "i0", "i0e", "i1", "i1e", "spence"]),
];

/// Numbers of every sign and exponent: normal ones, for subnormal ones may count as zero.
fn inputs(count: u32) -> Vec<f32> {
    let step = (1u64 << 32) / u64::from(count);
    // An odd step of the bits reaches every mantissa.
    let bits = (0..u64::from(count)).map(|i| (i * step + i.wrapping_mul(0x9e37_79b9) % step) as u32);
    bits.map(f32::from_bits).filter(|x| x.is_normal()).collect()
}

/// The values of a function.
fn values(backend: &dyn Backend, method: &Method, x: &HostTensor) -> Vec<f64> {
    let mut function = Function::new(method.name);
    let param = function.add_param(x.shape(), Donation::Keep);
    let results = method.compose(&mut function, Function::BODY, None, &[Arg::Tensor(param)]).unwrap_or_else(|_| panic!("{}", method.name));
    function.set_results(results.to_vec());
    let executable = backend.compile(&Module::new(function)).unwrap();
    let mut outputs = vec![];
    executable.run(&mut vec![Buffer::Host(Arc::new(x.clone()))], &mut outputs).unwrap();
    outputs[0].to_host().unwrap().to_f64_vec()
}

/// The distance of a result from the right value, in units in the last place. Results below `least` may be
/// flushed.
fn units(result: f64, right: f64, least: f64) -> f64 {
    let rounded = f64::from(right as f32);
    if result == rounded || (result.is_nan() && right.is_nan()) {
        return 0.0;
    }
    if right.abs() < least && result.abs() < least {
        return 0.0;
    }
    let exponent = (right.abs().log2().floor() as i32).clamp(-126, 127);
    // The number after the greatest one is infinity.
    let finite = |x: f64| if x.is_infinite() { x.signum() * 2f64.powi(128) } else { x };
    (finite(result) - finite(rounded)).abs().min((finite(result) - right).abs()) / 2f64.powi(exponent - 23)
}

/// Checks functions on a backend.
fn are_right(backend: &dyn Backend, functions: &[(Form, &[&str])], limit: f64, least: f64, count: u32) {
    let x = inputs(count);
    let wide: Vec<f64> = x.iter().map(|&x| f64::from(x)).collect();
    let (single, double) = (HostTensor::new(&[x.len()], &x).unwrap(), HostTensor::new(&[x.len()], &wide).unwrap());
    let mut wrong = vec![];
    for &(form, names) in functions {
        for name in names {
            let method = Method::find(form, name).unwrap_or_else(|| panic!("there is no {name}"));
            let (results, right) = (values(backend, method, &single), values(&EvalBackend, method, &double));
            let errors = x.iter().zip(&results).zip(&right).map(|((x, &result), &right)| (units(result, right, least), x, result, right));
            let worst = errors.max_by(|a, b| a.0.total_cmp(&b.0)).expect("there are numbers");
            if worst.0 > limit || worst.0.is_nan() {
                wrong.push(format!("{name}({:e}) is {:e}, right {:e}: {:.2} units", worst.1, worst.2, worst.3, worst.0));
            }
        }
    }
    assert!(wrong.is_empty(), "more than {limit} units on {}:\n{}", backend.name(), wrong.join("\n"));
}

fn all_are_right(count: u32) {
    for backend in [&EvalBackend as &dyn Backend, &JitBackend] {
        let normal = f64::from(f32::MIN_POSITIVE);
        are_right(backend, ELEMENTARY, 2.0, normal, count);
        are_right(backend, SPECIAL, 4.0, normal, count);
        are_right(backend, CHEAP, 200.0, 1e-35, count);
    }
}

#[test]
fn functions_are_right_to_a_few_units() {
    all_are_right(1 << 14);
}

#[test]
#[ignore = "a sweep on request"]
fn functions_are_right_everywhere() {
    all_are_right(1 << 24);
}
