// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Signals: windows that taper them, convolutions, spectra, trends. A window is made in the element type that a type
//! parameter says.

pub use crate::ops::signal::*;
