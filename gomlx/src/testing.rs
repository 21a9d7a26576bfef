// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Helpers for tests: comparing tensors, and running on every backend.

use gomlx_files::skip::skipped;
use gomlx_ir::Element;

use crate::Tensor;

/// Runs `body` with the name of each backend in turn, chosen for its thread. A backend that is not there (its feature
/// is off, or no PJRT plugin is installed) is noted as skipped under the name `test`.
///
/// # Panics
/// If the body panics, if a backend is there and cannot be used, or if `GOMLX_REQUIRE_PJRT` is 1 and there is no
/// plugin.
pub fn on_each_backend(test: &str, mut body: impl FnMut(&str)) {
    for name in BACKENDS {
        if is_there(name, test)
            && let Err(error) = crate::with_backend(name, || body(name))
        {
            panic!("{error}");
        }
    }
}

/// Every backend, the reference first.
const BACKENDS: &[&str] = &["eval", "jit", "pjrt:cpu"];

fn is_there(name: &str, test: &str) -> bool {
    match name {
        "jit" if !cfg!(feature = "jit") => {
            skipped(test, "the feature `jit` is off");
            false
        }
        "pjrt:cpu" => is_plugin_there(test),
        _ => true,
    }
}

#[cfg(feature = "pjrt")]
fn is_plugin_there(test: &str) -> bool {
    gomlx_pjrt::testing::backend_or_skip(test).is_some()
}

#[cfg(not(feature = "pjrt"))]
fn is_plugin_there(test: &str) -> bool {
    skipped(test, "the feature `pjrt` is off");
    false
}

/// Asserts that two tensors have the same dims and elements within an absolute and relative tolerance; NaN equals NaN.
///
/// ```
/// use gomlx::{Tensor, assert_close};
/// let x = Tensor::new(&[2], &[1.0f32, 2.0])?;
/// assert_close!(&x * 3.0 / 3.0, &x);
/// assert_close!(x.exp().log(), x, 1e-5);
/// # Ok::<(), gomlx::Error>(())
/// ```
#[macro_export]
macro_rules! assert_close {
    ($left:expr, $right:expr $(,)?) => {
        $crate::assert_close!($left, $right, 1e-6)
    };
    ($left:expr, $right:expr, $tolerance:expr $(,)?) => {
        $crate::testing::check_close(&$left, &$right, $tolerance)
    };
}

/// As [`assert_close!`](crate::assert_close).
///
/// # Panics
/// If they differ, with the worst element.
#[track_caller]
pub fn check_close<T: Element>(left: &Tensor<T>, right: &Tensor<T>, tolerance: f64) {
    assert_eq!(left.dims(), right.dims(), "dims differ");
    let read = |t: &Tensor<T>| match t.to_host() {
        Ok(host) => host.to_f64_vec(),
        Err(error) => panic!("{error}"),
    };
    let worst =
        read(left).into_iter().zip(read(right)).enumerate().map(|(i, (x, y))| (error(x, y), i, x, y)).max_by(|a, b| a.0.total_cmp(&b.0));
    if let Some((error, i, x, y)) = worst
        && error > tolerance
    {
        panic!("element {i} of {:?}: {x} and {y} differ by {error:e}, more than {tolerance:e}", left.dims());
    }
}

/// The difference divided by the larger of 1 and the magnitude.
fn error(x: f64, y: f64) -> f64 {
    if x == y || (x.is_nan() && y.is_nan()) {
        return 0.0;
    }
    let error = (x - y).abs() / x.abs().max(y.abs()).max(1.0);
    if error.is_nan() { f64::INFINITY } else { error }
}
