// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Element kinds of kernels, and the arithmetic they share.

pub use half::{bf16, f16};

use super::cast::Cast;

/// What one element of a buffer is. Booleans are bytes that hold 0 or 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the types")]
pub enum Elem {
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
    Bf16,
    F32,
    F64,
}

impl Elem {
    /// Bytes of one element.
    pub const fn size(self) -> usize {
        match self {
            Elem::Bool | Elem::I8 | Elem::U8 => 1,
            Elem::I16 | Elem::U16 | Elem::F16 | Elem::Bf16 => 2,
            Elem::I32 | Elem::U32 | Elem::F32 => 4,
            Elem::I64 | Elem::U64 | Elem::F64 => 8,
        }
    }
}

/// How two elements combine in a reduction, a window or a scatter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Combine {
    /// Sum; logical or of booleans.
    Add,
    /// Product; logical and of booleans.
    Mul,
    /// Minimum; NaN if either is NaN, and -0 is below +0.
    Min,
    /// Maximum; NaN if either is NaN, and +0 is above -0.
    Max,
}

/// Elements as Rust sees them: arithmetic wraps for integers and follows IEEE 754 for floats.
pub(crate) trait Num: Copy + PartialEq + PartialOrd + Send + Sync + 'static {
    const ZERO: Self;
    fn add(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    fn min(self, other: Self) -> Self;
    fn max(self, other: Self) -> Self;
}

macro_rules! int {
    ($($t:ty),*) => { $(impl Num for $t {
        const ZERO: Self = 0;
        #[inline(always)]
        fn add(self, other: Self) -> Self { self.wrapping_add(other) }
        #[inline(always)]
        fn mul(self, other: Self) -> Self { self.wrapping_mul(other) }
        #[inline(always)]
        fn min(self, other: Self) -> Self { Ord::min(self, other) }
        #[inline(always)]
        fn max(self, other: Self) -> Self { Ord::max(self, other) }
    })* };
}
int!(i8, i16, i32, i64, u8, u16, u32, u64);

// The maximum and minimum of IEEE 754-2019. Equal operands differ at most in the sign of zero, which the bitwise
// operation settles; written without branches, so that loops over them vectorise.
macro_rules! float {
    ($($t:ty),*) => { $(impl Num for $t {
        const ZERO: Self = 0.0;
        #[inline(always)]
        fn add(self, other: Self) -> Self { self + other }
        #[inline(always)]
        fn mul(self, other: Self) -> Self { self * other }
        #[inline(always)]
        fn min(self, other: Self) -> Self {
            let zero = <$t>::from_bits(self.to_bits() | other.to_bits());
            let ordered = if self < other || self.is_nan() { self } else { other };
            if self == other { zero } else { ordered }
        }
        #[inline(always)]
        fn max(self, other: Self) -> Self {
            let zero = <$t>::from_bits(self.to_bits() & other.to_bits());
            let ordered = if self > other || self.is_nan() { self } else { other };
            if self == other { zero } else { ordered }
        }
    })* };
}
float!(f32, f64);

macro_rules! half_float {
    ($($t:ty),*) => { $(impl Num for $t {
        const ZERO: Self = <$t>::ZERO;
        #[inline(always)]
        fn add(self, other: Self) -> Self { <$t>::from_f32(self.to_f32() + other.to_f32()) }
        #[inline(always)]
        fn mul(self, other: Self) -> Self { <$t>::from_f32(self.to_f32() * other.to_f32()) }
        #[inline(always)]
        fn min(self, other: Self) -> Self { <$t>::from_f32(Num::min(self.to_f32(), other.to_f32())) }
        #[inline(always)]
        fn max(self, other: Self) -> Self { <$t>::from_f32(Num::max(self.to_f32(), other.to_f32())) }
    })* };
}
half_float!(f16, bf16);

/// A boolean byte: addition is or, multiplication is and.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(transparent)]
pub(crate) struct Bool(pub(crate) u8);

impl Num for Bool {
    const ZERO: Self = Bool(0);
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Bool(self.0 | other.0)
    }
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Bool(self.0 & other.0)
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        self.mul(other)
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        self.add(other)
    }
}

/// The type that sums, products and comparisons of elements are computed in; results are rounded once at the end.
pub(crate) trait Widen: Num {
    type Acc: Num;
    fn widen(self) -> Self::Acc;
    fn narrow(acc: Self::Acc) -> Self;
}

macro_rules! own_width {
    ($($t:ty),*) => { $(impl Widen for $t {
        type Acc = $t;
        #[inline(always)]
        fn widen(self) -> $t { self }
        #[inline(always)]
        fn narrow(acc: $t) -> $t { acc }
    })* };
}
own_width!(i8, i16, i32, i64, u8, u16, u32, u64, f32, f64, Bool);

macro_rules! to_f32 {
    ($($t:ty),*) => { $(impl Widen for $t {
        type Acc = f32;
        #[inline(always)]
        fn widen(self) -> f32 { self.cast() }
        #[inline(always)]
        fn narrow(acc: f32) -> $t { acc.cast() }
    })* };
}
to_f32!(f16, bf16);

/// A [`Combine`] as a type, so that loops over it are compiled for each.
pub(crate) trait CombineOp: 'static {
    fn combine<T: Num>(a: T, b: T) -> T;
}

macro_rules! combine_ops {
    ($($name:ident => $method:ident),*) => { $(
        pub(crate) struct $name;
        impl CombineOp for $name {
            #[inline(always)]
            fn combine<T: Num>(a: T, b: T) -> T { Num::$method(a, b) }
        }
    )* };
}
combine_ops!(AddOp => add, MulOp => mul, MinOp => min, MaxOp => max);

/// Runs `$body` with the type `$op` that a [`Combine`] names.
macro_rules! with_combine {
    ($combine:expr, $op:ident => $body:expr) => {
        match $combine {
            $crate::runtime::elem::Combine::Add => {
                type $op = $crate::runtime::elem::AddOp;
                $body
            }
            $crate::runtime::elem::Combine::Mul => {
                type $op = $crate::runtime::elem::MulOp;
                $body
            }
            $crate::runtime::elem::Combine::Min => {
                type $op = $crate::runtime::elem::MinOp;
                $body
            }
            $crate::runtime::elem::Combine::Max => {
                type $op = $crate::runtime::elem::MaxOp;
                $body
            }
        }
    };
}
pub(crate) use with_combine;

/// Runs `$body` with the type `$t` that an [`Elem`] names.
macro_rules! with_elem {
    ($elem:expr, $t:ident => $body:expr) => {
        match $elem {
            $crate::runtime::elem::Elem::Bool => {
                type $t = $crate::runtime::elem::Bool;
                $body
            }
            $crate::runtime::elem::Elem::I8 => {
                type $t = i8;
                $body
            }
            $crate::runtime::elem::Elem::I16 => {
                type $t = i16;
                $body
            }
            $crate::runtime::elem::Elem::I32 => {
                type $t = i32;
                $body
            }
            $crate::runtime::elem::Elem::I64 => {
                type $t = i64;
                $body
            }
            $crate::runtime::elem::Elem::U8 => {
                type $t = u8;
                $body
            }
            $crate::runtime::elem::Elem::U16 => {
                type $t = u16;
                $body
            }
            $crate::runtime::elem::Elem::U32 => {
                type $t = u32;
                $body
            }
            $crate::runtime::elem::Elem::U64 => {
                type $t = u64;
                $body
            }
            $crate::runtime::elem::Elem::F16 => {
                type $t = $crate::runtime::elem::f16;
                $body
            }
            $crate::runtime::elem::Elem::Bf16 => {
                type $t = $crate::runtime::elem::bf16;
                $body
            }
            $crate::runtime::elem::Elem::F32 => {
                type $t = f32;
                $body
            }
            $crate::runtime::elem::Elem::F64 => {
                type $t = f64;
                $body
            }
        }
    };
}
pub(crate) use with_elem;

/// Declares functions compiled once per instruction set, and calls the widest that the machine has.
///
/// The body must be `#[inline(always)]` code for the wider registers to reach it.
macro_rules! multiversion {
    ($(#[$meta:meta])* $vis:vis unsafe fn $name:ident<$t:ident: $bound:path>($($arg:ident: $ty:ty),* $(,)?) $body:block) => {
        $(#[$meta])*
        $vis unsafe fn $name<$t: $bound>($($arg: $ty),*) {
            #[inline(always)]
            unsafe fn portable<$t: $bound>($($arg: $ty),*) $body
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx2,fma,f16c")]
                unsafe fn avx512<$t: $bound>($($arg: $ty),*) {
                    // SAFETY: as the caller promised.
                    unsafe { portable::<$t>($($arg),*) }
                }
                #[target_feature(enable = "avx2,fma,f16c")]
                unsafe fn avx2<$t: $bound>($($arg: $ty),*) {
                    // SAFETY: as the caller promised.
                    unsafe { portable::<$t>($($arg),*) }
                }
                match $crate::runtime::elem::isa() {
                    // SAFETY: the machine has these features, and the arguments are as the caller promised.
                    $crate::runtime::elem::Isa::Avx512 => return unsafe { avx512::<$t>($($arg),*) },
                    // SAFETY: as above.
                    $crate::runtime::elem::Isa::Avx2 => return unsafe { avx2::<$t>($($arg),*) },
                    $crate::runtime::elem::Isa::Portable => {}
                }
            }
            // SAFETY: as the caller promised.
            unsafe { portable::<$t>($($arg),*) }
        }
    };
}
pub(crate) use multiversion;

/// The widest vectors that kernels may use here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg(target_arch = "x86_64")]
pub(crate) enum Isa {
    Avx512,
    Avx2,
    Portable,
}

#[cfg(target_arch = "x86_64")]
pub(crate) fn isa() -> Isa {
    use std::arch::is_x86_feature_detected as has;
    if has!("avx512f") && has!("avx512bw") && has!("avx512vl") && has!("avx512dq") && has!("fma") && has!("f16c") {
        Isa::Avx512
    } else if has!("avx2") && has!("fma") && has!("f16c") {
        Isa::Avx2
    } else {
        Isa::Portable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minimum_and_maximum_are_those_of_ieee_754_2019() {
        assert!(Num::max(f32::NAN, 1.0).is_nan() && Num::max(1.0, f32::NAN).is_nan());
        assert!(Num::min(f64::NAN, 1.0).is_nan() && Num::min(1.0, f64::NAN).is_nan());
        for (a, b) in [(0.0f32, -0.0f32), (-0.0, 0.0)] {
            assert_eq!(Num::max(a, b).to_bits(), 0.0f32.to_bits());
            assert_eq!(Num::min(a, b).to_bits(), (-0.0f32).to_bits());
        }
        assert_eq!((Num::max(-3.0f32, 2.0), Num::min(-3.0f32, 2.0)), (2.0, -3.0));
        assert_eq!(Num::max(f32::NEG_INFINITY, f32::INFINITY), f32::INFINITY);
    }
}
