// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A backend for tests that records its runs and fails on demand.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use gomlx::backend::{Backend, register};
use gomlx_ir::eval::EvalBackend;
use gomlx_ir::{Buffer, Code, Diagnostic, Donation, Executable, HostTensor, Listing, Module, Result};

/// The record of one run of an executable.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    /// For each input: what the graph may do with it, and whether it has no other owner.
    pub(crate) inputs: Vec<(Donation, bool)>,
    /// The number of outputs.
    pub(crate) outputs: usize,
}

/// The evaluator with a record of its runs. Each has its own name, so tests do not interfere.
pub(crate) struct Watched {
    name: String,
    runs: Arc<Mutex<Vec<Run>>>,
    fails: Arc<AtomicBool>,
    compiles: AtomicUsize,
}

impl Watched {
    /// Makes a backend and registers it under a name.
    pub(crate) fn register(name: &str) -> Arc<Watched> {
        let backend =
            Arc::new(Watched { name: name.to_owned(), runs: Arc::default(), fails: Arc::default(), compiles: AtomicUsize::new(0) });
        register(backend.clone());
        backend
    }

    /// The last run.
    pub(crate) fn last(&self) -> Run {
        self.runs.lock().unwrap().last().cloned().expect("there was a run")
    }

    /// How many compilations there were.
    pub(crate) fn compiles(&self) -> usize {
        self.compiles.load(Ordering::Relaxed)
    }

    /// Makes all following runs fail or succeed.
    pub(crate) fn set_failing(&self, fails: bool) {
        self.fails.store(fails, Ordering::Relaxed);
    }
}

impl Backend for Watched {
    fn name(&self) -> &str {
        &self.name
    }

    fn build(&self, module: &Module) -> Result<Arc<dyn Executable>> {
        self.compiles.fetch_add(1, Ordering::Relaxed);
        let donations = module.main().donations.to_vec();
        let inner = EvalBackend.compile(module)?;
        Ok(Arc::new(WatchedExecutable { inner, donations, runs: self.runs.clone(), fails: self.fails.clone() }))
    }

    fn upload(&self, tensor: &Arc<HostTensor>) -> Result<Buffer> {
        Ok(Buffer::Host(tensor.clone()))
    }
}

struct WatchedExecutable {
    inner: Arc<dyn Executable>,
    donations: Vec<Donation>,
    runs: Arc<Mutex<Vec<Run>>>,
    fails: Arc<AtomicBool>,
}

impl Executable for WatchedExecutable {
    fn run(&self, inputs: &mut Vec<Buffer>, outputs: &mut Vec<Buffer>) -> Result<()> {
        let alone = |buffer: &Buffer| matches!(buffer, Buffer::Host(tensor) if Arc::strong_count(tensor) == 1);
        let seen: Vec<_> = self.donations.iter().zip(&*inputs).map(|(&donation, buffer)| (donation, alone(buffer))).collect();
        if self.fails.load(Ordering::Relaxed) {
            inputs.clear();
            return Err(Diagnostic::new(Code::Execution, "the device is on fire"));
        }
        self.inner.run(inputs, outputs)?;
        self.runs.lock().unwrap().push(Run { inputs: seen, outputs: outputs.len() });
        Ok(())
    }

    fn listing(&self, _: Listing) -> Option<String> {
        None
    }
}
