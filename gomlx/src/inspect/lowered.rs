// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A graph function's graph, to be looked at, and saved.

use std::fmt;
use std::sync::{Arc, OnceLock};

use gomlx_ir::{Backend, Code, Diagnostic, Donation, Executable, Listing, Module, Shape, cost, rewrite};

use crate::call::Graph;
use crate::{AnyTensor, Result};

/// What `f::lower(..)` gives: the graph for these arguments, not yet run.
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
    /// A tensor for each parameter: the arguments' leaves, then what the trace met.
    pub(super) inputs: Vec<AnyTensor>,
    /// How many of them are arguments.
    pub(super) arguments: usize,
    /// Which of the inputs are saved with the graph.
    pub(super) frozen: Vec<bool>,
    /// The path of each result; the first `states` are those of state.
    pub(super) results: Vec<String>,
    pub(super) states: usize,
    backend: Arc<dyn Backend>,
    executable: OnceLock<Arc<dyn Executable>>,
}

/// Bytes that one run holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryUse {
    /// Of the arguments.
    pub arguments: usize,
    /// Of the results, state that is written back among them.
    pub results: usize,
    /// Of the results that take the place of arguments which are given away.
    pub reused: usize,
    /// Of what lives only during the run, as the backend plans it.
    pub temporaries: usize,
}

impl MemoryUse {
    /// The most that is held at once.
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

impl Lowered {
    pub(crate) fn new(graph: Graph, mut inputs: Vec<AnyTensor>, backend: Arc<dyn Backend>) -> Lowered {
        let arguments = inputs.len();
        inputs.extend(graph.captures);
        let (results, states, frozen) = (graph.outputs, graph.first_result, vec![false; inputs.len()]);
        Lowered { module: graph.module, inputs, arguments, frozen, results, states, backend, executable: OnceLock::new() }
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
    /// If the backend cannot compile the graph, or does not show this: E0006, naming one that does.
    pub fn optimized(&self) -> Result<String> {
        self.shown(Listing::Optimized, "the optimised graph")
    }

    /// The kernels that a call runs, in order, a line each.
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
        self.shown(Listing::Clif, "Cranelift's code")
    }

    /// The bytes that one run holds.
    ///
    /// # Errors
    /// If the backend cannot compile the graph, or does not say what its temporaries take.
    pub fn memory(&self) -> Result<MemoryUse> {
        let temporaries = self.executable()?.temporaries().ok_or_else(|| self.hidden("the size of temporaries"))?;
        Ok(memory(&self.module, temporaries))
    }

    /// The arithmetic of one run, as [`gomlx_ir::cost::flops`] counts it: twice the products of a contraction, one for
    /// each element of an elementwise op; a `while` as the rounds that its counter tells, or one. What no result needs does not count.
    pub fn flops(&self) -> u64 {
        cost::flops(&rewrite::dce(self.module.main()))
    }

    /// The backend's listing of what it compiles. `None` if it has none of this kind.
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

/// The bytes of a graph's arguments and results, with those of its temporaries.
pub(crate) fn memory(module: &Module, temporaries: usize) -> MemoryUse {
    let main = module.main();
    let bytes = |values: &[gomlx_ir::ValueId]| values.iter().map(|&v| Shape::num_bytes(main.shape(v))).sum();
    let reused = main.donations.iter().filter_map(|d| match d {
        Donation::Alias(result) => Some(main.shape(main.results()[*result]).num_bytes()),
        Donation::Keep | Donation::Donate => None,
    });
    MemoryUse { arguments: bytes(main.params()), results: bytes(main.results()), reused: reused.sum(), temporaries }
}
