// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Index arithmetic: row-major offsets and walks over index spaces.

use crate::Dims;

/// Elements between neighbours along each axis, row-major.
pub(super) fn strides(dims: &[usize]) -> Dims {
    let mut strides = Dims::from_elem(1, dims.len());
    for axis in (1..dims.len()).rev() {
        strides[axis - 1] = strides[axis] * dims[axis];
    }
    strides
}

/// The offset of every index of a space, in row-major order: `base` plus the index times the strides.
pub(super) fn offsets(dims: &[usize], strides: &[isize], base: isize) -> Vec<usize> {
    let mut offsets = vec![base];
    for (&n, &stride) in dims.iter().zip(strides) {
        offsets = offsets.iter().flat_map(|&o| (0..n as isize).map(move |i| o + i * stride)).collect();
    }
    offsets.into_iter().map(|o| o as usize).collect()
}

/// [`offsets`] from zero by unsigned strides.
pub(super) fn offsets_by(dims: &[usize], strides: &[usize]) -> Vec<usize> {
    let strides: Vec<isize> = strides.iter().map(|&s| s as isize).collect();
    offsets(dims, &strides, 0)
}

/// The offset of one index.
pub(super) fn offset(index: &[usize], strides: &[usize]) -> usize {
    index.iter().zip(strides).map(|(&i, &s)| i * s).sum()
}

/// Steps through the indices of a space in row-major order.
pub(super) struct Walk {
    dims: Dims,
    index: Dims,
    started: bool,
}

impl Walk {
    pub(super) fn new(dims: &[usize]) -> Walk {
        Walk { dims: dims.into(), index: Dims::from_elem(0, dims.len()), started: false }
    }

    /// The next index, until the last.
    pub(super) fn step(&mut self) -> Option<&[usize]> {
        if !self.started {
            self.started = true;
            return (!self.dims.contains(&0)).then_some(&self.index);
        }
        for axis in (0..self.dims.len()).rev() {
            self.index[axis] += 1;
            if self.index[axis] < self.dims[axis] {
                return Some(&self.index);
            }
            self.index[axis] = 0;
        }
        None
    }
}
