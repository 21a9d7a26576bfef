// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Test modules: the entry gets its data from functions without parameters, and compares its results by custom calls
//! (`@check.expect_close`).
//!
//! Graphs have neither. The data become parameters, so that a backend computes at run time. The two sides of each
//! comparison become results, which the caller compares.

use super::Parser;
use super::attribute::{Attribute, Attributes};
use super::tuple::Values;
use crate::{Code, Diagnostic, Donation, Function, Location, Module, Result, ValueId, bail};

/// A module with the comparisons that it makes.
pub struct TestModule {
    /// The entry has its own parameters and results, then a parameter for each result of `sources`,
    /// then two results for each of `checks`: the computed and the expected value.
    pub module: Module,
    /// Modules without parameters whose results are the further arguments.
    pub sources: Vec<Module>,
    /// The comparison of each pair of results.
    pub checks: Vec<Check>,
}

/// One comparison.
#[derive(Clone, Debug)]
pub struct Check {
    /// The condition.
    pub comparison: Comparison,
    /// The place of the comparison in the text.
    pub location: Location,
}

/// The condition on a computed and an expected value. A bound that the text does not state is left to the caller.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Comparison {
    /// `expect_eq`: equal.
    Equal,
    /// `expect_almost_eq`: at most so far apart.
    AlmostEqual {
        /// Largest absolute difference.
        tolerance: Option<f64>,
    },
    /// `expect_close`: so many representable numbers apart.
    Close {
        /// Least number.
        min_ulps: Option<u64>,
        /// Largest number.
        max_ulps: Option<u64>,
    },
}

/// The data and comparisons found so far.
#[derive(Default)]
pub(super) struct Tests {
    /// The functions called for data.
    sources: Vec<String>,
    checks: Vec<Check>,
    pairs: Vec<ValueId>,
}

/// A test module from StableHLO text.
///
/// # Errors
/// As [`module`](super::module), and for a comparison that is not made by the entry itself.
pub fn test_module(text: &str, file_name: &str) -> Result<TestModule> {
    let mut p = Parser::new(text, file_name);
    let entry = p.entry()?;
    p.tests = Some(Tests::default());
    let (name, function) = &entry.functions[0];
    let main = p.parse_function(function, name)?;
    let tests = p.tests.take().unwrap_or_default();
    let source = |name: &String| {
        let function = p.parse_function(name, name)?;
        p.finish(Module { name: name.clone(), functions: vec![function] })
    };
    let sources = tests.sources.iter().map(source).collect::<Result<_>>()?;
    let module = p.finish(Module { name: entry.module, functions: vec![main] })?;
    Ok(TestModule { module, sources, checks: tests.checks })
}

impl<'a> Parser<'a> {
    /// Whether the entry of a test module is being read, outside of all regions and callees.
    fn in_tested_entry(&self) -> bool {
        self.tests.is_some() && self.region == Function::BODY && self.calls.len() == 1
    }

    /// New parameters for the results of a function without parameters, if that is what a test module calls.
    pub(super) fn source(&mut self, callee: &str, args: &Values) -> Result<Option<Values>> {
        if !args.held.is_empty() || !self.in_tested_entry() {
            return Ok(None);
        }
        let Some(types) = self.results_of(callee)? else { return Ok(None) };
        let flat = types.flat.into_iter().map(|shape| self.function.add_param(shape, Donation::Keep)).collect();
        if let Some(tests) = &mut self.tests {
            tests.sources.push(callee.to_owned());
        }
        Ok(Some(Values { flat, held: types.held }))
    }

    /// `custom_call @check.expect_eq(%computed, %expected)`.
    pub(super) fn check(&mut self, target: &str, args: &[ValueId], a: &Attributes, location: &Location) -> Result<()> {
        let &[computed, expected] = args else { bail!(Parse, "@{target} compares 2 values, not {}", args.len()) };
        let ulps = |name: &str| -> Result<Option<u64>> { Ok(a.size(name)?.map(|n| n as u64)) };
        let comparison = match target {
            "check.expect_eq" => Comparison::Equal,
            "check.expect_almost_eq" => Comparison::AlmostEqual {
                tolerance: match a.get("tolerance") {
                    None => None,
                    Some(Attribute::Float(value)) => Some(*value),
                    Some(_) => bail!(Parse, "attribute 'tolerance' is not a number"),
                },
            },
            "check.expect_close" => Comparison::Close { min_ulps: ulps("min_ulp_difference")?, max_ulps: ulps("max_ulp_difference")? },
            _ => bail!(Unsupported, "custom call @{target} is not supported"),
        };
        if !self.in_tested_entry() {
            let message =
                format!("custom call @{target} is not supported: comparisons belong into the entry of a module that is run as a test");
            return Err(Diagnostic::new(Code::Unsupported, message));
        }
        if self.function.shape(computed) != self.function.shape(expected) {
            let (computed, expected) = (self.function.shape(computed), self.function.shape(expected));
            bail!(Shape, "@{target} compares {computed} with {expected}");
        }
        if let Some(tests) = &mut self.tests {
            tests.pairs.extend([computed, expected]);
            tests.checks.push(Check { comparison, location: location.clone() });
        }
        Ok(())
    }

    /// The results of the entry with the two sides of each comparison after them.
    pub(super) fn with_checked(&mut self, mut results: Vec<ValueId>) -> Vec<ValueId> {
        if let Some(tests) = &mut self.tests {
            results.append(&mut tests.pairs);
        }
        results
    }
}
