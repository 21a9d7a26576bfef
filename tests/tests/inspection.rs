// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Graphs as text and as files on every backend, and tensors that move from one backend to another.

use std::process::Command;

use gomlx::prelude::*;
use gomlx::testing::on_each_backend;
use gomlx::with_backend;
use gomlx_pjrt::Program;
use gomlx_pjrt::testing::backend_or_skip;

#[graph]
fn literal(x: &Tensor![f32; 2, 3], pair: &(Tensor![f32; 3], Tensor![f32; 2])) -> (Tensor![f32; 2, 3], Tensor![f32;]) {
    let y = x * &pair.0 + pair.1.reshape([2, 1]);
    (y.clone(), y.exp().sum())
}

/// A graph that calls a helper, whose body the macro cannot see.
#[graph]
fn partly(x: &Tensor![f32; 2, 3]) -> Tensor![f32;] {
    let y = x.tanh();
    helper(&y)
}

fn helper(x: &Tensor<f32>) -> Tensor<f32> {
    x.sum()
}

#[graph]
fn step(w: &mut Tensor![f32; 4], x: &Tensor![f32; 4]) -> Tensor![f32;] {
    *w -= x * 0.5;
    w.sum()
}

const PREVIEWS: [&str; 3] = [literal::STABLEHLO, partly::STABLEHLO, step::STABLEHLO];

#[test]
fn previews_of_literal_dims_are_accepted() {
    let Some(backend) = backend_or_skip("previews") else { return };
    let client = backend.client();
    for text in PREVIEWS {
        let module = gomlx_ir::parse::module(text, "preview.mlir").expect("the preview parses");
        let main = module.main();
        let shapes = |values: &[gomlx_ir::ValueId]| values.iter().map(|&v| main.shape(v).clone()).collect();
        let (params, results) = (shapes(main.params()), shapes(main.results()));
        let program = Program { name: module.name.clone(), text: text.to_owned(), params, results };
        client.compile(program).unwrap_or_else(|e| panic!("{e}\n{text}"));
    }
}

#[test]
fn memory_is_told_by_every_backend() {
    on_each_backend("memory", |_| {
        let lowered = step::lower(&mut Tensor::ones(&[4]), &Tensor::ones(&[4])).unwrap();
        let memory = lowered.memory().unwrap();
        assert_eq!((memory.arguments, memory.results, memory.reused), (32, 20, 16));
        assert!(memory.temporaries < 1 << 20, "{memory}");
    });
}

#[test]
fn programs_run_on_every_backend() {
    let dir = std::env::temp_dir().join(format!("gomlx-programs-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let path = dir.join("literal.safetensors");
    let (x, pair) = (Tensor::ones(&[2, 3]), (Tensor::full(&[3], 2.0), Tensor::new(&[2], &[1.0, 2.0]).unwrap()));
    with_backend("eval", || literal::lower(&x, &pair)).unwrap().unwrap().freeze("pair").unwrap().save(&path).unwrap();
    on_each_backend("programs", |_| {
        let program = gomlx::load(&path).unwrap();
        for _ in 0..2 {
            let [y, sum] = program.call(&x).unwrap().try_into().unwrap();
            assert_eq!(Tensor::<f32>::try_from(y).unwrap().to_vec().unwrap(), [3.0, 3.0, 3.0, 4.0, 4.0, 4.0]);
            let sum = Tensor::<f32>::try_from(sum).unwrap().item().unwrap();
            assert!((sum - 3.0 * (3f32.exp() + 4f32.exp())).abs() < 1e-3, "{sum}");
        }
    });
    std::fs::remove_dir_all(&dir).unwrap();
}

#[test]
fn tensors_of_one_backend_are_used_on_another() {
    if backend_or_skip("moves between backends").is_none() {
        return;
    }
    let on = |name: &str, x: &Tensor<f32>| with_backend(name, || partly(x)).unwrap();
    let x = with_backend("pjrt:cpu", || &Tensor::<f32>::ones(&[2, 3]) * 0.5).unwrap();
    let expected = 6.0 * 0.5f32.tanh();
    for name in ["jit", "pjrt:cpu", "eval"] {
        let y = on(name, &x).item().unwrap();
        assert!((y - expected).abs() < 1e-5, "{name}: {y}");
    }
    // The state moves to the current backend, and stays on the backend that last computed it.
    let mut w = Tensor::zeros(&[4]);
    for (i, name) in ["jit", "pjrt:cpu", "eval", "pjrt:cpu", "jit"].into_iter().enumerate() {
        let sum = with_backend(name, || step(&mut w, &Tensor::ones(&[4]))).unwrap();
        assert_eq!(sum.item().unwrap(), -2.0 * (i + 1) as f32, "{name}");
    }
}

#[test]
fn copies_between_backends_are_told() {
    if backend_or_skip("moves between backends").is_none() {
        return;
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    let test = "tensors_of_one_backend_are_used_on_another";
    let output = command.args(["--exact", test, "--nocapture"]).env(gomlx_files::environment::LOG.name, "copy").output().unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{log}");
    assert!(log.contains("`partly` is given f32[2, 3] of pjrt:cpu, and so copies it to jit"), "{log}");
    assert!(log.contains("`step` is given f32[4] of pjrt:cpu, and so copies it to eval"), "{log}");
}
