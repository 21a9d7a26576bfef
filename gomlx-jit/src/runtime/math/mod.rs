// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Block functions: elementwise functions that are too long to inline. Compiled loops call them on blocks of elements.
//!
//! The `f32` functions are branch-free polynomials that the compiler vectorises once per instruction set. The others
//! call the standard library for each element.

mod float;
mod scalar;

/// `out[i] = f(x[i], y[i])` for `n` elements. Functions of one operand ignore `y`. `out` may be `x` or `y` itself.
pub(crate) type BlockFn = unsafe extern "C" fn(n: usize, out: *mut u8, x: *const u8, y: *const u8);

/// A block function and its element type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum BlockFunction {
    FloatUnary(FloatUnary, Float),
    FloatBinary(FloatBinary, Float),
    IntBinary(IntBinary, Int),
}

/// A float type of block functions. 16-bit floats are computed in `F32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Float {
    F32,
    F64,
}

/// An integer type of block functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Int {
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
}

/// A block function of one float.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum FloatUnary {
    Cbrt,
    Cos,
    Erf,
    Exp,
    ExpM1,
    Ln,
    Ln1p,
    Logistic,
    Sin,
    Tan,
    Tanh,
}

/// A block function of two floats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum FloatBinary {
    Atan2,
    Power,
    Remainder,
}

/// A block function of two integers.
///
/// As in XLA, a quotient by zero has all bits set, and a remainder by zero is the dividend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum IntBinary {
    Divide,
    Power,
    Remainder,
}

impl BlockFunction {
    /// The code of the function on this machine.
    pub(crate) fn pointer(self) -> BlockFn {
        match self {
            BlockFunction::FloatUnary(function, Float::F32) => float::unary(function),
            BlockFunction::FloatUnary(function, Float::F64) => scalar::unary(function),
            BlockFunction::FloatBinary(function, float) => scalar::float_binary(function, float),
            BlockFunction::IntBinary(function, int) => scalar::int_binary(function, int),
        }
    }
}
