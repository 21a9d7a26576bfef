// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! State that is assigned as a whole, by nested fields and by helpers; schedules from host values; averages.

use gomlx::nn::Dense;
use gomlx::prelude::*;
use gomlx::tree;

use super::{assert_close, list, number, on_all, scalar, vector};

#[derive(Clone, Debug, Tree)]
struct Part {
    w: Tensor<f32>,
    inner: Inner,
}

#[derive(Clone, Debug, Tree)]
struct Inner {
    v: Tensor<f32>,
    deep: (Tensor<f32>, usize),
}

#[graph]
fn state_whole(state: &mut Part, x: &Tensor![f32;]) -> Tensor![f32;] {
    let old = state.clone();
    if x > 0.0 {
        *state = Part { w: &state.w * 2.0, ..old.clone() };
        state.inner.deep.0 += x;
    } else {
        *state = old;
        helper(state, x);
        state.inner.v = &state.inner.v - x;
    }
    helper(state, x);
    let inner = &mut state.inner;
    inner.v += 1.0;
    let Inner { v, deep: (d, n) } = inner;
    *v *= 2.0;
    *d = &*d * *n;
    state.w.sum()
}

fn helper(p: &mut Part, x: &Tensor<f32>) {
    p.inner.v += x;
    bump(&mut p.inner.deep.0);
}
fn bump(t: &mut Tensor<f32>) {
    *t += 0.5;
}

#[graph]
fn nested_state(parts: &mut Vec<Part>, x: &Tensor![f32;], steps: &Tensor![i32;]) -> Tensor![f32;] {
    let mut i = Tensor::scalar(0i32);
    while i < steps {
        for part in parts.iter_mut() {
            if part.w.sum() > x {
                helper(part, x);
                part.inner.deep.0 -= 0.25;
            } else {
                part.w += 1.0;
            }
        }
        parts[0].inner.v += 1.0;
        if let Some(last) = parts.last_mut() {
            last.inner.v *= 0.5;
        }
        i += 1;
    }
    parts.iter().map(|p| p.inner.v.sum()).reduce(|a, b| a + b).unwrap()
}

#[test]
fn state_is_assigned_as_a_whole() {
    on_all(|| {
        let part = |w: f32| Part { w: scalar(w), inner: Inner { v: scalar(w), deep: (scalar(1.0), 3) } };
        let (a, b) = (part(1.0), part(2.0));
        let mut s = a.clone();
        let y = number(&state_whole(&mut s, &scalar(2.0)));
        assert_eq!(y, 2.0);
        assert_eq!((number(&s.inner.v), number(&s.inner.deep.0)), ((1.0 + 2.0 + 1.0) * 2.0, (1.0 + 2.0 + 0.5) * 3.0));
        let mut s = a.clone();
        state_whole(&mut s, &scalar(-2.0));
        assert_eq!((number(&s.inner.v), number(&s.inner.deep.0)), ((1.0 - 2.0 + 2.0 - 2.0 + 1.0) * 2.0, (1.0 + 0.5 + 0.5) * 3.0));
        let mut ps = vec![a.clone(), b.clone()];
        let y = number(&nested_state(&mut ps, &scalar(1.5), &Tensor::scalar(3)));
        let mut plain: Vec<(f32, f32, f32)> = vec![(1.0, 1.0, 1.0), (2.0, 2.0, 1.0)];
        for _ in 0..3 {
            for p in &mut plain {
                if p.0 > 1.5 {
                    p.1 += 1.5;
                    p.2 += 0.5;
                    p.2 -= 0.25;
                } else {
                    p.0 += 1.0;
                }
            }
            plain[0].1 += 1.0;
            plain.last_mut().unwrap().1 *= 0.5;
        }
        assert_eq!(y, plain.iter().map(|p| p.1).sum::<f32>());
        assert_eq!(number(&ps[1].inner.deep.0), plain[1].2);
    });
}

#[derive(Clone, Copy, Debug, PartialEq, Tree)]
enum Schedule {
    Constant(f32),
    Step { every: usize, gamma: f32 },
    Cosine { total: usize },
}
impl Schedule {
    fn at(self, step: usize) -> f32 {
        match self {
            Schedule::Constant(r) => r,
            Schedule::Step { every, gamma } => gamma.powi((step / every) as i32),
            Schedule::Cosine { total } => 0.5 * (1.0 + (std::f32::consts::PI * step as f32 / total as f32).cos()),
        }
    }
    fn traced(&self, step: &Tensor<i32>) -> Tensor<f32> {
        let step = step.cast::<f32>();
        match *self {
            Schedule::Constant(r) => Tensor::scalar(r),
            Schedule::Step { every, gamma } => Tensor::scalar(gamma).powf((step / every as f32).floor()),
            Schedule::Cosine { total } => 0.5 * (1.0 + (step * std::f32::consts::PI / total as f32).cos()),
        }
    }
}
#[derive(Clone, Debug, Tree)]
struct Opt {
    schedule: Schedule,
    step: Tensor<i32>,
    clip: Option<f32>,
}
#[graph]
fn scheduled(w: &mut Tensor![f32; N], opt: &mut Opt, g: &Tensor![f32; N]) {
    let rate = opt.schedule.traced(&opt.step);
    let g = match opt.clip {
        Some(c) if c > 0.0 => g.clamp(-c, c),
        Some(_) | None => g.clone(),
    };
    *w -= rate * g;
    opt.step += 1;
}
#[test]
fn schedules_are_host_values() {
    on_all(|| {
        for schedule in [Schedule::Constant(0.1), Schedule::Step { every: 2, gamma: 0.5 }, Schedule::Cosine { total: 10 }] {
            for clip in [None, Some(0.5)] {
                let mut w = vector(&[1.0]);
                let mut opt = Opt { schedule, step: Tensor::scalar(0), clip };
                let mut plain = 1.0f32;
                for i in 0..5 {
                    scheduled(&mut w, &mut opt, &vector(&[0.75]));
                    plain -= schedule.at(i) * clip.map_or(0.75, |c: f32| 0.75f32.clamp(-c, c));
                }
                assert_close(&list(&w), &[plain]);
            }
        }
    });
}

#[graph]
fn ema(avg: &mut Dense<2, 2>, model: &Dense<2, 2>, decay: &Tensor![f32;]) -> Tensor![f32;] {
    let mut largest = Tensor::scalar(0.0f32);
    let mut blend = |a: &Tensor<f32>, b: &Tensor<f32>| {
        let d = (a - b).abs().max();
        largest = largest.maximum(&d);
        a * decay + b * (1.0 - decay)
    };
    *avg = tree::zip_each(avg, model, &mut blend).unwrap();
    largest
}
#[test]
fn a_closure_changes_what_it_captures() {
    on_all(|| {
        let mut avg = Dense::<2, 2>::init(&mut Rng::from_seed(1));
        let model = Dense::<2, 2>::init(&mut Rng::from_seed(2));
        let (a, b) = (list(&avg.weight), list(&model.weight));
        let l = number(&ema(&mut avg, &model, &scalar(0.75)));
        assert_close(&list(&avg.weight), &a.iter().zip(&b).map(|(a, b)| a * 0.75 + b * 0.25).collect::<Vec<_>>());
        assert!(l > 0.0);
    });
}
