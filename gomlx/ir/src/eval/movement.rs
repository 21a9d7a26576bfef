// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The ops that place elements without computing with them: by bytes, of any element type.

use super::convert::{count, indices};
use super::frame::Value;
use super::index::{Walk, offset, offsets, strides};
use crate::memory::ask;
use crate::{DType, Dims, HostTensor, Result, Shape, product};

/// Copies the elements at offsets, in their order, into a tensor of other dims.
fn take(x: &HostTensor, dims: &[usize], offsets: &[usize]) -> Result<HostTensor> {
    let size = x.dtype().size();
    let mut bytes = Vec::with_capacity(offsets.len() * size);
    for &at in offsets {
        bytes.extend_from_slice(&x.bytes()[at * size..][..size]);
    }
    HostTensor::from_bytes(x.dtype(), dims, &bytes)
}

/// Overwrites the elements at offsets with all of another tensor's, in their order.
fn put(result: &mut HostTensor, offsets: &[usize], x: &HostTensor) {
    let size = x.dtype().size();
    for (&at, element) in offsets.iter().zip(x.bytes().chunks_exact(size)) {
        result.bytes_mut()[at * size..][..size].copy_from_slice(element);
    }
}

/// Copies the element at a scalar to every place.
pub(super) fn fill(value: &HostTensor, dims: &[usize]) -> Result<HostTensor> {
    let count = product(dims);
    // A padded operand is not a value of the graph, for which the run has asked.
    ask(count.saturating_mul(size_of::<usize>() + 2 * value.dtype().size()))?;
    take(value, dims, &vec![0; count])
}

fn signed(strides: &[usize]) -> Vec<isize> {
    strides.iter().map(|&s| s as isize).collect()
}

pub(super) fn iota(shape: &Shape, axis: usize) -> Result<HostTensor> {
    let dims = shape.sizes();
    let mut along = vec![0; dims.len()];
    along[axis] = 1;
    take(&count(dims[axis], shape.dtype), &dims, &offsets(&dims, &along, 0))
}

/// The same bytes as another shape.
pub(super) fn relabel(x: &HostTensor, shape: &Shape) -> Result<HostTensor> {
    if let DType::Narrow(narrow) = shape.dtype {
        let bytes: Vec<u8> = x.bytes().iter().map(|&byte| narrow.from_bits(byte)).collect();
        return HostTensor::from_bytes(shape.dtype, &shape.sizes(), &bytes);
    }
    HostTensor::from_bytes(shape.dtype, &shape.sizes(), x.bytes())
}

pub(super) fn broadcast_in_dim(x: &HostTensor, shape: &Shape, axes: &[usize]) -> Result<HostTensor> {
    let dims = shape.sizes();
    let from = strides(x.dims());
    let mut along = vec![0; dims.len()];
    for (axis, &to) in axes.iter().enumerate() {
        // An axis of size one is repeated: it does not change the offset.
        along[to] = if x.dims()[axis] == 1 { 0 } else { from[axis] as isize };
    }
    take(x, &dims, &offsets(&dims, &along, 0))
}

pub(super) fn transpose(x: &HostTensor, shape: &Shape, permutation: &[usize]) -> Result<HostTensor> {
    let from = strides(x.dims());
    let along: Vec<isize> = permutation.iter().map(|&a| from[a] as isize).collect();
    let dims = shape.sizes();
    take(x, &dims, &offsets(&dims, &along, 0))
}

pub(super) fn slice(x: &HostTensor, shape: &Shape, starts: &[usize], steps: &[usize]) -> Result<HostTensor> {
    let from = strides(x.dims());
    let along: Vec<isize> = from.iter().zip(steps).map(|(&s, &step)| (s * step) as isize).collect();
    let dims = shape.sizes();
    take(x, &dims, &offsets(&dims, &along, offset(starts, &from) as isize))
}

pub(super) fn pad(x: &HostTensor, value: &HostTensor, shape: &Shape, low: &[i64], interior: &[i64]) -> Result<HostTensor> {
    let dims = shape.sizes();
    let mut result = fill(value, &dims)?;
    let (to, size) = (strides(&dims), x.dtype().size());
    let mut walk = Walk::new(x.dims());
    let mut elements = x.bytes().chunks_exact(size);
    while let (Some(index), Some(element)) = (walk.step(), elements.next()) {
        let place = |axis: usize| low[axis] + index[axis] as i64 * (interior[axis] + 1);
        let inside: Option<Dims> = (0..dims.len()).map(|a| usize::try_from(place(a)).ok().filter(|&p| p < dims[a])).collect();
        if let Some(at) = inside {
            result.bytes_mut()[offset(&at, &to) * size..][..size].copy_from_slice(element);
        }
    }
    Ok(result)
}

pub(super) fn concatenate(parts: &[Value], shape: &Shape, axis: usize) -> Result<HostTensor> {
    let dims = shape.sizes();
    let mut result = HostTensor::zeros(shape.dtype, &dims)?;
    let to = strides(&dims);
    let mut start = 0;
    for part in parts {
        put(&mut result, &offsets(part.dims(), &signed(&to), (start * to[axis]) as isize), part);
        start += part.dims()[axis];
    }
    Ok(result)
}

pub(super) fn reverse(x: &HostTensor, axes: &[usize]) -> Result<HostTensor> {
    if x.is_empty() {
        return Ok(x.clone());
    }
    let mut along = signed(&strides(x.dims()));
    let mut base = 0;
    for &axis in axes {
        base += along[axis] * (x.dims()[axis] as isize - 1);
        along[axis] = -along[axis];
    }
    take(x, x.dims(), &offsets(x.dims(), &along, base))
}

/// The starts of a slice, clamped so that the slice lies inside.
fn clamped(starts: &[Value], dims: &[usize], sizes: &[usize]) -> Dims {
    let start = |axis: usize| indices(&starts[axis])[0].clamp(0, (dims[axis] - sizes[axis]) as i64) as usize;
    (0..dims.len()).map(start).collect()
}

pub(super) fn dynamic_slice(x: &HostTensor, starts: &[Value], shape: &Shape) -> Result<HostTensor> {
    let dims = shape.sizes();
    let from = strides(x.dims());
    let base = offset(&clamped(starts, x.dims(), &dims), &from);
    take(x, &dims, &offsets(&dims, &signed(&from), base as isize))
}

pub(super) fn dynamic_update_slice(x: &HostTensor, update: &HostTensor, starts: &[Value]) -> HostTensor {
    let mut result = x.clone();
    let to = strides(x.dims());
    let base = offset(&clamped(starts, x.dims(), update.dims()), &to);
    put(&mut result, &offsets(update.dims(), &signed(&to), base as isize), update);
    result
}
