// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `sort` by any comparator, and `top_k`.

use std::sync::Arc;

use smallvec::smallvec;

use super::arithmetic::{Arithmetic, with_arithmetic};
use super::frame::{Frame, Value, Values};
use super::index::{offsets_by, strides};
use super::reduce::element;
use crate::{CompareKind, DType, Dims, HostTensor, Inst, Result};

/// Sorts every line along the axis. The sort is always stable: elements that compare equal keep their order.
pub(super) fn sort(frame: &mut Frame<'_>, inst: &Inst, x: &[Value], axis: usize) -> Result<Values> {
    let dims = x[0].dims();
    let stride = strides(dims)[axis];
    let mut others: Dims = dims.into();
    others[axis] = others[axis].min(1);
    let mut results: Vec<HostTensor> = x.iter().map(|x| HostTensor::clone(x)).collect();
    for start in offsets_by(&others, &strides(dims)) {
        let places: Vec<usize> = (0..dims[axis]).map(|i| start + i * stride).collect();
        let mut first = |i: usize, j: usize| -> Result<bool> {
            let pair = |x: &Value| Ok([element(x, i)?, element(x, j)?]);
            let pairs = x.iter().map(pair).collect::<Result<Vec<_>>>()?;
            Ok(frame.run(inst.regions[0], pairs.into_iter().flatten())?[0].bytes() == [1])
        };
        let order = merge_sort(&places, &mut first)?;
        for (result, x) in results.iter_mut().zip(x) {
            let size = x.dtype().size();
            for (&to, &from) in places.iter().zip(&order) {
                result.bytes_mut()[to * size..][..size].copy_from_slice(&x.bytes()[from * size..][..size]);
            }
        }
    }
    Ok(results.into_iter().map(Arc::new).collect())
}

/// A stable sort that terminates for any comparator, even if it is no order.
fn merge_sort(places: &[usize], first: &mut dyn FnMut(usize, usize) -> Result<bool>) -> Result<Vec<usize>> {
    if places.len() < 2 {
        return Ok(places.to_vec());
    }
    let (left, right) = places.split_at(places.len() / 2);
    let (left, right) = (merge_sort(left, first)?, merge_sort(right, first)?);
    let mut merged = Vec::with_capacity(places.len());
    let (mut i, mut j) = (0, 0);
    while i < left.len() && j < right.len() {
        if first(right[j], left[i])? {
            merged.push(right[j]);
            j += 1;
        } else {
            merged.push(left[i]);
            i += 1;
        }
    }
    merged.extend_from_slice(&left[i..]);
    merged.extend_from_slice(&right[j..]);
    Ok(merged)
}

/// The largest elements of each row; of equal elements, the first. Floating point is compared in its total order, as in
/// XLA, so that NaN is the largest.
pub(super) fn top_k(x: &HostTensor, k: usize) -> Result<Values> {
    let row = x.dims().last().copied().unwrap_or(1);
    let mut dims: Dims = x.dims().into();
    if let Some(last) = dims.last_mut() {
        *last = k;
    }
    let kind = if x.dtype().is_float() { CompareKind::TotalOrder } else { CompareKind::of(x.dtype()) };
    let (values, positions) = with_arithmetic!(x.dtype(), A => {
        let elements = A::read(x);
        let (mut values, mut positions) = (vec![], vec![]);
        for row in elements.chunks_exact(row.max(1)) {
            let mut order: Vec<usize> = (0..row.len()).collect();
            order.sort_by(|&i, &j| row[j].order(row[i], kind).unwrap_or(std::cmp::Ordering::Equal));
            values.extend(order[..k].iter().map(|&i| row[i]));
            positions.extend(order[..k].iter().map(|&i| i as i32));
        }
        (A::write(x.dtype(), &dims, &values), i32::write(DType::I32, &dims, &positions))
    });
    Ok(smallvec![Arc::new(values), Arc::new(positions)])
}
