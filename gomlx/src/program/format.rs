// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The file format of a program: writing and reading.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use gomlx_ir::{Code, Diagnostic, HostTensor, Module, Shape, parse, print, verify};
use safetensors::SafeTensors;

use super::Program;
use crate::AnyTensor;
use crate::checkpoint::{self, failed, host_of};

/// The keys of the metadata.
const FORMAT: &str = "gomlx.format";
const TEXT: &str = "gomlx.stablehlo";
const PARAMETERS: &str = "gomlx.parameters";
const RESULTS: &str = "gomlx.results";
const CHECKSUM: &str = "gomlx.checksum";

/// The version of the format. Every other version is refused.
const VERSION: &str = "1";

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
    let (parameters, results) = (parameters.join("\n"), stored.results.join("\n"));
    let mut sum = Checksum::default();
    [&text, &parameters, &results].iter().for_each(|t| sum.update(t.as_bytes()));
    stored.weights.iter().for_each(|(_, tensor)| sum.update(tensor.bytes()));
    let metadata = HashMap::from([
        (FORMAT.to_owned(), VERSION.to_owned()),
        (TEXT.to_owned(), text),
        (PARAMETERS.to_owned(), parameters),
        (RESULTS.to_owned(), results),
        (CHECKSUM.to_owned(), sum.text()),
    ]);
    checkpoint::write_tensors(path, stored.weights, Some(metadata))
}

/// Reads a program.
///
/// # Errors
/// As [`load`](super::load).
pub(super) fn read(path: &Path) -> Result<Program, Diagnostic> {
    let bytes = std::fs::read(path).map_err(|e| failed("read", path, &e))?;
    let fail = |what: String| Diagnostic::new(Code::File, format!("{}: {what}", path.display()));
    let damaged = |what: String| fail(what).note("the file is damaged; save the program again");
    let (_, header) = SafeTensors::read_metadata(&bytes).map_err(|e| failed("read", path, &e))?;
    let metadata = header.metadata().clone().unwrap_or_default();
    let Some(version) = metadata.get(FORMAT) else {
        return Err(fail("this is no program of gomlx".to_owned())
            .note("`f::lower(..)?.save(path)` writes one; `checkpoint::load` reads files of tensors alone"));
    };
    if version != VERSION {
        return Err(fail(format!("the program has format {version}, and this version of gomlx reads {VERSION}")).note("update gomlx"));
    }
    let entry = |key: &str| metadata.get(key).ok_or_else(|| damaged(format!("`{key}` is missing")));
    let (text, parameters, results) = (entry(TEXT)?, entry(PARAMETERS)?, entry(RESULTS)?);
    let file = SafeTensors::deserialize(&bytes).map_err(|e| failed("read", path, &e))?;

    let parameters = parameters.lines().map(|line| match line.split_once(' ') {
        Some((kind @ ("weight" | "input"), name)) => Ok(Parameter { name: name.to_owned(), weight: kind == "weight" }),
        _ => Err(damaged(format!("`{line}` is no parameter"))),
    });
    let parameters = parameters.collect::<Result<Vec<_>, _>>()?;
    let mut sum = Checksum::default();
    [text, entry(PARAMETERS)?, results].iter().for_each(|t| sum.update(t.as_bytes()));
    for name in parameters.iter().filter(|p| p.weight).map(|p| &p.name) {
        let view = file.tensor(name).map_err(|_| damaged(format!("there is no weight `{name}`")))?;
        sum.update(view.data());
    }
    if sum.text() != *entry(CHECKSUM)? {
        return Err(damaged("the checksum is not that of the contents".to_owned()));
    }

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

/// FNV-1a (Fowler, Noll and Vo) over words of eight bytes. The length of each part goes first, and its last word is
/// filled up with zeros. It finds damage at the speed of memory, but does not protect against an attacker.
struct Checksum(u64);

impl Default for Checksum {
    fn default() -> Checksum {
        Checksum(0xcbf2_9ce4_8422_2325)
    }
}

impl Checksum {
    fn update(&mut self, part: &[u8]) {
        self.word(part.len() as u64);
        let (words, rest) = part.as_chunks::<8>();
        words.iter().for_each(|w| self.word(u64::from_le_bytes(*w)));
        if !rest.is_empty() {
            let mut last = [0; 8];
            last[..rest.len()].copy_from_slice(rest);
            self.word(u64::from_le_bytes(last));
        }
    }

    fn word(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x0000_0100_0000_01b3);
    }

    fn text(&self) -> String {
        format!("{:016x}", self.0)
    }
}
