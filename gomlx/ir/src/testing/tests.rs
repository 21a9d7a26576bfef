// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use std::collections::HashSet;

use super::{cases, check};
use crate::{BinaryOp, Def, Entity, Function, InstId, Module, OpKind, RegionId, UnaryOp, eval, parse, print, verify};

/// Describes the first difference between two functions, apart from names and locations.
fn difference(a: &Function, b: &Function) -> Option<String> {
    if a.donations != b.donations {
        return Some(format!("donations {:?} and {:?}", a.donations, b.donations));
    }
    regions_differ(a, Function::BODY, b, Function::BODY)
}

fn regions_differ(a: &Function, region_a: RegionId, b: &Function, region_b: RegionId) -> Option<String> {
    let (x, y) = (a.region(region_a), b.region(region_b));
    let shapes = |f: &Function, values: &[crate::ValueId]| values.iter().map(|&v| f.shape(v).clone()).collect::<Vec<_>>();
    if shapes(a, &x.params) != shapes(b, &y.params) || x.insts.len() != y.insts.len() || shapes(a, &x.results) != shapes(b, &y.results) {
        return Some("regions of other shapes".to_owned());
    }
    for (&i, &j) in x.insts.iter().zip(&y.insts) {
        let (i, j) = (a.inst(i), b.inst(j));
        // Operands are compared by how they are defined: as which parameter or which result.
        let kind = |f: &Function, v: crate::ValueId| match f.value(v).def {
            Def::Param(_, n) => (0, n),
            Def::Result(_, n) => (1, n),
        };
        let same_operands = i.operands.iter().zip(&j.operands).all(|(&v, &w)| kind(a, v) == kind(b, w));
        if i.op != j.op || i.operands.len() != j.operands.len() || !same_operands || shapes(a, &i.results) != shapes(b, &j.results) {
            return Some(format!("{i:?} and {j:?}"));
        }
        for (&r, &s) in i.regions.iter().zip(&j.regions) {
            if let Some(difference) = regions_differ(a, r, b, s) {
                return Some(difference);
            }
        }
    }
    None
}

#[test]
fn cases_have_names_of_their_own_and_verify() {
    let mut names = HashSet::new();
    for case in cases() {
        assert!(names.insert(case.name.clone()), "two cases {}", case.name);
        verify::verify_static(&case.module).unwrap_or_else(|e| panic!("{}: {e}", case.name));
        assert_eq!(case.inputs.len(), case.module.main().params().len(), "{}", case.name);
    }
}

/// Ops without a shared case: they are random, have side effects, or appear only as their decomposition.
const UNSHARED: [&str; 3] = [
    "func.func @main(%a: tensor<f32>, %b: tensor<f32>, %dims: tensor<2xi64>) -> tensor<2x3xf32> {
  %0 = stablehlo.rng %a, %b, %dims, distribution = NORMAL : (tensor<f32>, tensor<f32>, tensor<2xi64>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}",
    "func.func @main(%x: tensor<f32>) {
  stablehlo.custom_call @gomlx.print(%x) {backend_config = \"x = {}\", has_side_effect = true} : (tensor<f32>) -> ()
  return
}",
    "func.func @main(%x: tensor<f32>) -> tensor<f32> {
  %0 = stablehlo.composite \"my.twice\" %x {decomposition = @twice} : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}
func.func private @twice(%x: tensor<f32>) -> tensor<f32> {
  %0 = stablehlo.add %x, %x : tensor<f32>
  return %0 : tensor<f32>
}",
];

/// Checks that the text of every case parses to the same module. Every op must be in a case, so an op that prints but
/// does not parse fails here.
#[test]
fn text_of_every_case_round_trips() {
    let names = UnaryOp::ALL.iter().map(|op| op.name()).chain(BinaryOp::ALL.iter().map(|op| op.name()));
    let mut left: HashSet<&str> = names.chain(OpKind::ALL.iter().map(|kind| kind.facts().name)).collect();
    let others = UNSHARED.map(|text| parse::module(text, "other.mlir").unwrap_or_else(|e| panic!("{e}\n{text}")));
    for module in cases().into_iter().map(|case| case.module).chain(others) {
        let text = print::module(&module);
        let parsed: Module = parse::module(&text, "case.mlir").unwrap_or_else(|e| panic!("{e}\n{text}"));
        assert_eq!(print::module(&parsed), text);
        if let Some(difference) = difference(module.main(), parsed.main()) {
            panic!("{difference}\n{text}");
        }
        let function = parsed.main();
        (0..function.num_insts()).for_each(|i| {
            left.remove(function.inst(InstId::new(i)).op.name());
        });
    }
    assert!(left.is_empty(), "no case has {left:?}");
}

#[cfg(feature = "eval")]
#[test]
fn every_case_evaluates() {
    for case in cases() {
        let results = eval::evaluate(&case.module, &case.inputs).unwrap_or_else(|e| panic!("{}: {e}", case.name));
        check(&results, &results).unwrap_or_else(|e| panic!("{}: {e}", case.name));
    }
}
