// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Checks the invariants of functions and modules.
//!
//! Passes build graphs through [`crate::Builder`], which infers every shape, but they may also reorder and rewire
//! instructions. The verifier finds what a pass broke. It runs between passes in debug builds, and on every module that
//! comes from text.
//!
//! Invariant: a function that passes has
//! - every instruction and region in one place, every id in its arena;
//! - operands defined before their use, in the same region or in one around it; the region of a composite uses only its
//!   own values;
//! - region results visible at the region's end;
//! - the result shapes that inference gives;
//! - derivative marks on the instructions that they are for: an identity, or a composite;
//! - one donation for each parameter; an alias names a result of equal shape, and no result is aliased twice.
//!
//! Module verification adds distinct function names and at least one function.

#[cfg(test)]
mod tests;

use crate::{
    Code, Def, Derivative, Diagnostic, Diagnostics, Donation, Entity, Function, Inst, InstId, Module, Op, RegionId, Shape, ValueId, deep,
    infer,
};

/// Checks every function of a module.
///
/// # Errors
/// With every broken invariant, in program order.
pub fn verify(module: &Module) -> Result<(), Diagnostics> {
    let mut found = vec![];
    if module.functions.is_empty() {
        found.push(Diagnostic::new(Code::Graph, format!("module {} has no function", module.name)));
    }
    for (i, f) in module.functions.iter().enumerate() {
        if module.functions[..i].iter().any(|g| g.name == f.name) {
            found.push(Diagnostic::new(Code::Graph, format!("module {} has two functions {}", module.name, f.name)));
        }
        found.extend(verify_function(f).err().unwrap_or_default().0);
    }
    if found.is_empty() { Ok(()) } else { Err(Diagnostics(found)) }
}

/// Checks one function.
///
/// # Errors
/// With every broken invariant, in program order.
pub fn verify_function(function: &Function) -> Result<(), Diagnostics> {
    let mut v = Verifier {
        function,
        visible: vec![false; function.num_values()],
        inst_seen: vec![false; function.num_insts()],
        region_seen: vec![false; function.num_regions()],
        found: vec![],
    };
    deep::with_room(deep::depth(function), || v.region(Function::BODY, None));
    v.donations();
    if v.found.is_empty() { Ok(()) } else { Err(Diagnostics(v.found)) }
}

/// Checks a module as [`verify`] and [`verify_sizes`] do.
///
/// # Errors
/// With every broken invariant, or else with every shape that is symbolic or too large.
pub fn verify_static(module: &Module) -> Result<(), Diagnostics> {
    verify(module)?;
    let found: Vec<Diagnostic> = module.functions.iter().flat_map(|f| verify_sizes(f).err().unwrap_or_default().0).collect();
    if found.is_empty() { Ok(()) } else { Err(Diagnostics(found)) }
}

/// Checks that every size of a function is known, that each shape passes [`Shape::check_size`], and that memory could
/// hold all values together, so that no sum of their bytes overflows. It only looks at shapes and takes little time.
///
/// # Errors
/// With every shape that is symbolic or too large, in the order of the values.
pub fn verify_sizes(function: &Function) -> Result<(), Diagnostics> {
    let mut found = vec![];
    let mut bytes = 0usize;
    for value in (0..function.num_values()).map(ValueId::new) {
        let shape = function.shape(value);
        let wrong = match shape.known() {
            None => Diagnostic::new(Code::Graph, format!("{shape} is a symbolic shape; substitute its symbols first")),
            Some(_) => match shape.check_size() {
                Err(error) => error,
                Ok(()) => {
                    // Backends align values.
                    bytes = bytes.saturating_add(shape.num_bytes()).saturating_add(ALIGNMENT);
                    continue;
                }
            },
        };
        let inst = function.def_inst(value).map(|(_, inst)| inst);
        let name = inst.map_or_else(|| format!("function {}", function.name), |inst| inst.op.short_name().to_string());
        let location = inst.and_then(|inst| inst.location.as_ref());
        found.push(Diagnostic { message: format!("{name}: {value}: {}", wrong.message), ..wrong }.at(location));
    }
    if found.is_empty() && isize::try_from(bytes).is_err() {
        let message = format!("function {}: all its values together are larger than memory can be", function.name);
        found.push(Diagnostic::new(Code::Shape, message));
    }
    if found.is_empty() { Ok(()) } else { Err(Diagnostics(found)) }
}

/// An upper bound of the bytes that a backend leaves free after a value to align the next one.
const ALIGNMENT: usize = 4096;

struct Verifier<'f> {
    function: &'f Function,
    /// Whether a value may be used here.
    visible: Vec<bool>,
    inst_seen: Vec<bool>,
    region_seen: Vec<bool>,
    found: Vec<Diagnostic>,
}

impl Verifier<'_> {
    fn report(&mut self, inst: Option<&Inst>, message: String) {
        let name = inst.map_or_else(|| format!("function {}", self.function.name), |inst| inst.op.short_name().to_string());
        let location = inst.and_then(|inst| inst.location.as_ref());
        self.found.push(Diagnostic::new(Code::Graph, format!("{name}: {message}")).at(location));
    }

    /// Checks a region of an instruction, or the body. Returns whether its parameters and results exist.
    fn region(&mut self, id: RegionId, owner: Option<&Inst>) -> bool {
        match self.region_seen.get_mut(id.index()) {
            None => {
                self.report(owner, format!("{id} does not exist"));
                return false;
            }
            Some(true) => {
                self.report(owner, format!("{id} belongs to two instructions"));
                return false;
            }
            Some(seen) => *seen = true,
        }
        let region = self.function.region(id);
        let mut defined = vec![];
        let mut exist = true;
        // The region of a composite is a function of its own: it sees no value from around it.
        let isolated = owner.is_some_and(|inst| matches!(inst.op, Op::Composite(_)));
        let around = isolated.then(|| std::mem::replace(&mut self.visible, vec![false; self.function.num_values()]));
        for (i, &param) in region.params.iter().enumerate() {
            exist &= self.define(param, Def::Param(id, i), owner, &mut defined);
        }
        for &inst in &region.insts {
            self.inst(inst, owner, &mut defined);
        }
        for &result in &region.results {
            exist &= self.uses(result, owner, "result");
        }
        match around {
            Some(around) => self.visible = around,
            None => defined.into_iter().for_each(|value| self.visible[value.index()] = false),
        }
        exist
    }

    fn inst(&mut self, id: InstId, owner: Option<&Inst>, defined: &mut Vec<ValueId>) {
        match self.inst_seen.get_mut(id.index()) {
            None => return self.report(owner, format!("{id} does not exist")),
            Some(true) => return self.report(Some(self.function.inst(id)), format!("{id} stands in two places")),
            Some(seen) => *seen = true,
        }
        let inst = self.function.inst(id);
        let mut exist = true;
        for &operand in &inst.operands {
            exist &= self.uses(operand, Some(inst), "operand");
        }
        for &region in &inst.regions {
            exist &= self.region(region, Some(inst));
        }
        for (i, &result) in inst.results.iter().enumerate() {
            exist &= self.define(result, Def::Result(id, i), Some(inst), defined);
        }
        if !exist {
            return;
        }
        self.derivative(inst);
        let given: Vec<&Shape> = inst.results.iter().map(|&r| self.function.shape(r)).collect();
        match infer::infer(self.function, &inst.op, &inst.operands, &inst.regions) {
            Err(e) => self.found.push(e.at(inst.location.as_ref())),
            Ok(inferred) if inferred.iter().ne(given.iter().copied()) => {
                self.report(Some(inst), format!("results are {given:?}, but inference gives {inferred:?}"));
            }
            Ok(_) => {}
        }
    }

    /// Checks that an instruction may have its derivative mark.
    fn derivative(&mut self, inst: &Inst) {
        let shape = |values: &[ValueId]| values.first().map(|&v| self.function.shape(v));
        let is_identity = || matches!(inst.op, Op::Reshape(_)) && shape(&inst.operands) == shape(&inst.results);
        match &inst.derivative {
            Derivative::Usual => {}
            Derivative::Stopped if is_identity() => {}
            Derivative::Stopped => self.report(Some(inst), "is marked as a constant to derivatives, but is not an identity".into()),
            Derivative::Checkpoint | Derivative::Custom(_) if matches!(inst.op, Op::Composite(_)) => {}
            Derivative::Checkpoint | Derivative::Custom(_) => {
                self.report(Some(inst), "has a derivative of its own, but is no composite".into());
            }
        }
    }

    /// Makes a value visible until its region ends. Returns whether it exists.
    fn define(&mut self, value: ValueId, def: Def, inst: Option<&Inst>, defined: &mut Vec<ValueId>) -> bool {
        if value.index() >= self.function.num_values() {
            self.report(inst, format!("{value} does not exist"));
            return false;
        }
        let said = self.function.value(value).def;
        if said != def {
            self.report(inst, format!("{value} stands as {def:?}, but is defined as {said:?}"));
        }
        self.visible[value.index()] = true;
        defined.push(value);
        true
    }

    /// Checks that a value is visible. Returns whether it exists.
    fn uses(&mut self, value: ValueId, inst: Option<&Inst>, what: &str) -> bool {
        match self.visible.get(value.index()) {
            None => {
                self.report(inst, format!("{what} {value} does not exist"));
                return false;
            }
            Some(false) => self.report(inst, format!("{what} {value} is not defined before its use, in this region or one around it")),
            Some(true) => {}
        }
        true
    }

    fn donations(&mut self) {
        let f = self.function;
        if f.donations.len() != f.params().len() {
            return self.report(None, format!("{} donations for {} parameters", f.donations.len(), f.params().len()));
        }
        for (i, (&donation, &param)) in f.donations.iter().zip(f.params()).enumerate() {
            let Donation::Alias(to) = donation else { continue };
            let Some(&result) = f.results().get(to) else {
                self.report(None, format!("parameter {i} is an alias of result {to}, of which there are {}", f.results().len()));
                continue;
            };
            if param.index() >= f.num_values() || result.index() >= f.num_values() {
                continue;
            }
            if f.shape(param) != f.shape(result) {
                let (of, from) = (f.shape(param), f.shape(result));
                self.report(None, format!("parameter {i} of {of} is an alias of result {to} of {from}"));
            }
            if f.donations[..i].contains(&donation) {
                self.report(None, format!("two parameters are aliases of result {to}"));
            }
        }
    }
}
