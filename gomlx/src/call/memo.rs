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
    signature: Signature,
    /// Where the result is written.
    location: &'static Location<'static>,
    pub(super) table: Table<CompiledGraph>,
}

/// The static of a graph function: its memo, made by the first call. rustc evaluates the statics of every graph
/// function of a program, and has little to do for an empty cell.
pub struct MemoCell {
    /// The signature as the macro writes it.
    signature: &'static str,
    memo: OnceLock<Memo>,
}

impl MemoCell {
    /// The cell of the graph function with this signature.
    pub const fn of(signature: &'static str) -> MemoCell {
        MemoCell { signature, memo: OnceLock::new() }
    }

    /// The memo of the function, whose result is written at the caller.
    #[track_caller]
    pub fn memo(&self) -> &Memo {
        let location = Location::caller();
        self.memo.get_or_init(|| Memo { signature: signature_text::parse(self.signature), location, table: Table::new(CAPACITY) })
    }
}

impl Memo {
    /// The counts of hits, compiles and entries so far.
    pub fn stats(&self) -> MemoStats {
        self.table.stats()
    }

    /// Forgets every executable.
    pub fn clear(&self) {
        self.table.clear();
    }

    /// An instance of the function: its signature for these type parameters and constants.
    pub(super) fn instance<'a>(&'static self, type_parameters: TypeId, constants: &'a [usize]) -> Instance<'a> {
        Instance { signature: &self.signature, type_parameters, constants, location: self.location }
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
        let executable = compile(&memo.table, &graph.module.name, backend, &graph.module, arguments)?;
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
