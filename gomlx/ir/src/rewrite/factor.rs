// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Factorizations as loops, for backends that have no code for them: Gaussian elimination, Jacobi's rotations from one
//! side, and Schur forms, which are composed. The algorithms are those of Golub and Van Loan, "Matrix Computations",
//! 4th edition.
//!
//! Every step works on whole matrices and chooses rows and columns by masks, so that it is the same for a batch.

use crate::compose::{Composed, Composer, Vars, compose, refined_eigh, schur_by_loops};
use crate::edit::Values;
use crate::{BinaryOp, Builder, DType, Dim, Direction, DotDims, Factorization, HostTensor, Op, Shape, UnaryOp, ValueId};

/// The most sweeps over all pairs of columns.
const SWEEPS: usize = 30;

/// Emits the results of a factorization as loops. Returns `None` if it has no such form.
pub(super) fn emit(b: &mut Builder<'_>, factorization: Factorization, operands: &[ValueId]) -> Option<Values> {
    match factorization {
        Factorization::Lu => Some(lu(b, operands[0])),
        Factorization::Svd { full } => Some(svd(b, operands[0], full)),
        Factorization::Schur => composed(b, "schur", &|c| schur_by_loops(c.var(operands[0]))),
        Factorization::Eigh { lower } => composed(b, "eigh", &|c| refined_eigh(c.var(operands[0]), lower)),
        Factorization::Qr | Factorization::Reflectors => None,
    }
}

/// Emits results that are composed like the functions of users.
fn composed(b: &mut Builder<'_>, name: &str, body: &dyn for<'c> Fn(&'c Composer<'c>) -> Composed<Vars<'c>>) -> Option<Values> {
    let location = b.location.clone();
    let results = compose(name, b.function, b.region, location.as_ref(), &|c| Ok(body(c)?.into_iter().collect()));
    results.ok().map(|results| Values::from_slice(&results))
}

/// Matrices in the last two axes, and what their steps have in common.
struct Matrices<'b, 'f> {
    b: &'b mut Builder<'f>,
    batch: Vec<Dim>,
}

impl Matrices<'_, '_> {
    fn dims(&self, sizes: &[usize]) -> Vec<Dim> {
        self.batch.iter().cloned().chain(sizes.iter().map(|&n| Dim::Lit(n))).collect()
    }

    /// Spreads a value of the batch and some of the last two axes over both of them.
    fn spread(&mut self, x: ValueId, sizes: &[usize], kept: &[usize]) -> ValueId {
        let axes: Vec<usize> = (0..self.batch.len()).chain(kept.iter().map(|&k| self.batch.len() + k)).collect();
        let dims = self.dims(sizes);
        if self.b.shape(x).rank() == 0 {
            return self.b.broadcast(x, &dims, &[]);
        }
        self.b.broadcast(x, &dims, &axes)
    }

    fn iota(&mut self, sizes: &[usize], axis: usize) -> ValueId {
        let shape = Shape::symbolic(DType::I32, self.dims(sizes));
        let axis = self.batch.len() + axis;
        self.b.emit(Op::Iota { shape, axis }, &[]).expect("the axis is one of the shape")
    }

    /// The sum over one of the last two axes of the elements that a mask chooses.
    fn chosen(&mut self, mask: ValueId, x: ValueId, axis: usize) -> ValueId {
        let zero = self.b.full_like(x, 0.0);
        let kept = self.b.select(mask, x, zero);
        let axis = self.batch.len() + axis;
        self.b.reduce_sum(kept, &[axis])
    }

    fn size(&mut self, x: ValueId) -> ValueId {
        if !self.b.shape(x).dtype.is_complex() {
            return self.b.unary(UnaryOp::Abs, x);
        }
        let parts = [UnaryOp::Real, UnaryOp::Imag].map(|part| self.b.unary(part, x));
        let sizes = parts.map(|part| self.b.unary(UnaryOp::Abs, part));
        self.b.add(sizes[0], sizes[1])
    }

    fn conjugate(&mut self, x: ValueId) -> ValueId {
        if !self.b.shape(x).dtype.is_complex() {
            return x;
        }
        let (re, im) = (self.b.unary(UnaryOp::Real, x), self.b.unary(UnaryOp::Imag, x));
        let im = self.b.neg(im);
        self.b.binary(BinaryOp::Complex, re, im)
    }

    fn adjoint(&mut self, x: ValueId) -> ValueId {
        let x = self.conjugate(x);
        let rank = self.batch.len();
        let permutation: Vec<usize> = (0..rank).chain([rank + 1, rank]).collect();
        self.b.transpose(x, &permutation)
    }

    fn product(&mut self, x: ValueId, y: ValueId) -> ValueId {
        let rank = self.batch.len();
        let dims = DotDims {
            lhs_batch: (0..rank).collect(),
            rhs_batch: (0..rank).collect(),
            lhs_contracting: [rank + 1].into_iter().collect(),
            rhs_contracting: [rank].into_iter().collect(),
            out: self.b.shape(x).dtype,
        };
        self.b.emit(Op::DotGeneral(dims), &[x, y]).expect("the matrices have the sizes of a product")
    }

    /// Emits a loop on a counter and some state, until `count` or until `ends` is false.
    fn repeat(
        &mut self,
        count: usize,
        state: &[ValueId],
        goes_on: impl FnOnce(&mut Self, ValueId, &[ValueId]) -> Option<ValueId>,
        step: impl FnOnce(&mut Self, ValueId, &[ValueId]) -> Vec<ValueId>,
    ) -> Vec<ValueId> {
        let zero = self.b.scalar(DType::I32, 0.0);
        let operands = [&[zero], state].concat();
        let here = self.b.region;
        let [condition, body] = [0, 1].map(|_| {
            let region = self.b.function.add_region();
            for &operand in &operands {
                let shape = self.b.shape(operand).clone();
                self.b.function.add_region_param(region, shape);
            }
            region
        });
        self.b.region = condition;
        let params = self.b.function.region(condition).params.clone();
        let limit = self.b.scalar(DType::I32, count as f64);
        let mut holds = self.b.compare(Direction::Lt, params[0], limit);
        if let Some(also) = goes_on(self, params[0], &params[1..]) {
            holds = self.b.binary(BinaryOp::And, holds, also);
        }
        self.b.function.region_mut(condition).results = vec![holds];
        self.b.region = body;
        let params = self.b.function.region(body).params.clone();
        let one = self.b.scalar(DType::I32, 1.0);
        let next = self.b.add(params[0], one);
        let results = step(self, params[0], &params[1..]);
        self.b.function.region_mut(body).results = [&[next], results.as_slice()].concat();
        self.b.region = here;
        let inst = self.b.emit_inst(Op::While, &operands, &[condition, body]).expect("the state keeps its shapes");
        self.b.function.inst(inst).results[1..].to_vec()
    }
}

fn matrices<'b, 'f>(b: &'b mut Builder<'f>, a: ValueId) -> (Matrices<'b, 'f>, usize, usize) {
    let shape = b.shape(a).clone();
    let rank = shape.rank() - 2;
    (Matrices { b, batch: shape.dims[..rank].to_vec() }, shape.size(rank), shape.size(rank + 1))
}

/// Gaussian elimination with partial pivoting (algorithm 3.4.1), one column a step.
fn lu(b: &mut Builder<'_>, a: ValueId) -> Values {
    let (mut t, m, n) = matrices(b, a);
    let pivots = t.iota(&[m.min(n)], 0);
    let order = t.iota(&[m], 0);
    let results = t.repeat(
        m.min(n),
        &[a, pivots, order],
        |_, _, _| None,
        |t, j, state| {
            let (a, pivots, order) = (state[0], state[1], state[2]);
            let (rows, columns) = (t.iota(&[m, n], 0), t.iota(&[m, n], 1));
            let every = t.spread(j, &[m, n], &[]);
            let in_column = t.b.compare(Direction::Eq, columns, every);
            let column = t.chosen(in_column, a, 1);
            // The first of the largest rows from the diagonal on. Among NaN it is the diagonal.
            let (positions, first) = (t.iota(&[m], 0), t.spread(j, &[m], &[]));
            let sizes = t.size(column);
            let none = t.b.full_like(sizes, -1.0);
            let below = t.b.compare(Direction::Ge, positions, first);
            let sizes = t.b.select(below, sizes, none);
            let last = t.batch.len();
            let largest = t.b.reduce(BinaryOp::Maximum, sizes, &[last]);
            let largest = t.spread(largest, &[m], &[]);
            let is_largest = t.b.compare(Direction::Eq, sizes, largest);
            let beyond = t.b.full_like(positions, m as f64);
            let candidates = t.b.select(is_largest, positions, beyond);
            let pivot = t.b.reduce(BinaryOp::Minimum, candidates, &[last]);
            let (no_row, diagonal) = (t.b.full_like(pivot, m as f64), t.spread(j, &[], &[]));
            let found = t.b.compare(Direction::Lt, pivot, no_row);
            let pivot = t.b.select(found, pivot, diagonal);
            // Exchanges both rows.
            let everywhere = t.spread(pivot, &[m, n], &[]);
            let (is_row, is_pivot) = (t.b.compare(Direction::Eq, rows, every), t.b.compare(Direction::Eq, rows, everywhere));
            let (row, chosen) = (t.chosen(is_row, a, 0), t.chosen(is_pivot, a, 0));
            let (old, new) = (t.spread(row, &[m, n], &[1]), t.spread(chosen, &[m, n], &[1]));
            let kept = t.b.select(is_pivot, old, a);
            let a = t.b.select(is_row, new, kept);
            let in_place = t.spread(pivot, &[m], &[]);
            let (at_row, at_pivot) = (t.b.compare(Direction::Eq, positions, first), t.b.compare(Direction::Eq, positions, in_place));
            let (from, to) = (t.chosen(at_row, order, 0), t.chosen(at_pivot, order, 0));
            let (from, to) = (t.spread(from, &[m], &[]), t.spread(to, &[m], &[]));
            let kept = t.b.select(at_pivot, from, order);
            let order = t.b.select(at_row, to, kept);
            let (indices, step) = (t.iota(&[m.min(n)], 0), t.spread(j, &[m.min(n)], &[]));
            let is_step = t.b.compare(Direction::Eq, indices, step);
            let taken = t.spread(pivot, &[m.min(n)], &[]);
            let pivots = t.b.select(is_step, taken, pivots);
            // Eliminates the column below the diagonal.
            let column = t.chosen(in_column, a, 1);
            let divisor = t.chosen(at_row, column, 0);
            let (zero, one) = (t.b.full_like(divisor, 0.0), t.b.full_like(divisor, 1.0));
            let is_zero = t.b.compare(Direction::Eq, divisor, zero);
            let divisor = t.b.select(is_zero, one, divisor);
            let divisor = t.spread(divisor, &[m], &[]);
            let factors = t.b.div(column, divisor);
            let factors = t.spread(factors, &[m, n], &[0]);
            let right = t.b.compare(Direction::Gt, columns, every);
            let under = t.b.compare(Direction::Gt, rows, every);
            let rest = t.b.binary(BinaryOp::And, right, under);
            let product = t.b.mul(factors, new);
            let reduced = t.b.sub(a, product);
            let a = t.b.select(rest, reduced, a);
            let factor = t.b.binary(BinaryOp::And, in_column, under);
            vec![t.b.select(factor, factors, a), pivots, order]
        },
    );
    Values::from_slice(&results)
}

/// Rotates pairs of columns until all are orthogonal (section 8.6.3).
fn svd(b: &mut Builder<'_>, a: ValueId, full: bool) -> Values {
    let (mut t, m, n) = matrices(b, a);
    if m < n {
        let flipped = t.adjoint(a);
        let results = svd(t.b, flipped, full);
        let (mut t, ..) = matrices(t.b, a);
        let (u, vh) = (t.adjoint(results[2]), t.adjoint(results[0]));
        return Values::from_slice(&[u, results[1], vh]);
    }
    let dtype = t.b.shape(a).dtype;
    let real = dtype.real();
    let epsilon = if real == DType::F64 { f64::EPSILON } else { f64::from(f32::EPSILON) };
    let tolerance = epsilon * (m as f64).sqrt();
    let v = {
        let (rows, columns) = (t.iota(&[n, n], 0), t.iota(&[n, n], 1));
        let same = t.b.compare(Direction::Eq, rows, columns);
        t.b.convert(same, dtype)
    };
    let moved = t.b.constant(HostTensor::scalar(true));
    let sweep = (n * n) as f64;
    // Ends after a sweep that rotates nothing.
    let goes_on = |t: &mut Matrices<'_, '_>, count: ValueId, state: &[ValueId]| {
        let (sweep, zero) = (t.b.scalar(DType::I32, sweep), t.b.scalar(DType::I32, 0.0));
        let within = t.b.binary(BinaryOp::Remainder, count, sweep);
        let inside = t.b.compare(Direction::Ne, within, zero);
        Some(t.b.binary(BinaryOp::Or, inside, state[2]))
    };
    let results = t.repeat(SWEEPS * n * n, &[a, v, moved], goes_on, |t, count, state| {
        let (a, v, moved) = (state[0], state[1], state[2]);
        let size = t.b.scalar(DType::I32, n as f64);
        let (sweep, zero) = (t.b.scalar(DType::I32, sweep), t.b.scalar(DType::I32, 0.0));
        let within = t.b.binary(BinaryOp::Remainder, count, sweep);
        let (p, q) = (t.b.div(within, size), t.b.binary(BinaryOp::Remainder, within, size));
        let columns = |t: &mut Matrices<'_, '_>, x: ValueId, rows: usize| {
            let positions = t.iota(&[rows, n], 1);
            let masks = [p, q].map(|i| {
                let i = t.spread(i, &[rows, n], &[]);
                t.b.compare(Direction::Eq, positions, i)
            });
            (masks, masks.map(|mask| t.chosen(mask, x, 1)))
        };
        let (masks, [x, y]) = columns(t, a, m);
        let last = t.batch.len();
        let inner = |t: &mut Matrices<'_, '_>, x: ValueId, y: ValueId| {
            let x = t.conjugate(x);
            let product = t.b.mul(x, y);
            t.b.reduce_sum(product, &[last])
        };
        let square = |t: &mut Matrices<'_, '_>, x: ValueId| {
            let sum = inner(t, x, x);
            if dtype.is_complex() { t.b.unary(UnaryOp::Real, sum) } else { sum }
        };
        let (pp, qq, pq) = (square(t, x), square(t, y), inner(t, x, y));
        let r = t.b.unary(UnaryOp::Abs, pq);
        let (np, nq) = (t.b.unary(UnaryOp::Sqrt, pp), t.b.unary(UnaryOp::Sqrt, qq));
        let norms = t.b.mul(np, nq);
        let allowed = t.b.scale(norms, tolerance);
        let large = t.b.compare(Direction::Gt, r, allowed);
        let ordered = t.b.compare(Direction::Lt, p, q);
        let ordered = t.spread(ordered, &[], &[]);
        let rotates = t.b.binary(BinaryOp::And, large, ordered);
        // The rotation; the identity where there is nothing to rotate.
        let one = t.b.full_like(r, 1.0);
        let (safe, none) = (t.b.select(rotates, r, one), t.b.full_like(r, 0.0));
        let difference = t.b.sub(qq, pp);
        let twice = t.b.scale(safe, 2.0);
        let tau = t.b.div(difference, twice);
        let squared = t.b.mul(tau, tau);
        let sum = t.b.add(squared, one);
        let root = t.b.unary(UnaryOp::Sqrt, sum);
        let positive = t.b.unary(UnaryOp::Abs, tau);
        let denominator = t.b.add(positive, root);
        let tangent = t.b.div(one, denominator);
        let (negative, is_negative) = (t.b.neg(tangent), t.b.compare(Direction::Lt, tau, none));
        let tangent = t.b.select(is_negative, negative, tangent);
        let squared = t.b.mul(tangent, tangent);
        let sum = t.b.add(squared, one);
        let cosine = t.b.unary(UnaryOp::Rsqrt, sum);
        let sine = t.b.mul(tangent, cosine);
        let (cosine, sine) = (t.b.select(rotates, cosine, one), t.b.select(rotates, sine, none));
        let divisor = t.b.convert(safe, dtype);
        let unit = t.b.full_like(pq, 1.0);
        let conjugate = t.conjugate(pq);
        let phase = t.b.div(conjugate, divisor);
        let phase = t.b.select(rotates, phase, unit);
        let (cosine, sine) = (t.b.convert(cosine, dtype), t.b.convert(sine, dtype));
        let rotate = |t: &mut Matrices<'_, '_>, all: ValueId, masks: [ValueId; 2], [x, y]: [ValueId; 2], rows: usize| {
            let [c, s, phase] = [cosine, sine, phase].map(|factor| t.spread(factor, &[rows], &[]));
            let turned = t.b.mul(y, phase);
            let (cx, sy, sx, cy) = (t.b.mul(c, x), t.b.mul(s, turned), t.b.mul(s, x), t.b.mul(c, turned));
            let (new_x, new_y) = (t.b.sub(cx, sy), t.b.add(sx, cy));
            let (new_x, new_y) = (t.spread(new_x, &[rows, n], &[0]), t.spread(new_y, &[rows, n], &[0]));
            let with_y = t.b.select(masks[1], new_y, all);
            let with_both = t.b.select(masks[0], new_x, with_y);
            // The masks of one column are equal, and it stays.
            let keep = t.b.compare(Direction::Eq, p, q);
            t.b.select(keep, all, with_both)
        };
        let next = rotate(t, a, masks, [x, y], m);
        let (masks, pair) = columns(t, v, n);
        let vectors = rotate(t, v, masks, pair, n);
        let axes: Vec<usize> = (0..last).collect();
        let any = t.b.reduce(BinaryOp::Or, rotates, &axes);
        let inside = t.b.compare(Direction::Ne, within, zero);
        let before = t.b.binary(BinaryOp::And, inside, moved);
        vec![next, vectors, t.b.binary(BinaryOp::Or, before, any)]
    });
    ordered(&mut t, results[0], results[1], m, n, full)
}

/// Sorts orthogonal columns by their norms, and makes them and their complement a unitary matrix.
fn ordered(t: &mut Matrices<'_, '_>, columns: ValueId, v: ValueId, m: usize, n: usize, full: bool) -> Values {
    let dtype = t.b.shape(columns).dtype;
    let epsilon = if dtype.real() == DType::F64 { f64::EPSILON } else { f64::from(f32::EPSILON) };
    let rank = t.batch.len();
    let norms = {
        let conjugate = t.conjugate(columns);
        let squares = t.b.mul(conjugate, columns);
        let squares = if dtype.is_complex() { t.b.unary(UnaryOp::Real, squares) } else { squares };
        let sum = t.b.reduce_sum(squares, &[rank]);
        t.b.unary(UnaryOp::Sqrt, sum)
    };
    // The place of a column is the number of columns before it.
    let (mine, other) = (t.spread(norms, &[n, n], &[0]), t.spread(norms, &[n, n], &[1]));
    let (rows, positions) = (t.iota(&[n, n], 0), t.iota(&[n, n], 1));
    let (larger, equal) = (t.b.compare(Direction::Gt, other, mine), t.b.compare(Direction::Eq, other, mine));
    let earlier = t.b.compare(Direction::Lt, positions, rows);
    let equal = t.b.binary(BinaryOp::And, equal, earlier);
    let before = t.b.binary(BinaryOp::Or, larger, equal);
    let before = t.b.convert(before, DType::I32);
    let places = t.b.reduce_sum(before, &[rank + 1]);
    let places = t.spread(places, &[n, n], &[0]);
    let sorts = t.b.compare(Direction::Eq, places, positions);
    let values = {
        let norms = t.spread(norms, &[n, n], &[0]);
        t.chosen(sorts, norms, 0)
    };
    let sorts = t.b.convert(sorts, dtype);
    let (columns, v) = (t.product(columns, sorts), t.product(v, sorts));
    // The unitary factor of their QR factorization has their directions, up to the phases on the diagonal.
    let factor = |t: &mut Matrices<'_, '_>, factorization, operands: &[ValueId]| {
        let inst = t.b.emit_inst(Op::Factor(factorization), operands, &[]).expect("matrices have these factors");
        t.b.function.inst(inst).results.to_vec()
    };
    let packed = factor(t, Factorization::Qr, &[columns]);
    let diagonal = {
        let (rows, positions) = (t.iota(&[m, n], 0), t.iota(&[m, n], 1));
        let same = t.b.compare(Direction::Eq, rows, positions);
        t.chosen(same, packed[0], 0)
    };
    let width = if full { m } else { n };
    let zero = t.b.scalar(dtype, 0.0);
    let mut wide = packed[0];
    if width > n {
        let (low, mut high) = (vec![0; rank + 2], vec![0; rank + 2]);
        high[rank + 1] = (width - n) as i64;
        let pad = Op::Pad { low: low.clone().into(), high: high.into(), interior: low.into() };
        wide = t.b.emit(pad, &[wide, zero]).expect("the last axis grows");
    }
    let q = factor(t, Factorization::Reflectors, &[wide, packed[1]])[0];
    let size = t.b.unary(UnaryOp::Abs, diagonal);
    let largest = t.b.reduce(BinaryOp::Maximum, size, &[rank]);
    let tiny = t.b.scale(largest, epsilon);
    let tiny = t.spread(tiny, &[n], &[]);
    let matters = t.b.compare(Direction::Gt, size, tiny);
    let one = t.b.full_like(size, 1.0);
    let divisor = t.b.select(matters, size, one);
    let divisor = t.b.convert(divisor, dtype);
    let direction = t.b.div(diagonal, divisor);
    let unit = t.b.full_like(diagonal, 1.0);
    let mut phases = t.b.select(matters, direction, unit);
    if width > n {
        let (low, mut high) = (vec![0; rank + 1], vec![0; rank + 1]);
        high[rank] = (width - n) as i64;
        let one = t.b.scalar(dtype, 1.0);
        let pad = Op::Pad { low: low.clone().into(), high: high.into(), interior: low.into() };
        phases = t.b.emit(pad, &[phases, one]).expect("the last axis grows");
    }
    let phases = t.spread(phases, &[m, width], &[1]);
    let u = t.b.mul(q, phases);
    let vh = t.adjoint(v);
    Values::from_slice(&[u, values, vh])
}
