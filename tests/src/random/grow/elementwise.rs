// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Elementwise ops, without the ones that the backend's semantics exclude.

use gomlx_ir::{BinaryOp, Builder, CompareKind, DType, Direction, Op, Result, Shape, UnaryOp, ValueId};

use super::super::Semantics;
use super::Grower;

/// Complex ops that overflow in both parts or in neither, and have no poles or branch cuts where values of graphs often
/// lie. The other complex ops have separate tests.
const COMPLEX_UNARY: &[UnaryOp] = &[UnaryOp::Abs, UnaryOp::Negate, UnaryOp::Real, UnaryOp::Imag];
const COMPLEX_BINARY: &[BinaryOp] = &[BinaryOp::Add, BinaryOp::Subtract, BinaryOp::Multiply];

/// Complex ops of backends that order complex numbers as the spec does: by real parts, then by imaginary parts.
const COMPLEX_ORDERED: &[BinaryOp] = &[BinaryOp::Add, BinaryOp::Subtract, BinaryOp::Multiply, BinaryOp::Maximum, BinaryOp::Minimum];

impl Grower<'_> {
    /// Whether backends with these semantics agree on the order of a type.
    pub(super) fn ordered(&self, dtype: DType) -> bool {
        // XLA orders complex numbers differently from the spec.
        !dtype.is_complex() || self.semantics == Semantics::Spec
    }

    /// Whether a backend sums a type differently from the spec.
    pub(super) fn sums_otherwise(&self, dtype: DType) -> bool {
        // XLA computes true + true as 2 and converts 2 to false.
        dtype == DType::Bool && self.semantics == Semantics::Xla
    }

    pub(super) fn unary(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape) -> Result<ValueId> {
        let op = self.one_of(if shape.dtype.is_complex() { COMPLEX_UNARY } else { UnaryOp::ALL });
        if op == UnaryOp::Atan && self.semantics == Semantics::Xla {
            gomlx_ir::bail!(Unsupported, "XLA's code for the arc tangent of some sizes mixes up lanes");
        }
        self.emit(b, Op::Unary(op), &[x])
    }

    pub(super) fn compare(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape) -> Result<ValueId> {
        let y = self.like(b, x)?;
        let direction = self.one_of(if self.ordered(shape.dtype) { Direction::ALL } else { &[Direction::Eq, Direction::Ne] });
        self.emit(b, Op::Compare(direction, CompareKind::of(shape.dtype)), &[x, y])
    }

    pub(super) fn binary(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape) -> Result<ValueId> {
        let mut y = self.like(b, x)?;
        let xla = self.semantics == Semantics::Xla;
        let ops = match shape.dtype {
            DType::C64 | DType::C128 if xla => COMPLEX_BINARY,
            DType::C64 | DType::C128 => COMPLEX_ORDERED,
            _ => BinaryOp::ALL,
        };
        let op = self.one_of(ops);
        if matches!(op, BinaryOp::Polygamma | BinaryOp::Zeta) {
            gomlx_ir::bail!(Unsupported, "what these are at their poles is the backend's choice");
        }
        if op == BinaryOp::Add && self.sums_otherwise(shape.dtype) {
            gomlx_ir::bail!(Unsupported, "XLA has other sums of booleans");
        }
        if xla && op == BinaryOp::Power && shape.dtype.is_int() {
            gomlx_ir::bail!(Unsupported, "XLA has its own idea of large and of negative exponents");
        }
        if xla && shape.dtype.is_int() && matches!(op, BinaryOp::Divide | BinaryOp::Remainder) {
            // XLA simplifies `x / x` to 1, also for zero, so the divisor must not be zero.
            let ones = self.full(b, shape, 1.0)?;
            y = self.emit(b, Op::Binary(BinaryOp::Or), &[y, ones])?;
        }
        self.emit(b, Op::Binary(op), &[x, y])
    }

    /// Emits a `clamp` between ordered bounds. With crossed bounds the result is the backend's choice.
    pub(super) fn clamp(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape) -> Result<ValueId> {
        if self.semantics == Semantics::Xla && (shape.dtype == DType::Bool || shape.dtype.is_complex()) {
            gomlx_ir::bail!(DType, "XLA has its own order of these");
        }
        let (y, z) = (self.like(b, x)?, self.like(b, x)?);
        let low = self.emit(b, Op::Binary(BinaryOp::Minimum), &[y, z])?;
        let high = self.emit(b, Op::Binary(BinaryOp::Maximum), &[y, z])?;
        self.emit(b, Op::Clamp, &[low, x, high])
    }

    pub(super) fn select(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape) -> Result<ValueId> {
        let y = self.like(b, x)?;
        let fits = |&v: &ValueId| b.shape(v).dtype == DType::Bool && b.shape(v).dims == shape.dims;
        let predicates: Vec<ValueId> = self.values.iter().copied().filter(fits).collect();
        let predicate = match predicates.as_slice() {
            [] => {
                let direction = if self.ordered(shape.dtype) { Direction::Ge } else { Direction::Eq };
                self.emit(b, Op::Compare(direction, CompareKind::of(shape.dtype)), &[x, y])?
            }
            some => self.one_of(some),
        };
        self.emit(b, Op::Select, &[predicate, x, y])
    }
}
