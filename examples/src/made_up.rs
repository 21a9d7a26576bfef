// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Images that need no download: bright blobs whose position is their class.

use std::f32::consts::TAU;

use gomlx::data::Dataset;
use rand_xoshiro::{
    Xoshiro256PlusPlus,
    rand_core::{Rng as _, SeedableRng as _},
};

/// The height and the width of an image, as in MNIST.
pub const SIDE: usize = 28;
/// The number of classes, as in MNIST.
pub const CLASSES: usize = 10;

/// `n` images of dims `[n, 28, 28]` with pixels in 0..=1 and their classes, drawn by `seed`.
///
/// The blob of class `c` lies at the hour `c` of a dial of ten hours, shifted by up to one pixel, on noise. The classes
/// are easy to learn, but no single pixel tells them apart.
pub fn images(n: usize, seed: u64) -> Dataset {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    // An f32 in 0..1 holds 24 bits.
    let mut uniform = move || (rng.next_u32() >> 8) as f32 / (1 << 24) as f32;
    let mut features = Vec::with_capacity(n * SIDE * SIDE);
    let labels: Vec<i32> = (0..n).map(|i| (i % CLASSES) as i32).collect();
    for &label in &labels {
        let angle = label as f32 / CLASSES as f32 * TAU;
        let middle = (SIDE - 1) as f32 / 2.0;
        let row = middle - 8.0 * angle.cos() + 2.0 * (uniform() - 0.5);
        let column = middle + 8.0 * angle.sin() + 2.0 * (uniform() - 0.5);
        for pixel in 0..SIDE * SIDE {
            let (dr, dc) = ((pixel / SIDE) as f32 - row, (pixel % SIDE) as f32 - column);
            features.push((-(dr * dr + dc * dc) / 8.0).exp() * 0.8 + uniform() * 0.2);
        }
    }
    Dataset::new(features, labels, &[SIDE, SIDE]).expect("28x28 pixels were pushed for each label")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_classes_can_be_told_apart_and_the_seed_decides() {
        let data = images(200, 3);
        assert_eq!(data, images(200, 3));
        assert_ne!(data, images(200, 4));
        assert!(data.features().iter().all(|p| (0.0..=1.0).contains(p)));
        // The nearest class mean of other images names the class.
        let other = images(200, 5);
        let pixels = SIDE * SIDE;
        let mut means = vec![0.0; CLASSES * pixels];
        for (i, &label) in other.labels().iter().enumerate() {
            for (mean, &p) in means[label as usize * pixels..][..pixels].iter_mut().zip(other.example(i)) {
                *mean += p / 20.0;
            }
        }
        let distance = |image: &[f32], mean: &[f32]| -> f32 { image.iter().zip(mean).map(|(a, b)| (a - b) * (a - b)).sum() };
        for (i, &label) in data.labels().iter().enumerate() {
            let nearest = (0..CLASSES).min_by(|&a, &b| {
                let to = |class: usize| distance(data.example(i), &means[class * pixels..][..pixels]);
                to(a).total_cmp(&to(b))
            });
            assert_eq!(nearest, Some(label as usize), "image {i}");
        }
    }
}
