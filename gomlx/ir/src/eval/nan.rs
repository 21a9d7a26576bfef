// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Finds the origin of a NaN: the module runs again, and the first op that makes a NaN from numbers is named.

use std::sync::Arc;

use super::frame::Frame;
use crate::{Code, DType, Diagnostic, Function, HostTensor, Inst, Module, Result, with_element};

/// Whether an element is NaN, or a part of one.
pub fn has_nan(tensor: &HostTensor) -> bool {
    match tensor.dtype() {
        DType::C64 => bytemuck::cast_slice::<u8, f32>(tensor.bytes()).iter().any(|x| x.is_nan()),
        DType::C128 => bytemuck::cast_slice::<u8, f64>(tensor.bytes()).iter().any(|x| x.is_nan()),
        dtype if dtype.is_float() => {
            with_element!(dtype, T => tensor.as_slice::<T>().is_ok_and(|x| x.iter().any(|&x| crate::Element::to_f64(x).is_nan())))
        }
        _ => false,
    }
}

/// Evaluates a verified module of static shapes. Returns the op that made the first NaN, as a [`Code::NotANumber`] at
/// the line of the user, or `None` if there is no NaN.
///
/// # Errors
/// For an op that the evaluator does not have.
pub fn first_nan(module: &Module, inputs: &[Arc<HostTensor>]) -> Result<Option<Diagnostic>> {
    if let Some(position) = inputs.iter().position(|x| has_nan(x)) {
        let name = module.main().params().get(position).and_then(|&p| module.main().value(p).name.clone());
        let what = name.map_or_else(|| format!("input {position}"), |name| format!("argument `{name}`"));
        let message = format!("{what}, {}, holds NaN before anything is computed", inputs[position].shape());
        return Ok(Some(Diagnostic::new(Code::NotANumber, message)));
    }
    match Frame::new(module.main()).watched(made).run(Function::BODY, inputs.iter().cloned()) {
        Ok(_) => Ok(None),
        Err(error) if error.code == Code::NotANumber => Ok(Some(error)),
        Err(error) => Err(error),
    }
}

/// The error for an op that makes a NaN from numbers.
fn made(function: &Function, inst: &Inst, operands: &[Arc<HostTensor>], results: &[Arc<HostTensor>]) -> Result<()> {
    if !results.iter().any(|r| has_nan(r)) || operands.iter().any(|x| has_nan(x)) {
        return Ok(());
    }
    let shapes: Vec<String> = inst.operands.iter().map(|&v| function.shape(v).to_string()).collect();
    let of = if shapes.is_empty() { String::new() } else { format!(" of {}", shapes.join(", ")) };
    let message = format!("{}{of} made the first NaN", inst.op.short_name());
    let given: Vec<String> = operands.iter().map(|x| format!("{x:?}")).collect();
    let error = Diagnostic::new(Code::NotANumber, message);
    Err(if given.is_empty() { error } else { error.note(format!("its operands were {}", given.join(" and "))) })
}
