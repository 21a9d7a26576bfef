// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Values and derivatives at the edges of functions: kinks, infinities, tails, the limits of element types. Each test
//! runs on every backend.

use gomlx::prelude::*;
use gomlx::testing::on_each_backend;
use gomlx::{assert_close, bf16, f16, nn, special, value_and_grad, vmap};

#[graph]
fn sigmoid_loss(logits: &Tensor![f32; 3], targets: &Tensor![f32; 3]) -> (Tensor![f32; 3], Tensor![f32; 3]) {
    let gradient = grad(logits, |logits| nn::sigmoid_cross_entropy(logits, targets).sum());
    let second = grad(logits, |logits| grad(logits, |logits| nn::sigmoid_cross_entropy(logits, targets).sum()).sum());
    (gradient, second)
}

#[test]
fn losses_have_no_kink_at_zero() {
    on_each_backend("losses_have_no_kink_at_zero", |_| {
        let targets = Tensor::new(&[3], &[0.0f32, 1.0, 0.5]).unwrap();
        let (gradient, second) = sigmoid_loss(&Tensor::zeros(&[3]), &targets);
        assert_close!(gradient, Tensor::new(&[3], &[0.5f32, -0.5, 0.0]).unwrap());
        assert_close!(second, Tensor::full(&[3], 0.25f32));
    });
}

#[graph]
fn logsumexp_gradient(x: &Tensor![f32; N]) -> (Tensor![f32;], Tensor![f32; N]) {
    value_and_grad(x, |x| x.logsumexp(0))
}

#[graph]
fn logaddexp_gradient(x: &Tensor![f32; N], y: &Tensor![f32; N]) -> (Tensor![f32; N], Tensor![f32; N]) {
    (x.logaddexp(y), grad(x, |x| x.logaddexp(y).sum()))
}

#[test]
fn a_maximum_may_be_infinite() {
    const INF: f32 = f32::INFINITY;
    on_each_backend("a_maximum_may_be_infinite", |_| {
        let tensor = |elements: &[f32]| Tensor::new(&[elements.len()], elements).unwrap();
        assert_eq!(tensor(&[-INF, -INF]).logsumexp(0).item().unwrap(), -INF);
        assert_eq!(tensor(&[INF, 0.0]).logsumexp(0).item().unwrap(), INF);
        assert_close!(tensor(&[-INF, 0.0]).softmax(0), tensor(&[0.0, 1.0]));
        assert_close!(tensor(&[-INF, 0.0]).log_softmax(0), tensor(&[-INF, 0.0]));
        let (value, gradient) = logsumexp_gradient(&tensor(&[-INF, 1.0]));
        assert_close!(value, Tensor::from(1.0f32));
        assert_close!(gradient, tensor(&[0.0, 1.0]));
        let (value, gradient) = logsumexp_gradient(&tensor(&[-INF, -INF]));
        assert_close!(value, Tensor::from(-INF));
        assert_close!(gradient, tensor(&[0.0, 0.0]));
        let (value, gradient) = logaddexp_gradient(&tensor(&[-INF, INF, 0.0, -INF]), &tensor(&[-INF, INF, -INF, 2.0]));
        assert_close!(value, tensor(&[-INF, INF, 0.0, 2.0]));
        assert!(gradient.is_finite().all().item().unwrap());
    });
}

#[test]
fn tails_do_not_cancel() {
    on_each_backend("tails_do_not_cancel", |_| {
        let x = Tensor::new(&[2], &[-5.5f32, -6.0]).unwrap();
        let relative = |x: Tensor<f32>, expected: [f32; 2]| x / Tensor::new(&[2], &expected).unwrap();
        assert_close!(relative(x.gelu(), [-1.044_425_9e-7, -5.919_525_9e-9]), Tensor::ones(&[2]), 1e-4);
        let x = Tensor::new(&[2], &[-5.0f32, -5.5]).unwrap();
        assert_close!(relative(x.gelu_tanh(), [-2.291_796_2e-7, -5.927_64e-9]), Tensor::ones(&[2]), 1e-4);
    });
}

/// The values are mpmath's.
#[test]
fn special_functions_hold_far_out() {
    on_each_backend("special_functions_hold_far_out", |_| {
        let tensor = |elements: &[f64]| Tensor::new(&[elements.len()], elements).unwrap();
        let close = |got: Tensor<f64>, wanted: &[f64]| assert_close!(got / tensor(wanted), Tensor::ones(&[wanted.len()]), 1e-10);
        close(special::spence(&tensor(&[30.0, 1000.0])), &[-7.280_084_707_384_27, -25.495_564_102_429]);
        close(special::gammainc(&tensor(&[10_000.0]), &tensor(&[9900.0])), &[0.158_651_192_193_565]);
        close(special::betainc(&tensor(&[500.0]), &tensor(&[400.0]), &tensor(&[0.5])), &[4.214_172_902_810_13e-4]);
        close(special::betaln(&tensor(&[1e6]), &tensor(&[2.0])), &[-27.631_022_115_928]);
        close(special::bessel_jn(&tensor(&[100.0]), 3).slice_axis(0, 3, 4).flatten(), &[0.076_284_201_720_331_9]);
    });
}

#[test]
#[should_panic(expected = "f32[] is not a matrix")]
fn a_scalar_is_no_right_side() {
    gomlx::linalg::solve(&Tensor::<f32>::ones(&[1, 1]), &Tensor::scalar(1.0));
}

#[test]
#[should_panic(expected = "f32[2] is not a matrix")]
fn a_vector_is_no_triangle() {
    gomlx::linalg::solve_triangular(&Tensor::<f32>::ones(&[2]), &Tensor::ones(&[2]), true);
}

#[graph]
fn third_derivative(x: &Tensor![f64; 2]) -> Tensor![f64; 2] {
    let second = |x: &Tensor<f64>| grad(x, |x| grad(x, |x| x.square().sum()).sum());
    grad(x, |x| second(x).sum())
}

#[test]
fn a_derivative_may_be_constant() {
    on_each_backend("a_derivative_may_be_constant", |_| {
        let x = Tensor::new(&[2], &[1.0, 2.0]).unwrap();
        assert_eq!(third_derivative(&x).to_vec().unwrap(), [0.0, 0.0]);
    });
}

#[graph]
fn kinked(x: &Tensor![f64;]) -> Tensor![f64;] {
    if x < 1.0 { x.clone() } else { x.sqrt() }
}

#[graph]
fn branches_of_examples(x: &Tensor![f64; N]) -> Tensor![f64; N] {
    grad(x, |x| vmap(x, kinked).sum())
}

#[test]
fn a_side_not_taken_has_no_derivative() {
    on_each_backend("a_side_not_taken_has_no_derivative", |_| {
        let x = Tensor::new(&[2], &[0.0, 4.0]).unwrap();
        assert_close!(branches_of_examples(&x), Tensor::new(&[2], &[1.0, 0.25]).unwrap(), 1e-12);
    });
}

#[graph]
fn adam_step(x: &mut Tensor![f16; 2], opt: &mut Adam<Tensor<f16>>, gradient: &Tensor![f16; 2]) {
    opt.update(x, gradient);
}

#[graph]
fn adam_step_bf16(x: &mut Tensor![bf16; 1], opt: &mut Adam<Tensor<bf16>>, gradient: &Tensor![bf16; 1]) {
    opt.update(x, gradient);
}

#[test]
fn adam_computes_in_single_precision() {
    on_each_backend("adam_computes_in_single_precision", |_| {
        let half = |x: [f64; 2]| Tensor::new(&[2], &x.map(f16::from_f64)).unwrap();
        let (mut x, gradient) = (half([1.0, 1.0]), half([0.0, 1e-4]));
        let mut opt = Adam::new(&x, 0.1);
        adam_step(&mut x, &mut opt, &gradient);
        assert_close!(x, half([1.0, 0.9]), 1e-3);
        // The mean of squares goes on to one, and the step with it to the learning rate.
        let mut x = Tensor::new(&[1], &[bf16::from_f64(0.0)]).unwrap();
        let one = Tensor::new(&[1], &[bf16::from_f64(1.0)]).unwrap();
        let mut opt = Adam::new(&x, 1.0);
        for _ in 0..2000 {
            adam_step_bf16(&mut x, &mut opt, &one);
        }
        let square = gomlx::tree::leaves(&opt).into_iter().find(|leaf| leaf.path == "square").unwrap().tensor;
        let square: Tensor<f32> = square.try_into().unwrap();
        assert_close!(square, Tensor::full(&[1], 1.0 - 0.999f32.powi(2000)), 1e-3);
    });
}
