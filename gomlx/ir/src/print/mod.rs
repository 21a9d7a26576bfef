// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! StableHLO text of modules and functions.
//!
//! Invariants:
//! - each op has the form of StableHLO's own printer, so that any parser of StableHLO reads it;
//! - parsing printed text and printing it again gives the same text;
//! - printing a half-built function never panics.
//!
//! The region of a composite is printed as a private function after the function that holds the composite. A symbolic
//! dim is printed by its name (`tensor<Bx10xf32>`), for readers only: StableHLO has no such types.

mod dense;
mod names;
mod op;
mod types;

use std::collections::VecDeque;
use std::fmt::Write;

use names::Names;
use rustc_hash::FxHashSet;

use crate::{Donation, Function, Location, Module, Region, RegionId, ValueId, deep};

/// Options of the printer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The source place of each instruction, as `loc("file":line:column)`.
    pub locations: bool,
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&function(self))
    }
}

/// The text of a module; its entry is `@main`, as PJRT plugins need it.
pub fn module(module: &Module) -> String {
    module_with(module, Options::default())
}

/// The text of a module, with options.
pub fn module_with(module: &Module, options: Options) -> String {
    let mut out = String::from("module");
    if !module.name.is_empty() {
        out.push(' ');
        types::symbol(&mut out, &module.name);
    }
    out.push_str(" {\n");
    let names: Vec<&str> = module.functions.iter().enumerate().map(|(i, function)| symbol(i, &function.name)).collect();
    let mut symbols = names.iter().map(|&name| name.to_owned()).collect();
    for (function, name) in module.functions.iter().zip(names) {
        deep::with_room(deep::depth(function), || Printer::new(function, options, 1, &mut symbols, &mut out).function("public ", name));
    }
    out.push_str("}\n");
    out
}

/// The name of a function of a module in text.
fn symbol(position: usize, name: &str) -> &str {
    match name {
        _ if position == 0 => "main",
        "main" => "_main",
        name => name,
    }
}

/// The text of one function, with the decompositions of its composites after it.
pub fn function(function: &Function) -> String {
    function_with(function, Options::default())
}

/// The text of one function, with options.
pub fn function_with(function: &Function, options: Options) -> String {
    let (mut out, mut symbols) = (String::new(), [function.name.clone()].into_iter().collect());
    deep::with_room(deep::depth(function), || Printer::new(function, options, 0, &mut symbols, &mut out).function("", &function.name));
    out
}

/// Writes one function.
struct Printer<'f> {
    function: &'f Function,
    options: Options,
    names: Names,
    /// Names of functions that are taken.
    symbols: &'f mut FxHashSet<String>,
    /// Regions of composites to print as functions of these names.
    decompositions: VecDeque<(String, RegionId)>,
    out: &'f mut String,
    indent: usize,
}

impl<'f> Printer<'f> {
    fn new(
        function: &'f Function,
        options: Options,
        indent: usize,
        symbols: &'f mut FxHashSet<String>,
        out: &'f mut String,
    ) -> Printer<'f> {
        Printer { function, options, names: Names::default(), symbols, decompositions: VecDeque::new(), out, indent }
    }

    fn function(mut self, visibility: &str, name: &str) {
        self.region_function(visibility, name, Function::BODY, &self.function.donations);
        while let Some((name, region)) = self.decompositions.pop_front() {
            self.names = Names::default();
            self.region_function("private ", &name, region, &[]);
        }
    }

    /// The name of the function that a composite's region is printed as.
    fn decomposition(&mut self, composite: &str, region: RegionId) -> String {
        let wanted = format!("{composite}.impl");
        let mut name = wanted.clone();
        let mut suffix = 0;
        while !self.symbols.insert(name.clone()) {
            name = format!("{wanted}_{suffix}");
            suffix += 1;
        }
        self.decompositions.push_back((name.clone(), region));
        name
    }

    /// A region as a function.
    fn region_function(&mut self, visibility: &str, name: &str, region: RegionId, donations: &[Donation]) {
        let Region { params, results, .. } = self.function.region(region);
        self.line_start();
        self.put("func.func ");
        self.put(visibility);
        types::symbol(self.out, name);
        self.put("(");
        for (i, &param) in params.iter().enumerate() {
            self.comma(i);
            self.param(param);
            match donations.get(i) {
                Some(Donation::Donate) => self.put(" {jax.buffer_donor = true}"),
                Some(Donation::Alias(result)) => self.fmt(format_args!(" {{tf.aliasing_output = {result} : i32}}")),
                Some(Donation::Keep) | None => {}
            }
        }
        self.put(")");
        if !results.is_empty() {
            self.put(" -> ");
            self.result_types(results);
        }
        self.put(" {\n");
        self.region_body(region, "return");
        self.line_start();
        self.put("}\n");
    }

    /// The instructions of a region and its terminator, one level in.
    fn region_body(&mut self, region: RegionId, terminator: &str) {
        self.indent += 1;
        let region = self.function.region(region);
        for &inst in &region.insts {
            self.line_start();
            self.inst(inst);
            self.put("\n");
        }
        self.line_start();
        self.put(terminator);
        if !region.results.is_empty() {
            self.put(" ");
            self.operands(&region.results);
            self.put(" : ");
            self.types(&region.results);
        }
        self.put("\n");
        self.indent -= 1;
    }

    /// Writes the source location of an instruction, if the options ask for it.
    fn location(&mut self, location: Option<&Location>) {
        if let (true, Some(at)) = (self.options.locations, location) {
            self.put(" loc(");
            types::string(self.out, &at.file);
            self.fmt(format_args!(":{}:{})", at.line, at.column));
        }
    }

    /// `%x: tensor<f32>`, naming the parameter.
    fn param(&mut self, param: ValueId) {
        self.names.define_param(self.function, param);
        self.operand(param);
        self.put(": ");
        self.ty(param);
    }

    fn operand(&mut self, value: ValueId) {
        self.names.write(self.out, value);
    }

    fn operands(&mut self, values: &[ValueId]) {
        for (i, &value) in values.iter().enumerate() {
            self.comma(i);
            self.operand(value);
        }
    }

    fn ty(&mut self, value: ValueId) {
        types::shape(self.out, self.function.shape(value));
    }

    fn types(&mut self, values: &[ValueId]) {
        for (i, &value) in values.iter().enumerate() {
            self.comma(i);
            self.ty(value);
        }
    }

    /// One type without parentheses; any other number of types in parentheses.
    fn result_types(&mut self, values: &[ValueId]) {
        if let &[value] = values {
            self.ty(value);
        } else {
            self.put("(");
            self.types(values);
            self.put(")");
        }
    }

    fn line_start(&mut self) {
        // Lines of deeper regions are not indented further: the text would grow with the square of the depth.
        const MOST: usize = 64;
        self.out.extend(std::iter::repeat_n("  ", self.indent.min(MOST)));
    }

    fn comma(&mut self, position: usize) {
        if position > 0 {
            self.put(", ");
        }
    }

    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn fmt(&mut self, text: std::fmt::Arguments<'_>) {
        self.out.write_fmt(text).expect("writing to a string cannot fail");
    }
}
