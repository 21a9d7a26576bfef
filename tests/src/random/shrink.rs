// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Reduces a graph to the smallest part that still fails. It drops results, turns computed values into inputs, and
//! replaces branches and loops by their bodies and results by operands.

use gomlx_ir::eval::evaluate;
use gomlx_ir::rewrite::dce;
use gomlx_ir::{DType, Donation, Function, HostTensor, InstId, Module, Op, RegionId, Shape, ValueId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Graph, all_values};

/// Reduces a graph while it fails.
pub(super) fn shrink(mut graph: Graph, fails: impl Fn(&Graph) -> bool) -> Graph {
    // Keeps the first failing result in program order: the results that it depends on are right.
    let single = graph.function.results().iter().map(|&r| part(&graph, &[r], &FxHashSet::default())).find(|g| fails(g));
    if let Some(single) = single {
        graph = single;
    }
    loop {
        let before = size(&graph);
        drop_results(&mut graph, &fails);
        cut(&mut graph, &fails);
        simplify(&mut graph, &fails);
        if size(&graph) == before {
            return graph;
        }
    }
}

fn size(graph: &Graph) -> (usize, usize) {
    (all_insts(&graph.function).len(), graph.function.results().len())
}

/// Drops results that the failure does not need.
fn drop_results(graph: &mut Graph, fails: &impl Fn(&Graph) -> bool) {
    let mut i = 0;
    while graph.function.results().len() > 1 && i < graph.function.results().len() {
        let mut results = graph.function.results().to_vec();
        results.remove(i);
        let smaller = part(graph, &results, &FxHashSet::default());
        if fails(&smaller) {
            *graph = smaller;
        } else {
            i += 1;
        }
    }
}

/// Turns instructions into inputs, starting from the first, as many at a time as still fail.
fn cut(graph: &mut Graph, fails: &impl Fn(&Graph) -> bool) {
    let mut step = graph.function.body().insts.len();
    while step > 0 {
        let mut start = 0;
        while start < graph.function.body().insts.len() {
            let insts: Vec<InstId> = graph.function.body().insts.iter().skip(start).take(step).copied().collect();
            let results = graph.function.results().to_vec();
            let given = insts.iter().flat_map(|&i| graph.function.inst(i).results.iter().copied());
            let cut: FxHashSet<ValueId> = given.filter(|v| !results.contains(v)).collect();
            let smaller = part(graph, &results, &cut);
            if smaller.function.body().insts.len() < graph.function.body().insts.len() && fails(&smaller) {
                *graph = smaller;
            } else {
                start += step;
            }
        }
        step /= 2;
    }
}

/// A replacement for an instruction.
#[derive(Clone, Copy)]
enum Stand {
    /// An operand replaces the only result.
    Operand(usize),
    /// The results of one region, computed once, replace the results.
    Region(usize),
}

/// Replaces instructions by their operands or regions, also inside regions.
fn simplify(graph: &mut Graph, fails: &impl Fn(&Graph) -> bool) {
    'again: loop {
        for id in all_insts(&graph.function) {
            for stand in stands(&graph.function, id) {
                let smaller = replaced(graph, id, stand);
                if all_insts(&smaller.function).len() < all_insts(&graph.function).len() && fails(&smaller) {
                    *graph = smaller;
                    continue 'again;
                }
            }
        }
        return;
    }
}

fn stands(function: &Function, id: InstId) -> Vec<Stand> {
    let inst = function.inst(id);
    let mut stands: Vec<Stand> = match inst.op {
        Op::If | Op::Case => (0..inst.regions.len()).map(Stand::Region).collect(),
        Op::While => vec![Stand::Region(1)],
        _ => vec![],
    };
    // A scalar integer may be the counter that ends a loop.
    if let [result] = inst.results[..]
        && *function.shape(result) != Shape::scalar(DType::I32)
    {
        let same = |i: &usize| function.shape(inst.operands[*i]) == function.shape(result);
        stands.extend((0..inst.operands.len()).filter(same).map(Stand::Operand));
    }
    stands
}

/// The graph with one instruction replaced.
fn replaced(graph: &Graph, id: InstId, stand: Stand) -> Graph {
    let source = &graph.function;
    let mut target = Function::new(source.name.clone());
    let mut map = FxHashMap::default();
    for (&param, &donation) in source.params().iter().zip(&source.donations) {
        map.insert(param, target.add_param(source.shape(param).clone(), donation));
    }
    for &inst in &source.body().insts {
        copy_with(source, &mut target, Function::BODY, inst, &mut map, Some((id, stand)));
    }
    target.set_results(source.results().iter().map(|r| map[r]).collect());
    let whole = Graph { function: dce(&target), inputs: graph.inputs.clone() };
    let results = whole.function.results().to_vec();
    part(&whole, &results, &FxHashSet::default())
}

/// The instructions of the body and of branches and loops. Bodies of other ops stay, because backends rely on their
/// form.
fn all_insts(function: &Function) -> Vec<InstId> {
    fn add(function: &Function, region: RegionId, all: &mut Vec<InstId>) {
        for &id in &function.region(region).insts {
            all.push(id);
            if !matches!(function.inst(id).op, Op::If | Op::Case | Op::While) {
                continue;
            }
            function.inst(id).regions.iter().for_each(|&inner| add(function, inner, all));
        }
    }
    let mut all = vec![];
    add(function, Function::BODY, &mut all);
    all
}

/// The part of a graph that the given results need, with the values in `cut` as parameters.
fn part(graph: &Graph, results: &[ValueId], cut: &FxHashSet<ValueId>) -> Graph {
    let source = &graph.function;
    let values = all_values(source);
    let mut whole = source.clone();
    whole.donations.fill(Donation::Keep);
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
            map.insert(value, target.add_param(source.shape(value).clone(), donation(source, value, results)));
            inputs.extend(known.get(&value).map(|&t| t.clone()));
        }
    }
    for id in insts {
        copy_with(source, &mut target, Function::BODY, id, &mut map, None);
    }
    target.set_results(results.iter().map(|r| map[r]).collect());
    Graph { function: target, inputs }
}

/// The donation of a value that becomes a parameter of a part of a graph. A donated parameter stays donated if the
/// result that it aliases is a result of the part.
fn donation(source: &Function, value: ValueId, results: &[ValueId]) -> Donation {
    let param = source.params().iter().position(|&p| p == value);
    let Some(Donation::Alias(to)) = param.map(|i| source.donations[i]) else { return Donation::Keep };
    let left = results.iter().position(|&r| r == source.results()[to]);
    left.map_or(Donation::Keep, Donation::Alias)
}

/// Adds the values that an instruction and its regions use to `needed`.
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
#[cfg(test)]
pub(super) fn copy(source: &Function, target: &mut Function, region: RegionId, id: InstId, map: &mut FxHashMap<ValueId, ValueId>) {
    copy_with(source, target, region, id, map, None);
}

/// Like [`copy`], but replaces one instruction as `edit` says.
fn copy_with(
    source: &Function,
    target: &mut Function,
    region: RegionId,
    id: InstId,
    map: &mut FxHashMap<ValueId, ValueId>,
    edit: Option<(InstId, Stand)>,
) {
    let inst = source.inst(id);
    match edit {
        Some((edited, Stand::Operand(i))) if edited == id => {
            map.insert(inst.results[0], map[&inst.operands[i]]);
            return;
        }
        Some((edited, Stand::Region(k))) if edited == id => {
            let body = source.region(inst.regions[k]);
            for (param, operand) in body.params.iter().zip(&inst.operands) {
                map.insert(*param, map[operand]);
            }
            for &inner in &body.insts {
                copy_with(source, target, region, inner, map, edit);
            }
            for (result, of) in inst.results.iter().zip(&body.results) {
                map.insert(*result, map[of]);
            }
            return;
        }
        _ => {}
    }
    let regions: Vec<RegionId> = inst
        .regions
        .iter()
        .map(|&from| {
            let to = target.add_region();
            for &param in &source.region(from).params {
                map.insert(param, target.add_region_param(to, source.shape(param).clone()));
            }
            for &inner in &source.region(from).insts {
                copy_with(source, target, to, inner, map, edit);
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
