// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Parts of complex numbers.

use super::functions;

functions! {
    "real" => |c, x, k| x[0].real();
    "imag" => |c, x, k| x[0].imag();
    "conj" => |c, x, k| x[0].conj();
    "angle" => |c, x, k| x[0].angle();
    "complex" => |c, x, k| c.complex(x[0], x[1]);
    "polar" => |c, x, k| c.polar(x[0], x[1]);
    "isreal" => |c, x, k| x[0].is_real();
    "iscomplex" => |c, x, k| x[0].is_complex();
    "abs_squared" => |c, x, k| x[0].abs_squared();
    "view_as_real" => |c, x, k| x[0].view_as_real();
}
