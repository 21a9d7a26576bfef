// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The trait of backends, which run graphs.
//!
//! A backend compiles a verified module with static shapes to an executable, and moves buffers. Executables may run
//! concurrently on any number of threads.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::{Code, Diagnostic, Diagnostics, HostTensor, Module, Result, Shape, deep, verify};

/// Compiles modules and holds buffers.
pub trait Backend: Send + Sync {
    /// The name that selects the backend: `jit`, `eval`, `pjrt:cpu`.
    fn name(&self) -> &str;

    /// Compiles a verified module.
    ///
    /// # Errors
    /// If a shape is symbolic or too large ([`verify_sizes`](crate::verify::verify_sizes)); if control flow nests too
    /// deep; for what the backend cannot do, naming the op and the user's line.
    fn compile(&self, module: &Module) -> Result<Arc<dyn Executable>> {
        module.functions.iter().try_for_each(deep::check)?;
        let depth = module.functions.iter().map(deep::depth).max().unwrap_or(0);
        deep::with_room(depth, || {
            module.functions.iter().try_for_each(verify::verify_sizes).map_err(Diagnostics::first)?;
            self.build(module)
        })
    }

    /// Compiles a module whose sizes are checked. Backends implement it; callers use [`compile`](Backend::compile).
    ///
    /// # Errors
    /// For what the backend cannot do, naming the op and the user's line.
    fn build(&self, module: &Module) -> Result<Arc<dyn Executable>>;

    /// Copies a host tensor to the memory of the backend. A backend that computes in host memory copies nothing.
    ///
    /// # Errors
    /// If the device refuses.
    fn upload(&self, tensor: &Arc<HostTensor>) -> Result<Buffer>;
}

/// A compiled module.
pub trait Executable: Send + Sync {
    /// Runs once. Drains `inputs`, which are in the order of the entry's parameters, and appends the results to
    /// `outputs` in the order of the entry's results.
    ///
    /// The caller guarantees that each input has the shape of its parameter and lies in memory of this backend (host
    /// memory for host backends). If the parameter of an input is donated, the run may overwrite its buffer, unless the
    /// buffer has another owner: then it is copied.
    ///
    /// # Errors
    /// If the run fails. Donated inputs are then lost.
    fn run(&self, inputs: &mut Vec<Buffer>, outputs: &mut Vec<Buffer>) -> Result<()>;

    /// Checks that a run can begin: that there is memory, and that the thread is not ending. A caller who can keep its
    /// inputs asks before it gives them away.
    ///
    /// # Errors
    /// If there is no memory, naming the largest value and the user's line. As [`thread_ends`].
    fn check_ready(&self) -> Result<()> {
        Ok(())
    }

    /// A listing of the compiled module, if the backend has one of this kind.
    fn listing(&self, kind: Listing) -> Option<String>;

    /// The bytes of the values that exist only during a run, if the backend knows.
    fn temporaries(&self) -> Option<usize> {
        None
    }
}

/// The error of a thread that is ending and has dropped the thread-locals that a graph needs.
pub fn thread_ends() -> Diagnostic {
    Diagnostic::new(Code::Unsupported, "no graph can run here: this thread is ending, and has dropped its thread-locals")
        .note("run graphs before the thread ends, not while its thread-locals are dropped, or run them on another thread")
}

/// Kinds of listing of a compiled module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listing {
    /// The graph after optimisation.
    Optimized,
    /// The kernels that will run, in order.
    Kernels,
    /// The code of each compiled loop, in the backend's own intermediate representation.
    Code,
}

/// The elements of a tensor, in the memory of a backend.
#[derive(Clone)]
pub enum Buffer {
    /// In host memory. Every host backend computes with these.
    Host(Arc<HostTensor>),
    /// On a device.
    Device(Arc<dyn DeviceBuffer>),
}

/// Elements on a device.
pub trait DeviceBuffer: Send + Sync {
    /// Element type and dims.
    fn shape(&self) -> &Shape;

    /// The name of the backend that holds the elements.
    fn backend(&self) -> &str;

    /// Waits until the elements are computed, and copies them to host memory.
    ///
    /// # Errors
    /// If the computation failed (naming the call), or the copy fails.
    fn to_host(&self) -> Result<Arc<HostTensor>>;

    /// The buffer as `Any`: the backend downcasts it to its own type.
    fn as_any(&self) -> &dyn Any;
}

impl Buffer {
    /// Element type and dims.
    pub fn shape(&self) -> Shape {
        match self {
            Buffer::Host(tensor) => tensor.shape(),
            Buffer::Device(buffer) => buffer.shape().clone(),
        }
    }

    /// The elements in host memory.
    ///
    /// # Errors
    /// As [`DeviceBuffer::to_host`].
    pub fn to_host(&self) -> Result<Arc<HostTensor>> {
        match self {
            Buffer::Host(tensor) => Ok(tensor.clone()),
            Buffer::Device(buffer) => buffer.to_host(),
        }
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Buffer::Host(tensor) => fmt::Debug::fmt(tensor, f),
            Buffer::Device(buffer) => write!(f, "{} on {}", buffer.shape(), buffer.backend()),
        }
    }
}
