// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Saving a graph with its weights to a file.

use std::path::Path;

use gomlx_ir::{Code, Diagnostic, Donation};

use super::Lowered;
use crate::program::{Parameter, Stored, weight, write};
use crate::{Error, Result};

impl Lowered {
    /// Makes the tensors of an argument weights: they are saved with the graph, and a call of the loaded program does
    /// not pass them. The argument is named by its parameter; `"self"` is the model of a method.
    ///
    /// # Errors
    /// If there is no such argument, it has no tensors, or a call changes it as state.
    pub fn freeze(mut self, parameter: &str) -> Result<Lowered> {
        let name = self.module.name.clone();
        let below = |path: &str| path == parameter || path.strip_prefix(parameter).is_some_and(|rest| rest.starts_with('.'));
        if let Some(state) = self.results[..self.states].iter().find(|path| below(path)) {
            let message = format!("{name}: `{parameter}` is state, of which a call changes `{state}`, and cannot be frozen");
            return Err(Diagnostic::new(Code::Signature, message)
                .note("lower a function that takes it by `&`, or leave it an input, whose new value is among the results")
                .into());
        }
        let main = self.module.main();
        let paths: Vec<String> = main.params().iter().map(|&v| main.value(v).name.as_deref().unwrap_or_default().to_owned()).collect();
        let found: Vec<usize> = (0..self.arguments).filter(|&i| below(&paths[i])).collect();
        if found.is_empty() {
            let mut known: Vec<&str> = paths[..self.arguments].iter().map(|p| p.split('.').next().unwrap_or(p)).collect();
            known.dedup();
            let message = format!("{name}: no argument `{parameter}` has tensors");
            return Err(Diagnostic::new(Code::Signature, message).note(format!("those that have: {}", known.join(", "))).into());
        }
        found.into_iter().for_each(|i| self.frozen[i] = true);
        Ok(self)
    }

    /// Writes the graph, with the tensors of frozen arguments and the captured tensors, to a file that
    /// [`load`](crate::load) reads.
    ///
    /// When this returns, the file is on the disk. When it fails, a file that was at `path` is as it was. Such a file
    /// keeps its permissions; a symbolic link is followed and stays a link.
    ///
    /// # Errors
    /// If a tensor cannot be read; if the file format has no name for its element type, as for complex numbers of two
    /// `f64`; if the file cannot be written; if something other than a regular file is at `path`.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let mut module = self.module.clone();
        // The file lists state after the other results, and donates nothing.
        let main = &mut module.functions[0];
        let mut results = main.results().to_vec();
        results.rotate_left(self.states);
        main.set_results(results);
        main.donations.fill(Donation::Keep);
        let mut names = self.results.clone();
        names.rotate_left(self.states);
        let mut parameters = vec![];
        let mut weights = vec![];
        for (i, (tensor, &value)) in self.inputs.iter().zip(main.params()).enumerate() {
            let captured = i >= self.arguments;
            let name = match &main.value(value).name {
                Some(name) if !captured => name.to_string(),
                _ => format!("captured {}", i - self.arguments.min(i)),
            };
            let is_weight = captured || self.frozen[i];
            if is_weight {
                weights.push((name.clone(), weight(tensor)?));
            }
            parameters.push(Parameter { name, weight: is_weight });
        }
        write(path.as_ref(), Stored { module: &module, parameters, weights, results: names }).map_err(Error::File)
    }
}
