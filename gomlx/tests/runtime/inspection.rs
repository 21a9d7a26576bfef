// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Inspection of compiled graphs: listings, memory, arithmetic, and the output that environment variables enable.

use std::path::Path;
use std::process::Command;

use gomlx::prelude::*;
use gomlx::{Code, Error, Listing, with_backend};
use gomlx_files::environment::{DUMP, LOG};

use crate::assert_says;

#[graph]
fn layer(x: &Tensor![f32; B, 8], w: &Tensor![f32; 8, 4], n: usize) -> Tensor![f32; B, 4] {
    (x.matmul(w) * n).exp() + 1.0
}

fn inputs(batch: usize) -> (Tensor<f32>, Tensor<f32>) {
    (Tensor::ones(&[batch, 8]), Tensor::zeros(&[8, 4]))
}

#[test]
fn the_jit_shows_what_it_makes() {
    let (x, w) = inputs(16);
    let lowered = with_backend("jit", || layer::lower(&x, &w, 3)).unwrap().unwrap();
    assert_says(&lowered.stablehlo(), &["stablehlo.dot_general", "tensor<16x8xf32>"]);
    assert_says(&lowered.optimized().unwrap(), &["dot_general", "exponential"]);
    assert_says(&lowered.kernels().unwrap(), &["dot_general"]);
    assert_says(&lowered.clif().unwrap(), &["function"]);
    assert_eq!(lowered.listing(Listing::Code).unwrap(), Some(lowered.clif().unwrap()));
    let memory = lowered.memory().unwrap();
    assert_eq!((memory.arguments, memory.results, memory.reused), (4 * (16 * 8 + 8 * 4), 4 * 16 * 4, 0));
    assert_eq!(memory.peak(), memory.arguments + memory.results + memory.temporaries);
    // Each element takes 8 products and 8 sums, then three elementwise ops.
    assert_eq!(lowered.flops(), (2 * 8 + 3) * 16 * 4);
}

#[test]
fn donated_state_is_not_counted_twice() {
    #[graph]
    fn step(w: &mut Tensor![f32; N], x: &Tensor![f32; N]) -> Tensor![f32;] {
        *w += x;
        w.sum()
    }
    for backend in ["jit", "eval"] {
        let lowered = with_backend(backend, || step::lower(&mut Tensor::zeros(&[100]), &Tensor::zeros(&[100]))).unwrap().unwrap();
        let memory = lowered.memory().unwrap();
        assert_eq!((memory.arguments, memory.results, memory.reused), (800, 404, 400), "{backend}");
    }
}

#[test]
fn a_backend_without_listings_says_so() {
    let (x, w) = inputs(1);
    let lowered = with_backend("eval", || layer::lower(&x, &w, 3)).unwrap().unwrap();
    for error in [lowered.optimized().unwrap_err(), lowered.clif().unwrap_err()] {
        assert!(matches!(&error, Error::Graph(all) if all.0[0].code == Code::Unsupported), "{error}");
        assert_says(&error.to_string(), &["layer", "eval", "with_backend(\"jit\""]);
    }
}

/// Runs one test of this program in its own process, and returns the text that it wrote to standard error.
fn rerun(test: &str, variable: &str, value: &str) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let output = command.args(["--exact", test, "--nocapture", "--ignored"]).env(variable, value).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{text}");
    text
}

#[test]
#[ignore = "run by others, with the environment that they test"]
fn several_compiles() {
    with_backend("jit", || {
        for (batch, n) in [(2, 3), (2, 3), (5, 3), (5, 7)] {
            let (x, w) = inputs(batch);
            layer(&x, &w, n);
        }
        let _ = &Tensor::<f32>::ones(&[3]) + 1.0;
    })
    .unwrap();
    let (x, w) = inputs(5);
    with_backend("eval", || layer(&x, &w, 7)).unwrap();
}

#[test]
fn the_log_tells_why_something_was_compiled() {
    let log = rerun("inspection::several_compiles", LOG.name, "compile");
    let lines: Vec<&str> = log.lines().filter(|l| l.contains("`layer`")).collect();
    assert_eq!(lines.len(), 4, "{log}");
    assert_says(lines[0], &["compiled `layer` for jit", "the first call, with x: f32[2, 8], w: f32[8, 4], n: 3"]);
    assert!(lines[1].ends_with("axis 0 of `x` is 5, was 2"), "{log}");
    assert!(lines[2].ends_with("`n` is 7, was 3"), "{log}");
    assert!(lines[3].ends_with("the backend is eval, was jit"), "{log}");
    assert_says(&log, &["compiled `add`"]);
    assert_says(
        &rerun("inspection::several_compiles", LOG.name, "compiles"),
        &["GOMLX_LOG is `compiles`, but it takes compile, copy or all"],
    );
}

#[test]
fn everything_that_is_compiled_is_dumped() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("dump");
    rerun("inspection::several_compiles", DUMP.name, place.to_str().unwrap());
    rerun("inspection::several_compiles", DUMP.name, place.to_str().unwrap());
    let names = |of: &Path| -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(of).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let all = names(&place);
    let texts: Vec<&String> = all.iter().filter(|n| n.ends_with(".layer.stablehlo.mlir")).collect();
    assert_eq!(texts.len(), 8, "two processes write beside each other: {all:?}");
    for name in texts {
        let text = std::fs::read_to_string(place.join(name)).unwrap();
        gomlx_ir::parse::module(&text, name).unwrap();
    }
    let first = all.iter().find(|n| n.ends_with(".layer.stablehlo.mlir")).unwrap().split('.').next().unwrap();
    for kind in ["optimized.mlir", "kernels.txt", "clif", "cost.txt"] {
        let text = std::fs::read_to_string(place.join(format!("{first}.layer.{kind}"))).unwrap();
        assert!(!text.is_empty());
        if kind == "cost.txt" {
            assert_says(&text, &["backend: jit", "flops: 152", "peak"]);
        }
    }
}

#[test]
#[ignore = "run by others, with the environment that they test"]
fn many_lengths() {
    #[graph]
    fn total(x: &Tensor![f32; 2, N]) -> Tensor![f32;] {
        x.sum()
    }
    with_backend("eval", || (1..=66).for_each(|n| drop(total(&Tensor::ones(&[2, n]))))).unwrap();
}

#[test]
fn a_full_memo_names_the_axis_that_varies() {
    let log = rerun("inspection::many_lengths", LOG.name, "");
    let warnings: Vec<&str> = log.lines().filter(|l| l.contains("`total`")).collect();
    assert_eq!(warnings.len(), 1, "{log}");
    assert_says(warnings[0], &["more than 64 keys", "pad or bucket axis 1 of `x`, which had 64 values"]);
}

#[test]
#[ignore = "run by others, with the environment that they test"]
fn a_shared_state() {
    #[graph]
    fn step(w: &mut Tensor![f32; 3]) {
        *w += 1.0;
    }
    with_backend("eval", || {
        let mut w = Tensor::zeros(&[3]);
        step(&mut w);
        let kept = w.clone();
        step(&mut w);
        assert_eq!((kept.to_vec().unwrap(), w.to_vec().unwrap()), (vec![1.0; 3], vec![2.0; 3]));
    })
    .unwrap();
}

#[test]
fn copies_of_shared_state_are_told() {
    let log = rerun("inspection::a_shared_state", LOG.name, "copy");
    let told: Vec<&str> = log.lines().filter(|l| l.contains("`step`")).collect();
    assert_eq!(told.len(), 1, "{log}");
    assert_says(told[0], &["`w`", "another owner", "f32[3]"]);
}
