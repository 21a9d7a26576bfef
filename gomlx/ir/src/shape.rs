// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Shapes: element type and dims of a tensor, StableHLO's `tensor<2x3xf32>`.

use std::fmt;

use smallvec::SmallVec;

use crate::{DType, Dim};

/// Sizes of the axes where all are known.
pub type Dims = SmallVec<[usize; 6]>;

/// Element type and dims of a tensor.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Shape {
    /// Element type.
    pub dtype: DType,
    /// Size of each axis, outermost first.
    pub dims: SmallVec<[Dim; 4]>,
}

impl Shape {
    /// A shape with known sizes.
    pub fn new(dtype: DType, dims: &[usize]) -> Shape {
        Shape { dtype, dims: dims.iter().map(|&n| Dim::Lit(n)).collect() }
    }

    /// A shape whose sizes may be symbolic.
    pub fn symbolic(dtype: DType, dims: impl IntoIterator<Item = Dim>) -> Shape {
        Shape { dtype, dims: dims.into_iter().collect() }
    }

    /// A scalar of the element type.
    pub fn scalar(dtype: DType) -> Shape {
        Shape::new(dtype, &[])
    }

    /// The same dims with another element type.
    pub fn with_dtype(&self, dtype: DType) -> Shape {
        Shape { dtype, dims: self.dims.clone() }
    }

    /// The same element type with other dims.
    pub fn with_dims(&self, dims: impl IntoIterator<Item = Dim>) -> Shape {
        Shape { dtype: self.dtype, dims: dims.into_iter().collect() }
    }

    /// Number of axes.
    pub fn rank(&self) -> usize {
        self.dims.len()
    }

    /// The sizes, if all are known.
    pub fn known(&self) -> Option<Dims> {
        self.dims.iter().map(Dim::lit).collect()
    }

    /// The sizes of a shape that came out of a trace or passed `verify_static`.
    ///
    /// # Panics
    /// If a dim is symbolic, which those exclude.
    pub fn sizes(&self) -> Dims {
        self.known().expect("symbolic dims are refused before anything runs")
    }

    /// The size of one axis of a static shape.
    ///
    /// # Panics
    /// If the dim is symbolic.
    pub fn size(&self, axis: usize) -> usize {
        self.dims[axis].lit().expect("symbolic dims are refused before anything runs")
    }

    /// Number of elements of a static shape.
    ///
    /// # Panics
    /// If a dim is symbolic.
    pub fn num_elements(&self) -> usize {
        self.sizes().iter().product()
    }

    /// Bytes of a static shape.
    ///
    /// # Panics
    /// If a dim is symbolic.
    pub fn num_bytes(&self) -> usize {
        self.num_elements() * self.dtype.size()
    }
}

impl fmt::Display for Shape {
    /// As a Rust user writes it: `f32[32, 784]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[", self.dtype)?;
        for (i, dim) in self.dims.iter().enumerate() {
            let comma = if i > 0 { ", " } else { "" };
            write!(f, "{comma}{dim}")?;
        }
        f.write_str("]")
    }
}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
