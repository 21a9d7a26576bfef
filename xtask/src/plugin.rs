// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `cargo xtask plugin`: installs the PJRT plugin that gomlx pins.

use std::{
    fs::{self, File},
    io,
    path::Path,
};

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;
use gomlx::data::Checksum;
use gomlx_files::replace_with;
use gomlx_pjrt::{Selector, pinned::CPU};

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
        Plugin::Cpu => install_cpu(),
    }
}

/// Sees to it that the pinned CPU plugin is where gomlx looks for it.
///
/// # Errors
/// Where none is pinned for this platform, or it cannot be fetched, or is not the pinned one.
fn install_cpu() -> Result<()> {
    let library = gomlx_pjrt::plugin_path(CPU.platform)?;
    if !library.is_file() {
        if !(cfg!(target_os = "linux") && cfg!(target_arch = "x86_64")) {
            bail!("no PJRT CPU plugin is pinned for this platform: put one at {}", library.display());
        }
        fetch_cpu(&library)?;
    }
    println!("the PJRT CPU plugin is {}", library.display());
    Ok(())
}

/// [`install_cpu`], or else a CPU plugin that is elsewhere on this machine.
///
/// # Errors
/// Why it could not be installed, where there is no other.
pub(crate) fn ensure_cpu() -> Result<()> {
    install_cpu().or_else(|error| match gomlx_pjrt::find(&Selector::Platform(CPU.platform.into())) {
        Ok(found) => {
            println!("the PJRT CPU plugin is {}, not the pinned one: {error:#}", found.path.display());
            Ok(())
        }
        Err(_) => Err(error),
    })
}

fn fetch_cpu(library: &Path) -> Result<()> {
    let dir = library.parent().context("a plugin lies in a directory")?;
    fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
    // On the disk of the target, because the folder of the system for temporary files may be small.
    let download = tempfile::tempdir_in(dir)?;
    let wheel = fetch::wheel(CPU.package, CPU.version, download.path())?;
    Checksum(CPU.sha256).verify(&wheel)?;

    let mut archive = zip::ZipArchive::new(File::open(&wheel)?).with_context(|| format!("cannot open {}", wheel.display()))?;
    let mut member = archive.by_name(CPU.member).with_context(|| format!("no {} in {}", CPU.member, wheel.display()))?;
    replace_with(library, |file| io::copy(&mut member, file).map(drop)).with_context(|| format!("cannot write {}", library.display()))
}
