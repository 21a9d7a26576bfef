// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A call of a graph function.
//!
//! A call inside a trace inlines the body into that trace. A call outside looks up its executable by key, traces and
//! compiles on a miss, and runs it. On a hit it allocates nothing but the result.

use std::any::TypeId;
use std::cell::RefCell;
use std::hash::Hash;
use std::sync::Arc;

use gomlx_ir::{Backend, Buffer, Code, Diagnostic, Location};

use super::args::Args;
use super::bind::{Symbols, bind, check_result, check_state};
use super::erased::{BodyFn, ErasedCall, TypedCall};
use super::lowering::{leave, take_asked};
use super::memo::{CompiledGraph, Memo};
use super::record::{fail_on_error, record};
use super::run::{result_of, run};
use super::signature::Instance;
use crate::inspect::Lowered;
use crate::memo::{Description, KeyWriter};
use crate::trace::{self, Trace};
use crate::tree::{Role, Tree, Visit};
use crate::{AnyTensor, Result, backend};

/// Calls a graph function, or leaves its graph if [`lowering`](super::lowering()) asked for it. The expansion of
/// `try_call` calls this.
///
/// # Errors
/// If an argument does not match the signature, the graph is wrong, the backend refuses it, or the run fails. State is
/// lost only in the last case.
#[track_caller]
pub fn invoke<A: Args, R: Tree>(
    memo: &'static Memo,
    type_parameters: TypeId,
    constants: &[usize],
    args: A,
    body: BodyFn<A, R>,
) -> Result<R> {
    let location = Location::caller();
    let (instance, mut call) = (memo.instance(type_parameters, constants), TypedCall { args, body });
    if take_asked() {
        return Err(leave(lower(&instance, &call, &location)?));
    }
    if trace::active() {
        return inline(&instance, call, &location);
    }
    let mut scratch = Scratch::take();
    let compiled = call_compiled(memo, &instance, &mut call, &location, &mut scratch);
    let result = compiled.map(|compiled| result_of(&compiled.graph, &scratch.outputs));
    scratch.give_back();
    result
}

/// Runs the body in the trace of another function.
fn inline<A: Args, R: Tree>(instance: &Instance<'_>, mut call: TypedCall<A, R>, location: &Location) -> Result<R> {
    let symbols = enter_inlined(instance, &call, call.body as *const () as usize, location);
    let result = (call.body)(call.args.lend_inline(), &symbols);
    trace::with(Trace::leave_call);
    let result = result?;
    fail_on_error(instance, check_state(instance, &symbols, &|v| call.args.visit_state_named(&instance.signature.params, v)));
    fail_on_error(instance, check_result(instance, &symbols, &|v| result.visit(Role::Trainable, v)));
    Ok(result)
}

/// Binds the symbols of an inlined call, and notes that the trace is inside it.
fn enter_inlined(instance: &Instance<'_>, call: &dyn ErasedCall, body: usize, location: &Location) -> Symbols {
    let bound = bind(instance, &|v| call.visit_named(&instance.signature.params, v));
    let symbols = bound.unwrap_or_else(|error| trace::fail(error.at(Some(location))));
    if !trace::with(|t| t.enter_call(body)) {
        let message = format!(
            "`{}` calls itself under a tensor condition, and every branch is traced, so that this has no end",
            instance.signature.name
        );
        let error = Diagnostic::new(Code::Control, message).at(Some(location));
        trace::fail(error.note("write a `while` with a tensor condition, or let a host value end it"));
    }
    symbols
}

/// Runs the executable of a call, tracing and compiling it first if this is the first call with its key.
fn call_compiled(
    memo: &Memo,
    instance: &Instance<'_>,
    call: &mut dyn ErasedCall,
    location: &Location,
    scratch: &mut Scratch,
) -> Result<Arc<CompiledGraph>> {
    let backend = &*backend::current()?;
    let Scratch { key, inputs, outputs } = scratch;
    write_key(key, backend, instance, call).map_err(|e| e.at(location))?;
    let compiled = memo.table.get_or_compile(instance.signature.name, &key.words, || {
        let arguments = Description::of(backend.name(), |v| call.visit_named(&instance.signature.params, v));
        let graph = record(instance, call, location)?;
        let compiled = CompiledGraph::new(memo, backend, graph, &arguments).map_err(|e| e.at(location))?;
        Ok((compiled, arguments))
    })?;
    run(&compiled, backend, instance, call, inputs, outputs, location)?;
    Ok(compiled)
}

/// Traces a call without running it.
fn lower(instance: &Instance<'_>, call: &dyn ErasedCall, location: &Location) -> Result<Lowered> {
    /// The leaves that become inputs.
    struct Inputs(Vec<AnyTensor>);
    impl Visit for Inputs {
        fn leaf(&mut self, _: Role, tensor: &AnyTensor) {
            if !tensor.is_absent() {
                self.0.push(tensor.clone());
            }
        }
    }
    let backend = backend::current()?;
    // Writing the key finds arguments that cannot be inputs.
    write_key(&mut KeyWriter::default(), &*backend, instance, call).map_err(|e| e.at(location))?;
    let graph = record(instance, call, location)?;
    let mut inputs = Inputs(vec![]);
    call.visit(&mut inputs);
    let arguments = inputs.0.len();
    inputs.0.extend(graph.captures);
    Ok(Lowered::new(graph.module, inputs.0, arguments, graph.outputs, graph.first_result, backend))
}

/// Writes the key of a call: all that its graph depends on.
fn write_key(key: &mut KeyWriter, backend: &dyn Backend, instance: &Instance<'_>, call: &dyn ErasedCall) -> Result<()> {
    key.clear();
    key.backend(backend);
    instance.type_parameters.hash(key);
    call.visit(key);
    key.error.take().map_or(Ok(()), Err)
}

/// The lists of one call. A thread reuses them, so a call allocates none.
#[derive(Default)]
struct Scratch {
    key: KeyWriter,
    inputs: Vec<Buffer>,
    outputs: Vec<Buffer>,
}

thread_local! {
    /// The lists not in use. There may be several: a call may run inside another one, in a backend written by the user.
    static SCRATCH: RefCell<Vec<Scratch>> = const { RefCell::new(vec![]) };
}

impl Scratch {
    fn take() -> Scratch {
        // A thread that is ending may have dropped the lists.
        SCRATCH.try_with(|unused| unused.borrow_mut().pop()).ok().flatten().unwrap_or_default()
    }

    fn give_back(mut self) {
        self.key.clear();
        self.inputs.clear();
        self.outputs.clear();
        let _ = SCRATCH.try_with(|unused| unused.borrow_mut().push(self));
    }
}
