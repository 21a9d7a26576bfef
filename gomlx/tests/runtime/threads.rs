// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Many threads at once, on every host backend: each shape is compiled once, and no thread sees another's numbers.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;

use gomlx::prelude::*;
use gomlx::testing::on_each_backend;
use gomlx::with_backend;

use crate::error;

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

/// What a thread does when it drops its thread-locals.
struct AtEnd(Option<Box<dyn FnOnce()>>);

impl Drop for AtEnd {
    fn drop(&mut self) {
        if let Some(body) = self.0.take() {
            body();
        }
    }
}

thread_local! {
    static AT_END: RefCell<AtEnd> = const { RefCell::new(AtEnd(None)) };
}

/// The result of `body` at the end of a thread. A thread drops its thread-locals in the opposite order of their first
/// use. So it drops the thread-locals of `after`, runs `body`, and drops the thread-locals of `before`.
fn at_end<R: Send + 'static>(before: impl FnOnce() + Send, after: impl FnOnce() + Send, body: impl FnOnce() -> R + Send + 'static) -> R {
    let result = Arc::new(Mutex::new(None));
    let to = result.clone();
    thread::scope(|scope| {
        let thread = scope.spawn(|| {
            before();
            AT_END.with_borrow_mut(|at_end| at_end.0 = Some(Box::new(move || *to.lock().unwrap() = Some(body()))));
            after();
        });
        // The end of the scope would not wait for thread-locals.
        thread.join().unwrap();
    });
    result.lock().unwrap().take().expect("the thread ran it")
}

#[test]
fn a_thread_that_ends_runs_graphs_or_gives_an_error() {
    #[graph]
    fn product(x: &Tensor![f32; N, N]) -> Tensor![f32; N, N] {
        x.matmul(x) + 1.0
    }
    fn call(n: usize) -> gomlx::Result<Vec<f32>> {
        product::try_call(&Tensor::ones(&[n, n]))?.to_vec()
    }
    on_each_backend("a_thread_that_ends", |backend| {
        let name = backend.to_owned();
        let on = move |n: usize| with_backend(&name, || call(n)).and_then(|result| result);
        let run = |n: usize| assert_eq!(with_backend(backend, || call(n)).unwrap().unwrap(), vec![n as f32 + 1.0; n * n]);
        // All thread-locals are there: also a new shape is traced and compiled.
        let before = {
            let on = on.clone();
            at_end(|| run(2), || (), move || on(3))
        };
        assert_eq!(before.unwrap(), [4.0; 9], "{backend}");
        // None is there. The call was compiled or not.
        for n in [2, 4] {
            let on = on.clone();
            assert!(error(at_end(|| (), || run(2), move || on(n))).contains("this thread is ending"), "{backend}");
        }
        // The state of traces is there, and what runs use is not.
        let touch = || with_backend("eval", || assert_eq!(Tensor::<f32>::ones(&[1]).dims(), [1])).unwrap();
        match at_end(touch, || run(2), move || on(5)) {
            Ok(result) => assert_eq!(result, [6.0; 25], "{backend}"),
            Err(error) => assert!(backend == "jit" && error.to_string().contains("this thread is ending"), "{backend}: {error}"),
        }
    });
    // The backend of the process, which no scope chooses, and a call of a method.
    let methods = || catch_unwind(|| Tensor::<f32>::ones(&[2]) + 1.0).map_err(|_| ());
    assert_eq!(error(at_end(|| (), || assert!(call(2).is_ok()), || call(2))).matches("E0006").count(), 1);
    assert!(at_end(|| (), || assert!(methods().is_ok()), methods).is_err());
    assert!(at_end(|| assert!(methods().is_ok()), || (), methods).is_ok());
}
