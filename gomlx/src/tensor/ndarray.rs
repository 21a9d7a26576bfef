// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Conversions from and to arrays of the `ndarray` crate (feature `ndarray`).

use gomlx_ir::{Code, Diagnostic, Element};
use ndarray::{ArrayBase, ArrayD, Data, Dimension, IxDyn};

use super::Tensor;
use crate::{Error, Result};

impl<T: Element> Tensor<T> {
    /// A tensor with the elements of an array, which may have any layout.
    ///
    /// # Errors
    /// If the array is too large.
    pub fn from_ndarray<S: Data<Elem = T>, D: Dimension>(array: &ArrayBase<S, D>) -> Result<Tensor<T>> {
        let elements: Vec<T> = array.iter().copied().collect();
        Tensor::new(array.shape(), &elements)
    }

    /// The elements as an array in row-major layout.
    ///
    /// # Errors
    /// As [`AnyTensor::to_host`](crate::AnyTensor::to_host).
    pub fn to_ndarray(&self) -> Result<ArrayD<T>> {
        ArrayD::from_shape_vec(IxDyn(self.dims()), self.to_vec()?)
            .map_err(|e| Error::from(Diagnostic::new(Code::Shape, format!("{} as an array: {e}", self.any))))
    }
}
