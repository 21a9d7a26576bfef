// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Printing: nested brackets as NumPy prints them, large axes abbreviated.

use std::fmt::{self, Write};

use gomlx_ir::{DType, Element, HostTensor};

use super::any::Repr;
use super::{AnyTensor, Tensor};

/// Elements shown at each end of an axis that is abbreviated.
const EDGE: usize = 3;
/// A tensor of more elements than this is abbreviated.
const WHOLE: usize = 1000;

impl<T: Element> fmt::Display for Tensor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_tensor(&self.any, f)
    }
}

impl<T: Element> fmt::Debug for Tensor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_tensor(&self.any, f)
    }
}

impl fmt::Debug for AnyTensor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_tensor(self, f)
    }
}

fn write_tensor(tensor: &AnyTensor, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match &tensor.repr {
        Repr::Concrete(_) => match tensor.to_host() {
            Ok(host) => {
                let elements: Vec<String> = Elements::of(&host, f.precision()).collect();
                write_axis(f, host.dims(), &elements, host.len() > WHOLE, 0)?;
                write!(f, " {tensor}")
            }
            Err(e) => write!(f, "{tensor} ({e})"),
        },
        Repr::Traced(_) => write!(f, "{tensor} (traced)"),
        Repr::Absent => write!(f, "{tensor} (not differentiated)"),
        Repr::Lost(call) => write!(f, "{tensor} (lost in `{call}`)"),
    }
}

/// Writes the elements of one axis; `depth` brackets are open around it.
fn write_axis(f: &mut fmt::Formatter<'_>, dims: &[usize], elements: &[String], abbreviate: bool, depth: usize) -> fmt::Result {
    let Some((&n, inner)) = dims.split_first() else { return f.write_str(elements.first().map_or("", |e| e)) };
    let stride = inner.iter().product::<usize>();
    f.write_char('[')?;
    for i in 0..n {
        let hidden = abbreviate && n > 2 * EDGE && (EDGE..n - EDGE).contains(&i);
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
            write_axis(f, inner, &elements[i * stride..(i + 1) * stride], abbreviate, depth + 1)?;
        }
    }
    f.write_char(']')
}

struct Elements;

impl Elements {
    fn of(host: &HostTensor, precision: Option<usize>) -> impl Iterator<Item = String> {
        let integral = host.dtype().is_int();
        let values = host.to_f64_vec();
        let dtype = host.dtype();
        let exact: Vec<String> = match dtype {
            DType::I64 => host.as_slice::<i64>().map(|s| s.iter().map(ToString::to_string).collect()).unwrap_or_default(),
            DType::U64 => host.as_slice::<u64>().map(|s| s.iter().map(ToString::to_string).collect()).unwrap_or_default(),
            _ => vec![],
        };
        values.into_iter().enumerate().map(move |(i, x)| match dtype {
            DType::Bool => (x != 0.0).to_string(),
            DType::I64 | DType::U64 => exact[i].clone(),
            _ if integral => format!("{x}"),
            _ => match precision {
                Some(digits) => format!("{x:.digits$}"),
                None if dtype == DType::F32 => format!("{:?}", x as f32),
                None => format!("{x:?}"),
            },
        })
    }
}
