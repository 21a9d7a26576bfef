// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Texts with dynamic sizes, refined to the shapes of arguments.

use super::*;
use crate::parse::refined;
use crate::{Result, Shape, verify};

/// A function that JAX exported. It repeats `x: f32[b, 3]`, sums it in a loop whose trip count is an argument, and
/// flattens it.
const EXPORTED: &str = "module @jit_f {
  func.func public @main(%arg0: tensor<?x3xf32>) -> (tensor<?xf32>, tensor<?x3xf32>) {
    %c = stablehlo.constant dense<1> : tensor<i32>
    %0 = stablehlo.get_dimension_size %arg0, dim = 0 : (tensor<?x3xf32>) -> tensor<i32>
    %1 = stablehlo.compare GE, %0, %c, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    stablehlo.custom_call @shape_assertion(%1, %0) {api_version = 2 : i32, error_message = \"b is too small\", has_side_effect = true} : (tensor<i1>, tensor<i32>) -> ()
    %2:2 = call @wrapped(%0, %arg0) : (tensor<i32>, tensor<?x3xf32>) -> (tensor<?xf32>, tensor<?x3xf32>)
    return %2#0, %2#1 : tensor<?xf32>, tensor<?x3xf32>
  }
  func.func private @wrapped(%arg0: tensor<i32>, %arg1: tensor<?x3xf32>) -> (tensor<?xf32>, tensor<?x3xf32>) {
    %c = stablehlo.constant dense<3> : tensor<i32>
    %zero = stablehlo.constant dense<0.0> : tensor<f32>
    %0 = stablehlo.multiply %arg0, %c : tensor<i32>
    %1 = stablehlo.reshape %0 : (tensor<i32>) -> tensor<1xi32>
    %2 = stablehlo.dynamic_reshape %arg1, %1 : (tensor<?x3xf32>, tensor<1xi32>) -> tensor<?xf32>
    %3 = stablehlo.dynamic_iota %1, dim = 0 : (tensor<1xi32>) -> tensor<?xf32>
    %4 = stablehlo.add %2, %3 : tensor<?xf32>
    %5:3 = stablehlo.while(%x = %arg1, %n = %arg0, %i = %c) : tensor<?x3xf32>, tensor<i32>, tensor<i32> cond {
      %9 = stablehlo.compare LT, %i, %n, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %9 : tensor<i1>
    } do {
      %6 = stablehlo.reshape %n : (tensor<i32>) -> tensor<1xi32>
      %7 = stablehlo.reshape %c : (tensor<i32>) -> tensor<1xi32>
      %8 = stablehlo.concatenate %6, %7, dim = 0 : (tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32>
      %9 = stablehlo.dynamic_broadcast_in_dim %zero, %8, dims = [] : (tensor<f32>, tensor<2xi32>) -> tensor<?x3xf32>
      %10 = stablehlo.add %x, %9 : tensor<?x3xf32>
      %11 = stablehlo.add %i, %c : tensor<i32>
      stablehlo.return %10, %n, %11 : tensor<?x3xf32>, tensor<i32>, tensor<i32>
    }
    return %4, %5#0 : tensor<?xf32>, tensor<?x3xf32>
  }
}";

fn refine(text: &str, dims: &[usize]) -> Result<Module> {
    refined(text, "test.mlir", &[Shape::new(DType::F32, dims)])
}

#[test]
fn sizes_follow_from_arguments() {
    let module = refine(EXPORTED, &[2, 3]).unwrap();
    let main = module.main();
    let results: Vec<&Shape> = main.results().iter().map(|&r| main.shape(r)).collect();
    assert_eq!(results, [&Shape::new(DType::F32, &[6]), &Shape::new(DType::F32, &[2, 3])]);
    assert!(verify::verify_static(&module).is_ok());
    let printed = print::module(&module);
    assert!(!printed.contains('?'), "{printed}");
    assert_eq!(print::module(&parsed(&printed)), printed);
}

#[test]
fn arguments_fit_parameters() {
    let message = |dims: &[usize]| refine(EXPORTED, dims).unwrap_err().message;
    assert_eq!(message(&[2, 4]), "argument 0 is f32[2, 4], but the parameter is f32[?, 3]");
    assert_eq!(message(&[0, 3]), "b is too small");
    let unrefined = module(EXPORTED, "test.mlir").unwrap_err();
    assert_eq!(
        (unrefined.code, &*unrefined.message),
        (Code::Unsupported, "parameter 0, f32[?, 3], is of unknown size: refine the module to the shapes of its arguments")
    );
    assert!(refined(EXPORTED, "test.mlir", &[]).unwrap_err().message.contains("has no argument"));
}

#[test]
fn sizes_that_a_loop_changes_are_refused() {
    let changing = EXPORTED.replace("stablehlo.return %10, %n, %11", "stablehlo.return %10, %11, %11");
    let error = refine(&changing, &[2, 3]).unwrap_err();
    assert_eq!(error.message, "while: a size depends on value 1 of the state, which the loop changes");
}

#[test]
fn sizes_that_data_decide_are_refused() {
    let text = "func.func @main(%x: tensor<3xf32>, %n: tensor<1xi32>) -> tensor<?xf32> {
      %0 = stablehlo.dynamic_reshape %x, %n : (tensor<3xf32>, tensor<1xi32>) -> tensor<?xf32>
      return %0 : tensor<?xf32>
    }";
    assert_eq!(error(text), "2:12: dynamic_reshape: operand 1, i32[1], depends on more than shapes");
}

#[test]
fn every_dynamic_op_becomes_a_static_one() {
    let text = "func.func @main(%x: tensor<4x6xf32>, %i: tensor<2xi32>, %k: tensor<3x3x1x1xf32>, %m: tensor<1x5x5x1xf32>) {
      %one = stablehlo.constant dense<1> : tensor<2xi32>
      %two = stablehlo.constant dense<2> : tensor<2xi32>
      %n = stablehlo.constant dense<3> : tensor<i32>
      %v = stablehlo.constant dense<0.0> : tensor<f32>
      %p = stablehlo.constant dense<[[1, 1], [0, 2]]> : tensor<2x2xi32>
      %0 = stablehlo.dynamic_pad %x, %v, %one, %two, %one : (tensor<4x6xf32>, tensor<f32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>) -> tensor<?x?xf32>
      %1 = stablehlo.real_dynamic_slice %x, %one, %two, %one : (tensor<4x6xf32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>) -> tensor<?x?xf32>
      %2 = \"stablehlo.dynamic_gather\"(%x, %i, %two) <{dimension_numbers = #stablehlo.gather<offset_dims = [0, 1], start_index_map = [0, 1]>}> : (tensor<4x6xf32>, tensor<2xi32>, tensor<2xi32>) -> tensor<?x?xf32>
      %3 = \"stablehlo.dynamic_conv\"(%m, %k, %p) <{batch_group_count = 1 : i64, dimension_numbers = #stablehlo.conv<[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]>, feature_group_count = 1 : i64}> : (tensor<1x5x5x1xf32>, tensor<3x3x1x1xf32>, tensor<2x2xi32>) -> tensor<1x?x?x1xf32>
      %4 = stablehlo.set_dimension_size %x, %n, dim = 0 : (tensor<4x6xf32>, tensor<i32>) -> tensor<?x6xf32, #stablehlo.bounds<4, ?>>
      return
    }";
    let printed = print::module(&parsed(text));
    for expected in [
        "low = [1, 1], high = [2, 2], interior = [1, 1] : (tensor<4x6xf32>, tensor<f32>) -> tensor<10x14xf32>",
        "stablehlo.slice %x [1:2, 1:2] : (tensor<4x6xf32>) -> tensor<1x1xf32>",
        "slice_sizes = array<i64: 2, 2>}> : (tensor<4x6xf32>, tensor<2xi32>) -> tensor<2x2xf32>",
        "window = {pad = [[1, 1], [0, 2]]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<1x5x5x1xf32>, tensor<3x3x1x1xf32>) -> tensor<1x5x5x1xf32>",
        "stablehlo.slice %x [0:3, 0:6] : (tensor<4x6xf32>) -> tensor<3x6xf32>",
    ] {
        assert!(printed.contains(expected), "{expected}\n{printed}");
    }
}
