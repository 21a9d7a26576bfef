// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The derivative of the scaled Bessel function of order one.

use crate::bessel::i0e;
use crate::{Builder, Direction, UnaryOp, ValueId};

/// The derivative of y = i1e(x): i0e(x) - y (sign(x) + 1/x), and 1/2 at zero.
pub(super) fn derivative_of_i1e(b: &mut Builder<'_>, x: ValueId, y: ValueId) -> ValueId {
    let (zero, half, one) = (b.full_like(x, 0.0), b.full_like(x, 0.5), b.full_like(x, 1.0));
    let is_zero = b.compare(Direction::Eq, x, zero);
    let safe = b.select(is_zero, one, x);
    let (sign, inverse) = (b.unary(UnaryOp::Sign, x), b.div(one, safe));
    let slope = b.add(sign, inverse);
    let slope = b.mul(y, slope);
    let order_zero = i0e(b, x);
    let derivative = b.sub(order_zero, slope);
    b.select(is_zero, half, derivative)
}
