// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Ops whose data determines addresses or order: `gather`, `scatter`, `sort`, `top_k`.

use gomlx_ir::testing::from_f64;
use gomlx_ir::{
    Axes, BinaryOp, Builder, CompareKind, DType, Direction, GatherDims, HostTensor, Op, Reducer, Result, ScatterDims, Shape, ValueId,
};
use smallvec::SmallVec;

use super::Grower;
use super::fold::chooser;

/// How index vectors address windows of an operand.
struct Addressing {
    /// The axes that index vectors address, in the order of the index components.
    mapped: Axes,
    /// The batch axis that operand and indices share.
    batch: Option<usize>,
    /// Window axes of size one that the result drops.
    collapsed: Axes,
    /// The window size on each axis.
    window: Axes,
    /// The dims of the indices without the index vector axis, and the position of the batch axis among them.
    places: Vec<usize>,
    place_of_batch: usize,
    /// The position of the index vector axis. It is after the last axis if the indices are scalars.
    vector: usize,
    /// The dims of the result or the updates, and which of its axes belong to the window.
    all: Vec<usize>,
    window_axes: Axes,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Positions {
    Any,
    Whole,
    Distinct,
}

impl Grower<'_> {
    fn addressing(&mut self, sizes: &[usize]) -> Result<Addressing> {
        let rank = sizes.len();
        if rank == 0 {
            gomlx_ir::bail!(Shape, "nothing to address");
        }
        let axes = self.permutation(rank);
        let mapped: Axes = axes[..1 + self.below(rank.min(2))].into();
        let batch = if mapped.len() < rank && self.below(4) == 0 { Some(axes[mapped.len()]) } else { None };
        let mut collapsed = Axes::new();
        let mut window = Axes::new();
        for (axis, &n) in sizes.iter().enumerate() {
            let left_out = mapped.contains(&axis) && n > 0 && self.below(2) == 0;
            if left_out {
                collapsed.push(axis);
            }
            let some = if mapped.contains(&axis) || self.below(3) == 0 { self.below(n + 1) } else { n };
            window.push(if left_out || batch == Some(axis) { n.min(1) } else { some });
        }
        let mut places: Vec<usize> = (0..self.below(3)).map(|_| self.one_of(&[0, 1, 2, 3, 5, 8])).collect();
        let place_of_batch = self.below(places.len() + 1);
        if let Some(batch) = batch {
            places.insert(place_of_batch, sizes[batch]);
        }
        let vector = if mapped.len() == 1 && self.below(2) == 0 { places.len() } else { self.below(places.len() + 1) };
        // Places the window's dims at random positions among the dims of the indices.
        let kept: Vec<usize> = (0..rank).filter(|a| !collapsed.contains(a) && batch != Some(*a)).map(|a| window[a]).collect();
        let total = kept.len() + places.len();
        let mut chosen: Axes = self.permutation(total)[..kept.len()].into();
        chosen.sort_unstable();
        let (mut next_kept, mut next_place) = (kept.iter(), places.iter());
        let next = |a| if chosen.contains(&a) { next_kept.next() } else { next_place.next() };
        let all: Vec<usize> = (0..total).filter_map(next).copied().collect();
        self.bounded(&all)?;
        Ok(Addressing { mapped, batch, collapsed, window, places, place_of_batch, vector, all, window_axes: chosen })
    }

    /// A constant with index vectors of the given kind. `Any` may be out of bounds. With `Whole`, each window lies
    /// fully inside or fully outside: the spec drops the elements outside, XLA drops the window. With `Distinct`, the
    /// vectors differ and are in bounds.
    fn indices(&mut self, b: &mut Builder<'_>, sizes: &[usize], a: &Addressing, kind: Positions) -> Result<ValueId> {
        let count: usize = a.places.iter().product();
        let spans: Vec<usize> = a.mapped.iter().map(|&axis| sizes[axis]).collect();
        let mut vectors: Vec<Vec<f64>> = vec![];
        if kind == Positions::Distinct {
            let all: usize = spans.iter().product();
            if all < count || all > 1 << 12 {
                gomlx_ir::bail!(Shape, "fewer positions than indices");
            }
            for flat in self.permutation(all).into_iter().take(count) {
                let mut rest = flat;
                vectors.push(
                    spans
                        .iter()
                        .map(|&n| {
                            let i = rest % n;
                            rest /= n;
                            i as f64
                        })
                        .collect(),
                );
            }
        } else if kind == Positions::Whole && a.mapped.iter().any(|&axis| a.window[axis] > 1) {
            let rooms: Vec<usize> = a.mapped.iter().zip(&spans).map(|(&axis, &n)| n - a.window[axis] + 1).collect();
            vectors.extend((0..count).map(|_| rooms.iter().map(|&n| self.below(n) as f64).collect::<Vec<f64>>()));
        } else {
            vectors.extend((0..count).map(|_| spans.iter().map(|&n| self.below(n + 2) as f64 - 1.0).collect::<Vec<f64>>()));
        }
        let mut dims = a.places.clone();
        let scalars = a.vector == dims.len() && spans.len() == 1;
        let inner: usize = dims[a.vector..].iter().product();
        let mut numbers = vec![0.0; count * spans.len()];
        for (i, vector) in vectors.iter().enumerate() {
            for (k, &x) in vector.iter().enumerate() {
                numbers[(i / inner.max(1) * spans.len() + k) * inner.max(1) + i % inner.max(1)] = x;
            }
        }
        if !scalars {
            dims.insert(a.vector, spans.len());
        }
        let dtype = self.one_of(&[DType::I32, DType::I64]);
        self.constant(b, from_f64(dtype, &dims, &numbers))
    }

    /// The axis of the indices that is the batch axis.
    fn batching(a: &Addressing) -> Axes {
        let scalars = a.vector == a.places.len() && a.mapped.len() == 1;
        let after = !scalars && a.place_of_batch >= a.vector;
        a.batch.iter().map(|_| a.place_of_batch + usize::from(after)).collect()
    }

    pub(super) fn gather(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape) -> Result<ValueId> {
        let sizes = shape.sizes();
        if sizes.contains(&0) {
            gomlx_ir::bail!(Shape, "nothing to gather");
        }
        let a = self.addressing(&sizes)?;
        let indices = self.indices(b, &sizes, &a, Positions::Any)?;
        let dims = GatherDims {
            offset_dims: a.window_axes.clone(),
            collapsed_slice_dims: a.collapsed.clone(),
            operand_batching_dims: a.batch.into_iter().collect(),
            start_indices_batching_dims: Self::batching(&a),
            start_index_map: a.mapped,
            index_vector_dim: a.vector,
            slice_sizes: a.window,
            indices_are_sorted: false,
        };
        self.emit(b, Op::Gather(Box::new(dims)), &[x, indices])
    }

    pub(super) fn scatter(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape) -> Result<ValueId> {
        let sizes = shape.sizes();
        let a = self.addressing(&sizes)?;
        // If two updates hit one element, the backend chooses which is last, and also the maximum of a number and NaN.
        let single = a.mapped.iter().all(|&axis| a.window[axis] == 1);
        let reducer = match self.below(4) {
            0 if single => Reducer::Replace,
            1 if !shape.dtype.is_complex() || self.exact() && self.ordered(shape.dtype) => Reducer::Binary(BinaryOp::Maximum),
            _ => Reducer::Binary(BinaryOp::Add),
        };
        let distinct = reducer == Reducer::Replace;
        let indices = self.indices(b, &sizes, &a, if distinct { Positions::Distinct } else { Positions::Whole })?;
        let updates = self.shaped(b, shape.dtype, &a.all)?;
        let updates = self.without_nan(b, updates)?;
        let body = if matches!(reducer, Reducer::Binary(BinaryOp::Maximum)) && self.below(2) == 0 {
            chooser(b, &[shape.dtype], Direction::Ge)
        } else {
            b.reducer(reducer, shape.dtype)
        };
        let x = self.without_nan(b, x)?;
        let dims = ScatterDims {
            update_window_dims: a.window_axes.clone(),
            inserted_window_dims: a.collapsed.clone(),
            input_batching_dims: a.batch.into_iter().collect(),
            scatter_indices_batching_dims: Self::batching(&a),
            scatter_dims_to_operand_dims: a.mapped,
            index_vector_dim: a.vector,
            indices_are_sorted: false,
            unique_indices: distinct && self.below(2) == 0,
        };
        Ok(self.emit_all(b, Op::Scatter(Box::new(dims)), &[x, indices, updates], &[body])?[0])
    }

    /// Sorts by a key and moves other operands along, or takes the largest elements.
    pub(super) fn sort(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape) -> Result<SmallVec<[ValueId; 1]>> {
        // Rounding may swap two keys, and that would also swap the other operands or the imaginary parts.
        let decided = self.exact() || shape.dtype.is_int();
        if shape.rank() == 0 || !self.ordered(shape.dtype) || shape.dtype.is_complex() && !decided {
            gomlx_ir::bail!(Shape, "nothing to sort");
        }
        let key = self.without_nan(b, x)?;
        let axis = self.below(shape.rank());
        if self.below(4) == 0 && decided && !shape.dtype.is_complex() {
            let last = shape.size(shape.rank() - 1);
            // Here 0 and -0 are equal, but `top_k` orders them. Without this select their positions would differ.
            let zero = self.full(b, shape, 0.0)?;
            let is_zero = self.emit(b, Op::Compare(Direction::Eq, CompareKind::of(shape.dtype)), &[key, zero])?;
            let key = self.emit(b, Op::Select, &[is_zero, zero, key])?;
            let k = self.below(last + 1);
            return self.emit_all(b, Op::TopK(k), &[key], &[]);
        }
        let mut operands = vec![key];
        for _ in 0..if decided { self.below(3) } else { 0 } {
            let dtype = self.one_of(&[DType::I32, DType::F32, DType::U8]);
            operands.push(self.shaped(b, dtype, &shape.sizes())?);
        }
        let region = b.function.add_region();
        for &operand in &operands {
            let scalar = Shape::scalar(b.shape(operand).dtype);
            b.function.add_region_param(region, scalar.clone());
            b.function.add_region_param(region, scalar);
        }
        let [p, q] = [0, 1].map(|i| b.function.region(region).params[i]);
        let direction = self.one_of(&[Direction::Lt, Direction::Gt]);
        let mut inner = Builder::new(b.function, region);
        let first = if self.below(4) == 0 && shape.dtype.is_float() {
            // Compares magnitudes.
            let [p, q] = [p, q].map(|v| inner.unary(gomlx_ir::UnaryOp::Abs, v));
            inner.compare(direction, p, q)
        } else {
            inner.compare(direction, p, q)
        };
        b.function.region_mut(region).results = vec![first];
        self.emit_all(b, Op::Sort { axis, stable: true }, &operands, &[region])
    }

    /// The first element of a value, to branch on.
    pub(super) fn first_element(&mut self, b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
        let shape = b.shape(x).clone();
        if shape.num_elements() == 0 {
            return self.constant(b, HostTensor::full(shape.dtype, &[], 1.0)?);
        }
        let starts = Axes::from_elem(0, shape.rank());
        let ones = Axes::from_elem(1, shape.rank());
        let slice = Op::Slice { starts, limits: super::layout::dims(&ones), strides: ones };
        let first = self.emit(b, slice, &[x])?;
        self.emit(b, Op::Reshape(SmallVec::new()), &[first])
    }
}
