// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The kernel of `rng_bit_generator`.

use gomlx_ir::{Function, Inst, RngAlgorithm, Shape};

use crate::runtime::kernels::rng::{Algorithm, RngBits};
use crate::runtime::program::Kernel;

pub(super) fn rng_bits(function: &Function, inst: &Inst, algorithm: RngAlgorithm, bits: &Shape) -> Kernel {
    let algorithm = match algorithm {
        RngAlgorithm::ThreeFry => Algorithm::Threefry,
        RngAlgorithm::Default | RngAlgorithm::Philox => Algorithm::Philox,
    };
    let state = function.shape(inst.operands[0]).num_elements();
    Kernel::RngBits(Box::new(RngBits::new(algorithm, state, bits.dtype.size(), &bits.sizes())))
}
