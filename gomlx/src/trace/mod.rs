// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tracing: the graph that a thread is building.
//!
//! Invariants: a thread traces at most one graph at a time (a graph function called
//! during a trace is inlined); a handle is valid only in its trace, inside its region;
//! a mistake is recorded and answered with a poisoned handle, so that one trace
//! reports all of its mistakes and none twice.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

use gomlx_ir::{Builder, Code, Diagnostic, Diagnostics, Donation, Function, HostTensor, Location, Op, RegionId, Shape, ValueId};

use crate::control::{Boundary, Open};
use crate::tensor::{AnyTensor, Handle, Repr};
use crate::{Error, Result};

thread_local! {
    static CURRENT: RefCell<Option<Trace>> = const { RefCell::new(None) };
}

/// A graph under construction.
pub(crate) struct Trace {
    id: u64,
    function: Function,
    /// The regions being built, innermost last.
    regions: Vec<RegionId>,
    /// Concrete tensors that the trace met, with the parameters they became.
    captures: Vec<(AnyTensor, ValueId)>,
    errors: Vec<Diagnostic>,
    /// A construct that an error of the body has left; a mistake if the body goes on.
    pub(crate) left: Option<Diagnostic>,
    /// Branches that stay open after an early exit, innermost last.
    pub(crate) open: Vec<Open>,
    /// What early exits leave, innermost last.
    pub(crate) boundaries: Vec<Boundary>,
    /// The graph functions being inlined, innermost last: the body of each, and how deep in regions it was called.
    calls: Vec<(usize, usize)>,
}

/// How often a graph function may be called by itself, each time deeper in branches and loops.
const RECURSION: usize = 64;

/// A finished trace: the graph, and the concrete tensors that are its last inputs.
pub(crate) struct Traced {
    pub(crate) function: Function,
    pub(crate) captures: Vec<AnyTensor>,
}

/// What a thread unwinds with when a trace cannot go on; its errors are in the trace.
struct Aborted;

/// Whether this thread is tracing.
pub(crate) fn active() -> bool {
    CURRENT.with_borrow(Option::is_some)
}

/// Traces what `body` does on this thread. The body adds its own parameters first, and sets the results last.
///
/// # Errors
/// If this thread traces already; all mistakes that the trace recorded. A panic of the body goes on when there were none.
pub(crate) fn trace<R>(name: &str, body: impl FnOnce() -> Result<R>) -> Result<(Traced, R)> {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    if active() {
        return Err(Diagnostic::new(Code::Handle, format!("`{name}` was lowered while another graph is traced"))
            .note("look at graphs outside graph functions")
            .into());
    }
    let trace = Trace {
        id: NEXT.fetch_add(1, Ordering::Relaxed),
        function: Function::new(name),
        regions: vec![Function::BODY],
        captures: vec![],
        errors: vec![],
        left: None,
        open: vec![],
        boundaries: vec![],
        calls: vec![],
    };
    CURRENT.set(Some(trace));
    let outcome = catch_unwind(AssertUnwindSafe(body));
    let trace = CURRENT.take().expect("a trace ends where it began");
    if !trace.errors.is_empty() {
        return Err(Diagnostics(trace.errors).into());
    }
    match outcome {
        Err(panic) => resume_unwind(panic),
        Ok(result) => {
            let result = result?;
            if let Some(left) = trace.left {
                return Err(left.into());
            }
            let captures = trace.captures.into_iter().map(|(tensor, _)| tensor).collect();
            Ok((Traced { function: trace.function, captures }, result))
        }
    }
}

/// Runs `action` on this thread's trace.
///
/// # Panics
/// If there is none.
pub(crate) fn with<R>(action: impl FnOnce(&mut Trace) -> R) -> R {
    CURRENT.with_borrow_mut(|t| action(t.as_mut().expect("callers have checked that a trace is active")))
}

/// Records a mistake in this thread's trace and gives a poisoned handle with the shape of an operand for the result;
/// without a trace, panics with it. Nothing is recorded if an operand is poisoned, for this may follow from its mistake.
#[track_caller]
pub(crate) fn mistake(operands: &[&AnyTensor], error: Diagnostic) -> AnyTensor {
    let error = error.at(Some(&Location::caller()));
    if !active() {
        panic!("{error}");
    }
    let poisoned = poison(operands);
    with(|t| {
        poisoned.unwrap_or_else(|| {
            t.errors.push(error);
            t.poisoned(operands.first().copied())
        })
    })
}

/// The first operand that stands for the result of a mistake: what any op makes of it.
pub(crate) fn poison(operands: &[&AnyTensor]) -> Option<AnyTensor> {
    operands.iter().find(|t| t.is_poisoned()).map(|&t| t.clone())
}

/// Records a mistake in the use of operands, as [`mistake`] does, and unwinds to the end of the trace.
#[track_caller]
pub(crate) fn fail_on(operands: &[&AnyTensor], error: Diagnostic) -> ! {
    mistake(operands, error.at(Some(&Location::caller())));
    abort()
}

/// Records a mistake in this thread's trace and unwinds to its end; without a trace, panics with it.
#[track_caller]
pub(crate) fn fail(error: Diagnostic) -> ! {
    fail_on(&[], error)
}

/// Unwinds to the end of this thread's trace, which has the reason among its mistakes.
pub(crate) fn abort() -> ! {
    resume_unwind(Box::new(Aborted))
}

/// A constant: in the graph during a trace, of host elements otherwise.
pub(crate) fn constant(tensor: HostTensor) -> AnyTensor {
    if !active() {
        return AnyTensor::from_host(tensor);
    }
    with(|t| {
        let value = t.builder(None).constant(tensor);
        t.handle(value)
    })
}

impl Trace {
    /// Adds a parameter to the graph; before anything captures.
    pub(crate) fn param(&mut self, shape: Shape, name: &str, donation: Donation) -> AnyTensor {
        let value = self.function.add_param(shape, donation);
        self.function.set_name(value, name);
        self.handle(value)
    }

    pub(crate) fn set_results(&mut self, results: Vec<ValueId>, donations: &[(usize, Donation)]) {
        self.function.set_results(results);
        for &(param, donation) in donations {
            self.function.donations[param] = donation;
        }
    }

    /// Begins to inline a graph function. All branches are traced, so that one whose calls of itself only a tensor ends
    /// has no end: false if this seems to be one.
    pub(crate) fn enter_call(&mut self, body: usize) -> bool {
        let depth = self.regions.len();
        let mut below = depth;
        let deeper = self.calls.iter().rev().filter(|call| {
            let is_outer = call.0 == body && call.1 < below;
            if is_outer {
                below = call.1;
            }
            is_outer
        });
        let endless = deeper.count() >= RECURSION;
        self.calls.push((body, depth));
        !endless
    }

    /// Ends it.
    pub(crate) fn leave_call(&mut self) {
        self.calls.pop();
    }

    /// Records a mistake without stopping the trace.
    pub(crate) fn error(&mut self, error: Diagnostic) {
        self.errors.push(error);
    }

    pub(crate) fn function(&mut self) -> &mut Function {
        &mut self.function
    }

    pub(crate) fn region(&self) -> RegionId {
        *self.regions.last().expect("the body's region is always there")
    }

    /// Begins a region inside the current one.
    pub(crate) fn enter_region(&mut self) -> RegionId {
        let region = self.function.add_region();
        self.regions.push(region);
        region
    }

    /// Goes on in a region that was left.
    pub(crate) fn reenter_region(&mut self, region: RegionId) {
        self.regions.push(region);
    }

    /// Ends a region, and those inside it that an error has left open.
    pub(crate) fn leave_region(&mut self, region: RegionId) {
        if let Some(position) = self.regions.iter().rposition(|&r| r == region) {
            self.regions.truncate(position);
        }
    }

    pub(crate) fn builder(&mut self, location: Option<Location>) -> Builder<'_> {
        let region = self.region();
        Builder { function: &mut self.function, region, location }
    }

    /// The handle of a value of the current region.
    pub(crate) fn handle(&self, value: ValueId) -> AnyTensor {
        let shape = self.function.shape(value);
        let handle = Handle { trace: self.id, region: self.region(), value: Some(value) };
        AnyTensor::new(shape.dtype, &shape.sizes(), Repr::Traced(handle))
    }

    pub(crate) fn poisoned(&self, like: Option<&AnyTensor>) -> AnyTensor {
        let handle = Handle { trace: self.id, region: self.region(), value: None };
        match like {
            Some(t) => AnyTensor::new(t.dtype(), t.dims(), Repr::Traced(handle)),
            None => AnyTensor::new(gomlx_ir::DType::F32, &[], Repr::Traced(handle)),
        }
    }

    /// The value that a tensor is in this graph; `None` if it is poisoned.
    pub(crate) fn value(&mut self, tensor: &AnyTensor) -> Result<Option<ValueId>, Diagnostic> {
        match &tensor.repr {
            Repr::Traced(h) if h.trace != self.id => {
                Err(Diagnostic::new(Code::Handle, format!("{tensor} belongs to a graph that is no longer traced, or to another thread's"))
                    .note("return tensors from the function that made them instead of keeping them elsewhere"))
            }
            Repr::Traced(h) if !self.regions.contains(&h.region) => {
                let made = h.value.and_then(|v| self.function.def_inst(v)).and_then(|(_, inst)| inst.location.clone());
                let place = made.map(|l| format!(", at {l}")).unwrap_or_default();
                Err(Diagnostic::new(Code::Handle, format!("{tensor} was made inside a branch or loop that has ended{place}")).note(
                    "make it a result of the branch or state of the loop: a variable that is assigned there, not one that a closure or cell changes",
                ))
            }
            Repr::Traced(h) => Ok(h.value),
            Repr::Concrete(_) => Ok(Some(self.capture(tensor))),
            Repr::Absent | Repr::Lost(_) => match tensor.buffer() {
                Err(Error::Graph(mut e)) => Err(e.0.remove(0)),
                Err(Error::Execution(e)) => Err(e),
                _ => unreachable!("neither form has elements"),
            },
        }
    }

    /// The parameter that a concrete tensor became.
    fn capture(&mut self, tensor: &AnyTensor) -> ValueId {
        let known = self.captures.iter().find(|(t, _)| same_elements(t, tensor));
        if let Some(&(_, value)) = known {
            return value;
        }
        let shape = Shape::new(tensor.dtype(), tensor.dims());
        let value = self.function.add_param(shape, Donation::Keep);
        self.captures.push((tensor.clone(), value));
        value
    }

    pub(crate) fn push(
        &mut self,
        op: Op,
        operands: &[ValueId],
        regions: &[RegionId],
        location: &Location,
    ) -> Result<Vec<AnyTensor>, Diagnostic> {
        let results = self.push_values(op, operands, regions, location)?;
        Ok(results.iter().map(|&v| self.handle(v)).collect())
    }

    /// As [`Trace::push`], giving values.
    pub(crate) fn push_values(
        &mut self,
        op: Op,
        operands: &[ValueId],
        regions: &[RegionId],
        location: &Location,
    ) -> Result<Vec<ValueId>, Diagnostic> {
        let region = self.region();
        let inst = self.function.push(region, op, operands, regions, Some(location))?;
        Ok(self.function.inst(inst).results.to_vec())
    }
}

fn same_elements(a: &AnyTensor, b: &AnyTensor) -> bool {
    use gomlx_ir::Buffer;
    match (&a.repr, &b.repr) {
        (Repr::Concrete(Buffer::Host(x)), Repr::Concrete(Buffer::Host(y))) => std::sync::Arc::ptr_eq(x, y),
        (Repr::Concrete(Buffer::Device(x)), Repr::Concrete(Buffer::Device(y))) => std::sync::Arc::ptr_eq(x, y),
        _ => false,
    }
}
