// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Instructions in text, each op in the form that StableHLO's printer uses.

use super::{Printer, dense, types};
use crate::op::{Dialect, INDEX_VECTOR_DIM};
use crate::{
    Axes, BatchNorm, BinaryOp, Composite, ConvDims, DType, DotDims, Factorization, Function, GatherDims, Inst, InstId, Op, RegionId,
    ScatterDims, Template, ValueId, Window,
};

impl Printer<'_> {
    pub(super) fn inst(&mut self, id: InstId) {
        let function = self.function;
        let inst = function.inst(id);
        // The results get their names before a region is printed, so that no value of the region takes them.
        if let Some(results) = self.names.define_results(function, id) {
            self.put(&results);
            self.put(" = ");
        }
        self.op(inst);
        self.location(inst.location.as_ref());
    }

    fn op(&mut self, inst: &Inst) {
        match &inst.op {
            Op::Constant(tensor) => {
                self.head(inst);
                self.put(" ");
                dense::dense(self.out, tensor);
                self.put(" : ");
                self.types(&inst.results);
            }
            Op::Iota { axis, .. } => {
                self.head(inst);
                self.settings(inst, " ", &[axis.to_string()]);
                self.put(" : ");
                self.types(&inst.results);
            }
            Op::Unary(_) | Op::Binary(_) if inst.op.facts().dialect == Dialect::Chlo => {
                self.head(inst);
                self.put(" : ");
                self.types(&inst.operands);
                self.put(" -> ");
                self.types(&inst.results);
            }
            Op::Binary(BinaryOp::Complex) => {
                self.head(inst);
                self.put(" : ");
                self.types(&inst.results);
            }
            Op::Unary(_) | Op::Binary(_) | Op::Clamp | Op::Convert(_) => {
                self.head(inst);
                self.same_or_signature(inst);
            }
            Op::Compare(direction, kind) => {
                self.fmt(format_args!("{} {}, ", inst.op.name(), direction.name()));
                self.operands(&inst.operands);
                self.fmt(format_args!(", {}", kind.name()));
                self.signature(inst);
            }
            Op::Select => {
                self.head(inst);
                self.put(" : ");
                self.types(inst.operands.get(..2).unwrap_or(&inst.operands));
            }
            Op::BitcastConvert(_) | Op::Reshape(_) | Op::DynamicUpdateSlice => {
                self.head(inst);
                self.signature(inst);
            }
            Op::BroadcastInDim { axes, .. } => {
                self.head_with(inst, &[list(axes)]);
                self.signature(inst);
            }
            Op::Transpose(permutation) => {
                self.head_with(inst, &[list(permutation)]);
                self.signature(inst);
            }
            Op::Slice { starts, limits, strides } => {
                self.head(inst);
                self.put(" [");
                for (i, ((start, limit), &stride)) in starts.iter().zip(limits).zip(strides).enumerate() {
                    self.comma(i);
                    self.fmt(format_args!("{start}:{limit}"));
                    if stride != 1 {
                        self.fmt(format_args!(":{stride}"));
                    }
                }
                self.put("]");
                self.signature(inst);
            }
            Op::Pad { low, high, interior } => {
                self.head_with(inst, &[list(low), list(high), list(interior)]);
                self.signature(inst);
            }
            Op::Concatenate(axis) => {
                self.head_with(inst, &[axis.to_string()]);
                self.signature(inst);
            }
            Op::Reverse(axes) => {
                self.head_with(inst, &[list(axes)]);
                self.same_or_signature(inst);
            }
            Op::DynamicSlice(sizes) => {
                self.head_with(inst, &[list(sizes)]);
                self.signature(inst);
            }
            Op::Reduce(axes) => self.reduce(inst, axes),
            Op::ReduceWindow(window) | Op::SelectAndScatter(window) => {
                self.generic(inst, window_values(window));
            }
            Op::DotGeneral(dims) => self.dot_general(inst, dims),
            Op::Convolution(dims) => self.convolution(inst, dims),
            Op::Gather(dims) => self.generic(inst, gather_values(dims)),
            Op::Scatter(dims) => self.generic(inst, scatter_values(dims)),
            Op::RngBitGenerator { algorithm, .. } => {
                self.head_with(inst, &[algorithm.name().to_owned()]);
                self.signature(inst);
            }
            Op::If | Op::Case => self.generic(inst, Vec::<String>::new()),
            Op::While => self.r#while(inst),
            Op::Sort { axis, stable } => {
                self.generic(inst, [int(*axis), stable.to_string()]);
            }
            Op::Map => {
                let rank = inst.operands.first().map_or(0, |&x| self.function.shape(x).rank());
                self.generic(inst, [array(&(0..rank).collect::<Vec<_>>())]);
            }
            Op::TopK(k) => {
                self.put(inst.op.name());
                self.put("(");
                self.operands(&inst.operands);
                self.settings(inst, ", ", &[k.to_string()]);
                self.put(") : ");
                self.types(&inst.operands);
                self.put(" -> ");
                self.result_types(&inst.results);
            }
            Op::ReducePrecision { exponent, mantissa } => {
                self.head(inst);
                self.fmt(format_args!(", format = e{exponent}m{mantissa}"));
                self.same_or_signature(inst);
            }
            Op::Fft(kind, lengths) => {
                self.head_with(inst, &[kind.name().to_owned(), list(lengths)]);
                self.signature(inst);
            }
            Op::Cholesky(lower) => {
                self.head_with(inst, &[lower.to_string()]);
                self.same_or_signature(inst);
            }
            Op::TriangularSolve(solve) => {
                let transpose_a = format!("#stablehlo<transpose {}>", solve.transpose_a.name());
                self.generic(inst, [solve.left_side.to_string(), solve.lower.to_string(), transpose_a, solve.unit_diagonal.to_string()]);
            }
            Op::Factor(factorization) => self.factor(inst, *factorization),
            Op::BatchNormTraining(norm) | Op::BatchNormInference(norm) | Op::BatchNormGrad(norm) => {
                self.generic(inst, [epsilon(norm), int(norm.feature_index)]);
            }
            Op::Rng { distribution, .. } => {
                self.head_with(inst, &[distribution.name().to_owned()]);
                self.signature(inst);
            }
            Op::Composite(composite) => self.composite(inst, composite),
            Op::Print(template) => self.print(inst, template),
            Op::OptimizationBarrier => {
                self.head(inst);
                if !inst.operands.is_empty() {
                    self.put(" : ");
                    self.types(&inst.operands);
                }
            }
        }
    }

    /// `stablehlo.add %x, %y`.
    fn head(&mut self, inst: &Inst) {
        self.put(inst.op.name());
        if !inst.operands.is_empty() {
            self.put(" ");
            self.operands(&inst.operands);
        }
    }

    /// The head with the settings of an op: `stablehlo.transpose %x, dims = [1, 0]`.
    fn head_with(&mut self, inst: &Inst, values: &[String]) {
        self.head(inst);
        self.settings(inst, ", ", values);
    }

    /// `, key = value` for each attribute of an op, with `before` in front of the first.
    fn settings(&mut self, inst: &Inst, before: &str, values: &[String]) {
        for (i, (attribute, value)) in inst.op.facts().attributes.iter().zip(values).enumerate() {
            self.put(if i == 0 { before } else { ", " });
            self.fmt(format_args!("{} = {value}", attribute.key));
        }
    }

    /// ` : (tensor<f32>) -> tensor<f32>`.
    fn signature(&mut self, inst: &Inst) {
        self.put(" : (");
        self.types(&inst.operands);
        self.put(") -> ");
        self.result_types(&inst.results);
    }

    /// ` : tensor<f32>` if operands and result are all of that type.
    fn same_or_signature(&mut self, inst: &Inst) {
        let function = self.function;
        match inst.results[..] {
            [result] if inst.operands.iter().all(|&x| function.shape(x) == function.shape(result)) => {
                self.put(" : ");
                self.ty(result);
            }
            _ => self.signature(inst),
        }
    }

    /// The generic form with a value for each attribute, or none for one that is left out, and with regions.
    fn generic<V: Into<Option<String>>>(&mut self, inst: &Inst, values: impl IntoIterator<Item = V>) {
        self.fmt(format_args!("\"{}\"(", inst.op.name()));
        self.operands(&inst.operands);
        self.put(")");
        let attributes = inst.op.facts().attributes.iter().zip(values);
        let mut written = attributes.filter_map(|(attribute, value)| Some((attribute.name, value.into()?))).peekable();
        if written.peek().is_some() {
            self.put(" <{");
            for (i, (name, value)) in written.enumerate() {
                self.comma(i);
                self.fmt(format_args!("{name} = {value}"));
            }
            self.put("}>");
        }
        for (i, &region) in inst.regions.iter().enumerate() {
            self.put(if i == 0 { " ({\n" } else { ", {\n" });
            let params = &self.function.region(region).params;
            if !params.is_empty() {
                self.line_start();
                self.put("^bb0(");
                for (i, &param) in params.iter().enumerate() {
                    self.comma(i);
                    self.param(param);
                }
                self.put("):\n");
            }
            self.region_body(region, "stablehlo.return");
            self.line_start();
            self.put("}");
        }
        if !inst.regions.is_empty() {
            self.put(")");
        }
        self.signature(inst);
    }

    fn reduce(&mut self, inst: &Inst, axes: &[usize]) {
        let (operands, initials) = inst.operands.split_at(inst.operands.len() / 2);
        self.put(inst.op.name());
        for (i, (&operand, &initial)) in operands.iter().zip(initials).enumerate() {
            self.put(if i > 0 { ", (" } else { "(" });
            self.operand(operand);
            self.put(" init: ");
            self.operand(initial);
            self.put(")");
        }
        let body = inst.regions.first().copied();
        let applies = body.and_then(|body| one_op_body(self.function, body));
        if let Some(name) = applies {
            self.fmt(format_args!(" applies {name}"));
        }
        self.put(" across");
        self.settings(inst, " ", &[list(axes)]);
        self.signature(inst);
        if let (None, Some(body)) = (applies, body) {
            self.put("\n");
            self.line_start();
            self.put(" reducer");
            let params = &self.function.region(body).params;
            let (accumulated, new) = params.split_at(params.len() / 2);
            for (i, (&x, &y)) in accumulated.iter().zip(new).enumerate() {
                self.put(if i > 0 { " (" } else { "(" });
                self.param(x);
                self.put(", ");
                self.param(y);
                self.put(")");
            }
            self.put(" {\n");
            self.region_body(body, "stablehlo.return");
            self.line_start();
            self.put("}");
        }
    }

    /// `stablehlo.composite "name" %x {decomposition = @name.impl} : (T) -> T`.
    fn composite(&mut self, inst: &Inst, composite: &Composite) {
        self.put(inst.op.name());
        self.put(" ");
        types::string(self.out, &composite.name);
        if !inst.operands.is_empty() {
            self.put(" ");
            self.operands(&inst.operands);
        }
        self.put(" {");
        if !composite.attributes.is_empty() {
            self.fmt(format_args!("composite_attributes = {{{}}}, ", composite.attributes));
        }
        self.put("decomposition = ");
        if let Some(&region) = inst.regions.first() {
            let name = self.decomposition(&composite.name, region);
            types::symbol(self.out, &name);
        }
        if composite.version != 0 {
            self.fmt(format_args!(", version = {} : i32", composite.version));
        }
        self.put("}");
        self.signature(inst);
    }

    /// `stablehlo.custom_call @gomlx.print(%x) {backend_config = "x = {}", has_side_effect = true} : (T) -> ()`.
    fn print(&mut self, inst: &Inst, template: &Template) {
        self.fmt(format_args!("stablehlo.custom_call @{}(", inst.op.name()));
        self.operands(&inst.operands);
        self.put(") {backend_config = ");
        types::string(self.out, &template.to_string());
        self.put(", has_side_effect = true}");
        self.signature(inst);
    }

    /// `stablehlo.custom_call @Eigh(%x) {backend_config = "1,1,100,1e-6"}`: a factorization by the target that XLA
    /// expands, with its options: the triangle, whether values are sorted, the most iterations, the tolerance.
    fn factor(&mut self, inst: &Inst, factorization: Factorization) {
        self.fmt(format_args!("stablehlo.custom_call @{}(", factorization.target()));
        self.operands(&inst.operands);
        self.put(")");
        match factorization {
            Factorization::Qr | Factorization::Reflectors | Factorization::Lu | Factorization::Schur => {}
            Factorization::Eigh { lower } => {
                let tolerance = if self.function.shape(inst.operands[0]).dtype.real() == DType::F64 { "1e-14" } else { "1e-6" };
                self.fmt(format_args!(" {{backend_config = \"{},1,100,{tolerance}\"}}", u8::from(lower)));
            }
            Factorization::Svd { full } => self.fmt(format_args!(" {{backend_config = \"{}\"}}", if full { "full" } else { "thin" })),
        }
        self.signature(inst);
    }

    /// `stablehlo.while(%iterArg = %0) : T cond {..} do {..}`: the state has the same names in both regions.
    fn r#while(&mut self, inst: &Inst) {
        let function = self.function;
        self.put(inst.op.name());
        self.put("(");
        let params = |position: usize| inst.regions.get(position).map_or(&[][..], |&r| &function.region(r).params);
        for (i, (&param, &operand)) in params(0).iter().zip(&inst.operands).enumerate() {
            self.comma(i);
            self.names.define_state(function, param, params(1).get(i).copied());
            self.operand(param);
            self.put(" = ");
            self.operand(operand);
        }
        self.put(")");
        if !inst.operands.is_empty() {
            self.put(" : ");
            self.types(&inst.operands);
        }
        for (&region, word) in inst.regions.iter().zip(["cond", "do"]) {
            if word == "cond" {
                self.put("\n");
                self.line_start();
            }
            self.fmt(format_args!(" {word} {{\n"));
            self.region_body(region, "stablehlo.return");
            self.line_start();
            self.put("}");
        }
    }

    fn dot_general(&mut self, inst: &Inst, dims: &DotDims) {
        self.head(inst);
        if !dims.lhs_batch.is_empty() {
            self.fmt(format_args!(", batching_dims = {} x {}", list(&dims.lhs_batch), list(&dims.rhs_batch)));
        }
        self.fmt(format_args!(", contracting_dims = {} x {}", list(&dims.lhs_contracting), list(&dims.rhs_contracting)));
        self.signature(inst);
    }

    fn convolution(&mut self, inst: &Inst, dims: &ConvDims) {
        self.put(inst.op.name());
        self.put("(");
        self.operands(&inst.operands);
        let input = layout(&dims.input_spatial, (dims.input_batch, "b"), (dims.input_feature, "f"));
        let kernel = layout(&dims.kernel_spatial, (dims.kernel_input_feature, "i"), (dims.kernel_output_feature, "o"));
        let output = layout(&dims.output_spatial, (dims.output_batch, "b"), (dims.output_feature, "f"));
        self.fmt(format_args!(") dim_numbers = {input}x{kernel}->{output}, window = {{"));
        let not_one = |values: &[usize]| values.iter().any(|&v| v != 1).then(|| list(values));
        let window = [
            not_one(&dims.strides),
            dims.padding.iter().any(|&p| p != (0, 0)).then(|| pairs(&dims.padding)),
            not_one(&dims.lhs_dilation),
            not_one(&dims.rhs_dilation),
            dims.reversal.contains(&true).then(|| list(&dims.reversal)),
        ];
        let attributes = inst.op.facts().attributes;
        let settings = attributes.iter().zip(window).filter_map(|(attribute, value)| Some((attribute.key, value?)));
        for (i, (key, value)) in settings.enumerate() {
            self.comma(i);
            self.fmt(format_args!("{key} = {value}"));
        }
        let (batch, feature) = (dims.batch_groups, dims.feature_groups);
        self.fmt(format_args!("}} {{batch_group_count = {batch} : i64, feature_group_count = {feature} : i64}}"));
        self.signature(inst);
    }
}

/// The name of the one op that a body applies to its parameters in order, for `applies`.
fn one_op_body(function: &Function, region: RegionId) -> Option<&'static str> {
    let region = function.region(region);
    let (&[inst], &[result]) = (region.insts.as_slice(), region.results.as_slice()) else { return None };
    let inst = function.inst(inst);
    let same_type = |x: &ValueId| function.shape(*x) == function.shape(result);
    match inst.op {
        Op::Binary(op)
            if op.is_commutative()
                && inst.operands[..] == region.params[..]
                && inst.results[..] == [result]
                && region.params.iter().all(same_type) =>
        {
            Some(op.name())
        }
        _ => None,
    }
}

/// A value for each attribute of a window; none for the usual one.
fn window_values(window: &Window) -> [Option<String>; 5] {
    let not_one = |values: &[usize]| values.iter().any(|&v| v != 1).then(|| array(values));
    let n = window.padding.len();
    let padded = window.padding.iter().any(|&p| p != (0, 0));
    [
        not_one(&window.base_dilations),
        padded.then(|| format!("dense<{}> : tensor<{n}x2xi64>", pairs(&window.padding))),
        not_one(&window.window_dilations),
        Some(array(&window.dims)),
        not_one(&window.strides),
    ]
}

fn gather_values(dims: &GatherDims) -> [String; 3] {
    let numbers = dimension_numbers("gather", &dims.lists(), dims.index_vector_dim);
    [numbers, dims.indices_are_sorted.to_string(), array(&dims.slice_sizes)]
}

fn scatter_values(dims: &ScatterDims) -> [String; 3] {
    let numbers = dimension_numbers("scatter", &dims.lists(), dims.index_vector_dim);
    [dims.indices_are_sorted.to_string(), numbers, dims.unique_indices.to_string()]
}

/// `#stablehlo.gather<offset_dims = [1], index_vector_dim = 1>`; empty lists are left out.
fn dimension_numbers(name: &str, lists: &[(&str, &Axes)], index_vector_dim: usize) -> String {
    let lists: String =
        lists.iter().filter(|(_, axes)| !axes.is_empty()).map(|(name, axes)| format!("{name} = {}, ", list(axes))).collect();
    format!("#stablehlo.{name}<{lists}{INDEX_VECTOR_DIM} = {index_vector_dim}>")
}

/// `[b, 0, 1, f]`: the role of each axis of a tensor in a convolution.
fn layout(spatial: &[usize], first: (usize, &str), second: (usize, &str)) -> String {
    let roles = (0..spatial.len() + 2).map(|axis| match axis {
        _ if axis == first.0 => first.1.to_owned(),
        _ if axis == second.0 => second.1.to_owned(),
        _ => spatial.iter().position(|&s| s == axis).map_or("?".to_owned(), |i| i.to_string()),
    });
    list(&roles.collect::<Vec<_>>())
}

/// `1 : i64`.
fn int(value: usize) -> String {
    format!("{value} : i64")
}

/// `1.0e-3 : f32`, which is read back to the same bits.
fn epsilon(norm: &BatchNorm) -> String {
    let mut text = String::new();
    dense::element(&mut text, DType::F32, &norm.epsilon_bits.to_ne_bytes());
    text + " : f32"
}

/// `[1, 2]`.
fn list<T: std::fmt::Display>(values: &[T]) -> String {
    let values: Vec<String> = values.iter().map(T::to_string).collect();
    format!("[{}]", values.join(", "))
}

/// `[[0, 1], [2, 3]]`.
fn pairs(values: &[(i64, i64)]) -> String {
    list(&values.iter().map(|&(low, high)| list(&[low, high])).collect::<Vec<_>>())
}

/// `array<i64: 1, 2>`.
fn array(values: &[usize]) -> String {
    let values: Vec<String> = values.iter().map(usize::to_string).collect();
    if values.is_empty() { "array<i64>".to_owned() } else { format!("array<i64: {}>", values.join(", ")) }
}
