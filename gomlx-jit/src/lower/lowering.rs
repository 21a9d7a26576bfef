// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Compiles the loops of one program. Equal loops are compiled once.

use cranelift_codegen::isa::TargetFrontendConfig;
use cranelift_frontend::FunctionBuilder;
use gomlx_ir::{Code, Diagnostic, Result};
use rustc_hash::FxHashMap;

use super::nest::{self, MemoryUse};
use super::tiling;
use crate::loops::{BoundNest, Nest, NodeKind, ScalarFunction};
use crate::runtime::code::{CodeBuilder, MachineCode};
use crate::runtime::program::Loop;

/// Predicted time of a tile of work, in nanoseconds: long compared to the time to schedule it, short compared to a
/// step.
const TILE_NS: f64 = 12_000.0;

/// The code of one program while it is compiled.
pub(crate) struct Lowering {
    code: CodeBuilder,
    nests: FxHashMap<Nest, (usize, MemoryUse)>,
    scalar_functions: FxHashMap<ScalarFunction, usize>,
    /// Cranelift's text of each function.
    clif: Vec<String>,
}

impl Lowering {
    /// A lowering without code.
    ///
    /// # Errors
    /// If this machine is not supported.
    pub(crate) fn new() -> Result<Lowering> {
        let code = CodeBuilder::new().map_err(failed)?;
        Ok(Lowering { code, nests: FxHashMap::default(), scalar_functions: FxHashMap::default(), clif: vec![] })
    }

    /// Compiles a nest. Gives its function with the tiles of its range, and its use of memory. `sizes` are the sizes of
    /// the buffers, in elements.
    ///
    /// # Errors
    /// If the code generator rejects the function.
    pub(crate) fn nest(&mut self, bound: &BoundNest, sizes: &[usize]) -> Result<(Loop, MemoryUse)> {
        check_bounds(bound, sizes);
        let nest = &bound.nest;
        let (index, memory_use) = match self.nests.get(nest) {
            Some(known) => known.clone(),
            None => {
                let compiled = self.add(|b, config, clif| nest::emit(nest, b, config, clif))?;
                self.nests.insert(nest.clone(), compiled.clone());
                compiled
            }
        };
        let units = tiling::units(nest, bound.elements);
        let ns = (bound.ns * tiling::unit_iterations(nest) as f64).max(0.02);
        let mut units_per_tile = ((TILE_NS / ns) as usize).clamp(1, units.max(1));
        if nest.flat {
            units_per_tile = units_per_tile.next_multiple_of(64);
        }
        let ns_per_tile = ns * units_per_tile as f64;
        Ok((Loop { index, units, units_per_tile, ns_per_tile, scratch: memory_use.scratch }, memory_use))
    }

    /// Compiles a function of scalars. The code takes pointers to the parameters and to the results. Gives its index.
    ///
    /// # Errors
    /// If the code generator rejects the function.
    pub(crate) fn scalar_function(&mut self, function: &ScalarFunction) -> Result<usize> {
        if let Some(&known) = self.scalar_functions.get(function) {
            return Ok(known);
        }
        let (index, ()) = self.add(|b, config, clif| nest::emit_scalar_function(function, b, config, clif))?;
        self.scalar_functions.insert(function.clone(), index);
        Ok(index)
    }

    fn add<T>(&mut self, emit: impl FnOnce(FunctionBuilder<'_>, TargetFrontendConfig, &mut Vec<String>) -> T) -> Result<(usize, T)> {
        let clif = &mut self.clif;
        self.code.add_loop(|b, config| emit(b, config, clif)).map_err(failed)
    }

    /// The finished code, and its text.
    ///
    /// # Errors
    /// If the system refuses executable memory.
    pub(crate) fn finish(self) -> Result<(Option<MachineCode>, Vec<String>)> {
        if self.nests.is_empty() && self.scalar_functions.is_empty() {
            return Ok((None, self.clif));
        }
        Ok((Some(self.code.finish().map_err(failed)?), self.clif))
    }
}

fn failed(message: String) -> Diagnostic {
    Diagnostic::new(Code::Backend, format!("the jit backend cannot generate code: {message}"))
}

/// Checks that a loop's accesses stay within its buffers. `sizes` are the sizes of the buffers, in elements. No other
/// code checks them.
///
/// # Panics
/// If an index map leaves its buffer, which fusion rules out.
fn check_bounds(bound: &BoundNest, sizes: &[usize]) {
    let nest = &bound.nest;
    let mut axes = nest.axes.clone();
    if nest.flat {
        axes[0] = bound.elements;
    }
    if axes.contains(&0) {
        return;
    }
    let loads = nest.nodes.iter().filter_map(|n| match &n.kind {
        NodeKind::Load { buffer, at } => Some((*buffer, at)),
        NodeKind::Const(_) | NodeKind::Iota(_) | NodeKind::Reduced { .. } | NodeKind::Compute(..) => None,
    });
    for (buffer, at) in loads.chain(nest.stores.iter().map(|s| (s.buffer, &s.at))) {
        let (low, high) = at.range(&axes);
        assert!(low >= 0 && high < sizes[buffer] as i64, "a loop reaches {low}..={high} of a buffer of {} elements", sizes[buffer]);
    }
}
