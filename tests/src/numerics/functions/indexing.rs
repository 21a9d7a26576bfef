// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Reading and writing by position.

use gomlx_ir::compose::index::{Assign, AxisIndex};
use gomlx_ir::compose::{Composed, Composer, IndexMode, ScatterReduce, Var};
use gomlx_ir::{DType, Dim, Op};
use serde_json::Value;

use super::super::keywords::Keywords;
use super::functions;

/// An index as gomlx writes it: parts of the axes, the axes that are reversed after them, and the new axes of the
/// result.
struct Index<'c> {
    parts: Vec<AxisIndex<Var<'c>>>,
    reversed: Vec<i32>,
    new: Vec<i32>,
}

/// The parts of an index of NumPy's, whose ranges are cut to the axis.
fn index<'c>(x: Var<'c>, tensors: &[Var<'c>], k: Keywords<'_>) -> Composed<Index<'c>> {
    let texts: Vec<&str> =
        k.get("index").and_then(Value::as_array).map(|all| all.iter().filter_map(Value::as_str).collect()).unwrap_or_default();
    let dims = x.dims()?;
    let named = texts.iter().filter(|text| !matches!(**text, "None" | "...")).count();
    let mut index = Index { parts: vec![], reversed: vec![], new: vec![] };
    // The place of the next part in the result.
    let mut place = 0;
    for text in texts {
        let n = dims.get(index.parts.len()).and_then(Dim::lit).unwrap_or(0) as i64;
        match text {
            "None" => {
                index.new.push(place);
                place += 1;
            }
            "..." => {
                let whole = dims.len() - named;
                index.parts.extend(vec![AxisIndex::ALL; whole]);
                place += whole as i32;
            }
            _ if text.starts_with("in") => {
                let tensor = tensors[text[2..].parse::<usize>().unwrap_or(1) - 1];
                place += tensor.rank()? as i32;
                index.parts.push(AxisIndex::Tensor(tensor));
            }
            _ if text.contains(':') => {
                let numbers: Vec<Option<i64>> = text.split(':').map(|number| number.parse().ok()).collect();
                let step = numbers.get(2).copied().flatten().unwrap_or(1);
                let from_end = |i: i64| if i < 0 { i + n } else { i };
                if step > 0 {
                    let start = numbers[0].map_or(0, from_end).clamp(0, n);
                    let end = numbers[1].map_or(n, from_end).clamp(start, n);
                    index.parts.push(AxisIndex::Range { start: Some(start), end: Some(end), step: step as usize });
                } else {
                    // The same elements from the other side.
                    let first = numbers[0].map_or(n - 1, from_end).clamp(-1, n - 1);
                    let before = numbers[1].map_or(-1, from_end).clamp(-1, first);
                    let last = first - (first - before - 1) / -step * -step;
                    index.parts.push(AxisIndex::Range { start: Some(last), end: Some(first + 1), step: -step as usize });
                    index.reversed.push(place);
                }
                place += 1;
            }
            _ => index.parts.push(AxisIndex::At(text.parse().unwrap_or(0))),
        }
    }
    Ok(index)
}

/// The mask of an index that is one.
fn mask<'c>(tensors: &[Var<'c>], k: Keywords<'_>) -> Composed<Option<Var<'c>>> {
    let alone = k.get("index").and_then(Value::as_array).is_some_and(|parts| parts.len() == 1 && parts[0] == "in1");
    Ok(match tensors.first() {
        Some(first) if alone && first.dtype()? == DType::Bool => Some(*first),
        _ => None,
    })
}

fn getitem<'c>(x: Var<'c>, tensors: &[Var<'c>], k: Keywords<'_>) -> Composed<Var<'c>> {
    if let Some(mask) = mask(tensors, k)? {
        return Ok(x.compress(mask, 0, k.rows, 0.0));
    }
    if let Some(mode) = k.text("mode") {
        return Ok(x.take_mode(tensors[0], 0, mode_of(Some(mode))));
    }
    let index = index(x, tensors, k)?;
    let read = x.part(&index.parts)?.expand_dims(index.new);
    Ok(read.reverse(index.reversed))
}

fn write<'c>(x: &[Var<'c>], k: Keywords<'_>, assign: Assign) -> Composed<Var<'c>> {
    let (target, rest) = (x[0], &x[1..]);
    let (&values, tensors) = rest.split_last().expect("values");
    if let Some(mask) = mask(tensors, k)? {
        let mut dims = mask.dims()?;
        dims.resize(target.rank()?, Dim::Lit(1));
        return Ok(values.select(mask.with_dims(&dims), target));
    }
    let mut tensors = tensors.to_vec();
    if k.text("mode") == Some("clip") {
        let n = target.dims()?[0].lit().unwrap_or(0) as i32;
        tensors[0] = tensors[0].clamp(0, n - 1);
    }
    target.with_part(&index(target, &tensors, k)?.parts, assign, values.into())
}

fn mode_of(mode: Option<&str>) -> IndexMode {
    match mode {
        Some("wrap") => IndexMode::Wrap,
        Some("fill") => IndexMode::Fill,
        _ => IndexMode::Clip,
    }
}

fn flat_or<'c>(x: Var<'c>, k: Keywords<'_>) -> (Var<'c>, i32) {
    k.axis("axis").map_or_else(|| (x.flatten(), 0), |axis| (x, axis))
}

/// Starts of windows, of which negative ones count from the end, within an axis.
fn starts<'c>(x: Var<'c>, starts: &[Var<'c>]) -> Composed<Vec<Var<'c>>> {
    let dims = x.dims()?;
    let start = |(start, size): (&Var<'c>, &Dim)| {
        let (start, n) = (start.convert(DType::I64), size.lit().unwrap_or(0) as i32);
        (start + n).select(start.lt(0), start)
    };
    Ok(starts.iter().zip(&dims).map(start).collect())
}

/// Positions that may count from the end.
fn positions(k: Keywords<'_>, n: usize) -> Vec<usize> {
    let from_start = |i: i64| if i < 0 { i + n as i64 } else { i };
    k.ints("obj").unwrap_or_default().into_iter().map(|i| from_start(i) as usize).collect()
}

fn length(x: Var<'_>, axis: i32) -> Composed<usize> {
    Ok(x.dims()?[x.axis(axis)?].lit().unwrap_or(0))
}

fn size(k: Keywords<'_>) -> usize {
    k.size("size").unwrap_or(0)
}

fn fill(k: Keywords<'_>) -> f64 {
    k.real("fill_value").unwrap_or(0.0)
}

fn whole_fill(k: Keywords<'_>) -> i32 {
    k.int("fill_value").unwrap_or(0) as i32
}

fn unique<'c>(c: &'c Composer<'c>, x: Var<'c>, k: Keywords<'_>) -> Composed<Vec<Var<'c>>> {
    if k.axis("axis").is_some() {
        return Ok(vec![x.unique_rows(size(k))]);
    }
    let (values, first, inverse, counts) = x.unique(size(k));
    let values = match k.real("fill_value") {
        Some(fill) => values.select(counts.gt(0), c.scalar(x.dtype()?, fill)),
        None => values,
    };
    let parts = [("return_index", first), ("return_inverse", inverse), ("return_counts", counts)];
    let mut all = vec![values];
    all.extend(parts.into_iter().filter(|(name, _)| k.flag(name)).map(|(_, part)| part));
    Ok(all)
}

functions! {
    "getitem" => |c, x, k| getitem(x[0], &x[1..], k)?;
    "at_set" => |c, x, k| write(x, k, Assign::Set)?;
    "at_add" => |c, x, k| write(x, k, Assign::Add)?;
    "at_multiply" => |c, x, k| write(x, k, Assign::Multiply)?;
    "at_min" => |c, x, k| write(x, k, Assign::Minimum)?;
    "at_max" => |c, x, k| write(x, k, Assign::Maximum)?;
    "at_subtract" => |c, x, k| {
        let (values, rest) = x.split_last().expect("values");
        write(&[rest, &[-*values]].concat(), k, Assign::Add)?
    };
    "at_divide" => |c, x, k| {
        let (values, rest) = x.split_last().expect("values");
        write(&[rest, &[1.0 / *values]].concat(), k, Assign::Multiply)?
    };
    "take" => |c, x, k| {
        let (y, axis) = flat_or(x[0], k);
        y.take_mode(x[1], axis, mode_of(k.text("mode")))
    };
    "take_along_axis" => |c, x, k| {
        let (y, axis) = flat_or(x[0], k);
        y.take_along_axis(x[1], axis)
    };
    "put_along_axis" => |c, x, k| {
        let (y, axis) = flat_or(x[0], k);
        y.put_along_axis(x[1], x[2], axis)
    };
    "put" => |c, x, k| {
        let flat = x[0].flatten();
        flat.put_along_axis(x[1].clamp(0, length(flat, 0)? as i32 - 1), x[2], 0).with_dims(&x[0].dims()?)
    };
    "scatter_add" => |c, x, k| x[0].scatter_reduce(x[1], x[2], k.axis("axis").unwrap_or(0), ScatterReduce::Sum);
    "scatter_reduce" => |c, x, k| {
        let reduce = match k.text("reduce") {
            Some("prod") => ScatterReduce::Prod,
            Some("amax") => ScatterReduce::Max,
            Some("amin") => ScatterReduce::Min,
            _ => ScatterReduce::Sum,
        };
        x[0].scatter_reduce(x[1], x[2], k.axis("axis").unwrap_or(0), reduce)
    };
    "index_add" => |c, x, k| {
        let mut parts = vec![AxisIndex::ALL; x[0].axis(k.axis("axis").unwrap_or(0))?];
        parts.push(AxisIndex::Tensor(x[1]));
        x[0].with_part(&parts, Assign::Add, x[2].into())?
    };
    "index_select" => |c, x, k| x[0].take(x[1], k.axis("axis").unwrap_or(0));
    "gather_nd" => |c, x, k| x[0].gather_nd(x[1]);
    "compress" => |c, x, k| {
        let (y, axis) = flat_or(x[1], k);
        y.compress(x[0], axis, size(k), fill(k))
    };
    "extract" => |c, x, k| x[1].flatten().compress(x[0].flatten(), 0, size(k), fill(k));
    "choose" => |c, x, k| c.choose(x[0], &x[1..], mode_of(k.text("mode")));
    "unique" => |c, x, k| unique(c, x[0], k)?;
    "nonzero" => |c, x, k| x[0].nonzero(size(k), whole_fill(k));
    "flatnonzero" => |c, x, k| x[0].flatnonzero(size(k), whole_fill(k));
    "argwhere" => |c, x, k| x[0].argwhere(size(k), whole_fill(k));
    "delete" => |c, x, k| {
        let (y, axis) = flat_or(x[0], k);
        y.delete(positions(k, length(y, axis)?), axis)
    };
    "insert" => |c, x, k| {
        let (y, axis) = flat_or(x[0], k);
        y.insert(positions(k, length(y, axis)?), x[1], axis)
    };
    "unravel_index" => |c, x, k| x[0].unravel_index(k.sizes("shape").unwrap_or_default());
    "ravel_multi_index" => |c, x, k| c.ravel_multi_index(x, k.sizes("dims").unwrap_or_default(), mode_of(k.text("mode")));
    "tril_indices" => |c, x, k| {
        let n = k.size("n").unwrap_or(0);
        c.tril_indices(DType::I64, n, k.size("m").unwrap_or(n), k.int("k").unwrap_or(0) as i32)
    };
    "triu_indices" => |c, x, k| {
        let n = k.size("n").unwrap_or(0);
        c.triu_indices(DType::I64, n, k.size("m").unwrap_or(n), k.int("k").unwrap_or(0) as i32)
    };
    "diag_indices" => |c, x, k| vec![c.arange(DType::I64, k.size("n").unwrap_or(0)); k.size("ndim").unwrap_or(2)];
    "dynamic_slice" => |c, x, k| {
        let sizes = k.sizes("slice_sizes").unwrap_or_default();
        let windows = x[1..].iter().zip(sizes).map(|(&start, size)| AxisIndex::Window(start, size));
        x[0].part(&windows.collect::<Vec<_>>())?
    };
    "dynamic_update_slice" => |c, x, k| {
        let mut operands = vec![x[0], x[1]];
        operands.extend(starts(x[0], &x[2..])?);
        c.emit(Op::DynamicUpdateSlice, &operands)
    };
    "isin" => |c, x, k| if k.flag("invert") { !x[0].isin(x[1]) } else { x[0].isin(x[1]) };
    "union1d" => |c, x, k| x[0].union1d(x[1], size(k), fill(k));
    "intersect1d" => |c, x, k| x[0].intersect1d(x[1], size(k), fill(k));
    "setdiff1d" => |c, x, k| x[0].setdiff1d(x[1], size(k), fill(k));
    "setxor1d" => |c, x, k| x[0].setxor1d(x[1], size(k), fill(k));
    "embedding" => |c, x, k| x[0].take(x[1], 0);
}
