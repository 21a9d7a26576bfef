// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Element types: the element types of StableHLO, and their names in text and in Rust.

use std::fmt;

use half::{bf16, f16};
use num_complex::Complex;

use crate::Narrow;

/// The type of one element of a tensor (StableHLO spec, "Types").
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum DType {
    /// Boolean; one byte, 0 or 1.
    Bool,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    F16,
    BF16,
    F32,
    F64,
    /// Complex of two `f32`.
    C64,
    /// Complex of two `f64`.
    C128,
    /// A floating-point type of at most eight bits, which has conversions but no arithmetic, or an integer of two or
    /// four bits. Each element is stored in a byte.
    Narrow(Narrow),
}

impl DType {
    /// Every element type, in the order of the enum.
    pub const ALL: [DType; 30] = [
        DType::Bool,
        DType::I8,
        DType::I16,
        DType::I32,
        DType::I64,
        DType::U8,
        DType::U16,
        DType::U32,
        DType::U64,
        DType::F16,
        DType::BF16,
        DType::F32,
        DType::F64,
        DType::C64,
        DType::C128,
        DType::Narrow(Narrow::I2),
        DType::Narrow(Narrow::U2),
        DType::Narrow(Narrow::I4),
        DType::Narrow(Narrow::U4),
        DType::Narrow(Narrow::F4E2M1FN),
        DType::Narrow(Narrow::F6E2M3FN),
        DType::Narrow(Narrow::F6E3M2FN),
        DType::Narrow(Narrow::F8E3M4),
        DType::Narrow(Narrow::F8E4M3),
        DType::Narrow(Narrow::F8E4M3B11FNUZ),
        DType::Narrow(Narrow::F8E4M3FN),
        DType::Narrow(Narrow::F8E4M3FNUZ),
        DType::Narrow(Narrow::F8E5M2),
        DType::Narrow(Narrow::F8E5M2FNUZ),
        DType::Narrow(Narrow::F8E8M0FNU),
    ];

    /// The name in StableHLO text: `i1`, `ui8`, `bf16`, `complex<f32>`.
    pub const fn mlir(self) -> &'static str {
        match self {
            DType::Bool => "i1",
            DType::I8 => "i8",
            DType::I16 => "i16",
            DType::I32 => "i32",
            DType::I64 => "i64",
            DType::U8 => "ui8",
            DType::U16 => "ui16",
            DType::U32 => "ui32",
            DType::U64 => "ui64",
            DType::F16 => "f16",
            DType::BF16 => "bf16",
            DType::F32 => "f32",
            DType::F64 => "f64",
            DType::C64 => "complex<f32>",
            DType::C128 => "complex<f64>",
            DType::Narrow(narrow) => narrow.mlir(),
        }
    }

    /// The type with the name `name` in StableHLO text.
    pub fn from_mlir(name: &str) -> Option<DType> {
        DType::ALL.into_iter().find(|d| d.mlir() == name)
    }

    /// The name in Rust source and messages: `bool`, `u8`, `bf16`, `c64`.
    pub const fn name(self) -> &'static str {
        match self {
            DType::Bool => "bool",
            DType::U8 => "u8",
            DType::U16 => "u16",
            DType::U32 => "u32",
            DType::U64 => "u64",
            DType::C64 => "c64",
            DType::C128 => "c128",
            DType::Narrow(narrow) => narrow.name(),
            other => other.mlir(),
        }
    }

    /// The type with the name `name` in Rust source.
    pub fn from_name(name: &str) -> Option<DType> {
        DType::ALL.into_iter().find(|d| d.name() == name)
    }

    /// The bits of one element. They are fewer than those of its bytes in types of less than eight bits.
    pub const fn bits(self) -> usize {
        match self {
            DType::Bool => 1,
            DType::Narrow(narrow) => narrow.bits() as usize,
            other => 8 * other.size(),
        }
    }

    /// Bytes of one element.
    pub const fn size(self) -> usize {
        match self {
            DType::Bool | DType::I8 | DType::U8 | DType::Narrow(_) => 1,
            DType::I16 | DType::U16 | DType::F16 | DType::BF16 => 2,
            DType::I32 | DType::U32 | DType::F32 => 4,
            DType::I64 | DType::U64 | DType::F64 | DType::C64 => 8,
            DType::C128 => 16,
        }
    }

    /// Whether the type is real floating point with arithmetic.
    pub const fn is_float(self) -> bool {
        matches!(self, DType::F16 | DType::BF16 | DType::F32 | DType::F64)
    }

    /// Whether the type is a signed or unsigned integer of at least eight bits. A boolean is none.
    pub const fn is_int(self) -> bool {
        self.is_signed_int() || self.is_unsigned_int()
    }

    /// Whether the type is a signed integer of at least eight bits.
    pub const fn is_signed_int(self) -> bool {
        matches!(self, DType::I8 | DType::I16 | DType::I32 | DType::I64)
    }

    /// Whether the type is an unsigned integer of at least eight bits.
    pub const fn is_unsigned_int(self) -> bool {
        matches!(self, DType::U8 | DType::U16 | DType::U32 | DType::U64)
    }

    /// Whether the type is complex.
    pub const fn is_complex(self) -> bool {
        matches!(self, DType::C64 | DType::C128)
    }

    /// Whether the type is an integer of fewer than eight bits.
    pub const fn is_small_int(self) -> bool {
        matches!(self, DType::Narrow(narrow) if narrow.is_int())
    }

    /// Whether the type has at most eight bits, and is neither a boolean nor an integer of eight bits.
    pub const fn is_narrow(self) -> bool {
        matches!(self, DType::Narrow(_))
    }

    /// Whether the type has tangents: it is floating point or complex.
    pub const fn is_differentiable(self) -> bool {
        self.is_float() || self.is_complex()
    }

    /// The complex type with parts of this type; this type if there is none.
    pub const fn complex(self) -> DType {
        match self {
            DType::F32 => DType::C64,
            DType::F64 => DType::C128,
            other => other,
        }
    }

    /// The type of the parts of a complex type; this type if it is not complex.
    pub const fn real(self) -> DType {
        match self {
            DType::C64 => DType::F32,
            DType::C128 => DType::F64,
            other => other,
        }
    }
}

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A Rust type for the elements of a tensor.
///
/// Each implementation names its [`DType`], so only the element types of StableHLO have one.
pub trait Element: Copy + Default + Send + Sync + fmt::Debug + bytemuck::NoUninit + bytemuck::CheckedBitPattern + 'static {
    /// The element type.
    const DTYPE: DType;

    /// The type of the parts of a complex type; this type if it is not complex.
    type Real: Element;

    /// The complex type with parts of this type; this type if there is none.
    type Complex: Element;

    /// The value nearest to `x`. Integers saturate. A boolean is true if `x` is not zero. The imaginary part is zero.
    fn from_f64(x: f64) -> Self;

    /// The value as `f64`. 64-bit integers above 2^53 are rounded. Of a complex number the real part.
    fn to_f64(self) -> f64;
}

macro_rules! element {
    ($($t:ty => $d:ident $Complex:ty),* $(,)?) => { $(
        impl Element for $t {
            const DTYPE: DType = DType::$d;
            type Real = $t;
            type Complex = $Complex;
            fn from_f64(x: f64) -> Self {
                x as $t
            }
            fn to_f64(self) -> f64 {
                self as f64
            }
        }
    )* };
}
element! {
    i8 => I8 i8, i16 => I16 i16, i32 => I32 i32, i64 => I64 i64, u8 => U8 u8, u16 => U16 u16, u32 => U32 u32, u64 => U64 u64,
    f32 => F32 c64, f64 => F64 c128,
}

/// A complex number of two `f32`.
#[allow(non_camel_case_types, reason = "an element type has the name of its text form")]
pub type c64 = Complex<f32>;

/// A complex number of two `f64`.
#[allow(non_camel_case_types, reason = "an element type has the name of its text form")]
pub type c128 = Complex<f64>;

macro_rules! complex_element {
    ($($t:ty => $d:ident of $Real:ty),*) => { $(
        impl Element for $t {
            const DTYPE: DType = DType::$d;
            type Real = $Real;
            type Complex = $t;
            fn from_f64(x: f64) -> Self {
                Complex::new(x as $Real, 0.0)
            }
            fn to_f64(self) -> f64 {
                f64::from(self.re)
            }
        }
    )* };
}
complex_element! { c64 => C64 of f32, c128 => C128 of f64 }

impl Element for bool {
    const DTYPE: DType = DType::Bool;
    type Real = bool;
    type Complex = bool;
    fn from_f64(x: f64) -> Self {
        x != 0.0
    }
    fn to_f64(self) -> f64 {
        f64::from(u8::from(self))
    }
}

macro_rules! half_element {
    ($($t:ty => $d:ident),*) => { $(
        impl Element for $t {
            const DTYPE: DType = DType::$d;
            type Real = $t;
            type Complex = $t;
            fn from_f64(x: f64) -> Self {
                <$t>::from_f64(x)
            }
            fn to_f64(self) -> f64 {
                <$t>::to_f64(self)
            }
        }
    )* };
}
half_element! { f16 => F16, bf16 => BF16 }
