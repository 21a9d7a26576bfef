// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Elements as text: nested brackets as NumPy prints them, large axes abbreviated.

use std::fmt::{self, Write};

use crate::{DType, HostTensor};

/// Elements shown at each end of an axis that is abbreviated.
const EDGE: usize = 3;
/// A tensor of more elements than this is abbreviated.
const WHOLE: usize = 1000;

/// Writes the elements. The precision of the format applies to floating-point elements.
///
/// ```
/// let x = gomlx_ir::HostTensor::new(&[2, 2], &[1f32, 2.0, 3.0, 4.0])?;
/// assert_eq!(x.to_string(), "[[1.0, 2.0],\n [3.0, 4.0]]");
/// # Ok::<(), gomlx_ir::Diagnostic>(())
/// ```
impl fmt::Display for HostTensor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Nested { host: self, abbreviate: self.len() > WHOLE }.write(f, self.dims(), 0, 0)
    }
}

struct Nested<'a> {
    host: &'a HostTensor,
    abbreviate: bool,
}

impl Nested<'_> {
    /// Writes the elements of an array of dims `dims` that begins at element `first`. `depth` brackets are open around
    /// it.
    fn write(&self, f: &mut fmt::Formatter<'_>, dims: &[usize], first: usize, depth: usize) -> fmt::Result {
        let Some((&n, inner)) = dims.split_first() else { return write_element(f, self.host, first) };
        let stride = inner.iter().product::<usize>();
        f.write_char('[')?;
        for i in 0..n {
            let hidden = self.abbreviate && n > 2 * EDGE && (EDGE..n - EDGE).contains(&i);
            if hidden && i > EDGE {
                continue;
            }
            if i > 0 {
                f.write_char(',')?;
                if inner.is_empty() {
                    f.write_char(' ')?;
                } else {
                    f.write_str(&"\n".repeat(inner.len().min(2)))?;
                    f.write_str(&" ".repeat(depth + 1))?;
                }
            }
            if hidden {
                f.write_str("...")?;
            } else {
                self.write(f, inner, first + i * stride, depth + 1)?;
            }
        }
        f.write_char(']')
    }
}

fn write_element(f: &mut fmt::Formatter<'_>, host: &HostTensor, i: usize) -> fmt::Result {
    let dtype = host.dtype();
    let bytes = &host.bytes()[i * dtype.size()..(i + 1) * dtype.size()];
    let parts = |dtype: DType, dims: &[usize]| HostTensor::from_bytes(dtype, dims, bytes).map_err(|_| fmt::Error);
    match dtype {
        DType::Bool => write!(f, "{}", bytes[0] != 0),
        DType::I64 => write!(f, "{}", parts(dtype, &[])?.as_slice::<i64>().map_err(|_| fmt::Error)?[0]),
        DType::U64 => write!(f, "{}", parts(dtype, &[])?.as_slice::<u64>().map_err(|_| fmt::Error)?[0]),
        DType::C64 | DType::C128 => {
            let real = if dtype == DType::C64 { DType::F32 } else { DType::F64 };
            let parts = parts(real, &[2])?.to_f64_vec();
            write_real(f, real, parts[0])?;
            f.write_str(if parts[1].is_sign_negative() { "-" } else { "+" })?;
            write_real(f, real, parts[1].abs())?;
            f.write_char('i')
        }
        _ if dtype.is_int() => write!(f, "{}", parts(dtype, &[])?.to_f64_vec()[0]),
        _ => write_real(f, dtype, parts(dtype, &[])?.to_f64_vec()[0]),
    }
}

fn write_real(f: &mut fmt::Formatter<'_>, dtype: DType, x: f64) -> fmt::Result {
    match f.precision() {
        Some(digits) => write!(f, "{x:.digits$}"),
        None if dtype == DType::F32 => write!(f, "{:?}", x as f32),
        None => write!(f, "{x:?}"),
    }
}
