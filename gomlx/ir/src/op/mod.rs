// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The op set: StableHLO's, with CHLO's math functions as ops of their own.
//!
//! An op is what an instruction does: its attributes, without its operands. The tables here
//! declare each op with its name and its [`Facts`].
//!
//! Invariant: a fact about an op stands at its declaration. A rule (inference, evaluation,
//! derivatives, lowering) is an exhaustive `match`, so that a new op leads through all rules.

#[macro_use]
mod declare;
mod attrs;
mod elementwise;
mod facts;
mod template;

use std::sync::Arc;

pub(crate) use attrs::INDEX_VECTOR_DIM;
pub use attrs::{
    BatchNorm, Composite, ConvDims, DotDims, Factorization, FftKind, GatherDims, RngAlgorithm, RngDistribution, ScatterDims, TransposeA,
    TriangularSolve, Window,
};
pub use elementwise::{BinaryOp, CompareKind, Direction, Function1, Function2, UnaryOp};
pub use facts::{Class, Cost, Count, Dialect, Domain, Facts, Flat, Gives, Identity, Tangents, TextAttribute, Twice};
use smallvec::SmallVec;
pub use template::Template;

use crate::{DType, Dim, HostTensor, Shape};

/// Axes or other small lists of positions.
pub type Axes = SmallVec<[usize; 4]>;

ops! {
    /// An operation of StableHLO or CHLO with its attributes.
    ///
    /// The documentation of a variant gives its operands, then its regions.
    Op,
    /// The name of an op that is no elementwise function: what the op is without its attributes.
    OpKind {
        functions {
            /// An elementwise function of one operand.
            Unary(UnaryOp),
            /// An elementwise function of two operands of one shape.
            Binary(BinaryOp),
        }
        structured {
            /// `constant`: no operands.
            Constant(Arc<HostTensor>) = stablehlo.constant [value]
                { class: Source, cost: Address, operands: 0, tangents: None }
            /// `iota`: no operands; counts along `axis`.
            Iota {
                /// Shape of the result.
                shape: Shape,
                /// The axis along which the values count from zero.
                axis: usize,
            } = stablehlo.iota [dim: iota_dimension] { class: Source, cost: Address, operands: 0, tangents: None }
            /// `compare`: two operands of one shape to booleans.
            Compare(Direction, CompareKind) = stablehlo.compare [comparison_direction, compare_type]
                { class: Elementwise, cost: One, operands: 2, tangents: None }
            /// `select`: predicate (scalar or of the shape), on true, on false.
            Select = stablehlo.select { class: Elementwise, cost: One, operands: 3, tangents: After(1) }
            /// `clamp`: min (scalar or of the shape), operand, max (likewise).
            Clamp = stablehlo.clamp { class: Elementwise, cost: One, operands: 3 }
            /// `convert` to an element type.
            Convert(DType) = stablehlo.convert { class: Elementwise, cost: One }
            /// `bitcast_convert` to an element type; of another width, the last axis absorbs the difference.
            BitcastConvert(DType) = stablehlo.bitcast_convert { cost: One }
            /// `broadcast_in_dim`: one operand.
            BroadcastInDim {
                /// Dims of the result.
                dims: SmallVec<[Dim; 4]>,
                /// For each axis of the operand, the axis of the result that it becomes.
                axes: Axes,
            } = stablehlo.broadcast_in_dim [dims: broadcast_dimensions] { class: Movement, cost: Address }
            /// `reshape`: one operand, same elements in row-major order.
            Reshape(SmallVec<[Dim; 4]>) = stablehlo.reshape { class: Movement, cost: Address }
            /// `transpose`: axis `i` of the result is axis `permutation[i]` of the operand.
            Transpose(Axes) = stablehlo.transpose [dims: permutation] { class: Movement, cost: Address }
            /// `slice`: from `starts` (inclusive) to `limits` (exclusive) by `strides`.
            Slice {
                /// First position of each axis.
                starts: Axes,
                /// End of each axis.
                limits: SmallVec<[Dim; 4]>,
                /// Step of each axis, at least 1.
                strides: Axes,
            } = stablehlo.slice [start_indices, limit_indices, strides] { class: Movement, cost: Address }
            /// `pad`: operand, padding scalar. Negative low and high cut.
            Pad {
                /// Elements before the first.
                low: SmallVec<[i64; 4]>,
                /// Elements after the last.
                high: SmallVec<[i64; 4]>,
                /// Elements between neighbours, at least 0.
                interior: SmallVec<[i64; 4]>,
            } = stablehlo.pad [low: edge_padding_low, high: edge_padding_high, interior: interior_padding]
                { class: Movement, cost: Copy, operands: 2 }
            /// `concatenate` along an axis: one or more operands.
            Concatenate(usize) = stablehlo.concatenate [dim: dimension]
                { class: Movement, cost: Copy, operands: varies }
            /// `reverse` along axes: one operand.
            Reverse(Axes) = stablehlo.reverse [dims: dimensions] { class: Movement, cost: Address }
            /// `dynamic_slice`: operand, then a scalar start for each axis (clamped).
            DynamicSlice(Axes) = stablehlo.dynamic_slice [sizes: slice_sizes]
                { class: Movement, cost: Address, operands: varies, tangents: First(1) }
            /// `dynamic_update_slice`: operand, update, then a scalar start for each axis (clamped).
            DynamicUpdateSlice = stablehlo.dynamic_update_slice { class: Movement, cost: Copy, operands: varies, tangents: First(2) }
            /// `reduce` over axes: N operands, N scalar initial values; a body of 2N scalars to N.
            Reduce(Axes) = stablehlo.reduce [dimensions] { operands: varies, regions: 1, results: varies }
            /// `reduce_window`: N operands, N scalar initial values; a body of 2N scalars to N.
            ReduceWindow(Window) = stablehlo.reduce_window [base_dilations, padding, window_dilations, window_dimensions, window_strides]
                { operands: varies, regions: 1, results: varies }
            /// `select_and_scatter`: operand, source, initial value; a select and a scatter body.
            SelectAndScatter(Window) = stablehlo.select_and_scatter [base_dilations, padding, window_dilations, window_dimensions, window_strides]
                { operands: 3, regions: 2, tangents: After(1) }
            /// `dot_general`: lhs, rhs.
            DotGeneral(DotDims) = stablehlo.dot_general [dot_dimension_numbers] { operands: 2 }
            /// `convolution`: lhs (input), rhs (kernel).
            Convolution(Box<ConvDims>) = stablehlo.convolution [
                stride: window_strides, pad: padding, lhs_dilate: lhs_dilation, rhs_dilate: rhs_dilation,
                reverse: window_reversal, dimension_numbers, feature_group_count, batch_group_count
            ]
                { operands: 2 }
            /// `gather`: operand, start indices (clamped).
            Gather(Box<GatherDims>) = stablehlo.gather [dimension_numbers, indices_are_sorted, slice_sizes]
                { class: Movement, cost: Copy, operands: 2, tangents: First(1) }
            /// `scatter`: N operands, indices (out of bounds dropped), N updates; a body of 2N scalars to N.
            Scatter(Box<ScatterDims>) = stablehlo.scatter [indices_are_sorted, scatter_dimension_numbers, unique_indices]
                { operands: varies, regions: 1, results: varies, tangents: Around }
            /// `rng_bit_generator`: state; results are the next state and the bits.
            RngBitGenerator {
                /// Generator.
                algorithm: RngAlgorithm,
                /// Shape of the bits.
                shape: Shape,
            } = stablehlo.rng_bit_generator [algorithm: rng_algorithm] { results: 2, tangents: None }
            /// `if`: a boolean scalar; two regions without parameters, run if it is true, and if not.
            If = stablehlo.if { class: Control, regions: 2, results: varies }
            /// `case`: an `i32` scalar; regions without parameters, one for each value from zero. The last region also
            /// runs for all other values.
            Case = stablehlo.case { class: Control, regions: varies, results: varies }
            /// `while`: N operands, the first state; a condition of N to a boolean scalar, a body of N to N.
            While = stablehlo.while { class: Control, operands: varies, regions: 2, results: varies }
            /// `sort` along an axis: N operands of one shape; a comparator of 2N scalars, two of each operand, to a
            /// boolean.
            Sort {
                /// The axis along which elements are put in order.
                axis: usize,
                /// Whether elements that compare equal keep their order.
                stable: bool,
            } = stablehlo.sort [dimension, is_stable] { operands: varies, regions: 1, results: varies }
            /// `map`: N operands of one shape; a body of N scalars to one.
            Map = stablehlo.map [dimensions] { operands: varies, regions: 1 }
            /// `top_k`: the `k` largest elements along the last axis in descending order, and their positions, `i32`.
            TopK(usize) = chlo.top_k [k] { results: 2 }
            /// `reduce_precision`: rounds to a format with these bits, and converts back.
            ReducePrecision {
                /// Bits of the exponent, at least 1.
                exponent: u32,
                /// Bits of the mantissa.
                mantissa: u32,
            } = stablehlo.reduce_precision [exponent_bits, mantissa_bits] { class: Elementwise, cost: Function }
            /// `fft` over the last axes, with their lengths.
            Fft(FftKind, Axes) = stablehlo.fft [type: fft_type, length: fft_length] {}
            /// `cholesky` of matrices in the last two axes. The boolean says whether it reads and writes the lower
            /// triangle; if not, it uses the upper one.
            Cholesky(bool) = stablehlo.cholesky [lower] {}
            /// `triangular_solve`: matrices `a`, right-hand sides `b`.
            TriangularSolve(TriangularSolve) = stablehlo.triangular_solve [left_side, lower, transpose_a, unit_diagonal]
                { operands: 2 }
            /// `custom_call` of a factorization of matrices; [`Factorization`] has the operands and results.
            Factor(Factorization) = gomlx.factor { operands: varies, results: varies }
            /// `batch_norm_training`: operand, scale, offset; results are the output, the mean and the variance.
            BatchNormTraining(BatchNorm) = stablehlo.batch_norm_training [epsilon, feature_index]
                { operands: 3, results: 3 }
            /// `batch_norm_inference`: operand, scale, offset, mean, variance.
            BatchNormInference(BatchNorm) = stablehlo.batch_norm_inference [epsilon, feature_index] { operands: 5 }
            /// `batch_norm_grad`: operand, scale, mean, variance, grad_output; results are the gradients of operand,
            /// scale and offset.
            BatchNormGrad(BatchNorm) = stablehlo.batch_norm_grad [epsilon, feature_index] { operands: 5, results: 3 }
            /// `rng`: two scalars and the dims of the result, `i64`; by a generator of the backend's choice.
            Rng {
                /// What the scalars mean.
                distribution: RngDistribution,
                /// Shape of the result.
                shape: Shape,
            } = stablehlo.rng [distribution: rng_distribution] { operands: 3 }
            /// `composite`: any operands; a region with parameters of their shapes. The region defines what the
            /// composite computes and uses no value from around it.
            Composite(Box<Composite>) = stablehlo.composite { class: Control, operands: varies, regions: 1, results: varies }
            /// `optimization_barrier`: N operands, which are the results. Passes do not look through it.
            OptimizationBarrier = stablehlo.optimization_barrier { class: Barrier, operands: varies, results: varies }
            /// `custom_call @gomlx.print`: an operand for each placeholder of its line; no results. It writes the line.
            Print(Box<Template>) = gomlx.print { class: Barrier, operands: varies, results: 0, tangents: None, has_effect: true }
        }
    }
}

impl Op {
    /// The name in text, with its dialect: `stablehlo.add`, `chlo.erf`.
    pub const fn name(&self) -> &'static str {
        self.facts().name
    }

    /// The name without its dialect, as messages give it.
    pub const fn short_name(&self) -> &'static str {
        self.facts().short_name
    }

    /// Whether it does something besides giving results, so that it runs whether or not anything uses them.
    pub const fn has_effect(&self) -> bool {
        self.facts().has_effect
    }

    /// Whether each element of the result is a function of the elements at the same position of the operands.
    pub const fn is_elementwise(&self) -> bool {
        matches!(self.facts().class, Class::Elementwise)
    }

    /// Whether each element of the result is an element of an operand.
    pub const fn is_movement(&self) -> bool {
        matches!(self.facts().class, Class::Movement)
    }
}
