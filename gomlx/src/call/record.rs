// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! From a call to its graph: tracing, and which outputs are state, which the result.

use std::any::Any;

use gomlx_ir::{Donation, Location, Module, ValueId};

use super::bind::bind;
use super::invoke::Callee;
use super::signature::Signature;
use crate::trace::{self, Traced};
use crate::tree::{Key, Path, Role, Visit};
use crate::{AnyTensor, Result};

/// What a body left behind: values of this thread's trace.
pub(super) struct Recorded {
    /// The state's leaves before the body, which are parameters.
    pub(super) before: Vec<ValueId>,
    /// The state's leaves after it.
    pub(super) after: Vec<ValueId>,
    /// The result's leaves.
    pub(super) results: Vec<ValueId>,
    /// Their paths.
    pub(super) names: Vec<String>,
    /// The result itself.
    pub(super) result: Box<dyn Any + Send + Sync>,
}

/// A traced function: its graph, and how that meets the function's state and result.
pub(crate) struct Graph {
    pub(crate) module: Module,
    /// Concrete tensors that the trace met: the last inputs.
    pub(crate) captures: Vec<AnyTensor>,
    /// For each leaf of the state, the output that replaces it.
    pub(crate) state: Vec<Option<usize>>,
    /// The result as traced.
    pub(crate) result: Box<dyn Any + Send + Sync>,
    /// The output of the result's first leaf; the ones before it are state.
    pub(crate) first_result: usize,
    /// The path of each output: that of a state's leaf starts with its parameter.
    pub(crate) outputs: Vec<String>,
}

impl Graph {
    /// For each input, whether its buffer is given up.
    pub(super) fn donated(&self) -> Vec<bool> {
        self.module.main().donations.iter().map(|d| *d != Donation::Keep).collect()
    }
}

/// Traces a call.
///
/// # Errors
/// If an argument does not match the signature; the mistakes of the body.
pub(super) fn build(signature: &Signature<'_>, callee: &mut dyn Callee, location: &Location) -> Result<Graph> {
    let symbols = bind(signature, |v| callee.visit_named(&signature.contract.params, v)).map_err(|e| e.at(Some(location)))?;
    let (traced, (recorded, plan)) = trace::trace(signature.contract.name, || {
        let recorded = callee.record(signature, &symbols)?;
        let plan = plan(&recorded);
        Ok((recorded, plan))
    })?;
    let Traced { function, captures } = traced;
    let module = Module::new(function);
    #[cfg(debug_assertions)]
    gomlx_ir::verify::verify(&module)?;
    let Plan { state, mut names } = plan;
    let first_result = names.len();
    names.extend(recorded.names);
    Ok(Graph { module, captures, state, result: recorded.result, first_result, outputs: names })
}

struct Plan {
    state: Vec<Option<usize>>,
    /// Names of the state's leaves that change.
    names: Vec<String>,
}

/// Decides which leaves of the state become outputs, all outputs, and what may become of the buffers of the state; sets
/// the results of the trace.
fn plan(recorded: &Recorded) -> Plan {
    let (mut state, mut outputs, mut donations, mut names) = (vec![], vec![], vec![], vec![]);
    trace::with(|t| {
        for (&old, &new) in recorded.before.iter().zip(&recorded.after) {
            let function = t.function();
            let param = function.params().iter().position(|&p| p == old).expect("state leaves are parameters before the body");
            if old == new {
                state.push(None);
                donations.push((param, Donation::Keep));
                continue;
            }
            let same = function.shape(old) == function.shape(new);
            donations.push((param, if same { Donation::Alias(outputs.len()) } else { Donation::Donate }));
            names.push(function.value(old).name.as_deref().unwrap_or_default().to_owned());
            state.push(Some(outputs.len()));
            outputs.push(new);
        }
        outputs.extend(&recorded.results);
        t.set_results(outputs, &donations);
    });
    Plan { state, names }
}

/// The values of the leaves that `visit` visits, and their paths; mistakes become errors of the trace.
pub(super) fn leaf_values(visit: impl FnOnce(&mut dyn Visit)) -> (Vec<ValueId>, Vec<String>) {
    #[derive(Default)]
    struct Values {
        path: Path,
        values: Vec<ValueId>,
        names: Vec<String>,
    }
    impl Visit for Values {
        fn enter(&mut self, key: Key<'_>) {
            self.path.enter(key);
        }
        fn leave(&mut self) {
            self.path.leave();
        }
        fn leaf(&mut self, _: Role, tensor: &AnyTensor) {
            if tensor.is_absent() {
                return;
            }
            trace::with(|t| match t.value(tensor) {
                Ok(Some(value)) => {
                    self.values.push(value);
                    self.names.push(self.path.text.clone());
                }
                Ok(None) => {}
                Err(error) => t.error(error),
            });
        }
    }
    let mut values = Values::default();
    visit(&mut values);
    (values.values, values.names)
}
