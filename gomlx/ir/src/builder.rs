// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Appending instructions to a region: what traces, transforms and rewrites use.

use std::sync::Arc;

use smallvec::SmallVec;

use crate::op::Identity;
use crate::{
    Axes, BinaryOp, CompareKind, DType, Def, Derivative, Dim, Direction, Function, HostTensor, InstId, Location, Op, RegionId, Result,
    Shape, UnaryOp, ValueId,
};

/// Appends instructions to one region of a function, all at one source location.
///
/// The methods named after ops are for callers that know their operands fit
/// (transforms and rewrites of a verified graph); they panic where [`Builder::emit`] is an error.
pub struct Builder<'f> {
    /// The function.
    pub function: &'f mut Function,
    /// The region.
    pub region: RegionId,
    /// The location given to new instructions.
    pub location: Option<Location>,
}

/// A body of `reduce`, `reduce_window` or `scatter` that is one op, or that keeps the new value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reducer {
    /// One binary op of the accumulated and the new value; it is commutative.
    Binary(BinaryOp),
    /// The new value: `scatter` that overwrites.
    Replace,
}

const FITS: &str = "operands of a verified graph fit the op";

impl<'f> Builder<'f> {
    /// A builder at the end of a region.
    pub fn new(function: &'f mut Function, region: RegionId) -> Builder<'f> {
        Builder { function, region, location: None }
    }

    /// Appends an instruction without regions and with one result.
    ///
    /// # Errors
    /// If the op cannot take the operands.
    pub fn emit(&mut self, op: Op, operands: &[ValueId]) -> Result<ValueId> {
        let inst = self.emit_inst(op, operands, &[])?;
        Ok(self.function.inst(inst).results[0])
    }

    /// Appends an instruction.
    ///
    /// # Errors
    /// If the op cannot take the operands and regions.
    pub fn emit_inst(&mut self, op: Op, operands: &[ValueId], regions: &[RegionId]) -> Result<InstId> {
        self.function.push(self.region, op, operands, regions, self.location.as_ref())
    }

    /// The same value, which counts as a constant to every derivative.
    pub fn stop_gradient(&mut self, x: ValueId) -> ValueId {
        let op = Op::Reshape(self.shape(x).dims.clone());
        let stopped = self.function.push_marked(self.region, op, &[x], &[], Derivative::Stopped, self.location.as_ref()).expect(FITS);
        self.function.inst(stopped).results[0]
    }

    /// The shape of a value.
    pub fn shape(&self, value: ValueId) -> &Shape {
        self.function.shape(value)
    }

    /// A constant.
    pub fn constant(&mut self, tensor: HostTensor) -> ValueId {
        self.emit(Op::Constant(Arc::new(tensor)), &[]).expect(FITS)
    }

    /// A scalar constant: the nearest of the element type.
    pub fn scalar(&mut self, dtype: DType, value: f64) -> ValueId {
        self.constant(HostTensor::full(dtype, &[], value).expect("a scalar has one element"))
    }

    /// A value of the shape of `like` with all elements equal.
    pub fn full_like(&mut self, like: ValueId, value: f64) -> ValueId {
        let shape = self.shape(like).clone();
        self.full(&shape, value)
    }

    /// A value of a shape with all elements equal.
    pub fn full(&mut self, shape: &Shape, value: f64) -> ValueId {
        let scalar = self.scalar(shape.dtype, value);
        self.broadcast(scalar, &shape.dims, &[])
    }

    /// An elementwise function of one operand.
    pub fn unary(&mut self, op: UnaryOp, x: ValueId) -> ValueId {
        self.emit(Op::Unary(op), &[x]).expect(FITS)
    }

    /// An elementwise function of two operands of one shape.
    pub fn binary(&mut self, op: BinaryOp, x: ValueId, y: ValueId) -> ValueId {
        self.emit(Op::Binary(op), &[x, y]).expect(FITS)
    }

    /// Sum.
    pub fn add(&mut self, x: ValueId, y: ValueId) -> ValueId {
        self.binary(BinaryOp::Add, x, y)
    }

    /// Difference.
    pub fn sub(&mut self, x: ValueId, y: ValueId) -> ValueId {
        self.binary(BinaryOp::Subtract, x, y)
    }

    /// Product.
    pub fn mul(&mut self, x: ValueId, y: ValueId) -> ValueId {
        self.binary(BinaryOp::Multiply, x, y)
    }

    /// Quotient.
    pub fn div(&mut self, x: ValueId, y: ValueId) -> ValueId {
        self.binary(BinaryOp::Divide, x, y)
    }

    /// Negation.
    pub fn neg(&mut self, x: ValueId) -> ValueId {
        self.unary(UnaryOp::Negate, x)
    }

    /// Product with a number.
    pub fn scale(&mut self, x: ValueId, factor: f64) -> ValueId {
        let factor = self.full_like(x, factor);
        self.mul(x, factor)
    }

    /// Comparison by the element type's usual order.
    pub fn compare(&mut self, direction: Direction, x: ValueId, y: ValueId) -> ValueId {
        let kind = CompareKind::of(self.shape(x).dtype);
        self.emit(Op::Compare(direction, kind), &[x, y]).expect(FITS)
    }

    /// Elementwise choice.
    pub fn select(&mut self, predicate: ValueId, on_true: ValueId, on_false: ValueId) -> ValueId {
        self.emit(Op::Select, &[predicate, on_true, on_false]).expect(FITS)
    }

    /// Conversion; nothing if the type is already that.
    pub fn convert(&mut self, x: ValueId, dtype: DType) -> ValueId {
        if self.shape(x).dtype == dtype {
            return x;
        }
        self.emit(Op::Convert(dtype), &[x]).expect(FITS)
    }

    /// `broadcast_in_dim`; nothing if the dims are already those.
    pub fn broadcast(&mut self, x: ValueId, dims: &[Dim], axes: &[usize]) -> ValueId {
        if *self.shape(x).dims == *dims {
            return x;
        }
        self.emit(Op::BroadcastInDim { dims: dims.into(), axes: axes.into() }, &[x]).expect(FITS)
    }

    /// `reshape`; nothing if the dims are already those.
    pub fn reshape(&mut self, x: ValueId, dims: &[Dim]) -> ValueId {
        if *self.shape(x).dims == *dims {
            return x;
        }
        self.emit(Op::Reshape(dims.into()), &[x]).expect(FITS)
    }

    /// `transpose`; nothing if the permutation is the identity.
    pub fn transpose(&mut self, x: ValueId, permutation: &[usize]) -> ValueId {
        if permutation.iter().enumerate().all(|(i, &p)| i == p) {
            return x;
        }
        self.emit(Op::Transpose(permutation.into()), &[x]).expect(FITS)
    }

    /// Reduces one operand over axes by a reducer, from its identity.
    pub fn reduce(&mut self, reducer: BinaryOp, x: ValueId, axes: &[usize]) -> ValueId {
        if axes.is_empty() {
            return x;
        }
        let dtype = self.shape(x).dtype;
        let initial = self.identity(reducer, dtype);
        let body = self.reducer(Reducer::Binary(reducer), dtype);
        let inst = self.emit_inst(Op::Reduce(Axes::from(axes)), &[x, initial], &[body]).expect(FITS);
        self.function.inst(inst).results[0]
    }

    /// Sum over axes.
    pub fn reduce_sum(&mut self, x: ValueId, axes: &[usize]) -> ValueId {
        self.reduce(BinaryOp::Add, x, axes)
    }

    /// A scalar that changes nothing under a reducer.
    ///
    /// # Panics
    /// If the op has no identity.
    pub fn identity(&mut self, reducer: BinaryOp, dtype: DType) -> ValueId {
        let value = reducer.identity(dtype).expect("reducers have an identity");
        self.constant(value)
    }

    /// A region of two scalars that is a reducer.
    pub fn reducer(&mut self, reducer: Reducer, dtype: DType) -> RegionId {
        let region = self.function.add_region();
        let x = self.function.add_region_param(region, Shape::scalar(dtype));
        let y = self.function.add_region_param(region, Shape::scalar(dtype));
        let result = match reducer {
            Reducer::Replace => y,
            Reducer::Binary(op) => Builder::new(self.function, region).binary(op, x, y),
        };
        self.function.region_mut(region).results = vec![result];
        region
    }
}

impl BinaryOp {
    /// The value that changes nothing: 0 for add, the least for maximum.
    pub fn identity(self, dtype: DType) -> Option<HostTensor> {
        let least = |greatest: bool| -> HostTensor {
            fn int<T: crate::Element>(x: T) -> HostTensor {
                HostTensor::scalar(x)
            }
            match dtype {
                DType::Bool => int(greatest),
                DType::I8 => int(if greatest { i8::MAX } else { i8::MIN }),
                DType::I16 => int(if greatest { i16::MAX } else { i16::MIN }),
                DType::I32 => int(if greatest { i32::MAX } else { i32::MIN }),
                DType::I64 => int(if greatest { i64::MAX } else { i64::MIN }),
                DType::U8 => int(if greatest { u8::MAX } else { u8::MIN }),
                DType::U16 => int(if greatest { u16::MAX } else { u16::MIN }),
                DType::U32 => int(if greatest { u32::MAX } else { u32::MIN }),
                DType::U64 => int(if greatest { u64::MAX } else { u64::MIN }),
                DType::Narrow(narrow) => HostTensor::from_bytes(dtype, &[], &[narrow.extreme(greatest)]).expect("a byte of the type"),
                DType::F16 | DType::BF16 | DType::F32 | DType::F64 | DType::C64 | DType::C128 => {
                    let infinity = if greatest { f64::INFINITY } else { f64::NEG_INFINITY };
                    HostTensor::full(dtype, &[], infinity).expect("a scalar has one element")
                }
            }
        };
        let number = |x: f64| HostTensor::full(dtype, &[], x).expect("a scalar has one element");
        match self.function().identity {
            Identity::None => None,
            Identity::Zero => Some(number(0.0)),
            Identity::One => Some(number(1.0)),
            Identity::Least => Some(least(false)),
            Identity::Greatest => Some(least(true)),
            Identity::Ones if dtype == DType::Bool => Some(number(1.0)),
            Identity::Ones if dtype.is_int() => HostTensor::from_bytes(dtype, &[], &vec![0xff; dtype.size()]).ok(),
            Identity::Ones => None,
        }
    }
}

impl Function {
    /// The reducer that a region is, if it is one of the known forms.
    pub fn reducer_of(&self, region: RegionId) -> Option<Reducer> {
        let region = self.region(region);
        let (&[x, y], &[result]) = (region.params.as_slice(), region.results.as_slice()) else { return None };
        if result == y {
            return Some(Reducer::Replace);
        }
        let Def::Result(inst, 0) = self.value(result).def else { return None };
        let inst = self.inst(inst);
        let swapped: SmallVec<[ValueId; 4]> = SmallVec::from_slice(&[y, x]);
        match inst.op {
            Op::Binary(op) if inst.operands[..] == [x, y] || (inst.operands == swapped && op.is_commutative()) => {
                op.is_commutative().then_some(Reducer::Binary(op))
            }
            _ => None,
        }
    }
}
