// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Elementwise functions over blocks of elements, called by compiled loops for what takes more than a few instructions.
//!
//! The `f32` functions are branch-free polynomials that the compiler vectorises once per instruction set; the rest call
//! the standard library for each element.

mod float;
mod scalar;

use gomlx_ir::{BinaryOp, DType, UnaryOp};

/// `out[i] = f(x[i], y[i])` for `n` elements; functions of one operand ignore `y`. `out` may be `x` or `y` itself.
pub(crate) type BlockFn = unsafe extern "C" fn(n: usize, out: *mut u8, x: *const u8, y: *const u8);

/// A function over blocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Math {
    pub(crate) function: BlockFn,
}

impl Math {
    /// The function of one operand of an element type, if loops call one for it.
    pub(crate) fn unary(op: UnaryOp, dtype: DType) -> Option<Math> {
        let function = match dtype {
            DType::F32 => float::unary(op)?,
            DType::F64 => scalar::unary(op)?,
            _ => return None,
        };
        Some(Math { function })
    }

    /// The function of two operands of an element type, if loops call one for it.
    pub(crate) fn binary(op: BinaryOp, dtype: DType) -> Option<Math> {
        Some(Math { function: scalar::binary(op, dtype)? })
    }
}
