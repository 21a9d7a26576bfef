// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Fourier and cosine transforms.

use gomlx_ir::compose::{Composed, FftNorm, Var};

use super::functions;
use crate::numerics::keywords::Keywords;

fn norm(k: Keywords<'_>) -> FftNorm {
    match k.text("norm") {
        Some("ortho") => FftNorm::Ortho,
        Some("forward") => FftNorm::Forward,
        _ => FftNorm::Backward,
    }
}

/// The axes of a transform of one, two or all axes.
fn axes(x: Var<'_>, k: Keywords<'_>, default: &[i32]) -> Composed<Vec<i32>> {
    let all = || Ok((0..x.rank()? as i32).collect());
    match k.axes("axes").or(k.axis("axis").map(|axis| vec![axis])) {
        Some(axes) => Ok(axes),
        None if default.is_empty() => all(),
        None => Ok(default.to_vec()),
    }
}

/// An axis cut or filled with zeros.
fn resized<'c>(x: Var<'c>, axis: i32, size: usize) -> Composed<Var<'c>> {
    let position = x.axis(axis)?;
    let dims = x.dims()?;
    let mut padding = vec![(0, 0); dims.len()];
    padding[position] = (0, size as i64 - dims[position].lit().unwrap() as i64);
    Ok(x.pad(padding, 0.0))
}

/// Cuts or fills the axes to the sizes that the call names.
fn sized<'c>(x: Var<'c>, k: Keywords<'_>, axes: &[i32]) -> Composed<Var<'c>> {
    let sizes = k.sizes("s").or(k.size("n").map(|n| vec![n])).unwrap_or_default();
    axes.iter().zip(sizes).try_fold(x, |x, (&axis, size)| resized(x, axis, size))
}

/// The size of the real side of an inverse transform; the other axes are resized.
fn inverse<'c>(x: Var<'c>, k: Keywords<'_>, axes: &[i32]) -> Composed<(Var<'c>, usize)> {
    let mut sizes = k.sizes("s").or(k.size("n").map(|n| vec![n])).unwrap_or_default();
    let last = axes[axes.len() - 1];
    let half = x.dims()?[x.axis(last)?].lit().unwrap();
    let n = sizes.pop().unwrap_or(2 * half.saturating_sub(1));
    let x = axes.iter().zip(sizes).try_fold(x, |x, (&axis, size)| resized(x, axis, size))?;
    Ok((x, n))
}

functions! {
    "fft" => |c, x, k| { let a = axes(x[0], k, &[-1])?; c.fft(sized(x[0], k, &a)?, a, norm(k)) };
    "ifft" => |c, x, k| { let a = axes(x[0], k, &[-1])?; c.ifft(sized(x[0], k, &a)?, a, norm(k)) };
    "rfft" => |c, x, k| { let a = axes(x[0], k, &[-1])?; c.rfft(sized(x[0], k, &a)?, a, norm(k)) };
    "irfft" => |c, x, k| { let a = axes(x[0], k, &[-1])?; let (x, n) = inverse(x[0], k, &a)?; c.irfft(x, n, a, norm(k)) };
    "hfft" => |c, x, k| { let a = axes(x[0], k, &[-1])?; let (x, n) = inverse(x[0], k, &a)?; c.hfft(x, n, a[0], norm(k)) };
    "ihfft" => |c, x, k| { let a = axes(x[0], k, &[-1])?; c.ihfft(sized(x[0], k, &a)?, a[0], norm(k)) };
    "fft2" => |c, x, k| { let a = axes(x[0], k, &[-2, -1])?; c.fft(sized(x[0], k, &a)?, a, norm(k)) };
    "ifft2" => |c, x, k| { let a = axes(x[0], k, &[-2, -1])?; c.ifft(sized(x[0], k, &a)?, a, norm(k)) };
    "rfft2" => |c, x, k| { let a = axes(x[0], k, &[-2, -1])?; c.rfft(sized(x[0], k, &a)?, a, norm(k)) };
    "irfft2" => |c, x, k| { let a = axes(x[0], k, &[-2, -1])?; let (x, n) = inverse(x[0], k, &a)?; c.irfft(x, n, a, norm(k)) };
    "fftn" => |c, x, k| { let a = axes(x[0], k, &[])?; c.fft(sized(x[0], k, &a)?, a, norm(k)) };
    "ifftn" => |c, x, k| { let a = axes(x[0], k, &[])?; c.ifft(sized(x[0], k, &a)?, a, norm(k)) };
    "rfftn" => |c, x, k| { let a = axes(x[0], k, &[])?; c.rfft(sized(x[0], k, &a)?, a, norm(k)) };
    "irfftn" => |c, x, k| { let a = axes(x[0], k, &[])?; let (x, n) = inverse(x[0], k, &a)?; c.irfft(x, n, a, norm(k)) };
    "fftfreq" => |c, x, k| c.fftfreq(k.real_type(), k.size("n").unwrap(), k.real("d").unwrap_or(1.0));
    "rfftfreq" => |c, x, k| c.rfftfreq(k.real_type(), k.size("n").unwrap(), k.real("d").unwrap_or(1.0));
    "fftshift" => |c, x, k| c.fftshift(x[0], axes(x[0], k, &[])?);
    "ifftshift" => |c, x, k| c.ifftshift(x[0], axes(x[0], k, &[])?);
    "dct" => |c, x, k| { let a = axes(x[0], k, &[-1])?; c.dct(sized(x[0], k, &a)?, a, k.text("norm").is_some()) };
    "idct" => |c, x, k| { let a = axes(x[0], k, &[-1])?; c.idct(sized(x[0], k, &a)?, a, k.text("norm").is_some()) };
    "dctn" => |c, x, k| c.dct(x[0], axes(x[0], k, &[])?, k.text("norm").is_some());
    "idctn" => |c, x, k| c.idct(x[0], axes(x[0], k, &[])?, k.text("norm").is_some());
}
