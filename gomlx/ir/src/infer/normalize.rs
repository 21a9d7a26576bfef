// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Inference of the batch normalisations.

use super::Shapes;
use super::site::Site;
use crate::{BatchNorm, Result, Shape, bail};

pub(super) fn training(site: &Site<'_>, norm: &BatchNorm) -> Result<Shapes> {
    let (x, feature) = features(site, norm, 3)?;
    Ok([x, feature.clone(), feature].into_iter().collect())
}

pub(super) fn inference(site: &Site<'_>, norm: &BatchNorm) -> Result<Shape> {
    Ok(features(site, norm, 5)?.0)
}

pub(super) fn grad(site: &Site<'_>, norm: &BatchNorm) -> Result<Shapes> {
    let (x, y) = (site.shape(0), site.shape(4));
    if x != y {
        bail!(Shape, "batch_norm_grad: operand {x} and grad_output {y} differ (C2, C3)");
    }
    let (x, feature) = features(site, norm, 4)?;
    Ok([x, feature.clone(), feature].into_iter().collect())
}

/// Checks the first operand and the per-feature vectors at positions 1 to `vectors`; returns both shapes.
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
            // The spec numbers each operand of training and inference; those of grad share one number.
            let number = if vectors == 4 { 5 } else { i + 2 };
            bail!(Shape, "{}: operand {i} is {}, not {feature} (C2, C{number})", site.name, site.shape(i));
        }
    }
    Ok((x.clone(), feature))
}
