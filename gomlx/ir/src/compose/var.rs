// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tensors of a composition, and the operators on them.

use std::ops::{Add, BitAnd, BitOr, Div, Mul, Neg, Not, Rem, Sub};

use super::{Composed, Composer, Operand, Sizes, Stopped};
use crate::{Axes, BinaryOp, Code, CompareKind, DType, Dim, Direction, HostTensor, Op, Reducer, Shape, UnaryOp, ValueId};

/// A tensor of a graph that is being composed; its sizes may be symbols.
///
/// What follows from a stopped tensor is stopped too, so that compositions read as the math that they are. Only
/// questions about a shape have to be answered with `?`.
#[derive(Clone, Copy)]
pub struct Var<'c> {
    composer: &'c Composer<'c>,
    value: Option<ValueId>,
}

impl<'c> Var<'c> {
    pub(super) fn new(composer: &'c Composer<'c>, value: Option<ValueId>) -> Var<'c> {
        Var { composer, value }
    }

    /// Where the tensor is composed.
    pub fn composer(self) -> &'c Composer<'c> {
        self.composer
    }

    /// The value in the function.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn value(self) -> Composed<ValueId> {
        self.value.ok_or(Stopped)
    }

    /// Element type and sizes.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn shape(self) -> Composed<Shape> {
        Ok(self.composer.function.borrow().shape(self.value()?).clone())
    }

    /// Element type.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn dtype(self) -> Composed<DType> {
        Ok(self.composer.function.borrow().shape(self.value()?).dtype)
    }

    /// Size of each axis.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn dims(self) -> Composed<Sizes> {
        Ok(self.shape()?.dims)
    }

    /// Number of axes.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn rank(self) -> Composed<usize> {
        Ok(self.composer.function.borrow().shape(self.value()?).rank())
    }

    /// The position of an axis, which counts from the end if it is negative.
    ///
    /// # Errors
    /// If there is no such axis; if the composition has stopped.
    pub fn axis(self, axis: i32) -> Composed<usize> {
        let rank = self.rank()?;
        let position = if axis < 0 { i64::from(axis) + rank as i64 } else { i64::from(axis) };
        match usize::try_from(position) {
            Ok(position) if position < rank => Ok(position),
            _ => {
                let axes = match rank {
                    0 => "a scalar has no axes".to_owned(),
                    _ => format!("its axes are 0 to {}, or -{rank} to -1 from the end", rank - 1),
                };
                Err(self.composer.wrong_note(Code::Attribute, format_args!("{} has no axis {axis}", self.shape()?), axes))
            }
        }
    }

    /// The positions of axes, in order.
    ///
    /// # Errors
    /// If an axis is not there or named twice; if the composition has stopped.
    pub fn axes(self, axes: &[i32]) -> Composed<Axes> {
        let mut positions: Axes = axes.iter().map(|&axis| self.axis(axis)).collect::<Composed<_>>()?;
        positions.sort_unstable();
        if positions.windows(2).any(|pair| pair[0] == pair[1]) {
            let shape = self.shape()?;
            return Err(self.composer.wrong(Code::Attribute, format_args!("axes {axes:?} of {shape} name one axis twice")));
        }
        Ok(positions)
    }

    /// An elementwise function.
    pub fn unary(self, op: UnaryOp) -> Var<'c> {
        self.composer.emit(Op::Unary(op), &[self])
    }

    /// An elementwise function of two operands, which broadcast.
    pub fn binary(self, op: BinaryOp, right: impl Into<Operand>) -> Var<'c> {
        self.with(right.into(), |c, x, y| c.emit(Op::Binary(op), &[x, y]))
    }

    /// As [`Var::binary`], with the operand on the left.
    pub fn binary_from(self, op: BinaryOp, left: impl Into<Operand>) -> Var<'c> {
        self.with(left.into(), |c, x, y| c.emit(Op::Binary(op), &[y, x]))
    }

    /// A comparison by the element type's usual order; the operands broadcast.
    pub fn compare(self, direction: Direction, right: impl Into<Operand>) -> Var<'c> {
        self.with(right.into(), |c, x, y| match x.dtype() {
            Ok(dtype) => c.emit(Op::Compare(direction, CompareKind::of(dtype)), &[x, y]),
            Err(_) => x,
        })
    }

    /// An op of the tensor and an operand, both in their common shape.
    fn with(self, operand: Operand, op: impl FnOnce(&'c Composer<'c>, Var<'c>, Var<'c>) -> Var<'c>) -> Var<'c> {
        let c = self.composer;
        let pair = self.dtype().and_then(|dtype| c.broadcast_pair(self, c.operand(dtype, operand)));
        pair.map_or(Var::new(c, None), |(x, y)| op(c, x, y))
    }

    /// This where the mask is true, `other` where it is false. All three broadcast.
    pub fn select(self, mask: Var<'c>, other: impl Into<Operand>) -> Var<'c> {
        let c = self.composer;
        let select = || {
            let (x, y) = c.broadcast_pair(self, c.operand(self.dtype()?, other.into()))?;
            let (mask, x) = c.broadcast_pair(mask, x)?;
            let (_, y) = c.broadcast_pair(mask, y)?;
            Ok(c.emit(Op::Select, &[mask, x, y]))
        };
        c.flat(select())
    }

    /// The elements as another type.
    pub fn convert(self, to: DType) -> Var<'c> {
        match self.dtype() {
            Ok(dtype) if dtype == to => self,
            _ => self.composer.emit(Op::Convert(to), &[self]),
        }
    }

    /// The same elements in row-major order with other dims.
    pub fn with_dims(self, to: &[Dim]) -> Var<'c> {
        match self.dims() {
            Ok(dims) if *dims == *to => self,
            _ => self.composer.emit(Op::Reshape(to.into()), &[self]),
        }
    }

    /// Reduces axes from the reducer's identity; the axes go away.
    pub fn reduce(self, reducer: BinaryOp, axes: &[usize]) -> Var<'c> {
        self.composer.flat(self.try_reduce(reducer, axes))
    }

    fn try_reduce(self, reducer: BinaryOp, axes: &[usize]) -> Composed<Var<'c>> {
        if axes.is_empty() {
            return Ok(self);
        }
        let (c, dtype) = (self.composer, self.dtype()?);
        let identity = c.identity(reducer, dtype)?;
        Ok(c.emit_with(Op::Reduce(axes.into()), &[self, identity], Reducer::Binary(reducer), dtype))
    }

    /// Puts axes that a reduction of this tensor took away back with size 1.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn keep_axes(self, reduced: Var<'c>, axes: &[usize]) -> Composed<Var<'c>> {
        let mut kept = self.dims()?;
        for &axis in axes {
            kept[axis] = Dim::Lit(1);
        }
        Ok(reduced.with_dims(&kept))
    }

    /// The same tensor, which every derivative takes for a constant.
    pub fn stopped_gradient(self) -> Var<'c> {
        let c = self.composer;
        match (self.value(), self.dtype()) {
            (Ok(value), Ok(dtype)) if dtype.is_differentiable() => c.var(c.builder(|b| b.stop_gradient(value))),
            _ => self,
        }
    }
}

impl<'c> Composer<'c> {
    /// A scalar that changes nothing under a reducer.
    ///
    /// # Errors
    /// If there is none.
    pub fn identity(&'c self, reducer: BinaryOp, dtype: DType) -> Composed<Var<'c>> {
        let identity: Option<HostTensor> = reducer.identity(dtype);
        let op = Op::Binary(reducer);
        let missing = || self.wrong(Code::DType, format_args!("{} of {dtype} has no identity to reduce from", op.short_name()));
        identity.map(|identity| self.constant(identity)).ok_or_else(missing)
    }
}

macro_rules! operators {
    ($($Trait:ident $method:ident $Op:ident;)*) => { $(
        impl<'c, R: Into<Operand>> $Trait<R> for Var<'c> {
            type Output = Var<'c>;
            fn $method(self, right: R) -> Var<'c> {
                self.binary(BinaryOp::$Op, right)
            }
        }

        impl<'c> $Trait<Var<'c>> for f64 {
            type Output = Var<'c>;
            fn $method(self, right: Var<'c>) -> Var<'c> {
                right.binary_from(BinaryOp::$Op, self)
            }
        }
    )* };
}

operators! {
    Add add Add;
    Sub sub Subtract;
    Mul mul Multiply;
    Div div Divide;
    Rem rem Remainder;
    BitAnd bitand And;
    BitOr bitor Or;
}

impl<'c> Neg for Var<'c> {
    type Output = Var<'c>;
    fn neg(self) -> Var<'c> {
        self.unary(UnaryOp::Negate)
    }
}

impl<'c> Not for Var<'c> {
    type Output = Var<'c>;
    fn not(self) -> Var<'c> {
        self.unary(UnaryOp::Not)
    }
}
