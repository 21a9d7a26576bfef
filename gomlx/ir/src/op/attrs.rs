// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Attributes of the structured ops, by the names of the StableHLO spec.

use smallvec::SmallVec;

use super::Axes;
use crate::DType;

/// Dimension numbers of `dot_general`. The axes of the result are the batch axes, then the free axes of lhs, then
/// those of rhs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DotDims {
    /// Batch axes of lhs, matched in order with those of rhs.
    pub lhs_batch: Axes,
    /// Batch axes of rhs.
    pub rhs_batch: Axes,
    /// Contracting axes of lhs, matched in order with those of rhs.
    pub lhs_contracting: Axes,
    /// Contracting axes of rhs.
    pub rhs_contracting: Axes,
    /// Element type of the result.
    pub out: DType,
}

impl DotDims {
    /// Axes of an operand of rank `rank` that are neither batch nor contracting.
    pub fn free(rank: usize, batch: &[usize], contracting: &[usize]) -> Axes {
        (0..rank).filter(|a| !batch.contains(a) && !contracting.contains(a)).collect()
    }
}

/// Attributes of `convolution`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConvDims {
    /// Batch axis of the input (`input_batch_dimension`).
    pub input_batch: usize,
    /// Feature axis of the input.
    pub input_feature: usize,
    /// Spatial axes of the input.
    pub input_spatial: Axes,
    /// Input feature axis of the kernel.
    pub kernel_input_feature: usize,
    /// Output feature axis of the kernel.
    pub kernel_output_feature: usize,
    /// Spatial axes of the kernel.
    pub kernel_spatial: Axes,
    /// Batch axis of the output.
    pub output_batch: usize,
    /// Feature axis of the output.
    pub output_feature: usize,
    /// Spatial axes of the output.
    pub output_spatial: Axes,
    /// Step of the window, per spatial axis.
    pub strides: Axes,
    /// Low and high padding, per spatial axis; negative cuts.
    pub padding: SmallVec<[(i64, i64); 4]>,
    /// Dilation of the input, per spatial axis.
    pub lhs_dilation: Axes,
    /// Dilation of the kernel, per spatial axis.
    pub rhs_dilation: Axes,
    /// Whether the kernel is reversed, per spatial axis.
    pub reversal: SmallVec<[bool; 4]>,
    /// Groups that split the features.
    pub feature_groups: usize,
    /// Groups that split the batch.
    pub batch_groups: usize,
    /// Element type of the result.
    pub out: DType,
}

impl ConvDims {
    /// Number of spatial axes.
    pub fn spatial_rank(&self) -> usize {
        self.input_spatial.len()
    }
}

/// A window that moves over every axis of an operand.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// Size, per axis.
    pub dims: Axes,
    /// Step, per axis.
    pub strides: Axes,
    /// Dilation of the operand, per axis.
    pub base_dilations: Axes,
    /// Dilation of the window, per axis.
    pub window_dilations: Axes,
    /// Low and high padding, per axis; negative cuts.
    pub padding: SmallVec<[(i64, i64); 4]>,
}

impl Window {
    /// A window without dilation or padding.
    pub fn new(dims: &[usize], strides: &[usize]) -> Window {
        let ones = Axes::from_elem(1, dims.len());
        Window {
            dims: dims.into(),
            strides: strides.into(),
            base_dilations: ones.clone(),
            window_dilations: ones,
            padding: SmallVec::from_elem((0, 0), dims.len()),
        }
    }
}

/// The name in text of the axis that holds index vectors, beside the lists of a `gather` or `scatter`.
pub(crate) const INDEX_VECTOR_DIM: &str = "index_vector_dim";

/// Gives access to the lists among the dimension numbers of an op. Their names in text are the names of the fields.
macro_rules! lists {
    ($Dims:ident: $($field:ident),*) => {
        impl $Dims {
            /// The lists of axes with their names.
            pub(crate) fn lists(&self) -> Vec<(&'static str, &Axes)> {
                vec![$((stringify!($field), &self.$field)),*]
            }

            /// The lists of axes with their names, to be filled.
            pub(crate) fn lists_mut(&mut self) -> Vec<(&'static str, &mut Axes)> {
                vec![$((stringify!($field), &mut self.$field)),*]
            }
        }
    };
}

lists! {
    GatherDims:
    offset_dims, collapsed_slice_dims, operand_batching_dims, start_indices_batching_dims, start_index_map
}

lists! {
    ScatterDims:
    update_window_dims, inserted_window_dims, input_batching_dims, scatter_indices_batching_dims,
    scatter_dims_to_operand_dims
}

/// Dimension numbers of `gather`.
#[derive(Clone, Default, Debug, PartialEq, Eq, Hash)]
pub struct GatherDims {
    /// Axes of the result that are axes of the slices.
    pub offset_dims: Axes,
    /// Axes of the operand, of slice size one, left out of the result.
    pub collapsed_slice_dims: Axes,
    /// Batch axes of the operand.
    pub operand_batching_dims: Axes,
    /// Batch axes of the indices, matched in order with those of the operand.
    pub start_indices_batching_dims: Axes,
    /// Axis of the operand that each component of an index vector addresses.
    pub start_index_map: Axes,
    /// Axis of the indices that holds index vectors; the rank of the indices if each index is a scalar.
    pub index_vector_dim: usize,
    /// Size of the slice, per axis of the operand.
    pub slice_sizes: Axes,
    /// Promise that the indices are sorted.
    pub indices_are_sorted: bool,
}

impl GatherDims {
    /// Of a gather of single elements at positions along an axis, which stand beside the elements: the indices have the
    /// axes of the operand.
    pub fn along(axis: usize, rank: usize) -> GatherDims {
        let others: Axes = (0..rank).filter(|&a| a != axis).collect();
        GatherDims {
            collapsed_slice_dims: Axes::from_slice(&[axis]),
            operand_batching_dims: others.clone(),
            start_indices_batching_dims: others,
            start_index_map: Axes::from_slice(&[axis]),
            index_vector_dim: rank,
            slice_sizes: Axes::from_elem(1, rank),
            ..GatherDims::default()
        }
    }
}

/// Dimension numbers of `scatter`.
#[derive(Clone, Default, Debug, PartialEq, Eq, Hash)]
pub struct ScatterDims {
    /// Axes of the updates that are axes of the windows.
    pub update_window_dims: Axes,
    /// Axes of the operand, of window size one, that the updates leave out.
    pub inserted_window_dims: Axes,
    /// Batch axes of the operand.
    pub input_batching_dims: Axes,
    /// Batch axes of the indices, matched in order with those of the operand.
    pub scatter_indices_batching_dims: Axes,
    /// Axis of the operand that each component of an index vector addresses.
    pub scatter_dims_to_operand_dims: Axes,
    /// Axis of the indices that holds index vectors; their rank if scalars are.
    pub index_vector_dim: usize,
    /// Promise that the indices are sorted.
    pub indices_are_sorted: bool,
    /// Promise that no element is written twice.
    pub unique_indices: bool,
}

impl ScatterDims {
    /// Of a scatter of the rows of the first axis, by a vector of positions.
    pub fn rows(rank: usize) -> ScatterDims {
        ScatterDims {
            update_window_dims: (1..rank).collect(),
            inserted_window_dims: Axes::from_slice(&[0]),
            scatter_dims_to_operand_dims: Axes::from_slice(&[0]),
            index_vector_dim: 1,
            ..ScatterDims::default()
        }
    }
}

words! {
    /// The generator of `rng_bit_generator`.
    RngAlgorithm {
        /// The backend's choice; here Philox, as XLA's CPU backend has it.
        Default = "DEFAULT",
        /// Threefry-2x32, state of two `u64` (Salmon et al., 2011).
        ThreeFry = "THREE_FRY",
        /// Philox-4x32, state of two or three `u64` (Salmon et al., 2011).
        Philox = "PHILOX",
    }
}

/// Attributes of the three batch normalisations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BatchNorm {
    /// The bits of the number added to the variance, an `f32`.
    pub epsilon_bits: u32,
    /// Axis of the features.
    pub feature_index: usize,
}

impl BatchNorm {
    /// The number added to the variance.
    pub fn epsilon(&self) -> f32 {
        f32::from_bits(self.epsilon_bits)
    }
}

words! {
    /// The kind of an `fft`.
    FftKind {
        /// Forward, complex to complex.
        Fft = "FFT",
        /// Inverse, complex to complex.
        Ifft = "IFFT",
        /// Forward, real to complex.
        Rfft = "RFFT",
        /// Inverse, complex to real.
        Irfft = "IRFFT",
    }
}

/// Attributes of `triangular_solve`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TriangularSolve {
    /// Whether the equation is `op(a) x = b`; if not, it is `x op(a) = b`.
    pub left_side: bool,
    /// Whether `a` is its lower triangle; if not, it is its upper one.
    pub lower: bool,
    /// Whether the diagonal counts as ones.
    pub unit_diagonal: bool,
    /// The function `op` that is applied to `a`.
    pub transpose_a: TransposeA,
}

words! {
    /// The function that `triangular_solve` applies to its matrix first.
    TransposeA {
        /// The identity.
        NoTranspose = "NO_TRANSPOSE",
        /// The transpose.
        Transpose = "TRANSPOSE",
        /// The conjugate transpose.
        Adjoint = "ADJOINT",
    }
}

/// A factorization of each matrix `a` of `m` rows and `n` columns in the last two axes, with `k = min(m, n)`. Elements
/// are `f32`, `f64` or complex; indices are `i32`.
///
/// Functions on factors (solutions, determinants, least squares) are composed of this op, `cholesky` and
/// `triangular_solve`. The op has no derivative: the derivative of such a function is a function of the factors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Factorization {
    /// `a = q r`: from `a`, a matrix like `a` with `r` on and above the diagonal and the vectors of Householder's
    /// reflections below, and their factors `[.., k]` (LAPACK's `geqrf`). [`Reflectors`](Self::Reflectors) makes `q` of
    /// them.
    Qr,
    /// The first `n` columns of the product of reflections, a matrix like `a`: from `a`, which holds the vectors of the
    /// reflections below its diagonal, and their factors (LAPACK's `orgqr`). `n <= m`.
    Reflectors,
    /// `p a = l u` with partial pivoting: from `a`, a matrix like `a` with `u` on and above the diagonal and `l` below,
    /// without its diagonal of ones; for each step `[.., k]` the row that was exchanged with it; and for each row of
    /// `p a` `[.., m]` its position in `a`. Positions count from zero. A singular `a` gives a zero on the diagonal of
    /// `u`.
    Lu,
    /// The eigenvectors `[.., n, n]` in columns and the ascending eigenvalues `[.., n]`, real, of Hermitian matrices,
    /// of which one triangle is read. NaN if an element is NaN or infinite.
    Eigh {
        /// Whether the lower triangle is read.
        lower: bool,
    },
    /// `a = u diag(s) vh`: `u` `[.., m, k]`, the descending real singular values `[.., k]` and `vh` `[.., k, n]`. NaN
    /// if an element is NaN or infinite.
    Svd {
        /// Whether `u` is `[.., m, m]` and `vh` is `[.., n, n]`.
        full: bool,
    },
    /// `a = z t z^H` of square `a`: the upper triangle `t` and the unitary `z`, both like `a` (LAPACK's `gees`). Of a
    /// real `a`, `t` has blocks of two rows and columns on its diagonal for pairs of conjugate eigenvalues; both
    /// elements on the diagonal of such a block are equal, and the other two have different signs. NaN if an element is
    /// NaN or infinite.
    Schur,
}

impl Factorization {
    /// The target of the custom call that is its text. XLA expands the first four targets itself, or did on some
    /// device.
    pub const fn target(self) -> &'static str {
        match self {
            Factorization::Qr => "Qr",
            Factorization::Reflectors => "ProductOfElementaryHouseholderReflectors",
            Factorization::Lu => "LuDecomposition",
            Factorization::Eigh { .. } => "Eigh",
            Factorization::Svd { .. } => "gomlx.svd",
            Factorization::Schur => "gomlx.schur",
        }
    }

    /// The most steps of the QR iteration for a Schur form of size `n`: a third more than LAPACK allows.
    pub(crate) const fn schur_steps(n: usize) -> usize {
        40 * if n < 10 { 10 } else { n }
    }
}

words! {
    /// The distribution of `rng`.
    RngDistribution {
        /// Uniform from the first operand (inclusive) to the second (exclusive).
        Uniform = "UNIFORM",
        /// Normal with the first operand as mean and the second as standard deviation.
        Normal = "NORMAL",
    }
}

/// Attributes of `composite`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Composite {
    /// The name of the computation: `gomlx.softmax`.
    pub name: String,
    /// The attributes of the computation as text, without braces; empty for none.
    pub attributes: String,
    /// The version of the computation that has this name.
    pub version: i64,
}
