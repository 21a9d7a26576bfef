// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The op set: StableHLO's, with CHLO's math functions as ops of their own.
//!
//! An op is what an instruction does, with its attributes and without its
//! operands. Everything that is true of every op (inference, text, evaluation,
//! derivatives, lowering) is an exhaustive `match` on [`Op`] somewhere, so that
//! adding a variant leads through all of them.

mod attrs;
mod elementwise;

use std::sync::Arc;

pub use attrs::{ConvDims, DotDims, GatherDims, RngAlgorithm, ScatterDims, Window};
pub use elementwise::{BinaryOp, CompareKind, Direction, UnaryOp};
use smallvec::SmallVec;

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
    /// `optimization_barrier`: N operands to themselves, which no pass looks through.
    OptimizationBarrier,
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
            Op::OptimizationBarrier => "stablehlo.optimization_barrier",
        }
    }

    /// The name without its dialect, as messages give it.
    pub fn short_name(&self) -> &'static str {
        let name = self.name();
        name.split_once('.').map_or(name, |(_, short)| short)
    }
}
