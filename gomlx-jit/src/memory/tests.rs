// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! How many copies control flow costs: none where state is updated in place.

use gomlx_ir::parse;

use crate::compile::compile;
use crate::runtime::program::{Kernel, Step};

/// Copies in loops and branches: values that are moved alone, and values that are exchanged.
fn copies(text: &str) -> (usize, usize) {
    fn count(steps: &[Step], inside: bool, copies: &mut (usize, usize)) {
        for step in steps {
            match &step.kernel {
                Kernel::Move { .. } => copies.0 += usize::from(inside),
                Kernel::Exchange(bytes) => copies.1 += bytes.len(),
                Kernel::Case { branches, .. } => branches.iter().for_each(|branch| count(branch, true, copies)),
                Kernel::While { condition, body } => [condition, body].into_iter().for_each(|part| count(part, true, copies)),
                _ => {}
            }
        }
    }
    let module = parse::module(text, "copies.mlir").unwrap_or_else(|e| panic!("{e}\n{text}"));
    let compiled = compile(&module).unwrap_or_else(|e| panic!("{e}\n{text}"));
    let mut copies = (0, 0);
    count(&compiled.program.steps, false, &mut copies);
    copies
}

/// A loop of a counter `%i` and two matrices `%a` and `%b`, whose body computes `%c` and `%d`.
fn repeat(body: &str) -> String {
    format!(
        "func.func @main(%x: tensor<4x4xf32>, %y: tensor<4x4xf32>, %n: tensor<i32>) -> (tensor<4x4xf32>, tensor<4x4xf32>) {{
           %zero = stablehlo.constant dense<0> : tensor<i32>
           %one = stablehlo.constant dense<1> : tensor<i32>
           %r:3 = stablehlo.while(%i = %zero, %a = %x, %b = %y) : tensor<i32>, tensor<4x4xf32>, tensor<4x4xf32>
           cond {{
             %more = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
             stablehlo.return %more : tensor<i1>
           }} do {{
             {body}
             %j = stablehlo.add %i, %one : tensor<i32>
             stablehlo.return %j, %c, %d : tensor<i32>, tensor<4x4xf32>, tensor<4x4xf32>
           }}
           return %r#1, %r#2 : tensor<4x4xf32>, tensor<4x4xf32>
         }}"
    )
}

const DOT: &str = "contracting_dims = [1] x [0] : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>";

#[test]
fn state_is_updated_in_place() {
    let elementwise = repeat("%c = stablehlo.add %a, %a : tensor<4x4xf32>\n %d = stablehlo.tanh %b : tensor<4x4xf32>");
    assert_eq!(copies(&elementwise), (0, 0));
    // A product reads all of its operands, so it is computed elsewhere and copied. The other state is still in place.
    let product = repeat(&format!("%c = stablehlo.dot_general %a, %b, {DOT}\n %d = stablehlo.tanh %b : tensor<4x4xf32>"));
    assert_eq!(copies(&product), (1, 0));
    let row = "%s = stablehlo.slice %b [0:1, 0:4] : (tensor<4x4xf32>) -> tensor<1x4xf32>
        %c = stablehlo.dynamic_update_slice %a, %s, %i, %zero : (tensor<4x4xf32>, tensor<1x4xf32>, tensor<i32>, tensor<i32>) -> tensor<4x4xf32>
        %d = stablehlo.negate %b : tensor<4x4xf32>";
    assert_eq!(copies(&repeat(row)), (0, 0));
}

#[test]
fn state_that_changes_places_is_exchanged() {
    let swap =
        repeat("%c = stablehlo.optimization_barrier %b : tensor<4x4xf32>\n %d = stablehlo.optimization_barrier %a : tensor<4x4xf32>");
    assert_eq!(copies(&swap), (0, 2));
    let shift = repeat("%c = stablehlo.optimization_barrier %b : tensor<4x4xf32>\n %d = stablehlo.add %a, %b : tensor<4x4xf32>");
    assert_eq!(copies(&shift), (2, 0));
}

/// A body that changes state under a condition.
fn branches(first: &str, second: &str) -> String {
    repeat(&format!(
        "%odd = stablehlo.compare EQ, %i, %one : (tensor<i32>, tensor<i32>) -> tensor<i1>
         %q:2 = \"stablehlo.if\"(%odd) ({{ {first} }}, {{ {second} }}) : (tensor<i1>) -> (tensor<4x4xf32>, tensor<4x4xf32>)
         %c = stablehlo.optimization_barrier %q#0 : tensor<4x4xf32>
         %d = stablehlo.optimization_barrier %q#1 : tensor<4x4xf32>"
    ))
}

#[test]
fn a_branch_that_keeps_the_state_copies_nothing() {
    let keep = "stablehlo.return %a, %b : tensor<4x4xf32>, tensor<4x4xf32>";
    let change = "%u = stablehlo.add %a, %a : tensor<4x4xf32>
        %v = stablehlo.exponential %b : tensor<4x4xf32>
        stablehlo.return %u, %v : tensor<4x4xf32>, tensor<4x4xf32>";
    assert_eq!(copies(&branches(change, keep)), (0, 0));
    // Branches follow each other on the timeline: the second branch still reads the state that the first one changes,
    // so both branches compute elsewhere, and the new state is copied once a turn.
    assert_eq!(copies(&branches(change, change)), (2, 0));
    // The first branch reads the old `%b` after it computed the new `%a`, which takes the old `%b` in the second
    // branch.
    let late = format!(
        "%u = stablehlo.dot_general %a, %b, {DOT}
         %t = stablehlo.transpose %u, dims = [1, 0] : (tensor<4x4xf32>) -> tensor<4x4xf32>
         %v = stablehlo.dot_general %t, %b, {DOT}
         stablehlo.return %u, %v : tensor<4x4xf32>, tensor<4x4xf32>"
    );
    let forward = "stablehlo.return %b, %b : tensor<4x4xf32>, tensor<4x4xf32>";
    let (moved, exchanged) = copies(&branches(&late, forward));
    assert!(moved > 0 && exchanged == 0, "{moved} {exchanged}");
}
