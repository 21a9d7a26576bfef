// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The shorthands of CHLO, which become several ops each: binary ops that broadcast their operands first, and functions
//! that a few ops of StableHLO express.

use smallvec::SmallVec;

use super::Parser;
use super::attribute::Attribute;
use super::build;
use super::instruction::Form;
use crate::{
    Axes, BinaryOp, Builder, Code, CompareKind, Diagnostic, Dim, Direction, HostTensor, Location, Op, Result, Shape, UnaryOp, ValueId, bail,
};

/// The shorthands that do not broadcast.
const NAMES: &[&str] = &["chlo.conj", "chlo.constant", "chlo.constant_like", "chlo.is_neg_inf", "chlo.is_pos_inf", "chlo.square"];

/// The prefix of the shorthands that broadcast.
const BROADCAST: &str = "chlo.broadcast_";

/// Whether a name is that of a shorthand.
pub(super) fn is_shorthand(name: &str) -> bool {
    NAMES.contains(&name) || name.strip_prefix(BROADCAST).is_some_and(|op| op == "compare" || op == "select" || binary(op).is_some())
}

fn binary(op: &str) -> Option<BinaryOp> {
    ["stablehlo.", "chlo."].iter().find_map(|dialect| BinaryOp::from_name(&format!("{dialect}{op}")))
}

impl<'a> Parser<'a> {
    /// The result of a shorthand.
    pub(super) fn chlo(&mut self, form: &Form<'a>, location: &Location) -> Result<ValueId> {
        let a = &form.attributes;
        let mut b = Builder::new(&mut self.function, self.region);
        b.location = Some(location.clone());
        if let Some(op) = form.name.strip_prefix(BROADCAST) {
            let operands = broadcast(&mut b, op, &form.operands, a.axes("broadcast_dimensions")?)?;
            let op = match op {
                "select" => Op::Select,
                "compare" => build::compare(a, b.shape(operands[0]).dtype)?,
                _ => {
                    Op::Binary(binary(op).ok_or_else(|| Diagnostic::new(Code::Unsupported, format!("op {} is not supported", form.name)))?)
                }
            };
            return b.emit(op, &operands);
        }
        if let ("chlo.constant", []) = (&*form.name, &*form.operands) {
            let Some(Attribute::Dense(value)) = a.get("value") else { bail!(Parse, "expected attribute 'value' with a dense literal") };
            return b.emit(Op::Constant(value.clone()), &[]);
        }
        let &[x] = &*form.operands else { bail!(Graph, "{}: takes 1 operand, not {}", form.name, form.operands.len()) };
        let dtype = b.shape(x).dtype;
        match &*form.name {
            "chlo.constant_like" => {
                let value = match a.get("value") {
                    Some(Attribute::Float(value)) => *value,
                    Some(Attribute::Int(value)) => *value as f64,
                    Some(Attribute::Bool(value)) => f64::from(u8::from(*value)),
                    _ => bail!(Parse, "expected attribute 'value' with a number"),
                };
                let scalar = b.emit(Op::Constant(HostTensor::full(dtype, &[], value)?.into()), &[])?;
                let dims = b.shape(x).dims.clone();
                b.emit(Op::BroadcastInDim { dims, axes: Axes::new() }, &[scalar])
            }
            "chlo.conj" if dtype.is_complex() => {
                let re = b.emit(Op::Unary(UnaryOp::Real), &[x])?;
                let im = b.emit(Op::Unary(UnaryOp::Imag), &[x])?;
                let im = b.emit(Op::Unary(UnaryOp::Negate), &[im])?;
                b.emit(Op::Binary(BinaryOp::Complex), &[re, im])
            }
            "chlo.conj" => Ok(x),
            "chlo.square" => b.emit(Op::Binary(BinaryOp::Multiply), &[x, x]),
            "chlo.is_pos_inf" => equals(&mut b, &form.name, x, f64::INFINITY),
            "chlo.is_neg_inf" => equals(&mut b, &form.name, x, f64::NEG_INFINITY),
            name => bail!(Unsupported, "op {name} is not supported"),
        }
    }
}

/// Compares each element with a number.
fn equals(b: &mut Builder<'_>, name: &str, x: ValueId, number: f64) -> Result<ValueId> {
    let shape = b.shape(x).clone();
    if !shape.dtype.is_float() {
        bail!(DType, "{name}: takes floating point, not {shape}");
    }
    let scalar = b.emit(Op::Constant(HostTensor::full(shape.dtype, &[], number)?.into()), &[])?;
    let number = b.emit(Op::BroadcastInDim { dims: shape.dims, axes: Axes::new() }, &[scalar])?;
    b.emit(Op::Compare(Direction::Eq, CompareKind::Float), &[x, number])
}

/// Broadcasts the operands to one shape. The axes of an operand of lower rank become the listed axes, or else the last
/// ones; axes of size one repeat.
fn broadcast(b: &mut Builder<'_>, op: &str, operands: &[ValueId], listed: Option<Axes>) -> Result<SmallVec<[ValueId; 3]>> {
    let wanted = if op == "select" { 3 } else { 2 };
    if operands.len() != wanted {
        bail!(Graph, "broadcast_{op}: takes {wanted} operands, not {}", operands.len());
    }
    let shapes: SmallVec<[Shape; 3]> = operands.iter().map(|&x| b.shape(x).clone()).collect();
    let rank = shapes.iter().map(Shape::rank).max().unwrap_or(0);
    let mut dims: SmallVec<[Dim; 4]> = SmallVec::from_elem(Dim::Lit(1), rank);
    let mut placed: SmallVec<[Axes; 3]> = SmallVec::new();
    for shape in &shapes {
        let axes = match &listed {
            Some(axes) if shape.rank() < rank => axes.clone(),
            _ => (rank - shape.rank()..rank).collect(),
        };
        if axes.len() != shape.rank() || !axes.is_sorted() || axes.iter().any(|&axis| axis >= rank) {
            bail!(Attribute, "broadcast_{op}: broadcast_dimensions {axes:?} do not place {shape} in rank {rank}");
        }
        for (dim, &axis) in shape.dims.iter().zip(&axes) {
            if dims[axis].is(1) {
                dims[axis] = dim.clone();
            } else if *dim != dims[axis] && !dim.is(1) {
                bail!(Shape, "broadcast_{op}: {shapes:?} differ where neither is 1");
            }
        }
        placed.push(axes);
    }
    let operands = operands.iter().zip(placed);
    operands
        .map(|(&x, axes)| if b.shape(x).dims == dims { Ok(x) } else { b.emit(Op::BroadcastInDim { dims: dims.clone(), axes }, &[x]) })
        .collect()
}
