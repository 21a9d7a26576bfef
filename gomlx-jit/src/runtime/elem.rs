// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Element kinds of kernels, and their arithmetic.

pub(crate) use half::{bf16, f16};

use super::cast::{CastFn, cast_fn};

/// The element kind of a buffer. Booleans are bytes that hold 0 or 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Elem {
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
    pub(crate) const fn size(self) -> usize {
        match self {
            Elem::Bool | Elem::I8 | Elem::U8 => 1,
            Elem::I16 | Elem::U16 | Elem::F16 | Elem::Bf16 => 2,
            Elem::I32 | Elem::U32 | Elem::F32 => 4,
            Elem::I64 | Elem::U64 | Elem::F64 => 8,
        }
    }

    pub(crate) fn is_float(self) -> bool {
        matches!(self, Elem::F16 | Elem::Bf16 | Elem::F32 | Elem::F64)
    }
}

/// How a kernel combines elements of a kind: it converts them to a wider kind, combines them and converts the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lane {
    /// The wider kind: one of the four kinds of [`with_lane`].
    pub(crate) elem: Elem,
    pub(crate) combine: Combine,
    /// Conversions to and from the wider kind. `None` if both kinds have the same size: the kernel then computes on the
    /// bits as they are.
    pub(crate) casts: Option<[CastFn; 2]>,
}

impl Lane {
    /// The lane that combines elements of kind `elem`. `None` for the minimum and maximum of `u64`: no kind is wide
    /// enough.
    ///
    /// The kernel rounds floats once, after it has combined all of them. Integers keep the low bits, which are the
    /// wrapped result.
    pub(crate) fn new(elem: Elem, combine: Combine) -> Option<Lane> {
        let ordered = matches!(combine, Combine::Min | Combine::Max);
        let (wide, combine) = match (elem, combine) {
            // Booleans are the numbers 0 and 1: logical or is the maximum, logical and the minimum.
            (Elem::Bool, Combine::Add) => (Elem::I32, Combine::Max),
            (Elem::Bool, Combine::Mul) => (Elem::I32, Combine::Min),
            (Elem::Bool | Elem::I8 | Elem::I16 | Elem::I32 | Elem::U8 | Elem::U16, _) => (Elem::I32, combine),
            (Elem::F16 | Elem::Bf16 | Elem::F32, _) => (Elem::F32, combine),
            (Elem::F64, _) => (Elem::F64, combine),
            (Elem::U32, _) if !ordered => (Elem::I32, combine),
            (Elem::U64, _) if ordered => return None,
            (Elem::U32 | Elem::I64 | Elem::U64, _) => (Elem::I64, combine),
        };
        let casts = (elem.size() != wide.size()).then(|| [cast_fn(elem, wide), cast_fn(wide, elem)]);
        Some(Lane { elem: wide, combine, casts })
    }
}

/// How two elements combine in a reduction, a window or a scatter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Combine {
    /// Sum; logical or of booleans.
    Add,
    /// Product; logical and of booleans.
    Mul,
    /// Minimum; NaN if either is NaN, and -0 is below +0.
    Min,
    /// Maximum; NaN if either is NaN, and +0 is above -0.
    Max,
}

/// An element type with arithmetic: integers wrap, floats follow IEEE 754.
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
int!(i32, i64);

// The maximum and minimum of IEEE 754-2019. Equal operands differ at most in the sign of zero, which the bitwise
// operation decides. The functions have no branches, so loops over them vectorise.
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

/// A [`Combine`] as a type: a generic loop is compiled once per operation.
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

/// Runs `$body`; in it, `$op` is the type of a [`Combine`].
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

/// Runs `$body`; in it, `$t` is the type of an [`Elem`], which must be one of the four kinds in which kernels compute.
///
/// Kernels are compiled for these four kinds only. With code for every kind, most of the crate's build time would go to
/// kinds that programs rarely combine.
macro_rules! with_lane {
    ($elem:expr, $t:ident => $body:expr) => {
        match $elem {
            $crate::runtime::elem::Elem::F32 => {
                type $t = f32;
                $body
            }
            $crate::runtime::elem::Elem::F64 => {
                type $t = f64;
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
            other => unreachable!("kernels do not compute in {other:?}"),
        }
    };
}
pub(crate) use with_lane;

/// Declares functions that are compiled once per instruction set. A function that is declared to return a function
/// gives the version for the widest instruction set of this machine, which a plan can keep. Any other function calls
/// that version.
///
/// The body may only call `#[inline(always)]` code: other code would not use the wider registers.
macro_rules! multiversion {
    ($(#[$meta:meta])* $vis:vis unsafe fn $name:ident<$t:ident: $bound:path>($($arg:ident: $ty:ty),* $(,)?) $body:block) => {
        $(#[$meta])*
        $vis unsafe fn $name<$t: $bound>($($arg: $ty),*) {
            // SAFETY: the caller keeps the promises that the function asks for.
            unsafe { $crate::runtime::elem::multiversion!(@choose $t: $bound, ($($arg: $ty),*) $body)($($arg),*) }
        }
    };
    ($(#[$meta:meta])* $vis:vis fn $name:ident<$t:ident: $bound:path>() -> unsafe fn($($arg:ident: $ty:ty),* $(,)?) $body:block) => {
        $(#[$meta])*
        $vis fn $name<$t: $bound>() -> unsafe fn($($ty),*) {
            $crate::runtime::elem::multiversion!(@choose $t: $bound, ($($arg: $ty),*) $body)
        }
    };
    (@choose $t:ident: $bound:path, ($($arg:ident: $ty:ty),*) $body:block) => {{
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
                $crate::runtime::elem::Isa::Avx512 => avx512::<$t> as unsafe fn($($ty),*),
                $crate::runtime::elem::Isa::Avx2 => avx2::<$t> as unsafe fn($($ty),*),
                $crate::runtime::elem::Isa::Portable => portable::<$t> as unsafe fn($($ty),*),
            }
        }
        #[cfg(not(target_arch = "x86_64"))]
        {
            portable::<$t> as unsafe fn($($ty),*)
        }
    }};
}
pub(crate) use multiversion;

/// The widest instruction set that kernels may use on this machine.
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
