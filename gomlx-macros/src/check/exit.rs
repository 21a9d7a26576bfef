// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A function's body up to its end, with guards: after `if c { return y; }` the rest of the body is the other branch.
//!
//! The walk leaves guards out unless it understands them and everything after them.

use gomlx_ir::{Op, ValueId};
use quote::ToTokens;
use syn::{Expr, Stmt};

use super::body::Body;
use super::control::Arm;
use super::value::{Built, Stop, Value};
use crate::ast::mentions_exit;
use crate::ast::{Graph, Passing};

/// Statements, and the expression whose value they give.
#[derive(Clone, Copy)]
struct Rest<'a> {
    statements: &'a [Stmt],
    gives: Option<&'a Expr>,
}

impl<'a> Rest<'a> {
    /// The statements of a block. A `return y;` at its end gives a value as a tail does.
    fn of(statements: &'a [Stmt]) -> Rest<'a> {
        match statements.split_last() {
            Some((Stmt::Expr(Expr::Return(leave), _), rest)) => Rest { statements: rest, gives: leave.expr.as_deref() },
            Some((Stmt::Expr(tail, None), rest)) => Rest { statements: rest, gives: Some(tail) },
            _ => Rest { statements, gives: None },
        }
    }
}

impl Body<'_> {
    /// Walks a function's body. Gives the value of its result, if it has one.
    pub(super) fn run(&mut self, graph: &Graph) -> Option<Value> {
        self.rest(graph, Rest::of(&graph.block.stmts))
    }

    fn rest(&mut self, graph: &Graph, rest: Rest<'_>) -> Option<Value> {
        for (i, statement) in rest.statements.iter().enumerate() {
            if let Some((condition, leave)) = guard(statement)
                && let Ok(chooser) = self.condition("if", condition)
            {
                let after = Rest { statements: &rest.statements[i + 1..], ..rest };
                if let Some(Ok(value)) = self.guards.then(|| self.guarded(graph, (condition, chooser), leave, after)) {
                    return rest.gives.and(Some(value));
                }
                // Mistakes in a guard that is left out are reported too.
                let (before, notes) = (self.values(), self.notes.len());
                self.arm(graph, leave, &before);
                self.notes.truncate(notes);
            }
            self.statement(statement);
        }
        let written = match rest.gives? {
            Expr::Call(call) if graph.output.fallible && is_ok(&call.func) && call.args.len() == 1 => &call.args[0],
            other => other,
        };
        let value = self.value(written);
        self.check_dims(written, &value, &graph.output.dims);
        Some(value)
    }

    /// Walks one of the two branches in a region of its own.
    fn arm(&mut self, graph: &Graph, rest: Rest<'_>, before: &[Value]) -> Arm {
        let outer = self.preview.enter();
        let value = self.rest(graph, rest).unwrap_or(Value::Tuple(vec![]));
        let region = self.preview.leave(outer);
        self.locals.truncate(before.len());
        let arm = Arm { region, locals: self.values(), value };
        self.restore(before);
        arm
    }

    fn guarded(&mut self, graph: &Graph, (condition, chooser): (&Expr, ValueId), leave: Rest<'_>, after: Rest<'_>) -> Built {
        let (errors, before, notes) = (self.errors.clone(), self.values(), self.notes.len());
        let arms: Vec<Arm> = [leave, after].into_iter().map(|rest| self.arm(graph, rest, &before)).collect();
        if self.notes.len() > notes {
            self.notes.truncate(notes);
            *self.errors = errors;
            self.guards = false;
            return Err(Stop::Unknown);
        }
        // A function leaves its state and its result.
        let is_state = |name: &str| graph.params.iter().any(|p| p.passing == Passing::State && p.name == name);
        let state: Vec<usize> = (0..before.len()).filter(|&i| is_state(&self.locals[i].name)).collect();
        match self.merge(Op::If, chooser, arms, &state) {
            Err(Stop::Unknown) => {
                *self.errors = errors;
                self.guards = false;
                Err(Stop::Unknown)
            }
            // A mistake is reported once, and the rest has nothing more to tell.
            built => Ok(self.settle(condition, built)),
        }
    }
}

/// The condition and the block of an `if c { ..; return y; }`.
fn guard(statement: &Stmt) -> Option<(&Expr, Rest<'_>)> {
    let Stmt::Expr(Expr::If(branch), _) = statement else { return None };
    let (last, before) = branch.then_branch.stmts.split_last()?;
    let leaves = matches!(last, Stmt::Expr(Expr::Return(_), _)) && branch.else_branch.is_none();
    let plain = leaves && !before.iter().any(|s| mentions_exit(s.to_token_stream()));
    plain.then(|| (&*branch.cond, Rest::of(&branch.then_branch.stmts)))
}

fn is_ok(function: &Expr) -> bool {
    matches!(function, Expr::Path(path) if path.path.is_ident("Ok"))
}
