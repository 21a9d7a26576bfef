// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Random graphs: each step applies a random op to values that are there; what does not fit is tried again.

use gomlx_ir::testing::from_f64;
use gomlx_ir::{
    Axes, BinaryOp, Builder, CompareKind, DType, Dim, Direction, Donation, DotDims, Function, GatherDims, HostTensor, Op, Reducer, Result,
    Shape, UnaryOp, ValueId, Window,
};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::Rng;

/// A function with inputs to run it on.
#[derive(Clone)]
pub struct Graph {
    /// The function.
    pub function: Function,
    /// One tensor for each parameter.
    pub inputs: Vec<HostTensor>,
}

/// Larger values are not made: graphs are to be many.
const MAX_ELEMENTS: usize = 1 << 13;

/// Axes of size zero and one, odd ones, and some around the widths of vectors.
const SIZES: [usize; 12] = [0, 1, 1, 2, 3, 4, 5, 7, 8, 16, 17, 33];

const DTYPES: [DType; 13] = [
    DType::F32,
    DType::F32,
    DType::F32,
    DType::F64,
    DType::F16,
    DType::BF16,
    DType::I32,
    DType::I64,
    DType::I8,
    DType::U8,
    DType::U32,
    DType::U64,
    DType::Bool,
];

/// A random graph of at most `size` instructions.
pub fn grow(rng: &mut Xoshiro256PlusPlus, size: usize) -> Graph {
    let mut function = Function::new("random");
    let mut inputs = vec![];
    let mut grower = Grower { rng, values: vec![] };
    let shape = grower.shape(1 << 13);
    for i in 0..1 + grower.below(3) {
        let dtype = grower.one_of(&DTYPES);
        let shape = if i > 0 && grower.below(2) == 0 { grower.shape(1 << 11) } else { shape.clone() };
        let shape = shape.with_dtype(dtype);
        grower.values.push(function.add_param(shape.clone(), Donation::Keep));
        inputs.push(grower.tensor(&shape));
    }
    let wanted = 1 + grower.below(size);
    let mut b = Builder::new(&mut function, Function::BODY);
    for _ in 0..4 * wanted {
        if b.function.body().insts.len() >= wanted {
            break;
        }
        // What cannot take its operands adds nothing.
        if let Ok(value) = grower.step(&mut b) {
            grower.values.push(value);
        }
    }
    // What nothing uses, so that what is used can be fused.
    let used: Vec<ValueId> = function.body().insts.iter().flat_map(|&i| function.inst(i).operands.to_vec()).collect();
    let mut results: Vec<ValueId> = super::all_values(&function).into_iter().filter(|v| !used.contains(v)).collect();
    if results.is_empty() {
        results = function.params().to_vec();
    }
    function.set_results(results);
    Graph { function, inputs }
}

struct Grower<'r> {
    rng: &'r mut Xoshiro256PlusPlus,
    values: Vec<ValueId>,
}

impl Grower<'_> {
    fn below(&mut self, n: usize) -> usize {
        (self.rng.next_u64() % n.max(1) as u64) as usize
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    fn shape(&mut self, max: usize) -> Shape {
        let mut dims: Vec<usize> = (0..self.below(5)).map(|_| self.one_of(&SIZES)).collect();
        while dims.iter().product::<usize>() > max {
            dims.pop();
        }
        Shape::new(DType::F32, &dims)
    }

    /// Small numbers, of which some are whole, zero or large.
    fn tensor(&mut self, shape: &Shape) -> HostTensor {
        if shape.dtype.is_complex() {
            let parts = self.tensor(&Shape::new(shape.dtype.real(), &[2 * shape.num_elements()]));
            return HostTensor::from_bytes(shape.dtype, &shape.sizes(), parts.bytes()).expect("two parts for each number");
        }
        let numbers: Vec<f64> = (0..shape.num_elements())
            .map(|_| {
                let uniform = (self.rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64 * 4.0 - 2.0;
                match self.below(12) {
                    0 => 0.0,
                    1 => uniform.round(),
                    2 => uniform * 50.0,
                    _ => uniform,
                }
            })
            .collect();
        let whole = numbers.iter().map(|x| x * 3.0).collect::<Vec<f64>>();
        from_f64(shape.dtype, &shape.sizes(), if shape.dtype.is_float() { &numbers } else { &whole })
    }

    fn any(&mut self) -> ValueId {
        // Recent values more often: chains are deep.
        let n = self.values.len();
        let recent = if self.below(2) == 0 { n.min(4) } else { n };
        let back = self.below(recent);
        self.values[n - 1 - back]
    }

    /// A value of the same shape as another: it, one that is there, or an equal number everywhere.
    fn like(&mut self, b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
        let shape = b.shape(x).clone();
        let same: Vec<ValueId> = self.values.iter().copied().filter(|&v| *b.shape(v) == shape).collect();
        if self.below(4) > 0 {
            return Ok(self.one_of(&same));
        }
        let scalar = self.tensor(&Shape::scalar(shape.dtype));
        let scalar = b.emit(Op::Constant(scalar.into()), &[])?;
        b.emit(Op::BroadcastInDim { dims: shape.dims, axes: Axes::new() }, &[scalar])
    }

    fn step(&mut self, b: &mut Builder<'_>) -> Result<ValueId> {
        let x = self.any();
        let shape = b.shape(x).clone();
        let (sizes, rank) = (shape.sizes(), shape.rank());
        let n = shape.num_elements();
        match self.below(24) {
            0..=2 => {
                let op = self.one_of(UnaryOp::ALL);
                b.emit(Op::Unary(op), &[x])
            }
            3..=6 => {
                let mut y = self.like(b, x)?;
                let op = self.one_of(BinaryOp::ALL);
                if matches!(op, BinaryOp::Polygamma | BinaryOp::Zeta) {
                    gomlx_ir::bail!(Unsupported, "what these are at their poles is the backend's choice");
                }
                if shape.dtype.is_int() && matches!(op, BinaryOp::Divide | BinaryOp::Remainder) {
                    // What division by zero gives is the backend's choice: XLA takes x / x for 1.
                    let one = b.emit(Op::Constant(HostTensor::full(shape.dtype, &[], 1.0)?.into()), &[])?;
                    let ones = b.emit(Op::BroadcastInDim { dims: shape.dims.clone(), axes: Axes::new() }, &[one])?;
                    y = b.emit(Op::Binary(BinaryOp::Or), &[y, ones])?;
                }
                b.emit(Op::Binary(op), &[x, y])
            }
            7 => {
                let y = self.like(b, x)?;
                let direction = self.one_of(Direction::ALL);
                b.emit(Op::Compare(direction, CompareKind::of(shape.dtype)), &[x, y])
            }
            8 => {
                let y = self.like(b, x)?;
                let dims = shape.dims.clone();
                let fits = |&v: &ValueId| b.shape(v).dtype == DType::Bool && b.shape(v).dims == dims;
                let predicates: Vec<ValueId> = self.values.iter().copied().filter(fits).collect();
                let predicate = match predicates.as_slice() {
                    [] => b.emit(Op::Compare(Direction::Ge, CompareKind::of(shape.dtype)), &[x, y])?,
                    some => self.one_of(some),
                };
                b.emit(Op::Select, &[predicate, x, y])
            }
            9 => {
                let low = self.like(b, x)?;
                let high = self.like(b, x)?;
                b.emit(Op::Clamp, &[low, x, high])
            }
            10 => {
                let dtype = self.one_of(&DTYPES);
                b.emit(Op::Convert(dtype), &[x])
            }
            11 => {
                // A new axis in front, between or behind, or one of size one repeated.
                let at = self.below(rank + 1);
                let size = self.one_of(&[1, 2, 3, 5]);
                let mut dims = sizes.clone();
                dims.insert(at, size);
                let axes: Axes = (0..=rank).filter(|&a| a != at).collect();
                self.bounded(&dims)?;
                b.emit(Op::BroadcastInDim { dims: dims.iter().map(|&d| Dim::Lit(d)).collect(), axes }, &[x])
            }
            12 => {
                let dims: Vec<usize> = match self.below(3) {
                    0 => vec![n],
                    1 => std::iter::once(1).chain(sizes.iter().copied()).collect(),
                    _ => {
                        let factor = (2..=n.min(8)).find(|&f| n.is_multiple_of(f)).unwrap_or(1);
                        vec![factor, n / factor]
                    }
                };
                b.emit(Op::Reshape(dims.into_iter().map(Dim::Lit).collect()), &[x])
            }
            13 => {
                let mut permutation: Axes = (0..rank).collect();
                for i in (1..rank).rev() {
                    permutation.swap(i, self.below(i + 1));
                }
                b.emit(Op::Transpose(permutation), &[x])
            }
            14 => {
                let starts: Axes = sizes.iter().map(|&d| self.below(d + 1)).collect();
                let limits = sizes.iter().zip(&starts).map(|(&d, &s)| Dim::Lit(s + self.below(d - s + 1))).collect();
                let strides = sizes.iter().map(|_| 1 + self.below(3)).collect();
                b.emit(Op::Slice { starts, limits, strides }, &[x])
            }
            15 => {
                let value = self.tensor(&Shape::scalar(shape.dtype));
                let value = b.emit(Op::Constant(value.into()), &[])?;
                let mut amount = |from: i64| sizes.iter().map(|_| from + self.below(4) as i64).collect();
                let (low, high, interior) = (amount(-1), amount(-1), amount(0));
                let grown: Vec<usize> = sizes.iter().map(|&d| 4 * d + 4).collect();
                self.bounded(&grown)?;
                b.emit(Op::Pad { low, high, interior }, &[x, value])
            }
            16 => {
                let y = self.like(b, x)?;
                let axis = self.below(rank);
                self.bounded(&[2 * n])?;
                b.emit(Op::Concatenate(axis), &[x, y, x])
            }
            17 => {
                let axes = (0..rank).filter(|_| self.below(2) == 0).collect();
                b.emit(Op::Reverse(axes), &[x])
            }
            18 | 19 => self.reduce(b, x, &shape),
            20 => self.window(b, x, &shape),
            21 => self.dot(b, x, &shape),
            22 => self.gather(b, x, &shape),
            _ => {
                let starts: Vec<ValueId> = sizes
                    .iter()
                    .map(|&d| {
                        let start = self.below(d + 2) as i32 - 1;
                        b.emit(Op::Constant(HostTensor::scalar(start).into()), &[])
                    })
                    .collect::<Result<_>>()?;
                let slice: Axes = sizes.iter().map(|&d| self.below(d + 1)).collect();
                let operands: Vec<ValueId> = std::iter::once(x).chain(starts.iter().copied()).collect();
                let piece = b.emit(Op::DynamicSlice(slice), &operands)?;
                if self.below(2) == 0 {
                    return Ok(piece);
                }
                let target = self.like(b, x)?;
                let operands: Vec<ValueId> = [target, piece].into_iter().chain(starts.iter().copied()).collect();
                b.emit(Op::DynamicUpdateSlice, &operands)
            }
        }
    }

    /// Refuses what would be too large.
    fn bounded(&self, dims: &[usize]) -> Result<()> {
        let n = dims.iter().try_fold(1usize, |n, &d| n.checked_mul(d));
        if n.is_none_or(|n| n > MAX_ELEMENTS) {
            gomlx_ir::bail!(Shape, "{dims:?} is too large");
        }
        Ok(())
    }

    /// An operation that folds, with its identity to start from: any other value may be taken in more than once.
    fn folding(&mut self, b: &mut Builder<'_>, dtype: DType) -> Result<(Reducer, ValueId)> {
        let (op, initial) = match self.below(4) {
            0 | 1 => (BinaryOp::Add, 0.0),
            // The nearest integer is the least or the largest.
            2 => (BinaryOp::Maximum, if dtype == DType::Bool { 0.0 } else { f64::NEG_INFINITY }),
            _ => (BinaryOp::Minimum, f64::INFINITY),
        };
        let initial = b.emit(Op::Constant(HostTensor::full(dtype, &[], initial)?.into()), &[])?;
        Ok((Reducer::Binary(op), initial))
    }

    fn reduce(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape) -> Result<ValueId> {
        let axes = (0..shape.rank()).filter(|_| self.below(2) == 0).collect();
        let (reducer, initial) = self.folding(b, shape.dtype)?;
        let body = b.reducer(reducer, shape.dtype);
        let inst = b.emit_inst(Op::Reduce(axes), &[x, initial], &[body])?;
        Ok(b.function.inst(inst).results[0])
    }

    fn window(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape) -> Result<ValueId> {
        let sizes = shape.sizes();
        let dims: Axes = sizes.iter().map(|_| 1 + self.below(3)).collect();
        let strides: Axes = sizes.iter().map(|_| 1 + self.below(2)).collect();
        let mut window = Window::new(&dims, &strides);
        window.padding = sizes.iter().map(|_| (self.below(2) as i64, self.below(2) as i64)).collect();
        window.window_dilations = sizes.iter().map(|_| 1 + self.below(2)).collect();
        let (reducer, initial) = self.folding(b, shape.dtype)?;
        let body = b.reducer(reducer, shape.dtype);
        let inst = b.emit_inst(Op::ReduceWindow(window), &[x, initial], &[body])?;
        Ok(b.function.inst(inst).results[0])
    }

    /// A product with itself, over one axis, with batches or without.
    fn dot(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape) -> Result<ValueId> {
        if shape.rank() == 0 || shape.rank() > 3 || shape.dtype == DType::Bool {
            gomlx_ir::bail!(Shape, "nothing to contract");
        }
        let axis = self.below(shape.rank());
        let batch: Axes = (0..shape.rank()).filter(|&a| a != axis && self.below(3) == 0).collect();
        let y = self.like(b, x)?;
        let sizes = shape.sizes();
        let free: usize = (0..shape.rank()).filter(|a| *a != axis && !batch.contains(a)).map(|a| sizes[a]).product();
        self.bounded(&[shape.num_elements(), free])?;
        let dims = DotDims {
            lhs_batch: batch.clone(),
            rhs_batch: batch,
            lhs_contracting: [axis].into_iter().collect(),
            rhs_contracting: [axis].into_iter().collect(),
            out: shape.dtype,
        };
        b.emit(Op::DotGeneral(dims), &[x, y])
    }

    /// Rows at positions of which some are out of bounds.
    fn gather(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape) -> Result<ValueId> {
        let sizes = shape.sizes();
        if sizes.is_empty() || sizes.contains(&0) {
            gomlx_ir::bail!(Shape, "nothing to gather");
        }
        let axis = self.below(sizes.len());
        let count = self.one_of(&[1, 3, 8]);
        let positions: Vec<i32> = (0..count).map(|_| self.below(sizes[axis] + 2) as i32 - 1).collect();
        let positions = b.emit(Op::Constant(HostTensor::new(&[count], &positions)?.into()), &[])?;
        let mut slice_sizes: Axes = sizes.iter().copied().collect();
        slice_sizes[axis] = 1;
        let dims = GatherDims {
            offset_dims: (1..sizes.len()).collect(),
            collapsed_slice_dims: [axis].into_iter().collect(),
            operand_batching_dims: Axes::new(),
            start_indices_batching_dims: Axes::new(),
            start_index_map: [axis].into_iter().collect(),
            index_vector_dim: 1,
            slice_sizes,
            indices_are_sorted: false,
        };
        self.bounded(&[count, shape.num_elements()])?;
        b.emit(Op::Gather(Box::new(dims)), &[x, positions])
    }
}
