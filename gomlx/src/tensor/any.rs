// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tensors whose element type is known at run time: the leaves of every tree,
//! and what the typed tensor wraps.

use std::sync::Arc;

use gomlx_ir::{Buffer, Code, DType, Diagnostic, Dims, HostTensor, Location, RegionId, ValueId};

use crate::Result;

/// A tensor of any element type: elements in a buffer, or a handle in the graph being traced.
///
/// Cloning is cheap: elements are shared and never change under a handle.
#[derive(Clone)]
pub struct AnyTensor {
    dtype: DType,
    dims: Dims,
    pub(crate) repr: Repr,
}

#[derive(Clone)]
pub(crate) enum Repr {
    /// Elements that some backend holds.
    Concrete(Buffer),
    /// A value of the graph that a thread is tracing.
    Traced(Handle),
    /// The gradient of a leaf that is not differentiated.
    Absent,
    /// Donated to a call that failed; its name.
    Lost(&'static str),
}

/// A value of a trace. `None` as its value stands for the result of an op that was reported as an error.
#[derive(Clone, Copy)]
pub(crate) struct Handle {
    pub(crate) trace: u64,
    pub(crate) region: RegionId,
    pub(crate) value: Option<ValueId>,
}

impl AnyTensor {
    pub(crate) fn new(dtype: DType, dims: &[usize], repr: Repr) -> AnyTensor {
        AnyTensor { dtype, dims: dims.into(), repr }
    }

    /// A tensor of host elements. During a trace it becomes an input that is read once.
    pub fn from_host(tensor: HostTensor) -> AnyTensor {
        AnyTensor::from_buffer(Buffer::Host(Arc::new(tensor)))
    }

    pub(crate) fn from_buffer(buffer: Buffer) -> AnyTensor {
        match &buffer {
            Buffer::Host(t) => AnyTensor::new(t.dtype(), t.dims(), Repr::Concrete(buffer.clone())),
            Buffer::Device(d) => AnyTensor::new(d.shape().dtype, &d.shape().sizes(), Repr::Concrete(buffer)),
        }
    }

    pub(crate) fn absent(dtype: DType, dims: &[usize]) -> AnyTensor {
        AnyTensor::new(dtype, dims, Repr::Absent)
    }

    /// Element type.
    pub fn dtype(&self) -> DType {
        self.dtype
    }

    /// Size of each axis.
    pub fn dims(&self) -> &[usize] {
        &self.dims
    }

    /// Number of axes.
    pub fn rank(&self) -> usize {
        self.dims.len()
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.dims.iter().product()
    }

    /// Whether an axis has size zero.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether this is a leaf of a gradient that was not differentiated (an integer, a state), and so holds nothing.
    pub fn is_absent(&self) -> bool {
        matches!(self.repr, Repr::Absent)
    }

    /// The elements in host memory; copies from a device.
    ///
    /// # Errors
    /// If this is a handle in a trace, which has no elements yet; if the tensor was lost in a failed call; if computing
    /// it failed on the device.
    #[track_caller]
    pub fn to_host(&self) -> Result<Arc<HostTensor>> {
        let location = Location::caller();
        self.buffer().and_then(|buffer| Ok(buffer.to_host()?)).map_err(|error| error.at(&location))
    }

    pub(crate) fn buffer(&self) -> Result<&Buffer> {
        match &self.repr {
            Repr::Concrete(buffer) => Ok(buffer),
            Repr::Traced(_) => Err(Diagnostic::new(Code::Handle, format!("{self} was read while its graph is traced"))
                .note("inside a graph a tensor has no elements yet; return it, or read it after the call")
                .into()),
            Repr::Absent => Err(Diagnostic::new(Code::Handle, format!("{self} is the gradient of a leaf that is not differentiated"))
                .note("only trainable floating-point leaves have gradients")
                .into()),
            Repr::Lost(call) => Err(Diagnostic::new(Code::Execution, format!("{self} was donated to `{call}`, which failed"))
                .note("load the state from a checkpoint, or make it anew")
                .into()),
        }
    }

    /// Marks a donated leaf, giving its elements away.
    pub(crate) fn take(&mut self, call: &'static str) -> Repr {
        std::mem::replace(&mut self.repr, Repr::Lost(call))
    }
}

impl std::fmt::Display for AnyTensor {
    /// The shape: `f32[32, 784]`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{:?}", self.dtype, self.dims.as_slice())
    }
}
