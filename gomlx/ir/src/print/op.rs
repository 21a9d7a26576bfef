// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Instructions in text, each op in the form that StableHLO's printer uses.

use super::{Printer, dense, types};
use crate::op::Dialect;
use crate::{
    BatchNorm, BinaryOp, Composite, ConvDims, DType, DotDims, Function, GatherDims, Inst, InstId, Op, RegionId, ScatterDims, Template,
    ValueId, Window,
};

impl Printer<'_> {
    pub(super) fn inst(&mut self, id: InstId) {
        let function = self.function;
        let inst = function.inst(id);
        // A region is printed after its instruction's name is taken but cannot mention its results.
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
                self.put("stablehlo.constant ");
                dense::dense(self.out, tensor);
                self.put(" : ");
                self.types(&inst.results);
            }
            Op::Iota { axis, .. } => {
                self.fmt(format_args!("stablehlo.iota dim = {axis} : "));
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
                self.fmt(format_args!("stablehlo.compare {}, ", direction.name()));
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
                self.head(inst);
                self.fmt(format_args!(", dims = {}", list(axes)));
                self.signature(inst);
            }
            Op::Transpose(permutation) => {
                self.head(inst);
                self.fmt(format_args!(", dims = {}", list(permutation)));
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
                self.head(inst);
                self.fmt(format_args!(", low = {}, high = {}, interior = {}", list(low), list(high), list(interior)));
                self.signature(inst);
            }
            Op::Concatenate(axis) => {
                self.head(inst);
                self.fmt(format_args!(", dim = {axis}"));
                self.signature(inst);
            }
            Op::Reverse(axes) => {
                self.head(inst);
                self.fmt(format_args!(", dims = {}", list(axes)));
                self.same_or_signature(inst);
            }
            Op::DynamicSlice(sizes) => {
                self.head(inst);
                self.fmt(format_args!(", sizes = {}", list(sizes)));
                self.signature(inst);
            }
            Op::Reduce(axes) => self.reduce(inst, axes),
            Op::ReduceWindow(window) | Op::SelectAndScatter(window) => {
                self.generic(inst, &window_attributes(window));
            }
            Op::DotGeneral(dims) => self.dot_general(inst, dims),
            Op::Convolution(dims) => self.convolution(inst, dims),
            Op::Gather(dims) => self.generic(inst, &gather_attributes(dims)),
            Op::Scatter(dims) => self.generic(inst, &scatter_attributes(dims)),
            Op::RngBitGenerator { algorithm, .. } => {
                self.head(inst);
                self.fmt(format_args!(", algorithm = {}", algorithm.name()));
                self.signature(inst);
            }
            Op::If | Op::Case => self.generic(inst, &[]),
            Op::While => self.r#while(inst),
            Op::Sort { axis, stable } => {
                self.generic(inst, &[("dimension", int(*axis)), ("is_stable", stable.to_string())]);
            }
            Op::Map => {
                let rank = inst.operands.first().map_or(0, |&x| self.function.shape(x).rank());
                self.generic(inst, &[("dimensions", array(&(0..rank).collect::<Vec<_>>()))]);
            }
            Op::TopK(k) => {
                self.put("chlo.top_k(");
                self.operands(&inst.operands);
                self.fmt(format_args!(", k = {k}) : "));
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
                self.head(inst);
                self.fmt(format_args!(", type = {}, length = {}", kind.name(), list(lengths)));
                self.signature(inst);
            }
            Op::Cholesky(lower) => {
                self.head(inst);
                self.fmt(format_args!(", lower = {lower}"));
                self.same_or_signature(inst);
            }
            Op::TriangularSolve(solve) => self.generic(
                inst,
                &[
                    ("left_side", solve.left_side.to_string()),
                    ("lower", solve.lower.to_string()),
                    ("transpose_a", format!("#stablehlo<transpose {}>", solve.transpose_a.name())),
                    ("unit_diagonal", solve.unit_diagonal.to_string()),
                ],
            ),
            Op::BatchNormTraining(norm) | Op::BatchNormInference(norm) | Op::BatchNormGrad(norm) => {
                self.generic(inst, &[("epsilon", epsilon(norm)), ("feature_index", int(norm.feature_index))]);
            }
            Op::Rng { distribution, .. } => {
                self.head(inst);
                self.fmt(format_args!(", distribution = {}", distribution.name()));
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

    /// The generic form with attributes and regions.
    fn generic(&mut self, inst: &Inst, attributes: &[(&str, String)]) {
        self.fmt(format_args!("\"{}\"(", inst.op.name()));
        self.operands(&inst.operands);
        self.put(")");
        for (i, (name, value)) in attributes.iter().enumerate() {
            self.put(if i == 0 { " <{" } else { ", " });
            self.fmt(format_args!("{name} = {value}"));
        }
        if !attributes.is_empty() {
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
        self.put("stablehlo.reduce");
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
        self.fmt(format_args!(" across dimensions = {}", list(axes)));
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
        self.put("stablehlo.composite ");
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

    /// `stablehlo.while(%iterArg = %0) : T cond {..} do {..}`: both regions call the state by the same names.
    fn r#while(&mut self, inst: &Inst) {
        let function = self.function;
        self.put("stablehlo.while(");
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
        self.put("stablehlo.convolution(");
        self.operands(&inst.operands);
        let input = layout(&dims.input_spatial, (dims.input_batch, "b"), (dims.input_feature, "f"));
        let kernel = layout(&dims.kernel_spatial, (dims.kernel_input_feature, "i"), (dims.kernel_output_feature, "o"));
        let output = layout(&dims.output_spatial, (dims.output_batch, "b"), (dims.output_feature, "f"));
        self.fmt(format_args!(") dim_numbers = {input}x{kernel}->{output}, window = {{"));
        let mut window: Vec<(&str, String)> = vec![];
        if dims.strides.iter().any(|&s| s != 1) {
            window.push(("stride", list(&dims.strides)));
        }
        if dims.padding.iter().any(|&p| p != (0, 0)) {
            window.push(("pad", pairs(&dims.padding)));
        }
        if dims.lhs_dilation.iter().any(|&d| d != 1) {
            window.push(("lhs_dilate", list(&dims.lhs_dilation)));
        }
        if dims.rhs_dilation.iter().any(|&d| d != 1) {
            window.push(("rhs_dilate", list(&dims.rhs_dilation)));
        }
        if dims.reversal.contains(&true) {
            window.push(("reverse", list(&dims.reversal)));
        }
        for (i, (name, value)) in window.iter().enumerate() {
            self.comma(i);
            self.fmt(format_args!("{name} = {value}"));
        }
        let (batch, feature) = (dims.batch_groups, dims.feature_groups);
        self.fmt(format_args!("}} {{batch_group_count = {batch} : i64, feature_group_count = {feature} : i64}}"));
        self.signature(inst);
    }
}

/// The op that a body consists of, applied to the parameters in order: what `applies` can name.
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

fn window_attributes(window: &Window) -> Vec<(&'static str, String)> {
    let mut attributes = vec![];
    let not_one = |values: &[usize]| values.iter().any(|&v| v != 1);
    if not_one(&window.base_dilations) {
        attributes.push(("base_dilations", array(&window.base_dilations)));
    }
    if window.padding.iter().any(|&p| p != (0, 0)) {
        let n = window.padding.len();
        attributes.push(("padding", format!("dense<{}> : tensor<{n}x2xi64>", pairs(&window.padding))));
    }
    if not_one(&window.window_dilations) {
        attributes.push(("window_dilations", array(&window.window_dilations)));
    }
    attributes.push(("window_dimensions", array(&window.dims)));
    if not_one(&window.strides) {
        attributes.push(("window_strides", array(&window.strides)));
    }
    attributes
}

fn gather_attributes(dims: &GatherDims) -> Vec<(&'static str, String)> {
    let numbers = dimension_numbers(
        "gather",
        &[
            ("offset_dims", &dims.offset_dims),
            ("collapsed_slice_dims", &dims.collapsed_slice_dims),
            ("operand_batching_dims", &dims.operand_batching_dims),
            ("start_indices_batching_dims", &dims.start_indices_batching_dims),
            ("start_index_map", &dims.start_index_map),
        ],
        dims.index_vector_dim,
    );
    vec![
        ("dimension_numbers", numbers),
        ("indices_are_sorted", dims.indices_are_sorted.to_string()),
        ("slice_sizes", array(&dims.slice_sizes)),
    ]
}

fn scatter_attributes(dims: &ScatterDims) -> Vec<(&'static str, String)> {
    let numbers = dimension_numbers(
        "scatter",
        &[
            ("update_window_dims", &dims.update_window_dims),
            ("inserted_window_dims", &dims.inserted_window_dims),
            ("input_batching_dims", &dims.input_batching_dims),
            ("scatter_indices_batching_dims", &dims.scatter_indices_batching_dims),
            ("scatter_dims_to_operand_dims", &dims.scatter_dims_to_operand_dims),
        ],
        dims.index_vector_dim,
    );
    vec![
        ("indices_are_sorted", dims.indices_are_sorted.to_string()),
        ("scatter_dimension_numbers", numbers),
        ("unique_indices", dims.unique_indices.to_string()),
    ]
}

/// `#stablehlo.gather<offset_dims = [1], index_vector_dim = 1>`; empty lists are left out.
fn dimension_numbers(name: &str, lists: &[(&str, &[usize])], index_vector_dim: usize) -> String {
    let lists: String =
        lists.iter().filter(|(_, axes)| !axes.is_empty()).map(|(name, axes)| format!("{name} = {}, ", list(axes))).collect();
    format!("#stablehlo.{name}<{lists}index_vector_dim = {index_vector_dim}>")
}

/// `[b, 0, 1, f]`: what each axis of a tensor is to a convolution.
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

/// `1.0e-3 : f32`, such that it is read back to the same bits.
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
