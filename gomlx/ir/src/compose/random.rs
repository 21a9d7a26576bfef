// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Random bits, which every distribution starts from.

use smallvec::SmallVec;

use super::{Composed, Var};
use crate::{Op, RngAlgorithm, Shape};

impl<'c> Var<'c> {
    /// The next state of a generator whose state this is, and random bits of a shape: Threefry-2x32 (Salmon et al.,
    /// "Parallel random numbers: as easy as 1, 2, 3", 2011).
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn random_bits(self, shape: Shape) -> Composed<SmallVec<[Var<'c>; 2]>> {
        let c = self.composer();
        let results = c.emit_all(Op::RngBitGenerator { algorithm: RngAlgorithm::ThreeFry, shape }, &[self], &[])?;
        Ok(results.into_iter().map(|value| c.var(value)).collect())
    }
}
