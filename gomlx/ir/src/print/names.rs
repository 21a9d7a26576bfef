// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Names of values in text. A value that has a name in the source keeps it; other parameters are `%arg0..`, other
//! results `%0..`.
//!
//! Invariant: names are unique in a function, so that nested regions never shadow.

use std::fmt::Write;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{Function, InstId, ValueId};

/// The names given so far, in the order of the text.
#[derive(Default)]
pub(super) struct Names {
    values: FxHashMap<ValueId, Name>,
    used: FxHashSet<String>,
    params: usize,
    insts: usize,
}

struct Name {
    /// Without the `%`.
    base: String,
    /// Position, if the instruction has several results.
    result: Option<usize>,
}

impl Names {
    /// Names a parameter.
    pub(super) fn define_param(&mut self, function: &Function, param: ValueId) {
        let wanted = match &function.value(param).name {
            Some(name) => clean(name),
            None => format!("arg{}", self.params),
        };
        self.params += 1;
        let base = self.unique(wanted);
        self.values.insert(param, Name { base, result: None });
    }

    /// Names a parameter of the condition of a loop, and the parameter of its body for the same state.
    pub(super) fn define_state(&mut self, function: &Function, param: ValueId, same: Option<ValueId>) {
        let wanted = function.value(param).name.as_ref().map_or_else(|| "iterArg".to_owned(), |name| clean(name));
        let base = self.unique(wanted);
        for value in [Some(param), same].into_iter().flatten() {
            self.values.insert(value, Name { base: base.clone(), result: None });
        }
    }

    /// Names the results of an instruction. Returns the text before `=`, or none if there are no results.
    pub(super) fn define_results(&mut self, function: &Function, inst: InstId) -> Option<String> {
        let results = &function.inst(inst).results;
        let wanted = match &function.value(*results.first()?).name {
            Some(name) => clean(name),
            None => {
                self.insts += 1;
                (self.insts - 1).to_string()
            }
        };
        let base = self.unique(wanted);
        let several = results.len() > 1;
        for (i, &result) in results.iter().enumerate() {
            self.values.insert(result, Name { base: base.clone(), result: several.then_some(i) });
        }
        Some(if several { format!("%{base}:{}", results.len()) } else { format!("%{base}") })
    }

    /// Writes the name of a value, or its index if the text has not defined it.
    pub(super) fn write(&self, out: &mut String, value: ValueId) {
        let written = match self.values.get(&value) {
            Some(Name { base, result: None }) => write!(out, "%{base}"),
            Some(Name { base, result: Some(i) }) => write!(out, "%{base}#{i}"),
            None => write!(out, "%undefined_{}", crate::Entity::index(value)),
        };
        written.expect("writing to a string cannot fail");
    }

    fn unique(&mut self, wanted: String) -> String {
        let mut name = wanted.clone();
        let mut suffix = 0;
        while !self.used.insert(name.clone()) {
            name = format!("{wanted}_{suffix}");
            suffix += 1;
        }
        name
    }
}

/// The name with only the characters that MLIR allows in names, and not a number.
fn clean(name: &str) -> String {
    let mut clean: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || "_$.-".contains(c) { c } else { '_' }).collect();
    if !clean.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        clean.insert(0, '_');
    }
    clean
}
