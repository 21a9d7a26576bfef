// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Addresses of `gather` and `scatter`: each batch position has an index vector, which gives the start of a window.

use smallvec::SmallVec;

use super::copy::row_major;
use crate::runtime::elem::Elem;

/// The attributes that StableHLO's `gather` and `scatter` share, under the names of `gather`. For `scatter`,
/// `offset_dims` is `update_window_dims`, `collapsed_slice_dims` is `inserted_window_dims`, `start_index_map` is
/// `scatter_dims_to_operand_dims`, and the windowed tensor is the updates instead of the result.
#[derive(Clone, Debug)]
pub(crate) struct AddressSpec {
    /// Dims of the operand, row-major.
    pub(crate) operand: Vec<usize>,
    /// Dims of the indices, row-major.
    pub(crate) indices: Vec<usize>,
    /// Element kind of the indices: any integer.
    pub(crate) index: Elem,
    /// Dims of the gathered result or of the updates, row-major.
    pub(crate) windowed: Vec<usize>,
    /// Axes of the windowed tensor that run over windows.
    pub(crate) offset_dims: Vec<usize>,
    /// Axes of the operand that the windowed tensor lacks; windows have size one along them.
    pub(crate) collapsed_slice_dims: Vec<usize>,
    /// Batch axes of the operand.
    pub(crate) operand_batching_dims: Vec<usize>,
    /// The batch axis of the indices for each axis of `operand_batching_dims`.
    pub(crate) start_indices_batching_dims: Vec<usize>,
    /// For each component of an index vector, the operand's axis.
    pub(crate) start_index_map: Vec<usize>,
    /// The axis of the indices that index vectors lie along. It is the rank of the indices if each index is a vector.
    pub(crate) index_vector_dim: usize,
}

/// A planned addressing. Strides are in elements.
#[derive(Clone, Debug)]
pub(super) struct Addressing {
    load: unsafe fn(*const u8, usize) -> i64,
    batch: Vec<BatchDim>,
    components: Vec<Component>,
    /// Axes that windows extend over, in order.
    pub(super) window: Vec<WindowAxis>,
}

#[derive(Clone, Copy, Debug)]
struct BatchDim {
    size: usize,
    indices: usize,
    operand: isize,
    windowed: isize,
}

#[derive(Clone, Copy, Debug)]
struct Component {
    /// Offset in the index vector.
    at: usize,
    axis: usize,
    stride: isize,
}

/// One axis that windows extend over.
#[derive(Clone, Copy, Debug)]
pub(super) struct WindowAxis {
    pub(super) axis: usize,
    pub(super) size: usize,
    pub(super) operand: isize,
    pub(super) windowed: isize,
}

/// The location of a batch position.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Offsets of the batch position in indices, operand and windowed tensor.
    pub(super) indices: usize,
    pub(super) operand: isize,
    pub(super) windowed: isize,
}

impl Addressing {
    pub(super) fn new(spec: &AddressSpec) -> Addressing {
        let (operand, windowed) = (row_major(&spec.operand), row_major(&spec.windowed));
        let indices = row_major(&spec.indices);
        let batch_axes = (0..spec.windowed.len()).filter(|a| !spec.offset_dims.contains(a));
        let index_axes = (0..spec.indices.len()).filter(|&a| a != spec.index_vector_dim);
        let mut batch: Vec<BatchDim> = Vec::new();
        for (of_windowed, of_indices) in batch_axes.zip(index_axes) {
            let partner = spec.start_indices_batching_dims.iter().position(|&a| a == of_indices);
            let d = BatchDim {
                size: spec.windowed[of_windowed],
                indices: indices[of_indices] as usize,
                operand: partner.map_or(0, |i| operand[spec.operand_batching_dims[i]]),
                windowed: windowed[of_windowed],
            };
            let n = d.size as isize;
            match batch.last_mut() {
                Some(o) if (o.indices, o.operand, o.windowed) == (d.indices * d.size, d.operand * n, d.windowed * n) => {
                    *o = BatchDim { size: o.size * d.size, ..d };
                }
                _ => batch.push(d),
            }
        }
        let step = indices.get(spec.index_vector_dim).map_or(0, |&s| s as usize);
        let components =
            spec.start_index_map.iter().enumerate().map(|(i, &axis)| Component { at: i * step, axis, stride: operand[axis] }).collect();
        let left_out = |a: &usize| spec.collapsed_slice_dims.contains(a) || spec.operand_batching_dims.contains(a);
        let window = (0..spec.operand.len())
            .filter(|a| !left_out(a))
            .zip(&spec.offset_dims)
            .map(|(axis, &of)| WindowAxis { axis, size: spec.windowed[of], operand: operand[axis], windowed: windowed[of] })
            .collect();
        Addressing { load: loader(spec.index), batch, components, window }
    }

    /// The number of windows.
    pub(super) fn positions(&self) -> usize {
        self.batch.iter().map(|d| d.size).product()
    }

    #[inline(always)]
    pub(super) fn place(&self, mut position: usize) -> Place {
        let mut place = Place { indices: 0, operand: 0, windowed: 0 };
        for (i, d) in self.batch.iter().enumerate().rev() {
            let at = if i == 0 { position } else { position % d.size };
            position /= d.size.max(1);
            place.indices += at * d.indices;
            place.operand += at as isize * d.operand;
            place.windowed += at as isize * d.windowed;
        }
        place
    }

    /// Calls `f` with the axis, the stride and the value of each component of a place's index vector.
    ///
    /// # Safety
    /// `indices` is the buffer of the description.
    #[inline(always)]
    pub(super) unsafe fn start(&self, indices: *const u8, place: &Place, mut f: impl FnMut(usize, isize, i64)) {
        for c in &self.components {
            // SAFETY: the component lies inside the indices.
            f(c.axis, c.stride, unsafe { (self.load)(indices, place.indices + c.at) });
        }
    }
}

/// The offsets (operand, windowed) of a linear index over several axes.
#[inline(always)]
pub(super) fn unravel(axes: &[WindowAxis], mut at: usize) -> (isize, isize) {
    let (mut operand, mut windowed) = (0, 0);
    for a in axes.iter().rev() {
        let i = (at % a.size) as isize;
        at /= a.size;
        operand += i * a.operand;
        windowed += i * a.windowed;
    }
    (operand, windowed)
}

/// Merges neighbouring axes whose elements are evenly spaced in both tensors, and splits off the innermost as a row.
pub(super) fn rows(window: &[WindowAxis]) -> (SmallVec<[WindowAxis; 4]>, WindowAxis) {
    let mut axes: SmallVec<[WindowAxis; 4]> = SmallVec::new();
    for &a in window.iter().filter(|a| a.size != 1) {
        let n = a.size as isize;
        match axes.last_mut() {
            Some(o) if (o.operand, o.windowed) == (a.operand * n, a.windowed * n) => *o = WindowAxis { size: o.size * a.size, ..a },
            _ => axes.push(a),
        }
    }
    let row = axes.pop().unwrap_or(WindowAxis { axis: 0, size: 1, operand: 1, windowed: 1 });
    (axes, row)
}

fn loader(index: Elem) -> unsafe fn(*const u8, usize) -> i64 {
    unsafe fn load<T: Copy + TryInto<i64>>(p: *const u8, i: usize) -> i64 {
        // SAFETY: the caller vouches for element `i`. Only a u64 beyond i64 fails to convert, and it is beyond any
        // bound.
        unsafe { *p.cast::<T>().add(i) }.try_into().unwrap_or(i64::MAX)
    }
    match index {
        Elem::I8 => load::<i8>,
        Elem::I16 => load::<i16>,
        Elem::I32 => load::<i32>,
        Elem::I64 => load::<i64>,
        Elem::U8 => load::<u8>,
        Elem::U16 => load::<u16>,
        Elem::U32 => load::<u32>,
        Elem::U64 => load::<u64>,
        other => unreachable!("{other:?} is not an integer that can index"),
    }
}

/// The number of windows to prefetch ahead of the current one. The processor cannot predict their addresses and would
/// wait for each window.
pub(super) const AHEAD: usize = 8;

/// Asks the processor to load bytes into its cache. The address may be invalid.
#[inline(always)]
pub(super) fn prefetch(from: *const u8, bytes: usize) {
    const LINE: usize = 64;
    /// More bytes than the processor can have in flight at once.
    const MOST: usize = 1024;
    #[cfg(target_arch = "x86_64")]
    for at in (0..bytes.min(MOST)).step_by(LINE) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch of any address has no effect but on caches.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(from.wrapping_add(at).cast()) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (from, bytes, LINE, MOST);
}
