// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The machine that executes a compiled CPU program: threads, memory, executable code and library kernels.
//!
//! Nothing here knows the graph IR. A kernel is described by plain dims, strides and element kinds, is planned once
//! when a program is compiled, and then runs on raw buffer pointers any number of times. What the runtime takes from
//! `gomlx-ir` are host tensors, errors, and the compiled executables of the reference evaluator.
//!
//! Invariant: this is the only part of the crate with `unsafe`. Whoever calls an `unsafe fn` here has verified shapes
//! and buffer sizes against the description that the kernel was planned from.
//! Invariant: what a kernel computes depends on its description and the machine's instruction set, never on the number
//! of threads: work is cut into tiles fixed by shapes, and partial results combine in tile order.

pub(crate) mod cast;
pub(crate) mod code;
pub(crate) mod elem;
pub(crate) mod kernels;
pub(crate) mod math;
pub(crate) mod memory;
pub(crate) mod pool;
pub(crate) mod program;
pub(crate) mod ptr;
pub(crate) mod reference;
