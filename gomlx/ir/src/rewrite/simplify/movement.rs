// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Rules of ops that move elements.

use smallvec::SmallVec;

use super::Site;
use crate::{Axes, Dim, Inst, Op, ValueId};

fn is_identity(axes: &[usize]) -> bool {
    axes.iter().enumerate().all(|(i, &a)| i == a)
}

pub(super) fn broadcast(site: &mut Site<'_>, dims: &[Dim], axes: &[usize], x: ValueId) -> Option<ValueId> {
    if *site.shape(x).dims == *dims && is_identity(axes) {
        return Some(x);
    }
    let inst = site.def(x)?;
    let y = *inst.operands.first()?;
    let inner: Axes = match &inst.op {
        Op::BroadcastInDim { axes, .. } => axes.clone(),
        Op::Reshape(_) => inserted_ones(&site.shape(y).dims, &site.shape(x).dims)?,
        _ => return None,
    };
    let axes: Axes = inner.iter().map(|&a| axes[a]).collect();
    Some(site.emit(Op::BroadcastInDim { dims: dims.into(), axes }, &[y]))
}

/// The positions in `to` of the axes of `from`, if `to` is `from` with inserted axes of size one.
fn inserted_ones(from: &[Dim], to: &[Dim]) -> Option<Axes> {
    let mut axes = Axes::new();
    for (i, dim) in to.iter().enumerate() {
        if axes.len() < from.len() && from[axes.len()] == *dim {
            axes.push(i);
        } else if !dim.is(1) {
            return None;
        }
    }
    (axes.len() == from.len()).then_some(axes)
}

pub(super) fn reshape(site: &mut Site<'_>, dims: &[Dim], x: ValueId) -> Option<ValueId> {
    if *site.shape(x).dims == *dims {
        return Some(x);
    }
    let inst = site.def(x)?;
    let y = *inst.operands.first()?;
    match &inst.op {
        Op::Reshape(_) => Some(site.b.reshape(y, dims)),
        Op::BroadcastInDim { .. } if site.shape(y).rank() == 0 => Some(site.b.broadcast(y, dims, &[])),
        // A broadcast along new axes of size one is a reshape.
        Op::BroadcastInDim { axes, .. } if is_reshape(&site.shape(y).dims, axes, &site.shape(x).dims) => Some(site.b.reshape(y, dims)),
        _ => None,
    }
}

/// Whether a broadcast only inserts axes of size one: it neither repeats nor reorders elements.
fn is_reshape(from: &[Dim], axes: &[usize], to: &[Dim]) -> bool {
    let kept = axes.is_sorted() && axes.iter().zip(from).all(|(&a, dim)| to[a] == *dim);
    kept && (0..to.len()).all(|a| axes.contains(&a) || to[a].is(1))
}

pub(super) fn transpose(site: &mut Site<'_>, permutation: &[usize], x: ValueId) -> Option<ValueId> {
    if is_identity(permutation) {
        return Some(x);
    }
    let shape = site.shape(x).clone();
    let permuted: SmallVec<[Dim; 4]> = permutation.iter().map(|&a| shape.dims[a].clone()).collect();
    // A transpose that moves only axes of size one is a reshape.
    if permutation.iter().filter(|&&a| !shape.dims[a].is(1)).is_sorted() {
        return Some(site.b.reshape(x, &permuted));
    }
    let inst = site.def(x)?;
    match &inst.op {
        Op::Transpose(inner) => {
            let y = inst.operands[0];
            let both: Axes = permutation.iter().map(|&a| inner[a]).collect();
            Some(site.b.transpose(y, &both))
        }
        Op::BroadcastInDim { axes, .. } => {
            let moved: Option<Axes> = axes.iter().map(|&a| permutation.iter().position(|&p| p == a)).collect();
            let moved = moved.filter(|moved| moved.is_sorted())?;
            let y = inst.operands[0];
            Some(site.b.broadcast(y, &permuted, &moved))
        }
        Op::DotGeneral(_) => {
            let inst = inst.clone();
            super::contract::transposed_dot(site, permutation, &inst)
        }
        _ => None,
    }
}

pub(super) fn slice(site: &mut Site<'_>, starts: &[usize], limits: &[Dim], strides: &[usize], x: ValueId) -> Option<ValueId> {
    let whole = starts.iter().all(|&s| s == 0) && *limits == *site.shape(x).dims && strides.iter().all(|&s| s == 1);
    if whole {
        return Some(x);
    }
    let inst = site.def(x)?.clone();
    match &inst.op {
        Op::Slice { starts: inner, strides: steps, .. } => {
            slice_of_slice(site, (starts, limits, strides), (inner, steps), inst.operands[0])
        }
        Op::BroadcastInDim { .. } if site.shape(inst.operands[0]).rank() == 0 => {
            let op = Op::Slice { starts: starts.into(), limits: limits.into(), strides: strides.into() };
            let sliced = crate::infer::infer(site.b.function, &op, &[x], &[]).ok()?;
            Some(site.b.broadcast(inst.operands[0], &sliced[0].dims, &[]))
        }
        Op::Concatenate(axis) => slice_of_piece(site, (starts, limits, strides), *axis, &inst),
        _ => None,
    }
}

type Ranges<'a> = (&'a [usize], &'a [Dim], &'a [usize]);

fn slice_of_slice(
    site: &mut Site<'_>,
    (starts, limits, strides): Ranges<'_>,
    (inner, steps): (&[usize], &[usize]),
    x: ValueId,
) -> Option<ValueId> {
    let n = starts.len();
    let limits: Option<SmallVec<[Dim; 4]>> = (0..n)
        .map(|a| {
            let limit = limits[a].lit()?;
            // End after the last element taken: then the limit stays in bounds.
            let end = if limit <= starts[a] { inner[a] + starts[a] * steps[a] } else { inner[a] + (limit - 1) * steps[a] + 1 };
            Some(Dim::Lit(end))
        })
        .collect();
    let empty = (0..n).any(|a| limits.as_ref().is_some_and(|l| l[a].is(inner[a] + starts[a] * steps[a])));
    if empty {
        return None;
    }
    let starts = (0..n).map(|a| inner[a] + starts[a] * steps[a]).collect();
    let strides = (0..n).map(|a| strides[a] * steps[a]).collect();
    Some(site.emit(Op::Slice { starts, limits: limits?, strides }, &[x]))
}

/// Replaces a slice that lies within one operand of a concatenation by a slice of that operand.
fn slice_of_piece(site: &mut Site<'_>, (starts, limits, strides): Ranges<'_>, axis: usize, concatenate: &Inst) -> Option<ValueId> {
    let limit = limits[axis].lit()?;
    let mut offset = 0;
    for &piece in &concatenate.operands {
        let size = site.shape(piece).dims[axis].lit()?;
        if starts[axis] >= offset && limit <= offset + size && starts[axis] < limit {
            let (mut starts, mut limits) = (Axes::from(starts), SmallVec::from(limits));
            starts[axis] -= offset;
            limits[axis] = Dim::Lit(limit - offset);
            return Some(site.emit(Op::Slice { starts, limits, strides: strides.into() }, &[piece]));
        }
        offset += size;
    }
    None
}

pub(super) fn pad(low: &[i64], high: &[i64], interior: &[i64], x: ValueId) -> Option<ValueId> {
    let none = [low, high, interior].into_iter().flatten().all(|&n| n == 0);
    none.then_some(x)
}

pub(super) fn concatenate(site: &mut Site<'_>, axis: usize, operands: &[ValueId]) -> Option<ValueId> {
    if let &[alone] = operands {
        return Some(alone);
    }
    let kept: SmallVec<[ValueId; 4]> = operands.iter().copied().filter(|&v| !site.shape(v).dims[axis].is(0)).collect();
    if kept.is_empty() || kept.len() == operands.len() {
        return None;
    }
    Some(if let &[alone] = kept.as_slice() { alone } else { site.emit(Op::Concatenate(axis), &kept) })
}

pub(super) fn reverse(site: &mut Site<'_>, axes: &[usize], x: ValueId) -> Option<ValueId> {
    let dims = &site.shape(x).dims;
    let moved: Axes = axes.iter().copied().filter(|&a| !dims[a].is(1)).collect();
    if moved.is_empty() || site.splat(x).is_some() {
        return Some(x);
    }
    let twice = site.def(x).filter(|inst| matches!(&inst.op, Op::Reverse(inner) if **inner == *axes));
    twice.map(|inst| inst.operands[0])
}

/// Simplifies a dynamic slice: a slice of all elements, whose starts can only be zero, or a slice at constant starts.
pub(super) fn dynamic_slice(site: &mut Site<'_>, sizes: &[usize], operands: &[ValueId]) -> Option<ValueId> {
    let (&x, starts) = operands.split_first()?;
    let dims = site.shape(x).known()?;
    if dims[..] == *sizes {
        return Some(x);
    }
    let start = |(axis, &v): (usize, &ValueId)| -> Option<usize> {
        let last = dims[axis].checked_sub(sizes[axis])?;
        if last == 0 {
            return Some(0);
        }
        site.number(v).map(|n| (n.max(0.0) as usize).min(last))
    };
    let starts: Axes = starts.iter().enumerate().map(start).collect::<Option<_>>()?;
    let limits = starts.iter().zip(sizes).map(|(&start, &size)| Dim::Lit(start + size)).collect();
    let strides = Axes::from_elem(1, sizes.len());
    Some(site.emit(Op::Slice { starts, limits, strides }, &[x]))
}
