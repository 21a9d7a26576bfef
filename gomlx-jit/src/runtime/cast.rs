// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Conversions between the element kinds of buffers and the element kinds in which kernels compute.
//!
//! Integers keep their low bits; only widening depends on the sign. Floats round to nearest, ties to even. There is no
//! conversion between integers and floats: kernels compute integers as integers and floats as floats.

use half::slice::HalfFloatSliceExt;

use super::elem::{Elem, bf16, f16, multiversion};

/// Conversion of one element, or of a row of them.
pub(crate) trait Cast<T>: Copy {
    fn cast(self) -> T;

    /// Converts `n` contiguous elements.
    ///
    /// # Safety
    /// Both pointers are valid for `n` elements, and the ranges do not overlap.
    #[inline(always)]
    unsafe fn cast_row(from: *const Self, to: *mut T, n: usize) {
        for i in 0..n {
            // SAFETY: `i < n`, and the caller vouches for `n` elements.
            unsafe { to.add(i).write((*from.add(i)).cast()) }
        }
    }
}

macro_rules! numbers {
    ($($from:ty => $($to:ty),*;)*) => { $($(impl Cast<$to> for $from {
        #[inline(always)]
        fn cast(self) -> $to { self as $to }
    })*)* };
}
numbers! {
    i8 => i32, i64;
    i16 => i32, i64;
    i32 => i64;
    u8 => i32, i64;
    u16 => i32, i64;
    u32 => u8, u16, i64;
    u64 => u8, u16, u32;
    f32 => f64;
    f64 => f32;
}

macro_rules! same {
    ($($t:ty),*) => { $(impl Cast<$t> for $t {
        #[inline(always)]
        fn cast(self) -> $t { self }
    })* };
}
same!(u8, u32, u64);

macro_rules! halves {
    ($($h:ty),*) => { $(
        impl Cast<f64> for $h {
            #[inline(always)]
            fn cast(self) -> f64 { self.to_f64() }
        }
        impl Cast<$h> for f64 {
            // The other conversion of `half` rounds to f32 first where the machine converts f32 to f16.
            #[inline(always)]
            fn cast(self) -> $h { <$h>::from_f64_const(self) }
        }
    )* };
}
halves!(f16, bf16);

impl Cast<f32> for bf16 {
    #[inline(always)]
    fn cast(self) -> f32 {
        f32::from_bits(u32::from(self.to_bits()) << 16)
    }
}

impl Cast<bf16> for f32 {
    #[inline(always)]
    fn cast(self) -> bf16 {
        let bits = self.to_bits();
        let rounded = bits.wrapping_add(0x7fff + (bits >> 16 & 1)) >> 16;
        let quiet = bits >> 16 | 0x40;
        bf16::from_bits(if self.is_nan() { quiet } else { rounded } as u16)
    }
}

// The `half` crate converts rows of f16 with the machine's instructions. For single elements it would look up the
// machine's features for each element.
impl Cast<f32> for f16 {
    #[inline(always)]
    fn cast(self) -> f32 {
        self.to_f32()
    }

    #[inline(always)]
    unsafe fn cast_row(from: *const f16, to: *mut f32, n: usize) {
        // SAFETY: the caller vouches for `n` elements on both sides. The destination may be uninitialised scratch; it
        // is zeroed before a slice of it is made, and every bit pattern is a valid f32.
        unsafe {
            to.write_bytes(0, n);
            std::slice::from_raw_parts(from, n).convert_to_f32_slice(std::slice::from_raw_parts_mut(to, n));
        }
    }
}

impl Cast<f16> for f32 {
    #[inline(always)]
    fn cast(self) -> f16 {
        f16::from_f32(self)
    }

    #[inline(always)]
    unsafe fn cast_row(from: *const f32, to: *mut f16, n: usize) {
        // SAFETY: as for the other direction.
        unsafe {
            to.write_bytes(0, n);
            std::slice::from_raw_parts_mut(to, n).convert_from_f32_slice(std::slice::from_raw_parts(from, n));
        }
    }
}

/// A matrix in memory. Strides are in elements.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    pub(crate) ptr: *mut u8,
    pub(crate) row: isize,
    pub(crate) col: isize,
}

impl View {
    pub(crate) fn new<T>(ptr: *const T, row: isize, col: isize) -> View {
        View { ptr: ptr.cast_mut().cast(), row, col }
    }

    /// The part of this view that starts at row `i` and column `j`; elements have `size` bytes.
    ///
    /// # Safety
    /// The element at `i` and `j`, if there is one, lies in the buffer.
    pub(crate) unsafe fn at(self, size: usize, i: usize, j: usize) -> View {
        let elements = i as isize * self.row + j as isize * self.col;
        // SAFETY: the caller vouches for the element.
        View { ptr: unsafe { self.ptr.offset(elements * size as isize) }, ..self }
    }

    pub(crate) fn transposed(self) -> View {
        View { ptr: self.ptr, row: self.col, col: self.row }
    }
}

/// Converts a matrix of `rows` by `cols` from one view to the other.
///
/// # Safety
/// Both views are valid for the whole matrix in the function's element kinds, and do not overlap.
pub(crate) type CastFn = unsafe fn(rows: usize, cols: usize, from: View, to: View);

multiversion! {
    fn vectorised<P: Pair>() -> unsafe fn(rows: usize, cols: usize, from: View, to: View) {
        // SAFETY: as the caller of a [`CastFn`] promised.
        unsafe { P::matrix(rows, cols, from, to) }
    }
}

/// The two types of a conversion as one type: `multiversion` takes one type parameter.
trait Pair {
    type From: Cast<Self::To>;
    type To;

    /// # Safety
    /// As [`CastFn`].
    #[inline(always)]
    unsafe fn matrix(rows: usize, cols: usize, from: View, to: View) {
        // The contiguous dim of the destination goes innermost.
        let flip = to.row == 1 && to.col != 1;
        let (rows, cols) = if flip { (cols, rows) } else { (rows, cols) };
        let (from, to) = if flip { (from.transposed(), to.transposed()) } else { (from, to) };
        for r in 0..rows as isize {
            // SAFETY: the caller vouches for every row and column below the counts.
            unsafe {
                let f = from.ptr.cast::<Self::From>().offset(r * from.row);
                let t = to.ptr.cast::<Self::To>().offset(r * to.row);
                if from.col == 1 && to.col == 1 {
                    Self::From::cast_row(f, t, cols);
                } else {
                    for c in 0..cols as isize {
                        t.offset(c * to.col).write((*f.offset(c * from.col)).cast());
                    }
                }
            }
        }
    }
}

struct To<A, B>(std::marker::PhantomData<(A, B)>);

impl<A: Cast<B>, B> Pair for To<A, B> {
    type From = A;
    type To = B;
}

/// The conversion from `from` to `to`: from float to float, or from integer to integer. Booleans count as integers.
pub(crate) fn cast_fn(from: Elem, to: Elem) -> CastFn {
    fn plain<A: Cast<B>, B>() -> CastFn {
        <To<A, B>>::matrix
    }
    match (from, to) {
        (Elem::F16, Elem::F32) => plain::<f16, f32>(),
        (Elem::F32, Elem::F16) => plain::<f32, f16>(),
        (Elem::Bf16, Elem::F32) => vectorised::<To<bf16, f32>>(),
        (Elem::F32, Elem::Bf16) => vectorised::<To<f32, bf16>>(),
        (Elem::F16, Elem::F64) => plain::<f16, f64>(),
        (Elem::F64, Elem::F16) => plain::<f64, f16>(),
        (Elem::Bf16, Elem::F64) => plain::<bf16, f64>(),
        (Elem::F64, Elem::Bf16) => plain::<f64, bf16>(),
        (Elem::F32, Elem::F64) => plain::<f32, f64>(),
        (Elem::F64, Elem::F32) => plain::<f64, f32>(),
        (Elem::I8, Elem::I32) => plain::<i8, i32>(),
        (Elem::I8, Elem::I64) => plain::<i8, i64>(),
        (Elem::I16, Elem::I32) => plain::<i16, i32>(),
        (Elem::I16, Elem::I64) => plain::<i16, i64>(),
        (Elem::I32, Elem::I64) => plain::<i32, i64>(),
        _ if from != to && (from.is_float() || to.is_float()) => unreachable!("no kernel takes {from:?} to {to:?}"),
        // The remaining conversions widen without a sign, or keep the low bits.
        _ => match (from.size(), to.size()) {
            (1, 1) => plain::<u8, u8>(),
            (1, 4) => plain::<u8, i32>(),
            (1, 8) => plain::<u8, i64>(),
            (2, 4) => plain::<u16, i32>(),
            (2, 8) => plain::<u16, i64>(),
            (4, 1) => plain::<u32, u8>(),
            (4, 2) => plain::<u32, u16>(),
            (4, 4) => plain::<u32, u32>(),
            (4, 8) => plain::<u32, i64>(),
            (8, 1) => plain::<u64, u8>(),
            (8, 2) => plain::<u64, u16>(),
            (8, 4) => plain::<u64, u32>(),
            (8, 8) => plain::<u64, u64>(),
            _ => unreachable!("no kernel takes {from:?} to {to:?}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Converts a column of numbers, stored two elements apart, to the other kind.
    fn convert<A: Copy + Default, B: Copy + Default>(from: Elem, to: Elem, x: &[A]) -> Vec<B> {
        let apart: Vec<A> = x.iter().flat_map(|&x| [x, A::default()]).collect();
        let mut out = vec![B::default(); x.len()];
        // SAFETY: both buffers hold a column of as many elements.
        unsafe { cast_fn(from, to)(x.len(), 1, View::new(apart.as_ptr(), 2, 1), View::new(out.as_mut_ptr().cast_const(), 1, 1)) };
        out
    }

    #[test]
    fn integers_widen_by_their_sign_and_narrow_to_low_bits() {
        macro_rules! check {
            ($($elem:ident $t:ty),*) => { $({
                let x = [0, 1, 77, <$t>::MIN, <$t>::MAX, <$t>::MAX - 1, <$t>::MAX / 2 + 1];
                let low = |x: &[$t]| x.iter().map(|&x| x as i32).collect::<Vec<_>>();
                assert_eq!(convert::<$t, i32>(Elem::$elem, Elem::I32, &x), low(&x));
                assert_eq!(convert::<$t, i64>(Elem::$elem, Elem::I64, &x), x.map(|x| x as i64));
                let wide = [0, 1, -1, 300, 0x1234_5678, i32::MIN, i32::MAX];
                if size_of::<$t>() < 8 {
                    assert_eq!(convert::<i32, $t>(Elem::I32, Elem::$elem, &wide), wide.map(|x| x as $t));
                }
                let wide = wide.map(|x| i64::from(x) << 20 | 5);
                assert_eq!(convert::<i64, $t>(Elem::I64, Elem::$elem, &wide), wide.map(|x| x as $t));
            })* };
        }
        check!(I8 i8, I16 i16, I32 i32, I64 i64, U8 u8, U16 u16, U32 u32, U64 u64);
    }

    #[test]
    fn floats_round_to_nearest_even() {
        let x = [0.0f64, -1.5, 1.0 + 1e-9, 1.003_906_25, 1.011_718_75, 65504.0, 1e-3, f64::INFINITY];
        let single = x.map(|x| x as f32);
        assert_eq!(convert::<f64, f32>(Elem::F64, Elem::F32, &x), single);
        assert_eq!(convert::<f32, f64>(Elem::F32, Elem::F64, &single), single.map(f64::from));
        let (half, brain) = (x.map(f16::from_f64_const), x.map(bf16::from_f64_const));
        assert_eq!(convert::<f64, f16>(Elem::F64, Elem::F16, &[65_519.999_999, 65520.0]), [f16::MAX, f16::INFINITY]);
        assert_eq!(convert::<f64, f16>(Elem::F64, Elem::F16, &x), half);
        assert_eq!(convert::<f64, bf16>(Elem::F64, Elem::Bf16, &x), brain);
        assert_eq!(convert::<f16, f64>(Elem::F16, Elem::F64, &half), half.map(f64::from));
        assert_eq!(convert::<bf16, f64>(Elem::Bf16, Elem::F64, &brain), brain.map(f64::from));
        assert_eq!(convert::<f32, f16>(Elem::F32, Elem::F16, &single), single.map(f16::from_f32));
        assert_eq!(convert::<f32, bf16>(Elem::F32, Elem::Bf16, &single), single.map(bf16::from_f32));
        assert_eq!(convert::<f16, f32>(Elem::F16, Elem::F32, &half), half.map(f32::from));
        assert_eq!(convert::<bf16, f32>(Elem::Bf16, Elem::F32, &brain), brain.map(f32::from));
    }
}
