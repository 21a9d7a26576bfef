// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tangents of a `scatter` that adds, overwrites, multiplies, or keeps the larger or the smaller element.

use super::super::{forms, indexing};
use super::{Jvp, no_derivative};
use crate::{BinaryOp, DType, Direction, Inst, Op, Reducer, Result, ScatterDims, Shape, ValueId};

const ADD: Reducer = Reducer::Binary(BinaryOp::Add);

impl Jvp<'_> {
    pub(super) fn scatter(&mut self, inst: &Inst, dims: &ScatterDims, t: &[Option<ValueId>]) -> Result<Option<ValueId>> {
        let &[operand, indices, updates] = &inst.operands[..] else {
            return Err(no_derivative(self.b.function, inst, "only a scatter of one operand has"));
        };
        let (t_operand, t_updates) = (t[0], t[2]);
        match self.b.function.reducer_of(inst.regions[0]) {
            Some(ADD) => match t_updates {
                None => Ok(t_operand),
                Some(t_updates) => {
                    let t_operand = self.or_zeros(t_operand, operand);
                    indexing::scatter(&mut self.b, dims, ADD, [t_operand, indices, t_updates]).map(Some)
                }
            },
            Some(Reducer::Replace) => self.scatter_replace(dims, [operand, indices, updates], t_operand, t_updates).map(Some),
            Some(Reducer::Binary(BinaryOp::Multiply)) if dims.unique_indices => {
                let multiply = Reducer::Binary(BinaryOp::Multiply);
                let by_operand = match t_operand {
                    None => None,
                    Some(t) => Some(indexing::scatter(&mut self.b, dims, multiply, [t, indices, updates])?),
                };
                let Some(t_updates) = t_updates else { return Ok(by_operand) };
                let shape = self.b.shape(updates).clone();
                let factors = indexing::gather_scattered(&mut self.b, dims, operand, indices, &shape)?;
                let products = self.b.mul(t_updates, factors);
                let base = self.or_zeros(by_operand, operand);
                indexing::scatter(&mut self.b, dims, ADD, [base, indices, products]).map(Some)
            }
            Some(Reducer::Binary(BinaryOp::Multiply)) => {
                self.scatter_products(dims, [operand, indices, updates], t_operand, t_updates).map(Some)
            }
            Some(Reducer::Binary(op)) if forms::choice(op).is_some() => {
                self.scatter_choice(dims, [operand, indices, updates], inst.results[0], t_operand, t_updates).map(Some)
            }
            _ => Err(no_derivative(
                self.b.function,
                inst,
                "only a scatter that adds, multiplies, overwrites, or keeps the larger or smaller has",
            )),
        }
    }

    /// The tangent of a scatter that overwrites. A written element has the tangent of its last update, which is found
    /// by numbering the updates.
    fn scatter_replace(
        &mut self,
        dims: &ScatterDims,
        [operand, indices, updates]: [ValueId; 3],
        t_operand: Option<ValueId>,
        t_updates: Option<ValueId>,
    ) -> Result<ValueId> {
        let t_operand = self.or_zeros(t_operand, operand);
        let t_updates = self.or_zeros(t_updates, updates);
        let b = &mut self.b;
        if dims.unique_indices {
            return indexing::scatter(b, dims, Reducer::Replace, [t_operand, indices, t_updates]);
        }
        let shape = b.shape(updates).clone();
        let count = shape.num_elements();
        let flat = b.emit(Op::Iota { shape: Shape::new(DType::I64, &[count]), axis: 0 }, &[])?;
        let one = b.full_like(flat, 1.0);
        let numbers = b.add(flat, one);
        let numbers = b.reshape(numbers, &shape.dims);
        let unwritten = b.shape(operand).with_dtype(DType::I64);
        let unwritten = b.full(&unwritten, 0.0);
        let last = indexing::scatter(b, dims, Reducer::Replace, [unwritten, indices, numbers])?;
        let found = indexing::gather_scattered(b, dims, last, indices, &shape)?;
        let is_last = b.compare(Direction::Eq, found, numbers);
        let is_unwritten = b.compare(Direction::Eq, last, unwritten);
        let (no_operand, no_update) = (b.full_like(operand, 0.0), b.full_like(updates, 0.0));
        let base = b.select(is_unwritten, t_operand, no_operand);
        let written = b.select(is_last, t_updates, no_update);
        indexing::scatter(b, dims, ADD, [base, indices, written])
    }

    /// The tangent of a scatter that multiplies. A factor has the tangent of the product of the other factors of its
    /// position: that of all but the zeros, divided by the factor unless it is zero, if no other factor is zero.
    fn scatter_products(
        &mut self,
        dims: &ScatterDims,
        [operand, indices, updates]: [ValueId; 3],
        t_operand: Option<ValueId>,
        t_updates: Option<ValueId>,
    ) -> Result<ValueId> {
        let shape = self.b.shape(updates).clone();
        let b = &mut self.b;
        let (no, one) = (b.full_like(updates, 0.0), b.full_like(updates, 1.0));
        let is_zero = b.compare(Direction::Eq, updates, no);
        let factors = b.select(is_zero, one, updates);
        let zero_count = b.select(is_zero, one, no);
        let (none, ones) = (b.full_like(operand, 0.0), b.full_like(operand, 1.0));
        let product = indexing::scatter(b, dims, Reducer::Binary(BinaryOp::Multiply), [ones, indices, factors])?;
        let zeros = indexing::scatter(b, dims, ADD, [none, indices, zero_count])?;
        let by_operand = self.times(t_operand, |b| {
            let without = b.compare(Direction::Eq, zeros, none);
            b.select(without, product, none)
        });
        let base = self.or_zeros(by_operand, operand);
        let Some(t_updates) = t_updates else { return Ok(base) };
        let b = &mut self.b;
        let whole = b.mul(operand, product);
        let whole = indexing::gather_scattered(b, dims, whole, indices, &shape)?;
        let zeros = indexing::gather_scattered(b, dims, zeros, indices, &shape)?;
        let alone = b.compare(Direction::Eq, zeros, zero_count);
        let others = b.div(whole, factors);
        let others = b.select(alone, others, no);
        let written = b.mul(t_updates, others);
        indexing::scatter(b, dims, ADD, [base, indices, written])
    }

    /// The tangent of a scatter that keeps the larger or the smaller element: the average tangent of the operand's
    /// element and the updates that equal the result, as in JAX.
    fn scatter_choice(
        &mut self,
        dims: &ScatterDims,
        [operand, indices, updates]: [ValueId; 3],
        result: ValueId,
        t_operand: Option<ValueId>,
        t_updates: Option<ValueId>,
    ) -> Result<ValueId> {
        let shape = self.b.shape(updates).clone();
        let b = &mut self.b;
        let found = indexing::gather_scattered(b, dims, result, indices, &shape)?;
        let (kept, won) = (b.compare(Direction::Eq, operand, result), b.compare(Direction::Eq, updates, found));
        let (kept, won) = (b.convert(kept, shape.dtype), b.convert(won, shape.dtype));
        let count = indexing::scatter(b, dims, ADD, [kept, indices, won])?;
        let base = self.times(t_operand, |b| b.div(kept, count));
        let base = self.or_zeros(base, operand);
        let Some(t_updates) = t_updates else { return Ok(base) };
        let count = indexing::gather_scattered(&mut self.b, dims, count, indices, &shape)?;
        let part = self.b.div(won, count);
        let written = self.b.mul(t_updates, part);
        indexing::scatter(&mut self.b, dims, ADD, [base, indices, written])
    }
}
