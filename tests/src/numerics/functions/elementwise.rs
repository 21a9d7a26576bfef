// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Elementwise functions.

use super::functions;

functions! {
    "abs" => |c, x, k| x[0].abs();
    "sign" => |c, x, k| x[0].sign();
    "negative" => |c, x, k| -x[0];
    "exp" => |c, x, k| x[0].exp();
    "expm1" => |c, x, k| x[0].expm1();
    "log" => |c, x, k| x[0].log();
    "log1p" => |c, x, k| x[0].log1p();
    "sqrt" => |c, x, k| x[0].sqrt();
    "cbrt" => |c, x, k| x[0].cbrt();
    "square" => |c, x, k| x[0].square();
    "sin" => |c, x, k| x[0].sin();
    "cos" => |c, x, k| x[0].cos();
    "tan" => |c, x, k| x[0].tan();
    "tanh" => |c, x, k| x[0].tanh();
    "floor" => |c, x, k| x[0].floor();
    "ceil" => |c, x, k| x[0].ceil();
    "isfinite" => |c, x, k| x[0].is_finite();
    "rsqrt" => |c, x, k| x[0].rsqrt();
    "add" => |c, x, k| x[0] + x[1];
    "subtract" => |c, x, k| x[0] - x[1];
    "multiply" => |c, x, k| x[0] * x[1];
    "maximum" => |c, x, k| x[0].maximum(x[1]);
    "minimum" => |c, x, k| x[0].minimum(x[1]);
}
