// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The op set: StableHLO's, with CHLO's math functions as ops of their own.
//!
//! An op is what an instruction does, with its attributes and without its
//! operands. Everything that is true of every op (inference, text, evaluation,
//! derivatives, lowering) is an exhaustive `match` on [`Op`] somewhere, so that
//! adding a variant leads through all of them.

mod attrs;
mod elementwise;
mod template;

use std::sync::Arc;

pub use attrs::{
    BatchNorm, Composite, ConvDims, DotDims, FftKind, GatherDims, RngAlgorithm, RngDistribution, ScatterDims, TransposeA, TriangularSolve,
    Window,
};
pub use elementwise::{BinaryOp, CompareKind, Direction, UnaryOp};
use smallvec::SmallVec;
pub use template::Template;

use crate::{DType, Dim, HostTensor, Shape};

/// Axes or other small lists of positions.
pub type Axes = SmallVec<[usize; 4]>;

/// An operation of StableHLO or CHLO with its attributes.
///
/// The documentation of a variant gives its operands, then its regions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// `constant`: no operands.
    Constant(Arc<HostTensor>),
    /// `iota`: no operands; counts along `axis`.
    Iota {
        /// Shape of the result.
        shape: Shape,
        /// The axis along which the values count from zero.
        axis: usize,
    },
    /// An elementwise function of one operand.
    Unary(UnaryOp),
    /// An elementwise function of two operands of one shape.
    Binary(BinaryOp),
    /// `compare`: two operands of one shape to booleans.
    Compare(Direction, CompareKind),
    /// `select`: predicate (scalar or of the shape), on true, on false.
    Select,
    /// `clamp`: min (scalar or of the shape), operand, max (likewise).
    Clamp,
    /// `convert` to an element type.
    Convert(DType),
    /// `bitcast_convert` to an element type; of another width, the last axis absorbs the difference.
    BitcastConvert(DType),
    /// `broadcast_in_dim`: one operand.
    BroadcastInDim {
        /// Dims of the result.
        dims: SmallVec<[Dim; 4]>,
        /// For each axis of the operand, the axis of the result that it becomes.
        axes: Axes,
    },
    /// `reshape`: one operand, same elements in row-major order.
    Reshape(SmallVec<[Dim; 4]>),
    /// `transpose`: axis `i` of the result is axis `permutation[i]` of the operand.
    Transpose(Axes),
    /// `slice`: from `starts` (inclusive) to `limits` (exclusive) by `strides`.
    Slice {
        /// First position of each axis.
        starts: Axes,
        /// End of each axis.
        limits: SmallVec<[Dim; 4]>,
        /// Step of each axis, at least 1.
        strides: Axes,
    },
    /// `pad`: operand, padding scalar. Negative low and high cut.
    Pad {
        /// Elements before the first.
        low: SmallVec<[i64; 4]>,
        /// Elements after the last.
        high: SmallVec<[i64; 4]>,
        /// Elements between neighbours, at least 0.
        interior: SmallVec<[i64; 4]>,
    },
    /// `concatenate` along an axis: one or more operands.
    Concatenate(usize),
    /// `reverse` along axes: one operand.
    Reverse(Axes),
    /// `dynamic_slice`: operand, then a scalar start for each axis (clamped).
    DynamicSlice(Axes),
    /// `dynamic_update_slice`: operand, update, then a scalar start for each axis (clamped).
    DynamicUpdateSlice,
    /// `reduce` over axes: N operands, N scalar initial values; a body of 2N scalars to N.
    Reduce(Axes),
    /// `reduce_window`: N operands, N scalar initial values; a body of 2N scalars to N.
    ReduceWindow(Window),
    /// `select_and_scatter`: operand, source, initial value; a select and a scatter body.
    SelectAndScatter(Window),
    /// `dot_general`: lhs, rhs.
    DotGeneral(DotDims),
    /// `convolution`: lhs (input), rhs (kernel).
    Convolution(Box<ConvDims>),
    /// `gather`: operand, start indices (clamped).
    Gather(Box<GatherDims>),
    /// `scatter`: N operands, indices (out of bounds dropped), N updates; a body of 2N scalars to N.
    Scatter(Box<ScatterDims>),
    /// `rng_bit_generator`: state; results are the next state and the bits.
    RngBitGenerator {
        /// Generator.
        algorithm: RngAlgorithm,
        /// Shape of the bits.
        shape: Shape,
    },
    /// `if`: a boolean scalar; two regions without parameters, run if it is true, and if not.
    If,
    /// `case`: an `i32` scalar; a region without parameters for each value from zero, the last one also for all others.
    Case,
    /// `while`: N operands, the first state; a condition of N to a boolean scalar, a body of N to N.
    While,
    /// `sort` along an axis: N operands of one shape; a comparator of 2N scalars, the pairs of each operand, to a boolean.
    Sort {
        /// The axis along which elements are put in order.
        axis: usize,
        /// Whether elements that compare equal keep their order.
        stable: bool,
    },
    /// `map`: N operands of one shape; a body of N scalars to one.
    Map,
    /// `top_k`: the `k` largest elements along the last axis in descending order, and their positions, `i32`.
    TopK(usize),
    /// `reduce_precision`: rounded to a format of these bits, and back.
    ReducePrecision {
        /// Bits of the exponent, at least 1.
        exponent: u32,
        /// Bits of the mantissa.
        mantissa: u32,
    },
    /// `fft` over the last axes, whose lengths these are.
    Fft(FftKind, Axes),
    /// `cholesky` of matrices in the last two axes; whether the lower triangle is read and written, or else the upper.
    Cholesky(bool),
    /// `triangular_solve`: matrices `a`, right-hand sides `b`.
    TriangularSolve(TriangularSolve),
    /// `batch_norm_training`: operand, scale, offset; results are the output, the mean and the variance.
    BatchNormTraining(BatchNorm),
    /// `batch_norm_inference`: operand, scale, offset, mean, variance.
    BatchNormInference(BatchNorm),
    /// `batch_norm_grad`: operand, scale, mean, variance, grad_output; results are the gradients of operand, scale and offset.
    BatchNormGrad(BatchNorm),
    /// `rng`: two scalars and the dims of the result, `i64`; by a generator of the backend's choice.
    Rng {
        /// What the scalars mean.
        distribution: RngDistribution,
        /// Shape of the result.
        shape: Shape,
    },
    /// `composite`: any operands; a region of the same parameters that says what it computes and uses nothing around it.
    Composite(Box<Composite>),
    /// `optimization_barrier`: N operands to themselves, which no pass looks through.
    OptimizationBarrier,
    /// `custom_call @gomlx.print`: the operands that its line has, and no results; what it is there for is that it writes.
    Print(Box<Template>),
}

impl Op {
    /// The name in text, with its dialect: `stablehlo.add`, `chlo.erf`.
    pub const fn name(&self) -> &'static str {
        match self {
            Op::Constant(_) => "stablehlo.constant",
            Op::Iota { .. } => "stablehlo.iota",
            Op::Unary(op) => op.name(),
            Op::Binary(op) => op.name(),
            Op::Compare(..) => "stablehlo.compare",
            Op::Select => "stablehlo.select",
            Op::Clamp => "stablehlo.clamp",
            Op::Convert(_) => "stablehlo.convert",
            Op::BitcastConvert(_) => "stablehlo.bitcast_convert",
            Op::BroadcastInDim { .. } => "stablehlo.broadcast_in_dim",
            Op::Reshape(_) => "stablehlo.reshape",
            Op::Transpose(_) => "stablehlo.transpose",
            Op::Slice { .. } => "stablehlo.slice",
            Op::Pad { .. } => "stablehlo.pad",
            Op::Concatenate(_) => "stablehlo.concatenate",
            Op::Reverse(_) => "stablehlo.reverse",
            Op::DynamicSlice(_) => "stablehlo.dynamic_slice",
            Op::DynamicUpdateSlice => "stablehlo.dynamic_update_slice",
            Op::Reduce(_) => "stablehlo.reduce",
            Op::ReduceWindow(_) => "stablehlo.reduce_window",
            Op::SelectAndScatter(_) => "stablehlo.select_and_scatter",
            Op::DotGeneral(_) => "stablehlo.dot_general",
            Op::Convolution(_) => "stablehlo.convolution",
            Op::Gather(_) => "stablehlo.gather",
            Op::Scatter(_) => "stablehlo.scatter",
            Op::RngBitGenerator { .. } => "stablehlo.rng_bit_generator",
            Op::If => "stablehlo.if",
            Op::Case => "stablehlo.case",
            Op::While => "stablehlo.while",
            Op::Sort { .. } => "stablehlo.sort",
            Op::Map => "stablehlo.map",
            Op::TopK(_) => "chlo.top_k",
            Op::ReducePrecision { .. } => "stablehlo.reduce_precision",
            Op::Fft(..) => "stablehlo.fft",
            Op::Cholesky(_) => "stablehlo.cholesky",
            Op::TriangularSolve(_) => "stablehlo.triangular_solve",
            Op::BatchNormTraining(_) => "stablehlo.batch_norm_training",
            Op::BatchNormInference(_) => "stablehlo.batch_norm_inference",
            Op::BatchNormGrad(_) => "stablehlo.batch_norm_grad",
            Op::Rng { .. } => "stablehlo.rng",
            Op::Composite(_) => "stablehlo.composite",
            Op::OptimizationBarrier => "stablehlo.optimization_barrier",
            Op::Print(_) => "gomlx.print",
        }
    }

    /// Whether it does something besides giving results, so that it runs whether or not anything uses those.
    pub const fn has_effect(&self) -> bool {
        matches!(self, Op::Print(_))
    }

    /// The name without its dialect, as messages give it.
    pub fn short_name(&self) -> &'static str {
        let name = self.name();
        name.split_once('.').map_or(name, |(_, short)| short)
    }
}
