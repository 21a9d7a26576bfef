// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Makes ops from the attributes of the generic form. Pretty forms are read into the same attributes.

use smallvec::SmallVec;

use super::Parser;
use super::attribute::{Attribute, Attributes};
use super::instruction::Form;
use super::tuple::Values;
use crate::op::INDEX_VECTOR_DIM;
use crate::{
    Axes, BatchNorm, BinaryOp, Code, CompareKind, ConvDims, DType, Diagnostic, Direction, DotDims, FftKind, Function, GatherDims, Op,
    OpKind, Result, RngAlgorithm, RngDistribution, ScatterDims, Shape, TransposeA, TriangularSolve, UnaryOp, ValueId, Window, bail,
};

/// Whether some op of the set has this name.
pub(super) fn is_op(name: &str) -> bool {
    unary(name).is_some() || BinaryOp::from_name(name).is_some() || OpKind::from_name(name).is_some()
}

/// The function of a name; CHLO's `tan` became StableHLO's.
fn unary(name: &str) -> Option<UnaryOp> {
    if name == "chlo.tan" { Some(UnaryOp::Tan) } else { UnaryOp::from_name(name) }
}

impl<'a> Parser<'a> {
    /// `"stablehlo.op"(%x) <{..}> ({..}, {..}) {..} : (T) -> T`, from after the name.
    pub(super) fn generic(&mut self, name: String) -> Result<Form<'a>> {
        // An unsupported op is named before its types are read, which may be unsupported too.
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
    match OpKind::from_name(name) {
        Some(kind) => structured(function, kind, a, operands, results),
        None => bail!(Unsupported, "op {name} is not supported"),
    }
}

/// The op of a kind and its attributes.
fn structured(function: &Function, kind: OpKind, a: &Attributes, operands: &[ValueId], results: &[Shape]) -> Result<Op> {
    let name = kind.facts().name;
    let result = || results.last().ok_or_else(|| Diagnostic::new(Code::Parse, "expected a result type"));
    // The type of the result, for ops that say nothing else about its sizes.
    let sized = || {
        let shape = result()?;
        match shape.known() {
            Some(_) => Ok(shape),
            None => Err(Diagnostic::new(Code::Shape, format!("{name}: the result's type {shape} has unknown sizes"))),
        }
    };
    let shape = |i: usize| -> Result<&Shape> {
        let operand = operands.get(i).ok_or_else(|| Diagnostic::new(Code::Parse, format!("{name} has too few operands")))?;
        Ok(function.shape(*operand))
    };
    Ok(match kind {
        OpKind::Constant => {
            let [value] = kind.attribute_names();
            match a.get(value) {
                Some(Attribute::Dense(tensor)) => Op::Constant(tensor.clone()),
                _ => bail!(Parse, "expected attribute '{value}' with a dense literal"),
            }
        }
        OpKind::Iota => {
            let [axis] = kind.attribute_names();
            Op::Iota { shape: sized()?.clone(), axis: need(a.size(axis)?, axis)? }
        }
        OpKind::Compare => compare(a, shape(0)?.dtype)?,
        OpKind::Select => Op::Select,
        OpKind::Clamp => Op::Clamp,
        OpKind::Convert => Op::Convert(result()?.dtype),
        OpKind::BitcastConvert => Op::BitcastConvert(result()?.dtype),
        OpKind::BroadcastInDim => {
            let [axes] = kind.attribute_names();
            Op::BroadcastInDim { dims: sized()?.dims.clone(), axes: need(a.axes(axes)?, axes)? }
        }
        OpKind::Reshape => Op::Reshape(sized()?.dims.clone()),
        OpKind::Transpose => {
            let [permutation] = kind.attribute_names();
            Op::Transpose(need(a.axes(permutation)?, permutation)?)
        }
        OpKind::Slice => {
            let [starts, limits, strides] = kind.attribute_names();
            let starts = need(a.axes(starts)?, starts)?;
            let limits = need(a.axes(limits)?, limits)?;
            let strides = a.axes(strides)?.unwrap_or_else(|| ones(starts.len()));
            Op::Slice { starts, limits: limits.into_iter().map(Into::into).collect(), strides }
        }
        OpKind::Pad => {
            let [low, high, interior] = kind.attribute_names().map(|name| need(a.ints(name)?, name).map(SmallVec::from_vec));
            Op::Pad { low: low?, high: high?, interior: interior? }
        }
        OpKind::Concatenate => {
            let [axis] = kind.attribute_names();
            Op::Concatenate(need(a.size(axis)?, axis)?)
        }
        OpKind::Reverse => {
            let [axes] = kind.attribute_names();
            Op::Reverse(need(a.axes(axes)?, axes)?)
        }
        OpKind::DynamicSlice => {
            let [sizes] = kind.attribute_names();
            Op::DynamicSlice(need(a.axes(sizes)?, sizes)?)
        }
        OpKind::DynamicUpdateSlice => Op::DynamicUpdateSlice,
        OpKind::Reduce => {
            let [axes] = kind.attribute_names();
            Op::Reduce(need(a.axes(axes)?, axes)?)
        }
        OpKind::ReduceWindow => Op::ReduceWindow(window(kind, a, shape(0)?.rank())?),
        OpKind::SelectAndScatter => Op::SelectAndScatter(window(kind, a, shape(0)?.rank())?),
        OpKind::DotGeneral => {
            let [numbers] = kind.attribute_names();
            let numbers = a.fields(numbers)?;
            let axes = |name| Ok::<Axes, Diagnostic>(numbers.axes(name)?.unwrap_or_default());
            Op::DotGeneral(DotDims {
                lhs_batch: axes("lhs_batching_dimensions")?,
                rhs_batch: axes("rhs_batching_dimensions")?,
                lhs_contracting: axes("lhs_contracting_dimensions")?,
                rhs_contracting: axes("rhs_contracting_dimensions")?,
                out: result()?.dtype,
            })
        }
        OpKind::Convolution => Op::Convolution(Box::new(convolution(a, result()?)?)),
        OpKind::Gather => {
            let [_, _, sizes] = kind.attribute_names();
            Op::Gather(Box::new(gather(a, need(a.axes(sizes)?, sizes)?)?))
        }
        OpKind::Scatter => Op::Scatter(Box::new(scatter(a)?)),
        OpKind::RngBitGenerator => {
            let [algorithm] = kind.attribute_names();
            let word = need(a.keyword(algorithm)?, algorithm)?;
            let Some(algorithm) = RngAlgorithm::from_name(word) else { bail!(Parse, "no generator is called {word}") };
            Op::RngBitGenerator { algorithm, shape: sized()?.clone() }
        }
        OpKind::If => Op::If,
        OpKind::Case => Op::Case,
        OpKind::While => Op::While,
        OpKind::Sort => {
            let [axis, stable] = kind.attribute_names();
            Op::Sort { axis: sort_axis(a.int(axis)?, shape(0)?.rank())?, stable: a.bool(stable)?.unwrap_or(false) }
        }
        OpKind::Map => {
            let [axes] = kind.attribute_names();
            if !need(a.axes(axes)?, axes)?.iter().copied().eq(0..shape(0)?.rank()) {
                bail!(Attribute, "map: {axes} are not all axes of {} in order (C3)", shape(0)?);
            }
            Op::Map
        }
        OpKind::TopK => {
            let [k] = kind.attribute_names();
            Op::TopK(need(a.size(k)?, k)?)
        }
        OpKind::ReducePrecision => {
            let [exponent, mantissa] = kind.attribute_names().map(|name| bits(a, name));
            Op::ReducePrecision { exponent: exponent?, mantissa: mantissa? }
        }
        OpKind::Fft => {
            let [fft, lengths] = kind.attribute_names();
            Op::Fft(named(a, fft, FftKind::from_name)?, need(a.axes(lengths)?, lengths)?)
        }
        OpKind::Cholesky => {
            let [lower] = kind.attribute_names();
            Op::Cholesky(a.bool(lower)?.unwrap_or(false))
        }
        OpKind::TriangularSolve => {
            let [left_side, lower, transpose_a, unit_diagonal] = kind.attribute_names();
            Op::TriangularSolve(TriangularSolve {
                left_side: need(a.bool(left_side)?, left_side)?,
                lower: need(a.bool(lower)?, lower)?,
                transpose_a: named(a, transpose_a, TransposeA::from_name)?,
                unit_diagonal: need(a.bool(unit_diagonal)?, unit_diagonal)?,
            })
        }
        OpKind::BatchNormTraining => Op::BatchNormTraining(batch_norm(kind, a)?),
        OpKind::BatchNormInference => Op::BatchNormInference(batch_norm(kind, a)?),
        OpKind::BatchNormGrad => Op::BatchNormGrad(batch_norm(kind, a)?),
        OpKind::Rng => {
            let [distribution] = kind.attribute_names();
            Op::Rng { distribution: named(a, distribution, RngDistribution::from_name)?, shape: sized()?.clone() }
        }
        OpKind::OptimizationBarrier => Op::OptimizationBarrier,
        // `Parser::make` reads them: a composite has a function, and the others are custom calls.
        OpKind::Composite | OpKind::Factor | OpKind::Print => bail!(Unsupported, "op {name} is not supported"),
    })
}

pub(super) fn compare(a: &Attributes, dtype: DType) -> Result<Op> {
    let [direction, kind] = OpKind::Compare.attribute_names();
    let direction = need(a.keyword(direction)?, direction)?;
    let Some(direction) = Direction::from_name(direction) else { bail!(Parse, "no comparison has the direction {direction}") };
    let kind = match a.keyword(kind)? {
        None | Some("NOTYPE") => CompareKind::of(dtype),
        Some(kind) => match CompareKind::from_name(kind) {
            Some(kind) => kind,
            None => bail!(Parse, "no comparison is of the kind {kind}"),
        },
    };
    Ok(Op::Compare(direction, kind))
}

pub(super) fn gather(a: &Attributes, slice_sizes: Axes) -> Result<GatherDims> {
    let [numbers, sorted, _] = OpKind::Gather.attribute_names();
    let numbers = a.fields(numbers)?;
    let mut dims = GatherDims {
        index_vector_dim: numbers.size(INDEX_VECTOR_DIM)?.unwrap_or(0),
        slice_sizes,
        indices_are_sorted: a.bool(sorted)?.unwrap_or(false),
        ..GatherDims::default()
    };
    fill(numbers, dims.lists_mut())?;
    Ok(dims)
}

fn scatter(a: &Attributes) -> Result<ScatterDims> {
    let [sorted, numbers, unique] = OpKind::Scatter.attribute_names();
    let numbers = a.fields(numbers)?;
    let mut dims = ScatterDims {
        index_vector_dim: numbers.size(INDEX_VECTOR_DIM)?.unwrap_or(0),
        indices_are_sorted: a.bool(sorted)?.unwrap_or(false),
        unique_indices: a.bool(unique)?.unwrap_or(false),
        ..ScatterDims::default()
    };
    fill(numbers, dims.lists_mut())?;
    Ok(dims)
}

/// Fills lists of axes from the fields of their names; a list without a field is empty.
fn fill(numbers: &Attributes, lists: Vec<(&'static str, &mut Axes)>) -> Result<()> {
    for (name, axes) in lists {
        *axes = numbers.axes(name)?.unwrap_or_default();
    }
    Ok(())
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

/// The axis of a sort. A negative axis counts from the end; without one, it is the last.
fn sort_axis(axis: Option<i64>, rank: usize) -> Result<usize> {
    let axis = axis.unwrap_or(-1);
    let from_start = if axis < 0 { axis.checked_add_unsigned(rank as u64) } else { Some(axis) };
    let found = from_start.and_then(|axis| usize::try_from(axis).ok());
    found.ok_or_else(|| Diagnostic::new(Code::Attribute, format!("sort: no axis {axis} in rank {rank} (C4)")))
}

fn batch_norm(kind: OpKind, a: &Attributes) -> Result<BatchNorm> {
    let [epsilon, feature] = kind.attribute_names();
    Ok(BatchNorm { epsilon_bits: need(a.f32(epsilon)?, epsilon)?.to_bits(), feature_index: need(a.size(feature)?, feature)? })
}

fn ones(rank: usize) -> Axes {
    Axes::from_elem(1, rank)
}

/// Low and high padding of each axis.
fn padding(a: &Attributes, name: &str, rank: usize) -> Result<SmallVec<[(i64, i64); 4]>> {
    let Some(flat) = a.ints(name)? else { return Ok(SmallVec::from_elem((0, 0), rank)) };
    let (pairs, rest) = flat.as_chunks::<2>();
    if !rest.is_empty() {
        bail!(Parse, "attribute '{name}' is not pairs of integers");
    }
    Ok(pairs.iter().map(|&[low, high]| (low, high)).collect())
}

fn window(kind: OpKind, a: &Attributes, rank: usize) -> Result<Window> {
    let [base_dilations, pad, window_dilations, dims, strides] = kind.attribute_names();
    Ok(Window {
        dims: need(a.axes(dims)?, dims)?,
        strides: a.axes(strides)?.unwrap_or_else(|| ones(rank)),
        base_dilations: a.axes(base_dilations)?.unwrap_or_else(|| ones(rank)),
        window_dilations: a.axes(window_dilations)?.unwrap_or_else(|| ones(rank)),
        padding: padding(a, pad, rank)?,
    })
}

pub(super) fn convolution(a: &Attributes, result: &Shape) -> Result<ConvDims> {
    let [strides, pad, lhs_dilation, rhs_dilation, reversal, numbers, feature_groups, batch_groups] = OpKind::Convolution.attribute_names();
    let Some(Attribute::Conv(layouts)) = a.get(numbers) else {
        bail!(Parse, "expected attribute '{numbers}' of the form #stablehlo.conv<..>");
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
        strides: a.axes(strides)?.unwrap_or_else(|| ones(spatial)),
        padding: padding(a, pad, spatial)?,
        lhs_dilation: a.axes(lhs_dilation)?.unwrap_or_else(|| ones(spatial)),
        rhs_dilation: a.axes(rhs_dilation)?.unwrap_or_else(|| ones(spatial)),
        reversal: a.bools(reversal)?.map_or_else(|| SmallVec::from_elem(false, spatial), SmallVec::from_vec),
        feature_groups: need(a.size(feature_groups)?, feature_groups)?,
        batch_groups: need(a.size(batch_groups)?, batch_groups)?,
        out: result.dtype,
    })
}
