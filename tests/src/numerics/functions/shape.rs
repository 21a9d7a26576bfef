// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Shape and layout.

use gomlx_ir::compose::{Composed, Operand, PadMode, Var};
use gomlx_ir::{Dim, Op};
use serde_json::Value;
use smallvec::SmallVec;

use super::super::keywords::Keywords;
use super::functions;

fn dims(sizes: &[usize]) -> Vec<Dim> {
    sizes.iter().map(|&size| Dim::Lit(size)).collect()
}

fn size(x: Var<'_>) -> Composed<usize> {
    Ok(x.dims()?.iter().map(|size| size.lit().unwrap_or(0)).product())
}

/// Dims of which one may be -1.
fn inferred(x: Var<'_>, shape: &[i64]) -> Composed<Vec<Dim>> {
    let known: i64 = shape.iter().filter(|&&n| n >= 0).product();
    let rest = if known == 0 { 0 } else { size(x)? as i64 / known };
    Ok(shape.iter().map(|&n| Dim::Lit(if n < 0 { rest } else { n } as usize)).collect())
}

fn axes_or_all(x: Var<'_>, axes: Option<Vec<i32>>) -> Composed<Vec<i32>> {
    Ok(axes.unwrap_or((0..x.rank()? as i32).collect()))
}

fn split<'c>(x: Var<'c>, k: Keywords<'_>, axis: i32, even: bool) -> Vec<Var<'c>> {
    match k.get("indices_or_sections") {
        Some(Value::Array(_)) => x.split_at(k.sizes("indices_or_sections").unwrap_or_default(), axis),
        Some(_) if even => x.split(k.size("indices_or_sections").unwrap_or(1), axis),
        _ => x.array_split(k.size("indices_or_sections").unwrap_or(1), axis),
    }
}

/// A pair of each axis from a number, a pair, or a list of pairs.
fn pairs<'a>(rank: usize, value: &'a Value) -> Vec<[&'a Value; 2]> {
    let pair = |value: &'a Value| match value {
        Value::Array(items) if items.len() == 2 => [&items[0], &items[1]],
        Value::Array(items) => [&items[0], &items[0]],
        number => [number, number],
    };
    match value {
        Value::Array(items) if items.iter().all(Value::is_array) => (0..rank).map(|i| pair(&items[i % items.len()])).collect(),
        all => vec![pair(all); rank],
    }
}

fn pad<'c>(x: Var<'c>, k: Keywords<'_>) -> Composed<Var<'c>> {
    let (c, rank, dtype) = (x.composer(), x.rank()?, x.dtype()?);
    let widths = pairs(rank, k.get("pad_width").unwrap_or(&Value::Null));
    let widths: Vec<(i64, i64)> = widths.iter().map(|pair| (pair[0].as_i64().unwrap_or(0), pair[1].as_i64().unwrap_or(0))).collect();
    // The values of each axis differ, so that the axes are padded one by one.
    let by_axis = |name: &str, pad: &PadAxis<'c>| {
        let zero = Value::from(0);
        let values = pairs(rank, k.get(name).unwrap_or(&zero));
        let mut y = x;
        for (axis, [low, high]) in values.into_iter().enumerate() {
            let number = |value: &Value| Operand::from(c.scalar(dtype, Keywords::real_of(value)));
            let mut widths_of_one = vec![(0, 0); rank];
            widths_of_one[axis] = widths[axis];
            y = pad(y, &widths_of_one, number(low), number(high));
        }
        y
    };
    let mode = match k.text("mode").unwrap_or("constant") {
        "constant" => {
            return Ok(by_axis("constant_values", &|y, widths, low, high| {
                let only = |pick: fn(&(i64, i64)) -> (i64, i64)| widths.iter().map(pick).collect::<Vec<_>>();
                y.pad(only(|&(low, _)| (low, 0)), low).pad(only(|&(_, high)| (0, high)), high)
            }));
        }
        "linear_ramp" => return Ok(by_axis("end_values", &|y, widths, low, high| y.pad_ramp(widths, low, high))),
        "edge" => PadMode::Edge,
        "reflect" => PadMode::Reflect,
        "symmetric" => PadMode::Symmetric,
        "wrap" => PadMode::Wrap,
        "maximum" => PadMode::Maximum,
        "mean" => PadMode::Mean,
        "median" => PadMode::Median,
        _ => PadMode::Minimum,
    };
    Ok(match k.size("stat_length") {
        Some(length) => x.pad_statistic(widths, mode, length),
        None => x.pad_mode(widths, mode),
    })
}

/// Pads one axis, given the widths and two values.
type PadAxis<'c> = dyn Fn(Var<'c>, &[(i64, i64)], Operand, Operand) -> Var<'c>;

functions! {
    "reshape" => |c, x, k| x[0].reshape(inferred(x[0], &k.ints("shape").unwrap_or_default())?);
    "ravel" => |c, x, k| x[0].flatten();
    "transpose" => |c, x, k| {
        let rank = x[0].rank()?;
        let order = match k.axes("axes") {
            Some(axes) => axes.iter().map(|&axis| x[0].axis(axis)).collect::<Composed<Vec<usize>>>()?,
            None => (0..rank).rev().collect(),
        };
        x[0].transpose(order)
    };
    "matrix_transpose" => |c, x, k| x[0].t();
    "moveaxis" => |c, x, k| x[0].move_axes(k.axes("source").unwrap_or_default(), k.axes("destination").unwrap_or_default());
    "rollaxis" => |c, x, k| {
        let (axis, start) = (x[0].axis(k.axis("axis").unwrap_or(0))? as i32, k.axis("start").unwrap_or(0));
        x[0].move_axes(axis, if axis < start { start - 1 } else { start })
    };
    "swapaxes" => |c, x, k| x[0].swap_axes(k.axis("axis1").unwrap_or(0), k.axis("axis2").unwrap_or(0));
    "expand_dims" => |c, x, k| x[0].expand_dims(k.axes("axis").unwrap_or_default());
    "squeeze" => |c, x, k| match k.axes("axis") {
        Some(axes) => x[0].squeeze(axes),
        None => x[0].squeeze_all(),
    };
    "flatten" => |c, x, k| x[0].flatten_axes(k.axis("start_dim").unwrap_or(0), k.axis("end_dim").unwrap_or(-1));
    "unflatten" => |c, x, k| x[0].unflatten(k.axis("dim").unwrap_or(0), dims(&k.sizes("sizes").unwrap_or_default()));
    "broadcast_to" => |c, x, k| x[0].broadcast_to(dims(&k.sizes("shape").unwrap_or_default()));
    "broadcast_arrays" => |c, x, k| c.broadcast_arrays(x);
    "atleast_1d" => |c, x, k| x[0].atleast_1d();
    "atleast_2d" => |c, x, k| x[0].atleast_2d();
    "atleast_3d" => |c, x, k| x[0].atleast_3d();
    "concatenate" => |c, x, k| match k.values.get("axis") {
        Some(Value::Null) => c.concat(x.iter().map(|x| x.flatten()).collect::<Vec<_>>(), 0),
        _ => c.concat(x, k.axis("axis").unwrap_or(0)),
    };
    "stack" => |c, x, k| c.stack(x, k.axis("axis").unwrap_or(0));
    "hstack" => |c, x, k| c.hstack(x);
    "vstack" => |c, x, k| c.vstack(x);
    "dstack" => |c, x, k| c.dstack(x);
    "column_stack" => |c, x, k| c.column_stack(x);
    "block" => |c, x, k| {
        let mut rest = x;
        let mut rows = vec![];
        for n in k.sizes("rows").unwrap_or_default() {
            let (row, later) = rest.split_at(n);
            rows.push(c.concat(row, -1));
            rest = later;
        }
        c.concat(rows, -2)
    };
    "append" => |c, x, k| match k.axis("axis") {
        Some(axis) => c.concat([x[0], x[1]], axis),
        None => c.concat([x[0].flatten(), x[1].flatten()], 0),
    };
    "split" => |c, x, k| split(x[0], k, k.axis("axis").unwrap_or(0), true);
    "array_split" => |c, x, k| split(x[0], k, k.axis("axis").unwrap_or(0), false);
    "hsplit" => |c, x, k| split(x[0], k, if x[0].rank()? == 1 { 0 } else { 1 }, true);
    "vsplit" => |c, x, k| split(x[0], k, 0, true);
    "dsplit" => |c, x, k| split(x[0], k, 2, true);
    "unstack" => |c, x, k| x[0].unstack(k.axis("axis").unwrap_or(0));
    "chunk" => |c, x, k| x[0].chunk(k.size("chunks").unwrap_or(1), k.axis("axis").unwrap_or(0));
    "tile" => |c, x, k| x[0].tile(k.sizes("reps").unwrap_or_default());
    "repeat" => |c, x, k| {
        let (y, axis) = match k.axis("axis") {
            Some(axis) => (x[0], axis),
            None => (x[0].flatten(), 0),
        };
        let all = match k.get("repeats") {
            Some(Value::Array(_)) => y.repeat_each(k.sizes("repeats").unwrap_or_default(), axis),
            _ => y.repeat(k.size("repeats").unwrap_or(1), axis),
        };
        match k.size("total_repeat_length") {
            Some(total) => all.slice_axis(axis, 0, total),
            None => all,
        }
    };
    "repeat_by" => |c, x, k| {
        let total = k.size("total_repeat_length").unwrap_or(0);
        match k.axis("axis") {
            Some(axis) => x[0].repeat_by(x[1], axis, total),
            None => x[0].flatten().repeat_by(x[1], 0, total),
        }
    };
    "flip" => |c, x, k| x[0].reverse(axes_or_all(x[0], k.axes("axis"))?);
    "fliplr" => |c, x, k| x[0].reverse(1);
    "flipud" => |c, x, k| x[0].reverse(0);
    "rot90" => |c, x, k| x[0].rot90(k.int("k").unwrap_or(1) as i32, k.axes("axes").unwrap_or(vec![0, 1]));
    "roll" => |c, x, k| {
        let shifts = k.axes("shift").unwrap_or_default();
        match k.axes("axis") {
            Some(axes) => axes.iter().enumerate().fold(x[0], |y, (i, &axis)| y.roll(shifts[i % shifts.len()], axis)),
            None => x[0].flatten().roll(shifts[0], 0).with_dims(&x[0].dims()?),
        }
    };
    "resize" => |c, x, k| {
        let shape = k.sizes("shape").unwrap_or_default();
        let (n, total) = (size(x[0])?, shape.iter().product::<usize>());
        x[0].flatten().tile([total.div_ceil(n)]).slice_axis(0, 0, total).with_dims(&dims(&shape))
    };
    "pad" => |c, x, k| pad(x[0], k)?;
    "lax_pad" => |c, x, k| {
        let config = k.get("config").and_then(Value::as_array).map(|all| all.iter().map(Keywords::ints_of).collect::<Vec<_>>());
        let part = |i: usize| config.iter().flatten().map(|axis| axis[i]).collect::<SmallVec<[i64; 4]>>();
        c.emit(Op::Pad { low: part(0), high: part(1), interior: part(2) }, &[x[0], x[1]])
    };
    "sliding_window_view" => |c, x, k| {
        let axes = axes_or_all(x[0], k.axes("axis"))?;
        let sizes = k.sizes("window_shape").unwrap_or_default();
        axes.iter().zip(sizes).fold(x[0], |y, (&axis, size)| y.unfold(axis, size, 1))
    };
    "unfold" => |c, x, k| x[0].unfold(k.axis("dimension").unwrap_or(0), k.size("size").unwrap_or(1), k.size("step").unwrap_or(1));
    "pixel_shuffle" => |c, x, k| x[0].pixel_shuffle(k.size("upscale_factor").unwrap_or(1));
    "pixel_unshuffle" => |c, x, k| x[0].pixel_unshuffle(k.size("downscale_factor").unwrap_or(1));
    "space_to_depth" => |c, x, k| x[0].space_to_depth(k.size("block").unwrap_or(1));
    "ix_outer" => |c, x, k| x[0].take(x[1], 0).take(x[2], 1);
}
