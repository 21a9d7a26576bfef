// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The CPU backend.

pub mod runtime;
