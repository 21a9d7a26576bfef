// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tracing: the graph that a thread is building.
//!
//! Invariants:
//! - A thread traces at most one graph at a time: a graph function that is called during a trace is inlined.
//! - A handle is valid only in its trace, and inside the region where it was made.
//! - A mistake is noted and answered with a poisoned handle, so that one trace tells all mistakes, and none twice.

mod composition;
mod mistake;

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) use composition::{Composition, Tensors};
pub(crate) use mistake::{abort, fail, fail_on, mistake, poison};

use gomlx_ir::{
    Buffer, Builder, Code, Diagnostic, Diagnostics, Donation, Function, HostTensor, Location, Op, RegionId, Shape, ValueId, thread_ends,
};

use crate::Result;
use crate::tensor::{AnyTensor, Handle, Repr};

thread_local! {
    static CURRENT: RefCell<Option<Trace>> = const { RefCell::new(None) };
}

/// A graph under construction.
pub(crate) struct Trace {
    /// The number of the trace, unique in the process.
    id: u64,
    function: Function,
    /// The regions being built, innermost last.
    regions: Vec<RegionId>,
    /// Concrete tensors that the trace met, with the parameters they became.
    captures: Vec<(AnyTensor, ValueId)>,
    errors: Vec<Diagnostic>,
    /// Set when an error returned with `?` leaves a tensor `if` or loop: a mistake if the body then goes on.
    left: Option<Diagnostic>,
    /// The graph functions being inlined, innermost last: the body of each, and the number of regions around its call.
    calls: Vec<(usize, usize)>,
    /// The copies of the leaves that closures were differentiated by.
    differentiated: Vec<ValueId>,
    /// What other modules keep with the trace, each in its own type.
    kept: Vec<Box<dyn Any>>,
}

/// The number of calls of a graph function inside itself, each deeper in branches and loops, that is taken for endless.
const RECURSION: usize = 64;

/// A finished trace.
pub(crate) struct FinishedTrace {
    pub(crate) function: Function,
    /// The concrete tensors that the trace met: its last parameters.
    pub(crate) captures: Vec<AnyTensor>,
}

/// Whether this thread is tracing.
pub(crate) fn active() -> bool {
    CURRENT.try_with(|current| current.borrow().is_some()).unwrap_or(false)
}

/// Traces what `body` does on this thread. The body first adds its parameters, and last sets the results.
///
/// # Errors
/// If this thread traces already, or is ending; else all mistakes that the trace noted, or the error of the body. A
/// panic of the body goes on if the trace noted no mistakes.
pub(crate) fn trace<R>(name: &str, body: impl FnOnce() -> Result<R>) -> Result<(FinishedTrace, R)> {
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
        calls: vec![],
        differentiated: vec![],
        kept: vec![],
    };
    CURRENT.try_with(|current| current.replace(Some(trace))).map_err(|_| thread_ends())?;
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
            Ok((FinishedTrace { function: trace.function, captures }, result))
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

/// Runs `action` on this thread's trace; `None` if there is none, or something runs on it already.
pub(crate) fn with_idle<R>(action: impl FnOnce(&mut Trace) -> R) -> Option<R> {
    let idle = |current: &RefCell<Option<Trace>>| Some(action(current.try_borrow_mut().ok()?.as_mut()?));
    CURRENT.try_with(idle).ok().flatten()
}

/// A constant of the graph during a trace; a tensor of host elements outside.
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
    /// What a module keeps with the trace, in its own type. It is gone when the trace ends, however it ends.
    pub(crate) fn kept<T: Any + Default>(&mut self) -> &mut T {
        let position = self.kept.iter().position(|kept| kept.is::<T>()).unwrap_or_else(|| {
            self.kept.push(Box::<T>::default());
            self.kept.len() - 1
        });
        self.kept[position].downcast_mut().expect("its type was looked for, or it was just made")
    }

    /// Adds a parameter to the graph. All parameters of arguments come before the first capture.
    pub(crate) fn param(&mut self, shape: Shape, name: &str, donation: Donation) -> AnyTensor {
        let value = self.function.add_param(shape, donation);
        self.function.set_name(value, name);
        self.handle(value)
    }

    /// Begins to inline a graph function; false if its recursion seems endless. All branches are traced, so that a
    /// recursion never ends if only a tensor condition would end it.
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

    /// Ends the inlined graph function.
    pub(crate) fn leave_call(&mut self) {
        self.calls.pop();
    }

    /// Notes a mistake without stopping the trace.
    pub(crate) fn error(&mut self, error: Diagnostic) {
        self.errors.push(error);
    }

    /// Notes the mistake that it would be to go on after an error has left a tensor `if` or loop.
    pub(crate) fn note_left(&mut self, mistake: Diagnostic) {
        self.left.get_or_insert(mistake);
    }

    /// Notes that a closure is differentiated by a value.
    pub(crate) fn note_differentiated(&mut self, copy: ValueId) {
        self.differentiated.push(copy);
    }

    /// The values that closures were differentiated by, in order.
    pub(crate) fn differentiated(&self) -> &[ValueId] {
        &self.differentiated
    }

    /// The graph.
    pub(crate) fn function(&mut self) -> &mut Function {
        &mut self.function
    }

    /// The current region.
    pub(crate) fn region(&self) -> RegionId {
        *self.regions.last().expect("the body's region is always there")
    }

    /// Begins a region inside the current one.
    pub(crate) fn enter_region(&mut self) -> RegionId {
        let region = self.function.add_region();
        self.regions.push(region);
        region
    }

    /// Continues a region that was left.
    pub(crate) fn reenter_region(&mut self, region: RegionId) {
        self.regions.push(region);
    }

    /// Ends a region, and the regions inside it that an error has left open.
    pub(crate) fn leave_region(&mut self, region: RegionId) {
        if let Some(position) = self.regions.iter().rposition(|&r| r == region) {
            self.regions.truncate(position);
        }
    }

    /// A builder of the current region.
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

    /// A poisoned handle with the shape of a tensor.
    fn poisoned(&self, like: Option<&AnyTensor>) -> AnyTensor {
        let handle = Handle { trace: self.id, region: self.region(), value: None };
        match like {
            Some(t) => AnyTensor::new(t.dtype(), t.dims(), Repr::Traced(handle)),
            None => AnyTensor::new(gomlx_ir::DType::F32, &[], Repr::Traced(handle)),
        }
    }

    /// The value that a tensor stands for in this graph; `None` if it is poisoned. A concrete tensor becomes a
    /// parameter.
    ///
    /// # Errors
    /// If it is a handle of another trace or of a region that has ended, or has no elements.
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
            Repr::Concrete(_) | Repr::Absent | Repr::Lost(_) => {
                tensor.buffer()?;
                Ok(Some(self.capture(tensor)))
            }
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

    /// Appends an instruction to the current region; gives its results.
    ///
    /// # Errors
    /// If the op cannot take the operands.
    pub(crate) fn push_values(
        &mut self,
        op: Op,
        operands: &[ValueId],
        regions: &[RegionId],
        location: &Location,
    ) -> Result<Vec<ValueId>, Diagnostic> {
        let region = self.region();
        let inst = self.function.push(region, op, operands, regions, Some(location))?;
        let inst = self.function.inst(inst);
        // Backends check every size; here the mistake is reported with all others of the trace.
        for &result in &inst.results {
            let name = inst.op.short_name();
            self.function.shape(result).check_size().map_err(|e| Diagnostic { message: format!("{name}: {}", e.message), ..e })?;
        }
        Ok(inst.results.to_vec())
    }
}

/// Whether two tensors share their elements.
fn same_elements(a: &AnyTensor, b: &AnyTensor) -> bool {
    match (&a.repr, &b.repr) {
        (Repr::Concrete(Buffer::Host(x)), Repr::Concrete(Buffer::Host(y))) => Arc::ptr_eq(x, y),
        (Repr::Concrete(Buffer::Device(x)), Repr::Concrete(Buffer::Device(y))) => Arc::ptr_eq(x, y),
        _ => false,
    }
}
