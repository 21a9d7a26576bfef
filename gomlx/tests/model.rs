// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `model!` as users meet it: struct, `init`, tree, methods, nesting, training state.

use gomlx::tree::{Role, leaves};
use gomlx::{Rng, Tensor, graph, model, value_and_grad};

#[path = "support/mod.rs"]
mod support;

use support::on_eval;

model! {
    /// A dense layer.
    pub Dense<IN, OUT> {
        /// Weights.
        pub weight: Tensor![f32; IN, OUT] = glorot_uniform(),
        pub(crate) bias: Tensor![f32; OUT] = constant(0.5),
    }

    /// An affine map.
    pub fn forward(&self, x: &Tensor![f32; B, IN]) -> Tensor![f32; B, OUT] {
        x.matmul(&self.weight) + self.bias
    }
}

model! {
    Mlp<HIDDEN> {
        first: Dense<4, HIDDEN>,
        rest: Vec<Dense<HIDDEN, HIDDEN>> = (0..2).map(|_| Dense::init(rng)).collect(),
        last: Dense<HIDDEN, 3>,
        #[state]
        calls: Tensor![i32;] = zeros(),
        scale: f32 = 0.5,
        residual: bool = true,
    }

    fn forward(&mut self, x: &Tensor![f32; B, 4]) -> Tensor![f32; B, 3] {
        self.calls += 1;
        let mut h = self.first.forward(x).relu();
        for layer in &self.rest {
            let next = layer.forward(&h).tanh();
            h = if self.residual { h + next } else { next };
        }
        self.last.forward(&h) * self.scale
    }

    fn width(&self) -> Tensor![i32;] {
        Tensor::scalar(HIDDEN as i32)
    }
}

#[test]
fn a_model_is_a_struct_with_init() {
    on_eval(|| {
        let dense = Dense::<4, 2>::init(&mut Rng::from_seed(1));
        assert_eq!(dense.weight.dims(), [4, 2]);
        assert_eq!(dense.bias.to_vec().unwrap(), [0.5, 0.5]);
        let y = dense.forward(&Tensor::zeros(&[3, 4]));
        assert_eq!(y.to_vec().unwrap(), [0.5; 6]);
        assert!(format!("{:?}", dense.clone()).contains("bias"));
        let error = dense.try_forward(&Tensor::zeros(&[3, 5])).expect_err("IN is 4").to_string();
        assert!(error.contains("axis 1 is 5, not 4"), "{error}");
    });
}

#[test]
fn leaves_have_paths_and_roles() {
    on_eval(|| {
        let mlp = Mlp::<5>::init(&mut Rng::from_seed(2));
        let found: Vec<(String, Role)> = leaves(&mlp).into_iter().map(|l| (l.path, l.role)).collect();
        let paths: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
        let expected = "first.weight first.bias rest.0.weight rest.0.bias rest.1.weight rest.1.bias last.weight last.bias calls";
        assert_eq!(paths.join(" "), expected);
        let state: Vec<&str> = found.iter().filter(|(_, role)| *role == Role::State).map(|(path, _)| path.as_str()).collect();
        assert_eq!(state, ["calls"]);
    });
}

#[test]
fn nested_models_and_state() {
    on_eval(|| {
        let mut mlp = Mlp::<5>::init(&mut Rng::from_seed(2));
        let x = Tensor::full(&[2, 4], 0.1);
        let first = mlp.forward(&x).to_vec().unwrap();
        assert_eq!(mlp.forward(&x).to_vec().unwrap(), first);
        assert_eq!(mlp.calls.to_vec().unwrap(), [2]);
        assert_eq!(mlp.width().to_vec().unwrap(), [5]);
        mlp.residual = false;
        assert_ne!(mlp.forward(&x).to_vec().unwrap(), first, "a host field is part of the key");
    });
}

#[graph]
fn train_step(model: &mut Dense<4, 2>, x: &Tensor![f32; B, 4], y: &Tensor![f32; B, 2]) -> Tensor![f32;] {
    let (loss, grads) = value_and_grad(model, |m| (m.forward(x) - y).square().mean());
    model.weight -= 0.5 * grads.weight;
    model.bias -= grads.bias * 0.5;
    loss
}

#[test]
fn a_model_trains() {
    on_eval(|| {
        let mut model = Dense::<4, 2>::init(&mut Rng::from_seed(3));
        let x = Rng::from_seed(4).uniform::<f32>(&[8, 4]);
        let y = x.matmul(&Tensor::full(&[4, 2], 0.25));
        let losses: Vec<f32> = (0..60).map(|_| train_step(&mut model, &x, &y).to_vec().unwrap()[0]).collect();
        assert!(losses[59] < 0.1 * losses[0], "{losses:?}");
        assert_eq!(train_step::memo().stats().entries, 1);
    });
}

mod text {
    use super::*;

    model! {
        Fixed {
            weight: Tensor![f32; 4, 2] = zeros(),
            bias: Tensor![f32; 2] = zeros(),
        }
        fn forward(&self, x: &Tensor![f32; 3, 4]) -> Tensor![f32; 3, 2] {
            x.matmul(&self.weight) + self.bias
        }
    }

    #[test]
    fn the_macros_text_is_the_traces() {
        on_eval(|| {
            let lowered = Fixed::init(&mut Rng::from_seed(0)).forward_lower(&Tensor::zeros(&[3, 4])).expect("it traces");
            assert_eq!(Fixed::FORWARD_STABLEHLO, lowered.stablehlo());
            assert!(Dense::<1, 1>::FORWARD_STABLEHLO.contains("tensor<BxINxf32>"), "{}", Dense::<1, 1>::FORWARD_STABLEHLO);
        });
    }
}
