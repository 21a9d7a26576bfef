// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Reading a part of a tensor: `slice`, `dynamic_slice` and `gather`, as few as will do.

use smallvec::SmallVec;

use super::super::{Composed, Sizes, Var};
use super::AxisIndex;
use super::select::{self, Selection, Selections};
use crate::{Axes as Positions, Code, Dim, GatherDims, Op};

impl<'c> Var<'c> {
    /// A part of the tensor. Axes after the parts are taken whole. The axes of index tensors stand where the first of
    /// them stands.
    ///
    /// # Errors
    /// If a part does not fit its axis.
    pub fn part(self, parts: &[AxisIndex<Var<'c>>]) -> Composed<Var<'c>> {
        read(self, &select::selections(self, parts)?)
    }
}

pub(super) fn read<'c>(x: Var<'c>, axes: &Selections<'c>) -> Composed<Var<'c>> {
    let (c, shape) = (x.composer(), x.shape()?);
    if let Some(empty) = (0..axes.len()).find(|&i| axes[i].is_computed() && shape.dims[i].is(0)) {
        let dims = select::part_dims(c, axes)?;
        if dims.iter().any(|size| size.is(0)) {
            return Ok(c.zeros(shape.dtype, dims));
        }
        let note = "positions are clamped to the axis, and it has none";
        return Err(c.wrong_note(Code::Attribute, format_args!("axis {empty} of {shape} has no elements"), note));
    }
    let x = dynamic(windows(x, axes)?, axes)?;
    // The axes that go away have size 1 now.
    let stays = |axis: &Selection<'_>| axis.kept().is_some() || axis.is_take();
    let dims: Sizes = axes.iter().zip(x.dims()?).filter_map(|(axis, size)| stays(axis).then_some(size)).collect();
    let left: Selections<'c> = axes.iter().filter(|axis| stays(axis)).cloned().collect();
    gather(x.with_dims(&dims), &left)
}

fn windows<'c>(x: Var<'c>, axes: &Selections<'c>) -> Composed<Var<'c>> {
    let (mut starts, mut limits, mut strides) = (Positions::new(), Sizes::new(), Positions::new());
    let mut whole = true;
    for (axis, size) in axes.iter().zip(x.dims()?) {
        let (start, limit, stride) = match axis {
            Selection::Window { start, len, step, .. } => (*start, Selection::limit(*start, len, *step), *step),
            Selection::Dynamic { .. } | Selection::Take(_) => (0, size.clone(), 1),
        };
        whole &= start == 0 && limit == size && stride == 1;
        starts.push(start);
        limits.push(limit);
        strides.push(stride);
    }
    Ok(if whole { x } else { x.composer().emit(Op::Slice { starts, limits, strides }, &[x]) })
}

fn dynamic<'c>(x: Var<'c>, axes: &Selections<'c>) -> Composed<Var<'c>> {
    if !axes.iter().any(|axis| matches!(axis, Selection::Dynamic { .. })) {
        return Ok(x);
    }
    let (c, dtype) = (x.composer(), select::start_dtype(axes)?);
    let (mut operands, mut sizes) = (vec![x], Positions::new());
    for (axis, size) in axes.iter().zip(x.dims()?) {
        match axis {
            Selection::Dynamic { start, len, .. } => {
                sizes.push(*len);
                operands.push(start.convert(dtype));
            }
            Selection::Window { .. } | Selection::Take(_) => {
                sizes.push(size.lit().ok_or_else(|| c.unknown())?);
                operands.push(c.scalar(dtype, 0.0));
            }
        }
    }
    Ok(c.emit(Op::DynamicSlice(sizes), &operands))
}

fn gather<'c>(x: Var<'c>, axes: &Selections<'c>) -> Composed<Var<'c>> {
    let taken: Positions = (0..axes.len()).filter(|&i| axes[i].is_take()).collect();
    let Some(&first) = taken.first() else { return Ok(x) };
    let c = x.composer();
    let dims = select::take_dims(c, axes)?;
    let mut components = SmallVec::<[_; 4]>::new();
    for axis in axes {
        if let Selection::Take(positions) = axis {
            components.push((*positions, (dims.len() - positions.rank()?..dims.len()).collect()));
        }
    }
    let indices = select::vectors(c, &components, &dims)?;
    let rank = axes.len() - taken.len() + dims.len();
    let size = |(i, size): (usize, Dim)| if taken.contains(&i) { Some(1) } else { size.lit() };
    let slice_sizes: Option<Positions> = x.dims()?.into_iter().enumerate().map(size).collect();
    let gather = GatherDims {
        offset_dims: (0..first).chain(first + dims.len()..rank).collect(),
        collapsed_slice_dims: taken.clone(),
        operand_batching_dims: Positions::new(),
        start_indices_batching_dims: Positions::new(),
        start_index_map: taken,
        index_vector_dim: dims.len(),
        slice_sizes: slice_sizes.ok_or_else(|| c.unknown())?,
        indices_are_sorted: false,
    };
    Ok(c.emit(Op::Gather(Box::new(gather)), &[x, indices]))
}
