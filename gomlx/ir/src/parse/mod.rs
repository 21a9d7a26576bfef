// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! StableHLO text to modules: what we print, what JAX prints, the pretty and the
//! generic form of every op.
//!
//! Calls of functions are inlined as they are parsed, since graphs have no calls, and tuples are
//! the tensors in them.
//! Invariants: no text panics; nesting is bounded; nothing is allocated beyond
//! what the text's length or a fixed budget allows; every error has its place in
//! the text and says what was expected there.

mod attribute;
mod build;
mod check;
mod chlo;
mod collective;
mod cursor;
mod custom;
mod dense;
mod dynamic;
mod function;
mod instruction;
mod lexer;
mod location;
mod make;
mod module;
mod pretty;
mod tuple;
mod types;

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::{Function, Location, Module, RegionId, Result, Shape};
use attribute::Attribute;
pub use check::{Check, Comparison, TestModule, test_module};
use cursor::{Cursor, Mark};
use tuple::{Row, Types, Values};

/// A module from StableHLO text.
///
/// The entry is the function `@main`, or else the first one that is public; other
/// public functions follow it. The entry is named after the module if that has a
/// name. `file_name` is what errors and instructions without `loc(..)` give as their file.
///
/// # Errors
/// If the text is not StableHLO, an op is none of [`Op`](crate::Op), or the graph is ill-typed.
///
/// ```
/// let text = "func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
///   %0 = stablehlo.add %x, %x : tensor<2xf32>
///   return %0 : tensor<2xf32>
/// }";
/// let module = gomlx_ir::parse::module(text, "twice.mlir")?;
/// assert_eq!(module.main().num_insts(), 1);
///
/// let error = gomlx_ir::parse::module("func.func @main(%x tensor<f32>) {}", "bad.mlir").unwrap_err();
/// assert_eq!(error.message, "expected ':' after a parameter's name, found 'tensor'");
/// # Ok::<(), gomlx_ir::Diagnostic>(())
/// ```
pub fn module(text: &str, file_name: &str) -> Result<Module> {
    Parser::new(text, file_name).module()
}

/// A module from StableHLO text whose entry's parameters have unknown sizes (`tensor<?xf32>`), for arguments of given
/// shapes: with them all sizes are computed, and the module is static.
///
/// # Errors
/// As [`module`]; if an argument's shape is not its parameter's; if a size depends on more than the arguments' shapes.
pub fn refined(text: &str, file_name: &str, arguments: &[Shape]) -> Result<Module> {
    let mut parser = Parser::new(text, file_name);
    parser.arguments = Some(arguments.to_vec());
    parser.module()
}

/// What the entry of a text takes and gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntrySignature {
    /// The module's name.
    pub name: String,
    /// Shapes of the parameters; a size that the text leaves open is the symbol `?`.
    pub params: Vec<Shape>,
    /// Shapes of the results, likewise.
    pub results: Vec<Shape>,
}

/// The signature of a text's entry, without what it computes.
///
/// # Errors
/// If the text has no entry, or a type of its signature is no tensor.
pub fn signature(text: &str, file_name: &str) -> Result<EntrySignature> {
    Parser::new(text, file_name).signature_of_entry()
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, file_name: &str) -> Parser<'a> {
        Parser {
            c: Cursor::new(text, file_name),
            texts: FxHashMap::default(),
            aliases: FxHashMap::default(),
            locations: FxHashMap::default(),
            resources: FxHashMap::default(),
            splat_budget: dense::SPLAT_BUDGET,
            call_budget: function::MAX_CALLS,
            function: Function::new(""),
            region: Function::BODY,
            scopes: vec![],
            params: 0,
            calls: vec![],
            tests: None,
            arguments: None,
            loop_state: Values::default(),
            returned: FxHashMap::default(),
            known: dynamic::Known::default(),
        }
    }
}

struct Parser<'a> {
    c: Cursor<'a>,
    /// Every function of the module, by name.
    texts: FxHashMap<String, FunctionText<'a>>,
    /// What follows the `=` of `#name = ..`.
    aliases: FxHashMap<&'a str, Mark<'a>>,
    /// Aliases of locations that were read.
    locations: FxHashMap<String, Option<Location>>,
    /// Bytes in hex that `dense_resource` names.
    resources: FxHashMap<&'a str, &'a str>,
    splat_budget: usize,
    call_budget: usize,
    /// The function being made, and the region being filled.
    function: Function,
    region: RegionId,
    /// Names visible, innermost last.
    scopes: Vec<Scope<'a>>,
    /// Parameters named so far, as the printer counts them.
    params: usize,
    /// Functions being inlined, outermost first.
    calls: Vec<String>,
    /// What makes a test module, if it may be one.
    tests: Option<check::Tests>,
    /// Shapes of the entry's arguments, if the module is refined to them.
    arguments: Option<Vec<Shape>>,
    /// The state of the loop whose regions come next.
    loop_state: Values,
    /// What regions return, those of them that return not only tensors.
    returned: FxHashMap<RegionId, Row>,
    known: dynamic::Known,
}

/// Where a function's parameters begin in the text.
#[derive(Clone)]
struct FunctionText<'a> {
    params: Mark<'a>,
    public: bool,
    /// Types of the results in generic form, where the parameters stand in the body.
    generic_results: Option<Types>,
    /// What the generic form says of each parameter.
    param_attributes: Rc<[Attribute]>,
}

/// The names of one region.
#[derive(Default)]
struct Scope<'a> {
    values: FxHashMap<&'a str, Values>,
    /// Whether names around it are invisible, as in a function.
    isolated: bool,
}

impl<'a> Parser<'a> {
    /// Items with commas between them up to `close`, which is taken.
    fn separated(&mut self, close: &str, context: &str, mut item: impl FnMut(&mut Self) -> Result<()>) -> Result<()> {
        if self.c.eat(close) {
            return Ok(());
        }
        loop {
            item(self)?;
            if self.c.eat(close) {
                return Ok(());
            }
            if !self.c.eat(",") {
                return Err(self.c.expected(&format!("',' or '{close}' {context}")));
            }
        }
    }

    /// Parses in a scope of its own, inside the current one.
    fn in_scope<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.scopes.push(Scope::default());
        let result = parse(self);
        self.scopes.pop();
        result
    }

    /// Recurses, if that is not too deep.
    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.c.enter()?;
        let result = parse(self);
        self.c.leave();
        result
    }
}

#[cfg(test)]
mod tests;
