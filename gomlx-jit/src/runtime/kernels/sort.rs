// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `sort` and `top_k` along an axis.
//!
//! For known orders, each element becomes a pair of an unsigned key, in the elements' order, and the element's
//! position. No two pairs are equal, so any fast sort of the pairs is stable. Any other order is a compiled comparator,
//! which a merge sort calls; the merge sort ends whatever the comparator returns.

use std::slice;

use smallvec::SmallVec;

use crate::runtime::code::MachineCode;
use crate::runtime::memory::with_scratch;
use crate::runtime::pool::parallel_for;
use crate::runtime::ptr::Shared;

/// The order of elements by their bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// As unsigned integers.
    Unsigned,
    /// As signed integers.
    Signed,
    /// As floats in IEEE's total order.
    Total,
    /// As floats: both zeros are equal; all NaN are equal and come last.
    Float,
}

/// Computes the keys of elements of `size` bytes, at most 8, in an order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keys {
    /// The order of the elements.
    pub(crate) order: Order,
    /// Bytes of an element.
    pub(crate) size: usize,
    /// Number of exponent bits of a float.
    pub(crate) exponent: u32,
    /// Whether the greatest element comes first.
    pub(crate) descending: bool,
}

impl Keys {
    /// The key of an element. Unsigned keys in ascending order are in the order of the elements.
    #[inline(always)]
    fn of(self, bits: u64) -> u64 {
        let width = 8 * self.size as u32;
        let mask = u64::MAX >> (64 - width);
        let sign = 1u64 << (width - 1);
        let total = |bits: u64| if bits & sign == 0 { bits | sign } else { !bits & mask };
        let key = match self.order {
            Order::Unsigned => bits,
            Order::Signed => bits ^ sign,
            Order::Total => total(bits),
            Order::Float => {
                let infinity = ((1u64 << self.exponent) - 1) << (width - 1 - self.exponent);
                match bits & !sign {
                    0 => total(0),
                    magnitude if magnitude > infinity => mask,
                    _ => total(bits),
                }
            }
        };
        if self.descending { !key & mask } else { key }
    }
}

/// The rows of a tensor along one axis. The elements of a row are `step` apart.
#[derive(Clone, Copy, Debug)]
struct Rows {
    rows: usize,
    len: usize,
    step: usize,
}

impl Rows {
    fn new(dims: &[usize], axis: usize) -> Rows {
        let step = dims[axis + 1..].iter().product();
        Rows { rows: dims[..axis].iter().product::<usize>() * step, len: dims[axis], step }
    }

    /// The first element of a row.
    fn start(self, row: usize) -> usize {
        row / self.step * self.step * self.len + row % self.step
    }
}

/// The order of a sort.
#[derive(Clone, Copy, Debug)]
pub(crate) enum By {
    /// By the elements of one operand.
    Keys(usize, Keys),
    /// By a compiled comparator, which takes a pair of elements of each operand.
    Comparator(usize),
}

/// A planned `sort`.
#[derive(Clone, Debug)]
pub(crate) struct Sort {
    rows: Rows,
    by: By,
    /// Bytes of an element of each operand.
    sizes: Vec<usize>,
}

impl Sort {
    /// Plans a sort of operands of `dims` along `axis`. `sizes` are the bytes of an element of each operand.
    pub(crate) fn new(dims: &[usize], axis: usize, sizes: &[usize], by: By) -> Sort {
        Sort { rows: Rows::new(dims, axis), by, sizes: sizes.to_vec() }
    }

    /// Bytes of scratch that each thread takes.
    pub(crate) fn scratch(&self) -> usize {
        match self.by {
            By::Keys(..) => PAIR * self.rows.len,
            By::Comparator(_) => 8 * self.rows.len,
        }
    }

    /// Runs the sort. Buffers: operands, then results.
    ///
    /// # Safety
    /// The buffers are those of the plan, and `code` has the comparator, if the plan has one.
    pub(crate) unsafe fn run(&self, code: Option<&MachineCode>, p: &[*mut u8]) {
        let (rows, n) = (self.rows, self.sizes.len());
        let pointers: Vec<Shared<u8>> = p.iter().map(|&p| Shared::new(p)).collect();
        let cost = 4.0 * rows.len as f64 * ((rows.len + 1) as f64).log2();
        parallel_for(rows.rows, cost, &|row| {
            let start = rows.start(row);
            // SAFETY: rows are disjoint, and each lies in the buffers.
            unsafe {
                match self.by {
                    By::Keys(operand, keys) => {
                        let from = pointers[operand].get().add(start * keys.size);
                        sorted(keys, from, rows.step, rows.len, rows.len, |order| self.permute(&pointers, start, order));
                    }
                    By::Comparator(comparator) => with_scratch(self.scratch(), |scratch| {
                        let order = slice::from_raw_parts_mut(scratch.cast::<u32>(), 2 * rows.len);
                        let code = code.expect("a comparator is code");
                        let less = |a: u32, b: u32| {
                            let at = |k: usize, i: u32| pointers[k].get().add((start + i as usize * rows.step) * self.sizes[k]);
                            let mut result = 0u8;
                            let mut args: SmallVec<[*mut u8; 16]> = (0..n).flat_map(|k| [at(k, a), at(k, b)]).collect();
                            args.push(&raw mut result);
                            code.call(comparator, args.as_ptr(), 0, 1, std::ptr::null_mut());
                            result != 0
                        };
                        self.permute(&pointers, start, merge_sort(order, less));
                    }),
                }
            }
        });
    }

    /// Writes the elements of a row in a new order.
    unsafe fn permute(&self, p: &[Shared<u8>], start: usize, order: &[u32]) {
        let n = self.sizes.len();
        for (k, &size) in self.sizes.iter().enumerate() {
            // SAFETY: `order` holds positions in the row.
            unsafe {
                let (from, to) = (p[k].get().add(start * size), p[n + k].get().add(start * size));
                pick(size, from, to, self.rows.step, order);
            }
        }
    }
}

/// A planned `top_k`: the greatest elements of each row of the last axis, in descending order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TopK {
    rows: Rows,
    keys: Keys,
    k: usize,
}

impl TopK {
    /// Plans a selection of `k` elements of each row of `dims`. `keys` must be descending.
    pub(crate) fn new(dims: &[usize], keys: Keys, k: usize) -> TopK {
        TopK { rows: Rows::new(dims, dims.len() - 1), keys, k }
    }

    /// Bytes of scratch that each thread takes.
    pub(crate) fn scratch(&self) -> usize {
        PAIR * self.rows.len
    }

    /// Writes the selected elements to `values` and their positions, as `i32`, to `positions`.
    ///
    /// # Safety
    /// The buffers are those of the plan.
    pub(crate) unsafe fn run(&self, operand: *const u8, values: *mut u8, positions: *mut u8) {
        let (rows, k, size) = (self.rows, self.k, self.keys.size);
        let (operand, values, positions) = (Shared::from_const(operand), Shared::new(values), Shared::new(positions));
        parallel_for(rows.rows, 3.0 * rows.len as f64, &|row| {
            // SAFETY: rows are disjoint, and each lies in the buffers.
            unsafe {
                let from = operand.get().add(row * rows.len * size);
                sorted(self.keys, from, 1, rows.len, k, |order| {
                    pick(size, from, values.get().add(row * k * size), 1, order);
                    positions.get().cast::<u32>().add(row * k).copy_from_nonoverlapping(order.as_ptr(), k);
                });
            }
        });
    }
}

/// Copies the elements of `size` bytes at the positions `order` of one row to consecutive positions of another row. The
/// elements of both rows are `step` apart.
///
/// # Safety
/// Both rows hold the elements.
unsafe fn pick(size: usize, from: *const u8, to: *mut u8, step: usize, order: &[u32]) {
    unsafe fn of<T: Copy>(from: *const T, to: *mut T, step: usize, order: &[u32]) {
        for (i, &position) in order.iter().enumerate() {
            // SAFETY: as the caller promised.
            unsafe { to.add(i * step).write_unaligned(from.add(position as usize * step).read_unaligned()) }
        }
    }
    // SAFETY: as the caller promised.
    unsafe {
        match size {
            1 => of::<u8>(from, to, step, order),
            2 => of::<u16>(from.cast(), to.cast(), step, order),
            4 => of::<u32>(from.cast(), to.cast(), step, order),
            8 => of::<u64>(from.cast(), to.cast(), step, order),
            16 => of::<u128>(from.cast(), to.cast(), step, order),
            _ => unreachable!("elements have 1, 2, 4, 8 or 16 bytes"),
        }
    }
}

/// Bytes of scratch for each element that is sorted by keys: a pair, and a position.
const PAIR: usize = 20;

/// Calls `f` with the positions of the first `k` of `n` elements in the keys' order.
///
/// # Safety
/// `from` has `n` elements of the keys' size, `step` apart.
unsafe fn sorted(keys: Keys, from: *const u8, step: usize, n: usize, k: usize, f: impl FnOnce(&[u32])) {
    let bits = |i: usize| {
        // SAFETY: the caller vouches for the elements.
        unsafe {
            let at = from.add(i * step * keys.size);
            match keys.size {
                1 => u64::from(at.read()),
                2 => u64::from(at.cast::<u16>().read_unaligned()),
                4 => u64::from(at.cast::<u32>().read_unaligned()),
                _ => at.cast::<u64>().read_unaligned(),
            }
        }
    };
    with_scratch(PAIR * n, |scratch| {
        // SAFETY: the scratch memory has room for both lists; each is written before it is read.
        let order = unsafe { slice::from_raw_parts_mut(scratch.add(16 * n).cast::<u32>(), n) };
        if keys.size <= 4 {
            // SAFETY: as above.
            let entries = unsafe { slice::from_raw_parts_mut(scratch.cast::<u64>(), n) };
            (0..n).for_each(|i| entries[i] = keys.of(bits(i)) << 32 | i as u64);
            first(entries, k);
            (0..k).for_each(|i| order[i] = entries[i] as u32);
        } else {
            // SAFETY: as above.
            let entries = unsafe { slice::from_raw_parts_mut(scratch.cast::<(u64, u64)>(), n) };
            (0..n).for_each(|i| entries[i] = (keys.of(bits(i)), i as u64));
            first(entries, k);
            (0..k).for_each(|i| order[i] = entries[i].1 as u32);
        }
        f(&order[..k]);
    });
}

/// Moves the `k` least entries to the front, in order.
fn first<T: Ord>(entries: &mut [T], k: usize) {
    if k > 0 && k < entries.len() {
        entries.select_nth_unstable(k - 1);
    }
    entries[..k].sort_unstable();
}

/// Sorts the positions below half the length of `memory` and returns them. Equal positions keep their order.
fn merge_sort(memory: &mut [u32], less: impl Fn(u32, u32) -> bool) -> &[u32] {
    let n = memory.len() / 2;
    let (mut from, mut to) = memory.split_at_mut(n);
    (0..n).for_each(|i| from[i] = i as u32);
    let mut run = 1;
    while run < n {
        for start in (0..n).step_by(2 * run) {
            let (middle, end) = ((start + run).min(n), (start + 2 * run).min(n));
            let (mut left, mut right) = (start, middle);
            for place in &mut to[start..end] {
                let take_right = left == middle || (right < end && less(from[right], from[left]));
                let next = if take_right { &mut right } else { &mut left };
                *place = from[*next];
                *next += 1;
            }
        }
        std::mem::swap(&mut from, &mut to);
        run *= 2;
    }
    from
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_order_as_their_elements() {
        let keys = |order, exponent| Keys { order, size: 4, exponent, descending: false };
        let total = keys(Order::Total, 8);
        let floats = [-f32::NAN, f32::NEG_INFINITY, -1.5, -f32::MIN_POSITIVE, -0.0, 0.0, 1e-40, 2.0, f32::INFINITY, f32::NAN];
        assert!(floats.is_sorted_by_key(|x| total.of(u64::from(x.to_bits()))));
        let float = keys(Order::Float, 8);
        let of = |x: f32| float.of(u64::from(x.to_bits()));
        assert_eq!(of(0.0), of(-0.0));
        assert_eq!(of(f32::NAN), of(-f32::NAN));
        assert!(of(f32::INFINITY) < of(f32::NAN));
        let signed = keys(Order::Signed, 0);
        assert!([i32::MIN, -1, 0, 1, i32::MAX].is_sorted_by_key(|x| signed.of(u64::from(*x as u32))));
    }

    #[test]
    fn merging_is_stable_and_ends() {
        let mut memory = vec![0; 26];
        let values = [3, 1, 2, 1, 3, 3, 0, 2, 2, 1, 0, 0, 4];
        let sorted = merge_sort(&mut memory, |a, b| values[a as usize] < values[b as usize]);
        assert_eq!(sorted, [6, 10, 11, 1, 3, 9, 2, 7, 8, 0, 4, 5, 12]);
        let mut sorted = merge_sort(&mut memory, |_, _| true).to_vec();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..13).collect::<Vec<u32>>());
    }
}
