// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Special functions.

use gomlx_ir::DType;
use gomlx_ir::compose::{Composed, Var};

use super::super::keywords::Keywords;
use super::functions;

functions! {
    "erf" => |c, x, k| x[0].erf();
    "erfc" => |c, x, k| x[0].erfc();
    "erfinv" => |c, x, k| x[0].erfinv();
    "erfcx" => |c, x, k| c.erfcx(x[0]);
    "erfcinv" => |c, x, k| c.erfcinv(x[0]);
    "ndtr" => |c, x, k| c.ndtr(x[0]);
    "log_ndtr" => |c, x, k| c.log_ndtr(x[0]);
    "ndtri" => |c, x, k| c.ndtri(x[0]);
    "dawsn" => |c, x, k| c.dawsn(x[0]);
    "wofz" => |c, x, k| c.wofz(x[0]);
    // Of integers the function gives real numbers.
    "gammaln" => |c, x, k| c.gammaln(if x[0].dtype()?.is_int() { x[0].convert(DType::F64) } else { x[0] });
    "loggamma" => |c, x, k| c.gammaln(x[0]);
    "gamma" => |c, x, k| c.gamma(x[0]);
    "gammasgn" => |c, x, k| c.gammasgn(x[0]);
    "factorial" => |c, x, k| c.factorial(x[0]);
    "digamma" => |c, x, k| c.digamma(x[0]);
    "polygamma" => |c, x, k| c.polygamma(x[0], x[1]);
    "zeta" => |c, x, k| c.zeta(x[0], x[1]);
    "beta" => |c, x, k| c.beta(x[0], x[1]);
    "betaln" => |c, x, k| c.betaln(x[0], x[1]);
    "poch" => |c, x, k| c.poch(x[0], x[1]);
    "multigammaln" => |c, x, k| c.multigammaln(x[0], k.number("d"));
    "comb" => |c, x, k| c.comb(x[0], x[1]);
    "bernoulli" => |c, x, k| c.bernoulli(if k.single { DType::F32 } else { DType::F64 }, k.number("n"));
    "gammainc" => |c, x, k| c.gammainc(x[0], x[1]);
    "gammaincc" => |c, x, k| c.gammaincc(x[0], x[1]);
    "betainc" => |c, x, k| c.betainc(x[0], x[1], x[2]);
    "i0" => |c, x, k| c.i0(x[0]);
    "i0e" => |c, x, k| c.i0e(x[0]);
    "i1" => |c, x, k| c.i1(x[0]);
    "i1e" => |c, x, k| c.i1e(x[0]);
    "bessel_jn" => |c, x, k| c.bessel_jn(x[0], k.number("v"));
    "expi" => |c, x, k| c.expi(x[0]);
    "exp1" => |c, x, k| c.exp1(x[0]);
    "expn" => |c, x, k| c.expn(x[0], k.number("n"));
    "sici" => |c, x, k| c.sici(x[0]);
    "fresnel" => |c, x, k| c.fresnel(x[0]);
    "spence" => |c, x, k| c.spence(x[0]);
    "owens_t" => |c, x, k| c.owens_t(x[0], x[1]);
    "hyp1f1" => |c, x, k| c.hyp1f1(x[0], x[1], x[2]);
    "hyp2f1" => |c, x, k| c.hyp2f1(x[0], x[1], x[2], x[3]);
    "sph_harm_y" => |c, x, k| c.sph_harm_y(x[0], x[1], x[2], x[3], k.number("n_max"));
    "entr" => |c, x, k| c.entr(x[0]);
    "rel_entr" => |c, x, k| c.rel_entr(x[0], x[1]);
    "kl_div" => |c, x, k| c.kl_div(x[0], x[1]);
    "logit" => |c, x, k| c.logit(x[0]);
    "expit" => |c, x, k| x[0].sigmoid();
    "boxcox" => |c, x, k| c.boxcox(x[0], x[1]);
    "boxcox1p" => |c, x, k| c.boxcox1p(x[0], x[1]);
    "log1mexp" => |c, x, k| c.log1mexp(x[0]);
    "logdiffexp" => |c, x, k| c.logdiffexp(x[0], x[1]);
    "logmeanexp" => |c, x, k| {
        let axes = axes(x[0], k)?;
        kept(x[0], c.logmeanexp(x[0], axes.clone()), &axes, k)?
    };
    "logsumexp" => |c, x, k| {
        let axes = axes(x[0], k)?;
        match (x.get(1), axes[..] == [-1] || axes[..] == [1]) {
            (None, true) => vec![kept(x[0], x[0].logsumexp(axes[0]), &axes, k)?],
            (factors, _) => {
                let (log, sign) = c.signed_logsumexp(x[0], factors.copied().unwrap_or_else(|| x[0].ones_like()), axes.clone());
                let real = log.select(sign.ge(0.0) | log.is_nan(), f64::NAN);
                if k.flag("return_sign") { vec![log, sign] } else { vec![kept(x[0], real, &axes, k)?] }
            }
        }
    };
}

/// The axes of a reduction; all, if none are named.
fn axes(x: Var<'_>, k: Keywords<'_>) -> Composed<Vec<i32>> {
    Ok(k.axes("axis").unwrap_or_else(|| (0..x.rank().unwrap_or_default() as i32).collect()))
}

/// The result with the reduced axes, if the call keeps them.
fn kept<'c>(x: Var<'c>, reduced: Var<'c>, axes: &[i32], k: Keywords<'_>) -> Composed<Var<'c>> {
    if k.flag("keepdims") { x.keep_axes(reduced, &x.axes(axes)?) } else { Ok(reduced) }
}
