// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The first pass over a text. It finds the place of each function and alias, and the resources that constants refer
//! to. Bodies are skipped; each is parsed where it is called.

use super::attribute::{Attribute, Attributes};
use super::cursor::unquote;
use super::lexer::Kind;
use super::{FunctionText, Mark, Parser};
use crate::Result;

impl<'a> Parser<'a> {
    /// Finds every function and alias of the text. Returns the name of the module, and those of the functions in order.
    pub(super) fn index(&mut self) -> Result<(String, Vec<String>)> {
        let mut name = String::new();
        let mut order = vec![];
        let (mut in_module, mut generic) = (false, false);
        loop {
            match (self.c.token.kind, self.c.token.text) {
                (Kind::End, _) if !in_module => return Ok((name, order)),
                (Kind::Punct, "}") if in_module => {
                    in_module = false;
                    self.c.take();
                    if generic {
                        self.generic_tail()?;
                    }
                    self.trailing_location()?;
                }
                (Kind::Hash, alias) => {
                    self.c.take();
                    self.c.expect("=", "after an alias")?;
                    // The alias of a location names the text in the parentheses.
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
                (Kind::Str, "\"builtin.module\"") if !in_module && order.is_empty() => {
                    self.c.take();
                    let attributes = self.generic_head()?;
                    name = attributes.text("sym_name").unwrap_or_default().to_owned();
                    self.c.expect("(", "to begin the module's region")?;
                    self.c.expect("{", "to begin the module")?;
                    if self.c.is(Kind::Block) {
                        self.c.take();
                        self.c.expect(":", "after a block's name")?;
                    }
                    (in_module, generic) = (true, true);
                }
                (Kind::Str, "\"func.func\"") => order.push(self.index_generic_function()?),
                (Kind::Punct, "{-#") if !in_module => self.resources()?,
                // A mesh names devices. It says nothing about what one device computes.
                (Kind::Ident, "sdy.mesh") => {
                    self.c.take();
                    self.c.expect_kind(Kind::Symbol, "a mesh's name")?;
                    self.c.expect("=", "after a mesh's name")?;
                    self.skip_balanced()?;
                    if self.c.at("{") {
                        self.skip_balanced()?;
                    }
                }
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
        let text = FunctionText { params: self.c.mark(), public, generic_results: None, param_attributes: [].into() };
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
        self.add_function(unquote(name.text), text)
    }

    fn add_function(&mut self, name: String, text: FunctionText<'a>) -> Result<String> {
        if self.texts.insert(name.clone(), text).is_some() {
            return Err(self.c.error(format!("function @{name} is defined twice")));
        }
        Ok(name)
    }

    /// `"func.func"() <{function_type = (T) -> T, sym_name = "f"}> ({ ^bb0(%x: T): .. }) : () -> ()`.
    fn index_generic_function(&mut self) -> Result<String> {
        self.c.take();
        let attributes = self.generic_head()?;
        let Some(name) = attributes.text("sym_name").map(str::to_owned) else { return Err(self.c.expected("attribute 'sym_name' before")) };
        let public = attributes.text("sym_visibility") != Some("private");
        let Some(Attribute::Function(results)) = attributes.get("function_type") else {
            return Err(self.c.expected("attribute 'function_type' before"));
        };
        let param_attributes = match attributes.get("arg_attrs") {
            Some(Attribute::List(items)) => items.as_slice().into(),
            _ => [].into(),
        };
        self.c.expect("(", "to begin the function's region")?;
        let text = FunctionText { params: self.c.mark(), public, generic_results: Some(results.clone()), param_attributes };
        if !self.c.at("{") {
            return Err(self.c.expected("'{' to begin the function's body"));
        }
        self.skip_balanced()?;
        self.generic_tail()?;
        self.trailing_location()?;
        self.add_function(name, text)
    }

    /// `() <{..}>` after the name of a module or function in generic form.
    fn generic_head(&mut self) -> Result<Attributes> {
        self.c.expect("(", "to begin operands")?;
        self.c.expect(")", "since there are no operands")?;
        let mut attributes = Attributes::default();
        if self.c.eat("<") {
            self.more_attributes(&mut attributes)?;
            self.c.expect(">", "after the properties")?;
        }
        Ok(attributes)
    }

    /// `) {..} : () -> ()` after the region of a module or function in generic form.
    fn generic_tail(&mut self) -> Result<()> {
        self.c.expect(")", "after the region")?;
        self.attributes()?;
        self.signature()?;
        Ok(())
    }

    /// `{-# dialect_resources: { builtin: { name: "0x..", .. } } #-}`.
    fn resources(&mut self) -> Result<()> {
        self.c.take();
        while !self.c.eat("#-}") {
            let section = self.c.expect_kind(Kind::Ident, "a section of resources")?;
            self.c.expect(":", "after a section's name")?;
            if section.text != "dialect_resources" {
                self.skip_balanced()?;
            } else {
                self.c.expect("{", "to begin the dialects")?;
                self.separated("}", "after a dialect's resources", |p| {
                    p.c.expect_kind(Kind::Ident, "a dialect")?;
                    p.c.expect(":", "after a dialect")?;
                    p.c.expect("{", "to begin resources")?;
                    p.separated("}", "after a resource", |p| {
                        let name = p.c.expect_kind(Kind::Ident, "a resource's name")?;
                        p.c.expect(":", "after a resource's name")?;
                        let data = p.c.expect_kind(Kind::Str, "a resource's bytes in hex")?;
                        p.resources.insert(name.text, data.text);
                        Ok(())
                    })
                })?;
            }
            self.c.eat(",");
        }
        Ok(())
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
}
