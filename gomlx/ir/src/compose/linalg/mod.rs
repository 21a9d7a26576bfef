// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Linear algebra.

pub(super) mod factors;
pub(super) mod norms;
pub(super) mod products;
pub(super) mod solutions;
