// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The constraints of the StableHLO spec, by number. Each has an instruction that satisfies all constraints, and a
//! change to its text that breaks this one. The parser must accept the instruction, and refuse the changed one with a
//! message that cites the number.
//!
//! The spec also states the results of ops as constraints. Here, inference computes the result, and a text that states
//! another result is refused. An `=` before the number marks such a constraint.

mod spec;
mod table;

use std::collections::BTreeSet;

use gomlx_ir::parse;
use spec::{NOT_COVERED, NUMBERS, QUANTIZED};
use table::{ELEMENTWISE, TABLE};

/// The parser's error for an instruction in a function with the given parameters.
fn refused(params: &str, line: &str) -> Option<String> {
    let text = format!("func.func @main({params}) {{\n{line}\nreturn\n}}");
    parse::module(&text, "constraint.mlir").err().map(|e| e.message)
}

/// Whether a message cites a number alone, `(C5)`, or in a list, `(C3, C5)`.
fn cites(message: &str, number: &str) -> bool {
    message.rsplit_once('(').is_some_and(|(_, list)| list.trim_end_matches(')').split(", ").any(|n| n == number))
}

#[test]
fn texts_that_break_a_constraint_are_refused_by_its_number() {
    let mut wrong = vec![];
    for &(op, params, line, changes) in TABLE {
        if let Some(message) = refused(params, line) {
            wrong.push(format!("{op}: is refused as it is: {message}"));
        }
        for &(number, from, to) in changes {
            let pieces = from.split('|').zip(to.split('|'));
            let changed = pieces.fold(line.to_owned(), |line, (from, to)| line.replacen(from, to, 1));
            let message = match refused(params, &changed) {
                _ if from.split('|').any(|piece| !line.contains(piece)) => Some(format!("there is no {from} in {line}")),
                None => Some("is accepted".to_owned()),
                Some(m) if number.starts_with('=') && !m.contains("its type is stated as") => Some(m),
                Some(m) if !number.starts_with('=') && !cites(&m, number) => Some(m),
                Some(_) => None,
            };
            wrong.extend(message.map(|m| format!("{op} {number}: {m}\n    {changed}")));
        }
    }
    assert!(wrong.is_empty(), "{} are wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// Elementwise ops have one constraint: operands and result have the same type.
#[test]
fn elementwise_ops_keep_types() {
    for &(op, dtype, operands) in ELEMENTWISE {
        let params = format!("%x: tensor<2x{dtype}>, %y: tensor<3x{dtype}>");
        let apply = |second: &str, result: &str| {
            let operands = if operands == 1 { "%x".to_owned() } else { format!("%x, {second}") };
            let second_type = if second == "%x" { 2 } else { 3 };
            let types = if operands.contains(',') {
                format!("tensor<2x{dtype}>, tensor<{second_type}x{dtype}>")
            } else {
                format!("tensor<2x{dtype}>")
            };
            refused(&params, &format!("%0 = \"stablehlo.{op}\"({operands}) : ({types}) -> {result}"))
        };
        assert_eq!(apply("%x", &format!("tensor<2x{dtype}>")), None, "{op}");
        let stated = apply("%x", &format!("tensor<3x{dtype}>")).expect("another result type is refused");
        assert!(stated.contains("its type is stated as"), "{op}: {stated}");
        if operands == 2 {
            let message = apply("%y", &format!("tensor<2x{dtype}>")).expect("operands of two types are refused");
            assert!(message.contains("differ"), "{op}: {message}");
        }
    }
}

#[test]
fn what_is_not_covered_is_listed() {
    let mut covered: BTreeSet<(&str, u32)> = ELEMENTWISE.iter().map(|&(op, ..)| (op, 1)).collect();
    for &(op, _, _, changes) in TABLE {
        covered.extend(changes.iter().map(|&(number, ..)| (op, number.trim_start_matches(['=', 'C']).parse::<u32>().expect("a number"))));
    }
    let mut missing = vec![];
    for &(op, count) in NUMBERS {
        let quantized = QUANTIZED.iter().find(|q| q.0 == op).map_or(&[][..], |q| q.1);
        let numbers = (1..=count).filter(|n| !covered.contains(&(op, *n)) && !quantized.contains(n));
        let numbers: Vec<String> = numbers.map(|n| n.to_string()).collect();
        if !numbers.is_empty() {
            missing.push(format!("{op} {}", numbers.join(" ")));
        }
    }
    println!("{} constraints are covered; not covered are:\n{}", covered.len(), missing.join("\n"));
    assert_eq!(missing, NOT_COVERED);
}
