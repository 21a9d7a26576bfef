// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What an index takes of a tensor of known shape, checked.

use gomlx_ir::{Code, DType, Diagnostic, Direction};
use smallvec::SmallVec;

use super::{Ix, Taken};
use crate::ops::raw;
use crate::{AnyTensor, trace};

/// What is taken of one axis.
#[derive(Clone)]
pub(super) enum Axis {
    /// Positions that are known; whether the axis stays.
    Window { start: usize, len: usize, step: usize, stays: bool },
    /// So many positions from one in a scalar.
    Dynamic { start: AnyTensor, len: usize, stays: bool },
    /// The positions in a tensor.
    Take(AnyTensor),
}

pub(super) type Axes = SmallVec<[Axis; 4]>;

impl Axis {
    pub(super) fn whole(len: usize) -> Axis {
        Axis::Window { start: 0, len, step: 1, stays: true }
    }

    /// Size of the axis in the result, if it stays as one.
    pub(super) fn kept(&self) -> Option<usize> {
        match *self {
            Axis::Window { len, stays, .. } | Axis::Dynamic { len, stays, .. } => stays.then_some(len),
            Axis::Take(_) => None,
        }
    }
}

/// The part of each axis that an index takes. It takes the whole of the axes that it does not name.
#[track_caller]
pub(super) fn resolve(op: &str, x: &AnyTensor, parts: &[Ix]) -> Axes {
    if parts.len() > x.rank() {
        let error = Diagnostic::new(Code::Shape, format!("{op}: {} parts index {x}, which has {} axes", parts.len(), x.rank()));
        trace::fail_on(&[x], error.note("an index names an axis at most once"));
    }
    // A closure would not know the caller's line.
    let mut axes = Axes::new();
    for (axis, &size) in x.dims().iter().enumerate() {
        axes.push(match parts.get(axis) {
            None => Axis::whole(size),
            Some(part) => one(op, x, axis, &part.0),
        });
    }
    let mut dims: Option<&AnyTensor> = None;
    for axis in &axes {
        if let Axis::Take(indices) = axis {
            let first = dims.get_or_insert(indices);
            let fits = first.dims().iter().rev().zip(indices.dims().iter().rev()).all(|(a, b)| a == b || *a == 1 || *b == 1);
            if !fits {
                let error = Diagnostic::new(Code::Shape, format!("{op}: index tensors {first} and {indices} do not broadcast"));
                trace::fail_on(&[x], error.note("several index tensors are read together, element by element"));
            }
        }
    }
    axes
}

#[track_caller]
fn one(op: &str, x: &AnyTensor, axis: usize, part: &Taken) -> Axis {
    let size = x.dims()[axis];
    match part {
        Taken::At(i) => {
            let position = if *i < 0 { i.checked_add_unsigned(size as u64) } else { Some(*i) };
            match position.and_then(|p| usize::try_from(p).ok()).filter(|&p| p < size) {
                Some(start) => Axis::Window { start, len: 1, step: 1, stays: false },
                None => {
                    let error = Diagnostic::new(Code::Attribute, format!("{op}: axis {axis} of {x} has no element {i}"));
                    let all = match size {
                        0 => "the axis is empty".to_owned(),
                        _ => format!("its elements are 0 to {}, or -{size} to -1 from the end", size - 1),
                    };
                    trace::fail_on(&[x], error.note(all))
                }
            }
        }
        Taken::Range { start, end, step } => {
            let bound = |n: i64| if n < 0 { n.saturating_add_unsigned(size as u64) } else { n };
            let (first, last) = (bound(start.unwrap_or(0)), bound(end.unwrap_or(size as i64)));
            let range = usize::try_from(first).ok().zip(usize::try_from(last).ok()).filter(|(a, b)| a <= b && *b <= size);
            match range {
                Some((first, last)) => Axis::Window { start: first, len: (last - first).div_ceil(*step), step: *step, stays: true },
                None => {
                    let text = |n: &Option<i64>| n.map_or(String::new(), |n| n.to_string());
                    let error =
                        Diagnostic::new(Code::Attribute, format!("{op}: axis {axis} of {x} has no range {}..{}", text(start), text(end)));
                    trace::fail_on(&[x], error.note(format!("the axis has {size} elements; negative ends count from the end")))
                }
            }
        }
        Taken::Tensor(indices) if indices.rank() == 0 => Axis::Dynamic { start: normal(op, indices, size), len: 1, stays: false },
        Taken::Tensor(indices) => Axis::Take(normal(op, indices, size)),
        Taken::Window(start, len) => {
            if start.rank() != 0 || *len > size {
                let error = Diagnostic::new(Code::Shape, format!("{op}: axis {axis} of {x} has no window of {len} from {start}"));
                trace::fail_on(&[x, start], error.note("a window starts at a scalar, and is not longer than the axis"));
            }
            Axis::Dynamic { start: normal(op, start, size), len: *len, stays: true }
        }
    }
}

/// Positions as `i32` or `i64`, from the beginning of the axis.
#[track_caller]
fn normal(op: &str, indices: &AnyTensor, size: usize) -> AnyTensor {
    if !indices.dtype().is_int() {
        let mut error = Diagnostic::new(Code::DType, format!("{op}: index {indices} is not a tensor of integers"));
        if indices.dtype() == DType::Bool {
            error = error.note("how many elements a mask takes is not known before the graph runs: use `select(&mask, &a, b)`");
        }
        trace::fail_on(&[indices], error);
    }
    let dtype = if indices.dtype().size() > 4 { DType::I64 } else { DType::I32 };
    let signed = !matches!(indices.dtype(), DType::U8 | DType::U16 | DType::U32 | DType::U64);
    let indices = raw::convert(indices, dtype);
    if !signed {
        return indices;
    }
    let zero = raw::scalar(dtype, 0.0);
    let from_end = raw::binary(gomlx_ir::BinaryOp::Add, &indices, &raw::scalar(dtype, size as f64));
    raw::select(&raw::compare(Direction::Lt, &indices, &zero), &from_end, &indices)
}

/// The dims of what is taken.
pub(super) fn dims(axes: &Axes) -> Vec<usize> {
    let taken = take_dims(axes);
    let mut dims = vec![];
    let mut placed = false;
    for axis in axes {
        match axis {
            Axis::Take(_) if !placed => {
                placed = true;
                dims.extend(&taken);
            }
            Axis::Take(_) => {}
            Axis::Window { .. } | Axis::Dynamic { .. } => dims.extend(axis.kept()),
        }
    }
    dims
}

/// The dims that all index tensors broadcast to.
pub(super) fn take_dims(axes: &Axes) -> Vec<usize> {
    let mut dims: Vec<usize> = vec![];
    for axis in axes {
        let Axis::Take(indices) = axis else { continue };
        while dims.len() < indices.rank() {
            dims.insert(0, 1);
        }
        let offset = dims.len() - indices.rank();
        for (i, &n) in indices.dims().iter().enumerate() {
            if dims[offset + i] == 1 {
                dims[offset + i] = n;
            }
        }
    }
    dims
}

/// Vectors of positions: components of one shape along a new last axis.
#[track_caller]
pub(super) fn vectors(components: &[AnyTensor], dims: &[usize]) -> AnyTensor {
    let dtype = if components.iter().any(|c| c.dtype() == DType::I64) { DType::I64 } else { DType::I32 };
    let column: Vec<usize> = dims.iter().copied().chain([1]).collect();
    let mut columns = vec![];
    for component in components {
        let whole = raw::broadcast_to(&raw::convert(component, dtype), dims);
        columns.push(raw::reshape(&whole, &column));
    }
    match columns.as_slice() {
        [one] => one.clone(),
        several => crate::emit::emit_one(gomlx_ir::Op::Concatenate(dims.len()), &several.iter().collect::<Vec<_>>()),
    }
}
