// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Environment variables with values that they do not take: a line or an error says so. A process reads a variable
//! once, so each value gets a process of its own, which is this program again.

use std::ffi::OsStr;
use std::process::Command;

use gomlx::prelude::*;
use gomlx_files::environment::{BACKEND, CHECK, LOG, SUBNORMALS, THREADS, Variable};

/// Runs a product, and prints its first element or the error. Another process looks at the output.
#[test]
fn product() {
    #[graph]
    fn squared(x: &Tensor![f32; N, N]) -> Tensor![f32; N, N] {
        x.matmul(x)
    }
    // A large one, for which threads are started.
    match squared::try_call(&Tensor::ones(&[256, 256])).and_then(|y| y.to_vec()) {
        Ok(y) => eprintln!("product: {}", y[0]),
        Err(error) => eprintln!("error: {error}"),
    }
}

/// What [`product`] writes with a value in the environment, without the lines of the test program.
fn written(variable: Variable, value: impl AsRef<OsStr>) -> Vec<String> {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "environment::product", "--nocapture"]);
    for other in gomlx_files::environment::ALL.iter().filter(|v| v.name.starts_with("GOMLX")) {
        command.env_remove(other.name);
    }
    let output = command.env(BACKEND.name, "jit").env(variable.name, value).output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stderr).unwrap();
    text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[test]
fn values_that_are_not_taken_are_told() {
    for (variable, value, word) in [
        (CHECK, "zzz", "zzz"),
        (CHECK, "nan,zz", "zz"),
        (LOG, "kopy", "kopy"),
        (THREADS, "0", "0"),
        (THREADS, "-1", "-1"),
        (THREADS, "abc", "abc"),
        (SUBNORMALS, "maybe", "maybe"),
    ] {
        let line = format!("gomlx: {} is `{word}`, but it takes {}", variable.name, variable.takes);
        assert_eq!(written(variable, value), [line.as_str(), "product: 256"], "{}={value}", variable.name);
    }
    for (variable, value) in [(CHECK, "nan"), (CHECK, ""), (LOG, "copy"), (THREADS, "1"), (THREADS, ""), (SUBNORMALS, "keep")] {
        assert_eq!(written(variable, value), ["product: 256"], "{}={value}", variable.name);
    }
}

#[test]
fn threads_without_a_core_are_not_started() {
    let cores = std::thread::available_parallelism().unwrap();
    let line = format!("gomlx: GOMLX_THREADS: this process has {cores} cores, so that the jit uses {cores} threads");
    assert_eq!(written(THREADS, "1000"), [line.as_str(), "product: 256"]);
}

#[test]
fn backends_that_are_not_there_are_errors() {
    for value in ["jit:x", "eval:zz", "jitt"] {
        let lines = written(BACKEND, value).join("\n");
        for part in [&format!("no backend is called `{value}`"), "E0011", &format!("GOMLX_BACKEND is `{value}`"), "choose jit, eval, pjrt"]
        {
            assert!(lines.contains(part), "{part} is not in:\n{lines}");
        }
    }
    assert_eq!(written(BACKEND, ""), ["product: 256"]);
    for name in ["jit:x", "eval:zz"] {
        let error = gomlx::with_backend(name, || ()).unwrap_err().to_string();
        assert!(error.contains(&format!("no backend is called `{name}`")), "{error}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        let lines = written(BACKEND, OsStr::from_bytes(b"jit\xff")).join("\n");
        assert!(lines.contains("GOMLX_BACKEND is `jit\u{fffd}`, but it takes jit, eval, pjrt") && lines.contains("E0011"), "{lines}");
    }
}
