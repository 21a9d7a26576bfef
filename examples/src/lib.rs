// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What the examples share.
