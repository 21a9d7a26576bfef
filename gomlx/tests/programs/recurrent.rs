// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Recurrent networks: cells that `rolled` repeats, with state in structs and tuples.

use gomlx::prelude::*;

use super::{assert_close, list, number, on_all, scalar, vector};

model! {
    /// A long short-term memory.
    Lstm<IN, H> {
        input: Tensor![f32; IN, 4 * H] = glorot_uniform(),
        hidden: Tensor![f32; H, 4 * H] = glorot_uniform(),
        bias: Tensor![f32; 4 * H] = zeros(),
    }

    fn step(&self, state: &(Tensor![f32; H], Tensor![f32; H]), x: &Tensor![f32; IN]) -> (Tensor![f32; H], Tensor![f32; H]) {
        let (h, c) = state;
        let gates = x.matmul(&self.input) + h.matmul(&self.hidden) + self.bias;
        let gate = |i: usize| gates.slice_axis(0, i * H, (i + 1) * H);
        let (i, f, g, o) = (gate(0).sigmoid(), gate(1).sigmoid(), gate(2).tanh(), gate(3).sigmoid());
        let c = f * c + i * g;
        let h = o * c.tanh();
        (h, c)
    }

    fn forward(&self, x: &Tensor![f32; T, IN]) -> (Tensor![f32; T, H], Tensor![f32; H]) {
        let mut state = (Tensor::zeros(&[H]), Tensor::zeros(&[H]));
        let mut states = Rows::new();
        for row in rolled(x) {
            state = self.step(&state, &row);
            states.push(&state.0);
        }
        (states.stack(), state.1)
    }

    fn unrolled(&self, x: &Tensor![f32; T, IN]) -> (Tensor![f32; T, H], Tensor![f32; H]) {
        let (mut h, mut c) = (Tensor::zeros(&[H]), Tensor::zeros(&[H]));
        let mut states = Vec::new();
        for t in 0..T {
            (h, c) = self.step(&(h, c), &x[t]);
            states.push(h.clone());
        }
        let rows: Vec<&Tensor<f32>> = states.iter().collect();
        (stack(&rows, 0), c)
    }
}

fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

#[test]
fn cells_are_rolled_and_unrolled() {
    on_all(|| {
        let model = Lstm::<2, 3>::init(&mut Rng::from_seed(9));
        let x = Tensor::new(&[4, 2], &[0.5, -1.0, 2.0, 0.25, -0.5, 0.1, 1.0, 1.0]).unwrap();
        let (w, u) = (list(&model.input), list(&model.hidden));
        let (mut h, mut c, mut all) = ([0.0f32; 3], [0.0f32; 3], vec![]);
        for row in list(&x).chunks(2) {
            let gates: Vec<f32> = (0..12)
                .map(|g| (0..2).map(|i| row[i] * w[i * 12 + g]).sum::<f32>() + (0..3).map(|j| h[j] * u[j * 12 + g]).sum::<f32>())
                .collect();
            for k in 0..3 {
                c[k] = sigmoid(gates[3 + k]) * c[k] + sigmoid(gates[k]) * gates[6 + k].tanh();
            }
            for k in 0..3 {
                h[k] = sigmoid(gates[9 + k]) * c[k].tanh();
            }
            all.extend(h);
        }
        for (states, last) in [model.forward(&x), model.unrolled(&x)] {
            assert_close(&list(&states), &all);
            assert_close(&list(&last), &c);
        }
    });
}

/// The state of a network with several layers. The loop takes it apart and puts it together.
#[derive(Clone, Debug, Tree)]
struct Memory {
    layers: Vec<Tensor<f32>>,
    seen: Tensor<i32>,
}

#[graph]
fn stacked(weights: &Vec<Tensor![f32; D, D]>, x: &Tensor![f32; T, D]) -> (Memory, Tensor![f32; T]) {
    let mut memory = Memory { layers: weights.iter().map(|_| Tensor::zeros(&[D])).collect(), seen: Tensor::scalar(0) };
    let mut norms = Rows::new();
    for row in rolled(x) {
        let Memory { layers, seen } = &mut memory;
        let mut y = row;
        for (layer, w) in layers.iter_mut().zip(weights) {
            *layer = (w.matmul(layer) + y).tanh();
            y = layer.clone();
        }
        *seen += 1;
        norms.push(&y.square().sum());
    }
    (memory, norms.stack())
}

#[test]
fn state_is_taken_apart() {
    on_all(|| {
        let weights = [[0.5f32, -0.25, 1.0, 0.75], [1.0, 0.0, -0.5, 0.25]];
        let tensors = weights.iter().map(|w| Tensor::new(&[2, 2], w).unwrap()).collect();
        let x = [1.0f32, 2.0, -0.5, 0.5, 0.0, 1.0];
        let (memory, norms) = stacked(&tensors, &Tensor::new(&[3, 2], &x).unwrap());
        let (mut layers, mut expected) = ([[0.0f32; 2]; 2], vec![]);
        for row in x.chunks(2) {
            let mut y = [row[0], row[1]];
            for (layer, w) in layers.iter_mut().zip(weights) {
                *layer = [(w[0] * layer[0] + w[1] * layer[1] + y[0]).tanh(), (w[2] * layer[0] + w[3] * layer[1] + y[1]).tanh()];
                y = *layer;
            }
            expected.push(y[0] * y[0] + y[1] * y[1]);
        }
        assert_close(&list(&norms), &expected);
        assert_close(&list(&memory.layers[1]), &layers[1]);
        assert_eq!(memory.seen.item().unwrap(), 3);
    });
}

/// Two sums that swap places, in a tuple that the loop assigns as a whole.
#[graph]
fn fibonacci(n: &Tensor![i32;]) -> Tensor![i32;] {
    let (mut a, mut b) = (Tensor::scalar(0), Tensor::scalar(1));
    for _ in rolled(Tensor::scalar(0)..n.clone()) {
        (a, b) = (b.clone(), a + b);
    }
    a
}

#[graph]
fn fibonacci_moved(n: &Tensor![i32;]) -> Tensor![i32;] {
    let mut pair = (Tensor::scalar(0i32), Tensor::scalar(1i32));
    let mut i = Tensor::scalar(0i32);
    while i < n {
        let next = pair.0 + pair.1;
        pair = (pair.1, next);
        i += 1;
    }
    pair.0
}

#[graph]
fn swapped(n: &Tensor![i32;]) -> (Tensor![i32;], Tensor![i32;]) {
    let mut a = Tensor::scalar(1i32);
    let mut b = Tensor::scalar(2i32);
    let mut i = Tensor::scalar(0i32);
    while i < n {
        std::mem::swap(&mut a, &mut b);
        a *= 3;
        i += 1;
    }
    (a, b)
}

#[test]
fn tuples_are_assigned_at_once() {
    on_all(|| {
        for (n, expected) in [(0, 0), (1, 1), (2, 1), (10, 55)] {
            assert_eq!(fibonacci(&Tensor::scalar(n)).item().unwrap(), expected);
            assert_eq!(fibonacci_moved(&Tensor::scalar(n)).item().unwrap(), expected);
            let (mut a, mut b) = (1, 2);
            for _ in 0..n {
                std::mem::swap(&mut a, &mut b);
                a *= 3;
            }
            let (x, y) = swapped(&Tensor::scalar(n));
            assert_eq!((x.item().unwrap(), y.item().unwrap()), (a, b));
        }
    });
}

/// A gated unit whose cell is a closure.
#[graph]
fn gated(x: &Tensor![f32; T], w: &Tensor![f32; 3], backwards: bool) -> Tensor![f32; T] {
    let cell = |h: &Tensor<f32>, x: &Tensor<f32>| {
        let z = (w.at(0) * x + h).sigmoid();
        let candidate = (w.at(1) * x + w.at(2) * h).tanh();
        (1.0 - z) * h + z * candidate
    };
    let x = if backwards { x.reverse(0) } else { x.clone() };
    let mut h = Tensor::scalar(0.0);
    let mut out = Rows::new();
    for x in rolled(&x) {
        h = cell(&h, &x);
        out.push(&h);
    }
    let y = out.stack();
    if backwards { y.reverse(0) } else { y }
}

#[test]
fn a_cell_may_be_a_closure() {
    on_all(|| {
        let (x, w) = ([0.5f32, -1.0, 2.0], [0.3f32, 0.7, -0.4]);
        for backwards in [false, true] {
            let mut h = 0.0f32;
            let mut expected = vec![];
            let mut inputs = x.to_vec();
            if backwards {
                inputs.reverse();
            }
            for x in inputs {
                let z = sigmoid(w[0] * x + h);
                h = (1.0 - z) * h + z * (w[1] * x + w[2] * h).tanh();
                expected.push(h);
            }
            if backwards {
                expected.reverse();
            }
            assert_close(&list(&gated(&vector(&x), &vector(&w), backwards)), &expected);
        }
    });
}

/// A running average that starts with the first element.
#[graph]
fn smoothed(x: &Tensor![f32; T], decay: &Tensor![f32;]) -> Tensor![f32; T] {
    let mut mean = Tensor::scalar(0.0);
    let mut out = Tensor::zeros(&[T]);
    for (i, x) in rolled((0..T, x)) {
        mean = if i == 0 { x } else { mean * decay + x * (1.0 - decay) };
        out[i] = mean;
    }
    out
}

#[test]
fn averages_start_with_the_first() {
    on_all(|| {
        let x = [4.0f32, 2.0, -1.0, 3.0];
        let mut mean = 0.0;
        let expected: Vec<f32> = (x.iter().enumerate())
            .map(|(i, &x)| {
                mean = if i == 0 { x } else { mean * 0.75 + x * 0.25 };
                mean
            })
            .collect();
        assert_close(&list(&smoothed(&vector(&x), &scalar(0.75))), &expected);
        assert_eq!(number(&smoothed(&vector(&[7.0]), &scalar(0.5)).sum()), 7.0);
    });
}
