// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Functions of other frameworks, from what they export: StableHLO text, as `jax.export` and
//! `jax.jit(f).lower(..).as_text()` give it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use gomlx_ir::parse::{self, EntrySignature};
use gomlx_ir::{Code, Diagnostic, Executable, Location, Module, Shape};

use crate::tensor::AnyTensor;
use crate::{Error, Result, backend};

/// A function from StableHLO text: its entry `@main`.
///
/// It is compiled by the first call with arguments of some shapes on some backend, and kept for those. Where the text
/// leaves sizes open (`tensor<?x784xf32>`, JAX's symbolic shapes) any sizes can be given that it was exported for.
pub struct Imported {
    text: String,
    file: String,
    signature: EntrySignature,
    compiled: Mutex<HashMap<(String, Vec<Shape>), Arc<dyn Executable>>>,
}

/// Reads a function from StableHLO text.
///
/// # Errors
/// With line and column if the text is not StableHLO, or uses what is not supported, naming it. If it leaves sizes open,
/// the body is read by the first call, which gives them.
///
/// ```
/// use gomlx::{HostTensor, AnyTensor, import};
///
/// let twice = import::stablehlo(
///     "func.func @main(%x: tensor<?xf32>) -> tensor<?xf32> {
///        %0 = stablehlo.add %x, %x : tensor<?xf32>
///        return %0 : tensor<?xf32>
///      }",
/// )?;
/// let x = AnyTensor::from_host(HostTensor::new(&[3], &[1f32, 2.0, 3.0]).unwrap());
/// let y = twice.call(&[x])?;
/// assert_eq!(y[0].to_host()?.to_f64_vec(), [2.0, 4.0, 6.0]);
/// # Ok::<(), gomlx::Error>(())
/// ```
pub fn stablehlo(text: &str) -> Result<Imported> {
    named(text, "stablehlo")
}

/// Reads a function from a file of StableHLO text.
///
/// # Errors
/// If the file cannot be read; as [`stablehlo`].
pub fn stablehlo_file(path: impl AsRef<std::path::Path>) -> Result<Imported> {
    let path = path.as_ref();
    let text = std::fs::read_to_string(path).map_err(|e| Diagnostic::new(Code::File, format!("{}: {e}", path.display())))?;
    named(&text, &path.to_string_lossy())
}

fn named(text: &str, file: &str) -> Result<Imported> {
    let signature = parse::signature(text, file)?;
    let imported = Imported { text: text.to_owned(), file: file.to_owned(), signature, compiled: Mutex::default() };
    if imported.signature.params.iter().all(|p| p.known().is_some()) {
        imported.module(&imported.signature.params)?;
    }
    Ok(imported)
}

impl Imported {
    /// The name of the module.
    pub fn name(&self) -> &str {
        &self.signature.name
    }

    /// Element types and dims of what it takes; a size that the text leaves open is `?`.
    pub fn params(&self) -> &[Shape] {
        &self.signature.params
    }

    /// Element types and dims of what it gives, likewise.
    pub fn results(&self) -> &[Shape] {
        &self.signature.results
    }

    /// The graph for arguments of these shapes.
    ///
    /// # Errors
    /// If they are not what it takes; if the text is wrong where it depends on sizes.
    pub fn module(&self, arguments: &[Shape]) -> Result<Module> {
        Ok(parse::refined(&self.text, &self.file, arguments)?)
    }

    /// Runs it on the current backend.
    ///
    /// # Errors
    /// If the arguments are not what it takes in number, element type and dims, naming the first that is not; if the
    /// backend refuses the graph; if the run fails. Nothing is given away.
    #[track_caller]
    pub fn call(&self, arguments: &[AnyTensor]) -> Result<Vec<AnyTensor>> {
        let location = Location::caller();
        self.run(arguments).map_err(|error| error.at(&location))
    }

    fn run(&self, arguments: &[AnyTensor]) -> Result<Vec<AnyTensor>> {
        let backend = &*backend::current()?;
        let shapes: Vec<Shape> = arguments.iter().map(|t| Shape::new(t.dtype(), t.dims())).collect();
        let executable = self.executable(backend, shapes)?;
        let place = |t: &AnyTensor| backend::place(backend, t.buffer()?, self.name());
        // Every buffer keeps an owner here, so that what the text donates is copied instead.
        let mut inputs = arguments.iter().map(place).collect::<Result<Vec<_>>>()?;
        let _kept = inputs.clone();
        let mut outputs = vec![];
        executable.run(&mut inputs, &mut outputs).map_err(Error::Execution)?;
        Ok(outputs.into_iter().map(AnyTensor::from_buffer).collect())
    }

    /// Compiled by the first call with these shapes; others wait for that.
    fn executable(&self, backend: &dyn backend::Backend, shapes: Vec<Shape>) -> Result<Arc<dyn Executable>> {
        let mut all = self.compiled.lock().unwrap_or_else(|e| e.into_inner());
        let key = (backend.name().to_owned(), shapes);
        if let Some(executable) = all.get(&key) {
            return Ok(executable.clone());
        }
        let executable = backend.compile(&self.module(&key.1)?)?;
        all.insert(key, executable.clone());
        Ok(executable)
    }
}

impl std::fmt::Debug for Imported {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}({:?}) -> {:?}", self.name(), self.params(), self.results())
    }
}
