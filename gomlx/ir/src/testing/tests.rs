// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use super::{cases, check};
use crate::{Def, Function, Module, RegionId, eval, parse, print, verify};

/// Says where two functions differ, but for names and places.
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
        // Instructions come in the same order, so that equal definitions are at equal distances.
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
    let mut names = std::collections::HashSet::new();
    for case in cases() {
        assert!(names.insert(case.name.clone()), "two cases {}", case.name);
        verify::verify_static(&case.module).unwrap_or_else(|e| panic!("{}: {e}", case.name));
        assert_eq!(case.inputs.len(), case.module.main().params().len(), "{}", case.name);
    }
}

#[test]
fn text_of_every_case_round_trips() {
    for case in cases() {
        let text = print::module(&case.module);
        let parsed: Module = parse::module(&text, "case.mlir").unwrap_or_else(|e| panic!("{e}\n{text}"));
        assert_eq!(print::module(&parsed), text);
        if let Some(difference) = difference(case.module.main(), parsed.main()) {
            panic!("{}: {difference}\n{text}", case.name);
        }
    }
}

#[cfg(feature = "eval")]
#[test]
fn every_case_evaluates() {
    for case in cases() {
        let results = eval::evaluate(&case.module, &case.inputs).unwrap_or_else(|e| panic!("{}: {e}", case.name));
        check(&results, &results).unwrap_or_else(|e| panic!("{}: {e}", case.name));
    }
}
