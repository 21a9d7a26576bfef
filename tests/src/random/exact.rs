// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Bounds on values. They limit graphs to ops that do not round: then every order of summation gives the same bits, and
//! backends must agree in each bit.
//!
//! Invariant: in a value with a bound, every element is finite, a multiple of 2^-frac and of magnitude at most 2^int.
//! The type of a floating-point value can represent all such numbers.

use gomlx_ir::op::Gives;
use gomlx_ir::{BinaryOp, DType, Function, HostTensor, Narrow, Op, Reducer, RegionId, UnaryOp, ValueId};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// All elements are multiples of 2^-frac with a magnitude of at most 2^int.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bound {
    pub(super) int: i32,
    pub(super) frac: i32,
}

impl Bound {
    const fn whole(int: i32) -> Bound {
        Bound { int, frac: 0 }
    }

    /// The smallest bound that covers both bounds.
    pub(super) fn join(self, other: Bound) -> Bound {
        Bound { int: self.int.max(other.int), frac: self.frac.max(other.frac) }
    }

    /// The bound of a sum of `terms` terms and of each partial sum.
    fn sum(self, terms: usize) -> Bound {
        Bound { int: self.int + terms.max(1).next_power_of_two().trailing_zeros() as i32, ..self }
    }

    fn product(self, other: Bound) -> Bound {
        Bound { int: self.int + other.int, frac: self.frac + other.frac }
    }

    /// The bound, if the type can represent all numbers within it. Integer types always can: they wrap, so the bound
    /// shrinks to the range of the type.
    pub(super) fn within(self, dtype: DType) -> Option<Bound> {
        let (precision, least) = match dtype.real() {
            DType::F16 => (11, 12),
            DType::BF16 => (8, 60),
            DType::F32 => (24, 60),
            DType::F64 => (53, 60),
            _ => return Some(Bound::whole(self.int.min(width(dtype)?))),
        };
        (self.int + self.frac <= precision && self.int <= 15 && self.frac <= least).then_some(self)
    }
}

/// The exponent of the largest magnitude of an integer type.
fn width(dtype: DType) -> Option<i32> {
    Some(match dtype {
        DType::Bool => 0,
        DType::I8 => 7,
        DType::U8 => 8,
        DType::I16 => 15,
        DType::U16 => 16,
        DType::I32 => 31,
        DType::U32 => 32,
        DType::I64 => 63,
        DType::U64 => 64,
        DType::Narrow(Narrow::I2) => 1,
        DType::Narrow(Narrow::U2) => 2,
        DType::Narrow(Narrow::I4) => 3,
        DType::Narrow(Narrow::U4) => 4,
        DType::Narrow(_) | DType::F16 | DType::BF16 | DType::F32 | DType::F64 | DType::C64 | DType::C128 => return None,
    })
}

/// The bounds of the values in a graph.
#[derive(Default)]
pub(super) struct Bounds(FxHashMap<ValueId, Bound>);

impl Bounds {
    pub(super) fn of(&self, value: ValueId) -> Option<Bound> {
        self.0.get(&value).copied()
    }

    pub(super) fn set(&mut self, value: ValueId, bound: Bound) {
        self.0.insert(value, bound);
    }

    /// The bound of a constant.
    pub(super) fn measure(tensor: &HostTensor) -> Option<Bound> {
        let mut bound = Bound::whole(0);
        for x in super::compare::numbers(tensor) {
            let frac = (0..64).find(|&f| (x * 2f64.powi(f)).fract() == 0.0)?;
            let int = (0..=64).find(|&i| x.abs() <= 2f64.powi(i))?;
            bound = bound.join(Bound { int, frac });
        }
        bound.within(tensor.dtype())
    }

    /// The bounds of an instruction's results, or `None` if it may round or its results differ between backends.
    pub(super) fn results(&self, function: &Function, op: &Op, operands: &[ValueId], regions: &[RegionId]) -> Option<SmallVec<[Bound; 2]>> {
        let of = |i: usize| self.of(*operands.get(i)?);
        let dtype = |i: usize| function.shape(operands[i]).dtype;
        let joined = |values: &[ValueId]| {
            let mut bounds = values.iter().map(|&v| self.of(v));
            let first = bounds.next()??;
            bounds.try_fold(first, |all, b| Some(all.join(b?)))
        };
        let reducer = |region: usize| regions.get(region).and_then(|&r| function.reducer_of(r));
        let elements = |i: usize| function.shape(operands[i]).num_elements();
        // The bound of a fold over at most `terms` elements. A body of several ops is assumed to choose an element.
        let folded = |region: usize, terms: usize, all: Bound| match reducer(region) {
            Some(Reducer::Binary(BinaryOp::Add)) => Some(all.sum(terms + 1)),
            Some(Reducer::Binary(BinaryOp::Maximum | BinaryOp::Minimum | BinaryOp::And | BinaryOp::Or) | Reducer::Replace) | None => {
                Some(all)
            }
            Some(Reducer::Binary(_)) => None,
        };
        let one = match op {
            Op::Constant(tensor) => Bounds::measure(tensor)?,
            Op::Iota { shape, axis } => Bound::whole(0).sum(shape.size(*axis)).within(shape.dtype)?,
            Op::Unary(op) => unary(*op, of(0)?, dtype(0))?,
            Op::Binary(op) => binary(*op, of(0)?, of(1)?, dtype(0))?,
            Op::Compare(..) => Bound::whole(0),
            Op::Select => of(1)?.join(of(2)?).within(dtype(1))?,
            Op::Clamp | Op::Concatenate(_) => joined(operands)?.within(dtype(0))?,
            Op::Convert(to) => convert(of(0)?, dtype(0), *to)?,
            Op::BroadcastInDim { .. }
            | Op::Reshape(_)
            | Op::Transpose(_)
            | Op::Slice { .. }
            | Op::Reverse(_)
            | Op::DynamicSlice(_)
            | Op::Gather(_) => of(0)?,
            Op::Pad { .. } | Op::DynamicUpdateSlice => of(0)?.join(of(1)?).within(dtype(0))?,
            Op::Reduce(axes) if operands.len() == 2 => {
                let terms = axes.iter().map(|&a| function.shape(operands[0]).size(a)).product();
                folded(0, terms, joined(operands)?)?.within(dtype(0))?
            }
            Op::ReduceWindow(window) if operands.len() == 2 => {
                folded(0, window.dims.iter().product(), joined(operands)?)?.within(dtype(0))?
            }
            Op::SelectAndScatter(window) => folded(1, window.dims.iter().product(), of(1)?.join(of(2)?))?.within(dtype(0))?,
            Op::Scatter(_) if operands.len() == 3 => folded(0, elements(2), of(0)?.join(of(2)?))?.within(dtype(0))?,
            Op::DotGeneral(dims) => {
                let terms: usize = dims.lhs_contracting.iter().map(|&a| function.shape(operands[0]).size(a)).product();
                let doubled = if dims.out.is_complex() { 2 } else { 1 };
                of(0)?.product(of(1)?).sum(doubled * terms).within(dims.out)?
            }
            Op::Convolution(dims) => {
                let kernel = function.shape(operands[1]);
                let terms = kernel.num_elements() / kernel.size(dims.kernel_output_feature).max(1);
                let doubled = if dims.out.is_complex() { 2 } else { 1 };
                of(0)?.product(of(1)?).sum(doubled * terms).within(dims.out)?
            }
            Op::Reduce(_) | Op::ReduceWindow(_) => {
                // A reduction over several operands chooses among their elements.
                let (inputs, initials) = operands.split_at(operands.len() / 2);
                return inputs.iter().zip(initials).map(|(&x, &i)| Some(self.of(x)?.join(self.of(i)?))).collect();
            }
            Op::Sort { .. } | Op::OptimizationBarrier => return operands.iter().map(|&x| self.of(x)).collect(),
            Op::TopK(k) => return Some([of(0)?, Bound::whole(0).sum(*k.max(&elements(0)))].into_iter().collect()),
            Op::Map | Op::Composite(_) => return function.region(*regions.first()?).results.iter().map(|&r| self.of(r)).collect(),
            Op::If | Op::Case => {
                let count = function.region(*regions.first()?).results.len();
                let result = |i: usize| joined(&regions.iter().map(|&r| function.region(r).results[i]).collect::<Vec<_>>());
                return (0..count).map(result).collect();
            }
            // The code that makes a loop sets the bounds of its state.
            Op::While => return function.region(*regions.get(1)?).params.iter().map(|&p| self.of(p)).collect(),
            Op::RngBitGenerator { shape, .. } => {
                return Some([Bound::whole(64), Bound::whole(width(shape.dtype)?)].into_iter().collect());
            }
            Op::BitcastConvert(to) if dtype(0).is_int() => Bound::whole(width(*to)?),
            // Rounding keeps multiples of 2^-frac if the next power of two above the value is in range.
            Op::ReducePrecision { exponent, .. } => {
                let x = of(0)?;
                (x.int < 1 << (exponent - 1)).then_some(x)?
            }
            Op::Scatter(_)
            | Op::BitcastConvert(_)
            | Op::Fft(..)
            | Op::Cholesky(_)
            | Op::TriangularSolve(_)
            | Op::Factor(_)
            | Op::BatchNormTraining(_)
            | Op::BatchNormInference(_)
            | Op::BatchNormGrad(_)
            | Op::Rng { .. }
            | Op::Print(_) => return None,
        };
        Some(std::iter::once(one).collect())
    }
}

fn unary(op: UnaryOp, x: Bound, dtype: DType) -> Option<Bound> {
    match op {
        UnaryOp::Abs if dtype.is_complex() => None,
        UnaryOp::Abs | UnaryOp::Negate | UnaryOp::Real => x.within(dtype),
        UnaryOp::Imag => x.within(dtype),
        UnaryOp::Sign if !dtype.is_complex() => Some(Bound::whole(0)),
        _ if op.function().gives == Gives::Bool => Some(Bound::whole(0)),
        UnaryOp::Ceil | UnaryOp::Floor | UnaryOp::RoundNearestAfz | UnaryOp::RoundNearestEven => Bound::whole(x.int + 1).within(dtype),
        _ if dtype.is_int() || dtype == DType::Bool => Some(Bound::whole(width(dtype)?)),
        _ => None,
    }
}

fn binary(op: BinaryOp, x: Bound, y: Bound, dtype: DType) -> Option<Bound> {
    let all = x.join(y);
    match op {
        BinaryOp::Maximum | BinaryOp::Minimum => all.within(dtype),
        BinaryOp::Complex => Some(all),
        _ if dtype.is_int() || dtype == DType::Bool => Some(Bound::whole(width(dtype)?)),
        BinaryOp::Add | BinaryOp::Subtract => all.sum(2).within(dtype),
        BinaryOp::Multiply if dtype.is_complex() => x.product(y).sum(2).within(dtype),
        BinaryOp::Multiply => x.product(y).within(dtype),
        _ => None,
    }
}

fn convert(x: Bound, from: DType, to: DType) -> Option<Bound> {
    match width(to) {
        // A nonzero number converts to true. Conversion to an integer drops the fraction and stays in the range.
        Some(width) => Some(Bound::whole(x.int.min(width))),
        None if from.is_complex() && !to.is_complex() => None,
        None => x.within(to),
    }
}
