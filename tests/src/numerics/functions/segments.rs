// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Reductions of segments.

use super::functions;

functions! {
    "segment_sum" => |c, x, k| c.segment_sum(x[0], x[1], k.number("num_segments"));
    "segment_prod" => |c, x, k| c.segment_prod(x[0], x[1], k.number("num_segments"));
    "segment_max" => |c, x, k| c.segment_max(x[0], x[1], k.number("num_segments"));
    "segment_min" => |c, x, k| c.segment_min(x[0], x[1], k.number("num_segments"));
    "segment_mean" => |c, x, k| c.segment_mean(x[0], x[1], k.number("num_segments"));
    "segment_softmax" => |c, x, k| c.segment_softmax(x[0], x[1], k.number("num_segments"));
}
