// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Activations of networks.

use super::functions;

functions! {
    "relu" => |c, x, k| x[0].relu();
    "gelu" => |c, x, k| if k.flag("approximate") { x[0].gelu_tanh() } else { x[0].gelu() };
    "silu" => |c, x, k| x[0].silu();
    "softplus" => |c, x, k| x[0].softplus();
    "log_sigmoid" => |c, x, k| x[0].log_sigmoid();
    "softmax" => |c, x, k| x[0].softmax(k.axis("axis").unwrap_or(-1));
    "log_softmax" => |c, x, k| x[0].log_softmax(k.axis("axis").unwrap_or(-1));
}
