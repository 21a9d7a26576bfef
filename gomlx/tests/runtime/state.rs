// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! State: written back, donated, kept if it does not change, lost if a run fails.

use gomlx::prelude::*;
use gomlx::testing::on_each_backend;
use gomlx::{Error, with_backend};
use gomlx_ir::Donation;

use crate::assert_says;
use crate::backends::Watched;

fn scalars(values: &[&Tensor<f32>]) -> Vec<f32> {
    values.iter().map(|t| t.item().unwrap()).collect()
}

#[test]
fn state_is_written_back_and_clones_stay() {
    #[graph]
    fn advance(count: &mut Tensor![f32; N], by: &Tensor![f32;]) -> Tensor![f32;] {
        let before = count.sum();
        *count += by;
        before
    }
    on_each_backend("state_is_written_back_and_clones_stay", |_| {
        let mut count = Tensor::new(&[2], &[1.0, 2.0]).unwrap();
        let first = count.clone();
        assert_eq!(advance(&mut count, &Tensor::scalar(10.0)).item().unwrap(), 3.0);
        let second = count.clone();
        assert_eq!(advance(&mut count, &Tensor::scalar(100.0)).item().unwrap(), 23.0);
        assert_eq!(count.to_vec().unwrap(), [111.0, 112.0]);
        assert_eq!(second.to_vec().unwrap(), [11.0, 12.0]);
        assert_eq!(first.to_vec().unwrap(), [1.0, 2.0]);
    });
}

#[test]
fn outputs_may_be_each_others_old_state() {
    #[graph]
    fn rotate(a: &mut Tensor![f32;], b: &mut Tensor![f32;], c: &mut Tensor![f32;]) -> (Tensor![f32;], Tensor![f32;]) {
        let old = a.clone();
        *a = b.clone();
        *b = c.clone();
        *c = old.clone();
        (old, b.clone())
    }
    #[graph]
    fn merge(a: &mut Tensor![f32;], b: &mut Tensor![f32;]) -> Tensor![f32;] {
        let sum = a + b;
        *a = sum.clone();
        *b = sum.clone();
        sum
    }
    on_each_backend("outputs_may_be_each_others_old_state", |_| {
        let [mut a, mut b, mut c] = [1.0, 2.0, 3.0].map(Tensor::<f32>::scalar);
        for _ in 0..2 {
            let (first, third) = rotate(&mut a, &mut b, &mut c);
            let before = scalars(&[&first, &third]);
            assert_eq!(before, scalars(&[&c, &b]));
        }
        assert_eq!(scalars(&[&a, &b, &c]), [3.0, 1.0, 2.0]);
        let sum = merge(&mut a, &mut b);
        assert_eq!(scalars(&[&a, &b, &sum]), [4.0, 4.0, 4.0]);
        // Both leaves may now share a buffer, which must not be overwritten for both.
        merge(&mut a, &mut b);
        assert_eq!(scalars(&[&a, &b, &sum]), [8.0, 8.0, 4.0]);
    });
}

#[test]
fn one_tensor_may_stand_at_several_arguments() {
    #[graph]
    fn mix(a: &mut Tensor![f32; N], b: &mut Tensor![f32; N], x: &Tensor![f32; N], y: Tensor![f32; N]) -> Tensor![f32; N] {
        *a = a * 10.0 + x;
        *b = b * 100.0 + y;
        a + b
    }
    on_each_backend("one_tensor_may_stand_at_several_arguments", |_| {
        let x = Tensor::new(&[2], &[1.0, 2.0]).unwrap();
        let (mut a, mut b) = (x.clone(), x.clone());
        for _ in 0..2 {
            a = x.clone();
            b = x.clone();
            assert_eq!(mix(&mut a, &mut b, &x, x.clone()).to_vec().unwrap(), [112.0, 224.0]);
        }
        assert_eq!(a.to_vec().unwrap(), [11.0, 22.0]);
        assert_eq!(b.to_vec().unwrap(), [101.0, 202.0]);
        assert_eq!(x.to_vec().unwrap(), [1.0, 2.0]);
    });
}

#[test]
fn leaves_that_stay_are_no_outputs() {
    #[graph]
    fn bump(pair: &mut (Tensor<f32>, Tensor<f32>), x: &Tensor![f32;]) -> Tensor![f32;] {
        pair.1 = &pair.1 + x;
        &pair.0 * x
    }
    let watched = Watched::register("state-unchanged");
    with_backend("state-unchanged", || {
        let mut pair = (Tensor::scalar(2.0), Tensor::scalar(3.0));
        let kept = pair.0.clone();
        assert_eq!(bump(&mut pair, &Tensor::scalar(5.0)).item().unwrap(), 10.0);
        assert_eq!(scalars(&[&pair.0, &pair.1, &kept]), [2.0, 8.0, 2.0]);
    })
    .unwrap();
    let run = watched.last();
    assert_eq!(run.outputs, 2, "the new leaf and the result");
    let donations: Vec<Donation> = run.inputs.iter().map(|i| i.0).collect();
    assert_eq!(donations, [Donation::Keep, Donation::Alias(0), Donation::Keep]);
}

#[test]
fn donated_buffers_have_no_other_owner_unless_they_are_shared() {
    #[graph]
    fn add(state: &mut Tensor![f32; N], given: Tensor![f32; N]) -> Tensor![f32;] {
        *state = state + given;
        state.sum()
    }
    let watched = Watched::register("state-owners");
    with_backend("state-owners", || {
        let alone = || -> Vec<bool> { watched.last().inputs.iter().map(|i| i.1).collect() };
        let mut state = Tensor::new(&[2], &[1.0, 2.0]).unwrap();
        add(&mut state, Tensor::ones(&[2]));
        assert_eq!(alone(), [true, true]);
        let shared = Tensor::ones(&[2]);
        add(&mut state, shared.clone());
        assert_eq!(alone(), [true, false]);
        let copy = state.clone();
        add(&mut state, Tensor::ones(&[2]));
        assert_eq!(alone(), [false, true]);
        assert_eq!(copy.to_vec().unwrap(), [3.0, 4.0]);
        assert!(watched.last().inputs.iter().all(|i| i.0 != Donation::Keep));
    })
    .unwrap();
}

#[test]
fn a_failed_run_loses_what_was_donated_and_says_so() {
    #[graph]
    fn fragile(pair: &mut (Tensor<f32>, Tensor<f32>), x: &Tensor![f32; N]) -> Tensor![f32;] {
        pair.1 = &pair.1 * 2.0;
        x.sum() + &pair.0
    }
    let watched = Watched::register("state-failing");
    with_backend("state-failing", || {
        let mut pair = (Tensor::scalar(1.0), Tensor::scalar(3.0));
        let x = Tensor::ones(&[2]);
        fragile(&mut pair, &x);
        watched.set_failing(true);
        let line = line!() + 1;
        let error = fragile::try_call(&mut pair, &x).unwrap_err();
        assert!(matches!(error, Error::Execution(_)));
        assert_says(&error.to_string(), &["the device is on fire", "fragile", &format!("state.rs:{line}:")]);
        // Parts that the graph does not replace or only reads are still valid.
        assert_eq!(pair.0.item().unwrap(), 1.0);
        assert_eq!(x.to_vec().unwrap(), [1.0, 1.0]);
        let line = line!() + 1;
        let error = pair.1.item().unwrap_err();
        assert!(matches!(error, Error::Execution(_)));
        assert_says(&error.to_string(), &["donated to `fragile`, which failed", &format!("state.rs:{line}:"), "checkpoint"]);
        assert_says(&format!("{:?}", pair.1), &["lost in `fragile`"]);
        watched.set_failing(false);
        assert_says(&fragile::try_call(&mut pair, &x).unwrap_err().to_string(), &["donated to `fragile`", "state.rs:"]);
        pair.1 = Tensor::scalar(4.0);
        assert_eq!(fragile(&mut pair, &x).item().unwrap(), 3.0);
        assert_eq!(pair.1.item().unwrap(), 8.0);
    })
    .unwrap();
}

#[test]
fn nothing_is_donated_before_all_is_validated() {
    #[graph]
    fn combine(state: &mut Tensor![f32; N], given: Tensor![f32; N]) -> Tensor![f32;] {
        *state = state + given;
        state.sum()
    }
    with_backend("eval", || {
        let mut state = Tensor::new(&[2], &[1.0, 2.0]).unwrap();
        let error = combine::try_call(&mut state, Tensor::ones(&[3])).unwrap_err();
        assert!(matches!(error, Error::Signature(_)), "{error}");
        assert_eq!(state.to_vec().unwrap(), [1.0, 2.0]);
    })
    .unwrap();
}

#[test]
fn nested_calls_update_state_inline() {
    #[graph]
    fn tick(count: &mut Tensor![f32;], by: &Tensor![f32;]) -> Tensor![f32;] {
        *count += by;
        count.clone()
    }
    #[graph]
    fn twice(count: &mut Tensor![f32;], by: &Tensor![f32;]) -> Tensor![f32;] {
        let first = tick(count, by);
        let second = tick(count, &(by * 10.0));
        first * 1000.0 + second
    }
    on_each_backend("nested_calls_update_state_inline", |_| {
        let mut count = Tensor::scalar(1.0);
        assert_eq!(twice(&mut count, &Tensor::scalar(2.0)).item().unwrap(), 3023.0);
        assert_eq!(count.item().unwrap(), 23.0);
    });
    assert_eq!(tick::memo().stats().compiles, 0);
}

model! {
    /// A model with a leaf of each kind.
    pub Mixed {
        weight: Tensor![f32; 2] = ones(),
        #[state]
        calls: Tensor![i32;] = zeros(),
        #[state]
        mean: Tensor![f32; 2] = zeros(),
        scale: usize = 3,
    }

    /// Scales the input and counts the calls.
    pub fn forward(&mut self, x: &Tensor![f32; 2]) -> Tensor![f32; 2] {
        self.calls = &self.calls + 1;
        self.mean = &self.mean * 0.5 + x * 0.5;
        x * &self.weight * self.scale
    }
}

#[test]
fn leaves_that_are_not_trained_pass_through_gradients_and_optimizers() {
    #[graph]
    fn step(model: &mut Mixed, opt: &mut Adam<Mixed>, x: &Tensor![f32; 2]) -> (Tensor![f32;], Mixed) {
        let mut counted = model.clone();
        let (loss, gradients) = value_and_grad(model, |m| {
            let mut m = m.clone();
            let loss = m.forward(x).sum();
            counted = m;
            loss
        });
        model.calls = counted.calls;
        model.mean = counted.mean;
        opt.update(model, &gradients);
        (loss, gradients)
    }
    on_each_backend("leaves_that_are_not_trained_pass_through_gradients_and_optimizers", |_| {
        let mut model = Mixed::init(&mut Rng::from_seed(0));
        let mut opt = Adam::new(&model, 0.5);
        let x = Tensor::new(&[2], &[1.0, -1.0]).unwrap();
        let mut gradients = None;
        for _ in 0..3 {
            gradients = Some(step(&mut model, &mut opt, &x).1);
        }
        let gradients = gradients.unwrap();
        assert_eq!(gradients.weight.to_vec().unwrap(), [3.0, -3.0]);
        assert!(gradients.calls.as_any().is_absent() && gradients.mean.as_any().is_absent());
        assert_says(&gradients.calls.to_vec().unwrap_err().to_string(), &["not differentiated", "state.rs:"]);
        assert_eq!(model.calls.item().unwrap(), 3);
        assert_eq!(opt.steps().item().unwrap(), 3);
        assert_eq!(model.mean.to_vec().unwrap(), [0.875, -0.875]);
        gomlx::assert_close!(model.weight, Tensor::new(&[2], &[-0.5f32, 2.5]).unwrap(), 1e-5);
    });
}
