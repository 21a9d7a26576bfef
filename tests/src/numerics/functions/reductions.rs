// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Reductions, cumulative functions, statistics.

use gomlx_ir::DType;
use gomlx_ir::compose::{Composed, Interpolation, Var};

use super::super::keywords::Keywords;
use super::functions;

/// A reduction over the axes of the case, which stay if it says so.
macro_rules! over {
    ($x:expr, $k:ident, $all:ident $axis:ident $keep:ident ($($arg:expr),*)) => {{
        let (x, keep) = ($x, $k.flag("keepdims"));
        match $k.axes("axis") {
            None if keep => x.$keep((0..x.rank()? as i32).collect::<Vec<i32>>() $(, $arg)*),
            None => x.$all($($arg),*),
            Some(axes) if keep => x.$keep(axes $(, $arg)*),
            Some(axes) => x.$axis(axes $(, $arg)*),
        }
    }};
}

/// Booleans as numbers to count.
fn counted(x: Var<'_>) -> Composed<Var<'_>> {
    Ok(if x.dtype()? == DType::Bool { x.convert(DType::I32) } else { x })
}

/// Numbers that are not real as NumPy takes them where a result is.
fn real(x: Var<'_>) -> Composed<Var<'_>> {
    let dtype = x.dtype()?;
    Ok(if dtype.is_float() || dtype.is_complex() { x } else { x.convert(DType::F64) })
}

fn truth(x: Var<'_>) -> Composed<Var<'_>> {
    Ok(if x.dtype()? == DType::Bool { x } else { x.ne(0) })
}

fn ddof(k: Keywords<'_>, usual: i64) -> i32 {
    k.int("ddof").unwrap_or(usual) as i32
}

/// A function of one axis; of all, it is of the flattened tensor.
fn along<'c>(x: Var<'c>, k: Keywords<'_>, f: impl Fn(Var<'c>, i32) -> Var<'c>) -> Composed<Var<'c>> {
    let Some(axis) = k.axis("axis") else {
        let found = f(x.flatten(), 0);
        return Ok(if k.flag("keepdims") { found.with_dims(&vec![1.into(); x.rank()?]) } else { found });
    };
    let found = f(x, axis);
    Ok(if k.flag("keepdims") { found.expand_dims(x.axis(axis)? as i32) } else { found })
}

fn reversed<'c>(x: Var<'c>, k: Keywords<'_>, f: impl Fn(Var<'c>, i32, bool) -> Var<'c>) -> Var<'c> {
    match k.axis("axis") {
        Some(axis) => f(x, axis, k.flag("reverse")),
        None => f(x.flatten(), 0, k.flag("reverse")),
    }
}

/// A cumulative function with its start.
fn from_initial<'c>(x: Var<'c>, k: Keywords<'_>, initial: f64, f: impl Fn(Var<'c>, i32) -> Var<'c>) -> Composed<Var<'c>> {
    let axis = k.axis("axis").unwrap_or(0);
    let y = f(x, axis);
    if !k.flag("include_initial") {
        return Ok(y);
    }
    let mut padding = vec![(0, 0); x.rank()?];
    padding[x.axis(axis)?] = (1, 0);
    Ok(y.pad(padding, initial))
}

/// Which elements a quantile is between.
fn between(k: Keywords<'_>) -> Interpolation {
    match k.text("method").unwrap_or("linear") {
        "linear" => Interpolation::Linear,
        "lower" => Interpolation::Lower,
        "higher" => Interpolation::Higher,
        "midpoint" => Interpolation::Midpoint,
        _ => Interpolation::Nearest,
    }
}

/// A quantile, or several if the case lists levels.
macro_rules! quantile {
    ($x:expr, $k:ident, $scale:expr, ($($one:ident)*) ($($several:ident)*)) => {{
        let levels: Vec<f64> = $k.reals("q").unwrap_or_default().iter().map(|q| q / $scale).collect();
        let x = real($x)?;
        if $k.get("q").is_some_and(|q| q.is_array()) {
            over!(x, $k, $($several)* (&levels, between($k)))
        } else {
            over!(x, $k, $($one)* (levels[0], between($k)))
        }
    }};
}

/// The axis or the first, where the usual one is 0.
fn axis_or_first(k: Keywords<'_>) -> i32 {
    k.axis("axis").unwrap_or(0)
}

/// The bounds of a histogram, if the case has some.
fn bounds(value: Option<&serde_json::Value>) -> Option<(f64, f64)> {
    let bounds: Vec<f64> = value?.as_array()?.iter().map(Keywords::real_of).collect();
    Some((bounds[0], bounds[1]))
}

functions! {
    "sum" => |c, x, k| over!(counted(x[0])?, k, sum sum_axis sum_keep ());
    "prod" => |c, x, k| over!(counted(x[0])?, k, prod prod_axis prod_keep ());
    "mean" => |c, x, k| over!(real(x[0])?, k, mean mean_axis mean_keep ());
    "var" => |c, x, k| over!(real(x[0])?, k, var var_axis var_keep (ddof(k, 0)));
    "std" => |c, x, k| over!(real(x[0])?, k, std std_axis std_keep (ddof(k, 0)));
    "max" => |c, x, k| over!(x[0], k, max max_axis max_keep ());
    "min" => |c, x, k| over!(x[0], k, min min_axis min_keep ());
    "argmax" => |c, x, k| along(x[0], k, |x, axis| x.argmax(axis))?;
    "argmin" => |c, x, k| along(x[0], k, |x, axis| x.argmin(axis))?;
    "any" => |c, x, k| over!(truth(x[0])?, k, any any_axis any_keep ());
    "all" => |c, x, k| over!(truth(x[0])?, k, all all_axis all_keep ());
    "count_nonzero" => |c, x, k| over!(x[0], k, count_nonzero count_nonzero_axis count_nonzero_keep ());
    "ptp" => |c, x, k| over!(x[0], k, ptp ptp_axis ptp_keep ());
    "median" => |c, x, k| over!(real(x[0])?, k, median median_axis median_keep ());
    "nanmedian" => |c, x, k| over!(real(x[0])?, k, nanmedian nanmedian_axis nanmedian_keep ());
    "quantile" => |c, x, k| quantile!(x[0], k, 1.0, (quantile quantile_axis quantile_keep) (quantiles quantiles_axis quantiles_keep));
    "percentile" => |c, x, k| quantile!(x[0], k, 100.0, (quantile quantile_axis quantile_keep) (quantiles quantiles_axis quantiles_keep));
    "nanquantile" => |c, x, k| quantile!(x[0], k, 1.0, (nanquantile nanquantile_axis nanquantile_keep) (nanquantiles nanquantiles_axis nanquantiles_keep));
    "nanpercentile" => |c, x, k| quantile!(x[0], k, 100.0, (nanquantile nanquantile_axis nanquantile_keep) (nanquantiles nanquantiles_axis nanquantiles_keep));
    "nansum" => |c, x, k| over!(x[0], k, nansum nansum_axis nansum_keep ());
    "nanprod" => |c, x, k| over!(x[0], k, nanprod nanprod_axis nanprod_keep ());
    "nanmean" => |c, x, k| over!(real(x[0])?, k, nanmean nanmean_axis nanmean_keep ());
    "nanvar" => |c, x, k| over!(real(x[0])?, k, nanvar nanvar_axis nanvar_keep (ddof(k, 0)));
    "nanstd" => |c, x, k| over!(real(x[0])?, k, nanstd nanstd_axis nanstd_keep (ddof(k, 0)));
    "nanmax" => |c, x, k| over!(x[0], k, nanmax nanmax_axis nanmax_keep ());
    "nanmin" => |c, x, k| over!(x[0], k, nanmin nanmin_axis nanmin_keep ());
    "nanargmax" => |c, x, k| along(x[0], k, |x, axis| x.nanargmax(axis))?;
    "nanargmin" => |c, x, k| along(x[0], k, |x, axis| x.nanargmin(axis))?;
    "sum_where" => |c, x, k| over!(x[0], k, sum_where sum_where_axis sum_where_keep (x[1]));
    "prod_where" => |c, x, k| over!(x[0], k, prod_where prod_where_axis prod_where_keep (x[1]));
    "mean_where" => |c, x, k| over!(x[0], k, mean_where mean_where_axis mean_where_keep (x[1]));
    "var_where" => |c, x, k| over!(x[0], k, var_where var_where_axis var_where_keep (x[1], ddof(k, 0)));
    "std_where" => |c, x, k| over!(x[0], k, std_where std_where_axis std_where_keep (x[1], ddof(k, 0)));
    "max_where" => |c, x, k| over!(x[0], k, max_where max_where_axis max_where_keep (x[1], k.real("initial").unwrap_or(0.0)));
    "min_where" => |c, x, k| over!(x[0], k, min_where min_where_axis min_where_keep (x[1], k.real("initial").unwrap_or(0.0)));
    "average" => |c, x, k| over!(real(x[0])?, k, average average_axis average_keep (real(x[1])?));
    "cumsum" => |c, x, k| reversed(counted(x[0])?, k, |x, axis, reverse| x.cumsum_with(axis, false, reverse));
    "cumprod" => |c, x, k| reversed(counted(x[0])?, k, |x, axis, reverse| x.cumprod_with(axis, false, reverse));
    "cummax" => |c, x, k| x[0].cummax_with(axis_or_first(k), false, k.flag("reverse"));
    "cummin" => |c, x, k| x[0].cummin_with(axis_or_first(k), false, k.flag("reverse"));
    "logcumsumexp" => |c, x, k| x[0].logcumsumexp_with(axis_or_first(k), false, k.flag("reverse"));
    "cumulative_sum" => |c, x, k| from_initial(x[0], k, 0.0, |x, axis| x.cumsum(axis))?;
    "cumulative_prod" => |c, x, k| from_initial(x[0], k, 1.0, |x, axis| x.cumprod(axis))?;
    "nancumsum" => |c, x, k| reversed(x[0], k, |x, axis, _| x.nancumsum(axis));
    "nancumprod" => |c, x, k| reversed(x[0], k, |x, axis, _| x.nancumprod(axis));
    "diff" => |c, x, k| x[0].diff(k.size("n").unwrap_or(1), k.axis("axis").unwrap_or(-1));
    "diff_padded" => |c, x, k| {
        let axis = k.axis("axis").unwrap_or(-1);
        c.concat([x[1], x[0], x[2]], axis).diff(k.size("n").unwrap_or(1), axis)
    };
    "ediff1d" => |c, x, k| x[0].flatten().diff(1, 0);
    "gradient" => |c, x, k| {
        let spacing = k.real("spacing").unwrap_or(1.0);
        let axes = k.axes("axis").unwrap_or((0..x[0].rank()? as i32).collect());
        axes.into_iter().map(|axis| x[0].gradient(spacing, axis)).collect::<Vec<_>>()
    };
    "trapezoid" => |c, x, k| {
        let axis = k.axis("axis").unwrap_or(-1);
        match x.get(1) {
            Some(&points) => x[0].trapezoid_over(points, axis),
            None => x[0].trapezoid(k.real("dx").unwrap_or(1.0), axis),
        }
    };
    "cumulative_trapezoid" => |c, x, k| x[0].cumulative_trapezoid(k.real("dx").unwrap_or(1.0), k.axis("axis").unwrap_or(-1));
    "cov" => |c, x, k| {
        let rows = if k.get("rowvar").is_some_and(|rows| rows == false) { x[0].t() } else { x[0] };
        rows.cov(ddof(k, 1))
    };
    "corrcoef" => |c, x, k| match x.get(1) {
        Some(&y) => c.stack([x[0], y], 0).corrcoef(),
        None if k.get("rowvar").is_some_and(|rows| rows == false) => x[0].t().corrcoef(),
        None => x[0].corrcoef(),
    };
    "histogram" => |c, x, k| {
        let data = real(x[0])?;
        match (k.get("bins").filter(|bins| bins.is_array()), bounds(k.get("range"))) {
            (Some(_), _) => {
                let edges: Vec<f64> = k.reals("bins").unwrap_or_default();
                let edges: Vec<Var<'_>> = edges.iter().map(|&edge| Ok(c.scalar(data.dtype()?, edge))).collect::<Composed<_>>()?;
                let edges = c.stack(edges, 0);
                (data.histogram_of(edges), edges)
            }
            (None, Some((low, high))) => data.histogram_between(k.size("bins").unwrap_or(10), low, high),
            (None, None) => data.histogram(k.size("bins").unwrap_or(10)),
        }
    };
    "histogram2d" => |c, x, k| {
        let bins = k.sizes("bins").unwrap_or_default();
        let ranges = k.get("range").and_then(|ranges| ranges.as_array());
        let edges = |i: usize| match bounds(ranges.map(|ranges| &ranges[i])) {
            Some((low, high)) => x[i].histogram_between(bins[i % bins.len()], low, high).1,
            None => x[i].histogram(bins[i % bins.len()]).1,
        };
        (x[0].histogram2d_of(x[1], edges(0), edges(1)), edges(0), edges(1))
    };
    "bincount" => |c, x, k| match x.get(1) {
        Some(weights) => weights.sum_by(x[0], k.size("length").unwrap_or(0)),
        None => x[0].bincount(k.size("length").unwrap_or(0)),
    };
    "searchsorted" => |c, x, k| x[0].searchsorted(x[1], k.text("side") == Some("right"));
    "digitize" => |c, x, k| x[0].digitize(x[1], k.flag("right"));
    "mode" => |c, x, k| {
        let (value, count) = x[0].mode(axis_or_first(k));
        let axis = axis_or_first(k);
        if k.flag("keepdims") { (value.expand_dims(axis), count.expand_dims(axis)) } else { (value, count) }
    };
    "sem" => |c, x, k| x[0].sem(axis_or_first(k), ddof(k, 1));
    "zscore" => |c, x, k| x[0].zscore(axis_or_first(k), ddof(k, 0));
}
