// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The transforms of the public API: combinations of them, and the errors of wrong uses.

use gomlx::nn::sparse_cross_entropy;
use gomlx::prelude::*;
use gomlx::{checkpoint, custom_jvp, custom_vjp, hessian, hvp, jacobian, jacobian_forward, jvp, linearize, vjp, vmap, with_backend};

use crate::{assert_says, panic_of};

model! {
    pub Cnn {
        kernel: Tensor![f64; 3, 3, 1, 2] = glorot_uniform(),
        weight: Tensor![f64; 8, 3] = glorot_uniform(),
        bias: Tensor![f64; 3] = zeros(),
    }
    pub fn forward(&self, x: &Tensor![f64; B, 4, 4, 1]) -> Tensor![f64; B, 3] {
        let features = x.conv(&self.kernel, &Conv::default()).tanh().max_pool([2, 2], [2, 2], &Padding::Valid);
        features.flatten().reshape([x.dims()[0], 8]).matmul(&self.weight) + &self.bias
    }
}

fn loss(model: &Cnn, x: &Tensor<f64>, y: &Tensor<i32>) -> Tensor<f64> {
    sparse_cross_entropy(&model.forward(x), y).mean()
}

#[graph]
fn per_example(model: &Cnn, x: &Tensor![f64; B, 4, 4, 1], y: &Tensor![i32; B]) -> Cnn {
    vmap(&(x.clone(), y.clone()), |(x, y)| grad(model, |m| loss(m, &x.expand_dims(0), &y.expand_dims(0))))
}

#[graph]
fn of_batch(model: &Cnn, x: &Tensor![f64; B, 4, 4, 1], y: &Tensor![i32; B]) -> Cnn {
    grad(model, |m| loss(m, x, y))
}

#[test]
fn gradients_of_a_network_by_example() {
    with_backend("eval", || {
        let model = Cnn::init(&mut Rng::from_seed(3));
        let x = (Tensor::<f64>::arange(48) * 0.37).sin().reshape([3, 4, 4, 1]);
        let y = Tensor::new(&[3], &[2i32, 0, 1]).unwrap();
        let gradients = per_example(&model, &x, &y);
        assert_eq!(gradients.kernel.dims(), [3, 3, 3, 1, 2]);
        for i in 0..3 {
            let one = of_batch(&model, &x.slice_axis(0, i, i + 1), &y.slice_axis(0, i, i + 1));
            gomlx::assert_close!(gradients.kernel.slice_axis(0, i, i + 1).squeeze(0), one.kernel, 1e-12);
            gomlx::assert_close!(gradients.weight.slice_axis(0, i, i + 1).squeeze(0), one.weight, 1e-12);
            gomlx::assert_close!(gradients.bias.slice_axis(0, i, i + 1).squeeze(0), one.bias, 1e-12);
        }
    })
    .unwrap();
}

/// 100 (x1 - x0^2)^2 + (1 - x0)^2, summed over neighbouring elements.
fn rosenbrock(x: &Tensor<f64>) -> Tensor<f64> {
    let n = x.dims()[0];
    let (head, tail) = (x.slice_axis(0, 0, n - 1), x.slice_axis(0, 1, n));
    ((tail - head.square()).square() * 100.0 + (1.0f64 - head).square()).sum()
}

#[graph]
fn second_order(x: &Tensor![f64; N], t: &Tensor![f64; N]) -> Vec<Tensor<f64>> {
    let direct = hessian(x, rosenbrock);
    let product = hvp(x, t, rosenbrock);
    let by_columns = jacobian_forward(x, |x| grad(x, rosenbrock));
    let by_rows = jacobian(x, |x| grad(x, rosenbrock));
    let by_gradients = grad(x, |x| (grad(x, rosenbrock) * t).sum());
    let (_, pullback) = vjp(x, |x| grad(x, rosenbrock));
    vec![direct, product, by_columns, by_rows, by_gradients, pullback.call(t)]
}

#[test]
fn second_derivatives_in_every_way() {
    with_backend("eval", || {
        let x = Tensor::new(&[3], &[0.5, -0.3, 1.2]).unwrap();
        let t = Tensor::new(&[3], &[1.0, 2.0, -1.0]).unwrap();
        let found = second_order(&x, &t);
        // By hand: each pair of neighbours adds 1200 x0^2 - 400 x1 + 2 and 200 to the diagonal, and -400 x0 beside it.
        let h = [[1200.0 * 0.25 + 120.0 + 2.0, -200.0, 0.0], [-200.0, 1200.0 * 0.09 - 480.0 + 2.0 + 200.0, 120.0], [0.0, 120.0, 200.0]];
        let h = Tensor::new(&[3, 3], &h.concat()).unwrap();
        for matrix in [&found[0], &found[2], &found[3]] {
            gomlx::assert_close!(matrix, h, 1e-12);
        }
        let product = h.matmul(&t);
        for vector in [&found[1], &found[4], &found[5]] {
            gomlx::assert_close!(vector, product, 1e-12);
        }
    })
    .unwrap();
}

#[graph]
fn maps(x: &Tensor![f64; N], t: &Tensor![f64; N]) -> (Vec<Tensor<f64>>, Tensor<f64>) {
    let f = |x: &Tensor<f64>| x.sin() * x.sum();
    let (_, tangent) = jvp(x, t, f);
    let (_, linear) = linearize(x, f);
    let (_, pullback) = vjp(x, f);
    // The pullbacks of a basis give all rows of the matrix at once.
    let n = x.dims()[0];
    let basis = (Tensor::<i32>::arange(n).reshape([n, 1]).eq(Tensor::<i32>::arange(n))).cast::<f64>();
    let rows = vmap(&basis, |ct| pullback.call(ct));
    (vec![tangent, linear.call(t), linear.call(&(t * 2.0)) * 0.5], rows - jacobian(x, f))
}

#[test]
fn linear_maps_are_called_again_and_in_batches() {
    with_backend("eval", || {
        let x = Tensor::new(&[3], &[0.1, 0.7, -0.4]).unwrap();
        let (tangents, difference) = maps(&x, &Tensor::new(&[3], &[1.0, -2.0, 0.5]).unwrap());
        gomlx::assert_close!(tangents[0], tangents[1], 1e-12);
        gomlx::assert_close!(tangents[0], tangents[2], 1e-12);
        gomlx::assert_close!(difference, Tensor::zeros(&[3, 3]), 1e-12);
    })
    .unwrap();
}

#[graph]
fn kept_or_not(x: &Tensor![f64; N], w: &Tensor![f64; N]) -> Vec<Tensor<f64>> {
    let f = |x: &Tensor<f64>| (x.sin() * w).exp() * x;
    let plain = grad(&(x.clone(), w.clone()), |(x, w)| ((x.sin() * w).exp() * x).sum());
    let kept = grad(&(x.clone(), w.clone()), |(x, w)| checkpoint(x, |x| (x.sin() * w).exp() * x).sum());
    let curved = grad(x, |x| grad(x, |x| checkpoint(x, f).square().sum()).sum());
    let flat = grad(x, |x| grad(x, |x| f(x).square().sum()).sum());
    let many = vmap(&x.expand_dims(0), |x| grad(x, |x| checkpoint(x, f).sum())).squeeze(0);
    vec![plain.0.clone(), kept.0, plain.1, kept.1, curved, flat, many, plain.0]
}

#[test]
fn a_checkpoint_changes_no_derivative() {
    with_backend("eval", || {
        let found = kept_or_not(&Tensor::new(&[2], &[0.3, -0.8]).unwrap(), &Tensor::new(&[2], &[1.1, 0.4]).unwrap());
        for pair in found.chunks(2) {
            gomlx::assert_close!(pair[0], pair[1], 1e-12);
        }
    })
    .unwrap();
}

#[graph]
fn own(x: &Tensor![f64; N]) -> Vec<Tensor<f64>> {
    // These derivatives are wrong on purpose, to distinguish them from the right ones.
    let triple = |x: &Tensor<f64>| custom_vjp(x, |x| (x.square(), x.clone()), |x, ct: &Tensor<f64>| x * ct * 3.0);
    let by_tangent = |x: &Tensor<f64>| custom_jvp(x, |x| x.square(), |x, t: &Tensor<f64>| x * t * 5.0);
    vec![
        grad(x, |x| triple(x).sum()),
        grad(x, |x| by_tangent(x).sum()),
        jvp(x, &Tensor::ones(x.dims()), by_tangent).1,
        vmap(x, |x| grad(x, triple)),
        grad(x, |x| vmap(x, triple).sum()),
        // Forward mode over reverse mode differentiates the custom backward function.
        hvp(x, &Tensor::ones(x.dims()), |x| triple(x).sum()),
    ]
}

#[test]
fn derivatives_of_ones_own() {
    with_backend("eval", || {
        let x = Tensor::new(&[2], &[1.0, -2.0]).unwrap();
        let want = [3.0, 5.0, 5.0, 3.0, 3.0];
        let found = own(&x);
        for (found, factor) in found.iter().zip(want) {
            gomlx::assert_close!(found, &x * factor, 1e-12);
        }
        gomlx::assert_close!(found[5], Tensor::ones(&[2]) * 3.0, 1e-12);
    })
    .unwrap();
}

#[test]
fn wrong_use_names_the_line() {
    #[graph]
    fn no_scalar(x: &Tensor![f64; N]) -> Tensor<f64> {
        grad(x, |x| x.sin())
    }
    #[graph]
    fn no_float(x: &Tensor![i32; N]) -> Tensor<i32> {
        grad(x, |x| x.cast::<f32>().sum())
    }
    #[graph]
    fn unused(x: &Tensor![f64; N]) -> Tensor<f64> {
        grad(x, |_| x.sum())
    }
    #[graph]
    fn other_shape(x: &Tensor![f64; N]) -> Tensor<f64> {
        jvp(x, &x.sum(), |x| x.sin()).1
    }
    #[graph]
    fn sizes(x: &Tensor![f64; N], y: &Tensor![f64; M]) -> Tensor<f64> {
        vmap(&(x.clone(), y.clone()), |(x, y)| x * y)
    }
    #[graph]
    fn no_forward(x: &Tensor![f64; N]) -> Tensor<f64> {
        jvp(x, x, |x| custom_vjp(x, |x| (x.sin(), ()), |_, ct: &Tensor<f64>| ct.clone())).1
    }
    #[graph]
    fn captured(x: &Tensor![f64; N]) -> Tensor<f64> {
        grad(x, |x| custom_jvp(&Tensor::scalar(1.0), |y| x * y, |_, t: &Tensor<f64>| t * x).sum())
    }
    let x = Tensor::new(&[2], &[1.0, 2.0]).unwrap();
    let line = "transforms.rs";
    assert_says(&panic_of(|| no_scalar(&x)), &["the loss is f64[2], not a floating-point scalar", line]);
    assert_says(&panic_of(|| no_float(&Tensor::new(&[1], &[1]).unwrap())), &["nothing to differentiate by", "i32[1]", line]);
    assert_says(&panic_of(|| unused(&x)), &["the loss does not use what it is differentiated by", line]);
    assert_says(&panic_of(|| other_shape(&x)), &["the tangent of a value of shape f64[2] has shape f64[]", line]);
    assert_says(&panic_of(|| sizes(&x, &Tensor::ones(&[3]))), &["vmap: f64[2], f64[3] do not have as many examples", line]);
    assert_says(&panic_of(|| no_forward(&x)), &["composite of f64[2] has no derivative", "custom_jvp", line]);
    assert_says(&panic_of(|| captured(&x)), &["has no derivative", "pass that as an argument", line]);
    assert_says(&panic_of(|| vmap(&x, |x| x.clone())), &["vmap outside a graph function", line]);
}
