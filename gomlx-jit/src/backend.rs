// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The backend: it compiles a module to a program, which is its executable.

use std::sync::Arc;

use gomlx_ir::{Backend, Buffer, Executable, HostTensor, Listing, Module, Result};

use crate::compile::{Compiled, compile};

/// The CPU backend, `jit`. It computes in host memory on the threads of one pool.
///
/// ```
/// use std::sync::Arc;
/// use gomlx_ir::{Backend, Buffer, Builder, DType, Donation, Function, HostTensor, Module, Shape};
///
/// let mut f = Function::new("double");
/// let x = f.add_param(Shape::new(DType::F32, &[3]), Donation::Keep);
/// let y = Builder::new(&mut f, Function::BODY).add(x, x);
/// f.set_results(vec![y]);
/// let executable = gomlx_jit::JitBackend.compile(&Module::new(f))?;
/// let mut outputs = vec![];
/// let x = HostTensor::new(&[3], &[1f32, 2.0, 3.0])?;
/// executable.run(&mut vec![Buffer::Host(Arc::new(x))], &mut outputs)?;
/// assert_eq!(outputs[0].to_host()?.as_slice::<f32>()?, [2.0, 4.0, 6.0]);
/// # Ok::<(), gomlx_ir::Diagnostic>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct JitBackend;

impl Backend for JitBackend {
    fn name(&self) -> &str {
        "jit"
    }

    fn build(&self, module: &Module) -> Result<Arc<dyn Executable>> {
        Ok(Arc::new(JitExecutable(compile(module)?)))
    }

    fn upload(&self, tensor: &Arc<HostTensor>) -> Result<Buffer> {
        Ok(Buffer::Host(tensor.clone()))
    }
}

struct JitExecutable(Compiled);

impl Executable for JitExecutable {
    fn run(&self, inputs: &mut Vec<Buffer>, outputs: &mut Vec<Buffer>) -> Result<()> {
        self.0.program.run(inputs, outputs)
    }

    fn check_ready(&self) -> Result<()> {
        self.0.program.check()
    }

    fn listing(&self, kind: Listing) -> Option<String> {
        Some(match kind {
            Listing::Optimized => gomlx_ir::print::function(&self.0.optimized),
            Listing::Kernels => self.0.kernels.join("\n"),
            Listing::Code => self.0.clif.join("\n"),
        })
    }

    fn temporaries(&self) -> Option<usize> {
        Some(self.0.program.arena)
    }
}
