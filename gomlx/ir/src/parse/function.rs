// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Modules, functions, regions and the scopes of their names.

use super::cursor::unquote;
use super::lexer::Kind;
use super::{FunctionText, Mark, Parser, Scope};
use crate::{Donation, Function, Module, RegionId, Result, Shape, ValueId, verify};

/// More calls than any program has: calls in callees multiply.
pub(super) const MAX_CALLS: usize = 1 << 16;

/// A parameter of a region that was read.
pub(super) struct Param<'a> {
    pub(super) name: &'a str,
    pub(super) shape: Shape,
    /// How many came before it in the function's text, of those that the printer counts.
    pub(super) number: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn module(mut self) -> Result<Module> {
        let (name, order) = self.index()?;
        let end = self.c.mark();
        let main = order.iter().position(|f| f == "main");
        let entry = main.or_else(|| order.iter().position(|f| self.texts[f].public));
        let Some(entry) = entry else { return Err(self.c.error("the module has no public function")) };
        let others = order.iter().enumerate().filter(|&(i, f)| i != entry && self.texts[f].public).map(|(_, f)| f);
        let names: Vec<String> = std::iter::once(&order[entry]).chain(others).cloned().collect();
        // Names are distinct; the entry's is `main` in every module's text, which says little.
        let entry_name = if name.is_empty() || names.contains(&name) { names[0].clone() } else { name.clone() };
        let mut functions = vec![];
        for function in names {
            self.c.go_to(self.texts[&function].params);
            self.function = Function::new(if functions.is_empty() { &entry_name } else { &function });
            self.params = 0;
            self.calls = vec![function];
            self.function_text()?;
            functions.push(std::mem::replace(&mut self.function, Function::new("")));
        }
        self.c.go_to(end);
        let name = if name.is_empty() { entry_name } else { name };
        let module = Module { name, functions };
        match verify::verify(&module) {
            Ok(()) => Ok(module),
            Err(found) => {
                Err(found.0.into_iter().next().map_or_else(|| self.c.error("the module is invalid"), |e| e.at(Some(&self.c.place()))))
            }
        }
    }

    /// Finds every function and alias of the text; the module's name, and the functions' in order.
    fn index(&mut self) -> Result<(String, Vec<String>)> {
        let mut name = String::new();
        let mut order = vec![];
        let mut in_module = false;
        loop {
            match (self.c.token.kind, self.c.token.text) {
                (Kind::End, _) if !in_module => return Ok((name, order)),
                (Kind::Punct, "}") if in_module => {
                    in_module = false;
                    self.c.take();
                    self.trailing_location()?;
                }
                (Kind::Hash, alias) => {
                    self.c.take();
                    self.c.expect("=", "after an alias")?;
                    // A location's alias names what stands in the parentheses.
                    if self.c.eat("loc") {
                        let inner = self.inside_parentheses()?;
                        self.aliases.insert(alias, inner);
                    } else {
                        self.aliases.insert(alias, self.c.mark());
                        self.skip_attribute()?;
                    }
                }
                (Kind::Ident, "module" | "builtin.module") if !in_module && order.is_empty() => {
                    self.c.take();
                    if self.c.is(Kind::Symbol) {
                        name = unquote(self.c.take().text);
                    }
                    if self.c.eat("attributes") {
                        self.attributes()?;
                    }
                    self.c.expect("{", "to begin the module")?;
                    in_module = true;
                }
                (Kind::Ident, "func.func") => order.push(self.index_function()?),
                (Kind::Str, _) => return Err(self.c.unsupported("generic forms of modules and functions are not supported")),
                _ => return Err(self.c.expected(if in_module { "'func.func' or '}'" } else { "'module' or 'func.func'" })),
            }
        }
    }

    fn index_function(&mut self) -> Result<String> {
        self.c.take();
        let public = !self.c.eat("private");
        if public {
            self.c.eat("public");
        }
        let name = self.c.expect_kind(Kind::Symbol, "a function's name")?;
        if !self.c.at("(") {
            return Err(self.c.expected("'(' after the function's name"));
        }
        let text = FunctionText { params: self.c.mark(), public };
        // Parameters and results may hold braces in their attributes, the body is the first at this level
        // that neither follows `attributes` nor stands in parentheses.
        self.skip_balanced()?;
        if self.c.eat("->") {
            if self.c.at("(") {
                self.skip_balanced()?;
            } else {
                self.result_types()?;
            }
        }
        if self.c.eat("attributes") {
            self.skip_balanced()?;
        }
        if !self.c.at("{") {
            return Err(self.c.expected("'{' to begin the function's body"));
        }
        self.skip_balanced()?;
        self.trailing_location()?;
        let symbol = unquote(name.text);
        if self.texts.insert(symbol.clone(), text).is_some() {
            return Err(self.c.error(format!("function {} is defined twice", name.text)));
        }
        Ok(symbol)
    }

    /// `(..)`: the place after the opening parenthesis, and moves past the closing one.
    fn inside_parentheses(&mut self) -> Result<Mark<'a>> {
        let open = self.c.mark();
        self.c.expect("(", "after 'loc'")?;
        let inner = self.c.mark();
        self.c.go_to(open);
        self.skip_balanced()?;
        Ok(inner)
    }

    /// An attribute, without reading it: aliases may come before what they mention.
    fn skip_attribute(&mut self) -> Result<()> {
        let token = self.c.token;
        if token.kind == Kind::Punct {
            if !matches!(token.text, "[" | "{" | "(") {
                return Err(self.c.expected("an attribute"));
            }
            return self.skip_balanced();
        }
        self.c.take();
        if self.c.at("<") {
            self.skip_balanced()?;
        }
        if self.c.eat(":") {
            self.shape()?;
        }
        Ok(())
    }

    /// The current function from its parameters on.
    fn function_text(&mut self) -> Result<()> {
        self.scopes = vec![Scope { isolated: true, ..Scope::default() }];
        self.region = Function::BODY;
        self.header(|p, name, shape| {
            let position = p.function.params().len();
            let param = p.function.add_param(shape, Donation::Keep);
            p.name_param(param, name, position);
            p.params += 1;
            p.define(name, &[param])?;
            let attributes = p.attributes()?;
            if let Some(result) = attributes.size("tf.aliasing_output").map_err(|e| e.at(Some(&p.c.place())))? {
                p.function.donations[position] = Donation::Alias(result);
            } else if matches!(attributes.bool("jax.buffer_donor"), Ok(Some(true))) {
                p.function.donations[position] = Donation::Donate;
            }
            Ok(())
        })?;
        let expected = self.results_and_attributes()?;
        let results = self.body(Function::BODY)?;
        self.check_types(&results, &expected, "the function's result")?;
        for donation in &self.function.donations {
            if let Donation::Alias(result) = *donation
                && result >= results.len()
            {
                return Err(self.c.error(format!("tf.aliasing_output is {result}, but there are {} results", results.len())));
            }
        }
        self.function.set_results(results);
        Ok(())
    }

    /// Parses a call's callee in place, on given arguments; its results.
    pub(super) fn inline(&mut self, name: &str, args: &[ValueId]) -> Result<Vec<ValueId>> {
        let Some(&text) = self.texts.get(name) else { return Err(self.c.error(format!("no function @{name} in the module"))) };
        if self.calls.iter().any(|c| c == name) {
            return Err(self.c.error(format!("function @{name} calls itself")));
        }
        self.call_budget =
            self.call_budget.checked_sub(1).ok_or_else(|| self.c.error(format!("more than {MAX_CALLS} calls, with those of callees")))?;
        let here = self.c.mark();
        self.c.go_to(text.params);
        self.calls.push(name.to_owned());
        let results = self.nested(|p| {
            p.scopes.push(Scope { isolated: true, ..Scope::default() });
            let mut rest = args.iter();
            p.header(|p, name, shape| {
                let Some(&arg) = rest.next() else { return Err(p.c.error("a call has fewer arguments than its function has parameters")) };
                p.check_types(&[arg], &[shape], "a call's argument")?;
                p.define(name, &[arg])?;
                p.attributes()?;
                Ok(())
            })?;
            if rest.next().is_some() {
                return Err(p.c.error("a call has more arguments than its function has parameters"));
            }
            let expected = p.results_and_attributes()?;
            let region = p.region;
            let results = p.body(region)?;
            p.check_types(&results, &expected, "the function's result")?;
            p.scopes.pop();
            Ok(results)
        })?;
        self.calls.pop();
        self.c.go_to(here);
        Ok(results)
    }

    /// `(%x: T {..}, ..)`, with `param` to take each one's attributes too.
    fn header(&mut self, mut param: impl FnMut(&mut Self, &'a str, Shape) -> Result<()>) -> Result<()> {
        self.c.expect("(", "to begin the parameters")?;
        self.separated(")", "after a parameter", |p| {
            let (name, shape) = p.param()?;
            param(p, name, shape)?;
            p.trailing_location()?;
            Ok(())
        })
    }

    /// `%x: tensor<f32>`.
    fn param(&mut self) -> Result<(&'a str, Shape)> {
        let name = self.c.expect_kind(Kind::Value, "a parameter's name")?;
        self.c.expect(":", "after a parameter's name")?;
        Ok((name.text, self.shape()?))
    }

    /// `-> (T {..}, ..) attributes {..}`; the types.
    fn results_and_attributes(&mut self) -> Result<Vec<Shape>> {
        let mut types = vec![];
        if self.c.eat("->") {
            if self.c.eat("(") {
                self.separated(")", "after a result type", |p| {
                    types.push(p.shape()?);
                    p.attributes()?;
                    Ok(())
                })?;
            } else {
                types.push(self.shape()?);
            }
        }
        if self.c.eat("attributes") {
            self.attributes()?;
        }
        Ok(types)
    }

    /// `{ .. }`: the body of a function, into a region; what it returns.
    fn body(&mut self, region: RegionId) -> Result<Vec<ValueId>> {
        self.c.expect("{", "to begin the function's body")?;
        self.instructions(region)
    }

    /// A region of an op, with its parameters unless the op's form has listed them before.
    pub(super) fn region(&mut self, region: RegionId) -> Result<()> {
        self.nested(|p| {
            p.c.expect("{", "to begin a region")?;
            if p.c.is(Kind::Block) {
                p.c.take();
                if p.c.eat("(") {
                    p.separated(")", "after a parameter", |p| p.region_param(region))?;
                }
                p.c.expect(":", "after a block's name")?;
            }
            let results = p.instructions(region)?;
            p.function.region_mut(region).results = results;
            Ok(())
        })
    }

    /// Instructions into a region, up to its terminator and the closing brace; what it returns.
    fn instructions(&mut self, region: RegionId) -> Result<Vec<ValueId>> {
        let outer = std::mem::replace(&mut self.region, region);
        let results = loop {
            if let Some(results) = self.terminator()? {
                break results;
            }
            if self.c.at("}") || self.c.is(Kind::End) {
                return Err(self.c.expected("an instruction or 'return'"));
            }
            self.instruction()?;
        };
        self.region = outer;
        self.c.expect("}", "after 'return'")?;
        Ok(results)
    }

    /// `%x: tensor<f32> loc(..)`, a parameter of a region.
    fn region_param(&mut self, region: RegionId) -> Result<()> {
        let param = self.counted_param()?;
        self.add_region_param(region, param)
    }

    pub(super) fn counted_param(&mut self) -> Result<Param<'a>> {
        let (name, shape) = self.param()?;
        self.trailing_location()?;
        self.params += 1;
        Ok(Param { name, shape, number: self.params - 1 })
    }

    pub(super) fn add_region_param(&mut self, region: RegionId, param: Param<'a>) -> Result<()> {
        let value = self.function.add_region_param(region, param.shape);
        self.name_param(value, param.name, param.number);
        self.define(param.name, &[value])
    }

    /// Keeps a parameter's name, unless it is the one that the printer makes up.
    fn name_param(&mut self, param: ValueId, name: &str, number: usize) {
        let name = &name[1..];
        if name.strip_prefix("arg").is_none_or(|n| n != number.to_string()) {
            self.name_value(param, name);
        }
    }

    /// Keeps a name that is not a number.
    pub(super) fn name_value(&mut self, value: ValueId, name: &str) {
        if !name.bytes().all(|c| c.is_ascii_digit()) {
            self.function.set_name(value, name);
        }
    }

    /// Makes a name stand for values in the innermost scope.
    pub(super) fn define(&mut self, name: &'a str, values: &[ValueId]) -> Result<()> {
        let visible = self.lookup(name).is_some();
        match self.scopes.last_mut() {
            Some(scope) if !visible => {
                scope.values.insert(name, values.into());
                Ok(())
            }
            _ => Err(self.c.error(format!("{name} is defined twice"))),
        }
    }

    pub(super) fn lookup(&self, name: &str) -> Option<&[ValueId]> {
        for scope in self.scopes.iter().rev() {
            if let Some(values) = scope.values.get(name) {
                return Some(values);
            }
            if scope.isolated {
                return None;
            }
        }
        None
    }

    pub(super) fn check_types(&self, values: &[ValueId], stated: &[Shape], what: &str) -> Result<()> {
        if values.len() != stated.len() {
            return Err(self.c.error(format!("{} values where {} types are stated for {what}", values.len(), stated.len())));
        }
        for (&value, stated) in values.iter().zip(stated) {
            let found = self.function.shape(value);
            if found != stated {
                return Err(self.c.error(format!("{what} is {found}, but its type is stated as {stated}")));
            }
        }
        Ok(())
    }
}
