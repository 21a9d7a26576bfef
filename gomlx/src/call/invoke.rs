// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The life of a call of a graph function: key, executable, inputs, run, outputs.
//!
//! Everything is validated before anything is donated. On a hit nothing is allocated here but what the result holds.
//! What depends on the types of a call is behind [`Callee`], so that a graph function adds little code of its own.

use std::any::TypeId;
use std::cell::RefCell;
use std::hash::Hash;
use std::sync::Arc;

use gomlx_ir::{Backend, Buffer, Code, Diagnostic, Location};

use super::args::Args;
use super::bind::{Symbols, bind, check_result, check_state};
use super::record::{Recorded, build, leaf_values};
use super::signature::{Param, Signature};
use super::structure::Structure;
use crate::inspect::Lowered;
use crate::log::{self, Topic};
use crate::memo::{Description, Entry, KeyWriter, Memo};
use crate::tensor::{AnyTensor, Repr};
use crate::trace;
use crate::tree::{Path, Role, Tree, Visit, VisitMut, replace_leaves};
use crate::{Error, Result, backend, check, compile};

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

/// What is wanted of a graph function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Its result.
    Call,
    /// Its graph.
    Lower,
}

/// What a graph function gives.
pub enum Outcome<R> {
    /// The result of a call.
    Value(R),
    /// The graph.
    Graph(Lowered),
}

impl<R> Outcome<R> {
    /// The result of a call.
    ///
    /// # Panics
    /// If the graph was asked for.
    pub fn value(self) -> R {
        match self {
            Outcome::Value(value) => value,
            Outcome::Graph(_) => unreachable!("a call gives a value"),
        }
    }

    /// The graph.
    ///
    /// # Panics
    /// If the function was called.
    pub fn graph(self) -> Lowered {
        match self {
            Outcome::Graph(graph) => graph,
            Outcome::Value(_) => unreachable!("lowering gives a graph"),
        }
    }
}

/// The arguments and body of one call, whatever their types.
pub(super) trait Callee {
    /// Visits the arguments.
    fn visit(&self, visitor: &mut dyn Visit);
    /// Visits the arguments below the names of their parameters.
    fn visit_named(&self, params: &[Param], visitor: &mut dyn Visit);
    /// Traces the body on parameters of this thread's trace.
    fn record(&mut self, signature: &Signature<'_>, symbols: &[usize]) -> Result<Recorded>;
    /// Visits what was passed by value.
    fn release(&mut self, visitor: &mut dyn VisitMut);
    /// Visits the state.
    fn replace_state(&mut self, visitor: &mut dyn VisitMut);
}

/// The body of a graph function: on arguments in a trace, and on the sizes that symbols have.
pub(super) type Body<A, R> = for<'x> fn(<A as Args>::Refs<'x>, &[usize]) -> Result<R>;

/// A call. A pointer to the body, and no type of its own for each, lets functions of the same types share their code.
struct Typed<A: Args, R> {
    args: A,
    body: Body<A, R>,
}

impl<A: Args, R: Tree> Typed<A, R> {
    /// Runs the body in the trace of another function.
    fn inline(&mut self, signature: &Signature<'_>, symbols: &[usize], location: &Location) -> Result<R> {
        if !trace::with(|t| t.enter_call(self.body as *const () as usize)) {
            let message = format!(
                "`{}` calls itself under a tensor condition, and every branch is traced, so that this has no end",
                signature.contract.name
            );
            let error = Diagnostic::new(Code::Control, message).at(Some(location));
            trace::fail(error.note("write a `while` with a tensor condition, or let a host value end it"));
        }
        let result = (self.body)(self.args.lend_inline(), symbols);
        trace::with(trace::Trace::leave_call);
        let result = result?;
        settle(check_state(signature, symbols, |v| self.args.visit_state_named(&signature.contract.params, v)));
        settle(check_result(signature, symbols, |v| result.visit(Role::Trainable, v)));
        Ok(result)
    }
}

/// Ends this thread's trace with a mistake, if there is one.
fn settle(checked: Result<(), Diagnostic>) {
    if let Err(error) = checked {
        trace::fail(error);
    }
}

impl<A: Args, R: Tree> Callee for Typed<A, R> {
    fn visit(&self, visitor: &mut dyn Visit) {
        self.args.visit(visitor);
    }

    fn visit_named(&self, params: &[Param], visitor: &mut dyn Visit) {
        self.args.visit_named(params, visitor);
    }

    fn record(&mut self, signature: &Signature<'_>, symbols: &[usize]) -> Result<Recorded> {
        let mut traced = self.args.trace(&signature.contract.params);
        let before = leaf_values(|v| A::visit_state(&traced, &signature.contract.params, v)).0;
        let structure = Structure::of(|v| A::visit_state(&traced, &signature.contract.params, v));
        let result = (self.body)(A::lend(&mut traced), symbols)?;
        let after = Structure::of(|v| A::visit_state(&traced, &signature.contract.params, v));
        settle(structure.check(&after, signature.contract.name));
        settle(check_state(signature, symbols, |v| A::visit_state(&traced, &signature.contract.params, v)));
        settle(check_result(signature, symbols, |v| result.visit(Role::Trainable, v)));
        let after = leaf_values(|v| A::visit_state(&traced, &signature.contract.params, v)).0;
        let (results, names) = leaf_values(|v| result.visit(Role::Trainable, v));
        Ok(Recorded { before, after, results, names, result: Box::new(result) })
    }

    fn release(&mut self, visitor: &mut dyn VisitMut) {
        self.args.release(visitor);
    }

    fn replace_state(&mut self, visitor: &mut dyn VisitMut) {
        self.args.replace_state(visitor);
    }
}

/// Calls a graph function, or gives its graph. A call inside a trace inlines the body, elsewhere the executable runs.
///
/// # Errors
/// If an argument does not match the signature, the graph is wrong, the backend refuses, or the run fails. State is
/// lost only in the last case.
#[track_caller]
pub fn invoke<A: Args, R: Tree>(
    mode: Mode,
    memo: &'static Memo,
    instance: TypeId,
    constants: &[usize],
    args: A,
    body: Body<A, R>,
) -> Result<Outcome<R>> {
    let location = Location::caller();
    let signature = &memo.signature(instance, constants);
    let mut callee = Typed { args, body };
    if mode == Mode::Lower {
        return lower(signature, &mut callee, &location).map(Outcome::Graph);
    }
    if trace::active() {
        let symbols = inline_symbols(signature, &callee, &location);
        return callee.inline(signature, &symbols, &location).map(Outcome::Value);
    }
    let mut scratch = SCRATCH.with_borrow_mut(Vec::pop).unwrap_or_default();
    let result = run(memo, signature, &mut callee, &location, &mut scratch);
    let result = result.map(|entry| Outcome::Value(result_of(&entry, &scratch.outputs)));
    recycle(scratch);
    result
}

fn recycle(mut scratch: Scratch) {
    scratch.key.clear();
    scratch.inputs.clear();
    scratch.outputs.clear();
    SCRATCH.with_borrow_mut(|s| s.push(scratch));
}

fn inline_symbols(signature: &Signature<'_>, callee: &dyn Callee, location: &Location) -> Symbols {
    match bind(signature, |v| callee.visit_named(&signature.contract.params, v)) {
        Ok(symbols) => symbols,
        Err(error) => trace::fail(error.at(Some(location))),
    }
}

/// The result of a function as it was traced, with the outputs of a run for its leaves.
fn result_of<R: Tree>(entry: &Entry, outputs: &[Buffer]) -> R {
    let template = entry.result.downcast_ref::<R>().expect("the key holds the instance of a generic function");
    let mut results = outputs.iter().skip(entry.first_result);
    replace_leaves(template, &mut |_, leaf| match leaf.repr {
        Repr::Absent => leaf.clone(),
        _ => AnyTensor::from_buffer(results.next().expect("an output for every leaf of the result").clone()),
    })
}

fn run(
    memo: &'static Memo,
    signature: &Signature<'_>,
    callee: &mut dyn Callee,
    location: &Location,
    scratch: &mut Scratch,
) -> Result<Arc<Entry>> {
    let backend = &*backend::current()?;
    let Scratch { key, inputs, outputs } = scratch;
    write_key(key, backend, signature, callee).map_err(|e| e.at(location))?;
    let entry = memo.get(signature.contract.name, &key.words, &mut || {
        let description = Description::of(backend.name(), |v| callee.visit_named(&signature.contract.params, v));
        let graph = build(signature, callee, location)?;
        let executable =
            compile::compile(memo, signature.contract.name, backend, &graph.module, &description).map_err(|e| e.at(Some(location)))?;
        let captures = graph.captures.iter().map(|t| backend::place(backend, t.buffer()?, "a capture")).collect::<Result<_>>()?;
        let donated = graph.donated();
        let entry = Entry {
            executable,
            module: graph.module,
            captures,
            state: graph.state,
            result: graph.result,
            first_result: graph.first_result,
            donated,
        };
        Ok((entry, description))
    })?;

    let mut place = Place { backend, name: signature.contract.name, inputs, error: None };
    callee.visit(&mut place);
    if let Some(error) = place.error {
        return Err(error.at(location));
    }
    inputs.extend(entry.captures.iter().cloned());
    let kept = check::nan().then(|| inputs.clone());
    callee.release(&mut TakeAll { name: signature.contract.name });
    callee.replace_state(&mut Take { entry: &entry, leaf: 0, name: signature.contract.name });
    if log::wants(Topic::Copy) {
        tell_shared(signature, callee, &entry, inputs);
    }
    entry.executable.run(inputs, outputs).map_err(|e| in_call(e, signature.contract.name, location))?;
    callee.replace_state(&mut WriteBack { entry: &entry, leaf: 0, outputs });
    if let Some(kept) = kept {
        check::outputs(signature.contract.name, &entry.module, &kept, outputs, location)?;
    }
    Ok(entry)
}

/// Traces a graph function without running it.
fn lower(signature: &Signature<'_>, callee: &mut dyn Callee, location: &Location) -> Result<Lowered> {
    struct Leaves(Vec<AnyTensor>);
    impl Visit for Leaves {
        fn leaf(&mut self, _: Role, tensor: &AnyTensor) {
            if !tensor.is_absent() {
                self.0.push(tensor.clone());
            }
        }
    }
    let backend = backend::current()?;
    write_key(&mut KeyWriter::default(), &*backend, signature, callee).map_err(|e| e.at(location))?;
    let graph = build(signature, callee, location)?;
    let mut inputs = Leaves(vec![]);
    callee.visit(&mut inputs);
    Ok(Lowered::new(graph, inputs.0, backend))
}

fn write_key(key: &mut KeyWriter, backend: &dyn Backend, signature: &Signature<'_>, callee: &dyn Callee) -> Result<()> {
    key.clear();
    key.backend(backend);
    signature.instance.hash(key);
    callee.visit(key);
    key.error.take().map_or(Ok(()), Err)
}

fn in_call(error: Diagnostic, name: &str, location: &Location) -> Error {
    Error::Execution(error.at(Some(location)).note(format!("this happened while `{name}` ran; state that was donated to it is lost")))
}

/// Tells which donated buffers have other owners, for which the backend copies them.
fn tell_shared(signature: &Signature<'_>, callee: &dyn Callee, entry: &Entry, inputs: &[Buffer]) {
    struct Names(Path, Vec<String>);
    impl Visit for Names {
        fn enter(&mut self, key: crate::tree::Key<'_>) {
            self.0.enter(key);
        }
        fn leave(&mut self) {
            self.0.leave();
        }
        fn leaf(&mut self, _: Role, tensor: &AnyTensor) {
            if !tensor.is_absent() {
                self.1.push(self.0.text.clone());
            }
        }
    }
    let mut names = Names(Path::default(), vec![]);
    callee.visit_named(&signature.contract.params, &mut names);
    for ((name, buffer), _) in names.1.iter().zip(inputs).zip(&entry.donated).filter(|(_, donated)| **donated) {
        let owners = match buffer {
            Buffer::Host(tensor) => Arc::strong_count(tensor),
            Buffer::Device(buffer) => Arc::strong_count(buffer),
        };
        if owners > 1 {
            let function = signature.contract.name;
            log::tell(
                Topic::Copy,
                format_args!("`{function}` is given `{name}`, which has another owner, and so copies {}", buffer.shape()),
            );
        }
    }
}

/// Brings every leaf to where the backend computes.
struct Place<'a> {
    backend: &'a dyn Backend,
    name: &'static str,
    inputs: &'a mut Vec<Buffer>,
    error: Option<Error>,
}

impl Visit for Place<'_> {
    fn leaf(&mut self, _: Role, tensor: &AnyTensor) {
        if self.error.is_none() && !tensor.is_absent() {
            match tensor.buffer().and_then(|b| backend::place(self.backend, b, self.name)) {
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
