// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Generic helpers and graph functions: over element types, over layers, over sizes.

use gomlx::nn::Dense;
use gomlx::prelude::*;
use gomlx::{Element, bf16};

use super::{assert_close, list, number, on_all, scalar, vector};

/// A helper that graph functions call with any element type.
fn normalise<T: Element>(x: &Tensor<T>, axis: i32) -> Tensor<T> {
    let centered = x - x.mean_keep(axis);
    let scale = (centered.square().mean_keep(axis) + 1e-6).sqrt();
    centered / scale
}

#[graph]
fn both(x: &Tensor![f32; B, N], y: &Tensor![f64; B, N]) -> (Tensor![f32; B, N], Tensor![f64; B, N]) {
    (normalise(x, -1), normalise(y, 0))
}

#[graph]
fn power<T: Element>(x: &Tensor![T; N], n: &Tensor![i32;]) -> Tensor![T; N] {
    let mut result = Tensor::<T>::ones(&[N]);
    let mut base = x.clone();
    let mut n = n.clone();
    while n > 0 {
        if n % 2 == 1 {
            result *= &base;
        }
        base = &base * &base;
        n = n / 2;
    }
    result
}

#[test]
fn element_types_are_parameters() {
    on_all(|| {
        let x = Tensor::new(&[2, 2], &[1.0f32, 3.0, 2.0, 8.0]).unwrap();
        let (rows, columns) = both(&x, &x.cast());
        assert_close(&list(&rows), &[-1.0, 1.0, -1.0, 1.0]);
        assert_close(&list(&columns.cast()), &[-1.0, -1.0, 1.0, 1.0]);
        assert_eq!(list(&power(&vector(&[2.0, -1.5]), &Tensor::scalar(5))), [32.0, -7.59375]);
        assert_eq!(power(&Tensor::new(&[1], &[3i64]).unwrap(), &Tensor::scalar(13)).to_vec().unwrap(), [1594323]);
        assert_eq!(power(&Tensor::full(&[1], bf16::from_f32(1.5)), &Tensor::scalar(2)).cast::<f32>().to_vec().unwrap(), [2.25]);
    });
}

/// A trait of layers, for a generic plain function.
trait Layer: Tree + Clone {
    fn apply(&self, x: &Tensor<f32>) -> Tensor<f32>;
}

impl<const I: usize, const O: usize> Layer for Dense<I, O> {
    fn apply(&self, x: &Tensor<f32>) -> Tensor<f32> {
        self.forward(x)
    }
}

#[derive(Clone, Debug, Tree)]
struct Residual<L> {
    inner: L,
    scale: Tensor<f32>,
}

impl<L: Layer> Layer for Residual<L> {
    fn apply(&self, x: &Tensor<f32>) -> Tensor<f32> {
        x + self.inner.apply(x) * &self.scale
    }
}

#[derive(Clone, Debug, Tree)]
struct Then<A, B>(A, B);

impl<A: Layer, B: Layer> Layer for Then<A, B> {
    fn apply(&self, x: &Tensor<f32>) -> Tensor<f32> {
        self.1.apply(&self.0.apply(x))
    }
}

#[graph]
fn run<L: Layer + 'static>(layer: &L, x: &Tensor<f32>) -> Tensor<f32> {
    let y = layer.apply(x);
    if y.sum() > 0.0 { y } else { layer.apply(&y) }
}

#[graph]
fn fit<L: Layer + 'static>(layer: &mut L, opt: &mut Sgd, x: &Tensor![f32; B, N], y: &Tensor![f32; B, M]) -> Tensor![f32;] {
    let (loss, gradients) = value_and_grad(layer, |l| (l.apply(x) - y).square().mean());
    opt.update(layer, &gradients);
    loss
}

#[test]
fn layers_are_parameters() {
    on_all(|| {
        let mut rng = Rng::from_seed(1);
        let layer = Residual { inner: Dense::<2, 2>::init(&mut rng), scale: scalar(0.5) };
        let x = Tensor::new(&[1, 2], &[-3.0, -4.0]).unwrap();
        let once = layer.apply(&x);
        let expected = if number(&once.sum()) > 0.0 { once } else { layer.apply(&once) };
        assert_close(&list(&run(&layer, &x)), &list(&expected));
        let mut chain = Then(layer, Then(Dense::<2, 3>::init(&mut rng), Dense::<3, 1>::init(&mut rng)));
        let mut opt = Sgd::new(0.02);
        let (x, y) = (Tensor::new(&[2, 2], &[1.0, 2.0, -1.0, 0.5]).unwrap(), Tensor::new(&[2, 1], &[1.0, 0.0]).unwrap());
        let first = number(&fit(&mut chain, &mut opt, &x, &y));
        let last = (0..30).map(|_| number(&fit(&mut chain, &mut opt, &x, &y))).last().unwrap();
        assert!(last < first, "{first} {last}");
    });
}

/// A const parameter in the arithmetic of sizes.
#[graph]
fn blocks<const K: usize>(x: &Tensor![f32; N, K * K]) -> Tensor![f32; N, K + 1, K] {
    let x = x.reshape([N, K, K]);
    let mut sums = Tensor::zeros(&[N, 1, K]);
    for i in 0..K {
        sums += &x[(.., i..i + 1)];
    }
    concat(&[&x, &sums], 1)
}

#[graph]
fn windows(x: &Tensor![f32; N], size: usize) -> Tensor![f32; N - size + 1, size] {
    let mut out = Rows::new();
    for i in rolled(0..N - size + 1) {
        out.push(&x.at(Ix::window(&i, size)));
    }
    out.stack()
}

#[graph]
fn outer(a: &Tensor![f32; H], b: &Tensor![f32; W]) -> (Tensor![f32; H * W], Tensor![f32; H + W], Tensor![f32; 2 * H, W]) {
    let table = a.expand_dims(1) * b;
    (table.flatten(), concat(&[a, b], 0), concat(&[&table, &-&table], 0))
}

#[test]
fn sizes_are_computed() {
    on_all(|| {
        let y = blocks::<2>(&Tensor::new(&[1, 4], &[1.0, 2.0, 3.0, 4.0]).unwrap());
        assert_close(&list(&y), &[1.0, 2.0, 3.0, 4.0, 4.0, 6.0]);
        assert_close(&list(&windows(&vector(&[1.0, 2.0, 3.0, 4.0]), 3)), &[1.0, 2.0, 3.0, 2.0, 3.0, 4.0]);
        let (flat, joined, both) = outer(&vector(&[1.0, 2.0]), &vector(&[3.0]));
        assert_close(&list(&flat), &[3.0, 6.0]);
        assert_close(&list(&joined), &[1.0, 2.0, 3.0]);
        assert_close(&list(&both), &[3.0, 6.0, -3.0, -6.0]);
    });
}

/// Plain helpers with `impl Trait` as parameter and as result, slices, and stored closures.
fn schedule(warmup: usize) -> impl Fn(&Tensor<i32>) -> Tensor<f32> {
    move |step| (step.cast::<f32>() / warmup as f32).minimum(1.0)
}

type Activation<'a> = Box<dyn Fn(&Tensor<f32>) -> Tensor<f32> + 'a>;

fn chain<'a>(layers: &'a [Activation<'a>]) -> impl Fn(Tensor<f32>) -> Tensor<f32> + 'a {
    move |x| layers.iter().fold(x, |x, layer| layer(&x))
}

#[graph]
fn composed(x: &Tensor![f32; N], w: &Tensor![f32; N], step: &Tensor![i32;]) -> Tensor![f32; N] {
    let rate = schedule(4)(step);
    let layers: Vec<Activation<'_>> = vec![Box::new(|x| x * w), Box::new(|x| x.tanh()), Box::new(move |x| x * &rate)];
    chain(&layers)(x.clone())
}

#[test]
fn helpers_are_plain_rust() {
    on_all(|| {
        let y = composed(&vector(&[1.0, -2.0]), &vector(&[0.5, 0.25]), &Tensor::scalar(2));
        assert_close(&list(&y), &[0.5 * 0.5f32.tanh(), 0.5 * (-0.5f32).tanh()]);
    });
}

#[graph]
fn host_result(x: &Tensor![f32; N], mut n: usize) -> (Tensor![f32; N], usize, String, [f32; 2]) {
    let mut y = x.clone();
    while n > 2 {
        y *= 2.0;
        n -= 1;
    }
    (y, n, format!("{N}"), [0.5, n as f32])
}
#[graph]
fn consumed(mut x: Tensor![f32; N], _unused: &Tensor<i32>) -> gomlx::Result<()> {
    x += 1.0;
    x[0] = 3.0;
    let _ = x;
    Ok(())
}
#[graph]
#[must_use]
#[inline]
#[doc(hidden)]
pub(crate) fn r#type<T>(x: &Tensor![T; N]) -> Tensor![T; N]
where
    T: Element,
    Tensor<T>: Clone,
{
    x + x
}

#[derive(Clone, Debug, Tree)]
struct Scaled<T: Element, const N: usize> {
    by: Tensor<T>,
}
impl<T: Element, const N: usize> Scaled<T, N> {
    #[graph]
    fn apply(&self, x: &Tensor![T; B, {N}]) -> Tensor![T; B, {N}] {
        x * self.by
    }
    #[graph]
    fn grow(&mut self, k: usize) {
        for _ in 0..k {
            self.by = self.by + self.by;
        }
    }
}

#[test]
fn signatures_are_rusts() {
    on_all(|| {
        for _ in 0..2 {
            let (y, n, s, f) = host_result(&vector(&[1.0]), 4);
            assert_eq!((list(&y), n, s.as_str(), f), (vec![4.0], 2, "1", [0.5, 2.0]));
        }
        consumed(vector(&[1.0]), &Tensor::scalar(1)).unwrap();
        assert_eq!(r#type(&Tensor::new(&[1], &[2i64]).unwrap()).to_vec().unwrap(), [4]);
        let mut s = Scaled::<f64, 2> { by: Tensor::ones(&[2]) };
        s.grow(3);
        assert_eq!(s.apply(&Tensor::ones(&[1, 2])).to_vec().unwrap(), [8.0, 8.0]);
        let f: fn(&Tensor<f32>) -> Tensor<f32> = r#type::<f32>;
        let all: Vec<Tensor<f32>> = [vector(&[1.0]), vector(&[2.0])].iter().map(r#type).collect();
        assert_eq!((list(&f(&all[0])), list(&all[1])), (vec![4.0], vec![4.0]));
    });
}

#[graph]
fn square(x: &Tensor![f32;]) -> Tensor![f32;] {
    x * x
}
#[graph]
fn slope(x: &Tensor![f32;]) -> Tensor![f32;] {
    grad(x, square) + grad(x, |x| square(x))
}
#[test]
fn functions_as_values() {
    on_all(|| assert_eq!(number(&slope(&scalar(3.0))), 12.0));
}

/// A layer with an associated constant, in a generic wrapper with a graph function as a method.
trait Scaling: Tree + Clone {
    const SCALE: f32;
    fn run(&self, x: &Tensor<f32>) -> Tensor<f32>;
}
impl<const D: usize> Scaling for Dense<D, D> {
    const SCALE: f32 = 0.5;
    fn run(&self, x: &Tensor<f32>) -> Tensor<f32> {
        self.forward(x)
    }
}
#[derive(Clone, Debug, Tree)]
struct Wrapper<L, const K: usize>
where
    L: Scaling,
{
    layers: [L; K],
    gain: Option<Tensor<f32>>,
    rng: Option<Rng>,
}
impl<L: Scaling, const K: usize> Wrapper<L, K> {
    #[graph]
    fn forward(
        &mut self,
        x: &Tensor![f32; B, D],
        sizes: Vec<usize>,
        pick: Option<usize>,
        flags: (bool, usize),
        pair: &[usize; 2],
    ) -> Tensor![f32; B, D]
    where
        L: Send,
    {
        let mut y = x.clone();
        for (i, layer) in self.layers.iter().enumerate() {
            if pick == Some(i) {
                continue;
            }
            y = if y.sum() > 100.0 { y } else { layer.run(&y) * L::SCALE };
        }
        if let (Some(gain), true) = (&mut self.gain, flags.0) {
            if y.sum() < 0.0 {
                *gain *= 2.0;
            }
            y = y * &*gain;
        }
        if let Some(rng) = &mut self.rng {
            if y.max() > -1e9 {
                y += rng.uniform::<f32>(&[]) * 0.0;
            }
        }
        y * sizes.iter().sum::<usize>() + flags.1 + pair[1]
    }
}
#[test]
fn methods_are_generic() {
    on_all(|| {
        let mut rng = Rng::from_seed(1);
        let mut w =
            Wrapper { layers: [Dense::<2, 2>::init(&mut rng), Dense::init(&mut rng)], gain: Some(scalar(3.0)), rng: Some(rng.split()) };
        let x = Tensor::new(&[1, 2], &[1.0, -2.0]).unwrap();
        for pick in [None, Some(1)] {
            let before = number(w.gain.as_ref().unwrap());
            let old = w.rng.clone();
            let got = list(&w.forward(&x, vec![1, 2], pick, (true, 4), &[5, 6]));
            let mut y = w.layers[0].forward(&x) * 0.5;
            if pick.is_none() {
                y = w.layers[1].forward(&y) * 0.5;
            }
            let gain = if number(&y.sum()) < 0.0 { before * 2.0 } else { before };
            assert_eq!(number(w.gain.as_ref().unwrap()), gain);
            assert_close(&got, &list(&(y * gain * 3.0 + 10.0)));
            assert_ne!(format!("{:?}", w.rng), format!("{old:?}"));
        }
    });
}
#[graph]
fn found(x: &Tensor![f32; N], names: Vec<String>) -> (Option<String>, Tensor![i32;]) {
    let best = x.argmax(0);
    let longest = names.iter().max_by_key(|n| n.len()).cloned();
    let longest = longest.filter(|n| n.len() > 2);
    (longest, if x.max() > 0.0 { best } else { Tensor::scalar(-1) })
}
#[test]
fn host_values_are_results() {
    on_all(|| {
        for _ in 0..2 {
            let (n, b) = found(&vector(&[-1.0, 2.0]), vec!["a".into(), "abc".into()]);
            assert_eq!((n.as_deref(), b.item().unwrap()), (Some("abc"), 1));
            let (n, b) = found(&vector(&[-1.0, -2.0]), vec!["a".into()]);
            assert_eq!((n, b.item().unwrap()), (None, -1));
        }
    });
}
