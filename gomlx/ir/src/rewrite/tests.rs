// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use super::{cse, dce, decompose_chlo, optimize, prints_to_results, same, simplify, split_complex};
use crate::op::Dialect;
use crate::testing::{cases, check};
use crate::{Builder, Code, DType, Donation, Function, HostTensor, Module, Op, Shape, eval::evaluate, parse, print, verify};

/// Whether an op computes with complex numbers. Packing and unpacking for an op that keeps its complex kernel do not
/// count.
fn computes_complex(f: &Function, inst: &crate::Inst) -> bool {
    let complex = |v: &crate::ValueId| f.shape(*v).dtype.is_complex();
    let kept = matches!(inst.op, Op::BitcastConvert(_) | Op::Fft(..) | Op::Cholesky(_) | Op::Factor(_) | Op::TriangularSolve(_));
    !kept && (inst.operands.iter().any(complex) || inst.results.iter().any(complex))
}

#[test]
fn nothing_is_left_of_what_is_decomposed() {
    for case in cases() {
        let f = split_complex(&decompose_chlo(case.module.main()));
        for i in 0..f.num_insts() {
            let inst = f.inst(crate::Entity::new(i));
            assert!(inst.op.facts().dialect != Dialect::Chlo && !computes_complex(&f, inst), "{}: {}", case.name, inst.op.name());
        }
    }
}

/// Whether the bits are equal. All NaNs are equal.
fn equal_but_nan(a: &HostTensor, b: &HostTensor) -> bool {
    let same = |(x, y): (f64, f64)| x.to_bits() == y.to_bits() || (x.is_nan() && y.is_nan());
    a == b || (a.shape() == b.shape() && a.dtype().is_float() && a.to_f64_vec().into_iter().zip(b.to_f64_vec()).all(same))
}

/// Every pass must keep the results of every case. Compile-time folding rounds like the evaluator.
#[test]
fn passes_keep_results() {
    type Pass = fn(&Function) -> Function;
    let basic: Pass = |f| split_complex(&decompose_chlo(f));
    let passes: [(&str, Pass); 5] =
        [("dce", dce), ("cse", cse), ("simplify", simplify), ("decompose_chlo", decompose_chlo), ("split_complex", basic)];
    for case in cases() {
        let expected = evaluate(&case.module, &case.inputs).unwrap_or_else(|e| panic!("{}: {e}", case.name));
        let mut modules: Vec<(&str, Module)> = passes.iter().map(|(name, pass)| (*name, Module::new(pass(case.module.main())))).collect();
        modules.push(("optimize", optimize(&case.module)));
        for (pass, module) in modules {
            verify::verify_static(&module).unwrap_or_else(|e| panic!("{pass} of {}: {e}", case.name));
            let got = evaluate(&module, &case.inputs).unwrap_or_else(|e| panic!("{pass} of {}: {e}", case.name));
            if matches!(pass, "decompose_chlo" | "split_complex") {
                check(&got, &expected).unwrap_or_else(|e| panic!("{pass} of {}: {e}", case.name));
            } else {
                let equal = got.iter().zip(&expected).all(|(a, b)| equal_but_nan(a, b));
                assert!(equal, "{pass} changes the results of {}:\n{}", case.name, print::module(&module));
            }
        }
    }
}

#[test]
fn optimizing_twice_is_optimizing_once() {
    for case in cases() {
        let once = optimize(&case.module);
        let twice = optimize(&once);
        assert!(same(once.main(), twice.main()), "{}:\n{}\n{}", case.name, print::module(&once), print::module(&twice));
    }
}

#[test]
fn erf_is_decomposed_to_a_few_units_in_the_last_place() {
    for dtype in [DType::F32, DType::F64] {
        let points: Vec<f64> = (-800..=800).map(|i| f64::from(i) / 100.0).collect();
        let input = crate::testing::from_f64(dtype, &[points.len()], &points);
        let mut f = Function::new("erf");
        let x = f.add_param(input.shape(), Donation::Keep);
        let y = Builder::new(&mut f, Function::BODY).unary(crate::UnaryOp::Erf, x);
        f.set_results(vec![y]);
        let decomposed = decompose_chlo(&f);
        assert!(decomposed.body().insts.iter().all(|&i| decomposed.inst(i).op.facts().dialect != Dialect::Chlo));
        let got = evaluate(&Module::new(decomposed), std::slice::from_ref(&input)).unwrap();
        let expected = evaluate(&Module::new(f), &[input]).unwrap();
        let tolerance = if dtype == DType::F32 { 4e-7 } else { 1e-15 };
        for ((x, g), e) in points.iter().zip(got[0].to_f64_vec()).zip(expected[0].to_f64_vec()) {
            assert!((g - e).abs() <= tolerance * e.abs().max(1e-300), "erf({x}) is {g} instead of {e}");
        }
    }
}

#[test]
fn parameters_and_donations_stay() {
    let text = "func.func @main(%x: tensor<2xf32> {tf.aliasing_output = 0 : i32}, %unused: tensor<i32> {jax.buffer_donor = true}) -> tensor<2xf32> {
      %0 = stablehlo.negate %x : tensor<2xf32>
      %1 = stablehlo.negate %0 : tensor<2xf32>
      return %1 : tensor<2xf32>
    }";
    let module = parse::module(text, "test.mlir").unwrap();
    let optimized = optimize(&module);
    assert_eq!(optimized.main().donations, [Donation::Alias(0), Donation::Donate]);
    assert_eq!(optimized.main().results(), [optimized.main().params()[0]]);
}

/// An error must name its place in the source, so every pass must keep the locations of instructions.
#[test]
fn locations_stay() {
    let text = "func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
      %0 = stablehlo.negate %x : tensor<2xf32> loc(\"a.rs\":1:2)
      %c = stablehlo.constant dense<8.0> : tensor<2xf32> loc(\"a.rs\":2:2)
      %1 = stablehlo.divide %0, %c : tensor<2xf32> loc(\"a.rs\":3:4)
      return %1 : tensor<2xf32>
    }";
    let optimized = optimize(&parse::module(text, "test.mlir").unwrap());
    let f = optimized.main();
    let last = f.inst(*f.body().insts.last().unwrap());
    assert_eq!(last.location.as_ref().unwrap().to_string(), "a.rs:3:4");
    assert!(matches!(last.op, Op::Binary(crate::BinaryOp::Multiply)));
}

#[test]
fn symbolic_dims_are_kept() {
    let mut f = Function::new("symbolic");
    let shape = Shape::symbolic(DType::F32, [crate::Dim::symbol("B"), crate::Dim::Lit(3)]);
    let x = f.add_param(shape.clone(), Donation::Keep);
    let mut b = Builder::new(&mut f, Function::BODY);
    let y = b.transpose(x, &[1, 0]);
    let y = b.transpose(y, &[1, 0]);
    let two = b.full(&shape, 2.0);
    let y = b.mul(y, two);
    f.set_results(vec![y]);
    let optimized = optimize(&Module::new(f));
    assert_eq!(*optimized.main().shape(optimized.main().results()[0]), shape);
    assert_eq!(optimized.main().num_insts(), 3);
    assert_eq!(verify::verify_static(&optimized).unwrap_err().0[0].code, Code::Graph);
}

/// Passes must also keep prints of complex numbers, which they take apart, and must not merge two equal prints.
#[test]
fn passes_keep_prints() {
    let text = r#"func.func @main(%x: tensor<2xcomplex<f32>>, %p: tensor<i1>) -> tensor<i1> {
        %0 = stablehlo.add %x, %x : tensor<2xcomplex<f32>>
        stablehlo.custom_call @gomlx.print(%0) {backend_config = "{:.1}", has_side_effect = true} : (tensor<2xcomplex<f32>>) -> ()
        stablehlo.custom_call @gomlx.print(%0) {backend_config = "{:.1}", has_side_effect = true} : (tensor<2xcomplex<f32>>) -> ()
        "stablehlo.if"(%p) ({
          stablehlo.custom_call @gomlx.print() {backend_config = "yes", has_side_effect = true} : () -> ()
          stablehlo.return
        }, {
          stablehlo.return
        }) : (tensor<i1>) -> ()
        return %p : tensor<i1> }"#;
    let module = parse::module(text, "print.mlir").expect("the text parses");
    let prints = |f: &Function| (0..f.num_insts()).filter(|&i| matches!(f.inst(crate::Entity::new(i)).op, Op::Print(_))).count();
    let f = module.main();
    for (pass, f) in
        [("optimize", optimize(&module).main().clone()), ("split_complex", split_complex(f)), ("decompose_chlo", decompose_chlo(f))]
    {
        verify::verify_static(&Module::new(f.clone())).unwrap_or_else(|e| panic!("{pass}: {e}"));
        assert_eq!(prints(&f), 3, "{pass}");
    }
    let again = parse::module(&print::module(&module), "print.mlir").expect("the printed module parses");
    assert!(same(again.main(), f), "{}", print::module(&again));
}

#[test]
fn prints_become_results_outside_of_regions() {
    let text = r#"func.func @main(%x: tensor<f32>) -> tensor<f32> {
        %0 = stablehlo.negate %x : tensor<f32>
        stablehlo.custom_call @gomlx.print(%0, %x) {backend_config = "{} of {}", has_side_effect = true} : (tensor<f32>, tensor<f32>) -> ()
        return %x : tensor<f32> }"#;
    let module = parse::module(text, "print.mlir").expect("the text parses");
    let (f, lines) = prints_to_results(module.main()).expect("all prints are outside of regions");
    let results = evaluate(&Module::new(f), &[HostTensor::scalar(2f32)]).expect("the graph evaluates");
    assert_eq!(lines[0].fill(&results[1..]), "-2.0 f32[] of 2.0 f32[]");
}
