// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Rewrites before fusion: composites become their bodies, since this backend has no kernels for named composites;
//! elementwise ops that loops have no code for become other ops; `reduce_precision` becomes integer arithmetic;
//! scatters that may add several numbers to one 16-bit float do it in `f32`.

use gomlx_ir::edit::{Effects, Rebuild, Rewrite, Values, extract_inst, extract_region, inline, rebuild};
use gomlx_ir::rewrite::{decompose_chlo, split_complex};
use gomlx_ir::{BinaryOp, Builder, DType, Direction, Entity, Function, Inst, InstId, Op, Reducer, RegionId, Shape, UnaryOp, ValueId};

use crate::loops::emission::{has_binary, has_unary};
use crate::loops::support::comparison;

/// Rewrites the ops that this backend has no code for into other ops, and complex values into pairs of real values.
/// Drops derivative marks: all derivatives have been taken.
pub(crate) fn prepare(function: &Function) -> Function {
    let mut unmarked = function.clone();
    unmarked.drop_marks();
    let prepared = decompose(&unmarked);
    let complex = |i: usize| prepared.shape(ValueId::new(i)).dtype.is_complex();
    if (0..prepared.num_values()).any(complex) { decompose(&split_complex(&prepared)) } else { prepared }
}

const VERIFIED: &str = "the function is verified";

fn decompose(function: &Function) -> Function {
    struct Prepare;
    impl Rewrite for Prepare {
        fn inst(&mut self, rebuild: &mut Rebuild<'_>, region: RegionId, inst: InstId, operands: &[ValueId]) -> Values {
            let source = rebuild.source.inst(inst);
            match source.op {
                Op::Composite(_) => {
                    let body = extract_region(rebuild.source, source.regions[0], Effects::Keep).expect(VERIFIED);
                    let body = decompose(&body);
                    inline(&mut rebuild.target, region, &body, operands).into()
                }
                Op::ReducePrecision { exponent, mantissa } => {
                    let mut b = Builder::new(&mut rebuild.target, region);
                    b.location.clone_from(&source.location);
                    match reduce_precision(&mut b, operands[0], exponent, mantissa) {
                        Some(result) => Values::from_slice(&[result]),
                        None => rebuild.copy(self, region, inst, operands),
                    }
                }
                Op::Scatter(_) | Op::SelectAndScatter(_) if sums_in_half(rebuild.source, source) => {
                    let selects = matches!(source.op, Op::SelectAndScatter(_));
                    let selection = if selects { comparison(rebuild.source, source.regions[0]) } else { None };
                    let mut b = Builder::new(&mut rebuild.target, region);
                    b.location.clone_from(&source.location);
                    Values::from_slice(&[scattered_in_single(&mut b, &source.op, operands, selection)])
                }
                _ if is_decomposed(&source.op) || computes_narrow(rebuild.source, source) => {
                    let (function, args) = extract_inst(rebuild.source, source).expect(VERIFIED);
                    let args: Vec<ValueId> = args.iter().map(|&v| rebuild.mapped(v).expect(VERIFIED)).collect();
                    inline(&mut rebuild.target, region, &decompose_chlo(&function), &args).into()
                }
                _ => rebuild.copy(self, region, inst, operands),
            }
        }
    }
    rebuild(function, &mut Prepare)
}

/// Whether an op computes with elements of a narrow type, which loops and kernels can only move.
fn computes_narrow(function: &Function, inst: &Inst) -> bool {
    let is = |kind: fn(DType) -> bool| inst.operands.iter().chain(&inst.results).any(|&v| kind(function.shape(v).dtype));
    match inst.op {
        Op::Convert(_) | Op::Compare(..) | Op::Iota { .. } => is(DType::is_narrow),
        // The bytes of signed and unsigned elements differ, and are otherwise kept.
        Op::BitcastConvert(to) => to.is_narrow() && function.shape(inst.operands[0]).dtype.is_narrow(),
        Op::Unary(_) | Op::Binary(_) | Op::DotGeneral(_) | Op::Convolution(_) => is(DType::is_small_int),
        Op::Reduce(_) => {
            let reducer = function.reducer_of(inst.regions[0]);
            inst.results.len() == 1 && is(DType::is_small_int) && matches!(reducer, Some(Reducer::Binary(_)))
        }
        _ => false,
    }
}

/// Whether an instruction adds elements of a 16-bit float type to the elements at any positions, by kernels that would
/// round each sum.
fn sums_in_half(function: &Function, inst: &Inst) -> bool {
    let half = matches!(function.shape(inst.operands[0]).dtype, DType::F16 | DType::BF16);
    let adds = |region| function.reducer_of(region) == Some(Reducer::Binary(BinaryOp::Add));
    half && match &inst.op {
        Op::Scatter(dims) => inst.results.len() == 1 && !dims.unique_indices && adds(inst.regions[0]),
        Op::SelectAndScatter(_) => adds(inst.regions[1]) && comparison(function, inst.regions[0]).is_some(),
        _ => false,
    }
}

/// A scatter or `select_and_scatter` of 16-bit floats, as the same op on `f32` with one rounding at the end.
/// `selection` is the comparison of a selection.
fn scattered_in_single(b: &mut Builder<'_>, op: &Op, operands: &[ValueId], selection: Option<Direction>) -> ValueId {
    let half = b.shape(operands[0]).dtype;
    let wide: Vec<ValueId> = operands.iter().map(|&x| if b.shape(x).dtype == half { b.convert(x, DType::F32) } else { x }).collect();
    let mut regions: Vec<RegionId> = vec![];
    if let Some(direction) = selection {
        let region = b.function.add_region();
        let [x, y] = [0, 1].map(|_| b.function.add_region_param(region, Shape::scalar(DType::F32)));
        let keeps = Builder::new(b.function, region).compare(direction, x, y);
        b.function.region_mut(region).results = vec![keeps];
        regions.push(region);
    }
    regions.push(b.reducer(Reducer::Binary(BinaryOp::Add), DType::F32));
    let inst = b.emit_inst(op.clone(), &wide, &regions).expect("the op has a form for each float type");
    let sum = b.function.inst(inst).results[0];
    b.convert(sum, half)
}

/// Whether the backend runs the decomposition of an op instead of the op.
fn is_decomposed(op: &Op) -> bool {
    match op {
        // Complex values are split into pairs later; on real operands these ops stay.
        Op::Unary(UnaryOp::Real | UnaryOp::Imag) | Op::Binary(BinaryOp::Complex) => false,
        Op::Unary(op) => !has_unary(*op),
        Op::Binary(op) => !has_binary(*op),
        Op::Map | Op::BatchNormTraining(_) | Op::BatchNormInference(_) | Op::BatchNormGrad(_) => true,
        _ => false,
    }
}

/// Rounds `x` to a format of fewer bits and back, by integer arithmetic on its bits. `None` for other types than the
/// usual floats.
fn reduce_precision(b: &mut Builder<'_>, x: ValueId, exponent: u32, mantissa: u32) -> Option<ValueId> {
    let dtype = b.shape(x).dtype;
    let (own_exponent, own_mantissa, int) = match dtype {
        DType::F16 => (5, 10, DType::I16),
        DType::BF16 => (8, 7, DType::I16),
        DType::F32 => (8, 23, DType::I32),
        DType::F64 => (11, 52, DType::I64),
        _ => return None,
    };
    const CASTS: &str = "a float has an integer of its size";
    let bits = b.emit(Op::BitcastConvert(int), &[x]).expect(CASTS);
    let shift = |b: &mut Builder<'_>, op: BinaryOp, x: ValueId, by: u32| {
        let by = b.full_like(x, f64::from(by));
        b.binary(op, x, by)
    };
    let doubled = shift(b, BinaryOp::ShiftLeft, bits, 1);
    let magnitude = shift(b, BinaryOp::ShiftRightLogical, doubled, 1);
    let sign = b.binary(BinaryOp::Xor, bits, magnitude);
    let infinity = b.full_like(bits, exp2(own_exponent + own_mantissa) - exp2(own_mantissa));
    let mut reduced = magnitude;
    if mantissa < own_mantissa {
        // Rounds to nearest, ties to even.
        let lost = own_mantissa - mantissa;
        let odd = shift(b, BinaryOp::ShiftRightLogical, reduced, lost);
        let one = b.full_like(bits, 1.0);
        let odd = b.binary(BinaryOp::And, odd, one);
        let half = b.full_like(bits, exp2(lost - 1) - 1.0);
        reduced = b.add(reduced, half);
        reduced = b.add(reduced, odd);
        reduced = shift(b, BinaryOp::ShiftRightLogical, reduced, lost);
        reduced = shift(b, BinaryOp::ShiftLeft, reduced, lost);
    }
    if exponent < own_exponent {
        let (bias, new_bias) = (exp2(own_exponent - 1) - 1.0, exp2(exponent - 1) - 1.0);
        let beyond = b.full_like(bits, (bias + new_bias + 1.0) * exp2(own_mantissa));
        let least = b.full_like(bits, (bias - new_bias + 1.0) * exp2(own_mantissa));
        let zero = b.full_like(bits, 0.0);
        let (large, small) = (b.compare(Direction::Ge, reduced, beyond), b.compare(Direction::Lt, reduced, least));
        reduced = b.select(large, infinity, reduced);
        reduced = b.select(small, zero, reduced);
    }
    let nan = b.compare(Direction::Gt, magnitude, infinity);
    // A format without a mantissa has no NaN: it becomes infinite, as in XLA.
    reduced = b.select(nan, if mantissa == 0 { infinity } else { magnitude }, reduced);
    let signed = b.binary(BinaryOp::Or, sign, reduced);
    Some(b.emit(Op::BitcastConvert(dtype), &[signed]).expect(CASTS))
}

fn exp2(n: u32) -> f64 {
    2f64.powi(n as i32)
}
