// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! StableHLO text of modules and functions.
//!
//! Invariants: each op is in the form that StableHLO's own printer gives it, so
//! that any parser of StableHLO reads it; printing what `parse` made of printed
//! text gives that text again; printing a half-built function never panics.
//! A symbolic dim is printed by its name (`tensor<Bx10xf32>`), which is for
//! readers only: StableHLO has no such types.

mod dense;
mod names;
mod op;
mod types;

use std::fmt::Write;

use names::Names;

use crate::{Donation, Function, Location, Module, RegionId, ValueId};

/// What else to print.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The source place of each instruction, as `loc("file":line:column)`.
    pub locations: bool,
}

/// The text of a module; its entry is `@main`, as PJRT plugins need it.
pub fn module(module: &Module) -> String {
    module_with(module, Options::default())
}

/// The text of a module with what the options ask for.
pub fn module_with(module: &Module, options: Options) -> String {
    let mut out = String::from("module");
    if !module.name.is_empty() {
        out.push(' ');
        types::symbol(&mut out, &module.name);
    }
    out.push_str(" {\n");
    for (i, function) in module.functions.iter().enumerate() {
        let name = match function.name.as_str() {
            _ if i == 0 => "main",
            "main" => "_main",
            name => name,
        };
        out.push_str(&Printer::new(function, options, 1).function("public ", name));
    }
    out.push_str("}\n");
    out
}

/// The text of one function.
pub fn function(function: &Function) -> String {
    function_with(function, Options::default())
}

/// The text of one function with what the options ask for.
pub fn function_with(function: &Function, options: Options) -> String {
    Printer::new(function, options, 0).function("", &function.name)
}

/// Writes one function.
struct Printer<'f> {
    function: &'f Function,
    options: Options,
    names: Names,
    out: String,
    indent: usize,
}

impl<'f> Printer<'f> {
    fn new(function: &'f Function, options: Options, indent: usize) -> Printer<'f> {
        Printer { function, options, names: Names::default(), out: String::new(), indent }
    }

    fn function(mut self, visibility: &str, name: &str) -> String {
        let function = self.function;
        self.line_start();
        self.put("func.func ");
        self.put(visibility);
        types::symbol(&mut self.out, name);
        self.put("(");
        for (i, &param) in function.params().iter().enumerate() {
            self.comma(i);
            self.param(param);
            match function.donations.get(i) {
                Some(Donation::Donate) => self.put(" {jax.buffer_donor = true}"),
                Some(Donation::Alias(result)) => self.fmt(format_args!(" {{tf.aliasing_output = {result} : i32}}")),
                Some(Donation::Keep) | None => {}
            }
        }
        self.put(")");
        if !function.results().is_empty() {
            self.put(" -> ");
            self.result_types(function.results());
        }
        self.put(" {\n");
        self.region_body(Function::BODY, "return");
        self.line_start();
        self.put("}\n");
        self.out
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

    /// Where the user wrote it.
    fn location(&mut self, location: Option<&Location>) {
        if let (true, Some(at)) = (self.options.locations, location) {
            self.put(" loc(");
            types::string(&mut self.out, &at.file);
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
        self.names.write(&mut self.out, value);
    }

    fn operands(&mut self, values: &[ValueId]) {
        for (i, &value) in values.iter().enumerate() {
            self.comma(i);
            self.operand(value);
        }
    }

    fn ty(&mut self, value: ValueId) {
        types::shape(&mut self.out, self.function.shape(value));
    }

    fn types(&mut self, values: &[ValueId]) {
        for (i, &value) in values.iter().enumerate() {
            self.comma(i);
            self.ty(value);
        }
    }

    /// One type bare, any other number in parentheses.
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
        self.out.extend(std::iter::repeat_n("  ", self.indent));
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
