// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The graph that everything in gomlx is built from.

#![forbid(unsafe_code)]
