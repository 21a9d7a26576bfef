// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Convolution, pooling, spectra, images, interpolation.

use gomlx_ir::compose::{Boundary, Conv, ConvolveMode, GridMode, GridPadding, Padding, ResizeMethod, Trend};
use gomlx_ir::{DType, Dim};
use serde_json::Value;

use super::functions;
use crate::numerics::keywords::Keywords;

fn mode(k: Keywords<'_>, default: ConvolveMode) -> ConvolveMode {
    match k.text("mode") {
        Some("full") => ConvolveMode::Full,
        Some("same") => ConvolveMode::Same,
        Some("valid") => ConvolveMode::Valid,
        _ => default,
    }
}

fn window(k: Keywords<'_>) -> Vec<usize> {
    k.sizes("window").unwrap()
}

fn strides(k: Keywords<'_>) -> Vec<usize> {
    let spatial = window(k).len();
    k.sizes("strides").map_or(vec![1; spatial], |own| own.iter().cycle().take(spatial).copied().collect())
}

fn padding(k: Keywords<'_>) -> Padding {
    match k.get("padding") {
        None => Padding::Valid,
        Some(Value::String(name)) if name == "SAME" => Padding::Same,
        Some(Value::String(_)) => Padding::Valid,
        Some(pairs) => {
            let pair = |pair: &Value| (pair[0].as_i64().unwrap(), pair[1].as_i64().unwrap());
            Padding::Explicit(pairs.as_array().unwrap().iter().map(pair).collect())
        }
    }
}

fn conv(k: Keywords<'_>) -> Conv {
    Conv {
        padding: padding(k),
        strides: k.sizes("strides").unwrap_or_default(),
        dilation: k.sizes("rhs_dilation").unwrap_or_default(),
        input_dilation: k.sizes("lhs_dilation").unwrap_or_default(),
        groups: k.size("feature_group_count").unwrap_or(1),
        batch_groups: k.size("batch_group_count").unwrap_or(1),
        reversed: false,
    }
}

fn resize_method(k: Keywords<'_>) -> ResizeMethod {
    match k.text("method") {
        Some("nearest") => ResizeMethod::Nearest,
        Some("linear") => ResizeMethod::Linear,
        Some("cubic") => ResizeMethod::Cubic,
        Some("lanczos3") => ResizeMethod::Lanczos3,
        _ => ResizeMethod::Lanczos5,
    }
}

fn antialias(k: Keywords<'_>) -> bool {
    k.get("antialias").is_none_or(|flag| flag == true)
}

fn dims(k: Keywords<'_>) -> Vec<Dim> {
    k.sizes("shape").unwrap().into_iter().map(Dim::Lit).collect()
}

functions! {
    "conv" => |c, x, k| x[0].conv(x[1], &conv(k));
    "conv_transpose" => |c, x, k| {
        let how = Conv { padding: k.get("padding").map_or(Padding::Same, |_| padding(k)), ..conv(k) };
        x[0].conv_transpose(x[1], &how, k.flag("transpose_kernel"))
    };
    "conv_patches" => |c, x, k| x[0].conv_patches(k.sizes("filter_shape").unwrap(), &conv(k));
    "detrend" => |c, x, k| {
        let trend = if k.text("type") == Some("constant") { Trend::Constant } else { Trend::Linear };
        c.detrend(x[0], k.axis("axis").unwrap_or(-1), trend)
    };
    "stft" => |c, x, k| {
        let size = k.number("nperseg");
        let window = c.hanning(DType::F64, size + 1).slice_axis(0, 0, size).convert(x[0].dtype()?.real());
        c.stft(x[0], window, size - k.size("noverlap").unwrap_or(size / 2))
    };
    "image_resize" => |c, x, k| c.resize(x[0], dims(k), resize_method(k), antialias(k));
    "scale_and_translate" => |c, x, k| {
        c.scale_and_translate(x[0], x[1], x[2], dims(k), k.axes("spatial_dims").unwrap(), resize_method(k), antialias(k))
    };
    "interp" => |c, x, k| match (k.real("period"), k.real("left"), k.real("right")) {
        (Some(period), _, _) => x[0].interp_periodic(x[1], x[2], period),
        (None, None, None) => x[0].interp(x[1], x[2]),
        (None, left, right) => x[0].interp_or(x[1], x[2], left.unwrap(), right.unwrap()),
    };
    "map_coordinates" => |c, x, k| {
        let boundary = match k.text("mode") {
            Some("nearest") => Boundary::Nearest,
            Some("wrap") => Boundary::Wrap,
            Some("mirror") => Boundary::Mirror,
            Some("reflect") => Boundary::Reflect,
            _ => Boundary::Constant,
        };
        c.map_coordinates(x[0], &x[1..], k.number("order"), boundary, k.real("cval").unwrap_or(0.0))
    };
    "grid_sample" => |c, x, k| {
        let padding = if k.text("padding_mode") == Some("zeros") { GridPadding::Zeros } else { GridPadding::Border };
        c.grid_sample(x[0], x[1], GridMode::Linear, padding, k.flag("align_corners"))
    };
    "convolve" => |c, x, k| c.convolve(x[0], x[1], mode(k, ConvolveMode::Full));
    "convolve2d" => |c, x, k| c.convolve(x[0], x[1], mode(k, ConvolveMode::Full));
    "convolve_nd" => |c, x, k| c.convolve(x[0], x[1], mode(k, ConvolveMode::Full));
    "correlate" => |c, x, k| c.correlate(x[0], x[1], mode(k, ConvolveMode::Valid));
    "correlate2d" => |c, x, k| match mode(k, ConvolveMode::Full) {
        // SciPy's middle is one to the right of NumPy's for an even size.
        ConvolveMode::Same => {
            let (rows, columns) = (x[0].dims()?, x[1].dims()?);
            let whole = c.correlate(x[0], x[1], ConvolveMode::Full);
            (0..2).fold(whole, |part, axis| {
                let (n, first) = (rows[axis].lit().unwrap(), columns[axis].lit().unwrap() / 2);
                part.slice_axis(axis as i32, first, first + n)
            })
        }
        mode => c.correlate(x[0], x[1], mode),
    };
    "fftconvolve" => |c, x, k| match k.axis("axes") {
        None => c.convolve(x[0], x[1], mode(k, ConvolveMode::Full)),
        // Along the last axis alone, row by row.
        Some(_) => {
            let rows = x[0].unstack(0).into_iter().zip(x[1].unstack(0));
            let parts: Vec<_> = rows.map(|(x, y)| c.convolve(x, y, mode(k, ConvolveMode::Full))).collect();
            c.stack(parts, 0)
        }
    };
    "unwrap" => |c, x, k| x[0].unwrap_phase(k.axis("axis").unwrap_or(-1), k.real("period").unwrap_or(std::f64::consts::TAU));
    "max_pool" => |c, x, k| x[0].max_pool(window(k), strides(k), &padding(k));
    "min_pool" => |c, x, k| x[0].min_pool(window(k), strides(k), &padding(k));
    "sum_pool" => |c, x, k| x[0].sum_pool(window(k), strides(k), &padding(k));
    "avg_pool" => |c, x, k| if k.get("count_include_pad").is_some_and(|flag| flag == false) {
        x[0].avg_pool(window(k), strides(k), &padding(k))
    } else {
        let count: usize = window(k).iter().product();
        x[0].sum_pool(window(k), strides(k), &padding(k)) / count as f64
    };
    "lp_pool" => |c, x, k| x[0].lp_pool(k.real("p").unwrap(), window(k), strides(k), &padding(k));
}
