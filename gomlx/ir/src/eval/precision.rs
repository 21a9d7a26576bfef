// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `reduce_precision` and `next_after`. They work on the bits of the element type; other ops compute with real numbers.

use crate::{DType, HostTensor, Result, Shape, bail};

/// Bits of the exponent and of the mantissa.
fn format(dtype: DType) -> Result<(u32, u32)> {
    Ok(match dtype {
        DType::F16 => (5, 10),
        DType::BF16 => (8, 7),
        DType::F32 => (8, 23),
        DType::F64 => (11, 52),
        other => bail!(Unsupported, "{other} is no floating point of a usual format"),
    })
}

/// The elements' bits.
fn bits(x: &HostTensor) -> impl Iterator<Item = u64> {
    x.bytes().chunks_exact(x.dtype().size()).map(|bytes| {
        let mut word = [0; 8];
        word[..bytes.len()].copy_from_slice(bytes);
        u64::from_le_bytes(word)
    })
}

fn from_bits(shape: Shape, bits: impl Iterator<Item = u64>) -> Result<HostTensor> {
    let size = shape.dtype.size();
    let bytes: Vec<u8> = bits.flat_map(|word| word.to_le_bytes().into_iter().take(size)).collect();
    HostTensor::from_bytes(shape.dtype, &shape.sizes(), &bytes)
}

/// Rounds to nearest, ties to even, at the new end of the mantissa. A number outside the new range of the exponent
/// becomes infinite or zero: the new format has no subnormal numbers. NaN becomes infinite if the format has no
/// mantissa, as in XLA.
pub(super) fn reduce_precision(x: &HostTensor, exponent: u32, mantissa: u32) -> Result<HostTensor> {
    let (from_exponent, from_mantissa) = format(x.dtype())?;
    let sign_mask = 1u64 << (from_exponent + from_mantissa);
    let infinity = ((1u64 << from_exponent) - 1) << from_mantissa;
    let reduced = bits(x).map(|word| {
        let (sign, mut magnitude) = (word & sign_mask, word & (sign_mask - 1));
        if magnitude > infinity {
            return if mantissa == 0 { sign | infinity } else { word };
        }
        if mantissa < from_mantissa {
            let last = 1u64 << (from_mantissa - mantissa);
            let odd = u64::from(magnitude & last != 0);
            magnitude = (magnitude + (last >> 1) - 1 + odd) & !(last - 1);
        }
        if exponent < from_exponent {
            let bias = (1u64 << (from_exponent - 1)) - 1;
            let new_bias = (1u64 << (exponent - 1)) - 1;
            let biased = magnitude >> from_mantissa;
            if biased > bias + new_bias {
                magnitude = infinity;
            } else if biased <= bias - new_bias {
                magnitude = 0;
            }
        }
        sign | magnitude
    });
    from_bits(x.shape(), reduced)
}

/// The neighbour of each element in the direction of another.
pub(super) fn next_after(x: &HostTensor, towards: &HostTensor) -> Result<HostTensor> {
    let (exponent, mantissa) = format(x.dtype())?;
    let sign_mask = 1u64 << (exponent + mantissa);
    let infinity = ((1u64 << exponent) - 1) << mantissa;
    // The order of the numbers is that of these integers.
    let ordered = |word: u64| {
        let magnitude = (word & (sign_mask - 1)) as i64;
        if word & sign_mask == 0 { magnitude } else { -magnitude }
    };
    let next = bits(x).zip(bits(towards)).map(|(x, towards)| {
        let is_nan = |word: u64| word & (sign_mask - 1) > infinity;
        if is_nan(x) || is_nan(towards) {
            return if is_nan(x) { x } else { towards };
        }
        let (from, to) = (ordered(x), ordered(towards));
        match (from, to.cmp(&from)) {
            // Of equal numbers it is the second, which may be the other zero.
            (_, std::cmp::Ordering::Equal) => towards,
            (0, std::cmp::Ordering::Greater) => 1,
            (0, std::cmp::Ordering::Less) => sign_mask | 1,
            // Away from zero adds to the magnitude, which is the word beside the sign.
            (_, direction) if direction.is_gt() == (from > 0) => x + 1,
            _ => x - 1,
        }
    });
    from_bits(x.shape(), next)
}

/// The neighbour of a scalar in the direction of a number.
pub(super) fn towards(x: &HostTensor, number: f64) -> HostTensor {
    let number = HostTensor::full(x.dtype(), &[], number);
    number.and_then(|number| next_after(x, &number)).unwrap_or_else(|_| x.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precision_is_reduced_as_the_spec_has_it() {
        // Inputs and results of the spec's example, and what is beyond the range.
        let x = [f32::INFINITY, -f32::INFINITY, 0.0, -0.0, 1000.0, 1e6, 1e-10, 65519.0, 65520.0];
        let x = HostTensor::new(&[9], &x).unwrap();
        let y = reduce_precision(&x, 5, 10).unwrap();
        let wanted = [f32::INFINITY, -f32::INFINITY, 0.0, -0.0, 1000.0, f32::INFINITY, 0.0, 65504.0, f32::INFINITY];
        assert_eq!(y, HostTensor::new(&[9], &wanted).unwrap());
        let x = HostTensor::new(&[4], &[1.25f32, 1.75, 1.0 + f32::EPSILON, f32::NAN]).unwrap();
        let y = reduce_precision(&x, 8, 1).unwrap();
        let y = y.as_slice::<f32>().unwrap();
        assert_eq!(y[..3], [1.0, 2.0, 1.0]);
        assert!(y[3].is_nan());
        let y = reduce_precision(&x, 5, 0).unwrap();
        assert_eq!(y, HostTensor::new(&[4], &[1f32, 2.0, 1.0, f32::INFINITY]).unwrap());
    }

    #[test]
    fn neighbours_cross_zero_and_reach_infinity() {
        let next = |x: f32, y: f32| {
            let result = next_after(&HostTensor::scalar(x), &HostTensor::scalar(y)).unwrap();
            result.as_slice::<f32>().unwrap()[0]
        };
        assert_eq!(next(0.0, 1.0), f32::from_bits(1));
        assert_eq!(next(-0.0, -1.0), -f32::from_bits(1));
        assert_eq!(next(f32::from_bits(1), -1.0), 0.0);
        assert_eq!(next(1.0, 2.0), 1f32.next_up());
        assert_eq!(next(-1.0, 2.0), (-1f32).next_up());
        assert_eq!(next(f32::MAX, f32::INFINITY), f32::INFINITY);
        assert_eq!(next(f32::INFINITY, 0.0), f32::MAX);
        assert!(next(0.0, -0.0).is_sign_negative() && next(1.0, f32::NAN).is_nan());
    }
}
