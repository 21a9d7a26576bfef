// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Structural equality: the same instructions in the same order. Names, locations and ids may differ.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::{CustomDerivative, Derivative, Function, RegionId, ValueId};

/// Whether two functions have the same parameters, instructions and results.
pub fn same(a: &Function, b: &Function) -> bool {
    a.donations == b.donations && same_regions(a, Function::BODY, b, Function::BODY, &|_| None)
}

/// Whether two instructions have the same derivative.
fn same_derivative(a: &Derivative, b: &Derivative) -> bool {
    match (a, b) {
        (Derivative::Usual, Derivative::Usual)
        | (Derivative::Stopped, Derivative::Stopped)
        | (Derivative::Checkpoint, Derivative::Checkpoint) => true,
        (Derivative::Custom(a), Derivative::Custom(b)) => Arc::ptr_eq(a, b) || same_custom(a, b),
        (Derivative::Usual | Derivative::Stopped | Derivative::Checkpoint | Derivative::Custom(_), _) => false,
    }
}

fn same_custom(a: &CustomDerivative, b: &CustomDerivative) -> bool {
    use CustomDerivative::{Jvp, Transpose, Vjp};
    match (a, b) {
        (Vjp { forward: f, backward: g, args: m }, Vjp { forward: h, backward: k, args: n }) => m == n && same(f, h) && same(g, k),
        (Jvp { tangent: f, args: m }, Jvp { tangent: g, args: n }) => m == n && same(f, g),
        (Transpose { backward: f, residuals: m, positions: p }, Transpose { backward: g, residuals: n, positions: q }) => {
            m == n && p == q && same(f, g)
        }
        (Vjp { .. } | Jvp { .. } | Transpose { .. }, _) => false,
    }
}

/// Whether two regions are the same. `captured` maps a value that the region of `a` captures to its counterpart in `b`.
pub(super) fn same_regions(
    a: &Function,
    in_a: RegionId,
    b: &Function,
    in_b: RegionId,
    captured: &dyn Fn(ValueId) -> Option<ValueId>,
) -> bool {
    Comparison { a, b, map: FxHashMap::default(), captured }.regions(in_a, in_b)
}

struct Comparison<'f> {
    a: &'f Function,
    b: &'f Function,
    map: FxHashMap<ValueId, ValueId>,
    captured: &'f dyn Fn(ValueId) -> Option<ValueId>,
}

impl Comparison<'_> {
    fn regions(&mut self, in_a: RegionId, in_b: RegionId) -> bool {
        let (a, b) = (self.a.region(in_a), self.b.region(in_b));
        if a.params.len() != b.params.len() || a.insts.len() != b.insts.len() {
            return false;
        }
        for (&x, &y) in a.params.iter().zip(&b.params) {
            if self.a.shape(x) != self.b.shape(y) {
                return false;
            }
            self.map.insert(x, y);
        }
        for (&i, &j) in a.insts.iter().zip(&b.insts) {
            let (i, j) = (self.a.inst(i), self.b.inst(j));
            let same = i.op == j.op
                && same_derivative(&i.derivative, &j.derivative)
                && self.values(&i.operands, &j.operands)
                && i.regions.len() == j.regions.len()
                && i.regions.iter().zip(&j.regions).all(|(&r, &s)| self.regions(r, s));
            if !same {
                return false;
            }
            self.map.extend(i.results.iter().copied().zip(j.results.iter().copied()));
        }
        self.values(&a.results, &b.results)
    }

    fn values(&self, a: &[ValueId], b: &[ValueId]) -> bool {
        let matches = |x: ValueId, y: ValueId| self.map.get(&x).copied().or_else(|| (self.captured)(x)) == Some(y);
        a.len() == b.len() && a.iter().zip(b).all(|(&x, &y)| matches(x, y))
    }
}
