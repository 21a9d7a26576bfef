// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The PJRT backend: runs gomlx's graphs on XLA, on any device that has a plugin.
//!
//! A plugin is a shared library. [`find`] searches for it when a program runs, so no build needs one. gomlx uses
//! [`PjrtBackend`]. Below it, [`Plugin`], [`Client`], [`LoadedExecutable`] and [`PjrtBuffer`] are a safe form of the
//! PJRT C API that runs any StableHLO text:
//!
//! ```no_run
//! use std::sync::Arc;
//! use gomlx_ir::{DType, HostTensor, Shape};
//! use gomlx_pjrt::{Program, PjrtBackend};
//!
//! let client = PjrtBackend::get("pjrt:cpu")?.client().clone();
//! let shape = Shape::new(DType::F32, &[2]);
//! let program = client.compile(Program {
//!     name: "double".into(),
//!     text: "func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
//!         %0 = stablehlo.add %x, %x : tensor<2xf32>
//!         return %0 : tensor<2xf32>
//!     }".into(),
//!     params: vec![shape.clone()],
//!     results: vec![shape],
//! })?;
//! let x = client.upload(&Arc::new(HostTensor::new(&[2], &[1.5f32, 2.0])?))?;
//! let y = program.execute(&[&x], &[])?[0].to_host()?;
//! assert_eq!(y.as_slice::<f32>()?, [3.0, 4.0]);
//! # Ok::<(), gomlx_pjrt::Error>(())
//! ```
//!
//! Invariant: no `unsafe` block of this crate relies on a promise of the crate's users. The crate checks what C
//! requires.

mod api;
mod backend;
mod buffer;
mod client;
mod compile;
mod element;
mod elf;
mod error;
mod event;
mod executable;
mod plugin;
mod search;
pub mod testing;

pub use api::ApiVersion;
pub use backend::PjrtBackend;
pub use buffer::PjrtBuffer;
pub use client::{Client, ClientOptions, Device, OptionValue};
pub use compile::Program;
pub use error::{Error, ErrorCode, Result};
pub use executable::LoadedExecutable;
pub use plugin::Plugin;
pub use search::{Found, Selector, find};
