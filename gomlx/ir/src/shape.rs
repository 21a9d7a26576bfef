// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Shapes: element type and dims of a tensor, StableHLO's `tensor<2x3xf32>`.
//!
//! Invariant: every shape that a backend compiles has passed [`Shape::check_size`], so that no product of its dims and
//! its element size overflows. Before that, [`Shape::num_elements`] and [`Shape::num_bytes`] saturate.

use std::fmt;

use smallvec::SmallVec;

use crate::{DType, Dim, Result, bail};

/// The most elements of a tensor: as many as the 2^48 bytes that a 64-bit program can usually address have room for, if
/// each takes 16 bytes, the most that one takes. The limit is the same for all element types, so that a conversion does
/// not change whether a tensor is too large.
pub const MAX_ELEMENTS: usize = if usize::BITS < 64 { isize::MAX as usize / 16 } else { (1u64 << 44) as usize };

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

    /// A shape with the same dims and another dtype.
    pub fn with_dtype(&self, dtype: DType) -> Shape {
        Shape { dtype, dims: self.dims.clone() }
    }

    /// A shape with the same dtype and other dims.
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
    /// If a dim is symbolic.
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

    /// Number of elements of a static shape; `usize::MAX` if that is less.
    ///
    /// # Panics
    /// If a dim is symbolic.
    pub fn num_elements(&self) -> usize {
        product(&self.sizes())
    }

    /// Bytes of a static shape; `usize::MAX` if that is less.
    ///
    /// # Panics
    /// If a dim is symbolic.
    pub fn num_bytes(&self) -> usize {
        self.num_elements().saturating_mul(self.dtype.size())
    }

    /// Checks that the known dims multiply to at most [`MAX_ELEMENTS`], those that are 0 left out. They are left out
    /// because strides and the sizes of parts are products of the other dims, whatever their order.
    ///
    /// ```
    /// use gomlx_ir::{DType, Shape};
    ///
    /// assert!(Shape::new(DType::F32, &[1 << 20, 0, 1 << 20]).check_size().is_ok());
    /// assert!(Shape::new(DType::F32, &[1 << 40, 0, 1 << 40]).check_size().is_err());
    /// ```
    ///
    /// # Errors
    /// If they multiply to more.
    pub fn check_size(&self) -> Result<()> {
        if !fits(self.dims.iter().filter_map(Dim::lit)) {
            bail!(Shape, "{self} is larger than memory can be");
        }
        Ok(())
    }
}

/// The product of sizes; `usize::MAX` if that is less.
pub fn product(sizes: &[usize]) -> usize {
    if sizes.contains(&0) { 0 } else { sizes.iter().fold(1, |n, &size| n.saturating_mul(size)) }
}

/// Whether sizes multiply to at most [`MAX_ELEMENTS`], those that are 0 left out.
pub(crate) fn fits(sizes: impl IntoIterator<Item = usize>) -> bool {
    let product = sizes.into_iter().filter(|&n| n != 0).try_fold(1usize, usize::checked_mul);
    product.is_some_and(|n| n <= MAX_ELEMENTS)
}

impl fmt::Display for Shape {
    /// Writes the shape as a Rust user does: `f32[32, 784]`.
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
