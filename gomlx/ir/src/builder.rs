// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The builder that traces, transforms and rewrites use to append instructions to a region.

use std::sync::Arc;

use smallvec::SmallVec;

use crate::op::Identity;
use crate::{
    Axes, BinaryOp, CompareKind, DType, Def, Derivative, Dim, Direction, Function, HostTensor, InstId, Location, Op, RegionId, Result,
    Shape, UnaryOp, ValueId,
};

/// Appends instructions to one region of a function, all at one source location.
///
/// The methods named after ops are for callers whose operands are known to fit, such as transforms and rewrites of a
/// verified graph. They panic where [`Builder::emit`] returns an error.
pub struct Builder<'f> {
    /// The function.
    pub function: &'f mut Function,
    /// The region.
    pub region: RegionId,
    /// The location given to new instructions.
    pub location: Option<Location>,
}

/// A known form of the body of `reduce`, `reduce_window` or `scatter`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reducer {
    /// One commutative binary op, applied to the accumulated and the new value.
    Binary(BinaryOp),
    /// The new value replaces the accumulated one: a `scatter` that overwrites.
    Replace,
}

const FITS: &str = "operands of a verified graph fit the op";

impl<'f> Builder<'f> {
    /// Creates a builder that appends to a region.
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

    /// Emits a value equal to `x` that every derivative treats as a constant.
    pub fn stop_gradient(&mut self, x: ValueId) -> ValueId {
        let op = Op::Reshape(self.shape(x).dims.clone());
        let stopped = self.function.push_marked(self.region, op, &[x], &[], Derivative::Stopped, self.location.as_ref()).expect(FITS);
        self.function.inst(stopped).results[0]
    }

    /// The shape of a value.
    pub fn shape(&self, value: ValueId) -> &Shape {
        self.function.shape(value)
    }

    /// Emits a constant.
    pub fn constant(&mut self, tensor: HostTensor) -> ValueId {
        self.emit(Op::Constant(Arc::new(tensor)), &[]).expect(FITS)
    }

    /// Emits a scalar constant: the nearest value of the dtype.
    pub fn scalar(&mut self, dtype: DType, value: f64) -> ValueId {
        self.constant(HostTensor::full(dtype, &[], value).expect("a scalar has one element"))
    }

    /// Emits a value of the shape of `like` with all elements equal to `value`.
    pub fn full_like(&mut self, like: ValueId, value: f64) -> ValueId {
        let shape = self.shape(like).clone();
        self.full(&shape, value)
    }

    /// Emits a value of a shape with all elements equal to `value`.
    pub fn full(&mut self, shape: &Shape, value: f64) -> ValueId {
        let scalar = self.scalar(shape.dtype, value);
        self.broadcast(scalar, &shape.dims, &[])
    }

    /// Emits an elementwise function of one operand.
    pub fn unary(&mut self, op: UnaryOp, x: ValueId) -> ValueId {
        self.emit(Op::Unary(op), &[x]).expect(FITS)
    }

    /// Emits an elementwise function of two operands of the same shape.
    pub fn binary(&mut self, op: BinaryOp, x: ValueId, y: ValueId) -> ValueId {
        self.emit(Op::Binary(op), &[x, y]).expect(FITS)
    }

    /// Emits the sum of two values.
    pub fn add(&mut self, x: ValueId, y: ValueId) -> ValueId {
        self.binary(BinaryOp::Add, x, y)
    }

    /// Emits the difference of two values.
    pub fn sub(&mut self, x: ValueId, y: ValueId) -> ValueId {
        self.binary(BinaryOp::Subtract, x, y)
    }

    /// Emits the elementwise product of two values.
    pub fn mul(&mut self, x: ValueId, y: ValueId) -> ValueId {
        self.binary(BinaryOp::Multiply, x, y)
    }

    /// Emits the quotient of two values.
    pub fn div(&mut self, x: ValueId, y: ValueId) -> ValueId {
        self.binary(BinaryOp::Divide, x, y)
    }

    /// Emits the negation of a value.
    pub fn neg(&mut self, x: ValueId) -> ValueId {
        self.unary(UnaryOp::Negate, x)
    }

    /// Emits the product of a value and a number.
    pub fn scale(&mut self, x: ValueId, factor: f64) -> ValueId {
        let factor = self.full_like(x, factor);
        self.mul(x, factor)
    }

    /// Emits a comparison by the usual order of the dtype.
    pub fn compare(&mut self, direction: Direction, x: ValueId, y: ValueId) -> ValueId {
        let kind = CompareKind::of(self.shape(x).dtype);
        self.emit(Op::Compare(direction, kind), &[x, y]).expect(FITS)
    }

    /// Emits `select`: elements of `on_true` where the predicate is true, elements of `on_false` elsewhere.
    pub fn select(&mut self, predicate: ValueId, on_true: ValueId, on_false: ValueId) -> ValueId {
        self.emit(Op::Select, &[predicate, on_true, on_false]).expect(FITS)
    }

    /// Emits a conversion. Returns `x` if it has the dtype already.
    pub fn convert(&mut self, x: ValueId, dtype: DType) -> ValueId {
        if self.shape(x).dtype == dtype {
            return x;
        }
        self.emit(Op::Convert(dtype), &[x]).expect(FITS)
    }

    /// Emits `broadcast_in_dim`. Returns `x` if it has the dims already.
    pub fn broadcast(&mut self, x: ValueId, dims: &[Dim], axes: &[usize]) -> ValueId {
        if *self.shape(x).dims == *dims {
            return x;
        }
        self.emit(Op::BroadcastInDim { dims: dims.into(), axes: axes.into() }, &[x]).expect(FITS)
    }

    /// Emits `reshape`. Returns `x` if it has the dims already.
    pub fn reshape(&mut self, x: ValueId, dims: &[Dim]) -> ValueId {
        if *self.shape(x).dims == *dims {
            return x;
        }
        self.emit(Op::Reshape(dims.into()), &[x]).expect(FITS)
    }

    /// Emits `transpose`. Returns `x` if the permutation is the identity.
    pub fn transpose(&mut self, x: ValueId, permutation: &[usize]) -> ValueId {
        if permutation.iter().enumerate().all(|(i, &p)| i == p) {
            return x;
        }
        self.emit(Op::Transpose(permutation.into()), &[x]).expect(FITS)
    }

    /// Emits a reduction of one operand over axes by a reducer, starting from the reducer's identity.
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

    /// Emits the sum over axes.
    pub fn reduce_sum(&mut self, x: ValueId, axes: &[usize]) -> ValueId {
        self.reduce(BinaryOp::Add, x, axes)
    }

    /// Emits the identity of a reducer: the scalar that changes no value.
    ///
    /// # Panics
    /// If the op has no identity.
    pub fn identity(&mut self, reducer: BinaryOp, dtype: DType) -> ValueId {
        let value = reducer.identity(dtype).expect("reducers have an identity");
        self.constant(value)
    }

    /// Adds a region on two scalars with the body of a reducer.
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
    /// The identity of the op as a scalar, for example 0 for `add` and the least value for `maximum`. `None` if it has
    /// none.
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
            Identity::Ones if dtype.is_int() || dtype.is_small_int() => HostTensor::from_bytes(dtype, &[], &vec![0xff; dtype.size()]).ok(),
            Identity::Ones => None,
        }
    }
}

impl Function {
    /// The reducer whose body the region is, if the region has one of the known forms.
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
