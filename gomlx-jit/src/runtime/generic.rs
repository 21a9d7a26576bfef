// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Windows and scatters by bodies of any kind: plain loops that call a compiled scalar function for each element.
//!
//! A body takes pointers to its parameters, then to where its results go, one element each; results may be parameters'
//! places, for all parameters are read first.

use smallvec::SmallVec;

use super::code::Code;
use super::elem::Elem;
use super::kernels::copy::row_major;
use super::slices::read_index;

/// A window over every axis.
#[derive(Clone, Debug)]
pub(crate) struct Windows {
    pub(crate) input: Vec<usize>,
    pub(crate) output: Vec<usize>,
    pub(crate) window: Vec<usize>,
    pub(crate) strides: Vec<usize>,
    pub(crate) base_dilations: Vec<usize>,
    pub(crate) window_dilations: Vec<usize>,
    pub(crate) pad_low: Vec<i64>,
}

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

impl Windows {
    /// The element of the input under a tap of a window, or `None` in padding.
    fn element(&self, at: &[usize], tap: &[usize], strides: &[isize]) -> Option<usize> {
        let mut element = 0;
        for a in 0..at.len() {
            let place = (at[a] * self.strides[a] + tap[a] * self.window_dilations[a]) as i64 - self.pad_low[a];
            let dilation = self.base_dilations[a] as i64;
            if place < 0 || place % dilation != 0 || place / dilation >= self.input[a] as i64 {
                return None;
            }
            element += (place / dilation) as usize * strides[a] as usize;
        }
        Some(element)
    }
}

/// `reduce_window` of N operands by any body.
#[derive(Clone, Debug)]
pub(crate) struct GenericReduceWindow {
    pub(crate) windows: Windows,
    pub(crate) body: usize,
    /// Bytes of an element of each operand.
    pub(crate) sizes: Vec<usize>,
}

impl GenericReduceWindow {
    /// Buffers: N operands, N initial values, N results.
    ///
    /// # Safety
    /// They are as the description says, and the body takes 2N elements of these sizes.
    pub(crate) unsafe fn run(&self, code: &Code, p: &[*mut u8]) {
        let n = self.sizes.len();
        let strides = row_major(&self.windows.input);
        let mut out = 0;
        each_index(&self.windows.output, |at| {
            // SAFETY: `out` counts the results; taps are inside of the operands; padding is the initial value.
            unsafe {
                for k in 0..n {
                    p[n + k].copy_to_nonoverlapping(p[2 * n + k].add(out * self.sizes[k]), self.sizes[k]);
                }
                each_index(&self.windows.window, |tap| {
                    let element = self.windows.element(at, tap, &strides);
                    let mut args: SmallVec<[*mut u8; 8]> = (0..n).map(|k| p[2 * n + k].add(out * self.sizes[k])).collect();
                    args.extend((0..n).map(|k| element.map_or(p[n + k], |e| p[k].add(e * self.sizes[k]))));
                    args.extend((0..n).map(|k| p[2 * n + k].add(out * self.sizes[k])));
                    code.call(self.body, args.as_ptr(), 0, 1, std::ptr::null_mut());
                });
            }
            out += 1;
        });
    }
}

/// `select_and_scatter` by any bodies.
#[derive(Clone, Debug)]
pub(crate) struct GenericSelectAndScatter {
    pub(crate) windows: Windows,
    pub(crate) select: usize,
    pub(crate) scatter: usize,
    pub(crate) size: usize,
}

impl GenericSelectAndScatter {
    /// Buffers: operand, source, initial value, result.
    ///
    /// # Safety
    /// They are as the description says, and the bodies take two elements of this size.
    pub(crate) unsafe fn run(&self, code: &Code, p: &[*mut u8]) {
        let size = self.size;
        let strides = row_major(&self.windows.input);
        // SAFETY: as the caller promised; elements are those of windows inside of the operand.
        unsafe {
            for i in 0..self.windows.input.iter().product() {
                p[2].copy_to_nonoverlapping(p[3].add(i * size), size);
            }
            let mut from = 0;
            each_index(&self.windows.output, |at| {
                let mut best: Option<usize> = None;
                each_index(&self.windows.window, |tap| {
                    let Some(next) = self.windows.element(at, tap, &strides) else { return };
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

/// `scatter` of N operands by any body; attributes as in StableHLO.
#[derive(Clone, Debug)]
pub(crate) struct GenericScatter {
    pub(crate) operand: Vec<usize>,
    pub(crate) indices: Vec<usize>,
    pub(crate) updates: Vec<usize>,
    pub(crate) index: Elem,
    pub(crate) update_window_dims: Vec<usize>,
    pub(crate) inserted_window_dims: Vec<usize>,
    pub(crate) input_batching_dims: Vec<usize>,
    pub(crate) scatter_indices_batching_dims: Vec<usize>,
    pub(crate) scatter_dims_to_operand_dims: Vec<usize>,
    pub(crate) index_vector_dim: usize,
    pub(crate) body: usize,
    /// Bytes of an element of each operand.
    pub(crate) sizes: Vec<usize>,
}

impl GenericScatter {
    /// Buffers: N operands, indices, N updates, N results.
    ///
    /// # Safety
    /// They are as the description says, and the body takes 2N elements of these sizes.
    pub(crate) unsafe fn run(&self, code: &Code, p: &[*mut u8]) {
        let n = self.sizes.len();
        let elements: usize = self.operand.iter().product();
        let (along, index_along) = (row_major(&self.operand), row_major(&self.indices));
        let scatter_dims: Vec<usize> = (0..self.updates.len()).filter(|d| !self.update_window_dims.contains(d)).collect();
        let window_axes: Vec<usize> =
            (0..self.operand.len()).filter(|a| !self.inserted_window_dims.contains(a) && !self.input_batching_dims.contains(a)).collect();
        // SAFETY: as the caller promised; places outside of the operand are left out.
        unsafe {
            for k in 0..n {
                if p[k] != p[2 * n + 1 + k] {
                    p[k].copy_to_nonoverlapping(p[2 * n + 1 + k], elements * self.sizes[k]);
                }
            }
            let mut from = 0;
            each_index(&self.updates, |at| {
                let mut place: SmallVec<[i64; 8]> = SmallVec::from_elem(0, self.operand.len());
                // The batch position in the indices, whose index vector axis is left out.
                let batch: SmallVec<[usize; 8]> = scatter_dims.iter().map(|&d| at[d]).collect();
                let position = |axis: usize| if axis < self.index_vector_dim { axis } else { axis - 1 };
                let base: isize = (0..self.indices.len())
                    .filter(|&a| a != self.index_vector_dim)
                    .map(|a| batch[position(a)] as isize * index_along[a])
                    .sum();
                for (component, &axis) in self.scatter_dims_to_operand_dims.iter().enumerate() {
                    let step = if self.index_vector_dim < self.indices.len() {
                        component as isize * index_along[self.index_vector_dim]
                    } else {
                        0
                    };
                    place[axis] = read_index(self.index, p[n].offset((base + step) * self.index.size() as isize));
                }
                for (&axis, &of) in self.input_batching_dims.iter().zip(&self.scatter_indices_batching_dims) {
                    place[axis] = batch[position(of)] as i64;
                }
                for (&axis, &d) in window_axes.iter().zip(&self.update_window_dims) {
                    place[axis] += at[d] as i64;
                }
                let inside = place.iter().zip(&self.operand).all(|(&i, &size)| (0..size as i64).contains(&i));
                if inside {
                    let to: isize = place.iter().zip(&along).map(|(&i, &s)| i as isize * s).sum();
                    let target = |k: usize| p[2 * n + 1 + k].offset(to * self.sizes[k] as isize);
                    let mut args: SmallVec<[*mut u8; 8]> = (0..n).map(target).collect();
                    args.extend((0..n).map(|k| p[n + 1 + k].add(from * self.sizes[k])));
                    args.extend((0..n).map(target));
                    code.call(self.body, args.as_ptr(), 0, 1, std::ptr::null_mut());
                }
                from += 1;
            });
        }
    }
}
