// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The macros of gomlx.

#![forbid(unsafe_code)]
