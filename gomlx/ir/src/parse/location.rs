// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `loc(..)`: where an instruction came from, inline or through an alias
//! (`#loc1`), which may be defined anywhere in the file.

use super::Parser;
use super::cursor::unquote;
use super::lexer::Kind;
use crate::{Location, Result};

impl<'a> Parser<'a> {
    /// `loc(..)` if it comes next; the outer `None` if it does not, the inner if it names no file.
    pub(super) fn trailing_location(&mut self) -> Result<Option<Option<Location>>> {
        if !self.c.eat("loc") {
            return Ok(None);
        }
        self.c.expect("(", "after 'loc'")?;
        let location = self.location()?;
        self.c.expect(")", "after a location")?;
        Ok(Some(location))
    }

    /// The text in the parentheses: a place in a file, a name, a fusion, a call, an alias, or `unknown`.
    fn location(&mut self) -> Result<Option<Location>> {
        self.nested(|p| {
            if p.c.is(Kind::Str) {
                return p.file_or_name();
            }
            if p.c.is(Kind::Hash) {
                let alias = p.c.take();
                return p.location_alias(alias.text);
            }
            if p.c.eat("unknown") {
                return Ok(None);
            }
            if p.c.eat("callsite") {
                p.c.expect("(", "after 'callsite'")?;
                let callee = p.location()?;
                p.c.expect("at", "after the callee's location")?;
                let caller = p.location()?;
                p.c.expect(")", "after the caller's location")?;
                return Ok(callee.or(caller));
            }
            if p.c.eat("fused") {
                if p.c.at("<") {
                    p.skip_balanced()?;
                }
                p.c.expect("[", "after 'fused'")?;
                let mut first = None;
                p.separated("]", "after a location", |p| {
                    let location = p.location()?;
                    first = first.take().or(location);
                    Ok(())
                })?;
                return Ok(first);
            }
            if p.c.eat("loc") {
                p.c.expect("(", "after 'loc'")?;
                let location = p.location()?;
                p.c.expect(")", "after a location")?;
                return Ok(location);
            }
            Err(p.c.expected("a location"))
        })
    }

    /// `"file":1:2`, with a range after it or not, or `"name"`, with a location in parentheses or not.
    fn file_or_name(&mut self) -> Result<Option<Location>> {
        let text = self.c.take();
        if self.c.eat(":") {
            let line = self.small("a line")?;
            self.c.expect(":", "after the line")?;
            let column = self.small("a column")?;
            if self.c.eat("to") {
                if self.c.is(Kind::Int) {
                    self.c.take();
                }
                self.c.expect(":", "in a range of places")?;
                self.small("a column")?;
            }
            return Ok(Some(Location { file: unquote(text.text).into(), line, column }));
        }
        if self.c.eat("(") {
            let location = self.location()?;
            self.c.expect(")", "after a location")?;
            return Ok(location);
        }
        Ok(None)
    }

    fn small(&mut self, what: &str) -> Result<u32> {
        let token = self.c.token;
        let value = token.text.parse().ok().filter(|_| token.kind == Kind::Int).ok_or_else(|| self.c.expected(what))?;
        self.c.take();
        Ok(value)
    }

    fn location_alias(&mut self, alias: &str) -> Result<Option<Location>> {
        if let Some(known) = self.locations.get(alias) {
            return Ok(known.clone());
        }
        // The alias of an attribute is no place.
        let Some(&definition) = self.aliases.get(alias) else { return Ok(None) };
        let here = self.c.mark();
        self.c.go_to(definition);
        let location = self.location()?;
        self.c.go_to(here);
        self.locations.insert(alias.to_owned(), location.clone());
        Ok(location)
    }
}
