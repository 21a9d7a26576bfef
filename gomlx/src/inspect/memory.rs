// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The memory that a run of a graph takes.

use std::fmt;

use gomlx_ir::{Donation, Module, Shape, ValueId};

/// The bytes that one run holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryUse {
    /// Bytes of the arguments.
    pub arguments: usize,
    /// Bytes of the results and of the state that is written back.
    pub results: usize,
    /// Bytes of the results that reuse the buffers of donated arguments.
    pub reused: usize,
    /// Bytes that live only during the run, as the backend plans it.
    pub temporaries: usize,
}

impl MemoryUse {
    /// The largest number of bytes held at once.
    pub fn peak(&self) -> usize {
        self.arguments + self.results - self.reused + self.temporaries
    }
}

impl fmt::Display for MemoryUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let MemoryUse { arguments, results, reused, temporaries } = self;
        let peak = self.peak();
        write!(
            f,
            "peak {peak} bytes: arguments {arguments}, results {results} of which {reused} in arguments' place, temporaries {temporaries}"
        )
    }
}

/// The bytes that one run of a graph holds, given the bytes of its temporaries.
pub(crate) fn memory(module: &Module, temporaries: usize) -> MemoryUse {
    let main = module.main();
    let bytes = |values: &[ValueId]| values.iter().map(|&v| Shape::num_bytes(main.shape(v))).sum();
    let reused = main.donations.iter().filter_map(|d| match d {
        Donation::Alias(result) => Some(main.shape(main.results()[*result]).num_bytes()),
        Donation::Keep | Donation::Donate => None,
    });
    MemoryUse { arguments: bytes(main.params()), results: bytes(main.results()), reused: reused.sum(), temporaries }
}
