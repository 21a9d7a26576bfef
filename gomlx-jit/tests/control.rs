// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Compares control flow with the evaluator: branches, loops, loops in branches and branches in loops.

use std::sync::Arc;

use gomlx_ir::testing::{check, uniform};
use gomlx_ir::{Backend, Buffer, DType, HostTensor, Listing, Module, eval::evaluate, parse};
use gomlx_jit::{JitBackend, with_threads};

fn module(text: &str) -> Module {
    parse::module(text, "control.mlir").unwrap_or_else(|e| panic!("{e}\n{text}"))
}

/// Compares the backend at one and two threads with the evaluator. Returns the results and the listing of the kernels.
fn agree(text: &str, inputs: &[HostTensor]) -> (Vec<HostTensor>, String) {
    let module = module(text);
    let executable = JitBackend.compile(&module).unwrap_or_else(|e| panic!("{e}\n{text}"));
    let run = || -> Vec<HostTensor> {
        let mut given = inputs.iter().map(|x| Buffer::Host(Arc::new(x.clone()))).collect();
        let mut outputs = vec![];
        executable.run(&mut given, &mut outputs).expect("runs");
        outputs.iter().map(|o| HostTensor::clone(&o.to_host().expect("host memory"))).collect()
    };
    let listing = executable.listing(Listing::Kernels).expect("has a listing");
    let got = with_threads(1, run);
    check(&got, &evaluate(&module, inputs).expect("evaluates")).unwrap_or_else(|e| panic!("{e}\n{listing}"));
    assert_eq!(with_threads(2, run), got);
    assert_eq!(run(), got, "a second run gives the same results on the arena that the first run left");
    (got, listing)
}

fn f32s(values: &[f32]) -> HostTensor {
    HostTensor::new(&[values.len()], values).expect("sized")
}

#[test]
fn a_loop_counts_and_multiplies() {
    let text = r#"
    func.func @main(%n: tensor<i32>, %x: tensor<4xf32>) -> (tensor<i32>, tensor<4xf32>) {
      %zero = stablehlo.constant dense<0> : tensor<i32>
      %r:2 = "stablehlo.while"(%zero, %x) ({
      ^bb0(%i: tensor<i32>, %y: tensor<4xf32>):
        %more = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
        stablehlo.return %more : tensor<i1>
      }, {
      ^bb0(%i: tensor<i32>, %y: tensor<4xf32>):
        %one = stablehlo.constant dense<1> : tensor<i32>
        %j = stablehlo.add %i, %one : tensor<i32>
        %two = stablehlo.constant dense<1.5> : tensor<4xf32>
        %z = stablehlo.multiply %y, %two : tensor<4xf32>
        stablehlo.return %j, %z : tensor<i32>, tensor<4xf32>
      }) : (tensor<i32>, tensor<4xf32>) -> (tensor<i32>, tensor<4xf32>)
      return %r#0, %r#1 : tensor<i32>, tensor<4xf32>
    }"#;
    for n in [0i32, 1, 7] {
        agree(text, &[HostTensor::scalar(n), f32s(&[1.0, -2.0, 0.5, 3.0])]);
    }
}

#[test]
fn state_that_is_exchanged_rotated_and_handed_on() {
    // (a, b, c, k) becomes (b, a, a + c, k): two exchanged values, one computed in place, and one that never changes.
    let text = r#"
    func.func @main(%a: tensor<3xf32>, %b: tensor<3xf32>, %k: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<i32>) {
      %zero = stablehlo.constant dense<0> : tensor<i32>
      %r:5 = "stablehlo.while"(%a, %b, %a, %k, %zero) ({
      ^bb0(%p: tensor<3xf32>, %q: tensor<3xf32>, %s: tensor<3xf32>, %t: tensor<3xf32>, %i: tensor<i32>):
        %n = stablehlo.constant dense<5> : tensor<i32>
        %more = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
        stablehlo.return %more : tensor<i1>
      }, {
      ^bb0(%p: tensor<3xf32>, %q: tensor<3xf32>, %s: tensor<3xf32>, %t: tensor<3xf32>, %i: tensor<i32>):
        %one = stablehlo.constant dense<1> : tensor<i32>
        %j = stablehlo.add %i, %one : tensor<i32>
        %u = stablehlo.add %p, %s : tensor<3xf32>
        %v = stablehlo.multiply %u, %t : tensor<3xf32>
        stablehlo.return %q, %p, %v, %t, %j : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<i32>
      }) : (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<i32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<i32>)
      return %r#0, %r#1, %r#2, %r#3, %r#4 : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<i32>
    }"#;
    agree(text, &[f32s(&[1.0, 2.0, 3.0]), f32s(&[4.0, 5.0, 6.0]), f32s(&[0.5, -0.5, 2.0])]);
}

#[test]
fn rotations_of_three_and_sums_of_two() {
    let text = r#"
    func.func @main(%a: tensor<2xf32>, %b: tensor<2xf32>, %c: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<f32>, tensor<f32>) {
      %zero = stablehlo.constant dense<0> : tensor<i32>
      %fa = stablehlo.constant dense<0.0> : tensor<f32>
      %fb = stablehlo.constant dense<1.0> : tensor<f32>
      %r:6 = "stablehlo.while"(%a, %b, %c, %fa, %fb, %zero) ({
      ^bb0(%p: tensor<2xf32>, %q: tensor<2xf32>, %s: tensor<2xf32>, %x: tensor<f32>, %y: tensor<f32>, %i: tensor<i32>):
        %n = stablehlo.constant dense<4> : tensor<i32>
        %more = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
        stablehlo.return %more : tensor<i1>
      }, {
      ^bb0(%p: tensor<2xf32>, %q: tensor<2xf32>, %s: tensor<2xf32>, %x: tensor<f32>, %y: tensor<f32>, %i: tensor<i32>):
        %one = stablehlo.constant dense<1> : tensor<i32>
        %j = stablehlo.add %i, %one : tensor<i32>
        %z = stablehlo.add %x, %y : tensor<f32>
        stablehlo.return %q, %s, %p, %y, %z, %j : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<f32>, tensor<f32>, tensor<i32>
      }) : (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<f32>, tensor<f32>, tensor<i32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<f32>, tensor<f32>, tensor<i32>)
      return %r#0, %r#1, %r#2, %r#3, %r#4 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<f32>, tensor<f32>
    }"#;
    let (got, _) = agree(text, &[f32s(&[1.0, 2.0]), f32s(&[3.0, 4.0]), f32s(&[5.0, 6.0])]);
    assert_eq!(got[0].as_slice::<f32>().expect("f32"), [3.0, 4.0]);
    assert_eq!(got[3].as_slice::<f32>().expect("f32"), [3.0]);
}

#[test]
fn branches_use_and_share_what_is_around_them() {
    let text = r#"
    func.func @main(%p: tensor<i1>, %x: tensor<5x3xf32>) -> (tensor<15xf32>, tensor<5x3xf32>, tensor<5x3xf32>) {
      %e = stablehlo.exponential %x : tensor<5x3xf32>
      %flat = stablehlo.reshape %e : (tensor<5x3xf32>) -> tensor<15xf32>
      %r:3 = "stablehlo.if"(%p) ({
        %a = stablehlo.add %flat, %flat : tensor<15xf32>
        %b = stablehlo.multiply %e, %x : tensor<5x3xf32>
        stablehlo.return %a, %b, %x : tensor<15xf32>, tensor<5x3xf32>, tensor<5x3xf32>
      }, {
        %b = stablehlo.subtract %e, %x : tensor<5x3xf32>
        stablehlo.return %flat, %b, %b : tensor<15xf32>, tensor<5x3xf32>, tensor<5x3xf32>
      }) : (tensor<i1>) -> (tensor<15xf32>, tensor<5x3xf32>, tensor<5x3xf32>)
      %s = stablehlo.add %r#1, %r#2 : tensor<5x3xf32>
      return %r#0, %s, %r#2 : tensor<15xf32>, tensor<5x3xf32>, tensor<5x3xf32>
    }"#;
    for p in [true, false] {
        agree(text, &[HostTensor::scalar(p), uniform(DType::F32, &[5, 3], -1.0, 1.0, 3)]);
    }
}

#[test]
fn a_case_takes_the_last_branch_for_all_that_is_out_of_range() {
    let text = r#"
    func.func @main(%i: tensor<i32>, %x: tensor<4xf32>) -> tensor<4xf32> {
      %r = "stablehlo.case"(%i) ({
        %a = stablehlo.exponential %x : tensor<4xf32>
        stablehlo.return %a : tensor<4xf32>
      }, {
        stablehlo.return %x : tensor<4xf32>
      }, {
        %c = stablehlo.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
        stablehlo.return %c : tensor<4xf32>
      }) : (tensor<i32>) -> tensor<4xf32>
      return %r : tensor<4xf32>
    }"#;
    for i in [-1i32, 0, 1, 2, 3, i32::MAX, i32::MIN] {
        agree(text, &[HostTensor::scalar(i), uniform(DType::F32, &[4], -1.0, 1.0, 3)]);
    }
}

/// A loop in a loop with a branch inside, on a matrix product that stays live.
const NESTED: &str = r#"
    func.func @main(%x: tensor<8x8xf32>, %w: tensor<8x8xf32>) -> (tensor<8x8xf32>, tensor<f32>) {
      %zero = stablehlo.constant dense<0> : tensor<i32>
      %start = stablehlo.constant dense<0.0> : tensor<f32>
      %k = stablehlo.transpose %w, dims = [1, 0] : (tensor<8x8xf32>) -> tensor<8x8xf32>
      %r:3 = "stablehlo.while"(%zero, %x, %start) ({
      ^bb0(%i: tensor<i32>, %y: tensor<8x8xf32>, %t: tensor<f32>):
        %n = stablehlo.constant dense<6> : tensor<i32>
        %more = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
        stablehlo.return %more : tensor<i1>
      }, {
      ^bb0(%i: tensor<i32>, %y: tensor<8x8xf32>, %t: tensor<f32>):
        %one = stablehlo.constant dense<1> : tensor<i32>
        %j = stablehlo.add %i, %one : tensor<i32>
        %in:2 = "stablehlo.while"(%zero, %y) ({
        ^bb0(%a: tensor<i32>, %b: tensor<8x8xf32>):
          %c = stablehlo.compare LT, %a, %j : (tensor<i32>, tensor<i32>) -> tensor<i1>
          stablehlo.return %c : tensor<i1>
        }, {
        ^bb0(%a: tensor<i32>, %b: tensor<8x8xf32>):
          %d = stablehlo.add %a, %one : tensor<i32>
          %p = stablehlo.dot_general %b, %k, contracting_dims = [1] x [0] : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
          %q = stablehlo.tanh %p : tensor<8x8xf32>
          stablehlo.return %d, %q : tensor<i32>, tensor<8x8xf32>
        }) : (tensor<i32>, tensor<8x8xf32>) -> (tensor<i32>, tensor<8x8xf32>)
        %two = stablehlo.constant dense<2> : tensor<i32>
        %rest = stablehlo.remainder %i, %two : tensor<i32>
        %odd = stablehlo.compare EQ, %rest, %one : (tensor<i32>, tensor<i32>) -> tensor<i1>
        %z = "stablehlo.if"(%odd) ({
          %m = stablehlo.add %in#1, %y : tensor<8x8xf32>
          stablehlo.return %m : tensor<8x8xf32>
        }, {
          stablehlo.return %in#1 : tensor<8x8xf32>
        }) : (tensor<i1>) -> tensor<8x8xf32>
        %sum = stablehlo.reduce(%z init: %start) applies stablehlo.add across dimensions = [0, 1] : (tensor<8x8xf32>, tensor<f32>) -> tensor<f32>
        %u = stablehlo.add %t, %sum : tensor<f32>
        stablehlo.return %j, %z, %u : tensor<i32>, tensor<8x8xf32>, tensor<f32>
      }) : (tensor<i32>, tensor<8x8xf32>, tensor<f32>) -> (tensor<i32>, tensor<8x8xf32>, tensor<f32>)
      return %r#1, %r#2 : tensor<8x8xf32>, tensor<f32>
    }"#;

#[test]
fn loops_and_branches_nest() {
    agree(NESTED, &[uniform(DType::F32, &[8, 8], -1.0, 1.0, 1), uniform(DType::F32, &[8, 8], -0.5, 0.5, 2)]);
}

#[test]
fn a_loop_may_run_in_the_storage_of_a_donated_input() {
    let text = r#"
    func.func @main(%x: tensor<4xf32> {tf.aliasing_output = 0 : i32}) -> (tensor<4xf32>, tensor<4xf32>) {
      %zero = stablehlo.constant dense<0> : tensor<i32>
      %r:3 = "stablehlo.while"(%zero, %x, %x) ({
      ^bb0(%i: tensor<i32>, %y: tensor<4xf32>, %z: tensor<4xf32>):
        %n = stablehlo.constant dense<3> : tensor<i32>
        %more = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
        stablehlo.return %more : tensor<i1>
      }, {
      ^bb0(%i: tensor<i32>, %y: tensor<4xf32>, %z: tensor<4xf32>):
        %one = stablehlo.constant dense<1> : tensor<i32>
        %j = stablehlo.add %i, %one : tensor<i32>
        %a = stablehlo.add %y, %z : tensor<4xf32>
        %b = stablehlo.reverse %y, dims = [0] : tensor<4xf32>
        stablehlo.return %j, %a, %b : tensor<i32>, tensor<4xf32>, tensor<4xf32>
      }) : (tensor<i32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<i32>, tensor<4xf32>, tensor<4xf32>)
      return %r#1, %r#2 : tensor<4xf32>, tensor<4xf32>
    }"#;
    agree(text, &[f32s(&[1.0, -2.0, 0.5, 3.0])]);
}

#[test]
fn a_branch_reads_old_state_after_it_computed_new_state() {
    // The shared test module `case_in_while.mlir` found this case. Here both branches are taken.
    let text = r#"
    func.func @main(%x: tensor<2x2xf32>, %which: tensor<i32>) -> (tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>) {
      %zero = stablehlo.constant dense<0> : tensor<i32>
      %one = stablehlo.constant dense<1> : tensor<i32>
      %three = stablehlo.constant dense<3> : tensor<i32>
      %double = stablehlo.add %x, %x : tensor<2x2xf32>
      %r:4 = stablehlo.while(%i = %zero, %a = %double, %y = %x, %z = %x) : tensor<i32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>
      cond {
        %more = stablehlo.compare LT, %i, %three : (tensor<i32>, tensor<i32>) -> tensor<i1>
        stablehlo.return %more : tensor<i1>
      } do {
        %index = stablehlo.add %i, %which : tensor<i32>
        %next:2 = "stablehlo.case"(%index) ({
          stablehlo.return %z, %y : tensor<2x2xf32>, tensor<2x2xf32>
        }, {
          %p = stablehlo.dot_general %x, %z, contracting_dims = [1] x [0] : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
          %q = stablehlo.transpose %z, dims = [1, 0] : (tensor<2x2xf32>) -> tensor<2x2xf32>
          %s = stablehlo.add %y, %q : tensor<2x2xf32>
          %t = stablehlo.dot_general %x, %s, contracting_dims = [1] x [0] : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
          stablehlo.return %p, %t : tensor<2x2xf32>, tensor<2x2xf32>
        }, {
          stablehlo.return %a, %a : tensor<2x2xf32>, tensor<2x2xf32>
        }) : (tensor<i32>) -> (tensor<2x2xf32>, tensor<2x2xf32>)
        %j = stablehlo.add %i, %one : tensor<i32>
        %b = stablehlo.add %a, %y : tensor<2x2xf32>
        stablehlo.return %j, %b, %next#0, %next#1 : tensor<i32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>
      }
      return %r#1, %r#2, %r#3 : tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>
    }"#;
    for which in [-3i32, -1, 0, 1, 2] {
        agree(text, &[HostTensor::new(&[2, 2], &[1.0f32, 1.0, 1.0, 2.0]).expect("sized"), HostTensor::scalar(which)]);
    }
}

#[test]
fn the_last_kernel_of_a_body_leaves_what_the_next_turn_reads() {
    // A scatter of two tensors may write both in place, but the next trip reads the original of the second one.
    let text = r#"
    func.func @main(%x: tensor<4xf32>, %indices: tensor<2x1xi32>, %u: tensor<2xf32>) -> tensor<4xf32> {
      %zero = stablehlo.constant dense<0> : tensor<i32>
      %one = stablehlo.constant dense<1> : tensor<i32>
      %three = stablehlo.constant dense<3> : tensor<i32>
      %k = stablehlo.reverse %x, dims = [0] : tensor<4xf32>
      %r:2 = stablehlo.while(%i = %zero, %y = %x) : tensor<i32>, tensor<4xf32>
      cond {
        %more = stablehlo.compare LT, %i, %three : (tensor<i32>, tensor<i32>) -> tensor<i1>
        stablehlo.return %more : tensor<i1>
      } do {
        %j = stablehlo.add %i, %one : tensor<i32>
        %s:2 = "stablehlo.scatter"(%y, %k, %indices, %u, %u) ({
        ^bb0(%a: tensor<f32>, %b: tensor<f32>, %c: tensor<f32>, %d: tensor<f32>):
          %e = stablehlo.multiply %b, %c : tensor<f32>
          %f = stablehlo.add %a, %e : tensor<f32>
          %g = stablehlo.add %b, %d : tensor<f32>
          stablehlo.return %f, %g : tensor<f32>, tensor<f32>
        }) {scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>} : (tensor<4xf32>, tensor<4xf32>, tensor<2x1xi32>, tensor<2xf32>, tensor<2xf32>) -> (tensor<4xf32>, tensor<4xf32>)
        stablehlo.return %j, %s#0 : tensor<i32>, tensor<4xf32>
      }
      return %r#1 : tensor<4xf32>
    }"#;
    let indices = HostTensor::new(&[2, 1], &[1i32, 3]).expect("sized");
    agree(text, &[f32s(&[1.0, -2.0, 0.5, 3.0]), indices, f32s(&[2.0, 3.0])]);
}

#[test]
fn a_donated_input_that_is_a_result_in_another_shape_is_not_overwritten() {
    let text = r#"
    func.func @main(%x: tensor<4xf32> {tf.aliasing_output = 0 : i32}) -> (tensor<4xf32>, tensor<2x2xf32>) {
      %y = stablehlo.add %x, %x : tensor<4xf32>
      %z = stablehlo.reshape %x : (tensor<4xf32>) -> tensor<2x2xf32>
      return %y, %z : tensor<4xf32>, tensor<2x2xf32>
    }"#;
    agree(text, &[f32s(&[1.0, -2.0, 0.5, 3.0])]);
}
