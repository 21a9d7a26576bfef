// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What runs graphs: the trait that a backend is.
//!
//! A backend compiles a verified module of static shapes to an executable and
//! moves buffers. Executables run concurrently from any number of threads.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::{Diagnostics, HostTensor, Module, Result, Shape, verify};

/// Compiles modules and holds buffers.
pub trait Backend: Send + Sync {
    /// The name that selects it: `jit`, `eval`, `pjrt:cpu`.
    fn name(&self) -> &str;

    /// Compiles a verified module.
    ///
    /// # Errors
    /// If a shape is symbolic or too large ([`verify_sizes`](crate::verify::verify_sizes)); for what the backend cannot
    /// do, naming the op and the user's line.
    fn compile(&self, module: &Module) -> Result<Arc<dyn Executable>> {
        module.functions.iter().try_for_each(verify::verify_sizes).map_err(Diagnostics::first)?;
        self.build(module)
    }

    /// What [`compile`](Backend::compile) does once it has checked the sizes; for implementations, not for callers.
    ///
    /// # Errors
    /// For what the backend cannot do, naming the op and the user's line.
    fn build(&self, module: &Module) -> Result<Arc<dyn Executable>>;

    /// Brings a host tensor to where the backend computes; free where that is host memory.
    ///
    /// # Errors
    /// If the device refuses.
    fn upload(&self, tensor: &Arc<HostTensor>) -> Result<Buffer>;
}

/// A compiled module.
pub trait Executable: Send + Sync {
    /// Runs once. `inputs` are drained, in the order of the entry's parameters;
    /// results are appended to `outputs` in the order of its results.
    ///
    /// Shapes and homes of the inputs are the caller's duty: they are the
    /// parameters', and this backend's (or host memory for host backends). An input whose parameter is
    /// donated and whose buffer has no other owner may be overwritten; one that is shared is copied.
    ///
    /// # Errors
    /// If the run fails; donated inputs are then lost.
    fn run(&self, inputs: &mut Vec<Buffer>, outputs: &mut Vec<Buffer>) -> Result<()>;

    /// A listing of what was compiled, if the backend has one of this kind.
    fn listing(&self, kind: Listing) -> Option<String>;

    /// Bytes of what lives only during a run, if the backend knows.
    fn temporaries(&self) -> Option<usize> {
        None
    }
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

/// The elements of a tensor, where a backend holds them.
#[derive(Clone)]
pub enum Buffer {
    /// In host memory; what every host backend computes with.
    Host(Arc<HostTensor>),
    /// On a device.
    Device(Arc<dyn DeviceBuffer>),
}

/// Elements on a device.
pub trait DeviceBuffer: Send + Sync {
    /// Element type and dims.
    fn shape(&self) -> &Shape;

    /// Name of the backend that holds it.
    fn backend(&self) -> &str;

    /// Copies it to host memory; waits for it to be computed.
    ///
    /// # Errors
    /// If computing it failed, naming the call, or copying fails.
    fn to_host(&self) -> Result<Arc<HostTensor>>;

    /// For the backend to find its own type.
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
