// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The evaluator as a backend: `GOMLX_BACKEND=eval`.

use std::sync::Arc;

use super::run;
use crate::memory::Need;
use crate::{
    Backend, Buffer, Diagnostics, Entity, Executable, Function, HostTensor, Inst, Listing, Module, Op, Result, ValueId, deep, verify,
};

/// The backend that evaluates each op as the spec defines it: for tests, and to check other backends.
#[derive(Clone, Copy, Debug, Default)]
pub struct EvalBackend;

impl Backend for EvalBackend {
    fn name(&self) -> &str {
        "eval"
    }

    fn build(&self, module: &Module) -> Result<Arc<dyn Executable>> {
        verify::verify_static(module).map_err(Diagnostics::first)?;
        Ok(Arc::new(Verified { need: need(module.main()), module: module.clone() }))
    }

    fn upload(&self, tensor: &Arc<HostTensor>) -> Result<Buffer> {
        Ok(Buffer::Host(tensor.clone()))
    }
}

/// A verified module.
struct Verified {
    module: Module,
    need: Need,
}

/// The memory of a run: every value is kept until the end, constants aside, and an op computes with copies of its
/// operands and results of up to eight bytes an element.
fn need(function: &Function) -> Need {
    let elements = |v: &ValueId| function.shape(*v).num_elements();
    let copies = |inst: &&Inst| inst.operands.iter().chain(&inst.results).map(elements).fold(0, usize::saturating_add);
    let most = computed(function).map(|inst| copies(&inst)).max().unwrap_or(0).saturating_mul(8);
    let values = || computed(function).flat_map(|inst| inst.results.iter().copied());
    let kept = values().map(|v| function.shape(v).num_bytes()).fold(0, usize::saturating_add);
    Need::new(kept.saturating_add(most), function, values())
}

fn computed(function: &Function) -> impl Iterator<Item = &Inst> {
    (0..function.num_insts()).map(|i| function.inst(Entity::new(i))).filter(|inst| !matches!(inst.op, Op::Constant(_)))
}

impl Executable for Verified {
    fn run(&self, inputs: &mut Vec<Buffer>, outputs: &mut Vec<Buffer>) -> Result<()> {
        self.need.check()?;
        let inputs = inputs.drain(..).map(|b| b.to_host()).collect::<Result<Vec<_>>>()?;
        let main = self.module.main();
        outputs.extend(deep::with_room(deep::depth(main), || run(main, inputs))?.into_iter().map(Buffer::Host));
        Ok(())
    }

    fn check_ready(&self) -> Result<()> {
        self.need.check()
    }

    fn listing(&self, _kind: Listing) -> Option<String> {
        None
    }

    /// Every value is kept until the end, constants aside.
    fn temporaries(&self) -> Option<usize> {
        let main = self.module.main();
        let values = computed(main).flat_map(|inst| &inst.results).filter(|v| !main.results().contains(v));
        Some(values.map(|&v| main.shape(v).num_bytes()).sum())
    }
}
