// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Grows random graphs: each step applies a random op to existing values. A step whose op does not fit is retried.

mod bits;
mod control;
mod elementwise;
mod fold;
mod index;
mod layout;
mod linear;
mod norm;
mod product;
mod stateful;

use gomlx_ir::testing::from_f64;
use gomlx_ir::{
    Axes, BinaryOp, Builder, CompareKind, DType, Direction, Donation, Function, HostTensor, Op, RegionId, Result, Shape, UnaryOp, ValueId,
};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::Rng;
use smallvec::SmallVec;

use super::exact::{Bound, Bounds};
use super::{Mode, Semantics};

/// A function and the inputs to run it on.
#[derive(Clone)]
pub struct Graph {
    /// The function.
    pub function: Function,
    /// One tensor for each parameter.
    pub inputs: Vec<HostTensor>,
}

/// Axis sizes: zero, one, odd sizes, and sizes near the widths of vectors.
const SIZES: [usize; 12] = [0, 1, 1, 2, 3, 4, 5, 7, 8, 16, 17, 33];

/// Axis sizes of values that are large enough for several threads and for blocked loops.
const LARGE: [usize; 8] = [1, 3, 31, 64, 129, 257, 1000, 4099];

/// One in this many graphs has few ops on large values.
const LARGE_GRAPHS: usize = 24;

/// One graph of so many is of branches and loops over state.
const STATEFUL_GRAPHS: usize = 6;

const DTYPES: [DType; 19] = [
    DType::F32,
    DType::F32,
    DType::F32,
    DType::F32,
    DType::F64,
    DType::F64,
    DType::F16,
    DType::BF16,
    DType::I32,
    DType::I64,
    DType::I8,
    DType::I16,
    DType::U8,
    DType::U16,
    DType::U32,
    DType::U64,
    DType::Bool,
    DType::C64,
    DType::C128,
];

/// Grows a random graph with at most `size` instructions in its body, from ops on which backends with these semantics
/// agree.
pub fn grow(rng: &mut Xoshiro256PlusPlus, size: usize, mode: Mode, semantics: Semantics) -> Graph {
    let mut function = Function::new("random");
    let mut inputs = vec![];
    let bounds = (mode == Mode::Exact).then(Bounds::default);
    let mut grower = Grower { rng, values: vec![], bounds, semantics, sizes: &SIZES, most: 1 << 13, depth: 0 };
    if grower.below(STATEFUL_GRAPHS) == 0 {
        return stateful::grow(&mut grower, size);
    }
    let large = grower.below(LARGE_GRAPHS) == 0;
    if large {
        (grower.sizes, grower.most) = (&LARGE, 1 << 17);
    }
    let shape = grower.shape(grower.most);
    for i in 0..1 + grower.below(3) {
        let dtype = grower.one_of(&DTYPES);
        let shape = if i > 0 && grower.below(2) == 0 { grower.shape(grower.most / 4) } else { shape.clone() };
        let shape = shape.with_dtype(dtype);
        let param = function.add_param(shape.clone(), Donation::Keep);
        let input = grower.tensor(&shape);
        if let (Some(bounds), Some(bound)) = (&mut grower.bounds, Bounds::measure(&input)) {
            bounds.set(param, bound);
        }
        grower.values.push(param);
        inputs.push(input);
    }
    let wanted = 1 + grower.below(if large { size.min(8) } else { size });
    grower.steps(&mut Builder::new(&mut function, Function::BODY), wanted);
    // The results are the values that no instruction uses. All other values can then be fused.
    let used = super::used(&function);
    let mut results: Vec<ValueId> = super::all_values(&function).into_iter().filter(|v| !used.contains(v)).collect();
    if results.is_empty() {
        results = function.params().to_vec();
    }
    function.set_results(results);
    Graph { function, inputs }
}

struct Grower<'r> {
    rng: &'r mut Xoshiro256PlusPlus,
    /// The values that the next instruction can use.
    values: Vec<ValueId>,
    /// The bounds of the values, in exact mode.
    bounds: Option<Bounds>,
    semantics: Semantics,
    sizes: &'static [usize],
    /// The maximum number of elements in a value and of terms in each of its sums.
    most: usize,
    /// How many regions enclose the growing region.
    depth: usize,
}

impl Grower<'_> {
    fn below(&mut self, n: usize) -> usize {
        (self.rng.next_u64() % n.max(1) as u64) as usize
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    fn exact(&self) -> bool {
        self.bounds.is_some()
    }

    fn shape(&mut self, max: usize) -> Shape {
        let mut dims: Vec<usize> = (0..self.below(5)).map(|_| self.one_of(self.sizes)).collect();
        while dims.iter().product::<usize>() > max {
            dims.pop();
        }
        Shape::new(DType::F32, &dims)
    }

    /// Small numbers, some of them whole, zero or large. In exact mode, multiples of a quarter.
    fn tensor(&mut self, shape: &Shape) -> HostTensor {
        if shape.dtype.is_complex() {
            let parts = self.tensor(&Shape::new(shape.dtype.real(), &[2 * shape.num_elements()]));
            return HostTensor::from_bytes(shape.dtype, &shape.sizes(), parts.bytes()).expect("two parts for each number");
        }
        let exact = self.exact();
        let numbers: Vec<f64> = (0..shape.num_elements())
            .map(|_| {
                let uniform = (self.rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64 * 4.0 - 2.0;
                match self.below(12) {
                    0 => 0.0,
                    1 => uniform.round(),
                    _ if exact => (uniform * 4.0).round() / 4.0,
                    2 => uniform * 50.0,
                    _ => uniform,
                }
            })
            .collect();
        let whole = numbers.iter().map(|x| x * 3.0).collect::<Vec<f64>>();
        from_f64(shape.dtype, &shape.sizes(), if shape.dtype.is_float() { &numbers } else { &whole })
    }

    fn any(&mut self) -> ValueId {
        // Prefers recent values, which makes chains deep.
        let n = self.values.len();
        let recent = if self.below(2) == 0 { n.min(4) } else { n };
        let back = self.below(recent);
        self.values[n - 1 - back]
    }

    /// Appends an instruction with one result.
    ///
    /// # Errors
    /// If the op cannot take its operands, or may round in exact mode.
    fn emit(&mut self, b: &mut Builder<'_>, op: Op, operands: &[ValueId]) -> Result<ValueId> {
        Ok(self.emit_all(b, op, operands, &[])?[0])
    }

    /// Appends an instruction and returns its results.
    fn emit_all(&mut self, b: &mut Builder<'_>, op: Op, operands: &[ValueId], regions: &[RegionId]) -> Result<SmallVec<[ValueId; 1]>> {
        let bounds: SmallVec<[Bound; 2]> = match &self.bounds {
            None => SmallVec::new(),
            Some(bounds) => match bounds.results(b.function, &op, operands, regions) {
                Some(bounds) => bounds,
                None => gomlx_ir::bail!(Unsupported, "{} may round", op.name()),
            },
        };
        let inst = b.emit_inst(op, operands, regions)?;
        let results = b.function.inst(inst).results.clone();
        if let Some(all) = &mut self.bounds {
            results.iter().zip(bounds).for_each(|(&r, bound)| all.set(r, bound));
        }
        Ok(results)
    }

    /// Appends an instruction with one result, whose bound the caller knows and no rule derives.
    fn emit_bounded(&mut self, b: &mut Builder<'_>, op: Op, operand: ValueId, bound: Bound) -> Result<ValueId> {
        let result = b.emit(op, &[operand])?;
        if let Some(bounds) = &mut self.bounds {
            bounds.set(result, bound);
        }
        Ok(result)
    }

    fn constant(&mut self, b: &mut Builder<'_>, tensor: HostTensor) -> Result<ValueId> {
        self.emit(b, Op::Constant(tensor.into()), &[])
    }

    fn full(&mut self, b: &mut Builder<'_>, shape: &Shape, value: f64) -> Result<ValueId> {
        let scalar = self.constant(b, HostTensor::full(shape.dtype, &[], value)?)?;
        self.emit(b, Op::BroadcastInDim { dims: shape.dims.clone(), axes: Axes::new() }, &[scalar])
    }

    /// A value of the same shape as `x`: `x` itself, another existing value, or a broadcast constant.
    fn like(&mut self, b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
        let shape = b.shape(x).clone();
        let same: Vec<ValueId> = self.values.iter().copied().filter(|&v| *b.shape(v) == shape).collect();
        if !same.is_empty() && self.below(4) > 0 {
            return Ok(self.one_of(&same));
        }
        let scalar = self.tensor(&Shape::scalar(shape.dtype));
        let scalar = self.constant(b, scalar)?;
        self.emit(b, Op::BroadcastInDim { dims: shape.dims, axes: Axes::new() }, &[scalar])
    }

    /// The value with each NaN replaced by zero, because NaN has no place in an order.
    fn without_nan(&mut self, b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
        let shape = b.shape(x).clone();
        if !shape.dtype.is_differentiable() || self.exact() {
            return Ok(x);
        }
        let equal = self.emit(b, Op::Compare(Direction::Eq, CompareKind::Float), &[x, x])?;
        let zero = self.full(b, &shape, 0.0)?;
        self.emit(b, Op::Select, &[equal, x, zero])
    }

    /// The value with infinities and NaN replaced by zero.
    fn finite(&mut self, b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
        let shape = b.shape(x).clone();
        if !shape.dtype.is_differentiable() || self.exact() {
            return Ok(x);
        }
        if shape.dtype.is_complex() {
            let [re, im] = [UnaryOp::Real, UnaryOp::Imag].map(|part| self.emit(b, Op::Unary(part), &[x]));
            let (re, im) = (self.finite(b, re?)?, self.finite(b, im?)?);
            return self.emit(b, Op::Binary(BinaryOp::Complex), &[re, im]);
        }
        let finite = self.emit(b, Op::Unary(UnaryOp::IsFinite), &[x])?;
        let zero = self.full(b, &shape, 0.0)?;
        self.emit(b, Op::Select, &[finite, x, zero])
    }

    /// Grows a region by up to `wanted` instructions.
    fn steps(&mut self, b: &mut Builder<'_>, wanted: usize) {
        for _ in 0..4 * wanted {
            if b.function.region(b.region).insts.len() >= wanted {
                break;
            }
            // A step whose op cannot take its operands adds nothing.
            if let Ok(values) = self.step(b) {
                self.values.extend(values);
            }
        }
    }

    fn step(&mut self, b: &mut Builder<'_>) -> Result<SmallVec<[ValueId; 1]>> {
        let x = self.any();
        let shape = b.shape(x).clone();
        let one = match self.below(48) {
            0..=5 => self.unary(b, x, &shape),
            6..=14 => self.binary(b, x, &shape),
            15 => self.compare(b, x, &shape),
            16 => self.select(b, x, &shape),
            17 => self.clamp(b, x, &shape),
            18 => {
                let dtype = self.one_of(&DTYPES);
                self.emit(b, Op::Convert(dtype), &[x])
            }
            19 => self.broadcast(b, x, &shape),
            20 => self.reshape(b, x, &shape),
            21 => self.transpose(b, x, &shape),
            22 => self.slice(b, x, &shape),
            23 => self.pad(b, x, &shape),
            24 => {
                let y = self.like(b, x)?;
                let axis = self.below(shape.rank());
                self.bounded(&[2 * shape.num_elements()])?;
                self.emit(b, Op::Concatenate(axis), &[x, y, x])
            }
            25 => {
                let axes = (0..shape.rank()).filter(|_| self.below(2) == 0).collect();
                self.emit(b, Op::Reverse(axes), &[x])
            }
            26 | 27 => return self.reduce(b, x, &shape),
            28 => return self.window(b, x, &shape),
            29 => self.select_and_scatter(b, x, &shape),
            30 | 31 => self.dot(b, x, &shape),
            32 | 33 => self.convolution(b, x, &shape),
            34 | 35 => self.gather(b, x, &shape),
            36 => self.scatter(b, x, &shape),
            37 => return self.sort(b, x, &shape),
            38 => self.dynamic_slice(b, x, &shape),
            39 => return self.branches(b),
            40 => return self.repeat(b),
            41 => self.fft(b, x, &shape),
            42 => self.cholesky(b, &shape),
            43 => self.triangular_solve(b, &shape),
            44 => return self.batch_norm(b, x, &shape),
            45 => return self.random_bits(b),
            46 if self.below(2) == 0 => self.bitcast(b, x, &shape),
            46 => self.reduce_precision(b, x, &shape),
            _ => return self.map(b, x, &shape),
        };
        Ok(SmallVec::from_elem(one?, 1))
    }

    /// Refuses dims with more elements than the limit.
    fn bounded(&self, dims: &[usize]) -> Result<()> {
        let n = dims.iter().try_fold(1usize, |n, &d| n.checked_mul(d));
        if n.is_none_or(|n| n > self.most) {
            gomlx_ir::bail!(Shape, "{dims:?} is too large");
        }
        Ok(())
    }
}
