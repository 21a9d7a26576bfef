// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The life of a call of a graph function: key, executable, inputs, run, outputs.
//!
//! Everything is validated before anything is donated. On a hit nothing is allocated here but what the result holds.

use std::cell::RefCell;
use std::hash::Hash;

use gomlx_ir::{Backend, Buffer, Diagnostic, Donation, Location, Module, ValueId};

use super::args::Args;
use super::key::KeyWriter;
use super::lowered::Lowered;
use super::signature::{Binder, Signature, Symbols};
use super::table::{Entry, Memo};
use crate::tensor::{AnyTensor, Repr};
use crate::trace::{self, Traced};
use crate::tree::{Role, Tree, Visit, VisitMut, replace_leaves};
use crate::{Error, Result, backend, check};

/// Lists that a thread uses again for every call.
#[derive(Default)]
struct Scratch {
    key: KeyWriter,
    inputs: Vec<Buffer>,
    outputs: Vec<Buffer>,
}

thread_local! {
    static SCRATCH: RefCell<Vec<Scratch>> = const { RefCell::new(vec![]) };
}

/// Calls a graph function: inside a trace its body is inlined, elsewhere its executable runs.
///
/// # Errors
/// If an argument does not match the signature, the graph is wrong, the backend refuses, or the run fails. State is
/// lost only in the last case.
#[track_caller]
pub fn call<A: Args, R: Tree>(
    memo: &'static Memo,
    signature: &Signature<'_>,
    mut args: A,
    body: impl for<'x> FnOnce(A::Refs<'x>, &[usize]) -> Result<R>,
) -> Result<R> {
    let location = Location::caller();
    if trace::active() {
        return match bind(signature, &args) {
            Ok(symbols) => body(args.lend_inline(), &symbols),
            Err(error) => trace::fail(error.at(Some(&location))),
        };
    }
    let backend = backend::current()?;
    let mut scratch = SCRATCH.with_borrow_mut(Vec::pop).unwrap_or_default();
    let result = run(memo, signature, args, body, &*backend, &location, &mut scratch);
    scratch.key.clear();
    scratch.inputs.clear();
    scratch.outputs.clear();
    SCRATCH.with_borrow_mut(|s| s.push(scratch));
    result
}

fn run<A: Args, R: Tree>(
    memo: &'static Memo,
    signature: &Signature<'_>,
    mut args: A,
    body: impl for<'x> FnOnce(A::Refs<'x>, &[usize]) -> Result<R>,
    backend: &dyn Backend,
    location: &Location,
    scratch: &mut Scratch,
) -> Result<R> {
    let Scratch { key, inputs, outputs } = scratch;
    write_key(key, backend, signature, &args).map_err(|e| e.at(location))?;
    let entry = memo.get(signature.name, &key.words, || {
        let graph = build(signature, &args, body, location)?;
        let executable = backend.compile(&graph.module).map_err(|e| Error::from(e.at(Some(location))))?;
        let captures = graph.captures.iter().map(|t| backend::place(backend, t.buffer()?)).collect::<Result<_>>()?;
        Ok(Entry {
            executable,
            module: graph.module,
            captures,
            state: graph.state,
            result: Box::new(graph.result),
            first_result: graph.first_result,
        })
    })?;
    let template = entry.result.downcast_ref::<R>().expect("the key holds the instance of a generic function");

    let mut place = Place { backend, inputs, error: None };
    args.visit(&mut place);
    if let Some(error) = place.error {
        return Err(error);
    }
    inputs.extend(entry.captures.iter().cloned());
    let kept = check::nan().then(|| inputs.clone());
    args.release(&mut TakeAll { name: signature.name });
    args.replace_state(&mut Take { entry: &entry, leaf: 0, name: signature.name });
    entry.executable.run(inputs, outputs).map_err(|e| in_call(e, signature.name, location))?;

    args.replace_state(&mut WriteBack { entry: &entry, leaf: 0, outputs });
    if let Some(kept) = kept {
        check::outputs(signature.name, &entry.module, &kept, outputs, location)?;
    }
    let mut results = outputs.iter().skip(entry.first_result);
    Ok(replace_leaves(template, &mut |_, leaf| match leaf.repr {
        Repr::Absent => leaf.clone(),
        _ => AnyTensor::from_buffer(results.next().expect("an output for every leaf of the result").clone()),
    }))
}

/// Traces a graph function without running it.
///
/// # Errors
/// If an argument does not match the signature or the graph is wrong.
#[track_caller]
pub fn lower<A: Args, R: Tree>(
    _memo: &'static Memo,
    signature: &Signature<'_>,
    args: A,
    body: impl for<'x> FnOnce(A::Refs<'x>, &[usize]) -> Result<R>,
) -> Result<Lowered> {
    let location = Location::caller();
    let mut key = KeyWriter::default();
    let backend = backend::current()?;
    write_key(&mut key, &*backend, signature, &args).map_err(|e| e.at(&location))?;
    let graph = build(signature, &args, body, &location)?;
    Ok(Lowered::new(graph.module, backend))
}

/// A traced function: its graph, and how that meets the function's state and result.
struct Graph<R> {
    module: Module,
    captures: Vec<AnyTensor>,
    state: Vec<Option<usize>>,
    result: R,
    first_result: usize,
}

fn build<A: Args, R: Tree>(
    signature: &Signature<'_>,
    args: &A,
    body: impl for<'x> FnOnce(A::Refs<'x>, &[usize]) -> Result<R>,
    location: &Location,
) -> Result<Graph<R>> {
    let symbols = bind(signature, args).map_err(|e| e.at(Some(location)))?;
    let (Traced { function, captures }, (state, result, first_result)) = trace::trace(signature.name, || {
        let mut traced = args.trace(signature.params);
        let before = state_values::<A>(&traced)?;
        let result = body(A::lend(&mut traced), &symbols)?;
        let after = state_values::<A>(&traced)?;
        if before.len() != after.len() {
            return Err(Diagnostic::new(
                gomlx_ir::Code::Signature,
                format!("{}: the state has {} leaves before the call, {} after", signature.name, before.len(), after.len()),
            )
            .note("a graph function may change the tensors of its state, not their number")
            .into());
        }
        let results = leaf_values(|v| result.visit(Role::Trainable, v))?;
        let (state, outputs, donations) = plan(&before, &after, &results);
        let first_result = outputs.len() - results.len();
        trace::with(|t| t.set_results(outputs, &donations));
        Ok((state, result, first_result))
    })?;
    let module = Module::new(function);
    #[cfg(debug_assertions)]
    gomlx_ir::verify::verify(&module)?;
    Ok(Graph { module, captures, state, result, first_result })
}

type Plan = (Vec<Option<usize>>, Vec<ValueId>, Vec<(usize, Donation)>);

/// Which leaves of the state become outputs, all outputs, and what may become of the buffers of the state.
fn plan(before: &[ValueId], after: &[ValueId], results: &[ValueId]) -> Plan {
    let (mut state, mut outputs, mut donations) = (vec![], vec![], vec![]);
    trace::with(|t| {
        for (&old, &new) in before.iter().zip(after) {
            let function = t.function();
            let param = function.params().iter().position(|&p| p == old).expect("state leaves are parameters before the body");
            if old == new {
                state.push(None);
                donations.push((param, Donation::Keep));
                continue;
            }
            let same = function.shape(old) == function.shape(new);
            donations.push((param, if same { Donation::Alias(outputs.len()) } else { Donation::Donate }));
            state.push(Some(outputs.len()));
            outputs.push(new);
        }
    });
    outputs.extend(results);
    (state, outputs, donations)
}

fn state_values<A: Args>(traced: &A::Traced) -> Result<Vec<ValueId>> {
    leaf_values(|v| A::visit_state(traced, v))
}

/// The values of the leaves that `visit` visits; mistakes become errors of the trace.
fn leaf_values(visit: impl FnOnce(&mut dyn Visit)) -> Result<Vec<ValueId>> {
    struct Values(Vec<ValueId>);
    impl Visit for Values {
        fn leaf(&mut self, _: Role, tensor: &AnyTensor) {
            if tensor.is_absent() {
                return;
            }
            trace::with(|t| match t.value(tensor) {
                Ok(Some(value)) => self.0.push(value),
                Ok(None) => {}
                Err(error) => t.error(error),
            });
        }
    }
    let mut values = Values(vec![]);
    visit(&mut values);
    Ok(values.0)
}

fn bind<A: Args>(signature: &Signature<'_>, args: &A) -> Result<Symbols, Diagnostic> {
    let mut binder = Binder::new(signature);
    args.bind(&mut binder)?;
    binder.symbols()
}

fn write_key<A: Args>(key: &mut KeyWriter, backend: &dyn Backend, signature: &Signature<'_>, args: &A) -> Result<()> {
    key.clear();
    // A backend lives as long as the process, so its address names it.
    key.words.push(std::ptr::from_ref(backend).cast::<()>() as usize as u64);
    signature.instance.hash(key);
    args.visit(key);
    key.error.take().map_or(Ok(()), Err)
}

fn in_call(error: Diagnostic, name: &str, location: &Location) -> Error {
    Error::Execution(error.at(Some(location)).note(format!("this happened while `{name}` ran; state that was donated to it is lost")))
}

/// Brings every leaf to where the backend computes.
struct Place<'a> {
    backend: &'a dyn Backend,
    inputs: &'a mut Vec<Buffer>,
    error: Option<Error>,
}

impl Visit for Place<'_> {
    fn leaf(&mut self, _: Role, tensor: &AnyTensor) {
        if self.error.is_none() && !tensor.is_absent() {
            match tensor.buffer().and_then(|b| backend::place(self.backend, b)) {
                Ok(buffer) => self.inputs.push(buffer),
                Err(error) => self.error = Some(error),
            }
        }
    }
}

/// Gives away the state that the graph replaces, so that its buffers have no other owner.
struct Take<'a> {
    entry: &'a Entry,
    leaf: usize,
    name: &'static str,
}

impl VisitMut for Take<'_> {
    fn leaf(&mut self, _: Role, tensor: &mut AnyTensor) {
        if tensor.is_absent() {
            return;
        }
        if self.entry.state[self.leaf].is_some() {
            tensor.take(self.name);
        }
        self.leaf += 1;
    }
}

/// Gives away what was passed by value.
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

struct WriteBack<'a> {
    entry: &'a Entry,
    leaf: usize,
    outputs: &'a [Buffer],
}

impl VisitMut for WriteBack<'_> {
    fn leaf(&mut self, _: Role, tensor: &mut AnyTensor) {
        if tensor.is_absent() {
            return;
        }
        if let Some(output) = self.entry.state[self.leaf] {
            *tensor = AnyTensor::from_buffer(self.outputs[output].clone());
        }
        self.leaf += 1;
    }
}
