// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Compares convolutions and pools with plain loops.

use gomlx::prelude::*;
use gomlx::testing::on_each_backend;
use gomlx::{assert_close, with_backend};

use crate::{assert_says, panic_of};

fn counting(dims: &[usize], step: f32) -> Tensor<f32> {
    let n = dims.iter().product::<usize>();
    Tensor::new(dims, &(0..n).map(|i| (i as f32 * step).sin()).collect::<Vec<_>>()).unwrap()
}

/// A convolution computed directly from its definition. `padding` holds the low and high padding of both axes.
fn naive(x: &Tensor<f32>, kernel: &Tensor<f32>, how: &Conv, padding: [(i64, i64); 2]) -> Tensor<f32> {
    let (xs, ks) = (x.to_vec().unwrap(), kernel.to_vec().unwrap());
    let (&[batch, height, width, features], &[kh, kw, per_group, outputs]) = (x.dims(), kernel.dims()) else { unreachable!() };
    let or_ones = |given: &[usize]| if given.is_empty() { [1, 1] } else { [given[0], given[1]] };
    let (strides, dilation) = (or_ones(&how.strides), or_ones(&how.dilation));
    let size = |n: usize, k: usize, a: usize| {
        let free = n as i64 + padding[a].0 + padding[a].1 - ((k as i64 - 1) * dilation[a] as i64 + 1);
        (free / strides[a] as i64 + 1) as usize
    };
    let (oh, ow) = (size(height, kh, 0), size(width, kw, 1));
    let mut out = vec![0.0; batch * oh * ow * outputs];
    for (i, out) in out.iter_mut().enumerate() {
        let (o, column, row, b) = (i % outputs, i / outputs % ow, i / outputs / ow % oh, i / outputs / ow / oh);
        let group = o / (outputs / how.groups);
        for dy in 0..kh {
            for dx in 0..kw {
                let y = (row * strides[0] + dy * dilation[0]) as i64 - padding[0].0;
                let x = (column * strides[1] + dx * dilation[1]) as i64 - padding[1].0;
                if (0..height as i64).contains(&y) && (0..width as i64).contains(&x) {
                    let pixel = ((b * height + y as usize) * width + x as usize) * features + group * per_group;
                    *out += (0..per_group).map(|f| xs[pixel + f] * ks[((dy * kw + dx) * per_group + f) * outputs + o]).sum::<f32>();
                }
            }
        }
    }
    Tensor::new(&[batch, oh, ow, outputs], &out).unwrap()
}

/// A case: the dims of input and kernel, the attributes, and the amounts of their padding.
type Case = (&'static [usize], &'static [usize], Conv, [(i64, i64); 2]);

fn cases() -> Vec<Case> {
    let same = Conv::default;
    let valid = || Conv { padding: Padding::Valid, ..same() };
    vec![
        (&[2, 5, 6, 3], &[3, 3, 3, 4], same(), [(1, 1), (1, 1)]),
        (&[1, 5, 6, 2], &[2, 3, 2, 3], same(), [(0, 1), (1, 1)]),
        (&[1, 7, 8, 2], &[3, 2, 2, 3], Conv { strides: vec![2, 3], ..valid() }, [(0, 0), (0, 0)]),
        (&[1, 7, 8, 1], &[3, 3, 1, 2], Conv { strides: vec![2, 2], ..same() }, [(1, 1), (0, 1)]),
        (&[1, 9, 9, 2], &[3, 3, 2, 2], Conv { dilation: vec![2, 3], ..valid() }, [(0, 0), (0, 0)]),
        (&[1, 9, 9, 1], &[3, 3, 1, 2], Conv { dilation: vec![2, 1], ..same() }, [(2, 2), (1, 1)]),
        (&[2, 4, 4, 6], &[3, 3, 2, 9], Conv { groups: 3, ..same() }, [(1, 1), (1, 1)]),
        (&[1, 4, 5, 4], &[2, 2, 1, 8], Conv { groups: 4, ..valid() }, [(0, 0), (0, 0)]),
        (&[1, 6, 6, 2], &[3, 3, 2, 2], Conv { padding: Padding::Explicit(vec![(3, -1), (-2, 4)]), ..same() }, [(3, -1), (-2, 4)]),
        (&[0, 5, 5, 2], &[3, 3, 2, 4], same(), [(1, 1), (1, 1)]),
    ]
}

#[graph]
fn convolved(x: &Tensor<f32>, kernel: &Tensor<f32>, case: usize) -> Tensor<f32> {
    x.conv(kernel, &cases()[case].2)
}

#[test]
fn convolutions_are_what_loops_compute() {
    on_each_backend("convolutions_are_what_loops_compute", |_| {
        for (i, (input, kernel, how, padding)) in cases().into_iter().enumerate() {
            let (x, k) = (counting(input, 0.7), counting(kernel, 0.3));
            assert_close!(convolved(&x, &k, i), naive(&x, &k, &how, padding), 1e-5);
        }
    });
}

#[test]
fn reversed_and_dilated_are_other_inputs() {
    on_each_backend("reversed_and_dilated_are_other_inputs", |_| {
        let (x, k) = (counting(&[1, 3, 4, 2], 0.7), counting(&[2, 3, 2, 3], 0.3));
        let reversed = x.conv(&k, &Conv { reversed: true, ..Conv::default() });
        assert_close!(reversed, x.conv(&k.reverse([0, 1]), &Conv::default()), 1e-5);
        let zeros = stack(&[&x, &x.zeros_like()], 2).reshape([1, 6, 4, 2]).slice_axis(1, 0, 5);
        let dilated = x.conv(&k, &Conv { input_dilation: vec![2, 1], ..Conv::default() });
        assert_close!(dilated, zeros.conv(&k, &Conv::default()), 1e-5);
    });
}

#[graph]
fn pulled(x: &Tensor<f32>, kernel: &Tensor<f32>, y: &Tensor<f32>, how: usize) -> Tensor<f32> {
    grad(x, |x| (x.conv(kernel, &transposed(how)) * y).sum())
}

fn transposed(i: usize) -> Conv {
    let valid = Conv { padding: Padding::Valid, ..Conv::default() };
    match i {
        0 => Conv { strides: vec![2, 1], ..valid },
        1 => Conv { strides: vec![2, 2], groups: 2, ..valid },
        _ => Conv { dilation: vec![2, 1], groups: 2, ..valid },
    }
}

#[test]
fn transposed_convolutions_are_derivatives_of_convolutions() {
    on_each_backend("transposed_convolutions_are_derivatives_of_convolutions", |_| {
        for (i, per_group) in [4, 2, 2].into_iter().enumerate() {
            let (x, k) = (counting(&[2, 6, 4, 4], 0.7), counting(&[2, 2, per_group, 6], 0.3));
            let y = counting(x.conv(&k, &transposed(i)).dims(), 0.9);
            assert_close!(y.conv_transpose(&k, &transposed(i), true), pulled(&x, &k, &y, i), 1e-5);
        }
    });
}

#[test]
fn sums_of_patches_are_derivatives_of_patches() {
    #[graph]
    fn pulled(x: &Tensor<f32>, y: &Tensor<f32>) -> Tensor<f32> {
        grad(x, |x| (x.conv_patches([3, 2], &Conv { strides: vec![2, 1], dilation: vec![1, 2], ..Conv::default() }) * y).sum())
    }
    on_each_backend("sums_of_patches_are_derivatives_of_patches", |_| {
        let how = Conv { strides: vec![2, 1], dilation: vec![1, 2], ..Conv::default() };
        let x = counting(&[2, 6, 5, 3], 0.7);
        let y = counting(x.conv_patches([3, 2], &how).dims(), 0.3);
        assert_eq!(y.dims(), [2, 3, 5, 18]);
        assert_close!(y.fold_patches([6, 5], [3, 2], &how), pulled(&x, &y), 1e-5);
    });
}

#[test]
fn sequences_and_volumes_convolve() {
    #[graph]
    fn others(line: &Tensor![f32; 1, 4, 1], volume: &Tensor![f32; 1, 2, 2, 2, 1]) -> (Tensor<f32>, Tensor<f32>) {
        let valid = Conv { padding: Padding::Valid, ..Conv::default() };
        (line.conv(&Tensor::ones(&[2, 1, 1]), &valid), volume.conv(&Tensor::ones(&[2, 2, 2, 1, 1]), &valid))
    }
    on_each_backend("sequences_and_volumes_convolve", |_| {
        let eight: Vec<f32> = (0..8).map(|i| i as f32).collect();
        let (line, volume) = others(&Tensor::new(&[1, 4, 1], &eight[..4]).unwrap(), &Tensor::new(&[1, 2, 2, 2, 1], &eight).unwrap());
        assert_eq!(line.to_vec().unwrap(), [1.0, 3.0, 5.0]);
        assert_eq!(volume.to_vec().unwrap(), [28.0]);
    });
}

#[test]
fn pools_leave_padding_out() {
    #[graph]
    fn pooled(x: &Tensor![f32; 1, 3, 3, 1]) -> Vec<Tensor<f32>> {
        vec![
            x.max_pool([2, 2], [1, 1], &Padding::Valid),
            x.avg_pool([2, 2], [1, 1], &Padding::Valid),
            x.max_pool([2, 2], [2, 2], &Padding::Same),
            x.avg_pool([2, 2], [2, 2], &Padding::Same),
            x.avg_pool([3, 3], [2, 2], &Padding::Explicit(vec![(1, 1), (1, 1)])),
        ]
    }
    on_each_backend("pools_leave_padding_out", |_| {
        let x = Tensor::new(&[1, 3, 3, 1], &[-1.0, -2.0, -3.0, -4.0, -5.0, -6.0, -7.0, -8.0, -9.0]).unwrap();
        let expected: [&[f32]; 5] = [
            &[-1.0, -2.0, -4.0, -5.0],
            &[-3.0, -4.0, -6.0, -7.0],
            &[-1.0, -3.0, -7.0, -9.0],
            &[-3.0, -4.5, -7.5, -9.0],
            &[-3.0, -4.0, -6.0, -7.0],
        ];
        for (i, (result, expected)) in pooled(&x).iter().zip(expected).enumerate() {
            assert_eq!((result.dims(), result.to_vec().unwrap().as_slice()), (&[1, 2, 2, 1][..], expected), "result {i}");
        }
    });
}

#[test]
fn maxima_know_their_positions() {
    on_each_backend("maxima_know_their_positions", |_| {
        let (least, nan) = (f32::NEG_INFINITY, f32::NAN);
        let x = Tensor::new(&[1, 3, 3, 1], &[least, least, 2.0, 7.0, 7.0, nan, 1.0, 3.0, 4.0]).unwrap();
        let (max, positions) = x.max_pool_with_indices([2, 2], [2, 2], &Padding::Explicit(vec![(1, 0), (1, 0)]));
        assert_eq!(max.dims(), [1, 2, 2, 1]);
        let max = max.to_vec().unwrap();
        assert_eq!([max[0], max[1], max[2]], [least, 2.0, 7.0]);
        assert!(max[3].is_nan());
        assert_eq!(positions.to_vec().unwrap(), [0, 2, 3, 5]);
        let back = Tensor::new(&[1, 2, 1], &[5i32, 6]).unwrap().max_unpool(&Tensor::new(&[1, 2, 1], &[3, 9]).unwrap(), [4]);
        assert_eq!(back.to_vec().unwrap(), [0, 0, 0, 5]);
    });
}

#[test]
fn what_does_not_fit_is_named() {
    with_backend("eval", || {
        let x = counting(&[1, 5, 5, 3], 1.0);
        let conv = |kernel: &[usize], how: Conv| panic_of(|| x.conv(&counting(kernel, 1.0), &how));
        assert_says(&conv(&[3, 3, 2, 4], Conv::default()), &["convolution", "3", "2", "convolutions.rs:"]);
        assert_says(&conv(&[3, 3, 3], Conv::default()), &["conv", "f32[1, 5, 5, 3]", "f32[3, 3, 3]"]);
        assert_says(
            &conv(&[3, 3, 3, 4], Conv { strides: vec![1], ..Conv::default() }),
            &["conv", "strides for 1 axes", "there are 2", "convolutions.rs:"],
        );
        assert_says(&conv(&[3, 3, 3, 4], Conv { strides: vec![0, 1], ..Conv::default() }), &["conv", "at least 1"]);
        assert_says(
            &conv(&[3, 3, 3, 4], Conv { padding: Padding::Explicit(vec![]), ..Conv::default() }),
            &["conv", "padding for 0 axes", "convolutions.rs:"],
        );
        for far in [0, 1 << 40, usize::MAX] {
            let (kernel, dilated) = (counting(&[3, 3, 3, 4], 1.0), Conv { dilation: vec![far; 2], ..Conv::default() });
            assert_says(&panic_of(|| x.conv(&kernel, &dilated)), &["conv", "dilations", "at most 2^30"]);
            assert_says(&panic_of(|| x.conv_transpose(&kernel, &dilated, true)), &["conv_transpose", "dilations", "at most 2^30"]);
            assert_says(&panic_of(|| x.conv_patches([2, 2], &dilated)), &["conv_patches", "dilations", "at most 2^30"]);
            assert_says(&panic_of(|| x.max_pool([far, 1], [1, 1], &Padding::Same)), &["max_pool", "window", "at most 2^30"]);
            assert_says(&panic_of(|| x.adaptive_max_pool([far, 1])), &["adaptive_max_pool", "sizes", "at most 2^30"]);
        }
        let padded = Conv { padding: Padding::Explicit(vec![(i64::MIN, i64::MAX); 2]), ..Conv::default() };
        assert_says(&panic_of(|| x.conv_patches([1, 1], &padded)), &["conv_patches", "padding", "2^30"]);
        assert_says(&panic_of(|| x.sum_pool([1 << 30, 1 << 14], [1, 1], &Padding::Same)), &["no memory"]);
        assert_eq!(counting(&[5], 1.0).unfold(0, 2, usize::MAX).dims(), [1, 2]);
        let grouped = Conv { batch_groups: 2, ..Conv::default() };
        let kernel = counting(&[3, 3, 3, 4], 1.0);
        assert_says(
            &panic_of(|| x.conv_transpose(&kernel, &grouped, false)),
            &["conv_transpose", "groups of the batch", "convolutions.rs:"],
        );
        assert_says(&panic_of(|| x.conv_patches([6, 1], &Conv { padding: Padding::Valid, ..Conv::default() })), &["5 elements", "6"]);
        assert_says(&panic_of(|| x.fold_patches([5, 5], [2, 1], &Conv::default())), &["fold_patches", "f32[1, 5, 5, 3]"]);
        assert_says(&panic_of(|| x.max_pool([2], [1], &Padding::Valid)), &["max_pool", "[2]", "f32[1, 5, 5, 3]", "convolutions.rs:"]);
    })
    .unwrap();
}
