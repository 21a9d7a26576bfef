// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A graph function's graph, to be looked at.

use std::sync::{Arc, OnceLock};

use gomlx_ir::{Backend, Executable, Listing, Module};

use crate::Result;

/// What `f::lower(..)` gives: the graph for these arguments, not yet run.
pub struct Lowered {
    module: Module,
    backend: Arc<dyn Backend>,
    executable: OnceLock<Arc<dyn Executable>>,
}

impl Lowered {
    pub(super) fn new(module: Module, backend: Arc<dyn Backend>) -> Lowered {
        Lowered { module, backend, executable: OnceLock::new() }
    }

    /// The StableHLO text of the graph as traced.
    pub fn stablehlo(&self) -> String {
        gomlx_ir::print::module(&self.module)
    }

    /// The graph itself.
    pub fn module(&self) -> &Module {
        &self.module
    }

    /// The backend's listing of what it compiles: the optimised graph, the kernels, Cranelift's code. `None` if it
    /// has none of this kind.
    ///
    /// # Errors
    /// If the backend cannot compile the graph.
    pub fn listing(&self, kind: Listing) -> Result<Option<String>> {
        if let Some(executable) = self.executable.get() {
            return Ok(executable.listing(kind));
        }
        let executable = self.backend.compile(&self.module)?;
        Ok(self.executable.get_or_init(|| executable).listing(kind))
    }
}
