// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The file format of a program: writing and reading.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use gomlx_ir::{Code, Diagnostic, HostTensor, Module, Shape, parse, print, verify};

use super::Program;
use crate::AnyTensor;
use crate::checkpoint::{self, Contents, contents, failed, host_of};

/// The keys of the metadata.
const FORMAT: &str = "gomlx.format";
const TEXT: &str = "gomlx.stablehlo";
const PARAMETERS: &str = "gomlx.parameters";
const RESULTS: &str = "gomlx.results";

/// The version of the format. Every other version is refused.
const VERSION: &str = "2";

/// A parameter of the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    /// Whether the file holds its tensor.
    pub(crate) weight: bool,
}

/// The contents of a file.
pub(crate) struct Stored<'a> {
    pub(crate) module: &'a Module,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) weights: Vec<(String, Arc<HostTensor>)>,
    pub(crate) results: Vec<String>,
}

/// Writes a program to a file, all of it or nothing.
///
/// # Errors
/// If the file format has no name for the element type of a weight, or the file cannot be written.
pub(crate) fn write(path: &Path, stored: Stored<'_>) -> Result<(), Diagnostic> {
    let text = print::module(stored.module);
    let parameters: Vec<String> =
        stored.parameters.iter().map(|p| format!("{} {}", if p.weight { "weight" } else { "input" }, p.name)).collect();
    let metadata = HashMap::from([
        (FORMAT.to_owned(), VERSION.to_owned()),
        (TEXT.to_owned(), text),
        (PARAMETERS.to_owned(), parameters.join("\n")),
        (RESULTS.to_owned(), stored.results.join("\n")),
    ]);
    checkpoint::write_tensors(path, stored.weights, metadata)
}

/// Reads a program.
///
/// # Errors
/// As [`load`](super::load).
pub(super) fn read(path: &Path) -> Result<Program, Diagnostic> {
    let bytes = std::fs::read(path).map_err(|e| failed("read", path, &e))?;
    let fail = |what: String| Diagnostic::new(Code::File, format!("{}: {what}", path.display()));
    let damaged = |what: String| fail(what).note("the file is damaged; save the program again");
    let Contents { file, metadata, checked } = contents(path, &bytes)?;
    let Some(version) = metadata.get(FORMAT) else {
        return Err(fail("this is no program of gomlx".to_owned())
            .note("`f::lower(..)?.save(path)` writes one; `checkpoint::load` reads files of tensors alone"));
    };
    if version != VERSION {
        return Err(fail(format!("the program has format {version}, and this version of gomlx reads {VERSION}")).note("update gomlx"));
    }
    let entry = |key: &str| metadata.get(key).ok_or_else(|| damaged(format!("`{key}` is missing")));
    let (text, parameters, results) = (entry(TEXT)?, entry(PARAMETERS)?, entry(RESULTS)?);
    if !checked {
        return Err(damaged("there are no checksums".to_owned()));
    }
    let parameters = parameters.lines().map(|line| match line.split_once(' ') {
        Some((kind @ ("weight" | "input"), name)) => Ok(Parameter { name: name.to_owned(), weight: kind == "weight" }),
        _ => Err(damaged(format!("`{line}` is no parameter"))),
    });
    let parameters = parameters.collect::<Result<Vec<_>, _>>()?;

    let module = parse::module(text, &path.display().to_string())?;
    verify::verify_static(&module).map_err(|e| damaged(format!("the graph is not valid: {e}")))?;
    let main = module.main();
    let results: Vec<String> = results.split('\n').take(main.results().len()).map(str::to_owned).collect();
    if main.params().len() != parameters.len() || main.results().len() != results.len() {
        return Err(damaged("the graph has other parameters or results than the file says".to_owned()));
    }
    let weights = parameters.iter().zip(main.params()).map(|(parameter, &value)| match parameter.weight {
        false => Ok(None),
        true => {
            let view = file.tensor(&parameter.name).map_err(|e| damaged(e.to_string()))?;
            let tensor = host_of(&view).ok_or_else(|| damaged(format!("`{}` is of a type that graphs do not have", parameter.name)))?;
            let tensor = tensor.map_err(|e| damaged(format!("`{}`: {}", parameter.name, e.message)))?;
            let expected: &Shape = main.shape(value);
            if tensor.shape() != *expected {
                return Err(damaged(format!("the weight `{}` is {}, and the graph takes {expected}", parameter.name, tensor.shape())));
            }
            Ok(Some(AnyTensor::from_host(tensor)))
        }
    });
    let weights = weights.collect::<Result<Vec<_>, _>>()?;
    Ok(Program { module, parameters, weights, results, compiled: Mutex::default() })
}
