// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What an index takes of each axis of a tensor, checked against its sizes.

use smallvec::SmallVec;

use super::super::{Composed, Composer, Sizes, Stopped, Var};
use super::AxisIndex;
use crate::{Axes as Positions, Code, DType, Dim, Direction, Op, Shape};

/// What is taken of one axis. Positions in tensors are `i32` or `i64`, and count from the beginning of the axis.
#[derive(Clone)]
pub(super) enum Selection<'c> {
    /// Positions that are known; whether the axis stays. Unless the window is the whole axis, its length is a number.
    Window { start: usize, len: Dim, step: usize, stays: bool },
    /// So many positions from one in a scalar.
    Dynamic { start: Var<'c>, len: usize, stays: bool },
    /// The positions in a tensor.
    Take(Var<'c>),
}

pub(super) type Selections<'c> = SmallVec<[Selection<'c>; 4]>;

impl<'c> Selection<'c> {
    pub(super) fn whole(len: Dim) -> Selection<'c> {
        Selection::Window { start: 0, len, step: 1, stays: true }
    }

    /// The size of the axis in the result, if it stays as one.
    pub(super) fn kept(&self) -> Option<Dim> {
        match self {
            Selection::Window { len, stays, .. } => stays.then(|| len.clone()),
            Selection::Dynamic { len, stays, .. } => stays.then_some(Dim::Lit(*len)),
            Selection::Take(_) => None,
        }
    }

    pub(super) fn is_take(&self) -> bool {
        matches!(self, Selection::Take(_))
    }

    /// Whether the positions are only known when the graph runs.
    pub(super) fn is_computed(&self) -> bool {
        matches!(self, Selection::Dynamic { .. } | Selection::Take(_))
    }

    /// Whether the positions are known and not neighbours.
    pub(super) fn is_stepped(&self) -> bool {
        matches!(self, Selection::Window { step, .. } if *step > 1)
    }

    /// The position after the last of a window.
    pub(super) fn limit(start: usize, len: &Dim, step: usize) -> Dim {
        match len.lit() {
            Some(0) => Dim::Lit(start),
            Some(n) => Dim::Lit(start + (n - 1) * step + 1),
            None => len.clone(),
        }
    }
}

/// The part of each axis that an index takes. It takes the whole of the axes after its parts.
///
/// # Errors
/// If a part does not fit its axis.
pub(super) fn selections<'c>(x: Var<'c>, parts: &[AxisIndex<Var<'c>>]) -> Composed<Selections<'c>> {
    let (c, shape) = (x.composer(), x.shape()?);
    if parts.len() > shape.rank() {
        let message = format_args!("{} parts index {shape}, which has {} axes", parts.len(), shape.rank());
        return Err(c.wrong_note(Code::Shape, message, "an index names an axis at most once"));
    }
    let mut axes = Selections::new();
    for (i, size) in shape.dims.iter().enumerate() {
        axes.push(match parts.get(i) {
            None | Some(AxisIndex::Range { start: None, end: None, step: 1 }) => Selection::whole(size.clone()),
            Some(part) => axis(c, &shape, i, part)?,
        });
    }
    Ok(axes)
}

fn axis<'c>(c: &'c Composer<'c>, shape: &Shape, axis: usize, part: &AxisIndex<Var<'c>>) -> Composed<Selection<'c>> {
    let known = || shape.dims[axis].lit().ok_or_else(|| c.unknown());
    match *part {
        AxisIndex::At(i) => {
            let size = known()?;
            let position = if i < 0 { i.checked_add_unsigned(size as u64) } else { Some(i) };
            match position.and_then(|p| usize::try_from(p).ok()).filter(|&p| p < size) {
                Some(start) => Ok(Selection::Window { start, len: Dim::Lit(1), step: 1, stays: false }),
                None => {
                    let all = match size {
                        0 => "the axis is empty".to_owned(),
                        _ => format!("its elements are 0 to {}, or -{size} to -1 from the end", size - 1),
                    };
                    Err(c.wrong_note(Code::Attribute, format_args!("axis {axis} of {shape} has no element {i}"), all))
                }
            }
        }
        AxisIndex::Range { start, end, step } => {
            let size = known()?;
            let bound = |n: i64| if n < 0 { n.saturating_add_unsigned(size as u64) } else { n };
            let (first, last) = (bound(start.unwrap_or(0)), bound(end.unwrap_or(size as i64)));
            match usize::try_from(first).ok().zip(usize::try_from(last).ok()).filter(|(a, b)| a <= b && *b <= size) {
                Some((start, end)) => {
                    let len = Dim::Lit((end - start).div_ceil(step));
                    Ok(Selection::Window { start, len, step, stays: true })
                }
                None => {
                    let text = |n: Option<i64>| n.map_or(String::new(), |n| n.to_string());
                    let message = format!("axis {axis} of {shape} has no range {}..{}", text(start), text(end));
                    let note = format!("the axis has {size} elements; negative ends count from the end");
                    Err(c.wrong_note(Code::Attribute, message, note))
                }
            }
        }
        AxisIndex::Tensor(positions) => {
            let scalar = positions.rank()? == 0;
            let positions = from_start(positions, &shape.dims[axis])?;
            Ok(if scalar { Selection::Dynamic { start: positions, len: 1, stays: false } } else { Selection::Take(positions) })
        }
        AxisIndex::Window(start, len) => {
            let start_shape = start.shape()?;
            if start_shape.rank() != 0 || len > known()? {
                let message = format_args!("axis {axis} of {shape} has no window of {len} from {start_shape}");
                return Err(c.wrong_note(Code::Shape, message, "a window starts at a scalar, and is not longer than the axis"));
            }
            Ok(Selection::Dynamic { start: from_start(start, &shape.dims[axis])?, len, stays: true })
        }
    }
}

/// Positions as `i32` or `i64` from the beginning of an axis: negative ones count from its end. A position out of range
/// stays out of range.
pub(in crate::compose) fn from_start<'c>(positions: Var<'c>, size: &Dim) -> Composed<Var<'c>> {
    let (c, shape) = (positions.composer(), positions.shape()?);
    let message = format_args!("index {shape} is not a tensor of integers");
    if shape.dtype == DType::Bool {
        let note = "how many elements a mask takes is not known before the graph runs: use `select(&mask, &a, b)`";
        return Err(c.wrong_note(Code::DType, message, note));
    }
    if !shape.dtype.is_int() {
        return Err(c.wrong(Code::DType, message));
    }
    let dtype = if shape.dtype.size() > 4 || size.lit().is_some_and(is_beyond_i32) { DType::I64 } else { DType::I32 };
    match shape.dtype {
        // Half of these numbers would become negative.
        DType::U32 | DType::U64 if shape.dtype.size() == dtype.size() => Ok(positions.minimum(c.count(shape.dtype, size)).convert(dtype)),
        _ if shape.dtype.is_unsigned_int() => Ok(positions.convert(dtype)),
        _ => {
            let positions = positions.convert(dtype);
            let from_end = positions + c.count(dtype, size);
            Ok(from_end.select(positions.compare(Direction::Lt, c.scalar(dtype, 0.0)), positions))
        }
    }
}

fn is_beyond_i32(position: usize) -> bool {
    i32::try_from(position).is_err()
}

/// The element type that holds the starts of all windows.
pub(super) fn start_dtype(axes: &Selections<'_>) -> Composed<DType> {
    for axis in axes {
        let is_wide = match axis {
            Selection::Window { start, .. } => is_beyond_i32(*start),
            Selection::Dynamic { start, .. } => start.dtype()? == DType::I64,
            Selection::Take(_) => false,
        };
        if is_wide {
            return Ok(DType::I64);
        }
    }
    Ok(DType::I32)
}

/// A position as a scalar.
pub(super) fn position<'c>(c: &'c Composer<'c>, position: usize) -> Var<'c> {
    c.scalar(if is_beyond_i32(position) { DType::I64 } else { DType::I32 }, position as f64)
}

/// The dims of a part.
pub(super) fn part_dims(c: &Composer<'_>, axes: &Selections<'_>) -> Composed<Sizes> {
    let mut taken = Some(take_dims(c, axes)?);
    let mut dims = Sizes::new();
    for axis in axes {
        match axis {
            Selection::Take(_) => dims.extend(taken.take().unwrap_or_default()),
            Selection::Window { .. } | Selection::Dynamic { .. } => dims.extend(axis.kept()),
        }
    }
    Ok(dims)
}

/// The dims that the tensors of positions have in common; none if there is no such tensor.
///
/// # Errors
/// If they do not broadcast.
pub(super) fn take_dims(c: &Composer<'_>, axes: &Selections<'_>) -> Composed<Sizes> {
    let mut first: Option<Shape> = None;
    let mut dims = Sizes::new();
    for axis in axes {
        let Selection::Take(positions) = axis else { continue };
        let shape = positions.shape()?;
        let rank = dims.len().max(shape.rank());
        let size = |dims: &[Dim], axis: usize| (axis + dims.len()).checked_sub(rank).map_or(Dim::Lit(1), |i| dims[i].clone());
        let common = |axis: usize| match (size(&dims, axis), size(&shape.dims, axis)) {
            (m, n) if m == n || n.is(1) => Ok(m),
            (m, n) if m.is(1) => Ok(n),
            (m, n) => Err(not_alike(c, &m, &n, first.as_ref(), &shape)),
        };
        dims = (0..rank).map(common).collect::<Composed<_>>()?;
        first.get_or_insert(shape);
    }
    Ok(dims)
}

fn not_alike(c: &Composer<'_>, m: &Dim, n: &Dim, first: Option<&Shape>, other: &Shape) -> Stopped {
    match first {
        Some(first) if m.lit().is_some() && n.lit().is_some() => {
            let message = format_args!("index tensors {first} and {other} do not broadcast");
            c.wrong_note(Code::Shape, message, "several index tensors are read together, element by element")
        }
        _ => c.unknown(),
    }
}

/// Vectors of positions along a new last axis. Each component has the axes of `dims` that are listed beside it.
pub(super) fn vectors<'c>(c: &'c Composer<'c>, components: &[(Var<'c>, Positions)], dims: &[Dim]) -> Composed<Var<'c>> {
    let dtypes: SmallVec<[DType; 4]> = components.iter().map(|(component, _)| component.dtype()).collect::<Composed<_>>()?;
    let dtype = if dtypes.contains(&DType::I64) { DType::I64 } else { DType::I32 };
    let column: Sizes = dims.iter().cloned().chain([Dim::Lit(1)]).collect();
    let column =
        |(component, axes): &(Var<'c>, Positions)| component.convert(dtype).broadcast_in_dim(dims, axes.clone()).with_dims(&column);
    let columns: SmallVec<[Var<'c>; 4]> = components.iter().map(column).collect();
    match columns.as_slice() {
        [one] => Ok(*one),
        several => Ok(c.emit(Op::Concatenate(dims.len()), several)),
    }
}
