// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tensors whose element type is known at run time: the leaves of every tree, and the content of every typed tensor.

use std::sync::Arc;

use gomlx_ir::{Buffer, Code, DType, Diagnostic, Dims, HostTensor, Location, RegionId, ValueId};

use crate::Result;

/// A tensor of any element type: elements in a buffer, or a handle in the graph being traced.
///
/// Cloning is cheap: clones share the elements, which never change.
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
    /// No elements: the gradient of a leaf that is not differentiated.
    Absent,
    /// No elements: donated to a call of this name, which failed.
    Lost(&'static str),
}

/// A value of a trace. A handle without a value is poisoned: the result of a mistake that the trace has noted.
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

    /// A tensor of host elements. In a trace it becomes an input of the graph.
    pub fn from_host(tensor: HostTensor) -> AnyTensor {
        AnyTensor::from_buffer(Buffer::Host(Arc::new(tensor)))
    }

    /// A tensor of the elements in a buffer.
    pub(crate) fn from_buffer(buffer: Buffer) -> AnyTensor {
        match &buffer {
            Buffer::Host(t) => AnyTensor::new(t.dtype(), t.dims(), Repr::Concrete(buffer.clone())),
            Buffer::Device(d) => AnyTensor::new(d.shape().dtype, &d.shape().sizes(), Repr::Concrete(buffer)),
        }
    }

    /// A tensor without elements, for a leaf that has no gradient.
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
        gomlx_ir::product(&self.dims)
    }

    /// Whether an axis has size zero.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether this has no elements because it is the gradient of a leaf that is not differentiated (an integer, a
    /// state).
    pub fn is_absent(&self) -> bool {
        matches!(self.repr, Repr::Absent)
    }

    /// Whether this is poisoned: the result of a mistake that the trace has noted.
    pub(crate) fn is_poisoned(&self) -> bool {
        matches!(self.repr, Repr::Traced(h) if h.value.is_none())
    }

    /// The elements in host memory; copies from a device.
    ///
    /// # Errors
    /// If this is a handle in a trace, which has no elements yet; if the tensor was lost in a failed call; if the
    /// device failed to compute it.
    #[track_caller]
    pub fn to_host(&self) -> Result<Arc<HostTensor>> {
        let location = Location::caller();
        self.buffer().and_then(Buffer::to_host).map_err(|error| error.at(Some(&location)).into())
    }

    /// The buffer of the elements.
    ///
    /// # Errors
    /// If there are none: this is a handle in a trace, absent, or lost.
    pub(crate) fn buffer(&self) -> Result<&Buffer, Diagnostic> {
        match &self.repr {
            Repr::Concrete(buffer) => Ok(buffer),
            Repr::Traced(_) => Err(Diagnostic::new(Code::Handle, format!("{self} was read while its graph is traced"))
                .note("inside a graph a tensor has no elements yet; return it, or read it after the call")),
            Repr::Absent => Err(Diagnostic::new(Code::Handle, format!("{self} is the gradient of a leaf that is not differentiated"))
                .note("only trainable floating-point leaves have gradients")),
            Repr::Lost(call) => Err(Diagnostic::new(Code::Execution, format!("{self} was donated to `{call}`, which failed"))
                .note("load the state from a checkpoint, or make it anew")),
        }
    }

    /// Gives the elements away to a call, and marks the tensor as lost in it.
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
