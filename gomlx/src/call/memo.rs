// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The static of one graph function: its signature and its executables.

use std::any::TypeId;
use std::panic::Location;
use std::sync::{Arc, OnceLock};

use gomlx_ir::{Backend, Buffer, Donation, Executable};

use super::record::TracedGraph;
use super::signature::{Instance, Signature};
use super::signature_text;
use crate::Result;
use crate::backend;
use crate::compile::compile;
use crate::memo::{Description, MemoStats, Table};

/// Executables kept for one function.
const CAPACITY: usize = 64;

/// The executables of one graph function.
///
/// Concurrent first callers with one key wait for one compile; callers with other keys do not wait. When there are
/// more than 64 executables, the least recently used one goes.
pub struct Memo {
    /// The signature as the macro writes it.
    text: &'static str,
    /// Made by the first call: rustc evaluates every memo of a program, and does little for an empty cell.
    state: OnceLock<State>,
}

struct State {
    signature: Signature,
    table: Table<CompiledGraph>,
}

impl Memo {
    /// An empty memo of the graph function with this signature.
    #[doc(hidden)]
    pub const fn of(signature: &'static str) -> Memo {
        Memo { text: signature, state: OnceLock::new() }
    }

    /// The counts of hits, compiles and entries so far.
    pub fn stats(&self) -> MemoStats {
        self.table().stats()
    }

    /// Forgets every executable.
    pub fn clear(&self) {
        self.table().clear();
    }

    /// An instance of the function: its signature for these type parameters and constants.
    pub(super) fn instance<'a>(
        &'static self,
        type_parameters: TypeId,
        constants: &'a [usize],
        result: &'static Location<'static>,
    ) -> Instance<'a> {
        Instance { signature: &self.state().signature, type_parameters, constants, location: result }
    }

    pub(super) fn table(&self) -> &Table<CompiledGraph> {
        &self.state().table
    }

    fn state(&self) -> &State {
        self.state.get_or_init(|| State { signature: signature_text::parse(self.text), table: Table::new(CAPACITY) })
    }
}

/// A traced graph that a backend has compiled.
pub(super) struct CompiledGraph {
    pub(super) graph: TracedGraph,
    pub(super) executable: Arc<dyn Executable>,
    /// The captured tensors where the backend computes: the last inputs of a run.
    pub(super) captures: Vec<Buffer>,
}

impl CompiledGraph {
    /// Compiles a traced graph on a backend.
    ///
    /// # Errors
    /// If the backend refuses the graph, or a captured tensor cannot be uploaded.
    pub(super) fn new(memo: &Memo, backend: &dyn Backend, mut graph: TracedGraph, arguments: &Description) -> Result<CompiledGraph> {
        let executable = compile(memo.table(), &graph.module.name, backend, &graph.module, arguments)?;
        let captures = std::mem::take(&mut graph.captures)
            .iter()
            .map(|t| backend::upload(backend, t.buffer()?, "a capture"))
            .collect::<Result<_>>()?;
        Ok(CompiledGraph { graph, executable, captures })
    }

    /// Whether a run gives up the buffer of an input.
    pub(super) fn is_donated(&self, input: usize) -> bool {
        self.graph.module.main().donations[input] != Donation::Keep
    }
}
