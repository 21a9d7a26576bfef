// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Polynomials.

use super::functions;

functions! {
    "polyval" => |c, x, k| c.polyval(x[0], x[1]);
    "polyadd" => |c, x, k| c.polyadd(x[0], x[1]);
    "polysub" => |c, x, k| c.polysub(x[0], x[1]);
    "polymul" => |c, x, k| c.polymul(x[0], x[1]);
    "polydiv" => |c, x, k| c.polydiv(x[0], x[1]);
    "polyder" => |c, x, k| c.polyder(x[0], k.size("m").unwrap_or(1));
    "polyint" => |c, x, k| c.polyint(x[0], k.size("m").unwrap_or(1), k.real("k").unwrap_or(0.0));
    "polyfit" => |c, x, k| c.polyfit(x[0], x[1], k.number("deg"));
    "poly" => |c, x, k| c.polyfromroots(x[0]);
    "roots" => |c, x, k| c.roots(x[0]);
    "chebval" => |c, x, k| c.chebval(x[0], x[1]);
}
