// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The choice of the backend that runs graphs: `GOMLX_BACKEND`, [`set_backend`], or [`with_backend`] for a scope of a
//! thread.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use gomlx_files::environment::BACKEND;
pub use gomlx_ir::Backend;
use gomlx_ir::eval::EvalBackend;
use gomlx_ir::{Buffer, Code, Diagnostic, thread_ends};

use crate::Result;
use crate::log::{self, Topic};

/// The choice of the process, and the backends that were made, by name. A plugin is loaded once.
#[derive(Default)]
struct Registry {
    chosen: Option<Arc<dyn Backend>>,
    made: HashMap<String, Arc<dyn Backend>>,
}

static REGISTRY: LazyLock<Mutex<Registry>> = LazyLock::new(Mutex::default);

thread_local! {
    static SCOPED: RefCell<Vec<Arc<dyn Backend>>> = const { RefCell::new(vec![]) };
}

/// Chooses the backend of the process: `jit` (the default), `eval`, `pjrt`, `pjrt:cpu`, `pjrt:cuda`, `pjrt:tpu`, or
/// `pjrt:/path/to/plugin.so`. Overrides the environment variable `GOMLX_BACKEND`.
///
/// # Errors
/// If the name is none of these, its feature is off, or the plugin cannot be loaded. The choice then stays.
pub fn set_backend(name: &str) -> Result<()> {
    let backend = named(name)?;
    registry().chosen = Some(backend);
    Ok(())
}

/// Registers a backend of your own by its name, for [`set_backend`] and [`with_backend`]. It replaces one of the same
/// name.
pub fn register(backend: Arc<dyn Backend>) {
    registry().made.insert(backend.name().to_owned(), backend);
}

/// The backend of a name that [`set_backend`] takes.
///
/// # Errors
/// As [`set_backend`].
pub fn named(name: &str) -> Result<Arc<dyn Backend>> {
    Ok(find(name)?)
}

fn find(name: &str) -> Result<Arc<dyn Backend>, Diagnostic> {
    let mut registry = registry();
    if let Some(backend) = registry.made.get(name) {
        return Ok(backend.clone());
    }
    let backend = make(name)?;
    registry.made.insert(name.to_owned(), backend.clone());
    Ok(backend)
}

/// Runs `body` with another backend on this thread.
///
/// # Errors
/// As [`set_backend`]; if the thread is ending and drops its thread-locals. `body` then does not run.
pub fn with_backend<R>(name: &str, body: impl FnOnce() -> R) -> Result<R> {
    struct Restore;
    impl Drop for Restore {
        fn drop(&mut self) {
            let _ = SCOPED.try_with(|scoped| scoped.borrow_mut().pop());
        }
    }
    let backend = named(name)?;
    SCOPED.try_with(|scoped| scoped.borrow_mut().push(backend)).map_err(|_| thread_ends())?;
    let _restore = Restore;
    Ok(body())
}

/// The backend that runs graphs of this thread now.
///
/// # Errors
/// If `GOMLX_BACKEND` names no backend; if the thread is ending and has dropped its thread-locals.
pub fn current() -> Result<Arc<dyn Backend>> {
    if let Some(scoped) = SCOPED.try_with(|scoped| scoped.borrow().last().cloned()).map_err(|_| thread_ends())? {
        return Ok(scoped);
    }
    if let Some(chosen) = &registry().chosen {
        return Ok(chosen.clone());
    }
    let written = BACKEND.text().map_err(|wrong| Diagnostic::new(Code::Backend, wrong.to_string()))?;
    let backend = match written {
        None => named("jit")?,
        Some(name) => find(&name).map_err(|error| error.note(format!("{} is `{name}`", BACKEND.name)))?,
    };
    registry().chosen = Some(backend.clone());
    Ok(backend)
}

/// A buffer that a backend can use: the same, or a copy on that backend. `GOMLX_LOG=copy` tells of copies between
/// backends, with the name of the call.
///
/// # Errors
/// If the buffer cannot be read, or the backend has no memory for it.
pub(crate) fn upload(backend: &dyn Backend, buffer: &Buffer, call: &str) -> Result<Buffer> {
    match buffer {
        Buffer::Device(device) if device.backend() == backend.name() => return Ok(buffer.clone()),
        Buffer::Device(device) => {
            let (shape, from, to) = (device.shape(), device.backend(), backend.name());
            log::tell(Topic::Copy, format_args!("`{call}` is given {shape} of {from}, and so copies it to {to}"));
        }
        Buffer::Host(_) => {}
    }
    Ok(backend.upload(&buffer.to_host()?)?)
}

fn registry() -> std::sync::MutexGuard<'static, Registry> {
    REGISTRY.lock().unwrap_or_else(|e| e.into_inner())
}

fn make(name: &str) -> Result<Arc<dyn Backend>, Diagnostic> {
    match name {
        "eval" => Ok(Arc::new(EvalBackend)),
        #[cfg(feature = "jit")]
        "jit" => Ok(Arc::new(gomlx_jit::JitBackend)),
        #[cfg(feature = "pjrt")]
        _ if name.split(':').next() == Some("pjrt") => Ok(gomlx_pjrt::PjrtBackend::get(name)?),
        other => Err(Diagnostic::new(Code::Backend, format!("no backend is called `{other}`"))
            .note(format!("choose {}; jit and pjrt are features of gomlx", BACKEND.takes))),
    }
}
