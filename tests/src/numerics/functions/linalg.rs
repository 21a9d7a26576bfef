// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Products of tensors, linear algebra.

use gomlx_ir::DType;
use gomlx_ir::compose::{Composed, Composer, Var};

use super::functions;
use crate::numerics::keywords::Keywords;

functions! {
    "matmul" => |c, x, k| x[0].matmul(x[1]);
    "dot" => |c, x, k| x[0].dot(x[1]);
    "vdot" => |c, x, k| c.vdot(x[0], x[1]);
    "inner" => |c, x, k| x[0].inner(x[1]);
    "outer" => |c, x, k| x[0].outer(x[1]);
    "kron" => |c, x, k| x[0].kron(x[1]);
    "vecdot" => |c, x, k| x[0].vecdot(x[1], k.axis("axis").unwrap_or(-1));
    "matvec" => |c, x, k| x[0].matmul(x[1].expand_dims(-1)).squeeze(-1);
    "vecmat" => |c, x, k| c.einsum("...i,...ij->...j", [x[0].conj(), x[1]]);
    "tensordot" => |c, x, k| {
        let (x_axes, y_axes): (Vec<i32>, Vec<i32>) = match k.get("axes").unwrap() {
            serde_json::Value::Array(pair) => {
                let axes = |value| Keywords::ints_of(value).into_iter().map(|axis| axis as i32).collect();
                (axes(&pair[0]), axes(&pair[1]))
            }
            count => {
                let (count, rank) = (count.as_i64().unwrap() as i32, x[0].rank()? as i32);
                ((rank - count..rank).collect(), (0..count).collect())
            }
        };
        x[0].tensordot(x[1], x_axes, y_axes)
    };
    "cross" => |c, x, k| x[0].cross(x[1], k.axis("axis").unwrap_or(-1));
    "einsum" => |c, x, k| c.einsum(k.text("subscripts").unwrap(), x);
    "multi_dot" => |c, x, k| c.multi_dot(x);
    "block_diag" => |c, x, k| c.block_diag(x);
    "cholesky" => |c, x, k| if k.flag("upper") { c.cholesky(x[0]).conj().t() } else { c.cholesky(x[0]) };
    "lu" => |c, x, k| c.lu(x[0]);
    "lu_solve" => |c, x, k| match k.int("trans") {
        Some(1) => c.solve(x[0].t(), x[1]),
        Some(2) => c.solve(x[0].conj().t(), x[1]),
        _ => c.solve(x[0], x[1]),
    };
    "solve" => |c, x, k| c.solve(x[0], x[1]);
    "inv" => |c, x, k| c.inv(x[0]);
    "det" => |c, x, k| c.det(x[0]);
    "slogdet" => |c, x, k| c.slogdet(x[0]);
    "matrix_power" => |c, x, k| c.matrix_power(x[0], k.axis("n").unwrap());
    "trace" => |c, x, k| x[0].trace(k.axis("offset").unwrap_or(0), k.axis("axis1").unwrap_or(0), k.axis("axis2").unwrap_or(1));
    "eigvalsh" => |c, x, k| c.eigvalsh(x[0]);
    "eigh" => |c, x, k| { let (w, v) = c.eigh(x[0]); (w, largest_positive(v)?) };
    "eigvals" => |c, x, k| in_order(c.eigvals(x[0]))?;
    "eig_residual" => |c, x, k| {
        let (w, v) = c.eig(x[0]);
        let residual = x[0].convert(v.dtype()?).matmul(v) - v * w.expand_dims(-2);
        residual.abs().max().lt(1e-9)
    };
    "solve_sylvester" => |c, x, k| c.solve_sylvester(x[0], x[1], x[2]);
    "sqrtm" => |c, x, k| c.sqrtm(x[0]);
    "svdvals" => |c, x, k| c.svdvals(x[0]);
    "svd" => |c, x, k| {
        let (u, s, vh) = c.svd(x[0]);
        let phase = phase_of(u)?;
        (u * phase.conj(), s, vh * phase.t())
    };
    "qr" => |c, x, k| {
        let (q, r) = c.qr(x[0]);
        let sign = r.diagonal(0, -2, -1).stopped_gradient().sign();
        let (q, r) = (q * sign.expand_dims(-2), sign.conj().expand_dims(-1) * r);
        if k.text("mode") == Some("r") { vec![r] } else { vec![q, r] }
    };
    "pinv" => |c, x, k| c.pinv(x[0]);
    "lstsq" => |c, x, k| c.lstsq(x[0], x[1]);
    "expm" => |c, x, k| c.expm(x[0]);
    "matrix_rank" => |c, x, k| c.matrix_rank(x[0]);
    "cond" => |c, x, k| match k.get("p") {
        None => c.cond(x[0]),
        Some(p) => matrix_norm(c, x[0], Some(p))? * matrix_norm(c, c.inv(x[0]), Some(p))?,
    };
    "cdist" => |c, x, k| c.cdist(x[0], x[1], k.real("p").unwrap_or(2.0));
    "cho_solve" => |c, x, k| if k.flag("lower") { c.cho_solve(x[0], x[1]) } else { c.cho_solve(x[0].conj().t(), x[1]) };
    "solve_triangular" => |c, x, k| {
        let lower = k.flag("lower");
        let a = if k.flag("unit_diagonal") {
            (if lower { x[0].tril(-1) } else { x[0].triu(1) }) + c.eye(x[0].dtype()?, x[0].dims()?[0].clone(), x[0].dims()?[0].clone(), 0)
        } else {
            x[0]
        };
        match k.int("trans").unwrap_or(0) {
            0 => c.solve_triangular(a, x[1], lower),
            1 => c.solve_triangular(a.t(), x[1], !lower),
            _ => c.solve_triangular(a.conj().t(), x[1], !lower),
        }
    };
    "vector_norm" => |c, x, k| {
        let all: Vec<i32> = (0..x[0].rank()? as i32).collect();
        let axes = k.axes("axis").unwrap_or(all);
        kept(x[0], c.vector_norm(x[0], k.real("ord").unwrap_or(2.0), axes.clone()), &axes, k)?
    };
    "matrix_norm" => |c, x, k| kept(x[0], matrix_norm(c, x[0], k.get("ord"))?, &[-2, -1], k)?;
    "norm" => |c, x, k| {
        let rank = x[0].rank()? as i32;
        let axes = k.axes("axis").unwrap_or((0..rank).collect());
        let norm = match (k.get("ord"), axes.len()) {
            (None, _) => c.vector_norm(x[0], 2.0, axes.clone()),
            (Some(p), 1) => c.vector_norm(x[0], Keywords::real_of(p), axes.clone()),
            (Some(p), _) => {
                let (row, column) = (x[0].axis(axes[0])?, x[0].axis(axes[1])?);
                let others = (0..rank as usize).filter(|axis| *axis != row && *axis != column);
                let order: Vec<usize> = others.chain([row, column]).collect();
                matrix_norm(c, x[0].transpose(order), Some(p))?
            }
        };
        kept(x[0], norm, &axes, k)?
    };
    "tensorsolve" => |c, x, k| {
        let (a, b) = (x[0].dims()?, x[1].dims()?);
        let n: usize = b.iter().map(|n| n.lit().unwrap()).product();
        let dims: Vec<_> = a[b.len()..].to_vec();
        c.solve(x[0].reshape([n.into(), n.into()]), x[1].flatten()).reshape(dims)
    };
    "tensorinv" => |c, x, k| {
        let (dims, ind) = (x[0].dims()?, k.size("ind").unwrap_or(2));
        let n: usize = dims[..ind].iter().map(|n| n.lit().unwrap()).product();
        let inverse: Vec<_> = dims[ind..].iter().chain(&dims[..ind]).cloned().collect();
        c.inv(x[0].reshape([n.into(), n.into()])).reshape(inverse)
    };
    "baddbmm" => |c, x, k| x[0] * k.real("beta").unwrap_or(1.0) + x[1].matmul(x[2]) * k.real("alpha").unwrap_or(1.0);
}

/// The phase of the largest element in magnitude of each column, `[.., 1, n]`.
fn phase_of<'c>(u: Var<'c>) -> Composed<Var<'c>> {
    let magnitude = u.abs().stopped_gradient();
    let largest = magnitude.eq(magnitude.max_keep(-2)).convert(u.dtype()?);
    Ok((u * largest).sum_keep(-2).stopped_gradient().sign())
}

/// With axes that a reduction took away, where the call keeps them.
fn kept<'c>(x: Var<'c>, reduced: Var<'c>, axes: &[i32], k: Keywords<'_>) -> Composed<Var<'c>> {
    if !k.flag("keepdims") {
        return Ok(reduced);
    }
    x.keep_axes(reduced, &x.axes(axes)?)
}

fn matrix_norm<'c>(c: &'c Composer<'c>, x: Var<'c>, ord: Option<&serde_json::Value>) -> Composed<Var<'c>> {
    Ok(match ord.map(|ord| (ord.as_str(), ord)) {
        None | Some((Some("fro"), _)) => c.frobenius_norm(x),
        Some((Some("nuc"), _)) => c.nuclear_norm(x),
        Some((_, p)) => c.induced_norm(x, Keywords::real_of(p)),
    })
}

/// Vectors in columns, each with the sign that makes its largest element in magnitude positive.
fn largest_positive<'c>(v: Var<'c>) -> Composed<Var<'c>> {
    Ok(v * phase_of(v)?.conj())
}

/// Complex numbers of the last axis by their real, then by their imaginary parts.
fn in_order<'c>(w: Var<'c>) -> Composed<Var<'c>> {
    let parts = [w.real(), w.imag()].map(|part| part.stopped_gradient());
    let [less, same] = [parts.map(|x| x.expand_dims(-1).lt(x.expand_dims(-2))), parts.map(|x| x.expand_dims(-1).eq(x.expand_dims(-2)))];
    // Of equal values each comes after the ones before it.
    let dims = less[0].dims()?;
    let (row, column) = (w.composer().iota(DType::I32, &dims, dims.len() - 2), w.composer().iota(DType::I32, &dims, dims.len() - 1));
    let before = less[0] | (same[0] & (less[1] | (same[1] & row.lt(column))));
    let places = before.convert(DType::I32).sum_axis(-2);
    let sorts = places.expand_dims(-1).eq(w.composer().iota(DType::I32, &places.dims()?, places.rank()? - 1).expand_dims(-2));
    Ok(w.expand_dims(-1).select(sorts, 0).sum_axis(-2))
}
