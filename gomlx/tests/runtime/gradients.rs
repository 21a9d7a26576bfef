// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Compares gradients of the public API with central differences in double precision.

use gomlx::nn::{mean_squared_error, sigmoid_cross_entropy};
use gomlx::prelude::*;
use gomlx::testing::on_each_backend;
use gomlx::{GridMode, GridPadding, Interpolation, ResizeMethod, Trend, image, linalg, signal, with_backend};

use crate::assert_says;

type X = Tensor<f64>;
type Case = (&'static str, &'static [&'static [usize]], fn(&[X]) -> X);

/// Cases: a name, the dims of the inputs, a function. Inputs lie in (-1.3, 1.3). No two are equal and none is at a
/// kink.
const CASES: &[Case] = &[
    ("arithmetic", &[&[2, 3], &[3]], |x| &x[0] * &x[1] - &x[0] / (&x[1] + 3.0) + 1.5 * &x[1]),
    ("functions", &[&[4]], |x| {
        let y = (&x[0] * &x[0] + 0.5).log() + x[0].exp() * x[0].sin() - x[0].cos() * x[0].tanh();
        y + x[0].erf() + x[0].expm1() + (x[0].abs() + 0.2).sqrt() + (x[0].square() + 0.3).rsqrt() + x[0].abs().log1p() + x[0].tan() * 0.1
    }),
    ("cbrt", &[&[3]], |x| (&x[0] + 2.0).cbrt()),
    ("powers", &[&[4], &[4]], |x| x[0].powi(3) + x[0].powi(5) * x[0].powi(0) + (&x[0] + 2.0).powi(-2) + (&x[0] + 2.0).powf(&x[1])),
    ("activations", &[&[5]], |x| x[0].relu() + x[0].gelu() + x[0].gelu_tanh() + x[0].silu() + x[0].sigmoid()),
    ("softmax", &[&[2, 4]], |x| concat(&[&x[0].softmax(-1), &x[0].softmax(0)], 0)),
    ("log_softmax", &[&[3, 4]], |x| x[0].log_softmax(0) + x[0].log_softmax(-1)),
    ("logsumexp", &[&[3, 4]], |x| x[0].logsumexp(1)),
    ("sparse_cross_entropy", &[&[3, 4]], |x| sparse_cross_entropy(&x[0], &Tensor::new(&[3], &[2i32, 0, 3]).unwrap())),
    ("other losses", &[&[4], &[4]], |x| sigmoid_cross_entropy(&x[0], &x[1].sigmoid()) + mean_squared_error(&x[0], &x[1])),
    ("layer norm", &[&[2, 5], &[5], &[5]], |x| {
        let centred = &x[0] - x[0].mean_keep(-1);
        centred / (x[0].variance_keep(-1) + 1e-2).sqrt() * &x[1] + &x[2]
    }),
    ("reductions", &[&[3, 4]], |x| {
        stack(&[&x[0].sum_axis(0), &x[0].mean_axis(0), &x[0].max_axis(0), &x[0].min_axis(-2), &x[0].prod_axis(0)], 0)
    }),
    ("extremes", &[&[4], &[4]], |x| x[0].maximum(&x[1]) * 2.0 + x[0].minimum(&x[1]) + x[0].clamp(-0.5, 0.5)),
    ("matmul", &[&[2, 3], &[3, 4]], |x| x[0].matmul(&x[1])),
    ("batched matmul", &[&[2, 1, 2, 3], &[2, 3, 2]], |x| x[0].matmul(&x[1])),
    ("vector matmul", &[&[3], &[2, 3, 2]], |x| x[0].matmul(&x[1])),
    ("select", &[&[4], &[4]], |x| select(&x[0].gt(&x[1]), &(&x[0] * 3.0), &x[1] * &x[1])),
    ("movement", &[&[2, 3]], |x| {
        let y = x[0].t().reshape([2, 3]) + x[0].reverse(1) + x[0].transpose([1, 0]).flatten().reshape([2, 3]);
        concat(&[&y, &x[0].slice_axis(1, 1, 3), &x[0].expand_dims(0).squeeze(0)], 1)
    }),
    ("padding", &[&[2, 3]], |x| x[0].pad([(1, 0), (2, 1)], 0.7) + x[0].pad([(-1, 2), (1, 2)], 0.0)),
    ("broadcasts", &[&[3, 1], &[]], |x| x[0].broadcast_to([2, 3, 4]) * &x[1]),
    ("stack", &[&[2], &[2]], |x| stack(&[&x[0], &x[1], &x[0]], -1)),
    ("take", &[&[4, 3]], |x| x[0].take(&Tensor::new(&[2, 2], &[1i32, 3, 3, 9]).unwrap(), 0)),
    ("take of columns", &[&[2, 3]], |x| x[0].take(&Tensor::new(&[4], &[2i32, 0, 2, 2]).unwrap(), -1)),
    ("max pool", &[&[1, 4, 5, 2]], |x| x[0].max_pool([2, 3], [2, 1], &Padding::Valid)),
    ("overlapping max pool", &[&[1, 5, 5, 1]], |x| x[0].max_pool([3, 3], [2, 2], &Padding::Same)),
    ("average pool", &[&[1, 5, 4, 2]], |x| {
        concat(&[&x[0].avg_pool([2, 2], [2, 2], &Padding::Same), &x[0].avg_pool([3, 2], [1, 2], &Padding::Valid)], 1)
    }),
    ("conv", &[&[2, 4, 5, 2], &[3, 3, 2, 2]], |x| x[0].conv(&x[1], &Conv::default())),
    ("strided conv", &[&[1, 6, 7, 1], &[3, 2, 1, 2]], |x| {
        x[0].conv(&x[1], &Conv { strides: vec![2, 3], padding: Padding::Explicit(vec![(2, 0), (-1, 1)]), ..Conv::default() })
    }),
    ("dilated conv", &[&[1, 7, 6, 1], &[3, 2, 1, 2]], |x| {
        x[0].conv(&x[1], &Conv { dilation: vec![2, 3], strides: vec![1, 2], padding: Padding::Valid, ..Conv::default() })
    }),
    ("grouped conv", &[&[1, 4, 4, 4], &[2, 2, 2, 6]], |x| x[0].conv(&x[1], &Conv { groups: 2, ..Conv::default() })),
    ("depthwise conv", &[&[1, 4, 4, 3], &[3, 3, 1, 3]], |x| x[0].conv(&x[1], &Conv { groups: 3, strides: vec![2, 1], ..Conv::default() })),
    ("conv of a sequence", &[&[2, 6, 2], &[3, 2, 2]], |x| x[0].conv(&x[1], &Conv { strides: vec![2], ..Conv::default() })),
    ("determinants", &[&[2, 3, 3]], |x| linalg::det(&x[0])),
    ("gradient of a determinant's gradient", &[&[3, 3]], |x| grad(&x[0], |x| linalg::det(x))),
    ("eigenvalues", &[&[4, 4]], |x| {
        let values = linalg::eigvals(&x[0]);
        values.real() + values.imag().square()
    }),
    ("eigenvectors", &[&[2, 3, 3]], |x| {
        let (values, vectors) = linalg::eig(&x[0]);
        concat(&[&vectors.real(), &vectors.imag(), &values.real().expand_dims(-1)], -1)
    }),
    ("gradient of an eigenvalue's gradient", &[&[3, 3]], |x| grad(&x[0], |x| linalg::eigvals(x).real().powi(3).sum())),
    ("sylvester's equation", &[&[3, 3], &[2, 2], &[3, 2]], |x| linalg::solve_sylvester(&x[0], &x[1], &x[2])),
    ("square roots of matrices", &[&[3, 3]], |x| {
        linalg::sqrtm(&(x[0].matmul(&x[0].t()) + &x[0] * 0.1 + Tensor::<f64>::eye(3, 3, 0))).real()
    }),
    ("polar decompositions", &[&[3, 2]], |x| {
        let (u, p) = linalg::polar_decomposition(&x[0]);
        concat(&[&u, &p], 0)
    }),
    ("tridiagonal systems", &[&[4], &[4], &[4], &[4, 2]], |x| linalg::tridiagonal_solve(&x[0], &x[1], &x[2], &x[3])),
    ("hessenberg forms", &[&[4, 4]], |x| linalg::hessenberg(&x[0]).0),
    ("conv of all attributes", &[&[4, 3, 4, 2], &[2, 2, 2, 4]], |x| {
        let how = Conv { input_dilation: vec![2, 1], batch_groups: 2, reversed: true, strides: vec![1, 2], ..Conv::default() };
        x[0].conv(&x[1], &how)
    }),
    ("transposed conv in groups", &[&[1, 3, 2, 4], &[2, 3, 1, 4]], |x| {
        x[0].conv_transpose(&x[1], &Conv { strides: vec![2, 1], groups: 2, ..Conv::default() }, true)
    }),
    ("patches and their sums", &[&[1, 5, 4, 2]], |x| {
        let how = Conv { strides: vec![2, 1], dilation: vec![1, 2], ..Conv::default() };
        x[0].conv_patches([3, 2], &how).tanh().fold_patches([5, 4], [3, 2], &how)
    }),
    ("adaptive pools", &[&[1, 5, 4, 1]], |x| x[0].adaptive_avg_pool([2, 3]) + x[0].adaptive_max_pool([2, 3])),
    ("maxima and their places", &[&[1, 5, 4, 2]], |x| {
        let (max, places) = x[0].max_pool_with_indices([2, 3], [2, 1], &Padding::Same);
        max.square().max_unpool(&places, [5, 4])
    }),
    ("quantiles", &[&[2, 5]], |x| {
        let levels = x[0].quantiles_axis(1, [0.1, 0.5, 0.8], Interpolation::Linear);
        levels + x[0].nanquantiles_axis(1, [0.3, 0.5, 1.0], Interpolation::Midpoint)
    }),
    ("weighted histogram", &[&[5]], |x| {
        Tensor::new(&[5], &[0.1, 0.2, 0.9, 0.5, 7.0]).unwrap().histogram_weighted_of(&Tensor::new(&[3], &[0.0, 0.4, 1.0]).unwrap(), &x[0])
    }),
    ("norm pool", &[&[1, 4, 2]], |x| x[0].lp_pool(3.0, [2], [1], &Padding::Same)),
    ("resized images", &[&[4, 5]], |x| image::resize(&x[0], [6, 3], ResizeMethod::Lanczos3, true)),
    ("scaled images", &[&[4, 5], &[2], &[2]], |x| {
        image::scale_and_translate(&x[0], &(&x[1] * 0.3 + 1.1), &x[2], [3, 6], [0, 1], ResizeMethod::Cubic, true)
    }),
    ("sampled images", &[&[1, 2, 3, 4], &[1, 2, 2, 2]], |x| {
        let sample = |mode, padding| image::grid_sample(&x[0], &x[1], mode, padding, false);
        sample(GridMode::Cubic, GridPadding::Reflection) + sample(GridMode::Linear, GridPadding::Zeros)
    }),
    ("affine grids", &[&[1, 2, 3]], |x| image::affine_grid(&x[0], [2, 3], false)),
    ("interpolation", &[&[4], &[3]], |x| {
        x[0].interp(&Tensor::new(&[3], &[-1.0, 0.3, 0.9]).unwrap(), &x[1]) + x[0].interp_periodic(&x[1], &x[1].sin(), 2.1)
    }),
    ("transforms of windows", &[&[9], &[4]], |x| {
        let window = &x[1] * 0.1 + 1.0;
        let z = signal::stft(&x[0], &window, 2);
        signal::istft(&gomlx::complex(&z.real().tanh(), &z.imag()), &window, 2)
    }),
    ("spectral densities", &[&[8], &[4]], |x| signal::welch(&x[0], &x[1], 2, 3.0)),
    ("cross densities", &[&[6], &[6], &[4]], |x| {
        let density = signal::csd(&x[0], &x[1], &x[2], 2, 3.0);
        density.real() + density.imag() * 0.5
    }),
    ("resampled signals", &[&[6]], |x| concat(&[&signal::resample(&x[0], 4, 0), &signal::resample(&x[0], 9, 0)], 0)),
    ("analytic signals", &[&[5]], |x| signal::analytic_signal(&x[0], 0).abs_squared()),
    ("median filter", &[&[4, 3]], |x| signal::medfilt(&x[0], [3, 1])),
    ("detrended signals", &[&[2, 4]], |x| signal::detrend(&x[0], 1, Trend::Linear).square()),
    ("gradient of a gradient", &[&[3]], |x| grad(&x[0], |x| (x.powi(3) * x.exp()).sum())),
    ("third derivative", &[&[2]], |x| grad(&x[0], |x| grad(x, |x| (x.sin() * x.square()).sum()).tanh().sum())),
    ("gradient of a softmax's gradient", &[&[2, 3], &[3, 2]], |x| {
        grad(&x[0], |w| (w.matmul(&x[1]).log_softmax(-1).square() + w.matmul(&x[1]).softmax(0)).sum())
    }),
    ("gradient of a convolution's gradient", &[&[1, 4, 4, 1], &[2, 2, 1, 2]], |x| {
        grad(&x[1], |k| x[0].conv(k, &Conv::default()).tanh().max_pool([2, 2], [2, 2], &Padding::Valid).sum())
    }),
];

/// A scalar that weighs each element of the result differently.
fn weighted(case: usize, x: &[X]) -> X {
    let y = (CASES[case].2)(x);
    let weights = (Tensor::<f64>::arange(y.len()) * 1.7 + 0.4).sin().reshape(y.dims());
    (y * weights).sum()
}

#[graph]
fn value(case: usize, x: &Vec<Tensor<f64>>) -> Tensor![f64;] {
    weighted(case, x)
}

#[graph]
fn gradient(case: usize, x: &Vec<Tensor<f64>>) -> Vec<Tensor<f64>> {
    grad(x, |x| weighted(case, x))
}

fn inputs(dims: &[&[usize]]) -> Vec<Vec<f64>> {
    let mut i = 0;
    let mut next = || {
        i += 1;
        // Multiples of the golden ratio modulo one are spread evenly, and no two are close.
        (f64::from(i) * 0.618_033_988_749_895).fract() * 2.6 - 1.3
    };
    dims.iter().map(|dims| (0..dims.iter().product()).map(|_| next()).collect()).collect()
}

#[test]
fn gradients_are_the_limits_of_differences() {
    const STEP: f64 = 1e-5;
    let mut wrong = vec![];
    with_backend("eval", || {
        for (case, (name, dims, _)) in CASES.iter().enumerate() {
            let mut elements = inputs(dims);
            let tensors =
                |elements: &[Vec<f64>]| -> Vec<X> { dims.iter().zip(elements).map(|(d, e)| Tensor::new(d, e).unwrap()).collect() };
            let gradients = gradient(case, &tensors(&elements));
            for (input, gradient) in gradients.iter().enumerate() {
                assert_eq!(gradient.dims(), dims[input], "{name}");
                for (i, slope) in gradient.to_vec().unwrap().into_iter().enumerate() {
                    let middle = elements[input][i];
                    let mut at = |x: f64| {
                        elements[input][i] = x;
                        value(case, &tensors(&elements)).item().unwrap()
                    };
                    let difference = (at(middle + STEP) - at(middle - STEP)) / (2.0 * STEP);
                    elements[input][i] = middle;
                    if (slope - difference).abs() > 1e-6 * difference.abs().max(1.0) {
                        wrong.push(format!("{name}: input {input}, element {i}: {slope}, but differences give {difference}"));
                    }
                }
            }
        }
    })
    .unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_stopped_has_no_gradient() {
    #[graph]
    fn slopes(x: &Tensor![f64; N]) -> (Tensor![f64; N], Tensor![f64; N], Tensor![f64; N]) {
        let stopped = grad(x, |x| (stop_gradient(&x.exp()) * x).sum());
        let constant = grad(x, |x| Tensor::scalar(2.0) * 3.0 + stop_gradient(x).sum());
        let steps = grad(x, |x| (x.floor() + x.round() + x.sign() + x.ceil()).sum());
        (stopped, constant, steps)
    }
    with_backend("eval", || {
        let (stopped, constant, steps) = slopes(&Tensor::new(&[2], &[0.3, 1.2]).unwrap());
        gomlx::assert_close!(stopped, Tensor::new(&[2], &[0.3f64.exp(), 1.2f64.exp()]).unwrap(), 1e-12);
        assert_eq!((constant.to_vec().unwrap(), steps.to_vec().unwrap()), (vec![0.0; 2], vec![0.0; 2]));
    })
    .unwrap();
}

#[test]
fn kinks_have_the_derivatives_that_are_documented() {
    #[graph]
    fn at_kinks(x: &Tensor![f64;]) -> Vec<Tensor<f64>> {
        vec![grad(x, |x| x.abs()), grad(x, |x| x.relu()), grad(x, |x| x.maximum(0.0)), grad(x, |x| x.minimum(0.0)), grad(x, |x| x.max())]
    }
    with_backend("eval", || {
        let slopes: Vec<f64> = at_kinks(&Tensor::scalar(0.0)).iter().map(|x| x.item().unwrap()).collect();
        assert_eq!(slopes, [0.0, 0.0, 0.5, 0.5, 1.0]);
    })
    .unwrap();
}

#[test]
fn auxiliary_values_and_captured_state_come_out() {
    #[graph]
    fn step(x: &Tensor![f64; N], rng: &mut Rng, scale: &Tensor![f64;]) -> (Tensor![f64;], Tensor![f64; N], Tensor![f64; N]) {
        let ((loss, noise), slope) = value_and_grad(x, |x| {
            let noise = rng.uniform::<f64>(x.dims());
            ((x * &noise * scale).sum(), noise)
        });
        (loss, noise * scale, slope)
    }
    with_backend("eval", || {
        let mut rng = Rng::from_seed(5);
        let x = Tensor::ones(&[3]);
        let scale = Tensor::scalar(2.0);
        let (loss, noise, slope) = step(&x, &mut rng, &scale);
        assert_eq!(noise.to_vec().unwrap(), slope.to_vec().unwrap());
        gomlx::assert_close!(loss, noise.sum(), 1e-12);
        let (_, next, _) = step(&x, &mut rng, &scale);
        assert_ne!(next.to_vec().unwrap(), noise.to_vec().unwrap());
    })
    .unwrap();
}

/// The square root of `a` by Newton's method, with at most 50 steps.
#[graph]
fn root_slope(a: &Tensor![f64;]) -> Tensor![f64;] {
    grad(a, |a| {
        let mut x = a.clone();
        let mut i = Tensor::scalar(0i32);
        while i.lt(50) && (&x * &x - a).abs().gt(1e-13) {
            x = (&x + a / &x) * 0.5;
            i = i + 1;
        }
        x
    })
}

#[test]
fn a_bounded_loop_has_a_gradient() {
    on_each_backend("bounded_loop_gradient", |_| {
        for a in [0.25, 2.0, 9.0] {
            let slope = root_slope(&Tensor::scalar(a)).item().unwrap();
            assert!((slope - 0.5 / a.sqrt()).abs() < 1e-9, "{slope} at {a}");
        }
    });
}

#[graph]
fn unbounded_slope(a: &Tensor![f64;]) -> Tensor![f64;] {
    grad(a, |a| {
        let mut x = a.clone();
        while x.gt(1.0) {
            x = x * 0.5;
        }
        x
    })
}

#[test]
fn an_unbounded_loop_says_how_to_bound_it() {
    let message = unbounded_slope::try_call(&Tensor::scalar(3.0)).unwrap_err().to_string();
    assert_says(
        &message,
        &["E0009", "goes back through every iteration", "gradients.rs:", "bound the loop: `&&` its condition with a counter"],
    );
}
