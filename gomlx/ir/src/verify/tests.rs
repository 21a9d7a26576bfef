// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{BinaryOp, Builder, DType, Dim, Location, Op, Reducer, UnaryOp};

/// `sum(tanh(x) + x)` over axis 1, with the ids of its parts.
struct Sample {
    f: Function,
    tanh: ValueId,
    body: RegionId,
}

fn sample() -> Sample {
    let mut f = Function::new("sample");
    let x = f.add_param(Shape::new(DType::F32, &[2, 3]), Donation::Keep);
    let mut b = Builder::new(&mut f, Function::BODY);
    b.location = Some(Location { file: "model.rs".into(), line: 7, column: 3 });
    let tanh = b.unary(UnaryOp::Tanh, x);
    let sum = b.add(tanh, x);
    let zero = b.scalar(DType::F32, 0.0);
    let body = b.reducer(Reducer::Binary(BinaryOp::Add), DType::F32);
    let total = b.emit_inst(Op::Reduce(smallvec::smallvec![1]), &[sum, zero], &[body]).unwrap();
    let total = f.inst(total).results[0];
    f.set_results(vec![total]);
    Sample { f, tanh, body }
}

/// The message of the only mistake that the verifier finds.
fn mistake(f: Function) -> String {
    let found = verify(&Module::new(f)).unwrap_err().0;
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].message.clone()
}

#[test]
fn sound_functions_pass() {
    assert_eq!(verify_static(&Module::new(sample().f)), Ok(()));
}

#[test]
fn definitions_come_before_uses() {
    let mut s = sample();
    s.f.region_mut(Function::BODY).insts.swap(0, 1);
    let found = verify(&Module::new(s.f)).unwrap_err().0;
    assert_eq!(found[0].message, format!("add: operand {} is not defined before its use, in this region or one around it", s.tanh));
    assert_eq!(found[0].location.as_ref().unwrap().line, 7);
}

#[test]
fn values_of_inner_regions_do_not_leave_them() {
    let mut s = sample();
    let inner = s.f.region(s.body).results[0];
    s.f.set_results(vec![inner]);
    assert_eq!(mistake(s.f), format!("function sample: result {inner} is not defined before its use, in this region or one around it"));
}

#[test]
fn regions_see_what_is_around_them() {
    let mut s = sample();
    let zero = s.f.inst(s.f.body().insts[2]).results[0];
    s.f.region_mut(s.body).results = vec![zero];
    assert_eq!(verify(&Module::new(s.f)), Ok(()));
}

#[test]
fn instructions_stand_in_one_place() {
    let mut s = sample();
    let first = s.f.body().insts[0];
    s.f.region_mut(Function::BODY).insts.push(first);
    assert_eq!(mistake(s.f), "tanh: inst0 stands in two places");
}

#[test]
fn ids_exist() {
    let mut s = sample();
    let nowhere = ValueId::new(s.f.num_values());
    s.f.set_results(vec![nowhere]);
    assert_eq!(mistake(s.f), format!("function sample: result {nowhere} does not exist"));
}

#[test]
fn shapes_are_what_inference_gives() {
    let mut s = sample();
    s.f.region_mut(s.body).results = vec![s.tanh];
    assert!(mistake(s.f).contains("(C6)"));
}

#[test]
fn parameters_stand_where_they_are_defined() {
    let mut s = sample();
    s.f.region_mut(s.body).params.swap(0, 1);
    let found = verify(&Module::new(s.f)).unwrap_err().0;
    assert!(found[0].message.contains("but is defined as Param(region1, "), "{}", found[0].message);
}

#[test]
fn donations_match_parameters_and_results() {
    let mut s = sample();
    s.f.donations = vec![Donation::Alias(0)];
    assert_eq!(mistake(s.f), "function sample: parameter 0 of f32[2, 3] is an alias of result 0 of f32[2]");
    let mut s = sample();
    s.f.donations = vec![Donation::Alias(4)];
    assert_eq!(mistake(s.f), "function sample: parameter 0 is an alias of result 4, of which there are 1");
    let mut s = sample();
    s.f.donations = vec![];
    assert_eq!(mistake(s.f), "function sample: 0 donations for 1 parameters");
    let mut f = Function::new("two");
    let x = f.add_param(Shape::scalar(DType::F32), Donation::Alias(0));
    f.add_param(Shape::scalar(DType::F32), Donation::Alias(0));
    f.set_results(vec![x]);
    assert_eq!(mistake(f), "function two: two parameters are aliases of result 0");
}

#[test]
fn modules_hold_functions_of_distinct_names() {
    let f = sample().f;
    let found = verify(&Module { name: "m".into(), functions: vec![f.clone(), f] }).unwrap_err().0;
    assert_eq!(found[0].message, "module m has two functions sample");
    assert!(verify(&Module { name: "m".into(), functions: vec![] }).is_err());
}

#[test]
fn symbolic_shapes_are_not_static() {
    let mut f = Function::new("f");
    let x = f.add_param(Shape::symbolic(DType::F32, [Dim::symbol("B")]), Donation::Keep);
    f.set_results(vec![x]);
    let module = Module::new(f);
    assert_eq!(verify(&module), Ok(()));
    assert!(verify_static(&module).unwrap_err().0[0].message.contains("f32[B] is a symbolic shape"));
}

#[test]
fn sizes_are_addressable() {
    let refused = |shapes: &[Shape]| {
        let mut f = Function::new("f");
        for shape in shapes {
            f.add_param(shape.clone(), Donation::Keep);
        }
        verify_static(&Module::new(f)).err().map(|found| found.0[0].message.clone())
    };
    let (huge, largest) = (1 << 40, Shape::new(DType::C128, &[crate::MAX_ELEMENTS]));
    for dims in [[0, huge, huge], [huge, 0, huge], [huge, huge, 0]] {
        let shape = Shape::new(DType::Bool, &dims);
        assert_eq!(refused(std::slice::from_ref(&shape)).unwrap(), format!("function f: %0: {shape} is larger than memory can be"));
    }
    assert_eq!(refused(std::slice::from_ref(&largest)), None);
    assert!(refused(&[Shape::new(DType::Bool, &[crate::MAX_ELEMENTS + 1])]).is_some());
    let as_many_as_fit = isize::MAX as usize / largest.num_bytes();
    assert!(refused(&vec![largest; as_many_as_fit + 1]).unwrap().contains("all its values together"));
}
