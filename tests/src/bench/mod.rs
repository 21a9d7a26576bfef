// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The performance table: its workloads, their gomlx programs, the measurement and the output of results.
//!
//! Invariant: the names, shapes and measuring rules equal those of the scripts that measure other frameworks, which
//! lets the lines of all frameworks be joined.

pub mod calls;
mod inputs;
pub mod measure;
mod models;
mod ops;
pub mod report;
pub mod workload;
