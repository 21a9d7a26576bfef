// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Compares ops with plain Rust.

use gomlx::prelude::*;
use gomlx::testing::on_each_backend;
use gomlx::{ScatterReduce, assert_close, bf16, f16, with_backend};

use crate::{assert_says, panic_of};

fn counting(dims: &[usize]) -> Tensor<f32> {
    let n = dims.iter().product::<usize>();
    Tensor::new(dims, &(0..n).map(|i| (i as f32 * 0.37).sin() * 3.0).collect::<Vec<_>>()).unwrap()
}

/// The offset of a position in a tensor with the dims `of` that is broadcast to the position's dims.
fn broadcast_offset(position: &[usize], of: &[usize]) -> usize {
    let skipped = position.len() - of.len();
    position[skipped..].iter().zip(of).fold(0, |offset, (&p, &n)| offset * n + if n == 1 { 0 } else { p })
}

fn positions(dims: &[usize]) -> Vec<Vec<usize>> {
    dims.iter().fold(vec![vec![]], |all, &n| all.iter().flat_map(|p| (0..n).map(move |i| [&p[..], &[i]].concat())).collect())
}

#[test]
fn operands_broadcast_by_numpys_rules() {
    #[graph]
    fn arithmetic(x: &Tensor<f32>, y: &Tensor<f32>) -> Vec<Tensor<f32>> {
        vec![x + y, x - y, x * y, x / y, x.maximum(y), select(&x.lt(y), x, y), 2.0 - x, x % 0.7]
    }
    on_each_backend("operands_broadcast_by_numpys_rules", |_| {
        for (left, right, dims) in [
            (&[2, 3][..], &[3][..], &[2, 3][..]),
            (&[], &[2], &[2]),
            (&[2, 1, 4], &[3, 1], &[2, 3, 4]),
            (&[1], &[0], &[0]),
            (&[4, 1], &[1, 5], &[4, 5]),
        ] {
            let (x, y) = (counting(left), counting(right) + 5.0);
            let (xs, ys) = (x.to_vec().unwrap(), y.to_vec().unwrap());
            let results = arithmetic(&x, &y);
            let functions: [fn(f32, f32) -> f32; 6] = [|x, y| x + y, |x, y| x - y, |x, y| x * y, |x, y| x / y, f32::max, f32::min];
            for (result, function) in results.iter().zip(functions) {
                let expected: Vec<f32> =
                    positions(dims).iter().map(|p| function(xs[broadcast_offset(p, left)], ys[broadcast_offset(p, right)])).collect();
                assert_close!(result, Tensor::new(dims, &expected).unwrap());
            }
            let plain = |f: fn(f32) -> f32| Tensor::new(left, &xs.iter().map(|&x| f(x)).collect::<Vec<_>>()).unwrap();
            assert_close!(results[6], plain(|x| 2.0 - x));
            assert_close!(results[7], plain(|x| x % 0.7), 1e-5);
        }
    });
}

#[test]
fn long_means_are_right() {
    on_each_backend("long_means_are_right", |_| {
        let mean = Tensor::<f32>::full(&[20_000_000], 0.1).mean().item().unwrap();
        assert!((mean - 0.1).abs() <= 1e-7, "{mean}");
        let columns = Tensor::<f32>::full(&[1_000_000, 4], 0.1).mean_axis(0).to_vec().unwrap();
        assert!(columns.iter().all(|mean| (mean - 0.1).abs() <= 1e-7), "{columns:?}");
    });
}

#[test]
fn half_types_sum_gradients_in_single() {
    #[graph]
    fn gradient(table: &Tensor<bf16>, rows: &Tensor<i32>) -> Tensor<bf16> {
        grad(table, |table| table.take(rows, 0).sum())
    }
    on_each_backend("half_types_sum_gradients_in_single", |backend| {
        // XLA's CPU backend rounds each sum of a scatter.
        if backend.starts_with("pjrt") {
            return;
        }
        let gradient = gradient(&Tensor::full(&[3, 2], bf16::ONE), &Tensor::full(&[1000], 1));
        assert_close!(gradient.cast::<f32>(), Tensor::new(&[3, 2], &[0.0, 0.0, 1000.0, 1000.0, 0.0, 0.0]).unwrap());
    });
}

#[test]
fn matmul_takes_vectors_matrices_and_batches() {
    #[graph]
    fn product(x: &Tensor<f32>, y: &Tensor<f32>) -> Tensor<f32> {
        x.matmul(y)
    }
    on_each_backend("matmul_takes_vectors_matrices_and_batches", |_| {
        for (left, right, dims) in [
            (&[3][..], &[3][..], &[][..]),
            (&[2, 3], &[3], &[2]),
            (&[3], &[3, 4], &[4]),
            (&[2, 3], &[3, 4], &[2, 4]),
            (&[5, 2, 3], &[3, 4], &[5, 2, 4]),
            (&[5, 2, 3], &[5, 3, 4], &[5, 2, 4]),
            (&[2, 3], &[5, 3, 4], &[5, 2, 4]),
            (&[3], &[5, 3, 4], &[5, 4]),
            (&[6, 1, 2, 3], &[5, 3, 4], &[6, 5, 2, 4]),
            (&[2, 0], &[0, 4], &[2, 4]),
        ] {
            let (x, y) = (counting(left), counting(right));
            let result = product(&x, &y);
            assert_eq!(result.dims(), dims, "{left:?} by {right:?}");
            // As a matrix, a vector gets an axis of size 1, which the result drops.
            let matrix = |dims: &[usize], row: bool| match dims {
                [n] if row => vec![1, *n],
                [n] => vec![*n, 1],
                more => more.to_vec(),
            };
            let (l, r) = (matrix(left, true), matrix(right, false));
            let (k, m, n) = (l[l.len() - 1], l[l.len() - 2], r[r.len() - 1]);
            let batch = &dims[..dims.len() - usize::from(left.len() > 1) - usize::from(right.len() > 1)];
            let (xs, ys) = (x.to_vec().unwrap(), y.to_vec().unwrap());
            let mut expected = vec![];
            for b in positions(batch) {
                let at = |of: &[usize], i: usize, j: usize| broadcast_offset(&[&b[..], &[i, j]].concat(), of);
                for i in 0..m {
                    for j in 0..n {
                        expected.push((0..k).map(|c| xs[at(&l, i, c)] * ys[at(&r, c, j)]).sum());
                    }
                }
            }
            assert_close!(result, Tensor::new(dims, &expected).unwrap(), 1e-5);
        }
    });
}

#[test]
fn reductions_take_axes_from_both_ends() {
    #[graph]
    fn reduced(x: &Tensor<f32>) -> Vec<Tensor<f32>> {
        vec![
            x.sum_axis(-1),
            x.sum_axis([0, -1]),
            x.max_axis(1),
            x.min_keep(-3),
            x.mean_axis([-1, 1]),
            x.mean(),
            x.prod_axis(0),
            x.variance_keep(1),
        ]
    }
    on_each_backend("reductions_take_axes_from_both_ends", |_| {
        let dims = [2, 3, 4];
        let x = counting(&dims);
        let xs = x.to_vec().unwrap();
        let results = reduced(&x);
        let fold = |axes: &[usize], start: f32, f: &dyn Fn(f32, f32) -> f32| -> Vec<f32> {
            let kept: Vec<usize> = (0..3).map(|a| if axes.contains(&a) { 1 } else { dims[a] }).collect();
            let mut out = vec![start; kept.iter().product()];
            for (p, &x) in positions(&dims).iter().zip(&xs) {
                let o = broadcast_offset(p, &kept);
                out[o] = f(out[o], x);
            }
            out
        };
        let sum = |axes: &[usize]| fold(axes, 0.0, &|a, b| a + b);
        let close = |i: usize, dims: &[usize], expected: Vec<f32>| assert_close!(results[i], Tensor::new(dims, &expected).unwrap(), 1e-5);
        close(0, &[2, 3], sum(&[2]));
        close(1, &[3], sum(&[0, 2]));
        close(2, &[2, 4], fold(&[1], f32::NEG_INFINITY, &f32::max));
        close(3, &[1, 3, 4], fold(&[0], f32::INFINITY, &f32::min));
        close(4, &[2], sum(&[1, 2]).iter().map(|s| s / 12.0).collect());
        close(5, &[], sum(&[0, 1, 2]).iter().map(|s| s / 24.0).collect());
        close(6, &[3, 4], fold(&[0], 1.0, &|a, b| a * b));
        let mean: Vec<f32> = sum(&[1]).iter().map(|s| s / 3.0).collect();
        let mut variance = [0.0; 8];
        for (p, &x) in positions(&dims).iter().zip(&xs) {
            let o = broadcast_offset(p, &[2, 1, 4]);
            variance[o] += (x - mean[o]).powi(2) / 3.0;
        }
        close(7, &[2, 1, 4], variance.to_vec());
    });
}

#[test]
fn half_types_reduce_in_single_precision() {
    #[graph]
    fn means(x: &Tensor![f16; N], y: &Tensor![bf16; N]) -> (Tensor![f16;], Tensor![bf16;], Tensor![bf16;]) {
        (x.mean(), y.mean(), y.sum())
    }
    on_each_backend("half_types_reduce_in_single_precision", |_| {
        let (x, y, sum) = means(&Tensor::full(&[4096], f16::from_f32(100.0)), &Tensor::full(&[4096], bf16::from_f32(1.0)));
        assert_eq!((x.item().unwrap().to_f32(), y.item().unwrap().to_f32(), sum.item().unwrap().to_f32()), (100.0, 1.0, 4096.0));
    });
}

#[test]
fn extremes_are_found_at_ties_and_nan() {
    #[graph]
    fn extremes(x: &Tensor![f32; N, M], n: &Tensor![u8; M]) -> Vec<Tensor<i32>> {
        vec![x.argmax(-1), x.argmin(1), x.argmax(0), n.argmax(0), n.argmin(-1)]
    }
    on_each_backend("extremes_are_found_at_ties_and_nan", |_| {
        let inf = f32::INFINITY;
        let x = Tensor::new(&[4, 3], &[1.0, 5.0, 5.0, 9.0, 0.0, 0.0, 7.0, f32::NAN, 8.0, -inf, -inf, -inf]).unwrap();
        let results = extremes(&x, &Tensor::new(&[3], &[0, 255, 0]).unwrap());
        let values: Vec<Vec<i32>> = results.iter().map(|r| r.to_vec().unwrap()).collect();
        assert_eq!(values, [vec![1, 0, 1, 0], vec![0, 1, 1, 0], vec![1, 2, 2], vec![1], vec![0]].map(|v| v).to_vec());
    });
    let message = with_backend("eval", || panic_of(|| Tensor::<f32>::zeros(&[2, 0]).argmax(1))).unwrap();
    assert_says(&message, &["argmax", "f32[2, 0]", "empty", "ops.rs:"]);
}

#[test]
fn nan_is_not_hidden() {
    #[graph]
    fn through(x: &Tensor![f32; N]) -> Vec<Tensor<f32>> {
        vec![x.relu(), x.maximum(0.0), x.minimum(0.0), x.clamp(-1.0, 1.0), x.max(), x.min(), x.sum(), x.softmax(0), x.sign()]
    }
    on_each_backend("nan_is_not_hidden", |name| {
        for (i, y) in through(&Tensor::new(&[2], &[f32::NAN, -1.0]).unwrap()).iter().enumerate() {
            assert!(y.to_vec().unwrap()[0].is_nan(), "result {i} on {name}: {y}");
        }
    });
}

#[test]
fn rows_are_taken_and_labels_become_one_hot() {
    #[graph]
    fn index(
        x: &Tensor![f32; N, M],
        i: &Tensor![i64; A, B],
        labels: &Tensor![u8; L],
    ) -> (Tensor<f32>, Tensor<f32>, Tensor<i32>, Tensor<bool>) {
        (x.take(i, 0), x.take(i, -1), labels.one_hot(300), labels.one_hot(2))
    }
    on_each_backend("rows_are_taken_and_labels_become_one_hot", |_| {
        let x = counting(&[4, 3]);
        let xs = x.to_vec().unwrap();
        let at = [2i64, 0, 9, -5];
        let (rows, columns, wide, narrow) = index(&x, &Tensor::new(&[2, 2], &at).unwrap(), &Tensor::new(&[3], &[0, 1, 255]).unwrap());
        let clamped = |n: i64| at.map(|i| i.clamp(0, n - 1) as usize);
        let expected: Vec<f32> = clamped(4).iter().flat_map(|&r| xs[3 * r..3 * r + 3].to_vec()).collect();
        assert_close!(rows, Tensor::new(&[2, 2, 3], &expected).unwrap());
        let expected: Vec<f32> = (0..4).flat_map(|r| clamped(3).map(|c| xs[3 * r + c])).collect();
        assert_close!(columns, Tensor::new(&[4, 2, 2], &expected).unwrap());
        let wide = wide.to_vec().unwrap();
        let hot: Vec<usize> = (0..900).filter(|&i| wide[i] == 1).collect();
        assert_eq!(hot, [0, 301, 855], "types of one byte have fewer values than there are classes");
        assert_eq!(narrow.to_vec().unwrap(), [true, false, false, true, false, false]);
    });
}

#[test]
fn softmaxes_do_not_overflow() {
    #[graph]
    fn family(x: &Tensor![f32; N, M]) -> Vec<Tensor<f32>> {
        vec![x.softmax(-1), x.log_softmax(-1), x.logsumexp(1).expand_dims(-1), x.softmax(0)]
    }
    on_each_backend("softmaxes_do_not_overflow", |_| {
        let rows = [[1.0f64, 2.0, 3.0], [1000.0, 1000.0, 900.0], [-1000.0, -1001.0, -1002.0]];
        let x = Tensor::new(&[3, 3], &rows.concat().iter().map(|&x| x as f32).collect::<Vec<_>>()).unwrap();
        let results = family(&x);
        let sums = rows.map(|row| {
            let max = row.iter().fold(f64::NEG_INFINITY, |a, &b| a.max(b));
            max + row.iter().map(|x| (x - max).exp()).sum::<f64>().ln()
        });
        let tensor = |dims: &[usize], values: Vec<f64>| Tensor::new(dims, &values.iter().map(|&x| x as f32).collect::<Vec<_>>()).unwrap();
        let logs: Vec<f64> = (0..9).map(|i| rows[i / 3][i % 3] - sums[i / 3]).collect();
        assert_close!(results[0], tensor(&[3, 3], logs.iter().map(|x| x.exp()).collect()), 1e-6);
        assert_close!(results[1], tensor(&[3, 3], logs), 1e-5);
        assert_close!(results[2], tensor(&[3, 1], sums.to_vec()), 1e-6);
        assert_close!(results[3].sum_axis(0), Tensor::ones(&[3]), 1e-6);
    });
}

#[test]
fn elements_move_where_they_should() {
    #[graph]
    fn moved(x: &Tensor![i32; 2, 3]) -> Vec<Tensor<i32>> {
        vec![
            x.t(),
            x.transpose([1, 0]).reshape([6]),
            x.slice_axis(-1, 1, 3),
            x.pad([(1, 0), (0, -1)], 9),
            concat(&[x, x], -1),
            stack(&[x, &(x * 10)], 1),
            stack(&[x, x], -1),
            x.reverse(1),
            x.expand_dims(1).squeeze(1),
            x.slice_axis(0, 0, 1).broadcast_to([2, 2, 3]),
            x.flatten() + Tensor::<i32>::arange(6),
        ]
    }
    on_each_backend("elements_move_where_they_should", |_| {
        let results = moved(&Tensor::new(&[2, 3], &[1, 2, 3, 4, 5, 6]).unwrap());
        let expected: [(&[usize], &[i32]); 11] = [
            (&[3, 2], &[1, 4, 2, 5, 3, 6]),
            (&[6], &[1, 4, 2, 5, 3, 6]),
            (&[2, 2], &[2, 3, 5, 6]),
            (&[3, 2], &[9, 9, 1, 2, 4, 5]),
            (&[2, 6], &[1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]),
            (&[2, 2, 3], &[1, 2, 3, 10, 20, 30, 4, 5, 6, 40, 50, 60]),
            (&[2, 3, 2], &[1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]),
            (&[2, 3], &[3, 2, 1, 6, 5, 4]),
            (&[2, 3], &[1, 2, 3, 4, 5, 6]),
            (&[2, 2, 3], &[1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3]),
            (&[6], &[1, 3, 5, 7, 9, 11]),
        ];
        for (i, (result, (dims, elements))) in results.iter().zip(expected).enumerate() {
            assert_eq!((result.dims(), result.to_vec().unwrap().as_slice()), (dims, elements), "result {i}");
        }
    });
}

#[test]
fn casts_round_truncate_and_saturate() {
    #[graph]
    fn casts(x: &Tensor![f32; N]) -> (Tensor![i32; N], Tensor![bool; N], Tensor![f64; N], Tensor![bf16; N]) {
        (x.cast(), x.cast(), x.cast(), x.cast())
    }
    on_each_backend("casts_round_truncate_and_saturate", |_| {
        let (int, truth, double, half) = casts(&Tensor::new(&[5], &[-1.9, 0.0, 0.1, 2.5, 1e20]).unwrap());
        assert_eq!(int.to_vec().unwrap(), [-1, 0, 0, 2, i32::MAX]);
        assert_eq!(truth.to_vec().unwrap(), [true, false, true, true, true]);
        assert_eq!(double.to_vec().unwrap()[2], f64::from(0.1f32));
        assert_eq!(half.to_vec().unwrap()[2].to_f32(), 0.100_097_656);
    });
}

#[test]
fn means_and_squares_of_half_types_do_not_overflow() {
    on_each_backend("means_and_squares_of_half_types_do_not_overflow", |_| {
        let half = f16::from_f32;
        let image = Tensor::full(&[1, 32, 32, 1], half(100.0));
        for padding in [Padding::Valid, Padding::Same] {
            assert_eq!(image.avg_pool([32, 32], [32, 32], &padding).to_vec().unwrap(), [half(100.0)]);
        }
        // The square of 800 is no number of the type, the mean of the squares is one.
        let mut elements = vec![half(0.0); 64];
        elements[0] = half(800.0);
        let x = Tensor::new(&[64], &elements).unwrap();
        assert_eq!(x.var(0).item().unwrap(), half(9843.75));
        assert_eq!(x.variance_keep(0).to_vec().unwrap(), [half(9843.75)]);
        assert_eq!(Tensor::new(&[2], &[half(300.0), half(-300.0)]).unwrap().std(0).item().unwrap(), half(300.0));
    });
}

#[test]
fn booleans_are_counted_and_have_no_sum() {
    on_each_backend("booleans_are_counted_and_have_no_sum", |_| {
        let mask = Tensor::new(&[2, 2], &[true; 4]).unwrap();
        assert_eq!(mask.count_nonzero().item().unwrap(), 4);
        assert_eq!(mask.count_nonzero_axis(0).to_vec().unwrap(), [2, 2]);
        assert_says(&panic_of(|| mask.sum()), &["error[", "sum: the elements are booleans", "count_nonzero()"]);
        assert_says(&panic_of(|| mask.cumsum(0)), &["cumsum: the elements are booleans"]);
    });
}

#[test]
fn a_scatter_of_products_has_a_derivative_at_zeros_and_repeated_positions() {
    #[graph]
    fn derivatives(x: &Tensor<f32>, positions: &Tensor<i32>, factors: &Tensor<f32>) -> (Tensor<f32>, Tensor<f32>) {
        (
            grad(x, |x| x.scatter_reduce(positions, factors, 0, ScatterReduce::Prod).sum()),
            grad(factors, |factors| x.scatter_reduce(positions, factors, 0, ScatterReduce::Prod).sum()),
        )
    }
    on_each_backend("a_scatter_of_products_has_a_derivative_at_zeros_and_repeated_positions", |_| {
        let x = Tensor::new(&[4], &[2.0f32, 3.0, 5.0, 7.0]).unwrap();
        let positions = Tensor::new(&[7], &[0, 0, 1, 1, 2, 2, 9]).unwrap();
        let factors = Tensor::new(&[7], &[2.0f32, 4.0, 0.0, 6.0, 0.0, 0.0, 8.0]).unwrap();
        let (by_x, by_factors) = derivatives(&x, &positions, &factors);
        assert_eq!(by_x.to_vec().unwrap(), [8.0, 0.0, 0.0, 1.0]);
        assert_eq!(by_factors.to_vec().unwrap(), [8.0, 4.0, 18.0, 0.0, 0.0, 0.0, 0.0]);
    });
}

#[test]
fn edges_of_bins_are_vectors() {
    with_backend("eval", || {
        let (x, one) = (counting(&[4]), Tensor::scalar(1.0f32));
        assert_says(&panic_of(|| x.histogram_of(&one)), &["histogram_of", "f32[]", "no vector", "ops.rs:"]);
        assert_says(&panic_of(|| x.digitize(&one, false)), &["digitize", "f32[]", "no vector"]);
        assert_says(&panic_of(|| x.histogram_weighted(2, &counting(&[3]))), &["histogram_weighted", "f32[3]", "one for each element"]);
    })
    .unwrap();
}

#[test]
fn bits_are_read_as_other_types() {
    on_each_backend("ops::bits_are_read_as_other_types", |_| {
        let bits = Tensor::new(&[2, 8], &[1u8, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0]).unwrap().cast::<bool>();
        let bytes = bits.bitcast::<u8>();
        assert_eq!((bytes.dims(), bytes.to_vec().unwrap()), (&[2][..], vec![0x83, 0x04]));
        assert_eq!(bytes.bitcast::<bool>().to_vec().unwrap(), bits.to_vec().unwrap());
        let sign = Tensor::scalar(-1.0f32).bitcast::<bool>();
        assert_eq!((sign.dims(), sign.cast::<i32>().sum().item().unwrap()), (&[32][..], 8));
    });
    let error = panic_of(|| Tensor::<bool>::zeros(&[3]).bitcast::<u8>());
    assert_says(&error, &["bitcast", "bool[3]", "the last dim must be 8"]);
}
