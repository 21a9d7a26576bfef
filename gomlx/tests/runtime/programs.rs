// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Saved graphs: what a program can do with them without their source, and the errors of broken files.

use std::fs;

use gomlx::prelude::*;
use gomlx::{Error, load, with_backend};

use crate::backends::Watched;
use crate::{assert_says, on_eval};

model! {
    Net<IN, OUT> {
        weight: Tensor![f32; IN, OUT] = uniform(-1.0, 1.0),
        bias: Tensor![f32; OUT] = constant(0.25),
        #[state]
        calls: Tensor![i32;] = zeros(),
    }
    fn forward(&self, x: &Tensor![f32; B, IN], scale: usize) -> (Tensor![f32; B, OUT], Tensor![i32; B]) {
        let y = (x.matmul(&self.weight) + self.bias).tanh() * scale;
        (y.clone(), y.argmax(-1))
    }
    fn count(&mut self, x: &Tensor![f32; IN]) -> Tensor![f32;] {
        self.calls += 1;
        x.sum()
    }
}

#[test]
fn a_saved_model_computes_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("net.safetensors");
    let net = Net::<3, 4>::init(&mut Rng::from_seed(1));
    let x = Rng::from_seed(2).uniform::<f32>(&[5, 3]);
    let (y, best) = on_eval(|| net.forward(&x, 2));
    on_eval(|| net.forward_lower(&x, 2)).unwrap().freeze("self").unwrap().save(&path).unwrap();
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing temporary is left");

    let program = load(&path).unwrap();
    let listed = |all: Vec<gomlx::Named>| all.iter().map(|n| format!("{} {}", n.name, n.shape)).collect::<Vec<_>>();
    assert_eq!(listed(program.inputs()), ["x f32[5, 3]"]);
    assert_eq!(listed(program.results()), ["0 f32[5, 4]", "1 i32[5]"]);
    assert_says(&format!("{program:?}"), &["forward(x: f32[5, 3])"]);
    assert_says(&program.stablehlo(), &["stablehlo.dot_general"]);
    for backend in ["eval", "jit", "eval"] {
        let [a, b] = with_backend(backend, || program.call(&x)).unwrap().unwrap().try_into().unwrap();
        gomlx::assert_close!(Tensor::<f32>::try_from(a).unwrap(), y);
        assert_eq!(Tensor::<i32>::try_from(b).unwrap().to_vec().unwrap(), best.to_vec().unwrap());
    }
    // Apart from their prefix, the weights are a checkpoint like any other.
    let names = safetensors_names(&path);
    assert_eq!(names, ["self.bias", "self.calls", "self.weight"]);
}

fn safetensors_names(path: &std::path::Path) -> Vec<String> {
    let bytes = fs::read(path).unwrap();
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let mut names: Vec<String> = file.names().into_iter().map(str::to_owned).collect();
    names.sort();
    names
}

#[test]
fn without_freezing_everything_is_an_input() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("net.safetensors");
    let mut net = Net::<3, 4>::init(&mut Rng::from_seed(1));
    let x = Tensor::ones(&[3]);
    let lowered = on_eval(|| net.count_lower(&x)).unwrap();
    let error = lowered.freeze("self").err().unwrap().to_string();
    assert_says(&error, &["E0007", "count", "`self`", "`self.calls`", "cannot be frozen"]);
    on_eval(|| net.count_lower(&x)).unwrap().save(&path).unwrap();
    let program = load(&path).unwrap();
    let names: Vec<String> = program.inputs().into_iter().chain(program.results()).map(|n| n.name).collect();
    assert_eq!(names, ["self.weight", "self.bias", "self.calls", "x", "", "self.calls"], "the result of a function has no path");
    let [sum, calls] = on_eval(|| program.call(&(net.clone(), x.clone()))).unwrap().try_into().unwrap();
    assert_eq!(Tensor::<f32>::try_from(sum).unwrap().item().unwrap(), 3.0);
    assert_eq!(Tensor::<i32>::try_from(calls).unwrap().item().unwrap(), 1);
    assert_eq!(net.calls.item().unwrap(), 0, "a saved program does not take over its inputs");
}

#[test]
fn what_the_trace_captured_is_saved() {
    static TABLE: std::sync::LazyLock<Tensor<f32>> = std::sync::LazyLock::new(|| Tensor::new(&[2], &[10.0, 20.0]).unwrap());
    #[graph]
    fn shifted(x: &Tensor![f32; 2]) -> Tensor![f32; 2] {
        x + &*TABLE
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("shifted.safetensors");
    on_eval(|| shifted::lower(&Tensor::zeros(&[2]))).unwrap().save(&path).unwrap();
    let [y] = on_eval(|| load(&path).unwrap().call(&Tensor::<f32>::ones(&[2]))).unwrap().try_into().unwrap();
    assert_eq!(Tensor::<f32>::try_from(y).unwrap().to_vec().unwrap(), [11.0, 21.0]);
}

#[test]
fn wrong_calls_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("net.safetensors");
    let net = Net::<3, 4>::init(&mut Rng::from_seed(1));
    let lowered = on_eval(|| net.forward_lower(&Tensor::ones(&[5, 3]), 1)).unwrap();
    assert_says(&lowered.freeze("weight").err().unwrap().to_string(), &["`weight`", "those that have: self, x"]);
    on_eval(|| net.forward_lower(&Tensor::ones(&[5, 3]), 1)).unwrap().freeze("self").unwrap().save(&path).unwrap();
    let program = load(&path).unwrap();
    let line = line!() + 1;
    let wrong = program.call(&Tensor::<f32>::ones(&[4, 3])).unwrap_err();
    assert!(matches!(wrong, Error::Signature(_)));
    assert_says(&wrong.to_string(), &["`x` is f32[4, 3]", "f32[5, 3]", &format!("programs.rs:{line}:")]);
    assert_says(&program.call(&Tensor::<i32>::ones(&[5, 3])).unwrap_err().to_string(), &["i32[5, 3]"]);
    let x = Tensor::<f32>::ones(&[5, 3]);
    assert_says(&program.call(&(x.clone(), x)).unwrap_err().to_string(), &["2 tensors are given for 1 inputs", "x: f32[5, 3]"]);
    let burning = Watched::register("programs-burning");
    burning.set_failing(true);
    let failed = with_backend("programs-burning", || program.call(&Tensor::<f32>::ones(&[5, 3]))).unwrap().unwrap_err();
    assert!(matches!(failed, Error::Execution(_)), "{failed}");
}

#[test]
fn wrong_files_are_errors() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("net.safetensors");
    assert_says(&load(&path).unwrap_err().to_string(), &["E0012", "cannot read", "net.safetensors"]);
    let net = Net::<3, 4>::init(&mut Rng::from_seed(1));
    let lowered = on_eval(|| net.forward_lower(&Tensor::ones(&[5, 3]), 1)).unwrap().freeze("self").unwrap();
    lowered.save(&path).unwrap();
    let right = fs::read(&path).unwrap();

    gomlx::checkpoint::save(&path, &net).unwrap();
    assert_says(&load(&path).unwrap_err().to_string(), &["this is no program", "checkpoint::load"]);
    // Truncated and damaged files must give an error that names the file, and never a panic.
    for length in (0..right.len()).step_by(7) {
        fs::write(&path, &right[..length]).unwrap();
        let error = load(&path).unwrap_err().to_string();
        assert_says(&error, &["E0012", "net.safetensors"]);
    }
    for at in (0..right.len()).step_by(5) {
        let mut damaged = right.clone();
        damaged[at] ^= 1 << (at % 8);
        fs::write(&path, &damaged).unwrap();
        match load(&path) {
            Err(error) => assert_says(&error.to_string(), &["net.safetensors"]),
            // Some damage changes neither text nor weights: spaces, and keys that are read as other keys.
            Ok(_) => assert!(at < right.len() - 4 * (12 + 4 + 1), "a weight was damaged at {at} and nobody noticed"),
        }
    }
    for (version, says) in [("9", ["format 9", "update gomlx"]), ("2", ["no checksums", "the file is damaged"])] {
        let metadata = ["gomlx.stablehlo", "gomlx.parameters", "gomlx.results"].map(|key| (key.to_owned(), String::new()));
        let metadata = metadata.into_iter().chain([("gomlx.format".to_owned(), version.to_owned())]).collect();
        let none: [(&str, safetensors::tensor::TensorView<'_>); 0] = [];
        safetensors::serialize_to_file(none, Some(metadata), &path).unwrap();
        assert_says(&load(&path).unwrap_err().to_string(), &says);
    }
    // A save that fails leaves the old file in place.
    fs::write(&path, &right).unwrap();
    assert!(lowered.save(dir.path().join("no/such/place")).is_err());
    load(&path).unwrap();
}
