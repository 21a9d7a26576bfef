// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::runtime::elem::bf16;
use crate::runtime::kernels::testing::{Random, at_any_thread_count, indices};

/// The strides of dims of the given sizes in a random order, and the number of elements.
fn layout(r: &mut Random, sizes: &[usize]) -> (Vec<isize>, usize) {
    let (mut strides, mut next) = (vec![0; sizes.len()], 1usize);
    for i in r.permutation(sizes.len()) {
        strides[i] = next as isize;
        next *= sizes[i];
    }
    (strides, next)
}

/// Sets the buffers' strides. Each buffer lists the batch-like, feature-like and spatial dims. Returns the numbers of
/// elements.
fn lay_out(spec: &mut ConvSpec, strides: impl Fn(&[usize], usize) -> (Vec<isize>, usize)) -> [usize; 3] {
    let mut strides = strides;
    let strides = &mut strides;
    let sizes = |first, second, f: fn(&SpatialDim) -> usize| -> Vec<usize> {
        [first, second].into_iter().chain(spec.spatial.iter().map(f)).collect()
    };
    let x = strides(&sizes(spec.batch, spec.in_features * spec.feature_groups, |d| d.input), 0);
    let w = strides(&sizes(spec.in_features, spec.out_features, |d| d.kernel), 1);
    let out = strides(&sizes(spec.batch / spec.batch_groups, spec.out_features, |d| d.output), 2);
    (spec.x, spec.w, spec.out) = ([x.0[0], x.0[1]], [w.0[0], w.0[1]], [out.0[0], out.0[1]]);
    for (i, d) in spec.spatial.iter_mut().enumerate() {
        (d.x, d.w, d.out) = (x.0[i + 2], w.0[i + 2], out.0[i + 2]);
    }
    [x.1, w.1, out.1]
}

fn random_spec(r: &mut Random, input: Elem, output: Elem) -> (ConvSpec, [usize; 3]) {
    let rank = r.size(0..=3);
    let (feature_groups, batch_groups) = [(1, 1), (1, 1), (1, 1), (2, 1), (3, 1), (1, 2)][r.size(0..=5)];
    let mut spatial = Vec::new();
    while spatial.len() < rank {
        let mut d = SpatialDim {
            input: r.size(1..=6),
            kernel: r.size(1..=4),
            output: 0,
            x: 0,
            w: 0,
            out: 0,
            window_stride: r.size(1..=3),
            pad_low: r.pick(-1..=3),
            lhs_dilation: r.size(1..=2),
            rhs_dilation: r.size(1..=2),
            reversed: r.next().is_multiple_of(2),
        };
        let padded = (d.input as i64 - 1) * d.lhs_dilation as i64 + 1 + d.pad_low + r.pick(-1..=3);
        let window = (d.kernel as i64 - 1) * d.rhs_dilation as i64 + 1;
        if padded >= window {
            d.output = ((padded - window) / d.window_stride as i64 + 1) as usize;
            spatial.push(d);
        }
    }
    let mut spec = ConvSpec {
        input,
        output,
        batch: r.size(1..=3) * batch_groups,
        in_features: r.size(1..=5),
        out_features: r.size(1..=5) * feature_groups * batch_groups,
        feature_groups,
        batch_groups,
        x: [0; 2],
        w: [0; 2],
        out: [0; 2],
        spatial,
    };
    let seed = r.next();
    let elements = lay_out(&mut spec, |sizes, buffer| layout(&mut Random::new(seed + buffer as u64), sizes));
    (spec, elements)
}

/// The convolution by its definition, over every output position, kernel position and feature.
fn naive(spec: &ConvSpec, x: &[f64], w: &[f64], elements: usize) -> Vec<f64> {
    let mut out = vec![0.0; elements];
    let groups = spec.feature_groups * spec.batch_groups;
    let (group_out, group_batch) = (spec.out_features / groups, spec.batch / spec.batch_groups);
    let kernel: Vec<usize> = spec.spatial.iter().map(|d| d.kernel).collect();
    let output: Vec<usize> = spec.spatial.iter().map(|d| d.output).collect();
    for (n, o) in (0..group_batch).flat_map(|n| (0..spec.out_features).map(move |o| (n, o))) {
        let group = o / group_out;
        for position in indices(&output) {
            let mut sum = 0.0;
            for tap in indices(&kernel) {
                let mut place = Some((0isize, 0isize));
                for ((d, &p), &t) in spec.spatial.iter().zip(&position).zip(&tap) {
                    let flipped = if d.reversed { d.kernel - 1 - t } else { t };
                    let at = (p * d.window_stride + flipped * d.rhs_dilation) as i64 - d.pad_low;
                    let inside = at >= 0 && at % d.lhs_dilation as i64 == 0 && at / (d.lhs_dilation as i64) < d.input as i64;
                    place = place.filter(|_| inside).map(|(i, k)| (i + (at / d.lhs_dilation as i64) as isize * d.x, k + t as isize * d.w));
                }
                let Some((ix, iw)) = place else { continue };
                for c in 0..spec.in_features {
                    let feature = if spec.feature_groups > 1 { group * spec.in_features + c } else { c };
                    let sample = if spec.batch_groups > 1 { group * group_batch + n } else { n };
                    let at_x = ix + sample as isize * spec.x[0] + feature as isize * spec.x[1];
                    let at_w = iw + c as isize * spec.w[0] + o as isize * spec.w[1];
                    sum += x[at_x as usize] * w[at_w as usize];
                }
            }
            let at: isize = position.iter().zip(&spec.spatial).map(|(&p, d)| p as isize * d.out).sum();
            out[(at + n as isize * spec.out[0] + o as isize * spec.out[1]) as usize] = sum;
        }
    }
    out
}

fn check<I: Copy, O: Copy + PartialEq + std::fmt::Debug>(
    spec: &ConvSpec,
    elements: [usize; 3],
    r: &mut Random,
    input: fn(f64) -> I,
    output: fn(f64) -> O,
) {
    let (x, w) = (r.dyadic(elements[0]), r.dyadic(elements[1]));
    let convert = |v: &[f64]| v.iter().map(|&x| input(x)).collect::<Vec<I>>();
    let (ix, iw) = (convert(&x), convert(&w));
    let conv = Conv::new(spec);
    let got = at_any_thread_count(&vec![output(99.0); elements[2]], |out| {
        // SAFETY: the buffers have the elements of the description.
        unsafe { conv.run(ix.as_ptr().cast(), iw.as_ptr().cast(), out) }
    });
    let want: Vec<O> = naive(spec, &x, &w, elements[2]).into_iter().map(output).collect();
    assert!(got == want, "{spec:?}\n got {got:?}\nwant {want:?}");
}

#[test]
fn any_convolution_in_any_layout() {
    for seed in 0..1500 {
        let mut r = Random::new(seed);
        let (spec, elements) = random_spec(&mut r, Elem::F32, Elem::F32);
        check(&spec, elements, &mut r, |x| x as f32, |x| x as f32);
    }
}

#[test]
fn other_element_kinds() {
    for seed in 0..100 {
        let mut r = Random::new(seed);
        let (spec, elements) = random_spec(&mut r, Elem::F64, Elem::F64);
        check(&spec, elements, &mut r, |x| x, |x| x);
        let (spec, elements) = random_spec(&mut r, Elem::Bf16, Elem::Bf16);
        check(&spec, elements, &mut r, bf16::from_f64, bf16::from_f64);
        let (spec, elements) = random_spec(&mut r, Elem::I32, Elem::I32);
        check(&spec, elements, &mut r, |x| (x * 4.0) as i32, |x| (x * 16.0) as i32);
    }
}

/// A channels-last convolution of 3x3 and its two gradients, large enough to be cut in every way.
#[test]
fn a_layer_and_its_gradients() {
    let mut r = Random::new(7);
    let row_major = |order: &'static [usize]| {
        move |sizes: &[usize]| {
            let (mut strides, mut next) = (vec![0; sizes.len()], 1usize);
            for &i in order.iter().rev() {
                strides[i] = next as isize;
                next *= sizes[i];
            }
            (strides, next)
        }
    };
    let dim = |input, kernel, output, pad_low, reversed| SpatialDim {
        input,
        kernel,
        output,
        x: 0,
        w: 0,
        out: 0,
        window_stride: 1,
        pad_low,
        lhs_dilation: 1,
        rhs_dilation: 1,
        reversed,
    };
    let spec = |batch, in_features, out_features, spatial| ConvSpec {
        input: Elem::F32,
        output: Elem::F32,
        batch,
        in_features,
        out_features,
        feature_groups: 1,
        batch_groups: 1,
        x: [0; 2],
        w: [0; 2],
        out: [0; 2],
        spatial,
    };
    let (n, h, ci, co) = (5, 30, 6, 10);
    let mut forward = spec(n, ci, co, vec![dim(h, 3, h, 1, false); 2]);
    let elements = lay_out(&mut forward, |s, b| row_major([&[0, 2, 3, 1], &[2, 3, 0, 1], &[0, 2, 3, 1]][b])(s));
    check(&forward, elements, &mut r, |x| x as f32, |x| x as f32);
    // The input gradient: the kernel reversed, its features swapped.
    let mut input = spec(n, co, ci, vec![dim(h, 3, h, 1, true); 2]);
    let elements = lay_out(&mut input, |s, b| row_major([&[0, 2, 3, 1], &[2, 3, 1, 0], &[0, 2, 3, 1]][b])(s));
    check(&input, elements, &mut r, |x| x as f32, |x| x as f32);
    // The weight gradient: batch and features swapped, the output's gradient as the kernel.
    let mut weight = spec(ci, 18, co, vec![dim(h, h, 3, 1, false); 2]);
    let elements = lay_out(&mut weight, |s, b| row_major([&[1, 2, 3, 0], &[0, 2, 3, 1], &[2, 3, 0, 1]][b])(s));
    assert!(matches!(&Conv::new(&weight).0, Form::Gathered(g) if g.cut.parts > 1));
    check(&weight, elements, &mut r, |x| (x * 4.0) as f32, |x| (x * 16.0) as f32);
}

#[test]
fn empty_batches_give_nothing_and_empty_features_zeros() {
    for (batch, in_features, out_features, kernel) in [(0, 2, 3, 3), (2, 0, 3, 3), (2, 2, 0, 3), (2, 0, 3, 1), (0, 2, 3, 1)] {
        let mut r = Random::new(1);
        let spatial = SpatialDim {
            input: 5,
            kernel,
            output: 5,
            x: 0,
            w: 0,
            out: 0,
            window_stride: 1,
            pad_low: kernel as i64 / 2,
            lhs_dilation: 1,
            rhs_dilation: 1,
            reversed: false,
        };
        let mut spec = ConvSpec {
            input: Elem::F32,
            output: Elem::F32,
            batch,
            in_features,
            out_features,
            feature_groups: 1,
            batch_groups: 1,
            x: [0; 2],
            w: [0; 2],
            out: [0; 2],
            spatial: vec![spatial; 2],
        };
        let elements = lay_out(&mut spec, |sizes, buffer| layout(&mut Random::new(buffer as u64), sizes));
        check(&spec, elements, &mut r, |x| x as f32, |x| x as f32);
    }
}
