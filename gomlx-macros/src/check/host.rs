// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Numbers and sizes of the host, and which op each of Rust's operators is.

use gomlx_ir::{BinaryOp, Dim, Direction};
use syn::{BinOp, Lit};

use super::value::{Built, Stop, Value};

/// Arithmetic of sizes and numbers; the rest of the host's is not followed.
pub(super) fn host_arithmetic(op: BinaryOp, left: &Value, right: &Value) -> Built {
    if let (Value::Integer(a), Value::Integer(b)) = (left, right) {
        let result = match op {
            BinaryOp::Add => a.checked_add(*b),
            BinaryOp::Subtract => a.checked_sub(*b),
            BinaryOp::Multiply => a.checked_mul(*b),
            BinaryOp::Divide => a.checked_div(*b),
            _ => None,
        };
        return result.map(Value::Integer).ok_or(Stop::Unknown);
    }
    if let (Value::Float(a), Value::Float(b)) = (left, right) {
        return match op {
            BinaryOp::Add => Ok(Value::Float(a + b)),
            BinaryOp::Subtract => Ok(Value::Float(a - b)),
            BinaryOp::Multiply => Ok(Value::Float(a * b)),
            BinaryOp::Divide => Ok(Value::Float(a / b)),
            _ => Err(Stop::Unknown),
        };
    }
    let (Some(a), Some(b)) = (left.size(), right.size()) else { return Err(Stop::Unknown) };
    let result: Option<Dim> = match op {
        BinaryOp::Add => Some(&a + &b),
        BinaryOp::Multiply => Some(&a * &b),
        BinaryOp::Divide => a.div_exact(&b),
        BinaryOp::Subtract => a.checked_sub(&b),
        _ => None,
    };
    result.map(Value::Size).ok_or(Stop::Unknown)
}

pub(super) fn literal(lit: &Lit) -> Built {
    match lit {
        Lit::Int(n) => n.base10_parse().map(Value::Integer).map_err(|_| Stop::Unknown),
        // `1.1f32` is the nearest f32, `1.1` beside a tensor the nearest f64.
        Lit::Float(x) if x.suffix() == "f32" => x.base10_parse().map(Value::Single).map_err(|_| Stop::Unknown),
        Lit::Float(x) => x.base10_parse().map(Value::Float).map_err(|_| Stop::Unknown),
        Lit::Bool(flag) => Ok(Value::Flag(flag.value)),
        Lit::Str(text) => Ok(Value::Text(text.value())),
        _ => Err(Stop::Unknown),
    }
}

pub(super) fn comparison(op: &BinOp) -> Option<Direction> {
    Some(match op {
        BinOp::Eq(_) => Direction::Eq,
        BinOp::Ne(_) => Direction::Ne,
        BinOp::Ge(_) => Direction::Ge,
        BinOp::Gt(_) => Direction::Gt,
        BinOp::Le(_) => Direction::Le,
        BinOp::Lt(_) => Direction::Lt,
        _ => return None,
    })
}

pub(super) fn arithmetic(op: &BinOp) -> Option<BinaryOp> {
    Some(match op {
        BinOp::Add(_) => BinaryOp::Add,
        BinOp::Sub(_) => BinaryOp::Subtract,
        BinOp::Mul(_) => BinaryOp::Multiply,
        BinOp::Div(_) => BinaryOp::Divide,
        BinOp::Rem(_) => BinaryOp::Remainder,
        _ => return None,
    })
}

pub(super) fn compound(op: &BinOp) -> Option<BinaryOp> {
    Some(match op {
        BinOp::AddAssign(_) => BinaryOp::Add,
        BinOp::SubAssign(_) => BinaryOp::Subtract,
        BinOp::MulAssign(_) => BinaryOp::Multiply,
        BinOp::DivAssign(_) => BinaryOp::Divide,
        BinOp::RemAssign(_) => BinaryOp::Remainder,
        _ => return None,
    })
}

/// `&&` and `||`, which on tensors evaluate both sides.
pub(super) fn logic(op: &BinOp) -> Option<BinaryOp> {
    Some(match op {
        BinOp::And(_) => BinaryOp::And,
        BinOp::Or(_) => BinaryOp::Or,
        _ => return None,
    })
}
