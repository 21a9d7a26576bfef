// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The graph of a call, to be inspected or saved.

use std::sync::{Arc, OnceLock};

use gomlx_ir::{Backend, Code, Diagnostic, Executable, Listing, Module, cost, rewrite};

use super::memory::{MemoryUse, memory};
use crate::{AnyTensor, Result};

/// The graph of a call, which `f::lower(..)` gives without running it.
///
/// ```
/// use gomlx::prelude::*;
///
/// #[graph]
/// fn layer(x: &Tensor![f32; B, 3], w: &Tensor![f32; 3, 2]) -> Tensor![f32; B, 2] {
///     x.matmul(w).tanh()
/// }
/// let lowered = layer::lower(&Tensor::zeros(&[4, 3]), &Tensor::zeros(&[3, 2]))?;
/// assert!(lowered.stablehlo().contains("stablehlo.dot_general"));
/// assert_eq!(lowered.flops(), 2 * 4 * 3 * 2 + 4 * 2);
/// assert_eq!(lowered.memory()?.arguments, 4 * (4 * 3 + 3 * 2));
/// # Ok::<(), gomlx::Error>(())
/// ```
pub struct Lowered {
    pub(super) module: Module,
    /// A tensor for each parameter: the leaves of the arguments, then the captured tensors.
    pub(super) inputs: Vec<AnyTensor>,
    /// The number of inputs that are leaves of arguments.
    pub(super) arguments: usize,
    /// For each input, whether it is saved with the graph.
    pub(super) frozen: Vec<bool>,
    /// The path of each result; the first `states` are state.
    pub(super) results: Vec<String>,
    pub(super) states: usize,
    backend: Arc<dyn Backend>,
    executable: OnceLock<Arc<dyn Executable>>,
}

impl Lowered {
    /// The graph of a traced call. The first `arguments` of its inputs are no captures; the first `states` of its
    /// results are state.
    pub(crate) fn new(
        module: Module,
        inputs: Vec<AnyTensor>,
        arguments: usize,
        results: Vec<String>,
        states: usize,
        backend: Arc<dyn Backend>,
    ) -> Lowered {
        let frozen = vec![false; inputs.len()];
        Lowered { module, inputs, arguments, frozen, results, states, backend, executable: OnceLock::new() }
    }

    /// The StableHLO text of the graph as traced.
    pub fn stablehlo(&self) -> String {
        gomlx_ir::print::module(&self.module)
    }

    /// The graph itself.
    pub fn module(&self) -> &Module {
        &self.module
    }

    /// The graph after the backend's optimisations, as text.
    ///
    /// # Errors
    /// If the backend cannot compile the graph, or does not show it optimised: E0006, which names a backend that does.
    pub fn optimized(&self) -> Result<String> {
        self.shown(Listing::Optimized, "the optimised graph")
    }

    /// The kernels that a call runs, in order, one a line.
    ///
    /// # Errors
    /// As [`Lowered::optimized`].
    pub fn kernels(&self) -> Result<String> {
        self.shown(Listing::Kernels, "kernels")
    }

    /// Cranelift's intermediate representation of each compiled loop.
    ///
    /// # Errors
    /// As [`Lowered::optimized`].
    pub fn clif(&self) -> Result<String> {
        self.shown(Listing::Code, "Cranelift's code")
    }

    /// The bytes that one run holds.
    ///
    /// # Errors
    /// If the backend cannot compile the graph, or does not tell the size of its temporaries.
    pub fn memory(&self) -> Result<MemoryUse> {
        let temporaries = self.executable()?.temporaries().ok_or_else(|| self.hidden("the size of temporaries"))?;
        Ok(memory(&self.module, temporaries))
    }

    /// The floating-point operations of one run, as [`gomlx_ir::cost::flops`] counts them: two for each product of a
    /// contraction, one for each element of an elementwise op. The body of a `while` counts once for each round that
    /// its counter tells, or once. Instructions that no result needs do not count.
    pub fn flops(&self) -> u64 {
        cost::flops(&rewrite::dce(self.module.main()))
    }

    /// A listing of the compiled graph; `None` if the backend has none of this kind.
    ///
    /// # Errors
    /// If the backend cannot compile the graph.
    pub fn listing(&self, kind: Listing) -> Result<Option<String>> {
        Ok(self.executable()?.listing(kind))
    }

    fn executable(&self) -> Result<&Arc<dyn Executable>> {
        if let Some(executable) = self.executable.get() {
            return Ok(executable);
        }
        let executable = self.backend.compile(&self.module)?;
        Ok(self.executable.get_or_init(|| executable))
    }

    fn shown(&self, kind: Listing, what: &str) -> Result<String> {
        Ok(self.listing(kind)?.ok_or_else(|| self.hidden(what))?)
    }

    fn hidden(&self, what: &str) -> Diagnostic {
        Diagnostic::new(Code::Unsupported, format!("{}: the backend {} does not show {what}", self.module.name, self.backend.name()))
            .note("lower it inside `gomlx::with_backend(\"jit\", ..)`, which does")
    }
}
