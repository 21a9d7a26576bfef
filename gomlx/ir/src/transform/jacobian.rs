// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Jacobians: derivatives for all vectors of a basis at once, by batching. Reverse mode runs a backward pass for each
//! element of the output, forward mode a forward pass for each element of the input.

use super::{batch, jvp_to, vjp_to};
use crate::{BinaryOp, Builder, CompareKind, DType, Diagnostics, Dim, Direction, Function, Op, RegionId, Shape, ValueId};

/// Appends to a region the Jacobian of `output` with respect to each value of `wrt`, in reverse mode. Its dims are the
/// dims of the output, then the dims of the value. It is `None` if the output does not depend on the value.
///
/// # Errors
/// As [`vjp`](super::vjp).
pub fn jacobian_reverse(
    f: &mut Function,
    region: RegionId,
    start: usize,
    output: ValueId,
    wrt: &[ValueId],
) -> Result<Vec<Option<ValueId>>, Diagnostics> {
    let one = f.add_region();
    let shape = f.shape(output).clone();
    let cotangent = f.add_region_param(one, shape.clone());
    let found = vjp_to(f, region, start, one, &[(output, cotangent)], wrt)?;
    let count = shape.num_elements();
    let basis = basis(&mut Builder::new(f, region), &shape)?;
    let present: Vec<ValueId> = found.iter().copied().flatten().collect();
    let rows = batch(f, one, region, count, &[(cotangent, basis)], &present)?;
    let mut rows = rows.into_iter();
    let mut jacobians = vec![];
    for (&by, found) in wrt.iter().zip(found) {
        let row = found.and_then(|_| rows.next());
        jacobians.push(row.map(|(value, each)| {
            let mut b = Builder::new(f, region);
            let inner = b.shape(by).dims.clone();
            let rows = repeated(&mut b, value, each, count);
            b.reshape(rows, &[&shape.dims[..], &inner].concat())
        }));
    }
    Ok(jacobians)
}

/// As [`jacobian_reverse`], in forward mode.
///
/// # Errors
/// As [`jvp`](super::jvp).
pub fn jacobian_forward(
    f: &mut Function,
    region: RegionId,
    start: usize,
    output: ValueId,
    wrt: &[ValueId],
) -> Result<Vec<Option<ValueId>>, Diagnostics> {
    let mut jacobians = vec![];
    for &by in wrt {
        let shape = f.shape(by).clone();
        if !shape.dtype.is_differentiable() {
            jacobians.push(None);
            continue;
        }
        let one = f.add_region();
        let tangent = f.add_region_param(one, shape.clone());
        let found = jvp_to(f, region, start, one, &[(by, tangent)], &[output])?;
        let &[Some(found)] = found.as_slice() else {
            jacobians.push(None);
            continue;
        };
        let count = shape.num_elements();
        let basis = basis(&mut Builder::new(f, region), &shape)?;
        let columns = batch(f, one, region, count, &[(tangent, basis)], &[found])?;
        let mut b = Builder::new(f, region);
        let outer = b.shape(output).dims.clone();
        let columns = repeated(&mut b, columns[0].0, columns[0].1, count);
        let order: Vec<usize> = (1..=outer.len()).chain([0]).collect();
        let last = b.transpose(columns, &order);
        jacobians.push(Some(b.reshape(last, &[&outer[..], &shape.dims].concat())));
    }
    Ok(jacobians)
}

/// The standard basis of a shape: for each element, along a new first axis, the value that is one there and zero
/// elsewhere.
fn basis(b: &mut Builder<'_>, shape: &Shape) -> Result<ValueId, Diagnostics> {
    let n = shape.num_elements();
    let square = Shape::new(DType::I32, &[n, n]);
    let rows = b.emit(Op::Iota { shape: square.clone(), axis: 0 }, &[])?;
    let columns = b.emit(Op::Iota { shape: square, axis: 1 }, &[])?;
    let same = b.emit(Op::Compare(Direction::Eq, CompareKind::Signed), &[rows, columns])?;
    let ones = b.convert(same, shape.dtype.real());
    let dims: Vec<Dim> = std::iter::once(Dim::Lit(n)).chain(shape.dims.iter().cloned()).collect();
    let ones = b.reshape(ones, &dims);
    if !shape.dtype.is_complex() {
        return Ok(ones);
    }
    let zeros = b.full_like(ones, 0.0);
    Ok(b.binary(BinaryOp::Complex, ones, zeros))
}

/// Turns a result of [`batch`] into a value with an axis of `count` examples in front. A value without this axis
/// (`each` is false) is broadcast.
pub fn repeated(b: &mut Builder<'_>, value: ValueId, each: bool, count: usize) -> ValueId {
    if each {
        return value;
    }
    let shape = b.shape(value).clone();
    let dims: Vec<Dim> = std::iter::once(Dim::Lit(count)).chain(shape.dims.iter().cloned()).collect();
    let axes: Vec<usize> = (1..dims.len()).collect();
    let op = Op::BroadcastInDim { dims: dims.into(), axes: axes.as_slice().into() };
    b.emit(op, &[value]).expect("a new axis in front fits every shape")
}
