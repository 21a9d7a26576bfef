// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Conversions between the types that buffers hold and the types that kernels compute in.
//!
//! Integers keep their low bits, floats round to nearest even, booleans are 0 and 1.

use half::slice::HalfFloatSliceExt;

use super::elem::{Bool, Elem, bf16, f16, multiversion, with_elem};

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
    ($from:ty => $($to:ty),*) => { $(impl Cast<$to> for $from {
        #[inline(always)]
        fn cast(self) -> $to { self as $to }
    })* };
}
macro_rules! accumulators {
    ($($acc:ty),*) => { $(
        numbers!($acc => i8, i16, i32, i64, u8, u16, u32, u64, f32, f64);
        impl Cast<Bool> for $acc {
            #[inline(always)]
            fn cast(self) -> Bool { Bool(u8::from(self != 0 as $acc)) }
        }
        impl Cast<$acc> for Bool {
            #[inline(always)]
            fn cast(self) -> $acc { <$acc>::from(self.0 as i8) }
        }
    )* };
}
accumulators!(i32, i64, f32, f64);

macro_rules! inputs {
    ($($from:ty),*) => { $(numbers!($from => i32, i64, f32, f64);)* };
}
inputs!(i8, i16, u8, u16, u32, u64);

macro_rules! halves {
    ($($h:ty),*) => { $(
        impl Cast<f64> for $h {
            #[inline(always)]
            fn cast(self) -> f64 { self.to_f64() }
        }
        impl Cast<i32> for $h {
            #[inline(always)]
            fn cast(self) -> i32 { self.to_f32() as i32 }
        }
        impl Cast<i64> for $h {
            #[inline(always)]
            fn cast(self) -> i64 { self.to_f32() as i64 }
        }
        impl Cast<$h> for f64 {
            #[inline(always)]
            fn cast(self) -> $h { <$h>::from_f64(self) }
        }
        impl Cast<$h> for i32 {
            #[inline(always)]
            fn cast(self) -> $h { <$h>::from_f64(f64::from(self)) }
        }
        impl Cast<$h> for i64 {
            #[inline(always)]
            fn cast(self) -> $h { <$h>::from_f64(self as f64) }
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

// The library converts rows of f16 with the machine's instructions; one element at a time it asks for the machine's
// features each time.
impl Cast<f32> for f16 {
    #[inline(always)]
    fn cast(self) -> f32 {
        self.to_f32()
    }

    #[inline(always)]
    unsafe fn cast_row(from: *const f16, to: *mut f32, n: usize) {
        // SAFETY: the caller vouches for `n` elements on both sides; every bit pattern is a valid f32, so that
        // overwriting uninitialised scratch through a slice of them is sound once it is zeroed or written before.
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

/// A matrix in memory: strides are in elements.
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

    /// The view whose first element is at row `i` and column `j` of this one; elements have `size` bytes.
    ///
    /// # Safety
    /// That element, if there is one, lies in the buffer.
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
/// Both views are valid for the whole matrix in the element kinds that the function was chosen for, and do not overlap.
pub(crate) type CastFn = unsafe fn(rows: usize, cols: usize, from: View, to: View);

multiversion! {
    /// # Safety
    /// As [`CastFn`].
    unsafe fn cast_matrix<P: Pair>(rows: usize, cols: usize, from: View, to: View) {
        // SAFETY: as the caller promised.
        unsafe { P::matrix(rows, cols, from, to) }
    }
}

/// The two types of a conversion, named as one so that it can be compiled per instruction set.
trait Pair {
    type From: Cast<Self::To>;
    type To;

    /// # Safety
    /// As [`CastFn`].
    #[inline(always)]
    unsafe fn matrix(rows: usize, cols: usize, from: View, to: View) {
        // The contiguous side of the destination goes innermost.
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

/// The conversion from `from` to `to`, where one of them is a type that kernels compute in.
pub(crate) fn cast_fn(from: Elem, to: Elem) -> CastFn {
    macro_rules! either {
        ($acc:ty, $kind:expr) => {
            if to == $kind {
                return with_elem!(from, T => cast_matrix::<To<T, $acc>>);
            } else if from == $kind {
                return with_elem!(to, T => cast_matrix::<To<$acc, T>>);
            }
        };
    }
    either!(f32, Elem::F32);
    either!(f64, Elem::F64);
    either!(i32, Elem::I32);
    either!(i64, Elem::I64);
    unreachable!("neither {from:?} nor {to:?} is computed in")
}
