// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Sizes at the limit: every op of the shared table, batched until its shapes are too large for memory, on every
//! backend, or huge and empty, on the jit. A shape that is too large is a diagnostic, and nothing crashes.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use gomlx_ir::eval::EvalBackend;
use gomlx_ir::testing::cases;
use gomlx_ir::transform::vmap_function;
use gomlx_ir::{Backend, Buffer, Code, Entity, Function, HostTensor, InstId, Module, ValueId, parse};

/// Batches of batches: the product is beyond memory, wherever the zero is.
const TOO_LARGE: [[usize; 3]; 3] = [[1 << 40, 1 << 40, 0], [1 << 40, 0, 1 << 40], [0, 1 << 40, 1 << 40]];

/// Batches that no element is in, and whose other sizes are beyond 32 bits together.
const HUGE_AND_EMPTY: [[usize; 3]; 3] = [[1 << 16, 1 << 17, 0], [1 << 16, 0, 1 << 17], [0, 1 << 16, 1 << 17]];

/// A function of the table for each set of ops that one has, so that every op is among them.
fn functions() -> Vec<(String, Function)> {
    let mut seen = BTreeSet::new();
    let mut functions = vec![];
    for case in cases() {
        let f = case.module.main();
        let ops: BTreeSet<&str> = (0..f.num_insts()).map(|i| f.inst(InstId::new(i)).op.short_name()).collect();
        if seen.insert(format!("{ops:?}")) {
            functions.push((case.name.clone(), f.clone()));
        }
    }
    functions
}

/// The function of examples along new leading axes of these sizes; `None` for a function that cannot be batched, such
/// as one without parameters.
fn batched(f: &Function, sizes: [usize; 3]) -> Option<Function> {
    if f.params().is_empty() {
        return None;
    }
    let every = vec![true; f.params().len()];
    sizes.iter().rev().try_fold(f.clone(), |f, &size| vmap_function(&f, size, &every).ok())
}

/// Whether the values that are not empty are large. Batched conditions of loops are an example:
/// whether any of no inner examples goes on is one value for each outer example.
fn has_large_values(f: &Function) -> bool {
    let shapes = (0..f.num_values()).map(|i| f.shape(ValueId::new(i)));
    shapes.map(|shape| shape.num_bytes()).fold(0, usize::saturating_add) > 1 << 20
}

/// Whether the sizes that are not 0 multiply to more than backends take: a long axis among the examples.
fn is_too_large(f: &Function) -> bool {
    (0..f.num_values()).any(|i| f.shape(ValueId::new(i)).check_size().is_err())
}

/// Checks `check` of every function batched by each of `sizes`, and that none panics. Functions for which `skip` is
/// true are left out.
fn for_all(sizes: &[[usize; 3]], skip: impl Fn(&Function) -> bool, check: impl Fn(Function) -> Result<(), String>) {
    let (mut wrong, mut checked) = (vec![], 0);
    for (name, f) in functions() {
        for &sizes in sizes {
            let outcome = catch_unwind(AssertUnwindSafe(|| batched(&f, sizes).filter(|f| !skip(f)).map(&check)));
            match outcome {
                Ok(None) => {}
                Ok(Some(Ok(()))) => checked += 1,
                Ok(Some(Err(error))) => wrong.push(format!("{name} x {sizes:?}: {error}")),
                Err(_) => wrong.push(format!("{name} x {sizes:?}: panics")),
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {} are wrong:\n{}", wrong.len(), wrong.len() + checked, wrong.join("\n"));
    assert!(checked > 200, "{checked}");
}

fn refused(backend: &dyn Backend) {
    for_all(
        &TOO_LARGE,
        |_| false,
        |f| match backend.compile(&Module::new(f)) {
            Err(error) if error.code == Code::Shape && error.message.contains("larger than memory can be") => Ok(()),
            Err(error) => Err(format!("another error: {error}")),
            Ok(_) => Err("is compiled".into()),
        },
    );
}

fn empty(backend: &dyn Backend) {
    for_all(
        &HUGE_AND_EMPTY,
        |f| has_large_values(f) || is_too_large(f),
        |f| {
            let text = |error| format!("{error}");
            let zeros = |&v: &ValueId| HostTensor::zeros(f.shape(v).dtype, &f.shape(v).sizes()).map_err(text);
            let inputs = f.params().iter().map(zeros).collect::<Result<Vec<_>, _>>()?;
            let mut inputs = inputs.into_iter().map(|x| backend.upload(&Arc::new(x)).map_err(text)).collect::<Result<Vec<Buffer>, _>>()?;
            let mut outputs = vec![];
            let executable = backend.compile(&Module::new(f.clone())).map_err(text)?;
            executable.run(&mut inputs, &mut outputs).map_err(text)?;
            for (output, &result) in outputs.iter().zip(f.results()) {
                let output = output.to_host().map_err(text)?;
                if output.shape() != *f.shape(result) || !output.is_empty() {
                    return Err(format!("gives {}", output.shape()));
                }
            }
            Ok(())
        },
    );
}

#[test]
fn the_evaluator_refuses_sizes_that_overflow() {
    refused(&EvalBackend);
}

#[test]
fn the_jit_refuses_sizes_that_overflow() {
    refused(&gomlx_jit::JitBackend);
}

#[test]
fn xla_is_not_given_sizes_that_overflow() {
    let Some(backend) = gomlx_pjrt::testing::backend_or_skip("xla_is_not_given_sizes_that_overflow") else { return };
    refused(&*backend);
}

/// Only the jit, which computes addresses: the evaluator takes memory for some of the axes that are not empty.
#[test]
fn the_jit_runs_on_huge_and_empty_tensors() {
    empty(&gomlx_jit::JitBackend);
}

/// Symbolic sizes get values from the arguments, and then products of them overflow.
#[test]
fn text_whose_sizes_become_too_large_is_refused() {
    let text = "func.func @main(%x: tensor<?x0xf32>, %y: tensor<0x?xf32>) -> tensor<?x?xf32> {
        %0 = stablehlo.dot_general %x, %y, contracting_dims = [1] x [0] : (tensor<?x0xf32>, tensor<0x?xf32>) -> tensor<?x?xf32>
        return %0 : tensor<?x?xf32> }";
    let shapes = [[1 << 31, 0], [0, 1 << 31]].map(|dims| gomlx_ir::Shape::new(gomlx_ir::DType::F32, &dims));
    let error = match parse::refined(text, "huge.mlir", &shapes) {
        Ok(module) => gomlx_jit::JitBackend.compile(&module).err().expect("a backend refuses it"),
        Err(error) => error,
    };
    let message = error.to_string();
    assert!(message.contains("f32[2147483648, 2147483648] is larger than memory can be"), "{message}");
    assert!(message.contains("huge.mlir:2"), "{message}");
}
