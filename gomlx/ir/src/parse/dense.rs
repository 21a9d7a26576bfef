// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Dense literals: `dense<[[1.0, 2.0]]> : tensor<1x2xf32>`, one element for all,
//! or the bytes in hex.
//!
//! The type comes last but is read first, so that every element is checked against it and allocations are bounded by
//! the text. Only a literal of one repeated element can be larger than its text; those have a budget.

use super::Parser;
use super::cursor::unquote;
use super::lexer::{Kind, Token};
use crate::{Code, DType, Diagnostic, HostTensor, Result, Shape, bf16, f16};

/// Bytes that the literals of one module may repeat one element to.
pub(super) const SPLAT_BUDGET: usize = 1 << 30;

impl<'a> Parser<'a> {
    /// A dense literal with its type.
    pub(super) fn dense(&mut self) -> Result<HostTensor> {
        if self.c.at("dense_resource") {
            return self.dense_resource();
        }
        self.c.expect("dense", "to begin a literal")?;
        if !self.c.at("<") {
            return Err(self.c.expected("'<' after 'dense'"));
        }
        let body = self.c.mark();
        self.skip_balanced()?;
        self.c.expect(":", "after a dense literal")?;
        let shape = self.static_shape()?;
        let end = self.c.mark();
        self.c.go_to(body);
        self.c.take();
        let sizes = shape.sizes();
        let mut bytes = vec![];
        if self.c.at(">") {
            if shape.num_elements() != 0 {
                return Err(self.c.error(format!("a literal of {shape} is empty")));
            }
        } else if self.c.is(Kind::Str) {
            bytes = self.hex_elements(&shape)?;
        } else if self.c.at("[") {
            self.list(shape.dtype, &sizes, &mut bytes)?;
        } else {
            self.element(shape.dtype, &mut bytes)?;
            self.charge(&shape)?;
        }
        self.c.expect(">", "after the elements")?;
        self.c.go_to(end);
        let tensor = match bytes.len() == shape.num_bytes() {
            true => HostTensor::from_bytes(shape.dtype, &sizes, &bytes),
            false => HostTensor::repeated(shape.dtype, &sizes, &bytes),
        };
        tensor.map_err(|e| e.at(Some(&self.c.place())))
    }

    /// `dense_resource<name> : tensor<2xf32>`: the bytes are at the end of the text, after a word of four bytes for
    /// their alignment.
    fn dense_resource(&mut self) -> Result<HostTensor> {
        self.c.take();
        self.c.expect("<", "after 'dense_resource'")?;
        let place = self.c.place();
        let name = self.c.expect_kind(Kind::Ident, "a resource's name")?;
        self.c.expect(">", "after a resource's name")?;
        self.c.expect(":", "after a resource")?;
        let shape = self.static_shape()?;
        // An error in the resource is reported where the resource is used.
        let wrong = |message: String| Diagnostic::new(Code::Parse, message).at(Some(&place));
        let Some(text) = self.resources.get(name.text) else {
            return Err(wrong(format!("expected a resource that the text ends with, found '{}'", name.text)));
        };
        let bytes = hex(&unquote(text)).ok_or_else(|| wrong(format!("resource '{}' is not pairs of hex digits after 0x", name.text)))?;
        let data = bytes.get(4..).unwrap_or_default();
        let data = if shape.dtype == DType::Bool { booleans(data, shape.num_elements()) } else { Some(data.to_vec()) };
        HostTensor::from_bytes(shape.dtype, &shape.sizes(), &data.unwrap_or_default()).map_err(|e| e.at(Some(&place)))
    }

    fn static_shape(&mut self) -> Result<Shape> {
        let shape = self.shape()?;
        if shape.known().is_none() {
            return Err(self.c.error(format!("a constant of type {shape} has no size")));
        }
        Ok(shape)
    }

    /// Takes the bytes of one repeated element off the budget.
    fn charge(&mut self, shape: &Shape) -> Result<()> {
        let size = shape.num_bytes();
        self.splat_budget = self.splat_budget.checked_sub(size).ok_or_else(|| {
            self.c.error(format!("constants of equal elements, with one of {shape}, are larger than {SPLAT_BUDGET} bytes"))
        })?;
        Ok(())
    }

    fn list(&mut self, dtype: DType, sizes: &[usize], bytes: &mut Vec<u8>) -> Result<()> {
        let Some((&size, inner)) = sizes.split_first() else { return self.element(dtype, bytes) };
        let open = self.c.mark();
        self.c.expect("[", "to begin a list of elements")?;
        let mut found = 0;
        self.separated("]", "after an element", |p| {
            found += 1;
            if found > size {
                Err(p.c.error(format!("a list has more than the {size} elements of its axis")))
            } else {
                p.list(dtype, inner, bytes)
            }
        })?;
        if found != size {
            self.c.go_to(open);
            return Err(self.c.error(format!("a list has {found} elements, its axis {size}")));
        }
        Ok(())
    }

    fn element(&mut self, dtype: DType, bytes: &mut Vec<u8>) -> Result<()> {
        if dtype.is_complex() {
            self.c.expect("(", "to begin a complex number")?;
            self.element(dtype.real(), bytes)?;
            self.c.expect(",", "after the real part")?;
            self.element(dtype.real(), bytes)?;
            return self.c.expect(")", "after the imaginary part");
        }
        let token = self.c.token;
        if push_element(dtype, token, bytes).is_none() {
            return Err(self.c.expected(&format!("an element of type {}", dtype.mlir())));
        }
        self.c.take();
        Ok(())
    }

    /// The bytes of all elements, or of the one that is repeated.
    fn hex_elements(&mut self, shape: &Shape) -> Result<Vec<u8>> {
        let text = unquote(self.c.token.text);
        let Some(bytes) = hex(&text) else { return Err(self.c.error("a hex literal is not pairs of hex digits after 0x")) };
        let given = bytes.len();
        let (n, size) = (shape.num_elements(), shape.dtype.size());
        let elements = if shape.dtype == DType::Bool {
            booleans(&bytes, n)
        } else if bytes.len() == n * size {
            Some(bytes)
        } else if bytes.len() == size && n > 0 {
            self.charge(shape)?;
            Some(bytes)
        } else {
            None
        };
        let Some(elements) = elements else {
            return Err(self.c.error(format!("a hex literal of {given} bytes is not the {} bytes of {shape}", n * size)));
        };
        self.c.take();
        Ok(elements)
    }
}

/// The bytes of `0x0123`.
fn hex(text: &str) -> Option<Vec<u8>> {
    let nibble = |c: u8| char::from(c).to_digit(16).map(|d| d as u8);
    let pair = |pair: &[u8]| Some(nibble(*pair.first()?)? << 4 | nibble(*pair.get(1)?)?);
    text.strip_prefix("0x")?.as_bytes().chunks(2).map(pair).collect()
}

/// Booleans in hex: a byte each, as MLIR has them now, or packed into bits from the lowest, as it
/// had them before. One byte of all ones or zeros is every element's.
fn booleans(bytes: &[u8], n: usize) -> Option<Vec<u8>> {
    match bytes {
        [byte @ (0 | 0xff)] if n > 0 && n <= 8 => Some(vec![byte & 1; n]),
        _ if bytes.len() == n => Some(bytes.iter().map(|&b| u8::from(b != 0)).collect()),
        _ if bytes.len() == n.div_ceil(8) => Some((0..n).map(|i| bytes[i / 8] >> (i % 8) & 1).collect()),
        _ => None,
    }
}

/// Appends the element that a token is; `None` if it is none of this type.
fn push_element(dtype: DType, token: Token<'_>, bytes: &mut Vec<u8>) -> Option<()> {
    let hex = || u64::from_str_radix(token.text.strip_prefix("0x")?, 16).ok();
    macro_rules! int {
        ($t:ty) => {
            match token.kind {
                Kind::Int => token.text.parse::<$t>().ok()?,
                Kind::Hex => <$t>::try_from(hex()?).ok()?,
                _ => return None,
            }
            .to_ne_bytes()
        };
    }
    macro_rules! float {
        ($t:ty, $bits:ty, $from_f64:expr) => {
            match token.kind {
                Kind::Int | Kind::Float => $from_f64(token.text.parse::<f64>().ok()?),
                Kind::Hex => <$t>::from_bits(<$bits>::try_from(hex()?).ok()?),
                _ => return None,
            }
            .to_ne_bytes()
        };
    }
    match dtype {
        DType::Bool => match token.text {
            "true" | "1" | "-1" => bytes.push(1),
            "false" | "0" => bytes.push(0),
            _ => return None,
        },
        DType::I8 => bytes.extend(int!(i8)),
        DType::I16 => bytes.extend(int!(i16)),
        DType::I32 => bytes.extend(int!(i32)),
        DType::I64 => bytes.extend(int!(i64)),
        DType::U8 => bytes.extend(int!(u8)),
        DType::U16 => bytes.extend(int!(u16)),
        DType::U32 => bytes.extend(int!(u32)),
        DType::U64 => bytes.extend(int!(u64)),
        DType::F16 => bytes.extend(float!(f16, u16, f16::from_f64)),
        DType::BF16 => bytes.extend(float!(bf16, u16, bf16::from_f64)),
        DType::F32 => bytes.extend(float!(f32, u32, |x: f64| x as f32)),
        DType::F64 => bytes.extend(float!(f64, u64, |x: f64| x)),
        DType::Narrow(narrow) => bytes.push(match token.kind {
            Kind::Hex => u8::try_from(hex()?).ok().filter(|byte| byte >> (narrow.bits() - 1) < 2).map(|byte| narrow.from_bits(byte))?,
            Kind::Int if narrow.is_int() => {
                let value = token.text.parse::<i8>().ok()?;
                Some(narrow.from_bits(value as u8)).filter(|&byte| narrow.to_f64(byte) == f64::from(value))?
            }
            Kind::Int | Kind::Float if !narrow.is_int() => narrow.from_f64(token.text.parse::<f64>().ok()?),
            _ => return None,
        }),
        DType::C64 | DType::C128 => return None,
    }
    Some(())
}
