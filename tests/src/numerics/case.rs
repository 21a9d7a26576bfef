// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! One case in one precision: composes the function, derives it, runs it and compares.

use std::collections::BTreeMap;
use std::sync::Arc;

use gomlx_ir::compose::{Stop, compose};
use gomlx_ir::transform::{jvp, vjp};
use gomlx_ir::{Backend, Builder, DType, Donation, Function, HostTensor, Module, ValueId};
use smallvec::SmallVec;

use super::compare::{difference, in_precision, tolerance};
use super::functions::find;
use super::index::{Case, Measure, Precision, Tensor};
use super::keywords::Keywords;
use crate::transforms::Check;

/// The checks of a case: its values and, where it has derivatives, both modes.
pub(super) fn checks(case: &Case, precision: Precision, arrays: &BTreeMap<String, HostTensor>, backend: &dyn Backend) -> Vec<Check> {
    let named = |what: &str, result: Result<(), String>| Check { name: format!("{} {precision} {what}", case.id), failure: result.err() };
    let run = Run { case, precision, arrays, backend };
    let (function, inputs) = match run.composed() {
        Ok(composed) => composed,
        Err(reason) => return vec![named("out", Err(reason))],
    };
    let mut checks = vec![named("out", run.values(&function, &inputs))];
    if !case.diff_in.is_empty() {
        checks.push(named("jvp", run.forward(&function, &inputs)));
        checks.push(named("vjp", run.reverse(&function, &inputs)));
    }
    checks
}

struct Run<'a> {
    case: &'a Case,
    precision: Precision,
    arrays: &'a BTreeMap<String, HostTensor>,
    backend: &'a dyn Backend,
}

impl Run<'_> {
    /// The function of the case, and its arguments.
    fn composed(&self) -> Result<(Function, Vec<HostTensor>), String> {
        let case = self.case;
        let build = find(&case.function).ok_or_else(|| format!("gomlx has no function {}", case.function))?;
        let mut function = Function::new("main");
        let mut params: Vec<ValueId> = vec![];
        let mut inputs = vec![];
        for (i, tensor) in case.inputs.iter().enumerate() {
            let input = in_precision(self.array(&format!("in{i}"))?, self.dtype(tensor)?)?;
            params.push(function.add_param(input.shape(), Donation::Keep));
            inputs.push(input);
        }
        let rows = case.outputs.first().and_then(|output| output.shape.first()).copied().unwrap_or(0);
        let keywords = Keywords { values: &case.kwargs, single: self.precision == Precision::F32, rows };
        let values = compose(&case.function, &mut function, Function::BODY, None, &|c| {
            let vars: Vec<_> = params.iter().map(|&param| c.var(param)).collect();
            build(c, &vars, keywords)
        });
        let values = values.map_err(|stop| match stop {
            Stop::Wrong(diagnostic) => diagnostic.to_string(),
            Stop::Unknown => "the composition stops as unknown".to_owned(),
        })?;
        if values.len() != case.outputs.len() {
            return Err(format!("{} results, not {}", values.len(), case.outputs.len()));
        }
        function.set_results(values.to_vec());
        Ok((function, inputs))
    }

    fn values(&self, function: &Function, inputs: &[HostTensor]) -> Result<(), String> {
        for (i, got) in self.run(function, inputs)?.iter().enumerate() {
            self.compare(&format!("out{i}"), got, self.case.measure, self.case.f32_tolerance.out)?;
        }
        Ok(())
    }

    fn forward(&self, function: &Function, inputs: &[HostTensor]) -> Result<(), String> {
        let mut f = function.clone();
        let (mut pairs, mut inputs) = (vec![], inputs.to_vec());
        for &i in &self.case.diff_in {
            let param = f.params()[i];
            let shape = f.shape(param).clone();
            inputs.push(in_precision(self.array(&format!("tan{i}"))?, shape.dtype)?);
            pairs.push((param, f.add_param(shape, Donation::Keep)));
        }
        let outputs: Vec<ValueId> = self.case.diff_out.iter().map(|&i| f.results()[i]).collect();
        let tangents = jvp(&mut f, Function::BODY, 0, &pairs, &outputs).map_err(|e| e.to_string())?;
        self.derivatives(f, &outputs, &tangents, &inputs, "jvp", &self.case.diff_out)
    }

    fn reverse(&self, function: &Function, inputs: &[HostTensor]) -> Result<(), String> {
        let mut f = function.clone();
        let (mut pairs, mut inputs) = (vec![], inputs.to_vec());
        for &i in &self.case.diff_out {
            let result = f.results()[i];
            let shape = f.shape(result).clone();
            inputs.push(in_precision(self.array(&format!("ct{i}"))?, shape.dtype)?);
            pairs.push((result, f.add_param(shape, Donation::Keep)));
        }
        let wrt: Vec<ValueId> = self.case.diff_in.iter().map(|&i| f.params()[i]).collect();
        let gradients = vjp(&mut f, Function::BODY, 0, &pairs, &wrt).map_err(|e| e.to_string())?;
        self.derivatives(f, &wrt, &gradients, &inputs, "vjp", &self.case.diff_in)
    }

    /// Runs a function for some derivatives and compares them; what has none has zeros.
    fn derivatives(
        &self,
        mut f: Function,
        like: &[ValueId],
        derivatives: &[Option<ValueId>],
        inputs: &[HostTensor],
        name: &str,
        positions: &[usize],
    ) -> Result<(), String> {
        let mut results: SmallVec<[ValueId; 2]> = SmallVec::new();
        for (&like, derivative) in like.iter().zip(derivatives) {
            results.push(derivative.unwrap_or_else(|| Builder::new(&mut f, Function::BODY).full_like(like, 0.0)));
        }
        f.set_results(results.to_vec());
        let measure = self.case.grad_measure.unwrap_or(Measure::Array);
        for (got, i) in self.run(&f, inputs)?.iter().zip(positions) {
            self.compare(&format!("{name}{i}"), got, measure, self.case.f32_tolerance.grad)?;
        }
        Ok(())
    }

    fn run(&self, f: &Function, inputs: &[HostTensor]) -> Result<Vec<HostTensor>, String> {
        let run = || {
            let executable = self.backend.compile(&Module::new(f.clone()))?;
            let upload = |input: &HostTensor| self.backend.upload(&Arc::new(input.clone()));
            let mut inputs = inputs.iter().map(upload).collect::<gomlx_ir::Result<Vec<_>>>()?;
            let mut outputs = vec![];
            executable.run(&mut inputs, &mut outputs)?;
            let host = |output: &gomlx_ir::Buffer| output.to_host().map(|tensor| HostTensor::clone(&tensor));
            outputs.iter().map(host).collect::<gomlx_ir::Result<Vec<HostTensor>>>()
        };
        run().map_err(|e: gomlx_ir::Diagnostic| e.to_string())
    }

    fn compare(&self, name: &str, got: &HostTensor, measure: Measure, single: Option<f64>) -> Result<(), String> {
        let want = self.array(name)?;
        let of_type = tolerance(self.least(got.dtype()));
        let tolerance = if self.precision == Precision::F32 { single.unwrap_or(of_type) } else { of_type };
        // What was given in single precision is the nearest there.
        let want = if measure == Measure::Exact && got.dtype().is_float() { in_precision(want, got.dtype())? } else { want.clone() };
        let signs = self.case.function == "copysign" && name.starts_with("out");
        difference(got, &want, measure, tolerance, signs).map_err(|e| format!("{name} {e}"))
    }

    /// The element type whose tolerance holds for a result.
    fn least(&self, got: DType) -> DType {
        let half = self.case.inputs.iter().filter_map(|t| t.dtype().ok()).find(|dtype| matches!(dtype, DType::F16 | DType::BF16));
        match (half, self.precision) {
            (Some(half), _) => half,
            (None, Precision::F32) => DType::F32,
            _ => got,
        }
    }

    /// The element type of an input: the case's, or single precision where it asks for that.
    fn dtype(&self, tensor: &Tensor) -> Result<DType, String> {
        Ok(match (self.precision, tensor.dtype()?) {
            (Precision::F32, DType::F64) => DType::F32,
            (Precision::F32, DType::C128) => DType::C64,
            (_, dtype) => dtype,
        })
    }

    fn array(&self, name: &str) -> Result<&HostTensor, String> {
        let name = format!("{}.{name}", self.case.case);
        self.arrays.get(&name).ok_or_else(|| format!("there is no array {name}"))
    }
}
