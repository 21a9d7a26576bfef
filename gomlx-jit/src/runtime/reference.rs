// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A step that the reference evaluator runs, for an instruction without a kernel. It is slow.

use std::fmt;
use std::slice;
use std::sync::Arc;

use gomlx_ir::{Buffer, DType, Dims, Executable, HostTensor, Result};

use super::subnormals::Mode;

/// A planned evaluation of one instruction.
pub(crate) struct Reference {
    pub(crate) executable: Arc<dyn Executable>,
    /// Element type and dims of each operand.
    pub(crate) operands: Vec<(DType, Dims)>,
    /// Bytes of each result.
    pub(crate) results: Vec<usize>,
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reference").field("operands", &self.operands).field("results", &self.results).finish()
    }
}

impl Reference {
    /// Copies the operands from their buffers, evaluates the instruction, and copies the results to their buffers. `p`
    /// lists the buffers: operands, then results.
    ///
    /// # Errors
    /// If the evaluator fails.
    ///
    /// # Safety
    /// The buffers are as large as the shapes say, and the operands are initialised.
    pub(crate) unsafe fn run(&self, p: &[*mut u8]) -> Result<()> {
        let mut inputs = Vec::with_capacity(self.operands.len());
        for ((dtype, dims), &at) in self.operands.iter().zip(p) {
            let bytes = dims.iter().product::<usize>() * dtype.size();
            // SAFETY: the caller vouches for the buffer.
            let bytes = unsafe { slice::from_raw_parts(at, bytes) };
            inputs.push(Buffer::Host(Arc::new(HostTensor::from_bytes(*dtype, dims, bytes)?)));
        }
        let mut outputs = vec![];
        {
            let _mode = Mode::EXACT.enter();
            self.executable.run(&mut inputs, &mut outputs)?;
        }
        for ((output, &bytes), &at) in outputs.iter().zip(&self.results).zip(&p[self.operands.len()..]) {
            let tensor = output.to_host()?;
            assert_eq!(tensor.bytes().len(), bytes, "the evaluator gives results of the inferred shapes");
            // SAFETY: the caller vouches for the buffer, which is not the tensor's.
            unsafe { at.copy_from_nonoverlapping(tensor.bytes().as_ptr(), bytes) }
        }
        Ok(())
    }
}
