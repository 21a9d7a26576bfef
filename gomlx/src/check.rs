// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Checks of what calls compute, for finding mistakes: off by default, since each keeps inputs alive and looks at
//! every result.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

use gomlx_ir::{Buffer, Diagnostic, Location, Module, eval};

use crate::{Error, Result};

static NAN: LazyLock<AtomicBool> =
    LazyLock::new(|| AtomicBool::new(std::env::var("GOMLX_CHECK").is_ok_and(|v| v.split(',').any(|check| check.trim() == "nan"))));

/// Makes every call look for NaN in its results, or not; also `GOMLX_CHECK=nan` in the environment.
///
/// A call whose results hold one runs again on the evaluator, and fails with the first op that made a NaN of numbers and
/// your line of it, code E0013. Its state then holds what the call computed. On `pjrt` each call waits for its results.
///
/// ```
/// use gomlx::prelude::*;
///
/// #[graph]
/// fn spread(x: &Tensor![f32; N]) -> Tensor![f32; N] {
///     (x - x.mean()).log()
/// }
///
/// gomlx::set_nan_check(true);
/// let error = spread::try_call(&Tensor::new(&[2], &[1.0, 3.0])?).unwrap_err();
/// assert!(error.to_string().contains("log of f32[2] made the first NaN"));
/// # gomlx::set_nan_check(false);
/// # Ok::<(), gomlx::Error>(())
/// ```
pub fn set_nan_check(on: bool) {
    NAN.store(on, Ordering::Relaxed);
}

/// Whether calls look for NaN.
pub(crate) fn nan() -> bool {
    NAN.load(Ordering::Relaxed)
}

/// The error of a run whose outputs hold NaN.
pub(crate) fn outputs(name: &str, module: &Module, inputs: &[Buffer], outputs: &[Buffer], location: &Location) -> Result<()> {
    for output in outputs {
        if !eval::has_nan(&*output.to_host()?) {
            continue;
        }
        let inputs = inputs.iter().map(Buffer::to_host).collect::<Result<Vec<_>, Diagnostic>>()?;
        let found = eval::first_nan(module, &inputs)?.unwrap_or_else(|| {
            Diagnostic::new(gomlx_ir::Code::NotANumber, format!("a result, {}, holds NaN, but on the evaluator none does", output.shape()))
                .note("the backend computes something else: please report it")
        });
        return Err(Error::from(found.note(format!("this happened while `{name}` ran")).at(Some(location))));
    }
    Ok(())
}
