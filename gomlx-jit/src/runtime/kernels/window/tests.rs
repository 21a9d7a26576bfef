// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::runtime::elem::{bf16, f16};
use crate::runtime::kernels::testing::{Random, at_any_thread_count, indices};

/// Random windows over a random layout, and the numbers of input and result elements.
pub(crate) fn random_dims(r: &mut Random, dilated: bool) -> (Vec<WindowDim>, usize, usize) {
    let rank = r.size(0..=4);
    let mut dims: Vec<WindowDim> = Vec::new();
    while dims.len() < rank {
        if r.next().is_multiple_of(3) {
            let size = r.size(1..=9);
            dims.push(WindowDim::plain(size, 0, 0));
            continue;
        }
        let mut d = WindowDim {
            input: r.size(1..=7),
            windows: 0,
            x: 0,
            out: 0,
            window: r.size(1..=3),
            stride: r.size(1..=3),
            window_dilation: r.size(1..=2),
            base_dilation: if dilated { r.size(1..=2) } else { 1 },
            pad_low: r.pick(-1..=2),
        };
        let padded = (d.input as i64 - 1) * d.base_dilation as i64 + 1 + d.pad_low + r.pick(-1..=2);
        let reach = (d.window as i64 - 1) * d.window_dilation as i64 + 1;
        if padded >= reach {
            d.windows = ((padded - reach) / d.stride as i64 + 1) as usize;
            dims.push(d);
        }
    }
    let (mut x, mut out) = (1usize, 1usize);
    for i in r.permutation(rank) {
        dims[i].x = x as isize;
        x *= dims[i].input;
    }
    let order: Vec<usize> = if r.next().is_multiple_of(2) { (0..rank).rev().collect() } else { r.permutation(rank) };
    for i in order {
        dims[i].out = out as isize;
        out *= dims[i].windows;
    }
    (dims, x, out)
}

fn naive(dims: &[WindowDim], x: &[f64], elements: usize, init: f64, f: fn(f64, f64) -> f64) -> Vec<f64> {
    let mut out = vec![0.0; elements];
    let windows: Vec<usize> = dims.iter().map(|d| d.windows).collect();
    let window: Vec<usize> = dims.iter().map(|d| d.window).collect();
    for position in indices(&windows) {
        let mut sum = init;
        for tap in indices(&window) {
            let mut at = Some(0isize);
            for ((d, &p), &t) in dims.iter().zip(&position).zip(&tap) {
                let place = (p * d.stride + t * d.window_dilation) as i64 - d.pad_low;
                let (i, odd) = (place.div_euclid(d.base_dilation as i64), place.rem_euclid(d.base_dilation as i64));
                at = at.filter(|_| odd == 0 && i >= 0 && i < d.input as i64).map(|a| a + i as isize * d.x);
            }
            sum = f(sum, at.map_or(init, |a| x[a as usize]));
        }
        let at: isize = dims.iter().zip(&position).map(|(d, &p)| p as isize * d.out).sum();
        out[at as usize] = sum;
    }
    out
}

#[test]
fn any_window_of_any_kind() {
    type Reduce = fn(f64, f64) -> f64;
    let reducers: [(Combine, f64, Reduce); 4] = [
        (Combine::Add, 0.5, |a, b| a + b),
        (Combine::Mul, 1.0, |a, b| a * b),
        (Combine::Min, 3.0, f64::min),
        (Combine::Max, -3.0, f64::max),
    ];
    for seed in 0..800 {
        let mut r = Random::new(seed);
        let (dims, x_len, out_len) = random_dims(&mut r, true);
        let (combine, init, f) = reducers[seed as usize % 4];
        // Powers of two keep products exact.
        let x: Vec<f64> = (0..x_len)
            .map(|_| if combine == Combine::Mul { [0.5, 1.0, 2.0, -1.0][r.size(0..=3)] } else { r.pick(-16..=16) as f64 / 4.0 })
            .collect();
        let want = naive(&dims, &x, out_len, init, f);
        macro_rules! kind {
            ($elem:expr, $t:ty, $from:expr) => {{
                let input: Vec<$t> = x.iter().copied().map($from).collect();
                let first: $t = $from(init);
                let plan = ReduceWindow::new($elem, combine, &dims);
                let got = at_any_thread_count(&vec![$from(77.0); out_len], |out| {
                    // SAFETY: the buffers have the elements of the description.
                    unsafe { plan.run(input.as_ptr().cast(), std::ptr::from_ref(&first).cast(), out) }
                });
                let want: Vec<$t> = want.iter().copied().map($from).collect();
                assert!(got == want, "{combine:?} {dims:?}\n got {got:?}\nwant {want:?}");
            }};
        }
        kind!(Elem::F32, f32, |v: f64| v as f32);
        kind!(Elem::F64, f64, |v: f64| v);
        kind!(Elem::Bf16, bf16, bf16::from_f64);
        kind!(Elem::F16, f16, f16::from_f64);
        // Multiplies the quarters to integers, which wrap.
        if combine != Combine::Mul {
            kind!(Elem::I8, i8, |v: f64| (v * 4.0) as i64 as i8);
            kind!(Elem::I16, i16, |v: f64| (v * 4.0) as i16);
            kind!(Elem::I64, i64, |v: f64| (v * 4.0) as i64);
        }
        match combine {
            Combine::Add => kind!(Elem::U64, u64, |v: f64| (v * 4.0) as i64 as u64),
            Combine::Min | Combine::Max => {
                kind!(Elem::U32, u32, |v: f64| (v * 4.0) as u32 ^ 1 << 31);
                kind!(Elem::Bool, u8, |v: f64| u8::from(v > 0.0));
            }
            Combine::Mul => {}
        }
    }
}

#[test]
fn nan_and_padding_of_a_max_pool() {
    let d = WindowDim { pad_low: 1, window: 2, stride: 2, windows: 2, ..WindowDim::plain(3, 1, 1) };
    let plan = ReduceWindow::new(Elem::F32, Combine::Max, &[d]);
    let (x, init) = ([1.0f32, f32::NAN, 5.0], f32::NEG_INFINITY);
    let got = at_any_thread_count(&[0f32; 2], |out| {
        // SAFETY: three elements in, two out.
        unsafe { plan.run(x.as_ptr().cast(), std::ptr::from_ref(&init).cast(), out) }
    });
    assert_eq!(got[0], 1.0);
    assert!(got[1].is_nan());
}
