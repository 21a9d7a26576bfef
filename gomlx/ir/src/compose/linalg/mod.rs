// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Linear algebra.

pub(super) mod determinant;
pub(super) mod eigen;
pub(super) mod equations;
pub(super) mod factors;
pub(super) mod jacobi;
pub(super) mod norms;
pub(super) mod products;
pub(super) mod reduction;
pub(super) mod schur;
pub(super) mod solutions;
