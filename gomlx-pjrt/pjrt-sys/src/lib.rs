// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Bindings to the PJRT C API (`pjrt_c_api.h` of OpenXLA): types and constants only,
//! with nothing to link. [`GetPjrtApi`] is what a plugin exports.

#![no_std]
#![allow(non_camel_case_types, non_snake_case, non_upper_case_globals, missing_docs, unused_qualifications, clippy::all)]
#![allow(clippy::undocumented_unsafe_blocks, reason = "bindgen's Default fills C structs with zeros, which is a value of each")]

#[rustfmt::skip]
mod gen_bindings;

pub use gen_bindings::*;

/// The one symbol that a plugin exports, as a type: the table of its functions,
/// which lives as long as the library is loaded.
pub type GetPjrtApi = unsafe extern "C" fn() -> *const PJRT_Api;
