// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The elementwise functions: a table of the functions of one operand, and a table of the functions of two. An entry
//! holds the name in text and the facts. The parser, the printer, inference and the passes read the tables.

use super::facts::{Cost, Domain, Flat, Gives, Identity, Twice};
use crate::DType;

/// The facts of a function of one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Function1 {
    /// The element types of the operand.
    pub takes: Domain,
    /// The element type of the result.
    pub gives: Gives,
    /// How much work one element is.
    pub cost: Cost,
    /// Where its derivative is zero.
    pub flat: Flat,
    /// What applying it twice gives.
    pub twice: Twice,
    /// Whether it rounds to whole numbers.
    pub rounds: bool,
}

impl Function1 {
    const DEFAULT: Function1 =
        Function1 { takes: Domain::Computed, gives: Gives::Same, cost: Cost::Long, flat: Flat::Never, twice: Twice::Other, rounds: false };
}

/// The facts of a function of two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Function2 {
    /// The element types of the operands.
    pub takes: Domain,
    /// The element type of the result.
    pub gives: Gives,
    /// How much work one element is.
    pub cost: Cost,
    /// Whether swapping the operands changes nothing.
    pub commutes: bool,
    /// The value that changes nothing under it.
    pub identity: Identity,
}

impl Function2 {
    const DEFAULT: Function2 =
        Function2 { takes: Domain::Computed, gives: Gives::Same, cost: Cost::Long, commutes: false, identity: Identity::None };
}

functions! {
    /// Elementwise functions of one operand.
    UnaryOp(1): Function1 {
        /// Absolute value.
        Abs = stablehlo.abs { takes: Signed, gives: Part, cost: One, twice: Once }
        /// Inverse cosine.
        Acos = chlo.acos { takes: Differentiable }
        /// Inverse hyperbolic cosine.
        Acosh = chlo.acosh { takes: Differentiable }
        /// Inverse sine.
        Asin = chlo.asin { takes: Differentiable }
        /// Inverse hyperbolic sine.
        Asinh = chlo.asinh { takes: Differentiable }
        /// Inverse tangent.
        Atan = chlo.atan { takes: Differentiable }
        /// Inverse hyperbolic tangent.
        Atanh = chlo.atanh { takes: Differentiable }
        /// Modified Bessel function of the first kind and order one, times exp(-abs(x)).
        BesselI1e = chlo.bessel_i1e { takes: Float }
        /// Cube root.
        Cbrt = stablehlo.cbrt { takes: Differentiable }
        /// Smallest integer not below.
        Ceil = stablehlo.ceil { takes: Float, cost: One, flat: Always, rounds: true }
        /// Leading zero bits of an integer.
        CountLeadingZeros = stablehlo.count_leading_zeros { takes: Int, cost: Function, flat: Always }
        /// Cosine.
        Cosine = stablehlo.cosine { takes: Differentiable }
        /// Hyperbolic cosine.
        Cosh = chlo.cosh { takes: Differentiable }
        /// Derivative of the logarithm of the gamma function.
        Digamma = chlo.digamma { takes: Float }
        /// The error function.
        Erf = chlo.erf { takes: Float }
        /// Inverse of the error function.
        ErfInv = chlo.erf_inv { takes: Float }
        /// One minus the error function.
        Erfc = chlo.erfc { takes: Float }
        /// e to the power.
        Exponential = stablehlo.exponential { takes: Differentiable, cost: Function }
        /// e to the power, minus one.
        ExponentialMinusOne = stablehlo.exponential_minus_one { takes: Differentiable }
        /// Largest integer not above.
        Floor = stablehlo.floor { takes: Float, cost: One, flat: Always, rounds: true }
        /// Imaginary part; of a real number zero.
        Imag = stablehlo.imag { takes: Differentiable, gives: Part, cost: One, flat: OnReals }
        /// Whether neither infinite nor NaN.
        IsFinite = stablehlo.is_finite { takes: Float, gives: Bool, cost: One, flat: Always }
        /// Whether positive or negative infinity.
        IsInf = chlo.is_inf { takes: Float, gives: Bool, cost: One, flat: Always }
        /// Logarithm of the magnitude of the gamma function.
        Lgamma = chlo.lgamma { takes: Float }
        /// Natural logarithm.
        Log = stablehlo.log { takes: Differentiable, cost: Function }
        /// Natural logarithm of one plus the operand.
        LogPlusOne = stablehlo.log_plus_one { takes: Differentiable }
        /// The logistic function, 1 / (1 + exp(-x)).
        Logistic = stablehlo.logistic { takes: Differentiable, cost: Function }
        /// Negation; two's complement of unsigned integers.
        Negate = stablehlo.negate { takes: Numbers, cost: One, twice: Operand }
        /// Logical or bitwise complement.
        Not = stablehlo.not { takes: Bits, cost: One, flat: Always, twice: Operand }
        /// One bits of an integer.
        Popcnt = stablehlo.popcnt { takes: Int, cost: Function, flat: Always }
        /// Real part; of a real number itself.
        Real = stablehlo.real { takes: Differentiable, gives: Part, cost: One }
        /// Nearest integer, halves away from zero.
        RoundNearestAfz = stablehlo.round_nearest_afz { takes: Float, cost: Few, flat: Always, rounds: true }
        /// Nearest integer, halves to even.
        RoundNearestEven = stablehlo.round_nearest_even { takes: Float, cost: One, flat: Always, rounds: true }
        /// Reciprocal of the square root.
        Rsqrt = stablehlo.rsqrt { takes: Differentiable, cost: Function }
        /// -1, 0 or 1; keeps NaN and the sign of zero.
        Sign = stablehlo.sign { takes: Signed, cost: Few, flat: OnReals }
        /// Sine.
        Sine = stablehlo.sine { takes: Differentiable }
        /// Hyperbolic sine.
        Sinh = chlo.sinh { takes: Differentiable }
        /// Square root.
        Sqrt = stablehlo.sqrt { takes: Differentiable, cost: Function }
        /// Tangent.
        Tan = stablehlo.tan { takes: Differentiable }
        /// Hyperbolic tangent.
        Tanh = stablehlo.tanh { takes: Differentiable, cost: Function }
    }
}

functions! {
    /// Elementwise functions of two operands of one shape.
    BinaryOp(2): Function2 {
        /// Sum; or of booleans.
        Add = stablehlo.add { takes: Computed, cost: One, commutes: true, identity: Zero }
        /// Bitwise or logical and.
        And = stablehlo.and { takes: Bits, cost: One, commutes: true, identity: Ones }
        /// Angle of the point (second, first).
        Atan2 = stablehlo.atan2 { takes: Differentiable }
        /// Complex number of a real (first) and an imaginary part.
        Complex = stablehlo.complex { takes: Parts, gives: Complex, cost: One }
        /// Quotient; integers truncate.
        Divide = stablehlo.divide { takes: Numbers, cost: Function }
        /// Larger; NaN wins.
        Maximum = stablehlo.maximum { takes: Computed, cost: Few, commutes: true, identity: Least }
        /// Smaller; NaN wins.
        Minimum = stablehlo.minimum { takes: Computed, cost: Few, commutes: true, identity: Greatest }
        /// Product; and of booleans.
        Multiply = stablehlo.multiply { takes: Computed, cost: One, commutes: true, identity: One }
        /// The neighbour of the first among its type's numbers, towards the second.
        NextAfter = chlo.next_after { takes: Float }
        /// Bitwise or logical or.
        Or = stablehlo.or { takes: Bits, cost: One, commutes: true, identity: Zero }
        /// Polygamma function of the order (first) at a number.
        Polygamma = chlo.polygamma { takes: Float }
        /// First to the power of the second.
        Power = stablehlo.power { takes: Numbers }
        /// Remainder with the sign of the dividend.
        Remainder = stablehlo.remainder { takes: Real }
        /// Bits moved up.
        ShiftLeft = stablehlo.shift_left { takes: Int, cost: One }
        /// Bits moved down, copies of the sign bit in.
        ShiftRightArithmetic = stablehlo.shift_right_arithmetic { takes: Int, cost: One }
        /// Bits moved down, zeros in.
        ShiftRightLogical = stablehlo.shift_right_logical { takes: Int, cost: One }
        /// Difference.
        Subtract = stablehlo.subtract { takes: Numbers, cost: One }
        /// Bitwise or logical exclusive or.
        Xor = stablehlo.xor { takes: Bits, cost: One, commutes: true, identity: Zero }
        /// Hurwitz's zeta function of the exponent (first) and an offset.
        Zeta = chlo.zeta { takes: Float }
    }
}

words! {
    /// What a comparison asks.
    Direction {
        /// Equal.
        Eq = "EQ",
        /// Not equal.
        Ne = "NE",
        /// At least.
        Ge = "GE",
        /// Greater.
        Gt = "GT",
        /// At most.
        Le = "LE",
        /// Less.
        Lt = "LT",
    }
}

words! {
    /// How a comparison orders.
    CompareKind {
        /// IEEE: NaN is unordered.
        Float = "FLOAT",
        /// IEEE's total order: -NaN < -inf < .. < -0 < +0 < .. < inf < NaN.
        TotalOrder = "TOTALORDER",
        /// Signed integers.
        Signed = "SIGNED",
        /// Unsigned integers and booleans.
        Unsigned = "UNSIGNED",
    }
}

impl UnaryOp {
    /// Whether its derivative is zero wherever it has one, on an element type.
    pub const fn is_flat(self, dtype: DType) -> bool {
        match self.function().flat {
            Flat::Never => false,
            Flat::OnReals => !dtype.is_complex(),
            Flat::Always => true,
        }
    }
}

impl BinaryOp {
    /// Whether swapping the operands changes nothing.
    pub const fn is_commutative(self) -> bool {
        self.function().commutes
    }
}

impl CompareKind {
    /// The kind that an element type compares by when none is given.
    pub const fn of(dtype: DType) -> CompareKind {
        match dtype {
            DType::I8 | DType::I16 | DType::I32 | DType::I64 => CompareKind::Signed,
            DType::Bool | DType::U8 | DType::U16 | DType::U32 | DType::U64 => CompareKind::Unsigned,
            DType::Narrow(narrow) if narrow.is_signed_int() => CompareKind::Signed,
            DType::Narrow(narrow) if narrow.is_int() => CompareKind::Unsigned,
            DType::Narrow(_) | DType::F16 | DType::BF16 | DType::F32 | DType::F64 | DType::C64 | DType::C128 => CompareKind::Float,
        }
    }
}

impl Direction {
    /// The direction that holds of swapped operands.
    pub const fn swapped(self) -> Direction {
        match self {
            Direction::Eq => Direction::Eq,
            Direction::Ne => Direction::Ne,
            Direction::Ge => Direction::Le,
            Direction::Gt => Direction::Lt,
            Direction::Le => Direction::Ge,
            Direction::Lt => Direction::Gt,
        }
    }
}
