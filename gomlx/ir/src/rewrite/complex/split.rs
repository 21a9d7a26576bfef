// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The pass that splits complex values: it emits each instruction once for each part, or by a formula.

use smallvec::{SmallVec, smallvec};

use super::functions::{self, Parts};
use super::{clamp, constant, convert, pack, unpack};
use crate::edit::{copy_region_from, live};
use crate::{BinaryOp, Builder, Derivative, Entity, Function, Inst, Op, Reducer, RegionId, Shape, UnaryOp, ValueId};

/// The counterpart, in the target, of a value of the source.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Real(ValueId),
    Complex(ValueId, ValueId),
}

impl Part {
    /// Both parts of a complex value, or the one real value.
    fn all(self) -> SmallVec<[ValueId; 2]> {
        match self {
            Part::Real(x) => smallvec![x],
            Part::Complex(re, im) => smallvec![re, im],
        }
    }

    /// The real and the imaginary part of a complex value.
    fn parts(self) -> Parts {
        match self {
            // Not reached: the dtype was checked, and real values have no complex formula.
            Part::Real(x) => (x, x),
            Part::Complex(re, im) => (re, im),
        }
    }

    /// The real part of a complex value, or the imaginary part if `second`. A real value serves as both.
    fn side(self, second: bool) -> ValueId {
        match self {
            Part::Real(x) => x,
            Part::Complex(re, im) => {
                if second {
                    im
                } else {
                    re
                }
            }
        }
    }
}

pub(super) struct Split<'s> {
    source: &'s Function,
    target: Function,
    map: Vec<Option<Part>>,
    live: Vec<bool>,
}

const FITS: &str = "parts have the shape of their whole";

impl<'s> Split<'s> {
    pub(super) fn run(source: &'s Function) -> Function {
        let map = vec![None; source.num_values()];
        let mut split = Split { source, target: Function::new(source.name.clone()), map, live: live(source) };
        let params: Vec<ValueId> = source
            .params()
            .iter()
            .zip(&source.donations)
            .map(|(&param, &donation)| {
                let copy = split.target.add_param(source.shape(param).clone(), donation);
                if let Some(name) = &source.value(param).name {
                    split.target.set_name(copy, name);
                }
                copy
            })
            .collect();
        for (&param, copy) in source.params().iter().zip(params) {
            let part = split.unpacked(Function::BODY, copy);
            split.map[param.index()] = Some(part);
        }
        split.insts(Function::BODY, Function::BODY);
        let results = source.results().iter().map(|&r| split.packed(Function::BODY, split.part(r))).collect();
        split.target.set_results(results);
        split.target
    }

    fn part(&self, value: ValueId) -> Part {
        self.map[value.index()].expect("a value is defined before it is used")
    }

    fn builder(&mut self, region: RegionId, inst: Option<&Inst>) -> Builder<'_> {
        let mut b = Builder::new(&mut self.target, region);
        b.location = inst.and_then(|inst| inst.location.clone());
        b
    }

    fn unpacked(&mut self, region: RegionId, x: ValueId) -> Part {
        if !self.target.shape(x).dtype.is_complex() {
            return Part::Real(x);
        }
        let (re, im) = unpack(&mut self.builder(region, None), x);
        Part::Complex(re, im)
    }

    fn packed(&mut self, region: RegionId, part: Part) -> ValueId {
        match part {
            Part::Real(x) => x,
            Part::Complex(re, im) => pack(&mut self.builder(region, None), (re, im)),
        }
    }

    /// Appends the live instructions of a source region to a target region.
    fn insts(&mut self, from: RegionId, to: RegionId) {
        let source = self.source;
        for &id in &source.region(from).insts {
            if self.live[id.index()] {
                let inst = source.inst(id);
                let results = self.inst(to, inst);
                for (&result, part) in inst.results.iter().zip(results) {
                    self.map[result.index()] = Some(part);
                }
            }
        }
    }

    /// Copies a region; each complex parameter and result becomes two. If `pairs`, parameters come in pairs, as in a
    /// comparator.
    fn region(&mut self, from: RegionId, pairs: bool) -> RegionId {
        let source = self.source;
        let to = self.target.add_region();
        let params = &source.region(from).params;
        // A pair of complex parameters becomes the pair of the real parts, then the pair of the imaginary parts.
        for group in params.chunks(if pairs { 2 } else { 1 }) {
            let complex = source.shape(group[0]).dtype.is_complex();
            let sides: Vec<Vec<ValueId>> = (0..if complex { 2 } else { 1 })
                .map(|_| {
                    let part = |&param: &ValueId| {
                        let shape = source.shape(param);
                        self.target.add_region_param(to, shape.with_dtype(shape.dtype.real()))
                    };
                    group.iter().map(part).collect()
                })
                .collect();
            for (i, param) in group.iter().enumerate() {
                let part = if complex { Part::Complex(sides[0][i], sides[1][i]) } else { Part::Real(sides[0][i]) };
                self.map[param.index()] = Some(part);
            }
        }
        self.insts(from, to);
        let results = source.region(from).results.iter().flat_map(|&r| self.part(r).all()).collect();
        self.target.region_mut(to).results = results;
        to
    }

    fn inst(&mut self, region: RegionId, inst: &Inst) -> SmallVec<[Part; 2]> {
        let x: SmallVec<[Part; 4]> = inst.operands.iter().map(|&v| self.part(v)).collect();
        let complex = x.iter().any(|p| matches!(p, Part::Complex(..)));
        let result = inst.results.first().map(|&r| self.source.shape(r).clone());
        match inst.derivative {
            Derivative::Stopped => {
                let mut b = self.builder(region, Some(inst));
                return smallvec![match x[0] {
                    Part::Real(x) => Part::Real(b.stop_gradient(x)),
                    Part::Complex(re, im) => Part::Complex(b.stop_gradient(re), b.stop_gradient(im)),
                }];
            }
            Derivative::Checkpoint => return self.expanded(region, inst, &x),
            Derivative::Custom(_) => return self.whole_composite(region, inst, &x),
            Derivative::Usual => {}
        }
        let of_complex = complex || result.as_ref().is_some_and(|s| s.dtype.is_complex());
        let one: Part = match &inst.op {
            Op::Unary(UnaryOp::Real) => Part::Real(x[0].side(false)),
            Op::Unary(UnaryOp::Imag) => match x[0] {
                Part::Complex(_, im) => Part::Real(im),
                Part::Real(x) => Part::Real(self.builder(region, Some(inst)).full_like(x, 0.0)),
            },
            Op::Binary(BinaryOp::Complex) => Part::Complex(x[0].side(false), x[1].side(false)),
            // An op with regions is handled below: its regions may capture complex values.
            _ if !of_complex && inst.regions.is_empty() => return self.expanded(region, inst, &x),
            Op::Constant(tensor) => {
                let (re, im) = constant(&mut self.builder(region, Some(inst)), tensor);
                Part::Complex(re, im)
            }
            Op::Iota { shape, axis } => {
                let shape = shape.with_dtype(shape.dtype.real());
                let mut b = self.builder(region, Some(inst));
                let re = b.emit(Op::Iota { shape, axis: *axis }, &[]).expect(FITS);
                let im = b.full_like(re, 0.0);
                Part::Complex(re, im)
            }
            Op::Unary(UnaryOp::Abs) => Part::Real(functions::norm(&mut self.builder(region, Some(inst)), x[0].parts())),
            Op::Unary(op) => {
                let formula = functions::unary(&mut self.builder(region, Some(inst)), *op, x[0].parts());
                let Some((re, im)) = formula else { return self.kept(region, inst, &x) };
                Part::Complex(re, im)
            }
            Op::Binary(op) => {
                let formula = functions::binary(&mut self.builder(region, Some(inst)), *op, x[0].parts(), x[1].parts());
                let Some((re, im)) = formula else { return self.kept(region, inst, &x) };
                Part::Complex(re, im)
            }
            Op::Compare(direction, _) => {
                Part::Real(functions::compare(&mut self.builder(region, Some(inst)), *direction, x[0].parts(), x[1].parts()))
            }
            Op::Clamp => {
                let clamped = clamp(&mut self.builder(region, Some(inst)), [x[0].parts(), x[1].parts(), x[2].parts()]);
                let Some((re, im)) = clamped else { return self.kept(region, inst, &x) };
                Part::Complex(re, im)
            }
            Op::Convert(dtype) => convert(&mut self.builder(region, Some(inst)), x[0], *dtype),
            Op::Select
            | Op::BroadcastInDim { .. }
            | Op::Reshape(_)
            | Op::Transpose(_)
            | Op::Slice { .. }
            | Op::Pad { .. }
            | Op::Concatenate(_)
            | Op::Reverse(_)
            | Op::DynamicSlice(_)
            | Op::DynamicUpdateSlice
            | Op::Gather(_) => self.sides(region, inst, &inst.op, &x, None),
            Op::DotGeneral(dims) => {
                let mut dims = dims.clone();
                dims.out = dims.out.real();
                self.bilinear(region, inst, &Op::DotGeneral(dims), &x)
            }
            Op::Convolution(dims) => {
                let mut dims = dims.clone();
                dims.out = dims.out.real();
                self.bilinear(region, inst, &Op::Convolution(dims), &x)
            }
            Op::Reduce(_) | Op::ReduceWindow(_) | Op::Scatter(_) => {
                // Sums and overwrites treat the two parts independently.
                match self.source.reducer_of(inst.regions[0]) {
                    Some(reducer @ (Reducer::Binary(BinaryOp::Add) | Reducer::Replace)) if of_complex => {
                        self.sides(region, inst, &inst.op, &x, Some(reducer))
                    }
                    _ => return self.expanded(region, inst, &x),
                }
            }
            Op::Composite(_) if of_complex => {
                for (&param, &part) in self.source.region(inst.regions[0]).params.iter().zip(&x) {
                    self.map[param.index()] = Some(part);
                }
                self.insts(inst.regions[0], region);
                return self.source.region(inst.regions[0]).results.iter().map(|&r| self.part(r)).collect();
            }
            Op::If | Op::Case | Op::While | Op::Sort { .. } | Op::Composite(_) | Op::OptimizationBarrier => {
                return self.expanded(region, inst, &x);
            }
            Op::SelectAndScatter(_) | Op::Map if !of_complex => return self.expanded(region, inst, &x),
            Op::BitcastConvert(_)
            | Op::SelectAndScatter(_)
            | Op::RngBitGenerator { .. }
            | Op::Map
            | Op::TopK(_)
            | Op::ReducePrecision { .. }
            | Op::Fft(..)
            | Op::Cholesky(_)
            | Op::TriangularSolve(_)
            | Op::Factor(_)
            | Op::BatchNormTraining(_)
            | Op::BatchNormInference(_)
            | Op::BatchNormGrad(_)
            | Op::Rng { .. }
            | Op::Print(_) => return self.kept(region, inst, &x),
        };
        smallvec![one]
    }

    /// Emits the op on all parts together. Its regions are expanded likewise.
    fn expanded(&mut self, region: RegionId, inst: &Inst, x: &[Part]) -> SmallVec<[Part; 2]> {
        let pairs = matches!(inst.op, Op::Sort { .. });
        let regions: SmallVec<[RegionId; 2]> = inst.regions.iter().map(|&r| self.region(r, pairs)).collect();
        let operands: SmallVec<[ValueId; 4]> = x.iter().flat_map(|p| p.all()).collect();
        let made = self.target.push_copy(region, inst, &operands, &regions).expect(FITS);
        let mut results = self.target.inst(made).results.clone().into_iter();
        let mut next = || results.next().expect(FITS);
        let part = |&r: &ValueId| {
            if self.source.shape(r).dtype.is_complex() { Part::Complex(next(), next()) } else { Part::Real(next()) }
        };
        inst.results.iter().map(part).collect()
    }

    /// Emits the op once on the real parts and once on the imaginary parts, each with its own body if there is a
    /// reducer.
    fn sides(&mut self, region: RegionId, inst: &Inst, op: &Op, x: &[Part], reducer: Option<Reducer>) -> Part {
        let dtype = self.source.shape(inst.results[0]).dtype.real();
        let mut b = self.builder(region, Some(inst));
        let mut side = |second: bool| {
            let operands: SmallVec<[ValueId; 4]> = x.iter().map(|p| p.side(second)).collect();
            let body: SmallVec<[RegionId; 1]> = reducer.into_iter().map(|reducer| b.reducer(reducer, dtype)).collect();
            let made = b.emit_inst(op.clone(), &operands, &body).expect(FITS);
            b.function.inst(made).results[0]
        };
        Part::Complex(side(false), side(true))
    }

    /// Emits a bilinear op as the four products of the operands' parts.
    fn bilinear(&mut self, region: RegionId, inst: &Inst, op: &Op, x: &[Part]) -> Part {
        let mut b = self.builder(region, Some(inst));
        let mut product = |second: bool, other: bool| b.emit(op.clone(), &[x[0].side(second), x[1].side(other)]).expect(FITS);
        let (a, c, d, e) = (product(false, false), product(true, true), product(false, true), product(true, false));
        Part::Complex(b.sub(a, c), b.add(d, e))
    }

    /// Keeps a composite with a custom derivative on complex numbers, because its derivative is defined on them.
    fn whole_composite(&mut self, region: RegionId, inst: &Inst, x: &[Part]) -> SmallVec<[Part; 2]> {
        let source = self.source;
        let mut b = self.builder(region, Some(inst));
        let mut args: Vec<ValueId> = vec![];
        for &part in x {
            args.push(match part {
                Part::Real(x) => x,
                Part::Complex(re, im) => b.binary(BinaryOp::Complex, re, im),
            });
        }
        let body = copy_region_from(source, inst.regions[0], b.function).expect(FITS);
        let made = b.function.push_copy(region, inst, &args, &[body]).expect(FITS);
        let results = b.function.inst(made).results.clone();
        let mut parts = smallvec![];
        for result in results {
            let is_complex = b.shape(result).dtype.is_complex();
            let re = if is_complex { b.unary(UnaryOp::Real, result) } else { result };
            parts.push(if is_complex { Part::Complex(re, b.unary(UnaryOp::Imag, result)) } else { Part::Real(re) });
        }
        parts
    }

    /// Keeps the op, on packed operands.
    fn kept(&mut self, region: RegionId, inst: &Inst, x: &[Part]) -> SmallVec<[Part; 2]> {
        let operands: SmallVec<[ValueId; 4]> = x.iter().map(|&p| self.packed(region, p)).collect();
        let regions: SmallVec<[RegionId; 2]> = inst.regions.iter().map(|&r| self.whole(r)).collect();
        let made = self.target.push_copy(region, inst, &operands, &regions).expect(FITS);
        let results = self.target.inst(made).results.clone();
        results.into_iter().map(|r| self.unpacked(region, r)).collect()
    }

    /// Copies a region. Its parameters and results stay complex; its instructions are split.
    fn whole(&mut self, from: RegionId) -> RegionId {
        let source = self.source;
        let to = self.target.add_region();
        let shapes: Vec<Shape> = source.region(from).params.iter().map(|&p| source.shape(p).clone()).collect();
        let params: Vec<ValueId> = shapes.into_iter().map(|shape| self.target.add_region_param(to, shape)).collect();
        for (&param, copy) in source.region(from).params.iter().zip(params) {
            let part = self.unpacked(to, copy);
            self.map[param.index()] = Some(part);
        }
        self.insts(from, to);
        let results = source.region(from).results.iter().map(|&r| self.packed(to, self.part(r))).collect();
        self.target.region_mut(to).results = results;
        to
    }
}
