// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Elementwise functions.

use gomlx_ir::compose::{Composed, Var};

use super::functions;
use crate::numerics::keywords::Keywords;

/// A tensor as floating point: NumPy's functions of real numbers convert integers by themselves.
fn real<'c>(x: Var<'c>, k: Keywords<'_>) -> Composed<Var<'c>> {
    let dtype = x.dtype()?;
    Ok(if dtype.is_float() || dtype.is_complex() { x } else { x.convert(k.real_type()) })
}

functions! {
    "abs" => |c, x, k| x[0].abs();
    "fabs" => |c, x, k| x[0].abs();
    "sign" => |c, x, k| x[0].sign();
    "negative" => |c, x, k| -x[0];
    "positive" => |c, x, k| x[0];
    "exp" => |c, x, k| real(x[0], k)?.exp();
    "exp2" => |c, x, k| real(x[0], k)?.exp2();
    "expm1" => |c, x, k| real(x[0], k)?.expm1();
    "log" => |c, x, k| real(x[0], k)?.log();
    "log2" => |c, x, k| real(x[0], k)?.log2();
    "log10" => |c, x, k| real(x[0], k)?.log10();
    "log1p" => |c, x, k| real(x[0], k)?.log1p();
    "sqrt" => |c, x, k| real(x[0], k)?.sqrt();
    "cbrt" => |c, x, k| real(x[0], k)?.cbrt();
    "rsqrt" => |c, x, k| real(x[0], k)?.rsqrt();
    "square" => |c, x, k| x[0].square();
    "reciprocal" => |c, x, k| real(x[0], k)?.reciprocal();
    "sin" => |c, x, k| real(x[0], k)?.sin();
    "cos" => |c, x, k| real(x[0], k)?.cos();
    "tan" => |c, x, k| real(x[0], k)?.tan();
    "arcsin" => |c, x, k| real(x[0], k)?.asin();
    "arccos" => |c, x, k| real(x[0], k)?.acos();
    "arctan" => |c, x, k| real(x[0], k)?.atan();
    "sinh" => |c, x, k| real(x[0], k)?.sinh();
    "cosh" => |c, x, k| real(x[0], k)?.cosh();
    "tanh" => |c, x, k| real(x[0], k)?.tanh();
    "arcsinh" => |c, x, k| real(x[0], k)?.asinh();
    "arccosh" => |c, x, k| real(x[0], k)?.acosh();
    "arctanh" => |c, x, k| real(x[0], k)?.atanh();
    "sinc" => |c, x, k| x[0].sinc();
    "deg2rad" => |c, x, k| x[0].to_radians();
    "rad2deg" => |c, x, k| x[0].to_degrees();
    "floor" => |c, x, k| x[0].floor();
    "ceil" => |c, x, k| x[0].ceil();
    "trunc" => |c, x, k| x[0].trunc();
    "rint" => |c, x, k| x[0].round();
    "frac" => |c, x, k| x[0].fract();
    "round" => |c, x, k| x[0].round_to(k.axis("decimals").unwrap_or(0));
    "signbit" => |c, x, k| x[0].signbit();
    "isnan" => |c, x, k| x[0].is_nan();
    "isinf" => |c, x, k| x[0].is_infinite();
    "isfinite" => |c, x, k| x[0].is_finite();
    "isposinf" => |c, x, k| x[0].is_positive_infinity();
    "isneginf" => |c, x, k| x[0].is_negative_infinity();
    "logical_not" => |c, x, k| x[0].logical_not();
    "invert" => |c, x, k| x[0].bitwise_not();
    "bitwise_count" => |c, x, k| x[0].bitwise_count();
    "nan_to_num" => |c, x, k| x[0].nan_to_num(
        k.real("nan").unwrap_or(0.0),
        k.real("posinf").unwrap_or(f64::INFINITY),
        k.real("neginf").unwrap_or(f64::NEG_INFINITY),
    );
    "modf" => |c, x, k| x[0].modf();
    "frexp" => |c, x, k| x[0].frexp();
    "ldexp" => |c, x, k| x[0].ldexp(x[1]);
    "add" => |c, x, k| x[0] + x[1];
    "subtract" => |c, x, k| x[0] - x[1];
    "multiply" => |c, x, k| x[0] * x[1];
    "divide" => |c, x, k| real(x[0], k)? / real(x[1], k)?;
    "maximum" => |c, x, k| x[0].maximum(x[1]);
    "minimum" => |c, x, k| x[0].minimum(x[1]);
    "fmax" => |c, x, k| x[0].fmax(x[1]);
    "fmin" => |c, x, k| x[0].fmin(x[1]);
    "arctan2" => |c, x, k| x[0].atan2(x[1]);
    "hypot" => |c, x, k| x[0].hypot(x[1]);
    "copysign" => |c, x, k| x[0].copysign(x[1]);
    "heaviside" => |c, x, k| x[0].heaviside(x[1]);
    "logaddexp" => |c, x, k| x[0].logaddexp(x[1]);
    "logaddexp2" => |c, x, k| x[0].logaddexp2(x[1]);
    "fmod" => |c, x, k| x[0] % x[1];
    "remainder" => |c, x, k| x[0].modulo(x[1]);
    "floor_divide" => |c, x, k| x[0].floor_divide(x[1]);
    "divmod" => |c, x, k| x[0].divmod(x[1]);
    "truncate_divide" => |c, x, k| (x[0] / x[1]).trunc();
    "power" => |c, x, k| x[0].powf(x[1].convert(x[0].dtype()?));
    "float_power" => |c, x, k| real(x[0], k)?.powf(real(x[1], k)?);
    "nextafter" => |c, x, k| x[0].next_after(x[1]);
    "gcd" => |c, x, k| x[0].gcd(x[1]);
    "lcm" => |c, x, k| x[0].lcm(x[1]);
    "bitwise_and" => |c, x, k| x[0].bitwise_and(x[1]);
    "bitwise_or" => |c, x, k| x[0].bitwise_or(x[1]);
    "bitwise_xor" => |c, x, k| x[0].bitwise_xor(x[1]);
    "left_shift" => |c, x, k| x[0].shift_left(x[1]);
    "right_shift" => |c, x, k| x[0].shift_right(x[1]);
    "logical_and" => |c, x, k| x[0].logical_and(x[1]);
    "logical_or" => |c, x, k| x[0].logical_or(x[1]);
    "logical_xor" => |c, x, k| x[0].logical_xor(x[1]);
    "equal" => |c, x, k| x[0].eq(x[1]);
    "not_equal" => |c, x, k| x[0].ne(x[1]);
    "less" => |c, x, k| x[0].lt(x[1]);
    "less_equal" => |c, x, k| x[0].le(x[1]);
    "greater" => |c, x, k| x[0].gt(x[1]);
    "greater_equal" => |c, x, k| x[0].ge(x[1]);
    "clip" => |c, x, k| match x {
        [x, low, high] => x.clamp(*low, *high),
        _ => {
            let raised = k.real("min").map_or(x[0], |low| x[0].maximum(low));
            k.real("max").map_or(raised, |high| raised.minimum(high))
        }
    };
    "isclose" => |c, x, k| x[0].is_close(x[1], k.real("rtol").unwrap_or(1e-5), k.real("atol").unwrap_or(1e-8), k.flag("equal_nan"));
    "allclose" => |c, x, k| x[0].all_close(x[1], k.real("rtol").unwrap_or(1e-5), k.real("atol").unwrap_or(1e-8), k.flag("equal_nan"));
    "array_equal" => |c, x, k| if k.flag("equal_nan") {
        (x[0].eq(x[1]) | (x[0].is_nan() & x[1].is_nan())).all()
    } else {
        x[0].array_equal(x[1])
    };
    "array_equiv" => |c, x, k| x[0].eq(x[1]).all();
    "xlogy" => |c, x, k| x[0].xlogy(x[1]);
    "xlog1py" => |c, x, k| x[0].xlog1py(x[1]);
    "where" => |c, x, k| x[1].select(x[0], x[2]);
    "select" => |c, x, k| {
        let (masks, values) = x.split_at(x.len() / 2);
        let default = c.operand(values[0].dtype()?, k.real("default").unwrap_or(0.0).into());
        masks.iter().zip(values).rev().fold(default, |rest, (mask, value)| value.select(*mask, rest))
    };
    "piecewise" => |c, x, k| {
        let values = k.reals("values").unwrap();
        let (dtype, dims) = (x[0].dtype()?, x[0].dims()?);
        let number = |value: f64| c.operand(dtype, value.into());
        let default = values.get(x.len() - 1).copied().unwrap_or(0.0);
        let all = x[1..].iter().zip(&values).fold(number(default), |rest, (mask, value)| number(*value).select(*mask, rest));
        all.broadcast(&dims)
    };
    "lerp" => |c, x, k| x[0].lerp(x[1], x[2]);
    "addcmul" => |c, x, k| x[0] + x[1] * x[2] * k.real("value").unwrap_or(1.0);
    "masked_fill" => |c, x, k| x[0].masked_fill(x[1], k.real("value").unwrap());
    "astype" => |c, x, k| x[0].convert(k.dtype("dtype"));
}
