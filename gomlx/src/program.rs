// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Compiled functions in files: a graph with its weights, to be run by a program that has no source of it.
//!
//! A file is a `safetensors` file: the weights are its tensors, named by their paths, and its metadata hold the
//! StableHLO text, the kind of each of its parameters, the names of the results, and checksums of everything
//! (`docs/decisions/0004-programs-in-safetensors.md`).

mod format;

use std::path::Path;
use std::sync::{Arc, Mutex};

use gomlx_ir::{Backend, Code, Diagnostic, Executable, HostTensor, Location, Module, Shape};

pub(crate) use format::{Parameter, Stored, write};

use crate::tensor::AnyTensor;
use crate::tree::{Tree, leaves};
use crate::{Error, Result, backend};

/// A graph with its weights, which [`load`] reads from a file.
///
/// ```
/// use gomlx::prelude::*;
///
/// #[graph]
/// fn layer(x: &Tensor![f32; B, 3], w: &Tensor![f32; 3, 2]) -> Tensor![f32; B, 2] {
///     x.matmul(w)
/// }
/// # let dir = tempfile::tempdir().unwrap();
/// # let path = dir.path().join("layer.safetensors");
/// let (x, w) = (Tensor::ones(&[4, 3]), Tensor::full(&[3, 2], 0.5));
/// layer::lower(&x, &w)?.freeze("w")?.save(&path)?;
///
/// let program = gomlx::load(&path)?;
/// let [y] = program.call(&x)?.try_into().expect("it has one result");
/// assert_eq!(Tensor::<f32>::try_from(y)?.to_vec()?, [1.5; 8]);
/// # Ok::<(), gomlx::Error>(())
/// ```
pub struct Program {
    module: Module,
    parameters: Vec<Parameter>,
    /// For each parameter, its tensor if it is a weight.
    weights: Vec<Option<AnyTensor>>,
    results: Vec<String>,
    compiled: Mutex<Vec<(String, Arc<Compiled>)>>,
}

/// The program on one backend.
struct Compiled {
    executable: Arc<dyn Executable>,
    /// The weights where the backend computes.
    weights: Vec<Option<AnyTensor>>,
}

/// A parameter or result of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its path: the parameter's name, then fields and positions.
    pub name: String,
    /// Element type and dims.
    pub shape: Shape,
}

/// Reads a program that was saved with [`Lowered::save`](crate::Lowered::save).
///
/// # Errors
/// If the file cannot be read, is no such file, is truncated or damaged, or was written by a later version of gomlx.
pub fn load(path: impl AsRef<Path>) -> Result<Program> {
    Ok(format::read(path.as_ref())?)
}

impl Program {
    /// The inputs that [`call`](Program::call) takes, in order.
    pub fn inputs(&self) -> Vec<Named> {
        let main = self.module.main();
        let all = self.parameters.iter().zip(main.params());
        let inputs = all.filter(|(p, _)| !p.weight);
        inputs.map(|(p, &v)| Named { name: p.name.clone(), shape: main.shape(v).clone() }).collect()
    }

    /// The results that [`call`](Program::call) gives, in order: the parts of the result by their paths, then state
    /// that a call changes by the names of its inputs.
    pub fn results(&self) -> Vec<Named> {
        let main = self.module.main();
        let all = self.results.iter().zip(main.results());
        all.map(|(name, &v)| Named { name: name.clone(), shape: main.shape(v).clone() }).collect()
    }

    /// The StableHLO text.
    pub fn stablehlo(&self) -> String {
        gomlx_ir::print::module(&self.module)
    }

    /// Runs the program on the current backend with the leaves of a tree: `&x`, `&(x, y)`, `&vec![..]`, a model.
    ///
    /// # Errors
    /// If the leaves are not the inputs in number, element type and dims, naming the first that is not; if the backend
    /// refuses the program; if the run fails. Nothing is given away.
    #[track_caller]
    pub fn call<T: Tree>(&self, inputs: &T) -> Result<Vec<AnyTensor>> {
        let location = Location::caller();
        let given: Vec<AnyTensor> = leaves(inputs).into_iter().filter(|l| !l.tensor.is_absent()).map(|l| l.tensor).collect();
        self.run(&given).map_err(|error| error.at(&location))
    }

    fn run(&self, given: &[AnyTensor]) -> Result<Vec<AnyTensor>> {
        self.check(given)?;
        let backend = &*backend::current()?;
        let compiled = self.compiled(backend)?;
        let mut given = given.iter();
        let mut inputs = vec![];
        for weight in &compiled.weights {
            let tensor = weight.as_ref().or_else(|| given.next());
            let tensor = tensor.ok_or_else(|| Diagnostic::new(Code::Signature, "an input is missing"))?;
            inputs.push(backend::upload(backend, tensor.buffer()?, &self.module.name)?);
        }
        let mut outputs = vec![];
        compiled.executable.run(&mut inputs, &mut outputs).map_err(Error::Execution)?;
        Ok(outputs.into_iter().map(AnyTensor::from_buffer).collect())
    }

    fn check(&self, given: &[AnyTensor]) -> Result<()> {
        let (name, inputs) = (&self.module.name, self.inputs());
        if given.len() != inputs.len() {
            let listed: Vec<String> = inputs.iter().map(|i| format!("{}: {}", i.name, i.shape)).collect();
            return Err(Diagnostic::new(Code::Signature, format!("{name}: {} tensors are given for {} inputs", given.len(), inputs.len()))
                .note(format!("its inputs are {}", listed.join(", ")))
                .into());
        }
        for (tensor, Named { name: input, shape }) in given.iter().zip(&inputs) {
            if Shape::new(tensor.dtype(), tensor.dims()) != *shape {
                let message = format!("{name}: input `{input}` is {tensor}, but the program was made for {shape}");
                return Err(Diagnostic::new(Code::Signature, message).note("lower and save the function for these shapes").into());
            }
        }
        Ok(())
    }

    /// The program on a backend. The first call there compiles it; concurrent calls wait.
    fn compiled(&self, backend: &dyn Backend) -> Result<Arc<Compiled>> {
        let mut all = self.compiled.lock().unwrap_or_else(|e| e.into_inner());
        if let Some((_, compiled)) = all.iter().find(|(name, _)| name == backend.name()) {
            return Ok(compiled.clone());
        }
        let executable = backend.compile(&self.module)?;
        let place = |weight: &Option<AnyTensor>| match weight {
            Some(tensor) => Ok(Some(AnyTensor::from_buffer(backend::upload(backend, tensor.buffer()?, &self.module.name)?))),
            None => Ok(None),
        };
        let weights = self.weights.iter().map(place).collect::<Result<Vec<_>>>()?;
        let compiled = Arc::new(Compiled { executable, weights });
        all.push((backend.name().to_owned(), compiled.clone()));
        Ok(compiled)
    }
}

impl std::fmt::Debug for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let list = |all: Vec<Named>| all.iter().map(|n| format!("{}: {}", n.name, n.shape)).collect::<Vec<_>>().join(", ");
        write!(f, "{}({}) -> ({})", self.module.name, list(self.inputs()), list(self.results()))
    }
}

/// The elements of a weight.
pub(crate) fn weight(tensor: &AnyTensor) -> Result<Arc<HostTensor>> {
    tensor.to_host()
}
