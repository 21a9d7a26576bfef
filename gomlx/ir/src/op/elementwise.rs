// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The elementwise functions, each with its name in text: the one table that
//! parsing and printing go by.

macro_rules! named {
    ($(#[doc = $doc:literal])* $Enum:ident { $($(#[doc = $vdoc:literal])* $Variant:ident = $name:literal,)* }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $Enum { $($(#[doc = $vdoc])* $Variant,)* }

        impl $Enum {
            /// Every variant.
            pub const ALL: &'static [$Enum] = &[$($Enum::$Variant,)*];

            /// The name in text.
            pub const fn name(self) -> &'static str {
                match self { $($Enum::$Variant => $name,)* }
            }

            /// The variant of a name in text.
            pub fn from_name(name: &str) -> Option<$Enum> {
                match name { $($name => Some($Enum::$Variant),)* _ => None }
            }
        }
    };
}

named! {
    /// Elementwise functions of one operand.
    UnaryOp {
        /// Absolute value.
        Abs = "stablehlo.abs",
        /// Inverse cosine.
        Acos = "chlo.acos",
        /// Inverse hyperbolic cosine.
        Acosh = "chlo.acosh",
        /// Inverse sine.
        Asin = "chlo.asin",
        /// Inverse hyperbolic sine.
        Asinh = "chlo.asinh",
        /// Inverse tangent.
        Atan = "chlo.atan",
        /// Inverse hyperbolic tangent.
        Atanh = "chlo.atanh",
        /// Modified Bessel function of the first kind and order one, times exp(-abs(x)).
        BesselI1e = "chlo.bessel_i1e",
        /// Cube root.
        Cbrt = "stablehlo.cbrt",
        /// Smallest integer not below.
        Ceil = "stablehlo.ceil",
        /// Leading zero bits of an integer.
        CountLeadingZeros = "stablehlo.count_leading_zeros",
        /// Cosine.
        Cosine = "stablehlo.cosine",
        /// Hyperbolic cosine.
        Cosh = "chlo.cosh",
        /// Derivative of the logarithm of the gamma function.
        Digamma = "chlo.digamma",
        /// The error function.
        Erf = "chlo.erf",
        /// Inverse of the error function.
        ErfInv = "chlo.erf_inv",
        /// One minus the error function.
        Erfc = "chlo.erfc",
        /// e to the power.
        Exponential = "stablehlo.exponential",
        /// e to the power, minus one.
        ExponentialMinusOne = "stablehlo.exponential_minus_one",
        /// Largest integer not above.
        Floor = "stablehlo.floor",
        /// Imaginary part; of a real number zero.
        Imag = "stablehlo.imag",
        /// Whether neither infinite nor NaN.
        IsFinite = "stablehlo.is_finite",
        /// Logarithm of the magnitude of the gamma function.
        Lgamma = "chlo.lgamma",
        /// Natural logarithm.
        Log = "stablehlo.log",
        /// Natural logarithm of one plus the operand.
        LogPlusOne = "stablehlo.log_plus_one",
        /// The logistic function, 1 / (1 + exp(-x)).
        Logistic = "stablehlo.logistic",
        /// Negation; two's complement of unsigned integers.
        Negate = "stablehlo.negate",
        /// Logical or bitwise complement.
        Not = "stablehlo.not",
        /// One bits of an integer.
        Popcnt = "stablehlo.popcnt",
        /// Real part; of a real number itself.
        Real = "stablehlo.real",
        /// Nearest integer, halves away from zero.
        RoundNearestAfz = "stablehlo.round_nearest_afz",
        /// Nearest integer, halves to even.
        RoundNearestEven = "stablehlo.round_nearest_even",
        /// Reciprocal of the square root.
        Rsqrt = "stablehlo.rsqrt",
        /// -1, 0 or 1; keeps NaN and the sign of zero.
        Sign = "stablehlo.sign",
        /// Sine.
        Sine = "stablehlo.sine",
        /// Hyperbolic sine.
        Sinh = "chlo.sinh",
        /// Square root.
        Sqrt = "stablehlo.sqrt",
        /// Tangent.
        Tan = "stablehlo.tan",
        /// Hyperbolic tangent.
        Tanh = "stablehlo.tanh",
    }
}

named! {
    /// Elementwise functions of two operands of one shape.
    BinaryOp {
        /// Sum; or of booleans.
        Add = "stablehlo.add",
        /// Bitwise or logical and.
        And = "stablehlo.and",
        /// Angle of the point (second, first).
        Atan2 = "stablehlo.atan2",
        /// Complex number of a real (first) and an imaginary part.
        Complex = "stablehlo.complex",
        /// Quotient; integers truncate.
        Divide = "stablehlo.divide",
        /// Larger; NaN wins.
        Maximum = "stablehlo.maximum",
        /// Smaller; NaN wins.
        Minimum = "stablehlo.minimum",
        /// Product; and of booleans.
        Multiply = "stablehlo.multiply",
        /// The neighbour of the first among its type's numbers, towards the second.
        NextAfter = "chlo.next_after",
        /// Bitwise or logical or.
        Or = "stablehlo.or",
        /// Polygamma function of the order (first) at a number.
        Polygamma = "chlo.polygamma",
        /// First to the power of the second.
        Power = "stablehlo.power",
        /// Remainder with the sign of the dividend.
        Remainder = "stablehlo.remainder",
        /// Bits moved up.
        ShiftLeft = "stablehlo.shift_left",
        /// Bits moved down, copies of the sign bit in.
        ShiftRightArithmetic = "stablehlo.shift_right_arithmetic",
        /// Bits moved down, zeros in.
        ShiftRightLogical = "stablehlo.shift_right_logical",
        /// Difference.
        Subtract = "stablehlo.subtract",
        /// Bitwise or logical exclusive or.
        Xor = "stablehlo.xor",
    /// Hurwitz's zeta function of the exponent (first) and an offset.
        Zeta = "chlo.zeta",
    }
}

named! {
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

named! {
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

impl CompareKind {
    /// The kind that an element type compares by when none is given.
    pub const fn of(dtype: crate::DType) -> CompareKind {
        use crate::{DType, Narrow};
        match dtype {
            DType::I8 | DType::I16 | DType::I32 | DType::I64 => CompareKind::Signed,
            DType::Bool | DType::U8 | DType::U16 | DType::U32 | DType::U64 => CompareKind::Unsigned,
            DType::Narrow(Narrow::I4) => CompareKind::Signed,
            DType::Narrow(Narrow::U4) => CompareKind::Unsigned,
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
