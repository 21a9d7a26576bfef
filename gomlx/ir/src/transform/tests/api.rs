// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What the entry points guarantee: where they emit instructions, which derivatives are zero, and which uses are
//! errors.

use super::super::{gradient, jvp, vjp};
use super::*;
use crate::{Code, Location, UnaryOp, verify};

fn at(line: u32) -> Option<Location> {
    Some(Location { file: "model.rs".into(), line, column: 5 })
}

#[test]
fn nothing_unneeded_is_emitted() {
    let inputs = [random(1, &[3]), random(2, &[3])];
    let mut f = function(&inputs, |b, p| {
        let product = b.mul(p[0], p[1]);
        b.unary(UnaryOp::Sine, p[1]);
        b.reduce_sum(product, &[0])
    });
    let (x, loss) = (f.params()[0], f.results()[0]);
    let before = f.body().insts.len();
    let gradients = gradient(&mut f, Function::BODY, 0, loss, &[x]).unwrap();
    let emitted: Vec<&str> = f.body().insts[before..].iter().map(|&id| f.inst(id).op.short_name()).collect();
    assert_eq!(emitted, ["constant", "broadcast_in_dim", "multiply"]);
    f.set_results(vec![gradients[0].unwrap()]);
    assert_eq!(run(&f, &inputs)[0], inputs[1]);
}

#[test]
fn emitted_instructions_have_the_location_of_what_they_differentiate() {
    let mut f = function(&[random(1, &[])], |b, p| {
        b.location = at(3);
        let y = b.unary(UnaryOp::Tanh, p[0]);
        b.location = at(4);
        b.mul(y, y)
    });
    let (x, loss) = (f.params()[0], f.results()[0]);
    gradient(&mut f, Function::BODY, 0, loss, &[x]).unwrap();
    for &id in &f.body().insts {
        let inst = f.inst(id);
        let line = inst.location.as_ref().map(|l| l.line);
        assert!(matches!(line, Some(3 | 4)), "{} has no line", inst.op.name());
    }
}

#[test]
fn what_does_not_depend_is_none() {
    let mut f = function(&[random(1, &[]), random(2, &[]), tensor(&[], &[1i32])], |b, p| {
        let whole = b.unary(UnaryOp::Floor, p[1]);
        b.mul(p[0], whole)
    });
    let (params, loss) = (f.params().to_vec(), f.results()[0]);
    let gradients = gradient(&mut f, Function::BODY, 0, loss, &params).unwrap();
    assert!(gradients[0].is_some() && gradients[1..] == [None, None]);
    let tangents = jvp(&mut f, Function::BODY, 0, &[(params[1], params[0])], &[loss]).unwrap();
    assert_eq!(tangents, [None]);
}

#[test]
fn differentiated_values_are_independent() {
    // z = y * x with y = x * x: the derivative by y is x. The derivative by x with y held constant is y.
    let x = tensor(&[], &[3.0]);
    let mut f = function(std::slice::from_ref(&x), |b, p| {
        let y = b.mul(p[0], p[0]);
        b.mul(y, p[0])
    });
    let (x_id, loss) = (f.params()[0], f.results()[0]);
    let y = f.inst(f.body().insts[0]).results[0];
    let gradients = gradient(&mut f, Function::BODY, 0, loss, &[x_id, y, loss, x_id]).unwrap();
    assert_eq!(gradients[..2], [None, None], "loss is one of the variables");
    let gradients = gradient(&mut f, Function::BODY, 0, loss, &[x_id, y, x_id]).unwrap();
    f.set_results(gradients.into_iter().map(Option::unwrap).collect());
    let values: Vec<f64> = run(&f, &[x]).iter().map(|t| t.to_f64_vec()[0]).collect();
    assert_eq!(values, [9.0, 3.0, 9.0]);
}

#[test]
fn what_comes_before_the_start_is_constant() {
    let mut f = function(&[tensor(&[], &[3.0])], |b, p| {
        let y = b.mul(p[0], p[0]);
        b.mul(y, p[0])
    });
    let (x, loss) = (f.params()[0], f.results()[0]);
    let by_x = gradient(&mut f, Function::BODY, 1, loss, &[x]).unwrap()[0].unwrap();
    f.set_results(vec![by_x]);
    assert_eq!(run(&f, &[tensor(&[], &[3.0])])[0].to_f64_vec(), [9.0]);
}

#[test]
fn an_op_without_derivative_is_an_error() {
    let mut f = function(&[tensor(&[3], &[1f32, 2.0, 3.0])], |b, p| {
        b.location = at(7);
        let bits = b.emit(Op::BitcastConvert(DType::BF16), p).unwrap();
        b.location = at(8);
        let wide = b.convert(bits, DType::F32);
        b.reduce_sum(wide, &[0, 1])
    });
    let (x, loss) = (f.params()[0], f.results()[0]);
    let before = f.body().insts.len();
    let errors = gradient(&mut f, Function::BODY, 0, loss, &[x]).unwrap_err();
    assert_eq!(errors.0.len(), 1);
    assert_eq!((errors.0[0].code, errors.0[0].location.clone()), (Code::Gradient, at(7)));
    assert_eq!(errors.0[0].message, "bitcast_convert of f32[3] has no derivative: the bits of a number have no derivative");
    assert_eq!(f.body().insts.len(), before, "a failed gradient adds no instructions");
    verify::verify(&Module::new(f)).unwrap();
}

#[test]
fn an_op_without_derivative_beside_the_path_is_none() {
    let gradient = gradient_of_sum(&[tensor(&[2], &[1.0, -1.0])], |b, p| {
        let bits = b.emit(Op::BitcastConvert(DType::U64), p).unwrap();
        let zero = b.full_like(bits, 0.0);
        let not_zero = b.compare(crate::Direction::Ne, bits, zero);
        let negated = b.neg(p[0]);
        b.select(not_zero, p[0], negated)
    });
    assert_eq!(gradient, [[1.0, 1.0]]);
}

#[test]
fn gradients_are_of_real_scalars() {
    for (inputs, want) in [
        (vec![random(1, &[3])], "gradient is of a real scalar, but the output is f64[3]"),
        (vec![tensor(&[], &[1i32])], "gradient is of a real scalar, but the output is i32[]"),
    ] {
        let mut f = function(&inputs, |b, p| b.neg(p[0]));
        let (x, y) = (f.params()[0], f.results()[0]);
        let errors = gradient(&mut f, Function::BODY, 0, y, &[x]).unwrap_err();
        assert_eq!(errors.0[0].message, want);
    }
    let mut f = function(&[random(1, &[3]), random(2, &[])], |b, p| b.neg(p[0]));
    let (params, y) = (f.params().to_vec(), f.results()[0]);
    let errors = vjp(&mut f, Function::BODY, 0, &[(y, params[1])], &params).unwrap_err();
    assert_eq!(errors.0[0].message, "the cotangent of a value of shape f64[3] has shape f64[]");
}

#[test]
fn a_stopped_value_is_constant() {
    let gradient = gradient_of_sum(&[tensor(&[2], &[3.0, 5.0])], |b, p| {
        let square = b.mul(p[0], p[0]);
        let square = b.stop_gradient(square);
        b.mul(square, p[0])
    });
    assert_eq!(gradient, [[9.0, 25.0]]);
}
