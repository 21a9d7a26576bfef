// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! User-defined trees: the types that `#[derive(Tree)]` accepts.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use gomlx::bf16;
use gomlx::prelude::*;
use gomlx::tree::{self, Role};

use super::{number, on_all, scalar};

#[derive(Clone, Debug, Tree)]
struct Linear<T: Element> {
    w: Tensor<T>,
    b: Option<Tensor<T>>,
}

#[derive(Clone, Debug, Tree)]
struct Two<T: Element, U> {
    linear: Linear<T>,
    other: Vec<(U, usize)>,
    named: BTreeMap<String, Linear<T>>,
}

/// A function generic over `T`, whose only bound is `Element`.
#[graph]
fn weights<T: Element>(two: &Two<T, Tensor<i32>>) -> Tensor![T;] {
    let mut sum = two.linear.w.sum();
    for (name, linear) in &two.named {
        if name != "skipped" {
            sum += linear.w.sum();
        }
    }
    sum
}

#[derive(Clone, Debug, Tree)]
#[tree(state)]
struct Statistics {
    mean: Tensor<f32>,
    count: Tensor<i32>,
}

#[derive(Clone, Debug, Tree)]
enum Norm {
    Plain(Tensor<f32>),
    #[tree(state)]
    Running {
        mean: Tensor<f32>,
        scale: Tensor<f32>,
    },
}
#[derive(Clone, Debug, Tree)]
struct Where<T, const N: usize = 2>
where
    T: Element,
{
    parts: [Tensor<T>; N],
}
#[derive(Clone, Debug, Tree)]
struct Phantom<T: Element> {
    x: Tensor<f32>,
    of: PhantomData<T>,
}
#[derive(Clone, Debug, Tree)]
enum Node<T: Element> {
    Leaf(Tensor<T>),
    Pair(Box<Node<T>>, Box<Node<T>>),
    Empty,
}
#[derive(Clone, Debug, Tree)]
struct Unit;
#[derive(Clone, Debug, Tree)]
struct Raw {
    r#type: Tensor<f32>,
    visitor: Tensor<f32>,
    role: usize,
}
trait Family {
    type Weight: Tree + Clone + std::fmt::Debug;
}
#[derive(Clone, Debug)]
struct Single;
impl Family for Single {
    type Weight = Tensor<f32>;
}
#[derive(Clone, Debug, Tree)]
struct Assoc<F: Family> {
    w: F::Weight,
}

#[graph]
fn tree_sum(node: &Node<bf16>) -> Tensor![f32;] {
    fn sum(node: &Node<bf16>) -> Tensor<f32> {
        match node {
            Node::Leaf(x) => x.cast::<f32>().sum(),
            Node::Pair(a, b) => sum(a) + sum(b),
            Node::Empty => Tensor::scalar(0.0),
        }
    }
    sum(node)
}

#[test]
fn trees_are_derived() {
    on_all(|| {
        let leaf = |x: f32| Box::new(Node::Leaf(Tensor::full(&[2], bf16::from_f32(x))));
        let n = Node::Pair(leaf(1.0), Box::new(Node::Pair(leaf(2.0), Box::new(Node::Empty))));
        assert_eq!(number(&tree_sum(&n)), 6.0);
        let p = Phantom::<f32> { x: scalar(1.0), of: PhantomData };
        assert_eq!(tree::count(&p), 1);
        let w = Where::<bf16> { parts: [Tensor::zeros(&[1]), Tensor::zeros(&[2])] };
        assert_eq!(tree::count(&w), 3);
        let raw = Raw { r#type: scalar(1.0), visitor: scalar(2.0), role: 3 };
        assert_eq!(tree::paths(&(raw, Unit)), ["0.type", "0.visitor"]);
        let linear = |x: f32| Linear { w: Tensor::full(&[2], bf16::from_f32(x)), b: None };
        let named = [("b".to_owned(), linear(1.0)), ("a".to_owned(), linear(2.0)), ("skipped".to_owned(), linear(9.0))];
        let two = Two { linear: linear(4.0), other: vec![(Tensor::scalar(1), 2)], named: named.into() };
        assert_eq!(tree::paths(&two), ["linear.w", "other.0.0", "named.a.w", "named.b.w", "named.skipped.w"]);
        assert_eq!(weights(&two).cast::<f32>().item().unwrap(), 14.0);
        let statistics = Statistics { mean: scalar(1.0), count: Tensor::scalar(1) };
        let norms = (statistics, Norm::Plain(scalar(1.0)), Norm::Running { mean: scalar(1.0), scale: scalar(2.0) });
        let roles: Vec<Role> = tree::leaves(&norms).iter().map(|l| l.role).collect();
        assert_eq!(roles, [Role::State, Role::State, Role::Trainable, Role::State, Role::State]);
        let a = Assoc::<Single> { w: scalar(1.0) };
        assert_eq!(tree::count(&a), 1);
    });
}
