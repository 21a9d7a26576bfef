// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Reductions over axes and windows, with bodies of one or several ops.

use gomlx_ir::{Axes, BinaryOp, Builder, CompareKind, DType, Direction, HostTensor, Op, Reducer, RegionId, Result, Shape, ValueId, Window};
use smallvec::SmallVec;

use super::super::Semantics;
use super::Grower;

impl Grower<'_> {
    /// A reduction body and its initial value, which is usually the identity. A `maximum` or `minimum` may start from
    /// another value: a backend may fold the initial value in several times, which changes neither. With `one` element
    /// for each result, XLA may skip the initial value, so that is then the identity.
    pub(super) fn folding(&mut self, b: &mut Builder<'_>, dtype: DType, one: bool) -> Result<(RegionId, ValueId)> {
        let choice = self.below(if one && self.exact() { 2 } else { 5 });
        let (op, initial) = match choice {
            0 | 1 => (BinaryOp::Add, 0.0),
            // For an integer type, an infinity converts to the largest or the least integer.
            2 | 3 => (BinaryOp::Maximum, if dtype == DType::Bool { 0.0 } else { f64::NEG_INFINITY }),
            _ => (BinaryOp::Minimum, f64::INFINITY),
        };
        // Rounding in one part may decide which of two complex numbers is larger, and then the other part differs too.
        if dtype.is_complex() && op != BinaryOp::Add && !(self.exact() && self.ordered(dtype)) {
            gomlx_ir::bail!(DType, "complex numbers have no order");
        }
        let finite = self.exact() || !one && self.below(4) == 0;
        let initial =
            if op != BinaryOp::Add && finite { self.tensor(&Shape::scalar(dtype)) } else { HostTensor::full(dtype, &[], initial)? };
        let initial = self.constant(b, initial)?;
        let body = if choice == 3 { chooser(b, &[dtype], Direction::Ge) } else { b.reducer(Reducer::Binary(op), dtype) };
        Ok((body, initial))
    }

    pub(super) fn reduce(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape) -> Result<SmallVec<[ValueId; 1]>> {
        let axes: Axes = (0..shape.rank()).filter(|_| self.below(2) == 0).collect();
        let one = axes.iter().all(|&a| shape.size(a) == 1);
        let decided = self.exact() || shape.dtype.is_int();
        if self.below(4) == 0 && decided && self.ordered(shape.dtype) && !one {
            return self.position_of_largest(b, x, shape, axes);
        }
        let x = self.without_nan(b, x)?;
        let (body, initial) = self.folding(b, shape.dtype, one)?;
        self.emit_all(b, Op::Reduce(axes), &[x, initial], &[body])
    }

    /// The largest element and its position. Among equal elements the first one wins.
    fn position_of_largest(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape, axes: Axes) -> Result<SmallVec<[ValueId; 1]>> {
        let x = self.without_nan(b, x)?;
        let positions = match axes.first() {
            Some(&axis) => self.emit(b, Op::Iota { shape: shape.with_dtype(DType::I32), axis }, &[])?,
            None => self.full(b, &shape.with_dtype(DType::I32), 0.0)?,
        };
        let least = if self.exact() { -8.0 } else { f64::NEG_INFINITY };
        let least = self.constant(b, HostTensor::full(shape.dtype, &[], least)?)?;
        let none = self.constant(b, HostTensor::scalar(i32::MAX))?;
        let body = chooser(b, &[shape.dtype, DType::I32], Direction::Ge);
        self.emit_all(b, Op::Reduce(axes), &[x, positions, least, none], &[body])
    }

    pub(super) fn window(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape) -> Result<SmallVec<[ValueId; 1]>> {
        let sizes = shape.sizes();
        let window = self.some_window(&sizes);
        self.bounded(&[shape.num_elements(), window.dims.iter().product()])?;
        let x = self.without_nan(b, x)?;
        let one = window.dims.iter().all(|&n| n == 1);
        let (body, initial) = self.folding(b, shape.dtype, one)?;
        self.emit_all(b, Op::ReduceWindow(window), &[x, initial], &[body])
    }

    fn some_window(&mut self, sizes: &[usize]) -> Window {
        let dims: Axes = sizes.iter().map(|_| 1 + self.below(3)).collect();
        let strides: Axes = sizes.iter().map(|_| 1 + self.below(2)).collect();
        let mut window = Window::new(&dims, &strides);
        // XLA ignores windows with one element, and aborts the process if their padding is negative.
        let least = if self.semantics == Semantics::Xla && dims.iter().all(|&n| n == 1) { 0 } else { -1 };
        window.padding = sizes.iter().map(|_| (self.below(3) as i64 + least, self.below(3) as i64 + least)).collect();
        window.window_dilations = sizes.iter().map(|_| 1 + self.below(2)).collect();
        if self.below(3) == 0 {
            window.base_dilations = sizes.iter().map(|_| 1 + self.below(2)).collect();
        }
        window
    }

    /// The gradient of max-pooling. Its windows have no dilation or padding, since XLA treats these differently.
    pub(super) fn select_and_scatter(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape) -> Result<ValueId> {
        if !shape.dtype.is_float() || shape.rank() == 0 {
            gomlx_ir::bail!(DType, "nothing to select");
        }
        let sizes = shape.sizes();
        let dims: Axes = sizes.iter().map(|&n| 1 + self.below(n.min(3))).collect();
        let strides: Axes = sizes.iter().map(|_| 1 + self.below(3)).collect();
        let places: Option<Vec<usize>> =
            sizes.iter().zip(&dims).zip(&strides).map(|((&n, &w), &s)| n.checked_sub(w).map(|rest| rest / s + 1)).collect();
        let Some(places) = places else { gomlx_ir::bail!(Shape, "windows are larger than {shape}") };
        let x = self.without_nan(b, x)?;
        let source = self.shaped(b, shape.dtype, &places)?;
        let zero = self.constant(b, HostTensor::full(shape.dtype, &[], 0.0)?)?;
        let select = b.function.add_region();
        let [p, q] = [(); 2].map(|()| b.function.add_region_param(select, Shape::scalar(shape.dtype)));
        let larger = Builder::new(b.function, select).emit(Op::Compare(Direction::Ge, CompareKind::Float), &[p, q])?;
        b.function.region_mut(select).results = vec![larger];
        let add = b.reducer(Reducer::Binary(BinaryOp::Add), shape.dtype);
        let op = Op::SelectAndScatter(Window::new(&dims, &strides));
        Ok(self.emit_all(b, op, &[x, source, zero], &[select, add])?[0])
    }
}

/// A body with N accumulated and N new scalars. It returns the N scalars whose first one `direction` prefers. If the
/// first scalars are equal and there is a second one, the smaller second scalar wins.
pub(super) fn chooser(b: &mut Builder<'_>, dtypes: &[DType], direction: Direction) -> RegionId {
    let region = b.function.add_region();
    let params: Vec<ValueId> = dtypes.iter().chain(dtypes).map(|&d| b.function.add_region_param(region, Shape::scalar(d))).collect();
    let (old, new) = params.split_at(dtypes.len());
    let mut inner = Builder::new(b.function, region);
    let mut keep = inner.compare(direction, old[0], new[0]);
    if dtypes.len() > 1 {
        let (equal, before) = (inner.compare(Direction::Eq, old[0], new[0]), inner.compare(Direction::Le, old[1], new[1]));
        keep = inner.select(equal, before, keep);
    }
    let results = old.iter().zip(new).map(|(&old, &new)| inner.select(keep, old, new)).collect();
    b.function.region_mut(region).results = results;
    region
}
