// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! One call behind trait objects: its arguments, its traced arguments, its traced result.
//!
//! Only this file is generic over the types of a call, so each graph function adds little code to a program.

use std::any::Any;

use super::args::Args;
use super::signature::Param;
use crate::Result;
use crate::tree::{Role, Tree, Visit, VisitMut};

/// The traced body of a graph function: it takes the arguments and the sizes of the symbols.
pub(super) type BodyFn<A, R> = for<'x> fn(<A as Args>::Refs<'x>, &[usize]) -> Result<R>;

/// The arguments and the body of a call.
///
/// The body is a pointer, not a type parameter, so functions of the same types share their code.
pub(super) struct TypedCall<A: Args, R> {
    pub(super) args: A,
    pub(super) body: BodyFn<A, R>,
}

/// A call of any types.
pub(super) trait ErasedCall {
    /// Visits the arguments.
    fn visit(&self, visitor: &mut dyn Visit);
    /// Visits the arguments, each below the name of its parameter.
    fn visit_named(&self, params: &[Param], visitor: &mut dyn Visit);
    /// Makes a parameter of this thread's trace for each leaf of the arguments.
    fn trace(&self, params: &[Param]) -> Box<dyn TracedCall + '_>;
    /// Visits the leaves of arguments passed by value, to be given away.
    fn release(&mut self, visitor: &mut dyn VisitMut);
    /// Visits the leaves of the state, to be replaced.
    fn replace_state(&mut self, visitor: &mut dyn VisitMut);
}

/// A call whose arguments are handles of this thread's trace.
pub(super) trait TracedCall {
    /// Visits the state, each part below the name of its parameter.
    fn visit_state(&self, params: &[Param], visitor: &mut dyn Visit);
    /// Runs the body once.
    ///
    /// # Errors
    /// The errors that the body returns.
    fn run_body(&mut self, symbols: &[usize]) -> Result<Box<dyn TracedResult>>;
}

/// The result of a traced body: a tree of handles.
pub(super) trait TracedResult {
    /// Visits the leaves.
    fn visit(&self, visitor: &mut dyn Visit);
    /// The tree itself, of the type that the function returns.
    fn into_any(self: Box<Self>) -> Box<dyn Any + Send + Sync>;
}

impl<A: Args, R: Tree> ErasedCall for TypedCall<A, R> {
    fn visit(&self, visitor: &mut dyn Visit) {
        self.args.visit(visitor);
    }

    fn visit_named(&self, params: &[Param], visitor: &mut dyn Visit) {
        self.args.visit_named(params, visitor);
    }

    fn trace(&self, params: &[Param]) -> Box<dyn TracedCall + '_> {
        Box::new(TracedArguments::<A, R> { args: self.args.trace(params), body: self.body })
    }

    fn release(&mut self, visitor: &mut dyn VisitMut) {
        self.args.release(visitor);
    }

    fn replace_state(&mut self, visitor: &mut dyn VisitMut) {
        self.args.replace_state(visitor);
    }
}

/// The traced arguments of a call, and its body.
struct TracedArguments<A: Args, R> {
    args: A::Traced,
    body: BodyFn<A, R>,
}

impl<A: Args, R: Tree> TracedCall for TracedArguments<A, R> {
    fn visit_state(&self, params: &[Param], visitor: &mut dyn Visit) {
        A::visit_state(&self.args, params, visitor);
    }

    fn run_body(&mut self, symbols: &[usize]) -> Result<Box<dyn TracedResult>> {
        let result = (self.body)(A::lend(&mut self.args), symbols)?;
        Ok(Box::new(result))
    }
}

impl<R: Tree> TracedResult for R {
    fn visit(&self, visitor: &mut dyn Visit) {
        Tree::visit(self, Role::Trainable, visitor);
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send + Sync> {
        self
    }
}
