// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The evaluator as a backend: `GOMLX_BACKEND=eval`.

use std::sync::Arc;

use super::run;
use crate::{Backend, Buffer, Diagnostics, Entity, Executable, HostTensor, Listing, Module, Op, Result, verify};

/// The backend that evaluates each op as the spec defines it: for tests, and to check other backends.
#[derive(Clone, Copy, Debug, Default)]
pub struct EvalBackend;

impl Backend for EvalBackend {
    fn name(&self) -> &str {
        "eval"
    }

    fn build(&self, module: &Module) -> Result<Arc<dyn Executable>> {
        verify::verify_static(module).map_err(Diagnostics::first)?;
        Ok(Arc::new(Verified(module.clone())))
    }

    fn upload(&self, tensor: &Arc<HostTensor>) -> Result<Buffer> {
        Ok(Buffer::Host(tensor.clone()))
    }
}

/// A verified module.
struct Verified(Module);

impl Executable for Verified {
    fn run(&self, inputs: &mut Vec<Buffer>, outputs: &mut Vec<Buffer>) -> Result<()> {
        let inputs = inputs.drain(..).map(|b| b.to_host()).collect::<Result<Vec<_>>>()?;
        outputs.extend(run(self.0.main(), inputs)?.into_iter().map(Buffer::Host));
        Ok(())
    }

    fn listing(&self, _kind: Listing) -> Option<String> {
        None
    }

    /// Every value is kept until the end, constants aside.
    fn temporaries(&self) -> Option<usize> {
        let main = self.0.main();
        let computed = (0..main.num_insts()).map(|i| main.inst(Entity::new(i))).filter(|inst| !matches!(inst.op, Op::Constant(_)));
        let values = computed.flat_map(|inst| &inst.results).filter(|v| !main.results().contains(v));
        Some(values.map(|&v| main.shape(v).num_bytes()).sum())
    }
}
