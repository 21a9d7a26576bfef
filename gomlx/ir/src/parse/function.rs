// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Modules, functions, regions and the scopes of their names.

use super::attribute::{Attribute, Attributes};
use super::lexer::Kind;
use super::tuple::{Held, Row, Types, Values};
use super::types::UNKNOWN;
use super::{EntrySignature, Parser, Scope};
use crate::{Code, Diagnostic, Dim, Donation, Function, Module, RegionId, Result, Shape, ValueId, verify};

/// More calls than any program has: calls in callees multiply.
pub(super) const MAX_CALLS: usize = 1 << 16;

/// A parameter of a region that was read.
pub(super) struct Param<'a> {
    pub(super) name: &'a str,
    /// One type.
    pub(super) types: Types,
    /// How many came before it in the function's text, of those that the printer counts.
    pub(super) number: usize,
}

/// The functions of a module to parse: each with the name that it gets, the entry first.
pub(super) struct Entry {
    pub(super) module: String,
    pub(super) functions: Vec<(String, String)>,
}

impl<'a> Parser<'a> {
    pub(super) fn module(mut self) -> Result<Module> {
        let entry = self.entry()?;
        let mut functions = vec![];
        for (name, function) in entry.functions {
            functions.push(self.parse_function(&function, &name)?);
        }
        self.finish(Module { name: entry.module, functions })
    }

    /// Indexes the text, and chooses the functions to parse.
    pub(super) fn entry(&mut self) -> Result<Entry> {
        let (name, order) = self.index()?;
        let main = order.iter().position(|f| f == "main");
        let entry = main.or_else(|| order.iter().position(|f| self.texts[f].public));
        let Some(entry) = entry else { return Err(self.c.error("the module has no public function")) };
        let others = order.iter().enumerate().filter(|&(i, f)| i != entry && self.texts[f].public).map(|(_, f)| f);
        let names: Vec<String> = std::iter::once(&order[entry]).chain(others).cloned().collect();
        // Names are distinct. The entry is `main` in every text, so it gets the name of the module if no other has it.
        let entry_name = if name.is_empty() || names.contains(&name) { names[0].clone() } else { name.clone() };
        let module = if name.is_empty() { entry_name.clone() } else { name };
        let called = |(i, function): (usize, String)| (if i == 0 { entry_name.clone() } else { function.clone() }, function);
        Ok(Entry { module, functions: names.into_iter().enumerate().map(called).collect() })
    }

    /// Parses a function of the text under a name.
    pub(super) fn parse_function(&mut self, function: &str, name: &str) -> Result<Function> {
        let here = self.c.mark();
        self.function = Function::new(name);
        self.params = 0;
        self.calls = vec![function.to_owned()];
        self.known.clear();
        self.returned.clear();
        self.function_text(function)?;
        self.c.go_to(here);
        Ok(std::mem::replace(&mut self.function, Function::new("")))
    }

    /// The entry's parameters and results as the text states them.
    pub(super) fn signature_of_entry(&mut self) -> Result<EntrySignature> {
        let entry = self.entry()?;
        let (_, function) = &entry.functions[0];
        self.function = Function::new("");
        let mut params = vec![];
        let results = self.enter_function(function, |p, _, types| {
            params.extend(types.flat);
            p.attributes()?;
            Ok(())
        })?;
        Ok(EntrySignature { name: entry.module, params, results: results.flat })
    }

    /// Verifies what was parsed.
    pub(super) fn finish(&self, module: Module) -> Result<Module> {
        match verify::verify(&module) {
            Ok(()) => Ok(module),
            Err(found) => {
                Err(found.0.into_iter().next().map_or_else(|| self.c.error("the module is invalid"), |e| e.at(Some(&self.c.place()))))
            }
        }
    }

    /// The current function.
    fn function_text(&mut self, name: &str) -> Result<()> {
        self.scopes.clear();
        self.region = Function::BODY;
        let arguments = self.arguments.take();
        // Where each parameter that is a tensor is among those of the graph.
        let mut positions = vec![];
        let expected = self.enter_function(name, |p, name, types| {
            let first = p.function.params().len();
            let mut params = vec![];
            for shape in types.flat {
                let shape = p.param_shape(shape, p.function.params().len(), arguments.as_deref())?;
                params.push(p.function.add_param(shape, Donation::Keep));
            }
            if types.held[..] == [Held::Tensor] {
                p.name_param(params[0], name, positions.len());
            }
            p.params += 1;
            positions.push((types.held[..] == [Held::Tensor]).then_some(first));
            p.define(name, Values { flat: params, held: types.held })?;
            let attributes = p.attributes()?;
            p.set_donation(positions.last().copied().flatten(), &attributes)
        })?;
        if let Some(arguments) = arguments
            && arguments.len() != self.function.params().len()
        {
            let (given, wanted) = (arguments.len(), self.function.params().len());
            return Err(Diagnostic::new(Code::Signature, format!("@{name} takes {wanted} arguments, {given} were given")));
        }
        for (position, attributes) in self.texts[name].param_attributes.clone().iter().enumerate() {
            if let Attribute::Fields(attributes) = attributes {
                self.set_donation(positions.get(position).copied().flatten(), attributes)?;
            }
        }
        let results = self.instructions(Function::BODY)?;
        self.check_row(&results, &expected, "the function's result")?;
        for i in 0..self.function.donations.len() {
            let Donation::Alias(result) = self.function.donations[i] else { continue };
            let Some(held) = results.held.get(result) else {
                return Err(self.c.error(format!("tf.aliasing_output is {result}, but there are {} results", results.held.len())));
            };
            // Of the results as the text has them.
            let position = results.held[..result].iter().map(Held::width).sum();
            self.function.donations[i] = if *held == Held::Tensor { Donation::Alias(position) } else { Donation::Donate };
        }
        let results = self.with_checked(results.flat);
        self.function.set_results(results);
        Ok(())
    }

    /// Records what the attributes of a parameter say about its buffer, if it is one tensor.
    fn set_donation(&mut self, position: Option<usize>, attributes: &Attributes) -> Result<()> {
        let donation = self.donation(attributes)?;
        if let Some(position) = position {
            self.function.donations[position] = donation;
        }
        Ok(())
    }

    /// What the attributes of a parameter say about its buffer.
    fn donation(&self, attributes: &Attributes) -> Result<Donation> {
        if let Some(result) = attributes.size("tf.aliasing_output").map_err(|e| e.at(Some(&self.c.place())))? {
            return Ok(Donation::Alias(result));
        }
        Ok(if matches!(attributes.bool("jax.buffer_donor"), Ok(Some(true))) { Donation::Donate } else { Donation::Keep })
    }

    /// The shape of a parameter of the entry: the argument's where there is one.
    fn param_shape(&self, stated: Shape, position: usize, arguments: Option<&[Shape]>) -> Result<Shape> {
        match arguments {
            Some(arguments) => match arguments.get(position) {
                Some(argument) if fits(argument, &stated) => Ok(argument.clone()),
                Some(argument) => {
                    let message = format!("argument {position} is {argument}, but the parameter is {stated}");
                    Err(Diagnostic::new(Code::Signature, message).at(Some(&self.c.place())))
                }
                None => Err(Diagnostic::new(Code::Signature, format!("parameter {position}, {stated}, has no argument"))),
            },
            None if stated.known().is_none() => Err(self.c.unsupported(format!(
                "parameter {position}, {stated}, is of unknown size: refine the module to the shapes of its arguments"
            ))),
            None => Ok(stated),
        }
    }

    /// Goes to a function of the text, opens a scope, and reads up to its first instruction. `param` takes each
    /// parameter and its attributes. Returns the types of the results.
    fn enter_function(&mut self, name: &str, mut param: impl FnMut(&mut Self, &'a str, Types) -> Result<()>) -> Result<Types> {
        let text = self.texts[name].clone();
        self.c.go_to(text.params);
        self.scopes.push(Scope { isolated: true, ..Scope::default() });
        let mut item = |p: &mut Self| {
            let (name, types) = p.param()?;
            param(p, name, types)?;
            p.trailing_location()?;
            Ok(())
        };
        if let Some(results) = text.generic_results {
            self.c.expect("{", "to begin the function's body")?;
            if self.c.is(Kind::Block) {
                self.c.take();
                if self.c.eat("(") {
                    self.separated(")", "after a parameter", item)?;
                }
                self.c.expect(":", "after a block's name")?;
            }
            return Ok(results);
        }
        self.c.expect("(", "to begin the parameters")?;
        self.separated(")", "after a parameter", &mut item)?;
        let results = self.results_and_attributes()?;
        self.c.expect("{", "to begin the function's body")?;
        Ok(results)
    }

    /// Parses the callee of a call in place, on given arguments; returns its results.
    pub(super) fn inline(&mut self, name: &str, args: &Values) -> Result<Values> {
        self.callee(name, |p| {
            let mut taken = 0;
            let expected = p.enter_function(name, |p, name, types| {
                let Some(arg) = args.part(taken, 1) else {
                    return Err(p.c.error("a call has fewer arguments than its function has parameters"));
                };
                taken += 1;
                p.check_row(&arg, &types, "a call's argument")?;
                p.define(name, arg)?;
                p.attributes()?;
                Ok(())
            })?;
            if taken < args.held.len() {
                return Err(p.c.error("a call has more arguments than its function has parameters"));
            }
            let results = p.instructions(p.region)?;
            p.check_row(&results, &expected, "the function's result")?;
            Ok(results)
        })
    }

    /// Parses a function of the text as a region with parameters shaped as the arguments.
    pub(super) fn outline(&mut self, name: &str, args: &Values) -> Result<(RegionId, Row)> {
        let region = self.function.add_region();
        let params = std::mem::replace(&mut self.params, 0);
        let results = self.callee(name, |p| {
            let mut taken = 0;
            let expected = p.enter_function(name, |p, name, types| {
                let Some(arg) = args.part(taken, 1) else {
                    return Err(p.c.error("a decomposition has more parameters than its composite has operands"));
                };
                taken += 1;
                p.check_row(&arg, &types, "a composite's operand")?;
                let types = Types { flat: arg.iter().map(|&x| p.function.shape(x).clone()).collect(), held: arg.held };
                p.params += 1;
                p.add_region_param(region, Param { name, types, number: p.params - 1 })?;
                p.attributes()?;
                Ok(())
            })?;
            let results = p.instructions(region)?;
            p.check_row(&results, &expected, "the function's result")?;
            p.function.region_mut(region).results.clone_from(&results.flat);
            Ok(results)
        })?;
        self.params = params;
        Ok((region, results.held))
    }

    /// Parses a function that is called at the current place, and comes back.
    fn callee(&mut self, name: &str, parse: impl FnOnce(&mut Self) -> Result<Values>) -> Result<Values> {
        if !self.texts.contains_key(name) {
            return Err(self.c.error(format!("no function @{name} in the module")));
        }
        if self.calls.iter().any(|c| c == name) {
            return Err(self.c.error(format!("function @{name} calls itself")));
        }
        self.call_budget =
            self.call_budget.checked_sub(1).ok_or_else(|| self.c.error(format!("more than {MAX_CALLS} calls, with those of callees")))?;
        let here = self.c.mark();
        self.calls.push(name.to_owned());
        let results = self.nested(parse)?;
        self.scopes.pop();
        self.calls.pop();
        self.c.go_to(here);
        Ok(results)
    }

    /// `%x: tensor<f32>`.
    fn param(&mut self) -> Result<(&'a str, Types)> {
        let name = self.c.expect_kind(Kind::Value, "a parameter's name")?;
        self.c.expect(":", "after a parameter's name")?;
        let mut types = Types::default();
        self.any_type(&mut types)?;
        Ok((name.text, types))
    }

    /// `-> (T {..}, ..) attributes {..}`; the types.
    fn results_and_attributes(&mut self) -> Result<Types> {
        let mut types = Types::default();
        if self.c.eat("->") {
            if self.c.eat("(") {
                self.separated(")", "after a result type", |p| {
                    p.any_type(&mut types)?;
                    p.attributes()?;
                    Ok(())
                })?;
            } else {
                self.any_type(&mut types)?;
            }
        }
        if self.c.eat("attributes") {
            self.attributes()?;
        }
        Ok(types)
    }

    /// The stated result types of a function of the text.
    pub(super) fn results_of(&mut self, function: &str) -> Result<Option<Types>> {
        let Some(text) = self.texts.get(function).cloned() else { return Ok(None) };
        if let Some(results) = text.generic_results {
            return Ok(Some(results));
        }
        let here = self.c.mark();
        self.c.go_to(text.params);
        self.skip_balanced()?;
        let results = self.results_and_attributes()?;
        self.c.go_to(here);
        Ok(Some(results))
    }

    /// A region of an op, with its parameters unless the op's form has listed them before.
    pub(super) fn region(&mut self, region: RegionId) -> Result<()> {
        self.nested(|p| {
            p.c.expect("{", "to begin a region")?;
            if p.c.is(Kind::Block) {
                p.c.take();
                if p.c.eat("(") {
                    let mut position = 0;
                    p.separated(")", "after a parameter", |p| {
                        position += 1;
                        p.region_param(region, position - 1)
                    })?;
                }
                p.c.expect(":", "after a block's name")?;
            }
            p.loop_state = Values::default();
            let results = p.instructions(region)?;
            if !results.is_plain() {
                p.returned.insert(region, results.held);
            }
            p.function.region_mut(region).results = results.flat;
            Ok(())
        })
    }

    /// Instructions into a region, up to its terminator and the closing brace; what it returns.
    fn instructions(&mut self, region: RegionId) -> Result<Values> {
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

    /// `%x: tensor<f32> loc(..)`, a parameter of a region; of a loop, it is of the shape of its state.
    fn region_param(&mut self, region: RegionId, position: usize) -> Result<()> {
        let param = self.counted_param()?;
        if let Some(state) = self.loop_state.part(position, 1) {
            self.check_row(&state, &param.types, "a loop's state")?;
            return self.add_state_param(region, param.name, param.number, state);
        }
        if let [other @ (Held::Token | Held::Tuple(_))] = param.types.held.as_slice() {
            return Err(self.c.error(format!("a parameter of a region is a tensor, not {}", other.noun())));
        }
        if let Some(unknown) = param.types.iter().find(|shape| shape.known().is_none()) {
            return Err(self.c.unsupported(format!("a parameter of a region, {unknown}, is of unknown size")));
        }
        self.add_region_param(region, param)
    }

    pub(super) fn counted_param(&mut self) -> Result<Param<'a>> {
        let (name, types) = self.param()?;
        self.trailing_location()?;
        self.params += 1;
        Ok(Param { name, types, number: self.params - 1 })
    }

    pub(super) fn add_region_param(&mut self, region: RegionId, param: Param<'a>) -> Result<()> {
        let flat: Vec<ValueId> = param.types.flat.into_iter().map(|shape| self.function.add_region_param(region, shape)).collect();
        if param.types.held[..] == [Held::Tensor] {
            self.name_param(flat[0], param.name, param.number);
        }
        self.define(param.name, Values { flat, held: param.types.held })
    }

    /// Adds a parameter that is part of a loop's state, which starts as a value.
    pub(super) fn add_state_param(&mut self, region: RegionId, name: &'a str, number: usize, first: Values) -> Result<()> {
        let shapes = first.iter().map(|&x| self.function.shape(x).clone()).collect();
        let before = self.function.region(region).params.len();
        self.add_region_param(region, Param { name, types: Types { flat: shapes, held: first.held }, number })?;
        for (&value, first) in self.function.region(region).params[before..].iter().zip(first.flat) {
            self.known.starts_as(value, first);
        }
        Ok(())
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
    pub(super) fn define(&mut self, name: &'a str, values: Values) -> Result<()> {
        let visible = self.lookup(name).is_some();
        match self.scopes.last_mut() {
            Some(scope) if !visible => {
                scope.values.insert(name, values);
                Ok(())
            }
            _ => Err(self.c.error(format!("{name} is defined twice"))),
        }
    }

    pub(super) fn lookup(&self, name: &str) -> Option<&Values> {
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

    /// Checks values against the types stated for them, tuples and tokens too.
    pub(super) fn check_row(&self, values: &Values, stated: &Types, what: &str) -> Result<()> {
        if values.held.len() == stated.held.len() {
            for (found, stated) in values.held.iter().zip(&stated.held) {
                if found != stated {
                    let (found, stated) =
                        if found.noun() == stated.noun() { ("a tuple", "another tuple") } else { (found.noun(), stated.noun()) };
                    return Err(self.c.error(format!("{what} is {found}, but its type is stated as {stated}")));
                }
            }
        }
        self.check_types(values, stated, what)
    }

    pub(super) fn check_types(&self, values: &[ValueId], stated: &[Shape], what: &str) -> Result<()> {
        if values.len() != stated.len() {
            return Err(self.c.error(format!("{} values where {} types are stated for {what}", values.len(), stated.len())));
        }
        for (&value, stated) in values.iter().zip(stated) {
            let found = self.function.shape(value);
            if !fits(found, stated) {
                return Err(self.c.error(format!("{what} is {found}, but its type is stated as {stated}")));
            }
        }
        Ok(())
    }
}

/// Whether a shape is what a type says, whose `?` may be any size.
fn fits(found: &Shape, stated: &Shape) -> bool {
    let fits = |(found, stated): (&Dim, &Dim)| found == stated || *stated == Dim::symbol(UNKNOWN);
    found.dtype == stated.dtype && found.rank() == stated.rank() && found.dims.iter().zip(&stated.dims).all(fits)
}
