// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `dynamic_slice` and `dynamic_update_slice`: copies at a position that is known only at run time.

use super::copy::{CopyDim, StridedCopy, row_major};
use crate::runtime::elem::Elem;

/// A planned dynamic slice.
#[derive(Clone, Debug)]
pub(crate) struct DynamicSlice {
    elem_size: usize,
    index: Elem,
    /// For each axis of the operand: the greatest start, and the stride in elements.
    axes: Vec<(i64, isize)>,
    read: StridedCopy,
    write: StridedCopy,
}

impl DynamicSlice {
    /// Plans slices with dims `sizes` of a row-major operand with dims `dims`; `index` is the element kind of the
    /// starts.
    pub(crate) fn new(elem_size: usize, index: Elem, dims: &[usize], sizes: &[usize]) -> DynamicSlice {
        let (whole, part) = (row_major(dims), row_major(sizes));
        let axes = dims.iter().zip(sizes).zip(&whole).map(|((&n, &size), &stride)| ((n - size) as i64, stride)).collect();
        let copy = |into: bool| {
            let dims: Vec<CopyDim> = sizes
                .iter()
                .zip(whole.iter().zip(&part))
                .map(
                    |(&size, (&whole, &part))| {
                        if into { CopyDim { size, src: part, dst: whole } } else { CopyDim { size, src: whole, dst: part } }
                    },
                )
                .collect();
            StridedCopy::new(elem_size, &dims, 0, 0)
        };
        DynamicSlice { elem_size, index, axes, read: copy(false), write: copy(true) }
    }

    /// Bytes from the start of the operand to the start of the slice. Starts are clamped to keep the slice inside the
    /// operand.
    ///
    /// # Safety
    /// `starts` has one element of the planned kind for each axis.
    unsafe fn offset(&self, starts: &[*mut u8]) -> isize {
        let places = self.axes.iter().zip(starts).map(|(&(last, stride), &start)| {
            // SAFETY: each start is one element.
            let start = unsafe { read_index(self.index, start) };
            start.clamp(0, last) as isize * stride
        });
        places.sum::<isize>() * self.elem_size as isize
    }

    /// Copies the slice from `operand` to `out`.
    ///
    /// # Safety
    /// The buffers are those of the plan.
    pub(crate) unsafe fn read(&self, operand: *const u8, starts: &[*mut u8], out: *mut u8) {
        // SAFETY: clamped starts keep the slice inside the operand.
        unsafe { self.read.run(operand.offset(self.offset(starts)), out) }
    }

    /// Copies `update` to its position in `out`.
    ///
    /// # Safety
    /// The buffers are those of the plan.
    pub(crate) unsafe fn write(&self, update: *const u8, starts: &[*mut u8], out: *mut u8) {
        // SAFETY: clamped starts keep the slice inside the operand.
        unsafe { self.write.run(update, out.offset(self.offset(starts))) }
    }
}

/// Reads an integer of any kind. A `u64` beyond `i64` saturates.
///
/// # Safety
/// `at` is one element of the kind.
pub(crate) unsafe fn read_index(kind: Elem, at: *const u8) -> i64 {
    // SAFETY: as the caller promised.
    unsafe {
        match kind {
            Elem::Bool | Elem::U8 => i64::from(at.read()),
            Elem::I8 => i64::from(at.cast::<i8>().read()),
            Elem::I16 => i64::from(at.cast::<i16>().read_unaligned()),
            Elem::U16 => i64::from(at.cast::<u16>().read_unaligned()),
            Elem::I32 => i64::from(at.cast::<i32>().read_unaligned()),
            Elem::U32 => i64::from(at.cast::<u32>().read_unaligned()),
            Elem::I64 => at.cast::<i64>().read_unaligned(),
            Elem::U64 => i64::try_from(at.cast::<u64>().read_unaligned()).unwrap_or(i64::MAX),
            Elem::F16 | Elem::Bf16 | Elem::F32 | Elem::F64 => unreachable!("inference takes integer indices only"),
        }
    }
}
