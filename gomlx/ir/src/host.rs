// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tensors in host memory. Constants hold them, evaluators compute with them, and backends exchange them.
//!
//! Invariants: the elements are row-major and little-endian, like the host. The bytes are 64-byte aligned, and their
//! number is exactly the number that the shape needs. A boolean is 0 or 1.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use aligned_vec::{AVec, ConstAlign};

use crate::{DType, Dims, Element, Result, Shape, bail, memory, shape};

/// Bytes with an alignment of 64 bytes, the size of a cache line and of an AVX-512 register. PJRT's CPU client needs
/// this alignment to use host memory without a copy.
pub type AlignedBytes = AVec<u8, ConstAlign<64>>;

/// Receives the storage of dropped tensors, to reuse it.
pub trait Recycle: Send + Sync {
    /// Receives the bytes of a dropped tensor.
    fn recycle(&self, bytes: AlignedBytes);
}

/// A tensor in host memory: its dtype, dims and elements.
pub struct HostTensor {
    dtype: DType,
    dims: Dims,
    bytes: AlignedBytes,
    home: Option<Arc<dyn Recycle>>,
}

impl HostTensor {
    /// A tensor of elements in row-major order.
    ///
    /// # Errors
    /// If the number of elements is not the product of the dims.
    pub fn new<T: Element>(dims: &[usize], elements: &[T]) -> Result<HostTensor> {
        let expected = checked_product(dims)?;
        if expected != elements.len() {
            bail!(Shape, "dims {dims:?} have {expected} elements, but {} were given", elements.len());
        }
        let mut bytes = memory::buffer(size_of_val(elements))?;
        bytes.extend_from_slice(bytemuck::cast_slice(elements));
        Ok(HostTensor { dtype: T::DTYPE, dims: dims.into(), bytes, home: None })
    }

    /// A tensor from the bytes of its elements.
    ///
    /// # Errors
    /// If the number of bytes does not fit the shape, or a boolean is not 0 or 1.
    pub fn from_bytes(dtype: DType, dims: &[usize], bytes: &[u8]) -> Result<HostTensor> {
        let mut aligned = memory::buffer(bytes.len())?;
        aligned.extend_from_slice(bytes);
        HostTensor::from_aligned(dtype, dims, aligned, None)
    }

    /// A tensor whose elements all equal the element with the given bytes.
    ///
    /// # Errors
    /// If the bytes are not the bytes of one element, or the tensor is too large for memory.
    pub fn repeated(dtype: DType, dims: &[usize], element: &[u8]) -> Result<HostTensor> {
        if element.len() != dtype.size() {
            bail!(Shape, "an element of {dtype} takes {} bytes, but {} were given", dtype.size(), element.len());
        }
        let size = checked_product(dims)? * dtype.size();
        const BLOCK: usize = 1 << 12;
        let block = element.repeat(BLOCK.min(size / element.len()));
        let mut bytes = memory::buffer(size)?;
        while bytes.len() < size {
            bytes.extend_from_slice(&block[..block.len().min(size - bytes.len())]);
        }
        HostTensor::from_aligned(dtype, dims, bytes, None)
    }

    /// A tensor that takes over its bytes, and returns them to `home` when dropped.
    ///
    /// # Errors
    /// As [`HostTensor::from_bytes`].
    pub fn from_aligned(dtype: DType, dims: &[usize], mut bytes: AlignedBytes, home: Option<Arc<dyn Recycle>>) -> Result<HostTensor> {
        let expected = checked_product(dims)? * dtype.size();
        if bytes.len() != expected {
            bail!(Shape, "{dtype}{dims:?} takes {expected} bytes, but {} were given", bytes.len());
        }
        if dtype == DType::Bool && bytes.iter().any(|&b| b > 1) {
            bail!(DType, "a byte of a bool tensor is neither 0 nor 1");
        }
        if let DType::Narrow(narrow) = dtype {
            // The maker of the bytes need not have set the bits above the width of the type.
            bytes.iter_mut().for_each(|b| *b = narrow.from_bits(*b));
        }
        Ok(HostTensor { dtype, dims: dims.into(), bytes, home })
    }

    /// A tensor of zeros (false).
    ///
    /// # Errors
    /// If the size overflows, or there is no memory.
    pub fn zeros(dtype: DType, dims: &[usize]) -> Result<HostTensor> {
        let n = checked_product(dims)? * dtype.size();
        Ok(HostTensor { dtype, dims: dims.into(), bytes: memory::zeros(n)?, home: None })
    }

    /// A scalar.
    pub fn scalar<T: Element>(value: T) -> HostTensor {
        HostTensor::new(&[], &[value]).expect("a scalar has one element")
    }

    /// A tensor with every element equal to the value of `dtype` nearest to `value`.
    ///
    /// # Errors
    /// If the size overflows, or there is no memory.
    pub fn full(dtype: DType, dims: &[usize], value: f64) -> Result<HostTensor> {
        fn fill<T: Element>(dims: &[usize], value: f64) -> Result<HostTensor> {
            HostTensor::repeated(T::DTYPE, dims, bytemuck::bytes_of(&T::from_f64(value)))
        }
        match dtype {
            DType::C64 => HostTensor::repeated(dtype, dims, bytemuck::cast_slice(&[value as f32, 0.0])),
            DType::C128 => HostTensor::repeated(dtype, dims, bytemuck::cast_slice(&[value, 0.0])),
            _ => crate::with_element!(dtype, T => fill::<T>(dims, value)),
        }
    }

    /// Element type.
    pub fn dtype(&self) -> DType {
        self.dtype
    }

    /// Size of each axis.
    pub fn dims(&self) -> &[usize] {
        &self.dims
    }

    /// Element type and dims.
    pub fn shape(&self) -> Shape {
        Shape::new(self.dtype, &self.dims)
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.bytes.len() / self.dtype.size()
    }

    /// Whether an axis has size zero.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The elements' bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes of the elements, for writing. A boolean must stay 0 or 1.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    /// Takes the storage out.
    pub fn into_bytes(mut self) -> AlignedBytes {
        self.home = None;
        std::mem::replace(&mut self.bytes, AVec::new(64))
    }

    /// The elements in row-major order.
    ///
    /// # Errors
    /// If `T` is not the element type.
    pub fn as_slice<T: Element>(&self) -> Result<&[T]> {
        self.expect_dtype(T::DTYPE)?;
        Ok(bytemuck::checked::cast_slice(&self.bytes))
    }

    /// The elements in row-major order, for writing.
    ///
    /// # Errors
    /// If `T` is not the element type.
    pub fn as_mut_slice<T: Element>(&mut self) -> Result<&mut [T]> {
        self.expect_dtype(T::DTYPE)?;
        Ok(bytemuck::checked::cast_slice_mut(&mut self.bytes))
    }

    /// The elements as `f64`: booleans as 0 and 1, complex numbers by their real part.
    pub fn to_f64_vec(&self) -> Vec<f64> {
        match self.dtype {
            DType::C64 => bytemuck::cast_slice::<u8, [f32; 2]>(&self.bytes).iter().map(|c| f64::from(c[0])).collect(),
            DType::C128 => bytemuck::cast_slice::<u8, [f64; 2]>(&self.bytes).iter().map(|c| c[0]).collect(),
            dtype => crate::with_element!(dtype, T => {
                bytemuck::checked::cast_slice::<u8, T>(&self.bytes).iter().map(|x| x.to_f64()).collect()
            }),
        }
    }

    /// The element that all elements equal, as a scalar. `None` if they differ, or the tensor is empty.
    pub fn splat(&self) -> Option<HostTensor> {
        let (size, bytes) = (self.dtype.size(), self.bytes.as_slice());
        let first = bytes.get(..size)?;
        // Check that each element equals the one before it by one comparison of memory. A comparison for each element
        // would take seconds for a GiB.
        let equal = bytes[size..] == bytes[..bytes.len() - size];
        equal.then(|| HostTensor::from_bytes(self.dtype, &[], first).expect("one element of a valid tensor"))
    }

    /// The same elements with other dims.
    ///
    /// # Errors
    /// If the number of elements differs.
    pub fn reshaped(&self, dims: &[usize]) -> Result<HostTensor> {
        HostTensor::from_bytes(self.dtype, dims, &self.bytes)
    }

    fn expect_dtype(&self, wanted: DType) -> Result<()> {
        if self.dtype != wanted {
            bail!(DType, "a {} tensor was read as {wanted}", self.dtype);
        }
        Ok(())
    }
}

/// The number of elements of a tensor.
///
/// # Errors
/// If [`Shape::check_size`] refuses the dims.
fn checked_product(dims: &[usize]) -> Result<usize> {
    if !shape::fits(dims.iter().copied()) {
        bail!(Shape, "dims {dims:?} are too large");
    }
    Ok(shape::product(dims))
}

impl Drop for HostTensor {
    fn drop(&mut self) {
        if let Some(home) = self.home.take() {
            home.recycle(std::mem::replace(&mut self.bytes, AVec::new(64)));
        }
    }
}

impl Clone for HostTensor {
    fn clone(&self) -> HostTensor {
        HostTensor { dtype: self.dtype, dims: self.dims.clone(), bytes: self.bytes.clone(), home: None }
    }
}

/// Equality compares bits: a NaN equals itself, and 0.0 differs from -0.0.
impl PartialEq for HostTensor {
    fn eq(&self, other: &HostTensor) -> bool {
        self.dtype == other.dtype && self.dims == other.dims && *self.bytes == *other.bytes
    }
}

impl Eq for HostTensor {}

impl Hash for HostTensor {
    fn hash<S: Hasher>(&self, state: &mut S) {
        self.dtype.hash(state);
        self.dims.hash(state);
        self.bytes.hash(state);
    }
}

impl fmt::Debug for HostTensor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 8;
        write!(f, "{} [", self.shape())?;
        for (i, x) in self.to_f64_vec().iter().take(SHOWN).enumerate() {
            write!(f, "{}{x}", if i > 0 { ", " } else { "" })?;
        }
        f.write_str(if self.len() > SHOWN { ", ..]" } else { "]" })
    }
}

/// Evaluates an expression in which `T` is the Rust type of a real, integer or boolean element type.
///
/// # Panics
/// For complex element types, which have no [`Element`](crate::Element). Callers handle these first.
#[macro_export]
macro_rules! with_element {
    ($dtype:expr, $T:ident => $body:expr) => {
        match $dtype {
            $crate::DType::Bool => {
                type $T = bool;
                $body
            }
            $crate::DType::I8 => {
                type $T = i8;
                $body
            }
            $crate::DType::I16 => {
                type $T = i16;
                $body
            }
            $crate::DType::I32 => {
                type $T = i32;
                $body
            }
            $crate::DType::I64 => {
                type $T = i64;
                $body
            }
            $crate::DType::U8 => {
                type $T = u8;
                $body
            }
            $crate::DType::U16 => {
                type $T = u16;
                $body
            }
            $crate::DType::U32 => {
                type $T = u32;
                $body
            }
            $crate::DType::U64 => {
                type $T = u64;
                $body
            }
            $crate::DType::F16 => {
                type $T = $crate::f16;
                $body
            }
            $crate::DType::BF16 => {
                type $T = $crate::bf16;
                $body
            }
            $crate::DType::F32 => {
                type $T = f32;
                $body
            }
            $crate::DType::F64 => {
                type $T = f64;
                $body
            }
            $crate::DType::Narrow(narrow) => $crate::with_narrow!(narrow, $T => $body),
            $crate::DType::C64 | $crate::DType::C128 => unreachable!("complex element types are treated before"),
        }
    };
}

/// As [`with_element!`](crate::with_element), for the narrow types.
#[macro_export]
macro_rules! with_narrow {
    ($narrow:expr, $T:ident => $body:expr) => {
        $crate::with_narrow!(@ $narrow, $T, $body,
            I2, U2, I4, U4, F4E2M1FN, F6E2M3FN, F6E3M2FN, F8E3M4, F8E4M3, F8E4M3B11FNUZ, F8E4M3FN, F8E4M3FNUZ, F8E5M2, F8E5M2FNUZ, F8E8M0FNU)
    };
    (@ $narrow:expr, $T:ident, $body:expr, $($name:ident),*) => {
        match $narrow {
            $($crate::Narrow::$name => {
                type $T = $crate::narrow::elements::$name;
                $body
            })*
        }
    };
}
