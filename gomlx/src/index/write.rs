// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Writing parts: `dynamic_update_slice`, `scatter`, or a choice by a padded mask where there are steps.

use gomlx_ir::{Axes as Positions, BinaryOp, Code, DType, Diagnostic, Element, HostTensor, Op, Reducer, ScatterDims};
use smallvec::{SmallVec, smallvec};

use super::Index;
use super::read::read;
use super::select::{self, Axes, Axis};
use crate::emit::{Node, emit_one};
use crate::ops::{Operand, raw};
use crate::trace;
use crate::{AnyTensor, Tensor};

impl<T: Element> Tensor<T> {
    /// Gives a part new elements, which broadcast to it; in a graph function also `x[index] = value`. Where an index
    /// tensor names a position twice, which of the values stays is not defined; positions that do not exist are left
    /// out.
    ///
    /// ```
    /// use gomlx::{Tensor, s};
    /// let mut x = Tensor::<i32>::zeros(&[2, 3]);
    /// x.set((0, 1..), 5);
    /// x.set(s![.., ..;2], 7);
    /// assert_eq!(x.to_vec()?, [7, 5, 7, 7, 0, 7]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[track_caller]
    pub fn set(&mut self, index: impl Index, value: impl Operand<T>) {
        let axes = select::resolve("set", &self.any, &index.parts());
        self.any = write("set", &self.any, &axes, &value.operand(), Reducer::Replace);
    }

    /// Adds to a part, broadcast; in a graph function also `x[index] += value`. Where an index tensor names a position
    /// twice, both are added.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let mut counts = Tensor::<i32>::zeros(&[3]);
    /// counts.add_at(&Tensor::new(&[4], &[2, 0, 2, 2])?, 1);
    /// assert_eq!(counts.to_vec()?, [1, 0, 3]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[track_caller]
    pub fn add_at(&mut self, index: impl Index, value: impl Operand<T>) {
        let axes = select::resolve("add_at", &self.any, &index.parts());
        self.any = write("add_at", &self.any, &axes, &value.operand(), Reducer::Binary(BinaryOp::Add));
    }
}

#[track_caller]
fn write(op: &str, x: &AnyTensor, axes: &Axes, value: &AnyTensor, reducer: Reducer) -> AnyTensor {
    let dims = select::dims(axes);
    let fits = value.rank() <= dims.len() && value.dims().iter().rev().zip(dims.iter().rev()).all(|(&a, &b)| a == b || a == 1);
    if !fits && !value.is_poisoned() && !x.is_poisoned() {
        let error = Diagnostic::new(Code::Shape, format!("{op}: {value} does not broadcast to the part {dims:?} of {x}"));
        return trace::mistake(&[x, value], error);
    }
    let value = raw::broadcast_to(value, &dims);
    let stepped = axes.iter().any(|a| matches!(a, Axis::Window { step, .. } if *step > 1));
    let moves = axes.iter().any(|a| !matches!(a, Axis::Window { .. }));
    if stepped && moves {
        let error = Diagnostic::new(Code::Unsupported, format!("{op}: a part of {x} by steps and by tensors of positions at once"));
        trace::fail_on(&[x], error.note("write the positions of the steps as a tensor too"));
    }
    if axes.iter().any(|a| matches!(a, Axis::Take(_))) {
        return scatter(x, axes, &value, reducer);
    }
    let value = match reducer {
        Reducer::Replace => value,
        Reducer::Binary(reducer) => raw::binary(reducer, &read(x, axes), &value),
    };
    let sizes = |axis: &Axis| match *axis {
        Axis::Window { len, .. } | Axis::Dynamic { len, .. } => len,
        Axis::Take(_) => 1,
    };
    let block = raw::reshape(&value, &axes.iter().map(sizes).collect::<Vec<_>>());
    if stepped { spread(x, axes, &block) } else { update(x, axes, &block) }
}

#[track_caller]
fn update(x: &AnyTensor, axes: &Axes, block: &AnyTensor) -> AnyTensor {
    let wide = axes.iter().any(|a| matches!(a, Axis::Dynamic { start, .. } if start.dtype() == DType::I64));
    let dtype = if wide { DType::I64 } else { DType::I32 };
    let mut operands = vec![x.clone(), block.clone()];
    for axis in axes {
        operands.push(match axis {
            Axis::Dynamic { start, .. } => raw::convert(start, dtype),
            Axis::Window { start, .. } => raw::scalar(dtype, *start as f64),
            Axis::Take(_) => raw::scalar(dtype, 0.0),
        });
    }
    emit_one(Op::DynamicUpdateSlice, &operands.iter().collect::<Vec<_>>())
}

/// A block whose elements go steps apart.
#[track_caller]
fn spread(x: &AnyTensor, axes: &Axes, block: &AnyTensor) -> AnyTensor {
    let (mut low, mut high, mut interior) = (SmallVec::<[i64; 4]>::new(), SmallVec::new(), SmallVec::new());
    for (axis, &size) in axes.iter().zip(x.dims()) {
        let (start, len, step) = match *axis {
            Axis::Window { start, len, step, .. } => (start as i64, len as i64, step as i64),
            Axis::Dynamic { .. } | Axis::Take(_) => (0, size as i64, 1),
        };
        low.push(start);
        high.push(size as i64 - start - if len == 0 { 0 } else { (len - 1) * step + 1 });
        interior.push(step - 1);
    }
    let pad = Op::Pad { low, high, interior };
    let mask = raw::broadcast_to(&trace::constant(HostTensor::scalar(true)), block.dims());
    let mask = emit_one(pad.clone(), &[&mask, &trace::constant(HostTensor::scalar(false))]);
    let padded = emit_one(pad, &[block, &raw::scalar(x.dtype(), 0.0)]);
    raw::select(&mask, &padded, x)
}

#[track_caller]
fn scatter(x: &AnyTensor, axes: &Axes, value: &AnyTensor, reducer: Reducer) -> AnyTensor {
    let batch = select::take_dims(axes);
    let (mut components, mut addressed, mut inserted) = (vec![], Positions::new(), Positions::new());
    let mut before = 0;
    let mut placed = false;
    for (i, axis) in axes.iter().enumerate() {
        match axis {
            Axis::Take(indices) => {
                placed = true;
                components.push(indices.clone());
                addressed.push(i);
                inserted.push(i);
                continue;
            }
            Axis::Dynamic { start, .. } => {
                components.push(start.clone());
                addressed.push(i);
            }
            Axis::Window { start, .. } if *start > 0 => {
                components.push(raw::scalar(DType::I32, *start as f64));
                addressed.push(i);
            }
            Axis::Window { .. } => {}
        }
        match axis.kept() {
            Some(_) if !placed => before += 1,
            Some(_) => {}
            None => inserted.push(i),
        }
    }
    let dims = ScatterDims {
        update_window_dims: (0..before).chain(before + batch.len()..value.rank()).collect(),
        inserted_window_dims: inserted,
        input_batching_dims: Positions::new(),
        scatter_indices_batching_dims: Positions::new(),
        scatter_dims_to_operand_dims: addressed,
        index_vector_dim: batch.len(),
        indices_are_sorted: false,
        unique_indices: false,
    };
    let indices = select::vectors(&components, &batch);
    let node = Node { op: Op::Scatter(Box::new(dims)), bodies: smallvec![(reducer, x.dtype())] };
    emit_one(node, &[x, &indices, value])
}
