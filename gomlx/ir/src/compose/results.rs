// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The outputs of a graph function: the state that it changed, then its result.

use crate::{Donation, Function, ValueId};

/// Sets the results of a function: the values of the state that changed, then those of its result. Each pair of `state`
/// is a parameter and its value after the body. Gives for each pair the position of the result that replaces it.
///
/// The buffer of a parameter that changed is given up: for the result that replaces it where both have one shape.
pub fn set_results(function: &mut Function, state: &[(ValueId, ValueId)], result: &[ValueId]) -> Vec<Option<usize>> {
    let (mut results, mut positions) = (vec![], vec![]);
    for &(before, after) in state {
        let position = (before != after).then_some(results.len());
        if let Some(param) = function.params().iter().position(|&param| param == before) {
            function.donations[param] = match position {
                None => Donation::Keep,
                Some(position) if function.shape(before) == function.shape(after) => Donation::Alias(position),
                Some(_) => Donation::Donate,
            };
        }
        results.extend(position.map(|_| after));
        positions.push(position);
    }
    results.extend(result);
    function.set_results(results);
    positions
}
