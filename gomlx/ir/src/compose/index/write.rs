// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Writing a part of a tensor: `scatter` where positions are computed, because it leaves out those that are out of
//! range; else `dynamic_update_slice`, or a choice by a padded mask where there are steps.

use smallvec::SmallVec;

use super::super::{Composed, Operand, Sizes, Var};
use super::read::read;
use super::select::{self, Selection, Selections};
use super::{Assign, AxisIndex};
use crate::{Axes as Positions, Code, DType, Dim, HostTensor, Op, ScatterDims};

impl<'c> Var<'c> {
    /// The tensor with other elements in a part, to which they broadcast.
    ///
    /// # Errors
    /// If a part does not fit its axis, or the elements do not fit the part.
    pub fn with_part(self, parts: &[AxisIndex<Var<'c>>], update: Assign, elements: Operand) -> Composed<Var<'c>> {
        let (c, shape) = (self.composer(), self.shape()?);
        let axes = select::selections(self, parts)?;
        let elements = c.operand(shape.dtype, elements);
        let (given, part) = (elements.shape()?, select::part_dims(c, &axes)?);
        let pairs = || given.dims.iter().rev().zip(part.iter().rev());
        if given.rank() > part.len() || pairs().any(|(a, b)| !a.is(1) && a.provably_differs(b)) {
            let part: Vec<String> = part.iter().map(Dim::to_string).collect();
            let message = format!("{given} does not broadcast to the part [{}] of {shape}", part.join(", "));
            return Err(c.wrong(Code::Shape, message));
        }
        let elements = elements.broadcast(&part);
        if axes.iter().any(Selection::is_computed) {
            return scatter(self, &axes, elements, update);
        }
        let elements = match update.op() {
            None => elements,
            Some(op) => read(self, &axes)?.binary(op, elements),
        };
        let sizes: Sizes = axes.iter().map(|axis| axis.kept().unwrap_or(Dim::Lit(1))).collect();
        let block = elements.with_dims(&sizes);
        if axes.iter().any(Selection::is_stepped) { spread(self, &axes, block) } else { replace(self, &axes, block) }
    }
}

/// Writes a block of neighbours at a known place.
fn replace<'c>(x: Var<'c>, axes: &Selections<'c>, block: Var<'c>) -> Composed<Var<'c>> {
    let (c, dtype) = (x.composer(), select::start_dtype(axes)?);
    let mut operands = vec![x, block];
    for axis in axes {
        let start = if let Selection::Window { start, .. } = axis { *start } else { 0 };
        operands.push(c.scalar(dtype, start as f64));
    }
    Ok(c.emit(Op::DynamicUpdateSlice, &operands))
}

/// Writes a block whose elements go steps apart.
fn spread<'c>(x: Var<'c>, axes: &Selections<'c>, block: Var<'c>) -> Composed<Var<'c>> {
    let (c, shape) = (x.composer(), x.shape()?);
    let (mut low, mut high, mut interior) = (SmallVec::<[i64; 4]>::new(), SmallVec::new(), SmallVec::new());
    for (axis, size) in axes.iter().zip(&shape.dims) {
        let (start, limit, step) = match axis {
            Selection::Window { start, len, step, .. } => (*start, Selection::limit(*start, len, *step), *step),
            Selection::Dynamic { .. } | Selection::Take(_) => (0, size.clone(), 1),
        };
        low.push(start as i64);
        high.push(size.difference(&limit).ok_or_else(|| c.unknown())?);
        interior.push(step as i64 - 1);
    }
    let pad = Op::Pad { low, high, interior };
    let mask = c.constant(HostTensor::scalar(true)).broadcast(&block.dims()?);
    let mask = c.emit(pad.clone(), &[mask, c.constant(HostTensor::scalar(false))]);
    let padded = c.emit(pad, &[block, c.scalar(shape.dtype, 0.0)]);
    Ok(padded.select(mask, x))
}

/// Writes each position by itself. Known neighbours are written together, as the windows of the scatter.
fn scatter<'c>(x: Var<'c>, axes: &Selections<'c>, elements: Var<'c>, update: Assign) -> Composed<Var<'c>> {
    let c = x.composer();
    let taken = select::take_dims(c, axes)?;
    // The axes of the positions, in the order of the axes of the elements, and the axes of the elements that are
    // windows.
    let (mut batch, mut windowed) = (Sizes::new(), Positions::new());
    let mut first_take = None;
    let (mut components, mut addressed, mut inserted) = (SmallVec::<[(Var<'c>, Positions); 4]>::new(), Positions::new(), Positions::new());
    for (i, axis) in axes.iter().enumerate() {
        let at = batch.len();
        let component = match axis {
            Selection::Window { start, step: 1, stays, .. } => {
                if *stays {
                    windowed.push(windowed.len() + at);
                } else {
                    inserted.push(i);
                }
                (*start > 0).then(|| (select::position(c, *start), Positions::new()))
            }
            Selection::Window { start, len, step, .. } => {
                batch.push(len.clone());
                let steps = c.iota(DType::I64, [len.clone()], 0) * c.scalar(DType::I64, *step as f64);
                Some((steps + select::position(c, *start).convert(DType::I64), Positions::from_slice(&[at])))
            }
            Selection::Dynamic { start, stays: false, .. } => Some((*start, Positions::new())),
            Selection::Dynamic { start, len, .. } => {
                batch.push(Dim::Lit(*len));
                Some((c.iota(start.dtype()?, [Dim::Lit(*len)], 0) + *start, Positions::from_slice(&[at])))
            }
            Selection::Take(positions) => {
                let first = *first_take.get_or_insert(at);
                if first == at {
                    batch.extend(taken.iter().cloned());
                }
                let end = first + taken.len();
                Some((*positions, (end - positions.rank()?..end).collect()))
            }
        };
        if axis.is_computed() || axis.is_stepped() {
            inserted.push(i);
        }
        if let Some(component) = component {
            components.push(component);
            addressed.push(i);
        }
    }
    let dims = ScatterDims {
        update_window_dims: windowed,
        inserted_window_dims: inserted,
        input_batching_dims: Positions::new(),
        scatter_indices_batching_dims: Positions::new(),
        scatter_dims_to_operand_dims: addressed,
        index_vector_dim: batch.len(),
        indices_are_sorted: false,
        unique_indices: first_take.is_none(),
    };
    let indices = select::vectors(c, &components, &batch)?;
    Ok(c.emit_with(Op::Scatter(Box::new(dims)), &[x, indices, elements], update.reducer(), x.dtype()?))
}
