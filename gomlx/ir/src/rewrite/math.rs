// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Formulas in Rust syntax: values of a graph with Rust's operators, for the decompositions of functions.

use std::cell::RefCell;
use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::{BinaryOp, Builder, CompareKind, DType, Direction, Op, UnaryOp, ValueId};

/// The builder that takes a formula's instructions.
pub(super) type Place<'a> = RefCell<Builder<'a>>;

/// A value of a graph, real or boolean, with operators that emit instructions.
#[derive(Clone, Copy)]
pub(super) struct Num<'m, 'a> {
    pub(super) id: ValueId,
    at: &'m Place<'a>,
}

const FITS: &str = "a formula is of operands of one shape";

/// Emits a formula at a builder's place.
pub(super) fn formula<R>(b: &mut Builder<'_>, write: impl FnOnce(&Place<'_>) -> R) -> R {
    let place = RefCell::new(Builder { function: &mut *b.function, region: b.region, location: b.location.clone() });
    write(&place)
}

/// Emits a formula of one number.
pub(super) fn formula1(b: &mut Builder<'_>, x: ValueId, write: impl for<'m, 'a> FnOnce(Num<'m, 'a>) -> Num<'m, 'a>) -> ValueId {
    formula(b, |at| write(Num::new(at, x)).id)
}

/// Emits a formula of two numbers.
pub(super) fn formula2(
    b: &mut Builder<'_>,
    x: ValueId,
    y: ValueId,
    write: impl for<'m, 'a> FnOnce(Num<'m, 'a>, Num<'m, 'a>) -> Num<'m, 'a>,
) -> ValueId {
    formula(b, |at| write(Num::new(at, x), Num::new(at, y)).id)
}

impl<'m, 'a> Num<'m, 'a> {
    pub(super) fn new(at: &'m Place<'a>, id: ValueId) -> Num<'m, 'a> {
        Num { id, at }
    }

    fn made(self, id: ValueId) -> Num<'m, 'a> {
        Num { id, at: self.at }
    }

    pub(super) fn dtype(self) -> DType {
        self.at.borrow().shape(self.id).dtype
    }

    /// Whether this has 64 bits rather than 32.
    pub(super) fn is_double(self) -> bool {
        self.dtype() == DType::F64
    }

    /// A constant with the shape and dtype of this: `double` if this has 64 bits, otherwise `single`.
    pub(super) fn by_width(self, double: f64, single: f64) -> Num<'m, 'a> {
        self.like(if self.is_double() { double } else { single })
    }

    /// Emits an op on this and other operands.
    pub(super) fn op(self, op: Op, others: &[Num<'m, 'a>]) -> Num<'m, 'a> {
        let operands: Vec<ValueId> = std::iter::once(self.id).chain(others.iter().map(|n| n.id)).collect();
        self.made(self.at.borrow_mut().emit(op, &operands).expect(FITS))
    }

    pub(super) fn unary(self, op: UnaryOp) -> Num<'m, 'a> {
        self.op(Op::Unary(op), &[])
    }

    pub(super) fn binary(self, op: BinaryOp, other: Num<'m, 'a>) -> Num<'m, 'a> {
        self.op(Op::Binary(op), &[other])
    }

    /// A constant with the shape and dtype of this.
    pub(super) fn like(self, value: f64) -> Num<'m, 'a> {
        self.made(self.at.borrow_mut().full_like(self.id, value))
    }

    pub(super) fn nan(self) -> Num<'m, 'a> {
        self.like(f64::NAN)
    }

    pub(super) fn infinity(self) -> Num<'m, 'a> {
        self.like(f64::INFINITY)
    }

    pub(super) fn bits(self, dtype: DType) -> Num<'m, 'a> {
        self.op(Op::BitcastConvert(dtype), &[])
    }

    pub(super) fn convert(self, dtype: DType) -> Num<'m, 'a> {
        self.op(Op::Convert(dtype), &[])
    }

    /// Shifts this by a number of bits.
    pub(super) fn shift(self, op: BinaryOp, by: u32) -> Num<'m, 'a> {
        self.binary(op, self.like(f64::from(by)))
    }

    pub(super) fn abs(self) -> Num<'m, 'a> {
        self.unary(UnaryOp::Abs)
    }

    pub(super) fn sqrt(self) -> Num<'m, 'a> {
        self.unary(UnaryOp::Sqrt)
    }

    pub(super) fn exp(self) -> Num<'m, 'a> {
        self.unary(UnaryOp::Exponential)
    }

    pub(super) fn exp_m1(self) -> Num<'m, 'a> {
        self.unary(UnaryOp::ExponentialMinusOne)
    }

    pub(super) fn ln(self) -> Num<'m, 'a> {
        self.unary(UnaryOp::Log)
    }

    pub(super) fn ln_1p(self) -> Num<'m, 'a> {
        self.unary(UnaryOp::LogPlusOne)
    }

    pub(super) fn sin(self) -> Num<'m, 'a> {
        self.unary(UnaryOp::Sine)
    }

    pub(super) fn cos(self) -> Num<'m, 'a> {
        self.unary(UnaryOp::Cosine)
    }

    pub(super) fn tan(self) -> Num<'m, 'a> {
        self.unary(UnaryOp::Tan)
    }

    pub(super) fn floor(self) -> Num<'m, 'a> {
        self.unary(UnaryOp::Floor)
    }

    /// This minus the nearest integer.
    pub(super) fn off_integer(self) -> Num<'m, 'a> {
        self - self.unary(UnaryOp::RoundNearestEven)
    }

    pub(super) fn atan2(self, x: Num<'m, 'a>) -> Num<'m, 'a> {
        self.binary(BinaryOp::Atan2, x)
    }

    pub(super) fn pow(self, exponent: Num<'m, 'a>) -> Num<'m, 'a> {
        self.binary(BinaryOp::Power, exponent)
    }

    pub(super) fn max(self, other: Num<'m, 'a>) -> Num<'m, 'a> {
        self.binary(BinaryOp::Maximum, other)
    }

    pub(super) fn min(self, other: Num<'m, 'a>) -> Num<'m, 'a> {
        self.binary(BinaryOp::Minimum, other)
    }

    pub(super) fn and(self, other: Num<'m, 'a>) -> Num<'m, 'a> {
        self.binary(BinaryOp::And, other)
    }

    pub(super) fn or(self, other: Num<'m, 'a>) -> Num<'m, 'a> {
        self.binary(BinaryOp::Or, other)
    }

    pub(super) fn not(self) -> Num<'m, 'a> {
        self.unary(UnaryOp::Not)
    }

    fn compare(self, direction: Direction, other: Num<'m, 'a>) -> Num<'m, 'a> {
        self.op(Op::Compare(direction, CompareKind::of(self.dtype())), &[other])
    }

    pub(super) fn lt(self, other: Num<'m, 'a>) -> Num<'m, 'a> {
        self.compare(Direction::Lt, other)
    }

    pub(super) fn gt(self, other: Num<'m, 'a>) -> Num<'m, 'a> {
        self.compare(Direction::Gt, other)
    }

    pub(super) fn ge(self, other: Num<'m, 'a>) -> Num<'m, 'a> {
        self.compare(Direction::Ge, other)
    }

    pub(super) fn eq(self, other: Num<'m, 'a>) -> Num<'m, 'a> {
        self.compare(Direction::Eq, other)
    }

    pub(super) fn ne(self, other: Num<'m, 'a>) -> Num<'m, 'a> {
        self.compare(Direction::Ne, other)
    }

    pub(super) fn below(self, value: f64) -> Num<'m, 'a> {
        self.lt(self.like(value))
    }

    pub(super) fn above(self, value: f64) -> Num<'m, 'a> {
        self.gt(self.like(value))
    }

    pub(super) fn is(self, value: f64) -> Num<'m, 'a> {
        self.eq(self.like(value))
    }

    pub(super) fn is_nan(self) -> Num<'m, 'a> {
        self.ne(self)
    }

    pub(super) fn is_infinite(self) -> Num<'m, 'a> {
        self.abs().is(f64::INFINITY)
    }

    pub(super) fn is_integer(self) -> Num<'m, 'a> {
        self.eq(self.floor())
    }

    /// `on_true` where this boolean is true, `on_false` elsewhere.
    pub(super) fn select(self, on_true: Num<'m, 'a>, on_false: Num<'m, 'a>) -> Num<'m, 'a> {
        self.op(Op::Select, &[on_true, on_false])
    }

    /// Whether the sign bit is set, also for zeros and NaN.
    pub(super) fn is_negative(self) -> Num<'m, 'a> {
        let bits = self.bits(if self.is_double() { DType::I64 } else { DType::I32 });
        bits.below(0.0)
    }

    /// The magnitude of this with the sign of another.
    pub(super) fn with_sign(self, of: Num<'m, 'a>) -> Num<'m, 'a> {
        let magnitude = self.abs();
        of.is_negative().select(-magnitude, magnitude)
    }

    /// The number cut to about half its bits, so that its square is exact.
    pub(super) fn high_half(self) -> Num<'m, 'a> {
        let (ints, mask) = if self.is_double() { (DType::I64, -(1i64 << 27) as f64) } else { (DType::I32, -4096.0) };
        let bits = self.bits(ints);
        bits.and(bits.like(mask)).bits(self.dtype())
    }

    /// exp(-x²), corrected for the rounding of the square.
    pub(super) fn gauss(self) -> Num<'m, 'a> {
        let high = self.high_half();
        (-(high * high)).exp() * ((high - self) * (high + self)).exp()
    }

    /// A polynomial of this. The coefficients start with the highest power.
    pub(super) fn polynomial(self, coefficients: &[f64]) -> Num<'m, 'a> {
        let first = self.like(coefficients[0]);
        coefficients[1..].iter().fold(first, |sum, &c| sum * self + c)
    }

    /// A sum of Chebyshev polynomials of this, by Clenshaw's recurrence. This must lie in [-1, 1].
    pub(super) fn chebyshev(self, coefficients: &[f64]) -> Num<'m, 'a> {
        let twice = self + self;
        let (mut last, mut before) = (self.like(0.0), self.like(0.0));
        for &c in coefficients[1..].iter().rev() {
            (last, before) = (twice * last - before + c, last);
        }
        self * last - before + coefficients[0]
    }
}

macro_rules! operators {
    ($($Trait:ident::$method:ident = $op:ident),*) => { $(
        impl<'m, 'a> $Trait for Num<'m, 'a> {
            type Output = Num<'m, 'a>;
            fn $method(self, other: Num<'m, 'a>) -> Num<'m, 'a> {
                self.binary(BinaryOp::$op, other)
            }
        }

        impl<'m, 'a> $Trait<f64> for Num<'m, 'a> {
            type Output = Num<'m, 'a>;
            fn $method(self, other: f64) -> Num<'m, 'a> {
                self.binary(BinaryOp::$op, self.like(other))
            }
        }

        impl<'m, 'a> $Trait<Num<'m, 'a>> for f64 {
            type Output = Num<'m, 'a>;
            fn $method(self, other: Num<'m, 'a>) -> Num<'m, 'a> {
                other.like(self).binary(BinaryOp::$op, other)
            }
        }
    )* };
}
operators! { Add::add = Add, Sub::sub = Subtract, Mul::mul = Multiply, Div::div = Divide }

impl<'m, 'a> Neg for Num<'m, 'a> {
    type Output = Num<'m, 'a>;
    fn neg(self) -> Num<'m, 'a> {
        self.unary(UnaryOp::Negate)
    }
}
