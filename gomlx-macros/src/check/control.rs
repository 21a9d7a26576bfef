// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `if` and `match` on tensors.
//!
//! A construct that is not understood as a whole leaves no result: its variables are as before it, and the walk forgets
//! those that it mentions.

use gomlx_ir::compose::control::{branch, check_condition, match_arm};
use gomlx_ir::{DType, Op, RegionId, ValueId};
use quote::ToTokens;
use syn::{Block, Expr, ExprIf, ExprMatch, Pat};

use super::body::Body;
use super::join::join;
use super::value::{Built, Stop, Value};
use crate::ast::{Intervals, intervals, is_either, mentions_exit};

/// A walked arm: the variables at its end, and its value.
pub(super) struct Arm {
    pub(super) region: RegionId,
    pub(super) locals: Vec<Value>,
    pub(super) value: Value,
}

/// The code of an arm.
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
        self.choice(Op::If, chooser, &[ArmCode::Block(&branch.then_branch), otherwise])
    }

    /// A `match` on numbers. The last arm takes the rest.
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
        let dtype = self.preview.shape(matched).dtype;
        if !(dtype.is_int() || dtype == DType::Bool) {
            // rustc reports it.
            return Err(Stop::Unknown);
        }
        let arms: Vec<&[_]> = patterns.iter().map(Vec::as_slice).collect();
        let chooser = self.preview.compose("match", |c| match_arm(c.var(matched), &arms))?;
        let arms: Vec<ArmCode<'_>> = choice.arms.iter().map(|arm| ArmCode::Expr(&arm.body)).collect();
        self.choice(Op::Case, chooser, &arms)
    }

    /// The scalar condition of a construct.
    pub(super) fn condition(&mut self, construct: &str, condition: &Expr) -> Built<ValueId> {
        let Value::Tensor(x) = self.operand(condition)? else { return Err(Stop::Unknown) };
        if self.preview.shape(x).dtype != DType::Bool {
            return Err(Stop::Unknown);
        }
        if let Err(error) = check_condition(construct, &self.preview.function, x) {
            self.errors.of(crate::ast::Code::Graph(error.code), condition, error.message);
            return Err(Stop::Unknown);
        }
        Ok(x)
    }

    /// Walks every arm in a region of its own, and merges the arms.
    fn choice(&mut self, op: Op, chooser: ValueId, arms: &[ArmCode<'_>]) -> Built {
        let (before, notes) = (self.values(), self.notes.len());
        let mut done = vec![];
        for arm in arms {
            let outer = self.preview.enter();
            let value = match arm {
                ArmCode::Block(block) => self.block(block),
                ArmCode::Expr(expr) => Ok(self.value(expr)),
                ArmCode::Nothing => Ok(Value::Tuple(vec![])),
            };
            let region = self.preview.leave(outer);
            done.push(Arm { region, locals: self.values(), value: value.unwrap_or(Value::Unknown) });
            self.restore(&before);
        }
        if self.notes.len() > notes {
            self.notes.truncate(notes);
            return Err(Stop::Unknown);
        }
        let variables: Vec<usize> = order(&before).collect();
        self.merge(op, chooser, done, &variables)
    }

    /// Appends the instruction of several arms, and gives the value of the construct. Some of the variables get their
    /// values after it.
    pub(super) fn merge(&mut self, op: Op, chooser: ValueId, done: Vec<Arm>, variables: &[usize]) -> Built {
        let mut left: Vec<Vec<ValueId>> = vec![vec![]; done.len()];
        let mut names = vec![];
        for (values, name) in self.arms(variables, &done) {
            join(&values, &mut |tensors| {
                left.iter_mut().zip(tensors).for_each(|(left, &tensor)| left.push(tensor));
                names.push(name.clone());
                tensors[0]
            });
        }
        let dtypes = |i: usize| left.iter().map(move |values: &Vec<ValueId>| values[i]).map(|value| self.preview.shape(value).dtype);
        if (0..names.len()).any(|i| dtypes(i).any(|dtype| Some(dtype) != dtypes(i).next())) {
            // rustc reports it.
            return Err(Stop::Unknown);
        }
        let regions: Vec<RegionId> = done.iter().map(|arm| arm.region).collect();
        let merged = branch(&mut self.preview.builder(), &op, chooser, &regions, &left, |i| names[i].clone())?;
        let mut merged = merged.into_iter();
        let mut results = vec![];
        for (values, _) in self.arms(variables, &done) {
            results.push(join(&values, &mut |tensors| merged.next().unwrap_or(tensors[0])));
        }
        let value = results.pop().unwrap_or(Value::Unknown);
        for (&i, value) in variables.iter().zip(results) {
            self.locals[i].value = value;
        }
        Ok(value)
    }

    /// Each of the variables, then the value of the construct, as the arms leave it, with its name in messages.
    fn arms<'a>(&self, variables: &[usize], arms: &'a [Arm]) -> Vec<(Vec<&'a Value>, String)> {
        let variable = |&i: &usize| (arms.iter().map(|arm| &arm.locals[i]).collect(), format!("`{}`", self.locals[i].name));
        let value = (arms.iter().map(|arm| &arm.value).collect(), "the value".to_owned());
        variables.iter().map(variable).chain([value]).collect()
    }
}

/// The variables in the order of their results. Variables without a value before the construct come last.
fn order(before: &[Value]) -> impl Iterator<Item = usize> + '_ {
    let late = |&i: &usize| before[i] == Value::Unknown;
    (0..before.len()).filter(move |i| !late(i)).chain((0..before.len()).filter(late))
}
