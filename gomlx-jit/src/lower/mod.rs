// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! From units of work to steps: loop nests to Cranelift functions, other instructions to library kernels.

mod algebra;
mod convert;
mod fold;
mod half;
mod library;
mod nest;
mod ops;
mod pass;
mod reference;
mod scalar;
mod sort;
mod value;

use gomlx_ir::{Code as ErrorCode, Diagnostic, Result};
use rustc_hash::FxHashMap;

pub(crate) use library::{bytes_copy, library};
pub(crate) use nest::Facts;

use crate::loops::{Body, Kind, Nest, Placed};
use crate::runtime::code::{Code, CodeBuilder};
use crate::runtime::program::Loop;

/// Predicted time of a tile of work, in nanoseconds: long beside handing it to a thread, short beside a step.
const TILE_NS: f64 = 12_000.0;

/// Compiles the loops of one program; equal ones once.
pub(crate) struct Lowering {
    code: CodeBuilder,
    nests: FxHashMap<Nest, (usize, Facts)>,
    bodies: FxHashMap<Body, usize>,
    /// Cranelift's text of each function, where it is asked for.
    pub(crate) clif: Vec<String>,
}

impl Lowering {
    /// # Errors
    /// If this machine is not supported.
    pub(crate) fn new() -> Result<Lowering> {
        let code = CodeBuilder::new(&[]).map_err(failed)?;
        Ok(Lowering { code, nests: FxHashMap::default(), bodies: FxHashMap::default(), clif: vec![] })
    }

    /// The function of a nest, and how its range is cut.
    ///
    /// # Errors
    /// If the code generator refuses it.
    pub(crate) fn nest(&mut self, placed: &Placed, sizes: &[usize]) -> Result<(Loop, Facts)> {
        check_bounds(placed, sizes);
        let (index, facts) = match self.nests.get(&placed.nest) {
            Some(known) => known.clone(),
            None => {
                let mut facts = Facts::default();
                let nest = &placed.nest;
                let clif = &mut self.clif;
                let build = |module: &mut cranelift_jit::JITModule, b: cranelift_frontend::FunctionBuilder<'_>| {
                    let config = cranelift_module::Module::target_config(module);
                    facts = nest::emit(nest, b, config, clif);
                    Ok(())
                };
                let index = self.code.add_loop(build).map_err(failed)?;
                self.nests.insert(placed.nest.clone(), (index, facts.clone()));
                (index, facts)
            }
        };
        let units = nest::units(&placed.nest, placed.elements);
        let ns = (placed.ns * nest::unit_iterations(&placed.nest) as f64).max(0.02);
        let mut units_per_tile = ((TILE_NS / ns) as usize).clamp(1, units.max(1));
        if placed.nest.flat {
            units_per_tile = units_per_tile.next_multiple_of(64);
        }
        let ns_per_tile = ns * units_per_tile as f64;
        Ok((Loop { index, units, units_per_tile, ns_per_tile, scratch: facts.scratch }, facts))
    }

    /// The function of a body.
    ///
    /// # Errors
    /// If the code generator refuses it.
    pub(crate) fn body(&mut self, body: &Body) -> Result<usize> {
        if let Some(&known) = self.bodies.get(body) {
            return Ok(known);
        }
        let clif = &mut self.clif;
        let build = |module: &mut cranelift_jit::JITModule, b: cranelift_frontend::FunctionBuilder<'_>| {
            nest::emit_body(body, b, cranelift_module::Module::target_config(module), clif);
            Ok(())
        };
        let index = self.code.add_loop(build).map_err(failed)?;
        self.bodies.insert(body.clone(), index);
        Ok(index)
    }

    /// The finished code.
    ///
    /// # Errors
    /// If the system refuses executable memory.
    pub(crate) fn finish(self) -> Result<(Option<Code>, Vec<String>)> {
        if self.nests.is_empty() && self.bodies.is_empty() {
            return Ok((None, self.clif));
        }
        Ok((Some(self.code.finish().map_err(failed)?), self.clif))
    }
}

fn failed(message: String) -> Diagnostic {
    Diagnostic::new(ErrorCode::Backend, format!("the jit backend cannot generate code: {message}"))
}

/// The one place where the accesses of loops are checked against the sizes of their buffers, in elements.
///
/// # Panics
/// If an index map leaves its buffer, which fusion rules out.
fn check_bounds(placed: &Placed, sizes: &[usize]) {
    let nest = &placed.nest;
    let mut axes = nest.axes.clone();
    if nest.flat {
        axes[0] = placed.elements;
    }
    if axes.contains(&0) {
        return;
    }
    let loads = nest.nodes.iter().filter_map(|n| match &n.kind {
        Kind::Load { buffer, at } => Some((*buffer, at)),
        _ => None,
    });
    for (buffer, at) in loads.chain(nest.stores.iter().map(|s| (s.buffer, &s.at))) {
        let (low, high) = at.range(&axes);
        assert!(low >= 0 && high < sizes[buffer] as i64, "a loop reaches {low}..={high} of a buffer of {} elements", sizes[buffer]);
    }
}
