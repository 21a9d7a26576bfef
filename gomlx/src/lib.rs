// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A machine-learning framework for Rust, compiled.

#![forbid(unsafe_code)]
