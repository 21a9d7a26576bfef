// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tuples and tokens, which texts have and graphs do not. The parser replaces a tuple by its tensors, one after
//! another, and drops tokens: the order of instructions keeps effects in order.
//!
//! Invariant: for a row of values or types in the text, the parser holds the tensors of all of them, and the kind of
//! each.

use std::ops::Deref;
use std::rc::Rc;

use smallvec::{SmallVec, smallvec};

use super::Parser;
use super::instruction::Form;
use super::lexer::Kind;
use crate::op::Class;
use crate::{OpKind, RegionId, Result, Shape, ValueId, bail};

/// The kind of one value of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Held {
    Tensor,
    Token,
    Tuple(Rc<[Held]>),
}

/// The kind of each value of a row.
pub(super) type Row = SmallVec<[Held; 1]>;

/// A row of values or types: the items of its tensors, and the kind of each value.
#[derive(Clone)]
pub(super) struct Flat<T> {
    /// One for each tensor.
    pub(super) flat: Vec<T>,
    /// One for each value of the row.
    pub(super) held: Row,
}

pub(super) type Types = Flat<Shape>;
pub(super) type Values = Flat<ValueId>;

impl Held {
    /// How many tensors it holds.
    pub(super) fn width(&self) -> usize {
        match self {
            Held::Tensor => 1,
            Held::Token => 0,
            Held::Tuple(items) => items.iter().map(Held::width).sum(),
        }
    }

    /// The noun for it in messages.
    pub(super) fn noun(&self) -> &'static str {
        match self {
            Held::Tensor => "a tensor",
            Held::Token => "a token",
            Held::Tuple(_) => "a tuple",
        }
    }
}

impl<T> Flat<T> {
    /// Appends a tensor.
    pub(super) fn push(&mut self, tensor: T) {
        self.flat.push(tensor);
        self.held.push(Held::Tensor);
    }

    pub(super) fn append(&mut self, mut other: Flat<T>) {
        self.flat.append(&mut other.flat);
        self.held.append(&mut other.held);
    }

    /// Whether the row holds only tensors.
    pub(super) fn is_plain(&self) -> bool {
        self.held.iter().all(|h| *h == Held::Tensor)
    }
}

impl<T: Clone> Flat<T> {
    /// `count` values of the row from position `from`; none if there are fewer.
    pub(super) fn part(&self, from: usize, count: usize) -> Option<Flat<T>> {
        let held = self.held.get(from..from.checked_add(count)?)?;
        let start: usize = self.held[..from].iter().map(Held::width).sum();
        let end = start + held.iter().map(Held::width).sum::<usize>();
        Some(Flat { flat: self.flat[start..end].to_vec(), held: held.into() })
    }
}

impl<T> Deref for Flat<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.flat
    }
}

/// An empty row.
impl<T> Default for Flat<T> {
    fn default() -> Flat<T> {
        Flat { flat: vec![], held: Row::new() }
    }
}

/// Tensors in a row.
impl<T> From<Vec<T>> for Flat<T> {
    fn from(flat: Vec<T>) -> Flat<T> {
        let held = std::iter::repeat_n(Held::Tensor, flat.len()).collect();
        Flat { flat, held }
    }
}

/// The ops on tuples and tokens, which the parser carries out.
const NAMES: &[&str] = &["stablehlo.after_all", "stablehlo.create_token", "stablehlo.get_tuple_element", "stablehlo.tuple"];

pub(super) fn is_regrouping(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Whether operands and results of an op may be tuples and tokens.
fn takes_any(name: &str) -> bool {
    let passes = |kind: OpKind| matches!(kind.facts().class, Class::Control | Class::Barrier);
    is_regrouping(name) || matches!(name, "call" | "func.call" | "stablehlo.custom_call") || OpKind::from_name(name).is_some_and(passes)
}

impl<'a> Parser<'a> {
    /// Any type, appended to others.
    pub(super) fn any_type(&mut self, to: &mut Types) -> Result<()> {
        let held = self.held_type(&mut to.flat)?;
        to.held.push(held);
        Ok(())
    }

    fn held_type(&mut self, shapes: &mut Vec<Shape>) -> Result<Held> {
        if self.c.is(Kind::Bang) && self.c.token.text == "!stablehlo.token" {
            self.c.take();
            return Ok(Held::Token);
        }
        if self.c.eat("tuple") {
            let mut items = vec![];
            self.c.expect("<", "after 'tuple'")?;
            self.separated(">", "after a type", |p| {
                items.push(p.nested(|p| p.held_type(shapes))?);
                Ok(())
            })?;
            return Ok(Held::Tuple(items.into()));
        }
        shapes.push(self.shape()?);
        Ok(Held::Tensor)
    }

    /// Refuses tuples and tokens for an op that takes and gives tensors only.
    pub(super) fn check_plain(&self, form: &Form<'a>) -> Result<()> {
        if takes_any(&form.name) {
            return Ok(());
        }
        let results = form.results.iter().flat_map(|r| &r.held);
        let returned = form.regions.iter().filter_map(|r| self.returned.get(r)).flatten();
        if let Some(other) = form.operands.held.iter().chain(results).chain(returned).find(|h| **h != Held::Tensor) {
            bail!(Parse, "{}: takes and gives tensors, not {}", form.name, other.noun());
        }
        Ok(())
    }

    /// The results of an instruction with regions, as the row that the text sees.
    pub(super) fn given(&self, form: &Form<'a>, flat: Vec<ValueId>) -> Result<Values> {
        let plain = |count: usize| -> Row { smallvec![Held::Tensor; count] };
        let returned = |r: &RegionId| self.returned.get(r).cloned().unwrap_or_else(|| plain(self.function.region(*r).results.len()));
        let held = match (OpKind::from_name(&form.name), form.regions.as_slice()) {
            (Some(OpKind::OptimizationBarrier), _) => form.operands.held.clone(),
            (Some(OpKind::While), [_, body]) => {
                if returned(body) != form.operands.held {
                    bail!(Parse, "while: the body returns other tuples than its state is of");
                }
                form.operands.held.clone()
            }
            (Some(OpKind::If | OpKind::Case), [first, rest @ ..]) => {
                let held = returned(first);
                if rest.iter().any(|r| returned(r) != held) {
                    bail!(Parse, "{}: the branches return different tuples", form.name);
                }
                held
            }
            _ => plain(flat.len()),
        };
        Ok(Values { flat, held })
    }

    /// The result of one of the ops about tuples and tokens.
    pub(super) fn regrouped(&self, form: &Form<'a>) -> Result<Values> {
        let operands = &form.operands;
        Ok(match &*form.name {
            "stablehlo.tuple" => {
                let items: Rc<[Held]> = operands.held.iter().cloned().collect();
                Values { flat: operands.flat.clone(), held: smallvec![Held::Tuple(items)] }
            }
            "stablehlo.get_tuple_element" => {
                let [Held::Tuple(items)] = operands.held.as_slice() else {
                    let found: Vec<&str> = operands.held.iter().map(Held::noun).collect();
                    bail!(
                        Parse,
                        "get_tuple_element: takes a tuple, not {}",
                        if found.is_empty() { "nothing".to_owned() } else { found.join(", ") }
                    );
                };
                let index = super::build::need(form.attributes.size("index")?, "index")?;
                let all = Values { flat: operands.flat.clone(), held: items.iter().cloned().collect() };
                let Some(part) = all.part(index, 1) else {
                    bail!(Attribute, "get_tuple_element: index {index} is not less than the tuple's size, {} (C1)", items.len());
                };
                part
            }
            name => {
                let short = name.strip_prefix("stablehlo.").unwrap_or(name);
                if short == "create_token" && !operands.held.is_empty() {
                    bail!(Parse, "create_token: takes nothing, not {} operands", operands.held.len());
                }
                if let Some(other) = operands.held.iter().find(|h| **h != Held::Token) {
                    bail!(Parse, "{short}: takes tokens, not {}", other.noun());
                }
                Values { flat: vec![], held: smallvec![Held::Token] }
            }
        })
    }
}
