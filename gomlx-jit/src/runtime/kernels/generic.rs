// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Windows and scatters with any function of scalars: plain loops that call the function's compiled code per element.
//!
//! A function takes pointers to its parameters, then pointers to its results, one element each. It reads all parameters
//! before it writes, so a result may overwrite a parameter.

use smallvec::SmallVec;

use super::address::AddressSpec;
use super::copy::row_major;
use super::dynamic_slice::read_index;
use super::window::WindowDim;
use crate::runtime::code::MachineCode;

/// Calls `f` with each index of a space in row-major order.
fn each_index(dims: &[usize], mut f: impl FnMut(&[usize])) {
    if dims.contains(&0) {
        return;
    }
    let mut index: SmallVec<[usize; 8]> = SmallVec::from_elem(0, dims.len());
    loop {
        f(&index);
        let Some(axis) = (0..dims.len()).rev().find(|&a| index[a] + 1 < dims[a]) else { return };
        index[axis] += 1;
        index[axis + 1..].fill(0);
    }
}

/// Windows over every axis of an input. Strides are those of row-major tensors.
#[derive(Clone, Debug)]
pub(crate) struct Windows {
    axes: Vec<WindowDim>,
    /// Number of windows along each axis.
    counts: Vec<usize>,
    /// Size of a window along each axis.
    sizes: Vec<usize>,
}

impl Windows {
    pub(crate) fn new(axes: Vec<WindowDim>) -> Windows {
        let (counts, sizes) = (axes.iter().map(|a| a.windows).collect(), axes.iter().map(|a| a.window).collect());
        Windows { axes, counts, sizes }
    }

    /// The element of the input under a tap of a window; `None` in padding.
    fn element(&self, at: &[usize], tap: &[usize]) -> Option<usize> {
        let mut element = 0;
        for (axis, (&at, &tap)) in self.axes.iter().zip(at.iter().zip(tap)) {
            element += axis.find(at, tap)? * axis.x;
        }
        Some(element as usize)
    }
}

/// `reduce_window` of N operands with any reducer.
#[derive(Clone, Debug)]
pub(crate) struct GenericReduceWindow {
    pub(crate) windows: Windows,
    pub(crate) reducer: usize,
    /// Bytes of an element of each operand.
    pub(crate) sizes: Vec<usize>,
}

impl GenericReduceWindow {
    /// Runs the reduction. Buffers: N operands, N initial values, N results.
    ///
    /// # Safety
    /// The buffers are as the description says, and the reducer takes 2N elements of these sizes.
    pub(crate) unsafe fn run(&self, code: &MachineCode, p: &[*mut u8]) {
        let n = self.sizes.len();
        let mut out = 0;
        each_index(&self.windows.counts, |at| {
            // SAFETY: `out` counts the results; taps lie inside the operands; padding is the initial value.
            unsafe {
                for k in 0..n {
                    p[n + k].copy_to_nonoverlapping(p[2 * n + k].add(out * self.sizes[k]), self.sizes[k]);
                }
                each_index(&self.windows.sizes, |tap| {
                    let element = self.windows.element(at, tap);
                    let mut args: SmallVec<[*mut u8; 8]> = (0..n).map(|k| p[2 * n + k].add(out * self.sizes[k])).collect();
                    args.extend((0..n).map(|k| element.map_or(p[n + k], |e| p[k].add(e * self.sizes[k]))));
                    args.extend((0..n).map(|k| p[2 * n + k].add(out * self.sizes[k])));
                    code.call(self.reducer, args.as_ptr(), 0, 1, std::ptr::null_mut());
                });
            }
            out += 1;
        });
    }
}

/// `select_and_scatter` with any functions.
#[derive(Clone, Debug)]
pub(crate) struct GenericSelectAndScatter {
    pub(crate) windows: Windows,
    pub(crate) select: usize,
    pub(crate) scatter: usize,
    /// Bytes of an element.
    pub(crate) size: usize,
}

impl GenericSelectAndScatter {
    /// Runs the operation. Buffers: operand, source, initial value, result.
    ///
    /// # Safety
    /// The buffers are as the description says, and the functions take two elements of this size.
    pub(crate) unsafe fn run(&self, code: &MachineCode, p: &[*mut u8]) {
        let size = self.size;
        // SAFETY: as the caller promised; windows name only elements inside the operand.
        unsafe {
            for i in 0..self.windows.axes.iter().map(|a| a.input).product() {
                p[2].copy_to_nonoverlapping(p[3].add(i * size), size);
            }
            let mut from = 0;
            each_index(&self.windows.counts, |at| {
                let mut best: Option<usize> = None;
                each_index(&self.windows.sizes, |tap| {
                    let Some(next) = self.windows.element(at, tap) else { return };
                    let mut keep = 0u8;
                    if let Some(best) = best {
                        let args = [p[0].add(best * size), p[0].add(next * size), &raw mut keep];
                        code.call(self.select, args.as_ptr(), 0, 1, std::ptr::null_mut());
                    }
                    if keep == 0 {
                        best = Some(next);
                    }
                });
                if let Some(to) = best {
                    let to = p[3].add(to * size);
                    let args = [to, p[1].add(from * size), to];
                    code.call(self.scatter, args.as_ptr(), 0, 1, std::ptr::null_mut());
                }
                from += 1;
            });
        }
    }
}

/// `scatter` of N operands with any combiner.
#[derive(Clone, Debug)]
pub(crate) struct GenericScatter {
    pub(crate) spec: AddressSpec,
    pub(crate) combiner: usize,
    /// Bytes of an element of each operand.
    pub(crate) sizes: Vec<usize>,
}

impl GenericScatter {
    /// Runs the scatter. Buffers: N operands, indices, N updates, N results.
    ///
    /// # Safety
    /// The buffers are as the description says, and the combiner takes 2N elements of these sizes.
    pub(crate) unsafe fn run(&self, code: &MachineCode, p: &[*mut u8]) {
        let n = self.sizes.len();
        let spec = &self.spec;
        let elements: usize = spec.operand.iter().product();
        let (along, index_along) = (row_major(&spec.operand), row_major(&spec.indices));
        let scatter_dims: Vec<usize> = (0..spec.windowed.len()).filter(|d| !spec.offset_dims.contains(d)).collect();
        let is_window = |a: &usize| !spec.collapsed_slice_dims.contains(a) && !spec.operand_batching_dims.contains(a);
        let window_axes: Vec<usize> = (0..spec.operand.len()).filter(is_window).collect();
        // SAFETY: as the caller promised; positions outside the operand are skipped.
        unsafe {
            for k in 0..n {
                if p[k] != p[2 * n + 1 + k] {
                    p[k].copy_to_nonoverlapping(p[2 * n + 1 + k], elements * self.sizes[k]);
                }
            }
            let mut from = 0;
            each_index(&spec.windowed, |at| {
                let mut target: SmallVec<[i64; 8]> = SmallVec::from_elem(0, spec.operand.len());
                // The batch position: one coordinate for each axis of the indices except the index vector axis.
                let batch: SmallVec<[usize; 8]> = scatter_dims.iter().map(|&d| at[d]).collect();
                let position = |axis: usize| if axis < spec.index_vector_dim { axis } else { axis - 1 };
                let base: isize = (0..spec.indices.len())
                    .filter(|&a| a != spec.index_vector_dim)
                    .map(|a| batch[position(a)] as isize * index_along[a])
                    .sum();
                let step = index_along.get(spec.index_vector_dim).copied().unwrap_or(0);
                for (component, &axis) in spec.start_index_map.iter().enumerate() {
                    let element = base + component as isize * step;
                    target[axis] = read_index(spec.index, p[n].offset(element * spec.index.size() as isize));
                }
                for (&axis, &of) in spec.operand_batching_dims.iter().zip(&spec.start_indices_batching_dims) {
                    target[axis] = batch[position(of)] as i64;
                }
                for (&axis, &d) in window_axes.iter().zip(&spec.offset_dims) {
                    target[axis] += at[d] as i64;
                }
                if target.iter().zip(&spec.operand).all(|(&i, &size)| (0..size as i64).contains(&i)) {
                    let to: isize = target.iter().zip(&along).map(|(&i, &s)| i as isize * s).sum();
                    let result = |k: usize| p[2 * n + 1 + k].offset(to * self.sizes[k] as isize);
                    let mut args: SmallVec<[*mut u8; 8]> = (0..n).map(result).collect();
                    args.extend((0..n).map(|k| p[n + 1 + k].add(from * self.sizes[k])));
                    args.extend((0..n).map(result));
                    code.call(self.combiner, args.as_ptr(), 0, 1, std::ptr::null_mut());
                }
                from += 1;
            });
        }
    }
}
