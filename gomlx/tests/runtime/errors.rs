// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Mistakes: each names the user's line, a trace reports all of its mistakes at once, and none is reported twice.

use std::cell::RefCell;
use std::thread;

use gomlx::prelude::*;
use gomlx::{Code, Error, Result, with_backend};

use crate::{assert_says, on_eval, panic_of};

/// The mistakes of a trace: the code, the message and the line in this file.
fn mistakes<R>(result: Result<R>) -> Vec<(Code, String, u32)> {
    match result {
        Ok(_) => panic!("there was no mistake"),
        Err(Error::Graph(all)) => (all.0.into_iter())
            .map(|d| {
                let at = d.location.unwrap_or_else(|| panic!("`{}` has no place", d.message));
                assert!(at.file.ends_with("errors.rs"), "{at}: {}", d.message);
                (d.code, d.message, at.line)
            })
            .collect(),
        Err(other) => panic!("{other}"),
    }
}

#[track_caller]
fn assert_one<R>(result: Result<R>, code: Code, line: u32, parts: &[&str]) {
    let all = mistakes(result);
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!((all[0].0, all[0].2), (code, line), "{all:?}");
    assert_says(&all[0].1, parts);
}

#[test]
fn wrong_arguments_are_named_with_the_callers_line() {
    #[graph]
    fn layer(x: &Tensor![f32; B, 4], w: &Tensor![f32; 4, N], b: &Tensor![f32; N]) -> Tensor![f32; B, N] {
        x.matmul(w) + b
    }
    on_eval(|| {
        let zeros = |dims: &[usize]| Tensor::<f32>::zeros(dims);
        let line = line!() + 1;
        let error = layer::try_call(&zeros(&[2, 5]), &zeros(&[4, 3]), &zeros(&[3])).unwrap_err();
        assert!(matches!(error, Error::Signature(_)));
        let place = format!("errors.rs:{line}:");
        assert_says(&error.to_string(), &["layer", "`x`", "f32[2, 5]", "f32[B, 4]", "axis 1 is 5, not 4", &place]);
        let error = layer::try_call(&zeros(&[2, 4]), &zeros(&[4, 3]), &zeros(&[5])).unwrap_err();
        assert_says(&error.to_string(), &["`b`", "f32[5]", "`N` is 3 in `w`, and 5 here"]);
        let error = layer::try_call(&zeros(&[4]), &zeros(&[4, 3]), &zeros(&[3])).unwrap_err();
        assert_says(&error.to_string(), &["`x`", "the ranks differ: 1 and 2"]);
        let line = line!() + 1;
        let message = panic_of(|| layer(&zeros(&[2, 5]), &zeros(&[4, 3]), &zeros(&[3])));
        assert_says(&message, &["error[E0007]", &format!("errors.rs:{line}:")]);
        assert_eq!(layer(&zeros(&[0, 4]), &zeros(&[4, 3]), &zeros(&[3])).dims(), [0, 3]);
    });
}

#[test]
fn all_mistakes_of_a_trace_are_reported_and_none_twice() {
    const FIRST: u32 = line!() + 3;
    #[graph]
    fn wrong(x: &Tensor![f32; A, B], y: &Tensor![f32; C]) -> Tensor![f32; B] {
        let sum = x + y;
        let product = x.matmul(x).relu().softmax(-1).cast::<i32>();
        let shaped = y.reshape([7]);
        let pooled = (sum * 2.0).mean_axis([0, 1]).lt(0.5);
        let joined = concat(&[&y.expand_dims(0), x], -1);
        let right = x.sum_axis(0);
        right + shaped.sum() + pooled.cast::<f32>() + product.sum().cast::<f32>() + joined.sum()
    }
    on_eval(|| {
        let all = mistakes(wrong::try_call(&Tensor::zeros(&[2, 3]), &Tensor::zeros(&[4])));
        let lines: Vec<u32> = all.iter().map(|m| m.2).collect();
        assert_eq!(lines, [FIRST, FIRST + 1, FIRST + 2, FIRST + 4], "{all:?}");
        assert!(all.iter().all(|m| m.0 == Code::Shape), "{all:?}");
        assert_says(&all[0].1, &["add", "f32[2, 3]", "f32[4]", "3 and 4 differ"]);
        assert_says(&all[1].1, &["matmul", "f32[2, 3]", "3 and 2 differ"]);
        assert_says(&all[2].1, &["reshape", "4", "7"]);
        assert_says(&all[3].1, &["concatenate"]);
    });
}

#[test]
fn what_follows_from_a_mistake_is_not_reported() {
    const LINE: u32 = line!() + 7;
    #[graph]
    fn nested(x: &Tensor![f32; 2, 5]) -> Tensor![f32; 5] {
        x.sum_axis(0)
    }
    #[graph]
    fn wrong(w: &Tensor![f32; 3, 5], x: &Tensor![f32; B, 4], labels: &Tensor![i32; B]) -> Tensor![f32; 5] {
        let (loss, slope) = value_and_grad(w, |w| sparse_cross_entropy(&x.matmul(w), labels).mean());
        let image = slope.expand_dims(-1).conv(&Tensor::ones(&[1, 1, 1]), &Conv::default());
        nested(&image.squeeze(-1).take(labels, 0)) + loss
    }
    on_eval(|| {
        assert_one(wrong::try_call(&Tensor::zeros(&[3, 5]), &Tensor::zeros(&[2, 4]), &Tensor::zeros(&[2])), Code::Shape, LINE, &["matmul"]);
    });
}

#[test]
fn a_mistake_with_several_results_is_one() {
    const LINE: u32 = line!() + 3;
    #[graph]
    fn wrong(x: &Tensor![f32; N], y: &Tensor![f32; M]) -> Tensor![f32;] {
        let (quotient, remainder) = x.divmod(y);
        quotient.sum() + remainder.sum()
    }
    on_eval(|| {
        assert_one(wrong::try_call(&Tensor::ones(&[2]), &Tensor::ones(&[3])), Code::Shape, LINE, &["2 and 3 differ"]);
        assert_eq!(wrong(&Tensor::ones(&[2]), &Tensor::ones(&[1])).item().unwrap(), 2.0);
    });
}

#[test]
fn a_wrong_result_is_named() {
    // The shape that a helper returns is unknown before the trace.
    fn flattened(x: &Tensor<f32>) -> Tensor<f32> {
        x.flatten()
    }
    const LINE: u32 = line!() + 2;
    #[graph]
    fn flat(x: &Tensor![f32; A, B]) -> Tensor![f32; A, B] {
        flattened(x)
    }
    on_eval(|| {
        let error = flat::try_call(&Tensor::zeros(&[2, 3])).unwrap_err();
        assert_says(&error.to_string(), &["flat", "f32[6]", "A, B", "[2, 3]", "errors.rs:"]);
        let line = error.to_string().split("errors.rs:").nth(1).and_then(|rest| rest.split(':').next()?.parse::<u32>().ok());
        assert!(line.is_some_and(|line| (LINE - 1..=LINE + 1).contains(&line)), "{error}");
    });
}

#[test]
fn eager_ops_panic_at_the_callers_line() {
    on_eval(|| {
        let x = Tensor::<f32>::zeros(&[2, 3]);
        let line = line!() + 2;
        let messages = [
            panic_of(|| &x + Tensor::<f32>::zeros(&[4])),
            panic_of(|| x.matmul(&x)),
            panic_of(|| x.sum_axis(2)),
            panic_of(|| x.sum_axis([0, -2])),
            panic_of(|| x.reshape([5])),
            panic_of(|| x.slice_axis(1, 2, 4)),
            panic_of(|| x.squeeze(0)),
            panic_of(|| x.transpose([0, 0])),
            panic_of(|| concat::<f32>(&[], 0)),
            panic_of(|| x.take(&x, 0)),
            panic_of(|| Tensor::<i32>::zeros(&[1]).exp()),
        ];
        let parts: [&[&str]; 11] = [
            &["add", "f32[2, 3]", "f32[4]"],
            &["matmul", "3 and 2 differ"],
            &["sum_axis", "no axis 2", "0 to 1"],
            &["sum_axis", "[0, -2]", "twice"],
            &["reshape", "5"],
            &["slice", "4", "3"],
            &["squeeze", "axis 0"],
            &["transpose", "[0, 0]"],
            &["concat", "no tensors"],
            &["take", "not a tensor of integers"],
            &["exponential", "i32"],
        ];
        for (i, (message, parts)) in messages.iter().zip(parts).enumerate() {
            assert_says(message, parts);
            assert_says(message, &[&format!("errors.rs:{}:", line + i as u32)]);
        }
    });
}

#[test]
fn rewritten_code_keeps_its_lines() {
    fn any<T: Element>(x: &Tensor<T>) -> Tensor<T> {
        x.clone()
    }
    // The shape that a helper returns is unknown before the trace.
    const LINE: u32 = line!() + 3;
    #[graph]
    fn wrong(x: &Tensor![f32; N], y: &Tensor![u8; 3]) -> Tensor<f32> {
        let mut a: Tensor<f32> = any(x);
        let mut b: Tensor<f32> = any(x);
        let mut c: Tensor<f32> = any(x);
        let read = a[9] + a[(0, 0)];
        a[7] = 1.0;
        b[(1, 1)] += 1.0;
        c[8] *= any(x);
        let mask = any(x) > 0.0 && any(x).at(..2) > 0.0;
        let less = any(y) + -1;
        let more = 300 + any(y);
        read + mask.cast::<f32>().sum() + (less + more).cast::<f32>().sum() + a + b + c
    }
    #[graph]
    fn pushes(x: &Tensor![f32; N], rows: &mut Vec<Tensor<f32>>) -> Tensor![f32; N] {
        rows.push(x.clone());
        x * 2.0
    }
    #[graph]
    fn repeats(x: &Tensor<f32>, n: &Tensor![i32;]) -> Tensor![f32;] {
        let mut sum = Tensor::scalar(0.0);
        for row in rolled(x.sum()) {
            sum += row * n.cast::<f32>();
        }
        sum
    }
    on_eval(|| {
        let all = mistakes(wrong::try_call(&Tensor::zeros(&[3]), &Tensor::zeros(&[3])));
        let lines: Vec<u32> = all.iter().map(|m| m.2 - LINE).collect();
        assert_eq!(lines, [3, 3, 4, 5, 6, 7, 8, 9], "{all:#?}");
        let rows = pushes::try_call(&Tensor::zeros(&[3]), &mut vec![]).unwrap_err();
        assert_says(&rows.to_string(), &["changes `rows`", &format!("errors.rs:{}:", LINE + 13)]);
        let rows = repeats::try_call(&Tensor::zeros(&[3]), &Tensor::scalar(1)).unwrap_err();
        assert_says(&rows.to_string(), &["no axis to repeat over", &format!("errors.rs:{}:", LINE + 20)]);
    });
}

#[test]
fn an_empty_batch_has_no_loss() {
    const LINE: u32 = line!() + 3;
    #[graph]
    fn loss(logits: &Tensor![f32; B, 3], labels: &Tensor![i32; B]) -> Tensor![f32;] {
        sparse_cross_entropy(logits, labels).mean()
    }
    on_eval(|| {
        let empty = loss::try_call(&Tensor::zeros(&[0, 3]), &Tensor::zeros(&[0]));
        assert_one(empty, Code::Shape, LINE, &["sparse_cross_entropy", "empty", "i32[0]"]);
    });
}

thread_local! {
    static KEPT: RefCell<Option<Tensor<f32>>> = const { RefCell::new(None) };
}

#[test]
fn handles_mean_nothing_after_their_trace() {
    #[graph]
    fn leak(x: &Tensor![f32; 2]) -> Tensor![f32; 2] {
        KEPT.set(Some(x * 3.0));
        x + 1.0
    }
    const LINE: u32 = line!() + 3;
    #[graph]
    fn reuse(x: &Tensor![f32; 2]) -> Tensor![f32; 2] {
        x + KEPT.with_borrow(|kept| kept.clone().unwrap())
    }
    #[graph]
    fn identity(x: &Tensor![f32; 2]) -> Tensor![f32; 2] {
        x.clone()
    }
    on_eval(|| {
        let x = Tensor::ones(&[2]);
        leak(&x);
        let kept = KEPT.with_borrow(|kept| kept.clone().unwrap());
        assert_eq!(format!("{kept}"), "f32[2] (traced)");
        assert_one(reuse::try_call(&x), Code::Handle, LINE, &["f32[2]", "no longer traced"]);
        let line = line!() + 1;
        assert_says(&panic_of(|| &kept + 1.0), &["add", "outside its trace", &format!("errors.rs:{line}:")]);
        assert_one(kept.to_vec(), Code::Handle, line!(), &["f32[2]", "was read while its graph is traced"]);
        assert_one(identity::try_call(&kept), Code::Handle, line!(), &["f32[2]"]);
        assert_eq!(identity(&x).to_vec().unwrap(), [1.0, 1.0]);
    });
}

#[test]
fn traced_tensors_have_no_elements_but_print() {
    const LINE: u32 = line!() + 4;
    // The macro would report this read in the graph function itself.
    fn first(x: &Tensor<f32>) -> Result<f32> {
        assert_eq!(format!("{x} {:?}", x.sum()), "f32[2] (traced) f32[] (traced)");
        Ok(x.to_vec()?[0])
    }
    #[graph]
    fn reads(x: &Tensor![f32; N]) -> Result<Tensor![f32;]> {
        Ok(x.sum() * first(x)?)
    }
    on_eval(|| assert_one(reads(&Tensor::ones(&[2])), Code::Handle, LINE, &["f32[2]", "was read while its graph is traced"]));
}

#[test]
fn a_trace_stays_on_its_thread() {
    #[graph]
    fn threaded(x: &Tensor![f32; 2]) -> Tensor![f32; 2] {
        let x = x.clone();
        let message = thread::spawn(move || panic_of(|| on_eval(|| &x * 2.0))).join().unwrap();
        assert_says(&message, &["multiply", "f32[2]", "outside its trace", "on one thread", "errors.rs:"]);
        // Ops on another thread do not belong to this graph.
        let other = thread::spawn(|| on_eval(|| (Tensor::<f32>::ones(&[2]) * 3.0).to_vec().unwrap())).join().unwrap();
        Tensor::new(&[2], &other).unwrap()
    }
    on_eval(|| assert_eq!(threaded(&Tensor::ones(&[2])).to_vec().unwrap(), [3.0, 3.0]));
}

#[test]
fn only_floating_point_scalars_are_losses() {
    const LINE: u32 = line!() + 3;
    #[graph]
    fn vector(x: &Tensor![f32; N]) -> Tensor![f32; N] {
        grad(x, |x| x * 2.0)
    }
    #[graph]
    fn integer(x: &Tensor![f32; N]) -> Tensor![f32; N] {
        grad(x, |x| x.sum().cast::<i32>())
    }
    #[graph]
    fn pair(x: &Tensor![f32; N]) -> Tensor![f32; N] {
        grad(x, |x| (x.max_keep(0), x.len()))
    }
    on_eval(|| {
        let x = Tensor::ones(&[3]);
        assert_one(vector::try_call(&x), Code::Gradient, LINE, &["f32[3]", "scalar"]);
        assert_one(integer::try_call(&x), Code::Gradient, LINE + 4, &["i32[]", "scalar"]);
        assert_one(pair::try_call(&x), Code::Gradient, LINE + 8, &["f32[1]", "scalar"]);
    });
    let line = line!() + 1;
    let message = panic_of(|| grad(&Tensor::scalar(1.0f32), |x| x.square()));
    assert_says(&message, &["outside a graph function", "#[graph]", &format!("errors.rs:{line}:")]);
}

#[test]
fn backends_that_are_not_there_are_named() {
    for name in ["tpu", "", "jit2", "evaluator"] {
        let error = gomlx::set_backend(name).unwrap_err();
        assert!(matches!(error, Error::Backend(_)));
        assert_says(&error.to_string(), &[&format!("`{name}`"), "eval", "pjrt"]);
    }
    let mut ran = false;
    let error = with_backend("pjrt:/no/such/plugin.so", || ran = true).unwrap_err();
    assert!(!ran && matches!(error, Error::Backend(_)), "{error}");
    assert_says(&error.to_string(), &["/no/such/plugin.so"]);
}
