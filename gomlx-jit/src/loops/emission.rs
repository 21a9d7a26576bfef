// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! How a loop computes an elementwise op on elements of a type: by a few instructions, by a call of a block function,
//! or not at all.
//!
//! Only this module decides which ops loops compute. Fusion and `prepare` ask it, and lowering matches on the answer,
//! so every op that fusion puts into a loop has code.

use gomlx_ir::{BinaryOp, CompareKind, DType, Direction, Op, UnaryOp};

use crate::runtime::math::{self, BlockFunction};

/// How a loop computes an op.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Emission {
    /// A few instructions.
    Inline(Inline),
    /// A call over a block of elements.
    Call(BlockFunction),
}

/// An op of a few instructions. Its operands are in the order of the graph's op.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Inline {
    Unary(InlineUnary),
    Binary(InlineBinary),
    Compare(Direction, CompareKind),
    Select,
    Clamp,
    Convert,
    /// Reads the bits as another type of the same size.
    Bitcast,
}

/// A function of one element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum InlineUnary {
    Float(FloatUnary),
    /// A function of an integer or a boolean.
    Int(IntUnary),
}

/// A function of one float.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum FloatUnary {
    Abs,
    Ceil,
    Floor,
    IsFinite,
    Negate,
    /// To the nearest integer, ties away from zero.
    RoundAway,
    /// To the nearest integer, ties to even.
    RoundEven,
    Rsqrt,
    Sign,
    Sqrt,
}

/// A function of one integer. `Not` also takes a boolean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum IntUnary {
    Abs,
    LeadingZeros,
    Negate,
    Not,
    Popcount,
    Sign,
}

/// A function of two elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum InlineBinary {
    Float(FloatBinary),
    /// A function of integers or booleans.
    Int(IntBinary),
}

/// A function of two floats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum FloatBinary {
    Add,
    Divide,
    Maximum,
    Minimum,
    Multiply,
    Subtract,
}

/// A function of two integers. `And`, `Or` and `Xor` also take booleans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum IntBinary {
    Add,
    And,
    Maximum,
    Minimum,
    Multiply,
    Or,
    Shift(Shift),
    Subtract,
    Xor,
}

/// A shift. A shift by the width or more gives zero, or the sign for `RightArithmetic`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Shift {
    Left,
    RightLogical,
    RightArithmetic,
}

/// How a loop computes `op` on operands of type `operand`; `None` if loops have no code for it.
pub(crate) fn emission(op: &Op, operand: DType) -> Option<Emission> {
    let inline = match op {
        Op::Unary(op) => return unary(*op).of(operand),
        Op::Binary(op) => return binary(*op).of(operand),
        Op::Compare(direction, kind) => Inline::Compare(*direction, *kind),
        Op::Select => Inline::Select,
        Op::Clamp => Inline::Clamp,
        Op::Convert(_) => Inline::Convert,
        Op::BitcastConvert(to) if to.size() == operand.size() => Inline::Bitcast,
        Op::BitcastConvert(_)
        | Op::BatchNormGrad(_)
        | Op::BatchNormInference(_)
        | Op::BatchNormTraining(_)
        | Op::BroadcastInDim { .. }
        | Op::Case
        | Op::Cholesky(_)
        | Op::Composite(_)
        | Op::Concatenate(_)
        | Op::Constant(_)
        | Op::Convolution(_)
        | Op::DotGeneral(_)
        | Op::DynamicSlice(_)
        | Op::DynamicUpdateSlice
        | Op::Factor(_)
        | Op::Fft(..)
        | Op::Gather(_)
        | Op::If
        | Op::Iota { .. }
        | Op::Map
        | Op::OptimizationBarrier
        | Op::Pad { .. }
        | Op::Print(_)
        | Op::Reduce(_)
        | Op::ReducePrecision { .. }
        | Op::ReduceWindow(_)
        | Op::Reshape(_)
        | Op::Reverse(_)
        | Op::Rng { .. }
        | Op::RngBitGenerator { .. }
        | Op::Scatter(_)
        | Op::SelectAndScatter(_)
        | Op::Slice { .. }
        | Op::Sort { .. }
        | Op::TopK(_)
        | Op::Transpose(_)
        | Op::TriangularSolve(_)
        | Op::While => return None,
    };
    Some(Emission::Inline(inline))
}

/// The instructions of a binary op on elements of a type, if loops call no function for it.
pub(crate) fn inline_binary(op: BinaryOp, dtype: DType) -> Option<InlineBinary> {
    match binary(op).of(dtype)? {
        Emission::Inline(Inline::Binary(inline)) => Some(inline),
        _ => None,
    }
}

/// Whether loops compute a unary op on some element type.
pub(crate) fn has_unary(op: UnaryOp) -> bool {
    let emissions = unary(op);
    emissions.float.is_some() || emissions.int.is_some()
}

/// Whether loops compute a binary op on some element type.
pub(crate) fn has_binary(op: BinaryOp) -> bool {
    let emissions = binary(op);
    emissions.float.is_some() || emissions.int.is_some()
}

/// Instructions `I`, or a block function `F` without its element type.
enum Choice<I, F> {
    Inline(I),
    Call(F),
}

/// How loops compute a unary op on each kind of element.
#[derive(Default)]
struct UnaryEmissions {
    float: Option<Choice<FloatUnary, math::FloatUnary>>,
    int: Option<IntUnary>,
}

impl UnaryEmissions {
    fn of(self, dtype: DType) -> Option<Emission> {
        match kind(dtype)? {
            ElementKind::Float(float) => Some(match self.float? {
                Choice::Inline(inline) => Emission::Inline(Inline::Unary(InlineUnary::Float(inline))),
                Choice::Call(function) => Emission::Call(BlockFunction::FloatUnary(function, float)),
            }),
            ElementKind::Int(_) => Some(Emission::Inline(Inline::Unary(InlineUnary::Int(self.int?)))),
            ElementKind::Bool => {
                let not = self.int.filter(|op| *op == IntUnary::Not)?;
                Some(Emission::Inline(Inline::Unary(InlineUnary::Int(not))))
            }
        }
    }
}

fn unary(op: UnaryOp) -> UnaryEmissions {
    let float = |inline| Some(Choice::Inline(inline));
    let call = |function| UnaryEmissions { float: Some(Choice::Call(function)), int: None };
    match op {
        UnaryOp::Abs => UnaryEmissions { float: float(FloatUnary::Abs), int: Some(IntUnary::Abs) },
        UnaryOp::Ceil => UnaryEmissions { float: float(FloatUnary::Ceil), int: None },
        UnaryOp::CountLeadingZeros => UnaryEmissions { float: None, int: Some(IntUnary::LeadingZeros) },
        UnaryOp::Floor => UnaryEmissions { float: float(FloatUnary::Floor), int: None },
        UnaryOp::IsFinite => UnaryEmissions { float: float(FloatUnary::IsFinite), int: None },
        UnaryOp::Negate => UnaryEmissions { float: float(FloatUnary::Negate), int: Some(IntUnary::Negate) },
        UnaryOp::Not => UnaryEmissions { float: None, int: Some(IntUnary::Not) },
        UnaryOp::Popcnt => UnaryEmissions { float: None, int: Some(IntUnary::Popcount) },
        UnaryOp::RoundNearestAfz => UnaryEmissions { float: float(FloatUnary::RoundAway), int: None },
        UnaryOp::RoundNearestEven => UnaryEmissions { float: float(FloatUnary::RoundEven), int: None },
        UnaryOp::Rsqrt => UnaryEmissions { float: float(FloatUnary::Rsqrt), int: None },
        UnaryOp::Sign => UnaryEmissions { float: float(FloatUnary::Sign), int: Some(IntUnary::Sign) },
        UnaryOp::Sqrt => UnaryEmissions { float: float(FloatUnary::Sqrt), int: None },
        UnaryOp::Cbrt => call(math::FloatUnary::Cbrt),
        UnaryOp::Cosine => call(math::FloatUnary::Cos),
        UnaryOp::Erf => call(math::FloatUnary::Erf),
        UnaryOp::Exponential => call(math::FloatUnary::Exp),
        UnaryOp::ExponentialMinusOne => call(math::FloatUnary::ExpM1),
        UnaryOp::Log => call(math::FloatUnary::Ln),
        UnaryOp::LogPlusOne => call(math::FloatUnary::Ln1p),
        UnaryOp::Logistic => call(math::FloatUnary::Logistic),
        UnaryOp::Sine => call(math::FloatUnary::Sin),
        UnaryOp::Tan => call(math::FloatUnary::Tan),
        UnaryOp::Tanh => call(math::FloatUnary::Tanh),
        UnaryOp::Acos
        | UnaryOp::Acosh
        | UnaryOp::Asin
        | UnaryOp::Asinh
        | UnaryOp::Atan
        | UnaryOp::Atanh
        | UnaryOp::BesselI1e
        | UnaryOp::Cosh
        | UnaryOp::Digamma
        | UnaryOp::ErfInv
        | UnaryOp::Erfc
        | UnaryOp::Imag
        | UnaryOp::IsInf
        | UnaryOp::Lgamma
        | UnaryOp::Real
        | UnaryOp::Sinh => UnaryEmissions::default(),
    }
}

/// How loops compute a binary op on each kind of element.
#[derive(Default)]
struct BinaryEmissions {
    float: Option<Choice<FloatBinary, math::FloatBinary>>,
    int: Option<Choice<IntBinary, math::IntBinary>>,
    bool: Option<IntBinary>,
}

impl BinaryEmissions {
    fn of(self, dtype: DType) -> Option<Emission> {
        let inline = |inline| Emission::Inline(Inline::Binary(inline));
        Some(match kind(dtype)? {
            ElementKind::Float(float) => match self.float? {
                Choice::Inline(op) => inline(InlineBinary::Float(op)),
                Choice::Call(function) => Emission::Call(BlockFunction::FloatBinary(function, float)),
            },
            ElementKind::Int(int) => match self.int? {
                Choice::Inline(op) => inline(InlineBinary::Int(op)),
                Choice::Call(function) => Emission::Call(BlockFunction::IntBinary(function, int)),
            },
            ElementKind::Bool => inline(InlineBinary::Int(self.bool?)),
        })
    }
}

fn binary(op: BinaryOp) -> BinaryEmissions {
    use Choice::{Call, Inline};
    let number = |float, int, bool| BinaryEmissions { float: Some(Inline(float)), int: Some(Inline(int)), bool };
    let bits = |int| BinaryEmissions { float: None, int: Some(Inline(int)), bool: Some(int) };
    let shift = |by| BinaryEmissions { float: None, int: Some(Inline(IntBinary::Shift(by))), bool: None };
    match op {
        BinaryOp::Add => number(FloatBinary::Add, IntBinary::Add, Some(IntBinary::Or)),
        BinaryOp::Maximum => number(FloatBinary::Maximum, IntBinary::Maximum, Some(IntBinary::Or)),
        BinaryOp::Minimum => number(FloatBinary::Minimum, IntBinary::Minimum, Some(IntBinary::And)),
        BinaryOp::Multiply => number(FloatBinary::Multiply, IntBinary::Multiply, Some(IntBinary::And)),
        BinaryOp::Subtract => number(FloatBinary::Subtract, IntBinary::Subtract, None),
        BinaryOp::And => bits(IntBinary::And),
        BinaryOp::Or => bits(IntBinary::Or),
        BinaryOp::Xor => bits(IntBinary::Xor),
        BinaryOp::ShiftLeft => shift(Shift::Left),
        BinaryOp::ShiftRightArithmetic => shift(Shift::RightArithmetic),
        BinaryOp::ShiftRightLogical => shift(Shift::RightLogical),
        BinaryOp::Atan2 => BinaryEmissions { float: Some(Call(math::FloatBinary::Atan2)), int: None, bool: None },
        BinaryOp::Divide => {
            BinaryEmissions { float: Some(Inline(FloatBinary::Divide)), int: Some(Call(math::IntBinary::Divide)), bool: None }
        }
        BinaryOp::Power => {
            BinaryEmissions { float: Some(Call(math::FloatBinary::Power)), int: Some(Call(math::IntBinary::Power)), bool: None }
        }
        BinaryOp::Remainder => {
            BinaryEmissions { float: Some(Call(math::FloatBinary::Remainder)), int: Some(Call(math::IntBinary::Remainder)), bool: None }
        }
        BinaryOp::Complex | BinaryOp::NextAfter | BinaryOp::Polygamma | BinaryOp::Zeta => BinaryEmissions::default(),
    }
}

/// A kind of element in loops, with the type in which block functions compute it.
enum ElementKind {
    Float(math::Float),
    Int(math::Int),
    Bool,
}

fn kind(dtype: DType) -> Option<ElementKind> {
    Some(match dtype {
        DType::Bool => ElementKind::Bool,
        DType::I8 => ElementKind::Int(math::Int::I8),
        DType::I16 => ElementKind::Int(math::Int::I16),
        DType::I32 => ElementKind::Int(math::Int::I32),
        DType::I64 => ElementKind::Int(math::Int::I64),
        DType::U8 => ElementKind::Int(math::Int::U8),
        DType::U16 => ElementKind::Int(math::Int::U16),
        DType::U32 => ElementKind::Int(math::Int::U32),
        DType::U64 => ElementKind::Int(math::Int::U64),
        DType::F16 | DType::BF16 | DType::F32 => ElementKind::Float(math::Float::F32),
        DType::F64 => ElementKind::Float(math::Float::F64),
        DType::Narrow(_) | DType::C64 | DType::C128 => return None,
    })
}

/// Whether loops have values of an element type.
pub(crate) fn in_loops(dtype: DType) -> bool {
    kind(dtype).is_some()
}
