// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `if` and `match` on tensors, as `gomlx::control` records them.
//!
//! One that is not understood as a whole leaves nothing behind: its variables are as before, for the walk to forget.

use gomlx_ir::{BinaryOp, Code, DType, Direction, Op, RegionId, ValueId};
use quote::ToTokens;
use syn::{Block, Expr, ExprIf, ExprMatch, Pat};

use super::body::Body;
use super::build::{self, provably_differ};
use super::join::join;
use super::value::{Built, Stop, Value};
use crate::expand::{Intervals, intervals, is_either, mentions_exit};

/// What an arm leaves behind.
pub(super) struct Arm {
    pub(super) region: RegionId,
    pub(super) locals: Vec<Value>,
    pub(super) value: Value,
}

/// What an arm runs.
enum ArmCode<'a> {
    Block(&'a Block),
    Expr(&'a Expr),
    Nothing,
}

impl Body<'_> {
    pub(super) fn if_expr(&mut self, branch: &ExprIf) -> Built {
        if mentions_exit(branch.to_token_stream()) {
            return Err(Stop::Unknown);
        }
        let chooser = self.condition("if", &branch.cond)?;
        let otherwise = branch.else_branch.as_ref().map_or(ArmCode::Nothing, |(_, otherwise)| ArmCode::Expr(otherwise));
        self.choice("if", Op::If, chooser, &[ArmCode::Block(&branch.then_branch), otherwise])
    }

    /// A `match` on numbers; the last arm takes the rest.
    pub(super) fn match_expr(&mut self, choice: &ExprMatch) -> Built {
        let mut patterns: Option<Vec<Intervals>> = choice.arms.iter().map(|arm| intervals(&arm.pat)).collect();
        if let (Some(patterns), [first, second]) = (&mut patterns, choice.arms.as_slice())
            && is_either(&first.pat, &second.pat)
        {
            patterns[1].clear();
        }
        let patterns = patterns.filter(|p| p.last().is_some_and(Vec::is_empty) && p.iter().any(|arm| !arm.is_empty()));
        let plain = !choice.arms.iter().any(|arm| matches!(arm.pat, Pat::Guard(_))) && !mentions_exit(choice.to_token_stream());
        let Some(patterns) = patterns.filter(|_| plain) else { return Err(Stop::Unknown) };
        let Value::Tensor(matched) = self.operand(&choice.expr)? else { return Err(Stop::Unknown) };
        let dtype = build::dtype(&self.site, matched);
        if !(dtype.is_int() || dtype == DType::Bool) || self.site.shape(matched).rank() != 0 {
            return Err(Stop::Unknown);
        }
        let number = |body: &mut Self, n: usize| build::scalar(&mut body.site, DType::I32, n as f64);
        let mut chooser = number(self, patterns.len() - 1);
        for (i, arm) in patterns.iter().enumerate().rev().filter(|(_, p)| !p.is_empty()) {
            let is = self.matches(matched, arm)?;
            let number = number(self, i);
            chooser = build::select(&mut self.site, is, number, chooser)?;
        }
        let arms: Vec<ArmCode<'_>> = choice.arms.iter().map(|arm| ArmCode::Expr(&arm.body)).collect();
        self.choice("match", Op::Case, chooser, &arms)
    }

    /// Whether a scalar is in one of some intervals, of which there is one.
    fn matches(&mut self, x: ValueId, arm: &Intervals) -> Built<ValueId> {
        let mut any = None;
        for &(low, high) in arm {
            let dtype = build::dtype(&self.site, x);
            let mut compare = |direction, to: i128| {
                let to = build::scalar(&mut self.site, dtype, to as f64);
                build::compare(&mut self.site, direction, x, to)
            };
            let one = match (low == i128::MIN, high == i128::MAX) {
                _ if low == high => compare(Direction::Eq, low)?,
                (true, true) => return Err(Stop::Unknown),
                (false, true) => compare(Direction::Ge, low)?,
                (true, false) => compare(Direction::Le, high)?,
                (false, false) => {
                    let (above, below) = (compare(Direction::Ge, low)?, compare(Direction::Le, high)?);
                    build::binary(&mut self.site, BinaryOp::And, above, below)?
                }
            };
            any = Some(match any {
                Some(any) => build::binary(&mut self.site, BinaryOp::Or, any, one)?,
                None => one,
            });
        }
        any.ok_or(Stop::Unknown)
    }

    /// The scalar that a construct goes by.
    pub(super) fn condition(&mut self, construct: &str, condition: &Expr) -> Built<ValueId> {
        let Value::Tensor(x) = self.operand(condition)? else { return Err(Stop::Unknown) };
        let shape = self.site.shape(x);
        if shape.dtype != DType::Bool {
            return Err(Stop::Unknown);
        }
        if shape.rank() != 0 {
            let message = format!(
                "{construct}: the condition is {shape}, not a scalar: reduce it with `.all()` or `.any()`, or choose elementwise with `select(&mask, &a, b)`"
            );
            self.errors.of(crate::ast::Code::Graph(Code::Shape), condition, message);
            return Err(Stop::Unknown);
        }
        Ok(x)
    }

    /// Walks every arm in a region of its own, and merges what they leave.
    fn choice(&mut self, construct: &str, op: Op, chooser: ValueId, arms: &[ArmCode<'_>]) -> Built {
        let (before, notes) = (self.values(), self.notes.len());
        let mut done = vec![];
        for arm in arms {
            let outer = self.site.enter();
            let value = match arm {
                ArmCode::Block(block) => self.block(block),
                ArmCode::Expr(expr) => Ok(self.value(expr)),
                ArmCode::Nothing => Ok(Value::Tuple(vec![])),
            };
            let region = self.site.leave(outer);
            done.push(Arm { region, locals: self.values(), value: value.unwrap_or(Value::Unknown) });
            self.restore(&before);
        }
        if self.notes.len() > notes {
            self.notes.truncate(notes);
            return Err(Stop::Unknown);
        }
        let variables: Vec<usize> = order(&before).collect();
        self.merge(construct, op, chooser, done, &variables)
    }

    /// One instruction of several arms: gives some of the variables, and the whole, what the arm taken leaves.
    pub(super) fn merge(&mut self, construct: &str, op: Op, chooser: ValueId, done: Vec<Arm>, variables: &[usize]) -> Built {
        let differing = self.differing(construct, variables, &done)?;
        let mut results = vec![];
        if !differing.is_empty() {
            for (i, arm) in done.iter().enumerate() {
                self.site.region_mut(arm.region).results = differing.iter().map(|values| values[i]).collect();
            }
            let regions: Vec<RegionId> = done.iter().map(|a| a.region).collect();
            let inst = self.site.builder().emit_inst(op, &[chooser], &regions).map_err(|_| Stop::Unknown)?;
            results = self.site.inst(inst).results.to_vec();
        }
        let mut results = results.into_iter();
        let mut leaf = |values: &[ValueId]| results.next().unwrap_or(values[0]);
        let merged: Vec<(usize, Value)> =
            variables.iter().map(|&i| (i, join(&done.iter().map(|a| &a.locals[i]).collect::<Vec<_>>(), &mut leaf))).collect();
        let value = join(&done.iter().map(|a| &a.value).collect::<Vec<_>>(), &mut leaf);
        for (i, value) in merged {
            self.locals[i].value = value;
        }
        Ok(value)
    }

    /// The tensors in which arms differ, in the order of the results.
    fn differing(&self, construct: &str, variables: &[usize], arms: &[Arm]) -> Built<Vec<Vec<ValueId>>> {
        let mut found: Vec<Vec<ValueId>> = vec![];
        let mut names = vec![];
        let mut one = |values: &[&Value], name: &str| {
            join(values, &mut |leaves| {
                found.push(leaves.to_vec());
                names.push(name.to_owned());
                leaves[0]
            });
        };
        for &i in variables {
            one(&arms.iter().map(|a| &a.locals[i]).collect::<Vec<_>>(), &format!("`{}`", self.locals[i].name));
        }
        one(&arms.iter().map(|a| &a.value).collect::<Vec<_>>(), "the value");
        for (values, name) in found.iter().zip(names) {
            let first = self.site.shape(values[0]);
            let Some(other) = values.iter().map(|&v| self.site.shape(v)).find(|s| *s != first) else { continue };
            return Err(if first.dtype == other.dtype && provably_differ(first, other) {
                Stop::Mistake(Code::Shape, format!("{construct}: {name} is {first} after one branch and {other} after another"))
            } else {
                Stop::Unknown
            });
        }
        Ok(found)
    }
}

/// The variables in the order of their results: those without a value before come last.
fn order(before: &[Value]) -> impl Iterator<Item = usize> + '_ {
    let late = |&i: &usize| before[i] == Value::Unknown;
    (0..before.len()).filter(move |i| !late(i)).chain((0..before.len()).filter(late))
}
