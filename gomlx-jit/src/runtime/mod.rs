// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The machine that executes a compiled CPU program: threads, memory, executable code and library kernels.
//!
//! The runtime does not know the graph IR. A description of plain dims, strides and element kinds defines a kernel. The
//! compiler plans each kernel once; the plan then runs on raw buffer pointers any number of times. From `gomlx-ir` the
//! runtime takes only host tensors, errors, and the compiled executables of the reference evaluator.
//!
//! Invariant: this is the only part of the crate with `unsafe`. A caller of an `unsafe fn` here has verified shapes and
//! buffer sizes against the description of the kernel's plan.
//! Invariant: a kernel's result depends on its description and the machine's instruction set, never on the number of
//! threads. Shapes alone decide how work is cut into tiles, and partial results combine in tile order.

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
pub(crate) mod subnormals;
