// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Reads StableHLO text into modules: the text that gomlx and JAX print, each op in its pretty or its generic form.
//!
//! Graphs have no calls and no tuples: the parser inlines calls, and replaces a tuple by its tensors.
//!
//! Invariants:
//! - no text causes a panic, and nesting is bounded;
//! - allocations are bounded by the length of the text or by a fixed budget;
//! - every error has a place in the text and says what the parser expected there.

mod attribute;
mod build;
mod check;
mod chlo;
mod collective;
mod cursor;
mod custom;
mod dense;
mod dynamic;
mod eigen;
mod function;
mod instruction;
mod lapack;
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
/// The entry is the function `@main`, or else the first public function; other public functions follow it. If the
/// module has a name, the entry gets that name. Errors, and instructions without `loc(..)`, give `file_name` as their
/// file.
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

/// A static module from StableHLO text whose entry has parameters of unknown sizes (`tensor<?xf32>`). All sizes are
/// computed from the shapes of the arguments.
///
/// # Errors
/// As [`module`]; if the shape of an argument does not fit its parameter; if a size depends on more than the shapes of
/// the arguments.
pub fn refined(text: &str, file_name: &str, arguments: &[Shape]) -> Result<Module> {
    let mut parser = Parser::new(text, file_name);
    parser.arguments = Some(arguments.to_vec());
    parser.module()
}

/// The parameters and results of the entry of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntrySignature {
    /// The module's name.
    pub name: String,
    /// Shapes of the parameters; a size that the text leaves open is the symbol `?`.
    pub params: Vec<Shape>,
    /// Shapes of the results, likewise.
    pub results: Vec<Shape>,
}

/// The signature of the entry of a text. The body is not parsed.
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
    /// The place after the `=` of each `#name = ..`.
    aliases: FxHashMap<&'a str, Mark<'a>>,
    /// Aliases of locations that were read.
    locations: FxHashMap<String, Option<Location>>,
    /// Bytes in hex, by the name that `dense_resource` uses.
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
    /// The data and comparisons found so far, if the text may be a test module.
    tests: Option<check::Tests>,
    /// Shapes of the entry's arguments, if the module is refined to them.
    arguments: Option<Vec<Shape>>,
    /// The state of the loop whose regions come next.
    loop_state: Values,
    /// The kinds of values that a region returns, for regions that return not only tensors.
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
    /// The attributes of each parameter in generic form.
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

    /// Parses one level deeper, if that is not too deep.
    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.c.enter()?;
        let result = parse(self);
        self.c.leave();
        result
    }
}

#[cfg(test)]
mod tests;
