// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Functions of other frameworks, from exported StableHLO text, which `jax.export` and
//! `jax.jit(f).lower(..).as_text()` give.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use gomlx_ir::parse::{self, EntrySignature};
use gomlx_ir::{Code, Diagnostic, Executable, Location, Module, Shape};

use crate::tensor::AnyTensor;
use crate::{Error, Result, backend};

/// A function from StableHLO text: its entry `@main`.
///
/// The first call with some shapes on some backend compiles it; later calls with these run it. If the text leaves sizes
/// open (`tensor<?x784xf32>`, symbolic shapes of JAX), the arguments may have any sizes that it was exported for.
pub struct Imported {
    text: String,
    file: String,
    signature: EntrySignature,
    executables: Mutex<Executables>,
}

/// Executables by the name of the backend and the shapes of the arguments.
type Executables = HashMap<(String, Vec<Shape>), Arc<dyn Executable>>;

/// Reads a function from StableHLO text.
///
/// # Errors
/// With line and column, if the text is not StableHLO or uses an op that is not supported. If it leaves sizes open, the
/// first call, which gives them, reads the body.
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
    let imported = Imported { text: text.to_owned(), file: file.to_owned(), signature, executables: Mutex::default() };
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

    /// The element types and dims of the arguments. A size that the text leaves open is `?`.
    pub fn params(&self) -> &[Shape] {
        &self.signature.params
    }

    /// The element types and dims of the results. A size that the text leaves open is `?`.
    pub fn results(&self) -> &[Shape] {
        &self.signature.results
    }

    /// The graph for arguments of these shapes.
    ///
    /// # Errors
    /// If the function does not take these arguments; if the text is wrong for these sizes.
    pub fn module(&self, arguments: &[Shape]) -> Result<Module> {
        Ok(parse::refined(&self.text, &self.file, arguments)?)
    }

    /// Runs the function on the current backend. The arguments are not donated.
    ///
    /// # Errors
    /// If an argument is missing or has another element type or dims, naming the first; if the backend refuses the
    /// graph; if the run fails.
    #[track_caller]
    pub fn call(&self, arguments: &[AnyTensor]) -> Result<Vec<AnyTensor>> {
        let location = Location::caller();
        self.run(arguments).map_err(|error| error.at(&location))
    }

    fn run(&self, arguments: &[AnyTensor]) -> Result<Vec<AnyTensor>> {
        let backend = &*backend::current()?;
        let shapes: Vec<Shape> = arguments.iter().map(|t| Shape::new(t.dtype(), t.dims())).collect();
        let executable = self.executable(backend, shapes)?;
        let upload = |t: &AnyTensor| backend::upload(backend, t.buffer()?, self.name());
        // With a second owner here, buffers that the text donates are copied instead of overwritten.
        let mut inputs = arguments.iter().map(upload).collect::<Result<Vec<_>>>()?;
        let _kept = inputs.clone();
        let mut outputs = vec![];
        executable.run(&mut inputs, &mut outputs).map_err(Error::Execution)?;
        Ok(outputs.into_iter().map(AnyTensor::from_buffer).collect())
    }

    /// The executable for some shapes. The first caller compiles it while others wait.
    fn executable(&self, backend: &dyn backend::Backend, shapes: Vec<Shape>) -> Result<Arc<dyn Executable>> {
        let mut all = self.executables.lock().unwrap_or_else(|e| e.into_inner());
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
