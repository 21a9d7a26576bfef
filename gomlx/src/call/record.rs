// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tracing a call: every leaf of the arguments becomes a parameter, the body runs on handles, and the changed state and
//! the result become the outputs.

use std::any::Any;

use gomlx_ir::{Diagnostic, Location, Module, ValueId, compose};

use super::bind::{bind, check_result, check_state};
use super::erased::ErasedCall;
use super::signature::Instance;
use super::structure::Structure;
use crate::trace::{self, Trace};
use crate::tree::{Key, Path, Role, Visit};
use crate::{AnyTensor, Result};

/// The graph of a call, and how its inputs and outputs meet the function's arguments and result.
///
/// The inputs are the leaves of the arguments, then the captures. The outputs are the changed state, then the result.
pub(super) struct TracedGraph {
    pub(super) module: Module,
    /// Concrete tensors that the trace met.
    pub(super) captures: Vec<AnyTensor>,
    /// For each leaf of the state, the output that replaces it; `None` if the body does not change it.
    pub(super) state: Vec<Option<usize>>,
    /// The tree of handles that the body returned: every call returns a tree of this structure.
    pub(super) result: Box<dyn Any + Send + Sync>,
    /// The output of the result's first leaf.
    pub(super) first_result: usize,
    /// The path of each output. The path of a state's leaf starts with the parameter's name.
    pub(super) outputs: Vec<String>,
}

/// Traces a call.
///
/// # Errors
/// If an argument does not match the signature, or with the mistakes of the body.
pub(super) fn record(instance: &Instance<'_>, call: &dyn ErasedCall, location: &Location) -> Result<TracedGraph> {
    let name = instance.signature.name;
    let params = &instance.signature.params;
    let symbols = bind(instance, &|v| call.visit_named(params, v)).map_err(|e| e.at(Some(location)))?;
    let (finished, (outputs, result)) = trace::trace(name, || {
        let mut traced = call.trace(params);
        let before = State::of(&|v| traced.visit_state(params, v));
        let result = traced.run_body(&symbols)?;
        let after = State::of(&|v| traced.visit_state(params, v));
        fail_on_error(instance, before.structure.check(&after.structure, name));
        fail_on_error(instance, check_state(instance, &symbols, &|v| traced.visit_state(params, v)));
        fail_on_error(instance, check_result(instance, &symbols, &|v| result.visit(v)));
        let results = Leaves::of(&|v| result.visit(v));
        Ok((trace::with(|t| set_outputs(t, &before.leaves, &after.leaves, results)), result))
    })
    .map_err(|e| e.at(&instance.location()))?;
    let module = Module::new(finished.function);
    #[cfg(debug_assertions)]
    gomlx_ir::verify::verify(&module)?;
    let Outputs { state, first_result, paths } = outputs;
    Ok(TracedGraph { module, captures: finished.captures, state, result: result.into_any(), first_result, outputs: paths })
}

/// Ends this thread's trace with a mistake of a graph function's state or result, if there is one. Without a place of
/// its own it is a mistake where the signature is written.
pub(super) fn fail_on_error(instance: &Instance<'_>, checked: Result<(), Diagnostic>) {
    if let Err(error) = checked {
        trace::fail(error.at(Some(&instance.location())));
    }
}

/// The state at one moment of the trace.
struct State {
    leaves: Leaves,
    structure: Structure,
}

impl State {
    fn of(visit: &dyn Fn(&mut dyn Visit)) -> State {
        State { leaves: Leaves::of(visit), structure: Structure::of(visit) }
    }
}

/// The leaves of a traced tree: values of this thread's trace, with their paths.
#[derive(Default)]
struct Leaves {
    path: Path,
    values: Vec<ValueId>,
    paths: Vec<String>,
}

impl Leaves {
    /// Collects leaves. A leaf that cannot be a value of this trace becomes an error of the trace.
    fn of(visit: &dyn Fn(&mut dyn Visit)) -> Leaves {
        let mut leaves = Leaves::default();
        visit(&mut leaves);
        leaves
    }
}

impl Visit for Leaves {
    fn enter(&mut self, key: Key<'_>) {
        self.path.enter(key);
    }

    fn leave(&mut self) {
        self.path.leave();
    }

    fn leaf(&mut self, _: Role, tensor: &AnyTensor) {
        if tensor.is_absent() {
            return;
        }
        trace::with(|t| match t.value(tensor) {
            Ok(Some(value)) => {
                self.values.push(value);
                self.paths.push(self.path.text.clone());
            }
            // The leaf is poisoned: the trace has noted the mistake already.
            Ok(None) => {}
            Err(error) => t.error(error),
        });
    }
}

/// The assignment of a graph's outputs to the state and the result; see [`TracedGraph`].
struct Outputs {
    state: Vec<Option<usize>>,
    first_result: usize,
    paths: Vec<String>,
}

/// Makes the changed leaves of the state and the leaves of the result the outputs of the trace.
fn set_outputs(t: &mut Trace, before: &Leaves, after: &Leaves, results: Leaves) -> Outputs {
    let pairs: Vec<(ValueId, ValueId)> = before.values.iter().copied().zip(after.values.iter().copied()).collect();
    let state = compose::set_results(t.function(), &pairs, &results.values);
    let mut paths: Vec<String> = before.paths.iter().zip(&state).filter_map(|(path, output)| output.map(|_| path.clone())).collect();
    let first_result = paths.len();
    paths.extend(results.paths);
    Outputs { state, first_result, paths }
}
