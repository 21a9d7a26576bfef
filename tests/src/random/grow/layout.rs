// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Ops that move elements, and values of a wanted shape made from existing values.

use gomlx_ir::{Axes, Builder, DType, Dim, HostTensor, Op, Result, Shape, ValueId};
use smallvec::SmallVec;

use super::Grower;

/// Converts sizes to dims of a graph.
pub(super) fn dims(sizes: &[usize]) -> SmallVec<[Dim; 4]> {
    sizes.iter().map(|&n| Dim::Lit(n)).collect()
}

impl Grower<'_> {
    /// A random permutation of `0..n`.
    pub(super) fn permutation(&mut self, n: usize) -> Axes {
        let mut permutation: Axes = (0..n).collect();
        for i in (1..n).rev() {
            permutation.swap(i, self.below(i + 1));
        }
        permutation
    }

    /// Broadcasts along a new axis at a random position.
    pub(super) fn broadcast(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape) -> Result<ValueId> {
        let at = self.below(shape.rank() + 1);
        let mut sizes = shape.sizes();
        sizes.insert(at, self.one_of(&[1, 2, 3, 5]));
        let axes: Axes = (0..=shape.rank()).filter(|&a| a != at).collect();
        self.bounded(&sizes)?;
        self.emit(b, Op::BroadcastInDim { dims: dims(&sizes), axes }, &[x])
    }

    pub(super) fn reshape(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape) -> Result<ValueId> {
        let n = shape.num_elements();
        let sizes: Vec<usize> = match self.below(3) {
            0 => vec![n],
            1 => std::iter::once(1).chain(shape.sizes()).collect(),
            _ => {
                let factor = (2..=n.min(8)).find(|&f| n.is_multiple_of(f)).unwrap_or(1);
                vec![factor, n / factor]
            }
        };
        self.emit(b, Op::Reshape(dims(&sizes)), &[x])
    }

    pub(super) fn transpose(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape) -> Result<ValueId> {
        let permutation = self.permutation(shape.rank());
        self.emit(b, Op::Transpose(permutation), &[x])
    }

    pub(super) fn slice(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape) -> Result<ValueId> {
        let sizes = shape.sizes();
        let starts: Axes = sizes.iter().map(|&d| self.below(d + 1)).collect();
        let limits = sizes.iter().zip(&starts).map(|(&d, &s)| Dim::Lit(s + self.below(d - s + 1))).collect();
        let strides = sizes.iter().map(|_| 1 + self.below(3)).collect();
        self.emit(b, Op::Slice { starts, limits, strides }, &[x])
    }

    pub(super) fn pad(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape) -> Result<ValueId> {
        let value = self.tensor(&Shape::scalar(shape.dtype));
        let value = self.constant(b, value)?;
        let sizes = shape.sizes();
        let mut amount = |from: i64| sizes.iter().map(|_| from + self.below(4) as i64).collect();
        let (low, high, interior) = (amount(-1), amount(-1), amount(0));
        let grown: Vec<usize> = sizes.iter().map(|&d| 4 * d + 4).collect();
        self.bounded(&grown)?;
        self.emit(b, Op::Pad { low, high, interior }, &[x, value])
    }

    /// Takes a slice at a constant start, which may be out of bounds. May then write that slice into another value.
    pub(super) fn dynamic_slice(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape) -> Result<ValueId> {
        let sizes = shape.sizes();
        let mut starts = vec![];
        for &d in &sizes {
            let start = self.below(d + 2) as i32 - 1;
            starts.push(self.constant(b, HostTensor::scalar(start))?);
        }
        let slice: Axes = sizes.iter().map(|&d| self.below(d + 1)).collect();
        let operands: Vec<ValueId> = std::iter::once(x).chain(starts.iter().copied()).collect();
        let piece = self.emit(b, Op::DynamicSlice(slice), &operands)?;
        if self.below(2) == 0 {
            return Ok(piece);
        }
        let target = self.like(b, x)?;
        let operands: Vec<ValueId> = [target, piece].into_iter().chain(starts).collect();
        self.emit(b, Op::DynamicUpdateSlice, &operands)
    }

    /// A value of the given type and shape: an existing one, the elements of an existing one in order or transposed, or
    /// a constant.
    pub(super) fn shaped(&mut self, b: &mut Builder<'_>, dtype: DType, sizes: &[usize]) -> Result<ValueId> {
        let shape = Shape::new(dtype, sizes);
        let n = shape.num_elements();
        self.bounded(sizes)?;
        let same: Vec<ValueId> = self.values.iter().copied().filter(|&v| *b.shape(v) == shape).collect();
        if !same.is_empty() && self.below(2) == 0 {
            return Ok(self.one_of(&same));
        }
        let enough = |&v: &ValueId| b.shape(v).dtype == dtype && b.shape(v).num_elements() >= n;
        let enough: Vec<ValueId> = self.values.iter().copied().filter(enough).collect();
        if enough.is_empty() || self.below(4) == 0 {
            let tensor = self.tensor(&shape);
            return self.constant(b, tensor);
        }
        let source = self.one_of(&enough);
        let all = b.shape(source).num_elements();
        let flat = self.emit(b, Op::Reshape(dims(&[all])), &[source])?;
        let start = self.below(all - n + 1);
        let slice = Op::Slice { starts: [start][..].into(), limits: dims(&[start + n]), strides: [1][..].into() };
        let part = self.emit(b, slice, &[flat])?;
        // Axis `permutation[i]` of the operand becomes axis `i`.
        let permutation = if self.below(2) == 0 { self.permutation(sizes.len()) } else { (0..sizes.len()).collect() };
        let mut from: Vec<usize> = sizes.to_vec();
        permutation.iter().enumerate().for_each(|(i, &p)| from[p] = sizes[i]);
        let folded = self.emit(b, Op::Reshape(dims(&from)), &[part])?;
        self.emit(b, Op::Transpose(permutation), &[folded])
    }
}
