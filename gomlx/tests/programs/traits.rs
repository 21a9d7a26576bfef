// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Traits of layers with graph functions.

use gomlx::prelude::*;

use super::{on_all, vector};

/// A layer, called a module in PyTorch.
trait Module: Tree + Sized {
    type Output;
    const NAME: &'static str;
    fn forward(&self, x: &Tensor<f32>) -> Self::Output;
    fn count(&mut self, _x: &Tensor<f32>) {}
    /// Each implementing type has its own graph, compiled for that type.
    #[graph]
    fn twice(&self, x: &Tensor![f32; N]) -> Tensor![f32; N]
    where
        Self: Module<Output = Tensor<f32>>,
    {
        let y = self.forward(x);
        if y.sum() > 100.0 { y } else { self.forward(&y) }
    }
}

#[derive(Clone, Tree)]
struct Scale<const N: usize> {
    factor: Tensor<f32>,
    calls: Tensor<i32>,
}

#[graph]
impl<const N: usize> Module for Scale<N> {
    type Output = Tensor![f32; N];
    const NAME: &'static str = "scale";

    /// Scales the input if the result is positive.
    fn forward(&self, x: &Tensor![f32; N]) -> Self::Output {
        let y = x * &self.factor;
        if y.sum() > 0.0 { y } else { x.clone() }
    }

    fn count(&mut self, x: &Tensor![f32; N]) {
        if x.sum() > 0.0 {
            self.calls += 1;
        }
    }
}

#[derive(Clone, Tree)]
struct Both<A, B>(A, B);

#[graph]
impl<A, B> Module for Both<A, B>
where
    A: Module<Output = Tensor<f32>>,
    B: Module<Output = Tensor<f32>>,
{
    type Output = (Tensor![f32; D], Tensor<f32>);
    const NAME: &'static str = "both";

    fn forward(&self, x: &Tensor![f32; D]) -> Self::Output {
        let y = self.0.forward(x);
        (self.1.twice(&y) + x, y)
    }
}

fn named<M: Module>(_: &M) -> &'static str {
    M::NAME
}

#[test]
fn functions_of_traits_are_graphs() {
    on_all(|| {
        let scale = |factor: f32| Scale::<2> { factor: Tensor::scalar(factor), calls: Tensor::scalar(0) };
        let (x, minus) = (vector(&[1.0, 2.0]), vector(&[-1.0, -2.0]));
        let mut three = scale(3.0);
        assert_eq!(three.forward(&x).to_vec().unwrap(), [3.0, 6.0]);
        assert_eq!(three.twice(&minus).to_vec().unwrap(), [-1.0, -2.0]);
        assert_eq!(scale(10.0).twice(&vector(&[10.0, 20.0])).to_vec().unwrap(), [100.0, 200.0]);
        for x in [&x, &minus, &x] {
            three.count(x);
        }
        assert_eq!(three.calls.item().unwrap(), 2);
        let both = Both(three, scale(0.5));
        let (y, inner) = both.forward(&x);
        assert_eq!(y.to_vec().unwrap(), [1.75, 3.5]);
        assert_eq!((named(&both), inner.to_vec().unwrap()), ("both", vec![3.0, 6.0]));
    });
}

#[test]
fn what_stands_beside_them_is_the_types_own() {
    let scale = Scale::<2> { factor: Tensor::scalar(3.0), calls: Tensor::scalar(0) };
    let lowered = scale.forward_lower(&vector(&[1.0, 2.0])).unwrap();
    assert!(lowered.stablehlo().contains("stablehlo.if"), "{}", lowered.stablehlo());
    let error = scale.try_forward(&vector(&[1.0])).map(drop).unwrap_err().to_string();
    assert!(error.contains("argument `x` is f32[1]") && error.contains("axis 0 is 1, not 2"), "{error}");
    assert!(Scale::<2>::FORWARD_STABLEHLO.contains("tensor<Nxf32>"), "{}", Scale::<2>::FORWARD_STABLEHLO);
    let scaled = scale.try_twice(&vector(&[1.0, 2.0])).unwrap();
    assert_eq!(scaled.to_vec().unwrap(), [9.0, 18.0]);
}
