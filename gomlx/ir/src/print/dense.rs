// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Constants in text, exact: `dense<[[1.0, 2.0]]>`, `dense<0.0>` if all elements are equal, and the bytes in hex if
//! there are many elements.

use std::fmt::Write;

use crate::{DType, HostTensor, bf16, f16};

/// A constant with more elements than this is written in hex, as in MLIR's printer. Booleans are never written in hex:
/// versions of MLIR pack them differently.
const MAX_WRITTEN_OUT: usize = 100;

/// `dense<..>` without the type.
pub(super) fn dense(out: &mut String, tensor: &HostTensor) {
    let size = tensor.dtype().size();
    let bytes = tensor.bytes();
    out.push_str("dense<");
    if tensor.is_empty() {
    } else if tensor.splat().is_some() {
        element(out, tensor.dtype(), &bytes[..size]);
    } else if tensor.len() > MAX_WRITTEN_OUT && tensor.dtype() != DType::Bool {
        out.reserve(2 * bytes.len() + 4);
        out.push_str("\"0x");
        for &byte in bytes {
            const DIGITS: [u8; 16] = *b"0123456789ABCDEF";
            out.extend([DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]].map(char::from));
        }
        out.push('"');
    } else {
        nested(out, tensor.dtype(), tensor.dims(), bytes);
    }
    out.push('>');
}

fn nested(out: &mut String, dtype: DType, dims: &[usize], bytes: &[u8]) {
    let Some((&n, inner)) = dims.split_first() else { return element(out, dtype, bytes) };
    out.push('[');
    for (i, part) in bytes.chunks_exact(bytes.len() / n).enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        nested(out, dtype, inner, part);
    }
    out.push(']');
}

/// One element from its bytes.
pub(super) fn element(out: &mut String, dtype: DType, bytes: &[u8]) {
    macro_rules! read {
        ($t:ty) => {
            bytemuck::pod_read_unaligned::<$t>(bytes)
        };
    }
    let written = match dtype {
        DType::Bool => write!(out, "{}", bytes != [0]),
        DType::I8 => write!(out, "{}", read!(i8)),
        DType::I16 => write!(out, "{}", read!(i16)),
        DType::I32 => write!(out, "{}", read!(i32)),
        DType::I64 => write!(out, "{}", read!(i64)),
        DType::U8 => write!(out, "{}", read!(u8)),
        DType::U16 => write!(out, "{}", read!(u16)),
        DType::U32 => write!(out, "{}", read!(u32)),
        DType::U64 => write!(out, "{}", read!(u64)),
        DType::F16 => {
            let x = read!(f16);
            write_float(out, x.to_f64(), u64::from(x.to_bits()), 4, |s| f16::from_f64(s).to_bits() == x.to_bits())
        }
        DType::BF16 => {
            let x = read!(bf16);
            write_float(out, x.to_f64(), u64::from(x.to_bits()), 4, |s| bf16::from_f64(s).to_bits() == x.to_bits())
        }
        DType::F32 => {
            let x = read!(f32);
            write_float(out, f64::from(x), u64::from(x.to_bits()), 8, |s| (s as f32).to_bits() == x.to_bits())
        }
        DType::F64 => {
            let x = read!(f64);
            write_float(out, x, x.to_bits(), 16, |s| s.to_bits() == x.to_bits())
        }
        DType::Narrow(narrow) if narrow.is_int() => write!(out, "{}", narrow.to_f64(bytes[0])),
        DType::Narrow(narrow) => {
            let digits = narrow.bits().div_ceil(4) as usize;
            write_float(out, narrow.to_f64(bytes[0]), u64::from(bytes[0]), digits, |s| narrow.from_f64(s) == bytes[0])
        }
        DType::C64 | DType::C128 => {
            let (real, imaginary) = bytes.split_at(bytes.len() / 2);
            out.push('(');
            element(out, dtype.real(), real);
            out.push_str(", ");
            element(out, dtype.real(), imaginary);
            out.push(')');
            Ok(())
        }
    };
    written.expect("writing to a string cannot fail");
}

/// Writes the shortest decimal that is read as the same value; NaN and infinities by their bits.
///
/// MLIR reads a literal as `f64` and rounds it to the element type. So `same` takes an `f64`: the shortest decimal of
/// the element type itself may round differently in two steps.
fn write_float(out: &mut String, x: f64, bits: u64, digits: usize, same: impl Fn(f64) -> bool) -> std::fmt::Result {
    if !x.is_finite() {
        return write!(out, "0x{bits:0digits$X}");
    }
    let rounded = |precision: usize| format!("{x:.precision$e}").parse::<f64>().unwrap_or(x);
    let shortest = (0..17).map(rounded).find(|&s| same(s)).unwrap_or(x);
    let text = format!("{shortest:?}");
    match text.split_once('e') {
        // MLIR's lexer wants a point in every float.
        Some((mantissa, exponent)) if !mantissa.contains('.') => write!(out, "{mantissa}.0e{exponent}"),
        _ => out.write_str(&text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(tensor: HostTensor) -> String {
        let mut out = String::new();
        dense(&mut out, &tensor);
        out
    }

    #[test]
    fn floats_are_shortest_in_their_type() {
        let bf = |x: f32| bf16::from_f32(x);
        assert_eq!(text(HostTensor::new(&[2], &[0.1f32, 1e-7]).unwrap()), "dense<[0.1, 1.0e-7]>");
        assert_eq!(text(HostTensor::new(&[3], &[bf(0.1), bf(1e30), bf(f32::NEG_INFINITY)]).unwrap()), "dense<[0.1, 1.0e30, 0xFF80]>");
        assert_eq!(text(HostTensor::new(&[2], &[f16::from_f32(0.1), f16::MAX]).unwrap()), "dense<[0.1, 65500.0]>");
        assert_eq!(text(HostTensor::new(&[2], &[f64::NAN, -0.0]).unwrap()), "dense<[0x7FF8000000000000, -0.0]>");
    }

    #[test]
    fn forms() {
        assert_eq!(text(HostTensor::new(&[2, 2], &[1i32, 2, 3, 4]).unwrap()), "dense<[[1, 2], [3, 4]]>");
        assert_eq!(text(HostTensor::full(DType::U8, &[300], 7.0).unwrap()), "dense<7>");
        assert_eq!(text(HostTensor::zeros(DType::F32, &[0, 3]).unwrap()), "dense<>");
        let counted: Vec<i16> = (0..101).collect();
        assert!(text(HostTensor::new(&[101], &counted).unwrap()).starts_with("dense<\"0x000001000200"));
        let complex = HostTensor::from_bytes(DType::C64, &[], bytemuck::cast_slice(&[1.0f32, -2.5])).unwrap();
        assert_eq!(text(complex), "dense<(1.0, -2.5)>");
    }
}
