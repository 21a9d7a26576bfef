// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The facts that are declared with each op, next to its name.
//!
//! Invariant: a fact holds of every instruction of the op, on every backend. What depends on
//! attributes, or needs a computation, is a rule: an exhaustive `match` where the rule lives.

use crate::DType;

/// The dialect that an op's name belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// StableHLO: every PJRT plugin compiles these ops.
    StableHlo,
    /// CHLO: math functions above StableHLO; `rewrite::decompose_chlo` expresses them in StableHLO.
    Chlo,
    /// An op of gomlx. Text has it as a custom call.
    Gomlx,
}

/// How the elements of the results depend on those of the operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// There are no operands: attributes give the elements.
    Source,
    /// Each element of the result is a function of the elements at the same position of the operands.
    Elementwise,
    /// Each element of the result is an element of an operand.
    Movement,
    /// Regions compute the results from whole tensors.
    Control,
    /// The results are the operands.
    Barrier,
    /// None of these: reductions, contractions, factorisations, ...
    Whole,
}

/// How much work one element of the result is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cost {
    /// Only an address: the element is read where it is needed.
    Address,
    /// One or two machine instructions.
    One,
    /// Three to ten machine instructions.
    Few,
    /// Some dozen machine instructions, or one slow one: a root, a quotient, a short polynomial.
    Function,
    /// Hundreds of machine instructions.
    Long,
    /// A copy through memory.
    Copy,
    /// It depends on the sizes of the operands.
    Whole,
}

impl Cost {
    /// Whether computing an element again costs no more than reading it back from memory.
    pub const fn is_cheap(self) -> bool {
        match self {
            Cost::Address | Cost::One | Cost::Few => true,
            Cost::Function | Cost::Long | Cost::Copy | Cost::Whole => false,
        }
    }
}

/// A number of operands, regions or results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Count {
    /// This many.
    Exactly(usize),
    /// Attributes, shapes or other counts decide; inference checks it.
    Varies,
}

impl Count {
    /// Whether a number of operands, regions or results may be this one.
    pub const fn allows(self, count: usize) -> bool {
        match self {
            Count::Exactly(n) => n == count,
            Count::Varies => true,
        }
    }
}

/// The operands that a derivative goes through; the others are positions, predicates or random states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tangents {
    /// No operand.
    None,
    /// Every operand.
    All,
    /// The first so many operands.
    First(usize),
    /// All operands but the first so many.
    After(usize),
    /// All operands but the one in the middle: the indices of a scatter.
    Around,
}

impl Tangents {
    /// Whether a derivative goes through one of so many operands.
    pub const fn goes_through(self, operand: usize, operands: usize) -> bool {
        match self {
            Tangents::None => false,
            Tangents::All => true,
            Tangents::First(n) => operand < n,
            Tangents::After(n) => operand >= n,
            Tangents::Around => operand != operands / 2,
        }
    }
}

/// An attribute in text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextAttribute {
    /// The word before it in the pretty form: `dims` in `dims = [1, 0]`.
    pub key: &'static str,
    /// Its name in the generic form: `permutation`.
    pub name: &'static str,
}

/// The facts of one op.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The dialect.
    pub dialect: Dialect,
    /// The name in text, with its dialect: `stablehlo.add`.
    pub name: &'static str,
    /// The name without its dialect, as messages give it: `add`.
    pub short_name: &'static str,
    /// How elements of results depend on elements of operands.
    pub class: Class,
    /// How much work one element of the result is.
    pub cost: Cost,
    /// The number of operands.
    pub operands: Count,
    /// The number of regions.
    pub regions: Count,
    /// The number of results.
    pub results: Count,
    /// The operands that a derivative goes through.
    pub tangents: Tangents,
    /// Whether an instruction does something besides giving results.
    pub has_effect: bool,
    /// The attributes in text, in the order that the printer writes them.
    pub attributes: &'static [TextAttribute],
}

impl Facts {
    /// The facts of an op that declares no others: one operand, one result.
    pub(super) const fn new(dialect: Dialect, name: &'static str, short_name: &'static str) -> Facts {
        Facts {
            dialect,
            name,
            short_name,
            class: Class::Whole,
            cost: Cost::Whole,
            operands: Count::Exactly(1),
            regions: Count::Exactly(0),
            results: Count::Exactly(1),
            tangents: Tangents::All,
            has_effect: false,
            attributes: &[],
        }
    }
}

/// The element types that an elementwise function takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Domain {
    /// All types but the narrow floats, which are only stored.
    Computed,
    /// Integers, floating point and complex numbers.
    Numbers,
    /// Signed integers, floating point and complex numbers.
    Signed,
    /// Integers and floating point.
    Real,
    /// Floating point and complex numbers.
    Differentiable,
    /// Floating point.
    Float,
    /// The parts of complex numbers: `f32` and `f64`.
    Parts,
    /// Integers.
    Int,
    /// Booleans and integers.
    Bits,
}

impl Domain {
    /// Whether it holds an element type.
    pub const fn has(self, dtype: DType) -> bool {
        let is_bool = matches!(dtype, DType::Bool);
        let is_int = dtype.is_int() || dtype.is_small_int();
        let is_signed = dtype.is_signed_int() || matches!(dtype, DType::Narrow(narrow) if narrow.is_signed_int());
        match self {
            Domain::Computed => is_bool || is_int || dtype.is_differentiable(),
            Domain::Numbers => is_int || dtype.is_differentiable(),
            Domain::Signed => is_signed || dtype.is_differentiable(),
            Domain::Real => is_int || dtype.is_float(),
            Domain::Differentiable => dtype.is_differentiable(),
            Domain::Float => dtype.is_float(),
            Domain::Parts => matches!(dtype, DType::F32 | DType::F64),
            Domain::Int => is_int,
            Domain::Bits => is_bool || is_int,
        }
    }

    /// The element types, as messages list them.
    pub const fn noun(self) -> &'static str {
        match self {
            Domain::Computed => "types that are computed with: convert first;",
            Domain::Numbers => "numbers",
            Domain::Signed => "signed integers, floating point or complex numbers",
            Domain::Real => "integers or floating point",
            Domain::Differentiable => "floating point or complex numbers",
            Domain::Float => "floating point",
            Domain::Parts => "f32 or f64",
            Domain::Int => "integers",
            Domain::Bits => "booleans or integers",
        }
    }
}

/// The element type of an elementwise function's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gives {
    /// That of the operands.
    Same,
    /// That of the operand's real and imaginary parts.
    Part,
    /// The complex type of which the operands are parts.
    Complex,
    /// Booleans.
    Bool,
}

impl Gives {
    /// The element type of the result for operands of a type.
    pub const fn of(self, dtype: DType) -> DType {
        match self {
            Gives::Same => dtype,
            Gives::Part => dtype.real(),
            Gives::Complex => dtype.complex(),
            Gives::Bool => DType::Bool,
        }
    }
}

/// Where a function of one operand is constant between jumps, so that its derivative is zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flat {
    /// Nowhere.
    Never,
    /// On real numbers.
    OnReals,
    /// Everywhere.
    Always,
}

/// A function of one operand, applied to its own result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Twice {
    /// The operand.
    Operand,
    /// The same as once.
    Once,
    /// Something else.
    Other,
}

/// The value that changes nothing under a function of two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Identity {
    /// There is none.
    None,
    /// Zero, or false.
    Zero,
    /// One, or true.
    One,
    /// The least value of the type.
    Least,
    /// The greatest value of the type.
    Greatest,
    /// All bits set.
    Ones,
}
