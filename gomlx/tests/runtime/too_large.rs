// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tensors and results that are larger than memory: an error names the op, the size and the line, and nothing is lost.

use gomlx::prelude::*;
use gomlx::{import, with_backend};

use crate::{assert_says, error, number, panic_of, scalar};

/// A table of all sums, four TiB for a million rows and columns.
#[graph]
fn sums(x: &Tensor![f32; N, 1], y: &Tensor![f32; M], calls: &mut Tensor![f32;]) -> Tensor![f32; N, M] {
    *calls += 1.0;
    x + y
}

#[test]
fn results_are_refused_and_state_is_kept() {
    for backend in ["jit", "eval"] {
        with_backend(backend, || {
            let (x, y) = (Tensor::full(&[1 << 20, 1], 1.0), Tensor::full(&[1 << 20], 1.0));
            let mut calls = scalar(1.0);
            let error = error(sums::try_call(&x, &y, &mut calls));
            assert_says(&error, &["E0015", "there is no memory for", "TiB", "add", "f32[1048576, 1048576]", "too_large.rs"]);
            assert_eq!(number(&calls), 1.0, "the state is as before");
            let (x, y) = (Tensor::full(&[3, 1], 1.0), Tensor::full(&[2], 1.0));
            assert_eq!(sums(&x, &y, &mut calls).dims(), [3, 2]);
            assert_eq!(number(&calls), 2.0);
        })
        .unwrap();
    }
}

#[test]
fn tensors_are_refused() {
    assert_says(&panic_of(|| Tensor::<f32>::zeros(&[1 << 44])), &["there is no memory for 64.0 TiB", "too_large.rs"]);
    let text = "func.func @main() -> tensor<17592186044416xf32> {
        %0 = stablehlo.iota dim = 0 : tensor<17592186044416xf32>
        return %0 : tensor<17592186044416xf32>
    }";
    for backend in ["jit", "eval"] {
        let called = with_backend(backend, || import::stablehlo(text).and_then(|f| f.call(&[]))).unwrap();
        assert_says(&called.unwrap_err().to_string(), &["there is no memory for", "iota"]);
    }
}

/// The memory that a kernel takes beside its operands and results counts too: a sort of bytes takes pairs of words. The
/// test starts itself again with less memory.
#[cfg(target_os = "linux")]
#[test]
fn scratch_of_kernels_is_refused_and_state_is_kept() {
    #[graph]
    fn sorted(x: &Tensor![u8; N], calls: &mut Tensor![f32;]) -> Tensor![u8; N] {
        *calls += 1.0;
        x.sort(-1)
    }
    if std::env::var_os("LITTLE_MEMORY").is_some() {
        return with_backend("jit", || {
            let mut calls = scalar(1.0);
            let error = error(sorted::try_call(&Tensor::zeros(&[64 << 20]), &mut calls));
            assert_says(&error, &["E0015", "there is no memory for", "sort", "too_large.rs", "its state is as before"]);
            assert_eq!(number(&calls), 1.0);
            assert_eq!(sorted(&Tensor::zeros(&[3]), &mut calls).dims(), [3]);
            assert_eq!(number(&calls), 2.0);
        })
        .unwrap();
    }
    let program = std::env::current_exe().unwrap();
    let mut command = std::process::Command::new("sh");
    command.args(["-c", r#"ulimit -v 1000000; exec "$0" --exact too_large::scratch_of_kernels_is_refused_and_state_is_kept"#]);
    let output = command.arg(program).env("LITTLE_MEMORY", "1").output().unwrap();
    assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
}
