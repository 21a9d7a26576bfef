// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Narrow element types: floating-point types of at most eight bits and integers of two or four bits. They are stored
//! one to a byte. Integers are computed with, modulo their width. Floats are moved, compared and converted, but have no
//! arithmetic.
//!
//! Invariants: the byte of a signed integer is sign-extended; the byte of another type of fewer than eight bits has
//! zeros above its bits. A float consists of sign, exponent and mantissa, as in the OCP 8-bit floating point
//! specification and related ones.

use crate::{DType, Element};

/// An element type of at most eight bits whose elements take a byte each.
///
/// The letters after the bits describe the format: `FN` has no infinities, `UZ` has no negative zero, `B11` has the
/// bias 11 instead of the usual one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Narrow {
    I2,
    U2,
    I4,
    U4,
    F4E2M1FN,
    F6E2M3FN,
    F6E3M2FN,
    F8E3M4,
    F8E4M3,
    F8E4M3B11FNUZ,
    F8E4M3FN,
    F8E4M3FNUZ,
    F8E5M2,
    F8E5M2FNUZ,
    /// A power of two without a sign: the scale of a block.
    F8E8M0FNU,
}

/// The values above the finite numbers of a floating-point type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Above {
    /// Infinity, then NaN.
    Ieee,
    /// One NaN, whose bits are all ones.
    Nan,
    /// No values: the bits of negative zero stand for NaN.
    NanForZero,
    /// No values: there is no NaN, and numbers that are too large become the largest number.
    Nothing,
}

/// The layout of a floating-point type.
pub(crate) struct Layout {
    pub(crate) mantissa: u32,
    pub(crate) bias: i32,
    /// The magnitude bits of the largest number.
    pub(crate) largest: u8,
    above: Above,
}

impl Narrow {
    /// Every narrow type, in the order of the enum.
    pub const ALL: [Narrow; 15] = [
        Narrow::I2,
        Narrow::U2,
        Narrow::I4,
        Narrow::U4,
        Narrow::F4E2M1FN,
        Narrow::F6E2M3FN,
        Narrow::F6E3M2FN,
        Narrow::F8E3M4,
        Narrow::F8E4M3,
        Narrow::F8E4M3B11FNUZ,
        Narrow::F8E4M3FN,
        Narrow::F8E4M3FNUZ,
        Narrow::F8E5M2,
        Narrow::F8E5M2FNUZ,
        Narrow::F8E8M0FNU,
    ];

    /// The name in StableHLO text.
    pub const fn mlir(self) -> &'static str {
        match self {
            Narrow::I2 => "i2",
            Narrow::U2 => "ui2",
            Narrow::I4 => "i4",
            Narrow::U4 => "ui4",
            Narrow::F4E2M1FN => "f4E2M1FN",
            Narrow::F6E2M3FN => "f6E2M3FN",
            Narrow::F6E3M2FN => "f6E3M2FN",
            Narrow::F8E3M4 => "f8E3M4",
            Narrow::F8E4M3 => "f8E4M3",
            Narrow::F8E4M3B11FNUZ => "f8E4M3B11FNUZ",
            Narrow::F8E4M3FN => "f8E4M3FN",
            Narrow::F8E4M3FNUZ => "f8E4M3FNUZ",
            Narrow::F8E5M2 => "f8E5M2",
            Narrow::F8E5M2FNUZ => "f8E5M2FNUZ",
            Narrow::F8E8M0FNU => "f8E8M0FNU",
        }
    }

    /// The name in Rust source and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Narrow::U2 => "u2",
            Narrow::U4 => "u4",
            other => other.mlir(),
        }
    }

    /// The number of bits of an element.
    pub const fn bits(self) -> u32 {
        match self {
            Narrow::I2 | Narrow::U2 => 2,
            Narrow::I4 | Narrow::U4 | Narrow::F4E2M1FN => 4,
            Narrow::F6E2M3FN | Narrow::F6E3M2FN => 6,
            _ => 8,
        }
    }

    /// Whether the type is an integer.
    pub const fn is_int(self) -> bool {
        matches!(self, Narrow::I2 | Narrow::U2 | Narrow::I4 | Narrow::U4)
    }

    /// Whether the type is a signed integer.
    pub const fn is_signed_int(self) -> bool {
        matches!(self, Narrow::I2 | Narrow::I4)
    }

    /// The integer type of eight bits that holds the values of an integer type, and whose bytes are the stored ones;
    /// for a float, the type of its byte.
    pub const fn byte(self) -> DType {
        if self.is_signed_int() { DType::I8 } else { DType::U8 }
    }

    /// The bits of a byte that an element has.
    pub const fn mask(self) -> u8 {
        0xff >> (8 - self.bits())
    }

    /// The stored byte for the bits of an element. Bits above the type's width are ignored.
    pub const fn from_bits(self, bits: u8) -> u8 {
        let above = 8 - self.bits();
        if self.is_signed_int() { ((bits << above) as i8 >> above) as u8 } else { bits & self.mask() }
    }

    pub(crate) const fn layout(self) -> Option<Layout> {
        let (mantissa, bias, largest, above) = match self {
            Narrow::I2 | Narrow::U2 | Narrow::I4 | Narrow::U4 | Narrow::F8E8M0FNU => return None,
            Narrow::F4E2M1FN => (1, 1, 0x7, Above::Nothing),
            Narrow::F6E2M3FN => (3, 1, 0x1f, Above::Nothing),
            Narrow::F6E3M2FN => (2, 3, 0x1f, Above::Nothing),
            Narrow::F8E3M4 => (4, 3, 0x6f, Above::Ieee),
            Narrow::F8E4M3 => (3, 7, 0x77, Above::Ieee),
            Narrow::F8E4M3B11FNUZ => (3, 11, 0x7f, Above::NanForZero),
            Narrow::F8E4M3FN => (3, 7, 0x7e, Above::Nan),
            Narrow::F8E4M3FNUZ => (3, 8, 0x7f, Above::NanForZero),
            Narrow::F8E5M2 => (2, 15, 0x7b, Above::Ieee),
            Narrow::F8E5M2FNUZ => (2, 16, 0x7f, Above::NanForZero),
        };
        Some(Layout { mantissa, bias, largest, above })
    }

    /// The exact value of an element's byte.
    pub fn to_f64(self, byte: u8) -> f64 {
        let Some(layout) = self.layout() else {
            return match self {
                _ if self.is_signed_int() => f64::from(byte as i8),
                _ if self.is_int() => f64::from(byte),
                _ if byte == 0xff => f64::NAN,
                _ => 2f64.powi(i32::from(byte) - 127),
            };
        };
        let sign_bit = 1u8 << (self.bits() - 1);
        let magnitude = byte & (sign_bit - 1);
        let value = if layout.above == Above::NanForZero && byte == sign_bit {
            return f64::NAN;
        } else if magnitude <= layout.largest {
            layout.value(magnitude)
        } else if layout.above == Above::Ieee && magnitude == layout.largest + 1 {
            f64::INFINITY
        } else {
            f64::NAN
        };
        if byte & sign_bit == 0 { value } else { -value }
    }

    /// The byte of the element nearest to `x`. A tie goes to the even element.
    ///
    /// Integers truncate and saturate; NaN becomes zero. A number that is too large for a floating-point type becomes
    /// infinite, or NaN if the type has no infinity, or the largest number if it has neither.
    pub fn from_f64(self, x: f64) -> u8 {
        let Some(layout) = self.layout() else {
            return match self {
                _ if self.is_signed_int() => {
                    let most = f64::from(self.mask() >> 1);
                    x.clamp(-1.0 - most, most) as i8 as u8
                }
                _ if self.is_int() => x.clamp(0.0, f64::from(self.mask())) as u8,
                _ => scale(x),
            };
        };
        let sign_bit = 1u8 << (self.bits() - 1);
        let sign = if x.is_sign_negative() { sign_bit } else { 0 };
        let magnitude = if x.is_nan() { layout.largest + 1 } else { layout.nearest(x.abs()) };
        if magnitude <= layout.largest {
            return if magnitude == 0 && layout.above == Above::NanForZero { 0 } else { sign | magnitude };
        }
        match layout.above {
            // The quiet NaN: only the highest bit of the mantissa is set.
            Above::Ieee if x.is_nan() => sign | (layout.largest + 1) | 1 << (layout.mantissa - 1),
            Above::Ieee | Above::Nan => sign | (layout.largest + 1),
            Above::NanForZero => sign_bit,
            Above::Nothing if x.is_nan() => sign_bit,
            Above::Nothing => sign | layout.largest,
        }
    }

    /// The byte of the least or the greatest element, which may be infinite.
    pub fn extreme(self, greatest: bool) -> u8 {
        let infinity = if greatest { f64::INFINITY } else { f64::NEG_INFINITY };
        match self.layout() {
            Some(Layout { above: Above::Ieee, .. }) => self.from_f64(infinity),
            Some(layout) => self.from_f64(layout.value(layout.largest).copysign(infinity)),
            None if self == Narrow::F8E8M0FNU => {
                if greatest {
                    0xfe
                } else {
                    0
                }
            }
            None => self.from_f64(infinity),
        }
    }
}

/// The byte of the power of two nearest to a number, or NaN if there is none.
fn scale(x: f64) -> u8 {
    if x.is_nan() || x < 0.0 || x >= 1.5 * 2f64.powi(127) {
        return 0xff;
    }
    let power = |code: u8| 2f64.powi(i32::from(code) - 127);
    let below = (0..=0xfe).rev().find(|&code| power(code) <= x).unwrap_or(0);
    // A tie goes up, as in XLA.
    if below < 0xfe && x >= 1.5 * power(below) { below + 1 } else { below }
}

impl Layout {
    pub(crate) fn has_infinity(&self) -> bool {
        self.above == Above::Ieee
    }

    pub(crate) fn nan_for_zero(&self) -> bool {
        self.above == Above::NanForZero
    }

    pub(crate) fn has_nothing_above(&self) -> bool {
        self.above == Above::Nothing
    }

    /// The value of a magnitude's bits, read as a finite number.
    fn value(&self, magnitude: u8) -> f64 {
        let fraction = f64::from(magnitude & ((1 << self.mantissa) - 1)) / f64::from(1u32 << self.mantissa);
        match i32::from(magnitude >> self.mantissa) {
            0 => fraction * 2f64.powi(1 - self.bias),
            exponent => (1.0 + fraction) * 2f64.powi(exponent - self.bias),
        }
    }

    /// The bits of the magnitude nearest to a number; one more than `largest` if the number is too large.
    fn nearest(&self, x: f64) -> u8 {
        let beyond = self.largest + 1;
        let above = (0..=beyond).find(|&m| self.value(m) >= x).unwrap_or(beyond);
        if above == 0 || self.value(above) == x {
            return above;
        }
        let middle = (self.value(above) + self.value(above - 1)) / 2.0;
        let up = x > middle || (x == middle && above & 1 == 0);
        if up { above } else { above - 1 }
    }
}

macro_rules! elements {
    ($($name:ident),*) => { $(
        #[doc = concat!("An element of type [`Narrow::", stringify!($name), "`], by its byte.")]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, bytemuck::NoUninit, bytemuck::AnyBitPattern)]
        #[repr(transparent)]
        pub struct $name(pub u8);

        impl Element for $name {
            const DTYPE: DType = DType::Narrow(Narrow::$name);
            type Real = $name;
            type Complex = $name;
            fn from_f64(x: f64) -> $name {
                $name(Narrow::$name.from_f64(x))
            }
            fn to_f64(self) -> f64 {
                Narrow::$name.to_f64(self.0)
            }
        }
    )* };
}

/// A Rust type for each narrow type.
pub mod elements {
    use super::{DType, Element, Narrow};

    elements! {
        I2, U2, I4, U4, F4E2M1FN, F6E2M3FN, F6E3M2FN, F8E3M4, F8E4M3, F8E4M3B11FNUZ, F8E4M3FN, F8E4M3FNUZ, F8E5M2, F8E5M2FNUZ, F8E8M0FNU
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_the_specifications() {
        let largest = [
            (Narrow::F8E3M4, 15.5),
            (Narrow::F8E4M3, 240.0),
            (Narrow::F8E4M3B11FNUZ, 30.0),
            (Narrow::F8E4M3FN, 448.0),
            (Narrow::F8E4M3FNUZ, 240.0),
            (Narrow::F8E5M2, 57344.0),
            (Narrow::F8E5M2FNUZ, 57344.0),
            (Narrow::F4E2M1FN, 6.0),
            (Narrow::F6E2M3FN, 7.5),
            (Narrow::F6E3M2FN, 28.0),
            (Narrow::I2, 1.0),
            (Narrow::U2, 3.0),
        ];
        for (narrow, largest) in largest {
            let codes = 0..=narrow.mask();
            let greatest = codes.map(|code| narrow.to_f64(narrow.from_bits(code))).filter(|x| x.is_finite()).fold(0.0, f64::max);
            assert_eq!(greatest, largest, "{}", narrow.name());
        }
        assert_eq!(Narrow::F8E4M3FN.to_f64(1), 2f64.powi(-9));
        assert_eq!(Narrow::F8E5M2.to_f64(0x7c), f64::INFINITY);
        assert!(Narrow::F8E4M3FNUZ.to_f64(0x80).is_nan() && Narrow::F8E4M3FN.to_f64(0xff).is_nan());
        assert_eq!(Narrow::F8E8M0FNU.to_f64(128), 2.0);
    }

    #[test]
    fn every_value_is_its_own_nearest() {
        for narrow in Narrow::ALL {
            for bits in 0..=255u8 {
                let byte = narrow.from_bits(bits);
                let x = narrow.to_f64(byte);
                if !x.is_nan() {
                    assert_eq!(narrow.from_f64(x), byte, "{} {bits}", narrow.name());
                }
            }
        }
    }

    #[test]
    fn rounding_is_to_even_and_overflow_is_the_formats() {
        let round = |narrow: Narrow, x: f64| narrow.to_f64(narrow.from_f64(x));
        assert_eq!((round(Narrow::F8E4M3FN, 1.0625), round(Narrow::F8E4M3FN, 1.1875)), (1.0, 1.25));
        assert_eq!((round(Narrow::F8E4M3FN, 464.0), round(Narrow::F8E5M2, 61439.0)), (448.0, 57344.0));
        assert!(round(Narrow::F8E4M3FN, 465.0).is_nan() && round(Narrow::F8E4M3FNUZ, 1e9).is_nan());
        assert_eq!((round(Narrow::F8E5M2, 61440.0), round(Narrow::F8E3M4, -16.0)), (f64::INFINITY, f64::NEG_INFINITY));
        assert_eq!((round(Narrow::F4E2M1FN, -100.0), round(Narrow::F4E2M1FN, 2.5)), (-6.0, 2.0));
        assert_eq!((round(Narrow::I4, 9.5), round(Narrow::I4, -3.7), round(Narrow::U4, -1.0)), (7.0, -3.0, 0.0));
        assert_eq!((Narrow::F8E4M3FNUZ.from_f64(-0.0), Narrow::F8E4M3FN.from_f64(-0.0)), (0, 0x80));
    }
}
