// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Activations of networks.

use super::functions;

functions! {
    "relu" => |c, x, k| x[0].relu();
    "relu6" => |c, x, k| x[0].relu6();
    "leaky_relu" => |c, x, k| x[0].leaky_relu(k.real("negative_slope").unwrap_or(0.01));
    "elu" => |c, x, k| x[0].elu(k.real("alpha").unwrap_or(1.0));
    "celu" => |c, x, k| x[0].celu(k.real("alpha").unwrap_or(1.0));
    "selu" => |c, x, k| x[0].selu();
    "gelu" => |c, x, k| if k.flag("approximate") { x[0].gelu_tanh() } else { x[0].gelu() };
    "silu" => |c, x, k| x[0].silu();
    "mish" => |c, x, k| x[0].mish();
    "softplus" => |c, x, k| x[0].softplus();
    "soft_sign" => |c, x, k| x[0].soft_sign();
    "log_sigmoid" => |c, x, k| x[0].log_sigmoid();
    "hard_sigmoid" => |c, x, k| x[0].hard_sigmoid();
    "hard_silu" => |c, x, k| x[0].hard_silu();
    "hard_tanh" => |c, x, k| x[0].hard_tanh();
    "squareplus" => |c, x, k| x[0].squareplus(k.real("b").unwrap_or(4.0));
    "sparse_plus" => |c, x, k| x[0].sparse_plus();
    "softshrink" => |c, x, k| x[0].soft_shrink(k.real("lambd").unwrap_or(0.5));
    "hardshrink" => |c, x, k| x[0].hard_shrink(k.real("lambd").unwrap_or(0.5));
    "tanhshrink" => |c, x, k| x[0].tanh_shrink();
    "threshold" => |c, x, k| x[0].threshold(k.real("threshold").unwrap(), k.real("value").unwrap());
    "prelu" => |c, x, k| x[0].prelu(x[1]);
    "glu" => |c, x, k| x[0].glu(k.axis("axis").unwrap_or(-1));
    "softmax" => |c, x, k| x[0].softmax(k.axes("axis").unwrap_or(vec![-1]));
    "log_softmax" => |c, x, k| x[0].log_softmax(k.axes("axis").unwrap_or(vec![-1]));
    "softmax_where" => |c, x, k| x[0].softmax_where(x[1], k.axes("axis").unwrap_or(vec![-1]));
    "standardize" => |c, x, k| x[0].standardize(k.axes("axis").unwrap_or(vec![-1]), k.real("epsilon").unwrap_or(1e-5));
    "normalize" => |c, x, k| x[0].normalize(k.real("p").unwrap_or(2.0), k.axes("axis").unwrap_or(vec![-1]), k.real("eps").unwrap_or(1e-12));
    "cosine_similarity" => |c, x, k| x[0].cosine_similarity(x[1], k.axes("axis").unwrap_or(vec![-1]));
}
