// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The smallest part of a graph that still fails: one result instead of all, and values as inputs
//! instead of the instructions that compute them.

use gomlx_ir::eval::evaluate;
use gomlx_ir::{Donation, Function, HostTensor, InstId, Module, RegionId, ValueId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Graph, all_values};

/// Cuts a graph down while it fails.
pub(super) fn shrink(mut graph: Graph, fails: impl Fn(&Graph) -> bool) -> Graph {
    // One result, the first in program order: what it depends on is right.
    let single = graph.function.results().iter().map(|&r| part(&graph, &[r], &FxHashSet::default())).find(|g| fails(g));
    if let Some(single) = single {
        graph = single;
    }
    // Instructions from the first on become inputs, as many at a time as still fail.
    let mut step = graph.function.body().insts.len();
    while step > 0 {
        let mut start = 0;
        while start < graph.function.body().insts.len() {
            let insts: Vec<InstId> = graph.function.body().insts.iter().skip(start).take(step).copied().collect();
            let results = graph.function.results().to_vec();
            let given = insts.iter().flat_map(|&i| graph.function.inst(i).results.iter().copied());
            let cut: FxHashSet<ValueId> = given.filter(|v| !results.contains(v)).collect();
            let smaller = part(&graph, &results, &cut);
            if smaller.function.body().insts.len() < graph.function.body().insts.len() && fails(&smaller) {
                graph = smaller;
            } else {
                start += step;
            }
        }
        step /= 2;
    }
    graph
}

/// The part of a graph that some results need, with the values of `cut` as parameters.
fn part(graph: &Graph, results: &[ValueId], cut: &FxHashSet<ValueId>) -> Graph {
    let source = &graph.function;
    let values = all_values(source);
    let mut whole = source.clone();
    whole.set_results(values.clone());
    let computed = evaluate(&Module::new(whole), &graph.inputs).unwrap_or_default();
    let known: FxHashMap<ValueId, &HostTensor> =
        values.iter().copied().zip(&computed).chain(source.params().iter().copied().zip(&graph.inputs)).collect();

    let mut needed: FxHashSet<ValueId> = results.iter().copied().collect();
    let mut insts: Vec<InstId> = vec![];
    for &id in source.body().insts.iter().rev() {
        let inst = source.inst(id);
        if inst.results.iter().any(|r| needed.contains(r) && !cut.contains(r)) {
            insts.push(id);
            uses(source, id, &mut needed);
        }
    }
    insts.reverse();

    let mut target = Function::new(source.name.clone());
    let mut inputs = vec![];
    let mut map = FxHashMap::default();
    let kept: FxHashSet<ValueId> = insts.iter().flat_map(|&i| source.inst(i).results.iter().copied()).collect();
    for &value in source.params().iter().chain(&values) {
        if needed.contains(&value) && !kept.contains(&value) {
            map.insert(value, target.add_param(source.shape(value).clone(), Donation::Keep));
            inputs.extend(known.get(&value).map(|&t| t.clone()));
        }
    }
    for id in insts {
        copy(source, &mut target, Function::BODY, id, &mut map);
    }
    target.set_results(results.iter().map(|r| map[r]).collect());
    Graph { function: target, inputs }
}

/// Notes what an instruction and its regions use.
pub(super) fn uses(function: &Function, id: InstId, needed: &mut FxHashSet<ValueId>) {
    let inst = function.inst(id);
    needed.extend(&inst.operands);
    for &region in &inst.regions {
        needed.extend(&function.region(region).results);
        for &inner in &function.region(region).insts {
            uses(function, inner, needed);
        }
    }
}

/// Appends a copy of an instruction with its regions.
///
/// # Panics
/// If an operand has no copy yet.
pub(super) fn copy(source: &Function, target: &mut Function, region: RegionId, id: InstId, map: &mut FxHashMap<ValueId, ValueId>) {
    let inst = source.inst(id);
    let regions: Vec<RegionId> = inst
        .regions
        .iter()
        .map(|&from| {
            let to = target.add_region();
            for &param in &source.region(from).params {
                map.insert(param, target.add_region_param(to, source.shape(param).clone()));
            }
            for &inner in &source.region(from).insts {
                copy(source, target, to, inner, map);
            }
            target.region_mut(to).results = source.region(from).results.iter().map(|r| map[r]).collect();
            to
        })
        .collect();
    let operands: Vec<ValueId> = inst.operands.iter().map(|x| map[x]).collect();
    let copied = target.push(region, inst.op.clone(), &operands, &regions, None).expect("a copy of a verified instruction");
    for (&from, &to) in inst.results.iter().zip(&target.inst(copied).results.to_vec()) {
        map.insert(from, to);
    }
}
