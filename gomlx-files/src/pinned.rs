// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The files that `cargo xtask` fetches, with their checksums: the plugin that gomlx is tested with, and data sets.

use crate::Checksum;

/// The Python package of a plugin, which the user's own client (`pip download --no-deps`) fetches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plugin {
    /// The platform of the plugin, as in `pjrt:cpu`.
    pub platform: &'static str,
    /// The name of the package on PyPI.
    pub package: &'static str,
    /// The version of the package.
    pub version: &'static str,
    /// The sha256 of the wheel.
    pub sha256: Checksum,
    /// The plugin's path inside the wheel, which is a zip file.
    pub member: &'static str,
}

/// XLA's CPU plugin for Linux on x86-64: PJRT C API 0.115, StableHLO 1.20.
pub const CPU: Plugin = Plugin {
    platform: "cpu",
    package: "lammps-jax-pjrt-cpu",
    version: "0.11.2",
    sha256: Checksum("1319390d948b39f69f7dade496b7c385149d9ca6097a6b62114da113216d9ad1"),
    member: "lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so",
};

/// A file of a data set: its name and what it must hold.
#[derive(Clone, Copy, Debug)]
pub struct DataFile {
    /// The name inside the directory of the data set.
    pub name: &'static str,
    /// The sha256 of the file.
    pub checksum: Checksum,
}

/// The four files of MNIST: images and labels for training, images and labels for testing.
pub const MNIST: [DataFile; 4] = [
    DataFile { name: "train-images-idx3-ubyte", checksum: Checksum("ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db") },
    DataFile { name: "train-labels-idx1-ubyte", checksum: Checksum("65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5") },
    DataFile { name: "t10k-images-idx3-ubyte", checksum: Checksum("0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7") },
    DataFile { name: "t10k-labels-idx1-ubyte", checksum: Checksum("ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2") },
];
