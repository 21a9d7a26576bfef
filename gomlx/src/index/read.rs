// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Reading parts: `slice`, `dynamic_slice` and `gather`, as few as will do.

use gomlx_ir::{Axes as Positions, DType, Dim, Element, GatherDims, Op};
use smallvec::SmallVec;

use super::Index;
use super::select::{self, Axes, Axis};
use crate::emit::emit_one;
use crate::ops::raw;
use crate::{AnyTensor, Tensor};

impl<T: Element> Tensor<T> {
    /// A part of the tensor; in a graph function also `x[index]`. An integer takes one position and its axis away;
    /// negative ones count from the end. A scalar tensor does so when the graph runs, clamped to the axis; other
    /// tensors of integers gather, and their axes stand in the place of the first of them.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::<i32>::arange(6).reshape([3, 2]);
    /// assert_eq!(x.at(-1).to_vec()?, [4, 5]);
    /// assert_eq!(x.at((1, 0)).item()?, 2);
    /// assert_eq!(x.at((.., 1)).to_vec()?, [1, 3, 5]);
    /// assert_eq!(x.at(&Tensor::new(&[2], &[2i32, 0])?).to_vec()?, [4, 5, 0, 1]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[track_caller]
    pub fn at(&self, index: impl Index) -> Tensor<T> {
        let axes = select::resolve("at", &self.any, &index.parts());
        Tensor::wrap(read(&self.any, &axes))
    }

    /// A part of the tensor, axis by axis: `x.slice(s![1..3, .., -1])`. As [`Tensor::at`].
    #[track_caller]
    pub fn slice(&self, index: impl Index) -> Tensor<T> {
        let axes = select::resolve("slice", &self.any, &index.parts());
        Tensor::wrap(read(&self.any, &axes))
    }
}

#[track_caller]
pub(super) fn read(x: &AnyTensor, axes: &Axes) -> AnyTensor {
    let x = dynamic(&windows(x, axes), axes);
    // Without the axes that go away, which have size 1 now.
    let left: Axes = axes.iter().filter(|a| a.kept().is_some() || matches!(a, Axis::Take(_))).cloned().collect();
    let dims: Vec<usize> =
        (axes.iter().zip(x.dims())).filter(|(a, _)| a.kept().is_some() || matches!(a, Axis::Take(_))).map(|(_, &n)| n).collect();
    gather(&raw::reshape(&x, &dims), &left)
}

#[track_caller]
fn windows(x: &AnyTensor, axes: &Axes) -> AnyTensor {
    let (mut starts, mut limits, mut strides) = (Positions::new(), SmallVec::<[Dim; 4]>::new(), Positions::new());
    let mut whole = true;
    for (axis, &size) in axes.iter().zip(x.dims()) {
        let (start, end, stride) = match *axis {
            Axis::Window { start, len, step, .. } => (start, if len == 0 { start } else { start + (len - 1) * step + 1 }, step),
            Axis::Dynamic { .. } | Axis::Take(_) => (0, size, 1),
        };
        whole &= start == 0 && end == size && stride == 1;
        starts.push(start);
        limits.push(Dim::Lit(end));
        strides.push(stride);
    }
    if whole { x.clone() } else { emit_one(Op::Slice { starts, limits, strides }, &[x]) }
}

#[track_caller]
fn dynamic(x: &AnyTensor, axes: &Axes) -> AnyTensor {
    let starts: Vec<&AnyTensor> =
        axes.iter().filter_map(|a| if let Axis::Dynamic { start, .. } = a { Some(start) } else { None }).collect();
    if starts.is_empty() {
        return x.clone();
    }
    let dtype = if starts.iter().any(|s| s.dtype() == DType::I64) { DType::I64 } else { DType::I32 };
    let mut operands = vec![x.clone()];
    let mut sizes: Positions = x.dims().into();
    for (i, axis) in axes.iter().enumerate() {
        match axis {
            Axis::Dynamic { start, len, .. } => {
                sizes[i] = *len;
                operands.push(raw::convert(start, dtype));
            }
            Axis::Window { .. } | Axis::Take(_) => operands.push(raw::scalar(dtype, 0.0)),
        }
    }
    emit_one(Op::DynamicSlice(sizes), &operands.iter().collect::<Vec<_>>())
}

#[track_caller]
fn gather(x: &AnyTensor, axes: &Axes) -> AnyTensor {
    let taken: Positions = (0..axes.len()).filter(|&i| matches!(axes[i], Axis::Take(_))).collect();
    let Some(&first) = taken.first() else { return x.clone() };
    let dims = select::take_dims(axes);
    let components: Vec<AnyTensor> = axes.iter().filter_map(|a| if let Axis::Take(i) = a { Some(i.clone()) } else { None }).collect();
    let indices = select::vectors(&components, &dims);
    let rank = x.rank() - taken.len() + dims.len();
    let mut slice_sizes: Positions = x.dims().into();
    taken.iter().for_each(|&axis| slice_sizes[axis] = 1);
    let gather = GatherDims {
        offset_dims: (0..first).chain(first + dims.len()..rank).collect(),
        collapsed_slice_dims: taken.clone(),
        operand_batching_dims: Positions::new(),
        start_indices_batching_dims: Positions::new(),
        start_index_map: taken,
        index_vector_dim: dims.len(),
        slice_sizes,
        indices_are_sorted: false,
    };
    emit_one(Op::Gather(Box::new(gather)), &[x, &indices])
}
