// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Long unrolled graphs: compiling takes time in proportion to their length.

use std::time::{Duration, Instant};

use gomlx::prelude::*;

/// The gradient of the end of a trajectory of two variables, in `steps` steps of Euler's method.
#[graph]
fn trajectory(x: &Tensor![f32; N], y: &Tensor![f32; N], steps: usize) -> (Tensor![f32; N], Tensor![f32; N]) {
    grad(&(x.clone(), y.clone()), |(x, y)| {
        let (mut x, mut y) = (x.clone(), y.clone());
        for _ in 0..steps {
            let dx = &x * 1.5 - &x * &y;
            let dy = &x * &y - &y * 3.0;
            x = &x + dx * 0.01;
            y = &y + dy * 0.01;
        }
        (&x * &x + &y * &y).sum()
    })
}

fn time(steps: usize) -> Duration {
    let (x, y) = (Tensor::new(&[4], &[1.0, 1.1, 1.2, 1.3]).unwrap(), Tensor::full(&[4], 0.5));
    let begin = Instant::now();
    let gradient = trajectory(&x, &y, steps);
    assert!(gradient.0.to_vec().unwrap().iter().all(|g| g.is_finite()));
    begin.elapsed()
}

#[test]
fn compile_time_is_proportional_to_the_length() {
    time(1);
    let (short, long) = (time(250), time(1000));
    assert!(long < short * 10, "{short:?} for 250 steps, {long:?} for 1000");
}
