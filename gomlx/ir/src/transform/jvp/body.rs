// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The elementwise form of reductions whose derivative has no closed form: the body of the reduction is applied to
//! whole tensors, in a tree over axes, or over shifted slices for windows. The body must be associative and consist of
//! elementwise ops.
//!
//! Each list of values holds the N operands of one reduction, all with the same dims.

use rustc_hash::FxHashMap;

use super::super::forms;
use crate::{Axes, Builder, Code, Derivative, Diagnostic, Dim, Op, RegionId, Result, ValueId, Window};

/// Applies a body on scalars to each element of its arguments.
pub(super) fn apply(b: &mut Builder<'_>, body: RegionId, xs: &[ValueId], ys: &[ValueId]) -> Result<Vec<ValueId>> {
    let dims = b.shape(xs[0]).dims.clone();
    let region = b.function.region(body).clone();
    let mut value_of: FxHashMap<ValueId, ValueId> = region.params.iter().copied().zip(xs.iter().chain(ys).copied()).collect();
    for id in region.insts {
        let inst = b.function.inst(id).clone();
        // A value that the body does not compute from its arguments is one scalar for all elements.
        let operands: Vec<ValueId> =
            inst.operands.iter().map(|v| value_of.get(v).copied().unwrap_or_else(|| b.broadcast(*v, &dims, &[]))).collect();
        let value = if matches!(inst.op, Op::Constant(_)) {
            let scalar = b.emit(inst.op, &[])?;
            b.broadcast(scalar, &dims, &[])
        } else if inst.op.is_elementwise() {
            b.emit(inst.op, &operands)?
        } else if matches!(inst.derivative, Derivative::Stopped) {
            b.stop_gradient(operands[0])
        } else if inst.op.is_movement() && inst.operands.len() == 1 {
            // There is only one way to move the element of a scalar.
            operands[0]
        } else {
            let message = format!("a reduction with {} in its body has no derivative", inst.op.short_name());
            return Err(Diagnostic::new(Code::Gradient, message).note("write the body of elementwise ops"));
        };
        value_of.insert(inst.results[0], value);
    }
    Ok(region.results.iter().map(|v| value_of.get(v).copied().unwrap_or_else(|| b.broadcast(*v, &dims, &[]))).collect())
}

/// Reduces over axes. Each step combines the two halves of an axis. The initial values are included if they count.
pub(super) fn reduce(
    b: &mut Builder<'_>,
    body: RegionId,
    xs: &[ValueId],
    initial: Option<&[ValueId]>,
    axes: &[usize],
) -> Result<Vec<ValueId>> {
    let shape = b.shape(xs[0]).clone();
    let kept: Axes = (0..shape.rank()).filter(|a| !axes.contains(a)).collect();
    let outer: Vec<Dim> = kept.iter().map(|&a| shape.dims[a].clone()).collect();
    let mut n = crate::product(&axes.iter().map(|&a| shape.size(a)).collect::<Axes>());
    let (last, flat) = (kept.len(), [&outer[..], &[Dim::Lit(n)]].concat());
    let order = [&kept, axes].concat();
    let mut xs: Vec<ValueId> = xs
        .iter()
        .map(|&x| {
            let x = b.transpose(x, &order);
            b.reshape(x, &flat)
        })
        .collect();
    let mut rest: Option<Vec<ValueId>> = None;
    while n > 1 {
        if n % 2 == 1 {
            let odd = along(b, &xs, last, n - 1, 1)?;
            rest = Some(match rest {
                None => odd,
                Some(rest) => apply(b, body, &odd, &rest)?,
            });
        }
        n /= 2;
        let (front, back) = (along(b, &xs, last, 0, n)?, along(b, &xs, last, n, n)?);
        xs = apply(b, body, &front, &back)?;
    }
    if let Some(rest) = rest {
        xs = apply(b, body, &xs, &rest)?;
    }
    let spread =
        |b: &mut Builder<'_>, initial: &[ValueId]| -> Vec<ValueId> { initial.iter().map(|&i| b.broadcast(i, &outer, &[])).collect() };
    let xs: Vec<ValueId> = xs.iter().map(|&x| b.reshape(x, &outer)).collect();
    match initial {
        None => Ok(xs),
        Some(initial) => {
            let initial = spread(b, initial);
            apply(b, body, &initial, &xs)
        }
    }
}

/// Reduces windows. `initial` fills the padding. If `exact`, the padding counts, and so does the initial value that
/// each window starts from. Otherwise initial values are taken to be identities, as the spec demands ("body and
/// init_values must form a monoid").
pub(super) fn reduce_window(
    b: &mut Builder<'_>,
    body: RegionId,
    window: &Window,
    xs: &[ValueId],
    initial: &[ValueId],
    exact: bool,
) -> Result<Vec<ValueId>> {
    let sizes = b.shape(xs[0]).sizes();
    let rank = sizes.len();
    let runs: Vec<Option<From>> = (0..rank).map(|a| if exact { None } else { cumulative(window, a, sizes[a]) }).collect();
    let padding = |a: usize| if runs[a].is_some() { (0, 0) } else { window.padding[a] };
    let edges: Vec<(i64, i64)> = (0..rank).map(padding).collect();
    let interior: Vec<i64> = window.base_dilations.iter().map(|&d| d as i64 - 1).collect();
    let padded: Result<_> = xs.iter().zip(initial).map(|(&x, &i)| forms::pad(b, x, i, &edges, &interior)).collect();
    let mut xs: Vec<ValueId> = padded?;
    for (axis, run) in runs.into_iter().enumerate() {
        xs = match run {
            Some(from) => cumulate(b, body, xs, axis, from)?,
            None => shifted(b, body, &xs, axis, window.dims[axis], window.window_dilations[axis])?,
        };
    }
    if window.strides.iter().any(|&s| s != 1) {
        let limits = b.shape(xs[0]).dims.clone();
        let op = Op::Slice { starts: Axes::from_elem(0, rank), limits, strides: window.strides.clone() };
        xs = xs.iter().map(|&x| b.emit(op.clone(), &[x])).collect::<Result<_>>()?;
    }
    if !exact {
        return Ok(xs);
    }
    let dims = b.shape(xs[0]).dims.clone();
    let initial: Vec<ValueId> = initial.iter().map(|&i| b.broadcast(i, &dims, &[])).collect();
    apply(b, body, &initial, &xs)
}

/// The end of an axis where a cumulative reduction starts.
#[derive(Clone, Copy)]
enum From {
    Start,
    End,
}

/// The start of a cumulative reduction, if the window of each element covers all elements before it, or all after it.
fn cumulative(window: &Window, axis: usize, size: usize) -> Option<From> {
    let steps = [window.strides[axis], window.base_dilations[axis], window.window_dilations[axis]];
    let (width, all_before) = (window.dims[axis], window.dims[axis] as i64 - 1);
    match window.padding[axis] {
        _ if steps != [1, 1, 1] || width < size => None,
        (low, 0) if low == all_before => Some(From::Start),
        (0, high) if high == all_before => Some(From::End),
        _ => None,
    }
}

/// Cumulates along an axis in log2(n) steps (Hillis and Steele, 1986). It pads nothing, because the derivative of a
/// body may be undefined at its identity, for example the derivative of log(exp x + exp y) at -inf.
fn cumulate(b: &mut Builder<'_>, body: RegionId, mut xs: Vec<ValueId>, axis: usize, from: From) -> Result<Vec<ValueId>> {
    let n = b.shape(xs[0]).size(axis);
    let mut step = 1;
    while step < n {
        let (front, back) = (along(b, &xs, axis, 0, n - step)?, along(b, &xs, axis, step, n - step)?);
        let both = apply(b, body, &front, &back)?;
        let edge = match from {
            From::Start => along(b, &xs, axis, 0, step)?,
            From::End => along(b, &xs, axis, n - step, step)?,
        };
        let join = |(&both, &edge): (&ValueId, &ValueId)| match from {
            From::Start => b.emit(Op::Concatenate(axis), &[edge, both]),
            From::End => b.emit(Op::Concatenate(axis), &[both, edge]),
        };
        xs = both.iter().zip(&edge).map(join).collect::<Result<_>>()?;
        step *= 2;
    }
    Ok(xs)
}

/// Reduces each group of `size` elements at distance `dilation` along an axis, in log2(size) steps.
fn shifted(b: &mut Builder<'_>, body: RegionId, xs: &[ValueId], axis: usize, size: usize, dilation: usize) -> Result<Vec<ValueId>> {
    let n = b.shape(xs[0]).size(axis);
    // The number of positions where windows of `covered` elements can start.
    let windows = |covered: usize| n - (covered - 1) * dilation;
    let (mut doubled, mut width) = (xs.to_vec(), 1);
    let mut result: Option<(Vec<ValueId>, usize)> = None;
    loop {
        if size & width != 0 {
            result = Some(match result {
                None => (doubled.clone(), width),
                Some((head, covered)) => {
                    let count = windows(covered + width);
                    let (head, tail) = (along(b, &head, axis, 0, count)?, along(b, &doubled, axis, covered * dilation, count)?);
                    (apply(b, body, &head, &tail)?, covered + width)
                }
            });
        }
        width *= 2;
        if width > size {
            return Ok(result.expect("a window has a positive size").0);
        }
        let count = windows(width);
        let (head, tail) = (along(b, &doubled, axis, 0, count)?, along(b, &doubled, axis, width / 2 * dilation, count)?);
        doubled = apply(b, body, &head, &tail)?;
    }
}

/// The `size` elements of an axis from `start`, of each operand.
fn along(b: &mut Builder<'_>, xs: &[ValueId], axis: usize, start: usize, size: usize) -> Result<Vec<ValueId>> {
    let mut limits = b.shape(xs[0]).dims.clone();
    if start == 0 && limits[axis].is(size) {
        return Ok(xs.to_vec());
    }
    limits[axis] = Dim::Lit(start + size);
    let mut starts = Axes::from_elem(0, limits.len());
    starts[axis] = start;
    let op = Op::Slice { starts, strides: Axes::from_elem(1, limits.len()), limits };
    xs.iter().map(|&x| b.emit(op.clone(), &[x])).collect()
}
