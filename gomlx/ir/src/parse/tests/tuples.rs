// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tuples, which become the tensors in them, and tokens, which disappear.

use super::*;
use crate::parse::signature;
use crate::{Shape, ValueId};

/// The printed text of a module with these parameters and lines.
#[track_caller]
fn printed(params: &str, lines: &str) -> String {
    print::module(&parsed(&format!("func.func @main({params}) {{\n{lines}\n}}")))
}

/// The error of a `main` in which a line, at line 4, uses `%x: tensor<2xf32>`, a tuple `%t` and a token `%k`.
#[track_caller]
fn misuse(line: &str) -> String {
    let t = "%t = stablehlo.tuple %x, %x : tuple<tensor<2xf32>, tensor<2xf32>>\n%k = stablehlo.create_token : !stablehlo.token";
    error(&main_of("%x: tensor<2xf32>", &format!("{t}\n{line}")))
}

#[test]
fn tuples_are_the_tensors_in_them() {
    let text = "func.func @main(%x: tensor<2xf32>, %y: tensor<3xi32>) -> (tensor<3xi32>, tensor<2xf32>) {
  %t = stablehlo.tuple %x, %y : tuple<tensor<2xf32>, tensor<3xi32>>
  %n = \"stablehlo.tuple\"(%t, %x) : (tuple<tensor<2xf32>, tensor<3xi32>>, tensor<2xf32>) -> tuple<tuple<tensor<2xf32>, tensor<3xi32>>, tensor<2xf32>>
  %p = stablehlo.get_tuple_element %n[0] : (tuple<tuple<tensor<2xf32>, tensor<3xi32>>, tensor<2xf32>>) -> tuple<tensor<2xf32>, tensor<3xi32>>
  %q = \"stablehlo.get_tuple_element\"(%p) <{index = 1 : i32}> : (tuple<tensor<2xf32>, tensor<3xi32>>) -> tensor<3xi32>
  %r = stablehlo.get_tuple_element %n[1] : (tuple<tuple<tensor<2xf32>, tensor<3xi32>>, tensor<2xf32>>) -> tensor<2xf32>
  return %q, %r : tensor<3xi32>, tensor<2xf32>
}";
    let module = parsed(text);
    let main = module.main();
    assert_eq!(main.num_insts(), 0);
    assert_eq!(main.results(), [main.params()[1], main.params()[0]]);
}

#[test]
fn signatures_are_flattened_and_donations_stay_with_their_tensors() {
    let text = "module @m {
  func.func public @main(%k: !stablehlo.token, %t: tuple<tensor<2xf32>, tuple<tensor<3xi32>>>, %x: tensor<f32> {tf.aliasing_output = 1 : i32}) -> (tuple<tensor<3xi32>, tensor<2xf32>>, tensor<f32>, !stablehlo.token) {
    %0:2 = call @swap(%t, %k) : (tuple<tensor<2xf32>, tuple<tensor<3xi32>>>, !stablehlo.token) -> (tuple<tensor<3xi32>, tensor<2xf32>>, !stablehlo.token)
    return %0#0, %x, %0#1 : tuple<tensor<3xi32>, tensor<2xf32>>, tensor<f32>, !stablehlo.token
  }
  func.func private @swap(%t: tuple<tensor<2xf32>, tuple<tensor<3xi32>>>, %k: !stablehlo.token) -> (tuple<tensor<3xi32>, tensor<2xf32>>, !stablehlo.token) {
    %a = stablehlo.get_tuple_element %t[0] : (tuple<tensor<2xf32>, tuple<tensor<3xi32>>>) -> tensor<2xf32>
    %b = stablehlo.get_tuple_element %t[1] : (tuple<tensor<2xf32>, tuple<tensor<3xi32>>>) -> tuple<tensor<3xi32>>
    %c = stablehlo.get_tuple_element %b[0] : (tuple<tensor<3xi32>>) -> tensor<3xi32>
    %r = stablehlo.tuple %c, %a : tuple<tensor<3xi32>, tensor<2xf32>>
    %l = stablehlo.after_all %k, %k : !stablehlo.token
    return %r, %l : tuple<tensor<3xi32>, tensor<2xf32>>, !stablehlo.token
  }
}";
    let module = parsed(text);
    let main = module.main();
    let shapes = |values: &[ValueId]| values.iter().map(|&v| main.shape(v).to_string()).collect::<Vec<_>>();
    assert_eq!(shapes(main.params()), ["f32[2]", "i32[3]", "f32[]"]);
    assert_eq!(shapes(main.results()), ["i32[3]", "f32[2]", "f32[]"]);
    // The second result in the text is the third tensor.
    assert_eq!(main.donations, [Donation::Keep, Donation::Keep, Donation::Alias(2)]);
    let flat = signature(text, "test.mlir").unwrap();
    assert_eq!(flat.params, [Shape::new(DType::F32, &[2]), Shape::new(DType::I32, &[3]), Shape::scalar(DType::F32)]);
    assert_eq!(flat.results.len(), 3);
    assert_eq!(print::module(&parsed(&print::module(&module))), print::module(&module));
}

#[test]
fn tokens_are_nothing() {
    let lines = "%a = stablehlo.create_token : !stablehlo.token
%b = stablehlo.after_all : !stablehlo.token
%c = \"stablehlo.after_all\"(%a, %b) : (!stablehlo.token, !stablehlo.token) -> !stablehlo.token
%d = stablehlo.optimization_barrier %c : !stablehlo.token
%e:2 = stablehlo.optimization_barrier %x, %d : tensor<f32>, !stablehlo.token
%f = stablehlo.abs %e#0 : tensor<f32>
return %f : tensor<f32>";
    let plain = "%e = stablehlo.optimization_barrier %x : tensor<f32>\n%f = stablehlo.abs %e : tensor<f32>\nreturn %f : tensor<f32>";
    let signature = "%x: tensor<f32>) -> (tensor<f32>";
    assert_eq!(printed(signature, lines), printed(signature, plain));
}

#[test]
fn states_and_branches_hold_tuples_and_tokens() {
    let pretty = "%t = stablehlo.tuple %x, %x : tuple<tensor<i32>, tensor<i32>>
%k = stablehlo.create_token : !stablehlo.token
%w:2 = stablehlo.while(%s = %t, %l = %k) : tuple<tensor<i32>, tensor<i32>>, !stablehlo.token cond {
  %a = stablehlo.get_tuple_element %s[0] : (tuple<tensor<i32>, tensor<i32>>) -> tensor<i32>
  %b = stablehlo.compare LT, %a, %x, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
  stablehlo.return %b : tensor<i1>
} do {
  %a = stablehlo.get_tuple_element %s[1] : (tuple<tensor<i32>, tensor<i32>>) -> tensor<i32>
  %b = stablehlo.add %a, %a : tensor<i32>
  %c = stablehlo.tuple %b, %a : tuple<tensor<i32>, tensor<i32>>
  stablehlo.return %c, %l : tuple<tensor<i32>, tensor<i32>>, !stablehlo.token
}
%g = stablehlo.get_tuple_element %w#0[1] : (tuple<tensor<i32>, tensor<i32>>) -> tensor<i32>
%i:2 = \"stablehlo.if\"(%p) ({
  stablehlo.return %t, %w#1 : tuple<tensor<i32>, tensor<i32>>, !stablehlo.token
}, {
  stablehlo.return %w#0, %k : tuple<tensor<i32>, tensor<i32>>, !stablehlo.token
}) : (tensor<i1>) -> (tuple<tensor<i32>, tensor<i32>>, !stablehlo.token)
%h = stablehlo.get_tuple_element %i#0[0] : (tuple<tensor<i32>, tensor<i32>>) -> tensor<i32>
return %g, %h : tensor<i32>, tensor<i32>";
    let generic = "%t = stablehlo.tuple %x, %x : tuple<tensor<i32>, tensor<i32>>
%k = stablehlo.create_token : !stablehlo.token
%w:2 = \"stablehlo.while\"(%t, %k) ({
^bb0(%s: tuple<tensor<i32>, tensor<i32>>, %l: !stablehlo.token):
  %a = stablehlo.get_tuple_element %s[0] : (tuple<tensor<i32>, tensor<i32>>) -> tensor<i32>
  %b = stablehlo.compare LT, %a, %x, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
  stablehlo.return %b : tensor<i1>
}, {
^bb0(%s: tuple<tensor<i32>, tensor<i32>>, %l: !stablehlo.token):
  %a = stablehlo.get_tuple_element %s[1] : (tuple<tensor<i32>, tensor<i32>>) -> tensor<i32>
  %b = stablehlo.add %a, %a : tensor<i32>
  %c = stablehlo.tuple %b, %a : tuple<tensor<i32>, tensor<i32>>
  stablehlo.return %c, %l : tuple<tensor<i32>, tensor<i32>>, !stablehlo.token
}) : (tuple<tensor<i32>, tensor<i32>>, !stablehlo.token) -> (tuple<tensor<i32>, tensor<i32>>, !stablehlo.token)";
    let (_, rest) = pretty.split_once("\n%g").unwrap();
    let signature = "%x: tensor<i32>, %p: tensor<i1>) -> (tensor<i32>, tensor<i32>";
    let text = printed(signature, pretty);
    assert!(text.contains("stablehlo.while") && !text.contains("tuple") && !text.contains("token"), "{text}");
    assert_eq!(print::module(&parsed(&text)), text);
    let unnamed = |text: &str| print::module(&parsed(text)).replace(['\n', ' '], "");
    assert_eq!(unnamed(&printed(signature, &format!("{generic}\n%g{rest}"))), unnamed(&text));
}

#[test]
fn misused_tuples_and_tokens_are_refused_where_they_are() {
    let pair = "tuple<tensor<2xf32>, tensor<2xf32>>";
    assert_eq!(
        misuse(&format!("%0 = stablehlo.get_tuple_element %t[2] : ({pair}) -> tensor<2xf32>")),
        "4:6: get_tuple_element: index 2 is not less than the tuple's size, 2 (C1)"
    );
    assert_eq!(
        misuse("%0 = stablehlo.get_tuple_element %x[0] : (tensor<2xf32>) -> tensor<2xf32>"),
        "4:6: get_tuple_element: takes a tuple, not a tensor"
    );
    assert_eq!(
        misuse(&format!("%0 = \"stablehlo.get_tuple_element\"(%t) {{index = -1 : i32}} : ({pair}) -> tensor<2xf32>")),
        "4:6: attribute 'index' is not a position or size"
    );
    assert_eq!(misuse(&format!("%0 = stablehlo.add %t, %t : {pair}")), "4:6: stablehlo.add: takes and gives tensors, not a tuple");
    assert_eq!(misuse("%0 = stablehlo.abs %k : !stablehlo.token"), "4:6: stablehlo.abs: takes and gives tensors, not a token");
    assert_eq!(misuse("%0 = stablehlo.after_all %x : tensor<2xf32>"), "4:6: after_all: takes tokens, not a tensor");
    assert_eq!(
        misuse("%0 = stablehlo.tuple %x, %k : tuple<tensor<2xf32>, tensor<2xf32>>"),
        "4:6: the result of the op is a tuple, but its type is stated as another tuple"
    );
    assert_eq!(
        misuse("%0 = stablehlo.get_tuple_element %t[0] : (tuple<tensor<2xf32>>) -> tensor<2xf32>"),
        "5:3: an operand is a tuple, but its type is stated as another tuple"
    );
    assert_eq!(
        misuse("%0 = stablehlo.tuple %x : tuple<tensor<3xf32>>"),
        "4:6: the result of the op is f32[2], but its type is stated as f32[3]"
    );
    assert!(misuse(&format!("%0 = stablehlo.while(%s = %t) : {pair} cond {{\n%c = stablehlo.constant dense<true> : tensor<i1>\nstablehlo.return %c : tensor<i1>\n}} do {{ stablehlo.return %x, %x : tensor<2xf32>, tensor<2xf32> }}")).contains("the body returns other tuples"));
    assert!(misuse("%0:2 = \"stablehlo.reduce\"(%t, %t) ({}) : (tensor<2xf32>) -> tensor<f32>").starts_with("4:"));
    let reducer = "%0 = \"stablehlo.map\"(%x) <{dimensions = array<i64: 0>}> ({\n^bb0(%p: tuple<tensor<f32>>):\nstablehlo.return %p : tuple<tensor<f32>>\n}) : (tensor<2xf32>) -> tensor<2xf32>";
    assert_eq!(misuse(reducer), "5:28: a parameter of a region is a tensor, not a tuple");
    assert_eq!(
        misuse(
            "%0 = stablehlo.reduce(%t init: %x) applies stablehlo.add across dimensions = [0] : (tensor<2xf32>, tensor<2xf32>) -> tensor<f32>"
        ),
        "4:23: %t is a tuple, not a tensor"
    );
    let constant = misuse("%0 = stablehlo.constant dense<0.0> : tuple<tensor<f32>>");
    assert!(constant.contains("type tuple is not supported"), "{constant}");
    let deep = format!("%0 = stablehlo.tuple %x : {}tensor<2xf32>{}", "tuple<".repeat(1000), ">".repeat(1000));
    assert!(misuse(&deep).contains("nesting is deeper than 64"));
}
