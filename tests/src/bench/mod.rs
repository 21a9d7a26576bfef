// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The performance table: its workloads, how they are written with gomlx, how they are measured and how a result is
//! written.
//!
//! Invariant: names, shapes and the rules of measuring are those of the scripts
//! that measure other frameworks, so that lines of all of them can be joined.

pub mod calls;
mod inputs;
pub mod measure;
mod models;
mod ops;
pub mod report;
pub mod workload;
