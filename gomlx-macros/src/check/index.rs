// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Reading parts of tensors, as `gomlx::index` records it: `x.at(i)`, `x.slice(s![1.., -1])`, `x[i]`.

use gomlx_ir::{Axes, BinaryOp, Code, DType, Dim, Direction, GatherDims, Op, ValueId};
use syn::parse::{ParseStream, Parser};
use syn::{Expr, RangeLimits};

use super::body::Body;
use super::build;
use super::value::{Built, Stop, Value};

/// What is written for one axis.
pub(super) enum Part {
    At(i64),
    Range { start: Option<i64>, end: Option<i64>, step: usize },
    Tensor(ValueId),
}

/// What is taken of one axis.
pub(super) enum Axis {
    /// Positions that are known; whether the axis stays.
    Window {
        start: usize,
        len: usize,
        step: usize,
        stays: bool,
    },
    Whole,
    /// The one at a position in a scalar.
    Dynamic(ValueId),
    /// The positions in a tensor.
    Take(ValueId),
}

impl Body<'_> {
    /// The part of a tensor that an index names.
    pub(super) fn part_of(&mut self, op: &str, x: ValueId, index: &Expr) -> Built {
        let parts = self.parts(index)?;
        let axes = self.axes(op, x, &parts)?;
        self.read(x, &axes).map(Value::Tensor)
    }

    /// What is taken of each axis.
    pub(super) fn axes(&mut self, op: &str, x: ValueId, parts: &[Part]) -> Built<Vec<Axis>> {
        let shape = self.site.shape(x).clone();
        if parts.len() > shape.rank() {
            let message = format!("{op}: {} parts index {shape}, which has {} axes", parts.len(), shape.rank());
            return Err(Stop::Mistake(Code::Shape, message));
        }
        let mut axes = vec![];
        for (axis, size) in shape.dims.iter().enumerate() {
            axes.push(match parts.get(axis) {
                None | Some(Part::Range { start: None, end: None, step: 1 }) => Axis::Whole,
                Some(part) => self.axis(op, x, axis, size.lit().ok_or(Stop::Unknown)?, part)?,
            });
        }
        Ok(axes)
    }

    pub(super) fn parts(&mut self, index: &Expr) -> Built<Vec<Part>> {
        match index {
            Expr::Paren(inner) => self.parts(&inner.expr),
            Expr::Reference(inner) => self.parts(&inner.expr),
            Expr::Tuple(parts) => parts.elems.iter().map(|part| self.part(part)).collect(),
            Expr::Macro(index) if index.mac.path.segments.last().is_some_and(|s| s.ident == "s") => {
                let written = stepped.parse2(index.mac.tokens.clone()).map_err(|_| Stop::Unknown)?;
                let mut parts = vec![];
                for (part, by) in &written {
                    parts.push(match (self.part(part)?, by) {
                        (part, None) => part,
                        (Part::Range { start, end, .. }, Some(by)) => {
                            let by = self.operand(by)?.size().and_then(|n| n.lit()).filter(|&n| n > 0);
                            Part::Range { start, end, step: by.ok_or(Stop::Unknown)? }
                        }
                        (Part::At(_) | Part::Tensor(_), Some(_)) => return Err(Stop::Unknown),
                    });
                }
                Ok(parts)
            }
            one => Ok(vec![self.part(one)?]),
        }
    }

    fn part(&mut self, part: &Expr) -> Built<Part> {
        let range = match part {
            Expr::Paren(inner) => return self.part(&inner.expr),
            Expr::Range(range) => range,
            other => {
                return match self.operand(other)? {
                    Value::Tensor(x) => Ok(Part::Tensor(x)),
                    value => position(&value).map(Part::At),
                };
            }
        };
        let mut end = |end: &Option<Box<Expr>>| end.as_ref().map(|e| position(&self.operand(e)?)).transpose();
        let (start, last) = (end(&range.start)?, end(&range.end)?);
        let end = match (&range.limits, last) {
            // After the last position, -1, comes the axis' own end.
            (RangeLimits::Closed(_), Some(last)) => (last != -1).then(|| last.saturating_add(1)),
            (_, end) => end,
        };
        Ok(Part::Range { start, end, step: 1 })
    }

    fn axis(&mut self, op: &str, x: ValueId, axis: usize, size: usize, part: &Part) -> Built<Axis> {
        let mistake = |what: String| Stop::Mistake(Code::Attribute, format!("{op}: axis {axis} of {} has {what}", self.site.shape(x)));
        match *part {
            Part::At(i) => {
                let position = if i < 0 { i.checked_add_unsigned(size as u64) } else { Some(i) };
                let start = position.and_then(|p| usize::try_from(p).ok()).filter(|&p| p < size);
                let start = start.ok_or_else(|| mistake(format!("no element {i}")))?;
                Ok(Axis::Window { start, len: 1, step: 1, stays: false })
            }
            Part::Range { start, end, step } => {
                let bound = |n: i64| if n < 0 { n.saturating_add_unsigned(size as u64) } else { n };
                let (first, last) = (bound(start.unwrap_or(0)), bound(end.unwrap_or(size as i64)));
                let range = usize::try_from(first).ok().zip(usize::try_from(last).ok()).filter(|(a, b)| a <= b && *b <= size);
                let text = |n: Option<i64>| n.map_or(String::new(), |n| n.to_string());
                let (first, last) = range.ok_or_else(|| mistake(format!("no range {}..{}", text(start), text(end))))?;
                Ok(Axis::Window { start: first, len: (last - first).div_ceil(step), step, stays: true })
            }
            Part::Tensor(indices) => {
                let scalar = self.site.shape(indices).rank() == 0;
                let indices = self.positions(indices, size)?;
                Ok(if scalar { Axis::Dynamic(indices) } else { Axis::Take(indices) })
            }
        }
    }

    /// Positions as `i32` or `i64`, from the beginning of the axis.
    fn positions(&mut self, indices: ValueId, size: usize) -> Built<ValueId> {
        let given = build::dtype(&self.site, indices);
        if !given.is_int() {
            return Err(Stop::Unknown);
        }
        let dtype = if given.size() > 4 { DType::I64 } else { DType::I32 };
        let indices = build::convert(&mut self.site, indices, dtype)?;
        if matches!(given, DType::U8 | DType::U16 | DType::U32 | DType::U64) {
            return Ok(indices);
        }
        let zero = build::scalar(&mut self.site, dtype, 0.0);
        let size = build::scalar(&mut self.site, dtype, size as f64);
        let from_end = build::binary(&mut self.site, BinaryOp::Add, indices, size)?;
        let negative = build::compare(&mut self.site, Direction::Lt, indices, zero)?;
        build::select(&mut self.site, negative, from_end, indices)
    }

    pub(super) fn read(&mut self, x: ValueId, axes: &[Axis]) -> Built<ValueId> {
        let x = self.windows(x, axes)?;
        let x = self.dynamic(x, axes)?;
        let stays = |axis: &Axis| matches!(axis, Axis::Whole | Axis::Take(_) | Axis::Window { stays: true, .. });
        let kept = |(axis, size): (&Axis, Dim)| stays(axis).then_some(size);
        let dims: Vec<Dim> = axes.iter().zip(build::dims(&self.site, x)).filter_map(kept).collect();
        let x = build::reshape(&mut self.site, x, &dims)?;
        self.gather(x, &axes.iter().filter(|a| stays(a)).collect::<Vec<_>>())
    }

    fn windows(&mut self, x: ValueId, axes: &[Axis]) -> Built<ValueId> {
        let all = build::dims(&self.site, x);
        let whole = |(axis, size): (&Axis, &Dim)| match axis {
            Axis::Window { start, len, step, .. } => *start == 0 && *step == 1 && size.is(*len),
            Axis::Whole | Axis::Dynamic(_) | Axis::Take(_) => true,
        };
        if axes.iter().zip(&all).all(whole) {
            return Ok(x);
        }
        let (mut starts, mut limits, mut strides) = (Axes::new(), vec![], Axes::new());
        for (axis, size) in axes.iter().zip(all) {
            let (start, limit, stride) = match *axis {
                Axis::Window { start, len: 0, step, .. } => (start, Dim::Lit(start), step),
                Axis::Window { start, len, step, .. } => (start, Dim::Lit(start + (len - 1) * step + 1), step),
                Axis::Whole | Axis::Dynamic(_) | Axis::Take(_) => (0, size, 1),
            };
            starts.push(start);
            limits.push(limit);
            strides.push(stride);
        }
        build::emit(&mut self.site, Op::Slice { starts, limits: limits.into(), strides }, &[x])
    }

    fn dynamic(&mut self, x: ValueId, axes: &[Axis]) -> Built<ValueId> {
        let starts: Vec<ValueId> = axes.iter().filter_map(|a| if let Axis::Dynamic(start) = a { Some(*start) } else { None }).collect();
        if starts.is_empty() {
            return Ok(x);
        }
        let wide = starts.iter().any(|&s| build::dtype(&self.site, s) == DType::I64);
        let dtype = if wide { DType::I64 } else { DType::I32 };
        let (mut operands, mut sizes) = (vec![x], Axes::new());
        for (axis, size) in axes.iter().zip(build::dims(&self.site, x)) {
            if let Axis::Dynamic(start) = axis {
                sizes.push(1);
                operands.push(build::convert(&mut self.site, *start, dtype)?);
            } else {
                sizes.push(size.lit().ok_or(Stop::Unknown)?);
                operands.push(build::scalar(&mut self.site, dtype, 0.0));
            }
        }
        build::emit(&mut self.site, Op::DynamicSlice(sizes), &operands)
    }

    /// What one tensor of positions takes; several together are left to the trace.
    fn gather(&mut self, x: ValueId, axes: &[&Axis]) -> Built<ValueId> {
        let takes = |(i, axis): (usize, &&Axis)| if let Axis::Take(indices) = axis { Some((i, *indices)) } else { None };
        let taken: Vec<(usize, ValueId)> = axes.iter().enumerate().filter_map(takes).collect();
        let (axis, indices) = match taken.as_slice() {
            [] => return Ok(x),
            [one] => *one,
            _ => return Err(Stop::Unknown),
        };
        let mut column = build::dims(&self.site, indices);
        let rank = column.len();
        column.push(Dim::Lit(1));
        let indices = build::reshape(&mut self.site, indices, &column)?;
        let dims = build::dims(&self.site, x);
        let sizes: Option<Axes> = dims.iter().enumerate().map(|(i, n)| if i == axis { Some(1) } else { n.lit() }).collect();
        let gather = GatherDims {
            offset_dims: (0..axis).chain(axis + rank..dims.len() - 1 + rank).collect(),
            collapsed_slice_dims: Axes::from_slice(&[axis]),
            operand_batching_dims: Axes::new(),
            start_indices_batching_dims: Axes::new(),
            start_index_map: Axes::from_slice(&[axis]),
            index_vector_dim: rank,
            slice_sizes: sizes.ok_or(Stop::Unknown)?,
            indices_are_sorted: false,
        };
        build::emit(&mut self.site, Op::Gather(Box::new(gather)), &[x, indices])
    }
}

fn position(value: &Value) -> Built<i64> {
    match value {
        Value::Integer(n) => Ok(*n),
        Value::Size(Dim::Lit(n)) => i64::try_from(*n).map_err(|_| Stop::Unknown),
        _ => Err(Stop::Unknown),
    }
}

/// Parts and their steps: `1..3, ..;2, -1`.
fn stepped(input: ParseStream<'_>) -> syn::Result<Vec<(Expr, Option<Expr>)>> {
    let mut parts = vec![];
    while !input.is_empty() {
        let part = input.parse()?;
        let by = input.parse::<Option<syn::Token![;]>>()?.map(|_| input.parse()).transpose()?;
        parts.push((part, by));
        if input.parse::<Option<syn::Token![,]>>()?.is_none() {
            break;
        }
    }
    if input.is_empty() { Ok(parts) } else { Err(input.error("expected `,`")) }
}
