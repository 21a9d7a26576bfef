// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The cost of running a graph: arithmetic operations and bytes of memory.

use crate::{ConvDims, Dim, Dims, Function, Inst, Op, RegionId, ValueId, product};

/// The arithmetic operations of one run of a function of static shapes.
///
/// - An elementwise function, a comparison and a selection count one for each element of the result, a clamp two.
/// - A contraction or convolution counts one product and one sum for each pair of elements that meet, without padding.
/// - A reduction, window or scatter counts its body for each element that it combines.
/// - A branch counts as its most expensive case. A `while` counts its regions for each round of its counter, or once if
///   it has no counter.
/// - A sort counts the comparisons of merging, a Fourier transform 5 n log2 n.
/// - A factorisation of side n counts n^3 / 3, a solve n^2 for each right-hand side.
/// - A batch normalisation counts the operations of its formulas.
///
/// Conversions, constants, random numbers and ops that only move elements count nothing.
pub fn flops(function: &Function) -> u64 {
    region(function, Function::BODY)
}

fn region(function: &Function, region_id: RegionId) -> u64 {
    let insts = &function.region(region_id).insts;
    insts.iter().map(|&id| inst(function, function.inst(id))).fold(0, u64::saturating_add)
}

fn inst(function: &Function, inst: &Inst) -> u64 {
    let elements = |v: ValueId| function.shape(v).num_elements() as u64;
    let result = || elements(inst.results[0]);
    let operand = |i: usize| elements(inst.operands[i]);
    let body = |i: usize| region(function, inst.regions[i]);
    match &inst.op {
        Op::Constant(_)
        | Op::Iota { .. }
        | Op::Convert(_)
        | Op::BitcastConvert(_)
        | Op::BroadcastInDim { .. }
        | Op::Reshape(_)
        | Op::Transpose(_)
        | Op::Slice { .. }
        | Op::Pad { .. }
        | Op::Concatenate(_)
        | Op::Reverse(_)
        | Op::DynamicSlice(_)
        | Op::DynamicUpdateSlice
        | Op::Gather(_)
        | Op::RngBitGenerator { .. }
        | Op::Rng { .. }
        | Op::ReducePrecision { .. }
        | Op::OptimizationBarrier
        | Op::Print(_) => 0,
        Op::Unary(_) | Op::Binary(_) | Op::Compare(..) | Op::Select => result(),
        Op::Clamp => result().saturating_mul(2),
        Op::Reduce(_) => operand(0).saturating_sub(result()).saturating_mul(body(0)),
        Op::ReduceWindow(window) => {
            let size = product(&window.dims) as u64;
            result().saturating_mul(size.saturating_sub(1)).saturating_mul(body(0))
        }
        Op::SelectAndScatter(window) => {
            let size = product(&window.dims) as u64;
            let selecting = size.saturating_sub(1).saturating_mul(body(0));
            operand(1).saturating_mul(selecting.saturating_add(body(1)))
        }
        Op::DotGeneral(dims) => {
            let lhs = function.shape(inst.operands[0]);
            let contracted: Dims = dims.lhs_contracting.iter().map(|&axis| lhs.size(axis)).collect();
            result().saturating_mul(product(&contracted) as u64).saturating_mul(2)
        }
        Op::Convolution(dims) => convolution(function, inst, dims),
        Op::Scatter(_) => {
            let updates = &inst.operands[inst.operands.len() / 2 + 1..];
            elements(updates[0]).saturating_mul(body(0))
        }
        Op::If | Op::Case => (0..inst.regions.len()).map(body).max().unwrap_or(0),
        Op::While => trips(function, inst).saturating_mul(body(0).saturating_add(body(1))),
        Op::Map => result().saturating_mul(body(0)),
        Op::Composite(_) => body(0),
        Op::Sort { axis, .. } => {
            let length = function.shape(inst.operands[0]).size(*axis) as u64;
            operand(0).saturating_mul(levels(length)).saturating_mul(body(0))
        }
        Op::TopK(_) => {
            let length = function.shape(inst.operands[0]).dims.last().and_then(Dim::lit).unwrap_or(1);
            operand(0).saturating_mul(levels(length as u64))
        }
        Op::Fft(_, lengths) => operand(0).max(result()).saturating_mul(5 * levels(product(lengths) as u64)),
        Op::Cholesky(_) => operand(0).saturating_mul(last(function, inst.operands[0])) / 3,
        Op::Factor(_) => operand(0).saturating_mul(last(function, inst.operands[0])).saturating_mul(2),
        Op::TriangularSolve(_) => operand(1).saturating_mul(last(function, inst.operands[0])),
        Op::BatchNormTraining(_) => operand(0).saturating_mul(7),
        Op::BatchNormInference(_) => operand(0).saturating_mul(4),
        Op::BatchNormGrad(_) => operand(0).saturating_mul(12),
    }
}

/// The logarithm to base 2, rounded up.
fn levels(n: u64) -> u64 {
    u64::from(u64::BITS - n.saturating_sub(1).leading_zeros())
}

/// The size of the last axis.
fn last(function: &Function, value: ValueId) -> u64 {
    function.shape(value).dims.last().and_then(Dim::lit).unwrap_or(1) as u64
}

/// The number of pairs of an input element and a kernel element that meet: the product over the spatial axes, times the
/// features.
fn convolution(function: &Function, inst: &Inst, dims: &ConvDims) -> u64 {
    let (input, kernel) = (function.shape(inst.operands[0]), function.shape(inst.operands[1]));
    let output = function.shape(inst.results[0]);
    let mut pairs = (input.size(dims.input_batch) / dims.batch_groups) as u64;
    pairs = pairs.saturating_mul(output.size(dims.output_feature) as u64);
    pairs = pairs.saturating_mul(kernel.size(dims.kernel_input_feature) as u64);
    for i in 0..dims.spatial_rank() {
        let (size, window, count) =
            (input.size(dims.input_spatial[i]), kernel.size(dims.kernel_spatial[i]), output.size(dims.output_spatial[i]));
        let dilation = dims.lhs_dilation[i] as i64;
        let meets = |at: i64| at >= 0 && at % dilation == 0 && at / dilation < size as i64;
        let start = |o: usize| (o * dims.strides[i]) as i64 - dims.padding[i].0;
        let met: u64 =
            (0..count).map(|o| (0..window).filter(|&k| meets(start(o) + (k * dims.rhs_dilation[i]) as i64)).count() as u64).sum();
        pairs = pairs.saturating_mul(met);
    }
    pairs.saturating_mul(2)
}

/// The number of rounds of a loop with a counter; one, if the number depends on values.
fn trips(function: &Function, inst: &Inst) -> u64 {
    #[cfg(feature = "transform")]
    return crate::transform::trip_count(function, inst).map_or(1, |trips| trips as u64);
    #[cfg(not(feature = "transform"))]
    {
        let _ = (function, inst);
        1
    }
}

/// The most bytes of values that are alive at once in one run, in the order of the instructions.
///
/// A parameter is always alive. Any other value is alive from its instruction to its last use. Backends fuse values
/// away and compute in place, so this is an upper bound.
pub fn peak_bytes(function: &Function) -> u64 {
    let params: u64 = function.params().iter().map(|&v| function.shape(v).num_bytes() as u64).fold(0, u64::saturating_add);
    params.saturating_add(live_peak(function, Function::BODY))
}

/// The most bytes of values of a region that are alive at once.
fn live_peak(function: &Function, region_id: RegionId) -> u64 {
    let region = function.region(region_id);
    let own: rustc_hash::FxHashSet<crate::InstId> = region.insts.iter().copied().collect();
    let bytes = |v: ValueId| function.shape(v).num_bytes() as u64;
    let mut last = rustc_hash::FxHashMap::default();
    for (at, &id) in region.insts.iter().enumerate() {
        mark_uses(function, id, &mut |v| {
            last.insert(v, at);
        });
    }
    for &result in &region.results {
        last.insert(result, usize::MAX);
    }
    let (mut live, mut peak) = (0, 0);
    for (at, &id) in region.insts.iter().enumerate() {
        let inst = function.inst(id);
        live += inst.results.iter().map(|&v| bytes(v)).sum::<u64>();
        let inner = inst.regions.iter().map(|&r| live_peak(function, r)).max().unwrap_or(0);
        peak = peak.max(live + inner);
        let mut ended: Vec<ValueId> = vec![];
        mark_uses(function, id, &mut |v| {
            if last.get(&v) == Some(&at) && !ended.contains(&v) {
                ended.push(v);
            }
        });
        let here = |v: &ValueId| matches!(function.value(*v).def, crate::Def::Result(of, _) if own.contains(&of));
        live -= ended.into_iter().filter(here).map(bytes).sum::<u64>();
        live -= inst.results.iter().filter(|v| !last.contains_key(v)).map(|&v| bytes(v)).sum::<u64>();
    }
    peak
}

fn mark_uses(function: &Function, id: crate::InstId, mark: &mut dyn FnMut(ValueId)) {
    let inst = function.inst(id);
    inst.operands.iter().for_each(|&v| mark(v));
    for &region in &inst.regions {
        let region = function.region(region);
        region.insts.iter().for_each(|&inner| mark_uses(function, inner, mark));
        region.results.iter().for_each(|&v| mark(v));
    }
}

#[cfg(test)]
mod tests {
    use super::flops;
    use crate::parse;

    fn of(body: &str) -> u64 {
        let module = parse::module(&format!("func.func @main{body}"), "cost.mlir").expect("the text is right");
        flops(module.main())
    }

    #[test]
    fn contractions_count_products_and_sums() {
        let dot = "(%x: tensor<5x4x3xf32>, %y: tensor<5x3x2xf32>) -> tensor<5x4x2xf32> {
            %0 = stablehlo.dot_general %x, %y, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<5x4x3xf32>, tensor<5x3x2xf32>) -> tensor<5x4x2xf32>
            return %0 : tensor<5x4x2xf32> }";
        assert_eq!(of(dot), 2 * 5 * 4 * 3 * 2);
    }

    #[test]
    fn padding_of_a_convolution_is_left_out() {
        // A window of 3 at the ends of 4 elements meets 2 of them, elsewhere 3.
        let conv = "(%x: tensor<1x4x1xf32>, %k: tensor<3x1x2xf32>) -> tensor<1x4x2xf32> {
            %0 = stablehlo.convolution(%x, %k) dim_numbers = [b, 0, f]x[0, i, o]->[b, 0, f], window = {pad = [[1, 1]]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<1x4x1xf32>, tensor<3x1x2xf32>) -> tensor<1x4x2xf32>
            return %0 : tensor<1x4x2xf32> }";
        assert_eq!(of(conv), 2 * (2 + 3 + 3 + 2) * 2);
    }

    #[test]
    fn reductions_count_their_bodies_and_movement_nothing() {
        let sum = "(%x: tensor<6x5xf32>) -> tensor<5xf32> {
            %c = stablehlo.constant dense<0.0> : tensor<f32>
            %0 = stablehlo.transpose %x, dims = [1, 0] : (tensor<6x5xf32>) -> tensor<5x6xf32>
            %1 = stablehlo.reduce(%0 init: %c) applies stablehlo.add across dimensions = [1] : (tensor<5x6xf32>, tensor<f32>) -> tensor<5xf32>
            %2 = stablehlo.exponential %1 : tensor<5xf32>
            return %2 : tensor<5xf32> }";
        assert_eq!(of(sum), 25 + 5);
    }

    #[test]
    fn branches_count_as_the_dearest_and_loops_once() {
        let control = "(%p: tensor<i1>, %x: tensor<4xf32>) -> tensor<4xf32> {
            %0 = \"stablehlo.if\"(%p) ({
              %1 = stablehlo.add %x, %x : tensor<4xf32>
              stablehlo.return %1 : tensor<4xf32>
            }, {
              %1 = stablehlo.add %x, %x : tensor<4xf32>
              %2 = stablehlo.multiply %1, %x : tensor<4xf32>
              stablehlo.return %2 : tensor<4xf32>
            }) : (tensor<i1>) -> tensor<4xf32>
            return %0 : tensor<4xf32> }";
        assert_eq!(of(control), 8);
    }
}
