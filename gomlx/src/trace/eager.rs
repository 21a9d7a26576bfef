// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Ops on concrete tensors outside any trace: each is a graph of one op, compiled once per op, shapes and backend.

use std::sync::{Arc, LazyLock, Mutex};

use gomlx_ir::{Backend, Code, Diagnostic, Donation, Executable, Function, Location, Module, Shape};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::Node;
use crate::tensor::{AnyTensor, Repr};
use crate::{Result, backend};

/// Executables kept; one op is small, and programs use few.
const CAPACITY: usize = 512;

type Key = (String, Node, SmallVec<[Shape; 3]>);

static COMPILED: LazyLock<Mutex<FxHashMap<Key, Arc<dyn Executable>>>> = LazyLock::new(Mutex::default);

pub(super) fn run(node: &Node, operands: &[&AnyTensor], location: &Location) -> Result<Vec<AnyTensor>> {
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
    let backend = backend::current()?;
    let shapes = operands.iter().map(|t| Shape::new(t.dtype(), t.dims())).collect();
    let key = (backend.name().to_owned(), node.clone(), shapes);
    let known = COMPILED.lock().unwrap_or_else(|e| e.into_inner()).get(&key).cloned();
    let executable = match known {
        Some(executable) => executable,
        None => {
            let executable = compile(&*backend, node, &key.2, location)?;
            let mut compiled = COMPILED.lock().unwrap_or_else(|e| e.into_inner());
            if compiled.len() >= CAPACITY {
                compiled.clear();
            }
            compiled.insert(key, executable.clone());
            executable
        }
    };
    let mut inputs = operands.iter().map(|t| backend::place(&*backend, t.buffer()?)).collect::<Result<Vec<_>>>()?;
    let mut outputs = vec![];
    executable.run(&mut inputs, &mut outputs)?;
    Ok(outputs.into_iter().map(AnyTensor::from_buffer).collect())
}

fn compile(backend: &dyn Backend, node: &Node, shapes: &[Shape], location: &Location) -> Result<Arc<dyn Executable>> {
    let mut function = Function::new(node.op.short_name());
    let params: Vec<_> = shapes.iter().map(|s| function.add_param(s.clone(), Donation::Keep)).collect();
    let regions = node.regions(&mut function);
    let inst = function.push(Function::BODY, node.op.clone(), &params, &regions, Some(location))?;
    let results = function.inst(inst).results.to_vec();
    function.set_results(results);
    Ok(backend.compile(&Module::new(function))?)
}
