// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Affine index maps. A map gives the element of a value that an iteration of a loop nest needs.
//!
//! A map takes the counters of a group's axes to positions on the axes of a value. Data movement (broadcast,
//! transpose, slice, reverse, most reshapes) only composes maps, so it costs nothing at run time.
//!
//! Invariant: for every counter within the group's axes, a map's positions are within the value's dims.

use gomlx_ir::{Dims, Op, Shape};
use smallvec::{SmallVec, smallvec};

/// `offset + sum of coefs[a] * counter(a)` over the axes of a group; missing coefficients are zero.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Affine {
    pub(crate) offset: i64,
    /// Has no trailing zeros: two maps are equal if their fields are equal.
    coefs: SmallVec<[i64; 6]>,
}

impl Affine {
    pub(crate) fn constant(offset: i64) -> Affine {
        Affine { offset, coefs: SmallVec::new() }
    }

    /// The counter of one axis.
    pub(crate) fn axis(axis: usize) -> Affine {
        let mut coefs: SmallVec<[i64; 6]> = smallvec![0; axis + 1];
        coefs[axis] = 1;
        Affine { offset: 0, coefs }
    }

    pub(crate) fn coef(&self, axis: usize) -> i64 {
        self.coefs.get(axis).copied().unwrap_or(0)
    }

    /// The axes with a coefficient other than zero.
    pub(crate) fn terms(&self) -> impl Iterator<Item = (usize, i64)> + '_ {
        self.coefs.iter().copied().enumerate().filter(|&(_, c)| c != 0)
    }

    pub(crate) fn set_coef(&mut self, axis: usize, coef: i64) {
        if self.coefs.len() <= axis {
            self.coefs.resize(axis + 1, 0);
        }
        self.coefs[axis] = coef;
        self.trim();
    }

    fn trim(&mut self) {
        while self.coefs.last() == Some(&0) {
            self.coefs.pop();
        }
    }

    fn scaled(&self, factor: i64) -> Affine {
        let mut out = self.clone();
        out.offset *= factor;
        out.coefs.iter_mut().for_each(|c| *c *= factor);
        out.trim();
        out
    }

    fn plus(&self, other: &Affine) -> Affine {
        let mut out = self.clone();
        out.offset += other.offset;
        for (axis, c) in other.terms() {
            out.set_coef(axis, out.coef(axis) + c);
        }
        out
    }

    /// The same map over other axes. `axis_of` gives the new number of an axis, or `None` if the axis no longer exists.
    pub(crate) fn renumbered(&self, axis_of: impl Fn(usize) -> Option<usize>) -> Affine {
        let mut out = Affine::constant(self.offset);
        for (axis, coef) in self.terms() {
            if let Some(new) = axis_of(axis) {
                out.set_coef(new, coef);
            }
        }
        out
    }

    /// The least and the greatest value, over all counters of axes of these sizes.
    pub(crate) fn range(&self, axes: &[usize]) -> (i64, i64) {
        self.terms().fold((self.offset, self.offset), |(low, high), (axis, c)| {
            let reach = c * (axes[axis] as i64 - 1).max(0);
            (low + reach.min(0), high + reach.max(0))
        })
    }

    /// The quotient and the remainder by `n`. `None` unless the terms that are not multiples of `n`, and the offset
    /// modulo `n`, sum to a value within 0..n.
    fn div_mod(&self, n: i64, axes: &[usize]) -> Option<(Affine, Affine)> {
        let mut quotient = Affine::constant(self.offset.div_euclid(n));
        let mut remainder = Affine::constant(self.offset.rem_euclid(n));
        for (axis, c) in self.terms() {
            if c % n == 0 {
                quotient.set_coef(axis, c / n);
            } else {
                remainder.set_coef(axis, c);
            }
        }
        let (low, high) = remainder.range(axes);
        (low >= 0 && high < n).then_some((quotient, remainder))
    }
}

/// The index of an element of a value: one position per axis, or only the position in row-major order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Index {
    Axes(SmallVec<[Affine; 4]>),
    Linear(Affine),
}

impl Index {
    /// The map of a value whose axes are the group's first axes.
    pub(crate) fn identity(rank: usize) -> Index {
        Index::Axes((0..rank).map(Affine::axis).collect())
    }

    /// The position in row-major order.
    pub(crate) fn linear(&self, dims: &[usize]) -> Affine {
        match self {
            Index::Linear(position) => position.clone(),
            Index::Axes(positions) => {
                let mut stride = 1;
                let mut linear = Affine::default();
                for (position, &n) in positions.iter().zip(dims).rev() {
                    linear = linear.plus(&position.scaled(stride));
                    stride *= n as i64;
                }
                linear
            }
        }
    }

    /// One position per axis of `dims`; `None` if a position is not affine.
    pub(crate) fn axes(&self, dims: &[usize], axes: &[usize]) -> Option<SmallVec<[Affine; 4]>> {
        match self {
            Index::Axes(positions) => Some(positions.clone()),
            Index::Linear(position) => split(position.clone(), dims, axes),
        }
    }

    /// The map of a value with the same elements in row-major order and other dims.
    pub(crate) fn reshaped(&self, from: &[usize], to: &[usize], axes: &[usize]) -> Index {
        let linear = self.linear(from);
        match split(linear.clone(), to, axes) {
            Some(positions) => Index::Axes(positions),
            None => Index::Linear(linear),
        }
    }

    /// The axes of the group that the index depends on. `None` unless the counters of these axes visit every element of
    /// the value exactly once.
    pub(crate) fn bijective(&self, dims: &[usize], axes: &[usize]) -> Option<SmallVec<[usize; 6]>> {
        let linear = self.linear(dims);
        let mut terms: SmallVec<[(usize, i64); 6]> = linear.terms().filter(|&(axis, _)| axes[axis] != 1).collect();
        terms.sort_by_key(|&(_, c)| c);
        let mut expected = 1;
        for &(axis, c) in &terms {
            if c != expected {
                return None;
            }
            expected *= axes[axis] as i64;
        }
        let all = dims.iter().product::<usize>() as i64;
        (linear.offset == 0 && expected == all).then(|| {
            let mut used: SmallVec<[usize; 6]> = terms.iter().map(|&(axis, _)| axis).collect();
            used.sort_unstable();
            used
        })
    }
}

/// The digits of `position` in the mixed radix of `dims`; `None` if a digit is not affine.
pub(crate) fn split(mut position: Affine, dims: &[usize], axes: &[usize]) -> Option<SmallVec<[Affine; 4]>> {
    let mut digits: SmallVec<[Affine; 4]> = smallvec![Affine::default(); dims.len()];
    if dims.contains(&0) {
        // The value has no elements, so no position is used.
        return Some(digits);
    }
    for (i, &n) in dims.iter().enumerate().rev() {
        if i == 0 {
            digits[0] = position;
            return Some(digits);
        }
        if n == 1 {
            continue;
        }
        let (quotient, remainder) = position.div_mod(n as i64, axes)?;
        digits[i] = remainder;
        position = quotient;
    }
    Some(digits)
}

/// Whether an op only moves elements. The map of such an op composes with the map of its user.
pub(crate) fn is_view(op: &Op) -> bool {
    matches!(op, Op::BroadcastInDim { .. } | Op::Reshape(_) | Op::Transpose(_) | Op::Slice { .. } | Op::Reverse(_))
}

/// The map of a view's operand, given the map of its result. `None` if the operand's map is not affine.
pub(crate) fn through(op: &Op, index: &Index, result: &Shape, operand: &Shape, axes: &[usize]) -> Option<Index> {
    let (dims, from): (Dims, Dims) = (result.sizes(), operand.sizes());
    if let Op::Reshape(_) = op {
        return Some(index.reshaped(&dims, &from, axes));
    }
    let at = index.axes(&dims, axes)?;
    let positions = match op {
        Op::BroadcastInDim { axes: map, .. } => {
            map.iter().zip(&from).map(|(&axis, &n)| if n == 1 { Affine::default() } else { at[axis].clone() }).collect()
        }
        Op::Transpose(permutation) => {
            let mut positions: SmallVec<[Affine; 4]> = smallvec![Affine::default(); at.len()];
            for (position, &axis) in at.into_iter().zip(permutation) {
                positions[axis] = position;
            }
            positions
        }
        Op::Slice { starts, strides, .. } => at
            .iter()
            .zip(starts.iter().zip(strides))
            .map(|(position, (&start, &stride))| position.scaled(stride as i64).plus(&Affine::constant(start as i64)))
            .collect(),
        Op::Reverse(reversed) => at
            .into_iter()
            .enumerate()
            .map(|(axis, position)| match reversed.contains(&axis) {
                true => position.scaled(-1).plus(&Affine::constant(from[axis] as i64 - 1)),
                false => position,
            })
            .collect(),
        _ => return None,
    };
    Some(Index::Axes(positions))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reshape_splits_where_digits_are_affine() {
        // A group of axes [2, 3, 4]; the value [6, 4] at (3 * a0 + a1, a2), seen as [2, 3, 4] and as [2, 12].
        let axes = [2, 3, 4];
        let mut first = Affine::axis(1);
        first.set_coef(0, 3);
        let index = Index::Axes(smallvec![first, Affine::axis(2)]);
        assert_eq!(index.reshaped(&[6, 4], &[2, 3, 4], &axes), Index::identity(3));
        assert!(matches!(index.reshaped(&[6, 4], &[2, 12], &axes), Index::Axes(_)));
        // Rows of 5 do not align with the axes.
        assert!(matches!(Index::identity(2).reshaped(&[5, 4], &[4, 5], &[5, 4]), Index::Linear(_)));
    }

    #[test]
    fn a_bijective_map_names_its_axes() {
        let axes = [2, 3, 4];
        assert_eq!(Index::Axes(smallvec![Affine::axis(0), Affine::axis(2)]).bijective(&[2, 4], &axes).as_deref(), Some(&[0, 2][..]));
        assert_eq!(Index::Axes(smallvec![Affine::axis(2), Affine::axis(0)]).bijective(&[4, 2], &axes).as_deref(), Some(&[0, 2][..]));
        assert_eq!(Index::Axes(smallvec![Affine::axis(0)]).bijective(&[5], &axes), None, "only part of the value");
        assert_eq!(Index::Axes(smallvec![Affine::default()]).bijective(&[1], &axes).as_deref(), Some(&[][..]));
    }
}
