// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `#[graph]` functions as users meet them: calls, symbols, host control flow, state, memo, text, errors.

use gomlx::{Tensor, graph, select};

#[path = "support/mod.rs"]
mod support;

use support::{assert_close, list, on_eval, tensor};

#[graph]
fn layer(x: &Tensor![f32; B, 3], w: &Tensor![f32; 3, 2], b: &Tensor![f32; 2]) -> Tensor![f32; B, 2] {
    let h = x.matmul(w) + b;
    h * h.tanh() * 2.0 + 0.5 * h
}

fn layer_input() -> (Tensor<f32>, Tensor<f32>, Tensor<f32>) {
    let x = tensor(&[2, 3], &[1.0, 0.0, -1.0, 0.5, 0.5, 0.5]);
    let w = tensor(&[3, 2], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    (x, w, tensor(&[2], &[0.25, -0.25]))
}

fn layer_expected() -> Vec<f32> {
    [-3.75f32, -4.25, 4.75, 5.75].iter().map(|h| h * h.tanh() * 2.0 + 0.5 * h).collect()
}

#[test]
fn operands_are_borrowed() {
    on_eval(|| {
        let (x, w, b) = layer_input();
        assert_close(&list(&layer(&x, &w, &b)), &layer_expected());
    });
}

/// A plain helper needs no attribute.
fn double(x: &Tensor<f32>) -> Tensor<f32> {
    x * 2.0
}

#[graph]
fn nested(x: &Tensor![f32; B, 3], w: &Tensor<f32>, b: &Tensor<f32>) -> Tensor![f32; B, 2] {
    double(&layer(x, w, b))
}

#[test]
fn graph_functions_call_graph_functions_and_helpers() {
    on_eval(|| {
        let (x, w, b) = layer_input();
        let expected: Vec<f32> = layer_expected().iter().map(|y| y * 2.0).collect();
        assert_close(&list(&nested(&x, &w, &b)), &expected);
        let text = nested::lower(&x, &w, &b).expect("it traces").stablehlo();
        assert!(text.contains("dot_general") && !text.contains("call"), "the inner function is inlined:\n{text}");
    });
}

#[graph]
fn host_control(x: &Tensor![f32; N], n: usize, double: bool) -> Tensor![f32; N] {
    let mut acc = 0.0 * x;
    for i in 0..n {
        if i % 2 == 0 && x.dim(0) > 1 {
            acc += x;
        } else {
            acc = acc - 1.0;
        }
    }
    if double {
        acc *= 2.0;
    }
    match n {
        0 => return x.clone(),
        _ if N > 100 => return acc,
        _ => {}
    }
    let scale = |t: &Tensor<f32>| t * acc;
    (1.0 - scale(&acc)).abs()
}

#[test]
fn host_control_flow_is_rust() {
    on_eval(|| {
        let x = tensor(&[2], &[1.0, 2.0]);
        let expected = |n: usize, double: bool| -> Vec<f32> {
            let of = |x: f32| {
                let mut acc = 0.0;
                for i in 0..n {
                    acc = if i % 2 == 0 { acc + x } else { acc - 1.0 };
                }
                let acc = if double { acc * 2.0 } else { acc };
                if n == 0 { x } else { (1.0 - acc * acc).abs() }
            };
            vec![of(1.0), of(2.0)]
        };
        for n in 0..4 {
            for double in [false, true] {
                assert_close(&list(&host_control(&x, n, double)), &expected(n, double));
            }
        }
        assert_eq!(host_control::memo().stats().entries, 8, "one graph for each combination of host values");
    });
}

#[graph]
fn masked(x: &Tensor![f32; N], low: &Tensor![f32;], n: usize) -> Tensor![f32; N] {
    let inside = x > low && !(x >= 2.0) || x == -5.0;
    let few = n < 3 && x.rank() == 1;
    let kept = select(&inside, x, 0.0);
    if few { kept } else { -kept }
}

#[test]
fn comparisons_and_logic_dispatch_by_type() {
    on_eval(|| {
        let x = tensor(&[4], &[-5.0, 0.5, 1.5, 2.5]);
        assert_close(&list(&masked(&x, &tensor(&[], &[1.0]), 1)), &[-5.0, 0.0, 1.5, 0.0]);
        assert_close(&list(&masked(&x, &tensor(&[], &[1.0]), 5)), &[5.0, 0.0, -1.5, 0.0]);
    });
}

#[graph]
fn pairs(x: &Tensor![f32; N, M], y: &Tensor![f32; M, 2 * N], scale: usize) -> (Tensor![f32; 2 * N, N], Tensor![f32;]) {
    let z = x.matmul(y).t() * scale;
    (z.clone(), z.sum() * (N + M))
}

#[test]
fn symbols_unify_and_are_sizes() {
    on_eval(|| {
        let (x, y) = (tensor(&[1, 2], &[1.0, 2.0]), tensor(&[2, 2], &[1.0, 2.0, 3.0, 4.0]));
        let (z, sum) = pairs(&x, &y, 3);
        assert_eq!(z.dims(), [2, 1]);
        assert_close(&list(&z), &[21.0, 30.0]);
        assert_close(&list(&sum), &[153.0]);
        let error = pairs::try_call(&x, &tensor(&[2, 3], &[0.0; 6]), 3).expect_err("2 * N is 2").to_string();
        assert!(error.contains("pairs") && error.contains("2 * N") && error.contains("graph.rs"), "{error}");
        let error = pairs::try_call(&x, &tensor(&[3, 2], &[0.0; 6]), 3).expect_err("M is 2 and 3").to_string();
        assert!(error.contains("`M` is 2 in `x`, and 3 here"), "{error}");
    });
}

#[graph]
fn step(weights: &mut Tensor![f32; N], count: &mut Tensor![i32;], gradient: Tensor![f32; N], #[fixed] rate: f32) -> Tensor![f32;] {
    *weights -= gradient * rate;
    *count += 1;
    weights.sum()
}

#[test]
fn state_is_written_back() {
    on_eval(|| {
        let mut weights = tensor(&[2], &[1.0, 2.0]);
        let mut count = Tensor::scalar(0i32);
        for i in 1..=3 {
            let sum = step(&mut weights, &mut count, tensor(&[2], &[1.0, -1.0]), 0.5);
            assert_close(&list(&sum), &[3.0]);
            assert_eq!(count.to_vec().unwrap(), [i]);
        }
        assert_close(&list(&weights), &[-0.5, 3.5]);
        assert_eq!(step::memo().stats().entries, 1);
        step(&mut weights, &mut count, tensor(&[2], &[1.0, -1.0]), 0.25);
        assert_eq!(step::memo().stats().entries, 2, "a `#[fixed]` number is part of the graph");
    });
}

#[graph]
fn repeat<T: gomlx::Element, const K: usize>(x: &Tensor![T; N, K]) -> Tensor![T; N] {
    let mut acc = x.sum_axis(1);
    for _ in 1..K {
        acc = acc + acc;
    }
    acc
}

#[test]
fn generic_functions_keep_their_instances_apart() {
    on_eval(|| {
        let x = tensor(&[1, 2], &[1.0, 2.0]);
        assert_close(&list(&repeat::<f32, 2>(&x)), &[6.0]);
        assert_close(&list(&repeat::<f32, 3>(&tensor(&[1, 3], &[1.0, 2.0, 3.0]))), &[24.0]);
        let ints = Tensor::new(&[1, 2], &[1i64, 2]).unwrap();
        assert_eq!(repeat::<i64, 2>(&ints).to_vec().unwrap(), [6]);
        let error = repeat::try_call::<f32, 3>(&x).expect_err("K is 3").to_string();
        assert!(error.contains("axis 1 is 2, not 3"), "{error}");
    });
}

#[graph]
fn over_trees(pair: &(Tensor<f32>, Vec<Tensor<f32>>), any: &impl gomlx::Tree) -> Tensor<f32> {
    let _ = any;
    let mut sum = pair.0.clone();
    for part in &pair.1 {
        sum += part;
    }
    sum
}

#[test]
fn arguments_are_trees() {
    on_eval(|| {
        let x = tensor(&[1], &[2.0]);
        assert_close(&list(&over_trees(&(x.clone(), vec![x.clone(), x.clone()]), &x)), &[6.0]);
        assert_close(&list(&over_trees(&(x.clone(), vec![]), &(x.clone(), 3usize))), &[2.0]);
    });
}

#[derive(Clone, Copy, Hash, PartialEq)]
enum Mode {
    Plain,
    Scaled(u8),
}

#[graph]
fn by_value(x: &Tensor![f32; N], mode: Mode, rest: Vec<Tensor<f32>>) -> Tensor![f32; N] {
    let sum = rest[0] + rest[1] * x;
    match mode {
        Mode::Scaled(n) => sum * n,
        _ if mode == Mode::Plain => -sum,
        Mode::Plain => sum,
    }
}

#[test]
fn enums_are_host_values_and_trees_are_donated() {
    on_eval(|| {
        let x = tensor(&[1], &[2.0]);
        let rest = || vec![tensor(&[1], &[1.0]), tensor(&[1], &[3.0])];
        assert_close(&list(&by_value(&x, Mode::Plain, rest())), &[-7.0]);
        assert_close(&list(&by_value(&x, Mode::Scaled(2), rest())), &[14.0]);
        assert_close(&list(&by_value(&x, Mode::Scaled(3), rest())), &[21.0]);
        assert_eq!(by_value::memo().stats().entries, 3);
    });
}

/// The module has the same name as the function, so the graph's handle needs a name of its own.
mod scale {
    #[gomlx::graph(handle = scale_graph)]
    pub(super) fn scale(x: &Tensor![f32; N], #[fixed] by: f64) -> Tensor![f32; N] {
        x * by
    }
}
use scale::{scale, scale_graph};

#[test]
fn a_handle_may_be_named() {
    on_eval(|| {
        assert_close(&list(&scale(&tensor(&[1], &[2.0]), 0.25)), &[0.5]);
        assert_eq!(scale_graph::memo().stats().entries, 1);
        assert!(scale_graph::STABLEHLO.contains("tensor<Nxf32>"));
    });
}

const WIDTH: usize = 3;

#[graph]
fn constants(x: &Tensor![f32; {WIDTH}, {WIDTH + 1}]) -> Tensor![f32; {WIDTH}] {
    x.sum_axis(-1)
}

#[test]
fn constants_go_in_braces() {
    on_eval(|| {
        assert_close(&list(&constants(&Tensor::ones(&[3, 4]))), &[4.0; 3]);
        constants::try_call(&Tensor::ones(&[3, 3])).expect_err("WIDTH + 1 is 4");
    });
}

#[graph]
fn fallible(x: &Tensor![f32; N], flag: bool) -> gomlx::Result<Tensor![f32; N]> {
    if flag {
        return Ok(x * x);
    }
    layer::try_call(x, x, x)
}

#[test]
fn results_carry_errors_with_the_users_line() {
    on_eval(|| {
        let x = tensor(&[2], &[2.0, 3.0]);
        assert_close(&list(&fallible(&x, true).expect("it is right")), &[4.0, 9.0]);
        let error = fallible(&x, false).expect_err("x is no matrix").to_string();
        let line = 1 + include_str!("graph.rs").lines().position(|l| l.trim() == "layer::try_call(x, x, x)").expect("the line above");
        assert!(error.contains("layer: argument `x`") && error.contains(&format!("graph.rs:{line}:")), "{error}");
    });
}

#[graph]
fn wrong(x: &Tensor<f32>, y: &Tensor<f32>) -> Tensor<f32> {
    let h = x.tanh();
    h + y
}

#[test]
fn a_mistake_of_a_trace_names_its_line() {
    on_eval(|| {
        let error = wrong::try_call(&tensor(&[2], &[0.0; 2]), &tensor(&[3], &[0.0; 3])).expect_err("2 and 3 differ").to_string();
        let line = 1 + include_str!("graph.rs").lines().position(|l| l.trim() == "h + y").expect("the line above");
        assert!(error.contains("2 and 3 differ") && error.contains(&format!("graph.rs:{line}:")), "{error}");
    });
}

#[test]
fn graphs_are_memoised_by_shape() {
    on_eval(|| {
        #[graph]
        fn square(x: &Tensor<f32>) -> Tensor<f32> {
            x * x
        }
        for n in [1, 2, 1, 3, 2, 1] {
            square(&tensor(&[n], &vec![2.0; n]));
        }
        assert_eq!(square::memo().stats().entries, 3);
    });
}

mod text {
    use super::*;

    #[graph]
    fn dense(x: &Tensor![f32; 4, 3], w: &Tensor![f32; 3, 2], b: &Tensor![f32; 2]) -> Tensor![f32; 4, 2] {
        let h = x.matmul(w) + b;
        let gate = (1.0 - h).sigmoid().relu();
        gate * h.softmax(-1) - 0.5 * h.mean_keep([0]) / 3.0
    }

    #[graph]
    fn shapes(x: &Tensor![f32; 4, 3], y: Tensor![i32; 12]) -> (Tensor![f32; 3, 1, 4], Tensor![bool; 4, 3], Tensor![f32;]) {
        let n = x.dim(0);
        let mut t = x.t().reshape([3, n]).expand_dims(1);
        t += x.max_axis(-1).clamp(-1.0, 2.0);
        let mask = y.reshape([4, 3]) <= 3;
        let chosen = select(&mask, x, 1e-3).log1p().powf(2).gelu();
        (t, 2.0 < x, (chosen.logsumexp(0).mean() - y.cast::<f32>().sum()).abs())
    }

    #[graph]
    fn update(w: &mut Tensor![f32; 8], x: &Tensor![f32; 8]) -> Tensor![f32;] {
        *w -= 0.1 * x;
        (w * x).sum()
    }

    #[test]
    fn the_macros_text_is_the_traces() {
        on_eval(|| {
            let zeros = |dims: &[usize]| Tensor::<f32>::zeros(dims);
            let lowered = dense::lower(&zeros(&[4, 3]), &zeros(&[3, 2]), &zeros(&[2])).expect("it traces");
            assert_eq!(dense::STABLEHLO, lowered.stablehlo());
            let lowered = shapes::lower(&zeros(&[4, 3]), Tensor::zeros(&[12])).expect("it traces");
            assert_eq!(shapes::STABLEHLO, lowered.stablehlo());
            let lowered = update::lower(&mut zeros(&[8]), &zeros(&[8])).expect("it traces");
            assert_eq!(update::STABLEHLO, lowered.stablehlo());
        });
    }

    #[graph]
    fn text_of_mean(x: &Tensor![f32; B, 4]) -> Tensor![f32;] {
        x.square().mean()
    }

    #[test]
    fn text_that_is_documentation_says_so() {
        let text = layer::STABLEHLO;
        assert!(text.starts_with("// for reading; `layer::lower(..)` gives the text to run\n// B are known when it is called\n"), "{text}");
        assert!(text.contains("tensor<Bx2xf32>"), "{text}");
        assert!(text_of_mean::STABLEHLO.contains("// %count_.. are numbers of elements"), "{}", text_of_mean::STABLEHLO);
        let line = 1 + include_str!("graph.rs").lines().position(|l| l.trim() == "double(&layer(x, w, b))").expect("the line above");
        assert!(nested::STABLEHLO.contains(&format!("line {line}: `double")), "{}", nested::STABLEHLO);
    }
}
