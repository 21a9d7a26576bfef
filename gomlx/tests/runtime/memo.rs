// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The memo of a graph function: when it compiles, and what its key contains.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Barrier, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use gomlx::prelude::*;
use gomlx::{Element, MemoStats, with_backend};

use crate::backends::Watched;
use crate::{on_eval, panic_of};

#[test]
fn concurrent_first_callers_wait_for_one_compile() {
    static TRACES: AtomicUsize = AtomicUsize::new(0);
    #[graph]
    fn double(x: &Tensor![f32; N]) -> Tensor![f32; N] {
        TRACES.fetch_add(1, Ordering::Relaxed);
        thread::sleep(Duration::from_millis(20));
        x + x
    }
    let barrier = Barrier::new(8);
    thread::scope(|scope| {
        for i in 0..8 {
            let barrier = &barrier;
            scope.spawn(move || {
                let x = Tensor::full(&[3], i as f32);
                barrier.wait();
                assert_eq!(on_eval(|| double(&x)).to_vec().unwrap(), [2.0 * i as f32; 3]);
            });
        }
    });
    assert_eq!(TRACES.load(Ordering::Relaxed), 1);
    assert_eq!(double::memo().stats(), MemoStats { hits: 7, compiles: 1, entries: 1 });
}

#[test]
fn a_trace_blocks_no_other_shape() {
    static OTHER_DONE: (Mutex<bool>, Condvar) = (Mutex::new(false), Condvar::new());
    #[graph]
    fn negate(x: &Tensor![f32; N]) -> Tensor![f32; N] {
        if N == 7 {
            let (done, changed) = &OTHER_DONE;
            let (_guard, timeout) = changed.wait_timeout_while(done.lock().unwrap(), Duration::from_secs(60), |done| !*done).unwrap();
            assert!(!timeout.timed_out(), "a call with another shape waited for this trace");
        }
        -x
    }
    thread::scope(|scope| {
        let slow = scope.spawn(|| on_eval(|| negate(&Tensor::ones(&[7]))).dims().to_vec());
        on_eval(|| negate(&Tensor::ones(&[3])));
        *OTHER_DONE.0.lock().unwrap() = true;
        OTHER_DONE.1.notify_all();
        assert_eq!(slow.join().unwrap(), [7]);
    });
    assert_eq!(negate::memo().stats().compiles, 2);
}

#[test]
fn a_panic_while_tracing_poisons_nothing() {
    static PANICS: AtomicBool = AtomicBool::new(true);
    #[graph]
    fn shaky(x: &Tensor![f32; N]) -> Tensor![f32; N] {
        let y = x * 2.0;
        assert!(!PANICS.load(Ordering::Relaxed), "the user's own mistake");
        y
    }
    on_eval(|| {
        let x = Tensor::ones(&[2]);
        assert_eq!(panic_of(|| shaky(&x)), "the user's own mistake");
        assert_eq!(shaky::memo().stats(), MemoStats { hits: 0, compiles: 0, entries: 0 });
        // Outside the trace, ops run immediately again.
        assert_eq!((&x + 1.0).to_vec().unwrap(), [2.0, 2.0]);
        PANICS.store(false, Ordering::Relaxed);
        assert_eq!(shaky(&x).to_vec().unwrap(), [2.0, 2.0]);
        assert_eq!(shaky::memo().stats(), MemoStats { hits: 0, compiles: 1, entries: 1 });
    });
}

#[test]
fn wrong_calls_take_no_room() {
    #[graph]
    fn sum3(x: &Tensor![f32; N]) -> Tensor![f32;] {
        (x + Tensor::<f32>::ones(&[3])).sum()
    }
    on_eval(|| {
        for n in 4..80 {
            assert!(sum3::try_call(&Tensor::ones(&[n])).is_err());
        }
        assert_eq!(sum3::memo().stats(), MemoStats { hits: 0, compiles: 0, entries: 0 });
        assert_eq!(sum3(&Tensor::ones(&[3])).item().unwrap(), 6.0);
    });
}

#[test]
fn the_least_recently_used_of_more_than_64_is_forgotten() {
    #[graph]
    fn sum(x: &Tensor![f32; N]) -> Tensor![f32;] {
        x.sum()
    }
    on_eval(|| {
        let call = |n: usize| assert_eq!(sum(&Tensor::ones(&[n])).item().unwrap(), n as f32);
        (1..=64).for_each(call);
        call(1);
        assert_eq!(sum::memo().stats(), MemoStats { hits: 1, compiles: 64, entries: 64 });
        call(65);
        assert_eq!(sum::memo().stats(), MemoStats { hits: 1, compiles: 65, entries: 64 });
        call(1);
        assert_eq!(sum::memo().stats().compiles, 65, "1 was used later than 2");
        call(2);
        assert_eq!(sum::memo().stats(), MemoStats { hits: 2, compiles: 66, entries: 64 });
        sum::memo().clear();
        assert_eq!(sum::memo().stats().entries, 0);
        call(2);
    });
}

#[test]
fn host_values_are_in_the_key() {
    #[graph]
    fn scaled(x: &Tensor![f32;], times: usize, negative: bool, #[fixed] by: f32, name: String) -> Tensor![f32;] {
        let mut y = x * by + name.len();
        for _ in 0..times {
            y = y * 2.0;
        }
        if negative { -y } else { y }
    }
    on_eval(|| {
        let x = Tensor::scalar(3.0);
        let call = |times, negative, by, name: &str| scaled(&x, times, negative, by, name.to_owned()).item().unwrap();
        for _ in 0..2 {
            assert_eq!(call(0, false, 1.0, ""), 3.0);
            assert_eq!(call(2, false, 1.0, ""), 12.0);
            assert_eq!(call(2, true, 1.0, ""), -12.0);
            assert_eq!(call(2, true, 0.5, ""), -6.0);
            assert_eq!(call(2, true, 0.5, "abc"), -18.0);
            assert_eq!(call(2, true, 0.5, "abcdefghi"), -42.0);
        }
        assert_eq!(scaled::memo().stats(), MemoStats { hits: 6, compiles: 6, entries: 6 });
    });
}

#[test]
fn element_types_and_type_parameters_are_in_the_key() {
    trait Factor {
        const FACTOR: f64;
    }
    struct Two;
    struct Three;
    impl Factor for Two {
        const FACTOR: f64 = 2.0;
    }
    impl Factor for Three {
        const FACTOR: f64 = 3.0;
    }
    #[graph]
    fn times<T: Element, F: Factor + 'static, const K: usize>(x: &Tensor<T>) -> Tensor<T> {
        x * F::FACTOR + K
    }
    on_eval(|| {
        for _ in 0..2 {
            assert_eq!(times::<f32, Two, 0>(&Tensor::scalar(5.0)).item().unwrap(), 10.0);
            assert_eq!(times::<i32, Two, 0>(&Tensor::scalar(5)).item().unwrap(), 10);
            assert_eq!(times::<i32, Three, 0>(&Tensor::scalar(5)).item().unwrap(), 15);
            assert_eq!(times::<i32, Three, 4>(&Tensor::scalar(5)).item().unwrap(), 19);
        }
        assert_eq!(times::memo().stats(), MemoStats { hits: 4, compiles: 4, entries: 4 });
    });
}

#[test]
fn the_structure_of_trees_is_in_the_key() {
    #[graph]
    fn total(parts: &Vec<Tensor<f32>>, extra: &Option<Tensor<f32>>, pair: &(Tensor<f32>, usize)) -> Tensor![f32;] {
        let mut sum = &pair.0 * pair.1;
        for part in parts {
            sum = sum + part.sum();
        }
        match extra {
            Some(extra) => sum + extra,
            None => sum,
        }
    }
    on_eval(|| {
        let parts = |n: usize| vec![Tensor::ones(&[2]); n];
        let one = || Tensor::scalar(1.0);
        for _ in 0..2 {
            assert_eq!(total(&parts(0), &None, &(one(), 0)).item().unwrap(), 0.0);
            assert_eq!(total(&parts(2), &None, &(one(), 0)).item().unwrap(), 4.0);
            assert_eq!(total(&parts(2), &Some(one()), &(one(), 0)).item().unwrap(), 5.0);
            assert_eq!(total(&parts(2), &Some(one()), &(one(), 7)).item().unwrap(), 12.0);
        }
        assert_eq!(total::memo().stats(), MemoStats { hits: 4, compiles: 4, entries: 4 });
    });
}

#[test]
fn the_backend_is_in_the_key() {
    #[graph]
    fn inc(x: &Tensor![i32; N]) -> Tensor![i32; N] {
        x + 1
    }
    let other = Watched::register("memo-other");
    let x = Tensor::new(&[2], &[1, 2]).unwrap();
    let call = |name: &str| assert_eq!(with_backend(name, || inc(&x)).unwrap().to_vec().unwrap(), [2, 3]);
    call("eval");
    call("memo-other");
    assert_eq!(other.last().outputs, 1);
    call("eval");
    assert_eq!(inc::memo().stats(), MemoStats { hits: 1, compiles: 2, entries: 2 });
}

#[test]
fn constants_and_captures_are_read_once() {
    #[graph]
    fn shifted(x: &Tensor![f32; N]) -> Tensor![f32; N] {
        x + &*CAPTURED.lock().unwrap()
    }
    static CAPTURED: std::sync::LazyLock<Mutex<Tensor<f32>>> = std::sync::LazyLock::new(|| Mutex::new(Tensor::scalar(1.0)));
    on_eval(|| {
        let x = Tensor::zeros(&[1]);
        assert_eq!(shifted(&x).to_vec().unwrap(), [1.0]);
        *CAPTURED.lock().unwrap() = Tensor::scalar(5.0);
        assert_eq!(shifted(&x).to_vec().unwrap(), [1.0]);
    });
}

#[test]
fn lowering_runs_and_compiles_nothing() {
    #[graph]
    fn inner(x: &Tensor![f32; N]) -> Tensor![f32; N] {
        x.exp()
    }
    #[graph]
    fn outer(x: &Tensor![f32; N]) -> Tensor![f32; N] {
        let lowered = inner::lower(&Tensor::new(&[1], &[2.0]).unwrap());
        assert!(lowered.is_err(), "one graph is traced at a time");
        x + 1.0
    }
    on_eval(|| {
        let text = inner::lower(&Tensor::ones(&[2])).unwrap().stablehlo();
        assert!(text.contains("exponential") && text.contains("tensor<2xf32>"), "{text}");
        assert_eq!(outer(&Tensor::ones(&[2])).to_vec().unwrap(), [2.0, 2.0]);
        assert_eq!(inner::memo().stats(), MemoStats { hits: 0, compiles: 0, entries: 0 });
    });
}

#[test]
fn eager_ops_are_compiled_once_for_each_shape() {
    let watched = Watched::register("memo-eager");
    let double = |n: usize| {
        let x = Tensor::<f32>::ones(&[n]);
        let y = with_backend("memo-eager", || (&x + &x).to_vec().unwrap()).unwrap();
        assert_eq!(y, vec![2.0; n]);
        watched.compiles()
    };
    assert_eq!([2, 3, 2, 3, 4].map(double), [1, 2, 2, 2, 3]);
}
