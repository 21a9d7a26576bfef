// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The shapes of an instruction's results, from its op, operands and regions.
//!
//! Inference checks every constraint of the StableHLO spec that it can see, and cites it by number. Counts of operands
//! and regions, and the element types of elementwise functions, are checked against the declaration of the op. Dims may
//! be symbolic: two dims are equal if they are equal as polynomials, and a bound passes if it holds for some values of
//! the symbols.
//!
//! Invariant: an instruction that inference accepts is valid for every backend; nothing later checks it again.

mod contract;
mod control;
mod elementwise;
mod index;
mod linalg;
mod movement;
mod normalize;
mod order;
mod reduce;
mod rng;
mod site;

pub(crate) use movement::is_storage;

use smallvec::{SmallVec, smallvec};

use crate::{Function, Op, RegionId, Result, Shape, ValueId};
use site::Site;

/// Result shapes of an op.
pub type Shapes = SmallVec<[Shape; 1]>;

/// The shapes of the results.
///
/// # Errors
/// If the op cannot take these operands. The message names the op and the shapes, and cites the constraint of the
/// StableHLO spec.
///
/// ```
/// use gomlx_ir::{DType, Donation, Function, BinaryOp, Op, Shape, infer::infer};
///
/// let mut f = Function::new("main");
/// let x = f.add_param(Shape::new(DType::F32, &[32, 10]), Donation::Keep);
/// let y = f.add_param(Shape::new(DType::F32, &[10, 32]), Donation::Keep);
/// let e = infer(&f, &Op::Binary(BinaryOp::Add), &[x, y], &[]).unwrap_err();
/// assert_eq!(e.message, "add: shapes f32[32, 10] and f32[10, 32] differ");
/// ```
pub fn infer(function: &Function, op: &Op, operands: &[ValueId], regions: &[RegionId]) -> Result<Shapes> {
    let facts = op.facts();
    let site = Site { function, name: facts.short_name, operands, regions };
    site.counts(&facts)?;
    let one = match op {
        Op::Constant(tensor) => tensor.shape(),
        Op::Iota { shape, axis } => movement::iota(&site, shape, *axis)?,
        Op::Unary(op) => elementwise::unary(&site, *op)?,
        Op::Binary(op) => elementwise::binary(&site, *op)?,
        Op::Compare(_, kind) => elementwise::compare(&site, *kind)?,
        Op::Select => elementwise::select(&site)?,
        Op::Clamp => elementwise::clamp(&site)?,
        Op::Convert(dtype) => site.shape(0).with_dtype(*dtype),
        Op::BitcastConvert(dtype) => movement::bitcast_convert(&site, *dtype)?,
        Op::BroadcastInDim { dims, axes } => movement::broadcast_in_dim(&site, dims, axes)?,
        Op::Reshape(dims) => movement::reshape(&site, dims)?,
        Op::Transpose(permutation) => movement::transpose(&site, permutation)?,
        Op::Slice { starts, limits, strides } => movement::slice(&site, starts, limits, strides)?,
        Op::Pad { low, high, interior } => movement::pad(&site, low, high, interior)?,
        Op::Concatenate(axis) => movement::concatenate(&site, *axis)?,
        Op::Reverse(axes) => movement::reverse(&site, axes)?,
        Op::DynamicSlice(sizes) => movement::dynamic_slice(&site, sizes)?,
        Op::DynamicUpdateSlice => movement::dynamic_update_slice(&site)?,
        Op::Reduce(axes) => return reduce::reduce(&site, axes),
        Op::ReduceWindow(window) => return reduce::reduce_window(&site, window),
        Op::SelectAndScatter(window) => reduce::select_and_scatter(&site, window)?,
        Op::DotGeneral(dims) => contract::dot_general(&site, dims)?,
        Op::Convolution(dims) => contract::convolution(&site, dims)?,
        Op::Gather(dims) => index::gather(&site, dims)?,
        Op::Scatter(dims) => return index::scatter(&site, dims),
        Op::RngBitGenerator { algorithm, shape } => return rng::rng_bit_generator(&site, *algorithm, shape),
        Op::If => return control::r#if(&site),
        Op::Case => return control::case(&site),
        Op::While => return control::r#while(&site),
        Op::Sort { axis, .. } => return order::sort(&site, *axis),
        Op::Map => control::map(&site)?,
        Op::TopK(k) => return order::top_k(&site, *k),
        Op::ReducePrecision { exponent, .. } => elementwise::reduce_precision(&site, *exponent)?,
        Op::Fft(kind, lengths) => linalg::fft(&site, *kind, lengths)?,
        Op::Cholesky(_) => linalg::cholesky(&site)?,
        Op::TriangularSolve(solve) => linalg::triangular_solve(&site, solve)?,
        Op::Factor(factorization) => return linalg::factor(&site, *factorization),
        Op::BatchNormTraining(norm) => return normalize::training(&site, norm),
        Op::BatchNormInference(norm) => normalize::inference(&site, norm)?,
        Op::BatchNormGrad(norm) => return normalize::grad(&site, norm),
        Op::Rng { distribution, shape } => rng::rng(&site, *distribution, shape)?,
        Op::Composite(composite) => return control::composite(&site, composite),
        Op::Print(template) => {
            site.takes(template.operands())?;
            return Ok(smallvec![]);
        }
        Op::OptimizationBarrier => return Ok((0..operands.len()).map(|i| site.shape(i).clone()).collect()),
    };
    Ok(smallvec![one])
}

#[cfg(test)]
mod tests;
