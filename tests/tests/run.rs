// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `cargo xtask run`: runs a module on random and on given inputs, and prints its compiled forms.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use gomlx::prelude::*;

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_run")).args(args).output().expect("the program starts")
}

fn printed(args: &[&str]) -> String {
    let output = run(args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Writes a temporary file that belongs to this process.
fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let path = std::env::temp_dir().join(format!("gomlx-run-{}-{name}", std::process::id()));
    std::fs::write(&path, bytes).expect("the temporary directory is writable");
    path
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of these tests is text")
}

/// The bytes of a `.npy` file.
fn npy(header: &str, elements: &[f32]) -> Vec<u8> {
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.bytes());
    bytes.extend(elements.iter().flat_map(|x| x.to_le_bytes()));
    bytes
}

const OPEN: &str = "module @m {
  func.func public @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
    %sum = stablehlo.add %x, %x : tensor<?x2xf32>
    %result = stablehlo.negate %sum : tensor<?x2xf32>
    return %result : tensor<?x2xf32>
  }
}
";

#[test]
fn given_inputs_are_read_and_results_and_times_printed() {
    let module = file("open.mlir", OPEN.as_bytes());
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }\n";
    let npy = file("x.npy", &npy(header, &[1.5, -2.0]));
    for backend in ["eval", "jit"] {
        let out = printed(&[text(&module), "--backend", backend, "--input", text(&npy)]);
        assert!(out.contains("[-3, 4]"), "{out}");
        assert!(out.contains(&format!("{backend}: compiled in ")) && out.contains(" ms, run in "), "{out}");
    }
    let random = printed(&[text(&module), "--size", "3"]);
    assert!(random.contains("f32[3, 2]"), "{random}");
    for path in [module, npy] {
        std::fs::remove_file(path).expect("the file is there");
    }
}

gomlx::model! {
    Affine<IN, OUT> {
        weight: Tensor![f32; IN, OUT] = ones(),
        bias: Tensor![f32; OUT] = zeros(),
    }
    fn forward(&self, x: &Tensor![f32; B, IN]) -> Tensor![f32; B, OUT] {
        x.matmul(&self.weight) + &self.bias
    }
}

#[test]
fn a_saved_program_runs_where_its_source_is_not() {
    let path = std::env::temp_dir().join(format!("gomlx-run-{}-affine.safetensors", std::process::id()));
    let mut model = Affine::<2, 3>::init(&mut Rng::from_seed(0));
    model.bias = Tensor::new(&[3], &[0.5, 1.0, -1.0]).expect("three elements");
    let lowered = model.forward_lower(&Tensor::zeros(&[1, 2])).expect("it traces");
    lowered.freeze("self").expect("it is a parameter").save(&path).expect("the temporary directory is writable");
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }\n";
    let x = file("row.npy", &npy(header, &[1.5, -2.0]));
    for backend in ["eval", "jit"] {
        let out = printed(&[text(&path), "--backend", backend, "--input", text(&x)]);
        assert!(out.contains("[0, 0.5, -1.5]"), "{out}");
    }
    let wrong = file("rows.npy", &npy(&header.replace("(1, 2)", "(2, 1)"), &[1.5, -2.0]));
    let output = run(&[text(&path), "--input", text(&wrong)]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && error.contains("f32[2, 1]") && error.contains("f32[1, 2]"), "{error}");
    assert!(printed(&[text(&path), "--print", "stablehlo"]).contains("stablehlo.dot_general"));
    for path in [path, x, wrong] {
        std::fs::remove_file(path).expect("the file is there");
    }
}

#[test]
fn what_it_is_compiled_to_is_printed() {
    let module = Path::new(env!("CARGO_MANIFEST_DIR")).join("modules/dynamic_reshape.mlir");
    let optimized = printed(&[text(&module), "--print", "optimized"]);
    assert!(optimized.contains("stablehlo.reshape") && !optimized.contains('?'), "{optimized}");
    let kernels = printed(&[text(&module), "--print", "kernels"]);
    assert!(kernels.contains("loop0 over"), "{kernels}");
    let output = run(&["there-is-no-such-file.mlir"]);
    assert!(!output.status.success() && String::from_utf8_lossy(&output.stderr).contains("there-is-no-such-file"));
}
