// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Sorting and ranks.

use gomlx_ir::DType;
use gomlx_ir::compose::{RankMethod, Var};

use super::super::keywords::Keywords;
use super::functions;

fn axis(k: Keywords<'_>) -> i32 {
    k.axis("axis").unwrap_or(-1)
}

/// The position `kth` of an axis alone.
fn at_kth<'c>(x: Var<'c>, k: Keywords<'_>) -> gomlx_ir::compose::Composed<Var<'c>> {
    let position = x.axis(axis(k))?;
    let n = x.dims()?[position].lit().unwrap_or(0) as i64;
    let kth = k.int("kth").unwrap_or(0).rem_euclid(n) as usize;
    Ok(x.slice_axis(axis(k), kth, kth + 1))
}

functions! {
    "sort" => |c, x, k| if k.flag("descending") { x[0].sort_descending(axis(k)) } else { x[0].sort(axis(k)) };
    "argsort" => |c, x, k| if k.flag("descending") { x[0].argsort_descending(axis(k)) } else { x[0].argsort(axis(k)) };
    "lexsort" => |c, x, k| c.lexsort(x, axis(k));
    "sort_pairs" => |c, x, k| {
        let axis = k.axis("dimension").unwrap_or(-1);
        (x[0].sort(axis), x[1].take_along_axis(x[0].argsort(axis), axis))
    };
    "top_k" => |c, x, k| x[0].top_k(k.size("k").unwrap_or(0));
    "partition" => |c, x, k| at_kth(x[0].sort(axis(k)), k)?;
    "argpartition" => |c, x, k| at_kth(x[0].argsort(axis(k)), k)?;
    "kthvalue" => |c, x, k| x[0].kth_value(k.size("k").unwrap_or(1) - 1, axis(k));
    "rankdata" => |c, x, k| {
        let method = match k.text("method").unwrap_or("average") {
            "average" => RankMethod::Average,
            "min" => RankMethod::Min,
            "max" => RankMethod::Max,
            "dense" => RankMethod::Dense,
            _ => RankMethod::Ordinal,
        };
        match k.axis("axis") {
            Some(axis) => x[0].rank_data(axis, method),
            None => x[0].flatten().rank_data(0, method),
        }
    };
    "sort_complex" => |c, x, k| {
        let complex = match x[0].dtype()? {
            DType::F32 => DType::C64,
            DType::F64 => DType::C128,
            dtype => dtype,
        };
        x[0].convert(complex).sort(-1)
    };
    "cummax_indices" => |c, x, k| x[0].cummax_indices(axis(k));
    "msort" => |c, x, k| x[0].sort(0);
}
