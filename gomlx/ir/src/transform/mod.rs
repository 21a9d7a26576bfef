// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Differentiation of graphs: forward mode, and reverse mode, which is built on it.
//!
//! Forward mode ([`jvp`]) has a rule per op: it emits the tangents of the results from the tangents of the operands.
//! Reverse mode ([`vjp`]) has three steps, as in JAX (Frostig et al., 2021, "Decomposing reverse-mode automatic
//! differentiation"):
//! 1. Forward mode emits the tangents into a detached region.
//! 2. Partial evaluation moves the instructions that depend on no tangent to the caller's region. The others are linear
//!    in the tangents and form the tape.
//! 3. Transposition goes through the tape from the last instruction to the first and emits the cotangents.
//!
//! All steps emit ordinary ops, so derivatives can be nested.
//!
//! Invariants:
//! - The inputs of a derivative are independent variables: if one is computed from another, the derivative does not go
//!   through that computation.
//! - `None` stands for a zero tangent or cotangent. Zeros are emitted only where an op needs them as an operand.
//! - Only instructions between the inputs and the outputs are visited, and no emitted instruction is left unused.
//! - Integers and booleans have no tangent. `floor`, `ceil`, `sign` and rounding have derivative zero. At kinks the
//!   derivatives are JAX's: `abs` has 0 at 0, and the operands of a tie of `maximum` or of a reduction get equal parts.
//! - An op without a derivative between inputs and outputs is an error that names it and the user's line.
//! - New instructions have the location of the instruction they differentiate.

mod activity;
mod batch;
mod counted;
mod forms;
mod function;
mod indexing;
mod jacobian;
mod jvp;
mod normalize;
mod residuals;
mod transpose;

#[cfg(all(test, feature = "eval"))]
mod tests;

use rustc_hash::FxHashSet;

pub use self::batch::{batch, vmap_function};
pub use self::function::{jvp_function, vjp_function};
pub use self::jacobian::{jacobian_forward, jacobian_reverse, repeated};
use self::jvp::{Jvp, Mode};
use self::transpose::Transpose;
pub use crate::composite::{CHECKPOINT, CUSTOM, checkpoint, custom_jvp, custom_vjp};
use crate::{Builder, Code, Diagnostic, Diagnostics, Entity, Function, InstId, Op, RegionId, ValueId, deep, edit};

/// Appends to a region the gradient of the real scalar `output` with respect to each of `wrt`.
///
/// This is [`vjp`] with a cotangent of one.
///
/// ```
/// use gomlx_ir::{Builder, DType, Donation, Function, HostTensor, Module, Shape, eval, transform};
///
/// // The sum of x * x.
/// let mut f = Function::new("f");
/// let x = f.add_param(Shape::new(DType::F32, &[3]), Donation::Keep);
/// let mut b = Builder::new(&mut f, Function::BODY);
/// let square = b.mul(x, x);
/// let sum = b.reduce_sum(square, &[0]);
///
/// let gradients = transform::gradient(&mut f, Function::BODY, 0, sum, &[x])?;
/// f.set_results(vec![gradients[0].expect("the sum depends on x")]);
/// let x = HostTensor::new(&[3], &[1f32, 2.0, 3.0])?;
/// assert_eq!(eval::evaluate(&Module::new(f), &[x])?[0].as_slice::<f32>()?, [2.0, 4.0, 6.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// If `output` is not a real scalar, or in the cases of [`vjp`].
pub fn gradient(
    f: &mut Function,
    region: RegionId,
    start: usize,
    output: ValueId,
    wrt: &[ValueId],
) -> Result<Vec<Option<ValueId>>, Diagnostics> {
    let shape = f.shape(output).clone();
    let location = f.def_inst(output).and_then(|(_, inst)| inst.location.clone());
    if shape.rank() != 0 || !shape.dtype.is_float() {
        let error = Diagnostic::new(Code::Gradient, format!("gradient is of a real scalar, but the output is {shape}"));
        let error = if shape.rank() != 0 {
            error.note("reduce the output to a scalar (`.mean()`, `.sum()`), or use vjp with a cotangent")
        } else {
            error.note("convert the output to a floating-point type before the ops to be differentiated")
        };
        return Err(error.at(location.as_ref()).into());
    }
    attempt(f, [region; 2], start, |f| {
        let mut builder = Builder::new(f, region);
        builder.location = location;
        let one = builder.scalar(shape.dtype, 1.0);
        pull_back(f, region, start, region, &[(output, one)], wrt)
    })
}

/// Appends to a region the cotangents of `wrt`. `outputs` pairs each output with its cotangent.
///
/// The derivative covers the instructions of the region from position `start` on; values computed earlier are
/// constants, unless they are in `wrt`. The cotangent of a value is `None` if no output depends on the value, or if the
/// value has no tangent (an integer).
///
/// # Errors
/// If an op between `wrt` and `outputs` has no derivative, or a cotangent does not have its output's shape. After an
/// error the region is as before.
pub fn vjp(
    f: &mut Function,
    region: RegionId,
    start: usize,
    outputs: &[(ValueId, ValueId)],
    wrt: &[ValueId],
) -> Result<Vec<Option<ValueId>>, Diagnostics> {
    vjp_to(f, region, start, region, outputs, wrt)
}

/// As [`vjp`], but appends the cotangents to `destination`. This is a region for a later instruction of `region`; the
/// outputs' cotangents are visible in it. Instructions that depend on no cotangent go to `region`.
///
/// # Errors
/// As [`vjp`].
pub fn vjp_to(
    f: &mut Function,
    region: RegionId,
    start: usize,
    destination: RegionId,
    outputs: &[(ValueId, ValueId)],
    wrt: &[ValueId],
) -> Result<Vec<Option<ValueId>>, Diagnostics> {
    check_pairs(f, outputs, "cotangent")?;
    attempt(f, [region, destination], start, |f| pull_back(f, region, start, destination, outputs, wrt))
}

fn pull_back(
    f: &mut Function,
    region: RegionId,
    start: usize,
    destination: RegionId,
    outputs: &[(ValueId, ValueId)],
    wrt: &[ValueId],
) -> Result<Vec<Option<ValueId>>, Diagnostics> {
    let tape = linearize(f, region, start, outputs, wrt)?;
    Ok(tape.transpose(f, destination)?)
}

/// Appends to a region the tangents of `outputs`. `inputs` pairs each input value with its tangent.
///
/// The tangent of an output is `None` if the output depends on no input, or has no tangent (an integer).
///
/// # Errors
/// As [`vjp`].
pub fn jvp(
    f: &mut Function,
    region: RegionId,
    start: usize,
    inputs: &[(ValueId, ValueId)],
    outputs: &[ValueId],
) -> Result<Vec<Option<ValueId>>, Diagnostics> {
    jvp_to(f, region, start, region, inputs, outputs)
}

/// As [`jvp`], but appends the tangents to `destination`. This is a region for a later instruction of `region`; the
/// inputs' tangents are visible in it.
///
/// # Errors
/// As [`vjp`].
pub fn jvp_to(
    f: &mut Function,
    region: RegionId,
    start: usize,
    destination: RegionId,
    inputs: &[(ValueId, ValueId)],
    outputs: &[ValueId],
) -> Result<Vec<Option<ValueId>>, Diagnostics> {
    check_pairs(f, inputs, "tangent")?;
    attempt(f, [region, destination], start, |f| Jvp::run(f, Mode::Forward, region, start, destination, inputs, outputs))
}

/// Runs `append`, which adds the instructions of derivatives to a region and to a destination. Then removes each added
/// instruction that no result needs. After an error both regions are as before.
fn attempt(
    f: &mut Function,
    [region, destination]: [RegionId; 2],
    start: usize,
    append: impl FnOnce(&mut Function) -> Result<Vec<Option<ValueId>>, Diagnostics> + Send,
) -> Result<Vec<Option<ValueId>>, Diagnostics> {
    let first = f.num_insts();
    let before = [region, destination].map(|r| f.region(r).insts.len());
    // Rules extend instructions of these ops in place.
    let extends = |&id: &InstId| matches!(f.inst(id).op, Op::If | Op::Case | Op::While | Op::Sort { .. } | Op::Composite(_));
    let backup = f.region(region).insts[start.min(before[0])..].iter().any(extends).then(|| f.clone());
    let result = deep::with_room(deep::depth(f), || append(f));
    match (&result, backup) {
        (Ok(live), _) => {
            let mut live: Vec<ValueId> = live.iter().copied().flatten().collect();
            // Inlined values that replaced the results of a composite may be results of the region.
            live.extend(&f.region(region).results);
            if destination != region {
                sweep(f, destination, first, live.iter().copied());
                live.extend(edit::captures(f, &[destination]));
            }
            sweep(f, region, first, live);
        }
        (Err(_), Some(backup)) => *f = backup,
        (Err(_), None) => {
            for (region, before) in [region, destination].into_iter().zip(before) {
                f.region_mut(region).insts.truncate(before);
            }
        }
    }
    result
}

/// Whether the instructions of a region from position `start` on compute `value` from any value of `on`, differentiably
/// or not.
pub fn depends(f: &Function, region: RegionId, start: usize, value: ValueId, on: &[ValueId]) -> bool {
    let mut reached: FxHashSet<ValueId> = on.iter().copied().collect();
    for &id in f.region(region).insts.get(start..).unwrap_or_default() {
        if edit::used(f, id).iter().any(|v| reached.contains(v)) {
            reached.extend(&f.inst(id).results);
        }
    }
    reached.contains(&value)
}

/// The greatest number of times that the body of a `while` can run. It is known if the loop compares a counter with a
/// constant.
pub fn trip_count(f: &Function, inst: &crate::Inst) -> Option<usize> {
    if inst.op != Op::While {
        return None;
    }
    counted::counter(f, inst).map(|counter| counter.trips)
}

/// The linear part of a computation: the instructions that depend on tangents.
struct Tape {
    insts: Vec<InstId>,
    /// Every value that depends on a tangent.
    linear: FxHashSet<ValueId>,
    /// The tangent of each of `wrt`.
    inputs: Vec<Option<ValueId>>,
    /// Pairs of an output's tangent and its cotangent.
    outputs: Vec<(ValueId, ValueId)>,
}

/// Linearizes the instructions of a region from position `start` on: forward mode, then partial evaluation, which moves
/// the instructions that depend on no tangent to the end of the region.
fn linearize(
    f: &mut Function,
    region: RegionId,
    start: usize,
    outputs: &[(ValueId, ValueId)],
    wrt: &[ValueId],
) -> Result<Tape, Diagnostics> {
    let detached = f.add_region();
    let mut pairs: Vec<(ValueId, ValueId)> = Vec::with_capacity(wrt.len());
    let mut inputs = Vec::with_capacity(wrt.len());
    for &value in wrt {
        let shape = f.shape(value).clone();
        let known = pairs.iter().find(|&&(v, _)| v == value).map(|&(_, t)| t);
        let tangent = known.or_else(|| shape.dtype.is_differentiable().then(|| f.add_region_param(detached, shape)));
        inputs.push(tangent);
        pairs.extend(tangent.filter(|_| known.is_none()).map(|t| (value, t)));
    }
    let primals: Vec<ValueId> = outputs.iter().map(|&(v, _)| v).collect();
    let tangents = Jvp::run(f, Mode::Linearize, region, start, detached, &pairs, &primals)?;
    let mut linear: FxHashSet<ValueId> = inputs.iter().flatten().copied().collect();
    split(f, detached, region, &mut linear);
    let insts = std::mem::take(&mut f.region_mut(detached).insts);
    let outputs = tangents.into_iter().zip(outputs).filter_map(|(t, &(_, ct))| t.map(|t| (t, ct)));
    Ok(Tape { outputs: outputs.filter(|(t, _)| linear.contains(t)).collect(), insts, linear, inputs })
}

/// Linearizes a region of an instruction: forward mode emits into `linear`, then partial evaluation moves the
/// instructions that depend on no tangent to the end of `region`. Returns the tangents of `outputs`, and the values of
/// `region` that `linear` needs.
fn linearize_region(
    f: &mut Function,
    region: RegionId,
    linear: RegionId,
    inputs: &[(ValueId, ValueId)],
    outputs: &[ValueId],
) -> Result<(Vec<Option<ValueId>>, Vec<ValueId>), Diagnostics> {
    let tangents = Jvp::run(f, Mode::Linearize, region, 0, linear, inputs, outputs)?;
    let mut depends: FxHashSet<ValueId> = inputs.iter().map(|&(_, t)| t).collect();
    split(f, linear, region, &mut depends);
    let tangents = tangents.into_iter().map(|t| t.filter(|t| depends.contains(t))).collect();
    let source = f.region(region);
    let mut defined: FxHashSet<ValueId> = source.params.iter().copied().collect();
    defined.extend(source.insts.iter().flat_map(|&id| f.inst(id).results.iter().copied()));
    let needed = edit::captures(f, &[linear]).into_iter().filter(|v| defined.contains(v)).collect();
    Ok((tangents, needed))
}

/// Partial evaluation: moves the instructions of `detached` that depend on no value of `linear` to the end of `region`.
/// Adds the results of the other instructions to `linear`.
fn split(f: &mut Function, detached: RegionId, region: RegionId, linear: &mut FxHashSet<ValueId>) {
    let mut kept = vec![];
    for id in std::mem::take(&mut f.region_mut(detached).insts) {
        let inst = f.inst(id);
        let in_regions = || edit::captures(f, &inst.regions).iter().any(|v| linear.contains(v));
        if inst.operands.iter().any(|v| linear.contains(v)) || (!inst.regions.is_empty() && in_regions()) {
            linear.extend(&inst.results);
            kept.push(id);
        } else {
            f.region_mut(region).insts.push(id);
        }
    }
    f.region_mut(detached).insts = kept;
}

impl Tape {
    /// Emits the cotangents of the inputs at the end of the region.
    fn transpose(self, f: &mut Function, region: RegionId) -> Result<Vec<Option<ValueId>>, Diagnostic> {
        let mut transpose = Transpose::new(Builder::new(f, region), self.linear);
        for (tangent, cotangent) in self.outputs {
            transpose.add(tangent, cotangent);
        }
        for &id in self.insts.iter().rev() {
            transpose.inst(id)?;
        }
        Ok(self.inputs.into_iter().map(|t| transpose.cotangent(t?)).collect())
    }
}

/// Removes dead instructions from a region: those that were created after the first `first` instructions of the
/// function, have no effect, and have no result that `live` or a kept instruction uses.
fn sweep(f: &mut Function, region: RegionId, first: usize, live: impl IntoIterator<Item = ValueId>) {
    let mut used: FxHashSet<ValueId> = live.into_iter().collect();
    let mut kept = std::mem::take(&mut f.region_mut(region).insts);
    kept.reverse();
    kept.retain(|&id| {
        let keep = id.index() < first || f.has_effect(id) || f.inst(id).results.iter().any(|v| used.contains(v));
        if keep {
            uses(f, id, &mut used);
        }
        keep
    });
    kept.reverse();
    f.region_mut(region).insts = kept;
}

/// Adds to `used` the values that an instruction and its regions use.
fn uses(f: &Function, id: InstId, used: &mut FxHashSet<ValueId>) {
    let inst = f.inst(id);
    used.extend(&inst.operands);
    for &region in &inst.regions {
        used.extend(&f.region(region).results);
        for &inner in &f.region(region).insts {
            uses(f, inner, used);
        }
    }
}

/// Checks that both values of each pair have the same shape. `what` names the second one in the error.
fn check_pairs(f: &Function, pairs: &[(ValueId, ValueId)], what: &str) -> Result<(), Diagnostic> {
    for &(value, other) in pairs {
        let (shape, given) = (f.shape(value), f.shape(other));
        if shape != given {
            return Err(Diagnostic::new(Code::Gradient, format!("the {what} of a value of shape {shape} has shape {given}"))
                .note(format!("give a {what} of shape {shape}")));
        }
    }
    Ok(())
}
