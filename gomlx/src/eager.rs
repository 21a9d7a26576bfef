// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Ops on concrete tensors outside any trace: each runs as a graph of one op, compiled once per op, shapes and backend.

use std::cell::Cell;
use std::hash::Hash;
use std::sync::Arc;

use gomlx_ir::{Backend, Code, Diagnostic, Donation, Executable, Function, Location, Module, Shape};

use crate::compile::compile;
use crate::memo::{Description, KeyWriter, Table};
use crate::tensor::{AnyTensor, Repr};
use crate::trace::Node;
use crate::tree::{Key, Role, Visit};
use crate::{Result, backend};

/// Executables kept, of all ops: one op is small, and programs use few.
const CAPACITY: usize = 512;

static TABLE: Table<Arc<dyn Executable>> = Table::new(CAPACITY);

thread_local! {
    /// The key of a thread's last op, whose memory the next one uses again.
    static KEY: Cell<KeyWriter> = const { Cell::new(KeyWriter::new()) };
}

/// Runs an op on concrete tensors.
///
/// # Errors
/// If an operand is a handle, the op cannot take the operands, the backend refuses the op, or the run fails.
pub(crate) fn run(node: &Node, operands: &[&AnyTensor], location: &Location) -> Result<Vec<AnyTensor>> {
    try_run(node, operands, location).map_err(|error| error.at(location))
}

fn try_run(node: &Node, operands: &[&AnyTensor], location: &Location) -> Result<Vec<AnyTensor>> {
    if let Some(stray) = operands.iter().find(|t| matches!(t.repr, Repr::Traced(_))) {
        return Err(Diagnostic::new(
            Code::Handle,
            format!("{}: {stray} is a handle in a graph, used outside its trace", node.op.short_name()),
        )
        .note("a graph is traced on one thread, and its handles mean nothing after it or on another thread")
        .into());
    }
    let backend = &*backend::current()?;
    let mut key = KEY.take();
    let executable = executable(&mut key, backend, node, operands, location);
    KEY.set(key);
    let executable = executable?;
    let upload = |t: &&AnyTensor| backend::upload(backend, t.buffer()?, node.op.short_name());
    let mut inputs = operands.iter().map(upload).collect::<Result<Vec<_>>>()?;
    let mut outputs = vec![];
    executable.run(&mut inputs, &mut outputs)?;
    Ok(outputs.into_iter().map(AnyTensor::from_buffer).collect())
}

/// The executable of an op on tensors of these shapes.
fn executable(
    key: &mut KeyWriter,
    backend: &dyn Backend,
    node: &Node,
    operands: &[&AnyTensor],
    location: &Location,
) -> Result<Arc<dyn Executable>> {
    key.clear();
    key.backend(backend);
    node.hash(key);
    operands.iter().for_each(|t| key.leaf(Role::State, t));
    if let Some(error) = key.error.take() {
        return Err(error);
    }
    let name = node.op.short_name();
    let executable = TABLE.get_or_compile(name, &key.words, || {
        let description = Description::of(backend.name(), |v| describe(node, operands, v));
        let module = module(node, operands, location)?;
        Ok((compile(&TABLE, name, backend, &module, &description)?, description))
    })?;
    Ok(Arc::clone(&executable))
}

/// Visits the op and its operands, for a description of them.
fn describe(node: &Node, operands: &[&AnyTensor], visitor: &mut dyn Visit) {
    visitor.enter(Key::Field(node.op.short_name()));
    if let Some(mut hasher) = visitor.config() {
        node.hash(&mut hasher);
    }
    for (i, operand) in operands.iter().enumerate() {
        visitor.enter(Key::Index(i));
        visitor.leaf(Role::State, operand);
        visitor.leave();
    }
    visitor.leave();
}

/// The graph of an op alone.
fn module(node: &Node, operands: &[&AnyTensor], location: &Location) -> Result<Module, Diagnostic> {
    let mut function = Function::new(node.op.short_name());
    let params: Vec<_> = operands.iter().map(|t| function.add_param(Shape::new(t.dtype(), t.dims()), Donation::Keep)).collect();
    let regions = node.regions(&mut function);
    let inst = function.push(Function::BODY, node.op.clone(), &params, &regions, Some(location))?;
    let results = function.inst(inst).results.to_vec();
    function.set_results(results);
    Ok(Module::new(function))
}
