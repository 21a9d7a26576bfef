// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tensors whose element type is part of their Rust type.

use std::marker::PhantomData;
use std::sync::Arc;

use gomlx_ir::{Code, DType, Diagnostic, Element, HostTensor, Location};

use super::AnyTensor;
use crate::{Error, Result, trace};

/// A tensor: elements in a buffer, or a handle in the graph being traced.
///
/// Write its type with dims, `Tensor![f32; B, 784]`, in the signatures of graph functions and models; the dims are
/// checked there and are not part of the Rust type.
///
/// ```
/// use gomlx::Tensor;
/// let x = Tensor::new(&[2, 3], &[1.0f32, 2.0, 3.0, 4.0, 5.0, 6.0])?;
/// assert_eq!(x.dims(), &[2, 3]);
/// assert_eq!(x.to_vec()?[5], 6.0);
/// # Ok::<(), gomlx::Error>(())
/// ```
pub struct Tensor<T> {
    pub(crate) any: AnyTensor,
    element: PhantomData<fn() -> T>,
}

impl<T> Clone for Tensor<T> {
    fn clone(&self) -> Self {
        Tensor { any: self.any.clone(), element: PhantomData }
    }
}

impl<T: Element> Tensor<T> {
    /// A tensor of elements in row-major order.
    ///
    /// # Errors
    /// If the number of elements is not the product of the dims.
    pub fn new(dims: &[usize], elements: &[T]) -> Result<Tensor<T>> {
        Ok(Tensor::wrap(AnyTensor::from_host(HostTensor::new(dims, elements)?)))
    }

    /// A scalar. During a trace it becomes a constant of the graph.
    pub fn scalar(value: T) -> Tensor<T> {
        Tensor::wrap(trace::constant(HostTensor::scalar(value)))
    }

    /// A tensor with every element equal to `value`. During a trace it becomes a constant of the graph.
    ///
    /// # Panics
    /// If the number of bytes overflows.
    #[track_caller]
    pub fn full(dims: &[usize], value: T) -> Tensor<T> {
        if trace::active() {
            return Tensor::scalar(value).broadcast_to(dims);
        }
        let mut tensor = match HostTensor::zeros(T::DTYPE, dims) {
            Ok(zeros) => zeros,
            Err(e) => trace::fail(e),
        };
        tensor.as_mut_slice::<T>().expect("it was made with this element type").fill(value);
        Tensor::wrap(AnyTensor::from_host(tensor))
    }

    /// A tensor of zeros; of `false` for `bool`.
    #[track_caller]
    pub fn zeros(dims: &[usize]) -> Tensor<T> {
        Tensor::full(dims, T::default())
    }

    /// A tensor of ones; of `true` for `bool`.
    #[track_caller]
    pub fn ones(dims: &[usize]) -> Tensor<T> {
        Tensor::full(dims, T::from_f64(1.0))
    }

    /// Element type.
    pub fn dtype(&self) -> DType {
        T::DTYPE
    }

    /// Size of each axis.
    #[doc(alias = "shape")]
    #[doc(alias = "size")]
    pub fn dims(&self) -> &[usize] {
        self.any.dims()
    }

    /// Size of one axis.
    ///
    /// # Panics
    /// If the tensor has no such axis.
    #[track_caller]
    pub fn dim(&self, axis: usize) -> usize {
        self.any.dims()[axis]
    }

    /// Number of axes.
    pub fn rank(&self) -> usize {
        self.any.rank()
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.any.len()
    }

    /// Whether an axis has size zero.
    pub fn is_empty(&self) -> bool {
        self.any.is_empty()
    }

    /// The elements in row-major order.
    ///
    /// # Errors
    /// As [`AnyTensor::to_host`].
    #[track_caller]
    pub fn to_vec(&self) -> Result<Vec<T>> {
        Ok(self.any.to_host()?.as_slice::<T>()?.to_vec())
    }

    /// The elements in host memory, without a copy if they are there already.
    ///
    /// # Errors
    /// As [`AnyTensor::to_host`].
    #[track_caller]
    pub fn to_host(&self) -> Result<Arc<HostTensor>> {
        self.any.to_host()
    }

    /// The element of a tensor with exactly one.
    ///
    /// # Errors
    /// If the number of elements is not one; as [`AnyTensor::to_host`].
    #[track_caller]
    pub fn item(&self) -> Result<T> {
        let host = self.any.to_host()?;
        match host.as_slice::<T>()? {
            [one] => Ok(*one),
            more => {
                let error = Diagnostic::new(Code::Shape, format!("item: {} has {} elements, not one", self.any, more.len()));
                Err(error.at(Some(&Location::caller())).into())
            }
        }
    }

    /// The same tensor, with its element type known at run time only.
    pub fn into_any(self) -> AnyTensor {
        self.any
    }

    /// The same tensor, with its element type known at run time only.
    pub fn as_any(&self) -> &AnyTensor {
        &self.any
    }

    /// Wraps a tensor of this element type. A poisoned tensor may have any element type.
    pub(crate) fn wrap(any: AnyTensor) -> Tensor<T> {
        if any.dtype() == T::DTYPE {
            return Tensor { any, element: PhantomData };
        }
        debug_assert!(any.is_poisoned(), "{any} is not a tensor of {}", T::DTYPE);
        Tensor { any: AnyTensor::new(T::DTYPE, any.dims(), any.repr.clone()), element: PhantomData }
    }
}

impl<T: Element> TryFrom<AnyTensor> for Tensor<T> {
    type Error = Error;

    /// # Errors
    /// If the element type differs.
    fn try_from(any: AnyTensor) -> Result<Tensor<T>> {
        if any.dtype() != T::DTYPE {
            return Err(Diagnostic::new(Code::DType, format!("{any} is not a tensor of {}", T::DTYPE)).into());
        }
        Ok(Tensor::wrap(any))
    }
}

impl<T: Element> From<T> for Tensor<T> {
    fn from(value: T) -> Tensor<T> {
        Tensor::scalar(value)
    }
}

impl<T: Element> From<Tensor<T>> for AnyTensor {
    fn from(tensor: Tensor<T>) -> AnyTensor {
        tensor.any
    }
}
