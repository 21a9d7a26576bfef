// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The CPU plugin that the tests of gomlx use. It is a Python package: the user's own client (`pip download --no-deps`)
//! fetches it, and its checksum is checked.

/// The exact package of a plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pinned {
    /// The platform of the plugin, as in `pjrt:cpu`.
    pub platform: &'static str,
    /// The name of the package on PyPI.
    pub package: &'static str,
    /// The version of the package.
    pub version: &'static str,
    /// The SHA-256 of the wheel, in lower-case hex.
    pub sha256: &'static str,
    /// The plugin's path inside the wheel, which is a zip file.
    pub member: &'static str,
}

/// XLA's CPU plugin for Linux on x86-64: PJRT C API 0.115, StableHLO 1.20.
pub const CPU: Pinned = Pinned {
    platform: "cpu",
    package: "lammps-jax-pjrt-cpu",
    version: "0.11.2",
    sha256: "1319390d948b39f69f7dade496b7c385149d9ca6097a6b62114da113216d9ad1",
    member: "lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so",
};
