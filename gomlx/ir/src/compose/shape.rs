// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Functions that move elements: reshape, transpose, broadcast, slice, pad, concatenate.

use smallvec::SmallVec;

use super::Var;
use super::declare::{functions, methods};
use crate::{Axes, Code, Dim, Op, Shape};

methods! { movement:
    /// The same elements in row-major order with other dims.
    #[doc(alias = "view")]
    fn reshape(self, dims: Dims) -> Tensor<T> {
        self.with_dims(dims.as_ref())
    }

    /// Axes in another order: axis `i` of the result is axis `permutation[i]`.
    #[doc(alias = "permute")]
    fn transpose(self, permutation: Positions) -> Tensor<T> {
        self.composer().emit(Op::Transpose(permutation.as_ref().into()), &[self])
    }

    /// The last two axes exchanged.
    fn t(self) -> Tensor<T> {
        let rank = self.rank()?;
        if rank < 2 {
            return Err(self.composer().wrong(Code::Shape, format_args!("{} has fewer than two axes", self.shape()?)));
        }
        let mut permutation: Axes = (0..rank).collect();
        permutation.swap(rank - 2, rank - 1);
        self.transpose(permutation)
    }

    /// Repeated to larger dims by NumPy's rules: axes align at the end, and size 1 stretches.
    #[doc(alias = "expand")]
    fn broadcast_to(self, dims: Dims) -> Tensor<T> {
        self.broadcast(dims.as_ref())
    }

    /// With new axes of size 1 at positions of the result; -1 puts one last.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::<f32>::zeros(&[2, 3]).expand_dims(-1).dims(), [2, 3, 1]);
    /// assert_eq!(Tensor::<f32>::zeros(&[2, 3]).expand_dims([0, 2]).dims(), [1, 2, 1, 3]);
    /// ```
    #[doc(alias = "unsqueeze")]
    fn expand_dims(self, axes: Axes) -> Tensor<T> {
        let (given, shape) = (axes.axes(), self.shape()?);
        let rank = shape.rank() + given.len();
        let mut places = Axes::new();
        for &axis in given {
            let place = i64::from(axis) + if axis < 0 { rank as i64 } else { 0 };
            match usize::try_from(place) {
                Ok(place) if place < rank && !places.contains(&place) => places.push(place),
                _ => {
                    let message = format!("{shape} takes different new axes from -{rank} to {}, not {given:?}", rank - 1);
                    return Err(self.composer().wrong(Code::Attribute, message));
                }
            }
        }
        let mut own = shape.dims.into_iter();
        let size = |place| if places.contains(&place) { Some(Dim::Lit(1)) } else { own.next() };
        self.with_dims(&(0..rank).filter_map(size).collect::<Vec<Dim>>())
    }

    /// Without axes, which have size 1.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::<f32>::zeros(&[1, 2, 1]).squeeze(-1).dims(), [1, 2]);
    /// assert_eq!(Tensor::<f32>::zeros(&[1, 2, 1]).squeeze([0, 2]).dims(), [2]);
    /// ```
    fn squeeze(self, axes: Axes) -> Tensor<T> {
        let (axes, dims) = (self.axes(axes.axes())?, self.dims()?);
        if let Some(&axis) = axes.iter().find(|&&axis| !dims[axis].is(1)) {
            let message = format!("axis {axis} of {} has not size 1", self.shape()?);
            return Err(self.composer().wrong_if(dims[axis].provably_differs(&Dim::Lit(1)), Code::Shape, message));
        }
        let kept: Vec<Dim> = dims.into_iter().enumerate().filter(|(axis, _)| !axes.contains(axis)).map(|(_, size)| size).collect();
        self.with_dims(&kept)
    }

    /// All axes as one.
    #[doc(alias = "ravel")]
    fn flatten(self) -> Tensor<T> {
        let count = self.dims()?.iter().fold(Dim::Lit(1), |count, size| &count * size);
        self.with_dims(&[count])
    }

    /// A part of one axis, from `start` (inclusive) to `end` (exclusive).
    fn slice_axis(self, axis: Axis, start: Position, end: Size) -> Tensor<T> {
        let position = self.axis(axis)?;
        let mut limits = self.dims()?;
        let rank = limits.len();
        let mut starts = Axes::from_elem(0, rank);
        starts[position] = start;
        limits[position] = end.into();
        self.composer().emit(Op::Slice { starts, limits, strides: Axes::from_elem(1, rank) }, &[self])
    }

    /// With `value` before and after the elements, per axis (low, high); negative cuts.
    fn pad(self, padding: Pairs, value: Scalar) -> Tensor<T> {
        let c = self.composer();
        let (low, high): (SmallVec<[i64; 4]>, SmallVec<[i64; 4]>) = padding.as_ref().iter().copied().unzip();
        let interior = SmallVec::from_elem(0, low.len());
        c.emit(Op::Pad { low, high, interior }, &[self, c.operand(self.dtype()?, value.into())])
    }

    /// In reverse order along axes.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::new(&[3], &[1, 2, 3])?.reverse(0).to_vec()?, [3, 2, 1]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "flip")]
    #[doc(alias = "fliplr")]
    #[doc(alias = "flipud")]
    fn reverse(self, axes: Axes) -> Tensor<T> {
        let axes = self.axes(axes.axes())?;
        if axes.is_empty() {
            return Ok(self);
        }
        self.composer().emit(Op::Reverse(axes), &[self])
    }
}

functions! { join, Free:
    /// Tensors one after the other along an axis.
    ///
    /// ```
    /// use gomlx::{Tensor, concat};
    /// let x = Tensor::new(&[1, 2], &[1, 2])?;
    /// assert_eq!(concat(&[&x, &x], 0).dims(), &[2, 2]);
    /// assert_eq!(concat(&[&x, &x], -1).dims(), &[1, 4]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "concatenate")]
    #[doc(alias = "cat")]
    fn concat(self, tensors: Tensors, axis: Axis) -> Tensor<T> {
        let tensors = tensors.as_ref();
        let Some(first) = tensors.first() else {
            return Err(self.wrong(Code::Shape, "no tensors were given"));
        };
        self.emit(Op::Concatenate(first.axis(axis)?), tensors)
    }

    /// Tensors of one shape along a new axis.
    fn stack(self, tensors: Tensors, axis: Axis) -> Tensor<T> {
        let expanded: Vec<Var<'_>> = tensors.as_ref().iter().map(|tensor| tensor.expand_dims(axis)).collect();
        self.concat(expanded, axis)
    }
}

functions! { positions, Associated:
    /// Positions along an axis of given dims: 0, 1, 2, ..
    fn iota<T>(self, dims: Dims, axis: Position) -> Tensor<T> {
        self.emit(Op::Iota { shape: Shape::symbolic(T, dims.as_ref().iter().cloned()), axis }, &[])
    }

    /// 0, 1, .. `n` - 1.
    fn arange<T>(self, n: Size) -> Tensor<T> {
        self.iota(T, [n.into()], 0)
    }
}

functions! { filled, Associated:
    /// A tensor with every element equal to `value`.
    fn full<T>(self, dims: Dims, value: Scalar) -> Tensor<T> {
        self.operand(T, value.into()).broadcast(dims.as_ref())
    }

    /// Zeros (false).
    fn zeros<T>(self, dims: Dims) -> Tensor<T> {
        self.operand(T, 0.into()).broadcast(dims.as_ref())
    }

    /// Ones (true).
    fn ones<T>(self, dims: Dims) -> Tensor<T> {
        self.operand(T, 1.into()).broadcast(dims.as_ref())
    }
}
