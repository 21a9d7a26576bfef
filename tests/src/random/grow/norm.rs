// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The batch normalisations.

use gomlx_ir::{BatchNorm, Builder, DType, Op, Result, Shape, UnaryOp, ValueId};
use smallvec::SmallVec;

use super::Grower;

/// Limits on the operands that keep squares and their sums finite in most types, and in `f16`, in which XLA sums.
const LARGEST: f64 = 1e4;
const LARGEST_F16: f64 = 8.0;

/// The most elements for each feature. A longer sum of equal numbers rounds in one direction at each step. Random
/// perturbations do not measure that error, and the gradient subtracts such sums from other values.
const MOST_TERMS: usize = 1024;

impl Grower<'_> {
    /// Emits training, inference or the gradient, with any axis as the feature axis.
    pub(super) fn batch_norm(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape) -> Result<SmallVec<[ValueId; 1]>> {
        if self.exact() || !shape.dtype.is_float() || shape.rank() == 0 {
            gomlx_ir::bail!(DType, "nothing to normalise, or to round");
        }
        let epsilon: f32 = self.one_of(&[1e-5, 1e-3, 0.5]);
        let norm = BatchNorm { epsilon_bits: epsilon.to_bits(), feature_index: self.below(shape.rank()) };
        if shape.num_elements() > MOST_TERMS * shape.size(norm.feature_index) {
            gomlx_ir::bail!(Shape, "sums of so many");
        }
        let largest = if shape.dtype == DType::F16 { LARGEST_F16 } else { LARGEST };
        let x = self.within(b, x, largest)?;
        let features = [shape.size(norm.feature_index)];
        let mut vectors = vec![];
        for _ in 0..4 {
            let vector = self.shaped(b, shape.dtype, &features)?;
            vectors.push(self.within(b, vector, largest)?);
        }
        let variance = self.emit(b, Op::Unary(UnaryOp::Abs), &[vectors[3]])?;
        match self.below(3) {
            0 => self.emit_all(b, Op::BatchNormTraining(norm), &[x, vectors[0], vectors[1]], &[]),
            1 => self.emit_all(b, Op::BatchNormInference(norm), &[x, vectors[0], vectors[1], vectors[2], variance], &[]),
            _ => {
                let outer = self.like(b, x)?;
                let outer = self.within(b, outer, largest)?;
                self.emit_all(b, Op::BatchNormGrad(norm), &[x, vectors[0], vectors[2], variance, outer], &[])
            }
        }
    }
}
