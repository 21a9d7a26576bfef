// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Checking the results of calls for NaN. It is off by default, since it keeps inputs alive and reads every result.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

use gomlx_files::environment::CHECK;
use gomlx_ir::{Buffer, Diagnostic, Location, Module, eval};

use crate::{Error, Result};

static NAN: LazyLock<AtomicBool> = LazyLock::new(|| AtomicBool::new(!CHECK.words(|word| (word == "nan").then_some(())).is_empty()));

/// Sets whether every call checks its results for NaN. `GOMLX_CHECK=nan` in the environment sets it too.
///
/// If there is a NaN, the call runs again on the evaluator and fails with code E0013, naming the first op that made a
/// NaN from numbers, and your line of it. The state then has the values that the call computed. On `pjrt` each call
/// waits for its results.
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

/// Whether calls check for NaN.
pub(crate) fn nan() -> bool {
    NAN.load(Ordering::Relaxed)
}

/// Checks the outputs of a run for NaN.
///
/// # Errors
/// If an output has a NaN; if the outputs cannot be read.
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
