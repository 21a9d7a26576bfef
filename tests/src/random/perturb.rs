// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Perturbs a graph: moves every floating-point value that it computes by about one unit in the last place.

use gomlx_ir::edit::{Rebuild, Rewrite, Values, extract_inst, inline, rebuild};
use gomlx_ir::op::Class;
use gomlx_ir::rewrite::decompose_chlo;
use gomlx_ir::testing::from_f64;
use gomlx_ir::{BinaryOp, Builder, DType, Direction, FftKind, Function, HostTensor, InstId, Op, RegionId, UnaryOp, ValueId};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use super::compare::unit;

/// Multiplies each parameter and each instruction result by a number about one unit from 1, in branches and loops too,
/// but not in bodies that run on single elements. `scale` multiplies the distance from 1, and a negative `scale`
/// reverses it.
pub(super) fn perturbed(function: &Function, seed: u64, scale: f64) -> Function {
    let mut mover = Mover { rng: Xoshiro256PlusPlus::seed_from_u64(seed), scale, elements: 0 };
    rebuild(&with_moved_params(function, &mut mover), &mut mover)
}

/// The function with each parameter perturbed before its first use.
fn with_moved_params(function: &Function, mover: &mut Mover) -> Function {
    let mut target = Function::new(function.name.clone());
    let params = function.params().iter().zip(&function.donations);
    let params: Vec<ValueId> = params.map(|(&p, &donation)| target.add_param(function.shape(p).clone(), donation)).collect();
    let args: Vec<ValueId> = params.into_iter().map(|param| mover.moved(&mut target, Function::BODY, param, 1.0, 0.0)).collect();
    let results = inline(&mut target, Function::BODY, function, &args);
    target.set_results(results);
    target
}

struct Mover {
    rng: Xoshiro256PlusPlus,
    /// The factor on all perturbations.
    scale: f64,
    /// How many enclosing bodies run on single elements.
    elements: usize,
}

impl Rewrite for Mover {
    fn inst(&mut self, rebuild: &mut Rebuild<'_>, region: RegionId, id: InstId, operands: &[ValueId]) -> Values {
        let source = rebuild.source;
        let op = &source.inst(id).op;
        let runs_whole = op.facts().class == Class::Control;
        let mut operands: Values = operands.into();
        if matches!(op, Op::BatchNormTraining(_) | Op::BatchNormInference(_) | Op::BatchNormGrad(_)) && self.elements == 0 {
            // The op subtracts inner sums from other values. Perturbing the steps of its decomposition shows their
            // rounding.
            let (normalisation, args) = extract_inst(source, source.inst(id)).expect("the instruction is verified");
            let steps = gomlx_ir::edit::rebuild(&decompose_chlo(&normalisation), self);
            let operands: Vec<ValueId> = args.iter().filter_map(|&v| rebuild.mapped(v)).collect();
            return inline(&mut rebuild.target, region, &steps, &operands).into();
        }
        if matches!(op, Op::Cholesky(_) | Op::TriangularSolve(_)) && self.elements == 0 {
            // The steps inside round each number separately, also equal numbers that a broadcast made.
            operands.iter_mut().for_each(|x| *x = self.moved(&mut rebuild.target, region, *x, 1.0, 0.0));
        }
        self.elements += usize::from(!runs_whole);
        let results = rebuild.copy(self, region, id, &operands);
        self.elements -= usize::from(!runs_whole);
        if self.elements > 0 {
            return results;
        }
        if let Op::Fft(kind, lengths) = op {
            // If terms cancel, the result keeps the rounding error of the terms.
            let noise = self.transformed_noise(&mut rebuild.target, region, operands[0], results[0], *kind, lengths);
            let sum = push(&mut rebuild.target, region, Op::Binary(BinaryOp::Add), &[results[0], noise]);
            return Values::from_slice(&[self.moved(&mut rebuild.target, region, sum, 2.0, LEAST)]);
        }
        let (units, least) = match (op.facts().class, op) {
            // Numbers that are given, or that were bits before.
            (_, Op::Constant(_) | Op::BitcastConvert(_)) => (1.0, 0.0),
            // An op that only moves or chooses elements does not round. Instructions in branches and loops are
            // perturbed one by one.
            (Class::Source | Class::Movement | Class::Control | Class::Barrier, _) => return results,
            (_, Op::Select | Op::Sort { .. } | Op::TopK(_)) => return results,
            // Near their zeros these functions are sums of numbers near one that cancel.
            (_, Op::Unary(UnaryOp::Digamma | UnaryOp::Lgamma)) => (4.0, 2.0),
            // Backends approximate functions to within a few units.
            (_, Op::Unary(_) | Op::Binary(_)) => (4.0, 0.0),
            // The backend chooses the sign of a sum of zeros.
            (Class::Elementwise | Class::Whole, _) => (2.0, LEAST),
        };
        let flushes = matches!(op, Op::Unary(_) | Op::Binary(_));
        let moved = |&value: &ValueId| {
            let moved = self.moved(&mut rebuild.target, region, value, units, least);
            if flushes { self.flushed(&mut rebuild.target, region, moved) } else { moved }
        };
        results.iter().map(moved).collect()
    }
}

impl Mover {
    /// The value times numbers about `units` units from 1. If `least` is above zero, adds numbers of about `least`
    /// units, at least the smallest positive number. Both parts of a complex number move by its magnitude.
    fn moved(&mut self, target: &mut Function, region: RegionId, value: ValueId, units: f64, least: f64) -> ValueId {
        let shape = target.shape(value).clone();
        let unit = unit(shape.dtype).0;
        if unit == 0.0 {
            return value;
        }
        let tiny = tiny(shape.dtype.real());
        let parts = if shape.dtype.is_complex() { 2 } else { 1 };
        let mut numbers = |about: f64, by: f64| {
            let numbers: Vec<f64> = (0..parts * shape.num_elements())
                .map(|i| {
                    let step = self.step();
                    let step = (unit * by * step.abs()).max(tiny).copysign(step);
                    if i % parts == 0 { about + step } else { step }
                })
                .collect();
            let flat = from_f64(shape.dtype.real(), &[numbers.len()], &numbers);
            let tensor = HostTensor::from_bytes(shape.dtype, &shape.sizes(), flat.bytes()).expect("a number for each part");
            Op::Constant(tensor.into())
        };
        let factors = numbers(1.0, units);
        let terms = (least > 0.0).then(|| numbers(0.0, least));
        let factors = push(target, region, factors, &[]);
        let product = push(target, region, Op::Binary(BinaryOp::Multiply), &[value, factors]);
        let Some(terms) = terms else { return product };
        let terms = push(target, region, terms, &[]);
        push(target, region, Op::Binary(BinaryOp::Add), &[product, terms])
    }
}

impl Mover {
    /// The value with about half of its subnormal numbers replaced by zero, because backends may flush them to zero.
    fn flushed(&mut self, target: &mut Function, region: RegionId, value: ValueId) -> ValueId {
        let shape = target.shape(value).clone();
        let (unit, least) = unit(shape.dtype);
        if unit == 0.0 || shape.dtype.is_complex() {
            return value;
        }
        let kept: Vec<f64> =
            (0..shape.num_elements()).map(|_| f64::from(u8::from(self.rng.next_u32().is_multiple_of(2) == (self.scale > 0.0)))).collect();
        let kept = push(target, region, Op::Constant(from_f64(shape.dtype, &shape.sizes(), &kept).into()), &[]);
        let flushed = push(target, region, Op::Binary(BinaryOp::Multiply), &[value, kept]);
        let mut b = Builder::new(target, region);
        let magnitude = b.unary(UnaryOp::Abs, value);
        let least = b.full_like(value, least);
        let small = b.compare(Direction::Lt, magnitude, least);
        b.select(small, flushed, value)
    }

    /// Random noise for each part of each element of an `fft` result. It is about one unit of the root of the sum of
    /// squares of the operand: the error of a transform is that times the logarithm of its length (Higham, Accuracy and
    /// Stability of Numerical Algorithms, 2002, theorem 24.2).
    fn transformed_noise(
        &mut self,
        target: &mut Function,
        region: RegionId,
        x: ValueId,
        result: ValueId,
        kind: FftKind,
        lengths: &[usize],
    ) -> ValueId {
        let shape = target.shape(result).clone();
        let first = shape.rank() - lengths.len();
        let n = lengths.iter().map(|&n| n as f64).product::<f64>().max(1.0);
        let inverse = if matches!(kind, FftKind::Ifft | FftKind::Irfft) { 1.0 / n } else { 1.0 };
        let real = shape.dtype.real();
        let absolute = push(target, region, Op::Unary(UnaryOp::Abs), &[x]);
        let mut b = Builder::new(target, region);
        let (transformed, kept) = ((first..shape.rank()).collect::<Vec<_>>(), (0..first).collect::<Vec<_>>());
        // Divides by the largest magnitude first, which keeps the squares from overflowing.
        let dims = b.shape(absolute).dims.clone();
        let most = b.reduce(BinaryOp::Maximum, absolute, &transformed);
        let above_zero = b.full_like(most, tiny(real));
        let most = b.binary(BinaryOp::Maximum, most, above_zero);
        let divisor = b.broadcast(most, &dims, &kept);
        let parts = b.binary(BinaryOp::Divide, absolute, divisor);
        let squares = b.mul(parts, parts);
        let sum = b.reduce_sum(squares, &transformed);
        let root = b.unary(UnaryOp::Sqrt, sum);
        let root = b.mul(root, most);
        let root = b.scale(root, inverse);
        let root = b.broadcast(root, &shape.dims, &kept);
        let real = shape.with_dtype(real);
        let mut part = || {
            let unit = unit(real.dtype).0;
            let units: Vec<f64> = (0..real.num_elements()).map(|_| unit * self.step()).collect();
            let units = push(target, region, Op::Constant(from_f64(real.dtype, &real.sizes(), &units).into()), &[]);
            push(target, region, Op::Binary(BinaryOp::Multiply), &[root, units])
        };
        if !shape.dtype.is_complex() {
            return part();
        }
        let parts = [part(), part()];
        push(target, region, Op::Binary(BinaryOp::Complex), &parts)
    }

    /// A random number near `scale` or `-scale`. The sizes vary, so the perturbations of two ops do not cancel.
    fn step(&mut self) -> f64 {
        let size = self.scale * (0.75 + f64::from(self.rng.next_u32() % 1024) / 2048.0);
        if self.rng.next_u32().is_multiple_of(2) { size } else { -size }
    }
}

/// A number of units below the smallest positive number of every type.
const LEAST: f64 = 1e-320;

/// The smallest positive number of a type.
fn tiny(dtype: DType) -> f64 {
    match dtype {
        DType::F16 => 2f64.powi(-24),
        DType::BF16 => 2f64.powi(-133),
        DType::F32 => 2f64.powi(-149),
        _ => f64::from_bits(1),
    }
}

fn push(target: &mut Function, region: RegionId, op: Op, operands: &[ValueId]) -> ValueId {
    let inst = target.push(region, op, operands, &[], None).expect("the operands have the same shape");
    target.inst(inst).results[0]
}
