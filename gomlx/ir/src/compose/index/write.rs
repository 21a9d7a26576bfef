// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Writing a part of a tensor: `dynamic_update_slice`, `scatter`, or a choice by a padded mask where there are steps.

use smallvec::SmallVec;

use super::super::{Composed, Operand, Sizes, Var};
use super::read::{read, start_dtype};
use super::select::{self, Selection, Selections};
use super::{Assign, AxisIndex};
use crate::{Axes as Positions, BinaryOp, Code, DType, Dim, HostTensor, Op, Reducer, ScatterDims};

impl<'c> Var<'c> {
    /// The tensor with other elements in a part, to which they broadcast.
    ///
    /// # Errors
    /// If a part does not fit its axis, or the elements do not fit the part.
    pub fn with_part(self, parts: &[AxisIndex<Var<'c>>], update: Assign, elements: Operand) -> Composed<Var<'c>> {
        let (c, shape) = (self.composer(), self.shape()?);
        let axes = select::selections(self, parts)?;
        let elements = c.operand(shape.dtype, elements);
        let (given, part) = (elements.shape()?, part_dims(self, &axes)?);
        let pairs = || given.dims.iter().rev().zip(part.iter().rev());
        if given.rank() > part.len() || pairs().any(|(a, b)| !a.is(1) && a.provably_differs(b)) {
            let part: Vec<String> = part.iter().map(Dim::to_string).collect();
            let message = format!("{given} does not broadcast to the part [{}] of {shape}", part.join(", "));
            return Err(c.wrong(Code::Shape, message));
        }
        let elements = elements.broadcast(&part);
        let stepped = axes.iter().any(|axis| matches!(axis, Selection::Window { step, .. } if *step > 1));
        if stepped && axes.iter().any(|axis| !matches!(axis, Selection::Window { .. })) {
            let message = format_args!("a part of {shape} by steps and by tensors of positions at once");
            return Err(c.wrong_note(Code::Unsupported, message, "write the positions of the steps as a tensor too"));
        }
        if axes.iter().any(Selection::is_take) {
            return scatter(self, &axes, elements, update);
        }
        let elements = match update {
            Assign::Set => elements,
            Assign::Add => read(self, &axes)? + elements,
        };
        let size = |axis: &Selection<'_>| match axis {
            Selection::Window { len, .. } => len.clone(),
            Selection::Dynamic { len, .. } => Dim::Lit(*len),
            Selection::Take(_) => Dim::Lit(1),
        };
        let block = elements.with_dims(&axes.iter().map(size).collect::<Sizes>());
        if stepped { spread(self, &axes, block) } else { replace(self, &axes, block) }
    }
}

/// The dims of a part.
fn part_dims(x: Var<'_>, axes: &Selections<'_>) -> Composed<Sizes> {
    let mut taken = Some(select::take_dims(x.composer(), axes)?);
    let mut dims = Sizes::new();
    for axis in axes {
        match axis {
            Selection::Take(_) => dims.extend(taken.take().unwrap_or_default()),
            Selection::Window { .. } | Selection::Dynamic { .. } => dims.extend(axis.kept()),
        }
    }
    Ok(dims)
}

/// Writes a block of neighbours.
fn replace<'c>(x: Var<'c>, axes: &Selections<'c>, block: Var<'c>) -> Composed<Var<'c>> {
    let (c, dtype) = (x.composer(), start_dtype(axes)?);
    let mut operands = vec![x, block];
    for axis in axes {
        operands.push(match axis {
            Selection::Dynamic { start, .. } => start.convert(dtype),
            Selection::Window { start, .. } => c.scalar(dtype, *start as f64),
            Selection::Take(_) => c.scalar(dtype, 0.0),
        });
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

fn scatter<'c>(x: Var<'c>, axes: &Selections<'c>, elements: Var<'c>, update: Assign) -> Composed<Var<'c>> {
    let c = x.composer();
    let batch = select::take_dims(c, axes)?;
    let (mut components, mut addressed, mut inserted) = (SmallVec::<[Var<'c>; 4]>::new(), Positions::new(), Positions::new());
    // Axes that stay, before those of the index tensors.
    let mut before = 0;
    let mut has_taken = false;
    for (i, axis) in axes.iter().enumerate() {
        match axis {
            Selection::Take(positions) => {
                has_taken = true;
                components.push(*positions);
                addressed.push(i);
                inserted.push(i);
                continue;
            }
            Selection::Dynamic { start, .. } => {
                components.push(*start);
                addressed.push(i);
            }
            Selection::Window { start, .. } if *start > 0 => {
                components.push(c.scalar(DType::I32, *start as f64));
                addressed.push(i);
            }
            Selection::Window { .. } => {}
        }
        match axis.kept() {
            Some(_) if !has_taken => before += 1,
            Some(_) => {}
            None => inserted.push(i),
        }
    }
    let dims = ScatterDims {
        update_window_dims: (0..before).chain(before + batch.len()..elements.rank()?).collect(),
        inserted_window_dims: inserted,
        input_batching_dims: Positions::new(),
        scatter_indices_batching_dims: Positions::new(),
        scatter_dims_to_operand_dims: addressed,
        index_vector_dim: batch.len(),
        indices_are_sorted: false,
        unique_indices: false,
    };
    let indices = select::vectors(c, &components, &batch)?;
    let reducer = match update {
        Assign::Set => Reducer::Replace,
        Assign::Add => Reducer::Binary(BinaryOp::Add),
    };
    Ok(c.emit_with(Op::Scatter(Box::new(dims)), &[x, indices, elements], reducer, x.dtype()?))
}
