// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::runtime::kernels::testing::{Random, at_any_thread_count, indices};
use crate::runtime::kernels::window::tests::random_dims;

fn naive(dims: &[WindowDim], keep: fn(f64, f64) -> bool, x: &[f64], source: &[f64], init: f64) -> Vec<f64> {
    let mut out = vec![init; x.len()];
    let windows: Vec<usize> = dims.iter().map(|d| d.windows).collect();
    let window: Vec<usize> = dims.iter().map(|d| d.window).collect();
    for position in indices(&windows) {
        let mut selected: Option<usize> = None;
        for tap in indices(&window) {
            let mut at = Some(0isize);
            for ((d, &p), &t) in dims.iter().zip(&position).zip(&tap) {
                let i = (p * d.stride + t * d.window_dilation) as i64 - d.pad_low;
                at = at.filter(|_| i >= 0 && i < d.input as i64).map(|a| a + i as isize * d.x);
            }
            let Some(at) = at else { continue };
            if !selected.is_some_and(|s| keep(x[s], x[at as usize])) {
                selected = Some(at as usize);
            }
        }
        let at: isize = dims.iter().zip(&position).map(|(d, &p)| p as isize * d.out).sum();
        if let Some(s) = selected {
            out[s] += source[at as usize];
        }
    }
    out
}

#[test]
fn any_window_and_comparison_with_ties() {
    type Keep = fn(f64, f64) -> bool;
    let selects: [(Select, Keep); 4] =
        [(Select::Ge, |a, b| a >= b), (Select::Gt, |a, b| a > b), (Select::Le, |a, b| a <= b), (Select::Lt, |a, b| a < b)];
    for seed in 0..800 {
        let mut r = Random::new(seed);
        let (dims, x_len, source_len) = random_dims(&mut r, false);
        let (select, keep) = selects[seed as usize % 4];
        // Few distinct values make ties common.
        let x: Vec<f64> = (0..x_len).map(|_| r.pick(-2..=2) as f64).collect();
        let source = r.dyadic(source_len);
        let want = naive(&dims, keep, &x, &source, 0.5);
        macro_rules! kind {
            ($elem:expr, $t:ty, $from:expr) => {{
                let input: Vec<$t> = x.iter().copied().map($from).collect();
                let given: Vec<$t> = source.iter().copied().map($from).collect();
                let init: $t = $from(0.5);
                let plan = SelectAndScatter::new($elem, select, x_len, &dims);
                let got = at_any_thread_count(&vec![$from(77.0); x_len], |out| {
                    let init = std::ptr::from_ref(&init).cast();
                    // SAFETY: the buffers have the elements of the description.
                    unsafe { plan.run(input.as_ptr().cast(), given.as_ptr().cast(), init, out) }
                });
                let want: Vec<$t> = want.iter().copied().map($from).collect();
                assert!(got == want, "{select:?} {dims:?}\n got {got:?}\nwant {want:?}");
            }};
        }
        kind!(Elem::F32, f32, |v: f64| v as f32);
        kind!(Elem::F64, f64, |v: f64| v);
    }
}
