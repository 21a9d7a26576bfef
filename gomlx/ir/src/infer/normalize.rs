// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Inference of the batch normalisations and of `rng`.

use super::Shapes;
use super::site::Site;
use crate::{BatchNorm, DType, Result, RngDistribution, Shape, bail};

pub(super) fn training(site: &Site<'_>, norm: &BatchNorm) -> Result<Shapes> {
    site.takes(3, 0)?;
    let (x, feature) = features(site, norm, 3)?;
    Ok([x, feature.clone(), feature].into_iter().collect())
}

pub(super) fn inference(site: &Site<'_>, norm: &BatchNorm) -> Result<Shape> {
    site.takes(5, 0)?;
    Ok(features(site, norm, 5)?.0)
}

pub(super) fn grad(site: &Site<'_>, norm: &BatchNorm) -> Result<Shapes> {
    site.takes(5, 0)?;
    let (x, y) = (site.shape(0), site.shape(4));
    if x != y {
        bail!(Shape, "batch_norm_grad: operand {x} and grad_output {y} differ (C2, C3)");
    }
    let (x, feature) = features(site, norm, 4)?;
    Ok([x, feature.clone(), feature].into_iter().collect())
}

/// The shapes of the first operand and of the vectors that follow it up to `vectors`.
fn features(site: &Site<'_>, norm: &BatchNorm, vectors: usize) -> Result<(Shape, Shape)> {
    let x = site.shape(0);
    if !x.dtype.is_float() {
        bail!(DType, "{}: takes floating point, not {x} (I1)", site.name);
    }
    let Some(size) = x.dims.get(norm.feature_index) else {
        bail!(Attribute, "{}: {x} has no axis {} for its features (C1)", site.name, norm.feature_index);
    };
    let feature = x.with_dims([size.clone()]);
    for i in 1..vectors {
        if *site.shape(i) != feature {
            // Of training and inference each operand has a number, of grad they share one.
            let number = if vectors == 4 { 5 } else { i + 2 };
            bail!(Shape, "{}: operand {i} is {}, not {feature} (C2, C{number})", site.name, site.shape(i));
        }
    }
    Ok((x.clone(), feature))
}

pub(super) fn rng(site: &Site<'_>, distribution: RngDistribution, shape: &Shape) -> Result<Shape> {
    site.takes(3, 0)?;
    site.scalar("a", site.shape(0), shape.dtype, "(C1)")?;
    site.scalar("b", site.shape(1), shape.dtype, "(C1)")?;
    if *site.shape(2) != Shape::new(DType::I64, &[shape.rank()]) {
        bail!(Shape, "rng: shape is {}, not the {} dims of {shape} (C2)", site.shape(2), shape.rank());
    }
    if shape.dtype.is_complex() || (distribution == RngDistribution::Normal && !shape.dtype.is_float()) {
        bail!(DType, "rng: no {} numbers are {} (C3)", distribution.name(), shape.dtype);
    }
    Ok(shape.clone())
}
