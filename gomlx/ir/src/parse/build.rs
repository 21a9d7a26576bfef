// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Ops from the attributes of the generic form, which the pretty forms are read into too.

use smallvec::SmallVec;

use super::Parser;
use super::attribute::{Attribute, Attributes};
use super::instruction::Form;
use super::tuple::Values;
use crate::{
    Axes, BatchNorm, BinaryOp, Code, CompareKind, ConvDims, DType, Diagnostic, Direction, DotDims, FftKind, Function, GatherDims, Op,
    Result, RngAlgorithm, RngDistribution, ScatterDims, Shape, TransposeA, TriangularSolve, UnaryOp, ValueId, Window, bail,
};

/// The ops that are neither unary nor binary.
const STRUCTURED: &[&str] = &[
    "chlo.top_k",
    "stablehlo.batch_norm_grad",
    "stablehlo.batch_norm_inference",
    "stablehlo.batch_norm_training",
    "stablehlo.bitcast_convert",
    "stablehlo.broadcast_in_dim",
    "stablehlo.case",
    "stablehlo.cholesky",
    "stablehlo.clamp",
    "stablehlo.compare",
    "stablehlo.concatenate",
    "stablehlo.constant",
    "stablehlo.convert",
    "stablehlo.convolution",
    "stablehlo.dot_general",
    "stablehlo.dynamic_slice",
    "stablehlo.dynamic_update_slice",
    "stablehlo.fft",
    "stablehlo.gather",
    "stablehlo.if",
    "stablehlo.iota",
    "stablehlo.map",
    "stablehlo.optimization_barrier",
    "stablehlo.pad",
    "stablehlo.reduce",
    "stablehlo.reduce_precision",
    "stablehlo.reduce_window",
    "stablehlo.reshape",
    "stablehlo.reverse",
    "stablehlo.rng",
    "stablehlo.rng_bit_generator",
    "stablehlo.scatter",
    "stablehlo.select",
    "stablehlo.select_and_scatter",
    "stablehlo.slice",
    "stablehlo.sort",
    "stablehlo.transpose",
    "stablehlo.triangular_solve",
    "stablehlo.while",
];

/// Whether some op of the set has this name.
pub(super) fn is_op(name: &str) -> bool {
    unary(name).is_some() || BinaryOp::from_name(name).is_some() || STRUCTURED.contains(&name)
}

/// The function of a name; CHLO's `tan` became StableHLO's.
fn unary(name: &str) -> Option<UnaryOp> {
    if name == "chlo.tan" { Some(UnaryOp::Tan) } else { UnaryOp::from_name(name) }
}

impl<'a> Parser<'a> {
    /// `"stablehlo.op"(%x) <{..}> ({..}, {..}) {..} : (T) -> T`, from after the name.
    pub(super) fn generic(&mut self, name: String) -> Result<Form<'a>> {
        // What is out of scope is named, whatever types it is of.
        if !is_op(&name) && !super::make::is_form(&name) {
            bail!(Unsupported, "op {name} is not supported");
        }
        let operands = self.operands_in_parentheses()?;
        let mut attributes = Attributes::default();
        if self.c.eat("<") {
            self.more_attributes(&mut attributes)?;
            self.c.expect(">", "after the properties")?;
        }
        let state = if name == "stablehlo.while" { operands.clone() } else { Values::default() };
        let mut regions = vec![];
        if self.c.eat("(") {
            self.separated(")", "after a region", |p| {
                let region = p.function.add_region();
                regions.push(region);
                p.loop_state = state.clone();
                p.in_scope(|p| p.region(region))
            })?;
        }
        self.more_attributes(&mut attributes)?;
        let results = Some(self.full_signature(&operands)?);
        Ok(Form { name: name.into(), attributes, operands, regions, results })
    }
}

/// The op of a name and its attributes.
pub(super) fn op(function: &Function, name: &str, a: &Attributes, operands: &[ValueId], results: &[Shape]) -> Result<Op> {
    if let Some(op) = unary(name) {
        return Ok(Op::Unary(op));
    }
    if let Some(op) = BinaryOp::from_name(name) {
        return Ok(Op::Binary(op));
    }
    let result = || results.last().ok_or_else(|| Diagnostic::new(Code::Parse, "expected a result type"));
    let shape = |i: usize| -> Result<&Shape> {
        let operand = operands.get(i).ok_or_else(|| Diagnostic::new(Code::Parse, format!("{name} has too few operands")))?;
        Ok(function.shape(*operand))
    };
    let known = |shape: &Shape| match shape.known() {
        Some(_) => Ok(()),
        None => Err(Diagnostic::new(Code::Shape, format!("{name}: the result's type {shape} has unknown sizes"))),
    };
    if matches!(
        name,
        "stablehlo.broadcast_in_dim" | "stablehlo.iota" | "stablehlo.reshape" | "stablehlo.rng" | "stablehlo.rng_bit_generator"
    ) {
        results.iter().try_for_each(known)?;
    }
    Ok(match name {
        "stablehlo.constant" => match a.get("value") {
            Some(Attribute::Dense(value)) => Op::Constant(value.clone()),
            _ => bail!(Parse, "expected attribute 'value' with a dense literal"),
        },
        "stablehlo.iota" => Op::Iota { shape: result()?.clone(), axis: need(a.size("iota_dimension")?, "iota_dimension")? },
        "stablehlo.compare" => compare(a, shape(0)?.dtype)?,
        "stablehlo.select" => Op::Select,
        "stablehlo.clamp" => Op::Clamp,
        "stablehlo.convert" => Op::Convert(result()?.dtype),
        "stablehlo.bitcast_convert" => Op::BitcastConvert(result()?.dtype),
        "stablehlo.broadcast_in_dim" => {
            Op::BroadcastInDim { dims: result()?.dims.clone(), axes: need(a.axes("broadcast_dimensions")?, "broadcast_dimensions")? }
        }
        "stablehlo.reshape" => Op::Reshape(result()?.dims.clone()),
        "stablehlo.transpose" => Op::Transpose(need(a.axes("permutation")?, "permutation")?),
        "stablehlo.slice" => {
            let starts = need(a.axes("start_indices")?, "start_indices")?;
            let limits = need(a.axes("limit_indices")?, "limit_indices")?;
            let strides = a.axes("strides")?.unwrap_or_else(|| Axes::from_elem(1, starts.len()));
            Op::Slice { starts, limits: limits.into_iter().map(Into::into).collect(), strides }
        }
        "stablehlo.pad" => Op::Pad {
            low: need(a.ints("edge_padding_low")?, "edge_padding_low")?.into(),
            high: need(a.ints("edge_padding_high")?, "edge_padding_high")?.into(),
            interior: need(a.ints("interior_padding")?, "interior_padding")?.into(),
        },
        "stablehlo.concatenate" => Op::Concatenate(need(a.size("dimension")?, "dimension")?),
        "stablehlo.reverse" => Op::Reverse(need(a.axes("dimensions")?, "dimensions")?),
        "stablehlo.dynamic_slice" => Op::DynamicSlice(need(a.axes("slice_sizes")?, "slice_sizes")?),
        "stablehlo.dynamic_update_slice" => Op::DynamicUpdateSlice,
        "stablehlo.reduce" => Op::Reduce(need(a.axes("dimensions")?, "dimensions")?),
        "stablehlo.reduce_window" => Op::ReduceWindow(window(a, shape(0)?.rank())?),
        "stablehlo.select_and_scatter" => Op::SelectAndScatter(window(a, shape(0)?.rank())?),
        "stablehlo.dot_general" => {
            let numbers = a.fields("dot_dimension_numbers")?;
            let axes = |name| Ok::<Axes, Diagnostic>(numbers.axes(name)?.unwrap_or_default());
            Op::DotGeneral(DotDims {
                lhs_batch: axes("lhs_batching_dimensions")?,
                rhs_batch: axes("rhs_batching_dimensions")?,
                lhs_contracting: axes("lhs_contracting_dimensions")?,
                rhs_contracting: axes("rhs_contracting_dimensions")?,
                out: result()?.dtype,
            })
        }
        "stablehlo.convolution" => Op::Convolution(Box::new(convolution(a, result()?)?)),
        "stablehlo.gather" => {
            let slice_sizes = need(a.axes("slice_sizes")?, "slice_sizes")?;
            Op::Gather(Box::new(gather(a, slice_sizes)?))
        }
        "stablehlo.scatter" => {
            let numbers = a.fields("scatter_dimension_numbers")?;
            let axes = |name| Ok::<Axes, Diagnostic>(numbers.axes(name)?.unwrap_or_default());
            Op::Scatter(Box::new(ScatterDims {
                update_window_dims: axes("update_window_dims")?,
                inserted_window_dims: axes("inserted_window_dims")?,
                input_batching_dims: axes("input_batching_dims")?,
                scatter_indices_batching_dims: axes("scatter_indices_batching_dims")?,
                scatter_dims_to_operand_dims: axes("scatter_dims_to_operand_dims")?,
                index_vector_dim: numbers.size("index_vector_dim")?.unwrap_or(0),
                indices_are_sorted: a.bool("indices_are_sorted")?.unwrap_or(false),
                unique_indices: a.bool("unique_indices")?.unwrap_or(false),
            }))
        }
        "stablehlo.rng_bit_generator" => {
            let word = need(a.keyword("rng_algorithm")?, "rng_algorithm")?;
            let Some(algorithm) = RngAlgorithm::from_name(word) else { bail!(Parse, "no generator is called {word}") };
            Op::RngBitGenerator { algorithm, shape: result()?.clone() }
        }
        "stablehlo.if" => Op::If,
        "stablehlo.case" => Op::Case,
        "stablehlo.while" => Op::While,
        "stablehlo.sort" => Op::Sort { axis: sort_axis(a, shape(0)?.rank())?, stable: a.bool("is_stable")?.unwrap_or(false) },
        "stablehlo.map" => {
            let rank = shape(0)?.rank();
            if !need(a.axes("dimensions")?, "dimensions")?.iter().copied().eq(0..rank) {
                bail!(Attribute, "map: dimensions are not all axes of {} in order (C3)", shape(0)?);
            }
            Op::Map
        }
        "chlo.top_k" => Op::TopK(need(a.size("k")?, "k")?),
        "stablehlo.reduce_precision" => Op::ReducePrecision { exponent: bits(a, "exponent_bits")?, mantissa: bits(a, "mantissa_bits")? },
        "stablehlo.fft" => {
            let kind = named(a, "fft_type", FftKind::from_name)?;
            Op::Fft(kind, need(a.axes("fft_length")?, "fft_length")?)
        }
        "stablehlo.cholesky" => Op::Cholesky(a.bool("lower")?.unwrap_or(false)),
        "stablehlo.triangular_solve" => Op::TriangularSolve(TriangularSolve {
            left_side: need(a.bool("left_side")?, "left_side")?,
            lower: need(a.bool("lower")?, "lower")?,
            unit_diagonal: need(a.bool("unit_diagonal")?, "unit_diagonal")?,
            transpose_a: named(a, "transpose_a", TransposeA::from_name)?,
        }),
        "stablehlo.batch_norm_training" => Op::BatchNormTraining(batch_norm(a)?),
        "stablehlo.batch_norm_inference" => Op::BatchNormInference(batch_norm(a)?),
        "stablehlo.batch_norm_grad" => Op::BatchNormGrad(batch_norm(a)?),
        "stablehlo.rng" => Op::Rng { distribution: named(a, "rng_distribution", RngDistribution::from_name)?, shape: result()?.clone() },
        "stablehlo.optimization_barrier" => Op::OptimizationBarrier,
        _ => bail!(Unsupported, "op {name} is not supported"),
    })
}

pub(super) fn compare(a: &Attributes, dtype: DType) -> Result<Op> {
    let direction = need(a.keyword("comparison_direction")?, "comparison_direction")?;
    let Some(direction) = Direction::from_name(direction) else { bail!(Parse, "no comparison has the direction {direction}") };
    let kind = match a.keyword("compare_type")? {
        None | Some("NOTYPE") => CompareKind::of(dtype),
        Some(kind) => match CompareKind::from_name(kind) {
            Some(kind) => kind,
            None => bail!(Parse, "no comparison is of the kind {kind}"),
        },
    };
    Ok(Op::Compare(direction, kind))
}

pub(super) fn gather(a: &Attributes, slice_sizes: Axes) -> Result<GatherDims> {
    let numbers = a.fields("dimension_numbers")?;
    let axes = |name| Ok::<Axes, Diagnostic>(numbers.axes(name)?.unwrap_or_default());
    Ok(GatherDims {
        offset_dims: axes("offset_dims")?,
        collapsed_slice_dims: axes("collapsed_slice_dims")?,
        operand_batching_dims: axes("operand_batching_dims")?,
        start_indices_batching_dims: axes("start_indices_batching_dims")?,
        start_index_map: axes("start_index_map")?,
        index_vector_dim: numbers.size("index_vector_dim")?.unwrap_or(0),
        slice_sizes,
        indices_are_sorted: a.bool("indices_are_sorted")?.unwrap_or(false),
    })
}

pub(super) fn need<T>(value: Option<T>, name: &str) -> Result<T> {
    value.ok_or_else(|| Diagnostic::new(Code::Parse, format!("expected attribute '{name}'")))
}

/// The case that a word names.
fn named<T>(a: &Attributes, attribute: &str, from_name: fn(&str) -> Option<T>) -> Result<T> {
    let word = need(a.keyword(attribute)?, attribute)?;
    from_name(word).ok_or_else(|| Diagnostic::new(Code::Parse, format!("attribute '{attribute}' cannot be {word}")))
}

fn bits(a: &Attributes, name: &str) -> Result<u32> {
    let bits = need(a.size(name)?, name)?;
    u32::try_from(bits).map_err(|_| Diagnostic::new(Code::Parse, format!("attribute '{name}' is too large")))
}

/// The axis of a sort; the last if none is given, from the end if negative.
fn sort_axis(a: &Attributes, rank: usize) -> Result<usize> {
    let axis = a.int("dimension")?.unwrap_or(-1);
    let from_start = if axis < 0 { axis.checked_add_unsigned(rank as u64) } else { Some(axis) };
    let found = from_start.and_then(|axis| usize::try_from(axis).ok());
    found.ok_or_else(|| Diagnostic::new(Code::Attribute, format!("sort: no axis {axis} in rank {rank} (C4)")))
}

fn batch_norm(a: &Attributes) -> Result<BatchNorm> {
    Ok(BatchNorm {
        epsilon_bits: need(a.f32("epsilon")?, "epsilon")?.to_bits(),
        feature_index: need(a.size("feature_index")?, "feature_index")?,
    })
}

fn ones(rank: usize) -> Axes {
    Axes::from_elem(1, rank)
}

/// Low and high padding of each axis.
fn padding(a: &Attributes, rank: usize) -> Result<SmallVec<[(i64, i64); 4]>> {
    let Some(flat) = a.ints("padding")? else { return Ok(SmallVec::from_elem((0, 0), rank)) };
    let (pairs, rest) = flat.as_chunks::<2>();
    if !rest.is_empty() {
        bail!(Parse, "attribute 'padding' is not pairs of integers");
    }
    Ok(pairs.iter().map(|&[low, high]| (low, high)).collect())
}

fn window(a: &Attributes, rank: usize) -> Result<Window> {
    Ok(Window {
        dims: need(a.axes("window_dimensions")?, "window_dimensions")?,
        strides: a.axes("window_strides")?.unwrap_or_else(|| ones(rank)),
        base_dilations: a.axes("base_dilations")?.unwrap_or_else(|| ones(rank)),
        window_dilations: a.axes("window_dilations")?.unwrap_or_else(|| ones(rank)),
        padding: padding(a, rank)?,
    })
}

pub(super) fn convolution(a: &Attributes, result: &Shape) -> Result<ConvDims> {
    let Some(Attribute::Conv(layouts)) = a.get("dimension_numbers") else {
        bail!(Parse, "expected attribute 'dimension_numbers' of the form #stablehlo.conv<..>");
    };
    let spatial = layouts.input.spatial.len();
    Ok(ConvDims {
        input_batch: layouts.input.first,
        input_feature: layouts.input.second,
        input_spatial: layouts.input.spatial.clone(),
        kernel_input_feature: layouts.kernel.first,
        kernel_output_feature: layouts.kernel.second,
        kernel_spatial: layouts.kernel.spatial.clone(),
        output_batch: layouts.output.first,
        output_feature: layouts.output.second,
        output_spatial: layouts.output.spatial.clone(),
        strides: a.axes("window_strides")?.unwrap_or_else(|| ones(spatial)),
        padding: padding(a, spatial)?,
        lhs_dilation: a.axes("lhs_dilation")?.unwrap_or_else(|| ones(spatial)),
        rhs_dilation: a.axes("rhs_dilation")?.unwrap_or_else(|| ones(spatial)),
        reversal: a.bools("window_reversal")?.map_or_else(|| SmallVec::from_elem(false, spatial), SmallVec::from_vec),
        feature_groups: need(a.size("feature_group_count")?, "feature_group_count")?,
        batch_groups: need(a.size("batch_group_count")?, "batch_group_count")?,
        out: result.dtype,
    })
}
