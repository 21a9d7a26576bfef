// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Graphs that put the memory plan to the test: branches in loops and loops in branches, over state of one shape that
//! is forwarded, exchanged, handed on and read after the next state is computed, from inputs that are donated to
//! results.
//!
//! All values are square matrices of integers, which wrap: every backend has to give the same bits.

use gomlx_ir::{
    Axes, BinaryOp, Builder, CompareKind, DType, Dim, Direction, Donation, DotDims, Function, HostTensor, Op, RegionId, ScatterDims, Shape,
    ValueId,
};

use super::super::{all_values, used};
use super::{Graph, Grower};

/// Control flow in control flow in control flow is the deepest.
const DEPTH: usize = 3;

/// Trips of the longest loop: a third one begins with what the second one left.
const TRIPS: usize = 3;

/// A graph of at most about `size` instructions.
pub(super) fn grow(grower: &mut Grower<'_>, size: usize) -> Graph {
    let mut function = Function::new("stateful");
    let n = grower.one_of(&[1, 2, 2, 3, 4]);
    let shape = Shape::new(grower.one_of(&[DType::I32, DType::I32, DType::I64, DType::U8]), &[n, n]);
    let mut inputs = vec![];
    for _ in 0..1 + grower.below(3) {
        let param = function.add_param(shape.clone(), Donation::Keep);
        grower.values.push(param);
        inputs.push(grower.tensor(&shape));
    }
    let mut b = Builder::new(&mut function, Function::BODY);
    let first = b.scalar(DType::I32, 0.0);
    let mut machine = Machine { counters: vec![first], budget: 2 + grower.below(size), depth: 0, shape, n, grower };
    // Without a loop nothing here is new.
    machine.steps(&mut b, 2);
    machine.repeat(&mut b);
    machine.steps(&mut b, 6);
    let grower = machine.grower;
    let unused = used(&function);
    let mut results: Vec<ValueId> = all_values(&function).into_iter().filter(|v| !unused.contains(v)).collect();
    results.extend((0..grower.below(3)).map(|_| grower.any()));
    if results.is_empty() {
        results = function.params().to_vec();
    }
    let mut b = Builder::new(&mut function, Function::BODY);
    for result in &mut results {
        if grower.below(6) == 0 && b.shape(*result).rank() == 2 {
            *result = b.reshape(*result, &[Dim::Lit(n * n)]);
        }
    }
    donate(grower, &mut function, &results);
    function.set_results(results);
    Graph { function, inputs }
}

/// Donates inputs to results of their shape.
fn donate(grower: &mut Grower<'_>, function: &mut Function, results: &[ValueId]) {
    let mut free: Vec<usize> = (0..results.len()).collect();
    for i in 0..function.params().len() {
        let param = function.params()[i];
        free.retain(|&j| !function.donations.contains(&Donation::Alias(j)));
        let fits: Vec<usize> = free.iter().copied().filter(|&j| function.shape(results[j]) == function.shape(param)).collect();
        if !fits.is_empty() && grower.below(3) > 0 {
            function.donations[i] = Donation::Alias(grower.one_of(&fits));
        }
    }
}

struct Machine<'m, 'r> {
    grower: &'m mut Grower<'r>,
    shape: Shape,
    n: usize,
    /// Integers that tell the trips of the loops around apart.
    counters: Vec<ValueId>,
    /// Instructions that may still be added.
    budget: usize,
    depth: usize,
}

impl Machine<'_, '_> {
    fn below(&mut self, n: usize) -> usize {
        self.grower.below(n)
    }

    /// Up to so many instructions, and the control flow among them.
    fn steps(&mut self, b: &mut Builder<'_>, most: usize) {
        for _ in 0..self.below(most + 1) {
            if self.budget == 0 {
                return;
            }
            self.budget -= 1;
            match self.below(9) {
                0 | 1 if self.depth < DEPTH => self.case(b),
                2 if self.depth < DEPTH => self.repeat(b),
                _ => self.compute(b),
            }
        }
    }

    /// An op on values that are there. Most are not computed in loops with others, and so are stored.
    fn compute(&mut self, b: &mut Builder<'_>) {
        let (x, y) = (self.grower.any(), self.grower.any());
        let op = match self.below(9) {
            0 | 1 => Op::Transpose([1, 0][..].into()),
            2 => Op::Reverse([self.below(2)][..].into()),
            3 | 4 => Op::DotGeneral(DotDims {
                lhs_batch: Axes::new(),
                rhs_batch: Axes::new(),
                lhs_contracting: [1][..].into(),
                rhs_contracting: [0][..].into(),
                out: self.shape.dtype,
            }),
            5 => return self.scatter(b),
            6 => return self.update(b, x, y),
            _ => Op::Binary(self.grower.one_of(&[BinaryOp::Add, BinaryOp::Subtract, BinaryOp::Maximum])),
        };
        let operands = [x, y];
        let operands = if matches!(op, Op::Transpose(_) | Op::Reverse(_)) { &operands[..1] } else { &operands };
        let result = b.emit(op, operands).expect("matrices of one shape");
        self.add(result);
    }

    fn add(&mut self, value: ValueId) {
        self.grower.values.push(value);
    }

    /// A row of one matrix in the place of a row of another.
    fn update(&mut self, b: &mut Builder<'_>, x: ValueId, y: ValueId) {
        let (row, counter) = (self.below(self.n), self.counters[self.counters.len() - 1]);
        let slice = Op::Slice {
            starts: [row, 0][..].into(),
            limits: [row + 1, self.n].map(Dim::Lit).into_iter().collect(),
            strides: [1, 1][..].into(),
        };
        let update = b.emit(slice, &[y]).expect("a row of a matrix");
        let zero = b.scalar(DType::I32, 0.0);
        let result = b.emit(Op::DynamicUpdateSlice, &[x, update, counter, zero]).expect("a row fits");
        self.add(result);
    }

    /// Rows added to two matrices at once, of which the second result may be left unused.
    fn scatter(&mut self, b: &mut Builder<'_>) {
        let operands = [self.grower.any(), self.grower.any()];
        let updates = [self.grower.any(), self.grower.any()];
        let indices =
            b.constant(HostTensor::new(&[self.n], &(0..self.n as i32).rev().collect::<Vec<i32>>()).expect("an index for each row"));
        let region = b.function.add_region();
        let scalar = Shape::scalar(self.shape.dtype);
        let params: Vec<ValueId> = (0..4).map(|_| b.function.add_region_param(region, scalar.clone())).collect();
        let mut body = Builder::new(b.function, region);
        let (first, second) = (body.add(params[0], params[2]), body.add(params[1], params[3]));
        let third = body.binary(BinaryOp::Subtract, first, params[1]);
        b.function.region_mut(region).results = vec![third, second];
        let dims = ScatterDims {
            update_window_dims: [1][..].into(),
            inserted_window_dims: [0][..].into(),
            input_batching_dims: Axes::new(),
            scatter_indices_batching_dims: Axes::new(),
            scatter_dims_to_operand_dims: [0][..].into(),
            index_vector_dim: 1,
            indices_are_sorted: false,
            unique_indices: true,
        };
        let all = [operands[0], operands[1], indices, updates[0], updates[1]];
        let inst = b.emit_inst(Op::Scatter(Box::new(dims)), &all, &[region]).expect("rows of matrices");
        let results = b.function.inst(inst).results.clone();
        self.add(results[0]);
        if self.below(2) == 0 {
            self.add(results[1]);
        }
    }

    /// What a region gives for a value: something that it computed, or whatever is there, which it forwards.
    fn result(&mut self, outside: usize) -> ValueId {
        let own = self.grower.values.len() - outside;
        if own > 0 && self.below(2) == 0 {
            let back = self.below(own);
            return self.grower.values[outside + back];
        }
        let all = self.grower.values.len();
        let i = self.below(all);
        self.grower.values[i]
    }

    /// A branch for each of some values of a counter, of a few results.
    fn case(&mut self, b: &mut Builder<'_>) {
        let (branches, count) = (2 + self.below(2), 1 + self.below(3));
        let counter = self.below(self.counters.len());
        let offset = b.scalar(DType::I32, self.below(4) as f64 - 1.0);
        let index = b.add(self.counters[counter], offset);
        let regions: Vec<RegionId> = (0..branches)
            .map(|_| {
                let region = b.function.add_region();
                self.inside(b, region, |m, b, outside| {
                    m.steps(b, 5);
                    (0..count).map(|_| m.result(outside)).collect()
                });
                region
            })
            .collect();
        let inst = b.emit_inst(Op::Case, &[index], &regions).expect("branches of equal results");
        b.function.inst(inst).results.clone().into_iter().for_each(|r| self.add(r));
    }

    /// A loop of a few trips over a counter and a few matrices.
    fn repeat(&mut self, b: &mut Builder<'_>) {
        let (trips, count) = (self.below(TRIPS + 1), 1 + self.below(4));
        let zero = b.scalar(DType::I32, 0.0);
        let limit = b.scalar(DType::I32, trips as f64);
        let mut operands = vec![zero];
        operands.extend((0..count).map(|_| self.grower.any()));
        let shapes: Vec<Shape> = operands.iter().map(|&o| b.shape(o).clone()).collect();
        let regions = [(); 2].map(|()| {
            let region = b.function.add_region();
            for shape in &shapes {
                b.function.add_region_param(region, shape.clone());
            }
            region
        });
        let counter = b.function.region(regions[0]).params[0];
        let less = Builder::new(b.function, regions[0]).emit(Op::Compare(Direction::Lt, CompareKind::Signed), &[counter, limit]);
        let less = less.expect("two integers");
        b.function.region_mut(regions[0]).results = vec![less];
        self.inside(b, regions[1], |m, b, outside| {
            let params = b.function.region(b.region).params.clone();
            m.counters.push(params[0]);
            m.grower.values.extend(&params[1..]);
            m.steps(b, 7);
            m.counters.pop();
            let one = b.scalar(DType::I32, 1.0);
            let next = b.add(params[0], one);
            let mut results = vec![next];
            for &param in &params[1..] {
                results.push(if m.below(6) == 0 { param } else { m.result(outside) });
            }
            results
        });
        let inst = b.emit_inst(Op::While, &operands, &regions).expect("a loop keeps the shapes of its state");
        let results = b.function.inst(inst).results.clone();
        results[1..].iter().for_each(|&r| self.add(r));
    }

    /// Fills a region; what it computes is not seen outside. `build` is told how many values are from outside.
    fn inside(&mut self, b: &mut Builder<'_>, region: RegionId, build: impl FnOnce(&mut Self, &mut Builder<'_>, usize) -> Vec<ValueId>) {
        let outside = self.grower.values.len();
        self.depth += 1;
        let results = build(self, &mut Builder::new(b.function, region), outside);
        self.depth -= 1;
        self.grower.values.truncate(outside);
        b.function.region_mut(region).results = results;
    }
}
