// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Creation of tensors.

use gomlx_ir::compose::{Indexing, Number, Operand};
use gomlx_ir::{DType, Dim};
use serde_json::Value;

use super::super::keywords::Keywords;
use super::functions;

functions! {
    "arange" => |c, x, k| c.range(k.dtype("dtype"), k.real("start").unwrap_or(0.0), real(k, "stop"), k.real("step").unwrap_or(1.0));
    "linspace" => |c, x, k| c.linspace(k.dtype("dtype"), real(k, "start"), real(k, "stop"), k.number("num"), endpoint(k));
    "logspace" => |c, x, k| {
        let base = k.real("base").unwrap_or(10.0);
        c.logspace(k.dtype("dtype"), real(k, "start"), real(k, "stop"), k.number("num"), endpoint(k), base)
    };
    "geomspace" => |c, x, k| c.geomspace(k.dtype("dtype"), real(k, "start"), real(k, "stop"), k.number("num"), endpoint(k));
    "full" => |c, x, k| c.full(k.dtype("dtype"), dims(k, "shape"), scalar(k, "fill_value"));
    "zeros" => |c, x, k| c.zeros(k.dtype("dtype"), dims(k, "shape"));
    "ones" => |c, x, k| c.ones(k.dtype("dtype"), dims(k, "shape"));
    "eye" => |c, x, k| c.eye(k.dtype("dtype"), k.number("N"), columns(k), diagonal(k));
    "tri" => |c, x, k| c.tri(k.dtype("dtype"), k.number("N"), columns(k), diagonal(k));
    "tril" => |c, x, k| x[0].tril(diagonal(k));
    "triu" => |c, x, k| x[0].triu(diagonal(k));
    "diag" => |c, x, k| x[0].diag(diagonal(k));
    "diagflat" => |c, x, k| x[0].diagflat(diagonal(k));
    "diagonal" => |c, x, k| x[0].diagonal(k.axis("offset").unwrap_or(0), k.axis("axis1").unwrap_or(0), k.axis("axis2").unwrap_or(1));
    "diag_embed" => |c, x, k| x[0].diag_embed(k.axis("offset").unwrap_or(0), k.axis("dim1").unwrap_or(-2), k.axis("dim2").unwrap_or(-1));
    "fill_diagonal" => |c, x, k| x[0].fill_diagonal(scalar(k, "val"));
    "full_like" => |c, x, k| x[0].full_like(scalar(k, "fill_value"));
    "zeros_like" => |c, x, k| x[0].zeros_like();
    "ones_like" => |c, x, k| x[0].ones_like();
    "meshgrid" => |c, x, k| c.meshgrid(x, if k.text("indexing") == Some("ij") { Indexing::Ij } else { Indexing::Xy });
    "indices" => |c, x, k| match k.flag("sparse") {
        true => c.open_indices(DType::I32, dims(k, "dimensions")),
        false => vec![c.indices(DType::I32, dims(k, "dimensions"))],
    };
    "vander" => |c, x, k| {
        let columns = k.size("N").map_or_else(|| x[0].dims().map(|dims| dims[0].lit().unwrap_or_default()), Ok)?;
        x[0].vander(columns, k.flag("increasing"))
    };
    "toeplitz" => |c, x, k| x[0].toeplitz(*x.get(1).unwrap_or(&x[0]));
    "hankel" => |c, x, k| x[0].hankel(x.get(1).copied().unwrap_or_else(|| x[0].zeros_like()));
    "circulant" => |c, x, k| x[0].circulant();
    "hilbert" => |c, x, k| c.hilbert(precision(k), k.number("n"));
    "hadamard" => |c, x, k| c.hadamard(DType::I32, k.number("n"));
    "one_hot" => |c, x, k| {
        let hot = x[0].one_hot(precision(k), k.number("num_classes"));
        let (last, to) = (x[0].rank()?, hot.axis(k.axis("axis").unwrap_or(-1))?);
        let mut order: Vec<usize> = (0..last).collect();
        order.insert(to, last);
        hot.transpose(order)
    };
    "bartlett" => |c, x, k| c.bartlett(precision(k), k.number("M"));
    "blackman" => |c, x, k| c.blackman(precision(k), k.number("M"));
    "hamming" => |c, x, k| c.hamming(precision(k), k.number("M"));
    "kaiser" => |c, x, k| c.kaiser(precision(k), k.number("M"), real(k, "beta"));
    "hanning" => |c, x, k| c.hanning(precision(k), k.number("M"));
}

fn real(k: Keywords<'_>, name: &str) -> f64 {
    k.real(name).expect("a number")
}

fn endpoint(k: Keywords<'_>) -> bool {
    k.get("endpoint").is_none() || k.flag("endpoint")
}

fn dims(k: Keywords<'_>, name: &str) -> Vec<Dim> {
    k.sizes(name).expect("sizes").into_iter().map(Dim::Lit).collect()
}

fn scalar(k: Keywords<'_>, name: &str) -> Operand {
    match k.get(name) {
        Some(&Value::Bool(flag)) => Number::Whole(flag.into()).into(),
        _ => real(k, name).into(),
    }
}

fn diagonal(k: Keywords<'_>) -> i32 {
    k.axis("k").unwrap_or(0)
}

fn columns(k: Keywords<'_>) -> usize {
    k.size("M").unwrap_or_else(|| k.number("N"))
}

/// The type of results that no argument says.
fn precision(k: Keywords<'_>) -> DType {
    if k.single { DType::F32 } else { DType::F64 }
}
