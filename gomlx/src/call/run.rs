// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Running a compiled graph on the arguments of a call: inputs, donation, the run, state and result.
//!
//! Invariant: every input is ready before anything is donated. If the run then fails, the donated tensors are marked
//! lost.

use std::sync::Arc;

use gomlx_ir::{Backend, Buffer, Diagnostic, Location};

use super::erased::ErasedCall;
use super::memo::CompiledGraph;
use super::record::TracedGraph;
use super::signature::Instance;
use crate::log::{self, Topic};
use crate::tensor::{AnyTensor, Repr};
use crate::tree::{Key, Path, Role, Tree, Visit, VisitMut, replace_leaves};
use crate::{Error, Result, backend, check};

/// Runs a compiled graph on the arguments of a call, and writes the new state back to them.
///
/// # Errors
/// If an argument cannot be uploaded to the backend, if the run fails, or if the user's check for NaN fails.
pub(super) fn run(
    compiled: &CompiledGraph,
    backend: &dyn Backend,
    instance: &Instance<'_>,
    call: &mut dyn ErasedCall,
    inputs: &mut Vec<Buffer>,
    outputs: &mut Vec<Buffer>,
    location: &Location,
) -> Result<()> {
    let name = instance.signature.name;
    let mut upload = Upload { backend, name, inputs, error: None };
    call.visit(&mut upload);
    if let Some(error) = upload.error {
        return Err(error.at(location));
    }
    inputs.extend(compiled.captures.iter().cloned());
    compiled
        .executable
        .check_ready()
        .map_err(|e| Error::Execution(e.at(Some(location)).note(format!("`{name}` did not run, and its state is as before"))))?;
    let kept = check::nan().then(|| inputs.clone());
    // Buffers of donated arguments must have no owner but `inputs`, or the backend copies instead of reusing them.
    call.release(&mut TakeAll { name });
    call.replace_state(&mut TakeState { graph: &compiled.graph, leaf: 0, name });
    if log::wants(Topic::Copy) {
        tell_shared(compiled, instance, call, inputs);
    }
    compiled.executable.run(inputs, outputs).map_err(|e| failed(e, name, location))?;
    call.replace_state(&mut WriteBack { graph: &compiled.graph, leaf: 0, outputs });
    if let Some(kept) = kept {
        check::outputs(name, &compiled.graph.module, &kept, outputs, location)?;
    }
    Ok(())
}

/// The result of a function: the tree that its trace returned, with outputs of a run for leaves.
pub(super) fn result_of<R: Tree>(graph: &TracedGraph, outputs: &[Buffer]) -> R {
    let traced = graph.result.downcast_ref::<R>().expect("the key holds the type parameters of a generic function");
    let mut results = outputs.iter().skip(graph.first_result);
    replace_leaves(traced, &mut |_, leaf| match leaf.repr {
        Repr::Absent => leaf.clone(),
        _ => AnyTensor::from_buffer(results.next().expect("an output for every leaf of the result").clone()),
    })
}

fn failed(error: Diagnostic, name: &str, location: &Location) -> Error {
    Error::Execution(error.at(Some(location)).note(format!("this happened while `{name}` ran; state that was donated to it is lost")))
}

/// Collects the leaves as buffers that the backend can use.
struct Upload<'a> {
    backend: &'a dyn Backend,
    name: &'static str,
    inputs: &'a mut Vec<Buffer>,
    error: Option<Error>,
}

impl Visit for Upload<'_> {
    fn leaf(&mut self, _: Role, tensor: &AnyTensor) {
        if self.error.is_none() && !tensor.is_absent() {
            match tensor.buffer().map_err(Error::from).and_then(|b| backend::upload(self.backend, b, self.name)) {
                Ok(buffer) => self.inputs.push(buffer),
                Err(error) => self.error = Some(error),
            }
        }
    }
}

/// Gives away every leaf.
struct TakeAll {
    name: &'static str,
}

impl VisitMut for TakeAll {
    fn leaf(&mut self, _: Role, tensor: &mut AnyTensor) {
        if !tensor.is_absent() {
            tensor.take(self.name);
        }
    }
}

/// Gives away the leaves of the state that the graph replaces.
struct TakeState<'a> {
    graph: &'a TracedGraph,
    leaf: usize,
    name: &'static str,
}

impl VisitMut for TakeState<'_> {
    fn leaf(&mut self, _: Role, tensor: &mut AnyTensor) {
        if tensor.is_absent() {
            return;
        }
        if self.graph.state[self.leaf].is_some() {
            tensor.take(self.name);
        }
        self.leaf += 1;
    }
}

/// Sets the leaves of the state that the graph replaces.
struct WriteBack<'a> {
    graph: &'a TracedGraph,
    leaf: usize,
    outputs: &'a [Buffer],
}

impl VisitMut for WriteBack<'_> {
    fn leaf(&mut self, _: Role, tensor: &mut AnyTensor) {
        if tensor.is_absent() {
            return;
        }
        if let Some(output) = self.graph.state[self.leaf] {
            *tensor = AnyTensor::from_buffer(self.outputs[output].clone());
        }
        self.leaf += 1;
    }
}

/// Tells the user which donated buffers have other owners: the backend copies these.
fn tell_shared(compiled: &CompiledGraph, instance: &Instance<'_>, call: &dyn ErasedCall, inputs: &[Buffer]) {
    #[derive(Default)]
    struct Paths {
        path: Path,
        of_inputs: Vec<String>,
    }
    impl Visit for Paths {
        fn enter(&mut self, key: Key<'_>) {
            self.path.enter(key);
        }
        fn leave(&mut self) {
            self.path.leave();
        }
        fn leaf(&mut self, _: Role, tensor: &AnyTensor) {
            if !tensor.is_absent() {
                self.of_inputs.push(self.path.text.clone());
            }
        }
    }
    let mut paths = Paths::default();
    call.visit_named(&instance.signature.params, &mut paths);
    for (i, (path, buffer)) in paths.of_inputs.iter().zip(inputs).enumerate() {
        let owners = match buffer {
            Buffer::Host(tensor) => Arc::strong_count(tensor),
            Buffer::Device(buffer) => Arc::strong_count(buffer),
        };
        if compiled.is_donated(i) && owners > 1 {
            let (name, shape) = (instance.signature.name, buffer.shape());
            log::tell(Topic::Copy, format_args!("`{name}` is given `{path}`, which has another owner, and so copies {shape}"));
        }
    }
}
