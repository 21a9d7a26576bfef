// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Backends for tests that need a plugin. Where none is installed, the test is noted as skipped and returns.

use std::sync::Arc;

use gomlx_files::environment::REQUIRE_PJRT;
use gomlx_files::skip::skipped;

use crate::{Client, Error, PjrtBackend};

/// The backend of the CPU plugin. If no CPU plugin is installed, returns `None` and notes `test` as skipped.
///
/// # Panics
/// If there is a plugin that can't be used, or if there is none and `GOMLX_REQUIRE_PJRT` is 1.
pub fn backend_or_skip(test: &str) -> Option<Arc<PjrtBackend>> {
    match PjrtBackend::get("pjrt:cpu") {
        Ok(backend) => Some(backend),
        Err(e @ Error::NotFound { .. }) if REQUIRE_PJRT.is_on() => {
            panic!("{test} needs a pjrt plugin, as GOMLX_REQUIRE_PJRT=1 demands: {e}")
        }
        Err(Error::NotFound { .. }) => {
            skipped(test, "no pjrt plugin");
            None
        }
        Err(e) => panic!("{test}: {e}"),
    }
}

/// The client of the CPU plugin. If no CPU plugin is installed, returns `None` and notes `test` as skipped.
///
/// # Panics
/// See [`backend_or_skip`].
pub fn client_or_skip(test: &str) -> Option<Arc<Client>> {
    Some(backend_or_skip(test)?.client().clone())
}
