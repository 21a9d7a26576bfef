// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! One `if` or `case` for regions that leave different values in the same variables.

use super::super::Stop;
use super::same_shape;
use crate::{Builder, Code, Diagnostic, Function, Op, RegionId, ValueId};

/// Fails unless a condition is a scalar.
///
/// # Errors
/// If it has axes.
pub fn check_condition(construct: &str, function: &Function, condition: ValueId) -> Result<(), Diagnostic> {
    let shape = function.shape(condition);
    if shape.rank() == 0 {
        return Ok(());
    }
    let message = format!(
        "{construct}: the condition is {shape}, not a scalar: reduce it with `.all()` or `.any()`, or choose elementwise with `select(&mask, &a, b)`"
    );
    Err(Diagnostic::new(Code::Shape, message))
}

/// Appends an `if` or `case` with these regions, which go by `chooser`, and gives the value of each variable after it.
/// `left` lists for each region the values of the variables at its end; `name` names a variable in messages.
///
/// Variables that all regions leave alike need no result. Without any result and any effect there is no instruction.
///
/// # Errors
/// If the regions leave values of different shapes in a variable.
pub fn branch(
    builder: &mut Builder<'_>,
    op: &Op,
    chooser: ValueId,
    regions: &[RegionId],
    left: &[Vec<ValueId>],
    name: impl Fn(usize) -> String,
) -> Result<Vec<ValueId>, Stop> {
    let mut merged = left[0].clone();
    let differing: Vec<usize> = (0..merged.len()).filter(|&i| left.iter().any(|values| values[i] != merged[i])).collect();
    for &i in &differing {
        for values in left {
            same_shape(builder.function, merged[i], values[i], |first, other| {
                let construct = if *op == Op::Case { "match" } else { "if" };
                let message = format!("{construct}: {} is {first} after one branch and {other} after another", name(i));
                Diagnostic::new(Code::Shape, message).note(format!(
                    "which branch of a tensor `{construct}` runs is only known when the graph runs, so all leave the same shapes"
                ))
            })?;
        }
    }
    if differing.is_empty() && !regions.iter().any(|&region| builder.function.has_effects(region)) {
        return Ok(merged);
    }
    for (&region, values) in regions.iter().zip(left) {
        builder.function.region_mut(region).results = differing.iter().map(|&i| values[i]).collect();
    }
    let inst = builder.emit_inst(op.clone(), &[chooser], regions).map_err(Stop::Wrong)?;
    for (&i, &result) in differing.iter().zip(&builder.function.inst(inst).results) {
        merged[i] = result;
    }
    Ok(merged)
}
