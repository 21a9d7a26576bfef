// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Library calls: instructions outside of loops, each run by one kernel.

use gomlx_ir::{Function, Inst, Op, Result, ValueId};
use smallvec::SmallVec;

use super::lowering::Lowering;
use super::reference::reference;
use super::{algebra, gather, movement, product, rng, sort, window};
use crate::fuse::reads;
use crate::runtime::program::Kernel;

/// The kernel of an instruction, and the values that the kernel reads. The reference evaluator runs an instruction
/// without a kernel of its own.
///
/// # Errors
/// If the evaluator rejects the instruction, or the code generator rejects a function of its regions.
pub(crate) fn library(function: &Function, inst: &Inst, lowering: &mut Lowering) -> Result<(Kernel, SmallVec<[ValueId; 4]>)> {
    match kernel(function, inst, lowering)? {
        Some(kernel) => Ok((kernel, reads(function, inst))),
        None => {
            let (reference, reads) = reference(function, inst)?;
            Ok((Kernel::Reference(Box::new(reference)), reads.into()))
        }
    }
}

/// The kernel of an instruction; `None` if there is none for its element types and regions.
fn kernel(function: &Function, inst: &Inst, lowering: &mut Lowering) -> Result<Option<Kernel>> {
    Ok(match &inst.op {
        Op::DotGeneral(dot) => product::matmul(function, inst, dot),
        Op::Convolution(conv) => product::convolution(function, inst, conv),
        Op::BroadcastInDim { .. } | Op::Slice { .. } | Op::Reverse(_) => Some(movement::view(function, inst)),
        Op::Transpose(permutation) => Some(movement::transpose(function, inst, permutation)),
        Op::Concatenate(axis) => Some(movement::concatenate(function, inst, *axis)),
        Op::Pad { low, high, interior } => Some(movement::pad(function, inst, low, high, interior)),
        Op::DynamicSlice(sizes) => Some(movement::dynamic_slice(function, inst, sizes)),
        Op::DynamicUpdateSlice => Some(movement::dynamic_update_slice(function, inst)),
        Op::Gather(dims) => Some(gather::gather(function, inst, dims)),
        Op::Scatter(dims) => gather::scatter(function, inst, dims, lowering)?,
        Op::ReduceWindow(dims) => window::reduce_window(function, inst, dims, lowering)?,
        Op::SelectAndScatter(dims) => window::select_and_scatter(function, inst, dims, lowering)?,
        Op::RngBitGenerator { algorithm, shape } => Some(rng::rng_bits(function, inst, *algorithm, shape)),
        Op::Sort { axis, .. } => sort::sort(function, inst, *axis, lowering)?,
        Op::TopK(k) => sort::top_k(function, inst, *k),
        Op::Cholesky(lower) => algebra::cholesky(function, inst, *lower),
        Op::TriangularSolve(solve) => algebra::triangular_solve(function, inst, solve),
        Op::Fft(kind, lengths) => algebra::fft(function, inst, *kind, lengths),
        // Loops compute these ops. The ops that arrive here have element types or regions that loops do not have.
        Op::Unary(_) | Op::Binary(_) | Op::Compare(..) | Op::Select | Op::Clamp | Op::Convert(_) | Op::Iota { .. } | Op::Reduce(_) => None,
        // `prepare` replaces these ops before fusion where it can.
        Op::Map | Op::ReducePrecision { .. } | Op::BatchNormTraining(_) | Op::BatchNormInference(_) | Op::BatchNormGrad(_) => None,
        Op::Composite(_) | Op::Factor(_) | Op::Rng { .. } | Op::Print(_) => None,
        // These ops become lists of steps, or no step at all.
        Op::If | Op::Case | Op::While | Op::Constant(_) | Op::Reshape(_) | Op::BitcastConvert(_) | Op::OptimizationBarrier => None,
    })
}
