// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The fields that a `model!` can have, and the trees that it and `#[derive(Tree)]` make.

use gomlx::nn::Dense;
use gomlx::prelude::*;
use gomlx::tree::{self, Role, leaves};
use gomlx::{Element, bf16};

use crate::{assert_says, on_eval};

fn rng() -> Rng {
    Rng::from_seed(1)
}

/// The activation at the end of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Tree)]
enum Activation {
    Tanh,
    Power { by: usize },
    None,
}

model! {
    /// One layer of a deep model.
    Block<T: Element, D> {
        /// Weights.
        weight: Tensor![T; D, D] = glorot_normal(),
        /// An optional bias.
        pub(crate) bias: Option<Tensor![T; D]> = Some(constant(0.5)),
        gate: Option<Tensor![T; D]> = None,
        scales: [Tensor![T; D]; 2] = [ones(), constant(2.0)],
        activation: Activation = Activation::Tanh,
    }

    fn forward(&self, x: &Tensor![T; B, D]) -> Tensor![T; B, D] {
        let mut y = x.matmul(&self.weight);
        if let Some(bias) = &self.bias {
            y = y + bias;
        }
        for scale in &self.scales {
            y = y * scale;
        }
        match self.activation {
            Activation::Tanh => y.tanh(),
            Activation::Power { by } => y.powi(by as i32),
            Activation::None => y,
        }
    }

    /// A second function on the same variables.
    pub fn penalty(&self) -> Tensor![T;] {
        self.weight.square().sum()
    }
}

model! {
    /// A choice of layers.
    enum Layer<D> {
        /// A dense layer from another crate.
        Dense(Dense<D, D>),
        Scale {
            by: Tensor![f32; D],
            #[state]
            calls: Tensor![i32;],
        },
        Identity,
    }

    fn forward(&mut self, x: &Tensor![f32; B, D]) -> Tensor![f32; B, D] {
        match self {
            Layer::Dense(layer) => layer.forward(x),
            Layer::Scale { by, calls } => {
                *calls = &*calls + 1;
                x * &*by
            }
            Layer::Identity => x.clone(),
        }
    }
}

model! {
    Deep<D, OUT> {
        depth: usize = 3,
        blocks: Vec<Block<f32, D>> = (0..depth).map(|_| Block::init(rng)).collect(),
        pair: [Dense<D, D>; 2],
        ends: (Dense<D, OUT>, Box<Dense<OUT, OUT>>),
        choices: Vec<Layer<D>> = vec![Layer::Dense(Dense::init(rng)), Layer::Identity],
        noise: Rng = rng.split(),
    }

    fn forward(&mut self, x: &Tensor![f32; B, D]) -> Tensor![f32; B, OUT] {
        let mut h = x + self.noise.uniform::<f32>(&[B, D]) * 0.01;
        for block in &self.blocks {
            h = block.forward(&h);
        }
        for layer in &self.pair {
            h = layer.forward(&h);
        }
        for layer in &mut self.choices {
            h = layer.forward(&h);
        }
        let (first, second) = &self.ends;
        second.forward(&first.forward(&h))
    }
}

#[test]
fn fields_of_every_kind() {
    on_eval(|| {
        let mut deep = Deep::<4, 2>::init(&mut rng());
        assert_eq!((deep.depth, deep.blocks.len(), deep.blocks[0].gate.is_none()), (3, 3, true));
        assert_eq!(deep.blocks[1].scales[1].to_vec().unwrap(), [2.0; 4]);
        let x = Tensor::ones(&[3, 4]);
        let first = deep.forward(&x);
        assert_eq!(first.dims(), [3, 2]);
        assert_ne!(deep.forward(&x).to_vec().unwrap(), first.to_vec().unwrap(), "the random state advanced");
        assert_eq!(Deep::<4, 2>::forward_memo().stats().compiles, 1);
        // Fields that are not tensors belong to the key of a compiled graph.
        deep.blocks[2].activation = Activation::None;
        deep.forward(&x);
        deep.blocks[2].activation = Activation::Power { by: 2 };
        deep.forward(&x);
        deep.blocks[2].activation = Activation::Power { by: 3 };
        deep.forward(&x);
        deep.choices[1] = Layer::Scale { by: Tensor::ones(&[4]), calls: Tensor::scalar(0) };
        deep.forward(&x);
        deep.forward(&x);
        deep.blocks[0].bias = None;
        deep.forward(&x);
        assert_eq!(Deep::<4, 2>::forward_memo().stats().compiles, 6);
        let Layer::Scale { calls, .. } = &deep.choices[1] else { panic!("the layer was set above") };
        assert_eq!(calls.item().unwrap(), 3);
        let paths = tree::paths(&deep);
        let at = |i: usize| paths[i].as_str();
        assert_eq!((at(0), at(1), at(2)), ("blocks.0.weight", "blocks.0.scales.0", "blocks.0.scales.1"), "{paths:?}");
        for path in ["blocks.1.bias", "pair.1.weight", "ends.1.bias", "choices.0.weight", "choices.1.by", "noise"] {
            assert!(paths.iter().any(|p| p == path), "{path} of {paths:?}");
        }
    });
}

#[test]
fn models_are_generic_over_element_types() {
    fn norm<T: Element>() -> f64 {
        let block = Block::<T, 3>::init(&mut rng());
        assert_eq!(block.forward(&Tensor::ones(&[2, 3])).dims(), [2, 3]);
        block.penalty().to_host().unwrap().to_f64_vec()[0]
    }
    on_eval(|| {
        let (single, double, half) = (norm::<f32>(), norm::<f64>(), norm::<bf16>());
        assert!((single - half).abs() < 0.1 * single && double > 0.0, "{single} {double} {half}");
    });
}

model! {
    Normalised<D> {
        scale: Tensor![f32; D] = ones(),
        #[state]
        mean: Tensor![f32; D] = zeros(),
        #[state]
        steps: Option<Tensor![i32;]> = Some(zeros()),
    }

    fn forward(&mut self, x: &Tensor![f32; B, D]) -> Tensor![f32; B, D] {
        self.mean = &self.mean * 0.5 + x.mean_axis(0) * 0.5;
        if let Some(steps) = &mut self.steps {
            *steps = &*steps + 1;
        }
        (x - &self.mean) * &self.scale
    }
}

#[graph]
fn train(model: &mut Normalised<2>, opt: &mut Sgd, x: &Tensor![f32; B, 2]) -> Tensor![f32;] {
    let ((loss, next), gradients) = value_and_grad(model, |m| {
        let mut m = m.clone();
        let loss = m.forward(x).square().mean();
        (loss, m)
    });
    *model = next;
    opt.update(model, &gradients);
    loss
}

#[test]
fn statistics_are_updated_and_not_trained() {
    on_eval(|| {
        let mut model = Normalised::<2>::init(&mut rng());
        let mut opt = Sgd::new(0.1);
        let x = Tensor::new(&[2, 2], &[1.0, 2.0, 3.0, 6.0]).unwrap();
        let first = train(&mut model, &mut opt, &x).item().unwrap();
        assert_eq!(model.mean.to_vec().unwrap(), [1.0, 2.0]);
        let second = train(&mut model, &mut opt, &x).item().unwrap();
        assert_eq!((model.mean.to_vec().unwrap(), model.steps.as_ref().unwrap().item().unwrap()), (vec![1.5, 3.0], 2));
        assert!(second < first && model.scale.to_vec().unwrap()[1] < 1.0, "{first} {second}");
    });
}

#[derive(Clone, Debug, Tree)]
struct Cache<T> {
    keys: T,
    #[tree(state)]
    length: Tensor<i32>,
    r#type: String,
}

#[derive(Clone, Debug, Tree)]
struct Wrapper(Cache<Tensor<f32>>);

#[derive(Clone, Debug, Tree)]
struct Two(Tensor<f32>, Vec<Tensor<f32>>);

#[derive(Clone, Debug, Tree)]
struct Unit;

fn wrapper() -> Wrapper {
    Wrapper(Cache { keys: Tensor::ones(&[3]), length: Tensor::scalar(2), r#type: "plain".to_owned() })
}

#[graph]
fn push(cache: &mut Wrapper, two: &Two, unit: Unit) -> (Two, Unit) {
    cache.0.keys = &cache.0.keys + two.0;
    cache.0.length += 1;
    (Two(&two.0 * 2.0, two.1.clone()), unit)
}

#[test]
fn derived_trees_go_through_graphs() {
    on_eval(|| {
        let (mut cache, two) = (wrapper(), Two(Tensor::ones(&[3]), vec![Tensor::scalar(4.0)]));
        let (next, Unit) = push(&mut cache, &two, Unit);
        assert_eq!(cache.0.keys.to_vec().unwrap(), [2.0; 3]);
        assert_eq!(cache.0.length.item().unwrap(), 3);
        assert_eq!((next.0.to_vec().unwrap(), next.1[0].item().unwrap()), (vec![2.0; 3], 4.0));
        let found: Vec<(String, Role)> = leaves(&(cache.clone(), two.clone())).into_iter().map(|l| (l.path, l.role)).collect();
        let expected = [("0.keys", Role::Trainable), ("0.length", Role::State), ("1.0", Role::Trainable), ("1.1.0", Role::Trainable)];
        assert_eq!(found, expected.map(|(path, role)| (path.to_owned(), role)));
        cache.0.r#type = "other".to_owned();
        push(&mut cache, &two, Unit);
        assert_eq!(push::memo().stats().compiles, 2, "a host field is part of the key");
    });
}

#[test]
fn trees_are_mapped_zipped_and_filtered() {
    on_eval(|| {
        let (a, b) = (wrapper(), wrapper());
        assert_eq!((tree::count(&a), tree::bytes(&a)), (3, 3 * 4 + 4));
        let doubled = tree::map_each(&a, |t: &Tensor<f32>| t * 2.0);
        assert_eq!((doubled.0.keys.to_vec().unwrap(), doubled.0.length.item().unwrap()), (vec![2.0; 3], 2));
        let sum = tree::zip_each(&doubled, &b, |x: &Tensor<f32>, y: &Tensor<f32>| x + y).unwrap();
        assert_eq!(sum.0.keys.to_vec().unwrap(), [3.0; 3]);
        let trained = tree::filter(&a, |leaf| leaf.role == Role::Trainable);
        assert!(trained.0.length.as_any().is_absent() && !trained.0.keys.as_any().is_absent());
        let named = tree::map(&a, |leaf| if leaf.path == "keys" { Tensor::<f32>::zeros(&[1]).into_any() } else { leaf.tensor.clone() });
        assert_eq!(named.0.keys.dims(), [1]);
        let (short, long) = (vec![Tensor::<f32>::ones(&[1])], vec![Tensor::<f32>::ones(&[1]); 2]);
        let error = tree::zip(&short, &long, |a, _| a.tensor.clone()).unwrap_err();
        assert_says(&error.to_string(), &["E0007", "zip", "1 and 2 leaves"]);
        let error = tree::zip(&a, &long, |a, _| a.tensor.clone()).unwrap_err();
        assert_says(&error.to_string(), &["`keys`", "`0`"]);
    });
}

#[graph]
fn average(slow: &mut Vec<Tensor<f32>>, now: &Vec<Tensor<f32>>) -> Result<(), gomlx::Error> {
    *slow = tree::zip_each(slow, now, |a: &Tensor<f32>, x: &Tensor<f32>| a * 0.75 + x * 0.25)?;
    Ok(())
}

#[test]
fn trees_are_zipped_inside_graphs() {
    on_eval(|| {
        let mut slow = vec![Tensor::zeros(&[2])];
        average(&mut slow, &vec![Tensor::ones(&[2])]).unwrap();
        assert_eq!(slow[0].to_vec().unwrap(), [0.25; 2]);
    });
}

model! {
    /// A model with a bound in a `where` clause.
    Wrapped<L, D> where L: Tree + Clone + std::fmt::Debug {
        inner: Option<L> = None,
        scale: Tensor![f32; D] = ones(),
    }

    fn forward(&self, x: &Tensor![f32; B, D]) -> Tensor![f32; B, D] {
        x * self.scale
    }
}
