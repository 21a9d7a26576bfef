// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Images at places between their pixels: of each axis the pixels around a place, weighted.

use super::declare::functions;
use super::resize::cubic;
use super::{Boundary, Composed, GridMode, GridPadding, Sizes, Var};
use crate::{Axes, Code, DType, Dim, GatherDims, Op, UnaryOp};

functions! { sample, Image:
    /// The image at places, of which `coordinates` has a tensor for each axis of the image; these broadcast, and the
    /// result has their dims. Of `order` 0 the nearest pixel (of equally near ones that farther from 0), of 1 linear
    /// between the pixels. `boundary` says what the image is outside, `fill` the value of `Boundary::Constant`. A
    /// coordinate that is not finite gives NaN. Floating point only.
    ///
    /// ```
    /// use gomlx::{Boundary, Tensor, image};
    /// let x = Tensor::new(&[3], &[1.0f32, 2.0, 4.0])?;
    /// let at = Tensor::new(&[3], &[0.5f32, 1.75, 3.0])?;
    /// let y = image::map_coordinates(&x, &[&at], 1, Boundary::Mirror, 0.0);
    /// assert_eq!(y.to_vec()?, [1.5, 3.5, 2.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    ///
    /// # Panics
    /// If there are not as many coordinates as axes, or the order is another; in a graph this is an error of the trace.
    fn map_coordinates(self, x: Tensor, coordinates: Tensors, order: Position, boundary: Boundary, fill: Real) -> Tensor<T> {
        let (shape, coordinates) = (x.shape()?, coordinates.as_ref());
        if coordinates.len() != shape.rank() || coordinates.is_empty() {
            let message = format!("{} coordinates do not fit the axes of {shape}", coordinates.len());
            return Err(self.wrong(Code::Shape, message));
        }
        let mode = match order {
            0 => GridMode::Nearest,
            1 => GridMode::Linear,
            _ => return Err(self.wrong(Code::Attribute, format!("the order {order} is not 0 or 1"))),
        };
        let wide = x.floating()?.accumulator();
        let coordinates = self.broadcast_arrays(coordinates);
        let dims = coordinates.first().ok_or(super::Stopped)?.dims()?;
        let one = [Dim::Lit(1)];
        let image = x.convert(wide).with_dims(&[&one, &shape.dims[..], &one].concat());
        let nearest = |place: Var<'c>| place.unary(UnaryOp::RoundNearestAfz);
        let mut taps = vec![];
        for (place, size) in coordinates.into_iter().zip(&shape.dims) {
            let n = size.lit().ok_or_else(|| self.unknown())?;
            taps.push(Taps::new(place.convert(wide).expand_dims(0), n, mode, nearest, boundary)?);
        }
        image.sampled(&taps, fill)?.with_dims(&dims).convert(shape.dtype)
    }

    /// The image `[batch, channels, spatial..]` at the places of a grid `[batch, places.., axes]`, whose vectors have a
    /// coordinate for each spatial axis, that of the last axis first: (x, y), from -1 to 1. With `align_corners` these
    /// are the centres of the outer pixels, else their edges. The result is `[batch, channels, places..]`.
    ///
    /// A coordinate that is not finite gives NaN. Floating point only.
    ///
    /// ```
    /// use gomlx::{GridMode, GridPadding, Tensor, image};
    /// let x = Tensor::new(&[1, 1, 1, 3], &[1.0f32, 2.0, 4.0])?;
    /// let grid = Tensor::new(&[1, 1, 2, 2], &[0.5f32, 0.0, 1.0, 0.0])?;
    /// let y = image::grid_sample(&x, &grid, GridMode::Linear, GridPadding::Border, true);
    /// assert_eq!(y.to_vec()?, [3.0, 4.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    ///
    /// # Panics
    /// If the grid does not fit; in a graph this is an error of the trace.
    fn grid_sample(self, x: Tensor, grid: Tensor, mode: GridMode, padding: GridPadding, align_corners: Flag) -> Tensor<T> {
        let (shape, places) = (x.shape()?, grid.shape()?);
        let spatial = shape.rank().saturating_sub(2);
        let fits = spatial > 0 && places.rank() >= 2 && !places.dims[places.rank() - 1].provably_differs(&Dim::Lit(spatial));
        if !fits || places.dims[0].provably_differs(&shape.dims[0]) {
            let note = "the image is [batch, channels, spatial..], the grid [batch, places.., spatial axes]";
            return Err(self.wrong_note(Code::Shape, format!("{shape} and the grid {places} do not fit"), note));
        }
        let wide = x.floating()?.accumulator();
        let boundary = match padding {
            GridPadding::Zeros => Boundary::Constant,
            GridPadding::Border => Boundary::Nearest,
            GridPadding::Reflection if align_corners => Boundary::Mirror,
            GridPadding::Reflection => Boundary::Reflect,
        };
        let vectors = grid.convert(wide).unstack(-1);
        let mut taps = vec![];
        for (size, place) in shape.dims[2..].iter().zip(vectors.into_iter().rev()) {
            let n = size.lit().ok_or_else(|| self.unknown())?;
            let pixels = n as f64;
            let place = if align_corners { (place + 1.0) * ((pixels - 1.0) / 2.0) } else { ((place + 1.0) * pixels - 1.0) * 0.5 };
            taps.push(Taps::new(place, n, mode, Var::round, boundary)?);
        }
        x.convert(wide).move_axes(1, -1).sampled(&taps, 0.0)?.move_axes(-1, 1).convert(shape.dtype)
    }

    /// The grid of an affine map for [`grid_sample`]: of `theta`, `[batch, axes, axes + 1]`, and the spatial sizes of
    /// the result, `[batch, sizes.., axes]`: theta times (x, y, .., 1) at each place. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, image};
    /// let identity = Tensor::new(&[1, 2, 3], &[1.0f32, 0.0, 0.0, 0.0, 1.0, 0.0])?;
    /// let grid = image::affine_grid(&identity, [1, 3], true);
    /// assert_eq!(grid.to_vec()?, [-1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    ///
    /// # Panics
    /// If `theta` does not fit; in a graph this is an error of the trace.
    fn affine_grid(self, theta: Tensor, sizes: Positions, align_corners: Flag) -> Tensor<T> {
        let (shape, sizes) = (theta.shape()?, sizes.as_ref());
        let spatial = sizes.len();
        let wide = theta.floating()?.accumulator();
        if shape.rank() != 3 || !shape.dims[1].is(spatial) || !shape.dims[2].is(spatial + 1) {
            let message = format!("{shape} is not [batch, {spatial}, {}]", spatial + 1);
            return Err(self.wrong_if(shape.rank() != 3 || shape.dims[1..].iter().all(|size| size.lit().is_some()), Code::Shape, message));
        }
        let dims: Sizes = sizes.iter().map(|&n| Dim::Lit(n)).collect();
        let mut coordinates = vec![self.ones(wide, &dims)];
        for (axis, &n) in sizes.iter().enumerate() {
            // From -1 to 1 at the centres of the outer pixels, or at their edges; 0 of one pixel.
            let (first, step) = match (align_corners, n) {
                (_, 1) => (0.0, 0.0),
                (true, _) => (-1.0, 2.0 / (n as f64 - 1.0)),
                (false, _) => (1.0 / n as f64 - 1.0, 2.0 / n as f64),
            };
            coordinates.push(self.iota(wide, &dims, axis) * step + first);
        }
        coordinates.reverse();
        let points = self.stack(coordinates, -1).with_dims(&[Dim::Lit(crate::product(sizes)), Dim::Lit(spatial + 1)]);
        let to: Vec<Dim> = [&shape.dims[..1], &dims, &[Dim::Lit(spatial)]].concat();
        points.matmul(theta.convert(wide).t()).with_dims(&to).convert(shape.dtype)
    }
}

/// The pixels of an axis that count for each place. They are on a last axis.
struct Taps<'c> {
    /// Their positions, `i32`.
    positions: Var<'c>,
    /// Whether they are in the image, unless the positions always are.
    inside: Option<Var<'c>>,
    weights: Var<'c>,
}

impl<'c> Taps<'c> {
    /// The pixels of an axis of `n` around each place; `nearest` rounds a place.
    fn new(place: Var<'c>, n: usize, mode: GridMode, nearest: impl FnOnce(Var<'c>) -> Var<'c>, boundary: Boundary) -> Composed<Taps<'c>> {
        let (c, dtype) = (place.composer(), place.dtype()?);
        let size = i32::try_from(n).ok().filter(|&n| (1..=1 << 24).contains(&n));
        let size = size.ok_or_else(|| c.wrong(Code::Shape, format!("an axis of {n} pixels cannot be sampled")))?;
        let (first, lower, weights) = match mode {
            GridMode::Nearest => (0, nearest(place), vec![c.ones(dtype, place.dims()?)]),
            GridMode::Linear => {
                let lower = place.floor();
                let part = place - lower;
                (0, lower, vec![1.0 - part, part])
            }
            GridMode::Cubic => {
                let lower = place.floor();
                let part = place - lower;
                let distances = [part + 1.0, part, 1.0 - part, 2.0 - part];
                (-1, lower, distances.into_iter().map(|distance| cubic(distance, -0.75)).collect())
            }
        };
        let number = |weight: Var<'c>| weight.select(place.is_finite(), f64::NAN);
        let weights: Vec<Var<'c>> = weights.into_iter().map(number).collect();
        // Far outside one place is as good as another, and its position is a number of `i32` whatever the boundary.
        let far = 5e8;
        let lower = lower.select(place.is_finite(), 0.0).clamp(-far, far).convert(DType::I32).expand_dims(-1);
        let positions = lower + c.iota(DType::I32, [Dim::Lit(weights.len())], 0) + first;
        let mirrored = |positions: Var<'c>, half: i32| ((positions + half).modulo(2 * half) - half).abs();
        let (positions, inside) = match boundary {
            Boundary::Constant => (positions.clamp(0, size - 1), Some(positions.ge(0) & positions.lt(size))),
            Boundary::Nearest => (positions.clamp(0, size - 1), None),
            Boundary::Wrap => (positions.modulo(size), None),
            // One pixel is its own mirror image.
            Boundary::Mirror => (mirrored(positions, (size - 1).max(1)).minimum(size - 1), None),
            Boundary::Reflect => ((mirrored(positions * 2 + 1, 2 * size) - 1) / c.scalar(DType::I32, 2.0), None),
        };
        Ok(Taps { positions, inside, weights: c.stack(weights, -1) })
    }
}

impl<'c> Var<'c> {
    /// The image `[batch, spatial.., channels]` at places, of which there are taps for each spatial axis, `[batch,
    /// places.., taps]`: `[batch, places.., channels]`.
    fn sampled(self, taps: &[Taps<'c>], fill: f64) -> Composed<Var<'c>> {
        let (c, shape) = (self.composer(), self.shape()?);
        let first = taps.first().ok_or(super::Stopped)?;
        let places = first.positions.rank()? - 1;
        let mut dims: Sizes = first.positions.dims()?[..places].into();
        for own in taps {
            dims.extend(own.positions.dims()?.last().cloned());
        }
        let spatial = taps.len();
        if shape.dims[0].is(0) {
            // A gather wants an element of each batch axis.
            let to: Vec<Dim> = dims[..places].iter().chain(shape.dims.last()).cloned().collect();
            return Ok(c.zeros(shape.dtype, to));
        }
        // The taps of an axis stand on an axis of their own.
        let spread = |x: Var<'c>, axis: usize| x.broadcast_in_dim(&dims, (0..places).chain([places + axis]).collect());
        let columns: Vec<Var<'c>> = taps.iter().enumerate().map(|(axis, own)| spread(own.positions, axis)).collect();
        let slice_sizes =
            (0..shape.rank()).map(|axis| if axis <= spatial { Ok(1) } else { self.size(axis) }).collect::<Composed<Axes>>()?;
        let gather = GatherDims {
            offset_dims: Axes::from_slice(&[dims.len()]),
            collapsed_slice_dims: (1..=spatial).collect(),
            operand_batching_dims: Axes::from_slice(&[0]),
            start_indices_batching_dims: Axes::from_slice(&[0]),
            start_index_map: (1..=spatial).collect(),
            index_vector_dim: dims.len(),
            slice_sizes,
            indices_are_sorted: false,
        };
        let mut pixels = c.emit(Op::Gather(Box::new(gather)), &[self, c.stack(columns, -1)]);
        let every: Axes = (0..dims.len()).collect();
        let to = pixels.dims()?;
        let inside = taps.iter().enumerate().filter_map(|(axis, own)| Some(spread(own.inside?, axis))).reduce(|a, b| a & b);
        if let Some(inside) = inside {
            pixels = pixels.select(inside.broadcast_in_dim(&to, every.clone()), fill);
        }
        let weights = taps.iter().enumerate().map(|(axis, own)| spread(own.weights, axis)).reduce(|a, b| a * b).ok_or(super::Stopped)?;
        let axes: Vec<i32> = (places..dims.len()).map(|axis| axis as i32).collect();
        Ok((pixels * weights.broadcast_in_dim(&to, every)).sum_axis(axes))
    }
}
