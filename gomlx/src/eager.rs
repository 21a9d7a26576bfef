// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Composed functions on concrete tensors outside any trace. Each call runs as a small graph, which is compiled once
//! for the function, its host arguments, the shapes of its operands and the backend. Numbers beside tensors are
//! operands, so another number needs no compile.

use std::cell::Cell;
use std::hash::Hash;
use std::sync::Arc;

use gomlx_ir::{Backend, Code, Diagnostic, Donation, Executable, Function, Location, Module, Shape};
use smallvec::SmallVec;

use crate::compile::compile;
use crate::memo::{Description, KeyWriter, Table};
use crate::tensor::{AnyTensor, Repr};
use crate::trace::{Composition, Tensors};
use crate::tree::{Key, Role, Visit};
use crate::{Result, backend};

/// Executables kept, of all functions: each is small, and programs use few.
const CAPACITY: usize = 512;

static TABLE: Table<Compiled> = Table::new(CAPACITY);

/// A small graph, compiled.
struct Compiled {
    executable: Arc<dyn Executable>,
    /// The positions of the operands that are the results, if all results are operands.
    unchanged: Option<SmallVec<[usize; 2]>>,
}

thread_local! {
    /// The key of a thread's last call. The next call reuses its memory.
    static KEY: Cell<KeyWriter> = const { Cell::new(KeyWriter::new()) };
}

/// Runs a composed function on concrete tensors.
///
/// # Errors
/// If an operand is a handle, the call is wrong, the backend refuses the graph, or the run fails.
pub(crate) fn run(composition: &Composition<'_>, location: &Location) -> Result<Tensors> {
    try_run(composition, location).map_err(|error| error.at(location))
}

fn try_run(composition: &Composition<'_>, location: &Location) -> Result<Tensors> {
    let Composition { name, operands, .. } = composition;
    if let Some(stray) = operands.iter().find(|t| matches!(t.repr, Repr::Traced(_))) {
        return Err(Diagnostic::new(Code::Handle, format!("{name}: {stray} is a handle in a graph, used outside its trace"))
            .note("a graph is traced on one thread, and its handles mean nothing after it or on another thread")
            .into());
    }
    let backend = &*backend::current()?;
    // A thread that is ending may have dropped the key.
    let mut key = KEY.try_with(Cell::take).unwrap_or_default();
    let compiled = compiled(&mut key, backend, composition, location);
    let _ = KEY.try_with(|kept| kept.set(key));
    let compiled = compiled?;
    if let Some(unchanged) = &compiled.unchanged {
        return Ok(unchanged.iter().map(|&i| operands[i].clone()).collect());
    }
    let upload = |t: &&AnyTensor| backend::upload(backend, t.buffer()?, name);
    let mut inputs = operands.iter().map(upload).collect::<Result<Vec<_>>>()?;
    let mut outputs = vec![];
    compiled.executable.run(&mut inputs, &mut outputs)?;
    Ok(outputs.into_iter().map(AnyTensor::from_buffer).collect())
}

/// The compiled graph of a call.
fn compiled(key: &mut KeyWriter, backend: &dyn Backend, composition: &Composition<'_>, location: &Location) -> Result<Arc<Compiled>> {
    let name = composition.name;
    key.clear();
    key.backend(backend);
    name.hash(key);
    (composition.key)(key);
    composition.operands.iter().for_each(|t| key.leaf(Role::State, t));
    if let Some(error) = key.error.take() {
        return Err(error);
    }
    TABLE.get_or_compile(name, &key.words, || {
        let description = Description::of(backend.name(), |v| describe(composition, v));
        let module = module(composition, location)?;
        let body = module.main().body();
        let unchanged = body.results.iter().map(|result| body.params.iter().position(|param| param == result)).collect();
        let executable = compile(&TABLE, name, backend, &module, &description)?;
        Ok((Compiled { executable, unchanged }, description))
    })
}

/// Visits the function and its operands, for a description of them.
fn describe(composition: &Composition<'_>, visitor: &mut dyn Visit) {
    visitor.enter(Key::Field(composition.name));
    if let Some(hasher) = visitor.config() {
        (composition.key)(hasher);
    }
    for (i, operand) in composition.operands.iter().enumerate() {
        visitor.enter(Key::Index(i));
        visitor.leaf(Role::State, operand);
        visitor.leave();
    }
    visitor.leave();
}

/// The graph of a call alone.
fn module(composition: &Composition<'_>, location: &Location) -> Result<Module, Diagnostic> {
    let mut function = Function::new(composition.name);
    let param = |t: &&AnyTensor| function.add_param(Shape::new(t.dtype(), t.dims()), Donation::Keep);
    let params: SmallVec<[_; 4]> = composition.operands.iter().map(param).collect();
    let results = composition.append(&mut function, Function::BODY, location, &params)?;
    function.set_results(results.to_vec());
    Ok(Module::new(function))
}
