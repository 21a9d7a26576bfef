// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Vectorised `f32` functions. Errors are at most 2 units in the last place; the results at zeros, infinities,
//! subnormals and NaN are those of IEEE 754, except that a program may flush subnormals.
//!
//! Polynomials are minimax fits on the reduced ranges, after Cephes (Moshier).

use super::scalar::each;
use super::{BlockFn, FloatUnary};

/// The block function of `$f` for the widest instruction set of this machine; each set has its own compiled version.
macro_rules! vectorised {
    ($f:ident) => {{
        #[inline(always)]
        unsafe fn run(n: usize, out: *mut u8, x: *const u8) {
            let (out, x) = (out.cast::<f32>(), x.cast::<f32>());
            for i in 0..n {
                // SAFETY: the caller gives blocks of `n` elements; each element is read before it is written.
                unsafe { out.add(i).write_unaligned($f(x.add(i).read_unaligned())) }
            }
        }
        unsafe extern "C" fn portable(n: usize, out: *mut u8, x: *const u8, _: *const u8) {
            // SAFETY: as the caller promised.
            unsafe { run(n, out, x) }
        }
        #[cfg(target_arch = "x86_64")]
        {
            /// Elements of one local array. A loop over the array has no aliasing and a fixed number of iterations.
            const CHUNK: usize = 64;
            /// Elements of the smaller local array for the rest of a block.
            const SHORT: usize = 16;
            macro_rules! wide {
                ($name:ident, $features:literal) => {
                    #[target_feature(enable = $features)]
                    unsafe fn $name(n: usize, out: *mut u8, x: *const u8) {
                        let (out, x) = (out.cast::<f32>(), x.cast::<f32>());
                        let whole = n / CHUNK * CHUNK;
                        for i in (0..whole).step_by(CHUNK) {
                            // SAFETY: `CHUNK` elements from `i` on are within the caller's blocks.
                            let mut block = unsafe { x.add(i).cast::<[f32; CHUNK]>().read_unaligned() };
                            block.iter_mut().for_each(|x| *x = $f(*x));
                            // SAFETY: as above.
                            unsafe { out.add(i).cast::<[f32; CHUNK]>().write_unaligned(block) };
                        }
                        for i in (whole..n).step_by(SHORT) {
                            let m = (n - i).min(SHORT);
                            let mut block = [0.0f32; SHORT];
                            // SAFETY: `m` elements from `i` on are within the caller's blocks.
                            unsafe { std::ptr::copy_nonoverlapping(x.add(i), block.as_mut_ptr(), m) };
                            block.iter_mut().for_each(|x| *x = $f(*x));
                            // SAFETY: as above.
                            unsafe { std::ptr::copy_nonoverlapping(block.as_ptr(), out.add(i), m) };
                        }
                    }
                };
            }
            wide!(avx512, "avx512f,avx512bw,avx512vl,avx512dq,avx2,fma");
            wide!(avx2, "avx2,fma");
            unsafe extern "C" fn call_avx512(n: usize, out: *mut u8, x: *const u8, _: *const u8) {
                // SAFETY: this version is chosen only where the machine has these features; the blocks are as the
                // caller promised.
                unsafe { avx512(n, out, x) }
            }
            unsafe extern "C" fn call_avx2(n: usize, out: *mut u8, x: *const u8, _: *const u8) {
                // SAFETY: this version is chosen only where the machine has these features; the blocks are as the
                // caller promised.
                unsafe { avx2(n, out, x) }
            }
            match crate::runtime::elem::isa() {
                crate::runtime::elem::Isa::Avx512 => call_avx512 as BlockFn,
                crate::runtime::elem::Isa::Avx2 => call_avx2 as BlockFn,
                crate::runtime::elem::Isa::Portable => portable as BlockFn,
            }
        }
        #[cfg(not(target_arch = "x86_64"))]
        {
            portable as BlockFn
        }
    }};
}

/// Functions of one `f32`.
pub(super) fn unary(function: FloatUnary) -> BlockFn {
    match function {
        FloatUnary::Exp => vectorised!(exp),
        FloatUnary::ExpM1 => vectorised!(exp_m1),
        FloatUnary::Ln => vectorised!(ln),
        FloatUnary::Ln1p => vectorised!(ln_1p),
        FloatUnary::Logistic => vectorised!(logistic),
        FloatUnary::Tanh => vectorised!(tanh),
        FloatUnary::Erf => vectorised!(erf),
        // These compute in f64 and round once to f32.
        FloatUnary::Sin => each!(f32, |x| f64::from(x).sin() as f32),
        FloatUnary::Cos => each!(f32, |x| f64::from(x).cos() as f32),
        FloatUnary::Cbrt => each!(f32, |x| f64::from(x).cbrt() as f32),
        FloatUnary::Tan => each!(f32, |x| f64::from(x).tan() as f32),
    }
}

/// ln 2 in two parts. The first part has few bits, so its multiples are exact.
const LN2_HIGH: f32 = 0.693_359_4;
const LN2_LOW: f32 = -2.121_944_4e-4;
/// 1.5 * 2^23: adding it to a float rounds the float to an integer, in the low bits of the sum.
const ROUND: f32 = 12_582_912.0;

/// `2^n` for an integer `n` that is an exponent of a normal number.
#[inline(always)]
fn power_of_two(n: i32) -> f32 {
    f32::from_bits(((n + 127) << 23) as u32)
}

/// `(exp(r) - 1 - r) / r^2`, for `|r| <= ln 2 / 2`.
#[inline(always)]
fn exp_polynomial(r: f32) -> f32 {
    let p = 1.987_569_1e-4f32;
    let p = p.mul_add(r, 1.398_199_9e-3);
    let p = p.mul_add(r, 8.333_452e-3);
    let p = p.mul_add(r, 4.166_579_6e-2);
    let p = p.mul_add(r, 1.666_666_5e-1);
    p.mul_add(r, 0.5)
}

/// `(n, r)` with `x = n ln 2 + r`. The caller has clamped `x` to a range where `n` stays small.
#[inline(always)]
fn exp_reduce(x: f32) -> (i32, f32) {
    let shifted = x.mul_add(std::f32::consts::LOG2_E, ROUND);
    let n = (shifted.to_bits() as i32).wrapping_sub(ROUND.to_bits() as i32);
    let n_float = shifted - ROUND;
    let r = n_float.mul_add(-LN2_HIGH, x);
    (n, n_float.mul_add(-LN2_LOW, r))
}

#[inline(always)]
fn exp(x: f32) -> f32 {
    let kept = if x < -104.0 { -104.0 } else { x };
    let kept = if kept > 89.0 { 89.0 } else { kept };
    let (n, r) = exp_reduce(kept);
    let y = exp_polynomial(r).mul_add(r * r, r) + 1.0;
    // The scale takes two factors: the result may be subnormal, or the exponent one past the greatest.
    let half = n >> 1;
    let y = y * power_of_two(half) * power_of_two(n - half);
    if x.is_nan() { x } else { y }
}

#[inline(always)]
fn exp_m1(x: f32) -> f32 {
    let kept = if x < -18.0 { -18.0 } else { x };
    let kept = if kept > 89.0 { 89.0 } else { kept };
    let (n, r) = exp_reduce(kept);
    // exp(x) - 1 = 2^n (exp(r) - 1) + (2^n - 1).
    let small = exp_polynomial(r).mul_add(r * r, r);
    let half = n >> 1;
    let scale = power_of_two(half);
    let rest = power_of_two(n - half);
    // For n = 0 the sum is `small` itself. For large n one factor of 2^n is multiplied last to avoid overflow.
    let y = if n > 64 { (small.mul_add(scale, scale) * rest) - 1.0 } else { small.mul_add(scale * rest, scale * rest - 1.0) };
    let y = if n == 0 { small } else { y };
    let y = if x == 0.0 { x } else { y };
    if x.is_nan() { x } else { y }
}

/// `(e, m)` with `x = 2^e (1 + m)` and `sqrt(1/2) <= 1 + m < sqrt(2)`, for positive finite `x`.
#[inline(always)]
fn ln_reduce(x: f32) -> (f32, f32) {
    let subnormal = x < f32::MIN_POSITIVE;
    let scaled = if subnormal { x * 8_388_608.0 } else { x };
    let bits = scaled.to_bits() as i32;
    // Subtracting the bits of sqrt(1/2) makes the exponent step at sqrt(1/2) instead of at 1.
    let e = bits.wrapping_sub(0x3f35_04f3) >> 23;
    let m = f32::from_bits(bits.wrapping_sub(e << 23) as u32) - 1.0;
    let e = e as f32 - if subnormal { 23.0 } else { 0.0 };
    (e, m)
}

/// `ln(1 + m) - m` for the reduced range.
#[inline(always)]
fn ln_polynomial(m: f32) -> f32 {
    let p = 7.037_683_6e-2f32;
    let p = p.mul_add(m, -1.151_461e-1);
    let p = p.mul_add(m, 1.167_699_87e-1);
    let p = p.mul_add(m, -1.242_014_1e-1);
    let p = p.mul_add(m, 1.424_932_3e-1);
    let p = p.mul_add(m, -1.666_805_8e-1);
    let p = p.mul_add(m, 2.000_071_5e-1);
    let p = p.mul_add(m, -2.499_999_4e-1);
    let p = p.mul_add(m, 3.333_333e-1);
    let square = m * m;
    (p * m).mul_add(square, -0.5 * square)
}

#[inline(always)]
fn ln(x: f32) -> f32 {
    let (e, m) = ln_reduce(x);
    let y = e.mul_add(LN2_LOW, ln_polynomial(m));
    let y = e.mul_add(LN2_HIGH, m + y);
    let y = if x == f32::INFINITY { x } else { y };
    let y = if x == 0.0 { f32::NEG_INFINITY } else { y };
    // Negative numbers and NaN give NaN.
    if x >= 0.0 { y } else { f32::NAN }
}

#[inline(always)]
fn ln_1p(x: f32) -> f32 {
    let u = 1.0 + x;
    // The rounding error of `1 + x`, relative to `u`.
    let lost = (x - (u - 1.0)) / u;
    let (e, m) = ln_reduce(u);
    let small = e == 0.0;
    // If the exponent is zero, `x` itself is the argument, without the rounding error of `1 + x`.
    let m = if small { x } else { m };
    let y = e.mul_add(LN2_LOW, ln_polynomial(m));
    let y = e.mul_add(LN2_HIGH, m + (y + if small { 0.0 } else { lost }));
    let y = if x == f32::INFINITY { x } else { y };
    let y = if x == -1.0 { f32::NEG_INFINITY } else { y };
    let y = if x == 0.0 { x } else { y };
    if x >= -1.0 { y } else { f32::NAN }
}

#[inline(always)]
fn logistic(x: f32) -> f32 {
    // The exponential of -|x| cannot overflow, so small results keep their digits.
    let e = exp(-x.abs());
    let (above, sum) = (if x >= 0.0 { 1.0 } else { e }, 1.0 + e);
    // One Newton step corrects the quotient and the rounding error of the sum: only the error of `exp` remains.
    let lost = e - (sum - 1.0);
    let inverse = 1.0 / sum;
    let y = above * inverse;
    let rest = y.mul_add(-sum, above) - y * lost;
    let y = rest.mul_add(inverse, y);
    if x.is_nan() { x } else { y }
}

#[inline(always)]
fn tanh(x: f32) -> f32 {
    let magnitude = x.abs();
    let square = x * x;
    let p = -5.704_988_7e-3f32;
    let p = p.mul_add(square, 2.063_909e-2);
    let p = p.mul_add(square, -5.373_971_6e-2);
    let p = p.mul_add(square, 1.333_144_2e-1);
    let p = p.mul_add(square, -3.333_328e-1);
    let small = (p * square).mul_add(x, x);
    let e = exp(if magnitude > 10.0 { 20.0 } else { magnitude + magnitude });
    let large = (1.0 - 2.0 / (e + 1.0)).copysign(x);
    let y = if magnitude < 0.625 { small } else { large };
    let y = if x == 0.0 { x } else { y };
    if x.is_nan() { x } else { y }
}

#[inline(always)]
fn erf(x: f32) -> f32 {
    let magnitude = x.abs();
    let square = x * x;
    // Near zero, erf is x times a polynomial in x^2; further out, one minus the exponential of a polynomial in |x|.
    let p = -5.967_617e-4f32;
    let p = p.mul_add(square, 4.991_194_2e-3);
    let p = p.mul_add(square, -2.676_813_5e-2);
    let p = p.mul_add(square, 1.128_199_25e-1);
    let p = p.mul_add(square, -3.761_253_4e-1);
    let p = p.mul_add(square, 1.283_791_7e-1);
    let small = p.mul_add(x, x);
    let q = 1.728_534_7e-5f32;
    let q = q.mul_add(magnitude, -3.831_971_3e-4);
    let q = q.mul_add(magnitude, 3.883_964_4e-3);
    let q = q.mul_add(magnitude, -2.425_462_2e-2);
    let q = q.mul_add(magnitude, 1.067_778_8e-1);
    let q = q.mul_add(magnitude, 6.348_467e-1);
    let q = q.mul_add(magnitude, 1.287_175_1e-1);
    let q = q.mul_add(magnitude, magnitude);
    let large = (1.0 - exp(-q)).copysign(x);
    let y = if magnitude < 0.921_875 { small } else { large };
    let y = if magnitude > 4.0 { 1.0f32.copysign(x) } else { y };
    if x.is_nan() { x } else { y }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The greatest error, in units in the last place of the result, over a sweep of all exponents.
    fn worst(op: FloatUnary, exact: fn(f64) -> f64) -> (f64, f32) {
        let function = unary(op);
        let mut worst = (0.0, 0.0);
        let x: Vec<f32> = (0..1 << 20).map(|i| f32::from_bits((i as u32) << 12 | 0x5a5)).filter(|x| x.is_finite()).collect();
        let mut y = vec![0.0f32; x.len()];
        // SAFETY: both blocks hold as many elements.
        unsafe { function(x.len(), y.as_mut_ptr().cast(), x.as_ptr().cast(), x.as_ptr().cast()) };
        for (&x, &y) in x.iter().zip(&y) {
            let e = exact(f64::from(x));
            if (e.is_nan() && y.is_nan()) || e as f32 == y {
                continue;
            }
            let nearest = e as f32;
            let ulp = f64::from(nearest.abs().next_up()) - f64::from(nearest.abs());
            let error = (f64::from(y) - e).abs() / ulp;
            if error.is_nan() || error > worst.0 {
                worst = (if error.is_nan() { f64::INFINITY } else { error }, x);
            }
        }
        worst
    }

    #[test]
    fn errors_are_at_most_two_units_in_the_last_place() {
        type Exact = fn(f64) -> f64;
        let functions: [(FloatUnary, Exact); 7] = [
            (FloatUnary::Exp, f64::exp),
            (FloatUnary::ExpM1, f64::exp_m1),
            (FloatUnary::Ln, f64::ln),
            (FloatUnary::Ln1p, f64::ln_1p),
            (FloatUnary::Logistic, |x| 1.0 / (1.0 + (-x).exp())),
            (FloatUnary::Tanh, f64::tanh),
            (FloatUnary::Erf, libm::erf),
        ];
        let bad: Vec<_> = functions.into_iter().map(|(op, exact)| (op, worst(op, exact))).filter(|(_, (error, _))| *error > 2.0).collect();
        assert!(bad.is_empty(), "{bad:?}");
    }

    #[test]
    fn special_values_are_those_of_ieee() {
        let at = |op: FloatUnary, x: f32| {
            let mut y = 0.0f32;
            let function = unary(op);
            // SAFETY: one element each.
            unsafe { function(1, (&raw mut y).cast(), (&raw const x).cast(), (&raw const x).cast()) };
            y
        };
        let (inf, nan) = (f32::INFINITY, f32::NAN);
        assert_eq!((at(FloatUnary::Exp, inf), at(FloatUnary::Exp, -inf), at(FloatUnary::Exp, 0.0)), (inf, 0.0, 1.0));
        assert_eq!((at(FloatUnary::Ln, inf), at(FloatUnary::Ln, 0.0), at(FloatUnary::Ln, 1.0)), (inf, -inf, 0.0));
        assert_eq!((at(FloatUnary::ExpM1, inf), at(FloatUnary::ExpM1, -inf)), (inf, -1.0));
        assert_eq!((at(FloatUnary::Ln1p, inf), at(FloatUnary::Ln1p, -1.0)), (inf, -inf));
        assert_eq!((at(FloatUnary::Logistic, inf), at(FloatUnary::Logistic, -inf)), (1.0, 0.0));
        assert_eq!((at(FloatUnary::Tanh, inf), at(FloatUnary::Erf, -inf)), (1.0, -1.0));
        for op in [FloatUnary::Tanh, FloatUnary::Erf, FloatUnary::ExpM1, FloatUnary::Ln1p] {
            assert_eq!(at(op, -0.0).to_bits(), (-0.0f32).to_bits(), "{op:?} keeps the sign of zero");
        }
        for op in [FloatUnary::Exp, FloatUnary::Ln, FloatUnary::Tanh, FloatUnary::Erf, FloatUnary::Logistic, FloatUnary::ExpM1] {
            assert!(at(op, nan).is_nan(), "{op:?} of NaN");
        }
        assert!(at(FloatUnary::Ln, -1.0).is_nan() && at(FloatUnary::Ln1p, -1.5).is_nan());
    }
}
