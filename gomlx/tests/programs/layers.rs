// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Models that contain models, enums with tensors, precision, noise.

use gomlx::bf16;
use gomlx::nn::Dense;
use gomlx::prelude::*;
use gomlx::tree;

use super::{assert_close, list, number, on_all, scalar, vector};

model! {
    Block<D> {
        a: Dense<D, D>,
        gate: Option<Tensor![f32; D]> = if is_odd(D) { Some(ones()) } else { None },
    }
    fn forward(&self, x: &Tensor![f32; B, D]) -> Tensor![f32; B, D] {
        let y = self.a.forward(x);
        let y = match &self.gate { Some(g) if D > 1 => y * g, _ => y };
        if let Some(g) = self.gate.as_ref() { return y + g; }
        y
    }
}
fn is_odd(d: usize) -> bool {
    d % 2 == 1
}

model! {
    Stack<D, N> {
        blocks: [Block<D>; N],
        more: Vec<Block<D>> = vec![Block::init(rng); 2],
        skip: bool = false,
        pairs: Vec<(String, Block<D>)> = vec![("a".to_string(), Block::init(rng))],
    }
    fn forward(&self, x: &Tensor![f32; B, D], train: bool) -> Tensor![f32; B, D] {
        let mut h = x.clone();
        for (i, block) in self.blocks.iter().chain(&self.more).enumerate() {
            if self.skip && i > 0 { h = h + block.forward(&h); } else { h = block.forward(&h); }
        }
        for (name, block) in &self.pairs {
            if name == "a" || train { h = block.forward(&h); }
        }
        h
    }
    fn depth(&self) -> Tensor![i32;] { Tensor::scalar((self.blocks.len() + self.more.len()) as i32) }
    fn swap(&mut self) { self.blocks.swap(0, N - 1); }
}

#[test]
fn models_hold_models() {
    on_all(|| {
        let mut s = Stack::<3, 2>::init(&mut Rng::from_seed(1));
        let x = Tensor::ones(&[2, 3]);
        let mut h = x.clone();
        for b in s.blocks.iter().chain(&s.more) {
            h = b.forward(&h);
        }
        h = s.pairs[0].1.forward(&h);
        assert_close(&list(&s.forward(&x, true)), &list(&h));
        s.skip = true;
        let mut h = s.blocks[0].forward(&x);
        for b in s.blocks[1..].iter().chain(&s.more) {
            h = &h + b.forward(&h);
        }
        h = s.pairs[0].1.forward(&h);
        assert_close(&list(&s.forward(&x, false)), &list(&h));
        let (a, b) = (list(&s.blocks[0].a.weight), list(&s.blocks[1].a.weight));
        s.swap();
        assert_eq!((list(&s.blocks[0].a.weight), list(&s.blocks[1].a.weight)), (b, a));
        assert_eq!(s.depth().item().unwrap(), 4);
        assert!(tree::paths(&s).contains(&"pairs.0.1.a.weight".to_string()), "{:?}", tree::paths(&s));
    });
}

#[derive(Clone, Debug, Tree)]
enum Act {
    Relu,
    Prelu(Tensor<f32>),
    Clip { low: Tensor<f32>, high: Tensor<f32> },
}
#[graph]
fn acts(x: &Tensor![f32; N], acts: &[Act; 3], extra: &Option<(Tensor![f32; N], f32)>) -> Tensor![f32; N] {
    let mut y = x.clone();
    for act in acts {
        y = match act {
            Act::Relu => y.relu(),
            Act::Prelu(a) => {
                if a > 0.0 {
                    select(&(y > 0.0), &y, &(y * a))
                } else {
                    y
                }
            }
            Act::Clip { low, high } if N > 1 => y.maximum(low).minimum(high),
            Act::Clip { low, .. } => y + low,
        };
    }
    if let Some((e, scale)) = extra
        && *scale > 0.5
    {
        y += e * *scale;
    } else if let Some((e, _)) = extra {
        y -= e;
    }
    let (a, b) = match extra {
        Some((e, s)) => (e.clone(), *s),
        None => (x.clone(), 1.0),
    };
    let [first, .., last] = acts;
    if matches!(first, Act::Relu) {
        y = y + a * b;
    }
    if let Act::Clip { low, .. } = last {
        y += low;
    }
    y
}
#[test]
fn variants_hold_tensors() {
    on_all(|| {
        let acts_ = [Act::Relu, Act::Prelu(scalar(0.1)), Act::Clip { low: scalar(-1.0), high: scalar(2.0) }];
        for (extra, f) in [(None, 0.0f32), (Some((vector(&[1.0, 1.0]), 0.25f32)), 0.25), (Some((vector(&[1.0, 1.0]), 2.0)), 2.0)] {
            let y = list(&acts(&vector(&[-3.0, 3.0]), &acts_, &extra));
            let e = [-3.0f32, 3.0].map(|x| {
                let mut y = x.max(0.0).clamp(-1.0, 2.0);
                if f > 0.5 {
                    y += f;
                } else if f > 0.0 {
                    y -= 1.0;
                }
                y += if f > 0.0 { f } else { x };
                y - 1.0
            });
            assert_close(&y, &e);
        }
    });
}

model! {
    Vae<I, H, Z> {
        encoder: Dense<I, H>,
        mean: Dense<H, Z>,
        log_variance: Dense<H, Z>,
        decoder: Dense<Z, I>,
        #[state]
        rng: Rng = rng.split(),
        beta: f32 = 0.5,
    }

    fn sample(&mut self, x: &Tensor![f32; B, I]) -> (Tensor![f32; B, I], Tensor![f32;]) {
        let h = self.encoder.forward(x).relu();
        let (mean, log_variance) = (self.mean.forward(&h), self.log_variance.forward(&h).clamp(-5.0, 5.0));
        let noise = self.rng.normal::<f32>(&[B, Z]);
        let z = mean + (0.5 * log_variance).exp() * noise;
        let kl = -0.5 * (1.0 + log_variance - mean.square() - log_variance.exp()).sum_axis(-1).mean();
        (self.decoder.forward(&z), self.beta * kl)
    }
}

#[graph]
fn vae_step(m: &mut Vae<3, 4, 2>, opt: &mut Adam<Vae<3, 4, 2>>, x: &Tensor![f32; B, 3]) -> Tensor![f32;] {
    let mut rng = m.rng.split();
    let (loss, g) = value_and_grad(m, |m| {
        let mut m = m.clone();
        m.rng = rng.split();
        let (y, kl) = m.sample(x);
        (y - x).square().mean() + kl
    });
    opt.update(m, &g);
    loss
}

#[test]
fn noise_in_a_model() {
    on_all(|| {
        let mut m = Vae::<3, 4, 2>::init(&mut Rng::from_seed(1));
        let mut opt = Adam::new(&m, 0.05);
        let x = Rng::from_seed(2).normal::<f32>(&[8, 3]);
        let losses: Vec<f32> = (0..40).map(|_| number(&vae_step(&mut m, &mut opt, &x))).collect();
        assert!(losses[39] < losses[0], "{losses:?}");
        assert_ne!(losses[0], losses[1]);
    });
}

#[graph]
fn half_step(w: &mut Tensor![f32; I, O], x: &Tensor![f32; B, I], y: &Tensor![f32; B, O], #[fixed] lr: f32) -> Tensor![f32;] {
    let (loss, g) = value_and_grad(w, |w| {
        let p = x.cast::<bf16>().matmul(&w.cast::<bf16>()).cast::<f32>();
        (p - y).square().mean()
    });
    *w -= lr * g;
    loss
}

#[test]
fn steps_of_mixed_precision() {
    on_all(|| {
        let mut w = Tensor::zeros(&[2, 1]);
        let x = Tensor::new(&[2, 2], &[1.0, 0.0, 0.0, 1.0]).unwrap();
        let y = Tensor::new(&[2, 1], &[1.0, -1.0]).unwrap();
        for _ in 0..20 {
            half_step(&mut w, &x, &y, 0.5);
        }
        let w = list(&w);
        assert!((w[0] - 1.0).abs() < 0.02 && (w[1] + 1.0).abs() < 0.02, "{w:?}");
    });
}

model! {
    /// A tree of nodes.
    pub Node<D> {
        w: Tensor![f32; D, D] = glorot_uniform(),
        rng: Rng = rng.split(),
        pair: [Dense<D, D>; 2],
        extra: Option<Box<Node<D>>> = None,
        children: Vec<Node<D>> = vec![],
        #[allow(dead_code)]
        stats: [Tensor![f32; D]; 3] = [zeros(), ones(), constant(2.0)],
        list: Vec<Tensor![f32; D + 1, 2 * D]> = vec![zeros(); 3],
    }

    fn forward(&self, x: &Tensor![f32; B, D]) -> Tensor![f32; B, D] {
        let mut y = self.pair[1].forward(&self.pair[0].forward(&x.matmul(&self.w)));
        for child in &self.children { y += child.forward(x); }
        if let Some(extra) = &self.extra { y = y + extra.forward(x) * 0.5; }
        y + self.stats[2] + self.helper(2)
    }

    fn cast<T: Element>(&self, x: &Tensor![T; D]) -> Tensor![T; D] { x.matmul(&self.w.cast::<T>()) }

    fn fresh(x: &Tensor![f32; D, D]) -> Self {
        let mut rng = Rng::from_seed(3);
        let mut n = Node::init(&mut rng);
        n.w = x.clone();
        n
    }
}
impl<const D: usize> Node<D> {
    fn helper(&self, n: usize) -> Tensor<f32> {
        &self.stats[1] * n + self.list[0].sum()
    }
}

#[test]
fn models_hold_themselves() {
    on_all(|| {
        let mut rng = Rng::from_seed(1);
        let mut n = Node::<2>::init(&mut rng);
        let x = Tensor::ones(&[1, 2]);
        let leaf = |n: &Node<2>| n.forward(&x);
        let a = list(&leaf(&n));
        let c = Node::<2>::init(&mut rng);
        let b = list(&leaf(&c));
        n.children = vec![c.clone(), c.clone()];
        n.extra = Some(Box::new(c));
        let e: Vec<f32> = a.iter().zip(&b).map(|(a, b)| a + 2.0 * b + 0.5 * b).collect();
        assert_close(&list(&leaf(&n)), &e);
        assert_eq!(n.cast(&Tensor::<f64>::ones(&[2])).dims(), [2]);
        assert_close(&list(&Node::<2>::fresh(&Tensor::ones(&[2, 2])).w), &[1.0; 4]);
        assert_eq!(n.list[2].dims(), [3, 4]);
    });
}
