// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Many threads at once, on every host backend: each shape is compiled once, and no thread sees another's numbers.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use gomlx::prelude::*;
use gomlx::with_backend;

#[test]
fn the_same_and_different_shapes_from_many_threads() {
    #[graph]
    fn norm(x: &Tensor![f32; N, 4], scale: &Tensor![f32;]) -> Tensor![f32; N] {
        (x * x * scale).sum_axis(1).sqrt()
    }
    for (done, backend) in ["jit", "eval"].into_iter().enumerate() {
        let barrier = Barrier::new(8);
        thread::scope(|scope| {
            for i in 0..8usize {
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    for round in 0..12 {
                        let n = 1 + (i + round) % 3;
                        let (x, scale) = (Tensor::full(&[n, 4], i as f32), Tensor::scalar(4.0));
                        let y = with_backend(backend, || norm(&x, &scale)).unwrap();
                        assert_eq!(y.to_vec().unwrap(), vec![4.0 * i as f32; n]);
                        // Ops outside a graph behave the same.
                        let doubled = with_backend(backend, || &x + &x).unwrap();
                        assert_eq!(doubled.to_vec().unwrap(), vec![2.0 * i as f32; 4 * n]);
                    }
                });
            }
        });
        let stats = norm::memo().stats();
        assert_eq!((stats.compiles, stats.entries), (3 * (done as u64 + 1), 3 * (done + 1)), "{backend}");
    }
}

#[test]
fn a_panic_in_one_trace_leaves_the_others_waiting_for_no_one() {
    static TRACES: AtomicUsize = AtomicUsize::new(0);
    #[graph]
    fn shaky(x: &Tensor![f32; N]) -> Tensor![f32; N] {
        let first = TRACES.fetch_add(1, Ordering::SeqCst) == 0;
        // The other threads get time to wait for the same key.
        thread::sleep(std::time::Duration::from_millis(30));
        assert!(!first, "the first trace fails");
        x + 1.0
    }
    let barrier = Barrier::new(4);
    let failed = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                barrier.wait();
                let x = Tensor::<f32>::ones(&[2]);
                let call = || with_backend("eval", || shaky(&x)).unwrap().to_vec().unwrap();
                match catch_unwind(AssertUnwindSafe(call)) {
                    Ok(y) => assert_eq!(y, [2.0, 2.0]),
                    Err(_) => {
                        failed.fetch_add(1, Ordering::SeqCst);
                        // This thread's call traces again.
                        assert_eq!(call(), [2.0, 2.0]);
                    }
                }
            });
        }
    });
    assert_eq!(failed.load(Ordering::SeqCst), 1);
}

#[test]
fn tensors_and_programs_go_between_threads() {
    #[graph]
    fn step(w: &mut Tensor![f32; 3], x: &Tensor![f32; 3]) -> Tensor![f32;] {
        *w += x;
        w.sum()
    }
    let mut w = Tensor::zeros(&[3]);
    for i in 1..=3 {
        let (sum, next) = thread::spawn(move || {
            let sum = with_backend("jit", || step(&mut w, &Tensor::ones(&[3]))).unwrap();
            (sum, w)
        })
        .join()
        .unwrap();
        w = next;
        assert_eq!(sum.item().unwrap(), 3.0 * i as f32);
    }
    assert_eq!(w.to_vec().unwrap(), [3.0; 3]);
}
