// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Booleans: sums are or, products are and.

use std::cmp::Ordering;

use super::{Arithmetic, tensor};
use crate::{BinaryOp, CompareKind, DType, HostTensor, UnaryOp};

impl Arithmetic for bool {
    const ZERO: bool = false;

    fn read(tensor: &HostTensor) -> Vec<bool> {
        tensor.bytes().iter().map(|&b| b != 0).collect()
    }

    fn write(dtype: DType, dims: &[usize], elements: &[bool]) -> HostTensor {
        tensor(dtype, dims, elements)
    }

    fn unary(op: UnaryOp) -> Option<fn(bool) -> bool> {
        match op {
            UnaryOp::Not => Some(|x| !x),
            _ => None,
        }
    }

    fn binary(op: BinaryOp) -> Option<fn(bool, bool) -> bool> {
        match op {
            BinaryOp::Add | BinaryOp::Or | BinaryOp::Maximum => Some(|x, y| x | y),
            BinaryOp::Multiply | BinaryOp::And | BinaryOp::Minimum => Some(|x, y| x & y),
            BinaryOp::Xor => Some(|x, y| x ^ y),
            _ => None,
        }
    }

    fn order(self, other: bool, _kind: CompareKind) -> Option<Ordering> {
        Some(self.cmp(&other))
    }

    fn plus_product(self, x: bool, y: bool) -> bool {
        self | (x & y)
    }
}
