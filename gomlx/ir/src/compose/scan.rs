// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Prefix combinations along an axis by an associative operation, with as many operations as elements and in
//! logarithmic depth: the scan of Blelloch (1990), as JAX's `lax.associative_scan` does it.

use super::{Composed, Var};
use crate::{DType, Dim, Op};

/// An associative operation: of the earlier and the later elements, one of each leaf.
pub(super) type Combine<'a, 'c> = &'a dyn Fn(&[Var<'c>], &[Var<'c>]) -> Composed<Vec<Var<'c>>>;

/// Element `i` of each result combines elements 0 to `i` of the leaves, which have one shape. `combine` takes the
/// earlier and the later elements, and must be associative.
///
/// # Errors
/// If the size of the axis is a symbol, which decides what to append.
pub(super) fn associative_scan<'c>(leaves: &[Var<'c>], axis: usize, combine: Combine<'_, 'c>) -> Composed<Vec<Var<'c>>> {
    let Some(first) = leaves.first() else { return Ok(vec![]) };
    let n = first.dims()?[axis].lit().ok_or_else(|| first.composer().unknown())?;
    if n < 2 {
        return Ok(leaves.to_vec());
    }
    let cut = |vars: &[Var<'c>], start: usize, end: usize, step: usize| -> Composed<Vec<Var<'c>>> {
        vars.iter().map(|var| var.steps(axis, start, end, step)).collect()
    };
    let pairs = combine(&cut(leaves, 0, n - n % 2, 2)?, &cut(leaves, 1, n, 2)?)?;
    // The results at odd positions are those of the pairs.
    let odd = associative_scan(&pairs, axis, combine)?;
    let firsts = cut(leaves, 0, 1, 1)?;
    let even = if n == 2 {
        firsts
    } else {
        let later = combine(&cut(&odd, 0, (n - 1) / 2, 1)?, &cut(leaves, 2, n, 2)?)?;
        firsts.iter().zip(&later).map(|(&first, &later)| first.composer().concat([first, later], axis as i32)).collect()
    };
    even.into_iter().zip(odd).map(|(even, odd)| interleaved(even, odd, axis, n)).collect()
}

/// The elements of two tensors in turn: `n` in all.
fn interleaved<'c>(even: Var<'c>, odd: Var<'c>, axis: usize, n: usize) -> Composed<Var<'c>> {
    let (c, half) = (even.composer(), n / 2);
    let mut dims = odd.dims()?;
    dims[axis] = (2 * half).into();
    let merged = c.stack([even.steps(axis, 0, half, 1)?, odd], axis as i32 + 1).with_dims(&dims);
    Ok(if n == 2 * half { merged } else { c.concat([merged, even.steps(axis, half, half + 1, 1)?], axis as i32) })
}

impl<'c> Var<'c> {
    /// The elements of an axis from `start` to before `end`, by steps.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub(super) fn steps(self, axis: usize, start: usize, end: usize, step: usize) -> Composed<Var<'c>> {
        let mut limits = self.dims()?;
        if start == 0 && step == 1 && limits[axis].is(end) {
            return Ok(self);
        }
        let rank = limits.len();
        let (mut starts, mut strides) = (crate::Axes::from_elem(0, rank), crate::Axes::from_elem(1, rank));
        (starts[axis], limits[axis], strides[axis]) = (start, end.into(), step);
        Ok(self.composer().emit(Op::Slice { starts, limits, strides }, &[self]))
    }

    /// The size of an axis as a number.
    ///
    /// # Errors
    /// If it is a symbol; if the composition has stopped.
    pub(super) fn size(self, axis: usize) -> Composed<usize> {
        self.dims()?.get(axis).and_then(Dim::lit).ok_or_else(|| self.composer().unknown())
    }

    /// The position of each element along an axis.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub(super) fn places(self, axis: usize) -> Composed<Var<'c>> {
        Ok(self.composer().iota(DType::I32, self.dims()?, axis))
    }

    /// The combination of each element with those before it, or after it if `reverse`; without itself, from
    /// `identity`, if `exclusive`.
    ///
    /// # Errors
    /// If there is no such axis; if the composition stops.
    pub(super) fn accumulated(
        self,
        axis: usize,
        [exclusive, reverse]: [bool; 2],
        identity: Var<'c>,
        combine: &dyn Fn(Var<'c>, Var<'c>) -> Var<'c>,
    ) -> Composed<Var<'c>> {
        let x = if reverse { self.reverse(axis as i32) } else { self };
        let combine = |x: &[Var<'c>], y: &[Var<'c>]| Ok(x.iter().zip(y).map(|(&x, &y)| combine(x, y)).collect());
        let mut all = associative_scan(&[x], axis, &combine)?[0];
        if exclusive {
            let mut padding = vec![(0, 0); self.rank()?];
            padding[axis] = (1, -1);
            all = all.pad(padding, identity);
        }
        Ok(if reverse { all.reverse(axis as i32) } else { all })
    }
}
